"""Soft spatial relations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whichtext.retrieval.rules.relations import SPATIAL, coverage, spatial

ANCHOR = np.array([[0.4, 0.4, 0.6, 0.5]])


def place(x: float, y: float) -> np.ndarray:
    return np.array([[x, y, x + 0.2, y + 0.1]])


@pytest.mark.parametrize(
    ("name", "holds", "fails"),
    [
        ("above", place(0.4, 0.28), place(0.4, 0.52)),
        ("below", place(0.4, 0.52), place(0.4, 0.28)),
        ("left of", place(0.18, 0.4), place(0.62, 0.4)),
        ("right of", place(0.62, 0.4), place(0.18, 0.4)),
        ("beside", place(0.62, 0.4), place(0.0, 0.9)),
        ("on", np.array([[0.45, 0.42, 0.5, 0.48]]), place(0.7, 0.7)),
    ],
)
def test_relation_holds_where_it_should_and_fails_where_it_should(name, holds, fails):
    assert spatial(name, holds, ANCHOR, aspect=1.5)[0, 0] > 0.5
    assert spatial(name, fails, ANCHOR, aspect=1.5)[0, 0] < 0.2


@pytest.mark.parametrize(("name", "opposite"), [("above", "below"), ("left of", "right of")])
def test_opposite_relations_are_each_other_with_the_roles_swapped(name, opposite):
    rng = np.random.default_rng(0)
    low = rng.random((20, 2)) * 0.8
    boxes = np.hstack([low, low + 0.02 + rng.random((20, 2)) * 0.18])
    np.testing.assert_allclose(
        spatial(name, boxes, boxes, aspect=1.3), spatial(opposite, boxes, boxes, aspect=1.3).T, atol=1e-12
    )


@pytest.mark.parametrize("name", sorted(SPATIAL))
def test_relation_of_no_boxes_is_empty(name):
    empty = np.zeros((0, 4))
    assert spatial(name, empty, ANCHOR, aspect=1.0).shape == (0, 1)
    assert spatial(name, ANCHOR, empty, aspect=1.0).shape == (1, 0)


def test_unknown_relation_holds_of_nothing():
    assert not spatial("inside out of", ANCHOR, ANCHOR, aspect=1.0).any()


def test_mirrored_photo_swaps_left_and_right():
    boxes = np.vstack([place(0.1, 0.4), place(0.7, 0.3)])
    mirrored = np.stack([1 - boxes[:, 2], boxes[:, 1], 1 - boxes[:, 0], boxes[:, 3]], axis=1)
    anchor = np.array([[1 - ANCHOR[0, 2], ANCHOR[0, 1], 1 - ANCHOR[0, 0], ANCHOR[0, 3]]])
    np.testing.assert_allclose(
        spatial("left of", boxes, ANCHOR, aspect=1.5), spatial("right of", mirrored, anchor, aspect=1.5), atol=1e-12
    )


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 4), min_size=1, max_size=6))
def test_coverage_lies_in_the_unit_interval(rows):
    raw = np.array(rows)
    boxes = np.hstack([np.minimum(raw[:, :2], raw[:, 2:]), np.maximum(raw[:, :2], raw[:, 2:])])
    share = coverage(boxes, boxes)
    assert (share >= 0).all()
    assert (share <= 1 + 1e-6).all()
