"""Training under the rounding of 8-bit arithmetic (Jacob et al. 2018), so that a network loses nothing by it.

Chosen pointwise convolutions see what they will see when the exported network runs: inputs of 256 steps between the
least and the largest value that came so far, weights of 255 steps symmetric around zero for each output channel.
Gradients pass the rounding unchanged. `plain_state` takes the rounding off again; `tools/export_recognizer.py` writes
the 8-bit file.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

__all__ = ["WEIGHT_STEPS", "plain_state", "round_like_eight_bits"]

WEIGHT_STEPS = 127
"""Steps of a weight on each side of zero."""
INPUT_STEPS = 255
SETTLED = 0.99
"""Weight of the past in the running range of an input."""


class RoundedWeight(nn.Module):
    """(O, I, 1, 1) weights on the grid of their output channel."""

    def forward(self, weight: Tensor) -> Tensor:
        """Round; gradients pass."""
        step = weight.detach().abs().amax(dim=(1, 2, 3), keepdim=True).clamp(min=1e-12) / WEIGHT_STEPS
        return weight + ((weight / step).round() * step - weight).detach()


class RoundedInput(nn.Module):
    """(B, C, H, W) values on a grid between the running least and largest one."""

    low: Tensor
    high: Tensor
    is_settled: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("low", torch.zeros(()))
        self.register_buffer("high", torch.zeros(()))
        self.register_buffer("is_settled", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """Round; gradients pass where the value lies inside the range."""
        with torch.no_grad():
            if self.training or not self.is_settled:
                low, high = x.min().float().clamp(max=0.0), x.max().float().clamp(min=1e-6)
                keep = SETTLED * float(self.is_settled)
                self.low.copy_(keep * self.low + (1 - keep) * low)
                self.high.copy_(keep * self.high + (1 - keep) * high)
                self.is_settled.fill_(1.0)
            step = (self.high - self.low) / INPUT_STEPS
        inside = x.float().clamp(float(self.low), float(self.high))
        rounded = ((inside - self.low) / step).round() * step + self.low
        return (inside + (rounded - inside).detach()).to(x.dtype)


def round_like_eight_bits(network: nn.Module, names: Sequence[str]) -> None:
    """Put the rounding into the convolutions of the given names, in place."""
    for name in names:
        convolution = network.get_submodule(name)
        if not isinstance(convolution, nn.Conv2d) or convolution.kernel_size != (1, 1):
            raise ValueError(f"{name!r} is no pointwise convolution")
        parametrize.register_parametrization(convolution, "weight", RoundedWeight())
        rounding = RoundedInput()
        convolution.add_module("rounding", rounding)
        convolution.register_forward_pre_hook(_round_input)


def _round_input(convolution: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    rounding = convolution.get_submodule("rounding")
    return (rounding(inputs[0]),)


def plain_state(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a network without the rounding; those of one that never had it as they are."""
    marked = ".parametrizations.weight.original"
    return {name.replace(marked, ".weight"): tensor for name, tensor in state.items() if ".rounding." not in name}
