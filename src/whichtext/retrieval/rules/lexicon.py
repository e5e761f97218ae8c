"""Finding the longest table entry that stands at a token, in time independent of the size of the tables."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from whichtext.retrieval.rules.expression import Sort
from whichtext.retrieval.rules.vocabulary import (
    CARRIER_SHAPES,
    CARRIERS,
    COLOURS,
    COMMANDS,
    COUNTS,
    KINDS,
    LOOKS,
    OBJECTS,
    ORDINALS,
    PLACES,
    PREPOSITIONS,
    SIZES,
    SUPERLATIVES,
    UNITS,
    WHOLE,
)

__all__ = [
    "ADJECTIVES",
    "ANCHOR_NOUNS",
    "COMMAND_LEXICON",
    "GOODS_NOUNS",
    "NEIGHBOUR_NOUNS",
    "NUMBERED",
    "PLACE_LEXICON",
    "PREPOSITION_LEXICON",
    "TARGET_NOUNS",
    "FoundNoun",
    "Lexicon",
    "Nouns",
    "find_noun",
    "is_noun",
]

NUMBERED = re.compile(
    r"^(one|two|three|four|five|six|seven|eight|nine|ten|single|double|multi|\d{1,2})[-_]"
    r"(letter|digit|character|word|line|row|part)(ed|s)?$"
)
"""Compounds of a number and a unit: two-letter, 3-line."""


class Lexicon:
    """Entries of one or several words."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = frozenset(entries)
        longest: dict[str, int] = {}
        for entry in self._entries:
            words = entry.split(" ")
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
        self._longest = longest

    def match(self, texts: Sequence[str], start: int) -> tuple[str, int] | None:
        """The longest entry whose words stand at `start`, and how many they are; empty texts match nothing."""
        if start >= len(texts):
            return None
        limit = self._longest.get(texts[start])
        if limit is None:
            return None
        for length in range(min(limit, len(texts) - start), 0, -1):
            span = " ".join(texts[start : start + length])
            if span in self._entries:
                return span, length
        return None


@dataclass(frozen=True, slots=True)
class FoundNoun:
    """A noun of the tables at a token."""

    head: str
    sort: Sort
    span: str
    """As it stands in the query."""
    entry: str
    """Its entry in the table, in the singular where only that is listed."""
    length: int
    """Tokens."""


@dataclass(frozen=True, slots=True)
class NounTable:
    """Nouns of one sort with their plurals."""

    heads: Mapping[str, str]
    entries: Mapping[str, str]
    """From a form to the entry of the table that it belongs to."""
    lexicon: Lexicon


Nouns = tuple[tuple[Sort, NounTable], ...]


_SEEN = frozenset(
    {"motorcycle", "handbag", "umbrella", "bench", "boat", "bicycle", "clock", "cup", "book", "fire hydrant"}
)
"""Objects that are found in a photo as what they are, although text lies on them too."""
_LISTED = frozenset({*UNITS, *KINDS, *CARRIERS, *OBJECTS})


def _nouns(table: Mapping[str, str]) -> NounTable:
    heads = {form.replace("'s", ""): head for form, head in table.items()}
    entries = {form: form for form in heads}
    for form in tuple(heads):
        for plural in _plurals(form):
            if plural not in heads and plural not in _LISTED:
                heads[plural] = heads[form]
                entries[plural] = form
    return NounTable(heads, entries, Lexicon(heads))


def _plurals(form: str) -> tuple[str, ...]:
    if form.endswith("s"):
        return (f"{form}es",) if form.endswith("ss") else ()
    if form.endswith(("x", "ch", "sh")):
        return (f"{form}es",)
    return (f"{form}s", f"{form[:-1]}ies") if form.endswith("y") else (f"{form}s",)


def _only(table: Mapping[str, str], heads: Set[str]) -> dict[str, str]:
    return {form: head for form, head in table.items() if head in heads}


_UNITS, _KINDS, _CARRIERS, _OBJECTS = _nouns(UNITS), _nouns(KINDS), _nouns(CARRIERS), _nouns(OBJECTS)
TARGET_NOUNS: Nouns = (("unit", _UNITS), ("kind", _KINDS), ("carrier", _CARRIERS), ("object", _OBJECTS))
"""Tables in the order in which they claim a noun that is asked for."""
ANCHOR_NOUNS: Nouns = (("carrier", _CARRIERS), ("object", _OBJECTS), ("unit", _UNITS), ("kind", _KINDS))
"""Tables in the order in which they claim a noun that another one is related to."""

NEIGHBOUR_NOUNS: Nouns = (("object", _nouns(_only(OBJECTS, _SEEN))), *ANCHOR_NOUNS)
"""Tables in the order in which they claim what a text is next to: a thing that is seen as such before a surface."""
GOODS_NOUNS: Nouns = (("kind", _nouns(_only(KINDS, {"menu item"}))), *ANCHOR_NOUNS)
"""Tables in the order in which they claim what has a price: food before the surface that it may be."""

ADJECTIVES = Lexicon(
    {
        *COLOURS,
        *LOOKS,
        *SIZES,
        *SUPERLATIVES,
        *ORDINALS,
        *COUNTS,
        *(shape for shape in CARRIER_SHAPES if " " not in shape),
        *WHOLE,
        *(place for place, name in PLACES.items() if " " in name),
        *("left", "right", "front", "rear", "back", "overhead", "low"),
    }
)
PLACE_LEXICON = Lexicon(PLACES)
PREPOSITION_LEXICON = Lexicon(PREPOSITIONS)
COMMAND_LEXICON = Lexicon(COMMANDS)


def find_noun(nouns: Nouns, texts: Sequence[str], start: int) -> FoundNoun | None:
    """The longest noun at `start`; of equally long ones that of the first table."""
    best: FoundNoun | None = None
    for sort, table in nouns:
        found = table.lexicon.match(texts, start)
        if found is not None and (best is None or found[1] > best.length):
            span, length = found
            best = FoundNoun(table.heads[span], sort, span, table.entries[span], length)
    return best


def is_noun(word: str) -> bool:
    """Whether a single word is a noun of the tables, singular or plural."""
    return any(word in table.heads for _, table in TARGET_NOUNS)
