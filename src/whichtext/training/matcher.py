"""Training of the matcher (paper 3.3), with the loss over the whole list of candidates and "none of them".

    python -m whichtext.training.matcher cache/matcher/scenes --output runs/matcher/matcher.pt [--held-out FOLD]

Reads what `tools/cache_matcher.py` wrote. The tenth of the photos that is never trained on is measured; with
`--held-out` a fifth more is kept away and measured, too.
"""

import argparse
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from whichtext.networks.matcher import Matcher, MatcherConfig, with_rules
from whichtext.retrieval.matcher.statuses import Judged
from whichtext.training.matcher_calibration import answer_figures, fit_calibration
from whichtext.training.matcher_examples import (
    ABSENT,
    AMBIGUOUS,
    REAL,
    Batch,
    Example,
    MatcherData,
    auroc,
    batches,
    collate,
)
from whichtext.training.running import save_atomically
from whichtext.training.word_regions import is_held_out

__all__ = ["TrainingConfig", "load_trained", "losses", "measure", "predict", "train"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.floating[Any]]

UNSEEN_WEIGHT = 0.3
"""Of the status of a query whose text no candidate covers: nothing here is right, but the query is of this photo."""


@dataclass(frozen=True)
class TrainingConfig:
    """How it is trained."""

    epochs: int = 6
    batch: int = 48
    rate: float = 1.5e-3
    weight_decay: float = 0.03
    status_weight: float = 0.5
    absent_share: float = 0.33
    """Of the queries of an epoch."""
    real_share: float = 1.0
    """Part of the real queries seen in each epoch."""
    evidence_dropout: float = 0.1
    """How often what the rules say is hidden."""
    margin: float = 0.0
    averaging: float = 0.99
    """Decay of the running average of the weights, which is what is kept."""
    seed: int = 0


def losses(scores: Tensor, statuses: Tensor, batch: Batch, *, margin: float = 0.0) -> tuple[Tensor, Tensor]:
    """Of the choice, over queries that fit something here, and of the status; both means.

    scores: (B, N); statuses: (B, 3). A query with several right candidates is satisfied by any of them.
    """
    has = batch.right.any(dim=1)
    likely = scores.log_softmax(dim=1)
    right = torch.logsumexp(torch.where(batch.right, likely, torch.full_like(likely, -1e4)), dim=1)
    choice = -(right * has).sum() / has.sum().clamp(min=1)
    if margin:
        best_right = torch.where(batch.right, scores, -1e4).amax(dim=1)
        best_wrong = torch.where(batch.right, -1e4, scores).amax(dim=1)
        hinge = (margin - best_right + best_wrong).clamp(min=0)
        choice = choice + 0.1 * (hinge * has).sum() / has.sum().clamp(min=1)
    status = torch.nn.functional.cross_entropy(statuses, batch.status, reduction="none")
    weight = torch.where(~has & (batch.kind != ABSENT), UNSEEN_WEIGHT, 1.0)
    return choice, (status * weight).sum() / weight.sum()


def epoch_of(examples: Sequence[Example], config: TrainingConfig, rng: np.random.Generator) -> list[Example]:
    """Queries of one epoch: real ones, those that fit several texts, and a share of absent ones."""
    real = [e for e in examples if e.kind == REAL]
    several = [e for e in examples if e.kind == AMBIGUOUS]
    absent = [e for e in examples if e.kind == ABSENT]
    if config.real_share < 1:
        real = [real[i] for i in rng.permutation(len(real))[: int(config.real_share * len(real))]]
    count = min(len(absent), int(len(real) * config.absent_share / (1 - config.absent_share)))
    return [*real, *several, *(absent[i] for i in rng.permutation(len(absent))[:count])]


