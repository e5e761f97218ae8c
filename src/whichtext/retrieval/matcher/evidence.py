"""What the rules say of every (query, candidate) pair, as numbers for the matcher.

The columns of `rules.predicates` are many and sparse: they are weighed with the fitted weights of the rules and added
up by topic. The order of the topics is part of the weights: change it and train anew.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.calibration import Calibration, evidence, none_probability
from whichtext.retrieval.rules.encoding import EncodedScene
from whichtext.retrieval.rules.parser import ParsedQuery
from whichtext.retrieval.rules.predicates import Grounding, tells_apart

__all__ = ["EVIDENCE_WIDTH", "PAIR_EVIDENCE_WIDTH", "Evidence", "rules_evidence"]

Floats = NDArray[np.float64]
Float32s = NDArray[np.float32]

TOPICS = (
    "prior", "typical", "kind", "pattern", "counts", "ink", "surface colour", "look", "size", "says", "mentions",
    "symbol", "place", "place of surface", "part of", "on", "on thing", "on object", "in text", "near text",
    "near surface", "near thing", "follows", "with", "ordinal", "most", "more", "hint", "other",
)  # fmt: skip
WATCHED = (
    "ink colour", "surface ground colour", "on:colour", "on:ground", "on:noun", "on:shape", "on thing:colour",
    "says whole", "says part", "pattern", "kind", "in text", "near text:vertical", "near text:side",
    "near text:beside", "near surface:vertical", "near surface:beside", "near thing:vertical", "near thing:beside",
    "on object", "follows", "with symbol", "letters exact", "words exact", "mentions", "mentions around",
    "thing ground colour", "logo colour",
)  # fmt: skip
"""Columns that the matcher sees by themselves, with whether the query has them at all."""

_OF_GROUP = {
    "letters": "counts", "letters exact": "counts", "words exact": "counts", "lines exact": "counts",
    "count words": "counts", "count letters": "counts", "count lines": "counts", "area": "size", "chars": "size",
    "height": "size", "words": "size", "size": "size", "tall": "look", "turn": "look", "stroke": "look",
    "starts": "symbol", "ends": "symbol", "symbol": "symbol", "with symbol": "symbol", "logo colour": "ink",
    "ground colour": "ink", "ink colour": "ink", "ink best": "ink", "pattern best": "pattern",
}  # fmt: skip
PAIR_EVIDENCE_WIDTH = 2 * len(TOPICS) + 2 * len(WATCHED) + 5
EVIDENCE_WIDTH = 3 * len(WATCHED) + 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one query on one scene."""

    pairs: Float32s
    """(N, P) for every candidate; the last column is the logarithm of the rules' probability."""
    whole: Float32s
    """(Q,) for the query as a whole: does it fit anything?"""
    asked_for: Floats
    """(N,) score by what the query says, not by what texts are mostly asked for."""


def rules_evidence(
    scene: EncodedScene, parsed: ParsedQuery, weights: Mapping[str, float], calibration: Calibration
) -> Evidence:
    """Let the rules judge every candidate of a scene, at least one."""
    columns = Grounding(scene, weights).features(parsed.phrase)
    topics = np.zeros((len(TOPICS), scene.count))
    asked_for = np.zeros(scene.count)
    for name, column in columns.items():
        weight = weights.get(name, 0.0) / calibration.temperature
        if weight:
            topics[_topic_of(name)] += weight * column
            if tells_apart(name):
                asked_for += weight * column
    scores = topics.sum(axis=0)
    likely = scores - scores.max()
    logarithm = likely - math.log(float(np.exp(likely).sum()))
    watched = np.zeros((len(WATCHED), scene.count))
    has = np.zeros(len(WATCHED))
    for position, name in enumerate(WATCHED):
        if name in columns:
            watched[position], has[position] = columns[name], 1.0
    best = int(np.argmax(scores))
    telling = asked_for - asked_for.max()
    pairs = np.concatenate(
        [
            topics - topics.mean(axis=1, keepdims=True),
            topics - topics.max(axis=1, keepdims=True),
            watched,
            watched - watched.max(axis=1, keepdims=True),
            _ranks(scores),
            np.exp(logarithm)[None],
            telling[None] / 4,
            scores[None] / 8,
            logarithm[None] / 4,
        ]
    )
    values = evidence(columns, scores)
    none = none_probability(calibration, values)
    whole = np.concatenate(
        [
            has,
            watched[:, best],
            watched.max(axis=1),
            [
                math.log(max(none, 1e-6) / max(1 - none, 1e-6)) / 4,
                values["clear"],
                values["count"] / 3,
                values["spread"] / 8,
                values["worst"] / 3,
                values["sum"] / 6,
                scores[best] / 8,
                float(np.exp(logarithm[best])),
                min(3.0, len(parsed.unknown)),
                min(3.0, len(parsed.skipped)),
                float(parsed.phrase.sort == "unknown"),
                float(len(parsed.phrase.relations)),
            ],
        ]
    )
    return Evidence(np.clip(pairs.T, -8, 8).astype(np.float32), np.clip(whole, -8, 8).astype(np.float32), asked_for)


def _ranks(scores: Floats) -> Floats:
    """Place of each candidate among all, as 1 / (1 + number of better ones): (1, N)."""
    better = (scores[None] > scores[:, None] + 1e-12).sum(axis=1)
    places: Floats = 1 / (1.0 + better)
    return places[None]


@lru_cache(maxsize=4096)
def _topic_of(name: str) -> int:
    group = name.split(":")[0]
    first = group.split()[0]
    if first in {"family", "head", "noun", "picked", "whole"}:
        topic = "typical"
    elif group in _OF_GROUP:
        topic = _OF_GROUP[group]
    elif group in TOPICS:
        topic = group
    elif first == "surface" or group == "thing ink colour" or group == "thing ground colour":
        topic = "surface colour"
    else:
        topic = next((topic for topic in reversed(TOPICS) if group.startswith(topic)), "other")
    return TOPICS.index(topic)
