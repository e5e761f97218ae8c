"""Train the word detector (differentiable binarization) on photos with word regions.

    python -m whichtext.training.dbnet WORDS.jsonl --minutes 90 [--also SCENES.jsonl]

It starts from the text detector of the package `rapidocr`, which finds lines, and learns to see words. It resumes where
it stopped: model, optimiser, average, random state and step are saved every few minutes, atomically, in `--output`. A
tenth of the photos, chosen by their names, is never trained on; the F of words found there is logged.

Annotations are described in `whichtext.training.word_regions`.
"""

import argparse
import copy
import json
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional

from whichtext.evaluation.protocols import evaluate
from whichtext.evaluation.results import Regions
from whichtext.localization.cores import CoreConfig, find_cores, grow_core
from whichtext.localization.dtln import as_quads
from whichtext.networks.dbnet import MAP_STRIDE, DBNet, load_detector_head
from whichtext.networks.dtln import as_input
from whichtext.networks.pplcnet import use_silu
from whichtext.training.dtln import packaged_detector, start_trunk, true_regions
from whichtext.training.running import part_done, save_atomically, set_rate, update_average
from whichtext.training.word_regions import (
    Augmentation,
    Crop,
    WordPhoto,
    is_held_out,
    load_word_photos,
    random_crop,
)

