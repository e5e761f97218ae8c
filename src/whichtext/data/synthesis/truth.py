"""What is true of a scene: words, lines, carriers and objects, with everything that can be said about them.

Coordinates are pixels of the picture. Ids of words count from 0 in reading order of their carriers; those of lines,
carriers and objects are their positions.
"""

from dataclasses import dataclass

from whichtext.types import Box, Polygon

__all__ = ["SceneTruth", "TrueCarrier", "TrueLine", "TrueObject", "TrueWord"]


@dataclass(frozen=True, slots=True)
class TrueWord:
    """One word."""

    id: int
    string: str | None
    polygon: Polygon
    legible: bool


@dataclass(frozen=True, slots=True)
class TrueLine:
    """A line of words; None where it is not known (writing that was in a photo before)."""

    words: tuple[int, ...]
    string: str | None
    kind: str | None
    ink: str | None
    ground: str | None
    styles: tuple[str, ...]
    letter_height: float
    """Of capitals, pixels."""
    carrier: int | None
    legible: bool
    is_native: bool = False
    """It was in the photo before: its look is not known."""


@dataclass(frozen=True, slots=True)
class TrueCarrier:
    """A surface with writing."""

    id: int
    noun: str
    names: tuple[str, ...]
    colour: str | None
    trims: tuple[str, ...]
    """Further colours on it: a person might name it by one of them."""
    shape: str
    polygon: Polygon
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrueObject:
    """A thing."""

    id: int
    noun: str
    colour: str | None
    box: Box


@dataclass(frozen=True, slots=True)
class SceneTruth:
    """Everything that is known of a scene."""

    width: int
    height: int
    words: tuple[TrueWord, ...]
    lines: tuple[TrueLine, ...]
    carriers: tuple[TrueCarrier, ...]
    objects: tuple[TrueObject, ...]
