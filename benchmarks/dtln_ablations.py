"""What each part of the Dense Text Localization Network is worth, on the held-out tenth of the training photos.

    python benchmarks/dtln_ablations.py inference runs/dtln/checkpoint.pt [--data ../shared/data] [--photos N]
    python benchmarks/dtln_ablations.py training --minutes 60 [--data ../shared/data]

inference: one trained network, its boxes made into words by stitching (by IoU, and by any intersection as published)
and by non-maximum suppression, and with fewer steps; F of all photos and recall in crowded ones (10 words or more),
each at its own best threshold. training: one network each with the Hungarian and the fixed-order loss, without
coordinates, with cells of 32 pixels, with one step; all else equal, `--minutes` each; a run that was stopped goes on.
Needs PyTorch.
"""

import argparse
import logging
import os
from collections.abc import Sequence
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
    measure,
    packaged_detector,
    stitched_regions,
    suppressed_regions,
    train,
    true_regions,
)
from whichtext.training.word_regions import Augmentation, WordPhoto, is_held_out, load_word_photos

CROWDED = 10
"""Words from which on a photo is crowded."""

Said = list[tuple[Emitted, tuple[int, int]]]


def report(name: str, truths: Sequence[Regions], found: Sequence[Regions], crowded: Sequence[int]) -> None:
    """One row: figures of all photos, and of the crowded ones."""
    everywhere = evaluate("iou", truths, found, best_f=True).total
    there = evaluate("iou", [truths[i] for i in crowded], [found[i] for i in crowded], best_f=True).total
    row, other = (f"P {t.precision:.3f} R {t.recall:.3f} F {t.hmean:.3f}" for t in (everywhere, there))
    print(f"{name:34} {row} at {everywhere.threshold or 0:.2f}   crowded: {other}")


def first_steps(said: Said, steps: int) -> Said:
    """What the cells said in their first steps."""
    return [(Emitted(emitted.boxes[:, :steps], emitted.cells), size) for emitted, size in said]


def compare_inference(checkpoint: Path, photos: Sequence[WordPhoto], threads: int) -> None:
    """Ways to make words out of one network's boxes."""
    network = load_trained(checkpoint)
    encoder = Encoder(network, frozen=4, threads=threads)
    said = [find_words(network, encoder, photo, augmentation=Augmentation()) for photo in photos]
    truths = [true_regions(photo) for photo in photos]
    crowded = [i for i, photo in enumerate(photos) if len(photo.words) >= CROWDED]
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


def compare_training(trained: Sequence[WordPhoto], held_out: Sequence[WordPhoto], minutes: float, threads: int) -> None:
    """One network for each variant."""
    plain = TrainingConfig(PRESETS["cpu"], minutes=minutes)
    variants = {
        "as shipped": plain,
        "fixed order": replace(plain, order="fixed"),
        "without coordinates": replace(plain, network=replace(plain.network, has_coordinates=False)),
        "cells of 32 pixels": replace(plain, network=replace(plain.network, stride=32)),
        "one step": replace(plain, network=replace(plain.network, steps=1)),
    }
    detector: Any = packaged_detector()
    for name, config in variants.items():
        output = Path("runs/dtln-ablations") / name.replace(" ", "-")
        checkpoint = train(config, trained, [], output, detector=detector, threads=threads)
        network = load_trained(checkpoint)
        figures = measure(network, Encoder(network, frozen=config.frozen_stages, threads=threads), held_out)
        row = "P {precision:.3f} R {recall:.3f} F {f:.3f} at {threshold:.2f}, F with suppression {f_nms:.3f}"
        print(f"{name:22} {row.format(**figures)}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    inference = commands.add_parser("inference")
    inference.add_argument("checkpoint", type=Path)
    training = commands.add_parser("training")
    training.add_argument("--minutes", type=float, default=60.0, help="of each run")
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
    compare_training(trained, held_out, arguments.minutes, arguments.threads)


if __name__ == "__main__":
    main()
