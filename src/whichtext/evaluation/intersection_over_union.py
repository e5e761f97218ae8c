"""ICDAR 2015 detection: IoU above one half, first come first served, with don't-care regions.

Source: the "TL_iou" script of the Robust Reading Competition, version 1.1. What is peculiar about it:

- Areas are plain polygon areas, also of rectangles (no inclusive pixel). Coordinates are cut to whole numbers.
- A detection is ignored if strictly more than half of its own area lies on one don't-care region; each region is tested
  on its own. An ignored detection can match nothing, not even a word that it covers perfectly.
- Words are served in file order. Each takes the FIRST detection in file order that is free, not ignored and has an IoU
  strictly above one half; neither the best one, nor the assignment with most pairs.
- `iou_conf` sorts the detections by descending score first, which can change the pairs, and adds the average precision:
  the sum of the precision at each rank with a hit, over the number of words cared for. No interpolation. Equal scores
  keep the order of the file.
- A photo without a word that is cared for has recall 1, and precision 1 if no detection remains, else 0. The totals do
  not know these figures: they are sums of hits over sums of counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whichtext.evaluation.polygons import Shape, iou, iou_exceeds, neighbours, shape_of, share_exceeds
from whichtext.evaluation.results import ImageScore, Matcher, Pair, Photo, cared_for, harmonic_mean

__all__ = [
    "IOU_LIMIT",
    "SHARE_LIMIT",
    "Fits",
    "first_come_pairs",
    "ignored_by_share",
    "match_first_come",
    "measure",
    "prepare",
    "score_pairs",
    "shapes_of",
]

IOU_LIMIT = 0.5
"""A pair needs strictly more."""
SHARE_LIMIT = 0.5
"""A detection with strictly more of its area on one don't-care region is ignored."""

Judge = Callable[[int, int], bool]
"""Whether the reading of a pair (position of the word, position of the detection) is right."""


@dataclass(frozen=True, slots=True)
class Fits:
    """One photo, measured: which detections count, and which word each of them could take."""

    cared: tuple[bool, ...]
    """One a ground truth."""
    ignored: tuple[bool, ...]
    """One a detection."""
    of_word: tuple[dict[int, float], ...]
    """For each ground truth that is cared for: detections not ignored that exceed the IoU limit, with the IoU."""


def prepare(photo: Photo) -> Matcher:
    """Measure one photo by the detection protocol."""
    return match_first_come(photo, cared_for(photo.truth))


def shapes_of(boxes: Sequence[Sequence[float]], *, whole_numbers: bool = True) -> list[Shape]:
    """Shapes of boxes, with coordinates cut to whole numbers unless told otherwise."""
    return [shape_of(box, whole_numbers=whole_numbers) for box in boxes]


def ignored_by_share(detections: Sequence[Shape], regions: Sequence[Shape]) -> list[bool]:
    """Which detections lie with strictly more than half of their area on one of the don't-care regions."""
    return [
        any(share_exceeds(shape, regions[near], SHARE_LIMIT) for near in close)
        for shape, close in zip(detections, neighbours(detections, regions), strict=True)
    ]


def measure(photo: Photo, cared: Sequence[bool], *, whole_numbers: bool = True) -> Fits:
    """Find what is ignored and what fits. `cared`: one a ground truth."""
    words = shapes_of(photo.truth.boxes, whole_numbers=whole_numbers)
    boxes = photo.detections.boxes if photo.detections is not None else ()
    found = shapes_of(boxes, whole_numbers=whole_numbers)
    ignored = ignored_by_share(found, [word for word, is_cared in zip(words, cared, strict=True) if not is_cared])
    of_word = tuple(
        {
            place: iou(word, found[place])
            for place in close
            if is_cared and not ignored[place] and iou_exceeds(word, found[place], IOU_LIMIT)
        }
        for word, is_cared, close in zip(words, cared, neighbours(words, found), strict=True)
    )
    return Fits(cared=tuple(cared), ignored=tuple(ignored), of_word=of_word)


def match_first_come(photo: Photo, cared: Sequence[bool], judge: Judge | None = None) -> Matcher:
    """Measure one photo; each word takes the first free detection that fits.

    `cared`: one a ground truth. `judge` decides whether a pair is right where readings count; without it every pair is.
    """
    fits = measure(photo, cared)
    return lambda chosen: score_pairs(fits, chosen, first_come_pairs(fits, chosen, judge))


def first_come_pairs(fits: Fits, chosen: Sequence[int], judge: Judge | None = None) -> list[Pair]:
    """Pairs where each word in turn takes the first of the chosen detections that is free and fits."""
    free = dict.fromkeys(chosen)
    pairs = []
    for word, fitting in enumerate(fits.of_word):
        place = next((place for place in free if place in fitting), None) if fitting else None
        if place is not None:
            del free[place]
            pairs.append(Pair((word,), (place,), is_right=None if judge is None else judge(word, place)))
    return pairs


def score_pairs(fits: Fits, chosen: Sequence[int], pairs: Sequence[Pair]) -> ImageScore:
    """Figures of one photo in which every right pair is a hit."""
    hits = sum(pair.is_right is not False for pair in pairs)
    truths, kept = sum(fits.cared), sum(not fits.ignored[place] for place in chosen)
    if truths:
        recall, precision = hits / truths, hits / kept if kept else 0.0
    else:
        recall, precision = 1.0, 0.0 if kept else 1.0
    return ImageScore(
        precision=precision,
        recall=recall,
        hmean=harmonic_mean(precision, recall),
        truths=truths,
        detections=kept,
        recall_credit=float(hits),
        precision_credit=float(hits),
        ignored_truths=tuple(word for word, is_cared in enumerate(fits.cared) if not is_cared),
        ignored_detections=tuple(place for place in chosen if fits.ignored[place]),
        pairs=tuple(pairs),
    )
