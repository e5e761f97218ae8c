"""From predictions on unseen photos to the few numbers that turn scores into probabilities and statuses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from whichtext.retrieval.matcher.statuses import (
    Calibration,
    Judged,
    absent_evidence,
    is_absent,
    is_near,
    probabilities,
    rivalry,
    several_evidence,
)
from whichtext.training.matcher_examples import ABSENT, AMBIGUOUS, REAL, Example, auroc

__all__ = ["answer_figures", "fit_calibration"]

Floats = NDArray[np.floating[Any]]


def fit_calibration(
    examples: Sequence[Example],
    predictions: Sequence[Judged],
    *,
    absent_share: float = 0.15,
    false_none: float = 0.1,
    false_several: float = 0.08,
    unseen_weight: float = 0.1,
    spoken_share: float = 0.3,
) -> Calibration:
    """Fit on examples of photos that the network has not seen, of written queries and of the describer's expressions.

    The latter only help to tell ambiguous queries: by their wording alone nobody can.

    absent_share: share of queries that are taken to fit nothing; false_none, false_several: shares of real queries that
    may be answered none, and ambiguous; unseen_weight: of real queries whose text no candidate covers, where the
    probability of none is fitted; spoken_share: as in `Calibration`.
    """
    everything = list(zip(examples, predictions, strict=True))
    rows = [row for row in everything if row[0].scene.variant == "plain"]
    real = [row for row in rows if row[0].kind == REAL]
    evidence_of_none = np.array([absent_evidence(prediction) for _, prediction in rows])
    unseen = np.array([not example.right.any() for example, _ in rows])
    weights = np.zeros(len(rows))
    kinds = np.array([example.kind for example, _ in rows])
    weights[kinds == REAL] = (1 - absent_share) / max(1, (kinds == REAL).sum())
    weights[kinds == ABSENT] = absent_share / max(1, (kinds == ABSENT).sum())
    absent = _logistic(evidence_of_none, (kinds == ABSENT).astype(float), weights, l2=1e-4)
    weights[unseen & (kinds == REAL)] *= unseen_weight
    scale, fit_scale, bias = _logistic(evidence_of_none, unseen.astype(float), weights, l2=1e-4)
    draft = Calibration(
        none_scale=round(float(scale), 4),
        none_bias=round(float(bias), 4),
        fit_scale=round(float(fit_scale), 4),
        spoken_share=spoken_share,
        absent_weights=tuple(round(float(weight), 4) for weight in absent),
        absent_threshold=round(float(np.quantile((evidence_of_none @ absent)[kinds == REAL], 1 - false_none)), 4),
    )
    draft = replace(draft, temperature=_fit_temperature(real, draft))
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
    fitted = _logistic(np.array(evidence), labels, importance, l2=3e-3, is_for_it=True)
    sums = [
        -np.inf if values is None else float(np.dot(fitted, values))
        for values in (_several(example, prediction, draft) for example, prediction in real)
    ]
    return replace(
        draft,
        temperature=round(draft.temperature, 4),
        several_weights=tuple(round(float(w), 4) for w in fitted),
        several_threshold=round(float(np.quantile(sums, 1 - false_several)), 4),
    )


def answer_figures(
    examples: Sequence[Example], predictions: Sequence[Judged], calibration: Calibration
) -> dict[str, float]:
    """What calibrated answers are worth: hits, abstention by the best score, calibration error, statuses."""
    best: dict[int, list[float]] = {REAL: [], AMBIGUOUS: [], ABSENT: []}
    said: dict[int, list[str]] = {REAL: [], AMBIGUOUS: [], ABSENT: []}
    hits: list[float] = []
    for example, prediction in zip(examples, predictions, strict=True):
        if example.scene.variant != "plain":
            continue
        likely, _ = probabilities(prediction, calibration)
        values = _several(example, prediction, calibration)
        total = -np.inf if values is None else float(np.dot(calibration.several_weights, values))
        status = (
            "none"
            if is_absent(prediction, calibration)
            else "ambiguous"
            if total >= calibration.several_threshold
            else "found"
        )
        best[example.kind].append(float(likely.max()))
        said[example.kind].append(status)
        if example.kind == REAL:
            hits.append(float(example.right[int(np.argmax(likely))]))
    scores, right = np.array(best[REAL]), np.array(hits)
    told = _absence(examples, predictions, calibration)
    bins = np.minimum((scores * 10).astype(int), 9)
    error = np.abs(np.bincount(bins, weights=scores - right, minlength=10)).sum() / len(right)
    figures = {
        "top-1": right.mean(),
        "auroc": auroc(scores, np.array(best[ABSENT])),
        **{f"auroc by {name}": auroc(values[ABSENT], values[REAL]) for name, values in told.items()},
        "ece": float(error),
    }
    for kind, name in ((REAL, "real"), (AMBIGUOUS, "ambiguous"), (ABSENT, "absent")):
        for status in ("found", "ambiguous", "none"):
            figures[f"{name}: {status}"] = float(np.mean([s == status for s in said[kind]]))
    return {name: round(float(value), 4) for name, value in figures.items()}


def _absence(
    examples: Sequence[Example], predictions: Sequence[Judged], calibration: Calibration
) -> dict[str, dict[int, Floats]]:
    """How much speaks for absence, by each number that tells it and by both, of real and of absent queries."""
    weights = np.array(calibration.absent_weights)
    told: dict[str, dict[int, Floats]] = {"matcher": {}, "scene fit": {}, "both": {}}
    for kind in (REAL, ABSENT):
        rows = [
            absent_evidence(prediction)
            for example, prediction in zip(examples, predictions, strict=True)
            if example.kind == kind and example.scene.variant == "plain"
        ]
        evidence = np.array(rows).reshape(-1, len(weights))
        told["matcher"][kind], told["scene fit"][kind] = evidence[:, 0], -evidence[:, 1]
        told["both"][kind] = evidence @ weights
    return told


def _several(example: Example, prediction: Judged, calibration: Calibration) -> tuple[float, ...] | None:
    likely, _ = probabilities(prediction, calibration)
    order = np.argsort(-likely, kind="stable").astype(np.int64)
    rival = rivalry(order, likely, example.asked_for.astype(float), example.scene.words_of_candidates)
    if rival is None or not is_near(rival, calibration):
        return None
    return several_evidence(prediction, rival)


def _fit_temperature(rows: Sequence[tuple[Example, Judged]], calibration: Calibration) -> float:
    """Under which the score of the first answer says best whether it is right (least squared error)."""
    best, best_error = 1.0, np.inf
    for temperature in np.linspace(0.2, 3.0, 57):
        tried = replace(calibration, temperature=float(temperature))
        errors = []
        for example, prediction in rows:
            likely, _ = probabilities(prediction, tried)
            first = int(np.argmax(likely))
            errors.append((float(likely[first]) - float(example.right[first])) ** 2)
        if np.mean(errors) < best_error:
            best, best_error = float(temperature), float(np.mean(errors))
    return best


def _logistic(rows: Floats, labels: Floats, weights: Floats, *, l2: float, is_for_it: bool = False) -> Floats:
    """Weights of numbers (N, K), the last of them a one; is_for_it: no number but the last may speak against."""

    def loss(x: Floats) -> tuple[float, Floats]:
        total = rows @ x
        probability = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
        value = float((weights * (np.logaddexp(0, total) - labels * total)).sum() + l2 * (x**2).sum())
        return value, rows.T @ (weights * (probability - labels)) + 2 * l2 * x

    bounds = [(0 if is_for_it else None, None)] * (rows.shape[1] - 1) + [(None, None)]
    fitted: Floats = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return fitted
