"""Area that two polygons share, as the public scripts count it.

Polygons are closed rings of corners in pixels. They may be concave, touch or cross themselves: inside is what a ray
leaves an odd number of times (even–odd rule). The area of ONE polygon is the absolute shoelace sum, which for a ring
that crosses itself is the difference of its lobes, not their sum: so does the polygon library behind the ICDAR scripts,
and so do we.

Every question that decides about a match ("is it more than half?") is answered exactly: in floating point where the
answer is clear, in fractions where it is not. A limit that is met exactly is therefore never exceeded by a rounding
error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

import numpy as np

__all__ = ["Shape", "iou", "iou_exceeds", "is_clockwise", "neighbours", "shape_of", "share_exceeds", "shared_area"]

DOUBT = 1e-9
"""Relative distance from a limit below which floating point is not trusted; its error is a thousand times smaller."""

Number = TypeVar("Number", float, Fraction)
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon with what is asked of it again and again."""

    corners: tuple[Corner, ...]
    """(x, y) in pixels; the ring closes by itself."""
    area: float
    """Absolute shoelace sum, square pixels."""
    box: tuple[float, float, float, float]
    """Upright bounding box: xmin, ymin, xmax, ymax."""
    is_upright: bool
    """Whether it is an upright rectangle, which its bounding box describes fully."""
    is_convex: bool
    """Whether it is a convex triangle or quadrilateral with an area; longer rings count as not convex."""


def shape_of(numbers: Sequence[float], *, whole_numbers: bool = False) -> Shape:
    """Shape of 4 numbers (xmin, ymin, xmax, ymax) or of 6 and more (x, y of each corner), in pixels.

    `whole_numbers` cuts every coordinate towards zero first, as the ICDAR scripts do.
    """
    values = [float(int(value)) for value in numbers] if whole_numbers else [float(value) for value in numbers]
    if len(values) == 4:
        left, top, right, bottom = values
        values = [left, bottom, left, top, right, top, right, bottom]
    elif len(values) < 6 or len(values) % 2:
        raise ValueError(f"a shape has 4 numbers, or x and y of three corners or more, not {len(values)} numbers")
    corners = tuple(zip(values[::2], values[1::2], strict=True))
    horizontal, vertical = values[::2], values[1::2]
    box = (min(horizontal), min(vertical), max(horizontal), max(vertical))
    return Shape(
        corners=corners,
        area=abs(_shoelace(corners)) / 2,
        box=box,
        is_upright=_is_upright(corners),
        is_convex=_is_convex(corners),
    )


def neighbours(first: Sequence[Shape], second: Sequence[Shape]) -> list[list[int]]:
    """For each of the first shapes, positions of the second whose bounding box overlaps it: no other shares area."""
    if not first or not second:
        return [[] for _ in first]
    left, top, right, bottom = np.array([shape.box for shape in second], dtype=np.float64).T
    found = []
    for shape in first:
        x0, y0, x1, y1 = shape.box
        found.append(np.flatnonzero((left < x1) & (x0 < right) & (top < y1) & (y0 < bottom)).tolist())
    return found


def shared_area(first: Shape, second: Shape) -> float:
    """Area in square pixels that two shapes share."""
    width = min(first.box[2], second.box[2]) - max(first.box[0], second.box[0])
    height = min(first.box[3], second.box[3]) - max(first.box[1], second.box[1])
    if width <= 0 or height <= 0:
        return 0.0
    if first.is_upright and second.is_upright:
        return width * height
    if first.is_convex and second.is_convex:
        return _clipped_area(first.corners, second.corners)
    return _slab_area(first.corners, second.corners)


def iou(first: Shape, second: Shape) -> float:
    """Shared area over the sum of the areas less the shared one; 0 where that is 0."""
    shared = shared_area(first, second)
    union = first.area + second.area - shared
    return shared / union if union else 0.0


def iou_exceeds(first: Shape, second: Shape, limit: float) -> bool:
    """Whether the intersection over union is strictly more than `limit`, decided exactly."""
    shared = shared_area(first, second)
    union = first.area + second.area - shared
    if abs(shared - limit * union) > DOUBT * max(first.area, second.area, shared):
        return union > 0 and shared > limit * union
    exact = _exact_shared_area(first, second)
    union_exact = _exact_area(first) + _exact_area(second) - exact
    return union_exact > 0 and exact > Fraction(limit) * union_exact


def share_exceeds(part: Shape, region: Shape, limit: float) -> bool:
    """Whether strictly more than `limit` of the area of `part` lies on `region`, decided exactly; not without area."""
    shared = shared_area(part, region)
    if abs(shared - limit * part.area) > DOUBT * max(part.area, shared):
        return part.area > 0 and shared > limit * part.area
    area = _exact_area(part)
    return area > 0 and _exact_shared_area(part, region) > Fraction(limit) * area


def is_clockwise(numbers: Sequence[float]) -> bool:
    """Whether corners x1, y1, x2, y2, ... run clockwise on screen (y down), or enclose nothing on balance."""
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return _shoelace(corners) >= 0


