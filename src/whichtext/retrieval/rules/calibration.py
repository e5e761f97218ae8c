"""From scores to probabilities.

How likely no text of the photo is meant, and when an answer is found, ambiguous or none.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.predicates import Features

__all__ = ["Calibration", "evidence", "none_probability", "rival_shares"]

Floats = NDArray[np.float64]

_WATCHED = (
    "ink colour", "surface ink colour", "surface ground colour", "on:colour", "on:ground", "on:noun", "on:shape",
    "on thing:colour", "says whole", "says part", "pattern", "kind", "in text", "near text:vertical", "near text:side",
    "near text:beside", "near surface:vertical", "near surface:side", "near surface:beside", "near thing:vertical",
    "near thing:side", "near thing:beside", "on object", "follows", "with symbol", "letters exact", "words exact",
    "starts", "thing ink colour", "thing ground colour", "mentions", "anchor seen",
)  # fmt: skip
"""Predicates whose best value in the photo tells whether the thing that a query names is there at all."""


_LOGARITHMIC = frozenset({
    "ink colour", "surface ground colour", "on:colour", "on:ground", "on:noun", "on:shape", "in text",
    "near text:vertical", "near text:side", "near text:beside", "near surface:vertical", "near surface:side",
    "near surface:beside", "near thing:vertical", "near thing:side", "near thing:beside", "on object", "follows",
    "pattern",
})  # fmt: skip
"""Watched predicates that are logarithms of a probability: 0 where they hold, below where they do not."""


_LIKELIEST = 8
"""Rivals are looked for among so many of the most probable candidates."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted on training photos; see `tools/fit_rules.py`."""

    temperature: float = 1.0
    """Scores are divided by this before the softmax."""
    none_bias: float = 0.0
    none_weights: Mapping[str, float] = field(default_factory=dict)
    none_threshold: float = 0.5
    """From this probability of "none of them" on, the answer is "none"."""
    rival_ratio: float = 0.6
    """A disjoint text for which the query speaks at least this much as for the best one is a rival."""


def rival_shares(
    order: NDArray[np.int64], asked_for: Floats, words: Sequence[frozenset[int]]
) -> Iterator[tuple[int, float]]:
    """Rows of the likeliest candidates that share no word with the best one.

    order: (N,) rows, most probable first; asked_for: (N,) scores by what the query says (`predicates.tells_apart`);
    words: of each candidate. With each row comes how much the query speaks for it: 1 as much as for the best one.
    """
    if not len(order):
        return
    best = order[0]
    for row in order[1:_LIKELIEST]:
        if words[row].isdisjoint(words[best]):
            yield int(row), float(np.exp(min(0.0, asked_for[row] - asked_for[best])))


def evidence(columns: Features, scores: Floats) -> dict[str, float]:
    """What tells whether the query fits anything.

    Predicates at the best candidate, their best anywhere, and how clear the choice is.
    """
    if not len(scores):
        return {}
    best = int(np.argmax(scores))
    shifted = scores - scores[best]
    probability = 1 / float(np.exp(shifted).sum())
    values = {
        "clear": math.log(probability),
        "count": math.log(len(scores)),
        "spread": float(scores[best] - np.mean(scores)),
    }
    held = []
    for name in _WATCHED:
        column = columns.get(name)
        if column is not None:
            values[f"has {name}"] = 1.0
            values[f"best {name}"] = float(column[best])
            values[f"most {name}"] = float(column.max())
            held.append(float(column[best]) if name in _LOGARITHMIC else 0.0)
    values["worst"] = min(held, default=0.0)
    values["sum"] = sum(held)
    return values


def none_probability(calibration: Calibration, values: Mapping[str, float]) -> float:
    """Probability in [0, 1] that no text of the photo is meant; 1 for a photo without text."""
    if not values:
        return 1.0
    total = calibration.none_bias + sum(
        weight * values.get(name, 0.0) for name, weight in calibration.none_weights.items()
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
