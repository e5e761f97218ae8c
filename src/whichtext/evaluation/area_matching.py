"""Matching by area recall and area precision with splits and merges: the core of DetEval (Wolf and Jolion 2006).

`deteval` and `icdar2013` state which rules they use and what is peculiar about them; this is the common machinery.

Rectangles only, with inclusive pixels: the width is xmax - xmin + 1, also of an overlap. For word G and detection D,
area recall is overlap / area(G) and area precision is overlap / area(D). Three passes follow each other, over words in
file order, then detections in file order (the third over detections, then words). Whatever is matched is used up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.errors import DatasetError
from whichtext.evaluation.results import ImageScore, Matcher, Pair, Photo, Regions, cared_for, harmonic_mean

__all__ = ["AreaRules", "match_areas"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AreaRules:
    """What may differ between the relatives of DetEval."""

    recall_limit: float = 0.8
    """A word counts as covered from this share on."""
    precision_limit: float = 0.4
    """A detection counts as filled from this share on; with strictly more on one don't-care word it is ignored."""
    split_credit: float = 0.8
    """Of the word, and of each of its detections."""
    merge_credit: float = 1.0
    """Of the detection, and of each of its words."""
    center_limit: float = 1.0
    """One-to-one needs twice the centre distance over the sum of the diagonals strictly below this."""
    counts_overlaps: bool = True
    """Whether one-to-one wants no other overlap, and splits and merges want at least two."""
    digits: int | None = 4
    """Decimals to which the sums of splits and merges are rounded before they are compared; None for no rounding."""
    single_is_whole: bool = True
    """Whether a split or merge with a single partner has credit 1."""


@dataclass(frozen=True, slots=True)
class _Areas:
    """One photo for one choice of detections. N words, M detections."""

    recall: Floats  # (N, M)
    precision: Floats  # (N, M)
    close: Flags  # (N, M), centres near each other
    cared: Flags  # (N,)
    kept: Flags  # (M,), not ignored


def match_areas(photo: Photo, rules: AreaRules) -> Matcher:
    """Measure one photo by the given rules."""
    words, found = _rectangles(photo.truth), _rectangles(photo.detections)
    cared = np.array(cared_for(photo.truth), dtype=bool)
    recall, precision = _overlaps(words, found)
    close = _center_distances(words, found) < rules.center_limit
    kept = ~(precision[~cared] > rules.precision_limit).any(axis=0)
    has_result = photo.detections is not None

    def match(chosen: Sequence[int]) -> ImageScore:
        places = np.array(chosen, dtype=np.intp)
        areas = _Areas(recall[:, places], precision[:, places], close[:, places], cared, kept[places])
        pairs, recall_credit, precision_credit = _match(areas, rules)
        truths, detections = int(cared.sum()), int(areas.kept.sum())
        image_precision, image_recall, hmean = _image_figures(
            recall_credit, precision_credit, truths, detections, len(cared), len(places), has_result
        )
        return ImageScore(
            precision=image_precision,
            recall=image_recall,
            hmean=hmean,
            truths=truths,
            detections=detections,
            recall_credit=recall_credit,
            precision_credit=precision_credit,
            ignored_truths=tuple(int(word) for word in np.flatnonzero(~cared)),
            ignored_detections=tuple(int(place) for place in places[~areas.kept]),
            pairs=tuple(
                Pair(pair.truths, tuple(int(places[column]) for column in pair.detections), pair.kind) for pair in pairs
            ),
        )

    return match


def _image_figures(
    recall_credit: float,
    precision_credit: float,
    truths: int,
    detections: int,
    all_truths: int,
    all_detections: int,
    has_result: bool,
) -> tuple[float, float, float]:
    """Precision, recall and harmonic mean of one photo, with the special cases of the scripts."""
    if not all_detections:
        # Nothing is computed then, and an empty photo with an empty result keeps its harmonic mean of 0.
        return (1.0, 1.0, 0.0) if has_result and not all_truths else (0.0, 0.0, 0.0)
    if not truths:
        return 0.0, 1.0, 0.0
    recall = recall_credit / truths
    precision = precision_credit / detections if detections else 0.0
    return precision, recall, harmonic_mean(precision, recall)


def _rectangles(regions: Regions | None) -> Floats:
    """Boxes as (N, 4), coordinates cut to whole numbers; `DatasetError` for anything that is no rectangle."""
    if regions is None or not regions.boxes:
        return np.zeros((0, 4))
    for number, box in enumerate(regions.boxes):
        if len(box) != 4:
            raise DatasetError(
                f"image {regions.image!r}, box {number}: this protocol knows only rectangles (4 numbers), not"
                f" {len(box)} numbers; give bounding boxes, or take another protocol"
            )
    return np.trunc(np.array(regions.boxes, dtype=np.float64))


