"""Export matchers that were trained without the rules as the retriever `listener`, calibrated on unseen photos.

    python -m whichtext.training.matcher cache/matcher/scenes --variants plain mirror \\
        --model '{"width":96,"hidden":192,"dropout":0.25,"uses_evidence":false}' --output runs/matcher/listener.pt
    python tools/export_listener.py runs/matcher/listener.pt [...] --scenes cache/matcher/scenes

Several checkpoints become the mean of their log probabilities. The describer's expressions (variant `described`) belong
neither into its training nor into its calibration: it is to judge them.
"""

import argparse
import json
import logging
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from export_matcher import export
from register_weights import WEIGHTS, register
from whichtext.training.matcher import load_trained, measure, predict
from whichtext.training.matcher_calibration import answer_figures, fit_calibration
from whichtext.training.matcher_examples import MatcherData
from whichtext.training.word_regions import is_held_out

logger = logging.getLogger("export_listener")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--scenes", type=Path, required=True, help="folder of tools/cache_matcher.py")
    parser.add_argument("--command", default="", help="how the checkpoints were trained, for the manifest")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    models = [load_trained(path) for path in options.checkpoints]
    if any(model.config.uses_evidence for model in models):
        parser.error("a listener has not seen what the rules say: train with uses_evidence false")
    data = MatcherData(options.scenes, variants=("plain",), wanted=is_held_out)
    unseen = [replace(example, asked_for=np.zeros_like(example.asked_for)) for example in data.examples]
    predictions = predict(models, data, unseen)
    logger.info("%s", json.dumps(measure(predictions, unseen)))
    calibrations = {}
    for words in ("given", "read"):
        rows = [position for position, example in enumerate(unseen) if example.scene.words == words]
        chosen, said = [unseen[i] for i in rows], [predictions[i] for i in rows]
        calibrations[words] = fit_calibration(chosen, said, spoken_share=0.0)
        logger.info("%s: %s", words, json.dumps(answer_figures(chosen, said, calibrations[words])))
    (WEIGHTS / "listener.onnx").write_bytes(export(models).SerializeToString())
    fitted = json.dumps({words: asdict(calibration) for words, calibration in calibrations.items()}, indent=1)
    (WEIGHTS / "listener.json").write_text(fitted + "\n", encoding="utf-8")
    for name, purpose in (
        ("listener.onnx", "retrieval: a matcher without the rules"),
        ("listener.json", "its calibration"),
    ):
        register(
            name,
            purpose=purpose,
            origin="trained from scratch on states of minilm.onnx",
            licence="Apache-2.0",
            command=options.command or "python -m whichtext.training.matcher ...; python tools/export_listener.py ...",
            data="textref-real, train photos without the tenth that is held out; calibrated on that tenth "
            "(a photo is never part of the package)",
        )


if __name__ == "__main__":
    main()
