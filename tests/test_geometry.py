"""Quads and rectangles of least area."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whichtext.geometry import convex_hull, min_area_quad, polygon_area, quad_angle, quad_size

whole = st.integers(-50, 50)
some_points = st.lists(st.tuples(whole, whole), min_size=3, max_size=30)


@given(some_points)
def test_the_rectangle_of_least_area_is_the_smallest_along_any_edge_of_the_hull(points: list[tuple[int, int]]) -> None:
    hull = convex_hull(np.array(points, dtype=float))
    quad = min_area_quad(np.array(points, dtype=float))
    areas = []
    for edge in np.roll(hull, -1, axis=0) - hull:
        angle = np.arctan2(edge[1], edge[0])
        turned = hull @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        areas.append(float(np.prod(np.ptp(turned, axis=0))))
    assert polygon_area(quad) == pytest.approx(min(areas), abs=1e-4)  # angles are rounded


@given(some_points, st.randoms(use_true_random=False))
def test_hulls_do_not_depend_on_order_or_copies(points: list[tuple[int, int]], random: object) -> None:
    again = [*points, *points]
    random.shuffle(again)  # type: ignore[attr-defined]
    assert np.array_equal(convex_hull(np.array(again, dtype=float)), convex_hull(np.array(points, dtype=float)))


@given(st.lists(st.tuples(whole, whole), min_size=4, max_size=4))
def test_sizes_and_angles_are_those_of_the_vectors(points: list[tuple[int, int]]) -> None:
    quad = np.array(points, dtype=float)
    sides = [np.linalg.norm(quad[a] - quad[b]) for a, b in ((0, 1), (3, 2), (0, 3), (1, 2))]
    assert quad_size(quad) == ((sides[0] + sides[1]) / 2, (sides[2] + sides[3]) / 2)
    assert quad_size(tuple(points)) == quad_size(quad)
    x, y = quad[1] - quad[0] + quad[2] - quad[3]
    assert np.cos(np.radians(quad_angle(quad))) * np.hypot(x, y) == pytest.approx(x, abs=1e-9)
    assert -180 < quad_angle(quad) <= 180
