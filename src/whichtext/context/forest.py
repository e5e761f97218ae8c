"""Judging with a forest of randomized decision trees, read from a weight file; numpy only.

Trained by `tools/train_context.py`. Trees are stored one after another in flat arrays; a leaf points to itself, so that
all rows can walk down all trees in lockstep.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Forest"]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees that vote on probabilities; M nodes in all trees together."""

    classes: tuple[str, ...]
    columns: NDArray[np.int64]
    """(F,) which columns of the features the trees look at; `feature` counts within these."""
    feature: NDArray[np.int64]
    """(M,)"""
    threshold: NDArray[np.float32]
    """(M,) go left where the feature is at most this."""
    left: NDArray[np.int64]
    """(M,) node to go to; the node itself for a leaf."""
    right: NDArray[np.int64]
    roots: NDArray[np.int64]
    """(T,) first node of every tree."""
    leaf: NDArray[np.int64]
    """(M,) row of `votes` of a leaf, 0 elsewhere."""
    votes: NDArray[np.uint8]
    """(leaves, classes) probabilities in 255ths."""
    depth: int

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]], name: str) -> "Forest":
        """Take the forest called `name` out of a weight file's arrays."""

        def part(key: str) -> NDArray[Any]:
            return tensors[f"{name}.{key}"]

        counts = part("nodes").astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        offset = np.repeat(starts, counts)
        own = np.arange(int(counts.sum()))
        is_leaf = part("left") == 0
        left = np.where(is_leaf, own, part("left").astype(np.int64) + offset)
        right = np.where(is_leaf, own, part("right").astype(np.int64) + offset)
        leaf = np.where(is_leaf, np.cumsum(is_leaf) - 1, 0)
        return cls(
            classes=tuple(bytes(part("classes")).decode("utf-8").split("\n")),
            columns=part("columns").astype(np.int64),
            feature=part("feature").astype(np.int64),
            threshold=part("threshold").astype(np.float32),
            left=left,
            right=right,
            roots=starts,
            leaf=leaf.astype(np.int64),
            votes=part("votes"),
            depth=int(part("depth")[0]),
        )

    def probabilities(self, features: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Mean vote of all trees: features (N, C) to (N, classes)."""
        rows = np.ascontiguousarray(features[:, self.columns], dtype=np.float32)
        votes = np.zeros((len(rows), len(self.classes)), dtype=np.float32)
        for begin in range(0, len(rows), 64):
            votes[begin : begin + 64] = self._walk(rows[begin : begin + 64])
        return votes

    def _walk(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Votes for a few rows (n, F)."""
        node = np.repeat(self.roots[None], len(rows), axis=0)  # (n, T)
        begin = np.arange(len(rows))[:, None] * rows.shape[1]
        for _ in range(self.depth):
            goes_left = rows.take(begin + self.feature.take(node)) <= self.threshold.take(node)
            below = np.where(goes_left, self.left.take(node), self.right.take(node))
            if np.array_equal(below, node):  # all are at their leaves
                break
            node = below
        mean: NDArray[np.float32] = self.votes[self.leaf[node]].astype(np.float32).mean(axis=1) / np.float32(255)
        return mean
