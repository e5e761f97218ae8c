"""What is odd in a data set: every record passes through unchanged, every oddity is reported with its place.

Reported are pictures that are missing, unreadable or of another size; ids that stand twice; regions outside the
picture, without area, self-crossing or against the clock; texts that count but say nothing; expressions without
words. What a reader had to leave out it has reported itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from whichtext.data.files import picture_beside
from whichtext.data.problems import Problems
from whichtext.data.record import Id, ImageRecord, ObjectInstance, Place, TextInstance
from whichtext.types import Polygon

__all__ = ["DEFAULT_TOLERANCE", "Totals", "check", "crosses_itself", "signed_area"]

DEFAULT_TOLERANCE = 1.0
"""Pixels that a region may reach over the edge: sets differ in whether the last pixel is counted."""

_Size = tuple[int, int]


@dataclass(slots=True)
class Totals:
    """How much passed through."""

    images: int = 0
    texts: int = 0
    counting_texts: int = 0
    """Those that are no don't-care regions."""
    objects: int = 0
    expressions: int = 0
    labels: int = 0

    def add(self, record: ImageRecord) -> None:
        """Count one image."""
        self.images += 1
        self.texts += len(record.texts)
        self.counting_texts += sum(text.legible is not False for text in record.texts)
        self.objects += len(record.objects)
        self.expressions += len(record.expressions)
        self.labels += len(record.labels)


def check(
    records: Iterable[ImageRecord],
    *,
    problems: Problems,
    totals: Totals | None = None,
    pictures: Path | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Iterator[ImageRecord]:
    """The records themselves; `pictures` is the folder that their files lie in, None leaves pictures unchecked."""
    seen: set[str] = set()
    for record in records:
        if totals is not None:
            totals.add(record)
        if str(record.image_id) in seen:
            problems.note("duplicate-id", record.place, f"the image {record.image_id!r} stands twice")
        seen.add(str(record.image_id))
        size = _size(record, pictures, problems)
        _check_texts(record, size, tolerance, problems)
        _check_objects(record.objects, size, tolerance, problems)
        _check_expressions(record, problems)
        yield record


def signed_area(polygon: Polygon) -> float:
    """Area in square pixels; positive where the points run clockwise as seen (y down)."""
    following = (*polygon[1:], *polygon[:1])
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(polygon, following, strict=True)) / 2


def crosses_itself(polygon: Polygon) -> bool:
    """Whether two edges that are no neighbours meet; repeated points count once."""
    points = [point for number, point in enumerate(polygon) if point != polygon[number - 1]]
    edges = list(zip(points, points[1:] + points[:1], strict=True))
    count = len(edges)
    for first in range(count - 2):
        for second in range(first + 2, count - (first == 0)):
            if _meet(*edges[first], *edges[second]):
                return True
    return False


def _meet(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]) -> bool:
    """Whether the segments ab and cd share a point in their inside, or one ends on the other."""
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def _side(a: tuple[float, float], b: tuple[float, float], point: tuple[float, float]) -> int:
    turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    return (turn > 0) - (turn < 0)


def _size(record: ImageRecord, pictures: Path | None, problems: Problems) -> _Size | None:
    """Size of the picture: as the record says, else as the picture says."""
    said = None if record.width is None or record.height is None else (record.width, record.height)
    if pictures is None:
        return said
    path = picture_beside(pictures, record.file, str(record.image_id))
    if path is None:
        problems.note("missing-file", record.place, f"there is no picture {record.file or record.image_id!r}")
        return said
    from PIL import Image

    try:
        with Image.open(path) as picture:
            real = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        problems.note("unreadable", Place(str(path)), f"no readable picture: {type(error).__name__}")
        return said
    if said is not None and said != real:
        message = f"{said[0]} x {said[1]} in the annotations, {real[0]} x {real[1]} in {path.name!r}"
        problems.note("wrong-size", record.place, message)
    return said or real


def _check_texts(record: ImageRecord, size: _Size | None, tolerance: float, problems: Problems) -> None:
    seen: set[Id] = set()
    for text in record.texts:
        _check_id("text", text, seen, problems)
        if text.legible is not False and (text.legible is True if text.string is None else not text.string.strip()):
            problems.note("empty-string", text.place, f"the text {text.id!r} counts but has no transcription")
        polygon = text.polygon
        if not polygon:
            continue
        _check_inside("text", text.id, polygon, size, tolerance, text.place, problems)
        area = signed_area(polygon)
        if area == 0 and not crosses_itself(polygon):
            problems.note("degenerate", text.place, f"the text {text.id!r} has no area")
        elif crosses_itself(polygon):
            problems.note("self-crossing", text.place, f"the edges of the text {text.id!r} cross")
        elif area < 0:
            problems.note("counter-clockwise", text.place, f"the text {text.id!r} runs against the clock")


def _check_objects(objects: Iterable[ObjectInstance], size: _Size | None, tolerance: float, problems: Problems) -> None:
    seen: set[Id] = set()
    for thing in objects:
        _check_id("object", thing, seen, problems)
        if thing.box is None:
            continue
        x0, y0, x1, y1 = thing.box
        _check_inside("object", thing.id, ((x0, y0), (x1, y1)), size, tolerance, thing.place, problems)
        if x0 == x1 or y0 == y1:
            problems.note("degenerate", thing.place, f"the object {thing.id!r} has no area")


def _check_expressions(record: ImageRecord, problems: Problems) -> None:
    seen: set[Id] = set()
    for expression in record.expressions:
        if expression.id in seen:
            problems.note("duplicate-id", expression.place, f"the expression {expression.id!r} stands twice")
        seen.add(expression.id)
        if not expression.raw.strip():
            problems.note("empty-string", expression.place, f"the expression {expression.id!r} has no words")


def _check_id(kind: str, item: TextInstance | ObjectInstance, seen: set[Id], problems: Problems) -> None:
    if item.id in seen:
        problems.note("duplicate-id", item.place, f"the {kind} {item.id!r} stands twice")
    seen.add(item.id)


def _check_inside(
    kind: str, name: Id, points: Polygon, size: _Size | None, tolerance: float, place: Place, problems: Problems
) -> None:
    high = (float("inf"), float("inf")) if size is None else size
    for x, y in points:
        if not (-tolerance <= x <= high[0] + tolerance and -tolerance <= y <= high[1] + tolerance):
            of = "" if size is None else f" of {size[0]} x {size[1]}"
            problems.note("outside", place, f"({x:g}, {y:g}) of the {kind} {name!r} is outside the picture{of}")
            return
