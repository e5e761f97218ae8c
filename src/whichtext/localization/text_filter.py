"""Is it text at all? A random forest looks at every region that was found (paper 4.3, after Jaderberg et al.).

A region is straightened to a small grey picture and described by its histogram of oriented gradients, its shape and the
localizer's confidence. Trained by `python -m whichtext.training.text_filter`; numpy only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.geometry import pad_quad, quad_size

__all__ = ["TextFilter", "gradient_histogram", "region_features"]

SIZE = (96, 32)
"""Width and height in pixels of the straightened picture, padded region included."""
CELL = 8
"""Pixels of a cell of the histogram."""
BINS = 9
"""Directions without sign, 20 degrees each."""
MARGIN = 0.15
"""Ground around the region that is looked at, in letter heights."""
FEATURES = (SIZE[0] // CELL) * (SIZE[1] // CELL) * BINS + 4


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A forest of decision trees that share flat arrays; M nodes in all. A leaf points to itself."""

    feature: NDArray[np.int64]
    """(M,) column of the features that a node looks at."""
    threshold: NDArray[np.float32]
    """(M,) go left where the feature is at most this."""
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    vote: NDArray[np.float32]
    """(M,) part of text among the training regions of a leaf."""
    roots: NDArray[np.int64]
    """(T,) first node of every tree."""
    depth: int
    least: float
    """Probability from which on a region is kept: chosen so that nearly every word stays."""

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> "TextFilter":
        """Take the forest out of a weight file's arrays."""
        return cls(
            feature=tensors["feature"].astype(np.int64),
            threshold=tensors["threshold"].astype(np.float32),
            left=tensors["left"].astype(np.int64),
            right=tensors["right"].astype(np.int64),
            vote=tensors["vote"].astype(np.float32),
            roots=tensors["roots"].astype(np.int64),
            depth=int(tensors["depth"][0]),
            least=float(tensors["least"][0]),
        )

    def probabilities(self, features: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Mean vote of all trees: features (N, `FEATURES`) to (N,)."""
        rows = np.asarray(features, dtype=np.float32)
        node = np.repeat(self.roots[None], len(rows), axis=0)  # (N, T)
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[row, self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        mean: NDArray[np.float32] = self.vote[node].mean(axis=1)
        return mean

    def keeps(
        self, image: NDArray[np.uint8], quads: NDArray[np.float64], scores: NDArray[np.floating[Any]]
    ) -> NDArray[np.bool_]:
        """Which regions of an (H, W, 3) photo, quads (N, 4, 2) with the localizer's scores (N,), are text: (N,)."""
        if not len(quads):
            return np.zeros(0, dtype=bool)
        kept: NDArray[np.bool_] = self.probabilities(region_features(image, quads, scores)) >= self.least
        return kept


def region_features(
    image: NDArray[np.uint8], quads: NDArray[np.float64], scores: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    """What the forest looks at: (N, `FEATURES`).

    The histogram, then logarithms of height in parts of the photo and of width over height, contrast, and the score.
    """
    rows = np.zeros((len(quads), FEATURES), dtype=np.float32)
    for row, (quad, score) in enumerate(zip(quads, scores, strict=True)):
        width, height = (max(1.0, side) for side in quad_size(quad))
        picture = straighten(image, pad_quad(quad, MARGIN * height), SIZE).astype(np.float32) @ LUMINANCE
        rows[row, :-4] = gradient_histogram(picture)
        rows[row, -4:] = np.log(height / image.shape[0]), np.log(width / height), picture.std(), score
    return rows


LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def gradient_histogram(picture: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Histogram of oriented gradients of a grey picture (H, W), `BINS` bins a cell, of unit length in all: (C,)."""
    dy, dx = np.gradient(np.asarray(picture, dtype=np.float32))
    strength = np.hypot(dx, dy)
    direction = np.floor(np.mod(np.arctan2(dy, dx), np.pi) / np.pi * BINS).astype(np.int64) % BINS
    rows, columns = (side // CELL for side in picture.shape)
    y, x = np.indices(picture.shape)
    place = ((y // CELL) * columns + x // CELL) * BINS + direction
    histogram = np.bincount(place.ravel(), weights=strength.ravel(), minlength=rows * columns * BINS)
    root = np.sqrt(histogram / max(float(histogram.sum()), 1e-6))
    return root.astype(np.float32)
