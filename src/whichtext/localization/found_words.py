"""Found regions and their readings become words (paper 3.4: recognition boosts localization).

Lines are split at their spaces. A localizer of words is now and then wrong about where one ends. Its regions are read,
parted where the reading has a space, dropped where it makes no sense, and of what is said twice only the better one
stays. What a scene and the evaluation make of it is `whichtext.reader.believed_words`; the boosting starts here, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import as_polygon, min_area_quad, quad_angle, quad_size
from whichtext.localization.protocol import Localization, Region
from whichtext.localization.stitching import overlap_and_distance
from whichtext.localization.words import WordsConfig, split_into_words
from whichtext.recognition.protocol import Reading
from whichtext.types import Level, Polygon

__all__ = [
    "FoundWord",
    "FoundWordsConfig",
    "believable_words",
    "foreign_regions",
    "found_words",
    "settle_regions",
    "without_repeats",
]


@dataclass(frozen=True, slots=True)
class FoundWord:
    """One word that was found."""

    polygon: Polygon
    text: str
    localization: float
    """Confidence of the localizer in the region that the word is of."""
    recognition: float
    """Mean probability of its characters."""

    @property
    def score(self) -> float:
        """The confidence of the scene's texts: localization times recognition."""
        return self.localization * self.recognition


@dataclass(frozen=True, slots=True)
class FoundWordsConfig:
    """Values chosen on training photos that were held out."""

    iou: float = 0.3
    """Two words with more than this are the same."""
    cover: float = 0.5
    """A word of which more than this part lies in a better one is a piece of it."""
    doubtful: float = 0.3
    """A word that is read with less certainty than `WordsConfig.min_score` but with this stays, ..."""
    sure_region: float = 0.8
    """... where the localizer is this sure of its region: mirrored or unknown writing is text, too."""


def found_words(
    image: NDArray[np.uint8],
    level: Level,
    located: Localization,
    readings: Sequence[Reading],
    *,
    least: float | None = None,
) -> list[FoundWord]:
    """Words of an (H, W, 3) photo, from the regions found in it, lines or words, and what was read in each.

    least: mean probability of the characters below which a word is none; None for the usual one.
    """
    splitting = WordsConfig() if least is None else WordsConfig(min_score=least)
    if level == "word":
        return settle_regions(image, located.regions, readings, splitting=splitting)
    words: list[FoundWord] = []
    for region, reading in zip(located.regions, readings, strict=True):
        polygon = reading.polygon or region.polygon
        pieces = split_into_words(polygon, reading, image=image, evidence=located.evidence, config=splitting)
        words.extend(FoundWord(as_polygon(quad), text, region.score, score) for quad, text, score in pieces)
    return words


def believable_words(
    image: NDArray[np.uint8],
    level: Level,
    located: Localization,
    readings: Sequence[Reading],
    *,
    config: FoundWordsConfig | None = None,
) -> list[FoundWord]:
    """The found words that are read with some certainty, or whose region is sure to be text (`benchmarks/regions.py`).

    What was read in the latter is not to be believed (`whichtext.recognition.legibility`), but a person may mean them.
    """
    config = config or FoundWordsConfig()
    least = WordsConfig().min_score
    candidates = found_words(image, level, located, readings, least=config.doubtful)
    return [word for word in candidates if word.recognition >= least or word.localization >= config.sure_region]


def foreign_regions(
    located: Localization, readings: Sequence[Reading], words: Sequence[FoundWord], *, least: float = 0.8
) -> list[FoundWord]:
    """Regions in a script that is not read, each as one word without text.

    least: confidence of the localizer from which on they count. A region in which the middle of a word lies was read.
    Other regions without words are left out: of those that the localizer was as sure of, on training photos, six of 23
    showed no writing, and 14 of 23 none that a person could read.
    """
    middles = np.array([np.mean(word.polygon, axis=0) for word in words]).reshape(-1, 2)
    return [
        FoundWord(reading.polygon or region.polygon, "", region.score, 0.0)
        for region, reading in zip(located.regions, readings, strict=True)
        if reading.is_foreign
        and region.score >= least
        and not points_in_quad(middles, np.asarray(region.polygon)).any()
    ]


def points_in_quad(points: NDArray[np.float64], quad: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points (N, 2) lie in a convex clockwise quad (4, 2): (N,)."""
    sides = np.roll(quad, -1, axis=0) - quad
    apart = points[:, None] - quad[None]
    turns: NDArray[np.float64] = sides[:, 0] * apart[..., 1] - sides[:, 1] * apart[..., 0]
    inside: NDArray[np.bool_] = np.min(turns, axis=1) >= 0
    return inside


def settle_regions(
    image: NDArray[np.uint8],
    regions: Sequence[Region],
    readings: Sequence[Reading],
    *,
    config: FoundWordsConfig | None = None,
    splitting: WordsConfig | None = None,
) -> list[FoundWord]:
    """Words of an (H, W, 3) photo, from the word regions found in it and what was read there."""
    words: list[FoundWord] = []
    is_whole: list[bool] = []
    for region, reading in zip(regions, readings, strict=True):
        polygon = reading.polygon or region.polygon
        pieces = split_into_words(polygon, reading, image=image, config=splitting)
        for piece in pieces:
            place = polygon if len(pieces) == 1 else piece.polygon
            words.append(FoundWord(place, piece.text, region.score, piece.score))
            is_whole.append(len(pieces) == 1)
    return [words[position] for position in without_repeats(words, is_whole, config=config)]


def without_repeats(
    words: Sequence[FoundWord], is_whole: Sequence[bool], *, config: FoundWordsConfig | None = None
) -> list[int]:
    """Positions of the words that stay, ascending: whole regions come before parts of one, then sure before unsure."""
    config = config or FoundWordsConfig()
    if not words:
        return []
    boxes = np.array([slanted_box(word.polygon) for word in words])
    iou, _ = overlap_and_distance(boxes)
    area = boxes[:, 2] * boxes[:, 3]
    shared = iou * (area[:, None] + area[None, :]) / (1.0 + iou)
    is_repeated = (iou > config.iou) | (shared > config.cover * area[:, None])  # [i, j]: i repeats j
    order = sorted(range(len(words)), key=lambda i: (not is_whole[i], -words[i].score, words[i].polygon))
    kept: list[int] = []
    for position in order:
        if not is_repeated[position, kept].any():
            kept.append(position)
    return sorted(kept)


def slanted_box(polygon: Polygon) -> tuple[float, float, float, float, float]:
    """Rectangle of least area around a polygon: cx, cy, w, h, angle in radians, an eighth turn at most."""
    quad = min_area_quad(np.asarray(polygon, dtype=np.float64))
    x, y = quad.mean(axis=0)
    width, height = quad_size(quad)
    return float(x), float(y), width, height, float(np.radians(quad_angle(quad)))
