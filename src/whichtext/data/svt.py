"""SVT, Street View Text: 100 training and 249 test images, upright boxes, a lexicon of 50 words for each image.

`train.xml` or `test.xml`: `<tagset>` of `<image>` with imageName (relative path), address, lex (words with commas
between), Resolution (x, y) and taggedRectangles, each taggedRectangle with height, width, x, y and a tag with the
word. Only words of the lexicon are labelled: other text in the photos is not don't care, it is unlabelled.

A document with a DTD is refused before anything of it is expanded: entities and external files never come into play.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from whichtext.data.fields import FieldError, as_name, as_number, as_size, as_text, rectangle
from whichtext.data.files import read_bytes
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord, Place, TextInstance
from whichtext.data.transcriptions import MAX_TEXTS
from whichtext.errors import DatasetError

__all__ = ["read"]

SOURCE = "Street View Text"
_MAX_DEPTH = 20
_CHUNK = 65_536


@dataclass(slots=True)
class _Element:
    """An open element."""

    name: str
    line: int
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    children: list["_Element"] = field(default_factory=list)

    def child(self, name: str) -> "_Element":
        """The first child of a name."""
        for child in self.children:
            if child.name == name:
                return child
        raise FieldError(f"<{name}> is missing in <{self.name}>")

    @property
    def content(self) -> str:
        return "".join(self.text).strip()


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """Images of one XML file, as they are met."""
    name = str(path)
    seen: set[str] = set()
    for element in _images(read_bytes(path, max_bytes=options.limits.max_small_bytes), name):
        place = Place(name, element.line)
        try:
            record = _record(element, name, problems)
        except FieldError as error:
            problems.drop("malformed", place, f"the image is left out: {error}")
            continue
        if str(record.image_id) in seen:
            problems.drop("duplicate-id", place, f"{record.image_id} stands twice")
            continue
        seen.add(str(record.image_id))
        yield record


def _images(data: bytes, file: str) -> Iterator[_Element]:
    """The `<image>` elements of a document."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    stack: list[_Element] = []
    done: list[_Element] = []

    def refuse(*_: object) -> None:
        raise DatasetError("a document type declaration is refused", file=file, line=parser.CurrentLineNumber)

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) >= _MAX_DEPTH:
            raise DatasetError("elements nested too deeply", file=file, line=parser.CurrentLineNumber)
        if not stack and name != "tagset":
            raise DatasetError(f"<{name}> where <tagset> was expected", file=file, line=parser.CurrentLineNumber)
        stack.append(_Element(name, parser.CurrentLineNumber, attributes))

    def end(name: str) -> None:
        element = stack.pop()
        if name == "image":
            done.append(element)
        elif len(stack) > 1:
            stack[-1].children.append(element)

    def text(characters: str) -> None:
        if len(stack) > 1:
            stack[-1].text.append(characters)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    for begin in range(0, max(1, len(data)), _CHUNK):
        piece = data[begin : begin + _CHUNK]
        try:
            parser.Parse(piece, begin + _CHUNK >= len(data))
        except expat.ExpatError as error:
            raise DatasetError(f"no valid XML: {error}", file=file, line=error.lineno) from error
        except (ValueError, LookupError) as error:  # an encoding that Python does not know
            line = parser.CurrentLineNumber
            raise DatasetError(f"no valid XML: {error}", file=file, line=line) from error
        yield from done
        done.clear()


def _record(element: _Element, file: str, problems: Problems) -> ImageRecord:
    picture = as_name(element.child("imageName").content)
    resolution = element.child("Resolution").attributes
    texts = []
    for number, tagged in enumerate(_tagged(element)):
        place = Place(file, tagged.line)
        try:
            x, y, width, height = (_number(tagged.attributes, key) for key in ("x", "y", "width", "height"))
            if width < 0 or height < 0:
                raise FieldError(f"a box of size {width:g} x {height:g}")
            box = (x, y, x + width, y + height)
            texts.append(TextInstance(number, rectangle(box), as_text(tagged.child("tag").content), True, place=place))
        except FieldError as error:
            problems.drop("malformed", place, str(error))
    lexicon = tuple(word.strip() for word in element.child("lex").content.split(",") if word.strip())
    return ImageRecord(
        image_id=picture.rpartition("/")[2].rpartition(".")[0] or picture,
        file=picture,
        width=as_size(_number(resolution, "x")),
        height=as_size(_number(resolution, "y")),
        texts=tuple(texts),
        lexicon=lexicon,
        source=SOURCE,
        place=Place(file, element.line),
    )


def _tagged(element: _Element) -> list[_Element]:
    rectangles = element.child("taggedRectangles").children
    if len(rectangles) > MAX_TEXTS:
        raise FieldError(f"{len(rectangles)} texts in one image")
    for child in rectangles:
        if child.name != "taggedRectangle":
            raise FieldError(f"<{child.name}> where <taggedRectangle> was expected (line {child.line})")
    return rectangles


def _number(attributes: dict[str, str], name: str) -> float:
    text = attributes.get(name)
    if text is None:
        raise FieldError(f"the attribute {name!r} is missing")
    try:
        return as_number(float(text[:40]))
    except ValueError as error:
        raise FieldError(f"{text[:40]!r} is no number of pixels") from error