def train(
    data: MatcherData,
    chosen: Sequence[Example],
    model_config: MatcherConfig,
    config: TrainingConfig,
    *,
    held_out: Sequence[Example] = (),
    start_from: Matcher | None = None,
) -> Matcher:
    """Train on the chosen examples; log the figures of the held-out ones after every epoch."""
    rng = np.random.default_rng(config.seed)
    torch.manual_seed(config.seed)
    model = Matcher(model_config)
    if start_from is not None:
        model.load_state_dict(start_from.state_dict())
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": config.weight_decay}, {"params": free, "weight_decay": 0.0}],
        lr=config.rate,
        betas=(0.9, 0.98),
    )
    steps_an_epoch = len(epoch_of(chosen, config, np.random.default_rng(0))) // config.batch + 1
    total = steps_an_epoch * config.epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.rate, total_steps=total + 5, pct_start=0.15)
    averaging = torch.optim.swa_utils.get_ema_multi_avg_fn(config.averaging)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=averaging)
    start = time.monotonic()
    for epoch in range(config.epochs):
        model.train()
        sums = np.zeros(3)
        for group in batches(epoch_of(chosen, config, rng), config.batch, rng):
            batch = collate(group, data.states)
            if config.evidence_dropout:
                shown = torch.from_numpy(rng.random(len(group)) >= config.evidence_dropout).float()
                batch.inputs.evidence *= shown[:, None, None]
                batch.inputs.whole *= shown[:, None]
            scores, statuses = model(*batch.inputs.tensors())
            choice, status = losses(scores, statuses, batch, margin=config.margin)
            loss = choice + config.status_weight * status
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            average.update_parameters(model)
            sums += [choice.item(), status.item(), 1]
        logger.info(
            "epoch %d: choice %.4f, status %.4f, %.0f s",
            epoch, sums[0] / sums[2], sums[1] / sums[2], time.monotonic() - start,
        )  # fmt: skip
        if held_out and (epoch % 2 == 1 or epoch == config.epochs - 1):
            logger.info("   %s", json.dumps(measure(predict([average.module], data, held_out), held_out)))
    trained: Matcher = average.module
    trained.eval()
    return trained


def predict(
    models: Sequence[Matcher], data: MatcherData, examples: Sequence[Example], *, rules_share: float = 0.0
) -> list[Judged]:
    """What the models say of each example, their mean and that of the rules; without the scene fit."""
    place = {id(example): position for position, example in enumerate(examples)}
    results = [Judged(np.zeros(0), np.zeros(0))] * len(examples)
    with torch.no_grad():
        for group in batches(examples, 64, None):
            batch = collate(group, data.states)
            outputs = [model.eval()(*batch.inputs.tensors()) for model in models]
            means = torch.stack([s.log_softmax(1) for s, _ in outputs]).mean(0)
            padded = torch.where(batch.inputs.text_mask, 0.0, -1e4)
            scores = (with_rules(means, batch.inputs.evidence, rules_share) + padded).log_softmax(1).numpy()
            statuses = torch.stack([s.log_softmax(1) for _, s in outputs]).mean(0).numpy()
            for row, example in enumerate(group):
                results[place[id(example)]] = Judged(scores[row, : len(example.scene.texts)], statuses[row])
    return results


