"""Word spotting in Street View Text (SVT), with the 50 words of each photo or with a full lexicon.

Source: Wang, Babenko and Belongie 2011 for the 50 words, Jaderberg et al. 2016 for the full lexicon. What is peculiar
about it:

- A lexicon is part of the protocol: `svt_50` takes the list that comes with each photo, `svt_full` one list for all.
  Readings are snapped as `lexicons` says. A detection whose reading no lexicon word explains spots nothing: it is
  ignored and costs no precision.
- Only words of `MIN_LENGTH` letters and digits and more, and of nothing else (A-Z and 0-9), are cared for. A detection
  is ignored if strictly more than half of it lies on one word that is not cared for.
- A pair needs an IoU strictly above one half AND the word, whatever the case. Detections, by descending score (in file
  order where there are none), take the free word with which their IoU is highest. A misread detection takes no word
  from another.
- SVT labels only words of the lexicons. Other text in the photos is not annotated: with the full lexicon reading it
  costs precision.
"""

import re
from dataclasses import replace

from whichtext.evaluation.intersection_over_union import measure, score_pairs
from whichtext.evaluation.lexicons import Lexicon
from whichtext.evaluation.pascal import best_free_words
from whichtext.evaluation.results import Matcher, Photo, cared_for

__all__ = ["MIN_LENGTH", "is_svt_word", "prepare"]

MIN_LENGTH = 3
"""Characters of the shortest word that is cared for."""

_WORD = re.compile(r"[A-Za-z0-9]+", re.ASCII)


def prepare(photo: Photo, lexicon: Lexicon) -> Matcher:
    """Measure one photo whose readings have not been snapped yet."""
    truth, detections = photo.truth, photo.detections
    cared = [
        is_cared and is_svt_word(text)
        for is_cared, text in zip(cared_for(truth), truth.texts or ("",) * len(truth.boxes), strict=True)
    ]
    fits = measure(photo, cared, whole_numbers=False)
    words = [lexicon.nearest(reading) for reading in detections.texts] if detections is not None else []
    fits = replace(
        fits,
        ignored=tuple(is_ignored or word is None for is_ignored, word in zip(fits.ignored, words, strict=True)),
        of_word=tuple(
            {place: value for place, value in fitting.items() if words[place] == text.upper()}
            for fitting, text in zip(fits.of_word, truth.texts, strict=True)
        ),
    )
    return lambda chosen: score_pairs(
        fits, chosen, [replace(pair, is_right=True) for pair in best_free_words(fits, chosen)]
    )


def is_svt_word(text: str) -> bool:
    """Whether a ground truth is cared for."""
    return len(text) >= MIN_LENGTH and _WORD.fullmatch(text) is not None
