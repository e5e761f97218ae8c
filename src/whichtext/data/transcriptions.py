"""The text files of the Robust Reading Competition: one line a word, one file an image, or one list for all crops.

What ICDAR 2013, ICDAR 2015 and Total-Text share: lines end in LF or CR LF; a byte-order mark is dropped; a
transcription wholly in double quotes loses them and its backslash escapes, blanks inside are kept; without quotes
nothing is stripped; `###` is a don't-care region. Blank lines mean nothing.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from whichtext.data.fields import MAX_COORDINATE, FieldError, as_name, as_text
from whichtext.data.files import Folder, decode, is_safe_name, read_bytes
from whichtext.data.options import ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord, Place, TextInstance
from whichtext.errors import DatasetError

__all__ = [
    "DONT_CARE",
    "Lexicons",
    "as_coordinate",
    "lines_of",
    "read_ground_truth",
    "read_word_list",
    "transcribed",
    "unquoted",
]

DONT_CARE = "###"
MAX_TEXTS = 100_000
"""Of one image."""

_NEWLINE = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'\s*"(.*)"\s*', re.DOTALL)
_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,12}(?:\.[0-9]{0,12})?)\s*", re.ASCII)
_ESCAPED = re.compile(r'\\([\\"])')

ParseLine = Callable[[str, int, Place], TextInstance]
"""Reads one line: (line, id of the text, its place); raises FieldError."""


def lines_of(data: bytes, file: str) -> Iterator[tuple[int, str]]:
    """Number and content of each line that is not blank."""
    for number, line in enumerate(_NEWLINE.split(decode(data, file)), start=1):
        if line.strip():
            yield number, line


def unquoted(transcription: str) -> str:
    """A transcription without the double quotes around it and the escapes inside; unchanged where it has none."""
    match = _QUOTED.fullmatch(transcription)
    return transcription if match is None else _ESCAPED.sub(r"\1", match[1])


def as_coordinate(text: str) -> float:
    """A coordinate as the files write it."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise FieldError(f"{text[:40]!r} is no coordinate")
    value = float(match[1])
    if abs(value) > MAX_COORDINATE:
        raise FieldError(f"{text[:40].strip()} is no coordinate in pixels")
    return value


def transcribed(transcription: str) -> tuple[str | None, bool]:
    """(string, legible) of a transcription."""
    string = as_text(unquoted(transcription))
    return (None, False) if string == DONT_CARE else (string, True)


class Lexicons:
    """The words that may stand in each image."""

    def __init__(self, options: ReadOptions, problems: Problems) -> None:
        self._problems = problems
        self._for_all: tuple[str, ...] = ()
        self._folder: Folder | None = None
        self._names: frozenset[str] = frozenset()
        path = options.lexicons
        if path is None:
            return
        if path.is_file() and path.suffix.lower() != ".zip":
            self._for_all = self._words(read_bytes(path, max_bytes=options.limits.max_small_bytes), str(path))
        else:
            self._folder = Folder(path, limits=options.limits)
            self._names = frozenset(self._folder)

    def of(self, image_id: str) -> tuple[str, ...]:
        """Words of one image; empty where no lexicon was given."""
        if self._folder is None:
            return self._for_all
        name = f"voc_{image_id}.txt"
        if name not in self._names:
            self._problems.note("missing-file", Place(self._folder.path), f"no lexicon {name}")
            return ()
        try:
            return self._words(self._folder.read(name), self._folder.place(name))
        except DatasetError as error:
            self._problems.drop("unreadable", Place(self._folder.place(name), error.line), str(error))
            return ()

    def _words(self, data: bytes, file: str) -> tuple[str, ...]:
        return tuple(line.strip() for _, line in lines_of(data, file))


