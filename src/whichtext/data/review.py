"""The human pass over built descriptions: a table to accept, reject or edit them, and reading the decisions back.

Tab-separated UTF-8 with a header line, one row a description; a spreadsheet opens it. In the column `decision` write
`accept`, `reject` or `edit`; with `edit` the column `edited` holds the better wording. An empty decision is none yet.
Rows may be sorted and deleted; only the columns `decision`, `edited` and `id` are read back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from whichtext.data.fields import FieldError, as_text
from whichtext.data.files import DEFAULT_LIMITS, ReadLimits, decode, read_bytes
from whichtext.data.problems import Problems
from whichtext.data.record import Expression, ImageRecord, Place
from whichtext.errors import DatasetError

__all__ = ["COLUMNS", "Decision", "apply_review", "read_review", "review_lines"]

COLUMNS = ("decision", "edited", "expression", "says", "types", "margin", "image", "id")
_DECISIONS = ("", "accept", "reject", "edit")


class Decision(NamedTuple):
    """What a person decided about one description."""

    verdict: str
    """accept, reject or edit."""
    wording: str
    """For edit: the new wording."""
    place: Place


def review_lines(records: Iterable[ImageRecord]) -> Iterator[str]:
    """Lines of the table, the header first."""
    yield "\t".join(COLUMNS) + "\n"
    for record in records:
        for one in record.expressions:
            margin = "" if one.margin is None else f"{one.margin:.2f}"
            row = ("", "", one.raw, one.reading or "", " ".join(one.types), margin, record.file or "", str(one.id))
            yield "\t".join(map(_cell, row)) + "\n"


def read_review(path: Path, *, problems: Problems, limits: ReadLimits = DEFAULT_LIMITS) -> dict[str, Decision]:
    """Decisions by the id of the description; rows without a decision are left out."""
    lines = decode(read_bytes(path, max_bytes=limits.max_bytes), str(path)).replace("\r\n", "\n").split("\n")
    header = lines[0].split("\t")
    missing = [name for name in ("decision", "edited", "id") if name not in header]
    if missing:
        raise DatasetError(f"the column {missing[0]!r} is missing in the header", file=str(path), line=1)
    decisions: dict[str, Decision] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        place = Place(str(path), number)
        cells = line.split("\t")
        row = dict(zip(header, [cell.strip() for cell in cells] + [""] * (len(header) - len(cells)), strict=False))
        try:
            name, decision = _decision(row, len(cells), len(header), place)
        except FieldError as error:
            problems.drop("malformed", place, str(error))
            continue
        if name in decisions:
            problems.drop("duplicate-id", place, f"there is a decision about {name!r} already")
        elif decision.verdict:
            decisions[name] = decision
    return decisions


def apply_review(
    records: Iterable[ImageRecord],
    decisions: Mapping[str, Decision],
    *,
    problems: Problems,
    only_accepted: bool = False,
) -> Iterator[ImageRecord]:
    """Records with the descriptions that people let stand; images without any are left out.

    With `only_accepted`, descriptions without a decision are left out as well. Decisions about descriptions that do not
    exist any more are reported as stale, after the last record.
    """
    met: set[str] = set()
    for record in records:
        kept = []
        for expression in record.expressions:
            decision = decisions.get(str(expression.id))
            met.add(str(expression.id))
            stands = _standing(expression, decision, only_accepted)
            if stands is not None:
                kept.append(stands)
        if kept:
            yield replace(record, expressions=tuple(kept))
    for name, decision in decisions.items():
        if name not in met:
            problems.note("stale", decision.place, f"there is no description {name!r} any more")


def _standing(expression: Expression, decision: Decision | None, only_accepted: bool) -> Expression | None:
    if decision is None:
        return None if only_accepted else expression
    if decision.verdict == "edit":
        return replace(expression, raw=decision.wording, source="human", triplet=None, margin=None)
    return expression if decision.verdict == "accept" else None


def _decision(row: Mapping[str, str], cells: int, columns: int, place: Place) -> tuple[str, Decision]:
    if cells > columns:
        raise FieldError(f"{cells} cells in a table of {columns} columns")
    verdict = row["decision"].lower()
    name, wording = as_text(row["id"]), as_text(row["edited"])
    if verdict not in _DECISIONS:
        raise FieldError(f"the decision {verdict[:40]!r} is none of accept, reject, edit")
    if not name:
        raise FieldError("the id is missing")
    if (verdict == "edit") != bool(wording):
        raise FieldError("`edit` needs a wording in `edited`, and only `edit` has one")
    return name, Decision(verdict, wording, place)


def _cell(value: str) -> str:
    """A value as one cell: without tabs and line ends, and never a formula."""
    text = " ".join(value.split())
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
