"""The retriever `rules`: parse, ground, score, calibrate, answer (paper 3.3).

The baseline that every trained retriever must beat.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.errors import WeightsError
from whichtext.feature_maps import FeatureMaps
from whichtext.retrieval.answering import NO_TEXT, answer_of
from whichtext.retrieval.rules.calibration import Calibration, evidence, none_probability, rival_shares
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.parser import ParsedQuery, parse
from whichtext.retrieval.rules.predicates import Grounding, tells_apart
from whichtext.retrieval.rules.tokens import check_query
from whichtext.types import Answer, SceneContent, Status, Text
from whichtext.weights import load_bytes

__all__ = ["RulesRetriever", "load_fitted", "not_understood"]

Floats = NDArray[np.float64]

_MOST_RIVALS = 3


class RulesRetriever:
    """Answers by rules with fitted weights. Immutable; both methods may be called from many threads at once.

    weights, calibration: as fitted by `tools/fit_rules.py`; those of the package by default.
    """

    name = "rules"

    def __init__(self, *, weights: Mapping[str, float] | None = None, calibration: Calibration | None = None) -> None:
        if weights is None or calibration is None:
            fitted_weights, fitted_calibration = load_fitted()
            weights = fitted_weights if weights is None else weights
            calibration = fitted_calibration if calibration is None else calibration
        self._weights = dict(weights)
        self._calibration = calibration

    def encode(self, image: NDArray[np.uint8], content: SceneContent, maps: FeatureMaps | None = None) -> EncodedScene:
        """Prepare a scene; the rules look at what was seen, not at the pixels."""
        return encode(content)

    def find(self, encoded: EncodedScene, query: str, *, top_k: int) -> Answer:
        """Answer one question. Raises `BadQuery` for an empty or overlong query."""
        asked = check_query(query)
        parsed = parse(asked)
        grounding = Grounding(encoded, self._weights)
        columns = grounding.features(parsed.phrase)
        scores, asked_for = np.zeros(encoded.count), np.zeros(encoded.count)
        for name, column in columns.items():
            weight = self._weights.get(name, 0.0) / self._calibration.temperature
            if weight:
                scores += weight * column
                if tells_apart(name):
                    asked_for += weight * column
        none = none_probability(self._calibration, evidence(columns, scores))
        likely = (1 - none) * _softmax(scores)
        order = np.lexsort((np.arange(encoded.count), -likely))
        rivals = self._rivals(encoded, order, asked_for)
        is_none = not encoded.count or none >= self._calibration.none_threshold
        status: Status = "none" if is_none else "ambiguous" if rivals else "found"
        notes = (*(() if encoded.count else (NO_TEXT,)), *not_understood(parsed))
        return answer_of(asked, status, encoded, order, likely, none=none, rivals=rivals, notes=notes, top_k=top_k)

    def _rivals(self, encoded: EncodedScene, order: NDArray[np.int64], asked_for: Floats) -> tuple[Text, ...]:
        """The best text and the disjoint ones that the query tells from it no better than by chance.

        order: (N,) candidates, most probable first; asked_for: (N,) scores by what the query says. In reading order;
        empty where there is no rival.
        """
        if not len(order):
            return ()
        chosen = [int(order[0])]
        for row, share in rival_shares(order, asked_for, encoded.words):
            if len(chosen) == _MOST_RIVALS:
                break
            is_apart = all(encoded.words[row].isdisjoint(encoded.words[other]) for other in chosen)
            if share >= self._calibration.rival_ratio and is_apart:
                chosen.append(row)
        chosen.sort(key=lambda row: (encoded.order[row], row))
        return tuple(encoded.content.texts[encoded.ids[row]] for row in chosen) if len(chosen) > 1 else ()


def load_fitted() -> tuple[dict[str, float], Calibration]:
    """Weights and calibration of the package. Raises `WeightsError` where they are damaged."""
    try:
        fitted: dict[str, Any] = json.loads(load_bytes("rules.json"))
        return dict(fitted["weights"]), Calibration(**fitted["calibration"])
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"weight file 'rules.json' is malformed ({error}); reinstall whichtext") from error


def _softmax(values: Floats) -> Floats:
    if not len(values):
        return values
    powers = np.exp(values - values.max())
    result: Floats = powers / powers.sum()
    return result


def not_understood(parsed: ParsedQuery) -> tuple[str, ...]:
    """What a person should know: the words that were not understood, as one note or none."""
    unknown = [word for word in dict.fromkeys(parsed.unknown) if any(character.isalpha() for character in word)]
    return (f"not understood: {', '.join(unknown)}",) if unknown else ()
