"""Train the network that names the colours of words (`whichtext.networks.word_colours`).

    python tools/add_annotations.py --data ../shared/data/textref-real --output cache/data/textref-real
    python tools/train_word_colours.py --data cache/data --cache cache/context --runs runs/word_colours

Draws words, learns on them what a letter is, and then learns from lines of train photos: once without each half of the
photos (what these say of the other half goes to `tools/train_context.py` and `tools/cache_scenes.py`), and once from
all, for the package. Figures are of lines labelled by eye in photos not trained on. Rerun to go on.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from context_labels import LineLabel, PhotoRecord, eye_labels, read_photos, weak_labels
from register_weights import WEIGHTS, register
from train_context import WEAK_WEIGHT, fit_sharing, look_at_all
from unseen_judges import HALVES, colours_file, half_of
from whichtext.context.colours import COLOUR_NAMES
from whichtext.context.word_colours import JUDGED, WordColours, over_lines
from whichtext.networks.word_colours import WordColoursNetwork
from whichtext.training.drawn_colours import DrawnColours, draw_colours
from whichtext.training.running import save_atomically
from whichtext.training.word_colours import ColourConfig, LabelledWords, export, learn_to_see, train
from whichtext.weights import load_session_from

NAME = "word_colours.onnx"
WEAK = WEAK_WEIGHT["ink"]


def drawn_words(count: int, folder: Path, photos: Path) -> DrawnColours:
    """Drawn words, kept in parts of 2,500."""
    parts = []
    for number, start in enumerate(range(0, count, 2500)):
        size = min(2500, count - start)
        path = folder / f"drawn-{number}-{size}.safetensors"
        if not path.exists():
            drawn = draw_colours(size, seed=number, photos=photos)
            unfinished = path.with_suffix(".part")
            save_file({name: getattr(drawn, name) for name in DrawnColours.__slots__}, unfinished)
            unfinished.replace(path)
        parts.append(DrawnColours(**load_file(path)))
    return DrawnColours(*(np.concatenate([getattr(p, name) for p in parts]) for name in DrawnColours.__slots__))


def names_of_lines(labels: Sequence[LineLabel]) -> dict[tuple[str, int], NDArray[np.float32]]:
    """What is known of the colours of each line: (3, names), summing to what the label counts.

    A label by eye counts 1 and makes those read out of descriptions of no account, which count `WEAK`.
    """
    told: dict[tuple[str, int], NDArray[np.float32]] = {}
    by_eye: dict[tuple[str, int], list[bool]] = {}
    for label in sorted(labels, key=lambda label: not label.by_eye):
        key = (label.image_id, label.line)
        names = told.setdefault(key, np.zeros((len(JUDGED), len(COLOUR_NAMES)), dtype=np.float32))
        settled = by_eye.setdefault(key, [False] * len(JUDGED))
        for number, field in enumerate(JUDGED):
            answer = getattr(label, field)
            if label.by_eye:
                settled[number] |= answer is not None
            if answer in COLOUR_NAMES and (label.by_eye or not settled[number]):
                names[number, COLOUR_NAMES.index(answer)] += 1.0
    for key, names in told.items():
        total = names.sum(axis=1, keepdims=True)
        names *= np.where(np.array(by_eye[key])[:, None], 1.0, WEAK) / np.maximum(total, 1)
    return told


class Words:
    """Words of labelled lines."""

    def __init__(self, photos: dict[str, PhotoRecord], labels: Sequence[LineLabel], looked: Path) -> None:
        told = names_of_lines(labels)
        self.by_eye = {(label.image_id, label.line): label for label in labels if label.by_eye}
        lines_of: dict[str, list[int]] = defaultdict(list)
        for image_id, line in told:
            lines_of[image_id].append(line)
        parts = defaultdict(list)
        self.line_of: list[tuple[str, int]] = []
        self.areas: list[float] = []
        for image_id, lines in lines_of.items():
            kept = load_file(looked / f"{image_id}.safetensors")
            for line in lines:
                words = list(photos[image_id].lines[line])
                names = told[image_id, line]
                weight = names.sum(axis=1)
                given = (image_id, line) in self.by_eye and self.by_eye[image_id, line].is_given
                for word in words:
                    self.line_of.append((image_id, line))
                    self.areas.append(float(kept["word_areas"][word]))
                    parts["patches"].append(kept["word_patches"][word])
                    parts["inside"].append(kept["word_inside"][word].astype(bool))
                    parts["light"].append(kept["light"])
                    parts["is_given"].append(np.array(given))
                    parts["names"].append(names / np.maximum(weight[:, None], 1e-6))
                    parts["weights"].append(weight / np.sqrt(len(words)))
        self.words = LabelledWords(
            patches=np.stack(parts["patches"]),
            inside=np.stack(parts["inside"]),
            light=np.stack(parts["light"]).astype(np.float32),
            is_given=np.stack(parts["is_given"]),
            names=np.stack(parts["names"]).astype(np.float32),
            weights=np.stack(parts["weights"]).astype(np.float32),
        )
        self.half = np.array([half_of(image_id) for image_id, _ in self.line_of])

    def figures(self, network: WordColours, rows: NDArray[np.int64]) -> dict[str, float]:
        """Accuracy on lines labelled by eye among some words; of all, and of those whose labels come with the data."""
        some = self.words.some(rows)
        said = np.concatenate(
            [network(some.patches[i : i + 1], some.inside[i : i + 1], some.light[i]) for i in range(len(some.patches))]
        )
        of_line: dict[tuple[str, int], list[int]] = defaultdict(list)
        for position, row in enumerate(rows.tolist()):
            if self.line_of[row] in self.by_eye:
                of_line[self.line_of[row]].append(position)
        named = over_lines(said, list(of_line.values()), np.array(self.areas)[rows]).argmax(axis=2)
        labels = [self.by_eye[key] for key in of_line]
        is_given = np.array([label.is_given for label in labels])
        figures = {"lines": float(len(labels))}
        for number, field in enumerate(JUDGED):
            right = np.array(
                [
                    COLOUR_NAMES[name] == getattr(label, field)
                    for name, label in zip(named[:, number], labels, strict=True)
                ]
            )
            figures |= {field: float(right.mean()), f"{field}, given": float(right[is_given].mean())}
        return figures


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("cache/data"), help="folder that holds textref-real")
    parser.add_argument("--cache", type=Path, default=Path("cache/context"))
    parser.add_argument("--runs", type=Path, default=Path("runs/word_colours"))
    parser.add_argument("--drawn", type=int, default=20_000, help="words to draw")
    parser.add_argument("--epochs", type=int, default=ColourConfig().epochs)
    parser.add_argument("--parts", nargs="*", default=["0", "1", "all"], choices=("0", "1", "all"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    config = ColourConfig(epochs=options.epochs)
    data = options.data / "textref-real"
    photos = read_photos(data, "train")
    labels = [*eye_labels(data, "train", photos), *weak_labels(photos)]
    sharing, _ = fit_sharing(photos, labels, options.cache)
    for _ in look_at_all(photos, options.cache, sharing):
        pass
    words = Words(photos, labels, options.cache / "rows")
    options.runs.mkdir(parents=True, exist_ok=True)
    drawn = drawn_words(options.drawn, options.runs, data)
    start = options.runs / f"drawn-{options.drawn}.pt"
    if not start.exists():
        network = learn_to_see(drawn, config, log=partial(print, flush=True))
        save_atomically(network.state_dict(), start)
    beginning = WordColoursNetwork()
    beginning.load_state_dict(torch.load(start, weights_only=True))
    unseen = options.cache / "unseen"
    unseen.mkdir(parents=True, exist_ok=True)
    for part in options.parts:
        rows = np.flatnonzero(words.half != int(part)) if part != "all" else np.arange(len(words.half))
        network = train(
            beginning,
            words.words.some(rows),
            drawn,
            config,
            checkpoint=options.runs / f"{part}.pt",
            log=partial(print, part, flush=True),
        )
        if part == "all":
            (WEIGHTS / NAME).write_bytes(export(network))
            continue
        path = colours_file(unseen, int(part))
        path.write_bytes(export(network))
        seen = WordColours(threads=options.threads, session=load_session_from(path, threads=options.threads))
        figures = words.figures(seen, np.flatnonzero(words.half == int(part)))
        print(part, json.dumps({name: round(value, 3) for name, value in figures.items()}), flush=True)
    if "all" in options.parts:
        register(
            NAME,
            purpose="context: names the colours of letters, ground and surface of a word from its pixels",
            origin="trained from scratch",
            licence="Apache-2.0",
            command="python tools/add_annotations.py --data ../shared/data/textref-real --output "
            "cache/data/textref-real; python tools/train_word_colours.py --data cache/data --cache cache/context "
            f"--runs runs/word_colours; {HALVES} more networks without a half of the photos each serve training only",
            data=f"{options.drawn} drawn words; textref-real, train photos: lines labelled by eye, with those of "
            "annotations/textref-train.jsonl, and what descriptions say of their targets",
        )


if __name__ == "__main__":
    main()
