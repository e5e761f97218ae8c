"""SVTR-LCNet, the recognition network of PP-OCRv6-small, trainable and with a head of few classes.

Paper 3.4 with a stronger network: crop of a line in, class probabilities of each time step out. A PP-LCNet trunk that
halves the width only in its stem, two transformer blocks along the line, one linear layer. The weights are read from
the ONNX file of the package `rapidocr` 3.10.0 (Apache-2.0), whose graph this module repeats; its batch normalizations
are folded into the convolutions before them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from whichtext.networks.pplcnet import Block, Halving, Stem, detector_parameters
from whichtext.recognition.normalize import OTHER, plain_text

__all__ = [
    "LATIN",
    "SVTRLCNet",
    "SVTRLCNetForExport",
    "grouped_classes",
    "is_latin",
    "load_recognizer",
    "published_vocabulary",
]

STAGES = ((96, (True, False, False)), (192, (True, False) * 3), (384, (True, False)))
"""Channels of each stage, heights 12, 6 and 3, and which of its blocks weigh their channels."""
WIDTH = 120
"""Channels of a time step."""
HEADS = 8
SYMBOLS = "ȘșȚț–—†‡•₩₤€™←→↑↓‰"
"""Characters beyond Latin Extended-A that stand in Latin writing."""


def is_latin(char: str) -> bool:
    """Whether a character belongs to Latin writing: letters with accents, digits, punctuation, common symbols."""
    return len(char) == 1 and (" " <= char < "\x7f" or "\xa1" <= char < "\u0180" or char in SYMBOLS)


LATIN = ("", *sorted(filter(is_latin, (*map(chr, range(32, 0x180)), *SYMBOLS))), OTHER)
"""Classes of the default head: blank, Latin writing in the order of code points, any other script."""


class Attention(nn.Module):
    """Self-attention and a two-layer network along the line, each behind a layer normalization and added."""

    def __init__(self) -> None:
        super().__init__()
        self.before_mixing = nn.LayerNorm(WIDTH)
        self.queries = nn.Linear(WIDTH, 3 * WIDTH)
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.before_expanding = nn.LayerNorm(WIDTH)
        self.expand = nn.Linear(WIDTH, 2 * WIDTH)
        self.project = nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to the same shape."""
        batch, steps, _ = x.shape
        parts = self.queries(self.before_mixing(x)).reshape(batch, steps, 3, HEADS, WIDTH // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind()  # (B, heads, T, C / heads)
        weight = (query * (WIDTH // HEADS) ** -0.5 @ key.transpose(2, 3)).softmax(dim=3)
        x = x + self.mixed((weight @ value).transpose(1, 2).reshape(batch, steps, WIDTH))
        return x + self.project(functional.silu(self.expand(self.before_expanding(x))))


class SVTRLCNet(nn.Module):
    """Crops (B, 3, 48, W), values in [-1, 1], W a multiple of 8, to log-probabilities (T, B, V), T = W / 8.

    vocabulary: (V,) text of each class; the first is blank. Convolutions are registered in the order in which the ONNX
    graph computes them; `load_recognizer` relies on it.
    """

    crop_height = 48
    channels = 3

    def __init__(self, vocabulary: Sequence[str] = LATIN) -> None:
        super().__init__()
        self.vocabulary = tuple(vocabulary)
        self.stem = Stem(STAGES[0][0] // 2)
        layers: list[nn.Module] = []
        for index, (channels, weighted) in enumerate(STAGES):
            layers.extend([Halving(channels // 2, stride=(2, 1))] if index else [])
            layers.extend(Block(channels, is_weighted=is_weighted) for is_weighted in weighted)
        self.layers = nn.ModuleList(layers)
        self.shortcut = nn.Conv2d(STAGES[-1][0], WIDTH, 1)
        self.reduce = nn.Conv2d(STAGES[-1][0], WIDTH, 1)
        self.local = nn.Conv2d(WIDTH, WIDTH, (1, 7), padding=(0, 3), groups=WIDTH)
        self.blocks = nn.ModuleList(Attention() for _ in range(2))
        self.normalize = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(self.vocabulary))

    def forward(self, crops: Tensor) -> Tensor:
        """Log-probabilities of the classes at each time step."""
        return self.classify(self.features(crops))

    def classify(self, features: Tensor) -> Tensor:
        """Features (B, T, 120) to log-probabilities (T, B, V)."""
        return self.head(features).float().log_softmax(dim=2).transpose(0, 1)

    def pointwise(self, first: int) -> list[str]:
        """Names of the pointwise convolutions of the trunk from layer `first` on, where most of the time goes."""
        layers = range(first, len(self.layers))
        return [f"layers.{layer}.{part}" for layer in layers for part in ("expand", "project")]

    def features(self, crops: Tensor) -> Tensor:
        """What the head sees: (B, T, 120)."""
        return self.finish(self.start(crops, len(self.layers)), len(self.layers))

    def start(self, crops: Tensor, count: int) -> Tensor:
        """Run the stem and the first `count` layers of the trunk: (B, C, H, W / 4)."""
        x = self.stem(crops)
        for layer in self.layers[:count]:
            x = layer(x)
        return x

    def finish(self, x: Tensor, count: int) -> Tensor:
        """Run what follows the first `count` layers on their map: (B, T, 120)."""
        for layer in self.layers[count:]:
            x = layer(x)
        x = functional.avg_pool2d(x, (3, 2))
        line = functional.silu(self.reduce(x))
        line = (line + functional.silu(self.local(line))).squeeze(2).transpose(1, 2)  # (B, T, C)
        for block in self.blocks:
            line = block(line)
        return self.normalize(line) + functional.silu(self.shortcut(x)).squeeze(2).transpose(1, 2)


class SVTRLCNetForExport(nn.Module):
    """The network with the interface of the ONNX file: crops (B, 3, 48, W) to probabilities (B, T, V)."""

    def __init__(self, network: SVTRLCNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> Tensor:
        """Read crops of one width."""
        return self.network.head(self.network.features(crops)).softmax(dim=2)


def published_vocabulary(model: Any) -> tuple[str, ...]:
    """The classes of `PP-OCRv6_rec_small.onnx`, given as an onnx.ModelProto: blank, 18,708 characters, space."""
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    return ("", *metadata["character"].splitlines(), " ")


def grouped_classes(published: Sequence[str], vocabulary: Sequence[str]) -> Tensor:
    """For each published class the class of the smaller vocabulary that stands for it: (P,) int64.

    Full-width forms, and signs that people do not tell apart, become the usual one; all else is the last class.
    """
    places = {text: index for index, text in enumerate(vocabulary)}
    found = [0]
    for text in published[1:]:
        plain = plain_text(text)
        if plain not in places:
            plain = unicodedata.normalize("NFC", plain)
        if set(plain) == {"."}:
            plain = "."
        found.append(places.get(plain, len(vocabulary) - 1))
    return torch.tensor(found)


def load_recognizer(network: SVTRLCNet, model: Any) -> None:
    """Fill a network with the weights of `PP-OCRv6_rec_small.onnx`, given as an onnx.ModelProto.

    A network with the published vocabulary becomes equal to it. In any other head each class takes the row of its
    character; the last one, any other script, the mean of the rows that are left. Raises ValueError where the file is
    another network.
    """
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    found = list(folded_convolutions(model))
    linear = [module for module in network.modules() if isinstance(module, nn.Linear)]
    products = list(linear_parameters(model))
    norms = [module for module in network.modules() if isinstance(module, nn.LayerNorm)]
    scales = list(normalization_parameters(model))
    if (len(found), len(products), len(scales)) != (len(convolutions), len(linear), len(norms)):
        raise ValueError(f"the ONNX model has {len(found)} convolutions and {len(products)} products: another network")
    products[-1] = reduced_head(products[-1], published_vocabulary(model), network.vocabulary)
    with torch.no_grad():
        for layer, (weight, bias) in zip([*convolutions, *linear, *norms], [*found, *products, *scales], strict=True):
            if layer.weight.shape != weight.shape:
                raise ValueError(f"weights of {tuple(weight.shape)} stand where {tuple(layer.weight.shape)} are needed")
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)


def reduced_head(
    head: tuple[Tensor, Tensor], published: Sequence[str], vocabulary: Sequence[str]
) -> tuple[Tensor, Tensor]:
    """The rows of a smaller vocabulary."""
    if tuple(published) == tuple(vocabulary):
        return head
    weight, bias = head
    places = {text: index for index, text in reversed(list(enumerate(published)))}
    rows = [places.get(text, -1) for text in vocabulary]
    rows[0] = 0
    others = grouped_classes(published, vocabulary) == len(vocabulary) - 1
    missing = (weight[others].mean(dim=0), bias[others].mean())
    return (
        torch.stack([weight[row] if row >= 0 else missing[0] for row in rows]),
        torch.stack([bias[row] if row >= 0 else missing[1] for row in rows]),
    )


def folded_convolutions(model: Any) -> Iterator[tuple[Tensor, Tensor]]:
    """Weight and bias of every convolution in the order of computation, batch normalization folded in."""
    from onnx import numpy_helper

    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    norms = [
        [torch.from_numpy(numpy_helper.to_array(tensors[name]).copy()) for name in node.input[1:]]
        for node in model.graph.node
        if node.op_type == "BatchNormalization"
    ]
    for weight, bias in detector_parameters(model):
        weight = torch.from_numpy(weight.copy())
        if bias is not None:
            yield weight, torch.from_numpy(bias.copy())
            continue
        scale, shift, mean, variance = norms.pop(0)
        factor = scale / (variance + 1e-5).sqrt()
        yield weight * factor[:, None, None, None], shift - mean * factor


def linear_parameters(model: Any) -> Iterator[tuple[Tensor, Tensor]]:
    """Weight (out, in) and bias of every product with a stored matrix, in the order of computation."""
    tensors, readers = stored_tensors(model)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in tensors:
            yield tensors[node.input[1]].T.contiguous(), added(node.output[0], tensors, readers)


def normalization_parameters(model: Any) -> Iterator[tuple[Tensor, Tensor]]:
    """Scale and shift of every layer normalization, in the order of computation."""
    tensors, readers = stored_tensors(model)
    for node in model.graph.node:
        if node.op_type == "Mul" and node.input[1] in tensors and tensors[node.input[1]].numel() == WIDTH:
            yield tensors[node.input[1]], added(node.output[0], tensors, readers)


def added(name: str, tensors: dict[str, Tensor], readers: dict[str, list[Any]]) -> Tensor:
    """The stored tensor that is added to a value."""
    (node,) = readers[name]
    return added(node.output[0], tensors, readers) if node.op_type == "Identity" else tensors[node.input[1]]


def stored_tensors(model: Any) -> tuple[dict[str, Tensor], dict[str, list[Any]]]:
    """The float tensors of a graph by name, and the nodes that read each value."""
    from onnx import TensorProto, numpy_helper

    tensors = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in model.graph.initializer
        if tensor.data_type == TensorProto.FLOAT
    }
    readers: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    return tensors, readers
