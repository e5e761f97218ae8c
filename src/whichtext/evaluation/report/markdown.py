"""Tables as Markdown, and as aligned text for a terminal."""

from collections.abc import Iterable, Sequence

from whichtext.evaluation.report.pages import Table

__all__ = ["to_markdown", "to_text"]


def to_markdown(title: str, facts: Iterable[str], tables: Iterable[Table]) -> str:
    """A document: what was measured, then the tables."""
    parts = [f"# {_escaped(title)}", "\n".join(f"- {_escaped(fact)}" for fact in facts)]
    for table in tables:
        parts.append(f"## {_escaped(table.title)}")
        parts.append(
            "\n".join(
                [
                    _row(table.columns),
                    _row(["---"] * len(table.columns)),
                    *(_row([_escaped(cell) for cell in row]) for row in table.rows),
                ]
            )
        )
        parts.extend(_escaped(note) for note in table.notes)
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(table: Table) -> str:
    """Columns under each other."""
    rows = [table.columns, *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([f"{table.title}:", *(f"  {line}" for line in lines), *(f"  {note}" for note in table.notes)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes as it is."""
    line = " ".join(text.split())
    for char in ("\\", "|", "`", "<", "*"):
        line = line.replace(char, f"\\{char}")
    return line
