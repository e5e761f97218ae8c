"""The regressor that moves found boxes onto their words."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from whichtext.localization.box_refinement import (
    FARTHEST,
    FEATURES,
    MOVES,
    BoxRefinement,
    as_boxes,
    as_moves,
    box_features,
    gradient_cells,
    moved,
)

QUAD = np.array([[[20.0, 10], [80, 10], [80, 30], [20, 30]]])


def constant(*moves: float) -> BoxRefinement:
    """A network that always says the same."""
    return BoxRefinement(
        mean=np.zeros(FEATURES, dtype=np.float32),
        scale=np.ones(FEATURES, dtype=np.float32),
        hidden=np.zeros((FEATURES, 2), dtype=np.float32),
        hidden_bias=np.zeros(2, dtype=np.float32),
        output=np.zeros((2, MOVES), dtype=np.float32),
        output_bias=np.array(moves, dtype=np.float32),
    )


def some_boxes(rng: np.random.Generator, count: int) -> np.ndarray:
    sizes, angles = rng.uniform([20, 8], [120, 30], (count, 2)), rng.uniform(-0.7, 0.7, (count, 1))
    return np.concatenate([rng.uniform(100, 400, (count, 2)), sizes, angles], axis=1)


def test_no_regions_give_no_regions() -> None:
    image = np.zeros((20, 20, 3), dtype=np.uint8)
    assert constant(0, 0, 0, 0, 0).refine(image, np.zeros((0, 4, 2))).shape == (0, 4, 2)


def test_no_move_leaves_a_rectangle_where_it_is() -> None:
    image = np.zeros((50, 100, 3), dtype=np.uint8)
    assert constant(0, 0, 0, 0, 0).refine(image, QUAD) == pytest.approx(QUAD)


def test_moves_are_parts_of_the_box() -> None:
    image = np.zeros((50, 120, 3), dtype=np.uint8)
    shifted = constant(0.1, 0.25, 0, 0, 0).refine(image, QUAD)
    assert shifted == pytest.approx(QUAD + np.array([6.0, 5.0]), abs=1e-5)
    grown = constant(0, 0, np.log(1.5), np.log(0.5), 0).refine(image, QUAD)
    assert grown[0] == pytest.approx(np.array([[5.0, 15], [95, 15], [95, 25], [5, 25]]), abs=1e-4)


def test_boxes_stay_inside_the_photo_and_moves_have_a_limit() -> None:
    image = np.zeros((40, 90, 3), dtype=np.uint8)
    refined = constant(9, 9, 9, 9, 9).refine(image, QUAD)
    assert (refined >= 0).all()
    assert (refined <= [90, 40]).all()
    assert constant(9, -9, 9, -9, 9).moves(np.zeros((1, FEATURES)))[0] == pytest.approx(FARTHEST * [1, -1, 1, -1, 1])


def test_the_move_from_one_box_to_another_leads_there() -> None:
    rng = np.random.default_rng(0)
    boxes, wanted = some_boxes(rng, 50), some_boxes(rng, 50)
    reached = as_boxes(moved(boxes, as_moves(boxes, wanted)))
    assert reached == pytest.approx(wanted, abs=1e-6)
    assert as_boxes(moved(boxes, np.zeros((50, MOVES)))) == pytest.approx(boxes)


def test_boxes_read_alike_alone_and_among_others() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 255, (500, 500, 3), dtype=np.uint8)
    quads = moved(some_boxes(rng, 5), np.zeros((5, MOVES)))
    together = box_features(image, quads)
    assert together.shape == (5, FEATURES)
    for row, quad in enumerate(quads):
        assert np.array_equal(box_features(image, quad[None])[0], together[row])


def test_features_do_not_change_with_brightness_and_contrast() -> None:
    picture = np.random.default_rng(2).uniform(0, 100, (32, 128))
    assert gradient_cells(2 * picture + 30) == pytest.approx(gradient_cells(picture), abs=1e-4)
    flat = gradient_cells(np.full((32, 128), 77.0))
    assert np.abs(flat).max() == 0


def test_training_moves_boxes_onto_drawn_bars() -> None:
    pytest.importorskip("torch", reason="training needs PyTorch")
    from whichtext.localization.stitching import overlap_and_distance
    from whichtext.training.box_refinement import boxes_and_moves, fit

    rng = np.random.default_rng(3)
    words = np.array([[60.0, 30, 60, 16, 0.0], [180, 30, 40, 20, 0.0], [60, 90, 90, 20, 0.0], [190, 90, 50, 14, 0.0]])
    photo = Image.new("RGB", (260, 120), (200, 200, 200))
    for quad in moved(words, np.zeros((len(words), MOVES))):
        ImageDraw.Draw(photo).polygon([tuple(point) for point in quad.tolist()], fill=(20, 20, 20))
    image = np.asarray(photo)

    def shifted() -> np.ndarray:
        return moved(words, rng.normal(0, [0.1, 0.1, 0.1, 0.1, 0], (len(words), MOVES)))

    def shown() -> tuple[np.ndarray, np.ndarray]:
        features, moves = [], []
        for _ in range(60):
            quads = shifted()
            rows, wanted = boxes_and_moves(quads, words)
            features.append(box_features(image, quads[rows]))
            moves.append(wanted)
        return np.concatenate(features), np.concatenate(moves).astype(np.float32)

    refinement = BoxRefinement.from_tensors(fit(shown(), shown(), passes=8))
    found = np.concatenate([shifted() for _ in range(10)])
    before, after = (
        overlap_and_distance(np.concatenate([words, as_boxes(quads)]))[0][: len(words), len(words) :].max(axis=0)
        for quads in (found, refinement.refine(image, found))
    )
    assert after.mean() > before.mean() + 0.05


def test_boxes_that_lie_on_no_word_teach_nothing() -> None:
    pytest.importorskip("torch", reason="training needs PyTorch")
    from whichtext.training.box_refinement import boxes_and_moves

    words = np.array([[50.0, 20, 60, 20, 0]])
    rows, moves = boxes_and_moves(np.concatenate([QUAD, QUAD + 100]), words)
    assert rows.tolist() == [0]
    assert moves == pytest.approx(np.zeros((1, MOVES)))
    rows, moves = boxes_and_moves(QUAD, np.zeros((0, 5)))
    assert (len(rows), moves.shape) == (0, (0, MOVES))
