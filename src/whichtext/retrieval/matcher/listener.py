"""The retriever `listener`: the network of the matcher without the rules, trained by itself (paper 3.3).

It hears the words of a query and sees the candidates, and knows nothing of what the parser makes of the query, of its
predicates, or of the describer's expressions. It is right less often than the matcher; what it is for is to be asked
whether a description leads to its text, by one who did not help to make it.
"""

from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from whichtext.retrieval.matcher.evidence import EVIDENCE_WIDTH, PAIR_EVIDENCE_WIDTH
from whichtext.retrieval.matcher.features import MatcherScene, scene_features
from whichtext.retrieval.matcher.retriever import calibrated_answer, load_calibrations, wordings_of
from whichtext.retrieval.matcher.sentences import SentenceEncoder
from whichtext.retrieval.matcher.statuses import Calibrations, Judged
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.retriever import NO_TEXT
from whichtext.retrieval.rules.tokens import check_query
from whichtext.types import Answer, SceneContent
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
    """Answers without the rules. Immutable; both methods may be called from many threads at once.

    Weights and calibration are those of the package unless given. Raises `WeightsError` for damaged weights.
    """

    name = "listener"

    def __init__(
        self,
        *,
        threads: int = 1,
        session: onnxruntime.InferenceSession | None = None,
        sentences: SentenceEncoder | None = None,
        calibrations: Calibrations | None = None,
    ) -> None:
        self._session = session or load_session("listener.onnx", threads=threads)
        self._sentences = sentences or SentenceEncoder.load(threads=threads)
        self._calibrations = calibrations or load_calibrations("listener.json")

    def encode(
        self, image: NDArray[np.uint8], content: SceneContent, feature_map: Float32s | None = None
    ) -> EncodedForListener:
        """Prepare a scene: numbers about every candidate, and the meaning of what is written."""
        scene = encode(content)
        return EncodedForListener(scene, scene_features(scene), wordings_of(scene, self._sentences))

    def find(self, encoded: EncodedForListener, query: str, *, top_k: int) -> Answer:
        """Answer one question. Raises `BadQuery` for an empty or overlong query."""
        asked = check_query(query)
        scene, numbers = encoded.scene, encoded.numbers
        if not scene.count:
            return Answer(query=asked, status="none", best=None, matches=(), none_score=1.0, notes=(NO_TEXT,))
        scores, statuses = self._session.run(
            ["scores", "statuses"],
            {
                "query": self._sentences.states(asked)[None],
                "texts": numbers.texts[None],
                "wordings": encoded.wordings[None],
                "surroundings": numbers.surroundings[None],
                "pairs": numbers.pairs[None],
                "evidence": np.zeros((1, scene.count, PAIR_EVIDENCE_WIDTH), dtype=np.float32),
                "whole": np.zeros((1, EVIDENCE_WIDTH), dtype=np.float32),
            },
        )
        unasked = np.zeros(scene.count)
        calibration = self._calibrations.of(scene)
        judged = Judged(scores[0], statuses[0])
        return calibrated_answer(asked, scene, judged, unasked, calibration, notes=(), top_k=top_k)
