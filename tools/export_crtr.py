"""Export a trained captioner (CRTR, SCRC, LRCN, DenseCap) as one ONNX file, calibrated on photos it has not seen.

    python tools/export_crtr.py runs/crtr/checkpoint.pt --photos TEXTREF/expressions-train.jsonl --maps cache/maps \\
        --command "python -m whichtext.training.crtr ..." --data "..." [--output FILE]

In: `words` (1 or N, T) int64, the starting symbol first; `crops` (N, C), `contexts` (1 or N, K), `boxes` (N, 4). Out:
`log_probabilities` (N, T, V) of what comes after each word. Vocabulary and calibration stand in the metadata. Only
networks of the light preset. Tensors are stored as 16-bit floats with a cast that ONNX Runtime folds away on load.
Without --output the file becomes part of the package and is entered into the manifest.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper
from scipy.optimize import minimize_scalar

from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.geometry import box_iou
from whichtext.networks.crtr import CRTR, CaptionerForExport, DenseCap
from whichtext.retrieval.crtr.retriever import CaptionerCalibration
from whichtext.retrieval.crtr.wording import Vocabulary
from whichtext.training.crtr import (
    DescribedPhoto,
    LooksOfMaps,
    Pictures,
    likelihoods_of_all,
    load_described,
    load_trained,
)
from whichtext.training.running import traced
from whichtext.training.word_regions import is_held_out

FALSE_NONE, FALSE_SEVERAL = 0.1, 0.12
"""Shares of real descriptions that may be answered none, and ambiguous."""
ABSENT_SHARE = 0.15

Floats = NDArray[np.float64]


def export(network: CRTR | DenseCap, vocabulary: Vocabulary, calibration: CaptionerCalibration) -> onnx.ModelProto:
    """Trace a network, weights in full precision."""
    config = network.config
    example = (
        torch.zeros(1, 4, dtype=torch.int64),
        torch.zeros(3, config.crop_width),
        torch.zeros(1, config.context_width),
        torch.rand(3, 4),
    )
    model = onnx.load_model_from_string(
        traced(
            CaptionerForExport(network),
            example,
            inputs=["words", "crops", "contexts", "boxes"],
            outputs=["log_probabilities"],
            free={
                "words": {0: "D", 1: "T"},
                "crops": {0: "N"},
                "contexts": {0: "E"},
                "boxes": {0: "N"},
                "log_probabilities": {0: "N", 1: "T"},
            },
            opset=17,
        )
    )
    properties = {
        "vocabulary": "\n".join(vocabulary.words),
        "has_own_start": json.dumps(config.has_own_start),
        "calibration": json.dumps(asdict(calibration)),
    }
    helper.set_model_props(model, properties)
    onnx.checker.check_model(model)
    return model


def calibrate(
    network: CRTR | DenseCap, vocabulary: Vocabulary, photos: Sequence[DescribedPhoto], pictures: Pictures
) -> CaptionerCalibration:
    """Fit on descriptions of these photos, and on as many of other ones of them, which fit nothing."""
    rng = np.random.default_rng(0)
    real, hits, apart, own, absent = [], [], [], [], []
    for photo in photos:
        others = [said for other in photos if other is not photo for said, _ in other.descriptions]
        strangers = [others[int(i)] for i in rng.choice(len(others), len(photo.descriptions))]
        for (said, row), stranger in zip(photo.descriptions, strangers, strict=True):
            numbers = vocabulary.encode(said)
            likely = likelihoods_of_all(network, photo, numbers, pictures)
            best = int(np.argmax(likely))
            real.append(likely)
            hits.append(np.array([_same(box, photo.boxes[row]) for box in photo.boxes]))
            far = [i for i, box in enumerate(photo.boxes) if not _touch(box, photo.boxes[best])]
            apart.append(float(likely[far].max() - likely[best]) if far else -np.inf)
            own.append(likely[best] / max(1, len(numbers)))
            other_numbers = vocabulary.encode(stranger)
            absent.append(
                likelihoods_of_all(network, photo, other_numbers, pictures).max() / max(1, len(other_numbers))
            )

    def wrong(temperature: float) -> float:
        """Mean nats of the right texts."""
        values = [likely / temperature - np.logaddexp.reduce(likely / temperature) for likely in real]
        return float(-np.mean([np.logaddexp.reduce(v[h]) for v, h in zip(values, hits, strict=True) if h.any()]))

    temperature = float(minimize_scalar(wrong, bounds=(0.3, 10), method="bounded").x)
    scale, bias = _logistic(np.array(own), np.array(absent))
    none = 1 / (1 + np.exp(-(scale * np.array(own) + bias)))
    return CaptionerCalibration(
        temperature=round(temperature, 4),
        none_scale=round(scale, 4),
        none_bias=round(bias, 4),
        none_threshold=round(float(np.quantile(none, 1 - FALSE_NONE)), 4),
        rival_ratio=round(float(np.exp(np.quantile(np.array(apart) / temperature, 1 - FALSE_SEVERAL))), 4),
    )


def _same(box: Floats, other: Floats) -> bool:
    return box_iou(tuple(box), tuple(other)) > 0.5


def _touch(box: Floats, other: Floats) -> bool:
    low, high = np.maximum(box[:2], other[:2]), np.minimum(box[2:], other[2:])
    return bool((high - low > 1e-3).all())


def _logistic(own: Floats, absent: Floats) -> tuple[float, float]:
    """Scale and bias with which nats of a word tell that a query fits nothing."""
    from scipy.optimize import minimize

    values = np.concatenate([own, absent])
    labels = np.concatenate([np.zeros(len(own)), np.ones(len(absent))])
    weights = np.where(labels > 0, ABSENT_SHARE / len(absent), (1 - ABSENT_SHARE) / len(own))

    def loss(x: Floats) -> Any:
        total = x[0] * values + x[1]
        return (weights * (np.logaddexp(0, total) - labels * total)).sum() + 1e-4 * (x**2).sum()

    scale, bias = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return float(scale), float(bias)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--photos", type=Path, required=True, help="TextRef JSON Lines with expressions")
    parser.add_argument("--maps", type=Path, required=True, help="folder for the feature maps of photos")
    parser.add_argument("--command", required=True, help="how the checkpoint was trained")
    parser.add_argument("--data", required=True, help="what it was trained on")
    parser.add_argument("--output", type=Path, help="write here and leave the package alone")
    options = parser.parse_args()
    torch.set_num_threads(1)
    network, vocabulary = load_trained(options.checkpoint)
    name = str(torch.load(options.checkpoint, weights_only=True)["name"])
    unseen = [p for p in load_described(options.photos) if p.descriptions and is_held_out(p.image_id)]
    calibration = calibrate(network, vocabulary, unseen, LooksOfMaps(unseen, options.maps))
    model = export(network, vocabulary, calibration)
    store_as_half(model)
    path = options.output or WEIGHTS / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    if options.output is None:
        register(
            path.name,
            purpose=f"retrieval: {name}, likelihood of a description",
            origin="trained from scratch on feature maps of EfficientNet-Lite0",
            licence="Apache-2.0",
            command=options.command,
            data=options.data,
        )
    print(f"{path.name}: {path.stat().st_size:,} bytes; {calibration}")


if __name__ == "__main__":
    main()
