"""Train a recognizer with CTC on pictures of words (paper 3.4).

    python -m whichtext.training.word_images --data TEXTREF --output cache/words
    python -m whichtext.training.recognition --words cache/words --network ppocr --minutes 50 --output runs/recognizer

It resumes where it stopped: model, optimiser, average and step are saved every few minutes, atomically, in `--output`.
What a step sees hangs on the seed and its number alone. Texts of held-out photos are never trained on; how many of them
the averaged network reads is logged as it learns, and the best average is kept as `best.pt`.

The network `ppocr` starts from the recognizer of PP-OCRv6-small and is held near it: where that reads a crop right, its
probabilities are learned as well as the string. The network `crnn` may start from a shallower one (`--start`).
"""

import argparse
import copy
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from whichtext.evaluation.recognition import compared_form
from whichtext.networks.svtr_lcnet import SVTRLCNet, load_recognizer
from whichtext.recognition.ctc import BLANK, decode_ctc
from whichtext.recognition.normalize import OTHER, Vocabulary, normalize_characters, unaccented
from whichtext.recognition.ppocr import SVTRConfig
from whichtext.training.quantization import plain_state, round_like_eight_bits
from whichtext.training.running import part_done, save_atomically, set_rate, start_session, update_average
from whichtext.training.word_images import Distortion, WordPatch, load_patches, random_crop, upright_crop

__all__ = [
    "NETWORKS",
    "RecognizerConfig",
    "Trainee",
    "as_batch",
    "ctc_loss",
    "encode",
    "load_trained",
    "measure",
    "packaged_recognizer",
    "read_crops",
    "train",
]

logger = logging.getLogger(__name__)

BUCKET = SVTRConfig().bucket
"""Crops are padded to a multiple of this, in pixels at a height of 48."""
NARROWEST = SVTRConfig().min_width
"""The least that they are padded to."""
WITHOUT_ACCENTS = frozenset({"machine", "line"})
"""Sources whose strings may lack accents that stand there: where the pretrained network sees some, it is believed."""
POOL = 8
"""Batches that are drawn together, so that each holds crops of about the same width."""


@dataclass(frozen=True, slots=True)
class Trainee:
    """A network and what the loop must know of it."""

    network: nn.Module
    """Crops (B, C, H, W) to log-probabilities (T, B, V)."""
    vocabulary: tuple[str, ...]
    """(V,) text of each class, the first of them blank; a character without a class is written as one that has."""
    height: int
    """Pixels of a crop."""
    channels: int
    """3: RGB in [-1, 1]; 1: grey, (value - 128) / 128."""
    is_pretrained: bool = False
    started: tuple[nn.Module, ...] = ()
    """Parts that start from trained weights, beside others that do not."""


@dataclass(frozen=True, slots=True)
class RecognizerConfig:
    """One training run. Times are minutes."""

    minutes: float = 50.0
    """Training time over all sittings; the learning rate falls to zero at its end."""
    steps_of_training: int | None = None
    """Steps after which training ends instead, however long they take."""
    batch: int = 16
    rate: float = 3e-4
    """Highest learning rate."""
    rate_of_started: float = 0.3
    """Learning rate of `Trainee.started`, as a part of the others'."""
    warm_up: int = 60
    """Steps in which the rate rises from zero."""
    clip: float = 2.0
    """Largest norm of a gradient."""
    decay: float = 0.01
    average: float = 0.998
    """Weight of the past in the running average of the weights, which is what is kept in the end."""
    frozen_layers: int = 10
    """First layers of the trunk that stay as they are and run in ONNX Runtime; `ppocr` only."""
    teach: float = 0.3
    """Weight of the probabilities of the network that training starts from, where that reads the crop right."""
    shares: Mapping[str, float] = field(
        default_factory=lambda: {"official": 0.37, "checked": 0.1, "machine": 0.15, "line": 0.15, "drawn": 0.23}
    )
    """Of the crops that come from each source; of a source that is empty none do."""
    eight_bits_from: int | None = None
    """Layer of the trunk from which on pointwise convolutions learn under the rounding of 8 bits; `ppocr` only."""
    bfloat16: bool = False
    """Whether products are computed in bfloat16: faster on processors that have it."""
    seed: int = 0
    distortion: Distortion = field(default_factory=Distortion)


def packaged_recognizer() -> Any:
    """The recognizer that the package `rapidocr` 3.10.0 carries, as an onnx.ModelProto."""
    from importlib import resources

    import onnx

    return onnx.load_from_string(resources.files("rapidocr").joinpath("models", "PP-OCRv6_rec_small.onnx").read_bytes())


