"""Training of the scene fit (paper 3.3): tell the photo that a query speaks of from every other photo.

    python -m whichtext.training.scene_fit cache/matcher/scenes --maps cache/matcher/maps --output runs/matcher/fit.pt

Reads what `tools/cache_matcher.py` wrote. A batch is one query each of different photos: every query is compared with
every photo of the batch, so each sees dozens of photos that it does not fit in every step. The tenth of the photos that
is never trained on is measured: how often a query fits its own photo better than a query of another photo does, and
better than it fits other photos.

Expressions of the describer, the variant "described", teach which text is meant and nothing about other photos. With
`--layers` the network has last layers of the sentence encoder of its own, which start from the published ones in
that file and learn, too.
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
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from whichtext.networks.query_layers import QueryLayers, published_layers
from whichtext.networks.scene_fit import SceneFit, SceneFitConfig
from whichtext.retrieval.matcher.features import SURROUNDING_NAMES, TEXT_NAMES
from whichtext.sentences import SentenceEncoder
from whichtext.training.matcher_examples import (
    ABSENT,
    REAL,
    Example,
    MatcherData,
    auroc,
    collate_queries,
    collate_scenes,
)
from whichtext.training.running import save_atomically
from whichtext.training.word_regions import is_held_out

__all__ = ["TrainingConfig", "fit_loss", "fits_of", "load_trained", "measure", "text_loss", "train"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How it is trained."""

    epochs: int = 16
    batch: int = 64
    """Photos."""
    rounds: int = 3
    """Queries of a photo in an epoch."""
    rate: float = 2e-3
    weight_decay: float = 0.1
    layer_rate: float = 2e-4
    """Of the layers of the sentence encoder, where they learn."""
    layer_decay: float = 0.01
    text_weight: float = 0.3
    """Of the loss of the text that is meant, beside that of the photo."""
    averaging: float = 0.99
    """Decay of the running average of the weights, which is what is kept."""
    seed: int = 0


def fit_loss(fits: Tensor) -> Tensor:
    """Of fits (B, B) of queries to scenes, where each query belongs to the scene of its row.

    The cross entropy of which scene a query belongs to and of which query belongs to a scene, their mean; and the
    binary cross entropy of fitting or not, where what belongs together counts as much as all that does not: with it a
    fit means the same in every batch.
    """
    count = len(fits)
    own = torch.arange(count)
    among = (functional.cross_entropy(fits, own) + functional.cross_entropy(fits.T, own)) / 2
    fitting = torch.eye(count)
    weight = torch.where(fitting > 0, 1.0, 1.0 / max(1, count - 1))
    alone = functional.binary_cross_entropy_with_logits(fits, fitting, weight=weight, reduction="sum") / (2 * count)
    return among + alone


def text_loss(spoken: Tensor, right: Tensor) -> Tensor:
    """Cross entropy of the text that is meant, any right one: spoken (B, N), -1e4 where masked, and right (B, N)."""
    likely = spoken.log_softmax(dim=1)
    chosen = torch.logsumexp(torch.where(right, likely, torch.full_like(likely, -1e4)), dim=1)
    has = right.any(dim=1)
    return -(chosen * has).sum() / has.sum().clamp(min=1)


def train(
    data: MatcherData,
    chosen: Sequence[Example],
    model_config: SceneFitConfig,
    config: TrainingConfig,
    *,
    held_out: Sequence[Example] = (),
    names: tuple[Floats, Floats] | None = None,
    layers: QueryLayers | None = None,
    bfloat16: bool = False,
) -> SceneFit:
    """Train on the real queries among the chosen examples; log the figures of the held-out ones as it learns.

    names: vectors of the names that the first columns of texts and of surroundings stand for. layers: of the sentence
    encoder, which are to learn. bfloat16: compute products in it.
    """
    rng = np.random.default_rng(config.seed)
    torch.manual_seed(config.seed)
    by_photo: dict[str, list[Example]] = {}
    for example in chosen:
        if example.kind == REAL:
            by_photo.setdefault(example.scene.image_id, []).append(example)
    photos = list(by_photo)
    model = SceneFit(model_config, layers)
    if names is not None:
        model.start_from_names(*(torch.from_numpy(vectors) for vectors in names))
    scenes = list({id(example.scene): example.scene for group in by_photo.values() for example in group}.values())
    model.look_in.fit(torch.from_numpy(np.concatenate([scene.looks for scene in scenes]).astype(np.float32)))
    model.place_in.fit(torch.from_numpy(np.concatenate([scene.places for scene in scenes]).astype(np.float32)))
    of_layers = set() if layers is None else set(layers.parameters())
    own = [parameter for parameter in model.parameters() if parameter not in of_layers]
    groups = [{"params": own, "weight_decay": config.weight_decay}]
    rates = [config.rate]
    if layers is not None:
        groups.append({"params": list(layers.parameters()), "weight_decay": config.layer_decay})
        rates.append(config.layer_rate)
    optimiser = torch.optim.AdamW(groups, lr=config.rate)
    batch = min(config.batch, len(photos))
    steps = max(1, len(photos) * config.rounds // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rates, total_steps=steps * config.epochs + 1, pct_start=0.15
    )
    averaging = torch.optim.swa_utils.get_ema_multi_avg_fn(config.averaging)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=averaging)
    start = time.monotonic()
    for epoch in range(config.epochs):
        model.train()
        sums = np.zeros(2)
        for _ in range(steps):
            drawn = [by_photo[photos[i]] for i in rng.permutation(len(photos))[:batch]]
            group = [some[int(rng.integers(len(some)))] for some in drawn]
            photo, text = _losses(model, group, data, bfloat16=bfloat16)
            loss = photo + config.text_weight * text
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            average.update_parameters(model)
            sums += [photo.item(), text.item()]
        logger.info("epoch %d: photo %.4f, text %.4f, %.0f s", epoch, *(sums / steps), time.monotonic() - start)
        if held_out and (epoch % 4 == 3 or epoch == config.epochs - 1):
            logger.info("   %s", json.dumps(measure(average.module, data, held_out)))
    trained: SceneFit = average.module
    trained.eval()
    return trained


