"""Carriers: how far a surface reaches, and which lines share one."""

import numpy as np
import pytest

from drawn_signs import TWO_SIGNS, Sign, draw_photo
from whichtext.context.carriers import join_lines
from whichtext.context.judgement import Judgement
from whichtext.context.look import as_quads, first_look, surfaces_of
from whichtext.geometry import box_iou


def test_surfaces_reach_as_far_as_the_signs() -> None:
    photo = draw_photo(TWO_SIGNS)
    look = first_look(photo.image, as_quads(photo.words), photo.lines)
    groups, surfaces = surfaces_of(look, Judgement.load().sharing(look.pairs))
    assert groups == [[0, 1, 2], [3, 4]]
    for surface, sign in zip(surfaces, TWO_SIGNS, strict=True):
        box = (float(sign.box[0]), float(sign.box[1]), float(sign.box[2]), float(sign.box[3]))
        assert box_iou(surface.box, box) > 0.9
        assert surface.fill > 0.85


def test_two_signs_of_one_colour_are_two_carriers() -> None:
    photo = draw_photo(
        (
            Sign((40, 60, 280, 180), "white", "black", (("NORTH",), ("GATE",))),
            Sign((600, 380, 860, 500), "white", "black", (("SOUTH",), ("GATE",))),
        )
    )
    look = first_look(photo.image, as_quads(photo.words), photo.lines)
    groups, _ = surfaces_of(look, Judgement.load().sharing(look.pairs))
    assert groups == [[0, 1], [2, 3]]


def test_pairs_are_symmetric_and_follow_the_order_of_lines() -> None:
    photo = draw_photo(TWO_SIGNS)
    quads = as_quads(photo.words)
    straight = first_look(photo.image, quads, photo.lines).pairs
    order = [3, 0, 4, 2, 1]
    turned = first_look(photo.image, quads, [photo.lines[i] for i in order]).pairs
    assert np.allclose(straight, straight.transpose(1, 0, 2), atol=1e-4)
    assert np.allclose(turned, straight[np.ix_(order, order)], atol=1e-4)


@pytest.mark.parametrize(
    ("probabilities", "groups"),
    [
        (np.zeros((0, 0)), []),
        (np.ones((1, 1)), [[0]]),
        (np.array([[1, 0.9, 0.1], [0.9, 1, 0.2], [0.1, 0.2, 1]]), [[0, 1], [2]]),
        (np.full((4, 4), 0.8), [[0, 1, 2, 3]]),
        (np.full((3, 3), 0.3), [[0], [1], [2]]),
    ],
)
def test_lines_join_while_their_mean_probability_is_over_half(
    probabilities: np.ndarray, groups: list[list[int]]
) -> None:
    assert join_lines(probabilities) == groups
