"""How much known words should vouch for a doubtful reading, on held-out photos.

    python benchmarks/known_words.py --data ../shared/data [--recognizer svtr] [--weights FILE.onnx]
        [--condense 0.85] [--bicubic]

One row for every gain in nats (`ReadingConfig.known_word_gain`), 0 being none: the share of given texts that are read
right by letters and digits, by where their strings come from: official ones (ICDAR 2015, English), strings checked by
eye, and machine readings that were sure (MLT, several European languages). Photos are the held-out tenth of TextRef's
training photos. Then, for each gain, how many right readings it broke and how many wrong ones it mended.
"""

import argparse
import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from detection import DEFAULT_DATA
from margins import NAMED, made
from whichtext.evaluation.recognition import compared_form
from whichtext.geometry import as_polygon
from whichtext.training.word_images import photo_patches

GAINS = (0.0, 1.0, 2.0, 2.5, 3.0, 4.0)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--recognizer", choices=sorted(NAMED), default="svtr")
    parser.add_argument("--weights", type=Path, help="an exported network instead of that of the package")
    parser.add_argument("--condense", type=float, help="part of its proportional width that a crop keeps")
    parser.add_argument("--bicubic", action="store_true", help="make crops bicubic")
    options = parser.parse_args()
    patches = list(photo_patches(options.data / "textref-real", held_out=True, lines=False))
    changes: dict[str, float] = {} if options.condense is None else {"condense": options.condense}
    if options.bicubic:
        changes["bicubic"] = True
    before: list[bool] = []
    for gain in GAINS:
        recognizer = made(options.recognizer, weights=options.weights, known_word_gain=gain, **changes)
        hits = []
        for patch in patches:
            (reading,) = recognizer.recognize(patch.pixels, [as_polygon(patch.quad)])
            hits.append(compared_form(reading.text) == compared_form(patch.string))
        by_source = defaultdict(list)
        for patch, hit in zip(patches, hits, strict=True):
            by_source[patch.source].append(hit)
        before = before or hits
        broken = sum(old and not new for old, new in zip(before, hits, strict=True))
        mended = sum(new and not old for old, new in zip(before, hits, strict=True))
        shares = ", ".join(f"{name} {np.mean(own):.3f} of {len(own)}" for name, own in sorted(by_source.items()))
        print(f"{options.recognizer} {gain:.1f}: {shares}; {mended} mended, {broken} broken", flush=True)


if __name__ == "__main__":
    main()
