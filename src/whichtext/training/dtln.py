"""Train the Dense Text Localization Network (paper 4.3) on photos with word regions.

    python -m whichtext.training.dtln WORDS.jsonl --minutes 90

It resumes where it stopped: model, optimiser, average, random state and step are saved every few minutes, atomically,
in `--output`. A tenth of the photos, chosen by their names, is never trained on; the F of words found there is logged
as the network learns. On several processors or GPUs: `torchrun --nproc-per-node N -m whichtext.training.dtln ...`.

Annotations are described in `whichtext.training.word_regions`.
"""

import argparse
import copy
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from whichtext.evaluation.protocols import evaluate
from whichtext.evaluation.results import DONT_CARE, Regions
from whichtext.localization.dtln import analysis_picture, as_quads, stitched_boxes
from whichtext.localization.stitching import Stitching, suppress
from whichtext.networks.dtln import DTLN, PRESETS, DTLNConfig, Emitted, as_input, cell_centres, emit
from whichtext.networks.pplcnet import FirstStages, PPLCNetEncoder, load_detector
from whichtext.training.losses import HungarianLoss, LossParts, assign_to_cells
from whichtext.training.running import part_done, save_atomically, set_rate, start_session, update_average
from whichtext.training.word_regions import (
    Augmentation,
    Crop,
    WordPhoto,
    is_held_out,
    load_word_photos,
    random_crop,
)

__all__ = [
    "Encoder",
    "Found",
    "Said",
    "TrainingConfig",
    "build_network",
    "find_words",
    "load_trained",
    "measure",
    "packaged_detector",
    "regions_of",
    "split_parameters",
    "stitched_quads",
    "stitched_regions",
    "suppressed_quads",
    "suppressed_regions",
    "train",
    "training_step",
    "true_regions",
]

logger = logging.getLogger(__name__)

Said = tuple[Emitted, tuple[int, int]]
"""What the cells of a photo say, and the size (width, height) of the network's input."""
Found = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Quads (N, 4, 2) in pixels of the photo, and their scores (N,)."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One training run. Lengths are pixels, times minutes."""

    network: DTLNConfig
    minutes: float = 90.0
    """Training time over all sittings; the learning rate falls to zero at its end."""
    steps_of_training: int | None = None
    """Steps after which training ends instead, however long they take: for runs that are to be compared."""
    crop: tuple[int, int] = (640, 480)
    """Width and height of a training picture, multiples of 32."""
    batch: int = 2
    """Pictures a step, on each process."""
    rate: float = 1.5e-3
    """Learning rate of the new layers."""
    pretrained_rate: float = 3e-4
    """Learning rate of layers that start from the text detector."""
    warm_up: int = 100
    """Steps in which the rate rises from zero."""
    clip: float = 1.0
    """Largest norm of a gradient."""
    average: float = 0.998
    """Weight of the past in the running average of the weights, which is what is kept in the end."""
    frozen_stages: int = 4
    """First stages of the trunk that stay as they are and run in ONNX Runtime; 0 trains all. `pplcnet` only."""
    hard_cells: int = 32
    """Silent cells of a picture that the network is least sure of, taken into the loss."""
    random_cells: int = 96
    """Other silent cells of a picture in the loss, each weighed for those that it stands for; 0 takes all."""
    reach: float = 1.0
    """Cells from a word's centre within which a cell answers for it, see `assign_to_cells`."""
    box_weight: float = 1.0
    order: str = "hungarian"
    seed: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)


def build_network(config: DTLNConfig, *, detector: Any = None) -> DTLN:
    """An untrained network; `detector`, an onnx.ModelProto of PP-OCRv6-small, fills its encoder."""
    network = DTLN(config)
    if detector is not None:
        load_detector(network.encoder, detector)
    return network


def packaged_detector() -> Any:
    """The text detector that the package `rapidocr` 3.10.0 carries, as an onnx.ModelProto."""
    from importlib import resources

    import onnx

    return onnx.load_from_string(resources.files("rapidocr").joinpath("models", "PP-OCRv6_det_small.onnx").read_bytes())


class Encoder:
    """Runs a network's encoder: the first `frozen` stages in ONNX Runtime without gradient, the others in PyTorch.

    The frozen part is several times faster there than in PyTorch on a processor.
    """

    def __init__(self, network: DTLN, *, frozen: int, threads: int) -> None:
        self.frozen = frozen if isinstance(network.encoder, PPLCNetEncoder) else 0
        self.session = start_trunk(network.encoder, self.frozen, threads) if self.frozen else None

    def __call__(self, network: DTLN, photos: Tensor) -> Any:
        """What the network's encoder says about (B, 3, H, W) photos in [-1, 1]."""
        if self.session is None:
            return network.encoder(photos)
        levels = self.session.run(None, {"x": photos.numpy()})
        return network.encoder.finish([torch.from_numpy(level) for level in levels])


