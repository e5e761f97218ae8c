"""From scores to probabilities.

How likely no text of the photo is meant, and when an answer is found, ambiguous or none.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.predicates import Features

__all__ = ["Calibration", "evidence", "none_probability"]

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
    """A disjoint text with at least this share of the best one's probability is a rival."""


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
