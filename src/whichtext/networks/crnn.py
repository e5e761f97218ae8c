"""The Convolutional Recurrent Neural Network (paper 3.4, after Shi, Bai and Yao): crop of a word in, characters out.

Convolutions turn a grey crop of 32 pixels height into one feature vector a column, two bidirectional LSTMs, one on top
of the other, read the columns in both directions, and each column says which character stands there or none (CTC).
`as-published` is the released network with its 8,331,301 parameters; `vgg16` has the convolutions of VGG-16 in its
place, as the paper words it.

A crop is 100 pixels wide in the published training, where every word is squeezed to that; the network itself takes any
width. `whichtext.training.recognition` and `whichtext.recognition.crnn` both keep the proportions of the word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from whichtext.networks.vgg16 import STAGES

__all__ = ["ALPHABET", "CRNN", "CROP_HEIGHT", "PRESETS", "TRAINED_WIDTH", "CRNNConfig", "CRNNForExport", "load_shallow"]

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
"""Class k stands for `ALPHABET[k - 1]`, class 0 for no character: case and signs are not told apart."""
CROP_HEIGHT = 32
TRAINED_WIDTH = 100
"""Pixels of a published training crop."""


@dataclass(frozen=True, slots=True)
class CRNNConfig:
    """Everything that fixes the network's parameters; the defaults are the published network."""

    encoder: Literal["crnn", "vgg16"] = "crnn"
    units: int = 256
    """Memory states of each direction of each LSTM, and channels between the two."""
    alphabet: str = ALPHABET


PRESETS: dict[str, CRNNConfig] = {"as-published": CRNNConfig(), "vgg16": CRNNConfig(encoder="vgg16")}
"""Configurations by name."""


class CRNN(nn.Module):
    """(B, 1, 32, W) grey pixels, (value - 128) / 128, to log-probabilities (T, B, V).

    T is W // 4 + 1 as published (26 for W = 100), W // 4 with VGG-16; V is 1 + the characters of the alphabet.
    """

    channels = 1
    crop_height = CROP_HEIGHT

    def __init__(self, config: CRNNConfig | None = None) -> None:
        super().__init__()
        self.config = config or CRNNConfig()
        self.alphabet = self.config.alphabet
        units = self.config.units
        self.convolutions = vgg16_convolutions() if self.config.encoder == "vgg16" else published_convolutions()
        self.lower = nn.LSTM(512, units, bidirectional=True)
        self.between = nn.Linear(2 * units, units)
        self.upper = nn.LSTM(units, units, bidirectional=True)
        self.head = nn.Linear(2 * units, 1 + len(self.alphabet))
        for module in self.convolutions:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, crops: Tensor) -> Tensor:
        """Read crops of one width."""
        columns = self.convolutions(crops).squeeze(2).permute(2, 0, 1)  # (T, B, 512)
        memory = self.between(self.lower(columns)[0])
        return functional.log_softmax(self.head(self.upper(memory)[0]).float(), dim=2)


def published_convolutions() -> nn.Sequential:
    """(B, 1, 32, W) to (B, 512, 1, W // 4 + 1).

    The released code normalizes batches after the third, fifth and seventh convolution, the article's table after the
    fifth and sixth; the parameter count is that of the code.
    """
    flat_pool = {"kernel_size": 2, "stride": (2, 1), "padding": (0, 1)}
    return nn.Sequential(
        *(nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),  # 16 x W/2
        *(nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),  # 8 x W/4
        *(nn.Conv2d(128, 256, 3, padding=1), nn.BatchNorm2d(256), nn.ReLU(inplace=True)),
        *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(**flat_pool)),  # 4 x W/4 + 1
        *(nn.Conv2d(256, 512, 3, padding=1), nn.BatchNorm2d(512), nn.ReLU(inplace=True)),
        *(nn.Conv2d(512, 512, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(**flat_pool)),  # 2 x W/4 + 2
        *(nn.Conv2d(512, 512, 2), nn.BatchNorm2d(512), nn.ReLU(inplace=True)),  # 1 x W/4 + 1
    )


def vgg16_convolutions() -> nn.Sequential:
    """(B, 1, 32, W) to (B, 512, 1, W // 4).

    The third to fifth pooling halve the height alone, so that columns stay as narrow as letters are. Batches are
    normalized after every convolution: thirteen of them do not learn from scratch without.
    """
    layers: list[nn.Module] = []
    channels = 1
    for stage, (repeats, outputs) in enumerate(STAGES):
        for _ in range(repeats):
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
            channels = outputs
        layers.append(nn.MaxPool2d(2 if stage < 2 else (2, 1)))
    return nn.Sequential(*layers)


SHALLOW = {0: 0, 3: 3, 6: 6, 7: 7, 9: 9, 12: 12, 13: 13, 18: 16, 19: 17}
"""Layers of the published convolutions, and those of a network that lacks the sixth convolution."""
SIXTH = 15


@torch.no_grad()
def load_shallow(network: CRNN, state: Mapping[str, Tensor]) -> tuple[nn.Module, ...]:
    """Start a published network from a shallower one, and return the parts that it filled.

    state: a network of the convolutions above without the sixth, one bidirectional LSTM and a head: that of the package
    `nano-ocr` 0.1.0 (MIT), `nano_ocr_ftr.pth`. The sixth convolution starts as the identity, so that the lower LSTM
    says what it said there; what lies above it stays random. Raises ValueError where the tensors are others.
    """
    layers = network.convolutions
    try:
        for mine, theirs in SHALLOW.items():
            names = layers[mine].state_dict()
            layers[mine].load_state_dict({name: state[f"cnn.{theirs}.{name}"] for name in names})
        network.lower.load_state_dict({name: state[f"rnn.{name}"] for name in network.lower.state_dict()})
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"these are not the tensors of a CRNN without its sixth convolution: {error}") from error
    sixth = layers[SIXTH]
    assert isinstance(sixth, nn.Conv2d)
    assert sixth.bias is not None
    nn.init.dirac_(sixth.weight)
    nn.init.zeros_(sixth.bias)
    return layers, network.lower


class CRNNForExport(nn.Module):
    """One crop (1, 1, 32, W), values as for the network, to the probabilities (T, V) of its columns."""

    def __init__(self, network: CRNN) -> None:
        super().__init__()
        self.network = network

    def forward(self, crop: Tensor) -> Tensor:
        """Read one crop."""
        return torch.exp(self.network(crop)[:, 0])
