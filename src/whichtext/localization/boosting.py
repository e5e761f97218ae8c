"""Localization boosted by recognition (paper 3.4, Table 5): what cannot be read as a word is no word.

Candidates with their readings in (`found_words` with a low `least`), words with new scores out:

- What has no letter or digit, or more than `longest` characters, goes, and so does what is read too badly.
- Give candidates that were read with a lexicon, and the lexicon: the recognizer has then measured how compatible each
  place is with its words (edit distance 3, CTC likelihood). A word of the lexicon may be read worse than another. What
  is more than `edits` away from all of its words goes; numbers and short words, which no lexicon holds, stay where they
  are read surely.
- The score is the localizer's confidence times a power of the recognizer's, a smaller one for a word of the lexicon,
  which vouches for the reading.
- Of boxes that overlap and say the same the surest stays.

`pick_paddings` reads every word again, cut wider and narrower, and keeps the box that reads best. On held-out photos it
moved one word in eight and changed no figure, since the recognizer looks at surroundings anyway; the rows of Table 5 do
without.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from whichtext.geometry import as_polygon
from whichtext.localization.found_words import FoundWord, slanted_box
from whichtext.localization.stitching import overlap_and_distance
from whichtext.recognition.protocol import Reading
from whichtext.types import Polygon

__all__ = ["CANDIDATES", "BoostingConfig", "WordList", "boost", "match_lexicon", "pick_paddings"]

CANDIDATES = 0.3
"""Mean probability of the characters from which on a reading may be boosted to a word."""
LEAST_LETTERS = 3
"""Letters from which on a reading must be a word of the lexicon."""


class WordList(Protocol):
    """The words that may be read, as a `whichtext.recognition.lexicon.Lexicon`: case and accents do not count."""

    def __contains__(self, word: object) -> bool: ...

    def near(self, reading: str, *, max_edits: int = 3) -> tuple[str, ...]:
        """Every word within `max_edits` edits."""
        ...


@dataclass(frozen=True, slots=True)
class BoostingConfig:
    """Values chosen on training photos that were held out."""

    least: float = 0.6
    """Mean probability of the characters below which a reading is no word, ..."""
    least_in_lexicon: float = 0.5
    """... below which a word of the lexicon is none, ..."""
    least_outside: float = 0.65
    """... below which one that is near a word of the lexicon is none, ..."""
    least_number: float = 0.9
    """... and below which one that no lexicon holds is none, where there is a lexicon: nothing else vouches for it."""
    edits: int = 1
    """How far from all words of the lexicon a reading may be (insert, delete or replace one character)."""
    longest: int = 25
    """Characters."""
    recognition: float = 0.5
    """Power of the recognizer's confidence in the score."""
    vouched: float = 0.25
    """The same for a word of the lexicon, which speaks for the reading as well."""
    same_overlap: float = 0.1
    """IoU from which on two boxes that say the same are one word."""
    paddings: tuple[float, ...] = (-0.1, -0.05, 0.05, 0.1)
    """By how much of its width a word is cut wider at each end (narrower where negative), as `pick_paddings` tries."""
    padding_gain: float = 0.02
    """How much better another padding must read."""


def boost(
    words: Sequence[FoundWord], *, lexicon: WordList | None = None, config: BoostingConfig | None = None
) -> list[FoundWord]:
    """The words that stay, in order, with their new scores."""
    config = config or BoostingConfig()
    kept = []
    for word in words:
        if len(word.text) > config.longest or not any(char.isalnum() for char in word.text):
            continue
        match = None if lexicon is None else match_lexicon(word.text, lexicon, edits=config.edits)
        least = {
            "in": config.least_in_lexicon,
            "near": config.least_outside,
            "number": config.least_number,
        }.get(match or "", config.least)
        if match != "far" and word.recognition >= least:
            power = config.vouched if match == "in" else config.recognition
            kept.append(replace(word, recognition=word.recognition**power))
    return merged(kept, same_overlap=config.same_overlap)


def match_lexicon(text: str, lexicon: WordList, *, edits: int) -> Literal["in", "near", "far", "number"]:
    """Whether a reading is a word of the lexicon, within some edits of one, neither, or none that a lexicon holds.

    The last are those with fewer than three letters or no more letters than digits. Case, accents, signs at both ends
    and a possessive 's do not count.
    """
    letters = sum(char.isalpha() for char in text)
    if text in lexicon:
        return "in"
    if letters < LEAST_LETTERS or letters <= sum(char.isdigit() for char in text):
        return "number"
    places = [place for place, char in enumerate(text) if char.isalnum()]
    core = text[places[0] : places[-1] + 1].casefold().removesuffix("'s")
    if core in lexicon:
        return "in"
    return "near" if lexicon.near(core, max_edits=min(edits, len(core) - 1)) else "far"


def merged(words: Sequence[FoundWord], *, same_overlap: float) -> list[FoundWord]:
    """The words without those that say the same as a surer one on which they lie, in order."""
    if not words:
        return []
    iou, _ = overlap_and_distance(np.array([slanted_box(word.polygon) for word in words]))
    strings = [word.text.casefold() for word in words]
    kept: list[int] = []
    for position in sorted(range(len(words)), key=lambda i: (-words[i].score, words[i].polygon)):
        if not any(strings[position] == strings[other] and iou[position, other] > same_overlap for other in kept):
            kept.append(position)
    return [words[position] for position in sorted(kept)]


def pick_paddings(
    words: Sequence[FoundWord],
    read: Callable[[Sequence[Polygon]], Sequence[Reading]],
    *,
    config: BoostingConfig | None = None,
) -> list[FoundWord]:
    """The words, each cut so that its string is read with the highest probability.

    read: what stands in quads of the photo, in order: `recognize` of a recognizer. Another padding counts only where it
    reads the same string: a narrower box that reads a shorter one has lost letters. The cost is that of reading every
    word again, once as it is and once with each padding.
    """
    config = config or BoostingConfig()
    paddings = (0.0, *config.paddings)
    boxes = [[padded(word.polygon, padding) for padding in paddings] for word in words]
    readings = read([box for own in boxes for box in own])
    result = []
    for row, word in enumerate(words):
        own = readings[row * len(paddings) : (row + 1) * len(paddings)]
        scores = [
            reading.score if reading.text.casefold() == word.text.casefold() and reading.polygon is None else 0.0
            for reading in own
        ]
        best = int(np.argmax(scores))
        if scores[best] > scores[0] + config.padding_gain and scores[best] > word.recognition + config.padding_gain:
            word = replace(word, polygon=boxes[row][best], recognition=scores[best])
        result.append(word)
    return result


def padded(polygon: Polygon, part: float) -> Polygon:
    """A quad with `part` of its width added at each end."""
    quad = np.asarray(polygon, dtype=np.float64)
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return as_polygon(quad + part * np.array([-top, top, bottom, -bottom]))
