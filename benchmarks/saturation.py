"""How often 16-bit sums of two 8-bit products run over in the recognizer `svtr`, on processors without VNNI.

    python benchmarks/saturation.py cache/words [--texts 12]

Such processors multiply unsigned inputs with signed weights and add two neighbouring products in 16 bits, which stop at
the largest value there is. Counted are all pairs of every convolution in 8 bits, at every second place along the
writing, for held-out texts of `whichtext.training.word_images`.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from whichtext.training.recognition import as_batch
from whichtext.training.word_images import load_patches, upright_crop
from whichtext.weights import load_bytes

LEAST, MOST = -32768, 32767


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", type=Path, help="output of training.word_images")
    parser.add_argument("--texts", type=int, default=12)
    options = parser.parse_args()
    model = onnx.load_model_from_string(load_bytes("svtr_recognizer.onnx"))
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    rounded = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "DequantizeLinear"}
    layers = [
        (rounded[node.input[0]], tensors[rounded[node.input[1]]].astype(np.float32))
        for node in model.graph.node
        if node.op_type == "Conv" and node.input[0] in rounded and node.input[1] in rounded
    ]
    names = sorted({name for name, _ in layers})
    model.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.UINT8, None) for name in names)
    settings = onnxruntime.SessionOptions()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), settings)
    patches = load_patches(options.words / "held-out")
    pairs = over = 0
    for place in np.random.default_rng(0).permutation(len(patches))[: options.texts]:
        crop = as_batch([upright_crop(patches[place])], 3).numpy()
        seen = dict(zip(names, session.run(names, {"x": crop}), strict=True))
        for name, weight in layers:
            values = seen[name][0].reshape(weight.shape[1], -1)[:, ::2].astype(np.float32)
            rows = weight.reshape(len(weight), -1)
            for first in range(0, rows.shape[1] - 1, 2):
                sums = rows[:, first : first + 2] @ values[first : first + 2]
                pairs += sums.size
                over += int(((sums < LEAST) | (sums > MOST)).sum())
    print(f"{len(layers)} convolutions, {options.texts} texts: {over} of {pairs} pairs of products run over")


if __name__ == "__main__":
    main()
