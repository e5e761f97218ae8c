"""How long one word takes with a lexicon: the search for near words, alone and with the likelihoods of all of them.

    python benchmarks/lexicon.py WORDS.txt [--readings 300]

Readings are words of the list with one or two letters changed (drawn with a fixed seed), so that none is found without
a search, and frames are made: 30 time steps of random probabilities over 500 classes. Prints processor milliseconds a
word, which other work on the machine disturbs less than wall time (one thread is used): median, mean and worst, for the
tree and for a full scan, and how long the lexicon takes to build.
"""

import argparse
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from whichtext.recognition.folding import FoldedClasses
from whichtext.recognition.lexicon import MAX_EDITS, Lexicon

STEPS = 30
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misread(word: str, random: Random) -> str:
    """The word with one or two letters changed."""
    letters = list(word)
    for _ in range(random.choice((1, 2))):
        letters[random.randrange(len(letters))] = random.choice(LETTERS)
    return "".join(letters)


def milliseconds(work: Callable[[str], object], readings: Sequence[str]) -> list[float]:
    """Processor milliseconds of each reading."""
    times = []
    for reading in readings:
        start = time.process_time()
        work(reading)
        times.append(1000 * (time.process_time() - start))
    return times


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", type=Path, help="word list, one a line")
    parser.add_argument("--readings", type=int, default=300)
    options = parser.parse_args()
    start = time.process_time()
    lexicon = Lexicon.from_file(options.words)
    built = time.process_time() - start
    random = Random(0)
    long_enough = [word for word in lexicon.words if len(word) >= 3]
    misreadings = (misread(random.choice(long_enough), random) for _ in range(100 * options.readings))
    readings = [reading for reading in misreadings if reading not in lexicon][: options.readings]
    vocabulary = ["", *(chr(code) for code in range(33, 533))]
    raw = np.random.default_rng(0).random((STEPS, len(vocabulary))) ** 20
    frames = FoldedClasses(vocabulary).frames(raw / raw.sum(axis=1, keepdims=True))

    def near(reading: str) -> tuple[str, ...]:
        return lexicon.near(reading, max_edits=min(MAX_EDITS, len(reading) - 1))

    def scan(reading: str) -> object:
        return process.cdist([reading], lexicon.words, scorer=Levenshtein.distance, score_cutoff=MAX_EDITS)

    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{len(lexicon):,} words, built in {built:.2f} s; {len(readings)} readings")
    print(f"{'ms a word':28}{'median':>8}{'mean':>8}{'worst':>8}")
    works: dict[str, Callable[[str], object]] = {
        "tree": near,
        "tree and likelihoods": lambda reading: frames.log_likelihoods(near(reading)),
        "full scan": scan,
    }
    for name, work in works.items():
        times = milliseconds(work, readings)
        print(f"{name:28}{statistics.median(times):8.1f}{statistics.mean(times):8.1f}{max(times):8.1f}")


if __name__ == "__main__":
    main()
