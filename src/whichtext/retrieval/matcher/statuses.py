"""From what the network says to an answer: probabilities, and whether one text is found, several fit, or none.

Few numbers, fitted on photos that the network has not seen (`tools/export_matcher.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.calibration import rival_shares
from whichtext.retrieval.rules.encoding import EncodedScene

__all__ = [
    "Calibration",
    "Calibrations",
    "Rivalry",
    "is_ambiguous",
    "probabilities",
    "rivalry",
    "several_evidence",
]

Floats = NDArray[np.float64]

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of scores and statuses."""

    temperature: float = 1.0
    """Scores are divided by this before the softmax."""
    none_scale: float = 1.0
    none_bias: float = 0.0
    """Probability of none: logistic of scale times the network's log odds plus bias."""
    none_threshold: float = 0.5
    """From this probability of "none of them" on, the answer is "none"."""
    several_weights: Sequence[float] = (1.0, 0.0, 0.0, 0.0, 0.0)
    """Of `several_evidence`; the last is a constant."""
    several_threshold: float = 0.0
    """From this sum on, where there is a rival, the answer is "ambiguous"."""
    least_rival: float = 0.25
    """A rival is one that the network or the rules hold for at least so likely beside the best text."""


@dataclass(frozen=True, slots=True)
class Calibrations:
    """Texts that were found and read by machine may be wrong or missing: they are calibrated by themselves."""

    given: Calibration
    """For scenes whose words were all given with what they say."""
    read: Calibration

    def of(self, scene: EncodedScene) -> Calibration:
        """That of a scene: given words have the score 1, read ones less."""
        return self.given if bool((scene.score[scene.is_word] >= 1.0).all()) else self.read


@dataclass(frozen=True, slots=True)
class Rivalry:
    """The text that may be meant as well as the best one."""

    row: int
    """Candidate."""
    share: float
    """Its probability over that of the best one."""
    asked_for: float
    """How much the query speaks for it by the rules: 1 as much as for the best one."""


def probabilities(scores: Floats, statuses: Floats, calibration: Calibration) -> tuple[Floats, float]:
    """Probability of each candidate (N,) and of none; together 1.

    scores: (N,) and statuses: (3,) none, one, several, both log probabilities of the network.
    """
    odds = float(statuses[0] - np.logaddexp(statuses[1], statuses[2]))
    none = 1 / (1 + math.exp(-max(-30.0, min(30.0, calibration.none_scale * odds + calibration.none_bias))))
    powers = np.exp((scores - scores.max()) / calibration.temperature)
    return (1 - none) * powers / powers.sum(), none


def rivalry(
    order: NDArray[np.int64], likely: Floats, asked_for: Floats, words: Sequence[frozenset[int]]
) -> Rivalry | None:
    """The likeliest candidate that shares no word with the best one; None where there is none.

    order: (N,) rows, most probable first; likely: (N,) probabilities; asked_for: (N,) scores of the rules.
    """
    for row, share in rival_shares(order, asked_for, words):
        return Rivalry(row, float(likely[row] / max(likely[order[0]], _LEAST)), share)
    return None


def is_ambiguous(statuses: Floats, rival: Rivalry, calibration: Calibration) -> bool:
    """Whether the query fits the rival as well as the best text."""
    if max(rival.share, rival.asked_for) < calibration.least_rival:
        return False
    values = several_evidence(statuses, rival)
    total = sum(weight * value for weight, value in zip(calibration.several_weights, values, strict=True))
    return total >= calibration.several_threshold


def several_evidence(statuses: Floats, rival: Rivalry) -> tuple[float, ...]:
    """Numbers that tell an ambiguous query: the network's log odds, rivals by the network and by the rules, a one."""
    return (
        float(statuses[2] - np.logaddexp(statuses[0], statuses[1])),
        math.log(max(rival.share, 1e-3)),
        math.log(max(rival.asked_for, 1e-3)),
        rival.asked_for,
        1.0,
    )
