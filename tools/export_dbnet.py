"""Export a trained word detector as one ONNX file: photo in, probability of word cores out.

    python tools/export_dbnet.py runs/dbnet/checkpoint.pt --command "python -m whichtext.training.dbnet ..."

In: `x` (1, 3, H, W) float32 in [-1, 1], H and W multiples of 32. Out: `probability` (1, 1, H/2, W/2). Tensors are
stored as 16-bit floats with a cast that ONNX Runtime folds away on load; all arithmetic stays 32-bit.
"""

import argparse
from pathlib import Path

import onnx
import torch

from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.dbnet import DBNet, DBNetForExport
from whichtext.training.dbnet import load_trained
from whichtext.training.running import traced

NAME = "dbnet.onnx"


def export(network: DBNet) -> onnx.ModelProto:
    """Trace a network, weights in full precision."""
    model = onnx.load_model_from_string(
        traced(
            DBNetForExport(network),
            (torch.zeros(1, 3, 64, 96),),
            inputs=["x"],
            outputs=["probability"],
            free={"x": {2: "height", 3: "width"}, "probability": {2: "rows", 3: "columns"}},
        )
    )
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--command", required=True, help="how the checkpoint was trained, for the manifest")
    parser.add_argument("--data", default="textref-real, train photos without the tenth that is held out")
    arguments = parser.parse_args()
    model = export(load_trained(arguments.checkpoint))
    store_as_half(model)
    (WEIGHTS / NAME).write_bytes(model.SerializeToString())
    register(
        NAME,
        purpose="text localization: word detector, photo to the probability of word cores",
        origin="trained from rapidocr 3.10.0 (PyPI): rapidocr/models/PP-OCRv6_det_small.onnx, PaddleOCR PP-OCRv6 small",
        licence="Apache-2.0",
        command=f"{arguments.command}; python tools/export_dbnet.py runs/dbnet/checkpoint.pt",
        data=arguments.data,
    )
    print(f"{NAME}: {(WEIGHTS / NAME).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
