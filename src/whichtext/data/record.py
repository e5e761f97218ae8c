"""The one type that every data set is read into: an image with its texts, objects and expressions. Plain Python.

Coordinates are pixels of the picture as the data set's authors saw it, origin top-left, x right, y down, exactly as the
file gives them: nothing is clipped, rounded or reordered while reading (`whichtext.data.checking` says what is odd).
Ids are those of the file: whole numbers or strings. Nothing is an empty tuple; None means that the set does not say.
"""

from dataclasses import dataclass, field

from whichtext.types import Box, Polygon, Status

__all__ = [
    "AttributeValue",
    "CharacterBox",
    "Expression",
    "Id",
    "ImageRecord",
    "LineLabels",
    "ObjectInstance",
    "Place",
    "TextInstance",
    "Triplet",
]

Id = int | str
AttributeValue = str | float | bool | tuple[str, ...] | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the files something is written."""

    file: str
    """Path as it was given; the member of an archive follows after `!`."""
    line: int | None = None
    """Counted from 1."""
    path: str | None = None
    """Place inside a JSON document, a pickle or a MATLAB file: `anns["12"].bbox`, `wordBB{3}`."""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return where if self.path is None else f"{where}: {self.path}"


NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class CharacterBox:
    """One character of a text."""

    polygon: Polygon
    char: str | None = None


@dataclass(frozen=True, slots=True)
class TextInstance:
    """One annotated text: mostly a word."""

    id: Id
    """Unique in its image."""
    polygon: Polygon
    """At least three points; empty where the picture is the crop of this very text."""
    string: str | None = None
    """Transcription; None where there is none."""
    legible: bool | None = None
    """True: it counts; False: a don't-care region; None: the set makes no difference, all count."""
    language: str | None = None
    """As the set names it: english, not english, na, Latin, ..."""
    category: str | None = None
    """Class of the text as the set names it: machine printed, handwritten, others; curved, horizontal, ..."""
    characters: tuple[CharacterBox, ...] = ()
    """In reading order, where the set has them."""
    attributes: tuple[tuple[str, AttributeValue], ...] = ()
    """Whatever else the set says of it, by name."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ObjectInstance:
    """A thing in the photo that expressions point at or with."""

    id: Id
    """Unique in its image."""
    category: str | None = None
    box: Box | None = None
    """(x0, y0, x1, y1); None where the files given do not hold it."""
    attributes: tuple[tuple[str, AttributeValue], ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Triplet:
    """{text - relationship - context}, paper 4.2."""

    text: str
    """What is said of the text itself: "the largest text", "the number"."""
    relation: str | None = None
    """on, left of, above, ...; None where the expression has no context."""
    context: str | None = None
    """What it relates to, in words: "the red bus with an open door"."""
    object_id: Id | None = None
    """The object that `context` points out."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A referring expression and what it points out."""

    id: Id
    raw: str
    """The wording."""
    text_ids: tuple[Id, ...] = ()
    """The text that is meant: one word, or all words of a line or sign in reading order."""
    object_id: Id | None = None
    """The object that is meant, in sets that point out objects."""
    status: Status = "found"
    """found: exactly one target; ambiguous: each of `alternatives` fits; none: nothing in the photo fits."""
    alternatives: tuple[tuple[Id, ...], ...] = ()
    """For "ambiguous": each fitting text as the ids of its words."""
    types: tuple[str, ...] = ()
    """Kinds of relation that it uses, as the set names them."""
    context: str | None = None
    """The surface or object that it names."""
    reading: str | None = None
    """What the target says."""
    triplet: Triplet | None = None
    source: str | None = None
    """Who worded it: human, template, refexp."""
    margin: float | None = None
    """By how much its predicate keeps clear of the next best text; None where no predicate was evaluated."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LineLabels:
    """What one text line looks like and what it is on, labelled by eye."""

    text_ids: tuple[Id, ...]
    attributes: tuple[tuple[str, AttributeValue], ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One picture of a data set with everything that is said of it."""

    image_id: Id
    """Unique in the set."""
    file: str | None = None
    """Relative path of the picture, with forward slashes; never absolute, never upwards."""
    width: int | None = None
    height: int | None = None
    texts: tuple[TextInstance, ...] = ()
    objects: tuple[ObjectInstance, ...] = ()
    expressions: tuple[Expression, ...] = ()
    lines: tuple[tuple[Id, ...], ...] = ()
    """All text ids grouped into lines in reading order, where the set has them."""
    labels: tuple[LineLabels, ...] = ()
    lexicon: tuple[str, ...] = ()
    """Words that may stand in this picture (SVT, strong lexicons)."""
    split: str | None = None
    source: str | None = None
    place: Place = field(default=NOWHERE, compare=False)
