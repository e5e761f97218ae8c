"""Train CRTR or one of its rivals: what people say of a text, word by word (paper 3.3, 4.4).

    python -m whichtext.training.crtr TEXTREF/expressions-train.jsonl --name crtr --maps cache/maps --output runs/crtr
    python -m whichtext.training.crtr SCENES/scenes.jsonl --name lrcn --language EXPRESSIONS.tsv ... --output runs/lrcn

Reads TextRef JSON Lines. A captioner (`lrcn`) that has learned to speak from other scenes, and from sentences without
pictures (`--language`, a table with a column `expression`), is where the training on real descriptions starts
(`--start`). `--margin` also asks that a description be likelier of its text than of another one of the same photo, by
so much (MMI, Mao et al. 2016). A tenth of the photos, chosen by `image_id`, is never trained on; how often the
likeliest of its words, lines and described texts is the one meant is logged. Saves after every epoch and goes on from
there.
"""

import argparse
import csv
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from whichtext.geometry import box_iou, box_of, union_box
from whichtext.networks.crtr import (
    CROP_SIDE,
    CRTR,
    PRESETS,
    RIVALS,
    CaptionerConfig,
    DenseCap,
    build_captioner,
    log_likelihoods,
    start_from_captioner,
)
from whichtext.networks.standardised import Standardised
from whichtext.retrieval.crtr.wording import START, STOP, Vocabulary
from whichtext.retrieval.looks import LOOK_WIDTH, PLACE_WIDTH, text_looks, whole_look
from whichtext.training.photo_maps import keep_maps, load_maps
from whichtext.training.running import save_atomically, update_average
from whichtext.training.word_regions import is_held_out

__all__ = [
    "CaptionerTraining",
    "DescribedPhoto",
    "LooksOfMaps",
    "Pictures",
    "PixelPictures",
    "first_hits",
    "likelihoods_of_all",
    "load_described",
    "load_trained",
    "train",
]

logger = logging.getLogger(__name__)

Floats = NDArray[np.floating[Any]]
Captioner = CRTR | DenseCap


@dataclass(frozen=True, slots=True)
class CaptionerTraining:
    """How it is trained; the defaults are for the light preset."""

    epochs: int = 12
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 0.02
    margin: float = 0.0
    """Nats by which a description should be likelier of its own text; 0 trains by likelihood alone."""
    margin_weight: float = 1.0
    averaging: float = 0.99
    """Decay of the running average of the weights, which is what is kept."""
    is_published: bool = False
    """Whether to train as published: stochastic gradient descent with momentum, its rate halved every 30,000 steps."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class DescribedPhoto:
    """A photo whose texts people described."""

    image_id: str
    file: Path
    boxes: Floats
    """(N, 4) words, lines and described texts, xyxy as parts of the photo's sides."""
    descriptions: tuple[tuple[str, int], ...]
    """Each with the row of the text that is meant."""


