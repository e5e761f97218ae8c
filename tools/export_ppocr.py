"""Re-export PP-OCRv6-small (Apache-2.0) out of the installed `rapidocr` 3.10.0 package into the weights folder.

    python tools/export_ppocr.py

Two files are written and entered into the manifest:

- `ppocr_localizer.onnx`: photo (1, 3, H, W), H and W multiples of 32, to text probability (1, 1, H, W).
- `ppocr_recognizer.onnx`: crop (1, 3, 48, W) to the class probabilities of each time step (T, V), T = W / 8, see
  `trim_head`. The vocabulary stands in the metadata, one class a line; the first class is blank, the last is any other
  script.

The tensors are stored as 16-bit floats with a cast in the graph that ONNX Runtime folds away on load; all arithmetic
stays 32-bit.
"""

import argparse
import unicodedata
from importlib import resources
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from register_weights import WEIGHTS, register

ORIGIN = "rapidocr 3.10.0 (PyPI): rapidocr/models/{name}, PaddleOCR PP-OCRv6 small"
LICENCE = "Apache-2.0"
COMMAND = "python tools/export_ppocr.py"

OTHER_KEPT = "ȘșȚț–—―‘’‚“”„†‡•…‰′″€₤₩™←→↑↓"
"""Classes beyond Latin Extended-A that stand in Latin writing."""
OTHER = "\N{REPLACEMENT CHARACTER}"
"""What the vocabulary says for the class of every other script."""
HARD = 18.0
"""Log-sum of the kept logits below which the dropped ones are computed as well."""
NEVER = -1e4
"""Logit of the other scripts where they need not be computed."""


def drop_identities(model: onnx.ModelProto) -> None:
    """Remove the Identity nodes that the converter left between the layers."""
    graph = model.graph
    outputs = {value.name for value in graph.output}
    renamed: dict[str, str] = {}
    kept = []
    for node in graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        if node.op_type == "Identity" and node.output[0] not in outputs:
            renamed[node.output[0]] = node.input[0]
        else:
            kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)
    del graph.value_info[:]


def store_as_half(model: onnx.ModelProto, *, at_least: int = 256, keep: str = "\n") -> None:
    """Store tensors of `at_least` elements as float16, each with a Cast back to float32 in front of its use.

    keep: end of the names of tensors that stay as they are.
    """
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        is_small = tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < at_least
        if is_small or tensor.name.endswith(keep):
            continue
        half = numpy_helper.to_array(tensor).astype(np.float16)
        if not np.isfinite(half).all():
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def load_packaged(name: str) -> onnx.ModelProto:
    """Read one of the models that `rapidocr` carries."""
    return onnx.load_from_string(resources.files("rapidocr").joinpath("models", name).read_bytes())


def save(model: onnx.ModelProto, name: str, *, source: str, purpose: str) -> Path:
    """Check, write and register one weight file."""
    onnx.checker.check_model(model)
    path = WEIGHTS / name
    path.write_bytes(model.SerializeToString())
    register(
        name,
        purpose=purpose,
        origin=ORIGIN.format(name=source),
        licence=LICENCE,
        command=COMMAND,
        data="none (re-export)",
    )
    return path


def export_localizer() -> Path:
    """Write `ppocr_localizer.onnx`."""
    source = "PP-OCRv6_det_small.onnx"
    model = load_packaged(source)
    drop_identities(model)
    store_as_half(model)
    return save(
        model, "ppocr_localizer.onnx", source=source, purpose="text localization: photo to text probability map"
    )


def is_kept(text: str) -> bool:
    """Whether a class stands for Latin writing, in any width.

    Letters with European accents, digits, punctuation, common symbols.
    """
    plain = unicodedata.normalize("NFKC", text)
    return all(ord(letter) < 0x180 or letter in OTHER_KEPT for letter in plain)


