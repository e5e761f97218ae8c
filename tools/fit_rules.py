"""Fit the weights of the `rules` retriever and its calibration on training expressions.

    python tools/fit_rules.py --scenes cache/scenes-given.jsonl --scenes cache/scenes-read.jsonl \\
        --data TEXTREF --output src/whichtext/weights/rules.json

`--scenes` are files of `tools/cache_scenes.py`: what the reader saw in each training photo, one JSON object a line. The
predicates are fixed; only the weight of each predicate, and what turns scores into probabilities, is learned: a
conditional logit over the candidates of a photo (the targets are the candidates whose box has IoU > 0.5 with the union
of the target's words), with L2 regularisation. Photos are split into folds by id; the figures printed are always of
photos that the weights have not seen. Anchors are grounded with the weights of the round before.
"""

import argparse
import json
import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from register_weights import WEIGHTS, register
from whichtext.export.json import content_from_dict
from whichtext.geometry import box_iou, box_of, union_box
from whichtext.retrieval.rules.calibration import Calibration, evidence, none_probability, rival_shares
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.parser import parse
from whichtext.retrieval.rules.predicates import Grounding, tells_apart
from whichtext.types import SceneContent

logger = logging.getLogger("fit_rules")

NAME = "rules.json"

Floats = NDArray[np.float64]

LEAST = {"says best": 0.8, "says part": 0.6}
"""What a person quotes is meant. The annotations never quote their own text, so that they unteach it.

The figures are what the descriptions of the data set teach by themselves.
"""


@dataclass(frozen=True)
class Example:
    """One query on one scene."""

    image_id: str
    query: str
    scene: EncodedScene
    right: NDArray[np.bool_]
    """(N,) candidates that answer the query."""
    types: tuple[str, ...]


@dataclass
class Table:
    """Features of many examples, stacked: row ranges `starts[i]:starts[i + 1]` belong to example i."""

    names: list[str]
    rows: NDArray[np.float32]
    starts: NDArray[np.int64]
    right: NDArray[np.bool_]


def load_examples(scene_files: Iterable[Path], expression_file: Path) -> list[Example]:
    """Pair every expression with the scenes of its photo."""
    photos = {}
    for line in expression_file.read_text(encoding="utf-8").splitlines():
        photo = json.loads(line)
        photos[photo["image_id"]] = photo
    examples = []
    for path in scene_files:
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            photo = photos.get(record["image_id"])
            if photo is not None:
                examples.extend(pair(photo, content_from_dict(record["scene"])))
    return examples


def pair(photo: Mapping[str, Any], content: SceneContent) -> list[Example]:
    """Examples of one photo on one scene of it."""
    scene = encode(content)
    boxes = {text["id"]: box_of(text["polygon"]) for text in photo["texts"]}
    candidates = [content.texts[identity].box for identity in scene.ids]
    examples = []
    for expression in photo["expressions"]:
        target = union_box(boxes[identity] for identity in expression["targets"])
        right = np.array([box_iou(box, target) > 0.5 for box in candidates], dtype=bool)
        examples.append(Example(photo["image_id"], expression["raw"], scene, right, tuple(expression["types"])))
    return examples


def tabulate(examples: Sequence[Example], weights: Mapping[str, float]) -> Table:
    """Evaluate every predicate on every candidate of every example."""
    names: dict[str, int] = {}
    blocks: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
    starts = [0]
    for example in examples:
        columns = Grounding(example.scene, weights).features(parse(example.query).phrase)
        index = np.array([names.setdefault(name, len(names)) for name in columns], dtype=np.int64)
        values = np.array(list(columns.values()), dtype=np.float32).reshape(len(index), example.scene.count)
        blocks.append((index, values))
        starts.append(starts[-1] + example.scene.count)
    rows = np.zeros((starts[-1], len(names)), dtype=np.float32)
    for (index, values), start, end in zip(blocks, starts[:-1], starts[1:], strict=True):
        if len(index):
            rows[start:end, index] = values.T
    right = np.concatenate([example.right for example in examples]) if examples else np.zeros(0, dtype=bool)
    return Table(list(names), rows, np.array(starts, dtype=np.int64), right)


