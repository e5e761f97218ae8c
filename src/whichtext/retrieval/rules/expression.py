"""The parse of a referring expression: what is asked for, how it looks, where it is, and to what it is related.

Values only. `str(phrase)` is a compact, stable notation for tests and for a person who wants to see what was read:

    the second word on the white sign at the top left  →  word ordinal=2 on(sign colour=white place=top+left)
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Phrase", "Relation", "Sort"]

Sort = Literal["unit", "kind", "carrier", "object", "unknown"]


@dataclass(frozen=True, slots=True)
class Relation:
    """How a phrase is tied to other phrases."""

    name: str
    """on, of, above, below, left of, right of, beside, between, behind, in front of, after, before, with, without, worn
    by."""
    anchors: tuple["Phrase", ...]
    part: tuple[str, ...] = ()
    """Part of the anchor that is meant: ("top",), ("bottom", "left"), ("corner",), ...; empty for the whole of it."""

    def __str__(self) -> str:
        part = f"{'+'.join(self.part)} of " if self.part else ""
        return f"{self.name}({part}{' & '.join(str(anchor) for anchor in self.anchors)})"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One noun phrase with everything that is said of it."""

    head: str
    """Canonical noun: a unit, a kind, a carrier, an object, or the unknown noun itself."""
    sort: Sort
    noun: str = ""
    """The noun as written."""
    count: int | None = None
    """How many: two words, three lines."""
    letters: int | None = None
    """Letters or digits in the word: a four-letter word."""
    words: int | None = None
    """Words in the text: a two-word name."""
    lines: int | None = None
    """Lines in the text: a two-line sign."""
    colours: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    superlatives: tuple[str, ...] = ()
    ordinal: int | None = None
    """1 for the first, -1 for the last."""
    ordinal_from: str | None = None
    """Side from which the ordinal counts: left, right, top, bottom; None for reading order."""
    places: tuple[str, ...] = ()
    """Position in the photo: top, bottom, left, right, middle, corner, edge, front, back, start, end."""
    shapes: tuple[str, ...] = ()
    """Carrier shapes."""
    wording: tuple[str, ...] = ()
    """Strings that the text is said to contain."""
    starts_with: str | None = None
    ends_with: str | None = None
    whole: bool = False
    """Everything of it is meant."""
    modifiers: tuple[str, ...] = ()
    """Words before the noun that are in no table: they may be part of the wording."""
    relations: tuple[Relation, ...] = field(default=())

    def __str__(self) -> str:
        parts = [self.head if self.sort != "unknown" else f"?{self.head}"]
        for name in ("count", "letters", "words", "lines", "ordinal"):
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{name}={value}")
        if self.ordinal_from is not None:
            parts.append(f"from={self.ordinal_from}")
        if self.whole:
            parts.append("whole")
        for name, values in (
            ("super", self.superlatives),
            ("colour", self.colours),
            ("look", self.looks),
            ("size", self.sizes),
            ("shape", self.shapes),
            ("place", self.places),
            ("says", self.wording),
            ("mod", self.modifiers),
        ):
            if values:
                parts.append(f"{name}={'+'.join(value.replace(' ', '_') for value in values)}")
        if self.starts_with is not None:
            parts.append(f"starts={self.starts_with}")
        if self.ends_with is not None:
            parts.append(f"ends={self.ends_with}")
        parts.extend(str(relation) for relation in self.relations)
        return " ".join(parts)
