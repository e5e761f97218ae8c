"""ICDAR 2015, Incidental Scene Text (Robust Reading challenge 4): 1,000 training and 500 test images, quadrilaterals.

Tasks 4.1 (localization) and 4.4 (end to end): a folder or zip archive with `gt_img_1.txt` for each image, UTF-8 with
or without byte-order mark, lines `x1,y1,x2,y2,x3,y3,x4,y4,transcription`, clockwise from the text's own top left.
Commas after the eighth belong to the transcription. `###` is don't care. Task 4.2 (segmentation) never had data. Task
4.3 (word recognition): one file `gt.txt` of lines `word_1.png, "JOINT"`; give its path; `coords.txt` beside it tells
where each crop comes from. Option `lexicons`: the strong lexicons (a folder of `voc_img_1.txt`), or one file, weak or
generic, for all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from whichtext.data.fields import FieldError
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord, Place, TextInstance
from whichtext.data.transcriptions import as_coordinate, read_ground_truth, read_word_list, transcribed

__all__ = ["read"]

SOURCE = "ICDAR 2015 Incidental Scene Text"
_FILE = re.compile(r"gt_(.+)\.txt")


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """Images of tasks 4.1 and 4.4, or crops of task 4.3 where `path` is a text file."""
    if path.is_file() and path.suffix.lower() == ".txt":
        return read_word_list(path, problems=problems, options=options, source=SOURCE)
    return read_ground_truth(
        path, pattern=_FILE, parse=_parse, problems=problems, options=options, source=SOURCE
    )  # fmt: skip


def _parse(line: str, number: int, place: Place) -> TextInstance:
    pieces = line.split(",", 8)
    if len(pieces) < 8:
        raise FieldError("a line must be: X1,Y1,X2,Y2,X3,Y3,X4,Y4,TRANSCRIPTION")
    numbers = [as_coordinate(piece) for piece in pieces[:8]]
    quad = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    string, legible = transcribed(pieces[8]) if len(pieces) == 9 else (None, None)
    return TextInstance(number, quad, string, legible, place=place)
