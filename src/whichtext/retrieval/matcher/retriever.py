"""The retriever `matcher`: the rules judge, the network weighs, the answer is calibrated (paper 3.3)."""

from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from whichtext.feature_maps import FeatureMaps, PhotoTrunk
from whichtext.retrieval.answering import answer_of, nothing_there, rival_texts, whole_of
from whichtext.retrieval.looks import places_of, text_looks
from whichtext.retrieval.matcher.evidence import rules_evidence
from whichtext.retrieval.matcher.features import MatcherScene, scene_features
from whichtext.retrieval.matcher.language import is_english
from whichtext.retrieval.matcher.statuses import (
    Calibrations,
    Judged,
    is_absent,
    is_ambiguous,
    probabilities,
    rivalry,
)
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.parser import ParsedQuery, parse
from whichtext.retrieval.rules.retriever import load_fitted, not_understood
from whichtext.retrieval.rules.tokens import check_query
from whichtext.retrieval.rules.wording import contains, similarity
from whichtext.sentences import SentenceEncoder
from whichtext.types import Answer, SceneContent, Status, Text
from whichtext.weights import load_session

__all__ = ["EncodedForMatcher", "MatcherRetriever"]

Floats = NDArray[np.float64]
Float32s = NDArray[np.float32]

_SETTLED_NONE = 0.98
"""Probability of "none of them" for a query in another language, or of a wording that stands nowhere."""
_LIKE_WORDING = 0.8
"""From this likeness on, a query in another language is taken for the wording of a text."""
_UNLIKE_WORDING = 0.5
"""A text whose wording is less like one that the query names does not say it, not even read badly."""


@dataclass(frozen=True, slots=True)
class EncodedForMatcher:
    """A scene prepared for many questions."""

    rules: EncodedScene
    numbers: MatcherScene
    wordings: Float32s
    """(N, 384) vectors of what is written."""
    looks: Float32s
    """(N, L) what its texts look like."""
    places: Float32s
    """(G, P) what its parts look like."""


class MatcherRetriever:
    """Answers with the learned matcher. Immutable; both methods may be called from many threads at once.

    Weights and calibration are those of the package unless given. Raises `WeightsError` for damaged weights.
    """

    name = "matcher"

    def __init__(
        self,
        *,
        threads: int = 1,
        session: onnxruntime.InferenceSession | None = None,
        fit: onnxruntime.InferenceSession | None = None,
        sentences: SentenceEncoder | None = None,
        calibrations: Calibrations | None = None,
    ) -> None:
        self._session = session or load_session("matcher.onnx", threads=threads)
        self._fit = fit or load_session("scene_fit.onnx", threads=threads)
        self._fit_inputs = {entry.name for entry in self._fit.get_inputs()}
        self._trunk = PhotoTrunk(threads=threads)
        self._sentences = sentences or SentenceEncoder.load(threads=threads)
        self._calibrations = calibrations or Calibrations.load("matcher.json")
        self._rules_weights, self._rules_calibration = load_fitted()

    def encode(
        self, image: NDArray[np.uint8], content: SceneContent, maps: FeatureMaps | None = None
    ) -> EncodedForMatcher:
        """Prepare a scene: numbers about every candidate, what it looks like, and the meaning of what is written."""
        scene = encode(content)
        maps = maps or self._trunk(image)
        return EncodedForMatcher(
            rules=scene,
            numbers=scene_features(scene),
            wordings=self._sentences.vectors([*map(_plain, scene.strings)]),
            looks=text_looks(maps, scene.boxes),
            places=places_of(maps),
        )

    def find(self, encoded: EncodedForMatcher, query: str, *, top_k: int) -> Answer:
        """Answer one question. Raises `BadQuery` for an empty or overlong query."""
        asked = check_query(query)
        parsed = parse(asked)
        scene = encoded.rules
        if not scene.count:
            return nothing_there(asked)
        judged, asked_for = self._judge(encoded, asked, parsed)
        calibration = self._calibrations.of(scene)
        likely, none = probabilities(judged, calibration)
        is_foreign = not is_english(asked) and max(similarity(asked, s) for s in scene.strings) < _LIKE_WORDING
        is_settled = is_foreign or _is_unsaid(parsed, scene)
        if is_settled and none < _SETTLED_NONE:
            likely, none = likely * (1 - _SETTLED_NONE) / (1 - none), _SETTLED_NONE
        order = np.lexsort((scene.order, -likely)).astype(np.int64)
        first = rivalry(order, likely, asked_for, scene.words)
        rivals: tuple[Text, ...] = ()
        if first is not None and is_ambiguous(judged, first, calibration):
            whole = whole_of(scene, likely, int(order[0]), first.row)
            if whole is None:
                rivals = rival_texts(scene, order, likely, first.row)
            else:
                likely[[whole, order[0]]] = likely[[order[0], whole]]
                order = np.lexsort((scene.order, -likely)).astype(np.int64)
        status: Status = "none" if is_settled or is_absent(judged, calibration) else "ambiguous" if rivals else "found"
        notes = _notes(parsed, is_foreign=is_foreign)
        return answer_of(asked, status, scene, order, likely, none=none, rivals=rivals, notes=notes, top_k=top_k)

    def _judge(self, encoded: EncodedForMatcher, query: str, parsed: ParsedQuery) -> tuple[Judged, Floats]:
        """What the networks say, and the scores of the rules (N,)."""
        evidence = rules_evidence(encoded.rules, parsed, self._rules_weights, self._rules_calibration)
        states = self._sentences.states(query)
        shared = {
            "query": states.last[None],
            "texts": encoded.numbers.texts[None],
            "wordings": encoded.wordings[None],
            "surroundings": encoded.numbers.surroundings[None],
        }
        own = {"pairs": encoded.numbers.pairs[None], "evidence": evidence.pairs[None], "whole": evidence.whole[None]}
        scores, statuses = self._session.run(["scores", "statuses"], shared | own)
        looks = {"level": states.level[None], "looks": encoded.looks[None], "places": encoded.places[None]}
        given = {name: values for name, values in (shared | looks).items() if name in self._fit_inputs}
        fit, spoken = self._fit.run(["fit", "spoken"], given)
        return Judged(scores[0], statuses[0], float(fit[0]), spoken[0]), evidence.asked_for


def _is_unsaid(parsed: ParsedQuery, scene: EncodedScene) -> bool:
    """Whether the query names a wording that no text of the scene has anything of."""
    return any(
        max(contains(wording, string) for string in scene.strings) < _UNLIKE_WORDING
        for wording in parsed.phrase.wording
    )


def _plain(string: str) -> str:
    return " ".join(string.split())


def _notes(parsed: ParsedQuery, *, is_foreign: bool) -> tuple[str, ...]:
    """What a person should know: another language, or words that the rules did not understand."""
    if is_foreign:
        return ("the query does not seem to be English; ask in English, or put wording into quotes",)
    return not_understood(parsed)
