"""Places: neighbours, ranks and position words of the texts of one level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whichtext.context.places import place_words, relate
from whichtext.types import Polygon


def box(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


GRID = (box(10, 10, 60, 30), box(80, 10, 130, 30), box(10, 60, 60, 80), box(80, 60, 130, 80))


def test_neighbours_of_a_grid() -> None:
    found = relate(GRID, size=(140, 90), heights=[20, 20, 20, 20], strokes=[2, 2, 2, 2])
    assert [(r.left_of, r.right_of, r.above, r.below) for r in found] == [
        (1, None, 2, None),
        (None, 0, 3, None),
        (3, None, None, 0),
        (None, 2, None, 1),
    ]


def test_ids_of_the_caller_are_used() -> None:
    found = relate(GRID, size=(140, 90), heights=[20] * 4, strokes=[2] * 4, ids=[70, 71, 72, 73])
    assert found[0].left_of == 71
    assert found[3].below == 71


def test_no_texts_have_no_relations() -> None:
    assert relate((), size=(10, 10), heights=(), strokes=()) == ()


def test_ranks_run_from_smallest_to_largest() -> None:
    found = relate(GRID, size=(140, 90), heights=[10, 40, 20, None], strokes=[1, 8, 1, None])
    assert [r.size_rank for r in found] == [0.0, 1.0, 0.5, None]
    assert [r.stroke_rank for r in found] == [0.5, 1.0, 0.0, None]


def test_equal_sizes_share_the_middle_rank() -> None:
    assert [r.size_rank for r in relate(GRID, size=(140, 90), heights=[20] * 4, strokes=[2] * 4)] == [0.5] * 4


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ((0, 0, 10, 10), ("top", "left", "corner")),
        ((90, 90, 100, 100), ("bottom", "right", "corner")),
        ((45, 45, 55, 55), ("middle",)),
        ((45, 0, 55, 10), ("top",)),
        ((0, 45, 10, 55), ("left",)),
    ],
)
def test_position_words(where: tuple[float, float, float, float], words: tuple[str, ...]) -> None:
    assert place_words(where, size=(100, 100)) == words


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(1, 60), st.integers(1, 30)),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_relations_follow_the_order_of_texts(rows: list[tuple[int, int, int, int]], random: object) -> None:
    polygons = [box(x, y, x + width, y + height) for x, y, width, height in rows]
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    heights = [float(row[3]) for row in rows]
    straight = relate(polygons, size=(260, 230), heights=heights, strokes=heights)
    turned = relate(
        [polygons[i] for i in order],
        size=(260, 230),
        heights=[heights[i] for i in order],
        strokes=[heights[i] for i in order],
        ids=order,
    )
    for position, original in enumerate(order):
        assert turned[position].size_rank == straight[original].size_rank
        assert turned[position].place == straight[original].place
        for side in ("left_of", "right_of", "above", "below"):
            assert (getattr(turned[position], side) is None) == (getattr(straight[original], side) is None)
