"""Detection and reading as the TextRef data set says: IoU above one half, one to one, best pairs first.

Source: the README of TextRef. What is peculiar about it:

- Pairs of a word and a detection with IoU strictly above one half are taken by descending IoU (then in file order), as
  long as both are free. The ICDAR 2015 script takes the first that comes, PASCAL goes by the confidences.
- Coordinates are not cut to whole numbers, and confidences play no part: every detection counts.
- A detection with strictly more than half of its area on one don't-care region is excused.
- `best_pairs_e2e`: the same pairs; one is right where both sides have the same letters and digits, regardless of
  case and accents. A word without transcription can be found but not read.
"""

from collections.abc import Sequence

from whichtext.evaluation.intersection_over_union import Fits, Judge, measure, score_pairs
from whichtext.evaluation.recognition import compared_form
from whichtext.evaluation.results import Matcher, Pair, Photo, cared_for

__all__ = ["best_pairs", "prepare", "prepare_end_to_end"]


def prepare(photo: Photo) -> Matcher:
    """Measure one photo by the detection rule."""
    fits = measure(photo, cared_for(photo.truth), whole_numbers=False)
    return lambda chosen: score_pairs(fits, chosen, best_pairs(fits, chosen))


def prepare_end_to_end(photo: Photo) -> Matcher:
    """Measure one photo where readings count."""
    fits = measure(photo, cared_for(photo.truth), whole_numbers=False)
    wanted = [compared_form(text) if text else None for text in photo.truth.texts]
    given = [compared_form(text) for text in photo.detections.texts] if photo.detections is not None else []

    def is_right(word: int, place: int) -> bool:
        return wanted[word] == given[place]

    return lambda chosen: score_pairs(fits, chosen, best_pairs(fits, chosen, is_right))


def best_pairs(fits: Fits, chosen: Sequence[int], judge: Judge | None = None) -> list[Pair]:
    """Pairs, by word, of the highest IoU first."""
    free = set(chosen)
    candidates = sorted(
        (-value, word, place)
        for word, fitting in enumerate(fits.of_word)
        for place, value in fitting.items()
        if place in free
    )
    partner: dict[int, int] = {}
    for _, word, place in candidates:
        if word not in partner and place in free:
            free.discard(place)
            partner[word] = place
    return [
        Pair((word,), (place,), is_right=None if judge is None else judge(word, place))
        for word, place in sorted(partner.items())
    ]
