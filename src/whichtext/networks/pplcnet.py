"""The trunk and feature pyramid of the PP-OCRv6-small text detector as a trainable encoder.

Paper 3.1 with a network that an ordinary processor can train: photo in, maps of strides 4 to 32 out. The weights are
read from the ONNX file of the package `rapidocr` 3.10.0 (Apache-2.0), whose graph this module repeats.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = [
    "Activation",
    "FirstStages",
    "PPLCNetEncoder",
    "PyramidMaps",
    "detector_parameters",
    "load_detector",
    "use_silu",
]

STAGES = ((48, (True, False)), (96, (True, False)), (192, (True, False, True, False)), (384, (True, False)))
"""Channels of each stage, strides 4 to 32, and which of its blocks weigh their channels."""
PYRAMID = 96
"""Channels of every level inside the pyramid."""
LEAVING = 24
"""Channels of every level that leaves the pyramid."""

Activation = Literal["gelu", "silu"]
"""Between the two pointwise convolutions of a block: as published, or what ONNX Runtime computes in its own layout."""
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"gelu": functional.gelu, "silu": functional.silu}
SILU_SCALE = 1.702
"""gelu(x) is nearly silu(SILU_SCALE x) / SILU_SCALE, within 0.021 (Hendrycks and Gimpel 2016)."""


class PyramidMaps(NamedTuple):
    """What the encoder says about a photo of (B, 3, H, W)."""

    levels: tuple[Tensor, ...]
    """What leaves the pyramid: (B, 24, H/s, W/s) for s = 32, 16, 8, 4."""
    middle: Tensor
    """(B, 96, H/16, W/16): inside the pyramid, stride 16."""
    coarse: Tensor
    """(B, 96, H/32, W/32): inside the pyramid, stride 32, the paper's grid for 480x640."""


