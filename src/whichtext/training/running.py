"""What every training run shares: its length, its rate, the average of its weights, its checkpoints, frozen beginnings.

A run ends after minutes or after steps. The rate rises over the first steps and falls along a cosine to zero at the
end. What is kept in the end is the running average of the weights.
"""

import io
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from whichtext.training.onnx_graph import fold_paddings

__all__ = ["RunLength", "part_done", "save_atomically", "set_rate", "start_session", "traced", "update_average"]


class RunLength(Protocol):
    """How long a run is."""

    @property
    def minutes(self) -> float:
        """Training time over all sittings."""
        ...

    @property
    def steps_of_training(self) -> int | None:
        """Steps after which the run ends, whatever time they take; None where the time decides."""
        ...

    @property
    def warm_up(self) -> int:
        """Steps in which the rate rises from zero."""
        ...


def part_done(config: RunLength, step: int, spent: float) -> float:
    """Part of a run that is done after `step` steps and `spent` minutes; 1 or more where it has ended."""
    return spent / config.minutes if config.steps_of_training is None else step / config.steps_of_training


def set_rate(optimiser: torch.optim.Optimizer, config: RunLength, step: int, spent: float) -> None:
    """Give each group of parameters its share of its `peak` rate."""
    fall = 0.5 * (1.0 + float(np.cos(np.pi * min(1.0, part_done(config, step, spent)))))
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * min(1.0, (step + 1) / config.warm_up) * fall


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move the averaged weights towards the current ones, quickly at first; running statistics are taken over."""
    keep = min(decay, (1 + step) / (10 + step))
    for mean, value in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(value, 1.0 - keep)
    for mean, value in zip(average.buffers(), network.buffers(), strict=True):
        mean.copy_(value)


def save_atomically(state: Mapping[str, Any], path: Path) -> None:
    """Write a checkpoint; a crash leaves the one before."""
    partial = path.with_suffix(".partial")
    torch.save(dict(state), partial)
    os.replace(partial, path)


def traced(
    network: nn.Module,
    example: tuple[Tensor, ...],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    free: Mapping[str, Mapping[int, str]],
    opset: int = 20,
) -> bytes:
    """A network as an ONNX file, its paddings inside the convolutions.

    example: tensors that the network takes, named `inputs`; what it gives is named `outputs`. free: by name, the axes
    that may have any length, and what each is called.
    """
    import onnx

    buffer = io.BytesIO()
    with warnings.catch_warnings():  # the tracing exporter is deprecated; its successor needs one more package
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            example,
            buffer,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: dict(axes) for name, axes in free.items()},
            opset_version=opset,
            dynamo=False,
        )
    model = onnx.load_model_from_string(buffer.getvalue())
    fold_paddings(model)
    content: bytes = model.SerializeToString()
    return content


def start_session(
    beginning: nn.Module, example: Tensor, outputs: Sequence[str], *, free: Sequence[int], threads: int
) -> Any:
    """A frozen beginning of a network as an ONNX Runtime session, where it is several times faster on a processor.

    beginning: module from one tensor like `example` to one tensor or a tuple, named `outputs`. free: the axes of all of
    them that may have any length.
    """
    import onnxruntime

    axes = {name: {axis: f"{name}{axis}" for axis in free} for name in ("x", *outputs)}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = traced(beginning, (example,), inputs=["x"], outputs=outputs, free=axes)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