def build_ppocr() -> Trainee:
    """The recognition network of PP-OCRv6-small with a head for Latin writing."""
    network = SVTRLCNet()
    load_recognizer(network, packaged_recognizer())
    return Trainee(network, network.vocabulary, network.crop_height, network.channels, is_pretrained=True)


def build_crnn(preset: str, start: Path | None = None) -> Trainee:
    """A CRNN with random weights, or started from the tensors of a shallower one."""
    from whichtext.networks.crnn import CRNN, PRESETS, load_shallow

    network = CRNN(PRESETS[preset])
    started: tuple[nn.Module, ...] = ()
    if start is not None:
        started = load_shallow(network, torch.load(start, map_location="cpu", weights_only=True))
    return Trainee(network, ("", *network.alphabet), network.crop_height, network.channels, started=started)


NETWORKS: Mapping[str, Callable[[], Trainee]] = MappingProxyType(
    {
        "ppocr": build_ppocr,
        "crnn": lambda: build_crnn("as-published"),
        "crnn-vgg": lambda: build_crnn("vgg16"),
    }
)
"""Networks by the name on the command line."""


def encode(string: str, vocabulary: Sequence[str]) -> list[int]:
    """Classes of a string: (L,).

    A character without a class becomes its plain letter, the small or capital form of it, or any other script where
    there is a class for that; else it is left out.
    """
    places = {text: index for index, text in reversed(list(enumerate(vocabulary))) if index != BLANK}
    found = []
    for char in string:
        forms = (char, unaccented(char), unaccented(char).lower(), unaccented(char).upper())
        place = next((places[form] for form in forms if form in places), None)
        if place is None and char.isalpha():
            place = places.get(OTHER)
        if place is not None:
            found.append(place)
    return found


