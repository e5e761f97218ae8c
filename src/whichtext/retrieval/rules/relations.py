"""Soft spatial relations between boxes, as fractions of the photo.

How far "above", "left of", "beside" and the like hold, in [0, 1].

Every function takes candidate boxes (N, 4) and anchor boxes (M, 4), xyxy as fractions of width and height, with the
photo's aspect, and gives (N, M).
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SPATIAL", "coverage", "spatial"]

Floats = NDArray[np.float64]


def spatial(name: str, boxes: Floats, anchors: Floats, *, aspect: float) -> Floats:
    """How far the relation `name` holds of each candidate to each anchor.

    A relation that is no spatial one holds of nothing.
    """
    if name not in SPATIAL or not len(boxes) or not len(anchors):
        return np.zeros((len(boxes), len(anchors)))
    scale = np.array([aspect, 1.0, aspect, 1.0])
    relation: Floats = SPATIAL[name](boxes * scale, anchors * scale)
    return relation


def coverage(boxes: Floats, anchors: Floats) -> Floats:
    """Share of each candidate's area that lies inside each anchor: (N, M)."""
    size = np.clip(
        np.minimum(boxes[:, None, 2:], anchors[None, :, 2:]) - np.maximum(boxes[:, None, :2], anchors[None, :, :2]),
        0,
        None,
    )
    area = np.clip(boxes[:, 2:] - boxes[:, :2], 1e-9, None).prod(axis=1)
    share: Floats = size.prod(axis=2) / area[:, None]
    return share


def _gaps(boxes: Floats, anchors: Floats) -> tuple[Floats, Floats]:
    """Free space between the boxes across and down; negative where they overlap: two (N, M)."""
    across = np.maximum(boxes[:, None, 0] - anchors[None, :, 2], anchors[None, :, 0] - boxes[:, None, 2])
    down = np.maximum(boxes[:, None, 1] - anchors[None, :, 3], anchors[None, :, 1] - boxes[:, None, 3])
    return across, down


def _sizes(boxes: Floats, anchors: Floats) -> tuple[Floats, Floats]:
    """Mean width and height of each pair: two (N, M)."""
    width = ((boxes[:, 2] - boxes[:, 0])[:, None] + (anchors[:, 2] - anchors[:, 0])[None, :]) / 2
    height = ((boxes[:, 3] - boxes[:, 1])[:, None] + (anchors[:, 3] - anchors[:, 1])[None, :]) / 2
    return width + 1e-6, height + 1e-6


def _centres(boxes: Floats, anchors: Floats) -> tuple[Floats, Floats]:
    """Offset from anchor centre to candidate centre: two (N, M)."""
    x = ((boxes[:, 0] + boxes[:, 2])[:, None] - (anchors[:, 0] + anchors[:, 2])[None, :]) / 2
    y = ((boxes[:, 1] + boxes[:, 3])[:, None] - (anchors[:, 1] + anchors[:, 3])[None, :]) / 2
    return x, y


def _sigmoid(values: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return result


def _beyond(offset: Floats, gap: Floats, extent: Floats, aside: Floats, reach: Floats) -> Floats:
    """A directed relation: far enough in the direction, not too far away, and not aside, which is worse than far."""
    direction = _sigmoid(8 * (offset / extent - 0.35))
    distance = np.exp(-np.clip(gap, 0, None) / (2.0 * extent + 0.1))
    sideways = np.exp(-np.clip(aside + 0.15 * reach, 0, None) / (0.2 * reach + 0.03))
    result: Floats = direction * distance * sideways
    return result


def _above(boxes: Floats, anchors: Floats) -> Floats:
    (across, down), (width, height), (_, y) = _gaps(boxes, anchors), _sizes(boxes, anchors), _centres(boxes, anchors)
    return _beyond(-y, down, height, across, width)


def _below(boxes: Floats, anchors: Floats) -> Floats:
    (across, down), (width, height), (_, y) = _gaps(boxes, anchors), _sizes(boxes, anchors), _centres(boxes, anchors)
    return _beyond(y, down, height, across, width)


def _left_of(boxes: Floats, anchors: Floats) -> Floats:
    (across, down), (width, height), (x, _) = _gaps(boxes, anchors), _sizes(boxes, anchors), _centres(boxes, anchors)
    return _beyond(-x, across, width, down, height)


def _right_of(boxes: Floats, anchors: Floats) -> Floats:
    (across, down), (width, height), (x, _) = _gaps(boxes, anchors), _sizes(boxes, anchors), _centres(boxes, anchors)
    return _beyond(x, across, width, down, height)


def _beside(boxes: Floats, anchors: Floats) -> Floats:
    across, down = _gaps(boxes, anchors)
    _, height = _sizes(boxes, anchors)
    distance = np.hypot(np.clip(across, 0, None), np.clip(down, 0, None))
    result: Floats = np.exp(-distance / (0.5 * height + 0.06))
    return result


def _on(boxes: Floats, anchors: Floats) -> Floats:
    return coverage(boxes, anchors)


def _behind(boxes: Floats, anchors: Floats) -> Floats:
    return _beside(boxes, anchors)


SPATIAL: MappingProxyType[str, Callable[[Floats, Floats], Any]] = MappingProxyType(
    {
        "above": _above,
        "below": _below,
        "left of": _left_of,
        "right of": _right_of,
        "beside": _beside,
        "between": _beside,
        "behind": _behind,
        "in front of": _behind,
        "on": _on,
        "of": _on,
        "worn by": _on,
        "with": _beside,
    }
)
"""Relations that boxes alone decide."""
