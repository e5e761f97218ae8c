"""What each part of the Dense Text Localization Network is worth, on the held-out tenth of the training photos.

    python benchmarks/dtln_ablations.py packaged [--split dev]
    python benchmarks/dtln_ablations.py inference runs/dtln/checkpoint.pt [--text-filter FILE] [--box-refinement FILE]
    python benchmarks/dtln_ablations.py training --steps 240 [--scenes SCENES] [--data ../shared/data]

packaged: the network of the package, on dev photos or on the held-out ones, its boxes made into words by stitching
and by non-maximum suppression, and the same by the whole way of reading for crowded photos. inference: one trained
network by stitching (by IoU, and by any intersection as published) and by non-maximum suppression, and with fewer
steps; with the text filter and the box refinement, where their files are
given, and how far the found words share their place with the true ones; and, in crowded photos (10 words or more), by
the whole way of reading: boxes of 0.2 and more are read, parted and settled. F of all photos and of the crowded ones,
each at its own best threshold. training: one network each with the Hungarian and the fixed-order loss, without
coordinates, with one step, with cells of 32 pixels, on photos, on synthetic scenes and on both; all else equal, the
same number of steps each, with a frozen trunk; a run that was stopped goes on. Needs PyTorch.
"""

import argparse
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file

from detection import DEFAULT_DATA
from whichtext.evaluation.protocols import evaluate
from whichtext.evaluation.results import Regions
from whichtext.geometry import as_polygon
from whichtext.localization.box_refinement import BoxRefinement, as_boxes
from whichtext.localization.dtln import DTLNRuntimeConfig, analysis_picture
from whichtext.localization.found_words import settle_regions
from whichtext.localization.protocol import Region
from whichtext.localization.stitching import Stitching, overlap_and_distance
from whichtext.localization.text_filter import TextFilter
from whichtext.networks.dtln import PRESETS, Emitted
from whichtext.recognition.ppocr import PPOCRRecognizer
from whichtext.training.dtln import (
    Encoder,
    Found,
    Said,
    TrainingConfig,
    find_words,
    load_trained,
    packaged_detector,
    regions_of,
    stitched_quads,
    stitched_regions,
    suppressed_quads,
    suppressed_regions,
    train,
    true_regions,
)
from whichtext.training.word_regions import Augmentation, WordPhoto, is_held_out, load_word_photos
from whichtext.weights import load_session

CROWDED = 10
"""Words from which on a photo is crowded."""
SHORT_CROP = (512, 384)
"""Width and height in pixels of a training picture in the short runs that are compared."""
SUPPRESSION_IOU = 0.15
SUPPRESSED = "with suppression"


def report(name: str, truths: Sequence[Regions], found: Sequence[Regions], crowded: Sequence[int]) -> None:
    """One row: figures of all photos, and of the crowded ones."""
    everywhere = evaluate("iou", truths, found, best_f=True).total
    there = evaluate("iou", [truths[i] for i in crowded], [found[i] for i in crowded], best_f=True).total
    row, other = (f"P {t.precision:.3f} R {t.recall:.3f} F {t.hmean:.3f}" for t in (everywhere, there))
    print(f"{name:34} {row} at {everywhere.threshold or 0:.2f}   crowded: {other}", flush=True)


def crowded_of(photos: Sequence[WordPhoto]) -> list[int]:
    """Positions of the crowded photos."""
    return [position for position, photo in enumerate(photos) if len(photo.words) >= CROWDED]


def packaged_said(photos: Sequence[WordPhoto], threads: int) -> list[Said]:
    """What the cells of the packaged network say of photos."""
    session, config = load_session("dtln.onnx", threads=threads), DTLNRuntimeConfig()
    said = []
    for photo in photos:
        picture = analysis_picture(np.asarray(photo.pixels()), min(config.enlarge, config.max_side / max(photo.size)))
        boxes, cells = (torch.from_numpy(part) for part in session.run(None, {"photo": picture}))
        said.append((Emitted(boxes, cells), (picture.shape[1], picture.shape[0])))
    return said