def _overlaps(words: Floats, found: Floats) -> tuple[Floats, Floats]:
    """Area recall and area precision of every pair: (N, 4) and (M, 4) to two (N, M)."""
    low = np.maximum(words[:, None, :2], found[None, :, :2])
    high = np.minimum(words[:, None, 2:], found[None, :, 2:])
    shared = np.clip(high - low + 1, 0, None).prod(axis=2)
    return shared / _areas(words)[:, None], shared / _areas(found)[None, :]


def _areas(boxes: Floats) -> Floats:
    areas: Floats = (boxes[:, 2:] - boxes[:, :2] + 1).prod(axis=1)
    return areas


def _center_distances(words: Floats, found: Floats) -> Floats:
    """Twice the distance of the centres over the sum of the diagonals, of every pair: (N, M)."""

    def centers(boxes: Floats) -> Floats:
        halves: Floats = boxes[:, :2] + (boxes[:, 2:] - boxes[:, :2] + 1) / 2
        return halves

    def diagonals(boxes: Floats) -> Floats:
        lengths: Floats = np.hypot(*(boxes[:, 2:] - boxes[:, :2] + 1).T)
        return lengths

    apart = np.linalg.norm(centers(words)[:, None] - centers(found)[None], axis=2)
    distances: Floats = 2 * apart / (diagonals(words)[:, None] + diagonals(found)[None])
    return distances


def _match(areas: _Areas, rules: AreaRules) -> tuple[list[Pair], float, float]:
    """Pairs (positions of words and columns), recall credit and precision credit."""
    free_words, free_found = areas.cared.copy(), areas.kept.copy()
    overlaps = areas.recall > 0
    overlaps_of_word = (overlaps & areas.kept).sum(axis=1)
    overlaps_of_found = (overlaps & areas.cared[:, None]).sum(axis=0)
    pairs: list[Pair] = []
    recall_credit = precision_credit = 0.0

    # One-to-one. Don't-care words and ignored detections count in the uniqueness test, and so do used ones.
    fits = (areas.recall >= rules.recall_limit) & (areas.precision >= rules.precision_limit)
    unique = fits & (fits.sum(axis=1) == 1)[:, None] & (fits.sum(axis=0) == 1) & areas.close
    if rules.counts_overlaps:
        unique &= (overlaps_of_word == 1)[:, None] & (overlaps_of_found == 1)
    for word, column in zip(*np.nonzero(unique & free_words[:, None] & free_found), strict=True):
        free_words[word] = free_found[column] = False
        pairs.append(Pair((int(word),), (int(column),), "OO"))
        recall_credit += 1.0
        precision_credit += 1.0

    # One-to-many: a word that was split.
    for word in np.flatnonzero(free_words):
        columns = np.flatnonzero(free_found & (areas.precision[word] >= rules.precision_limit))
        is_covered = _sum(areas.recall[word, columns], rules.digits) >= rules.recall_limit
        if not is_covered or (rules.counts_overlaps and overlaps_of_word[word] < 2):
            continue
        free_words[word] = False
        free_found[columns] = False
        is_single = len(columns) == 1 and rules.single_is_whole
        credit = 1.0 if is_single else rules.split_credit
        pairs.append(Pair((int(word),), tuple(map(int, columns)), "OM1" if is_single else "OM"))
        recall_credit += credit
        precision_credit += credit * len(columns)

    # Many-to-one: words that were merged.
    for column in np.flatnonzero(free_found):
        words = np.flatnonzero(free_words & (areas.recall[:, column] >= rules.recall_limit))
        is_filled = _sum(areas.precision[words, column], rules.digits) >= rules.precision_limit
        if not is_filled or (rules.counts_overlaps and overlaps_of_found[column] < 2):
            continue
        free_words[words] = False
        free_found[column] = False
        is_single = len(words) == 1 and rules.single_is_whole
        credit = 1.0 if is_single else rules.merge_credit
        pairs.append(Pair(tuple(map(int, words)), (int(column),), "MO1" if is_single else "MO"))
        recall_credit += credit * len(words)
        precision_credit += credit
    return pairs, recall_credit, precision_credit


def _sum(shares: Floats, digits: int | None) -> float:
    """Sum in file order, rounded the way the scripts round: scaled, to the nearest whole number, half to even."""
    total = 0.0
    for share in shares:
        total += float(share)
    return total if digits is None else float(np.round(total, digits))
