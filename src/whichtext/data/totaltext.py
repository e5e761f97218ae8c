"""Total-Text: 1,255 training and 300 test images, polygons around straight and curved words.

A folder or zip archive with one file an image, in any of the three layouts that are in circulation:
- `gt_img1.txt`, `x1,y1,...,xn,yn,TRANSCRIPTION`: as many coordinates as stand before the transcription. A
  transcription may begin with numbers (`...,89,103,1500`): of the leading run of whole numbers an odd last one, or
  the last one where nothing follows the run, is the transcription. The layout cannot say more about a transcription
  with commas between numbers.
- `poly_gt_img1.txt`, `x: [[153 161 179]], y: [[347 323 305]], ornt: [u'c'], transcriptions: [u'the']`.
- `poly_gt_img1.mat` (or `gt_img1.mat`), MATLAB 5: the cell array `polygt`, one row a word: 'x:', xs, 'y:', ys,
  transcription, orientation.
Orientation c is curved, h horizontal, m multi-oriented; `#` or the transcription `#` or `###` is don't care.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from whichtext.data.fields import FieldError, as_number, as_polygon_flat, as_text
from whichtext.data.files import Folder, is_safe_name
from whichtext.data.matfile import CellArray, MatError, MatFile, MatValue
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord, Place, TextInstance
from whichtext.data.transcriptions import as_coordinate, read_ground_truth, transcribed
from whichtext.errors import DatasetError

__all__ = ["read"]

SOURCE = "Total-Text"
ORIENTATIONS = {"c": "curved", "h": "horizontal", "m": "multi-oriented"}
_TEXT_FILE = re.compile(r"(?:poly_)?gt_(.+)\.txt")
_MAT_FILE = re.compile(r"(?:poly_)?gt_(.+)\.mat")
_WHOLE = re.compile(r"\s*-?[0-9]{1,7}\s*", re.ASCII)
_NAMED = re.compile(
    r"x: \[\[([-0-9 .]*)\]\], y: \[\[([-0-9 .]*)\]\], ornt: \[u?'([^']*)'\], transcriptions: \[u?(['\"])(.*)\4\]\s*"
)


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """Images of a folder or archive of text files, or of a folder of MATLAB files."""
    if path.is_dir():
        with Folder(path, limits=options.limits) as folder:
            has_matlab = any(_MAT_FILE.fullmatch(name) for name in folder)
        if has_matlab:
            return _read_matlab(path, problems, options)
    return read_ground_truth(
        path, pattern=_TEXT_FILE, parse=_parse, problems=problems, options=options, source=SOURCE
    )  # fmt: skip


def _parse(line: str, number: int, place: Place) -> TextInstance:
    if line.lstrip().startswith("x:"):
        match = _NAMED.fullmatch(line)
        if match is None:
            raise FieldError("a line must be: x: [[...]], y: [[...]], ornt: ['c'], transcriptions: ['WORD']")
        xs, ys = ([as_coordinate(piece) for piece in match[group].split()] for group in (1, 2))
        return _instance(number, xs, ys, match[5], match[3], place)
    pieces = line.split(",")
    run = 0
    while run < len(pieces) and _WHOLE.fullmatch(pieces[run]):
        run += 1
    if run == len(pieces) or run % 2:
        run -= 1  # the last number is the transcription, or the beginning of it
    if run % 2:
        raise FieldError(f"{run} coordinates: one is missing, or the transcription is")
    if run < 6:
        raise FieldError(f"at least 6 coordinates and a transcription were expected, not {run} coordinates")
    numbers = [as_coordinate(piece) for piece in pieces[:run]]
    return _instance(number, numbers[::2], numbers[1::2], ",".join(pieces[run:]), None, place)


def _instance(
    number: int, xs: list[float], ys: list[float], transcription: str, orientation: str | None, place: Place
) -> TextInstance:
    if len(xs) != len(ys):
        raise FieldError(f"{len(xs)} x but {len(ys)} y coordinates")
    polygon = as_polygon_flat([value for pair in zip(xs, ys, strict=True) for value in pair])
    string, legible = transcribed(transcription)
    if orientation == "#" or string == "#":
        string, legible = None, False
    category = ORIENTATIONS.get(orientation, orientation) if orientation else None
    return TextInstance(number, polygon, string, legible, category=category, place=place)


def _read_matlab(path: Path, problems: Problems, options: ReadOptions) -> Iterator[ImageRecord]:
    with Folder(path, limits=options.limits) as folder:
        for name in folder:
            match = _MAT_FILE.fullmatch(name)
            if match is None or not is_safe_name(name):
                continue
            place = Place(folder.place(name))
            try:
                texts = _matlab_texts(path / name, place, problems, options)
            except (MatError, DatasetError, OSError) as error:
                problems.drop("unreadable", place, f"the image is left out: {error}")
                continue
            yield ImageRecord(match[1], f"{match[1]}.jpg", texts=texts, source=SOURCE, place=place)


def _matlab_texts(path: Path, place: Place, problems: Problems, options: ReadOptions) -> tuple[TextInstance, ...]:
    if path.stat().st_size > options.limits.max_small_bytes:
        raise DatasetError(f"more than {options.limits.max_small_bytes} bytes", file=str(path))
    file = MatFile(path, ("polygt", "gt"))
    table = file.variables.get("polygt", file.variables.get("gt"))
    if not isinstance(table, CellArray):
        raise DatasetError("there is no cell array 'polygt'", file=str(path))
    if len(table.shape) != 2 or table.shape[1] not in (5, 6):
        raise DatasetError(f"'polygt' has the shape {table.shape}, not N x 6", file=str(path))
    rows, columns = table.shape
    if rows > 100_000:
        raise DatasetError(f"{rows} texts for one image", file=str(path))
    cells = list(table)
    texts: list[TextInstance] = []
    for row in range(rows):
        where = Place(place.file, None, f"polygt{{{row + 1}}}")
        values = [cells[column * rows + row] for column in range(columns)]
        try:
            orientation = _string(values[5]) if columns == 6 else None
            texts.append(
                _instance(len(texts), _numbers(values[1]), _numbers(values[3]), _string(values[4]), orientation, where)
            )
        except FieldError as error:
            problems.drop("malformed", where, str(error))
    return tuple(texts)


def _numbers(value: MatValue) -> list[float]:
    if not isinstance(value, np.ndarray):
        raise FieldError("a row of coordinates was expected")
    numbers: list[Any] = value.reshape(-1, order="F").tolist()
    return [as_number(number) for number in numbers]


def _string(value: MatValue) -> str:
    if isinstance(value, list):
        if len(value) != 1:
            raise FieldError(f"{len(value)} strings where one was expected")
        return _string(value[0])
    if isinstance(value, np.ndarray):
        if value.size:
            raise FieldError("numbers where a string was expected")
        return ""
    return as_text(value)
