"""How much of what a text says is heard in a query: the only comparison of letters that the listener makes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from whichtext.retrieval.rules.wording import fold

__all__ = ["HEARD_WIDTH", "heard", "with_nothing"]

HEARD_WIDTH = 3
_SURE = 0.85
"""From this likeness on a wording counts as said."""
_LONG = 12.0
"""Letters of a wording that is hardly said by chance."""


def heard(query: str, strings: Sequence[str]) -> NDArray[np.float32]:
    """For each wording of N texts: (N, 3).

    How like it is to the words of the query that are likest to it, in [0, 1]; whether it is said, by its length; and
    its part of the query's words, where it is said.
    """
    words = fold(query).split()
    rows = np.zeros((len(strings), HEARD_WIDTH), dtype=np.float32)
    likeness: dict[str, float] = {}
    for row, string in enumerate(strings):
        wording = fold(string)
        if not wording:
            continue
        pieces = len(wording.split())
        if wording not in likeness:
            spans = [" ".join(words[at : at + pieces]) for at in range(max(1, len(words) - pieces + 1))]
            likeness[wording] = max(fuzz.ratio(wording, span) for span in spans) / 100 if words else 0.0
        like = likeness[wording]
        rows[row, 0] = like
        if like >= _SURE:
            rows[row, 1] = min(1.0, len(wording) / _LONG)
            rows[row, 2] = pieces / len(words)
    return rows


def with_nothing(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows (N, 3) and a column of zeros, (N, 4).

    It stands where the network, which is of the matcher's kind, looks for the verdict of the rules.
    """
    return np.pad(rows, ((0, 0), (0, 1)))
