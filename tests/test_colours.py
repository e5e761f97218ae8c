"""Colours: conversion to L*a*b* and back, letters told from ground, names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn_signs import PAINTS, Sign, draw_photo
from whichtext.context.colours import (
    COLOUR_NAMES,
    InkAndGround,
    lab_to_rgb,
    name_by_reference,
    rgb_to_lab,
    sample_patches,
    separate_ink,
    stroke_widths,
)

CHANNEL = st.integers(0, 255)


@given(st.tuples(CHANNEL, CHANNEL, CHANNEL))
def test_lab_and_back_is_the_same_colour(rgb: tuple[int, int, int]) -> None:
    pixel = np.array(rgb, dtype=np.uint8)
    assert lab_to_rgb(rgb_to_lab(pixel)).tolist() == list(rgb)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_of_known_colours(rgb: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert rgb_to_lab(np.array(rgb, dtype=np.uint8)).tolist() == pytest.approx(lab, abs=0.05)


@pytest.mark.parametrize("name", sorted(PAINTS))
def test_reference_names_plain_paint(name: str) -> None:
    lab = rgb_to_lab(np.array([PAINTS[name]], dtype=np.uint8))
    assert COLOUR_NAMES[int(name_by_reference(lab)[0].argmax())] == name


def separated(ink: str, paint: str) -> InkAndGround:
    photo = draw_photo((Sign((80, 80, 700, 260), paint, ink, (("HELLO", "THERE"),)),))
    patches, inside, visible = sample_patches(photo.image, np.array(photo.words))
    return separate_ink(rgb_to_lab(patches), inside, visible)


@pytest.mark.parametrize(
    ("ink", "paint"), [("white", "blue"), ("black", "yellow"), ("red", "white"), ("yellow", "green")]
)
def test_letters_and_ground_get_their_own_paint(ink: str, paint: str) -> None:
    colours = separated(ink, paint)
    wanted_ink, wanted_ground = (rgb_to_lab(np.array(PAINTS[name], dtype=np.uint8)) for name in (ink, paint))
    assert np.linalg.norm(colours.ink - wanted_ink, axis=1).max() < 12
    assert np.linalg.norm(colours.ground - wanted_ground, axis=1).max() < 5


def test_words_are_separated_one_by_one_as_all_together() -> None:
    photo = draw_photo((Sign((80, 80, 700, 360), "red", "white", (("ONE", "TWO"), ("THREE",))),))
    quads = np.array(photo.words)
    patches, inside, visible = sample_patches(photo.image, quads)
    together = separate_ink(rgb_to_lab(patches), inside, visible)
    for i in range(len(quads)):
        patch, inside_one, visible_one = sample_patches(photo.image, quads[i : i + 1])
        alone = separate_ink(rgb_to_lab(patch), inside_one, visible_one)
        assert alone.ink[0].tolist() == pytest.approx(together.ink[i].tolist(), abs=1e-3)
        assert alone.ground[0].tolist() == pytest.approx(together.ground[i].tolist(), abs=1e-3)


def test_no_words_give_no_colours() -> None:
    patches, inside, visible = sample_patches(np.zeros((5, 5, 3), dtype=np.uint8), np.zeros((0, 4, 2)))
    assert separate_ink(rgb_to_lab(patches), inside, visible).ink.shape == (0, 3)


def test_quads_outside_the_photo_give_finite_colours() -> None:
    image = np.full((20, 30, 3), 90, dtype=np.uint8)
    quads = np.array(
        [[[-50, -50], [-10, -50], [-10, -40], [-50, -40]], [[25, 15], [45, 15], [45, 28], [25, 28]]], dtype=np.float64
    )
    patches, inside, visible = sample_patches(image, quads)
    colours = separate_ink(rgb_to_lab(patches), inside, visible)
    assert np.isfinite(colours.ink).all()
    assert np.isfinite(colours.ground).all()


def test_bolder_bars_have_wider_strokes() -> None:
    is_ink = np.zeros((2, 24, 48), dtype=bool)
    is_ink[0, :, 10:12] = True
    is_ink[1, :, 10:16] = True
    thin, bold = stroke_widths(is_ink, np.array([48.0, 48.0]), np.array([24.0, 24.0]))
    assert bold == pytest.approx(3 * thin)
