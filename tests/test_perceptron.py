"""The perceptrons that judge text lines: numpy against PyTorch, that they learn, that they are kept as they are."""

import numpy as np
import pytest
from safetensors.numpy import load, save

from whichtext.context.perceptron import Perceptrons

torch = pytest.importorskip("torch", reason="training needs PyTorch")

from whichtext.training.perceptron import FieldLabels, TrainingConfig, perceptron_tensors, train  # noqa: E402

RNG = np.random.default_rng(0)
NUMBERS = RNG.normal(3, 2, (200, 6)).astype(np.float32)
LABELS = {
    "side": FieldLabels(("left", "right"), (NUMBERS[:, 0] > 3).astype(np.int64), np.ones(200)),
    "size": FieldLabels(("s", "m", "l"), np.digitize(NUMBERS[:, 1], [2, 4]).astype(np.int64), np.ones(200)),
}
OURS, GIVEN = np.zeros(200, dtype=bool), np.ones(200, dtype=bool)
CONFIG = TrainingConfig(members=2, hidden=32, epochs=60, rate=1e-2, dropout=0.0, input_dropout=0.0)


@pytest.fixture(scope="module")
def trained() -> Perceptrons:
    return train(NUMBERS, LABELS, GIVEN, CONFIG)


def test_it_learns_what_it_is_shown(trained: Perceptrons) -> None:
    said = trained.probabilities(NUMBERS)
    for field, labels in LABELS.items():
        assert (said[field].argmax(axis=1) == labels.answers).mean() > 0.95
        assert said[field].sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_it_says_in_numpy_what_it_says_in_pytorch(trained: Perceptrons) -> None:
    seen = torch.from_numpy(np.clip((NUMBERS - trained.mean) / trained.scale, -6, 6))
    hidden = torch.relu(seen @ torch.from_numpy(trained.hidden) + torch.from_numpy(trained.hidden_bias)[:, None])
    for field, (weights, bias) in trained.outputs.items():
        expected = (hidden @ torch.from_numpy(weights) + torch.from_numpy(bias)[:, None]).softmax(dim=2).mean(dim=0)
        assert trained.probabilities(NUMBERS)[field] == pytest.approx(expected.numpy(), abs=1e-6)


def test_the_same_seed_gives_the_same_perceptrons(trained: Perceptrons) -> None:
    again = train(NUMBERS, LABELS, GIVEN, CONFIG)
    assert np.array_equal(again.hidden, trained.hidden)
    assert all(np.array_equal(again.outputs[f][0], trained.outputs[f][0]) for f in LABELS)


def test_unknown_answers_teach_nothing() -> None:
    blind = {"side": FieldLabels(("left", "right"), np.full(200, -1), np.ones(200)), "size": LABELS["size"]}
    before = train(NUMBERS, blind, OURS, TrainingConfig(members=1, hidden=8, epochs=1, weight_decay=0.0))
    after = train(NUMBERS, blind, OURS, TrainingConfig(members=1, hidden=8, epochs=3, weight_decay=0.0))
    assert np.array_equal(before.outputs["side"][0], after.outputs["side"][0])


def test_a_number_that_is_not_known_counts_as_the_mean() -> None:
    missing = NUMBERS.copy()
    missing[:50, 3] = np.nan
    filled = missing.copy()
    filled[:50, 3] = np.nanmean(missing[:, 3])
    one, other = (train(numbers, LABELS, OURS, CONFIG) for numbers in (missing, filled))
    assert one.mean == pytest.approx(other.mean, abs=1e-5)
    assert np.isfinite(one.hidden).all()
    assert one.scale[3] == pytest.approx(np.nanstd(missing[:, 3]) + 1e-3, abs=1e-5)

    # Known only of lines without labels, a number teaches nothing; filled in with anything but the mean, it does
    unlabelled = np.arange(200) >= 150
    labels = {"side": FieldLabels(("left", "right"), np.where(unlabelled, -1, LABELS["side"].answers), np.ones(200))}
    hardly = NUMBERS.copy()
    hardly[:150, 3] = np.nan

    def learned(numbers: np.ndarray, epochs: int) -> np.ndarray:
        return train(numbers, labels, OURS, TrainingConfig(members=1, hidden=8, epochs=epochs, weight_decay=0)).hidden

    assert np.array_equal(learned(hardly, 1)[:, 3], learned(hardly, 3)[:, 3])
    assert not np.array_equal(learned(hardly, 1)[:, 2], learned(hardly, 3)[:, 2])
    zeros = np.nan_to_num(hardly, nan=0.0)
    assert not np.array_equal(learned(zeros, 1)[:, 3], learned(zeros, 3)[:, 3])


def test_two_in_one_file_are_kept_apart(trained: Perceptrons) -> None:
    narrow = train(NUMBERS, {"size": LABELS["size"]}, GIVEN, TrainingConfig(members=1, hidden=8, epochs=2))
    kept = load(save(perceptron_tensors(trained, "a.wide") | perceptron_tensors(narrow, "a.narrow")))
    for prefix, made in (("a.wide", trained), ("a.narrow", narrow)):
        read = Perceptrons.from_tensors(kept, prefix)
        assert read.classes == made.classes
        assert read.probabilities(NUMBERS)["size"] == pytest.approx(made.probabilities(NUMBERS)["size"], abs=5e-3)


def test_what_is_kept_says_the_same_up_to_half_precision(trained: Perceptrons) -> None:
    kept = Perceptrons.from_tensors(load(save(perceptron_tensors(trained))))
    assert kept.classes == trained.classes
    for field, probabilities in trained.probabilities(NUMBERS).items():
        assert kept.probabilities(NUMBERS)[field] == pytest.approx(probabilities, abs=5e-3)


def test_one_line_is_judged_as_among_others(trained: Perceptrons) -> None:
    together = trained.probabilities(NUMBERS[:5])["size"]
    alone = np.concatenate([trained.probabilities(NUMBERS[i : i + 1])["size"] for i in range(5)])
    assert alone == pytest.approx(together, abs=1e-6)


def test_two_hands_that_name_the_same_thing_differently_are_told_apart() -> None:
    is_left = NUMBERS[:, 0] > 3
    given = RNG.random(200) < 0.5
    named = np.where(given, is_left, ~is_left).astype(np.int64)
    labels = {"side": FieldLabels(("left", "right"), named, np.ones(200))}
    judged = train(NUMBERS, labels, given, CONFIG).probabilities(NUMBERS)["side"].argmax(axis=1)
    assert (judged == is_left).mean() > 0.95
