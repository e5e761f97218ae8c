"""Feature maps of a photo from EfficientNet-Lite0: what things look like, in two steps."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.weights import load_session

__all__ = [
    "DEEP_WIDTH",
    "FINE_WIDTH",
    "FeatureMaps",
    "PhotoTrunk",
    "pool_boxes",
    "pool_masks",
    "trunk_input",
]

Floats = NDArray[np.floating[Any]]
Float32s = NDArray[np.float32]

SIDE = 512
"""Longer side in pixels of the copy of the photo that the network sees."""
CELL = 32
"""Its sides are multiples of this."""
FINE_WIDTH, DEEP_WIDTH = 112, 320
"""Channels of the two maps."""


class FeatureMaps(NamedTuple):
    """What a photo looks like: two maps, one made of the other."""

    fine: NDArray[np.float32]
    """(h, w, 112)"""
    deep: NDArray[np.float32]
    """(h / 2, w / 2, 320)"""

    def mirrored(self) -> "FeatureMaps":
        """Those of the mirror image."""
        return FeatureMaps(self.fine[:, ::-1], self.deep[:, ::-1])


class PhotoTrunk:
    """The network. Immutable; many threads may call it at once. Raises `WeightsError` for damaged weights."""

    def __init__(self, *, threads: int) -> None:
        self._fine = load_session("efficientnet_lite0_stride16.onnx", threads=threads)
        self._deep = load_session("efficientnet_lite0_stride32.onnx", threads=threads)

    def __call__(self, image: NDArray[np.uint8]) -> FeatureMaps:
        """Both maps of an (H, W, 3) uint8 RGB photo: a cell for 16 x 16 and for 32 x 32 pixels of its copy."""
        fine = self._fine.run(None, {"photo": trunk_input(image)})[0]
        return FeatureMaps(fine, self._deep.run(None, {"fine": fine})[0])


def trunk_input(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The copy of a photo (H, W, 3) that the network sees: sides of at most `SIDE`, multiples of `CELL`."""
    height, width = image.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(CELL, round(width * scale / CELL) * CELL), max(CELL, round(height * scale / CELL) * CELL))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))


def pool_boxes(feature_map: Float32s, boxes: Floats) -> Float32s:
    """Mean of a map (h, w, C) in boxes (N, 4), xyxy as parts of the photo's sides: (N, C), exact to parts of a cell."""
    height, width = feature_map.shape[:2]
    rows = _coverage(boxes[:, 1] * height, boxes[:, 3] * height, height)
    columns = _coverage(boxes[:, 0] * width, boxes[:, 2] * width, width)
    pooled: Float32s = np.einsum("nh,nw,hwc->nc", rows, columns, feature_map, optimize=True).astype(np.float32)
    return pooled


def _coverage(low: Floats, high: Floats, cells: int) -> Float32s:
    """Part of each cell between low and high (N,), normalised to sum 1: (N, cells)."""
    low = np.clip(low, 0, cells - 0.25)
    high = np.clip(high, low + 0.25, cells)
    edges = np.arange(cells)
    share = np.clip(np.minimum(high[:, None], edges + 1) - np.maximum(low[:, None], edges), 0, 1)
    normalised: Float32s = (share / np.maximum(share.sum(axis=1, keepdims=True), 1e-6)).astype(np.float32)
    return normalised


def pool_masks(feature_map: Float32s, masks: NDArray[np.bool_]) -> Float32s:
    """Mean of a map (h, w, C) under masks (N, H, W) of the whole photo at any resolution: (N, C)."""
    height, width = feature_map.shape[:2]
    rows = np.minimum((np.arange(masks.shape[1]) + 0.5) * height / masks.shape[1], height - 1).astype(np.int64)
    columns = np.minimum((np.arange(masks.shape[2]) + 0.5) * width / masks.shape[2], width - 1).astype(np.int64)
    cell = (rows[:, None] * width + columns[None]).ravel()
    weight = np.stack([np.bincount(cell[mask.ravel()], minlength=height * width) for mask in masks]).astype(np.float32)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1)
    pooled: Float32s = weight @ feature_map.reshape(height * width, -1)
    return pooled
