"""Retrieval by likelihood: which text would a person describe in these words? (paper 3.3)

The log likelihood of the query for every candidate, plus the log of how surely it was detected, is its score. What the
paper leaves open: probabilities are a softmax of the scores; that none is meant is told from how likely a word of the
query is for the best candidate; it is ambiguous where a text that shares no word with the best one is nearly as likely.
"""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.errors import WeightsError
from whichtext.feature_maps import FeatureMaps, PhotoTrunk
from whichtext.retrieval.answering import answer_of, nothing_there
from whichtext.retrieval.crtr.wording import START, STOP, UNKNOWN, Vocabulary
from whichtext.retrieval.looks import text_looks, whole_look
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.tokens import check_query
from whichtext.types import Answer, SceneContent, Status, Text
from whichtext.weights import load_session, load_session_from

__all__ = ["CaptionerCalibration", "EncodedForCaptioner", "LikelihoodRetriever", "Sentence"]

Floats = NDArray[np.float64]
Float32s = NDArray[np.float32]

_LEAST_SCORE = 1e-3


@dataclass(frozen=True, slots=True)
class CaptionerCalibration:
    """From log likelihoods to an answer; fitted on photos that the network has not seen (`tools/export_crtr.py`)."""

    temperature: float = 1.0
    """Scores are divided by this before the softmax."""
    confidence_weight: float = 1.0
    """Of the log of how surely a candidate was detected."""
    none_scale: float = 1.0
    none_bias: float = 0.0
    """Probability of none: logistic of the scale times the nats of a word for the best candidate, plus the bias."""
    none_threshold: float = 0.5
    rival_ratio: float = 0.5
    """From this share of the best one's probability on, a text apart from it makes the query ambiguous."""


@dataclass(frozen=True, slots=True)
class EncodedForCaptioner:
    """A scene prepared for many questions."""

    scene: EncodedScene
    crops: Float32s
    """(N, C)"""
    context: Float32s
    """(1, K)"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the network would say of a text."""

    words: str
    log_likelihood: float
    """Nats, stop symbol included."""


