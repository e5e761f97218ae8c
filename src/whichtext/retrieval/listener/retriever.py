"""The retriever `listener`: a network of the matcher's kind that was trained without the rules.

It hears which wordings a query says (`hearing`), knows what everything looks like and how it lies to each other, and
has learned the rest from descriptions. That makes it weaker than the matcher and independent of it: an expression that
both understand is one that people will understand. Paper 1: an expression is good where a listener finds the text.
"""

from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from whichtext.feature_maps import FeatureMaps
from whichtext.retrieval.answering import answer_of, nothing_there, rival_texts
from whichtext.retrieval.listener.hearing import heard, with_nothing
from whichtext.retrieval.matcher.features import MatcherScene, scene_features
from whichtext.retrieval.matcher.statuses import (
    Calibrations,
    Judged,
    is_absent,
    is_ambiguous,
    probabilities,
    rivalry,
)
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.tokens import check_query
from whichtext.sentences import SentenceEncoder
from whichtext.types import Answer, SceneContent, Status
from whichtext.weights import load_session

__all__ = ["EncodedForListener", "ListenerRetriever"]

Float32s = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncodedForListener:
    """A scene prepared for many questions."""

    scene: EncodedScene
    numbers: MatcherScene
    wordings: Float32s
    """(N, 384) vectors of what is written."""


class ListenerRetriever:
    """Answers with the listener. Immutable; both methods may be called from many threads at once.

    Raises `WeightsError` for damaged weights.
    """

    name = "listener"

    def __init__(self, *, threads: int = 1, session: onnxruntime.InferenceSession | None = None) -> None:
        self._session = session or load_session("listener.onnx", threads=threads)
        self._sentences = SentenceEncoder.load(threads=threads)
        self._calibrations = Calibrations.load("listener.json")

    def encode(
        self, image: NDArray[np.uint8], content: SceneContent, maps: FeatureMaps | None = None
    ) -> EncodedForListener:
        """Prepare a scene: numbers about every candidate and the meaning of what is written; no pixel is looked at."""
        scene = encode(content)
        wordings = self._sentences.vectors([" ".join(string.split()) for string in scene.strings])
        return EncodedForListener(scene, scene_features(scene), wordings)

    def find(self, encoded: EncodedForListener, query: str, *, top_k: int) -> Answer:
        """Answer one question. Raises `BadQuery` for an empty or overlong query."""
        asked = check_query(query)
        scene = encoded.scene
        if not scene.count:
            return nothing_there(asked)
        judged = self._judge(encoded, asked)
        calibration = self._calibrations.of(scene)
        likely, none = probabilities(judged, calibration)
        order = np.lexsort((scene.order, -likely)).astype(np.int64)
        first = rivalry(order, likely, np.ones(scene.count), scene.words)
        is_open = first is not None and is_ambiguous(judged, first, calibration)
        rivals = rival_texts(scene, order, likely, first.row) if first is not None and is_open else ()
        status: Status = "none" if is_absent(judged, calibration) else "ambiguous" if rivals else "found"
        return answer_of(asked, status, scene, order, likely, none=none, rivals=rivals, notes=(), top_k=top_k)

    def _judge(self, encoded: EncodedForListener, query: str) -> Judged:
        numbers = encoded.numbers
        scores, statuses = self._session.run(
            ["scores", "statuses"],
            {
                "query": self._sentences.states(query).last[None],
                "texts": numbers.texts[None],
                "wordings": encoded.wordings[None],
                "surroundings": numbers.surroundings[None],
                "pairs": numbers.pairs[None],
                "evidence": with_nothing(heard(query, encoded.scene.strings))[None],
                "whole": np.zeros((1, 1), dtype=np.float32),
            },
        )
        return Judged(scores[0], statuses[0])
