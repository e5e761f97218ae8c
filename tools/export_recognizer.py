"""Export a trained recognition network as one ONNX file: crops in, class probabilities of each time step out.

    python tools/export_recognizer.py runs/recognizer/best.pt --way 0.7

    python tools/export_recognizer.py runs/recognizer/best.pt --way 0.7 --measure cache/words

The second form writes nothing and tells how many held-out texts are read right. `--way` mixes the trained weights with
those that training started from, 1 being the trained ones alone: short training reads its own photos better and forgets
a little of everything else, and in between both are had (Wortsman et al. 2022).

In: `x` (B, 3, 48, W), values in [-1, 1], W a multiple of 8. Out: `probability` (B, T, V), T = W / 8. The vocabulary
stands in the metadata, one class a line; the first class is blank, the last is any other script. Tensors are stored as
16-bit floats with a cast that ONNX Runtime folds away on load; all arithmetic stays 32-bit.
"""

import argparse
from pathlib import Path

import onnx
import torch
from onnx import helper

from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.pplcnet import use_silu
from whichtext.networks.svtr_lcnet import SVTRLCNet, SVTRLCNetForExport, load_recognizer
from whichtext.training.recognition import Trainee, load_trained, measure, packaged_recognizer
from whichtext.training.running import traced
from whichtext.training.word_images import load_patches

NAME = "svtr_recognizer.onnx"


def export(network: SVTRLCNet) -> onnx.ModelProto:
    """Trace a network, weights in full precision."""
    model = onnx.load_model_from_string(
        traced(
            SVTRLCNetForExport(network),
            (torch.zeros(2, 3, 48, 96),),
            inputs=["x"],
            outputs=["probability"],
            free={"x": {0: "batch", 3: "width"}, "probability": {0: "batch", 1: "steps"}},
        )
    )
    helper.set_model_props(model, {"vocabulary": "\n".join(network.vocabulary)})
    onnx.checker.check_model(model)
    return model


def mixed(checkpoint: Path, way: float) -> SVTRLCNet:
    """The network that lies `way` of the way from the published weights to those of a checkpoint."""
    start, network = SVTRLCNet(activation="silu"), SVTRLCNet(activation="silu")
    load_recognizer(start, packaged_recognizer())
    use_silu(start)
    load_trained(checkpoint, network)
    with torch.no_grad():
        for value, old in zip(network.parameters(), start.parameters(), strict=True):
            value.copy_(old + (value - old) * way)
    return network


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", default="textref-real, train photos without the tenth that is held out; drawn words")
    parser.add_argument("--way", type=float, default=1.0, help="part of the way from the start to the trained weights")
    parser.add_argument("--training", default="", help="options of the training, for the manifest")
    parser.add_argument("--output", type=Path, help="write here instead, and do not register")
    parser.add_argument("--measure", type=Path, help="output of training.word_images: measure instead of exporting")
    arguments = parser.parse_args()
    if arguments.measure is not None:
        network = mixed(arguments.checkpoint, arguments.way).eval()
        trainee = Trainee(network, network.vocabulary, network.crop_height, network.channels)
        print(arguments.way, measure(trainee, load_patches(arguments.measure / "held-out")))
        return
    model = export(mixed(arguments.checkpoint, arguments.way))
    store_as_half(model)
    path = arguments.output or WEIGHTS / NAME
    path.write_bytes(model.SerializeToString())
    if arguments.output is None:
        register(
            NAME,
            purpose="text recognition: crop of a line to characters of Latin writing",
            origin="starts from rapidocr 3.10.0 (PyPI): rapidocr/models/PP-OCRv6_rec_small.onnx, "
            "PaddleOCR PP-OCRv6 small; trained further",
            licence="Apache-2.0",
            command="python -m whichtext.training.word_images --data TEXTREF --output cache/words; "
            f"python -m whichtext.training.recognition --words cache/words {arguments.training}; "
            f"python tools/export_recognizer.py runs/recognizer/best.pt --way {arguments.way}",
            data=arguments.data,
        )
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
