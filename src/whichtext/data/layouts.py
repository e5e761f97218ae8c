"""Records as the text files of the Robust Reading Competition: one file an image, one line a text.

Each layout reads back with the reader of its name. What it has no place for is reported as "lost".
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord, TextInstance
from whichtext.data.transcriptions import DONT_CARE, unquoted
from whichtext.types import Polygon

__all__ = ["LAYOUTS", "Layout", "file_stem"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class Layout(NamedTuple):
    """How the file of an image is named and how a text is written."""

    prefix: str
    line: Callable[[TextInstance, Problems], str]

    def content(self, record: ImageRecord, problems: Problems) -> str:
        """The file of one image; texts without a region are left out."""
        lost = [name for name in ("objects", "expressions", "labels", "lexicon") if getattr(record, name)]
        if lost:
            problems.note("lost", record.place, f"the layout has no place for {', '.join(lost)}")
        lines = []
        for text in record.texts:
            if not text.polygon:
                problems.drop("lost", text.place, f"the text {text.id!r} has no region")
                continue
            if text.characters:
                problems.note("lost", text.place, "the layout has no place for characters")
            lines.append(self.line(text, problems) + "\n")
        return "".join(lines)


def file_stem(record: ImageRecord, problems: Problems) -> str:
    """The image's id as part of a file name."""
    name = str(record.image_id)
    stem = _UNSAFE.sub("_", name)[-200:]
    if stem != name:
        problems.note("lost", record.place, f"the image {name!r} is named {stem!r}")
    return stem


def _box_line(text: TextInstance, problems: Problems) -> str:
    xs, ys = [x for x, _ in text.polygon], [y for _, y in text.polygon]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    if set(text.polygon) != {(x0, y0), (x1, y0), (x1, y1), (x0, y1)}:
        problems.note("lost", text.place, f"the text {text.id!r} is no upright box: the box around it is written")
    numbers = ", ".join(map(_number, (x0, y0, x1, y1)))
    transcription = _transcription(text, problems)
    if transcription is None:
        return numbers
    return f"{numbers}, {transcription if transcription == DONT_CARE else _in_quotes(unquoted(transcription))}"


def _quad_line(text: TextInstance, problems: Problems) -> str:
    quad = text.polygon
    if len(quad) != 4:
        problems.note("lost", text.place, f"the text {text.id!r} has {len(quad)} points: a rectangle is written")
        quad = _rectangle_around(quad)
    numbers = ",".join(_number(value) for point in quad for value in point)
    transcription = _transcription(text, problems)
    return numbers if transcription is None else f"{numbers},{transcription}"


def _polygon_line(text: TextInstance, problems: Problems) -> str:
    xs = " ".join(_number(x) for x, _ in text.polygon)
    ys = " ".join(_number(y) for _, y in text.polygon)
    orientation = {"curved": "c", "horizontal": "h", "multi-oriented": "m"}.get(text.category or "", "")
    transcription = _transcription(text, problems)
    if transcription is None:
        problems.note("lost", text.place, f"the text {text.id!r} has no transcription: an empty one is written")
    return f"x: [[{xs}]], y: [[{ys}]], ornt: [u'{orientation}'], transcriptions: [u'{transcription or ''}']"


def _transcription(text: TextInstance, problems: Problems) -> str | None:
    """What stands for the string in a file, so that reading gives the string back; None where nothing is known."""
    if text.legible is False:
        if text.string is not None:
            problems.note("lost", text.place, "the string of a don't-care region has no place")
        return DONT_CARE
    if text.string is None:
        return None
    string = re.sub(r"[\r\n]+", " ", text.string)
    if string != text.string:
        problems.note("lost", text.place, "a line end in a string is written as a blank")
    if string == DONT_CARE or string == "#":
        problems.note("lost", text.place, f"the string {string!r} stands for a don't-care region")
    return _in_quotes(string) if unquoted(string) != string else string


def _in_quotes(string: str) -> str:
    escaped = string.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _rectangle_around(polygon: Polygon) -> Polygon:
    import numpy as np

    from whichtext.geometry import as_polygon, min_area_quad

    return as_polygon(min_area_quad(np.asarray(polygon)))


def _number(value: float) -> str:
    """A coordinate to a millionth of a pixel, without exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


LAYOUTS = {
    "icdar2013": Layout("gt_", _box_line),
    "icdar2015": Layout("gt_", _quad_line),
    "totaltext": Layout("poly_gt_", _polygon_line),
}
"""By the name of the reader."""
