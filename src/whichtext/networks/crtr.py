"""Context Reasoning Text Retrieval and its rivals: how likely a person describes this text in these words (paper 3.3).

Given a text's picture, its place and the whole photo, each network says for every word of a description how likely it
comes next. The score of a candidate is the log likelihood of the query. `CRTR` has a long short-term memory for the
words (language), one that also sees the text (local) and one that also sees the photo (global); the words that each of
the last two expects are added. Without the global one and without the place it is LRCN, with SCRC's place it is SCRC.
`DenseCap` has one memory whose first input is the text's picture.

Pictures come in as numbers of a shared feature map ("light"), or as pixels that VGG-16 of its own looks at
("as-published"). Letters of shapes: B descriptions of T words, C and K numbers of the text's picture and of the photo,
V words of the vocabulary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import torch
from torch import Tensor, nn

from whichtext.networks.standardised import Standardised
from whichtext.networks.vgg16 import VGG16Classifier

__all__ = [
    "CROP_SIDE",
    "CRTR",
    "PRESETS",
    "RIVALS",
    "CaptionerConfig",
    "DenseCap",
    "build_captioner",
    "log_likelihoods",
    "place_numbers",
    "start_from_captioner",
]

CROP_SIDE = 224
"""Pixels of the sides of a picture as VGG-16 sees it."""

Place = Literal["none", "crtr", "scrc"]
PLACE_WIDTHS: Mapping[Place, int] = MappingProxyType({"none": 0, "crtr": 5, "scrc": 8})


@dataclass(frozen=True, slots=True)
class CaptionerConfig:
    """Everything that fixes the parameters."""

    kind: Literal["crtr", "densecap"] = "crtr"
    vocabulary: int = 8801
    units: int = 1000
    """States of each memory, and numbers of a word."""
    features: int = 1000
    """What is kept of a picture: outputs of fc8."""
    place: Place = "crtr"
    has_context: bool = True
    """Whether there is a global memory."""
    has_own_start: bool = True
    """Whether a description begins with a symbol of its own; with SCRC it begins with the symbol that ends it."""
    encoder: Literal["numbers", "vgg16"] = "vgg16"
    crop_width: int = 0
    context_width: int = 0
    """Numbers of the text's picture and of the photo, where the encoder is "numbers"."""
    dropout: float = 0.0


RIVALS: Mapping[str, CaptionerConfig] = MappingProxyType(
    {
        "crtr": CaptionerConfig(),
        "scrc": CaptionerConfig(place="scrc", has_own_start=False),
        "lrcn": CaptionerConfig(place="none", has_context=False, has_own_start=False),
        "densecap": CaptionerConfig(kind="densecap", units=512, place="none", has_context=False, dropout=0.5),
    }
)
"""As published, by name; but DenseCap, too, sees a text by fc8 of its warped picture, not by pooling from a map."""

PRESETS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "as-published": {},
        "light": {"units": 192, "features": 128, "encoder": "numbers", "dropout": 0.4},
    }
)
"""What differs from the published sizes, by name of a preset."""


def place_numbers(boxes: Tensor, place: Place) -> Tensor:
    """Where texts are: boxes (B, 4), xyxy as parts of the photo's sides, to (B, P).

    crtr: left, top, width, height and area (paper 3.3, after Mao et al.). scrc: corners, centre, width and height where
    the photo spans -1 to 1 (Hu et al. 2016).
    """
    size = boxes[:, 2:] - boxes[:, :2]
    if place == "crtr":
        return torch.cat([boxes[:, :2], size, size.prod(dim=1, keepdim=True)], dim=1)
    if place == "scrc":
        return torch.cat([2 * boxes - 1, boxes[:, :2] + boxes[:, 2:] - 1, 2 * size], dim=1)
    return boxes[:, :0]


class CRTR(nn.Module):
    """Three memories: language, local and global."""

    def __init__(self, config: CaptionerConfig) -> None:
        super().__init__()
        self.config = config
        units = config.units
        self.embedding = nn.Embedding(config.vocabulary, units)
        nn.init.uniform_(self.embedding.weight, -0.08, 0.08)
        self.language = nn.LSTM(units, units, batch_first=True)
        self.crop_in = _encoder(config, config.crop_width)
        self.local = nn.LSTM(units + config.features + PLACE_WIDTHS[config.place], units, batch_first=True)
        self.predict_local = nn.Linear(units, config.vocabulary)
        if config.has_context:
            self.context_in = _encoder(config, config.context_width)
            self.global_ = nn.LSTM(units + config.features, units, batch_first=True)
            self.predict_global = nn.Linear(units, config.vocabulary)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, words: Tensor, crops: Tensor, contexts: Tensor, boxes: Tensor) -> Tensor:
        """What comes after each word: logits (B, T, V). One description may stand for all texts, one photo as well.

        words: (B, T) numbers, the first of each the starting symbol; crops: (B, C) or pixels (B, 3, 224, 224);
        contexts: the same of the photos; boxes: (B, 4) xyxy as parts of the photo's sides.
        """
        said, _ = self.language(self.dropout(self.embedding(words)))
        said = self.dropout(said)
        static = torch.cat([self.dropout(self.crop_in(crops)), place_numbers(boxes, self.config.place)], dim=1)
        local, _ = self.local(_beside(said, static))
        logits: Tensor = self.predict_local(self.dropout(local))
        if self.config.has_context:
            around, _ = self.global_(_beside(said, self.dropout(self.context_in(contexts))))
            logits = logits + self.predict_global(self.dropout(around))
        return logits


