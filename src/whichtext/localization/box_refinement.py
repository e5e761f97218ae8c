"""Where exactly does the word end? A regressor moves every box that was found (paper 4.3, after Jaderberg et al.).

A box is cut out with as much again around it, described by where its picture gets brighter and darker, and a small
network with one hidden layer says how the box should move. Trained by `python -m whichtext.training.box_refinement`;
numpy only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.geometry import quad_angle, quad_size

__all__ = ["FEATURES", "MOVES", "BoxRefinement", "as_boxes", "as_moves", "box_features", "moved"]

SIZE = (128, 32)
"""Width and height in pixels of the straightened picture, of which the box takes the middle half both ways."""
INFLATED = 2.0
CELL = 4
"""Pixels of a cell in which gradients are summed."""
DIRECTIONS = 4
"""Brighter to the right, darker to the right, brighter downwards, darker downwards."""
FEATURES = (SIZE[0] // CELL) * (SIZE[1] // CELL) * (DIRECTIONS + 1) + 2
MOVES = 5
"""Numbers of a move: along and across the writing in parts of the box, logarithms of the growth along and across, turn
in radians."""
FARTHEST = np.array([0.5, 0.5, 0.7, 0.7, 0.3])
"""Largest move, either way."""
LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class BoxRefinement:
    """A network with one hidden layer of K units."""

    mean: NDArray[np.float32]
    """(F,) what is subtracted from the features, ..."""
    scale: NDArray[np.float32]
    """(F,) ... and what they are multiplied by."""
    hidden: NDArray[np.float32]
    """(F, K)"""
    hidden_bias: NDArray[np.float32]
    """(K,)"""
    output: NDArray[np.float32]
    """(K, `MOVES`)"""
    output_bias: NDArray[np.float32]
    """(`MOVES`,)"""

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> "BoxRefinement":
        """Take the network out of a weight file's arrays."""
        names = ("mean", "scale", "hidden", "hidden_bias", "output", "output_bias")
        return cls(**{name: tensors[name].astype(np.float32) for name in names})

    def moves(self, features: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """How boxes should move: features (N, `FEATURES`) to (N, `MOVES`)."""
        x = (np.asarray(features, dtype=np.float32) - self.mean) * self.scale
        x = np.maximum(x @ self.hidden + self.hidden_bias, 0)
        return np.clip((x @ self.output + self.output_bias).astype(np.float64), -FARTHEST, FARTHEST)

    def refine(self, image: NDArray[np.uint8], quads: NDArray[np.float64]) -> NDArray[np.float64]:
        """Regions found in an (H, W, 3) photo, quads (N, 4, 2), moved to the words: (N, 4, 2), inside the photo."""
        if not len(quads):
            return np.zeros((0, 4, 2))
        better = moved(as_boxes(quads), self.moves(box_features(image, quads)))
        fitted: NDArray[np.float64] = np.clip(better, 0.0, np.array([image.shape[1], image.shape[0]], dtype=np.float64))
        return fitted


def as_boxes(quads: Floats) -> NDArray[np.float64]:
    """Quads (N, 4, 2) as slanted boxes: (N, 5) cx, cy, w, h, angle in radians, of one pixel at least."""
    boxes = np.zeros((len(quads), 5))
    for row, quad in enumerate(quads):
        width, height = quad_size(quad)
        boxes[row] = *quad.mean(axis=0), max(width, 1.0), max(height, 1.0), np.radians(quad_angle(quad))
    return boxes


def as_moves(boxes: Floats, wanted: Floats) -> NDArray[np.float64]:
    """What moves slanted boxes (N, 5) to the wanted ones (N, 5): (N, `MOVES`)."""
    cosine, sine = np.cos(boxes[:, 4]), np.sin(boxes[:, 4])
    dx, dy = wanted[:, 0] - boxes[:, 0], wanted[:, 1] - boxes[:, 1]
    turn = np.mod(wanted[:, 4] - boxes[:, 4] + np.pi, 2 * np.pi) - np.pi
    return np.stack(
        [
            (dx * cosine + dy * sine) / boxes[:, 2],
            (dy * cosine - dx * sine) / boxes[:, 3],
            np.log(wanted[:, 2] / boxes[:, 2]),
            np.log(wanted[:, 3] / boxes[:, 3]),
            turn,
        ],
        axis=1,
    )


def moved(boxes: Floats, moves: Floats) -> NDArray[np.float64]:
    """Slanted boxes (N, 5) moved by (N, `MOVES`): quads (N, 4, 2), corners in the order of the writing."""
    along = np.stack([np.cos(boxes[:, 4]), np.sin(boxes[:, 4])], axis=1)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    centre = boxes[:, :2] + along * (moves[:, :1] * boxes[:, 2:3]) + across * (moves[:, 1:2] * boxes[:, 3:4])
    width, height = (boxes[:, side] * np.exp(moves[:, side]) for side in (2, 3))
    angle = boxes[:, 4] + moves[:, 4]
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1) * width[:, None] / 2
    across = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * height[:, None] / 2
    corners = [centre - along - across, centre + along - across, centre + along + across, centre - along + across]
    return np.stack(corners, axis=1)


def box_features(image: NDArray[np.uint8], quads: Floats) -> NDArray[np.float32]:
    """What the network looks at around quads (N, 4, 2) of an (H, W, 3) photo: (N, `FEATURES`).

    For each cell of the inflated box: brightness, and how much it gets brighter and darker both ways, all relative to
    the contrast of the picture; then logarithms of width over height and of the height in pixels.
    """
    rows = np.zeros((len(quads), FEATURES), dtype=np.float32)
    for row, quad in enumerate(np.asarray(quads, dtype=np.float64)):
        width, height = (max(1.0, side) for side in quad_size(quad))
        centre = quad.mean(axis=0)
        picture = straighten(image, centre + INFLATED * (quad - centre), SIZE).astype(np.float32) @ LUMINANCE
        rows[row, :-2] = gradient_cells(picture)
        rows[row, -2:] = np.log(width / height), np.log(height)
    return rows


def gradient_cells(picture: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Brightness and the four gradients of a grey picture (H, W), mean of each cell, without its contrast: (C,)."""
    grey = np.asarray(picture, dtype=np.float32)
    grey = (grey - grey.mean()) / max(float(grey.std()), 4.0)
    dy, dx = np.gradient(grey)
    planes = np.stack([grey, np.maximum(dx, 0), np.maximum(-dx, 0), np.maximum(dy, 0), np.maximum(-dy, 0)])
    rows, columns = (side // CELL for side in grey.shape)
    cells: NDArray[np.float32] = planes.reshape(len(planes), rows, CELL, columns, CELL).mean(axis=(2, 4)).ravel()
    return cells
