"""From predictions on unseen photos to the few numbers that turn scores into probabilities and statuses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from whichtext.retrieval.matcher.statuses import Calibration, probabilities, rivalry, several_evidence
from whichtext.training.matcher_examples import ABSENT, AMBIGUOUS, REAL, Example

__all__ = ["answer_figures", "fit_calibration"]

Floats = NDArray[np.floating[Any]]
Prediction = tuple[Floats, Floats]


def fit_calibration(
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    *,
    absent_share: float = 0.15,
    false_none: float = 0.08,
    false_several: float = 0.12,
) -> Calibration:
    """Fit on examples of photos that the network has not seen, of written queries and of the describer's expressions.

    The latter only help to tell ambiguous queries: by their wording alone nobody can.

    absent_share: share of queries that are taken to fit nothing; false_none, false_several: shares of real queries that
    may be answered none, and ambiguous.
    """
    everything = list(zip(examples, predictions, strict=True))
    rows = [row for row in everything if row[0].scene.variant == "plain"]
    real = [row for row in rows if row[0].kind == REAL]
    odds = np.array([_odds(p[1]) for _, p in rows])
    absent = np.array([not example.right.any() for example, _ in rows], dtype=float)
    weights = np.zeros(len(rows))
    kinds = np.array([example.kind for example, _ in rows])
    weights[kinds == REAL] = (1 - absent_share) / max(1, (kinds == REAL).sum())
    weights[kinds == ABSENT] = absent_share / max(1, (kinds == ABSENT).sum())
    scale, bias = _logistic(np.stack([odds, np.ones_like(odds)], axis=1), absent, weights, l2=1e-4)
    none = 1 / (1 + np.exp(-(scale * odds + bias)))
    temperature = _fit_temperature(real, Calibration(none_scale=float(scale), none_bias=float(bias)))
    draft = Calibration(
        temperature=temperature,
        none_scale=float(scale),
        none_bias=float(bias),
        none_threshold=float(np.quantile(none[kinds == REAL], 1 - false_none)),
    )
    evidence, groups = [], []
    for example, prediction in everything:
        if example.kind == ABSENT or (example.kind == AMBIGUOUS and example.groups < 2) or not example.right.any():
            continue
        values = _several(example, prediction, draft)
        if values is not None:
            evidence.append(values)
            groups.append((example.scene.variant, example.kind))
    labels = np.array([float(kind == AMBIGUOUS) for _, kind in groups])
    importance = np.array([1 / len(set(groups)) / groups.count(group) for group in groups])
    fitted = _logistic(np.array(evidence), labels, importance, l2=3e-3)
    sums = [
        -np.inf if values is None else float(np.dot(fitted, values))
        for values in (_several(example, prediction, draft) for example, prediction in real)
    ]
    return Calibration(
        temperature=round(temperature, 4),
        none_scale=round(draft.none_scale, 4),
        none_bias=round(draft.none_bias, 4),
        none_threshold=round(draft.none_threshold, 4),
        several_weights=tuple(round(float(w), 4) for w in fitted),
        several_threshold=round(float(np.quantile(sums, 1 - false_several)), 4),
    )


def answer_figures(
    examples: Sequence[Example], predictions: Sequence[Prediction], calibration: Calibration
) -> dict[str, float]:
    """What calibrated answers are worth: hits, abstention by the best score, calibration error, statuses."""
    best: dict[int, list[float]] = {REAL: [], AMBIGUOUS: [], ABSENT: []}
    said: dict[int, list[str]] = {REAL: [], AMBIGUOUS: [], ABSENT: []}
    hits: list[float] = []
    for example, prediction in zip(examples, predictions, strict=True):
        if example.scene.variant != "plain":
            continue
        likely, none = probabilities(prediction[0].astype(float), prediction[1].astype(float), calibration)
        values = _several(example, prediction, calibration)
        total = -np.inf if values is None else float(np.dot(calibration.several_weights, values))
        status = (
            "none"
            if none >= calibration.none_threshold
            else "ambiguous"
            if total >= calibration.several_threshold
            else "found"
        )
        best[example.kind].append(float(likely.max()))
        said[example.kind].append(status)
        if example.kind == REAL:
            hits.append(float(example.right[int(np.argmax(likely))]))
    scores, right = np.array(best[REAL]), np.array(hits)
    bins = np.minimum((scores * 10).astype(int), 9)
    error = np.abs(np.bincount(bins, weights=scores - right, minlength=10)).sum() / len(right)
    below = np.array(best[ABSENT])
    figures = {
        "top-1": right.mean(),
        "auroc": float(((scores[:, None] > below).mean() + (scores[:, None] >= below).mean()) / 2),
        "ece": float(error),
    }
    for kind, name in ((REAL, "real"), (AMBIGUOUS, "ambiguous"), (ABSENT, "absent")):
        for status in ("found", "ambiguous", "none"):
            figures[f"{name}: {status}"] = float(np.mean([s == status for s in said[kind]]))
    return {name: round(float(value), 4) for name, value in figures.items()}


def _odds(statuses: Floats) -> float:
    return float(statuses[0] - np.logaddexp(statuses[1], statuses[2]))


def _several(example: Example, prediction: Prediction, calibration: Calibration) -> tuple[float, ...] | None:
    likely, _ = probabilities(prediction[0].astype(float), prediction[1].astype(float), calibration)
    order = np.argsort(-likely, kind="stable").astype(np.int64)
    rival = rivalry(order, likely, example.asked_for.astype(float), example.scene.words_of_candidates)
    if rival is None or max(rival.share, rival.asked_for) < calibration.least_rival:
        return None
    return several_evidence(prediction[1].astype(float), rival)


def _fit_temperature(rows: Sequence[tuple[Example, Prediction]], calibration: Calibration) -> float:
    """Under which the score of the first answer says best whether it is right (least squared error)."""
    best, best_error = 1.0, np.inf
    for temperature in np.linspace(0.5, 3.0, 51):
        tried = replace(calibration, temperature=float(temperature))
        errors = []
        for example, (scores, statuses) in rows:
            likely, _ = probabilities(scores.astype(float), statuses.astype(float), tried)
            first = int(np.argmax(likely))
            errors.append((float(likely[first]) - float(example.right[first])) ** 2)
        if np.mean(errors) < best_error:
            best, best_error = float(temperature), float(np.mean(errors))
    return best


def _logistic(rows: Floats, labels: Floats, weights: Floats, *, l2: float) -> Floats:
    def loss(x: Floats) -> tuple[float, Floats]:
        total = rows @ x
        probability = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
        value = float((weights * (np.logaddexp(0, total) - labels * total)).sum() + l2 * (x**2).sum())
        return value, rows.T @ (weights * (probability - labels)) + 2 * l2 * x

    fitted: Floats = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x
    return fitted