class DenseCap(nn.Module):
    """One memory that first sees the text's picture, then the words (Johnson et al. 2016, for given boxes)."""

    def __init__(self, config: CaptionerConfig) -> None:
        super().__init__()
        self.config = config
        units = config.units
        self.crop_in = _encoder(config, config.crop_width)
        self.first = nn.Linear(config.features, units)
        self.embedding = nn.Embedding(config.vocabulary, units)
        self.memory = nn.LSTM(units, units, batch_first=True)
        self.predict = nn.Linear(units, config.vocabulary)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, words: Tensor, crops: Tensor, contexts: Tensor, boxes: Tensor) -> Tensor:
        """As for `CRTR`; photo and place are not looked at."""
        first = torch.relu(self.first(self.dropout(self.crop_in(crops))))
        said = self.dropout(self.embedding(words)).expand(first.shape[0], -1, -1)
        read, _ = self.memory(torch.cat([first[:, None], said], dim=1))
        logits: Tensor = self.predict(self.dropout(read[:, 1:]))
        return logits


def build_captioner(name: str, preset: str, **sizes: float) -> CRTR | DenseCap:
    """A network of `RIVALS` in a size of `PRESETS`. Raises KeyError for other names.

    sizes: fields of `CaptionerConfig`, for one vocabulary and the widths of the light preset.
    """
    changes: dict[str, object] = {**PRESETS[preset], **sizes}
    config = replace(RIVALS[name], **changes)  # type: ignore[arg-type]
    return DenseCap(config) if config.kind == "densecap" else CRTR(config)


@torch.no_grad()
def start_from_captioner(network: CRTR, captioner: CRTR) -> None:
    """Start a network from a captioner without place and global memory, so that at first both say the same.

    Language memory, words and fc8 are copied; the local memory is, with zeros for the place; the global memory starts
    as a copy of the local one, and the words that it expects count nothing yet (Hu et al. 2016). Raises ValueError
    where the sizes differ.
    """
    if captioner.config.place != "none" or captioner.config.has_context:
        raise ValueError("the captioner knows places or photos; only one that does not can be the beginning")
    own = (network.config.vocabulary, network.config.units, network.config.features, network.config.encoder)
    other = captioner.config
    if own != (other.vocabulary, other.units, other.features, other.encoder):
        raise ValueError("the captioner has another vocabulary or other sizes")
    for name in ("embedding", "language", "crop_in", "predict_local"):
        getattr(network, name).load_state_dict(getattr(captioner, name).state_dict())
    known = captioner.local.weight_ih_l0.shape[1]
    for memory in [network.local, *([network.global_] if network.config.has_context else [])]:
        memory.load_state_dict({**captioner.local.state_dict(), "weight_ih_l0": memory.weight_ih_l0})
        memory.weight_ih_l0.zero_()
        memory.weight_ih_l0[:, :known] = captioner.local.weight_ih_l0
    if network.config.has_context:
        if network.config.crop_width == network.config.context_width:
            network.context_in.load_state_dict(captioner.crop_in.state_dict())
        nn.init.zeros_(network.predict_global.weight)
        nn.init.zeros_(network.predict_global.bias)


def log_likelihoods(logits: Tensor, following: Tensor, counts: Tensor) -> Tensor:
    """Log likelihood (B,) of descriptions: logits (B, T, V), the words that follow (B, T), and how many count (B,).

    The last two may be of one description for all.
    """
    said = logits.log_softmax(dim=2).gather(2, following.expand(len(logits), -1)[..., None])[..., 0]
    is_counted = torch.arange(following.shape[1])[None] < counts[:, None]
    return (said * is_counted).sum(dim=1)


def _encoder(config: CaptionerConfig, width: int) -> nn.Module:
    if config.encoder == "vgg16":
        return VGG16Classifier(config.features)
    return Standardised(width, config.features, config.dropout)


def _beside(said: Tensor, static: Tensor) -> Tensor:
    """(B, T, D) and (B, S) to (B, T, D + S); the first may be of one description for all."""
    said = said.expand(static.shape[0], -1, -1)
    return torch.cat([said, static[:, None].expand(-1, said.shape[1], -1)], dim=2)


class CaptionerForExport(nn.Module):
    """A network as in its ONNX file: log probabilities (N, T, V) of what comes after each word, for N texts."""

    def __init__(self, network: CRTR | DenseCap) -> None:
        super().__init__()
        self.network = network

    def forward(self, words: Tensor, crops: Tensor, contexts: Tensor, boxes: Tensor) -> Tensor:
        """Words (1 or N, T), crops (N, C), contexts (1, K) and boxes (N, 4) to log probabilities."""
        logits: Tensor = self.network(words, crops, contexts, boxes)
        return logits.log_softmax(dim=2)
