"""Retrieval: which text does a description mean? Hits at 1 and 5, abstention, calibration, with intervals over photos.

Source: the measures of the paper (P@1 on given texts, R@1 and R@5 on found texts), and what its reading leaves open:

- An answer is a hit where it is the text meant, or any of the texts meant; whether it is (IoU above one half, say) is
  decided before. With one text meant, P@1 and R@1 are the same number, the share of queries whose first answer is a
  hit: P@1 is its name where the texts are given, R@1 where the system found them itself.
- "Averaged over all images" can be read in two ways: `over_queries` weighs every query alike, `over_images` every
  photo. They differ where queries crowd in some photos, so both are told.
- Intervals draw whole photos with replacement: queries of one photo stand and fall together.
- A query may fit nothing ("none") or several texts ("ambiguous"). Accuracy of a status is the share of such queries
  that got it. Abstention is measured without a threshold, too: the probability that the best score of a query that
  fits something exceeds that of one that fits nothing (AUROC, ties count half).
- Calibration error is the expected one: over equal bins of [0, 1], the gap between mean score and share of hits.

Pure functions on plain values; nothing here knows how the answers came about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from whichtext.errors import DatasetError

__all__ = [
    "HitRate",
    "QueryOutcome",
    "RetrievalFigures",
    "Status",
    "auroc",
    "bootstrap_interval",
    "calibration_error",
    "hit_rate",
    "mean_over_images",
    "measure_retrieval",
    "retrieval_to_dict",
    "status_shares",
]

Status = Literal["found", "ambiguous", "none"]
STATUSES: tuple[Status, ...] = get_args(Status)

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """What came of one query."""

    image: str
    """Name of the photo."""
    wanted: Status
    """What is right: found where the query fits one text, ambiguous where it fits several, none where it fits none."""
    given: Status
    hits: tuple[bool, ...] = ()
    """Whether each answer, best first, is a text meant."""
    score: float = 0.0
    """Probability that the system gives its first answer; 0 where there is none."""
    relations: tuple[str, ...] = ()
    """Kinds of relation that the query uses: look, place, object, ..."""


@dataclass(frozen=True, slots=True)
class HitRate:
    """Share of queries with a hit among the first so many answers."""

    queries: int
    over_queries: float
    over_queries_interval: Interval
    over_images: float
    over_images_interval: Interval


@dataclass(frozen=True, slots=True)
class RetrievalFigures:
    """All figures of one system in one setting. What cannot be measured is None."""

    top_1: HitRate | None
    """P@1 on given texts, R@1 on found texts: over the queries that fit one text."""
    top_5: HitRate | None
    top_1_by_relation: Mapping[str, HitRate]
    """A query with several relations counts in each."""
    top_1_where_found: float | None
    """Share of hits among the answers that claim to have found the one text."""
    abstention_auroc: float | None
    calibration_error: float | None
    status_accuracy: Mapping[Status, float]
    """By what is right."""
    status_shares: Mapping[Status, Mapping[Status, float]]
    """By what is right: how often each status was given."""


def measure_retrieval(
    outcomes: Sequence[QueryOutcome],
    *,
    rng: np.random.Generator,
    rounds: int = 1000,
    level: float = 0.95,
    bins: int = 10,
) -> RetrievalFigures:
    """All figures; `rng` draws the photos of the intervals."""
    real = [outcome for outcome in outcomes if outcome.wanted == "found"]
    absent = [outcome for outcome in outcomes if outcome.wanted == "none"]
    claimed = [outcome for outcome in real if outcome.given == "found"]
    relations = sorted({relation for outcome in real for relation in outcome.relations})

    def rate(chosen: Sequence[QueryOutcome], first: int) -> HitRate | None:
        return hit_rate(chosen, first=first, rng=rng, rounds=rounds, level=level) if chosen else None

    by_relation = {
        relation: rate([outcome for outcome in real if relation in outcome.relations], 1) for relation in relations
    }
    by_status = {
        wanted: status_shares(outcome.given for outcome in outcomes if outcome.wanted == wanted)
        for wanted in STATUSES
        if any(outcome.wanted == wanted for outcome in outcomes)
    }
    scores = [outcome.score for outcome in real]
    return RetrievalFigures(
        top_1=rate(real, 1),
        top_5=rate(real, 5),
        top_1_by_relation={relation: value for relation, value in by_relation.items() if value is not None},
        top_1_where_found=float(np.mean([_is_hit(outcome, 1) for outcome in claimed])) if claimed else None,
        abstention_auroc=auroc(scores, [outcome.score for outcome in absent]) if real and absent else None,
        calibration_error=(
            calibration_error(scores, [_is_hit(outcome, 1) for outcome in real], bins=bins) if real else None
        ),
        status_accuracy={wanted: shares[wanted] for wanted, shares in by_status.items()},
        status_shares=by_status,
    )


def retrieval_to_dict(figures: RetrievalFigures) -> dict[str, Any]:
    """Plain JSON."""
    return {
        "schema_version": 1,
        "top_1": _rate_to_dict(figures.top_1),
        "top_5": _rate_to_dict(figures.top_5),
        "top_1_by_relation": {name: _rate_to_dict(rate) for name, rate in figures.top_1_by_relation.items()},
        "top_1_where_found": figures.top_1_where_found,
        "abstention_auroc": figures.abstention_auroc,
        "calibration_error": figures.calibration_error,
        "status_accuracy": dict(figures.status_accuracy),
        "status_shares": {wanted: dict(shares) for wanted, shares in figures.status_shares.items()},
    }


def hit_rate(
    outcomes: Sequence[QueryOutcome],
    *,
    first: int,
    rng: np.random.Generator,
    rounds: int = 1000,
    level: float = 0.95,
) -> HitRate:
    """Share of queries, at least one, with a hit among the `first` answers."""
    hits = np.array([_is_hit(outcome, first) for outcome in outcomes], dtype=np.float64)
    images = [outcome.image for outcome in outcomes]
    return HitRate(
        queries=len(outcomes),
        over_queries=float(hits.mean()),
        over_queries_interval=bootstrap_interval(hits, images, rng=rng, rounds=rounds, level=level),
        over_images=mean_over_images(hits, images),
        over_images_interval=bootstrap_interval(hits, images, rng=rng, rounds=rounds, level=level, over="images"),
    )


def mean_over_images(values: ArrayLike, images: Sequence[str]) -> float:
    """Mean over the photos of each photo's mean. `values`: (Q,), of each query; `images`: Q names."""
    totals, sizes = _by_image(values, images)
    return float((totals / sizes).mean())


