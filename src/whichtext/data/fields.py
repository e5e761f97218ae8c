"""Taking values out of documents that others made: each is what the format says, or a `FieldError` that says why not.

A reader catches the error at the item it belongs to and reports the item; so a wrong type, a missing key, NaN or a
number of 400 digits costs one item and never the run.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from whichtext.data.files import is_safe_name
from whichtext.data.record import Id
from whichtext.types import Box, Polygon

__all__ = [
    "MAX_COORDINATE",
    "MAX_POINTS",
    "FieldError",
    "as_box_xywh",
    "as_box_xyxy",
    "as_id",
    "as_list",
    "as_mapping",
    "as_name",
    "as_number",
    "as_points",
    "as_polygon_flat",
    "as_size",
    "as_text",
    "get",
    "rectangle",
]

MAX_COORDINATE = 1_000_000.0
"""Pixels; no picture of any set is that large, so a larger number is damage."""
MAX_POINTS = 1_000
"""Of one polygon."""
MAX_CHARACTERS = 10_000
"""Of one string."""


class FieldError(ValueError):
    """A value is not what the format says; `path` leads to it from the item."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


def get(item: Mapping[str, Any], key: str) -> Any:
    """Value of a key that must be there."""
    if key not in item:
        raise FieldError(f"the key {key!r} is missing")
    return item[key]


def as_mapping(value: Any, path: str = "") -> Mapping[str, Any]:
    """A JSON object."""
    if not isinstance(value, Mapping):
        raise FieldError(f"an object was expected, not {_shown(value)}", path)
    return value


def as_list(value: Any, path: str = "") -> Sequence[Any]:
    """A JSON array."""
    if not isinstance(value, list | tuple):
        raise FieldError(f"a list was expected, not {_shown(value)}", path)
    return value


def as_text(value: Any, path: str = "") -> str:
    """A string that can be written as UTF-8."""
    if not isinstance(value, str):
        raise FieldError(f"a string was expected, not {_shown(value)}", path)
    if len(value) > MAX_CHARACTERS:
        raise FieldError(f"a string of {len(value)} characters, more than {MAX_CHARACTERS}", path)
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise FieldError("half of a surrogate pair in a string", path)
    return value


def as_id(value: Any, path: str = "") -> Id:
    """An id: a whole number below 2⁶³ or a string that is not empty."""
    if isinstance(value, str) and value:
        return as_text(value, path)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise FieldError(f"an id was expected, a whole number or a string, not {_shown(value)}", path)


def as_number(value: Any, path: str = "") -> float:
    """A finite coordinate in pixels."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldError(f"a number was expected, not {_shown(value)}", path)
    if not -MAX_COORDINATE <= value <= MAX_COORDINATE:  # false for NaN
        raise FieldError(f"{_shown(value)} is no coordinate in pixels", path)
    return float(value)


def as_size(value: Any, path: str = "") -> int:
    """A width or height in pixels."""
    number = as_number(value, path)
    if number < 1 or number != math.floor(number):
        raise FieldError(f"{_shown(value)} is no size in pixels", path)
    return int(number)


def as_name(value: Any, path: str = "") -> str:
    """A file name that stays below its folder."""
    name = as_text(value, path)
    if not is_safe_name(name):
        raise FieldError(f"unsafe file name {_shown(name)}: it is absolute, empty or leads upwards", path)
    return name


def as_box_xywh(value: Any, path: str = "") -> Box:
    """[x, y, width, height] as (x0, y0, x1, y1)."""
    numbers = [as_number(entry, path) for entry in _bounded(as_list(value, path), 4, path)]
    if len(numbers) != 4:
        raise FieldError(f"4 numbers were expected, not {len(numbers)}", path)
    x, y, width, height = numbers
    if width < 0 or height < 0:
        raise FieldError(f"a box of size {width:g} x {height:g}", path)
    return x, y, x + width, y + height


def as_box_xyxy(value: Any, path: str = "") -> Box:
    """[x0, y0, x1, y1]."""
    numbers = [as_number(entry, path) for entry in _bounded(as_list(value, path), 4, path)]
    if len(numbers) != 4 or numbers[2] < numbers[0] or numbers[3] < numbers[1]:
        raise FieldError("a box must be [x0, y0, x1, y1] with x0 <= x1 and y0 <= y1", path)
    return numbers[0], numbers[1], numbers[2], numbers[3]


def as_polygon_flat(value: Any, path: str = "") -> Polygon:
    """[x0, y0, x1, y1, ...] as points, at least three."""
    numbers = [as_number(entry, path) for entry in _bounded(as_list(value, path), 2 * MAX_POINTS, path)]
    if len(numbers) < 6 or len(numbers) % 2:
        raise FieldError(f"an even number of at least 6 coordinates was expected, not {len(numbers)}", path)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def as_points(value: Any, path: str = "") -> Polygon:
    """[[x, y], ...], at least three."""
    points = []
    for entry in _bounded(as_list(value, path), MAX_POINTS, path):
        pair = as_list(entry, path)
        if len(pair) != 2:
            raise FieldError(f"a point of {len(pair)} numbers", path)
        points.append((as_number(pair[0], path), as_number(pair[1], path)))
    if len(points) < 3:
        raise FieldError(f"at least 3 points were expected, not {len(points)}", path)
    return tuple(points)


def rectangle(box: Box) -> Polygon:
    """Corners of a box, clockwise from the top left."""
    x0, y0, x1, y1 = box
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def _bounded(values: Sequence[Any], limit: int, path: str) -> Sequence[Any]:
    if len(values) > limit:
        raise FieldError(f"a list of {len(values)} entries, more than {limit}", path)
    return values


def _shown(value: Any) -> str:
    """A value in a message: short whatever it is."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a huge number"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
