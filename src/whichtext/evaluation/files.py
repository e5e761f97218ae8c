"""Reading regions from what systems and organisers hand out: JSON Lines, or the official text files.

- JSON Lines, one image a line: `{"image": "img_1", "boxes": [[x, y, ...], ...], "texts": [...], "scores": [...]}`.
  `texts` and `scores` are optional, and so is `lexicon` in a ground truth. An image without a line has no result; one
  with empty lists has an empty result.
- Text files, one an image, in a folder or a zip archive: `gt_img_1.txt`, `res_img_1.txt`, `img_1.txt` are all of image
  `img_1`. A line has the coordinates, then the confidence where there is one, then the text, parted by commas. The text
  may contain commas.
- A word list, one `.txt` file with lines `word_1.png, "Tiredness"`: crops of single words, for the recognition
  protocols.

Text lines are read as the public scripts read them. A text wholly in double quotes loses them, and doubled backslashes
and backslash-quotes are unescaped, in this order, one after the other; blanks inside the quotes are kept, and without
quotes nothing is stripped. A byte-order mark is dropped. Coordinates are whole numbers (in JSON Lines, any numbers);
rectangles must not have max below min, and only their min values may be negative; four corners run clockwise on screen.
Whatever is wrong is a `DatasetError` with file and line: nothing is skipped.
"""

import json
import math
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from whichtext.errors import DatasetError
from whichtext.evaluation.lexicons import Lexicon, Lexicons
from whichtext.evaluation.polygons import is_clockwise
from whichtext.evaluation.results import Regions, box_fault

__all__ = ["BOX_LAYOUTS", "BoxLayout", "TextColumns", "read_lexicons", "read_regions"]

MAX_BYTES = 500_000_000
"""Of a JSON Lines file or word list."""
MAX_BYTES_OF_IMAGE = 16_000_000
"""Of one text file for one image."""
MAX_FILES = 1_000_000
"""Entries of one folder or archive."""

BoxLayout = Literal["auto", "rectangles", "quadrilaterals", "polygons"]
BOX_LAYOUTS: tuple[BoxLayout, ...] = ("auto", "rectangles", "quadrilaterals", "polygons")
"""How many coordinates a text line has: 4, 8, an even number of 6 and more, or what most lines of the data set say."""

_NEWLINE = re.compile(r"\r\n|\n|\r")
_WHOLE_NUMBER = re.compile(r"\s*(-?[0-9]{1,12})\s*", re.ASCII)
_QUOTED = re.compile(r'\s*"(.*)"\s*', re.DOTALL)
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # encrypted
    OSError,
    ValueError,
)
"""What the standard library raises for damaged archives."""
_POLYGON_SHARE = 0.1
"""Text files hold polygons if more than this share of the lines begin with ten whole numbers."""


@dataclass(frozen=True, slots=True)
class TextColumns:
    """What stands in a line of a text file; JSON Lines say it themselves."""

    boxes: BoxLayout = "auto"
    scores: bool = False
    """Whether a confidence follows the coordinates."""
    texts: bool = True
    """Whether the rest of the line is the text; else it is left alone."""


def read_regions(path: str | os.PathLike[str], *, columns: TextColumns | None = None) -> tuple[Regions, ...]:
    """Regions of every image: in the order of the file, or of the image names (2 before 10) in a folder or archive."""
    name = os.fspath(path)
    columns = columns or TextColumns()
    if os.path.isdir(name) or _is_zip(name):
        return _from_text_files(name, columns)
    text = _decoded(_read_file(name, MAX_BYTES), name)
    read = _from_word_list if name.lower().endswith(".txt") else _from_json_lines
    return tuple(_unique(read(text, name), name))