def compare_packaged(photos: Sequence[WordPhoto], threads: int) -> None:
    """Both ways to make words of what the cells say."""
    truths, crowded = [true_regions(photo) for photo in photos], crowded_of(photos)
    said = packaged_said(photos, threads)
    print(f"{len(photos)} photos, {len(crowded)} of them crowded")
    report("stitching, as shipped", truths, stitched_regions(photos, said, Stitching()), crowded)
    for iou in (0.15, 0.35):
        report(f"non-maximum suppression, IoU > {iou}", truths, suppressed_regions(photos, said, iou), crowded)
    there, those = [photos[i] for i in crowded], [truths[i] for i in crowded]
    compare_recalls(there, those, [said[i] for i in crowded])
    print("read, parted and settled: crowded photos")
    stitched = [stitched_quads(photos[i], said[i], Stitching()) for i in crowded]
    suppressed = [suppressed_quads(photos[i], said[i], SUPPRESSION_IOU) for i in crowded]
    for name, boxes in (("stitching", stitched), ("non-maximum suppression", suppressed)):
        words = read_words(there, boxes, threads)
        report(name, those, words, range(len(there)))
        every = evaluate("iou", those, words).total
        print(f"  every box from 0.2 on: P {every.precision:.3f} R {every.recall:.3f} F {every.hmean:.3f}", flush=True)


def compare_recalls(photos: Sequence[WordPhoto], truths: Sequence[Regions], said: Sequence[Said]) -> None:
    """Recall of both ways where they are as precise as each other: what is found for the same number of mistakes."""
    curves: list[NDArray[np.float64]] = []
    ways: tuple[Callable[[WordPhoto, Said], Found], ...] = (
        partial(stitched_quads, stitching=Stitching()),
        partial(suppressed_quads, iou=SUPPRESSION_IOU),
    )
    for find in ways:
        found = [find(photo, words) for photo, words in zip(photos, said, strict=True)]
        points = []
        for least in np.linspace(0.05, 0.9, 35):
            kept = [(quads[scores >= least], scores[scores >= least]) for quads, scores in found]
            own = [regions_of(photo, *boxes) for photo, boxes in zip(photos, kept, strict=True)]
            total = evaluate("iou", truths, own).total
            points.append((total.precision, total.recall))
        curves.append(np.array(sorted(points)))
    for precision in (0.5, 0.6, 0.7):
        stitched, suppressed = (np.interp(precision, curve[:, 0], curve[:, 1]) for curve in curves)
        print(
            f"  crowded, precision {precision}: recall {stitched:.3f} stitched, {suppressed:.3f} suppressed", flush=True
        )


def first_steps(said: Sequence[Said], steps: int) -> list[Said]:
    """What the cells said in their first steps."""
    return [(Emitted(emitted.boxes[:, :steps], emitted.cells), size) for emitted, size in said]


@dataclass(frozen=True)
class Refiners:
    """What may be done with boxes behind the network."""

    text_filter: TextFilter | None
    refinement: BoxRefinement | None

    def variants(self) -> dict[str, tuple[bool, bool]]:
        """Whether the text filter, and whether the refinement, is used."""
        filtered = {"text filter": (True, False)} if self.text_filter else {}
        refined = {"box refinement": (False, True)} if self.refinement else {}
        both = {"text filter, box refinement": (True, True)} if filtered and refined else {}
        return {"as shipped": (False, False), **filtered, **refined, **both}

    def apply(self, photo: WordPhoto, found: Found, *, filtered: bool, refined: bool) -> Found:
        """Boxes of a photo that stay, at their better places."""
        pixels = np.asarray(photo.pixels()) if filtered or refined else np.zeros((0, 0, 3), dtype=np.uint8)
        quads, scores = found
        if filtered and self.text_filter is not None:
            kept = self.text_filter.keeps(pixels, quads, scores)
            quads, scores = quads[kept], scores[kept]
        if refined and self.refinement is not None:
            quads = self.refinement.refine(pixels, quads)
        return quads, scores


def compare_inference(checkpoint: Path, photos: Sequence[WordPhoto], refiners: Refiners, threads: int) -> None:
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
    stitched = [stitched_quads(photo, words, Stitching()) for photo, words in zip(photos, said, strict=True)]
    suppressed = [suppressed_quads(photo, words, SUPPRESSION_IOU) for photo, words in zip(photos, said, strict=True)]
    behind = {
        name: [
            refiners.apply(photo, boxes, filtered=filtered, refined=refined)
            for photo, boxes in zip(photos, stitched, strict=True)
        ]
        for name, (filtered, refined) in refiners.variants().items()
    }
    for name, boxes in behind.items():
        found = [regions_of(photo, *own) for photo, own in zip(photos, boxes, strict=True)]
        report(name, truths, found, crowded)
        shared = shared_places(photos, boxes)
        print(f"  mean IoU of {len(shared)} words found: {np.mean(shared):.3f}; {(shared > 0.7).mean():.3f} above 0.7")
    print("read, parted and settled: crowded photos")
    there, those = [photos[i] for i in crowded], [truths[i] for i in crowded]
    for name, boxes in {**behind, "non-maximum suppression": suppressed}.items():
        words = read_words(there, [boxes[i] for i in crowded], threads)
        report(name, those, words, range(len(there)))


