"""Localization boosted by recognition (paper 3.4, Table 5): what cannot be read as a word is no word.

Found words with their readings in, fewer and surer ones out:

- What has no letter or digit, or more than `longest` characters, goes, and so does what is read or found too badly.
- With a lexicon, a reading of three and more letters that is none of its words goes. Give words that were read with
  this lexicon: the recognizer has then measured how compatible each place is with its words (edit distance 3, CTC
  likelihood). Numbers and shorter words, which lexicons do not hold, stay.
- The score of a word is the localizer's confidence to the power of `localization` times the recognizer's to the power
  of `recognition`.
- Of boxes that overlap and say the same the surest stays.

`pick_paddings` reads every word again, cut wider and narrower, and keeps the box that reads best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import as_polygon
from whichtext.localization.found_words import FoundWord, slanted_box
from whichtext.localization.stitching import overlap_and_distance
from whichtext.recognition.lexicon import Lexicon, fold
from whichtext.recognition.protocol import Recognizer
from whichtext.types import Polygon

__all__ = ["BoostingConfig", "boost", "matches_lexicon", "pick_paddings"]

LEAST_LETTERS = 3
"""Letters from which on a reading must be a word of the lexicon."""


@dataclass(frozen=True, slots=True)
class BoostingConfig:
    """Values chosen on training photos that were held out."""

    least_recognition: float = 0.0
    """Mean probability of the characters below which a reading is no word; `split_into_words` has one of its own."""
    least_score: float = 0.0
    """Boosted score below which a word goes."""
    longest: int = 25
    """Characters."""
    localization: float = 1.0
    """Power of the localizer's confidence in the score."""
    recognition: float = 1.0
    """Power of the recognizer's."""
    same_overlap: float = 0.1
    """IoU from which on two boxes that say the same are one word."""
    paddings: tuple[float, ...] = (-0.1, -0.05, 0.05, 0.1)
    """By how much of its width a word is cut wider at each end (narrower where negative), as `pick_paddings` tries."""
    padding_gain: float = 0.02
    """How much better another padding must read."""


def boost(
    words: Sequence[FoundWord], *, lexicon: Lexicon | None = None, config: BoostingConfig | None = None
) -> list[FoundWord]:
    """The words that stay, in order, with their new scores."""
    config = config or BoostingConfig()
    kept = [
        replace(
            word,
            localization=word.localization**config.localization,
            recognition=word.recognition**config.recognition,
        )
        for word in words
        if len(word.text) <= config.longest
        and any(char.isalnum() for char in word.text)
        and word.recognition >= config.least_recognition
        and (lexicon is None or matches_lexicon(word.text, lexicon))
    ]
    return merged([word for word in kept if word.score >= config.least_score], same_overlap=config.same_overlap)


def matches_lexicon(text: str, lexicon: Lexicon) -> bool:
    """Whether a reading is a word of the lexicon, or none of which a lexicon could know.

    Case, accents, signs at both ends and a possessive 's do not count.
    """
    if sum(char.isalpha() for char in text) < LEAST_LETTERS:
        return True
    places = [place for place, char in enumerate(text) if char.isalnum()]
    core = fold(text[places[0] : places[-1] + 1])
    return text in lexicon or core in lexicon or core.removesuffix("'s") in lexicon


def merged(words: Sequence[FoundWord], *, same_overlap: float) -> list[FoundWord]:
    """The words without those that say the same as a surer one on which they lie, in order."""
    if not words:
        return []
    iou, _ = overlap_and_distance(np.array([slanted_box(word.polygon) for word in words]))
    strings = [fold(word.text) for word in words]
    kept: list[int] = []
    for position in sorted(range(len(words)), key=lambda i: (-words[i].score, words[i].polygon)):
        if not any(strings[position] == strings[other] and iou[position, other] > same_overlap for other in kept):
            kept.append(position)
    return [words[position] for position in sorted(kept)]


def pick_paddings(
    image: NDArray[np.uint8],
    words: Sequence[FoundWord],
    recognizer: Recognizer,
    *,
    lexicon: Lexicon | None = None,
    config: BoostingConfig | None = None,
) -> list[FoundWord]:
    """The words of an (H, W, 3) photo, each cut so that its string is read with the highest probability.

    Another padding counts only where it reads the same string: a narrower box that reads a shorter one has lost
    letters. The cost is that of reading every word again, once as it is and once with each padding.
    """
    config = config or BoostingConfig()
    paddings = (0.0, *config.paddings)
    boxes = [[padded(word.polygon, padding) for padding in paddings] for word in words]
    readings = recognizer.recognize(image, [box for own in boxes for box in own], lexicon=lexicon)
    result = []
    for row, word in enumerate(words):
        own = readings[row * len(paddings) : (row + 1) * len(paddings)]
        scores = [
            reading.score if fold(reading.text) == fold(word.text) and reading.polygon is None else 0.0
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