def bootstrap_interval(
    values: ArrayLike,
    images: Sequence[str],
    *,
    rng: np.random.Generator,
    rounds: int = 1000,
    level: float = 0.95,
    over: Literal["queries", "images"] = "queries",
) -> Interval:
    """Interval of the mean over queries or over images, photos drawn with replacement.

    `values`: (Q,), of each query; `images`: Q names of photos. The ends are percentiles of the means of `rounds` draws.
    """
    totals, sizes = _by_image(values, images)
    if over == "images":
        totals, sizes = totals / sizes, np.ones_like(sizes)
    drawn = rng.integers(0, len(totals), size=(rounds, len(totals)))
    means = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, (50 * (1 - level), 50 * (1 + level)))
    return float(low), float(high)


def auroc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Probability that a positive value exceeds a negative one, ties counting half. (P,) and (N,), both not empty."""
    above, below = _vector(positive), _vector(negative)
    ranks = rankdata(np.concatenate((above, below)))
    wins = ranks[: len(above)].sum() - len(above) * (len(above) + 1) / 2
    return float(wins / (len(above) * len(below)))


def calibration_error(probabilities: ArrayLike, right: ArrayLike, *, bins: int = 10) -> float:
    """Expected calibration error over `bins` equal bins of [0, 1], of which the last includes 1.

    `probabilities`: (Q,) in [0, 1]; `right`: (Q,) bool or share.
    """
    scores, hits = _vector(probabilities), _vector(right)
    if len(scores) != len(hits):
        raise DatasetError(f"there are {len(scores)} probabilities and {len(hits)} outcomes: give one of each a query")
    if scores.min() < 0 or scores.max() > 1:
        raise DatasetError(f"probabilities lie in [0, 1], not in [{scores.min():g}, {scores.max():g}]")
    places = np.minimum((scores * bins).astype(np.intp), bins - 1)
    gaps = np.bincount(places, weights=scores - hits, minlength=bins)
    return float(np.abs(gaps).sum() / len(scores))


def status_shares(statuses: Iterable[Status]) -> dict[Status, float]:
    """Share of each status; zeros where there is none."""
    given = list(statuses)
    return {status: given.count(status) / max(1, len(given)) for status in STATUSES}


def _is_hit(outcome: QueryOutcome, first: int) -> bool:
    return any(outcome.hits[:first])


def _vector(values: ArrayLike) -> NDArray[np.float64]:
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1 or not len(vector) or not np.isfinite(vector).all():
        raise DatasetError(f"a list of numbers was expected, at least one and all finite, not shape {vector.shape}")
    return vector


def _by_image(values: ArrayLike, images: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum and number of the values of each photo."""
    vector = _vector(values)
    if len(vector) != len(images):
        raise DatasetError(f"there are {len(vector)} values and {len(images)} images: give one of each a query")
    _, places = np.unique(np.asarray(images), return_inverse=True)
    totals: NDArray[np.float64] = np.bincount(places, weights=vector).astype(np.float64)
    return totals, np.bincount(places).astype(np.float64)


def _rate_to_dict(rate: HitRate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return {
        "queries": rate.queries,
        "over_queries": rate.over_queries,
        "over_queries_interval": list(rate.over_queries_interval),
        "over_images": rate.over_images,
        "over_images_interval": list(rate.over_images_interval),
    }
