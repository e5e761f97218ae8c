"""What a report is made of, whatever it is written as: tables, charts, cases. Plain values, no library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from whichtext.types import Polygon

__all__ = ["Bars", "Case", "Chart", "Curves", "Mark", "Table", "number", "rate_cell", "share"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells that are already text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines in the unit square: precision over recall."""

    title: str
    x_label: str
    y_label: str
    lines: Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Bars:
    """Groups of bars between 0 and 1."""

    title: str
    y_label: str
    groups: tuple[str, ...]
    values: Mapping[str, Sequence[float]]
    """One a group, by name of the series."""


Chart = Curves | Bars


@dataclass(frozen=True, slots=True)
class Mark:
    """A text to be drawn on a photo."""

    polygon: Polygon
    text: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One photo with what was wanted and what was given."""

    photo: str
    picture: Path
    title: str
    """What was asked, or what went wrong."""
    lines: tuple[str, ...] = ()
    """What a person should know to judge it."""
    wanted: tuple[Mark, ...] = ()
    given: tuple[Mark, ...] = field(default=())


def share(value: float | None, *, digits: int = 3) -> str:
    """A share as papers print it; a dash where it could not be measured."""
    return "–" if value is None else f"{value:.{digits}f}"


def number(value: float | None) -> str:
    """A figure of any size, short."""
    return "–" if value is None else f"{value:.4g}"


def rate_cell(rate: Mapping[str, object] | None, *, over: str = "queries") -> str:
    """A hit rate with its interval: `0.582 [0.54, 0.62]`."""
    if rate is None:
        return "–"
    interval = rate[f"over_{over}_interval"]
    value = rate[f"over_{over}"]
    assert isinstance(value, float)
    assert isinstance(interval, list | tuple)
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"
