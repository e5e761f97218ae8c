"""Export a trained recognition network as one ONNX file: crops in, class probabilities of each time step out.

    python tools/export_recognizer.py runs/recognizer/best.pt --way 0.6 --measure cache/words
    python tools/export_recognizer.py runs/recognizer/best.pt --way 0.6 --mixed runs/recognizer/mixed.pt
    python tools/export_recognizer.py runs/recognizer/mixed.pt --eight-bits cache/words

The first form writes nothing and tells how many held-out texts are read right, the second writes a checkpoint, the
third the file of the package. `--way` mixes the trained weights with those that training started from, 1 being the
trained ones alone: short training reads its own photos better and forgets a little of everything else, and in between
both are had (Wortsman et al. 2022). `--eight-bits` computes the pointwise convolutions from layer 4 on in 8 bits;
ranges come from training texts (`eight_bits.py`).

In: `x` (B, 3, 48, W), values in [-1, 1], W a multiple of 8. Out: `probability` (B, T, V), T = W / 8. The vocabulary
stands in the metadata, one class a line; the first class is blank, the last is any other script. Tensors are stored as
16-bit floats with a cast that ONNX Runtime folds away on load; all arithmetic stays 32-bit.
"""

import argparse
from pathlib import Path

import onnx
import torch
from onnx import helper

from eight_bits import in_eight_bits, shown_crops
from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.svtr_lcnet import SVTRLCNet, SVTRLCNetForExport, load_recognizer
from whichtext.training.recognition import Trainee, load_trained, measure, packaged_recognizer
from whichtext.training.running import save_atomically, traced
from whichtext.training.word_images import load_patches

NAME = "svtr_recognizer.onnx"
EIGHT_BITS_FROM = 4


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


def names_in_eight_bits() -> list[str]:
    """Names of the traced convolutions that `--eight-bits` rounds."""
    return ["/" + "/".join(name.rsplit(".", 1)) + "/Conv" for name in SVTRLCNet().pointwise(EIGHT_BITS_FROM)]


def mixed(checkpoint: Path, way: float) -> SVTRLCNet:
    """The network that lies `way` of the way from the published weights to those of a checkpoint."""
    start, network = SVTRLCNet(), SVTRLCNet()
    load_recognizer(start, packaged_recognizer())
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
    parser.add_argument("--command", default="see docs/training.md", help="how it was made, for the manifest")
    parser.add_argument("--output", type=Path, help="write here instead, and do not register")
    parser.add_argument("--mixed", type=Path, help="write the mixture as a checkpoint instead of exporting")
    parser.add_argument("--eight-bits", type=Path, metavar="WORDS", help="output of training.word_images")
    parser.add_argument("--measure", type=Path, help="output of training.word_images: measure instead of exporting")
    arguments = parser.parse_args()
    if arguments.measure is not None:
        network = mixed(arguments.checkpoint, arguments.way).eval()
        trainee = Trainee(network, network.vocabulary, network.crop_height, network.channels)
        print(arguments.way, measure(trainee, load_patches(arguments.measure / "held-out")))
        return
    if arguments.mixed is not None:
        save_atomically({"average": mixed(arguments.checkpoint, arguments.way).state_dict()}, arguments.mixed)
        return
    model = export(mixed(arguments.checkpoint, arguments.way))
    if arguments.eight_bits is not None:
        shown = shown_crops(arguments.eight_bits, height=SVTRLCNet.crop_height, channels=SVTRLCNet.channels)
        model = in_eight_bits(model, shown, names_in_eight_bits())
    store_as_half(model, keep="_scale")
    path = arguments.output or WEIGHTS / NAME
    path.write_bytes(model.SerializeToString())
    if arguments.output is None:
        register(
            NAME,
            purpose="text recognition: crop of a line to characters of Latin writing",
            origin="starts from rapidocr 3.10.0 (PyPI): rapidocr/models/PP-OCRv6_rec_small.onnx, "
            "PaddleOCR PP-OCRv6 small; trained further",
            licence="Apache-2.0",
            command=arguments.command,
            data=arguments.data,
        )
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