class Pictures(Protocol):
    """What texts and photos look like, for a network."""

    def __call__(self, photo: DescribedPhoto, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Of some texts of a photo, (R, C), and of the photo, (K,); or pixels instead of numbers."""
        ...


class LooksOfMaps:
    """Numbers of the feature maps that are kept in a folder; all are held in memory."""

    def __init__(self, photos: Sequence[DescribedPhoto], folder: Path) -> None:
        keep_maps(((photo.image_id, photo.file) for photo in photos), folder)
        self._kept: dict[str, tuple[Tensor, Tensor]] = {}
        for photo in photos:
            maps = load_maps(folder, photo.image_id)
            looks = torch.from_numpy(text_looks(maps, photo.boxes))
            self._kept[photo.image_id] = looks, torch.from_numpy(whole_look(maps))

    def __call__(self, photo: DescribedPhoto, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Numbers of texts and of the photo."""
        looks, whole = self._kept[photo.image_id]
        return looks[list(rows)], whole


class PixelPictures:
    """Texts and photos warped to 224 x 224 pixels, as published."""

    def __call__(self, photo: DescribedPhoto, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Pixels (R, 3, 224, 224) and (3, 224, 224), values in about [-2, 2]."""
        with Image.open(photo.file) as opened:
            whole = opened.convert("RGB")
        sides = np.array([whole.width, whole.height] * 2)
        boxes = [np.array([0, 0, *sides[:2]]), *(photo.boxes[row] * sides for row in rows)]
        warped = [whole.resize((CROP_SIDE, CROP_SIDE), box=_box(box)) for box in boxes]
        pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in warped]))
        scaled = (pixels.permute(0, 3, 1, 2).float() - 116.0) / 58.0
        return scaled[1:], scaled[0]


def load_described(file: Path) -> list[DescribedPhoto]:
    """Photos of TextRef JSON Lines with their descriptions, those whose text is a word, a line or a group of words."""
    photos = []
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        words = {text["id"]: box_of(text["polygon"]) for text in record["texts"]}
        groups = [*((identity,) for identity in words), *map(tuple, record.get("lines", ()))]
        groups += [tuple(expression["targets"]) for expression in record.get("expressions", ())]
        row_of = {group: row for row, group in enumerate(dict.fromkeys(tuple(sorted(group)) for group in groups))}
        sides = np.array([record["width"], record["height"]] * 2, dtype=np.float64)
        boxes = np.array([union_box(words[identity] for identity in group) for group in row_of]).reshape(-1, 4)
        photos.append(
            DescribedPhoto(
                image_id=record["image_id"],
                file=file.parent / record["file"],
                boxes=np.clip(boxes / sides, 0, 1),
                descriptions=tuple(
                    (expression["raw"], row_of[tuple(sorted(expression["targets"]))])
                    for expression in record.get("expressions", ())
                ),
            )
        )
    return photos


@dataclass(frozen=True, slots=True)
class Tuples:
    """A batch of B descriptions, each of one text."""

    words: Tensor
    """(B, T) with the starting symbol in front."""
    following: Tensor
    """(B, T) the same moved by one, the stop symbol at the end."""
    counts: Tensor
    """(B,) words and stop symbol."""
    crops: Tensor
    contexts: Tensor
    boxes: Tensor

    def likelihoods(self, network: Captioner, *, with_stop: bool) -> Tensor:
        """Log likelihoods (B,)."""
        logits = network(self.words, self.crops, self.contexts, self.boxes)
        return log_likelihoods(logits, self.following, self.counts if with_stop else self.counts - 1)


def tuples_of(
    rows: Sequence[tuple[DescribedPhoto | None, int, Sequence[int]]], pictures: Pictures, config: CaptionerConfig
) -> Tuples:
    """Photo (None for a sentence without one), row of the text, words of the description: as a batch."""
    most = 1 + max(len(said) for _, _, said in rows)
    words = torch.full((len(rows), most), STOP)
    following = torch.full((len(rows), most), STOP)
    boxes = torch.zeros(len(rows), 4)
    crops, contexts = [], []
    blank = tuple(torch.zeros(width) for width in (config.crop_width, config.context_width))
    for place, (photo, row, said) in enumerate(rows):
        words[place, 0] = START if config.has_own_start else STOP
        words[place, 1 : 1 + len(said)] = torch.tensor(said)
        following[place, : len(said)] = torch.tensor(said)
        if photo is None:
            crop, context = blank
        else:
            seen, context = pictures(photo, [row])
            crop = seen[0]
            boxes[place] = torch.from_numpy(photo.boxes[row])
        crops.append(crop)
        contexts.append(context)
    counts = torch.tensor([1 + len(said) for _, _, said in rows])
    return Tuples(words, following, counts, torch.stack(crops), torch.stack(contexts), boxes)


def train(
    network: Captioner,
    photos: Sequence[DescribedPhoto],
    pictures: Pictures,
    vocabulary: Vocabulary,
    config: CaptionerTraining,
    *,
    sentences: Sequence[str] = (),
    held_out: Sequence[DescribedPhoto] = (),
    output: Path | None = None,
    described_as: Mapping[str, Any] | None = None,
) -> Captioner:
    """Train, and return the averaged network.

    sentences: said of nothing that is seen. output: folder of the checkpoint, from which a run goes on; described_as:
    what else the checkpoint should hold.
    """
    torch.manual_seed(config.seed)
    rows = [(photo, row, vocabulary.encode(said)) for photo in photos for said, row in photo.descriptions]
    alone: list[tuple[DescribedPhoto | None, int, list[int]]] = [(None, 0, vocabulary.encode(s)) for s in sentences]
    examples = [example for example in [*rows, *alone] if example[2]]
    average = type(network)(network.config)
    average.load_state_dict(network.state_dict())
    optimiser = _optimiser(network, config)
    steps = -(-len(examples) // config.batch)
    first, file = 0, None if output is None else output / "checkpoint.pt"
    if file is not None and file.exists():
        saved = torch.load(file, weights_only=True)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["epochs"]
    start = time.monotonic()
    for epoch in range(first, config.epochs):
        rng = np.random.default_rng([config.seed, epoch])
        torch.manual_seed(config.seed * 1000 + epoch)
        network.train()
        sums = np.zeros(2)
        order = rng.permutation(len(examples))
        for step in range(steps):
            group = [examples[i] for i in order[step * config.batch : (step + 1) * config.batch]]
            _set_rate(optimiser, config, epoch * steps + step, config.epochs * steps)
            likely, margin = _losses(network, group, pictures, config, rng)
            optimiser.zero_grad()
            (likely + config.margin_weight * margin).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 10.0)
            optimiser.step()
            update_average(average, network, epoch * steps + step, config.averaging)
            sums += [likely.item(), float(margin)]
        logger.info("epoch %d: nats %.3f, margin %.3f, %.0f s", epoch, *(sums / steps), time.monotonic() - start)
        if held_out:
            hits = first_hits(average, held_out, pictures, vocabulary)
            logger.info("   held out: first of %d descriptions %.4f", len(hits), np.mean(hits))
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            save_atomically(
                {
                    "network": network.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "epochs": epoch + 1,
                    "config": asdict(network.config),
                    "vocabulary": list(vocabulary.words),
                    "training": asdict(config),
                    **(described_as or {}),
                },
                file,
            )
    average.eval()
    return average


def _losses(
    network: Captioner,
    group: Sequence[tuple[DescribedPhoto | None, int, Sequence[int]]],
    pictures: Pictures,
    config: CaptionerTraining,
    rng: np.random.Generator,
) -> tuple[Tensor, Tensor]:
    """Mean nats of a description, and by how much it fails to be likelier of its text than of another one."""
    own = tuples_of(group, pictures, network.config)
    likely = own.likelihoods(network, with_stop=True)
    nats = -likely.mean()
    if not config.margin:
        return nats, torch.zeros(())
    others = []
    for place, (photo, row, said) in enumerate(group):
        if photo is None:
            continue
        apart = [i for i, box in enumerate(photo.boxes) if box_iou(_box(box), _box(photo.boxes[row])) <= 0.5]
        if apart:
            others.append((place, (photo, int(rng.choice(apart)), said)))
    if not others:
        return nats, torch.zeros(())
    rivals = tuples_of([rival for _, rival in others], pictures, network.config).likelihoods(network, with_stop=True)
    places = torch.tensor([place for place, _ in others])
    return nats, torch.relu(config.margin - likely[places] + rivals).mean()


def _box(row: Floats) -> tuple[float, float, float, float]:
    left, top, right, bottom = map(float, row)
    return left, top, right, bottom


def _optimiser(network: Captioner, config: CaptionerTraining) -> torch.optim.Optimizer:
    if config.is_published:
        return torch.optim.SGD(network.parameters(), lr=config.rate, momentum=0.9)
    return torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=config.weight_decay)


def _set_rate(optimiser: torch.optim.Optimizer, config: CaptionerTraining, step: int, total: int) -> None:
    if config.is_published:
        share = 0.5 ** (step // 30_000)
    else:
        share = min(1.0, (step + 1) / min(100.0, 0.1 * total)) * 0.5 * (1 + float(np.cos(np.pi * step / total)))
    for group in optimiser.param_groups:
        group["lr"] = config.rate * share


@torch.no_grad()
def likelihoods_of_all(
    network: Captioner, photo: DescribedPhoto, said: Sequence[int], pictures: Pictures
) -> NDArray[np.float64]:
    """Log likelihood of a description of each text of a photo (N,), without the stop symbol, as published."""
    crops, context = pictures(photo, range(len(photo.boxes)))
    one = tuples_of([(photo, 0, said)], pictures, network.config)
    batch = replace(one, crops=crops, contexts=context[None], boxes=torch.from_numpy(photo.boxes).float())
    return np.asarray(batch.likelihoods(network.eval(), with_stop=False).double())


def first_hits(
    network: Captioner, photos: Sequence[DescribedPhoto], pictures: Pictures, vocabulary: Vocabulary
) -> list[bool]:
    """Of each description, whether the likeliest text is the one meant (IoU above one half)."""
    hits = []
    for photo in photos:
        for said, row in photo.descriptions:
            best = int(np.argmax(likelihoods_of_all(network, photo, vocabulary.encode(said), pictures)))
            hits.append(box_iou(_box(photo.boxes[best]), _box(photo.boxes[row])) > 0.5)
    return hits


def load_trained(checkpoint: Path) -> tuple[Captioner, Vocabulary]:
    """The averaged network of a run, and the words that it knows."""
    saved = torch.load(checkpoint, weights_only=True)
    config = CaptionerConfig(**saved["config"])
    network: Captioner = DenseCap(config) if config.kind == "densecap" else CRTR(config)
    network.load_state_dict(saved["average"])
    network.eval()
    return network, Vocabulary(saved["vocabulary"])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="TextRef JSON Lines with expressions")
    parser.add_argument("--name", choices=sorted(RIVALS), default="crtr")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="light")
    parser.add_argument("--maps", type=Path, default=Path("cache/maps"), help="folder for the feature maps of photos")
    parser.add_argument("--language", type=Path, nargs="*", default=[], help="tables with a column `expression`")
    parser.add_argument("--vocabulary", type=Path, nargs="*", default=[], help="more TextRef files whose words count")
    parser.add_argument("--start", type=Path, help="checkpoint of a captioner (`lrcn`) or of the same network")
    parser.add_argument("--output", type=Path, required=True)
    for field in fields(CaptionerTraining):
        if field.name != "is_published":
            name = f"--{field.name.replace('_', '-')}"
            parser.add_argument(name, type=type(field.default), default=field.default)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(options.threads)
    given = {f.name: getattr(options, f.name) for f in fields(CaptionerTraining) if f.name != "is_published"}
    config = CaptionerTraining(**given, is_published=options.preset == "as-published")
    photos = load_described(options.photos)
    sentences = [said for table in options.language for said in _sentences(table)]
    start = None if options.start is None else load_trained(options.start)
    chosen = [photo for photo in photos if photo.descriptions and not is_held_out(photo.image_id)]
    held_out = [photo for photo in photos if photo.descriptions and is_held_out(photo.image_id)]
    also = [said for file in options.vocabulary for p in load_described(file) for said, _ in p.descriptions]
    own = [said for photo in chosen for said, _ in photo.descriptions]
    vocabulary = Vocabulary.of([*own, *sentences, *also]) if start is None else start[1]
    pictures: Pictures = PixelPictures() if options.preset == "as-published" else LooksOfMaps(photos, options.maps)
    network = _network(options.name, options.preset, vocabulary, start, chosen, pictures)
    logger.info("%d photos, %d held out, %d sentences", len(chosen), len(held_out), len(sentences))
    train(
        network,
        chosen,
        pictures,
        vocabulary,
        config,
        sentences=sentences,
        held_out=held_out,
        output=options.output,
        described_as={"name": options.name},
    )


def _network(
    name: str,
    preset: str,
    vocabulary: Vocabulary,
    start: tuple[Captioner, Vocabulary] | None,
    photos: Sequence[DescribedPhoto],
    pictures: Pictures,
) -> Captioner:
    """A new network, or one that starts from another."""
    widths = {"crop_width": LOOK_WIDTH, "context_width": PLACE_WIDTH} if preset != "as-published" else {}
    network = build_captioner(name, preset, vocabulary=len(vocabulary.words), **widths)
    if start is not None and start[0].config == network.config:
        network.load_state_dict(start[0].state_dict())
        return network
    _standardise(network, photos, pictures)
    if start is not None:
        if not isinstance(network, CRTR) or not isinstance(start[0], CRTR):
            raise SystemExit(f"{name} cannot start from that network")
        start_from_captioner(network, start[0])
    return network


def _standardise(network: Captioner, photos: Sequence[DescribedPhoto], pictures: Pictures) -> None:
    """Take mean and spread of the numbers that a light network sees from photos."""
    if network.config.encoder != "numbers":
        return
    crops, contexts = zip(*(pictures(photo, range(len(photo.boxes))) for photo in photos), strict=True)
    if isinstance(network.crop_in, Standardised):
        network.crop_in.fit(torch.cat(crops))
    if isinstance(network, CRTR) and network.config.has_context and isinstance(network.context_in, Standardised):
        network.context_in.fit(torch.stack(contexts))


def _sentences(table: Path) -> list[str]:
    with table.open(encoding="utf-8", newline="") as file:
        return [row["expression"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


if __name__ == "__main__":
    main()
