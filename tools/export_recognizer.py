"""Export a trained recognition network as one ONNX file: crops in, class probabilities of each time step out.

    python tools/export_recognizer.py runs/recognizer/best.pt --way 0.6 --measure cache/words
    python tools/export_recognizer.py runs/recognizer/best.pt --way 0.6 --mixed runs/recognizer/mixed.pt
    python tools/export_recognizer.py runs/recognizer/mixed.pt --eight-bits cache/words

The first form writes nothing and tells how many held-out texts are read right, the second writes a checkpoint, the
third the file of the package. `--way` mixes the trained weights with those that training started from, 1 being the
trained ones alone: short training reads its own photos better and forgets a little of everything else, and in between
both are had (Wortsman et al. 2022). `--eight-bits` computes the pointwise convolutions from layer 4 on in 8 bits;
ranges come from training texts. Processors without VNNI add two products in 16 bits, which 7-bit weights would keep
from running over; that seldom happens (`benchmarks/saturation.py`), so all 8 bits are used.

In: `x` (B, 3, 48, W), values in [-1, 1], W a multiple of 8. Out: `probability` (B, T, V), T = W / 8. The vocabulary
stands in the metadata, one class a line; the first class is blank, the last is any other script. Tensors are stored as
16-bit floats with a cast that ONNX Runtime folds away on load; all arithmetic stays 32-bit.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.svtr_lcnet import SVTRLCNet, SVTRLCNetForExport, load_recognizer
from whichtext.training.recognition import Trainee, as_batch, load_trained, measure, packaged_recognizer
from whichtext.training.running import save_atomically, traced
from whichtext.training.word_images import WordPatch, load_patches, upright_crop

NAME = "svtr_recognizer.onnx"
EIGHT_BITS_FROM = 4
CALIBRATED = 400
"""Training texts that show the ranges of values."""


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


class Crops(CalibrationDataReader):  # type: ignore[misc]  # untyped
    """Training texts, one at a time, as the network sees them."""

    def __init__(self, patches: Sequence[WordPatch]) -> None:
        self._inputs = iter([{"x": as_batch([upright_crop(patch)], SVTRLCNet.channels).numpy()} for patch in patches])

    def get_next(self) -> dict[str, Any] | None:
        """The next one."""
        return next(self._inputs, None)


def in_eight_bits(model: onnx.ModelProto, patches: Sequence[WordPatch]) -> onnx.ModelProto:
    """The same network with its pointwise convolutions from layer `EIGHT_BITS_FROM` on in 8-bit arithmetic."""
    wanted = {"/" + "/".join(name.rsplit(".", 1)) + "/Conv" for name in SVTRLCNet().pointwise(EIGHT_BITS_FROM)}
    names = [node.name for node in model.graph.node if node.name in wanted]
    assert len(names) == len(wanted), "the traced convolutions have other names"
    with TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(model, before)
        quantize_static(
            before,
            after,
            Crops(patches),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=False,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=names,
        )
        rounded = onnx.load(after)
    helper.set_model_props(rounded, {entry.key: entry.value for entry in model.metadata_props})
    return rounded


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
        patches = load_patches(arguments.eight_bits / "train")
        chosen = np.random.default_rng(0).permutation(len(patches))[:CALIBRATED]
        model = in_eight_bits(model, [patches[place] for place in chosen])
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
