"""Word colours: a small network that tells letters from ground in a patch of a word and names their colours.

Convolutions find the pixels of the letters; colours are then looked at one pixel at a time and averaged over the
letters, over what lies behind them, and over four regions that the network chooses. The form of the letters and the
light of the photo go beside. Paper 3.3: the look that a description names.

Letters of shapes: W words, C colour names.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Seen", "WordColoursConfig", "WordColoursForExport", "WordColoursNetwork"]

JUDGED = 3
"""Ink, ground, and the surface that the word lies on."""
CHOSEN = 4
"""Regions that the network chooses itself: one for each of what is judged, one for all."""


@dataclass(frozen=True)
class WordColoursConfig:
    """Sizes."""

    names: int = 13
    light_width: int = 23
    width: int = 24
    """Channels of the first layers; two and three times as many behind."""
    colour_width: int = 32
    hidden: int = 64
    dropout: float = 0.3


@dataclass(frozen=True)
class Seen:
    """What the convolutions make of W patches."""

    letters: Tensor
    """(W, 32 · 48) logits: is this pixel a letter's?"""
    colours: Tensor
    """(W, 2 + `CHOSEN`, colour width) colours of letters, of ground, and of the chosen regions"""
    form: Tensor
    """(W, 3 · width)"""


def _convolution(inputs: int, outputs: int, stride: int | tuple[int, int] = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class WordColoursNetwork(nn.Module):
    """From patches to names."""

    def __init__(self, config: WordColoursConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or WordColoursConfig()
        width, colour = config.width, config.colour_width
        self.fine = nn.Sequential(_convolution(4, width, (1, 2)), _convolution(width, width))
        self.middle = nn.Sequential(_convolution(width, 2 * width, 2), _convolution(2 * width, 2 * width))
        self.coarse = nn.Sequential(_convolution(2 * width, 3 * width, 2), _convolution(3 * width, 3 * width))
        self.to_middle = nn.Conv2d(3 * width, 2 * width, 1)
        self.to_fine = nn.Conv2d(2 * width, width, 1)
        self.regions = nn.Sequential(_convolution(width, width), nn.Conv2d(width, 2 + CHOSEN, 1))
        self.colour = nn.Sequential(nn.Conv2d(3, colour, 1), nn.ReLU(), nn.Conv2d(colour, colour, 1), nn.ReLU())
        self.light = nn.Sequential(nn.Linear(config.light_width, 16), nn.ReLU(), nn.Dropout(0.2))
        self.hand = nn.Linear(1, 16, bias=False)
        seen = 4 * colour + 3 * width
        self.heads = nn.ModuleList(self._head(seen + 32) for _ in range(JUDGED))
        self.drawn_heads = nn.ModuleList(self._head(seen) for _ in range(2))

    def _head(self, inputs: int) -> nn.Sequential:
        config = self.config
        return nn.Sequential(
            nn.Dropout(config.dropout),
            nn.Linear(inputs, config.hidden),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, config.names),
        )

    def see(self, lab: Tensor, inside: Tensor) -> Seen:
        """Find letters and colours: lab (W, 3, 32, 96) L*a*b*, inside (W, 1, 32, 96), 1 where the word's quad is."""
        scaled = torch.cat([lab[:, :1] - 50, lab[:, 1:]], dim=1) / 50
        fine = self.fine(torch.cat([scaled, inside], dim=1))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        middle = functional.relu(functional.interpolate(self.to_middle(coarse), scale_factor=2.0) + middle)
        fine = functional.relu(functional.interpolate(self.to_fine(middle), scale_factor=2.0) + fine)
        regions = self.regions(fine).flatten(2).float()
        letters, behind = regions[:, :1].sigmoid(), regions[:, 1:2].sigmoid()
        within = functional.avg_pool2d(inside.float(), (1, 2)).flatten(2)
        shares = torch.cat([letters * within, (1 - letters) * behind], dim=1)
        shares = shares / (shares.sum(dim=2, keepdim=True) + 1e-3)
        shares = torch.cat([shares, regions[:, 2:].softmax(dim=2)], dim=1)
        pixels = self.colour(functional.avg_pool2d(scaled, (1, 2))).flatten(2).float()
        return Seen(regions[:, 0], shares @ pixels.transpose(1, 2), coarse.float().mean(dim=(2, 3)))

    def forward(self, lab: Tensor, inside: Tensor, light: Tensor, is_given: Tensor) -> Tensor:
        """Log probabilities of the names: (W, 3, C) for ink, ground and surface.

        light: (W, L) `context.features.photo_features`; is_given: (W,) 1 where the label to be foretold comes with the
        data, 0 where it is one of our own.
        """
        seen = self.see(lab, inside)
        beside = torch.cat([self.light(light / 50), self.hand(is_given[:, None])], dim=1)
        logits = [
            head(torch.cat([*self._colours(seen, number), seen.form, beside], dim=1))
            for number, head in enumerate(self.heads)
        ]
        return torch.stack(logits, dim=1).float().log_softmax(dim=2)

    def name_drawn(self, lab: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of letters (W, 32 · 48) and of the names of ink and ground (W, 2, C), for drawn words."""
        seen = self.see(lab, inside)
        logits = [
            head(torch.cat([*self._colours(seen, number), seen.form], dim=1))
            for number, head in enumerate(self.drawn_heads)
        ]
        return seen.letters, torch.stack(logits, dim=1).float()

    @staticmethod
    def _colours(seen: Seen, number: int) -> tuple[Tensor, ...]:
        """The four colours that one head sees: letters, ground, its own region, the common one."""
        return seen.colours[:, 0], seen.colours[:, 1], seen.colours[:, 2 + number], seen.colours[:, -1]


class WordColoursForExport(nn.Module):
    """The network as the package runs it: answers as the labels that come with the data would."""

    def __init__(self, network: WordColoursNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, lab: Tensor, inside: Tensor, light: Tensor) -> Tensor:
        """lab (W, 32, 96, 3), inside (W, 32, 96) 0 or 1, light (W, L) to log probabilities (W, 3, C)."""
        return self.network(lab.permute(0, 3, 1, 2), inside[:, None], light, torch.ones_like(light[:, 0]))
