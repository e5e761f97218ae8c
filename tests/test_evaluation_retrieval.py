"""Figures of retrieval: against brute force, and by hand."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.errors import DatasetError
from whichtext.evaluation.retrieval import (
    QueryOutcome,
    auroc,
    bootstrap_interval,
    calibration_error,
    hit_rate,
    mean_over_images,
    measure_retrieval,
    retrieval_to_dict,
    status_shares,
)

shares = st.floats(min_value=0, max_value=1)
some_shares = st.lists(st.one_of(shares, st.sampled_from([0.0, 0.1, 0.5, 1.0])), min_size=1, max_size=30)


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def outcome(image: str, hits: str, *, score: float = 0.5, relations: tuple[str, ...] = ()) -> QueryOutcome:
    """A query that fits one text; `hits` is a string like "010"."""
    return QueryOutcome(image, "found", "found", tuple(hit == "1" for hit in hits), score, relations)


@given(some_shares, some_shares)
def test_auroc_is_the_share_of_pairs_in_the_right_order(positive: list[float], negative: list[float]) -> None:
    wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in itertools.product(positive, negative)]
    assert auroc(positive, negative) == pytest.approx(np.mean(wins), abs=1e-12)


@given(some_shares, some_shares)
def test_auroc_of_the_opposite_question_is_the_rest(positive: list[float], negative: list[float]) -> None:
    assert auroc(positive, negative) + auroc(negative, positive) == pytest.approx(1)


@given(st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=40), st.integers(1, 15))
def test_calibration_error_is_the_weighted_gap_of_the_bins(queries: list[tuple[float, bool]], bins: int) -> None:
    total = 0.0
    for number in range(bins):
        chosen = [(p, right) for p, right in queries if min(int(p * bins), bins - 1) == number]
        if chosen:
            gap = np.mean([p for p, _ in chosen]) - np.mean([right for _, right in chosen])
            total += abs(gap) * len(chosen) / len(queries)
    probabilities, right = zip(*queries, strict=True)
    assert calibration_error(probabilities, right, bins=bins) == pytest.approx(total, abs=1e-12)


def test_calibration_error_by_hand() -> None:
    assert calibration_error([1.0, 1.0], [True, True]) == 0
    assert calibration_error([0.9, 0.9], [True, False]) == pytest.approx(0.4)
    assert calibration_error([0.2, 1.0], [False, False]) == pytest.approx((0.2 + 1.0) / 2)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=20))
@pytest.mark.parametrize("over", ["queries", "images"])
def test_interval_is_that_of_drawing_whole_photos(over: str, queries: list[tuple[str, bool]]) -> None:
    images, values = zip(*queries, strict=True)
    names = sorted(set(images))
    of_image = {name: [value for image, value in queries if image == name] for name in names}
    source, means = rng(), []
    for places in source.integers(0, len(names), size=(50, len(names))):
        drawn = [of_image[names[place]] for place in places]
        if over == "queries":
            means.append(np.mean([value for one in drawn for value in one]))
        else:
            means.append(np.mean([np.mean(one) for one in drawn]))
    wanted = np.percentile(means, (2.5, 97.5))
    assert bootstrap_interval(values, images, rng=rng(), rounds=50, over=over) == pytest.approx(tuple(wanted))


def test_interval_holds_the_mean_and_shrinks_with_the_level() -> None:
    images, values = [str(number // 3) for number in range(90)], [number % 2 for number in range(90)]
    low, high = bootstrap_interval(values, images, rng=rng())
    narrow_low, narrow_high = bootstrap_interval(values, images, rng=rng(), level=0.5)
    assert low < narrow_low < 0.5 < narrow_high < high


def test_interval_of_one_photo_is_its_mean() -> None:
    assert bootstrap_interval([0, 1, 1, 1], ["a"] * 4, rng=rng()) == (0.75, 0.75)


def test_mean_over_images_weighs_photos_alike() -> None:
    assert mean_over_images([1, 1, 1, 0], ["a", "a", "a", "b"]) == 0.5


def test_hit_rates_over_queries_and_over_images() -> None:
    outcomes = [outcome("a", "10000"), outcome("a", "00001"), outcome("a", "000001"), outcome("b", "")]
    first, five = (hit_rate(outcomes, first=first, rng=rng()) for first in (1, 5))
    assert (first.queries, first.over_queries, first.over_images) == (4, 0.25, pytest.approx(1 / 6))
    assert (five.over_queries, five.over_images) == (0.5, pytest.approx(1 / 3))
    assert five.over_queries_interval[0] <= 0.5 <= five.over_queries_interval[1]


def test_all_figures_by_hand() -> None:
    outcomes = [
        outcome("a", "1", score=0.9, relations=("look",)),
        outcome("a", "01", score=0.6, relations=("look", "place")),
        QueryOutcome("b", "found", "ambiguous", (True,), 0.5, ("place",)),
        QueryOutcome("b", "none", "none", (), 0.1),
        QueryOutcome("b", "none", "found", (False,), 0.7),
        QueryOutcome("a", "ambiguous", "ambiguous", (False, False), 0.4),
    ]
    figures = measure_retrieval(outcomes, rng=rng())
    assert figures.top_1 is not None
    assert figures.top_5 is not None
    assert figures.top_1.over_queries == pytest.approx(2 / 3)
    assert figures.top_1.over_images == 0.75
    assert figures.top_5.over_queries == 1
    assert {name: (rate.queries, rate.over_queries) for name, rate in figures.top_1_by_relation.items()} == {
        "look": (2, 0.5),
        "place": (2, 0.5),
    }
    assert figures.top_1_where_found == 0.5
    assert figures.abstention_auroc == pytest.approx(4 / 6)
    assert figures.status_accuracy == {"found": pytest.approx(2 / 3), "ambiguous": 1, "none": 0.5}
    assert figures.status_shares["none"] == {"found": 0.5, "ambiguous": 0, "none": 0.5}
    # Bins of 0.9, 0.6 and 0.5: gaps 0.1, 0.6 and 0.5.
    assert figures.calibration_error == pytest.approx((0.1 + 0.6 + 0.5) / 3)


def test_what_cannot_be_measured_is_null() -> None:
    document = retrieval_to_dict(measure_retrieval([], rng=rng()))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["top_1"] is document["abstention_auroc"] is document["calibration_error"] is None
    assert document["status_accuracy"] == {}


def test_the_same_draws_give_the_same_figures() -> None:
    outcomes = [outcome(str(number % 5), "1" if number % 3 else "0") for number in range(30)]
    assert measure_retrieval(outcomes, rng=rng()) == measure_retrieval(outcomes, rng=rng())
    shuffled = outcomes[::-1]
    assert measure_retrieval(outcomes, rng=rng()).top_1 == measure_retrieval(shuffled, rng=rng()).top_1


def test_status_shares_sum_to_one() -> None:
    assert status_shares(["found", "none", "none", "ambiguous"]) == {"found": 0.25, "ambiguous": 0.25, "none": 0.5}
    assert status_shares([]) == {"found": 0, "ambiguous": 0, "none": 0}


@pytest.mark.parametrize(
    "call",
    [
        lambda: auroc([], [0.5]),
        lambda: auroc([float("nan")], [0.5]),
        lambda: calibration_error([1.5], [True]),
        lambda: calibration_error([0.5, 0.5], [True]),
        lambda: bootstrap_interval([1.0], ["a", "b"], rng=rng()),
        lambda: mean_over_images([], []),
    ],
)
def test_lists_that_do_not_fit_are_refused(call) -> None:
    with pytest.raises(DatasetError):
        call()
