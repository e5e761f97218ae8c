"""Fit what turns likelihoods of given strings into probabilities, and show when a reading should become a lexicon word.

    python tools/fit_verification.py --data TEXTREF [--recognizer svtr] [--lexicon WORDS.txt]

Takes legible words of the held-out training photos of ICDAR 2015, from which no recognizer learned. Each is compared
with its own string, with another word of the same length, and with itself with one letter changed; a logistic
regression on what `whichtext.recognition.verification` describes gives its four constants. Photos are halved by id:
the figures printed are those of the half that was not fitted; the constants are of all. With `--lexicon`, also how
many words are read right with readings snapped at several values of `most_loss` (`whichtext.recognition.snapping`),
with the file's words and with the words of the photo among 50 others.
"""

import argparse
import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from whichtext.image import PhotoLimits, load_photo
from whichtext.recognition import snapping
from whichtext.recognition.lexicon import Lexicon, fold
from whichtext.recognition.ppocr import PPOCRRecognizer, SVTRRecognizer
from whichtext.training.word_regions import is_held_out
from whichtext.types import Polygon

Floats = NDArray[np.float64]
LOSSES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)
NAMED = {"svtr": SVTRRecognizer, "ppocr": PPOCRRecognizer}
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Word:
    """A legible word of a training photo."""

    photo: str
    image: NDArray[np.uint8]
    polygon: Polygon
    string: str


def held_out_words(folder: Path) -> Iterator[Word]:
    """Legible words of held-out photos."""
    lines = (folder / "words.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["split"] == "train" and row["image_id"].startswith("ic15_")]
    rows = [row for row in rows if is_held_out(row["image_id"])]
    for row in sorted(rows, key=lambda row: zlib.crc32(row["image_id"].encode())):
        image = load_photo(str(folder / row["file"]), limits=PhotoLimits()).pixels
        for text in row["texts"]:
            if text["legible"] and sum(char.isalnum() for char in text["string"]) >= snapping.MIN_LETTERS:
                polygon = tuple((float(x), float(y)) for x, y in text["polygon"])
                yield Word(row["image_id"], image, polygon, text["string"])


def wrong_strings(word: str, pool: list[str], random: Random) -> tuple[str, str]:
    """Another word of the same length, and the word with one letter changed."""
    others = [other for other in pool if len(other) == len(word) and fold(other) != fold(word)]
    places = [place for place, char in enumerate(word) if char.isalnum()]
    place = random.choice(places)
    letter = random.choice([letter for letter in LETTERS if letter != fold(word[place])])
    return random.choice(others or ["unlike"]), word[:place] + letter + word[place + 1 :]


def logistic(rows: Floats, labels: Floats) -> Floats:
    """Weights (F,) of a logistic regression on rows (N, F), lightly regularised, by Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        shares = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -500, 500)))
        gradient = rows.T @ (shares - labels) + 0.01 * weights
        hessian = (rows * (shares * (1 - shares))[:, None]).T @ rows + 0.01 * np.eye(len(weights))
        weights = weights - np.linalg.solve(hessian, gradient)
    return weights


def fit_probabilities(words: list[Word], recognizer: PPOCRRecognizer) -> None:
    """Print the constants of `whichtext.recognition.verification` and what they are worth."""
    random = Random(0)
    pool = sorted({word.string for word in words})
    rows, labels, kinds, halves = [], [], [], []
    for word in words:
        other, changed = wrong_strings(word.string, pool, random)
        for kind, string in (("right", word.string), ("other word", other), ("one letter off", changed)):
            (likeness,) = recognizer.compare(word.image, [word.polygon], string)
            if not math.isfinite(likeness.log_string):
                continue
            count = max(1, likeness.characters)
            ratio = likeness.log_string - likeness.log_reading
            rows.append((1.0, ratio, ratio / count, likeness.log_reading / count))
            labels.append(float(kind == "right"))
            kinds.append(kind)
            halves.append(zlib.crc32(word.photo.encode()) // 7 % 2)
    table, truth, half, kind_of = np.array(rows), np.array(labels), np.array(halves), np.array(kinds)
    chance = np.zeros(len(truth))
    for fold_number in (0, 1):
        weights = logistic(table[half != fold_number], truth[half != fold_number])
        chance[half == fold_number] = 1.0 / (1.0 + np.exp(-table[half == fold_number] @ weights))
    print(f"words {len(words)}, comparisons {len(truth)}; found (probability >= 0.5), photos not fitted:")
    for kind in ("right", "other word", "one letter off"):
        print(f"  {kind:15} {np.mean(chance[kind_of == kind] >= 0.5):.3f}")
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (chance >= low) & (chance < low + 0.1 + (low > 0.85))
        if inside.any():
            print(f"  said {low:.1f}-{low + 0.1:.1f}: {inside.sum():5d} comparisons, right {truth[inside].mean():.3f}")
    names = ("BIAS", "TOTAL", "PER_CHARACTER", "QUALITY")
    for name, value in zip(names, logistic(table, truth), strict=True):
        print(f"{name} = {value:.3f}")


def compare_losses(words: list[Word], plain: PPOCRRecognizer, willing: PPOCRRecognizer, generic: Lexicon) -> None:
    """Print the share of words read right, case folded, for values of `most_loss`."""
    random = Random(1)
    pool = sorted({fold(word.string) for word in words})
    own = {
        photo: Lexicon(
            [*(word.string for word in words if word.photo == photo), *random.sample(pool, min(50, len(pool)))]
        )
        for photo in sorted({word.photo for word in words})
    }
    before = [_bare(_read(word, plain, None)) == _bare(word.string) for word in words]
    print(f"read right without a lexicon: {np.mean(before):.3f}; by most_loss:")
    for name, lexicons in (("generic", dict.fromkeys(own, generic)), ("of the photo", own)):
        losses, after = [], []
        for word in words:
            was, snapped = _read(word, plain, None), _read(word, willing, lexicons[word.photo])
            (likeness,) = plain.compare(word.image, [word.polygon], snapped or "?")
            edits = max(1, Levenshtein.distance(fold(was), fold(snapped)))
            losses.append(-math.inf if was == snapped else (likeness.log_reading - likeness.log_string) / edits)
            after.append(_bare(snapped) == _bare(word.string))
        for loss in LOSSES:
            right = np.where(np.array(losses) <= loss, after, before)
            print(f"  {name:12} {loss:5.1f}  {right.mean():.3f}")


def _read(word: Word, recognizer: PPOCRRecognizer, lexicon: Lexicon | None) -> str:
    return recognizer.recognize(word.image, [word.polygon], lexicon=lexicon)[0].text


def _bare(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of TextRef")
    parser.add_argument("--recognizer", choices=sorted(NAMED), default="svtr")
    parser.add_argument("--lexicon", type=Path, help="a word list")
    options = parser.parse_args()
    words = list(held_out_words(options.data))
    kind = NAMED[options.recognizer]
    recognizer = kind(1)
    fit_probabilities(words, recognizer)
    if options.lexicon is not None:
        compare_losses(
            words,
            recognizer,
            kind(1, config=replace(kind.usual, most_loss=math.inf)),
            Lexicon.from_file(options.lexicon),
        )


if __name__ == "__main__":
    main()
