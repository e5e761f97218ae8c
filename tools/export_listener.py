"""Export a trained listener as ONNX, calibrate it on unseen photos, and enter it into the manifest.

    python -m whichtext.training.matcher cache/matcher/scenes --hears --variants plain mirror described ... \\
        --output runs/matcher/listener.pt
    python tools/export_listener.py runs/matcher/listener.pt --scenes cache/matcher/scenes

The calibration is fitted on the tenth of the photos that is never trained on. Tensors are stored as 16-bit floats; all
arithmetic is 32-bit.
"""

import argparse
import logging
from pathlib import Path

import torch

from export_matcher import DATA, calibrate, export
from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.training.matcher import load_trained, predict
from whichtext.training.matcher_examples import MatcherData
from whichtext.training.word_regions import is_held_out

COMMAND = (
    "python tools/export_sentences.py ...; python tools/add_annotations.py ...; python tools/cache_matcher.py ...; "
    "python -m whichtext.training.matcher cache/matcher/scenes --hears --output runs/matcher/listener.pt; "
    "python tools/export_listener.py runs/matcher/listener.pt ...; all options in docs/retrieval.md"
)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--scenes", type=Path, required=True, help="folder of tools/cache_matcher.py")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    model = load_trained(options.checkpoint)
    data = MatcherData(options.scenes, variants=("plain", "described"), wanted=is_held_out, hears=True)
    predictions = predict([model], data, data.examples)
    calibrate(data.examples, predictions, "listener.json", spoken_share=0.0)
    network = export([model])
    store_as_half(network, keep=".scale")
    (WEIGHTS / "listener.onnx").write_bytes(network.SerializeToString())
    for name, purpose in (
        ("listener.onnx", "retrieval: a second retriever, independent of the rules"),
        ("listener.json", "calibration of the listener"),
    ):
        register(
            name,
            purpose=purpose,
            origin="trained from scratch on states of minilm.onnx and on scenes; it has not seen what the rules say",
            licence="Apache-2.0",
            command=COMMAND,
            data=DATA,
        )


if __name__ == "__main__":
    main()
