"""What can be said of one text, and how far the same words would fit each of the others.

Method of Dale and Reiter 1995: a description is unambiguous when every other text is ruled out by something it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from whichtext.description.phrases import carrier_phrase, ink_word, kind_noun, place_phrase, place_words, unit_noun
from whichtext.types import Carrier, SceneContent, Text

__all__ = ["Property", "fitting_nouns", "properties_of", "wording_of"]

Floats = NDArray[np.float64]

_NEIGHBOURS_ORDER = 0.35
"""How well "below X" fits a text that is below X with another one between them."""
_LIKE_COLOURS = {
    frozenset(pair.split())
    for pair in (
        "white silver",
        "grey silver",
        "white grey",
        "black grey",
        "yellow gold",
        "orange red",
        "orange yellow",
        "orange brown",
        "gold brown",
        "pink red",
        "purple blue",
        "pink purple",
    )
}
"""Colours that people take for one another."""
_LEAST_LIKENESS = 70.0
"""Percent of likeness from which on another text may be taken for the one whose wording is given."""
_EXTREME = 1.15
"""How many times larger than every other the largest is."""
_WORDS_OF_WORDING = 6
_NEIGHBOUR_SCORE = 0.6


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that can be said."""

    words: str
    """As said: "red", "on the blue sign", "at the top left"."""
    place: Literal["fore", "aft"]
    """Before the noun or after it."""
    topic: str
    """Only one property of a topic is said: ink, surface, place, size, neighbour."""
    fits: Floats
    """(P,) how far it fits each of the peers, in [0, 1]."""


def fitting_nouns(text: Text, peers: Sequence[Text], content: SceneContent) -> list[tuple[str, Floats]]:
    """Nouns for a text, the most telling first, with how far each fits the peers: (P,)."""
    nouns = []
    kind = kind_noun(text.attributes)
    if kind is not None:
        name = text.attributes.kind
        fits = [dict(peer.attributes.kind_scores).get(name or "", 0.0) for peer in peers]
        nouns.append((kind, np.minimum(1.0, 2 * np.array(fits))))
    unit = unit_noun(text, content)
    if unit == "number":
        fits = [1.0 if peer.attributes.has_digits else 0.0 for peer in peers]
    elif unit == "word":
        fits = [0.2 if unit_noun(peer, content) == "number" else 1.0 for peer in peers]
    else:
        fits = [0.5 if unit_noun(peer, content) == "number" else 1.0 for peer in peers]
    nouns.append((unit, np.array(fits, dtype=np.float64)))
    return nouns


def properties_of(text: Text, peers: Sequence[Text], content: SceneContent) -> list[Property]:
    """All that can be said of a text with some certainty, what a listener grasps soonest first."""
    found = [
        _ink(text, peers),
        *_surface(text, peers),
        _place(text, peers),
        _size(text, peers),
        *_neighbours(text, peers, content),
    ]
    return [one for one in found if one is not None]


def wording_of(text: Text, peers: Sequence[Text]) -> tuple[str, Floats] | None:
    """The first words of a text, and how far each peer may be taken to say the same; None where nothing was read."""
    words = text.text.replace('"', "").split()
    if not words:
        return None
    wording = " ".join(words[:_WORDS_OF_WORDING])
    likeness = np.array([fuzz.ratio(wording.casefold(), peer.text.casefold()) for peer in peers], dtype=np.float64)
    return wording, (likeness >= _LEAST_LIKENESS).astype(np.float64)


def _ink(text: Text, peers: Sequence[Text]) -> Property | None:
    colour = ink_word(text.attributes)
    if colour is None:
        return None
    return Property(colour, "fore", "ink", np.array([_may_be(peer.attributes.ink_scores, colour) for peer in peers]))


def _may_be(scores: Sequence[tuple[str, float]], colour: str) -> float:
    """How far a person may call it so: the probability of the name, and half of that of a like one."""
    like = sum(p for name, p in scores if frozenset((name, colour)) in _LIKE_COLOURS)
    return min(1.0, dict(scores).get(colour, 0.0) + 0.5 * like)


