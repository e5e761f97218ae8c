"""Connectionist Temporal Classification: time steps to characters with their place, and likelihoods of given strings.

Graves 2006; paper 3.4.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whichtext.recognition.protocol import Character

__all__ = ["BLANK", "ctc_log_likelihoods", "decode_ctc", "greedy_labels"]

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


def ctc_log_likelihoods(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], lengths: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Natural logarithm of the probability of each of many strings, summed over all paths: (C,).

    The CTC forward algorithm, over all strings at once. probabilities: (T, V) of each class at each time step;
    labels: (C, L) classes of each string, of which the first `lengths[c]` count; lengths: (C,) from 0 to L. Minus
    infinity where no path of T steps spells the string.
    """
    count, longest = labels.shape
    states = np.full((count, 2 * longest + 1), BLANK, dtype=np.intp)
    states[:, 1::2] = labels
    may_skip = np.zeros(states.shape, dtype=bool)
    may_skip[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    log_total = np.zeros(count)
    reached = np.zeros(states.shape)
    reached[:, :1] = 1.0  # as if a blank of certain probability had been seen before the first step
    for step in probabilities.astype(np.float64):
        arrived = reached.copy()
        arrived[:, 1:] += reached[:, :-1]
        arrived[:, 2:] += np.where(may_skip[:, 2:], reached[:, :-2], 0.0)
        reached = arrived * step[states]
        scale = reached.sum(axis=1)
        with np.errstate(divide="ignore"):
            log_total += np.log(scale)
        reached /= np.where(scale > 0.0, scale, 1.0)[:, None]
    rows = np.arange(count)
    last = reached[rows, 2 * lengths] + np.where(lengths > 0, reached[rows, 2 * lengths - 1], 0.0)
    with np.errstate(divide="ignore"):
        result: NDArray[np.float64] = log_total + np.log(last)
    return result


def greedy_labels(probabilities: NDArray[np.floating]) -> NDArray[np.intp]:
    """Classes of the best path without repeats and blanks: (T, V) to (L,)."""
    best = probabilities.argmax(axis=1)
    kept = best[np.concatenate([[True], best[1:] != best[:-1]])] if len(best) else best
    found: NDArray[np.intp] = kept[kept != BLANK]
    return found
