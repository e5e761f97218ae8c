"""ICDAR 2015 word spotting: only dictionary words count, and they must be read as the dictionary has them.

Source: the "E2E_iou" script of the Robust Reading Competition, version 1.1, with word spotting. What is peculiar about
it:

- Each ground truth is brought into its dictionary form: drop a final 's or 'S; strip hyphens at both ends; turn each of
  the marks into a blank; strip blanks, in this order, each once. So "ABC-!" becomes "ABC-": its hyphen stood inside
  when hyphens were stripped.
- A word whose form has a blank inside, fewer than 3 characters, or a character that is no Latin or Greek letter and no
  hyphen is don't care, WITH ALL that follows for detections on it: "12:30" excuses whatever lies on it, and the short
  word "TO" can swallow a detection of its neighbour. Digits make a word don't care.
- The form is compared with the detection's text, both upper-cased, the detection's otherwise untouched: "SALE!" for
  SALE! is wrong here and right end to end.
- All else as in `end_to_end`.
"""

from whichtext.evaluation.end_to_end import MARKS
from whichtext.evaluation.intersection_over_union import match_first_come
from whichtext.evaluation.results import Matcher, Photo, cared_for

__all__ = ["MIN_LENGTH", "dictionary_form", "is_dictionary_word", "prepare"]

MIN_LENGTH = 3
"""Characters of the shortest dictionary form that is cared for."""

_BLANKS = str.maketrans(dict.fromkeys(MARKS, " "))
_LETTERS = ((0x61, 0x7A), (0x41, 0x5A), (0xC0, 0x1BF), (0x1C4, 0x27F), (0x386, 0x3FF), (0x2D, 0x2D))
"""Ranges of code points that a dictionary word may consist of: Latin, Latin with accents, Greek, the hyphen."""
_NO_LETTERS = "×÷·"
"""Signs that stand among the letters."""


def prepare(photo: Photo) -> Matcher:
    """Measure one photo by the word-spotting protocol."""
    truth, detections = photo.truth, photo.detections
    forms = [dictionary_form(text) for text in truth.texts]
    cared = [is_cared and is_dictionary_word(form) for is_cared, form in zip(cared_for(truth), forms, strict=True)]

    def judge(word: int, place: int) -> bool:
        return detections is not None and forms[word].upper() == detections.texts[place].upper()

    return match_first_come(photo, cared, judge)


def dictionary_form(text: str) -> str:
    """Ground truth as it is compared in word spotting."""
    if text.endswith(("'s", "'S")):
        text = text[:-2]
    return text.strip("-").translate(_BLANKS).strip()


def is_dictionary_word(form: str) -> bool:
    """Whether a dictionary form is cared for in word spotting."""
    return len(form) >= MIN_LENGTH and all(
        char not in _NO_LETTERS and any(first <= ord(char) <= last for first, last in _LETTERS) for char in form
    )
