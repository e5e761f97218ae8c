"""Judging with perceptrons of one hidden layer and an output for each field, read from a weight file; numpy only.

What several of them say is averaged. Trained by `whichtext.training.perceptron` for `tools/train_context.py`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST", "Perceptrons"]

Float32s = NDArray[np.float32]

MOST = 6.0
"""Standardised numbers are cut off here."""


@dataclass(frozen=True, slots=True)
class Perceptrons:
    """M perceptrons, F numbers, H hidden units in each."""

    mean: Float32s
    """(F,)"""
    scale: Float32s
    """(F,) by which numbers are divided"""
    hidden: Float32s
    """(M, F, H)"""
    hidden_bias: Float32s
    """(M, H)"""
    outputs: dict[str, tuple[Float32s, Float32s]]
    """By field: (M, H, classes) and (M, classes)"""
    classes: dict[str, tuple[str, ...]]

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]], prefix: str = "perceptrons") -> "Perceptrons":
        """Take them out of a weight file's arrays, whose names begin with `prefix`."""
        fields = sorted(
            name.removeprefix(f"{prefix}.").removesuffix(".classes")
            for name in tensors
            if name.startswith(f"{prefix}.") and name.endswith(".classes")
        )

        def part(name: str) -> Float32s:
            return tensors[f"{prefix}.{name}"].astype(np.float32)

        return cls(
            mean=part("mean"),
            scale=part("scale"),
            hidden=part("hidden"),
            hidden_bias=part("hidden_bias"),
            outputs={field: (part(f"{field}.weights"), part(f"{field}.bias")) for field in fields},
            classes={
                field: tuple(bytes(tensors[f"{prefix}.{field}.classes"]).decode("utf-8").split("\n"))
                for field in fields
            },
        )

    def probabilities(self, numbers: NDArray[np.floating[Any]]) -> dict[str, Float32s]:
        """Probabilities of the names of each field: (N, F) to (N, classes)."""
        seen = np.clip((numbers - self.mean) / self.scale, -MOST, MOST).astype(np.float32)
        hidden = np.maximum(seen @ self.hidden + self.hidden_bias[:, None], 0)
        said = {}
        for field, (weights, bias) in self.outputs.items():
            logits = hidden @ weights + bias[:, None]
            likely = np.exp(logits - logits.max(axis=2, keepdims=True, initial=-np.inf))
            said[field] = (likely / likely.sum(axis=2, keepdims=True)).mean(axis=0, dtype=np.float32)
        return said
