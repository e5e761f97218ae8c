"""Words that people write vouch for a doubtful reading (paper 3.4: what is read should be a word).

Class probabilities of time steps in, a path of classes out. Where a network doubts a time step, the likeliest strings
are compared (prefix beam search) after each known word in them has been given `gain` nats: "SICRET" becomes "SECRET"
where the pixels allow both, and stays where they do not. Names, codes and other languages get no gain and lose nothing:
a word must be less than `gain` nats less likely than what was read, which no sure letter is. Only strings of as many
words as were read are compared, so that no gaps are invented.

The list is in the package: English, British and American (SCOWL), made by `tools/make_known_words.py`.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from whichtext.recognition.beam import align, beam_search
from whichtext.recognition.ctc import greedy_labels
from whichtext.recognition.lexicon import fold
from whichtext.recognition.protocol import SEPARATORS
from whichtext.weights import load_bytes

__all__ = ["LEAST_LETTERS", "WORD_FILE", "count_known", "known_words", "likelier_path"]

WORD_FILE = "known_words.txt"
LEAST_LETTERS = 3
"""Letters of the shortest word that vouches."""
BEAMS = 8
"""Beginnings that are followed."""
LEAST = 0.01
"""Probability below which a class begins no new beginning."""


@cache
def known_words() -> frozenset[str]:
    """The words of the package, small letters without accents. Raises `WeightsError` where the file is damaged."""
    lines = load_bytes(WORD_FILE).decode("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def count_known(string: str, words: frozenset[str]) -> int:
    """How many words of a string are known; case, accents, signs at both ends and a possessive 's do not count."""
    count = 0
    for part in string.split():
        places = [place for place, char in enumerate(part) if char.isalnum()]
        if len(places) >= LEAST_LETTERS:
            core = fold(part[places[0] : places[-1] + 1]).removesuffix("'s")
            count += len(core) >= LEAST_LETTERS and core in words
    return count


def likelier_path(
    probabilities: NDArray[np.floating], texts: Sequence[str], *, gain: float, doubt: float
) -> NDArray[np.intp] | None:
    """The path (T,) of a string that is likelier for its known words than what the best path spells; None for none.

    probabilities: (T, V); texts: (V,) of each class. Where every time step has a class of the probability `doubt` or
    more, no search is made.
    """
    if not len(probabilities) or float(probabilities.max(axis=1).min()) >= doubt:
        return None
    words = known_words()
    read = tuple(greedy_labels(probabilities).tolist())
    parts = count_parts(read, texts)
    best, best_score = read, -np.inf
    for beam in beam_search(probabilities, beams=BEAMS, least=LEAST):
        known = count_known("".join(texts[label] for label in beam.labels), words)
        score = beam.log_likelihood + gain * known
        if score > best_score and (known or beam.labels == read) and count_parts(beam.labels, texts) == parts:
            best, best_score = beam.labels, score
    return None if best == read else align(probabilities, best)


def count_parts(labels: Sequence[int], texts: Sequence[str]) -> int:
    """How many separators a string has."""
    return sum(texts[label] in SEPARATORS for label in labels)
