"""SynthText in the Wild: 858,750 synthetic images with 7.27 million words and their characters.

`gt.mat`, four cell arrays with one cell an image: `imnames` (relative path), `wordBB` (2 x 4 x words), `charBB` (2 x
4 x characters), x then y, corners clockwise from the text's own top left, and `txt` (rows of text, padded with
blanks; words are what blanks and line ends separate, and the characters are theirs in order). A single word may drop
the third axis. MATLAB 5 files are streamed (`matfile.py`). MATLAB 7.3 files, and the `.h5` files that SynthText's own
generator writes (group `data`, one data set an image with the attributes wordBB, charBB, txt), are HDF5 and need the
extra `data`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from whichtext.data.fields import MAX_COORDINATE, FieldError, as_name, as_text
from whichtext.data.hdf5_rows import VARIABLES, read_rows
from whichtext.data.matfile import CellArray, MatError, MatFile, MatValue
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import CharacterBox, ImageRecord, Place, TextInstance
from whichtext.errors import DatasetError
from whichtext.types import Polygon

__all__ = ["read"]

SOURCE = "SynthText in the Wild"
_HDF5_START = b"\x89HDF\r\n\x1a\n"


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """Images of one file, one after the other."""
    name = str(path)
    try:
        with open(path, "rb") as file:
            start = file.read(520)
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot be read: {error}", file=name) from error
    if start.startswith(_HDF5_START) or start[512:].startswith(_HDF5_START):
        rows = _hdf5_rows(path, options)
    else:
        rows = _matlab_rows(path)
    seen: set[str] = set()
    for place, row in rows:
        try:
            record = _record(place, *row, problems)
        except FieldError as error:
            problems.drop("malformed", place, f"the image is left out: {error}")
            continue
        if str(record.image_id) in seen:
            problems.drop("duplicate-id", place, f"{record.image_id} stands twice")
            continue
        seen.add(str(record.image_id))
        yield record


Row = tuple[Any, Any, Any, Any]


def _matlab_rows(path: Path) -> Iterator[tuple[Place, Row]]:
    try:
        file = MatFile(path, VARIABLES)
        arrays = [_cells(file, name) for name in VARIABLES]
        sizes = {len(array) for array in arrays}
        if len(sizes) != 1:
            shapes = ", ".join(f"{name} {len(array)}" for name, array in zip(VARIABLES, arrays, strict=True))
            raise DatasetError(f"the variables do not have one cell for each image: {shapes}", file=str(path))
        for number, row in enumerate(zip(*arrays, strict=True), start=1):
            yield Place(str(path), None, f"{{{number}}}"), (row[0], row[1], row[2], row[3])
    except (MatError, OSError) as error:
        raise DatasetError(f"no usable MATLAB file: {error}", file=str(path)) from error


def _cells(file: MatFile, name: str) -> CellArray:
    value = file.variables.get(name)
    if not isinstance(value, CellArray):
        raise MatError(f"there is no cell array {name!r}")
    return value


def _record(
    place: Place, name: MatValue, words: MatValue, characters: MatValue, txt: MatValue, problems: Problems
) -> ImageRecord:
    file = as_name(_string(name))
    strings = [word for rows in _rows(txt) for word in rows.split()]
    quads = _quads(words, "wordBB")
    if len(strings) != len(quads):
        raise FieldError(f"{len(quads)} boxes but {len(strings)} words in txt")
    letters = _quads(characters, "charBB")
    needed = sum(map(len, strings))
    if len(letters) != needed:
        problems.note("malformed", place, f"{len(letters)} character boxes for {needed} characters: they are left out")
        letters = []
    texts = []
    at = 0
    for number, (string, quad) in enumerate(zip(strings, quads, strict=True)):
        own = letters[at : at + len(string)]
        at += len(string)
        boxes = tuple(CharacterBox(polygon, char) for polygon, char in zip(own, string, strict=bool(letters)))
        where = Place(place.file, None, f"wordBB{place.path}(:,:,{number + 1})")
        texts.append(TextInstance(number, quad, as_text(string), True, characters=boxes, place=where))
    return ImageRecord(file, file, texts=tuple(texts), source=SOURCE, place=place)


def _string(value: MatValue) -> str:
    if isinstance(value, list) and len(value) == 1:
        return _string(value[0])
    return as_text(value)


def _rows(value: MatValue) -> list[str]:
    if isinstance(value, str):
        return value.split("\n")
    if isinstance(value, list):
        return [_string(row) for row in value]
    if value.size == 0:
        return []
    raise FieldError("txt holds numbers")


def _quads(value: MatValue, name: str) -> list[Polygon]:
    """(2, 4) or (2, 4, N) coordinates as N quadrilaterals."""
    if not isinstance(value, np.ndarray):
        raise FieldError(f"{name} holds no numbers")
    if value.size == 0:
        return []
    if value.ndim == 2:
        value = value[:, :, None]
    if value.ndim != 3 or value.shape[:2] != (2, 4):
        raise FieldError(f"{name} has the shape {value.shape}, not 2 x 4 x N")
    if not np.isfinite(value).all() or float(np.abs(value).max()) > MAX_COORDINATE:
        raise FieldError(f"{name} holds numbers that are no coordinates in pixels")
    points = np.transpose(value.astype(np.float64), (2, 1, 0)).tolist()
    return [tuple((x, y) for x, y in quad) for quad in points]


def _hdf5_rows(path: Path, options: ReadOptions) -> Iterator[tuple[Place, Row]]:
    for row in read_rows(path, options.limits):
        yield Place(str(path), None, row.path), (row.name, row.words, row.characters, list(row.txt))