def shared_places(photos: Sequence[WordPhoto], found: Sequence[Found], least: float = 0.2) -> NDArray[np.float64]:
    """Largest IoU of every readable word with a box of a score of `least` or more, where it exceeds 0.5: (K,)."""
    shared = []
    for photo, (quads, scores) in zip(photos, found, strict=True):
        boxes = as_boxes(quads[scores >= least])
        if len(boxes) and len(photo.words):
            iou, _ = overlap_and_distance(np.concatenate([photo.words, boxes]))
            shared.append(iou[: len(photo.words), len(photo.words) :].max(axis=1))
    best = np.concatenate(shared)
    return best[best > 0.5]


def read_words(photos: Sequence[WordPhoto], found: Sequence[Found], threads: int, least: float = 0.2) -> list[Regions]:
    """Words after boxes of a score of `least` or more were read, parted and settled, as `Reader.read` does it."""
    recognizer = PPOCRRecognizer(threads)
    words = []
    for photo, (quads, scores) in zip(photos, found, strict=True):
        image = np.asarray(photo.pixels())
        is_sure = scores >= least
        regions = [Region(as_polygon(quad), float(s)) for quad, s in zip(quads[is_sure], scores[is_sure], strict=True)]
        settled = settle_regions(image, regions, recognizer.recognize(image, [region.polygon for region in regions]))
        corners = np.array([word.polygon for word in settled]).reshape(-1, 4, 2)
        words.append(regions_of(photo, corners, np.array([word.score for word in settled])))
    return words


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
    inference.add_argument("--text-filter", type=Path, help="what `whichtext.training.text_filter` made")
    inference.add_argument("--box-refinement", type=Path, help="what `whichtext.training.box_refinement` made")
    packaged = commands.add_parser("packaged")
    packaged.add_argument("--split", choices=("dev", "held-out"), default="dev")
    training = commands.add_parser("training")
    training.add_argument("--steps", type=int, default=240, help="of each run")
    training.add_argument("--scenes", type=Path, help="folder of `whichtext data synthesize`")
    training.add_argument("--output", type=Path, default=Path("runs/dtln-ablations"))
    for command in (packaged, inference, training):
        command.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
        command.add_argument("--photos", type=int, help="only so many held-out photos, evenly taken")
        command.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    words = arguments.data / "textref-real" / "words.jsonl"
    if arguments.command == "packaged" and arguments.split == "dev":
        compare_packaged(load_word_photos(words, split="dev"), arguments.threads)
        return
    photos = load_word_photos(words, split="train")
    held_out = [photo for photo in photos if is_held_out(photo.image_id)]
    held_out = held_out[:: max(1, len(held_out) // arguments.photos)] if arguments.photos else held_out
    if arguments.command == "packaged":
        compare_packaged(held_out, arguments.threads)
        return
    if arguments.command == "inference":
        refiners = Refiners(
            TextFilter.from_tensors(load_file(arguments.text_filter)) if arguments.text_filter else None,
            BoxRefinement.from_tensors(load_file(arguments.box_refinement)) if arguments.box_refinement else None,
        )
        compare_inference(arguments.checkpoint, held_out, refiners, arguments.threads)
        return
    trained = [photo for photo in photos if not is_held_out(photo.image_id)]
    scenes = load_word_photos(arguments.scenes / "scenes.jsonl") if arguments.scenes else []
    sources = {"real": trained, "synthetic": scenes, "both": [*trained, *scenes] if scenes else []}
    print(f"{len(trained)} photos and {len(scenes)} scenes to train on, {len(held_out)} photos held out", flush=True)
    compare_training(sources, held_out, arguments.steps, arguments.output, arguments.threads)


if __name__ == "__main__":
    main()