def trim_head(model: onnx.ModelProto) -> None:
    """Keep the classes of Latin writing and fold all others into one, exactly where it matters.

    The head of 18,710 classes takes a third of the time, and its softmax is mostly over Chinese. The kept classes get
    their logits as before. A time step whose kept logits sum to exp(HARD) or more was never won by a dropped class (on
    crops of 200 training photos, 22,312 time steps, no dropped class exceeded 17.4 there); only for the others, some
    15 %, the dropped logits are computed and summed into the last class.

    A second output, `all`, computed only where it is asked for, has the probabilities of every class: the kept ones,
    then the dropped ones, which the metadata name under `dropped`. Their weights are stored in 8 bits.
    """
    graph = model.graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    matmul, add, softmax = list(graph.node)[-3:]
    assert [matmul.op_type, add.op_type, softmax.op_type] == ["MatMul", "Add", "Softmax"]
    weight, bias = tensors[matmul.input[1]], tensors[add.input[1]]
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    vocabulary = ["", *metadata["character"].splitlines(), " "]
    assert weight.shape[1] == bias.shape[0] == len(vocabulary)
    kept = np.array([index for index, text in enumerate(vocabulary) if index == 0 or is_kept(text)])
    dropped = np.setdiff1d(np.arange(len(vocabulary)), kept)
    scale = np.abs(weight[:, dropped]).max(axis=0, keepdims=True) / 127
    constants = {
        "head.kept.weight": weight[:, kept],
        "head.kept.bias": bias[kept],
        "head.dropped.int8": np.round(weight[:, dropped] / scale).astype(np.int8),
        "head.dropped.scale": scale.astype(np.float32),
        "head.dropped.bias": bias[dropped],
        "head.hard": np.array(HARD, dtype=np.float32),
        "head.never": np.array([[NEVER]], dtype=np.float32),
    }
    names = {matmul.input[1], add.input[1]}
    remaining = [tensor for tensor in graph.initializer if tensor.name not in names]
    del graph.initializer[:]
    graph.initializer.extend(remaining)
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    nodes = [
        *list(graph.node)[:-3],
        helper.make_node("Squeeze", [matmul.input[0]], ["head.features"], axes=[0]),
        helper.make_node("MatMul", ["head.features", "head.kept.weight"], ["head.kept.product"]),
        helper.make_node("Add", ["head.kept.product", "head.kept.bias"], ["head.kept.logits"]),
        helper.make_node("ReduceLogSumExp", ["head.kept.logits"], ["head.kept.sum"], axes=[1], keepdims=0),
        helper.make_node("Less", ["head.kept.sum", "head.hard"], ["head.is_hard"]),
        helper.make_node("Compress", ["head.features", "head.is_hard"], ["head.hard.features"], axis=0),
        helper.make_node("Cast", ["head.dropped.int8"], ["head.dropped.float"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", ["head.dropped.float", "head.dropped.scale"], ["head.dropped.weight"]),
        helper.make_node("MatMul", ["head.hard.features", "head.dropped.weight"], ["head.dropped.product"]),
        helper.make_node("Add", ["head.dropped.product", "head.dropped.bias"], ["head.dropped.logits"]),
        helper.make_node("ReduceLogSumExp", ["head.dropped.logits"], ["head.dropped.sum"], axes=[1], keepdims=1),
        helper.make_node("NonZero", ["head.is_hard"], ["head.hard.row"]),
        helper.make_node("Transpose", ["head.hard.row"], ["head.hard.index"], perm=[1, 0]),
        helper.make_node("Unsqueeze", ["head.kept.sum"], ["head.kept.column"], axes=[1]),
        helper.make_node("Shape", ["head.kept.column"], ["head.column.shape"]),
        helper.make_node("Expand", ["head.never", "head.column.shape"], ["head.column.never"]),
        helper.make_node(
            "ScatterND", ["head.column.never", "head.hard.index", "head.dropped.sum"], ["head.other.logit"]
        ),
        helper.make_node("Concat", ["head.kept.logits", "head.other.logit"], ["head.logits"], axis=1),
        helper.make_node("Softmax", ["head.logits"], ["probability"], axis=1),
        helper.make_node("MatMul", ["head.features", "head.dropped.weight"], ["head.all.product"]),
        helper.make_node("Add", ["head.all.product", "head.dropped.bias"], ["head.all.dropped"]),
        helper.make_node("Concat", ["head.kept.logits", "head.all.dropped"], ["head.all.logits"], axis=1),
        helper.make_node("Softmax", ["head.all.logits"], ["all"], axis=1),
    ]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.output[:]
    for name, classes in (("probability", len(kept) + 1), ("all", len(vocabulary))):
        graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["T", classes]))
    del model.metadata_props[:]
    helper.set_model_props(
        model,
        {
            "vocabulary": "\n".join([*(vocabulary[index] for index in kept), OTHER]),
            "dropped": "\n".join(vocabulary[index] for index in dropped),
        },
    )


def export_recognizer() -> Path:
    """Write `ppocr_recognizer.onnx`."""
    source = "PP-OCRv6_rec_small.onnx"
    model = load_packaged(source)
    drop_identities(model)
    trim_head(model)
    store_as_half(model)
    return save(model, "ppocr_recognizer.onnx", source=source, purpose="text recognition: crop of a line to characters")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    for path in (export_localizer(), export_recognizer()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