def _losses(model: SceneFit, group: Sequence[Example], data: MatcherData, *, bfloat16: bool) -> tuple[Tensor, Tensor]:
    """Of the photo and of the text, for one query each of different photos.

    What the describer says of a scene may fit many others: only the text is learned from it.
    """
    scenes = collate_scenes([example.scene for example in group])
    query, mask = _queries(model, group, data)
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        fits, spoken = model(query, mask, scenes)
    fits, spoken = fits.float(), spoken.float()
    count = spoken.shape[1]
    right = torch.zeros(len(group), count, dtype=torch.bool)
    for row, example in enumerate(group):
        right[row, : len(example.right)] = torch.from_numpy(example.right)
    human = [row for row, example in enumerate(group) if example.scene.variant != "described"]
    photo = fit_loss(fits[human][:, human]) if human else fits.sum() * 0
    return photo, text_loss(spoken, right)


def _queries(model: SceneFit, group: Sequence[Example], data: MatcherData) -> tuple[Tensor, Tensor]:
    return collate_queries([example.query for example in group], data.states if model.layers is None else data.levels)


@torch.no_grad()
def fits_of(
    models: Sequence[SceneFit], data: MatcherData, examples: Sequence[Example], *, batch: int = 64
) -> tuple[Floats, list[Floats]]:
    """Fit of each example's query to its scene (E,), and log probabilities of its candidates; means over the models."""
    fits, spoken = np.zeros(len(examples)), list[Floats]()
    for first in range(0, len(examples), batch):
        group = examples[first : first + batch]
        scenes = collate_scenes([example.scene for example in group])
        said = [model.eval().own(*_queries(model, group, data), scenes) for model in models]
        fits[first : first + len(group)] = torch.stack([fit for fit, _ in said]).mean(dim=0).numpy()
        mean = torch.stack([own.log_softmax(dim=1) for _, own in said]).mean(dim=0).numpy()
        spoken += [mean[row, : len(example.scene.texts)] for row, example in enumerate(group)]
    return fits, spoken


def measure(model: SceneFit, data: MatcherData, examples: Sequence[Example]) -> dict[str, float]:
    """By given and read words: AUROC of own over other photos' queries, and top-1 of the text by itself."""
    figures: dict[str, float] = {}
    for words in ("given", "read"):
        rows = [
            e for e in examples if e.scene.words == words and e.scene.variant == "plain" and e.kind in {REAL, ABSENT}
        ]
        if not rows:
            continue
        fits, spoken = fits_of([model], data, rows)
        kinds = np.array([example.kind for example in rows])
        figures[f"{words} auroc"] = auroc(fits[kinds == REAL], fits[kinds == ABSENT])
        hits = [e.right[int(np.argmax(s))] for e, s in zip(rows, spoken, strict=True) if e.kind == REAL]
        figures[f"{words} top-1"] = float(np.mean(hits))
    return {name: round(value, 4) for name, value in figures.items()}


def load_trained(checkpoint: Path) -> SceneFit:
    """A network as it was trained."""
    saved = torch.load(checkpoint, weights_only=True)
    count = saved.get("layers", 0)
    model = SceneFit(SceneFitConfig(**saved["config"]), QueryLayers(count) if count else None)
    model.load_state_dict(saved["weights"])
    model.eval()
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--maps", type=Path, required=True, help="folder of the feature maps of the photos")
    parser.add_argument("--variants", nargs="+", default=["plain"])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--layers", type=Path, help="model.safetensors of all-MiniLM-L6-v2, whose last layers learn")
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--word-dropout", type=float, default=0.1)
    parser.add_argument("--layer-dropout", type=float, default=0.1)
    parser.add_argument("--bfloat16", action="store_true", help="compute products in bfloat16")
    for field in fields(TrainingConfig):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    data = MatcherData(options.scenes, maps=options.maps, variants=tuple(options.variants))
    config = TrainingConfig(**{field.name: getattr(options, field.name) for field in fields(TrainingConfig)})
    first = data.examples[0].scene
    model_config = SceneFitConfig(
        text_width=first.texts.shape[1],
        surrounding_width=first.surroundings.shape[1],
        look_width=first.looks.shape[1],
        place_width=first.places.shape[1],
        width=options.width,
        dropout=options.dropout,
        word_dropout=options.word_dropout,
    )
    chosen = [e for e in data.examples if not is_held_out(e.scene.image_id)]
    held_out = [e for e in data.examples if is_held_out(e.scene.image_id)]
    logger.info("%d examples, %d held out", len(chosen), len(held_out))
    encoder = SentenceEncoder.load(threads=1)
    names = encoder.vectors(TEXT_NAMES), encoder.vectors(SURROUNDING_NAMES)
    layers = None
    if options.layers is not None:
        tensors = load_file(options.layers)
        layers = published_layers(tensors, encoder.learned_layers, dropout=options.layer_dropout)
    model = train(
        data, chosen, model_config, config, held_out=held_out, names=names, layers=layers, bfloat16=options.bfloat16
    )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    save_atomically(
        {
            "config": asdict(model_config),
            "training": asdict(config),
            "weights": model.state_dict(),
            "layers": 0 if model.layers is None else model.layers.count,
        },
        options.output,
    )


if __name__ == "__main__":
    main()
