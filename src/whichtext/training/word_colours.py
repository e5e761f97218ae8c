"""Training of the network that names the colours of words (`whichtext.networks.word_colours`).

First on drawn words alone, whose letters are known to the pixel; then on words of photos, with drawn ones among them so
that what a letter is stays known. Labels are of lines: each word of a line counts as part of one label.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from whichtext.context.colours import rgb_to_lab
from whichtext.networks.word_colours import WordColoursConfig, WordColoursForExport, WordColoursNetwork
from whichtext.training.drawn_colours import DrawnColours
from whichtext.training.running import save_atomically, traced

__all__ = ["ColourConfig", "LabelledWords", "export", "learn_to_see", "train"]


@dataclass(frozen=True, slots=True)
class ColourConfig:
    """How it is trained."""

    drawn_epochs: int = 3
    drawn_batch: int = 96
    epochs: int = 16
    batch: int = 64
    drawn_beside: int = 24
    """Drawn words in every batch of words of photos."""
    rate: float = 3e-3
    weight_decay: float = 0.02
    averaging: float = 0.995
    letters_share: float = 0.3
    names_share: float = 0.1
    """What letters and names of the drawn words count beside the labels."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LabelledWords:
    """N words of photos."""

    patches: NDArray[np.uint8]
    """(N, R, C, 3) sRGB"""
    inside: NDArray[np.bool_]
    """(N, R, C)"""
    light: NDArray[np.float32]
    """(N, L) of the photo"""
    is_given: NDArray[np.bool_]
    """(N,) whether the label comes with the data"""
    names: NDArray[np.float32]
    """(N, 3, names) parts of 1, zero where unknown"""
    weights: NDArray[np.float32]
    """(N, 3) 0 where unknown"""

    def some(self, rows: NDArray[np.integer[Any]]) -> "LabelledWords":
        """Some of the words."""
        parts = (self.patches, self.inside, self.light, self.is_given, self.names, self.weights)
        return LabelledWords(*(part[rows] for part in parts))


def _as_lab(patches: NDArray[np.uint8]) -> Tensor:
    """(N, R, C, 3) sRGB to (N, 3, R, C) L*a*b* in half precision."""
    parts = [rgb_to_lab(patches[start : start + 512]).astype(np.float16) for start in range(0, len(patches), 512)]
    return torch.from_numpy(np.concatenate(parts)).permute(0, 3, 1, 2)


