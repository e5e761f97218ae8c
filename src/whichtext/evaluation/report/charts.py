"""Charts as PNG pictures. Needs matplotlib, which the extra `report` brings; nothing of it is kept between calls."""

import importlib
from io import BytesIO
from typing import Any

from whichtext.errors import OutputError
from whichtext.evaluation.report.pages import Bars, Chart, Curves

__all__ = ["draw_chart", "require_matplotlib"]

COLOURS = ("#d6336c", "#1c7ed6", "#2b8a3e", "#e8590c", "#6741d9", "#868e96", "#0b7285", "#a61e4d")
"""One a series; the first is the one that is looked at first."""
DOTS_PER_INCH = 110


def require_matplotlib() -> None:
    """Raise `OutputError` with the command that installs it, where matplotlib is missing."""
    _figure_class()


def draw_chart(chart: Chart) -> bytes:
    """The chart as the bytes of a PNG file."""
    width = (
        7.2 if isinstance(chart, Curves) else max(7.2, min(14.0, 1.2 + 0.16 * len(chart.groups) * len(chart.values)))
    )
    figure = _figure_class()(figsize=(width, 4.2), dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    if isinstance(chart, Curves):
        _draw_curves(axes, chart)
    else:
        _draw_bars(axes, chart)
    axes.set_title(chart.title, loc="left", fontsize=11)
    axes.set_ylim(0, 1.02)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[1]:
        figure.legend(loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _figure_class() -> Any:
    try:
        return importlib.import_module("matplotlib.figure").Figure
    except ImportError as error:
        raise OutputError("an HTML report needs matplotlib: pip install 'whichtext[report]'") from error


def _draw_curves(axes: Any, chart: Curves) -> None:
    for place, (name, points) in enumerate(chart.lines.items()):
        colour = COLOURS[place % len(COLOURS)]
        axes.plot([x for x, _ in points], [y for _, y in points], label=name, color=colour, linewidth=1.6)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel(chart.x_label)
    axes.set_ylabel(chart.y_label)


def _draw_bars(axes: Any, chart: Bars) -> None:
    width = 0.84 / max(1, len(chart.values))
    for place, (name, values) in enumerate(chart.values.items()):
        left = [group - 0.42 + width * (place + 0.5) for group in range(len(values))]
        axes.bar(left, values, width, label=name, color=COLOURS[place % len(COLOURS)])
    axes.set_xticks(range(len(chart.groups)), chart.groups, rotation=20 if len(chart.groups) > 6 else 0, fontsize=8)
    axes.set_ylabel(chart.y_label)
