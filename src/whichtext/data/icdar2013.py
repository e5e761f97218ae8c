"""ICDAR 2013, Focused Scene Text (Robust Reading challenge 2): 229 training and 233 test images, upright boxes.

Tasks 2.1 (localization) and 2.4 (end to end): a folder or zip archive with one file an image. Training files are
named `gt_100.txt` and separate by blanks, `158 128 411 181 "Footpath"`; test files are named `gt_img_1.txt` and
separate by commas, `38, 43, 920, 215, "Tiredness"`. The numbers are left, top, right, bottom, inclusive pixels. `###`
is don't care. Task 2.3 (word recognition): one file `gt.txt` of lines `word_1.png, "Tiredness"`; give its path.
Option `lexicons`: the strong lexicons (a folder of `voc_img_1.txt`), or one file, weak or generic, for all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from whichtext.data.fields import FieldError, rectangle
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord, Place, TextInstance
from whichtext.data.transcriptions import as_coordinate, read_ground_truth, read_word_list, transcribed

__all__ = ["read"]

SOURCE = "ICDAR 2013 Focused Scene Text"
_FILE = re.compile(r"gt_(.+)\.txt")
_COMMAS = re.compile(r"([^,]*),([^,]*),([^,]*),([^,]*)(?:,\s?(.*))?", re.DOTALL)
_BLANKS = re.compile(r"\s*([^\s,]+)\s+([^\s,]+)\s+([^\s,]+)\s+([^\s,]+)(?:\s+(\S.*))?\s*", re.DOTALL)


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """Images of tasks 2.1 and 2.4, or crops of task 2.3 where `path` is a text file."""
    if path.is_file() and path.suffix.lower() == ".txt":
        return read_word_list(path, problems=problems, options=options, source=SOURCE)
    return read_ground_truth(
        path, pattern=_FILE, parse=_parse, problems=problems, options=options, source=SOURCE
    )  # fmt: skip


def _parse(line: str, number: int, place: Place) -> TextInstance:
    match = _BLANKS.fullmatch(line) or _COMMAS.fullmatch(line)
    if match is None:
        raise FieldError("a line must be: LEFT, TOP, RIGHT, BOTTOM, TRANSCRIPTION")
    x0, y0, x1, y1 = (as_coordinate(piece) for piece in match.groups()[:4])
    if x1 < x0 or y1 < y0:
        raise FieldError(f"right and bottom must not be less than left and top: {x0:g}, {y0:g}, {x1:g}, {y1:g}")
    string, legible = (None, None) if match[5] is None else transcribed(match[5])
    return TextInstance(number, rectangle((x0, y0, x1, y1)), string, legible, place=place)
