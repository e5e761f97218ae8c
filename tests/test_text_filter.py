"""The random forest that tells text from what only looks like it."""

import numpy as np
import pytest

from whichtext.localization.text_filter import FEATURES, TextFilter, gradient_histogram, region_features


def stump(column: int, threshold: float, *, least: float = 0.5) -> TextFilter:
    """One question: more than `threshold` in a column is text."""
    return TextFilter(
        feature=np.array([column, 0, 0]),
        threshold=np.array([threshold, 0, 0], dtype=np.float32),
        left=np.array([1, 1, 2]),
        right=np.array([2, 1, 2]),
        vote=np.array([0.5, 0.0, 1.0], dtype=np.float32),
        roots=np.array([0]),
        depth=1,
        least=least,
    )


def quads_of(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]] for x0, y0, x1, y1 in boxes], dtype=float)


def test_a_forest_of_one_question_answers_it() -> None:
    rows = np.zeros((3, FEATURES))
    rows[:, 7] = [0.1, 0.5, 0.9]
    assert stump(7, 0.5).probabilities(rows).tolist() == [0.0, 0.0, 1.0]


def test_no_regions_none_kept() -> None:
    image = np.zeros((20, 20, 3), dtype=np.uint8)
    assert stump(0, 0.5).keeps(image, np.zeros((0, 4, 2)), np.zeros(0)).tolist() == []


def test_the_last_column_is_the_score_of_the_localizer() -> None:
    image = np.random.default_rng(0).integers(0, 255, (60, 200, 3), dtype=np.uint8)
    quads, scores = quads_of((10, 10, 90, 30), (100, 20, 190, 50)), np.array([0.3, 0.8])
    assert region_features(image, quads, scores)[:, -1] == pytest.approx(scores)
    assert stump(FEATURES - 1, 0.5).keeps(image, quads, scores).tolist() == [False, True]


def test_histograms_have_unit_length_and_do_not_change_with_contrast() -> None:
    picture = np.random.default_rng(1).random((32, 96))
    histogram = gradient_histogram(picture)
    assert np.linalg.norm(histogram) == pytest.approx(1.0, abs=1e-5)
    assert gradient_histogram(40 * picture + 7) == pytest.approx(histogram, abs=1e-3)
    assert np.linalg.norm(gradient_histogram(np.full((32, 96), 9.0))) == 0.0


def test_upright_edges_fall_into_the_first_bin() -> None:
    picture = np.zeros((32, 96))
    picture[:, 50:] = 100.0
    histogram = gradient_histogram(picture).reshape(-1, 9)
    assert histogram[:, 0].sum() > 0
    assert histogram[:, 1:].sum() == 0


def test_the_forest_votes_as_the_library_that_trained_it() -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("torch", reason="training needs PyTorch")
    from sklearn.ensemble import RandomForestClassifier

    from whichtext.training.text_filter import DEPTH, TREES, fit

    rng = np.random.default_rng(0)
    rows = rng.random((300, FEATURES)).astype(np.float32)
    labels = rows[:, 3] + rows[:, 8] > 1.0
    tensors = fit(rows, labels, (rows, labels), recall=0.98)
    theirs = RandomForestClassifier(TREES, max_depth=DEPTH, min_samples_leaf=4, class_weight="balanced", random_state=0)
    ours = TextFilter.from_tensors(tensors)
    assert ours.probabilities(rows) == pytest.approx(theirs.fit(rows, labels).predict_proba(rows)[:, 1], abs=1e-5)
    assert (ours.probabilities(rows)[labels] >= ours.least).mean() == pytest.approx(0.98, abs=0.02)