def measure(predictions: Sequence[Judged], examples: Sequence[Example]) -> dict[str, float]:
    """Top-1, top-5 and abstention, by given and read words, for queries as written; top-1 for the describer's."""
    figures: dict[str, float] = {}
    for words in ("given", "read"):
        rows = [
            (example, prediction.scores, prediction.statuses)
            for example, prediction in zip(examples, predictions, strict=True)
            if example.scene.words == words and example.scene.variant == "plain"
        ]
        real = [row for row in rows if row[0].kind == REAL]
        absent = [row for row in rows if row[0].kind == ABSENT]
        several = [row for row in rows if row[0].kind == AMBIGUOUS]
        if not real or not absent:
            continue
        figures[f"{words} top-1"] = float(np.mean([e.right[int(np.argmax(s))] for e, s, _ in real]))
        figures[f"{words} top-5"] = float(np.mean([e.right[np.argsort(-s)[:5]].any() for e, s, _ in real]))
        if any(e.evidence[:, -1].any() for e, _, _ in real):  # the listener knows no rules
            figures[f"{words} rules"] = float(np.mean([e.right[int(np.argmax(e.evidence[:, -1]))] for e, _, _ in real]))
        best = [
            [(1 - np.exp(t[0])) * np.exp((s - s.max())[int(np.argmax(s))]) / np.exp(s - s.max()).sum() for _, s, t in g]
            for g in (real, absent)
        ]
        figures[f"{words} auroc"] = auroc(np.array(best[0]), np.array(best[1]))
        figures[f"{words} auroc none"] = auroc(
            np.array([-t[0] for _, _, t in real]), np.array([-t[0] for _, _, t in absent])
        )
        said = [
            example.right[int(np.argmax(prediction.scores))]
            for example, prediction in zip(examples, predictions, strict=True)
            if example.scene.words == words and example.scene.variant == "described" and example.kind == REAL
        ]
        if said:
            figures[f"{words} described"] = float(np.mean(said))
        if several:
            several_over = [np.array([t[2] for _, _, t in g]) for g in (several, real)]
            figures[f"{words} auroc several"] = auroc(*several_over)
    return {name: round(value, 4) for name, value in figures.items()}


def load_trained(checkpoint: Path) -> Matcher:
    """A matcher as it was trained."""
    saved = torch.load(checkpoint, weights_only=True)
    model = Matcher(MatcherConfig(**saved["config"]))
    model.load_state_dict(saved["weights"])
    model.eval()
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--start", type=Path, default=None, help="checkpoint whose weights to start from")
    parser.add_argument("--variants", nargs="+", default=["plain", "reworded", "mirror", "described"])
    parser.add_argument("--output", type=Path, default=None)
    parser.add_argument("--hears", action="store_true", help="train the listener, which does not know the rules")
    parser.add_argument("--held-out", type=int, default=None, help="fifth of the photos that is kept away, too")
    parser.add_argument("--model", default="{}", help="JSON of MatcherConfig values")
    for field in fields(TrainingConfig):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    data = MatcherData(options.scenes, variants=tuple(options.variants), hears=options.hears)
    config = TrainingConfig(**{field.name: getattr(options, field.name) for field in fields(TrainingConfig)})
    first = data.examples[0]
    model_config = MatcherConfig(
        text_width=first.scene.texts.shape[1],
        surrounding_width=first.scene.surroundings.shape[1],
        pair_width=first.scene.between.shape[2],
        evidence_width=first.evidence.shape[1],
        whole_width=len(first.whole),
        **json.loads(options.model),
    )
    unseen = [is_held_out(e.scene.image_id) or e.fold == options.held_out for e in data.examples]
    chosen = [e for e, away in zip(data.examples, unseen, strict=True) if not away]
    held_out = [
        e for e, away in zip(data.examples, unseen, strict=True) if away and e.scene.variant in {"plain", "described"}
    ]
    logger.info("%d examples, %d held out", len(chosen), len(held_out))
    start_from = load_trained(options.start) if options.start is not None else None
    model = train(data, chosen, model_config, config, held_out=held_out, start_from=start_from)
    predictions = predict([model], data, held_out)
    for words in ("given", "read"):
        rows = [position for position, example in enumerate(held_out) if example.scene.words == words]
        chosen, said = [held_out[i] for i in rows], [predictions[i] for i in rows]
        logger.info("%s %s", words, json.dumps(answer_figures(chosen, said, fit_calibration(chosen, said))))
    logger.info("%d parameters", sum(p.numel() for p in model.parameters()))
    if options.output is not None:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        save_atomically(
            {"config": asdict(model_config), "training": asdict(config), "weights": model.state_dict()}, options.output
        )


if __name__ == "__main__":
    main()
