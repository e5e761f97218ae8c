"""Recognition of words whose places are given: accuracy and 1-NED over letters and digits, whatever the case.

Source: the convention of the papers on scene text recognition. What is peculiar about it:

- Both sides lose everything but A-Z and 0-9 before they are compared; accents come off their letters first, case does
  not count. A word of which nothing is left is right only if nothing is read.
- Which words count makes test sets of different size with the same name. `recognition` takes all words that are not
  "###" (1095 of ICDAR 2013, 2077 of ICDAR 2015); `recognition_alnum` only those that consist of letters A-Z and digits
  (1015 of ICDAR 2013); `recognition_alnum3` only those of these with three characters and more (857).
- 1-NED is the mean over the words of 1 less the edit distance over the length of the longer string; 1 where both are
  empty.
- Readings stand in the order of the ground truth. A photo without a result has empty readings.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz.distance import Levenshtein

from whichtext.errors import DatasetError
from whichtext.evaluation.results import ImageScore, Matcher, Pair, Photo, cared_for

__all__ = ["compared_form", "is_alphanumeric", "prepare", "prepare_alphanumeric", "prepare_long", "similarity"]

MIN_LENGTH = 3
"""Characters of the shortest word that `recognition_alnum3` counts."""

_OTHERS = re.compile(r"[^a-z0-9]+")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")


def prepare(photo: Photo) -> Matcher:
    """Compare all words of one photo or crop."""
    return _compare(photo, lambda _: True)


def prepare_alphanumeric(photo: Photo) -> Matcher:
    """Compare only the words that consist of letters A-Z and digits."""
    return _compare(photo, is_alphanumeric)


def prepare_long(photo: Photo) -> Matcher:
    """Compare only the words that consist of three and more letters A-Z and digits."""
    return _compare(photo, lambda text: is_alphanumeric(text) and len(text) >= MIN_LENGTH)


def is_alphanumeric(text: str) -> bool:
    """Whether a ground truth consists of letters A-Z and digits."""
    return _ALPHANUMERIC.fullmatch(text) is not None


def compared_form(text: str) -> str:
    """What of a string is compared: a-z and 0-9."""
    return _OTHERS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def similarity(first: str, second: str) -> float:
    """1 less the edit distance over the length of the longer string; 1 where both are empty."""
    longer = max(len(first), len(second))
    return 1 - Levenshtein.distance(first, second) / longer if longer else 1.0


def _compare(photo: Photo, counts: Callable[[str], bool]) -> Matcher:
    truth = photo.truth
    readings = _readings(photo)
    cared = [is_cared and counts(text) for is_cared, text in zip(cared_for(truth), truth.texts, strict=True)]
    wanted = [compared_form(text) for text in truth.texts]
    given = [compared_form(text) for text in readings]

    def match(chosen: Sequence[int]) -> ImageScore:
        places = sorted(chosen) if photo.detections is not None else range(len(truth.texts))
        pairs = [Pair((place,), (place,), is_right=wanted[place] == given[place]) for place in places if cared[place]]
        right = sum(pair.is_right is True for pair in pairs)
        truths = sum(cared)
        share = right / truths if truths else 1.0
        near = sum(similarity(wanted[pair.truths[0]], given[pair.truths[0]]) for pair in pairs)
        skipped = tuple(place for place, is_cared in enumerate(cared) if not is_cared)
        return ImageScore(
            precision=share,
            recall=share,
            hmean=share,
            truths=truths,
            detections=truths,
            recall_credit=float(right),
            precision_credit=float(right),
            ignored_truths=skipped,
            ignored_detections=skipped if photo.detections is not None else (),
            pairs=tuple(pairs),
            similarity=near / truths if truths else 1.0,
        )

    return match


def _readings(photo: Photo) -> tuple[str, ...]:
    if photo.detections is None:
        return ("",) * len(photo.truth.texts)
    if len(photo.detections.texts) != len(photo.truth.texts):
        raise DatasetError(
            f"image {photo.truth.image!r} has {len(photo.truth.texts)} words and {len(photo.detections.texts)}"
            " readings: give one reading a word, in the order of the ground truth, empty where nothing was read"
        )
    return photo.detections.texts