class ChannelWeights(nn.Module):
    """Squeeze and excitation. `slope` is that of the hard sigmoid; with `is_added` the input is added to the result."""

    def __init__(self, channels: int, *, slope: float, is_added: bool) -> None:
        super().__init__()
        self.slope = slope
        self.is_added = is_added
        self.squeeze = nn.Conv2d(channels, channels // 4, 1)
        self.excite = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same shape."""
        weight = self.excite(functional.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True))))
        weight = (weight * self.slope + 0.5).clamp(0.0, 1.0)
        return x + x * weight if self.is_added else x * weight


class Block(nn.Module):
    """Depthwise convolution, perhaps channel weights, then a residual pair of pointwise convolutions."""

    def __init__(self, channels: int, *, is_weighted: bool, activation: Activation = "gelu") -> None:
        super().__init__()
        self.activate = ACTIVATIONS[activation]
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.weights = ChannelWeights(channels, slope=1 / 6, is_added=False) if is_weighted else nn.Identity()
        self.expand = nn.Conv2d(channels, 2 * channels, 1)
        self.project = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same shape."""
        x = self.weights(self.depthwise(x))
        return x + self.project(self.activate(self.expand(x)))


class Halving(nn.Module):
    """From one stage to the next: half the size, or half the height with `stride` (2, 1), and twice the channels."""

    def __init__(self, channels: int, *, stride: tuple[int, int] = (2, 2), activation: Activation = "gelu") -> None:
        super().__init__()
        self.activate = ACTIVATIONS[activation]
        self.depthwise = nn.Conv2d(channels, channels, 3, stride=stride, padding=1, groups=channels)
        self.expand = nn.Conv2d(channels, 2 * channels, 1)
        self.project = nn.Conv2d(2 * channels, 2 * channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to (B, 2C, H/2, W/2), or (B, 2C, H/2, W)."""
        return self.project(self.activate(self.expand(self.depthwise(x))))


class Stem(nn.Module):
    """From pixels to stride 4. The second convolution pair pads below and to the right, as the original does."""

    def __init__(self, channels: int = 24) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, channels, 3, stride=2, padding=1)
        self.narrow = nn.Conv2d(channels, channels // 2, 2)
        self.widen = nn.Conv2d(channels // 2, channels, 2)
        self.join = nn.Conv2d(2 * channels, channels, 3, stride=2, padding=1)
        self.last = nn.Conv2d(channels, 2 * channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) to (B, 2C, H/4, W/4)."""
        x = functional.relu(self.first(x))
        y = functional.relu(self.narrow(functional.pad(x, (0, 1, 0, 1))))
        y = functional.relu(self.widen(functional.pad(y, (0, 1, 0, 1))))
        pooled = functional.max_pool2d(functional.pad(x, (0, 1, 0, 1)), 2, stride=1)  # x is not negative
        return functional.relu(self.last(functional.relu(self.join(torch.cat([pooled, y], dim=1)))))


class Entrance(nn.Module):
    """One level into the pyramid."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, PYRAMID, 1, bias=False)
        self.weights = ChannelWeights(PYRAMID, slope=0.2, is_added=True)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to (B, 96, H, W)."""
        return self.weights(self.project(x))


class Exit(nn.Module):
    """One level out of the pyramid."""

    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(PYRAMID, PYRAMID, 7, padding=3, groups=PYRAMID)
        self.project = nn.Conv2d(PYRAMID, LEAVING, 1, bias=False)
        self.weights = ChannelWeights(LEAVING, slope=0.2, is_added=True)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 96, H, W) to (B, 24, H, W)."""
        return self.weights(self.project(self.depthwise(x)))


class PPLCNetEncoder(nn.Module):
    """PP-LCNet trunk and pyramid of PP-OCRv6-small: (B, 3, H, W), values in [-1, 1], H and W multiples of 32, to maps.

    Parts are registered in the order in which the ONNX graph computes them; `load_detector` relies on it.
    """

    def __init__(self, *, activation: Activation = "gelu") -> None:
        super().__init__()
        self.stem = Stem()
        stages: list[nn.Module] = []
        for index, (channels, weighted) in enumerate(STAGES):
            parts: list[nn.Module] = [Halving(channels // 2, activation=activation)] if index else []
            parts.extend(Block(channels, is_weighted=is_weighted, activation=activation) for is_weighted in weighted)
            stages.append(nn.Sequential(*parts))
        self.stages = nn.ModuleList(stages)
        self.entrances = nn.ModuleList(Entrance(channels) for channels, _ in reversed(STAGES))
        self.exits = nn.ModuleList(Exit() for _ in STAGES)

    def forward(self, photo: Tensor) -> PyramidMaps:
        """Encode photos."""
        return self.finish(self.start(photo, len(self.stages)))

    def start(self, photo: Tensor, count: int) -> list[Tensor]:
        """Run the first `count` stages, at least one: their maps, strides 4, 8, ..."""
        x = self.stem(photo)
        levels = []
        for stage in self.stages[:count]:
            x = stage(x)
            levels.append(x)
        return levels

    def finish(self, levels: list[Tensor]) -> PyramidMaps:
        """Run the remaining stages and the pyramid on the maps of the first ones."""
        levels = list(levels)
        for stage in self.stages[len(levels) :]:
            levels.append(stage(levels[-1]))
        entered = [entrance(level) for entrance, level in zip(self.entrances, reversed(levels), strict=True)]
        for index in range(1, len(entered)):
            entered[index] = entered[index] + enlarge(entered[index - 1], 2)
        left = tuple(leave(level) for leave, level in zip(self.exits, entered, strict=True))
        return PyramidMaps(left, middle=entered[1], coarse=entered[0])


class FirstStages(nn.Module):
    """The first stages of the trunk by themselves: (B, 3, H, W) photos to their maps, strides 4, 8, ..."""

    def __init__(self, encoder: PPLCNetEncoder, count: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.count = count

    def forward(self, photos: Tensor) -> tuple[Tensor, ...]:
        """Maps of the stages."""
        return tuple(self.encoder.start(photos, self.count))


def enlarge(x: Tensor, factor: int) -> Tensor:
    """Repeat every position of (B, C, H, W) `factor` times in both directions."""
    return x if factor == 1 else functional.interpolate(x, scale_factor=float(factor), mode="nearest")


def detector_parameters(model: Any) -> Iterator[tuple[Any, Any]]:
    """Weight and bias (or None) of every convolution of a detector's ONNX model, in the order of computation."""
    from onnx import numpy_helper

    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    renamed: dict[str, str] = {}
    biases: dict[str, Any] = {}
    for node in model.graph.node:
        inputs = [renamed.get(name, name) for name in node.input]
        if node.op_type == "Identity":
            renamed[node.output[0]] = inputs[0]
        elif node.op_type == "Add" and inputs[1] in tensors:
            biases[inputs[0]] = numpy_helper.to_array(tensors[inputs[1]]).reshape(-1)
    for node in model.graph.node:
        if node.op_type == "Conv":
            yield numpy_helper.to_array(tensors[node.input[1]]), biases.get(node.output[0])


def load_detector(encoder: PPLCNetEncoder, model: Any) -> None:
    """Fill an encoder with the weights of `PP-OCRv6_det_small.onnx`, given as an onnx.ModelProto.

    Raises ValueError where the file is another network.
    """
    layers = [module for module in encoder.modules() if isinstance(module, nn.Conv2d)]
    found = list(detector_parameters(model))
    if len(found) != len(layers) + 1:  # the last is the first of the detector's own head
        raise ValueError(f"the ONNX model has {len(found)} convolutions; {len(layers) + 1} are needed")
    with torch.no_grad():
        for layer, (weight, bias) in zip(layers, found[:-1], strict=True):
            if tuple(layer.weight.shape) != weight.shape or (layer.bias is None) != (bias is None):
                raise ValueError(f"a convolution of {weight.shape} stands where {tuple(layer.weight.shape)} is needed")
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            if layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(bias.copy()))


@torch.no_grad()
def use_silu(encoder: PPLCNetEncoder) -> None:
    """Turn the weights of an encoder that was trained with "gelu" into nearly the same one with "silu"."""
    for block in encoder.modules():
        if isinstance(block, Block | Halving):
            assert block.expand.bias is not None
            block.expand.weight.mul_(SILU_SCALE)
            block.expand.bias.mul_(SILU_SCALE)
            block.project.weight.div_(SILU_SCALE)