def _jittered(rng: np.random.Generator, lab: Tensor, masks: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """Patches (N, 3, R, C) in a little other light, moved and perhaps mirrored, with their masks (N, 1, R, C)."""
    count = len(lab)
    lab, masks = lab.float(), [mask.float() for mask in masks]
    if rng.random() < 0.5:
        lab, masks = lab.flip(3), [mask.flip(3) for mask in masks]

    def draw(values: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(values.astype(np.float32))

    light = (lab[:, :1] - 50) * draw(rng.uniform(0.92, 1.08, (count, 1, 1, 1))) + 50
    light = light + draw(rng.normal(0, 2.5, (count, 1, 1, 1)))
    colour = lab[:, 1:] * draw(rng.uniform(0.85, 1.15, (count, 1, 1, 1))) + draw(rng.normal(0, 1, (count, 2, 1, 1)))
    shift = (int(rng.integers(-2, 3)), int(rng.integers(-5, 6)))
    moved = torch.roll(torch.cat([light, colour], dim=1), shift, (2, 3))
    return moved.contiguous(memory_format=torch.channels_last), [torch.roll(mask, shift, (2, 3)) for mask in masks]


class _Drawn:
    """Drawn words, ready for batches."""

    def __init__(self, drawn: DrawnColours) -> None:
        self.lab = _as_lab(drawn.patches)
        self.inside = torch.from_numpy(drawn.inside)[:, None]
        self.letters = torch.from_numpy(drawn.letters)[:, None]
        self.names = torch.from_numpy(drawn.names)

    def losses(self, network: WordColoursNetwork, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
        """Of letters and of names, for some of the words."""
        rows = torch.from_numpy(rng.integers(0, len(self.lab), count))
        lab, (inside, letters) = _jittered(rng, self.lab[rows], [self.inside[rows], self.letters[rows] / 255])
        with torch.autocast("cpu", torch.bfloat16):
            said, named = network.name_drawn(lab, inside)
        truth = functional.avg_pool2d(letters, (1, 2)).flatten(1)
        of_letters = functional.binary_cross_entropy_with_logits(said.float(), truth)
        known = self.names[rows]
        each = functional.cross_entropy(
            named.float().flatten(0, 1), known.clamp(min=0).flatten(), reduction="none"
        ).reshape(known.shape)
        is_known = (known >= 0).float()
        return of_letters, (each * is_known).sum() / is_known.sum().clamp(min=1) * known.shape[1]


def _optimiser(
    network: nn.Module, config: ColourConfig, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(optimiser, config.rate, total_steps=steps + 1, pct_start=0.15)


def learn_to_see(
    drawn: DrawnColours, config: ColourConfig | None = None, log: Callable[[str], None] = print
) -> WordColoursNetwork:
    """Train on drawn words alone. The same words and seed give the same network."""
    config = config or ColourConfig()
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    network = WordColoursNetwork()
    network.to(memory_format=torch.channels_last)
    words = _Drawn(drawn)
    batch = min(config.drawn_batch, len(words.lab))
    steps = max(1, config.drawn_epochs * len(words.lab) // batch)
    optimiser, schedule = _optimiser(network, config, steps)
    network.train()
    for step in range(steps):
        letters, names = words.losses(network, rng, batch)
        loss = letters + 0.3 * names
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 99:
            log(f"drawn {step + 1}/{steps}: letters {letters.item():.3f}, names {names.item():.3f}")
    return network


def train(
    start: WordColoursNetwork,
    words: LabelledWords,
    drawn: DrawnColours,
    config: ColourConfig | None = None,
    *,
    checkpoint: Path | None = None,
    log: Callable[[str], None] = print,
) -> WordColoursNetwork:
    """Train on words of photos from a network of `learn_to_see`; gives the running average of the weights.

    checkpoint: written after every epoch, and gone on from where it is there. Without it, the same words and seed give
    the same network. Raises ValueError for a checkpoint of other settings.
    """
    config = config or ColourConfig()
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    network = WordColoursNetwork(start.config)
    network.to(memory_format=torch.channels_last)
    network.load_state_dict(start.state_dict())
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.averaging), use_buffers=True)
    lab, inside = _as_lab(words.patches), torch.from_numpy(words.inside)[:, None]
    light, names, weights = map(torch.from_numpy, (words.light, words.names, words.weights))
    is_given = torch.from_numpy(words.is_given.astype(np.float32))
    beside = _Drawn(drawn)
    batch = min(config.batch, len(lab))
    steps = len(lab) // batch
    optimiser, schedule = _optimiser(network, config, steps * config.epochs)
    parts = {"network": network, "average": average, "optimiser": optimiser, "schedule": schedule}
    first = 0
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        if state["settings"] != (asdict(config), len(lab)):
            raise ValueError(f"{checkpoint} is of other settings or words; remove it or name another")
        for name, part in parts.items():
            part.load_state_dict(state[name])
        first = state["epoch"]
        rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torch"])
    for epoch in range(first, config.epochs):
        network.train()
        order = torch.from_numpy(rng.permutation(len(lab)))
        losses = []
        for step in range(steps):
            rows = order[step * batch : (step + 1) * batch]
            seen, (within,) = _jittered(rng, lab[rows], [inside[rows]])
            with torch.autocast("cpu", torch.bfloat16):
                said = network(seen, within, light[rows], is_given[rows])
            each = -(names[rows] * said.float()).sum(dim=2) * weights[rows]
            loss = each.sum() / weights[rows].sum().clamp(min=1e-3)
            losses.append(loss.item())
            letters, drawn_names = beside.losses(network, rng, config.drawn_beside)
            loss = loss + config.letters_share * letters + config.names_share * drawn_names
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            average.update_parameters(network)
        log(f"epoch {epoch + 1}/{config.epochs}: loss {np.mean(losses):.3f}")
        if checkpoint is not None:
            state = {name: part.state_dict() for name, part in parts.items()}
            state |= {"epoch": epoch + 1, "rng": rng.bit_generator.state, "torch": torch.get_rng_state()}
            save_atomically(state | {"settings": (asdict(config), len(lab))}, checkpoint)
    trained: WordColoursNetwork = average.module.eval()
    return trained


def export(network: WordColoursNetwork, light_width: int = WordColoursConfig().light_width) -> bytes:
    """The network as an ONNX file: lab, inside, light to names, see `WordColoursForExport`."""
    example = (torch.full((2, 32, 96, 3), 50.0), torch.ones(2, 32, 96), torch.zeros(2, light_width))
    names = ("lab", "inside", "light", "names")
    free = {name: {0: "words"} for name in names}
    plain = WordColoursForExport(network)
    plain.to(memory_format=torch.contiguous_format)
    return traced(plain, example, inputs=names[:3], outputs=names[3:], free=free, opset=17)