def _shoelace(corners: Sequence[tuple[Number, Number]]) -> Number:
    """Twice the signed area: positive where the corners run clockwise on screen."""
    total = corners[0][0] * 0
    for index, (x, y) in enumerate(corners):
        x_next, y_next = corners[index + 1 - len(corners)]
        total += x * y_next - x_next * y
    return total


def _is_upright(corners: Sequence[Corner]) -> bool:
    if len(corners) != 4:
        return False
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    return (ax == bx and by == cy and cx == dx and dy == ay) or (ay == by and bx == cx and cy == dy and dx == ax)


def _is_convex(corners: Sequence[Corner]) -> bool:
    """Four turns of one direction make a convex quadrilateral; five need not make a convex pentagon."""
    if len(corners) > 4:
        return False
    turns = []
    for index, (x, y) in enumerate(corners):
        (x_last, y_last), (x_next, y_next) = corners[index - 1], corners[index + 1 - len(corners)]
        turns.append((x - x_last) * (y_next - y) - (y - y_last) * (x_next - x))
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


def _clipped_area(first: Sequence[tuple[Number, Number]], second: Sequence[tuple[Number, Number]]) -> Number:
    """Shared area of two convex rings, in the arithmetic of their coordinates.

    The first is cut along each edge of the second (Sutherland and Hodgman).
    """
    # Coordinates relative to one corner: products of large coordinates would cost digits.
    origin_x, origin_y = second[0]
    ring = [(x - origin_x, y - origin_y) for x, y in first]
    window = [(x - origin_x, y - origin_y) for x, y in second]
    if _shoelace(window) < 0:
        window.reverse()
    for index, (x, y) in enumerate(window):
        x_next, y_next = window[index + 1 - len(window)]
        edge_x, edge_y = x_next - x, y_next - y
        sides = [edge_x * (py - y) - edge_y * (px - x) for px, py in ring]
        kept = []
        for here, (corner, side) in enumerate(zip(ring, sides, strict=True)):
            other, other_side = ring[here - 1], sides[here - 1]
            if (side > 0 > other_side) or (side < 0 < other_side):
                part = other_side / (other_side - side)
                kept.append((other[0] + part * (corner[0] - other[0]), other[1] + part * (corner[1] - other[1])))
            if side >= 0:
                kept.append(corner)
        if len(kept) < 3:
            return origin_x * 0
        ring = kept
    return abs(_shoelace(ring)) / 2


def _slab_area(first: Sequence[tuple[Number, Number]], second: Sequence[tuple[Number, Number]]) -> Number:
    """Shared area of any two rings under the even–odd rule, in the arithmetic of their coordinates.

    The plane is cut into upright slabs at every corner and every crossing. Within a slab no two edges cross, so the
    area between neighbouring edges is width times the distance halfway.
    """
    nothing = first[0][0] * 0
    edges: list[tuple[Number, Number, Number, Number, int]] = []
    for owner, ring in enumerate((first, second)):
        for index, (x, y) in enumerate(ring):
            x_next, y_next = ring[index + 1 - len(ring)]
            if x < x_next:
                edges.append((x, y, x_next, y_next, owner))
            elif x_next < x:
                edges.append((x_next, y_next, x, y, owner))
    cuts = {edge[0] for edge in edges} | {edge[2] for edge in edges}
    for index, edge in enumerate(edges):
        crossings = (_crossing(edge, other) for other in edges[:index])
        cuts.update(x for x in crossings if x is not None)
    ordered = sorted(cuts)
    total = nothing
    for left, right in pairwise(ordered):
        middle = (left + right) / 2
        heights = sorted(
            (y + (middle - x) * (y_end - y) / (x_end - x), owner)
            for x, y, x_end, y_end, owner in edges
            if x <= left and right <= x_end
        )
        inside = [False, False]
        depth = nothing
        for (height, owner), (height_next, _) in pairwise(heights):
            inside[owner] = not inside[owner]
            if inside[0] and inside[1]:
                depth += height_next - height
        total += (right - left) * depth
    return total


def _crossing(
    first: tuple[Number, Number, Number, Number, int], second: tuple[Number, Number, Number, Number, int]
) -> Number | None:
    """The x at which two edges, each running from left to right, cross inside both; None where they do not."""
    x1, y1, x2, y2, _ = first
    x3, y3, x4, y4, _ = second
    left, right = max(x1, x3), min(x2, x4)
    if left >= right:
        return None
    slope_first, slope_second = (y2 - y1) / (x2 - x1), (y4 - y3) / (x4 - x3)
    at_left = (y1 + (left - x1) * slope_first) - (y3 + (left - x3) * slope_second)
    at_right = (y1 + (right - x1) * slope_first) - (y3 + (right - x3) * slope_second)
    if (at_left < 0 < at_right) or (at_right < 0 < at_left):
        return left + (right - left) * at_left / (at_left - at_right)
    return None


def _exact_corners(shape: Shape) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(x), Fraction(y)) for x, y in shape.corners]


def _exact_area(shape: Shape) -> Fraction:
    return abs(_shoelace(_exact_corners(shape))) / 2


def _exact_shared_area(first: Shape, second: Shape) -> Fraction:
    shared_by = _clipped_area if first.is_convex and second.is_convex else _slab_area
    return shared_by(_exact_corners(first), _exact_corners(second))
