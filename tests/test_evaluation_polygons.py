"""Areas of polygons: against counting points on a fine grid, and against what symmetry demands."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from whichtext.evaluation.polygons import (
    _clipped_area,
    _slab_area,
    iou,
    iou_exceeds,
    is_clockwise,
    neighbours,
    shape_of,
    share_exceeds,
    shared_area,
)

coordinates = st.integers(min_value=-20, max_value=20)
quads = st.lists(coordinates, min_size=8, max_size=8)
polygons = st.integers(min_value=3, max_value=7).flatmap(
    lambda corners: st.lists(coordinates, min_size=2 * corners, max_size=2 * corners)
)
rectangles = st.tuples(coordinates, coordinates, st.integers(0, 20), st.integers(0, 20)).map(
    lambda box: [box[0], box[1], box[0] + box[2], box[1] + box[3]]
)
STEP = 1 / 8


def inside(corners: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Points of a fine grid over [-20, 40]² that a ray leaves an odd number of times."""
    axis = np.arange(-20, 40, STEP) + STEP / 2 + 1e-4
    x, y = np.meshgrid(axis, axis)
    odd = np.zeros(x.shape, dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            odd ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return odd


def perimeter(corners: tuple[tuple[float, float], ...]) -> float:
    return sum(math.dist(*edge) for edge in zip(corners, corners[1:] + corners[:1], strict=True))


@settings(max_examples=60, deadline=None)
@given(st.one_of(quads, polygons, rectangles), st.one_of(quads, polygons, rectangles))
def test_shared_area_is_the_number_of_common_points(first: list[int], second: list[int]) -> None:
    a, b = shape_of(first), shape_of(second)
    counted = (inside(a.corners) & inside(b.corners)).sum() * STEP**2
    error = STEP * (perimeter(a.corners) + perimeter(b.corners)) + 1e-6
    assert abs(shared_area(a, b) - counted) <= error


@settings(max_examples=200, deadline=None)
@given(st.one_of(quads, polygons, rectangles), st.one_of(quads, polygons, rectangles))
def test_iou_is_symmetric_and_does_not_depend_on_the_first_corner(first: list[int], second: list[int]) -> None:
    a, b = shape_of(first), shape_of(second)
    assert iou(a, b) == pytest.approx(iou(b, a), abs=1e-9)
    assert iou_exceeds(a, b, 0.5) == iou_exceeds(b, a, 0.5)
    if len(second) > 4:
        turned = shape_of(second[2:] + second[:2])
        assert iou(a, turned) == pytest.approx(iou(a, b), abs=1e-9)
        assert iou_exceeds(a, turned, 0.5) == iou_exceeds(a, b, 0.5)


@settings(max_examples=200, deadline=None)
@given(rectangles, st.integers(min_value=-1000, max_value=1000))
def test_a_rectangle_is_its_four_corners_wherever_it_lies(box: list[int], shift: int) -> None:
    left, top, right, bottom = (number + shift for number in box)
    corners = shape_of([left, top, right, top, right, bottom, left, bottom])
    assert shape_of([left, top, right, bottom]).area == corners.area == (right - left) * (bottom - top)
    assert shared_area(shape_of([left, top, right, bottom]), corners) == corners.area


@settings(max_examples=200, deadline=None)
@given(rectangles, rectangles)
def test_rectangles_share_width_times_height(first: list[int], second: list[int]) -> None:
    width = max(0, min(first[2], second[2]) - max(first[0], second[0]))
    height = max(0, min(first[3], second[3]) - max(first[1], second[1]))
    as_ring = shape_of([second[0], second[1], second[2], second[1], second[2], second[3], second[0], second[3]])
    assert shared_area(shape_of(first), shape_of(second)) == shared_area(shape_of(first), as_ring) == width * height


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(quads, rectangles), max_size=6), st.lists(st.one_of(quads, rectangles), max_size=6))
def test_shapes_that_are_no_neighbours_share_nothing(first: list[list[int]], second: list[list[int]]) -> None:
    a, b = [shape_of(box) for box in first], [shape_of(box) for box in second]
    near = neighbours(a, b)
    assert len(near) == len(a)
    for shape, places in zip(a, near, strict=True):
        far = set(range(len(b))) - set(places)
        assert all(shared_area(shape, b[place]) == 0 for place in far)


@settings(max_examples=200, deadline=None)
@given(quads)
def test_corners_run_clockwise_in_one_direction_only(numbers: list[int]) -> None:
    backwards = [
        number for corner in reversed(list(zip(numbers[::2], numbers[1::2], strict=True))) for number in corner
    ]
    assume(shape_of(numbers).area > 0)
    assert is_clockwise(numbers) != is_clockwise(backwards)


def test_clockwise_is_as_seen_on_screen() -> None:
    assert is_clockwise([0, 0, 10, 0, 10, 5, 0, 5])
    assert not is_clockwise([0, 0, 0, 5, 10, 5, 10, 0])
    assert is_clockwise([3, 3, 3, 3, 3, 3, 3, 3])


def test_area_of_a_ring_that_crosses_itself_is_the_difference_of_its_lobes() -> None:
    bow_tie = shape_of([0, 0, 10, 10, 10, 0, 0, 10])
    assert bow_tie.area == 0
    assert shared_area(bow_tie, shape_of([0, 0, 10, 10])) == pytest.approx(50)


def test_a_limit_that_is_met_exactly_is_not_exceeded() -> None:
    # Triangles of one half of a tilted square: 1/2 in fractions, not always in floating point.
    square = shape_of([0, 0, 7, 1, 6, 8, -1, 7])
    half = shape_of([0, 0, 7, 1, 6, 8])
    assert Fraction(iou(square, half)).limit_denominator(1000) == Fraction(1, 2)
    assert not iou_exceeds(square, half, 0.5)
    assert not share_exceeds(square, half, 0.5)
    assert iou_exceeds(square, half, 0.4999)


convex_quads = st.tuples(coordinates, coordinates, *[st.integers(1, 15)] * 4).map(
    # One corner on each side of an upright box: top, right, bottom, left.
    lambda box: [
        *(box[0] + min(box[2], box[3]), box[1]),
        *(box[0] + box[2] + box[3], box[1] + min(box[4], box[5])),
        *(box[0] + max(box[2], box[3]), box[1] + box[4] + box[5]),
        *(box[0], box[1] + max(box[4], box[5])),
    ]
)


@settings(max_examples=200, deadline=None)
@given(convex_quads, convex_quads)
def test_cutting_and_slabs_give_the_same_fraction_for_convex_shapes(first: list[int], second: list[int]) -> None:
    a, b = shape_of(first), shape_of(second)
    assume(a.is_convex and b.is_convex)
    rings = [[(Fraction(x), Fraction(y)) for x, y in shape.corners] for shape in (a, b)]
    assert _clipped_area(*rings) == _slab_area(*rings)


def test_shapes_without_area_exceed_nothing() -> None:
    line = shape_of([5, 5, 5, 25])
    assert not iou_exceeds(line, line, 0.0)
    assert not share_exceeds(line, shape_of([0, 0, 100, 100]), 0.0)
    assert iou(line, line) == 0


def test_coordinates_are_cut_towards_zero() -> None:
    assert shape_of([-0.9, 0.9, 10.9, 4.2], whole_numbers=True).box == (0, 0, 10, 4)


@pytest.mark.parametrize("count", [0, 2, 3, 5, 7])
def test_a_wrong_number_of_coordinates_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"not {count} numbers"):
        shape_of([0.0] * count)
