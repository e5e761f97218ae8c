"""Meaning of words: states of a query's word pieces, and one vector for what is written.

MiniLM-L6 (all-MiniLM-L6-v2), 8-bit weights. What is written goes through all of its layers as they were published; a
query leaves them at the level from which on layers of our own have learned (`whichtext.networks.query_layers`).
"""

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from whichtext.retrieval.matcher.wordpieces import WordPieces
from whichtext.weights import load_bytes, load_session

__all__ = ["WIDTH", "SentenceEncoder"]

Float32s = NDArray[np.float32]

WIDTH = 384
"""Numbers of a state."""
MOST_QUERY_PIECES = 64
MOST_WORDING_PIECES = 24
BATCH = 32


class SentenceEncoder:
    """Immutable; may be asked from many threads at once.

    session: the published layers, with the outputs "last_hidden_state" and "level"; learned: from a level to the states
    of a query; pieces: of a string.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, learned: onnxruntime.InferenceSession, pieces: WordPieces
    ) -> None:
        self._session, self._learned = session, learned
        self._pieces = pieces

    @classmethod
    def load(cls, *, threads: int) -> "SentenceEncoder":
        """The encoder of the package."""
        vocabulary = load_bytes("minilm_vocabulary.txt").decode("utf-8").split("\n")
        published, learned = (load_session(name, threads=threads) for name in ("minilm.onnx", "query_layers.onnx"))
        return cls(published, learned, WordPieces(vocabulary))

    def states(self, query: str) -> Float32s:
        """States of the word pieces of a query, start and end included: (T, 384)."""
        states: Float32s = self._learned.run(None, {"level": self.level(query)[None]})[0][0]
        return states

    def level(self, query: str) -> Float32s:
        """The same before the learned layers."""
        ids = np.array([self._pieces.encode(query, most=MOST_QUERY_PIECES)], dtype=np.int64)
        level: Float32s = self._run(ids, output="level")[0]
        return level

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
                means = self._run(batch, output="last_hidden_state").mean(axis=1)
                vectors[rows] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
        return vectors

    def _run(self, ids: NDArray[np.int64], *, output: str) -> Float32s:
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states: Float32s = self._session.run([output], feed)[0]
        return states
