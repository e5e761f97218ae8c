"""Judging with a perceptron of one hidden layer and an output for each field, read from a weight file; numpy only.

Trained by `whichtext.training.perceptron` for `tools/train_context.py`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST", "Perceptron"]

Float32s = NDArray[np.float32]

MOST = 6.0
"""Standardised numbers are cut off here."""


@dataclass(frozen=True, slots=True)
class Perceptron:
    """F numbers, H hidden units."""

    mean: Float32s
    """(F,)"""
    scale: Float32s
    """(F,) by which numbers are divided"""
    hidden: Float32s
    """(F, H)"""
    hidden_bias: Float32s
    """(H,)"""
    outputs: dict[str, tuple[Float32s, Float32s]]
    """By field: (H, classes) and (classes,)"""
    classes: dict[str, tuple[str, ...]]

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]]) -> "Perceptron":
        """Take it out of a weight file's arrays."""
        fields = sorted(
            name.split(".")[1] for name in tensors if name.startswith("perceptron.") and name.endswith(".classes")
        )

        def part(name: str) -> Float32s:
            return tensors[f"perceptron.{name}"].astype(np.float32)

        return cls(
            mean=part("mean"),
            scale=part("scale"),
            hidden=part("hidden"),
            hidden_bias=part("hidden_bias"),
            outputs={field: (part(f"{field}.weights"), part(f"{field}.bias")) for field in fields},
            classes={
                field: tuple(bytes(tensors[f"perceptron.{field}.classes"]).decode("utf-8").split("\n"))
                for field in fields
            },
        )

    def probabilities(self, numbers: NDArray[np.floating[Any]]) -> dict[str, Float32s]:
        """Probabilities of the names of each field: (N, F) to (N, classes)."""
        seen = np.clip((numbers - self.mean) / self.scale, -MOST, MOST).astype(np.float32)
        hidden = np.maximum(seen @ self.hidden + self.hidden_bias, 0)
        said = {}
        for field, (weights, bias) in self.outputs.items():
            logits = hidden @ weights + bias
            likely = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
            said[field] = (likely / likely.sum(axis=1, keepdims=True)).astype(np.float32)
        return said
