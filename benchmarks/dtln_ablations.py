"""What each part of the Dense Text Localization Network is worth, on the held-out tenth of the training photos.

    python benchmarks/dtln_ablations.py inference runs/dtln/checkpoint.pt [--data ../shared/data] [--photos N]
    python benchmarks/dtln_ablations.py training --steps 240 [--scenes SCENES] [--data ../shared/data]

inference: one trained network, its boxes made into words by stitching (by IoU, and by any intersection as published)
and by non-maximum suppression, and with fewer steps; F of all photos and recall in crowded ones (10 words or more),
each at its own best threshold. training: one network each with the Hungarian and the fixed-order loss, without
coordinates, with one step, with cells of 32 pixels, on photos, on synthetic scenes and on both; all else equal, the
same number of steps each, with a frozen trunk; a run that was stopped goes on. Needs PyTorch.
"""

import argparse
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from detection import DEFAULT_DATA
from whichtext.evaluation.protocols import evaluate
from whichtext.evaluation.results import Regions
from whichtext.localization.stitching import Stitching
from whichtext.networks.dtln import PRESETS, Emitted
from whichtext.training.dtln import (
    Encoder,
    TrainingConfig,
    find_words,
    load_trained,
    packaged_detector,
    stitched_regions,
    suppressed_regions,
    train,
    true_regions,
)
from whichtext.training.word_regions import Augmentation, WordPhoto, is_held_out, load_word_photos

CROWDED = 10
"""Words from which on a photo is crowded."""
SHORT_CROP = (512, 384)
"""Width and height in pixels of a training picture in the short runs that are compared."""
SUPPRESSION_IOU = 0.15
SUPPRESSED = "with suppression"

Said = list[tuple[Emitted, tuple[int, int]]]


def report(name: str, truths: Sequence[Regions], found: Sequence[Regions], crowded: Sequence[int]) -> None:
    """One row: figures of all photos, and of the crowded ones."""
    everywhere = evaluate("iou", truths, found, best_f=True).total
    there = evaluate("iou", [truths[i] for i in crowded], [found[i] for i in crowded], best_f=True).total
    row, other = (f"P {t.precision:.3f} R {t.recall:.3f} F {t.hmean:.3f}" for t in (everywhere, there))
    print(f"{name:34} {row} at {everywhere.threshold or 0:.2f}   crowded: {other}", flush=True)


def crowded_of(photos: Sequence[WordPhoto]) -> list[int]:
    """Positions of the crowded photos."""
    return [position for position, photo in enumerate(photos) if len(photo.words) >= CROWDED]


def first_steps(said: Said, steps: int) -> Said:
    """What the cells said in their first steps."""
    return [(Emitted(emitted.boxes[:, :steps], emitted.cells), size) for emitted, size in said]


def compare_inference(checkpoint: Path, photos: Sequence[WordPhoto], threads: int) -> None:
    """Ways to make words out of one network's boxes."""
    network = load_trained(checkpoint)
    encoder = Encoder(network, frozen=4, threads=threads)
    said = [find_words(network, encoder, photo, augmentation=Augmentation()) for photo in photos]
    truths = [true_regions(photo) for photo in photos]
    crowded = crowded_of(photos)
    print(f"{len(photos)} photos, {len(crowded)} of them crowded")
    for iou in (0.15, 0.25, 0.35, 0.5):
        report(f"stitching, IoU > {iou}", truths, stitched_regions(photos, said, Stitching(iou=iou)), crowded)
    published = Stitching(overlap="touch")
    report("stitching, any intersection", truths, stitched_regions(photos, said, published), crowded)
    for iou in (0.15, 0.25, 0.35, 0.5):
        report(f"non-maximum suppression, IoU > {iou}", truths, suppressed_regions(photos, said, iou), crowded)
    for steps in range(1, network.config.steps):
        found = stitched_regions(photos, first_steps(said, steps), Stitching())
        report(f"stitching, first {steps} of the steps", truths, found, crowded)


def training_variants(steps: int) -> dict[str, tuple[TrainingConfig, str]]:
    """Configuration of each variant, and what it is trained on: real, synthetic, or both."""
    plain = TrainingConfig(PRESETS["cpu"], steps_of_training=steps, crop=SHORT_CROP, warm_up=min(100, steps // 6))
    network = plain.network
    coarse = replace(network, stride=32)
    return {
        "as shipped": (plain, "real"),
        "fixed order": (replace(plain, order="fixed"), "real"),
        "without coordinates": (replace(plain, network=replace(network, has_coordinates=False)), "real"),
        "synthetic scenes only": (plain, "synthetic"),
        "synthetic scenes and photos": (plain, "both"),
        "one step": (replace(plain, network=replace(network, steps=1)), "real"),
        "cells of 32 pixels": (replace(plain, network=coarse), "real"),
        "cells of 32 pixels, one step": (replace(plain, network=replace(coarse, steps=1)), "real"),
        "cells of 32 pixels, fixed order": (replace(plain, network=coarse, order="fixed"), "real"),
    }


def compare_training(
    sources: Mapping[str, Sequence[WordPhoto]], held_out: Sequence[WordPhoto], steps: int, output: Path, threads: int
) -> None:
    """One network for each variant whose photos there are: `sources` by name."""
    detector: Any = packaged_detector()
    truths = [true_regions(photo) for photo in held_out]
    crowded = crowded_of(held_out)
    for name, (config, source) in training_variants(steps).items():
        if not sources[source]:
            print(f"{name:34} left out: no scenes, see --scenes", flush=True)
            continue
        folder = output / name.replace(",", "").replace(" ", "-")
        checkpoint = train(config, sources[source], [], folder, detector=detector, threads=threads)
        network = load_trained(checkpoint)
        encoder = Encoder(network, frozen=config.frozen_stages, threads=threads)
        said = [find_words(network, encoder, photo, augmentation=config.augmentation) for photo in held_out]
        report(name, truths, stitched_regions(held_out, said, Stitching()), crowded)
        report(f"  {SUPPRESSED}", truths, suppressed_regions(held_out, said, SUPPRESSION_IOU), crowded)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    inference = commands.add_parser("inference")
    inference.add_argument("checkpoint", type=Path)
    training = commands.add_parser("training")
    training.add_argument("--steps", type=int, default=240, help="of each run")
    training.add_argument("--scenes", type=Path, help="folder of `whichtext data synthesize`")
    training.add_argument("--output", type=Path, default=Path("runs/dtln-ablations"))
    for command in (inference, training):
        command.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
        command.add_argument("--photos", type=int, help="only the first N held-out photos")
        command.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    photos = load_word_photos(arguments.data / "textref-real" / "words.jsonl", split="train")
    held_out = [photo for photo in photos if is_held_out(photo.image_id)][: arguments.photos]
    if arguments.command == "inference":
        compare_inference(arguments.checkpoint, held_out, arguments.threads)
        return
    trained = [photo for photo in photos if not is_held_out(photo.image_id)]
    scenes = load_word_photos(arguments.scenes / "scenes.jsonl") if arguments.scenes else []
    sources = {"real": trained, "synthetic": scenes, "both": [*trained, *scenes] if scenes else []}
    print(f"{len(trained)} photos and {len(scenes)} scenes to train on, {len(held_out)} photos held out", flush=True)
    compare_training(sources, held_out, arguments.steps, arguments.output, arguments.threads)


if __name__ == "__main__":
    main()
