"""Greedy decoding of Connectionist Temporal Classification: time steps to characters with their place.

Graves 2006; paper 3.4.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whichtext.recognition.protocol import Character

__all__ = ["BLANK", "decode_ctc"]

BLANK = 0
"""Index of the class that stands for "no character here"."""


def decode_ctc(
    best: NDArray[np.integer],
    probability: NDArray[np.floating],
    vocabulary: Sequence[str],
    *,
    length: float | None = None,
) -> tuple[Character, ...]:
    """Decode the most probable class of each time step.

    best: (T,) class indices; probability: (T,) their probabilities; vocabulary: (V,) the text of each class,
    `vocabulary[BLANK]` unused. length: time steps that the region covers, where the rest is padding; None for all T.
    Equal neighbours are one character, blanks separate. A character stands from its first to its last step, in
    fractions of `length`; its score is the highest of its steps.
    """
    steps = len(best)
    if not steps:
        return ()
    covered = float(length if length is not None else steps)
    starts = np.flatnonzero(np.concatenate([[True], best[1:] != best[:-1]]))
    stops = np.concatenate([starts[1:], [steps]])
    characters = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        kind = int(best[start])
        if kind == BLANK:
            continue
        characters.append(
            Character(
                text=vocabulary[kind],
                score=float(probability[start:stop].max()),
                start=min(1.0, start / covered),
                end=min(1.0, stop / covered),
            )
        )
    return tuple(characters)