def _surface(text: Text, peers: Sequence[Text]) -> list[Property]:
    carrier = text.attributes.carrier
    full, bare = carrier_phrase(carrier), carrier_phrase(carrier, colour=False)
    properties = []
    for phrase in dict.fromkeys((full, bare)):
        if phrase is None or carrier is None:
            continue
        colour, noun = phrase.split(" ", 1) if phrase != bare else (None, phrase)
        fits = np.array([_surface_fits(peer.attributes.carrier, carrier, colour, noun) for peer in peers])
        properties.append(Property(f"on the {phrase}", "aft", "surface", fits))
    return properties


def _surface_fits(other: Carrier | None, own: Carrier, colour: str | None, noun: str) -> float:
    """How far a description of the surface `own` fits another text's surface."""
    if other is None:
        return 0.5
    if other.id == own.id:
        return 1.0
    as_noun = 1.0 if noun == "sign" else min(1.0, 2 * dict(other.noun_scores).get(noun, 0.0))
    return as_noun if colour is None else as_noun * _may_be(other.colour_scores, colour)


def _place(text: Text, peers: Sequence[Text]) -> Property | None:
    phrase = place_phrase(text.attributes)
    if phrase is None:
        return None
    own = set(place_words(text.attributes))
    fits = [1.0 if own <= set(place_words(peer.attributes)) else _beside(text, peer, own) for peer in peers]
    return Property(phrase, "aft", "place", np.array(fits, dtype=np.float64))


def _beside(text: Text, peer: Text, own: set[str]) -> float:
    """How far place words that a peer does not have may still be meant of it: it lies as far to that side."""
    sides = {"left": (0, 1), "right": (0, -1), "top": (1, 1), "bottom": (1, -1)}
    for word in own & set(sides):
        axis, sign = sides[word]
        mine, other = text.box[axis] + text.box[axis + 2], peer.box[axis] + peer.box[axis + 2]
        if sign * (other - mine) > 0.2 * (text.box[axis + 2] - text.box[axis]):
            return 0.0
    return 0.5 if own & set(sides) else 0.0


def _size(text: Text, peers: Sequence[Text]) -> Property | None:
    height = text.attributes.letter_height
    others = [peer.attributes.letter_height for peer in peers if peer.attributes.letter_height is not None]
    if height is None or not others:
        return None
    if height > _EXTREME * max(others):
        return Property("largest", "fore", "size", np.zeros(len(peers)))
    if height < min(others) / _EXTREME:
        return Property("smallest", "fore", "size", np.zeros(len(peers)))
    return None


def _neighbours(text: Text, peers: Sequence[Text], content: SceneContent) -> list[Property]:
    """Properties such as 'below "TAXI"', by the nearest text above or below that was read surely and is short."""
    properties = []
    for identity, relation in ((text.attributes.below, "below"), (text.attributes.above, "above")):
        if identity is None or not 0 <= identity < len(content.texts):
            continue
        other = content.texts[identity]
        words = other.text.replace('"', "").split()
        if not 0 < len(words) <= 3 or other.score < _NEIGHBOUR_SCORE:
            continue
        same = [peer for peer in peers if fuzz.ratio(peer.text.casefold(), other.text.casefold()) >= _LEAST_LIKENESS]
        fits = np.array([_stands(peer, relation, same) if peer.id != other.id else 0.0 for peer in peers])
        properties.append(Property(f'{relation} "{" ".join(words)}"', "aft", "neighbour", fits))
    return properties


def _stands(peer: Text, relation: str, anchors: Sequence[Text]) -> float:
    """How far a peer is above or below one of the texts with the neighbour's wording."""
    neighbour = peer.attributes.below if relation == "below" else peer.attributes.above
    best = 0.0
    for anchor in anchors:
        if neighbour == anchor.id:
            return 1.0
        is_over = anchor.box[0] < peer.box[2] and peer.box[0] < anchor.box[2]
        is_beyond = peer.box[1] >= anchor.box[3] if relation == "below" else peer.box[3] <= anchor.box[1]
        if is_over and is_beyond:
            best = _NEIGHBOURS_ORDER
    return best
