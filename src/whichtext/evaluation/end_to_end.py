"""ICDAR 2015 end-to-end: found AND read, with a little forgiveness for marks at the ends of the ground truth.

Source: the "E2E_iou" script of the Robust Reading Competition, version 1.1, without word spotting. What is peculiar
about it:

- Pairs are formed exactly as in `intersection_over_union`, blind to the text: the first detection that fits takes the
  word even if it is misread, and both are then used up.
- A pair is right if the readings are equal after full Unicode upper-casing (ß becomes SS; accents are not folded), or
  become equal when the GROUND TRUTH loses its first character, its last one, or both, provided that what it loses is
  one of `MARKS`. One character an end, never from the detection.
- Texts are compared as they stand: no blank is stripped. "###" as a reading has no special meaning.
"""

from whichtext.evaluation.intersection_over_union import match_first_come
from whichtext.evaluation.results import Matcher, Photo, cared_for

__all__ = ["MARKS", "is_same_reading", "prepare"]

MARKS = "!?.:,*\"()·[]/'"
"""Characters that may be missing at an end of the ground truth."""


def prepare(photo: Photo) -> Matcher:
    """Measure one photo by the end-to-end protocol."""
    truth, detections = photo.truth, photo.detections

    def judge(word: int, place: int) -> bool:
        return detections is not None and is_same_reading(truth.texts[word], detections.texts[place])

    return match_first_come(photo, cared_for(truth), judge)


def is_same_reading(truth: str, reading: str) -> bool:
    """Whether a reading counts as right end to end."""
    wanted, given = truth.upper(), reading.upper()
    if given == wanted:
        return True
    may_lose_first, may_lose_last = wanted[:1] in MARKS and wanted != "", wanted[-1:] in MARKS and wanted != ""
    return (
        (may_lose_first and given == wanted[1:])
        or (may_lose_last and given == wanted[:-1])
        or (may_lose_first and may_lose_last and given == wanted[1:-1])
    )
