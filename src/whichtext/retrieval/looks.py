"""What the feature maps of a photo say of its texts and of its parts, as numbers for networks.

Letters of shapes: N candidates, G places. The order of the columns is part of the weights.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.feature_maps import DEEP_WIDTH, FINE_WIDTH, FeatureMaps, pool_boxes

__all__ = ["LOOK_WIDTH", "PLACES", "PLACE_WIDTH", "places_of", "text_looks", "whole_look"]

Floats = NDArray[np.floating[Any]]
Float32s = NDArray[np.float32]

ROWS, COLUMNS = 3, 4
PLACES = np.array(
    [
        [column / COLUMNS, row / ROWS, (column + 1) / COLUMNS, (row + 1) / ROWS]
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
)
"""(G, 4) boxes that a photo is cut into, xyxy as parts of its sides."""
LOOK_WIDTH = 2 * (FINE_WIDTH + DEEP_WIDTH)
PLACE_WIDTH = FINE_WIDTH + DEEP_WIDTH


def text_looks(maps: FeatureMaps, boxes: Floats) -> Float32s:
    """Means of the maps at candidates (N, 4), xyxy as parts of the photo's sides: (N, L).

    The fine map in the text and close around it, the deep one close and wide around it.
    """
    size = boxes[:, 2:] - boxes[:, :2]
    near = _grown(boxes, np.maximum(size.min(axis=1, keepdims=True) * 1.5, 0.03))
    wide = _grown(boxes, np.maximum(size.max(axis=1, keepdims=True), 0.08))
    parts = [
        pool_boxes(maps.fine, boxes),
        pool_boxes(maps.fine, near),
        pool_boxes(maps.deep, near),
        pool_boxes(maps.deep, wide),
    ]
    return np.concatenate(parts, axis=1)


def places_of(maps: FeatureMaps) -> Float32s:
    """Means of both maps in every part of the photo: (G, P)."""
    return np.concatenate([pool_boxes(maps.fine, PLACES), pool_boxes(maps.deep, PLACES)], axis=1)


def _grown(boxes: Floats, margin: Floats) -> Floats:
    grown: Floats = np.clip(np.concatenate([boxes[:, :2] - margin, boxes[:, 2:] + margin], axis=1), 0, 1)
    return grown


def whole_look(maps: FeatureMaps) -> Float32s:
    """Means of both maps over the whole photo: (P,)."""
    return np.concatenate([maps.fine.mean(axis=(0, 1)), maps.deep.mean(axis=(0, 1))])
