"""Train the regressor that moves the boxes which the DTLN finds onto the words (paper 4.3).

    python -m whichtext.training.box_refinement runs/dtln/checkpoint.pt WORDS.jsonl --output box_refinement.safetensors

Boxes found in training photos learn from the readable word that they share most with, where the IoU exceeds 0.5; each
is also shown moved at random, so that there are more of them and the network learns to correct large errors too. The
held-out tenth of the photos is never seen. Of the passes over the data, the one is kept that is best on a part of the
training photos set aside.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from whichtext.localization.box_refinement import FEATURES, MOVES, as_boxes, as_moves, box_features, moved
from whichtext.localization.stitching import Stitching, overlap_and_distance
from whichtext.networks.dtln import DTLN
from whichtext.training.dtln import Encoder, find_words, load_trained, stitched_quads
from whichtext.training.word_regions import Augmentation, WordPhoto, is_held_out, load_word_photos

__all__ = ["boxes_and_moves", "examples", "fit"]

logger = logging.getLogger(__name__)

HIDDEN = 128
SPREAD = np.array([0.06, 0.08, 0.12, 0.12, 0.02])
"""Standard deviation of the random moves, about that of the network's own errors."""
LEAST_IOU = 0.5

Examples = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Features (N, `FEATURES`) and moves (N, `MOVES`)."""


def boxes_and_moves(quads: NDArray[np.float64], words: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Which quads (N, 4, 2) lie on a word (M, 5) with an IoU above 0.5, (K,), and what moves them there, (K, MOVES)."""
    if not len(quads) or not len(words):
        return np.zeros(0, dtype=np.intp), np.zeros((0, MOVES))
    boxes = as_boxes(quads)
    shared = overlap_and_distance(np.concatenate([boxes, words]))[0][: len(boxes), len(boxes) :]
    (rows,) = np.nonzero(shared.max(axis=1) > LEAST_IOU)
    return rows, as_moves(boxes[rows], words[shared[rows].argmax(axis=1)])


def examples(
    network: DTLN,
    photos: Sequence[WordPhoto],
    rng: np.random.Generator,
    *,
    threads: int,
    copies: int = 3,
    least: float = 0.1,
) -> Examples:
    """Boxes found in photos, each `copies` times: as it was found, and moved at random."""
    encoder = Encoder(network, frozen=4, threads=threads)
    features, moves = [], []
    for photo in photos:
        said = find_words(network, encoder, photo, augmentation=Augmentation())
        quads, scores = stitched_quads(photo, said, Stitching())
        found = quads[scores >= least]
        for copy in range(copies):
            shift = rng.normal(0.0, SPREAD, (len(found), MOVES)) if copy else np.zeros((len(found), MOVES))
            quads = moved(as_boxes(found), shift) if len(found) else found
            rows, wanted = boxes_and_moves(quads, photo.words)
            if len(rows):
                features.append(box_features(np.asarray(photo.pixels()), quads[rows]))
                moves.append(wanted)
    return np.concatenate(features), np.concatenate(moves).astype(np.float32)


def fit(
    trained: Examples, set_aside: Examples, *, passes: int = 40, batch: int = 128, rate: float = 1e-3, seed: int = 0
) -> dict[str, NDArray[np.float32]]:
    """Fit the network; arrays for `BoxRefinement.from_tensors`. All zero moves where it is of no use."""
    torch.manual_seed(seed)
    features, moves = (torch.from_numpy(part) for part in trained)
    other_features, other_moves = (torch.from_numpy(part) for part in set_aside)
    mean, scale = features.mean(dim=0), 1.0 / features.std(dim=0).clamp(min=1e-3)
    spread = moves.std(dim=0).clamp(min=1e-3)
    network = nn.Sequential(nn.Dropout(0.2), nn.Linear(FEATURES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, MOVES))
    nn.init.zeros_(network[3].weight)
    nn.init.zeros_(network[3].bias)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, passes)
    best, least = {name: value.clone() for name, value in network.state_dict().items()}, float("inf")
    for number in range(passes + 1):
        network.eval()
        with torch.no_grad():
            error = functional.smooth_l1_loss(network((other_features - mean) * scale), other_moves / spread, beta=0.5)
        logger.info("pass %d: %.4f", number, float(error))
        if float(error) < least:
            least, best = float(error), {name: value.clone() for name, value in network.state_dict().items()}
        if number == passes:
            break
        network.train()
        for chosen in torch.randperm(len(features)).split(batch):
            said = network((features[chosen] - mean) * scale)
            loss = functional.smooth_l1_loss(said, moves[chosen] / spread, beta=0.5)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    return {
        "mean": mean.numpy(),
        "scale": scale.numpy(),
        "hidden": best["1.weight"].T.contiguous().numpy(),
        "hidden_bias": best["1.bias"].numpy(),
        "output": (best["3.weight"] * spread[:, None]).T.contiguous().numpy(),
        "output_bias": (best["3.bias"] * spread).numpy(),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("annotations", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--output", type=Path, default=Path("runs/box_refinement.safetensors"))
    parser.add_argument("--photos", type=int, help="only so many photos, from all over the file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    rng = np.random.default_rng(given.seed)
    network = load_trained(given.checkpoint)
    photos = [
        photo for photo in load_word_photos(given.annotations, split=given.split) if not is_held_out(photo.image_id)
    ]
    photos = photos[:: max(1, len(photos) // given.photos)] if given.photos else photos
    aside = photos[::8]
    trained = [photo for position, photo in enumerate(photos) if position % 8]
    parts = [examples(network, chosen, rng, threads=given.threads) for chosen in (trained, aside)]
    logger.info("%d photos, %d examples, %d set aside", len(photos), *(len(moves) for _, moves in parts))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    save_file(fit(*parts, seed=given.seed), given.output)


if __name__ == "__main__":
    main()