def read_ground_truth(
    path: Path, *, pattern: re.Pattern[str], parse: ParseLine, problems: Problems, options: ReadOptions, source: str
) -> Iterator[ImageRecord]:
    """Images of a folder or archive with one ground-truth file each; group 1 of `pattern` is the image's name."""
    lexicons = Lexicons(options, problems)
    found = 0
    with Folder(path, limits=options.limits) as folder:
        for name in folder:
            match = pattern.fullmatch(name.rpartition("/")[2])
            if not is_safe_name(name):
                problems.drop("unsafe-name", Place(folder.place(name)), "the name is absolute or leads upwards")
                continue
            if match is None:
                if name.endswith(".txt"):
                    problems.drop("malformed", Place(folder.place(name)), f"not named as {pattern.pattern}")
                continue
            found += 1
            file = folder.place(name)
            try:
                texts = _texts_of(folder.read(name), file, parse, problems)
            except DatasetError as error:
                problems.drop("unreadable", Place(file, error.line), f"the image is left out: {error}")
                continue
            yield ImageRecord(
                image_id=match[1],
                file=f"{match[1]}.jpg",
                texts=texts,
                lexicon=lexicons.of(match[1]),
                source=source,
                place=Place(file),
            )
    if not found:
        raise DatasetError(f"no file is named as {pattern.pattern}: is this the right folder?", file=str(path))


def _texts_of(data: bytes, file: str, parse: ParseLine, problems: Problems) -> tuple[TextInstance, ...]:
    texts: list[TextInstance] = []
    for number, line in lines_of(data, file):
        place = Place(file, number)
        if len(texts) >= MAX_TEXTS:
            raise DatasetError(f"more than {MAX_TEXTS} texts for one image", file=file, line=number)
        try:
            texts.append(parse(line, len(texts), place))
        except FieldError as error:
            problems.drop("malformed", place, str(error))
    return tuple(texts)


def read_word_list(path: Path, *, problems: Problems, options: ReadOptions, source: str) -> Iterator[ImageRecord]:
    """Crops of single words (tasks 2.3 and 4.3): lines `word_1.png, "Tiredness"`.

    Each crop is an image whose one text has no polygon: it is the whole picture. `coords.txt` beside the list, with
    lines `word_1.png,x1,y1,...,x4,y4`, gives the attribute `quad_in_photo`.
    """
    data = read_bytes(path, max_bytes=options.limits.max_bytes)
    quads = _quads(path.with_name("coords.txt"), problems, options)
    seen: set[str] = set()
    for number, line in lines_of(data, str(path)):
        place = Place(str(path), number)
        name, comma, transcription = line.partition(",")
        try:
            if not comma:
                raise FieldError("a line must be: NAME, TRANSCRIPTION")
            file = as_name(name.strip())
            # After the comma stands one blank that belongs to the layout, not to the word.
            string, legible = transcribed(transcription.removeprefix(" "))
        except FieldError as error:
            problems.drop("malformed", place, str(error))
            continue
        if file in seen:
            problems.drop("duplicate-id", place, f"{file} stands twice")
            continue
        seen.add(file)
        quad = quads.get(file)
        attributes = () if quad is None else (("quad_in_photo", quad),)
        text = TextInstance(0, (), string, legible, attributes=attributes, place=place)
        yield ImageRecord(file.rpartition(".")[0] or file, file, texts=(text,), source=source, place=place)


def _quads(path: Path, problems: Problems, options: ReadOptions) -> dict[str, tuple[float, ...]]:
    quads: dict[str, tuple[float, ...]] = {}
    if not path.is_file():
        return quads
    for number, line in lines_of(read_bytes(path, max_bytes=options.limits.max_bytes), str(path)):
        name, *numbers = line.split(",")
        try:
            if len(numbers) != 8:
                raise FieldError(f"8 coordinates were expected, not {len(numbers)}")
            quads[name.strip()] = tuple(as_coordinate(text) for text in numbers)
        except FieldError as error:
            problems.drop("malformed", Place(str(path), number), str(error))
    return quads
