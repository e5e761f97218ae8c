"""The matching inside the Hungarian loss, against other ways to compute it."""

from itertools import permutations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")

from whichtext.networks.dtln import BoxCode, DTLNConfig  # noqa: E402
from whichtext.training.hungarian import (  # noqa: E402
    in_fixed_order,
    match_by_permutations,
    match_one_by_one,
    matching_cost,
)
from whichtext.training.losses import HungarianLoss, assign_to_cells  # noqa: E402


def cells_of(seed: int, cells: int = 40):
    rng = np.random.default_rng(seed)
    cost = matching_cost(torch.from_numpy(rng.random((cells, 5, 5)) < 0.5), torch.from_numpy(rng.random((cells, 5, 5))))
    return cost, torch.from_numpy(rng.integers(0, 6, cells))


def total(cost, matched, count) -> list[float]:
    return [
        sum(float(cost[cell, truth, matched[cell, truth]]) for truth in range(int(count[cell])))
        for cell in range(len(cost))
    ]


@pytest.mark.parametrize("seed", range(3))
def test_both_matchings_cost_what_the_best_of_all_permutations_costs(seed: int) -> None:
    cost, count = cells_of(seed)
    best = [
        min(
            sum(float(cost[cell, truth, order[truth]]) for truth in range(int(count[cell])))
            for order in permutations(range(5))
        )
        for cell in range(len(cost))
    ]
    assert total(cost, match_by_permutations(cost, count), count) == pytest.approx(best)
    assert total(cost, match_one_by_one(cost, count), count) == pytest.approx(best)


def test_no_step_gets_two_words() -> None:
    cost, count = cells_of(7)
    matched = match_by_permutations(cost, count)
    for cell in range(len(cost)):
        given = matched[cell, : count[cell]].tolist()
        assert len(set(given)) == len(given)


def test_a_step_that_covers_the_word_beats_an_earlier_one_that_does_not() -> None:
    is_missed = torch.tensor([[[True, False, True]]])
    cost = matching_cost(is_missed, torch.tensor([[[0.0, 0.5, 0.0]]]))
    assert match_by_permutations(cost, torch.tensor([1])).tolist() == [[1]]


def test_among_steps_that_cover_the_word_the_earliest_wins_whatever_the_distance() -> None:
    cost = matching_cost(torch.zeros(1, 1, 3, dtype=torch.bool), torch.tensor([[[5.0, 0.0, 0.0]]]))
    assert match_by_permutations(cost, torch.tensor([1])).tolist() == [[0]]


def test_fixed_order_is_reading_order() -> None:
    boxes = torch.tensor([[[90.0, 10, 30, 10, 0], [20.0, 11, 30, 10, 0], [50.0, 40, 30, 10, 0], [1, 1, 1, 1, 0]]])
    assert in_fixed_order(boxes, torch.tensor([3]))[0, :3].tolist() == [1, 0, 2]


def test_perfect_boxes_cost_nothing_but_confidence() -> None:
    code = BoxCode(DTLNConfig())
    centres = torch.tensor([[40.0, 40.0]])
    boxes = torch.tensor([[[45.0, 38.0, 50.0, 12.0, 0.1], [44.0, 52.0, 30.0, 10.0, 0.0]]])
    codes = code.encode(boxes, centres[:, None], (640, 480))
    said = torch.cat([codes, torch.full((1, 2, 1), 12.0)], dim=-1)
    parts = HungarianLoss(code)(said, boxes, torch.tensor([2]), centres, size=(640, 480), silence=torch.ones(1))
    assert parts.box == pytest.approx(0.0, abs=1e-5)
    assert float(parts.total) < 1e-3
    assert parts.matched == 2


def test_the_order_in_which_words_are_given_does_not_change_the_loss() -> None:
    torch.manual_seed(0)
    loss = HungarianLoss(BoxCode(DTLNConfig()))
    said, centres = torch.randn(1, 5, 7), torch.tensor([[40.0, 40.0]])
    boxes = torch.tensor([[[45.0, 38, 50, 12, 0.1], [44.0, 52, 30, 10, 0.0], [30.0, 30, 20, 10, 0.0]]])
    count = torch.tensor([3])
    one, two = (
        loss(said, given, count, centres, size=(640, 480), silence=torch.ones(1)) for given in (boxes, boxes.flip(1))
    )
    assert float(one.total) == pytest.approx(float(two.total), rel=1e-5)


def test_every_word_has_a_cell_and_unreadable_text_has_none() -> None:
    centres = torch.tensor([[8.0 + 16 * x, 8.0 + 16 * y] for y in range(4) for x in range(6)])
    words = torch.tensor([[50.0, 30.0, 40.0, 10.0, 0.0], [3.0, 3.0, 2.0, 2.0, 0.0]])
    unreadable = torch.tensor([[80.0, 56.0, 10.0, 10.0, 0.0]])
    targets = assign_to_cells(words, unreadable, centres, stride=16, steps=5)
    found = {
        tuple(box[:2].tolist())
        for cell in range(len(centres))
        for box in targets.boxes[cell, : int(targets.count[cell])]
    }
    assert found == {(50.0, 30.0), (3.0, 3.0)}
    assert targets.count.sum() <= 8
    assert targets.is_ignored.any()
    assert not targets.is_ignored[0]
    assert targets.dropped == 0


def test_a_photo_without_text_asks_for_silence() -> None:
    none = torch.zeros(0, 5)
    targets = assign_to_cells(none, none, torch.zeros(6, 2), stride=16, steps=5)
    assert int(targets.count.sum()) == 0
    assert not targets.is_ignored.any()


def test_a_cell_keeps_the_nearest_words() -> None:
    words = torch.tensor([[8.0, 8.0 + 0.5 * i, 10.0, 4.0, 0.0] for i in range(7)])
    targets = assign_to_cells(words, torch.zeros(0, 5), torch.tensor([[8.0, 8.0]]), stride=16, steps=5)
    assert targets.boxes[0, :, 1].tolist() == [8.0, 8.5, 9.0, 9.5, 10.0]
    assert targets.dropped == 2
