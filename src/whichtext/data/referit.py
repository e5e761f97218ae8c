"""ReferIt (RefCLEF): 19,894 photos of ImageCLEF, 96,654 regions, 130,525 expressions from a game.

`RealGames.txt`, lines `8756_2.jpg~sunray at very top~.339~.023`: image, region, expression, and where the second player
clicked as a share of width and height; the click is checked and not kept. The picture is `8756.jpg`.
Option `masks`: a folder with `8756_2.mat` for each region, MATLAB 5, the matrix `segimg_t` (0 inside the region); the
box of the region and the size of the picture come from it. Without it the regions have no box.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from whichtext.data.fields import FieldError, as_text
from whichtext.data.files import decode, read_bytes
from whichtext.data.matfile import MatError, MatFile
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import Expression, Id, ImageRecord, ObjectInstance, Place
from whichtext.errors import DatasetError
from whichtext.types import Box

__all__ = ["read"]

SOURCE = "ReferIt"
_NAME = re.compile(r"([0-9]{1,12})_([0-9]{1,12})\.jpg", re.ASCII)
_Parsed = tuple[str, str, str, int]
"""(image, region, expression, line)."""


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """All images, in the order of their first line; the lines of an image need not stand together."""
    text = decode(read_bytes(path, max_bytes=options.limits.max_small_bytes * 10), str(path))
    images: dict[str, list[_Parsed]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            parsed = _parse(line.rstrip("\r"), number, str(path), problems)
        except FieldError as error:
            problems.drop("malformed", Place(str(path), number), str(error))
        else:
            images.setdefault(parsed[0], []).append(parsed)
    for image, lines in images.items():
        yield _record(image, lines, str(path), problems, options)


def _parse(line: str, number: int, file: str, problems: Problems) -> _Parsed:
    name, *rest = line.split("~", 1)
    pieces = rest[0].rsplit("~", 2) if rest else []
    match = _NAME.fullmatch(name.strip())
    if match is None or len(pieces) != 3:
        raise FieldError("a line must be: IMAGE_REGION.jpg~EXPRESSION~X~Y")
    if not all(map(_is_share, pieces[1:])):
        problems.note("malformed", Place(file, number), "the click is no pair of numbers")
    return match[1], match[2], as_text(pieces[0]), number


def _is_share(text: str) -> bool:
    try:
        return math.isfinite(float(text[:40]))
    except ValueError:
        return False


def _record(image: str, lines: list[_Parsed], file: str, problems: Problems, options: ReadOptions) -> ImageRecord:
    objects: dict[Id, ObjectInstance] = {}
    size: tuple[int, int] | None = None
    for _, region, _, number in lines:
        if region in objects:
            continue
        place = Place(file, number)
        box: Box | None = None
        if options.masks is not None:
            mask = options.masks / f"{image}_{region}.mat"
            try:
                box, size = _box_of(mask, options)
            except DatasetError as error:
                kind = "unreadable" if mask.exists() else "missing-file"
                problems.note(kind, place, f"the region has no box: {error}")
        objects[region] = ObjectInstance(region, box=box, place=place)
    return ImageRecord(
        image_id=image,
        file=f"{image}.jpg",
        width=None if size is None else size[0],
        height=None if size is None else size[1],
        objects=tuple(objects.values()),
        expressions=tuple(
            Expression(number, raw, object_id=region, source="human", place=Place(file, number))
            for _, region, raw, number in lines
        ),
        source=SOURCE,
        place=Place(file, lines[0][3]),
    )


def _box_of(mask: Path, options: ReadOptions) -> tuple[Box, tuple[int, int]]:
    """Box around the zeros of a mask, and the size (width, height) of the mask."""
    try:
        if mask.stat().st_size > options.limits.max_small_bytes:
            raise DatasetError(f"more than {options.limits.max_small_bytes} bytes", file=str(mask))
        values = MatFile(mask, ("segimg_t",)).variables.get("segimg_t")
    except (MatError, OSError) as error:
        raise DatasetError(f"no usable MATLAB file: {error}", file=str(mask)) from error
    if not isinstance(values, np.ndarray) or values.ndim != 2 or not values.size:
        raise DatasetError("there is no matrix 'segimg_t'", file=str(mask))
    inside = values == 0
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        raise DatasetError("the region is empty", file=str(mask))
    box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
    return box, (int(values.shape[1]), int(values.shape[0]))