__all__ = ["CoreMaps", "TrainingConfig", "core_loss", "core_maps", "load_trained", "measure", "train"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One training run. Lengths are pixels, times minutes."""

    minutes: float = 90.0
    """Training time over all sittings; the learning rate falls to zero at its end."""
    steps_of_training: int | None = None
    """Steps after which training ends instead, however long they take."""
    crop: tuple[int, int] = (640, 480)
    batch: int = 2
    rate: float = 4e-4
    warm_up: int = 100
    clip: float = 1.0
    average: float = 0.998
    """Weight of the past in the running average of the weights, which is what is kept in the end."""
    frozen_stages: int = 1
    """First stages of the trunk that stay as they are and run in ONNX Runtime; 0 trains all."""
    shrink: float = 0.6
    """A core is its word moved in on all sides by this times area / perimeter."""
    negatives: float = 3.0
    """Pixels without text in the loss, the hardest ones, for each pixel of text."""
    also: float = 0.2
    """Part of the pictures that come from the additional photos, where there are any."""
    bfloat16: bool = False
    """Whether products are computed in bfloat16: faster on processors that have it."""
    seed: int = 0
    augmentation: Augmentation = field(default_factory=lambda: Augmentation(longest=1088, scales=(0.6, 1.6)))


@dataclass(frozen=True, slots=True)
class CoreMaps:
    """What the network should say about one crop."""

    core: NDArray[np.float32]
    """(H/2, W/2) part of the map's pixel that lies in the core of a word, in [0, 1]."""
    weight: NDArray[np.float32]
    """(H/2, W/2): 0 where nobody can tell; else what a pixel of text counts, small words more than large ones."""


def core_maps(crop: Crop, shrink: float) -> CoreMaps:
    """Draw the cores of a crop's words; unreadable regions count neither way."""
    height, width = crop.pixels.shape[:2]
    core = Image.new("L", (width, height))
    weight = np.ones((height // MAP_STRIDE, width // MAP_STRIDE), dtype=np.float32)
    ignored = Image.new("L", (width, height))
    draw, hide = ImageDraw.Draw(core), ImageDraw.Draw(ignored)
    size = (width, height)
    for quad in as_quads(crop.unreadable, size, size):
        hide.polygon([tuple(point) for point in quad], fill=255)
    words = crop.words[np.argsort(-crop.words[:, 2] * crop.words[:, 3], kind="stable")]
    moved = shrink * words[:, 2] * words[:, 3] / (2 * (words[:, 2] + words[:, 3]))
    shrunk = words.copy()
    shrunk[:, 2:4] = np.maximum(words[:, 2:4] - 2 * moved[:, None], 1.0)
    for quad, (w, h) in zip(as_quads(shrunk, size, size), words[:, 2:4].tolist(), strict=True):
        draw.polygon([tuple(point) for point in quad], fill=255)
        low = np.maximum(np.floor(quad.min(axis=0) / MAP_STRIDE).astype(int), 0)
        high = np.ceil(quad.max(axis=0) / MAP_STRIDE).astype(int) + 1
        weight[low[1] : high[1], low[0] : high[0]] = np.clip(40.0 / np.sqrt(w * h), 0.35, 2.0)
    covered = np.asarray(core.reduce(MAP_STRIDE), dtype=np.float32) / 255
    hidden = np.asarray(ignored.reduce(MAP_STRIDE), dtype=np.float32) / 255
    weight[(hidden > 0.5) & (covered < 0.5)] = 0.0
    return CoreMaps(covered.astype(np.float32), weight)


def core_loss(logits: Tensor, core: Tensor, weight: Tensor, *, negatives: float) -> Tensor:
    """Cross entropy of text and of the hardest pixels without, plus one minus the Dice coefficient; all (B, h, w)."""
    is_text = core > 0.5
    is_known = weight > 0
    entropy = functional.binary_cross_entropy_with_logits(logits, core, reduction="none")
    text = (entropy * weight)[is_text & is_known]
    ground = entropy[~is_text & is_known]
    count = min(len(ground), max(int(negatives * len(text)), 2000))
    ground = ground.topk(count).values if count else ground
    weighed = weight[is_text & is_known].sum()
    total: Tensor = (text.sum() + ground.sum()) / (weighed + count + 1e-6)
    probability = torch.sigmoid(logits)
    shared = (probability * core * weight).sum()
    dice = 1 - 2 * shared / ((probability * weight).sum() + (core * weight).sum() + 1.0)
    return 5.0 * total + dice


class Batches:
    """Endless training pictures with their maps, made in threads while the network learns."""

    def __init__(self, photos: Sequence[WordPhoto], also: Sequence[WordPhoto], config: TrainingConfig) -> None:
        self.photos, self.also, self.config = photos, also, config

    def __call__(self, seed: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
        """The batch of a seed: photos (B, 3, H, W) in [-1, 1], cores and weights (B, H/2, W/2)."""
        rng = np.random.default_rng(seed)
        config = self.config
        crops, maps = [], []
        for _ in range(config.batch):
            source = self.also if self.also and rng.random() < config.also else self.photos
            crop = random_crop(source[int(rng.integers(len(source)))], config.crop, rng, config.augmentation)
            crops.append(crop.pixels)
            maps.append(core_maps(crop, config.shrink))
        pictures = as_input(torch.from_numpy(np.stack(crops))).contiguous()
        cores, weights = (np.stack([getattr(m, name) for m in maps]) for name in ("core", "weight"))
        return pictures, torch.from_numpy(cores), torch.from_numpy(weights)

    def ahead(self, seed: int, step: int, depth: int = 3) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Batches from `step` on; each depends on seed and step alone."""
        with ThreadPoolExecutor(1) as worker:
            waiting = [worker.submit(self, (seed, step + index)) for index in range(depth)]
            while True:
                step += 1
                yield waiting.pop(0).result()
                waiting.append(worker.submit(self, (seed, step + depth - 1)))


def found_regions(probability: NDArray[np.floating[Any]], photo: WordPhoto, config: CoreConfig) -> Regions:
    """Words of a probability map (h, w) over a whole photo, for the protocols."""
    rows, columns = probability.shape
    ratio = np.array([photo.size[0] / columns, photo.size[1] / rows])
    boxes, scores = [], []
    for core, score in find_cores(probability, config):
        boxes.append(tuple(float(v) for v in (grow_core(core, config) * ratio).reshape(-1)))
        scores.append(score)
    return Regions(photo.image_id, tuple(boxes), scores=tuple(scores))


@torch.no_grad()
def probability_of(network: DBNet, photo: WordPhoto, longest: int) -> NDArray[np.float32]:
    """Probability map of a whole photo whose longer side becomes `longest` pixels, at most 1.2 times enlarged."""
    width, height = photo.size
    scale = min(1.2, longest / max(photo.size))
    columns, rows = (max(32, round(side * scale / 32) * 32) for side in (width, height))
    picture = photo.pixels().resize((columns, rows), Image.Resampling.BILINEAR, reducing_gap=2.0)
    pixels = as_input(torch.from_numpy(np.asarray(picture).copy()))[None].contiguous()
    probability: NDArray[np.float32] = torch.sigmoid(network(pixels))[0].numpy()
    return probability


def measure(
    network: DBNet, photos: Sequence[WordPhoto], *, longest: int = 1088, config: CoreConfig | None = None
) -> dict[str, float]:
    """Words found in photos at the best threshold: precision, recall, F (IoU > 0.5) and the threshold."""
    config = config or CoreConfig()
    network.eval()
    found = [found_regions(probability_of(network, photo, longest), photo, config) for photo in photos]
    network.train()
    best = evaluate("iou", [true_regions(photo) for photo in photos], found, best_f=True).total
    return {"precision": best.precision, "recall": best.recall, "f": best.hmean, "threshold": best.threshold or 0.0}


def freeze(network: DBNet, stages: int) -> None:
    """Keep the first stages, and the few 7x7 weights at strides 4 and 8 whose gradient takes a third of a step."""
    if not stages:
        return
    encoder = network.encoder
    for module in (encoder.stem, *encoder.stages[:stages], *(leave.depthwise for leave in encoder.exits[2:])):
        module.requires_grad_(False)


def load_trained(path: Path) -> DBNet:
    """The averaged network of a checkpoint, or of an ONNX file of `tools/export_dbnet.py` such as the package's.

    Raises ValueError where the ONNX file is another network.
    """
    if path.suffix == ".onnx":
        return _load_exported(path)
    network = DBNet()
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["average"])
    network.eval()
    return network


def _load_exported(path: Path) -> DBNet:
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    tensors = {
        tensor.name.removeprefix("network.").removesuffix(".half"): numpy_helper.to_array(tensor).astype(np.float32)
        for tensor in model.graph.initializer
    }
    network = DBNet()
    try:
        network.load_state_dict({name: torch.from_numpy(tensors[name].copy()) for name in network.state_dict()})
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{path.name} is another network: {error}") from error
    if any(node.op_type == "Gelu" for node in model.graph.node):
        use_silu(network.encoder)
    network.eval()
    return network


def train(
    config: TrainingConfig,
    photos: Sequence[WordPhoto],
    held_out: Sequence[WordPhoto],
    output: Path,
    *,
    also: Sequence[WordPhoto] = (),
    detector: Any = None,
    start: Path | None = None,
    threads: int = 2,
    measure_every: float = 10.0,
    save_every: float = 3.0,
) -> Path:
    """Train until the time of `config` is used up and return the checkpoint; go on from the one in `output`, if any.

    detector: the packaged detector as an onnx.ModelProto, to start from; start: a checkpoint of another run instead.
    """
    if not photos:
        raise ValueError("there is no photo to train on: check the annotations, their `split`, and `--split`")
    torch.set_num_threads(threads)
    torch.manual_seed(config.seed)
    network = DBNet()
    if start is not None:
        network.load_state_dict(load_trained(start).state_dict())
    elif detector is not None:
        load_detector_head(network, detector)
    freeze(network, config.frozen_stages)
    if config.bfloat16:
        network.to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).requires_grad_(False)
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW([{"params": learning, "peak": config.rate}], lr=config.rate, weight_decay=0.01)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint, step, spent = output / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        network.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
        logger.info("resumed at step %d after %.1f minutes of training", step, spent)
    session = start_trunk(network.encoder, config.frozen_stages, threads) if config.frozen_stages else None
    batches = Batches(photos, also, config).ahead(config.seed, step)
    clock = time.monotonic()
    saved = measured = spent
    recent: list[float] = []
    while part_done(config, step, spent) < 1.0:
        set_rate(optimiser, config, step, spent)
        pictures, core, weight = next(batches)
        levels = [] if session is None else session.run(None, {"x": pictures.numpy()})
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bfloat16):
            logits = network(pictures) if session is None else network.finish([*map(torch.from_numpy, levels)])
        loss = core_loss(logits.float(), core, weight, negatives=config.negatives)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learning, config.clip)
        optimiser.step()
        update_average(average, network, step, config.average)
        step += 1
        recent.append(float(loss.detach()))
        now = time.monotonic()
        spent, clock = spent + (now - clock) / 60, now
        is_over = part_done(config, step, spent) >= 1.0
        if step % 50 == 0:
            logger.info("step %d, %.1f minutes: loss %.4f", step, spent, float(np.mean(recent)))
            recent = []
        if spent - saved >= save_every or is_over:
            save_atomically(
                {
                    "model": network.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step,
                    "spent": spent,
                },
                checkpoint,
            )
            saved = spent
        if held_out and (spent - measured >= measure_every or is_over):
            figures = measure(average, held_out, config=CoreConfig(shrink=config.shrink))
            measured, clock = spent, time.monotonic()
            logger.info("held out: step %d, %s", step, json.dumps({k: round(v, 4) for k, v in figures.items()}))
    return checkpoint


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotations", type=Path, help="words.jsonl")
    parser.add_argument("--also", type=Path, action="append", default=[], help="more photos, one picture in five")
    parser.add_argument("--split", default="train", help="photos to train on, where the annotations have splits")
    parser.add_argument("--output", type=Path, default=Path("runs/dbnet"))
    parser.add_argument("--start", type=Path, help="checkpoint or ONNX file of another run, to start from")
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--rate", type=float, default=TrainingConfig().rate, help="highest learning rate")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--frozen-stages", type=int, default=1, help="first stages of the trunk that do not learn, 0-4")
    parser.add_argument("--bfloat16", action="store_true", help="compute products in bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--held-out", type=int, default=60, help="held-out photos measured as it learns")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = TrainingConfig(
        minutes=given.minutes,
        batch=given.batch,
        rate=given.rate,
        frozen_stages=given.frozen_stages,
        bfloat16=given.bfloat16,
        seed=given.seed,
    )
    photos = load_word_photos(given.annotations, split=given.split)
    trained = [photo for photo in photos if not is_held_out(photo.image_id)]
    held_out = [photo for photo in photos if is_held_out(photo.image_id)]
    also = [photo for path in given.also for photo in load_word_photos(path)]
    logger.info("%d photos to train on and %d others, %d held out", len(trained), len(also), len(held_out))
    train(
        config,
        trained,
        held_out[: given.held_out],
        given.output,
        also=also,
        detector=packaged_detector(),
        start=given.start,
        threads=given.threads,
    )


if __name__ == "__main__":
    main()
