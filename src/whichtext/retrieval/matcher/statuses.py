"""From what the network says to an answer: probabilities, and whether one text is found, several fit, or none.

Few numbers, fitted on photos that the network has not seen (`tools/export_matcher.py`).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whichtext.errors import WeightsError
from whichtext.retrieval.rules.calibration import rival_shares
from whichtext.retrieval.rules.encoding import EncodedScene
from whichtext.weights import load_bytes

__all__ = [
    "Calibration",
    "Calibrations",
    "Judged",
    "Rivalry",
    "absent_evidence",
    "is_absent",
    "is_ambiguous",
    "is_near",
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
    fit_scale: float = 0.0
    """Probability of none: logistic of the two scales times the network's log odds and the scene fit, plus the bias."""
    spoken_share: float = 0.0
    """Part that the scene fit has in the scores of the candidates, beside the matcher."""
    absent_weights: Sequence[float] = (1.0, 0.0, 0.0)
    """Of `absent_evidence`: whether the query was made for another photo."""
    absent_threshold: float = 0.0
    """From this sum on the answer is "none".

    It is not told by the probability of none, which is high as well where the text meant was not found or not read.
    """
    several_weights: Sequence[float] = (1.0, 0.0, 0.0, 0.0, 0.0)
    """Of `several_evidence`; the last is a constant."""
    several_threshold: float = 0.0
    """From this sum on, where there is a rival, the answer is "ambiguous"."""
    least_rival: float = 0.05
    """A rival is at least so likely beside the best text."""
    likely_rival: float = 0.15
    least_asked_for: float = 0.2
    """One that is less than `likely_rival` beside the best text is at least so much asked for by the rules."""


@dataclass(frozen=True, slots=True)
class Calibrations:
    """Texts that were found and read by machine may be wrong or missing: they are calibrated by themselves."""

    given: Calibration
    """For scenes whose words were all given with what they say."""
    read: Calibration

    @classmethod
    def load(cls, name: str) -> "Calibrations":
        """Read a weight file. Raises `WeightsError` where it is missing or damaged."""
        try:
            fitted: dict[str, dict[str, Any]] = json.loads(load_bytes(name))
            return cls(**{words: Calibration(**values) for words, values in fitted.items()})
        except (ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"weight file {name!r} is malformed ({error}); reinstall whichtext") from error

    def of(self, scene: EncodedScene) -> Calibration:
        """That of a scene: given words have the score 1, read ones less."""
        return self.given if bool((scene.score[scene.is_word] >= 1.0).all()) else self.read


class Judged(NamedTuple):
    """What the networks say of one query on one scene."""

    scores: NDArray[np.floating[Any]]
    """(N,) log probabilities of the candidates by the matcher."""
    statuses: NDArray[np.floating[Any]]
    """(3,) those of none, one, several."""
    fit: float = 0.0
    """Scene fit."""
    spoken: NDArray[np.floating[Any]] | None = None
    """(N,) log probabilities of the candidates by the network of the scene fit."""

    @property
    def none_odds(self) -> float:
        """Log odds of none by the matcher."""
        return float(self.statuses[0] - np.logaddexp(self.statuses[1], self.statuses[2]))


@dataclass(frozen=True, slots=True)
class Rivalry:
    """The text that may be meant as well as the best one."""

    row: int
    """Candidate."""
    share: float
    """Its probability over that of the best one."""
    asked_for: float
    """How much the query speaks for it by the rules: 1 as much as for the best one."""


def probabilities(judged: Judged, calibration: Calibration) -> tuple[Floats, float]:
    """Probability of each candidate (N,) and of none; together 1."""
    total = calibration.none_scale * judged.none_odds + calibration.fit_scale * judged.fit + calibration.none_bias
    none = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    scores = judged.scores.astype(np.float64)
    if judged.spoken is not None:
        scores = (1 - calibration.spoken_share) * scores + calibration.spoken_share * judged.spoken
    powers = np.exp((scores - scores.max()) / calibration.temperature)
    return (1 - none) * powers / powers.sum(), none


def is_absent(judged: Judged, calibration: Calibration) -> bool:
    """Whether the query speaks of no text of this photo, found or not."""
    return _weighed(calibration.absent_weights, absent_evidence(judged)) >= calibration.absent_threshold


def absent_evidence(judged: Judged) -> tuple[float, float, float]:
    """Numbers that tell a query that was made for another photo: log odds of none, scene fit, a one."""
    return judged.none_odds, judged.fit, 1.0


def rivalry(
    order: NDArray[np.int64], likely: Floats, asked_for: Floats, words: Sequence[frozenset[int]]
) -> Rivalry | None:
    """The likeliest candidate that shares no word with the best one; None where there is none.

    order: (N,) rows, most probable first; likely: (N,) probabilities; asked_for: (N,) scores of the rules.
    """
    for row, share in rival_shares(order, asked_for, words):
        return Rivalry(row, float(likely[row] / max(likely[order[0]], _LEAST)), share)
    return None


def is_ambiguous(judged: Judged, rival: Rivalry, calibration: Calibration) -> bool:
    """Whether the query fits the rival as well as the best text."""
    return (
        is_near(rival, calibration)
        and _weighed(calibration.several_weights, several_evidence(judged, rival)) >= calibration.several_threshold
    )


def is_near(rival: Rivalry, calibration: Calibration) -> bool:
    """Whether a rival comes near the best text at all, by the network or by the rules."""
    if rival.share < calibration.least_rival:
        return False
    return rival.share >= calibration.likely_rival or rival.asked_for >= calibration.least_asked_for


def several_evidence(judged: Judged, rival: Rivalry) -> tuple[float, ...]:
    """Numbers that tell an ambiguous query: the network's log odds, rivals by the network and by the rules, a one."""
    return (
        float(judged.statuses[2] - np.logaddexp(judged.statuses[0], judged.statuses[1])),
        math.log(max(rival.share, 1e-3)),
        math.log(max(rival.asked_for, 1e-3)),
        rival.asked_for,
        1.0,
    )


def _weighed(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
