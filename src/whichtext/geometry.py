"""Boxes, quadrilaterals and polygons in pixels of the upright photo. Pure functions on numpy arrays.

`boxes` are (N, 4) float, xyxy. `points` and `polygon` are (P, 2) float, x then y. A quad is a (4, 2) polygon, clockwise
as seen (y down), starting at the text's own top-left corner: edge 0 → 1 runs along the writing.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.spatial import ConvexHull, QhullError

from whichtext.types import Box, Polygon

__all__ = [
    "as_polygon",
    "box_area",
    "box_intersection",
    "box_iou",
    "box_of",
    "convex_hull",
    "min_area_quad",
    "order_quad",
    "pad_quad",
    "pairwise_iou",
    "polygon_area",
    "polygon_mask",
    "quad_angle",
    "quad_size",
    "union_box",
]

Floats = NDArray[np.floating[Any]]


def as_polygon(points: Floats | Sequence[Sequence[float]]) -> Polygon:
    """Turn (P, 2) points into the public polygon: a tuple of (x, y) plain floats."""
    return tuple((float(x), float(y)) for x, y in points)


def box_of(points: Floats | Polygon) -> Box:
    """Upright bounding box (x0, y0, x1, y1) of (P, 2) points."""
    array = np.asarray(points, dtype=np.float64)
    x0, y0 = array.min(axis=0)
    x1, y1 = array.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def union_box(boxes: Iterable[Box]) -> Box:
    """Smallest box around all boxes; at least one is needed."""
    array = np.asarray(list(boxes), dtype=np.float64).reshape(-1, 4)
    if not len(array):
        raise ValueError("union_box needs at least one box")
    return float(array[:, 0].min()), float(array[:, 1].min()), float(array[:, 2].max()), float(array[:, 3].max())


def box_area(box: Box) -> float:
    """Area in square pixels; 0 for a degenerate box."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def box_intersection(first: Box, second: Box) -> float:
    """Area in square pixels that two boxes share."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)


def box_iou(first: Box, second: Box) -> float:
    """Intersection over union of two boxes, in [0, 1]; 0 where both are degenerate."""
    shared = box_intersection(first, second)
    union = box_area(first) + box_area(second) - shared
    return shared / union if union > 0 else 0.0


def pairwise_iou(first: Floats, second: Floats) -> NDArray[np.float64]:
    """Intersection over union of every pair: (N, 4) and (M, 4) xyxy to (N, M)."""
    a = np.asarray(first, dtype=np.float64).reshape(-1, 4)
    b = np.asarray(second, dtype=np.float64).reshape(-1, 4)
    size = np.clip(np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2]), 0, None)
    shared = size.prod(axis=2)
    area_a = np.clip(a[:, 2:] - a[:, :2], 0, None).prod(axis=1)
    area_b = np.clip(b[:, 2:] - b[:, :2], 0, None).prod(axis=1)
    union = area_a[:, None] + area_b[None, :] - shared
    iou: NDArray[np.float64] = np.where(union > 0, shared / np.where(union > 0, union, 1.0), 0.0)
    return iou


def polygon_area(points: Floats | Polygon) -> float:
    """Area in square pixels (shoelace), positive whatever the direction."""
    array = np.asarray(points, dtype=np.float64)
    x, y = array[:, 0], array[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def convex_hull(points: Floats) -> NDArray[np.float64]:
    """Corners of the convex hull of (P, 2) points; the extreme points themselves where all lie on a line."""
    array = np.asarray(points, dtype=np.float64)
    array = array[np.lexsort((array[:, 1], array[:, 0]))]
    array = array[np.append(True, (array[1:] != array[:-1]).any(axis=1))] if len(array) else array
    if len(array) < 3:
        return array
    try:
        hull: NDArray[np.float64] = array[ConvexHull(array).vertices]
    except QhullError:
        direction = array[-1] - array[0]
        along = (array - array[0]) @ direction
        hull = array[[int(along.argmin()), int(along.argmax())]]
    return hull


def min_area_quad(points: Floats) -> NDArray[np.float64]:
    """Rectangle of least area around (P, 2) points, as an ordered quad (4, 2)."""
    hull = convex_hull(points)
    edges = np.roll(hull, -1, axis=0) - hull
    angles = np.unique(np.round(np.mod(np.arctan2(edges[:, 1], edges[:, 0]), np.pi / 2), 9))
    best: NDArray[np.float64] | None = None
    best_area = np.inf
    for angle in angles[_may_be_least(hull, angles)]:
        axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        rotated = hull @ axes.T
        low, high = rotated.min(axis=0), rotated.max(axis=0)
        area = float(np.prod(high - low))
        if area < best_area:
            best_area = area
            best = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]]) @ axes
    assert best is not None
    return order_quad(best)


def _may_be_least(hull: Floats, angles: Floats) -> NDArray[np.bool_]:
    """Which of (A,) rectangles around (P, 2) points, by their angles, are the smallest but for rounding."""
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    along, across = hull[:, 0] * cosine + hull[:, 1] * sine, hull[:, 1] * cosine - hull[:, 0] * sine  # (A, P)
    area = np.ptp(along, axis=1) * np.ptp(across, axis=1)
    least: NDArray[np.bool_] = area <= area.min() + 1e-12 * (1.0 + np.square(hull).max())
    return least


def order_quad(quad: Floats) -> NDArray[np.float64]:
    """Order four corners clockwise as seen, starting so that edge 0 → 1 points most to the right."""
    array = np.asarray(quad, dtype=np.float64)
    centre = array.mean(axis=0)
    around = np.arctan2(array[:, 1] - centre[1], array[:, 0] - centre[0])
    array = array[np.argsort(around, kind="stable")]
    rightness = (np.roll(array, -1, axis=0) - array)[:, 0]
    lengths = np.linalg.norm(np.roll(array, -1, axis=0) - array, axis=1)
    rightness = rightness / np.where(lengths > 0, lengths, 1.0)
    start = int(np.argmax(np.round(rightness, 9)))
    ordered: NDArray[np.float64] = np.roll(array, -start, axis=0)
    return ordered


def quad_size(quad: Floats | Polygon) -> tuple[float, float]:
    """Mean length along the writing and mean height across it, in pixels."""
    a, b, c, d = _corners(quad)
    return (_distance(a, b) + _distance(d, c)) / 2, (_distance(a, d) + _distance(b, c)) / 2


def quad_angle(quad: Floats | Polygon) -> float:
    """Direction of the writing in degrees clockwise from the horizontal, in (-180, 180]."""
    a, b, c, d = _corners(quad)
    angle = math.degrees(math.atan2((b[1] - a[1]) + (c[1] - d[1]), (b[0] - a[0]) + (c[0] - d[0])))
    return 180.0 if angle == -180.0 else angle


def _corners(quad: Floats | Polygon) -> list[list[float]]:
    """The four corners as plain numbers: on so few, arithmetic in Python is ten times faster than in NumPy."""
    corners: list[list[float]] = np.asarray(quad, dtype=np.float64)[:4].tolist()
    return corners


def _distance(first: list[float], second: list[float]) -> float:
    # Not math.hypot and math.dist, which round differently from the root of the sum.
    x, y = second[0] - first[0], second[1] - first[1]
    return math.sqrt(x * x + y * y)


def pad_quad(quad: Floats | Polygon, pixels: float) -> NDArray[np.float64]:
    """Move each edge of a quad outwards by `pixels`, keeping its directions."""
    array = np.asarray(quad, dtype=np.float64)
    along = (array[1] - array[0]) + (array[2] - array[3])
    across = (array[3] - array[0]) + (array[2] - array[1])
    along = along / (np.linalg.norm(along) or 1.0)
    across = across / (np.linalg.norm(across) or 1.0)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
    padded: NDArray[np.float64] = array + pixels * (signs[:, :1] * along + signs[:, 1:] * across)
    return padded


def polygon_mask(polygons: Iterable[Floats | Polygon], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels covered by any of the polygons, edges included: (H, W) bool for `size` = (width, height)."""
    mask = Image.new("1", size)
    draw = ImageDraw.Draw(mask)
    for polygon in polygons:
        draw.polygon([(float(x), float(y)) for x, y in polygon], fill=1, outline=1)
    return np.asarray(mask, dtype=bool)
