"""Word detector: trunk and pyramid of PP-OCRv6-small with a head for the cores of single words.

Paper 3.1 by differentiable binarization (Liao et al. 2020, without its threshold map, which only training uses):
photo in, for every second pixel the probability that it lies in the shrunken core of a word. The packaged detector
answers for every pixel and for text lines; its head starts this one.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from whichtext.networks.pplcnet import LEAVING, STAGES, PPLCNetEncoder, enlarge, load_detector, use_silu

__all__ = ["MAP_STRIDE", "DBNet", "DBNetForExport", "load_detector_head"]

MAP_STRIDE = 2
"""Pixels of the photo for each pixel of the map."""


class DBHead(nn.Module):
    """The four levels of the pyramid to the logit of a core."""

    def __init__(self) -> None:
        super().__init__()
        self.join = nn.Conv2d(LEAVING * len(STAGES), LEAVING, 3, padding=1)
        self.upsample = nn.ConvTranspose2d(LEAVING, LEAVING, 2, stride=2)
        self.core = nn.Conv2d(LEAVING, 1, 1)

    def forward(self, levels: tuple[Tensor, ...]) -> Tensor:
        """(B, 24, H/s, W/s) for s = 32, 16, 8, 4 to logits (B, H/2, W/2)."""
        joined = torch.cat([enlarge(level, 2 ** (3 - index)) for index, level in enumerate(levels)], dim=1)
        fine = functional.relu(self.upsample(functional.relu(self.join(joined))))
        logits: Tensor = self.core(fine)[:, 0]
        return logits


class DBNet(nn.Module):
    """(B, 3, H, W) photos, values in [-1, 1], H and W multiples of 32, to logits of word cores, (B, H/2, W/2)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = PPLCNetEncoder(activation="silu")
        self.head = DBHead()

    def forward(self, photos: Tensor) -> Tensor:
        """Logits of cores."""
        return self.finish(self.encoder.start(photos, len(STAGES)))

    def finish(self, levels: list[Tensor]) -> Tensor:
        """Logits of cores from the maps of the first stages of the trunk."""
        logits: Tensor = self.head(self.encoder.finish(levels).levels)
        return logits


class DBNetForExport(nn.Module):
    """The network as in the ONNX file: `x` (1, 3, H, W) in [-1, 1] to `probability` (1, 1, H/2, W/2)."""

    def __init__(self, network: DBNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Probability of cores."""
        return torch.sigmoid(self.network(x))[:, None]


def load_detector_head(network: DBNet, model: Any) -> None:
    """Fill encoder and head with the weights of `PP-OCRv6_det_small.onnx`, given as an onnx.ModelProto.

    The original's activations become SiLU. Its last layer makes four pixels of each position; their mean starts ours.
    """
    from onnx import numpy_helper

    load_detector(network.encoder, model)
    use_silu(network.encoder)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    sources = {node.output[0]: node for node in model.graph.node}

    def constant(name: str) -> Tensor:
        while name not in tensors:
            name = sources[name].input[0]
        return torch.from_numpy(numpy_helper.to_array(tensors[name]).copy())

    def bias_after(output: str) -> Tensor:
        readers = {name: node for node in model.graph.node for name in node.input}
        node = readers[output]
        while node.op_type == "Identity":
            node = readers[node.output[0]]
        return constant(node.input[1]).reshape(-1)

    last = [node for node in model.graph.node if node.op_type in ("Conv", "ConvTranspose")][-3:]
    with torch.no_grad():
        for layer, node in zip((network.head.join, network.head.upsample), last[:2], strict=True):
            layer.weight.copy_(constant(node.input[1]))
            assert layer.bias is not None
            layer.bias.copy_(bias_after(node.output[0]))
        network.head.core.weight.copy_(constant(last[2].input[1]).mean(dim=(2, 3))[None, :, 0, None, None])
        assert network.head.core.bias is not None
        network.head.core.bias.copy_(bias_after(last[2].output[0]))