def as_batch(crops: Sequence[NDArray[np.uint8]], channels: int) -> Tensor:
    """Crops (H, W, 3) of one height as one input (B, C, H, W'), padded on the right with mid-grey."""
    height = crops[0].shape[0]
    bucket = BUCKET * height // 48
    widest = max(NARROWEST * height // 48, *(crop.shape[1] for crop in crops))
    batch = np.zeros((len(crops), channels, height, -(-widest // bucket) * bucket), dtype=np.float32)
    for row, crop in enumerate(crops):
        if channels == 1:
            grey = crop.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
            batch[row, 0, :, : crop.shape[1]] = (grey - 128) / 128
        else:
            batch[row, :, :, : crop.shape[1]] = crop.transpose(2, 0, 1) * np.float32(2 / 255) - np.float32(1)
    return torch.from_numpy(batch)


class Example(NamedTuple):
    """One crop of a batch."""

    crop: NDArray[np.uint8]
    """(H, W, 3) RGB."""
    classes: list[int]
    """(L,) its string."""
    source: str


class Patches:
    """Patches by source, and the batches that steps of training see."""

    def __init__(self, patches: Sequence[WordPatch], trainee: Trainee, config: RecognizerConfig) -> None:
        self._trainee = trainee
        self._config = config
        self._sources: dict[str, list[tuple[WordPatch, list[int]]]] = {}
        for patch in patches:
            classes = encode(patch.string, trainee.vocabulary)
            if classes and can_write(patch.string, trainee.vocabulary):
                self._sources.setdefault(patch.source, []).append((patch, classes))
        if not self._sources:
            raise ValueError("there is no text to train on: check the folder of patches and the alphabet")
        shares = np.array([config.shares.get(name, 0.0) for name in self._sources])
        self._shares = shares / shares.sum() if shares.sum() else np.full(len(shares), 1 / len(shares))
        self._pool: tuple[int, list[list[Example]]] = (-1, [])

    def batch(self, step: int) -> list[Example]:
        """Crops and classes of one step; the same for the same step."""
        number, place = divmod(step, POOL)
        if self._pool[0] != number:
            self._pool = (number, self._draw(number))
        return self._pool[1][place]

    def _draw(self, number: int) -> list[list[Example]]:
        """POOL batches, each of crops of about one width, in random order."""
        config, rng = self._config, np.random.default_rng((self._config.seed, number))
        names = list(self._sources)
        drawn: list[Example] = []
        for source in rng.choice(len(names), POOL * config.batch, p=self._shares).tolist():
            texts = self._sources[names[source]]
            patch, classes = texts[int(rng.integers(len(texts)))]
            crop = random_crop(patch, self._trainee.height, rng, config.distortion)
            drawn.append(Example(crop, classes, patch.source))
        drawn.sort(key=lambda example: example.crop.shape[1])
        return [drawn[place * config.batch : (place + 1) * config.batch] for place in rng.permutation(POOL).tolist()]


def can_write(string: str, vocabulary: Sequence[str]) -> bool:
    """Whether a vocabulary has a space, or the string needs none: networks of words do not learn from lines."""
    return " " not in string or " " in vocabulary


def ctc_loss(log_probabilities: Tensor, classes: Sequence[Sequence[int]]) -> Tensor:
    """Mean over the crops of the loss a character: (T, B, V) and B strings of classes."""
    steps, count, _ = log_probabilities.shape
    lengths = torch.tensor([len(string) for string in classes])
    targets = torch.tensor([place for string in classes for place in string])
    loss = functional.ctc_loss(
        log_probabilities, targets, torch.full((count,), steps), lengths, reduction="none", zero_infinity=True
    )
    return (loss / lengths).mean()


class Start:
    """The first layers of a pretrained trunk, which do not learn, and what the whole pretrained network says.

    Both run in ONNX Runtime, where they take less than half of the time, but for training in bfloat16, which is faster.
    """

    def __init__(self, network: SVTRLCNet, *, layers: int, threads: int, bfloat16: bool = False) -> None:
        self.layers = layers
        places = {text: index for index, text in reversed(list(enumerate(network.vocabulary)))}
        self.plain = [places.get(unaccented(text), index) for index, text in enumerate(network.vocabulary)]
        """For each class that of its letter without accents."""
        self._beginning = FirstLayers(copy.deepcopy(network).requires_grad_(False), layers)
        self._session = None
        if not bfloat16:
            self._session = start_session(
                self._beginning, torch.zeros(1, 3, 48, 96), ["level", "taught"], free=(0, 3), threads=threads
            )

    @torch.no_grad()
    def __call__(self, crops: Tensor, *, is_taught: bool) -> tuple[Tensor, Tensor | None]:
        """The map behind the first layers, and the log-probabilities (T, B, V) where they are wanted."""
        if self._session is None:
            level, taught = self._beginning(crops)
            return level, taught[:, :, 0].permute(2, 0, 1) if is_taught else None
        found = self._session.run(["level", "taught"][: 1 + is_taught], {"x": crops.numpy()})
        return torch.from_numpy(found[0]), torch.from_numpy(found[1])[:, :, 0].permute(2, 0, 1) if is_taught else None


class FirstLayers(nn.Module):
    """The stem and the first layers, and what the whole network says: (B, 3, 48, W) crops to (B, C, H, W / 4) and
    log-probabilities (B, V, 1, T).
    """

    def __init__(self, network: SVTRLCNet, count: int) -> None:
        super().__init__()
        self.network = network
        self.count = count

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """The map behind the layers, and the log-probabilities."""
        level = self.network.start(crops, self.count)
        return level, self.network.classify(self.network.finish(level, self.count)).permute(1, 2, 0)[:, :, None]


def training_step(
    trainee: Trainee, start: Start | None, batch: Sequence[Example], teach: float, *, bfloat16: bool = False
) -> Tensor:
    """The loss of one batch; only the networks compute in bfloat16, not the loss."""
    crops = as_batch([example.crop for example in batch], trainee.channels)
    if bfloat16:
        crops = crops.contiguous(memory_format=torch.channels_last)
    classes = [example.classes for example in batch]
    if start is None:
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            said: Tensor = trainee.network(crops)
        return ctc_loss(said, classes)
    assert isinstance(trainee.network, SVTRLCNet)
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        level, taught = start(crops, is_taught=teach > 0)
        said = trainee.network.classify(trainee.network.finish(level, start.layers))
    if taught is None:
        return ctc_loss(said, classes)
    paths = [best_path(taught[:, row]) for row in range(len(batch))]
    plain = start.plain
    for row, (example, path) in enumerate(zip(batch, paths, strict=True)):
        if example.source in WITHOUT_ACCENTS and [plain[k] for k in path] == [plain[k] for k in example.classes]:
            classes[row] = path
    loss = ctc_loss(said, classes)
    is_right = torch.tensor([path == string for path, string in zip(paths, classes, strict=True)])
    if is_right.any():
        divergence = functional.kl_div(said, taught, reduction="none", log_target=True).sum(dim=2).mean(dim=0)
        loss = loss + teach * (divergence * is_right).sum() / len(classes)
    return loss


def best_path(log_probabilities: Tensor) -> list[int]:
    """Classes of the likeliest path (T, V) without repeats and blanks."""
    best = torch.unique_consecutive(log_probabilities.argmax(dim=1))
    found: list[int] = best[best != BLANK].tolist()
    return found


@torch.no_grad()
def read_crops(trainee: Trainee, crops: Sequence[NDArray[np.uint8]], *, batch: int = 16) -> list[str]:
    """What the network reads in crops, cleaned as when it runs; each is padded as if it were alone."""
    vocabulary = Vocabulary(trainee.vocabulary)
    bucket = BUCKET * trainee.height // 48
    groups: dict[int, list[int]] = {}
    for position, crop in enumerate(crops):
        groups.setdefault(max(NARROWEST // BUCKET, -(-crop.shape[1] // bucket)), []).append(position)
    found = [""] * len(crops)
    trainee.network.eval()
    for _, group in sorted(groups.items()):
        for first in range(0, len(group), batch):
            chosen = group[first : first + batch]
            said = trainee.network(as_batch([crops[position] for position in chosen], trainee.channels)).exp()
            for row, position in enumerate(chosen):
                best, score = vocabulary.best(said[:, row].numpy())
                characters = normalize_characters(decode_ctc(best, score, vocabulary.texts))
                found[position] = "".join(character.text for character in characters)
    trainee.network.train()
    return found


def measure(trainee: Trainee, patches: Sequence[WordPatch]) -> dict[str, float]:
    """Parts of the texts of each source that are read right.

    Words count by their letters and digits, whatever the case; of a line all words must be right, and parted right.
    """
    readings = read_crops(trainee, [upright_crop(patch, trainee.height) for patch in patches])
    hits: dict[str, list[bool]] = {}
    for patch, reading in zip(patches, readings, strict=True):
        hits.setdefault(patch.source, []).append(compared_words(patch.string) == compared_words(reading))
        if patch.source != "line":
            hits[patch.source][-1] = compared_form(patch.string) == compared_form(reading)
    return {name: float(np.mean(own)) for name, own in sorted(hits.items())}


def compared_words(string: str) -> list[str]:
    """What of each word is compared."""
    return [form for word in string.split() if (form := compared_form(word))]


def train(
    trainee: Trainee,
    patches: Sequence[WordPatch],
    held_out: Sequence[WordPatch],
    output: Path,
    *,
    config: RecognizerConfig,
    threads: int = 2,
    measure_every: float = 8.0,
    save_every: float = 3.0,
) -> Path:
    """Train until the time or the steps of `config` are used up; go on from the checkpoint in `output`, if any.

    Returns the checkpoint. Where there are held-out texts, `best.pt` beside it holds the best average.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(config.seed)
    network = trainee.network
    if config.bfloat16:
        network.to(memory_format=torch.channels_last)
    data = Patches(patches, trainee, config)
    start = None
    if trainee.is_pretrained and isinstance(network, SVTRLCNet):
        start = Start(network, layers=config.frozen_layers, threads=threads, bfloat16=config.bfloat16)
        for module in (network.stem, *network.layers[: config.frozen_layers]):
            module.requires_grad_(False)
    if config.eight_bits_from is not None and isinstance(network, SVTRLCNet):
        round_like_eight_bits(network, network.pointwise(config.eight_bits_from))
    average = copy.deepcopy(network).requires_grad_(False)
    averaged = Trainee(average, trainee.vocabulary, trainee.height, trainee.channels)
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    started = {parameter for module in trainee.started for parameter in module.parameters()}
    slow = [parameter for parameter in learning if parameter in started]
    groups = [
        {"params": [parameter for parameter in learning if parameter not in started], "peak": config.rate},
        *([{"params": slow, "peak": config.rate * config.rate_of_started}] if slow else []),
    ]
    optimiser = torch.optim.AdamW(groups, lr=config.rate, weight_decay=config.decay)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint, step, spent, best = output / "checkpoint.pt", 0, 0.0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        network.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent, best = state["step"], state["spent"], state["best"]
        logger.info("resumed at step %d after %.1f minutes of training", step, spent)
    elif held_out:
        logger.info("held out: before training, %s", as_json(measure(averaged, held_out)))
    saved, measured, recent = spent, spent, list[float]()
    clock = time.monotonic()
    with ThreadPoolExecutor(1) as drawer:
        coming = drawer.submit(data.batch, step)
        while part_done(config, step, spent) < 1.0:
            set_rate(optimiser, config, step, spent)
            batch, coming = coming.result(), drawer.submit(data.batch, step + 1)
            loss = training_step(trainee, start, batch, config.teach, bfloat16=config.bfloat16)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learning, config.clip)
            optimiser.step()
            update_average(average, network, step, config.average)
            step += 1
            recent.append(float(loss.detach()))
            now = time.monotonic()
            spent, clock = spent + (now - clock) / 60, now
            if step % 50 == 0:
                logger.info("step %d, %.1f minutes: loss %.4f", step, spent, float(np.mean(recent)))
                recent = []
            is_last = part_done(config, step, spent) >= 1.0
            if held_out and (spent - measured >= measure_every or is_last):
                figures = measure(averaged, held_out)
                logger.info("held out: step %d, %s", step, as_json(figures))
                if (score := float(np.mean(list(figures.values())))) >= best:
                    best = score
                    save_atomically({"average": average.state_dict(), "step": step}, output / "best.pt")
                measured, clock = spent, time.monotonic()
            if spent - saved >= save_every or is_last:
                state = {"model": network.state_dict(), "average": average.state_dict(), "step": step, "spent": spent}
                save_atomically(state | {"optimiser": optimiser.state_dict(), "best": best}, checkpoint)
                saved = spent
    return checkpoint


def load_trained(path: Path, network: nn.Module) -> None:
    """Fill a network with the average of a checkpoint or of `best.pt`."""
    network.load_state_dict(plain_state(torch.load(path, map_location="cpu", weights_only=True)["average"]))
    network.eval()


def with_drawn(shares: Mapping[str, float], drawn: float) -> dict[str, float]:
    """Shares of the sources where `drawn` of the crops are drawn ones."""
    rest = (1.0 - drawn) / (1.0 - shares["drawn"])
    return {name: drawn if name == "drawn" else share * rest for name, share in shares.items()}


def as_json(figures: Mapping[str, float]) -> str:
    """Figures for the log."""
    return json.dumps({name: round(value, 4) for name, value in figures.items()})


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    defaults = RecognizerConfig()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=Path, default=Path("cache/words"), help="output of training.word_images")
    parser.add_argument("--network", choices=sorted(NETWORKS), default="ppocr")
    parser.add_argument(
        "--start", type=Path, help="from what to start: for crnn nano_ocr_ftr.pth, for ppocr a checkpoint"
    )
    parser.add_argument("--output", type=Path, default=Path("runs/recognizer"))
    parser.add_argument("--minutes", type=float, default=defaults.minutes)
    parser.add_argument("--steps-of-training", type=int, help="end after so many steps, not after so many minutes")
    parser.add_argument("--batch", type=int, default=defaults.batch)
    parser.add_argument("--rate", type=float, default=defaults.rate)
    parser.add_argument("--frozen-layers", type=int, default=defaults.frozen_layers)
    parser.add_argument("--eight-bits-from", type=int, help="layer from which on to learn under 8-bit rounding")
    parser.add_argument("--teach", type=float, default=defaults.teach)
    parser.add_argument("--drawn", type=float, default=defaults.shares["drawn"], help="share of drawn words")
    parser.add_argument("--bfloat16", action="store_true", help="compute products in bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure-every", type=float, default=8.0, help="minutes")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    if given.start is not None and given.network == "crnn-vgg":
        parser.error("--start is for --network crnn and ppocr")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = RecognizerConfig(
        minutes=given.minutes,
        steps_of_training=given.steps_of_training,
        batch=given.batch,
        rate=given.rate,
        frozen_layers=given.frozen_layers,
        teach=given.teach,
        shares=with_drawn(defaults.shares, given.drawn),
        bfloat16=given.bfloat16,
        eight_bits_from=given.eight_bits_from,
        seed=given.seed,
    )
    patches, held_out = load_patches(given.words / "train"), load_patches(given.words / "held-out")
    held_out = [patch for place, patch in enumerate(held_out) if patch.source == "official" or place % 3 == 0]
    if given.network == "crnn" and given.start is not None:
        trainee = build_crnn("as-published", given.start)
    else:
        trainee = NETWORKS[given.network]()
        if given.start is not None:
            load_trained(given.start, trainee.network)
    held_out = [patch for patch in held_out if can_write(patch.string, trainee.vocabulary)]
    logger.info("%d texts to train on, %d held out", len(patches), len(held_out))
    train(
        trainee,
        patches,
        held_out,
        given.output,
        config=config,
        threads=given.threads,
        measure_every=given.measure_every,
    )


if __name__ == "__main__":
    main()