class LikelihoodRetriever:
    """Answers by the likelihood of the query. Immutable; all methods may be called from many threads at once.

    weights: an ONNX file that `tools/export_crtr.py` wrote; None for the one in the package. Raises `WeightsError`
    where the file is damaged or is no captioner.
    """

    name = "crtr"

    def __init__(self, weights: "str | os.PathLike[str] | None" = None, *, threads: int = 1) -> None:
        if weights is None:
            self._session = load_session("crtr.onnx", threads=threads)
        else:
            self.name = os.fspath(weights)
            self._session = load_session_from(weights, threads=threads)
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._trunk = PhotoTrunk(threads=threads)
        metadata = self._session.get_modelmeta().custom_metadata_map
        try:
            self._vocabulary = Vocabulary(metadata["vocabulary"].split("\n"))
            self._start = START if json.loads(metadata["has_own_start"]) else STOP
            self._calibration = CaptionerCalibration(**json.loads(metadata["calibration"]))
        except (KeyError, ValueError, TypeError) as error:
            raise WeightsError(
                f"{self.name!r} is no captioner ({error}); export it with tools/export_crtr.py"
            ) from error

    def encode(
        self, image: NDArray[np.uint8], content: SceneContent, maps: FeatureMaps | None = None
    ) -> EncodedForCaptioner:
        """Prepare a scene: what its candidates and the photo look like."""
        scene = encode(content)
        maps = maps or self._trunk(image)
        return EncodedForCaptioner(scene, text_looks(maps, scene.boxes), whole_look(maps)[None])

    def find(self, encoded: EncodedForCaptioner, query: str, *, top_k: int) -> Answer:
        """Answer one question. Raises `BadQuery` for an empty or overlong query."""
        asked = check_query(query)
        scene, calibration = encoded.scene, self._calibration
        if not scene.count:
            return nothing_there(asked)
        numbers = self._vocabulary.encode(asked)
        likelihoods = self.log_likelihoods(encoded, numbers)
        scores = likelihoods + calibration.confidence_weight * np.log(np.maximum(scene.score, _LEAST_SCORE))
        evidence = calibration.none_scale * likelihoods.max() / max(1, len(numbers)) + calibration.none_bias
        none = 1 / (1 + math.exp(-max(-30.0, min(30.0, evidence))))
        powers = np.exp((scores - scores.max()) / calibration.temperature)
        likely = (1 - none) * powers / powers.sum()
        order = np.lexsort((scene.order, -likely))
        rivals = self._rivals(scene, order, likely)
        status: Status = "none" if none >= calibration.none_threshold else "ambiguous" if rivals else "found"
        unknown = numbers.count(UNKNOWN)
        notes = (f"words that it does not know: {unknown}",) if unknown else ()
        return answer_of(asked, status, scene, order, likely, none=none, rivals=rivals, notes=notes, top_k=top_k)

    def log_likelihoods(self, encoded: EncodedForCaptioner, numbers: Sequence[int]) -> Floats:
        """Of a query (numbers of its words) for each candidate: (N,), without the stop symbol."""
        said = self._log_probabilities(encoded, np.array([[self._start, *numbers[:-1]]]), range(encoded.scene.count))
        likely: Floats = said[:, np.arange(len(numbers)), list(numbers)].sum(axis=1, dtype=np.float64)
        return likely

    def speak(
        self, encoded: EncodedForCaptioner, text_id: int, *, beams: int = 5, most_words: int = 14
    ) -> tuple[Sentence, ...]:
        """What the network would say of a text, by beam search, likeliest first. Raises KeyError for another id.

        The paper's speaker (3.3): sentences of at most `most_words` words, without unknown ones.
        """
        if text_id not in encoded.scene.ids:
            raise KeyError(text_id)
        row = encoded.scene.ids.index(text_id)
        open_ones: list[tuple[list[int], float]] = [([], 0.0)]
        done: list[Sentence] = []
        for step in range(most_words + 1):
            words = np.array([[self._start, *said] for said, _ in open_ones])
            following = self._log_probabilities(encoded, words, [row] * len(words))[:, -1].astype(np.float64)
            following[:, [START, UNKNOWN]] = -np.inf
            if step == 0:
                following[:, STOP] = -np.inf
            totals = following + np.array([total for _, total in open_ones])[:, None]
            if step == most_words:
                totals[:, STOP + 1 :] = -np.inf
            best = np.argsort(-totals, axis=None, kind="stable")[: 2 * beams]
            longer: list[tuple[list[int], float]] = []
            for said_row, word in zip(*np.unravel_index(best, totals.shape), strict=True):
                said, total = open_ones[said_row][0], float(totals[said_row, word])
                if not math.isfinite(total):
                    continue
                if word == STOP:
                    done.append(Sentence(self._vocabulary.decode(said), total))
                elif len(longer) < beams:
                    longer.append(([*said, int(word)], total))
            open_ones = longer
            finished = sorted((sentence.log_likelihood for sentence in done), reverse=True)
            if not open_ones or (len(finished) >= beams and finished[beams - 1] >= open_ones[0][1]):
                break
        done.sort(key=lambda sentence: -sentence.log_likelihood)
        return tuple(done[:beams])

    def _log_probabilities(
        self, encoded: EncodedForCaptioner, words: NDArray[np.int64], rows: Sequence[int]
    ) -> Float32s:
        """Of what comes after each word (1 or R, T) for the candidates in `rows`: (R, T, V)."""
        chosen = list(rows)
        given = {
            "words": words.astype(np.int64),
            "crops": encoded.crops[chosen],
            "contexts": np.repeat(encoded.context, len(words), axis=0),
            "boxes": encoded.scene.boxes[chosen].astype(np.float32),
        }
        feed = {name: value for name, value in given.items() if name in self._inputs}
        said: Float32s = self._session.run(None, feed)[0]
        return said

    def _rivals(self, scene: EncodedScene, order: NDArray[np.int64], likely: Floats) -> tuple[Text, ...]:
        """The best text and the likeliest one apart from it, in reading order, where that is nearly as likely."""
        best = order[0]
        for row in order[1:]:
            if likely[row] < self._calibration.rival_ratio * likely[best]:
                return ()
            if scene.words[row].isdisjoint(scene.words[best]):
                chosen = sorted((int(best), int(row)), key=lambda one: (scene.order[one], one))
                return tuple(scene.content.texts[scene.ids[one]] for one in chosen)
        return ()
