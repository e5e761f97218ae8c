"""Export a trained CRNN as one ONNX file: crop of a word in, probabilities of its columns out.

    python tools/export_crnn.py runs/crnn/best.pt [--eight-bits cache/words] --command ... --data ...
    python tools/export_crnn.py runs/crnn/best.pt [--eight-bits cache/words] --output FILE

In: `crop` (1, 1, 32, W), grey, (value - 128) / 128, any W from 8. Out: `probability` (T, V). The vocabulary stands in
the metadata, one class a line, the first is blank. Tensors are stored as 16-bit floats with a cast that ONNX Runtime
folds away on load. With --eight-bits all convolutions but the last and both LSTMs compute in 8 bits. Without
--output the file becomes part of the package and is entered into the manifest.
"""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper

from eight_bits import in_eight_bits, memories_in_eight_bits, shown_crops
from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.crnn import CRNN, CROP_HEIGHT, PRESETS, TRAINED_WIDTH, CRNNForExport
from whichtext.training.running import traced

NAME = "crnn.onnx"


def export(network: CRNN) -> onnx.ModelProto:
    """Trace a network, weights in full precision."""
    model = onnx.load_model_from_string(
        traced(
            CRNNForExport(network),
            (torch.zeros(1, 1, CROP_HEIGHT, TRAINED_WIDTH),),
            inputs=["crop"],
            outputs=["probability"],
            free={"crop": {3: "width"}, "probability": {0: "steps"}},
            opset=17,
        )
    )
    helper.set_model_props(model, {"vocabulary": "\n".join(["", *network.alphabet])})
    onnx.checker.check_model(model)
    return model


def rounded(model: onnx.ModelProto, shown: Iterable[NDArray[np.float32]]) -> onnx.ModelProto:
    """The same network in 8-bit arithmetic but for its last convolution and its head; `shown`: crops that it sees."""
    *names, _ = [node.name for node in model.graph.node if node.op_type == "Conv"]
    return memories_in_eight_bits(in_eight_bits(model, shown, names))


def network_of(checkpoint: Mapping[str, Any]) -> CRNN:
    """The averaged network of a checkpoint of `whichtext.training.recognition`; which preset, its tensors tell."""
    state = checkpoint["average"]
    for config in PRESETS.values():
        network = CRNN(config)
        shapes = {name: tensor.shape for name, tensor in network.state_dict().items()}
        if {name: tensor.shape for name, tensor in state.items()} == shapes:
            network.load_state_dict(state)
            network.eval()
            return network
    raise SystemExit("the checkpoint holds no CRNN of a known preset: " + ", ".join(PRESETS))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--output", type=Path, help="write here and leave the package alone")
    parser.add_argument("--eight-bits", type=Path, metavar="WORDS", help="output of training.word_images")
    parser.add_argument("--command", help="how the checkpoint was trained", default="")
    parser.add_argument("--data", help="what it was trained on", default="")
    parser.add_argument("--origin", help="where its weights started", default="trained from scratch")
    arguments = parser.parse_args()
    if arguments.output is None and not (arguments.command and arguments.data):
        parser.error("weights of the package need --command and --data, which the manifest names")
    model = export(network_of(torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)))
    if arguments.eight_bits is not None:
        model = rounded(model, shown_crops(arguments.eight_bits, height=CROP_HEIGHT, channels=1))
    store_as_half(model, keep="_scale")
    path = arguments.output or WEIGHTS / NAME
    path.write_bytes(model.SerializeToString())
    if arguments.output is None:
        register(
            NAME,
            purpose="text recognition: CRNN, crop of a word to characters (36 letters and digits)",
            origin=arguments.origin,
            licence="Apache-2.0",
            command=arguments.command,
            data=arguments.data,
        )
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
