"""Meaning of words: states of a query's word pieces, and one vector for what is written.

MiniLM-L6 (all-MiniLM-L6-v2), 8-bit weights, as it was published. The scene fit takes a query at an earlier level and
has last layers of its own (`whichtext.networks.query_layers`).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from whichtext.errors import WeightsError
from whichtext.weights import load_bytes, load_session
from whichtext.wordpieces import WordPieces

__all__ = ["WIDTH", "QueryStates", "SentenceEncoder"]

Float32s = NDArray[np.float32]

WIDTH = 384
"""Numbers of a state."""
MOST_QUERY_PIECES = 64
MOST_WORDING_PIECES = 24
BATCH = 32


class QueryStates(NamedTuple):
    """States of the word pieces of a query, start and end included."""

    last: Float32s
    """(T, 384) after all published layers."""
    level: Float32s
    """(T, 384) at the level from which on layers of our own have learned."""


class SentenceEncoder:
    """Immutable; may be asked from many threads at once."""

    def __init__(self, session: onnxruntime.InferenceSession, pieces: WordPieces) -> None:
        self._session = session
        self._pieces = pieces

    @classmethod
    @lru_cache(maxsize=2)
    def load(cls, *, threads: int) -> "SentenceEncoder":
        """The encoder of the package; who asks again for the same number of threads shares it."""
        vocabulary = load_bytes("minilm_vocabulary.txt").decode("utf-8").split("\n")
        return cls(load_session("minilm.onnx", threads=threads), WordPieces(vocabulary))

    @property
    def learned_layers(self) -> int:
        """How many layers lie behind the level. Raises `WeightsError` where the file does not say."""
        said = self._session.get_modelmeta().custom_metadata_map.get("learned_layers", "")
        if not said.isdecimal():
            raise WeightsError("minilm.onnx does not say where its level is; write it with tools/export_sentences.py")
        return int(said)

    def states(self, query: str) -> QueryStates:
        """States of the word pieces of a query."""
        ids = np.array([self._pieces.encode(query, most=MOST_QUERY_PIECES)], dtype=np.int64)
        last, level = self._run(ids, ["last_hidden_state", "level"])
        return QueryStates(last[0], level[0])

    def vectors(self, wordings: Sequence[str]) -> Float32s:
        """One vector of length 1 for each wording, 0 for an empty one: (N, 384).

        Each is computed with wordings of the same number of pieces only: it does not depend on what else is asked.
        """
        vectors = np.zeros((len(wordings), WIDTH), dtype=np.float32)
        groups: dict[int, list[tuple[int, list[int]]]] = {}
        for row, wording in enumerate(wordings):
            ids = self._pieces.encode(wording, most=MOST_WORDING_PIECES)
            if len(ids) > 2:
                groups.setdefault(len(ids), []).append((row, ids))
        for members in groups.values():
            for start in range(0, len(members), BATCH):
                rows = [row for row, _ in members[start : start + BATCH]]
                batch = np.array([pieces for _, pieces in members[start : start + BATCH]], dtype=np.int64)
                means = self._run(batch, ["last_hidden_state"])[0].mean(axis=1)
                vectors[rows] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
        return vectors

    def _run(self, ids: NDArray[np.int64], outputs: list[str]) -> list[Float32s]:
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        found: list[Float32s] = self._session.run(outputs, feed)
        return found
