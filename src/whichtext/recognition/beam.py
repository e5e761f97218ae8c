"""Prefix beam search: the likeliest strings under a network's time steps, summed over all their paths (paper 3.4).

Greedy decoding follows the single best path; a string whose probability is spread over many paths can be likelier
(Graves 2006; Hannun et al. 2014). With as many beams as there are beginnings the search is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.recognition.ctc import BLANK

__all__ = ["Beam", "align", "beam_search"]


@dataclass(frozen=True, slots=True)
class Beam:
    """One string with its likelihood."""

    labels: tuple[int, ...]
    """Classes without repeats and blanks."""
    log_likelihood: float
    """Natural logarithm of the probability of all its paths that were followed; minus infinity for none."""


def beam_search(
    probabilities: NDArray[np.floating], *, beams: int = 10, least: float = 1e-4, limit: int | None = None
) -> tuple[Beam, ...]:
    """The likeliest strings of (T, V) class probabilities, best first; of equally likely ones the smaller classes.

    beams: beginnings that are followed from one time step to the next. least: a class below this probability, and not
    the best of its time step, begins no new beginning there; 0 for the exact sum. limit: how many strings to return,
    None for all that were followed.
    """
    steps = probabilities.astype(np.float64)
    is_kind = (steps >= least) | (steps == steps.max(axis=1, keepdims=True, initial=0.0))
    is_kind[:, BLANK] = False
    columns = np.concatenate([[BLANK], np.flatnonzero(is_kind.any(axis=0))])
    classes = columns.tolist()
    rows = steps[:, columns].tolist()  # plain numbers: single ones of an array are slow
    kinds_of = [np.flatnonzero(kinds).tolist() for kinds in is_kind[:, columns]]
    ended: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}  # beginning: (… ends blank, … ends with label)
    log_total = 0.0
    for step, kinds in zip(rows, kinds_of, strict=True):
        blank = step[0]
        grown: dict[tuple[int, ...], list[float]] = {}
        for places, (after_blank, after_label) in ended.items():
            both = after_blank + after_label
            last = places[-1] if places else 0
            own = grown.setdefault(places, [0.0, 0.0])
            own[0] += both * blank
            if last:
                own[1] += after_label * step[last]
            for kind in kinds:
                before = after_blank if kind == last else both
                if before > 0.0:
                    grown.setdefault((*places, kind), [0.0, 0.0])[1] += before * step[kind]
        kept = sorted(grown.items(), key=lambda item: (-sum(item[1]), item[0]))[:beams]
        scale = sum(kept[0][1])
        if scale <= 0.0:
            return (Beam((), -np.inf),)
        log_total += float(np.log(scale))
        ended = {places: (parts[0] / scale, parts[1] / scale) for places, parts in kept}
    ranked = sorted(ended.items(), key=lambda item: (-sum(item[1]), item[0]))[:limit]
    with np.errstate(divide="ignore"):
        return tuple(
            Beam(tuple(classes[place] for place in places), log_total + float(np.log(sum(parts))))
            for places, parts in ranked
        )


def align(probabilities: NDArray[np.floating], labels: Sequence[int]) -> NDArray[np.intp]:
    """The likeliest path (T,) of classes that spells given labels, under (T, V) probabilities (Viterbi).

    Raises `ValueError` where no path of T steps spells them.
    """
    states = np.full(2 * len(labels) + 1, BLANK, dtype=np.intp)
    states[1::2] = labels
    may_skip = np.zeros(len(states), dtype=bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    with np.errstate(divide="ignore"):
        log_steps = np.log(probabilities.astype(np.float64))[:, states]
    came_from = np.zeros(log_steps.shape, dtype=np.intp)
    reached = np.full(len(states), -np.inf)
    reached[:1] = 0.0  # as if a blank had been seen before the first step
    for step, own in enumerate(log_steps):
        choices = np.full((3, len(states)), -np.inf)
        choices[0] = reached
        choices[1, 1:] = reached[:-1]
        choices[2, 2:] = np.where(may_skip[2:], reached[:-2], -np.inf)
        came_from[step] = choices.argmax(axis=0)
        reached = choices.max(axis=0) + own
    state = len(states) - 1
    if len(states) > 1 and reached[-2] > reached[-1]:
        state -= 1
    if len(log_steps) and not np.isfinite(reached[state]):
        raise ValueError(f"no path of {len(log_steps)} steps spells {len(labels)} labels")
    if not len(log_steps) and labels:
        raise ValueError(f"no path of 0 steps spells {len(labels)} labels")
    path = np.zeros(len(log_steps), dtype=np.intp)
    for step in range(len(log_steps) - 1, -1, -1):
        path[step] = states[state]
        state -= int(came_from[step, state])
    return path