def fit(table: Table, chosen: NDArray[np.bool_], *, l2: float, steps: int = 120) -> dict[str, float]:
    """Weights of a conditional logit on the chosen examples (bool, one an example).

    Predicates are compared within their photo only.
    """
    counts = np.diff(table.starts)
    owner = np.repeat(np.arange(len(counts)), counts)
    answerable = np.bincount(owner, weights=table.right, minlength=len(counts)) > 0
    keep = (chosen & answerable)[owner]
    rows = torch.from_numpy(table.rows[keep])
    _, group_of_row = np.unique(owner[keep], return_inverse=True)
    group = torch.from_numpy(group_of_row)
    groups = int(group.max()) + 1
    means = torch.zeros(groups, rows.shape[1]).index_add_(0, group, rows) / torch.bincount(group)[:, None]
    centred = rows - means[group]
    scale = centred.pow(2).mean(0).sqrt()
    present = (centred.abs() > 1e-6).float().mean(0)
    scale = torch.where(
        scale > 1e-4, scale / present.clamp(min=1e-4).sqrt(), torch.ones_like(scale)
    )  # spread where it varies at all
    inputs = centred / scale
    right = torch.from_numpy(table.right[keep])
    weights = torch.zeros(rows.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=steps, history_size=20, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        scores = inputs @ weights
        top = torch.full((groups,), -1e9).scatter_reduce(0, group, scores.detach(), "amax")
        powers = torch.exp(scores - top[group])
        total = torch.zeros(groups).index_add_(0, group, powers)
        hit = torch.zeros(groups).index_add_(0, group, powers * right)
        loss = -(torch.log(hit + 1e-9) - torch.log(total)).mean() + l2 * weights.pow(2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    fitted = (weights.detach() / scale).numpy()
    found = {name: float(value) for name, value in zip(table.names, fitted, strict=True) if abs(value) > 1e-5}
    return found | {name: max(least, found.get(name, 0.0)) for name, least in LEAST.items() if name in table.names}


def top_one(table: Table, weights: Mapping[str, float], chosen: NDArray[np.bool_]) -> Floats:
    """1 for each chosen example whose best candidate is right, else 0."""
    vector = np.array([weights.get(name, 0.0) for name in table.names], dtype=np.float32)
    scores = table.rows @ vector
    hits = []
    for start, end, use in zip(table.starts[:-1], table.starts[1:], chosen, strict=True):
        if use:
            hits.append(float(end > start and table.right[start + int(np.argmax(scores[start:end]))]))
    return np.array(hits)


def folds_of(examples: Sequence[Example], count: int) -> NDArray[np.int64]:
    """Fold of each example, by a hash of its photo's id; of five, those of `unseen_judges.fold_of`."""
    return np.array([zlib.crc32(example.image_id.encode()) % count for example in examples], dtype=np.int64)


def scores_of(table: Table, weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Score of every candidate row."""
    vector = np.array([weights.get(name, 0.0) for name in table.names], dtype=np.float64)
    return table.rows.astype(np.float64) @ vector


def fit_temperature(table: Table, scores: Floats) -> float:
    """Temperature in [0.5, 3] under which the probability of the right candidates is likeliest."""
    best, best_loss = 1.0, np.inf
    for temperature in np.linspace(0.5, 3.0, 51):
        losses = []
        for start, end in zip(table.starts[:-1], table.starts[1:], strict=True):
            if not table.right[start:end].any():
                continue
            shifted = (scores[start:end] - scores[start:end].max()) / temperature
            powers = np.exp(shifted)
            losses.append(-np.log(powers[table.right[start:end]].sum() / powers.sum() + 1e-9))
        if np.mean(losses) < best_loss:
            best, best_loss = float(temperature), float(np.mean(losses))
    return round(best, 3)


def absent_pairs(examples: Sequence[Example], rng: np.random.Generator) -> list[Example]:
    """For every example its scene with the query of another photo: about nine in ten fit nothing there."""
    order = rng.permutation(len(examples))
    pairs = []
    for position, example in enumerate(examples):
        offset = 1
        while examples[order[(position + offset) % len(examples)]].image_id == example.image_id:
            offset += 1
        other = examples[order[(position + offset) % len(examples)]]
        pairs.append(
            Example(
                example.image_id, other.query, example.scene, np.zeros(example.scene.count, dtype=bool), ("absent",)
            )
        )
    return pairs


def collect_evidence(
    examples: Sequence[Example],
    weights_of: Mapping[int, Mapping[str, float]],
    folds: NDArray[np.int64],
    temperature: float,
) -> list[dict[str, float]]:
    """Evidence of every example under the weights of its fold (those that have not seen its photo)."""
    collected = []
    for example, fold in zip(examples, folds, strict=True):
        weights = weights_of[int(fold)]
        columns = Grounding(example.scene, weights).features(parse(example.query).phrase)
        scores = np.zeros(example.scene.count)
        for name, column in columns.items():
            scores += weights.get(name, 0.0) * column
        collected.append(evidence(columns, scores / temperature))
    return collected


def fit_none(
    real: Sequence[Mapping[str, float]], absent: Sequence[Mapping[str, float]], *, l2: float, absent_share: float
) -> tuple[float, dict[str, float]]:
    """Bias and weights of a logistic regression that tells absent queries from real ones.

    The absent ones get a stated share.
    """
    records = [*real, *absent]
    labels = torch.tensor([0.0] * len(real) + [1.0] * len(absent))
    names = sorted({name for record in records for name in record})
    rows = torch.tensor([[record.get(name, 0.0) for name in names] for record in records], dtype=torch.float32)
    mean, scale = rows.mean(0), rows.std(0).clamp(min=1e-3)
    inputs = (rows - mean) / scale
    importance = torch.where(labels > 0, absent_share / max(1, len(absent)), (1 - absent_share) / max(1, len(real)))
    weights = torch.zeros(len(names), requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        losses = torch.nn.functional.binary_cross_entropy_with_logits(inputs @ weights + bias, labels, reduction="none")
        loss = (losses * importance).sum() + l2 * weights.pow(2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    fitted = (weights.detach() / scale).numpy()
    shift = float(bias.detach() - (weights.detach() / scale * mean).sum())
    return shift, {name: float(value) for name, value in zip(names, fitted, strict=True) if abs(value) > 1e-5}


def auroc(positive: Floats, negative: Floats) -> float:
    """Probability that a positive value exceeds a negative one, ties counting half."""
    order = np.argsort(np.concatenate([positive, negative]), kind="stable")
    values = np.concatenate([positive, negative])[order]
    ranks = np.empty(len(values))
    _, first, counts = np.unique(values, return_index=True, return_counts=True)
    for start, count in zip(first, counts, strict=True):
        ranks[start : start + count] = start + (count + 1) / 2
    is_positive = (order < len(positive)).astype(bool)
    return float((ranks[is_positive].sum() - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative)))


def run(options: argparse.Namespace) -> None:
    """Fit, print held-out figures, write the weights."""
    rng = np.random.default_rng(options.seed)
    torch.set_num_threads(options.threads)
    examples = load_examples(options.scenes, options.data / "expressions-train.jsonl")
    folds = folds_of(examples, options.folds)
    logger.info("%d examples, answerable %.3f", len(examples), np.mean([example.right.any() for example in examples]))
    weights: dict[str, float] = {}
    everything = np.ones(len(examples), dtype=bool)
    for turn in range(options.rounds):
        table = tabulate(examples, weights)
        weights = fit(table, everything, l2=options.l2)
        logger.info(
            "round %d: %d predicates, fitted top-1 %.4f",
            turn,
            len(table.names),
            top_one(table, weights, everything).mean(),
        )
    table = tabulate(examples, weights)
    weights_of: dict[int, Mapping[str, float]] = {}
    held, held_asked_for = np.zeros(int(table.starts[-1])), np.zeros(int(table.starts[-1]))
    owner = np.repeat(folds, np.diff(table.starts))
    hits = np.zeros(len(examples))
    for fold in range(options.folds):
        weights_of[fold] = fit(table, folds != fold, l2=options.l2)
        held[owner == fold] = scores_of(table, weights_of[fold])[owner == fold]
        telling = {name: weight for name, weight in weights_of[fold].items() if tells_apart(name)}
        held_asked_for[owner == fold] = scores_of(table, telling)[owner == fold]
        hits[folds == fold] = top_one(table, weights_of[fold], folds == fold)
    weights = fit(table, everything, l2=options.l2)
    temperature = fit_temperature(table, held)
    logger.info("held-out top-1 %.4f, temperature %.2f", hits.mean(), temperature)
    absent = absent_pairs(examples, rng)
    real_evidence = collect_evidence(examples, weights_of, folds, temperature)
    absent_evidence = collect_evidence(absent, weights_of, folds, temperature)
    records = real_evidence + absent_evidence
    held_none = np.zeros(len(records))
    both = np.concatenate([folds, folds])
    for fold in range(options.folds):
        chosen_real = [record for record, f in zip(real_evidence, folds, strict=True) if f != fold]
        chosen_absent = [record for record, f in zip(absent_evidence, folds, strict=True) if f != fold]
        bias, none_weights = fit_none(chosen_real, chosen_absent, l2=options.none_l2, absent_share=options.absent_share)
        judge = Calibration(none_bias=bias, none_weights=none_weights)
        for position in np.flatnonzero(both == fold):
            held_none[position] = none_probability(judge, records[position])
    clear = np.array([np.exp(record.get("clear", 0.0)) for record in records])
    best_score = (1 - held_none) * clear
    count = len(examples)
    logger.info(
        "held-out AUROC of 1 - none %.4f, of the best score %.4f",
        auroc(1 - held_none[:count], 1 - held_none[count:]),
        auroc(best_score[:count], best_score[count:]),
    )
    bias, none_weights = fit_none(real_evidence, absent_evidence, l2=options.none_l2, absent_share=options.absent_share)
    none_threshold = float(np.quantile(held_none[:count], 1 - options.false_none))
    logger.info(
        "none threshold %.3f: said of %.3f of real and %.3f of absent queries",
        none_threshold,
        options.false_none,
        (held_none[count:] >= none_threshold).mean(),
    )
    rival_ratio = fit_rival_ratio(
        examples, table, held, held_asked_for / temperature, false_ambiguous=options.false_ambiguous
    )
    logger.info("rival ratio %.3f", rival_ratio)
    fitted = {
        "weights": {name: round(value, 5) for name, value in sorted(weights.items())},
        "calibration": {
            "temperature": temperature,
            "none_bias": round(bias, 5),
            "none_weights": {name: round(value, 5) for name, value in sorted(none_weights.items())},
            "none_threshold": round(none_threshold, 4),
            "rival_ratio": round(rival_ratio, 4),
        },
    }
    temporary = options.output.with_suffix(".tmp")
    temporary.write_text(json.dumps(fitted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(options.output)
    if options.output.resolve() == WEIGHTS / NAME:
        register(
            NAME,
            purpose="weights and calibration of the rules retriever",
            origin="fitted from zero",
            licence="Apache-2.0",
            command="python tools/fit_rules.py --scenes cache/scenes-given.jsonl --scenes cache/scenes-read.jsonl "
            "--data TEXTREF --output src/whichtext/weights/rules.json",
            data="TextRef real photos, train split, and annotations/textref-train.jsonl: 10,450 expressions of "
            "1,249 photos (a photo is never part of the package)",
        )


def fit_rival_ratio(
    examples: Sequence[Example], table: Table, scores: Floats, asked_for: Floats, *, false_ambiguous: float
) -> float:
    """How much the query must speak for a rival so that only a stated share of real queries has one."""
    shares = []
    for example, start, end in zip(examples, table.starts[:-1], table.starts[1:], strict=True):
        if end > start:
            order = np.lexsort((np.arange(end - start), -scores[start:end]))
            rivals = rival_shares(order, asked_for[start:end], example.scene.words)
            shares.append(max((share for _, share in rivals), default=0.0))
    return float(np.quantile(shares, 1 - false_ambiguous))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, action="append", required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TextRef JSON Lines")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument(
        "--rounds", type=int, default=2, help="fits on all photos, each grounding anchors with the weights before"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--l2", type=float, default=1e-3)
    parser.add_argument("--none-l2", type=float, default=1e-3)
    parser.add_argument(
        "--absent-share", type=float, default=0.3, help="share of queries that are taken to fit nothing"
    )
    parser.add_argument("--false-none", type=float, default=0.1, help="share of real queries that may be answered none")
    parser.add_argument(
        "--false-ambiguous", type=float, default=0.2, help="share of real queries that may be answered ambiguous"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