def read_lexicons(path: str | os.PathLike[str]) -> Lexicons:
    """One word list for all images (a file), or one for each (`voc_img_1.txt` in a folder or archive)."""
    name = os.fspath(path)
    if not os.path.isdir(name) and not _is_zip(name):
        return Lexicons(for_all=_words(_decoded(_read_file(name, MAX_BYTES), name)))
    of_image: dict[str, Lexicon] = {}
    for file, text in _text_files(name):
        match = re.fullmatch(r"(?:voc_)?(.+)\.txt", file.rpartition("/")[2], re.IGNORECASE)
        if match is None or match[1] in of_image:
            raise DatasetError("not named voc_IMAGE.txt, or the second of its name", file=_place(name, file))
        of_image[match[1]] = _words(text)
    return Lexicons(of_image=of_image)


def _words(text: str) -> Lexicon:
    return Lexicon(line.strip() for line in _NEWLINE.split(text))


# --- JSON Lines


def _from_json_lines(text: str, file: str) -> Iterator[tuple[int, Regions]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise DatasetError(f"is no JSON object: {error}", file=file, line=number) from error
        try:
            yield number, _regions_of(document)
        except _Fault as fault:
            raise DatasetError(fault.message, file=file, line=number, path=fault.path) from None
        except DatasetError as error:  # lists of different length
            raise DatasetError(str(error), file=file, line=number) from None


class _Fault(Exception):
    """Something wrong in a line, before it is known where the line stands."""

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.message, self.path = message, path


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _regions_of(document: Any) -> Regions:
    if not isinstance(document, Mapping):
        raise _Fault("an object with image, boxes and more was expected")
    image = document.get("image")
    if not isinstance(image, str) or not image:
        raise _Fault("the name of the image was expected, a string", "image")
    texts = tuple(_string(value, f"texts[{place}]") for place, value in enumerate(_list(document, "texts")))
    if "boxes" in document:
        boxes = tuple(_box(value, f"boxes[{place}]") for place, value in enumerate(_list(document, "boxes")))
    elif "texts" in document:
        boxes = ((),) * len(texts)
    else:
        raise _Fault("a list of boxes was expected", "boxes")
    scores = tuple(_number(value, f"scores[{place}]") for place, value in enumerate(_list(document, "scores")))
    lexicon = tuple(_string(value, f"lexicon[{place}]") for place, value in enumerate(_list(document, "lexicon")))
    for name, values in (("texts", texts), ("scores", scores)):
        if document.get(name) is not None and len(values) != len(boxes):
            raise _Fault(f"there are {len(boxes)} boxes and {len(values)} {name}", name)
    return Regions(image=image, boxes=boxes, texts=texts, scores=scores, lexicon=lexicon)


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _Fault(f"a list was expected, not {_shown(value)}", name)
    return value


def _string(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _Fault(f"a string was expected, not {_shown(value)}", path)
    return value


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Fault(f"a number was expected, not {_shown(value)}", path)
    return float(value)


def _box(value: Any, path: str) -> tuple[float, ...]:
    """A box, flat or as corners [[x, y], ...]."""
    if not isinstance(value, list):
        raise _Fault(f"a list of numbers was expected, not {_shown(value)}", path)
    if value and all(isinstance(corner, list) and len(corner) == 2 for corner in value):
        value = [coordinate for corner in value for coordinate in corner]
    box = tuple(_number(coordinate, f"{path}[{place}]") for place, coordinate in enumerate(value))
    _check_box(box, path, clockwise=True)
    return box


def _shown(value: Any) -> str:
    return repr(value)[:40]


def _check_box(box: Sequence[float], path: str | None, *, clockwise: bool) -> None:
    """Refuse what the public scripts refuse; four corners must run clockwise where `clockwise` says so."""
    fault = box_fault(box)
    if fault is not None:
        raise _Fault(fault, path)
    if len(box) == 4 and (box[2] < 0 or box[3] < 0):
        raise _Fault(f"xmax or ymax is negative: {_joined(box)}", path)
    if len(box) == 8 and clockwise and not is_clockwise(box):
        raise _Fault(f"the corners do not run clockwise on screen: {_joined(box)}", path)


def _joined(box: Sequence[float]) -> str:
    return ", ".join(f"{coordinate:g}" for coordinate in box)


def _unique(read: Iterator[tuple[int, Regions]], file: str) -> Iterator[Regions]:
    seen: dict[str, int] = {}
    for number, regions in read:
        if regions.image in seen:
            raise DatasetError(
                f"image {regions.image!r} stands in line {seen[regions.image]} already", file=file, line=number
            )
        seen[regions.image] = number
        yield regions


# --- text files


@dataclass(frozen=True, slots=True)
class _Line:
    file: str
    number: int
    content: str


def _from_text_files(name: str, columns: TextColumns) -> tuple[Regions, ...]:
    lines_of: dict[str, list[_Line]] = {}
    for file, text in _text_files(name):
        image = re.sub(r"^(?:gt|res)_(?=.)", "", file.rpartition("/")[2][: -len(".txt")])
        place = _place(name, file)
        if image in lines_of:
            raise DatasetError(f"a second file for image {image!r}", file=place)
        lines_of[image] = [
            _Line(place, number, line) for number, line in enumerate(_NEWLINE.split(text), start=1) if line.strip()
        ]
    layout = columns.boxes if columns.boxes != "auto" else _layout_of(lines_of)
    return tuple(_regions_of_lines(image, lines, layout, columns) for image, lines in lines_of.items())


def _layout_of(lines_of: Mapping[str, Sequence[_Line]]) -> BoxLayout:
    """What most lines look like: a single line may be wrong, or have a text of digits."""
    counts = [_leading_numbers(line.content) for lines in lines_of.values() for line in lines]
    if sum(count >= 10 for count in counts) > _POLYGON_SHARE * len(counts):
        return "polygons"
    return "quadrilaterals" if sum(count >= 8 for count in counts) * 2 > len(counts) else "rectangles"


def _leading_numbers(line: str) -> int:
    count = 0
    for field in line.split(","):
        if _WHOLE_NUMBER.fullmatch(field) is None:
            break
        count += 1
    return count


def _regions_of_lines(image: str, lines: Sequence[_Line], layout: BoxLayout, columns: TextColumns) -> Regions:
    boxes: list[tuple[float, ...]] = []
    texts: list[str] = []
    scores: list[float] = []
    for line in lines:
        try:
            box, rest = _take_box(line.content, layout, columns)
            _check_box(box, None, clockwise=layout != "polygons")
            if columns.scores:
                score, rest = _take_score(rest)
                scores.append(score)
            if columns.texts:
                if rest is None:
                    raise _Fault("a comma and the text were expected after the numbers")
                texts.append(_transcription(rest))
        except _Fault as fault:
            raise DatasetError(fault.message, file=line.file, line=line.number) from None
        boxes.append(box)
    return Regions(image=image, boxes=tuple(boxes), texts=tuple(texts), scores=tuple(scores))


def _take_box(line: str, layout: BoxLayout, columns: TextColumns) -> tuple[tuple[float, ...], str | None]:
    """Coordinates, and what follows the comma behind them; None where there is no such comma."""
    if layout == "polygons":
        # What must follow is no coordinate, even if it is a whole number.
        followers = int(columns.scores) + int(columns.texts)
        count = min(_leading_numbers(line), line.count(",") + 1 - followers) // 2 * 2
    else:
        count = 4 if layout == "rectangles" else 8
    fields = line.split(",", count)
    if len(fields) < count:
        raise _Fault(f"{count} coordinates were expected, parted by commas, in {_shown(line)}")
    box = []
    for field in fields[:count]:
        match = _WHOLE_NUMBER.fullmatch(field)
        if match is None:
            raise _Fault(f"{_shown(field)} is no whole number: {count} of them were expected")
        box.append(float(match[1]))
    return tuple(box), fields[count] if len(fields) > count else None


def _take_score(rest: str | None) -> tuple[float, str | None]:
    field, comma, text = (rest or "").partition(",")
    try:
        score = float(field)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise _Fault(f"{_shown(field)} is no confidence: a number was expected after the coordinates")
    return score, text if comma else None


def _transcription(text: str) -> str:
    match = _QUOTED.fullmatch(text)
    return text if match is None else match[1].replace("\\\\", "\\").replace('\\"', '"')


def _from_word_list(text: str, file: str) -> Iterator[tuple[int, Regions]]:
    for number, line in enumerate(_NEWLINE.split(text), start=1):
        if not line.strip():
            continue
        name, comma, rest = line.partition(",")
        if not comma or not name.strip():
            raise DatasetError("a line must be: NAME, TEXT", file=file, line=number)
        image = re.sub(r"\.(?:png|jpe?g)$", "", name.strip(), flags=re.IGNORECASE)
        # After the comma stands one blank that belongs to the layout, not to the word.
        yield number, Regions(image=image, boxes=((),), texts=(_transcription(rest.removeprefix(" ")),))


# --- opening files


def _is_zip(name: str) -> bool:
    return os.path.isfile(name) and (name.lower().endswith(".zip") or zipfile.is_zipfile(name))


def _place(name: str, file: str) -> str:
    return f"{name}!{file}" if os.path.isfile(name) else os.path.join(name, file)


def _text_files(name: str) -> Iterator[tuple[str, str]]:
    """Name and content of every text file of a folder or archive, `img_2` before `img_10`; at least one."""
    read = _files_of_folder(name) if os.path.isdir(name) else _files_of_archive(name)
    count = 0
    for file, data in read:
        count += 1
        yield file, _decoded(data, _place(name, file))
    if not count:
        raise DatasetError("holds no .txt file: files named gt_IMAGE.txt or res_IMAGE.txt were expected", file=name)


def _files_of_folder(name: str) -> Iterator[tuple[str, bytes]]:
    try:
        files = [entry.name for entry in os.scandir(name) if entry.is_file()]
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror or error}", file=name) from error
    for file in _in_order(files, name):
        yield file, _read_file(os.path.join(name, file), MAX_BYTES_OF_IMAGE)


def _files_of_archive(name: str) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(name) as archive:
            members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
            for file in _in_order(list(members), name):
                with archive.open(members[file]) as content:
                    data = content.read(MAX_BYTES_OF_IMAGE + 1)
                if len(data) > MAX_BYTES_OF_IMAGE:
                    raise DatasetError(f"more than {MAX_BYTES_OF_IMAGE} bytes", file=f"{name}!{file}")
                yield file, data
    except _ZIP_ERRORS as error:
        raise DatasetError(f"the archive cannot be read: {error}", file=name) from error


def _in_order(files: Sequence[str], name: str) -> list[str]:
    """The text files among the files, in natural order; hidden ones and what macOS adds to archives are left out."""
    if len(files) > MAX_FILES:
        raise DatasetError(f"more than {MAX_FILES} files", file=name)
    kept = [
        file
        for file in files
        if file.lower().endswith(".txt")
        and not file.rpartition("/")[2].startswith(".")
        and not file.startswith("__MACOSX/")
    ]
    return sorted(kept, key=_natural_order)


def _natural_order(file: str) -> tuple[list[tuple[str, int]], str]:
    pieces = re.findall(r"([^0-9]*)([0-9]*)", file)
    return [(text, int(digits or 0)) for text, digits in pieces], file


def _read_file(name: str, limit: int) -> bytes:
    try:
        with open(name, "rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = error.strerror if isinstance(error, OSError) else None
        raise DatasetError(f"cannot be read: {reason or error}", file=name) from error
    if len(data) > limit:
        raise DatasetError(f"more than {limit} bytes", file=name)
    return data


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DatasetError(
            f"byte 0x{data[error.start]:02x} is not UTF-8: convert the file to UTF-8", file=file, line=line
        ) from error
