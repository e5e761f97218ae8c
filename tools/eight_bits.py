"""Traced networks in 8 bits: chosen convolutions and LSTMs in 8-bit arithmetic, or matrices only as they are stored.

Convolutions take their ranges from training crops. Weights have 255 steps symmetric around zero for each output
channel, values 256 steps between the least and the largest one that came. Processors without VNNI add two products in
16 bits, which 7-bit weights would keep from running over; that seldom happens (`benchmarks/saturation.py`), so all 8
bits are used.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

from whichtext.training.recognition import as_batch
from whichtext.training.word_images import load_patches, upright_crop

__all__ = ["in_eight_bits", "memories_in_eight_bits", "shown_crops", "store_in_eight_bits"]

SHOWN = 400
"""Training texts that show the ranges of values."""


class Inputs(CalibrationDataReader):  # type: ignore[misc]  # untyped
    """Inputs of a network, one at a time."""

    def __init__(self, name: str, arrays: Iterable[NDArray[np.float32]]) -> None:
        self._inputs = ({name: array} for array in arrays)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next one."""
        return next(self._inputs, None)


def shown_crops(words: Path, *, height: int, channels: int) -> list[NDArray[np.float32]]:
    """Training texts (1, channels, height, W) as a network sees them, from the output of training.word_images."""
    patches = load_patches(words / "train")
    chosen = np.random.default_rng(0).permutation(len(patches))[:SHOWN]
    return [as_batch([upright_crop(patches[place], height)], channels).numpy() for place in chosen]


def in_eight_bits(
    model: onnx.ModelProto, shown: Iterable[NDArray[np.float32]], convolutions: Sequence[str]
) -> onnx.ModelProto:
    """The same network with the convolutions of the given node names in 8-bit arithmetic; `shown`: its inputs."""
    missing = set(convolutions) - {node.name for node in model.graph.node}
    if missing:
        raise ValueError("the traced convolutions have other names than " + ", ".join(sorted(missing)))
    with TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(model, before)
        quantize_static(
            before,
            after,
            Inputs(model.graph.input[0].name, shown),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=False,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=list(convolutions),
        )
        return with_metadata_of(model, onnx.load(after))


def memories_in_eight_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with the weights of its LSTMs in 8 bits; what goes in is rounded to its own range each time."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(model, before)
        quantize_dynamic(before, after, op_types_to_quantize=["LSTM"], per_channel=True, weight_type=QuantType.QInt8)
        return with_metadata_of(model, onnx.load(after))


def with_metadata_of(model: onnx.ModelProto, rounded: onnx.ModelProto) -> onnx.ModelProto:
    """Give a rounded model the metadata that rounding lost."""
    helper.set_model_props(rounded, {entry.key: entry.value for entry in model.metadata_props})
    return rounded


def store_in_eight_bits(model: onnx.ModelProto, *, at_least: int) -> None:
    """Store matrices (I, O) of products as 8-bit numbers with a scale for each column, in place.

    at_least: numbers of the smallest matrix that is stored so. ONNX Runtime makes 32-bit floats of them on load; all
    arithmetic stays 32-bit.
    """
    graph = model.graph
    factors = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    opened = []
    for tensor in [t for t in graph.initializer if t.name in factors and np.prod(t.dims) >= at_least]:
        matrix, name = numpy_helper.to_array(tensor), tensor.name
        scale = np.maximum(np.abs(matrix).max(axis=0, keepdims=True), 1e-12) / 127
        tensor.CopyFrom(numpy_helper.from_array(np.round(matrix / scale).astype(np.int8), f"{name}.steps"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
        opened += [
            helper.make_node("Cast", [f"{name}.steps"], [f"{name}.cast"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}.cast", f"{name}.scale"], [name]),
        ]
    nodes = [*opened, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
