"""Lines to words: a line region and its reading become word quads, tight to the letters.

Paper 3.1: text regions are words.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.geometry import as_polygon, quad_size
from whichtext.recognition.protocol import SEPARATORS, Character, Reading
from whichtext.types import Polygon

__all__ = ["SplitWord", "WordsConfig", "split_into_words"]

PROFILE_HEIGHT = 32
"""Rows of the straightened line in which the gaps between words are looked for."""


@dataclass(frozen=True, slots=True)
class WordsConfig:
    """Values tuned on training photos."""

    min_score: float = 0.65
    """Words read with less certainty are no words (paper 3.4: false-positive filter)."""


class SplitWord(NamedTuple):
    """One word of a line."""

    polygon: Polygon
    """Quad in pixels of the photo, clockwise from the word's own top-left corner."""
    text: str
    score: float
    """Mean probability of its characters."""


def split_into_words(
    polygon: Polygon,
    reading: Reading,
    *,
    image: NDArray[np.uint8] | None = None,
    evidence: NDArray[Any] | None = None,
    config: WordsConfig | None = None,
) -> tuple[SplitWord, ...]:
    """Split a line region into its words, in reading order. A line that could not be read gives no words.

    polygon: quad of the line; `reading.polygon` replaces it where the writing runs in another direction.
    image: the (H, W, 3) uint8 photo; with it the borders between words are put into the gaps between the letters,
    without it they come from the character places alone.
    evidence: the localizer's text probability over the whole photo; not needed where `image` is given.
    """
    quad = np.asarray(reading.polygon if reading.polygon is not None else polygon, dtype=np.float64)
    config = config or WordsConfig()
    groups = word_groups(reading.characters)
    profile = ink_profile(image, quad) if image is not None and len(groups) > 1 else None
    gaps = [gap_between(before[-1], after[0], profile) for before, after in pairwise(groups)]
    starts = [0.0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), 1.0]
    words = [as_word(quad, a, b, group) for a, b, group in zip(starts, ends, groups, strict=False) if b > a]
    return tuple(word for word in words if word.score >= config.min_score)


def word_groups(characters: tuple[Character, ...]) -> list[list[Character]]:
    """Characters of each word: parted by spaces and separators.

    Wide gaps without a space that was read part no words: tried with many thresholds on training photos, this always
    cost precision.
    """
    groups: list[list[Character]] = [[]]
    for character in characters:
        if character.text in SEPARATORS:
            groups.append([])
        else:
            groups[-1].append(character)
    return [group for group in groups if group]


def as_word(quad: NDArray[np.float64], start: float, end: float, group: list[Character]) -> SplitWord:
    """Cut a quad (4, 2) from fraction `start` to fraction `end` of its length."""
    top = quad[0] + np.array([[start], [end]]) * (quad[1] - quad[0])
    bottom = quad[3] + np.array([[start], [end]]) * (quad[2] - quad[3])
    part = np.array([top[0], top[1], bottom[1], bottom[0]])
    return SplitWord(
        polygon=as_polygon(part),
        text="".join(character.text for character in group),
        score=float(np.mean([character.score for character in group])),
    )


def ink_profile(image: NDArray[np.uint8], quad: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much the luminance varies in each column of the straightened line: (L,).

    In [0, 1], relative to its strong columns.
    """
    width, height = quad_size(quad)
    length = int(np.clip(round(width * PROFILE_HEIGHT / max(height, 1.0)), 8, 4096))
    crop = straighten(image, quad, (length, PROFILE_HEIGHT)).astype(np.float64)
    luminance = (crop @ np.array([0.299, 0.587, 0.114]))[4:-4]
    spread = luminance.max(axis=0) - luminance.min(axis=0)
    strong = float(np.percentile(spread, 75))
    return np.minimum(1.0, spread / strong) if strong > 0 else np.ones(length)


def gap_between(before: Character, after: Character, profile: NDArray[np.float64] | None) -> tuple[float, float]:
    """Where the word of `before` ends and that of `after` begins, in fractions of the line's length."""
    low = (before.start + before.end) / 2
    high = (after.start + after.end) / 2
    if profile is None or high <= low:
        third = (high - low) / 3
        return low + third, high - third
    length = len(profile)
    first, last = int(low * length), max(int(low * length) + 1, int(np.ceil(high * length)))
    part = profile[first:last]
    threshold = part.min() + 0.3 * (1.0 - part.min())
    empty = part <= threshold
    edges = np.flatnonzero(np.diff(np.concatenate([[False], empty, [False]]).astype(int)))
    starts, stops = edges[::2], edges[1::2]
    best = int(np.argmax(stops - starts))
    return (first + float(starts[best])) / length, (first + float(stops[best])) / length
