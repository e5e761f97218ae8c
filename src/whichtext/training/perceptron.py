"""Training of the perceptrons that judge text lines (`whichtext.context.perceptron`): one hidden layer for some fields.

Fields that are alike share the layer: one colour of a line helps to see another. Labels are weighted, those by eye
against those read out of descriptions, and a line may lack any of them, or any of its numbers. Different hands draw the
line between red and brown differently: whose a label is goes in beside the numbers, and what comes out judges as the
labels that come with the data do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from whichtext.context.perceptron import MOST, Perceptrons

__all__ = ["FieldLabels", "TrainingConfig", "perceptron_tensors", "train"]

Float32s = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How it is trained."""

    members: int = 4
    """Perceptrons, which differ in their beginnings."""
    hidden: int = 128
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
        self.input_dropout, self.dropout = nn.Dropout(config.input_dropout), nn.Dropout(config.dropout)
        self.hidden = nn.Linear(width, config.hidden)
        self.hand = nn.Linear(1, config.hidden, bias=False)
        self.outputs = nn.ModuleList(nn.Linear(config.hidden, count) for count in classes)

    def forward(self, numbers: torch.Tensor, is_given: torch.Tensor) -> list[torch.Tensor]:
        hidden = self.hidden(self.input_dropout(numbers)) + self.hand(is_given[:, None])
        seen = self.dropout(hidden.relu())
        return [output(seen) for output in self.outputs]


def train(
    numbers: Float32s,
    labels: Mapping[str, FieldLabels],
    is_given: NDArray[np.bool_],
    config: TrainingConfig | None = None,
) -> Perceptrons:
    """Train on numbers (N, F) about lines. The same numbers, labels and seed give the same perceptrons.

    NaN is a number that is not known of a line, and stands for the mean of the others; each must be known of some.
    is_given: (N,) whether the labels of a line come with the data, and are not our own.
    """
    config = config or TrainingConfig()
    mean, scale = np.nanmean(numbers, axis=0), np.nanstd(numbers, axis=0) + 1e-3
    standardised = np.nan_to_num((numbers - mean) / scale, nan=0.0)
    inputs = torch.from_numpy(np.clip(standardised, -MOST, MOST).astype(np.float32))
    hands = torch.from_numpy(is_given.astype(np.float32))
    members = [_train_one(inputs, labels, hands, config, config.seed + member) for member in range(config.members)]

    def of_all(parts: Sequence[torch.Tensor]) -> Float32s:
        # In memory as in shape: safetensors writes what lies there
        return np.ascontiguousarray(np.stack([part.detach().numpy() for part in parts]))

    outputs = {}
    for number, field in enumerate(labels):
        layers = [member.outputs[number] for member in members]
        outputs[field] = (of_all([layer.weight.T for layer in layers]), of_all([layer.bias for layer in layers]))
    return Perceptrons(
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        hidden=of_all([member.hidden.weight.T for member in members]),
        hidden_bias=of_all([member.hidden.bias + member.hand.weight[:, 0] for member in members]),
        outputs=outputs,
        classes={field: known.names for field, known in labels.items()},
    )


def _train_one(
    inputs: torch.Tensor,
    labels: Mapping[str, FieldLabels],
    hands: torch.Tensor,
    config: TrainingConfig,
    seed: int,
) -> _Network:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    answers = [torch.from_numpy(field.answers) for field in labels.values()]
    weights = [torch.from_numpy(np.where(f.answers >= 0, f.weights, 0.0).astype(np.float32)) for f in labels.values()]
    model = _Network(inputs.shape[1], [len(field.names) for field in labels.values()], config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    batch = min(config.batch, len(inputs))
    steps = len(inputs) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.rate, total_steps=steps * config.epochs + 1)
    for _ in range(config.epochs):
        order = torch.from_numpy(rng.permutation(len(inputs)))
        for step in range(steps):
            rows = order[step * batch : (step + 1) * batch]
            loss = torch.zeros(())
            for logits, answer, weight in zip(model(inputs[rows], hands[rows]), answers, weights, strict=True):
                each = nn.functional.cross_entropy(logits, answer[rows].clamp(min=0), reduction="none") * weight[rows]
                loss = loss + each.sum() / weight[rows].sum().clamp(min=1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model


def perceptron_tensors(perceptrons: Perceptrons, prefix: str = "perceptrons") -> dict[str, NDArray[Any]]:
    """Arrays as `Perceptrons.from_tensors` reads them; the large ones as 16-bit floats."""
    tensors: dict[str, NDArray[Any]] = {
        f"{prefix}.mean": perceptrons.mean,
        f"{prefix}.scale": perceptrons.scale,
        f"{prefix}.hidden": perceptrons.hidden.astype(np.float16),
        f"{prefix}.hidden_bias": perceptrons.hidden_bias,
    }
    for field, (weights, bias) in perceptrons.outputs.items():
        names = "\n".join(perceptrons.classes[field]).encode()
        tensors[f"{prefix}.{field}.weights"] = weights.astype(np.float16)
        tensors[f"{prefix}.{field}.bias"] = bias
        tensors[f"{prefix}.{field}.classes"] = np.frombuffer(names, dtype=np.uint8).copy()
    return tensors
