"""Text region refinement: what cells said, replayed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.localization.stitching import Stitching, merge, overlap_and_distance, stitch, suppress

TOUCH = Stitching(overlap="touch")


def box(x: float, y: float, w: float = 40, h: float = 12, *, sure: float = 0.9, angle: float = 0.0) -> list[float]:
    return [x, y, w, h, angle, sure]


def accepted(boxes: list[list[float]], cells: list[int], stitching: Stitching | None = None) -> list[int]:
    return stitch(np.array(boxes).reshape(-1, 6), np.array(cells, dtype=int), stitching).tolist()


@pytest.mark.parametrize("stitching", [Stitching(), TOUCH], ids=["iou", "touch"])
def test_one_text_seen_by_four_cells_is_one_box(stitching: Stitching) -> None:
    seen = [box(100, 50, sure=0.7), box(101, 50, sure=0.95), box(99, 51, sure=0.6), box(100, 49, sure=0.3)]
    assert len(accepted(seen, [10, 11, 30, 31], stitching)) == 1


def test_the_surest_of_boxes_that_agree_is_kept() -> None:
    seen = [box(100, 50, sure=0.85), box(101, 50, sure=0.95)]
    assert accepted(seen, [10, 11]) == [1]


def test_words_that_touch_survive_in_one_cell() -> None:
    words = [box(100, 50), box(139, 50)]  # they share one pixel column
    for stitching in (Stitching(), TOUCH):
        assert accepted(words, [7, 7], stitching) == [0, 1]


def test_words_that_touch_survive_when_seen_by_two_cells() -> None:
    seen = [box(100, 50, sure=0.9), box(139, 50, sure=0.9), box(100, 50, sure=0.8), box(139, 50, sure=0.8)]
    for stitching in (Stitching(), TOUCH):
        assert len(accepted(seen, [7, 7, 8, 8], stitching)) == 2


def test_touching_words_of_different_cells_are_one_text_as_published_and_two_by_iou() -> None:
    words = [box(100, 50), box(139, 50, sure=0.6)]
    assert accepted(words, [7, 8], TOUCH) == [0]
    assert accepted(words, [7, 8]) == [0, 1]


def test_an_accepted_box_removes_one_new_box_at_most() -> None:
    long = box(120, 50, w=80, sure=0.95)
    two_new = [box(110, 50, w=60, sure=0.75), box(130, 50, w=60, sure=0.75)]
    assert len(accepted([long, *two_new], [3, 4, 4])) == 2


def test_boxes_that_agree_are_merged_where_they_lie_on_average() -> None:
    seen = np.array([box(100, 50, w=40), box(102, 52, w=40), box(300, 50)])
    merged = merge(seen, np.array([0, 2]))
    assert merged[0, :4] == pytest.approx([101, 51, 40, 12])
    assert merged[1, :5] == pytest.approx(seen[2, :5])


def test_what_more_cells_agree_on_is_surer() -> None:
    seen = np.array([box(100, 50), box(100, 50), box(100, 50), box(300, 50), box(300, 50)])
    assert merge(seen, np.array([0, 3]))[:, 5] == pytest.approx([0.9, 0.6])


def test_as_published_nothing_is_merged() -> None:
    seen = np.array([box(100, 50), box(102, 50)])
    assert merge(seen, np.array([0]), Stitching(merge_iou=1.0)).tolist() == [seen[0].tolist()]


def test_nothing_in_nothing_out() -> None:
    assert accepted([], []) == []
    assert merge(np.zeros((0, 6)), np.zeros(0, dtype=np.intp)).shape == (0, 6)
    assert suppress(np.zeros((0, 6))).tolist() == []


def test_boxes_below_every_level_are_dropped() -> None:
    assert accepted([box(10, 10, sure=0.01)], [0]) == []


def test_words_far_apart_are_all_kept_by_stitching_and_by_suppression() -> None:
    words = [box(60.0 * i, 50, sure=0.5 + 0.05 * i) for i in range(8)]
    assert accepted(words, list(range(8))) == list(range(8))
    assert suppress(np.array(words)).tolist() == list(range(8))


def test_suppression_keeps_the_surest() -> None:
    assert suppress(np.array([box(100, 50, sure=0.4), box(102, 50, sure=0.9)])).tolist() == [1]


def test_parallel_slanted_lines_do_not_overlap() -> None:
    """Their upright boxes would share most of their area."""
    angle = np.radians(30)
    across = 14 * np.array([-np.sin(angle), np.cos(angle)])
    lines = [box(100, 100, w=120, angle=angle), box(100 + across[0], 100 + across[1], w=120, angle=angle)]
    shared, _ = overlap_and_distance(np.array(lines))
    assert shared[0, 1] == 0.0
    assert shared[0, 0] == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_cells_does_not_change_the_count_on_a_toy_grid(seed: int) -> None:
    """Words stand apart; each is seen by up to four cells, a little differently; cells are numbered in any order."""
    rng = np.random.default_rng(seed)
    words = [(80.0 * (i % 3), 40.0 * (i // 3)) for i in range(6)]
    boxes, cells = [], []
    for number, (x, y) in enumerate(words):
        for cell in range(int(rng.integers(1, 5))):
            boxes.append(box(x + rng.normal(0, 0.5), y + rng.normal(0, 0.5), sure=float(rng.uniform(0.1, 1))))
            cells.append(4 * number + cell)
    renamed = rng.permutation(24)[np.array(cells)]
    assert len(accepted(boxes, cells)) == len(accepted(boxes, renamed.tolist())) == 6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_overlap_is_symmetric_bounded_and_whole_with_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = np.column_stack([rng.uniform(0, 100, (9, 2)), rng.uniform(4, 60, (9, 2)), rng.uniform(-0.7, 0.7, 9)])
    shared, distance = overlap_and_distance(boxes)
    assert np.allclose(shared, shared.T)
    assert np.allclose(distance, distance.T)
    assert np.allclose(np.diag(shared), 1.0)
    assert (shared >= 0).all()
    assert (shared <= 1 + 1e-9).all()
