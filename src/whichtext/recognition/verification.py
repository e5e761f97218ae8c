"""Does a given string stand in the photo, and where? Badly read text can still be confirmed.

Every place where the string may stand is read again: whole lines, and every run of as many words as the string has;
left out are only places where more than twice as many characters were read as it has, or fewer than half as many
(`SLACK` more or fewer are allowed). What counts is not the best reading there but how likely the network's frames make
the given string (CTC forward algorithm, case, accents, spaces and foreign signs folded away), beside how likely they
make their own best reading: with the log-likelihood ratio r of the two, n the characters of the longer and q the
log-likelihood of the reading a character,

    probability = logistic(BIAS + TOTAL r + PER_CHARACTER r / n + QUALITY q)

The four constants are fitted by `tools/fit_verification.py` on words of held-out photos, each with its own string, with
another word of the same length and with one letter changed. The probability is that of the best place: it says how well
this place and this string go together, and knows nothing of how many places were tried.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from whichtext.errors import BadQuery
from whichtext.geometry import as_polygon, min_area_quad, order_quad
from whichtext.recognition.lexicon import fold
from whichtext.recognition.protocol import Likeness, Recognizer
from whichtext.types import Polygon, SceneContent, Text, Verification

__all__ = ["BIAS", "FOUND", "PER_CHARACTER", "QUALITY", "TOTAL", "probability_of", "verify"]

BIAS = 4.411
TOTAL = 0.300
PER_CHARACTER = 1.947
QUALITY = -2.364
"""Fitted by `python tools/fit_verification.py --data TEXTREF`.

Of held-out words that were not fitted, 97.1 % are found; of other words of the same length 0.4 % are, of words with one
letter changed 2.1 %.
"""

FOUND = 0.5
"""Probability from which on a string counts as found."""

SLACK = 3
"""Characters."""

MAX_LENGTH = 200
"""Characters of a string."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a string may stand."""

    text: Text
    polygon: Polygon
    """The part of the text, in pixels of the photo."""
    read: str
    """What was read there."""


def verify(
    image: NDArray[np.uint8],
    content: SceneContent,
    string: str,
    recognizer: Recognizer,
    *,
    most_places: int | None = None,
) -> Verification:
    """How likely a string stands somewhere in an (H, W, 3) uint8 RGB photo, and where.

    most_places: compare only the so many places whose reading is most like the string; None for all. Raises `BadQuery`
    for a string without letters and digits, or with more than 200 characters.
    """
    if not isinstance(string, str):
        raise BadQuery(f"the string to verify is text, not {type(string).__name__}")
    if len(string) > MAX_LENGTH:
        raise BadQuery(f"the string to verify has {len(string)} characters; at most {MAX_LENGTH} are compared")
    if not any(char.isalnum() for char in fold(string)):
        raise BadQuery(f"the string to verify holds no letter and no digit: {string!r}")
    places = [place for place in _places(content, len(string.split())) if _may_hold(place, string)]
    if most_places is not None:
        wanted = "".join(fold(string).split())
        places.sort(key=lambda place: -Levenshtein.normalized_similarity(wanted, "".join(fold(place.read).split())))
        del places[most_places:]
    likenesses = recognizer.compare(image, [_as_quad(place.polygon) for place in places], string)
    probabilities = [probability_of(likeness) for likeness in likenesses]
    if not probabilities or max(probabilities) <= 0.0:
        return Verification(string=string, found=False, probability=0.0, text=None, polygon=None)
    best = int(np.argmax(probabilities))
    return Verification(
        string=string,
        found=probabilities[best] >= FOUND,
        probability=probabilities[best],
        text=places[best].text,
        polygon=places[best].polygon,
    )


def probability_of(likeness: Likeness) -> float:
    """Probability in [0, 1] that the string is what the region says."""
    if not math.isfinite(likeness.log_string):
        return 0.0
    ratio = likeness.log_string - likeness.log_reading
    count = max(1, likeness.characters)
    logit = BIAS + TOTAL * ratio + PER_CHARACTER * ratio / count + QUALITY * likeness.log_reading / count
    return 1.0 / (1.0 + math.exp(min(700.0, -logit)))


def _places(content: SceneContent, count: int) -> Iterator[_Place]:
    """Where a string of `count` words may stand: words or runs of words, then whole lines."""
    lines = [text for text in content.texts if text.level == "line"]
    for line in lines:
        words = [content.texts[part] for part in line.parts]
        for start in range(len(words) - count + 1):
            run = words[start : start + count]
            if count < len(words):
                yield _Place(run[0] if count == 1 else line, _around(run), "".join(word.text for word in run))
        if len(words) == 1:
            yield _Place(words[0] if count == 1 else line, words[0].polygon, line.text)
        else:
            yield _Place(line, line.polygon, line.text)


def _may_hold(place: _Place, string: str) -> bool:
    """Whether about as many characters were read at a place as a string has; where nothing was read, all is open."""
    read, wanted = len("".join(place.read.split())), len("".join(string.split()))
    return not read or (read <= 2 * wanted + SLACK and wanted <= 2 * read + SLACK)


def _around(run: list[Text]) -> Polygon:
    """From the start of the first word to the end of the last."""
    first, last = _as_quad(run[0].polygon), _as_quad(run[-1].polygon)
    return run[0].polygon if len(run) == 1 else (first[0], last[1], last[2], first[3])


def _as_quad(polygon: Polygon) -> Polygon:
    """A quad as it is; any other polygon as its rectangle of least area, upright."""
    if len(polygon) == 4:
        return polygon
    return as_polygon(order_quad(min_area_quad(np.asarray(polygon))))