def start_trunk(encoder: PPLCNetEncoder, count: int, threads: int) -> Any:
    """The first `count` stages of a trunk as an ONNX Runtime session: `x` (B, 3, H, W) to their maps."""
    names = [f"level{index}" for index in range(count)]
    example = torch.zeros(1, 3, 64, 96)
    return start_session(FirstStages(encoder, count), example, names, free=(0, 2, 3), threads=threads)


def training_step(
    network: DTLN,
    encoded: Any,
    crops: Sequence[Crop],
    loss: HungarianLoss,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> LossParts:
    """Loss of a batch: all cells that have words, the silent cells it is least sure of, and a sample of the others."""
    stride, steps = network.config.stride, network.config.steps
    height, width = crops[0].pixels.shape[:2]
    centres = cell_centres(height // stride, width // stride, stride)
    features = network.features(encoded)  # (B, h * w, features + 2)
    targets = [
        assign_to_cells(
            torch.from_numpy(crop.words).float(),
            torch.from_numpy(crop.unreadable).float(),
            centres,
            stride=stride,
            steps=steps,
            reach=config.reach,
        )
        for crop in crops
    ]
    count = torch.stack([target.count for target in targets])
    is_ignored = torch.stack([target.is_ignored for target in targets])
    silence = sample_silent_cells(network, features, count, is_ignored, config, rng)
    photo, cell = ((count > 0) | (silence > 0)).nonzero(as_tuple=True)
    said = network.decoder(features[photo, cell], steps)
    boxes = torch.stack([target.boxes for target in targets])[photo, cell]
    return loss(
        said,
        boxes,
        count[photo, cell],
        centres[cell],
        size=(width, height),
        silence=silence[photo, cell],
        divisor=float(features.shape[0] * features.shape[1]) if network.config.box == "linear" else None,
    )


@torch.no_grad()
def sample_silent_cells(
    network: DTLN,
    features: Tensor,
    count: Tensor,
    is_ignored: Tensor,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> Tensor:
    """What an unmatched step of each cell weighs in the loss, (B, h * w); 0 where a cell is left out."""
    is_silent = (count == 0) & ~is_ignored
    weight = (~is_ignored).float()
    if not config.random_cells:
        return weight
    decoder = network.decoder
    output, _, _ = decoder.start(features.flatten(0, 1))
    confidence = decoder.head(output)[:, -1].reshape(count.shape)
    weight[is_silent] = 0.0
    for photo in range(len(count)):
        cells = is_silent[photo].nonzero()[:, 0]
        order = cells[confidence[photo, cells].argsort(descending=True)]
        hard, others = order[: config.hard_cells], order[config.hard_cells :]
        weight[photo, hard] = 1.0
        if len(others):
            chosen = others[torch.from_numpy(rng.permutation(len(others))[: config.random_cells])]
            weight[photo, chosen] = min(8.0, len(others) / len(chosen))
    return weight


@torch.no_grad()
def find_words(
    network: DTLN, encoder: Encoder, photo: WordPhoto, *, augmentation: Augmentation, stop: float = 0.05
) -> Said:
    """What the cells of a whole photo say, and the size (width, height) of the network's input."""
    pixels = np.asarray(photo.pixels())
    scale = min(augmentation.enlarge, augmentation.longest / max(photo.size))
    picture = analysis_picture(pixels, scale)
    size = (picture.shape[1], picture.shape[0])
    features = network.features(encoder(network, as_input(torch.from_numpy(picture.copy()))[None].contiguous()))[0]
    return emit(network, features, size, stop=stop), size


def measure(
    network: DTLN,
    encoder: Encoder,
    photos: Sequence[WordPhoto],
    *,
    augmentation: Augmentation | None = None,
    stitching: Stitching | None = None,
) -> dict[str, float]:
    """Words found in photos at the best threshold: precision, recall, F (IoU > 0.5), the threshold, and F with NMS."""
    network.eval()
    said = [find_words(network, encoder, photo, augmentation=augmentation or Augmentation()) for photo in photos]
    network.train()
    truths = [true_regions(photo) for photo in photos]
    best = evaluate("iou", truths, stitched_regions(photos, said, stitching or Stitching()), best_f=True).total
    other = evaluate("iou", truths, suppressed_regions(photos, said), best_f=True).total
    return {
        "precision": best.precision,
        "recall": best.recall,
        "f": best.hmean,
        "threshold": best.threshold or 0.0,
        "f_nms": other.hmean,
    }


def stitched_regions(photos: Sequence[WordPhoto], said: Sequence[Said], stitching: Stitching) -> list[Regions]:
    """What `find_words` gave for each photo, stitched, for the protocols."""
    return [
        regions_of(photo, *stitched_quads(photo, words, stitching)) for photo, words in zip(photos, said, strict=True)
    ]


def suppressed_regions(photos: Sequence[WordPhoto], said: Sequence[Said], iou: float = 0.35) -> list[Regions]:
    """The same by non-maximum suppression."""
    return [regions_of(photo, *suppressed_quads(photo, words, iou)) for photo, words in zip(photos, said, strict=True)]


def stitched_quads(photo: WordPhoto, said: Said, stitching: Stitching) -> Found:
    """What `find_words` gave for a photo, stitched."""
    emitted, size = said
    boxes = stitched_boxes(emitted.boxes.numpy(), emitted.cells.numpy(), stitching)
    return as_quads(boxes, size, photo.size), boxes[:, 5]


def suppressed_quads(photo: WordPhoto, said: Said, iou: float) -> Found:
    """The same by non-maximum suppression."""
    emitted, size = said
    boxes = emitted.boxes.numpy().reshape(-1, 6).astype(np.float64)
    boxes = boxes[boxes[:, 5] > 0.05]
    boxes = boxes[suppress(boxes, iou)]
    return as_quads(boxes, size, photo.size), boxes[:, 5]


def true_regions(photo: WordPhoto) -> Regions:
    """The annotations of a photo for the protocols."""
    boxes = tuple(tuple(float(v) for point in text["polygon"] for v in point) for text in photo.truth)
    texts = tuple(DONT_CARE if text.get("legible") is False else text.get("string") or "text" for text in photo.truth)
    return Regions(photo.image_id, boxes, texts)


def regions_of(photo: WordPhoto, quads: NDArray[np.float64], scores: NDArray[np.float64]) -> Regions:
    """Quads (N, 4, 2) found in a photo with their scores (N,), for the protocols."""
    return Regions(
        photo.image_id,
        tuple(tuple(float(v) for v in quad.reshape(-1)) for quad in quads),
        scores=tuple(float(score) for score in scores),
    )


def split_parameters(network: DTLN, config: TrainingConfig) -> list[dict[str, Any]]:
    """Parameters that learn, in two groups: those that start from the text detector, and the new ones."""
    if isinstance(network.encoder, PPLCNetEncoder) and config.frozen_stages:
        frozen = [network.encoder.stem, *network.encoder.stages[: config.frozen_stages]]
        # The gradient of these few 7x7 weights at strides 4 and 8 takes a third of a step on a processor.
        frozen += [leave.depthwise for leave in network.encoder.exits[2:]]
        for module in frozen:
            module.requires_grad_(False)
    old = [parameter for parameter in network.encoder.parameters() if parameter.requires_grad]
    ids = {id(parameter) for parameter in old}
    new = [parameter for parameter in network.parameters() if parameter.requires_grad and id(parameter) not in ids]
    return [{"params": new, "peak": config.rate}, {"params": old, "peak": config.pretrained_rate}]


def load_trained(path: Path) -> DTLN:
    """The averaged network of a checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = DTLN(DTLNConfig(**state["network"]))
    network.load_state_dict(state["average"])
    network.eval()
    return network


def train(
    config: TrainingConfig,
    photos: Sequence[WordPhoto],
    held_out: Sequence[WordPhoto],
    output: Path,
    *,
    detector: Any = None,
    threads: int = 2,
    measure_every: float = 12.0,
    save_every: float = 3.0,
) -> Path:
    """Train until the time or the steps of `config` are used up; go on from the checkpoint in `output`, if any.

    Returns the checkpoint.
    """
    if not photos:
        raise ValueError("there is no photo to train on: check the annotations, their `split`, and `--split`")
    rank, ranks = join_processes()
    torch.set_num_threads(threads)
    torch.manual_seed(config.seed)
    rng = np.random.default_rng((config.seed, rank))
    network = build_network(config.network, detector=detector)
    average = copy.deepcopy(network).requires_grad_(False)
    optimiser = torch.optim.AdamW(split_parameters(network, config), lr=config.rate, weight_decay=0.01)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint, step, spent = output / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        network.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
        rng = np.random.default_rng((config.seed, rank, step))
        if rank == 0 and "random" in state:
            rng.bit_generator.state = json.loads(state["random"])
        logger.info("resumed at step %d after %.1f minutes of training", step, spent)
    encoder = Encoder(network, frozen=config.frozen_stages, threads=threads)
    loss = HungarianLoss(network.code, order=config.order, box_weight=config.box_weight)  # type: ignore[arg-type]
    clock = time.monotonic()
    saved = measured = spent
    recent: list[LossParts] = []
    while part_done(config, step, spent) < 1.0:
        set_rate(optimiser, config, step, spent)
        chosen = rng.choice(len(photos), config.batch, replace=len(photos) < config.batch)
        crops = [random_crop(photos[index], config.crop, rng, config.augmentation) for index in chosen]
        pictures = as_input(torch.from_numpy(np.stack([crop.pixels for crop in crops]))).contiguous()
        parts = training_step(network, encoder(network, pictures), crops, loss, config, rng)
        optimiser.zero_grad()
        parts.total.backward()
        if ranks > 1:
            average_gradients(network, ranks)
        nn.utils.clip_grad_norm_([p for p in network.parameters() if p.grad is not None], config.clip)
        optimiser.step()
        update_average(average, network, step, config.average)
        step += 1
        recent.append(parts)
        now = time.monotonic()
        spent, clock = agreed(spent + (now - clock) / 60, ranks), now
        if rank:
            continue
        if step % 25 == 0:
            report(step, spent, recent)
            recent = []
        is_last = part_done(config, step, spent) >= 1.0
        if spent - saved >= save_every or is_last:
            save_atomically(
                {
                    "model": network.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "random": json.dumps(rng.bit_generator.state),
                    "step": step,
                    "spent": spent,
                    "network": asdict(config.network),
                },
                checkpoint,
            )
            saved = spent
        if held_out and (spent - measured >= measure_every or is_last):
            figures = measure(average, encoder, held_out, augmentation=config.augmentation)
            measured = spent
            clock = time.monotonic()
            logger.info("held out: step %d, %s", step, json.dumps({k: round(v, 4) for k, v in figures.items()}))
    return checkpoint


def join_processes() -> tuple[int, int]:
    """Number of this process and of all, where `torchrun` started several."""
    if not torch.distributed.is_available() or not torch.distributed.is_torchelastic_launched():
        return 0, 1
    torch.distributed.init_process_group("gloo")
    return torch.distributed.get_rank(), torch.distributed.get_world_size()


def agreed(number: float, ranks: int) -> float:
    """The number of the first process, so that all stop at the same step."""
    if ranks == 1:
        return number
    told = torch.tensor([number], dtype=torch.float64)
    torch.distributed.broadcast(told, src=0)
    return float(told)


def average_gradients(network: nn.Module, ranks: int) -> None:
    """Mean of the gradients of all processes."""
    for parameter in network.parameters():
        if parameter.requires_grad:
            gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
            torch.distributed.all_reduce(gradient)
            parameter.grad = gradient / ranks


def report(step: int, spent: float, recent: Sequence[LossParts]) -> None:
    """One line about the last steps."""
    matched = sum(parts.matched for parts in recent)
    logger.info(
        "step %d, %.1f minutes: loss %.3f, box %.3f, confidence %.3f, %.1f matched boxes a step",
        step,
        spent,
        float(np.mean([float(parts.total.detach()) for parts in recent])),
        float(np.mean([parts.box for parts in recent])),
        float(np.mean([parts.confidence for parts in recent])),
        matched / len(recent),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotations", type=Path, help="words.jsonl")
    parser.add_argument("--split", default="train", help="photos to train on, where the annotations have splits")
    parser.add_argument("--output", type=Path, default=Path("runs/dtln"))
    parser.add_argument("--preset", choices=sorted(PRESETS), default="cpu")
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--steps-of-training", type=int, help="end after so many steps, not after so many minutes")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--frozen-stages", type=int, default=4, help="first stages of the trunk that do not learn, 0-4")
    parser.add_argument("--order", choices=("hungarian", "fixed"), default="hungarian")
    parser.add_argument("--without-coordinates", action="store_true")
    parser.add_argument("--steps", type=int, default=5, help="boxes that a cell can emit")
    parser.add_argument(
        "--stride", type=int, choices=(16, 32), help="pixels a cell is wide, where it is not the preset's"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--held-out", type=int, default=60, help="held-out photos measured as it learns")
    parser.add_argument("--untrained", action="store_true", help="do not start from the text detector of rapidocr")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    preset = PRESETS[given.preset]
    network = replace(
        preset,
        steps=given.steps,
        has_coordinates=not given.without_coordinates,
        stride=given.stride or preset.stride,
    )
    config = TrainingConfig(
        network=network,
        minutes=given.minutes,
        steps_of_training=given.steps_of_training,
        batch=given.batch,
        frozen_stages=given.frozen_stages if not given.untrained else 0,
        order=given.order,
        seed=given.seed,
        random_cells=0 if given.preset == "as-published" else TrainingConfig(network).random_cells,
    )
    photos = load_word_photos(given.annotations, split=given.split)
    trained = [photo for photo in photos if not is_held_out(photo.image_id)]
    held_out = [photo for photo in photos if is_held_out(photo.image_id)]
    logger.info("%d photos to train on, %d held out", len(trained), len(held_out))
    detector = None if given.untrained or network.encoder != "pplcnet" else packaged_detector()
    train(config, trained, held_out[: given.held_out], given.output, detector=detector, threads=given.threads)


if __name__ == "__main__":
    main()
