"""Train the random forest that tells text from what only looks like it (paper 4.3) on what the DTLN finds.

    python -m whichtext.training.text_filter runs/dtln/checkpoint.pt WORDS.jsonl --output text_filter.safetensors

Regions found in training photos are text where they lie on a readable word with IoU > 0.5, and no text where they touch
none; the others teach nothing. Ten trees of depth 64 at most, as published. The threshold keeps `--recall` of the text
in the held-out tenth of the photos.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from whichtext.evaluation.polygons import iou, shape_of
from whichtext.localization.stitching import Stitching
from whichtext.localization.text_filter import TextFilter, region_features
from whichtext.networks.dtln import DTLN
from whichtext.training.dtln import Encoder, find_words, load_trained, stitched_quads
from whichtext.training.word_regions import Augmentation, WordPhoto, is_held_out, load_word_photos

__all__ = ["fit", "labelled_regions"]

logger = logging.getLogger(__name__)

TREES = 10
DEPTH = 64


def labelled_regions(
    network: DTLN, photos: Sequence[WordPhoto], *, threads: int, least: float = 0.1
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Features (N, `FEATURES`) of the regions found in photos, and whether each is text: (N,)."""
    encoder = Encoder(network, frozen=4, threads=threads)
    features, labels = [], []
    for photo in photos:
        said = find_words(network, encoder, photo, augmentation=Augmentation())
        quads, scores = stitched_quads(photo, said, Stitching())
        quads, scores = quads[scores >= least], scores[scores >= least]
        best = [best_overlap(quad, photo) for quad in quads]
        is_clear = np.array([overlap > 0.5 or overlap == 0.0 for overlap in best], dtype=bool)
        if not is_clear.any():
            continue
        features.append(region_features(np.asarray(photo.pixels()), quads[is_clear], scores[is_clear]))
        labels.append(np.array(best)[is_clear] > 0.5)
    return np.concatenate(features), np.concatenate(labels)


def best_overlap(quad: NDArray[np.float64], photo: WordPhoto) -> float:
    """Largest IoU of a region with a readable word; unreadable ones count half where they are touched."""
    region = shape_of([float(v) for v in quad.reshape(-1)])
    best = 0.0
    for text in photo.truth:
        overlap = iou(region, shape_of([float(v) for point in text["polygon"] for v in point]))
        best = max(best, min(overlap, 0.5) if text.get("legible") is False else overlap)
    return best


def fit(
    features: NDArray[np.float32],
    labels: NDArray[np.bool_],
    held_out: tuple[NDArray[np.float32], NDArray[np.bool_]],
    *,
    recall: float,
    seed: int = 0,
) -> dict[str, NDArray[Any]]:
    """Fit the forest; arrays for `TextFilter.from_tensors`."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        TREES, max_depth=DEPTH, min_samples_leaf=4, class_weight="balanced", random_state=seed
    ).fit(features, labels)
    trees = [tree.tree_ for tree in forest.estimators_]
    starts = np.cumsum([0, *(tree.node_count for tree in trees)])
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("feature", "threshold", "left", "right", "vote")}
    for tree, start in zip(trees, starts, strict=False):
        own = np.arange(tree.node_count)
        is_leaf = tree.children_left < 0
        parts["feature"].append(np.where(is_leaf, 0, tree.feature))
        parts["threshold"].append(np.where(is_leaf, 0.0, tree.threshold))
        parts["left"].append(np.where(is_leaf, own, tree.children_left) + start)
        parts["right"].append(np.where(is_leaf, own, tree.children_right) + start)
        counts = tree.value[:, 0, :]
        parts["vote"].append(counts[:, 1] / counts.sum(axis=1))
    kinds = {"feature": np.int16, "threshold": np.float32, "left": np.int32, "right": np.int32, "vote": np.float32}
    tensors: dict[str, NDArray[Any]] = {name: np.concatenate(parts[name]).astype(kinds[name]) for name in parts}
    tensors["roots"] = starts[:-1].astype(np.int32)
    tensors["depth"] = np.array([max(tree.max_depth for tree in trees)], dtype=np.int32)
    tensors["least"] = np.zeros(1, dtype=np.float32)
    votes = TextFilter.from_tensors(tensors).probabilities(held_out[0])
    tensors["least"] = np.array([np.quantile(votes[held_out[1]], 1.0 - recall)], dtype=np.float32)
    dropped = float((votes[~held_out[1]] < tensors["least"][0]).mean()) if (~held_out[1]).any() else 0.0
    logger.info("keeps %.3f of the held-out text, drops %.3f of what is none", recall, dropped)
    return tensors


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("annotations", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--output", type=Path, default=Path("runs/text_filter.safetensors"))
    parser.add_argument("--photos", type=int, help="only the first N photos")
    parser.add_argument("--recall", type=float, default=0.98)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    network = load_trained(given.checkpoint)
    photos = load_word_photos(given.annotations, split=given.split)
    trained = [photo for photo in photos if not is_held_out(photo.image_id)][: given.photos]
    held_out = [photo for photo in photos if is_held_out(photo.image_id)][: given.photos]
    features, labels = labelled_regions(network, trained, threads=given.threads)
    logger.info("%d regions, %d of them text", len(labels), int(labels.sum()))
    tensors = fit(features, labels, labelled_regions(network, held_out, threads=given.threads), recall=given.recall)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, given.output)


if __name__ == "__main__":
    main()
