"""Training of the perceptron that judges text lines (`whichtext.context.perceptron`): one hidden layer for all fields.

Fields are learned together: a line that tells its kind only helps to see its colours. Labels are weighted, those by eye
against those read out of descriptions, and a line may lack any of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from whichtext.context.perceptron import MOST, Perceptron

__all__ = ["FieldLabels", "TrainingConfig", "perceptron_tensors", "train"]

Float32s = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How it is trained."""

    hidden: int = 256
    epochs: int = 12
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 0.05
    dropout: float = 0.5
    """Of hidden units."""
    input_dropout: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FieldLabels:
    """What is known of one field, N lines."""

    names: tuple[str, ...]
    answers: NDArray[np.int64]
    """(N,) positions in `names`, -1 where unknown."""
    weights: NDArray[np.float64]
    """(N,)"""


class _Network(nn.Module):
    def __init__(self, width: int, classes: Sequence[int], config: TrainingConfig) -> None:
        super().__init__()
        self.hidden = nn.Sequential(
            nn.Dropout(config.input_dropout), nn.Linear(width, config.hidden), nn.ReLU(), nn.Dropout(config.dropout)
        )
        self.outputs = nn.ModuleList(nn.Linear(config.hidden, count) for count in classes)

    def forward(self, numbers: torch.Tensor) -> list[torch.Tensor]:
        seen = self.hidden(numbers)
        return [output(seen) for output in self.outputs]


def train(numbers: Float32s, labels: Mapping[str, FieldLabels], config: TrainingConfig | None = None) -> Perceptron:
    """Train on numbers (N, F) about lines. The same numbers, labels and seed give the same perceptron."""
    config = config or TrainingConfig()
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    mean, scale = numbers.mean(axis=0), numbers.std(axis=0) + 1e-3
    inputs = torch.from_numpy(np.clip((numbers - mean) / scale, -MOST, MOST).astype(np.float32))
    answers = [torch.from_numpy(field.answers) for field in labels.values()]
    weights = [torch.from_numpy(np.where(f.answers >= 0, f.weights, 0.0).astype(np.float32)) for f in labels.values()]
    model = _Network(numbers.shape[1], [len(field.names) for field in labels.values()], config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    batch = min(config.batch, len(numbers))
    steps = len(numbers) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.rate, total_steps=steps * config.epochs + 1)
    for _ in range(config.epochs):
        order = torch.from_numpy(rng.permutation(len(numbers)))
        for step in range(steps):
            rows = order[step * batch : (step + 1) * batch]
            loss = torch.zeros(())
            for logits, answer, weight in zip(model(inputs[rows]), answers, weights, strict=True):
                each = nn.functional.cross_entropy(logits, answer[rows].clamp(min=0), reduction="none") * weight[rows]
                loss = loss + each.sum() / weight[rows].sum().clamp(min=1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    first = model.hidden[1]
    assert isinstance(first, nn.Linear)
    outputs = {}
    for field, output in zip(labels, model.outputs, strict=True):
        assert isinstance(output, nn.Linear)
        outputs[field] = (output.weight.detach().numpy().T.copy(), output.bias.detach().numpy().copy())
    return Perceptron(
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        hidden=first.weight.detach().numpy().T.copy(),
        hidden_bias=first.bias.detach().numpy().copy(),
        outputs=outputs,
        classes={field: known.names for field, known in labels.items()},
    )


def perceptron_tensors(perceptron: Perceptron) -> dict[str, NDArray[Any]]:
    """Arrays as `Perceptron.from_tensors` reads them; the large ones as 16-bit floats."""
    tensors: dict[str, NDArray[Any]] = {
        "perceptron.mean": perceptron.mean,
        "perceptron.scale": perceptron.scale,
        "perceptron.hidden": perceptron.hidden.astype(np.float16),
        "perceptron.hidden_bias": perceptron.hidden_bias,
    }
    for field, (weights, bias) in perceptron.outputs.items():
        names = "\n".join(perceptron.classes[field]).encode()
        tensors[f"perceptron.{field}.weights"] = weights.astype(np.float16)
        tensors[f"perceptron.{field}.bias"] = bias
        tensors[f"perceptron.{field}.classes"] = np.frombuffer(names, dtype=np.uint8).copy()
    return tensors
