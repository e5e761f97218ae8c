"""Words to lines, lines to blocks, reading order."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.localization.layout import group_blocks, group_lines, reading_order, upright_quad

FUNCTIONS = (group_lines, group_blocks, lambda polygons: [[i] for i in reading_order(polygons)])


def box(x, y, width=60.0, height=20.0):
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def turned(polygon, degrees, centre=(300.0, 200.0)):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple(
        (
            centre[0] + c * (x - centre[0]) - s * (y - centre[1]),
            centre[1] + s * (x - centre[0]) + c * (y - centre[1]),
        )
        for x, y in polygon
    )


SIGN = [box(100, 100), box(170, 102), box(240, 98), box(100, 130, 80), box(190, 131)]
"""Two lines: words 0 1 2 and words 3 4."""


def test_nothing_gives_nothing():
    assert group_lines([]) == []
    assert group_blocks([]) == []
    assert reading_order([]) == []


def test_a_single_word_is_a_line_and_a_block():
    assert group_lines([box(5, 5)]) == [[0]]
    assert group_blocks([box(5, 5)]) == [[0]]


def test_words_side_by_side_are_a_line():
    assert group_lines(SIGN) == [[0, 1, 2], [3, 4]]


@pytest.mark.parametrize("degrees", [-40, -15, 15, 40])
def test_a_turned_photo_has_the_same_lines(degrees):
    assert group_lines([turned(polygon, degrees) for polygon in SIGN]) == [[0, 1, 2], [3, 4]]


def test_an_upside_down_photo_has_the_same_lines_where_directions_are_known():
    assert group_lines([turned(polygon, 180) for polygon in SIGN], is_directed=True) == [[0, 1, 2], [3, 4]]


def test_words_far_apart_or_of_other_size_are_lines_of_their_own():
    assert group_lines([box(0, 0), box(200, 0)]) == [[0], [1]]
    assert group_lines([box(0, 0), box(70, -30, 200, 80)]) != [[0, 1]]


def test_lines_close_below_each_other_are_a_block_and_distant_ones_are_not():
    assert group_blocks([box(0, 0, 200), box(0, 26, 180), box(0, 300, 200)]) == [[0, 1], [2]]


def test_lines_on_different_carriers_are_never_a_block():
    lines = [box(0, 0, 200), box(0, 26, 180)]
    assert group_blocks(lines, carriers=[0, 0]) == [[0, 1]]
    assert group_blocks(lines, carriers=[0, 1]) == [[0], [1]]


def test_reading_runs_in_rows_from_top_to_bottom():
    order = reading_order([box(200, 50), box(0, 52), box(0, 0)])
    assert order == [2, 1, 0]


def test_identical_and_degenerate_quads_are_kept():
    point = ((5.0, 5.0),) * 4
    polygons = [box(0, 0), box(0, 0), point]
    assert sorted(i for line in group_lines(polygons) for i in line) == [0, 1, 2]
    assert sorted(i for block in group_blocks(polygons) for i in block) == [0, 1, 2]
    assert sorted(reading_order(polygons)) == [0, 1, 2]


def test_polygons_with_other_than_four_corners_are_taken():
    hexagon = ((0.0, 5.0), (10.0, 0.0), (60.0, 0.0), (65.0, 10.0), (55.0, 20.0), (5.0, 20.0))
    assert group_lines([hexagon, box(75, 0)]) == [[0, 1]]


@pytest.mark.parametrize("start", [0, 1, 2, 3])
def test_an_upright_quad_starts_top_left_wherever_it_was_given_from(start):
    polygon = box(10, 10, 100, 20)
    given_from = polygon[start:] + polygon[:start]
    if start == 0:
        assert upright_quad(given_from) == polygon
    assert upright_quad(given_from)[0] == polygon[0]


words = st.builds(
    lambda x, y, width, height, degrees: turned(box(x, y, width, height), degrees),
    st.integers(0, 600),
    st.integers(0, 400),
    st.integers(1, 150),
    st.integers(1, 40),
    st.sampled_from([0, 0, 0, 7, -12, 90]),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(words, max_size=12, unique=True), st.randoms(use_true_random=False), st.sampled_from(range(3)))
def test_the_order_given_does_not_matter(polygons, random, which):
    shuffled = list(polygons)
    random.shuffle(shuffled)
    function = FUNCTIONS[which]
    groups = [[polygons[i] for i in group] for group in function(polygons)]
    assert groups == [[shuffled[i] for i in group] for group in function(shuffled)]
    assert sorted(polygon for group in groups for polygon in group) == sorted(polygons)
