"""Export a trained DTLN as one ONNX file: photo in, boxes of the cells that do not stop at once out.

    python tools/export_dtln.py runs/dtln/checkpoint.pt

In: `photo` (H, W, 3) uint8 RGB, H and W multiples of 32. Out: `boxes` (N, 5, 6): cx, cy, w, h in pixels of the photo,
angle in radians, confidence; `cells` (N,) int64: positions of these cells in raster order. Tensors are stored as 16-bit
floats with a cast that ONNX Runtime folds away on load; all arithmetic stays 32-bit.
"""

import argparse
from pathlib import Path

import onnx
import torch

from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.dtln import DTLN, DTLNForExport
from whichtext.training.dtln import load_trained
from whichtext.training.running import traced

NAME = "dtln.onnx"
STOP = 0.05
"""First confidence up to which a cell is silent."""


def export(network: DTLN, *, stop: float = STOP) -> onnx.ModelProto:
    """Trace a network, weights in full precision."""
    model = onnx.load_model_from_string(
        traced(
            DTLNForExport(network, stop=stop),
            (torch.zeros(64, 96, 3, dtype=torch.uint8),),
            inputs=["photo"],
            outputs=["boxes", "cells"],
            free={"photo": {0: "height", 1: "width"}, "boxes": {0: "spoken"}, "cells": {0: "spoken"}},
            opset=17,
        )
    )
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", default="textref-real, train photos without the tenth that is held out")
    arguments = parser.parse_args()
    model = export(load_trained(arguments.checkpoint))
    store_as_half(model)
    (WEIGHTS / NAME).write_bytes(model.SerializeToString())
    register(
        NAME,
        purpose="text localization: Dense Text Localization Network, photo to word boxes",
        origin="trunk and pyramid start from rapidocr 3.10.0 (PyPI): rapidocr/models/PP-OCRv6_det_small.onnx, "
        "PaddleOCR PP-OCRv6 small; decoder trained from scratch",
        licence="Apache-2.0",
        command="python -m whichtext.training.dtln WORDS.jsonl --minutes 74; "
        "python tools/export_dtln.py runs/dtln/checkpoint.pt",
        data=arguments.data,
    )
    print(f"{NAME}: {(WEIGHTS / NAME).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
