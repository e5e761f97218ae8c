"""One HTML file that holds everything: tables, charts and cases. No script, no address of anything outside.

Pictures are inside the file as data. What photos, data sets and queries say is escaped.
"""

import base64
from collections.abc import Iterable, Sequence
from html import escape

from whichtext.errors import InputError
from whichtext.evaluation.report.cases import draw_case
from whichtext.evaluation.report.charts import draw_chart
from whichtext.evaluation.report.pages import Case, Chart, Table

__all__ = ["to_html"]

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; font-size: .9rem; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .7rem .25rem 0; text-align: left; white-space: nowrap; }
img { max-width: 100%; height: auto; }
figure { margin: 1.5rem 0; } figcaption { font-size: .9rem; } .note { color: #666; font-size: .85rem; }
.wanted { color: #2b8a3e; } .given { color: #e03131; }
.cases { display: grid; grid-template-columns: repeat(auto-fill, minmax(30rem, 1fr)); gap: 1rem; }
"""


def to_html(
    title: str, facts: Iterable[str], tables: Iterable[Table], charts: Iterable[Chart], cases: Sequence[Case]
) -> str:
    """The whole report."""
    parts = [
        f"<h1>{escape(title)}</h1>",
        "<ul>" + "".join(f"<li>{escape(fact)}</li>" for fact in facts) + "</ul>",
        *(_table(table) for table in tables),
        *(_picture(draw_chart(chart), "image/png", chart.title) for chart in charts),
    ]
    if cases:
        parts.append(
            "<h2>Worst cases</h2>"
            '<p class="note"><span class="wanted">Green: what was wanted.</span>'
            ' <span class="given">Red: what was given.</span></p>'
        )
        parts.append('<div class="cases">' + "".join(_case(case) for case in cases) + "</div>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in table.notes)
    return f"<h2>{escape(table.title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{notes}"


def _case(case: Case) -> str:
    caption = f"<strong>{escape(case.title)}</strong>" + "".join(f"<br>{escape(line)}" for line in case.lines)
    try:
        return _picture(draw_case(case), "image/jpeg", case.title, caption=caption)
    except InputError as error:  # the photo went away since it was looked at
        return f"<figure><figcaption>{caption}<br>{escape(str(error))}</figcaption></figure>"


def _picture(data: bytes, kind: str, title: str, *, caption: str = "") -> str:
    source = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img alt="{escape(title, quote=True)}" src="{source}">{below}</figure>'
