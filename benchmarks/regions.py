"""Which badly read regions are kept as texts? What that does for finding, reading and retrieval, on held-out photos.

    python benchmarks/regions.py --data ../shared/data [--max-side 1280]

For each pair of `FoundWordsConfig.doubtful` and `.sure_region`: the share of natural descriptions of held-out training
photos whose text lies among the words and lines that are found (the best that any retriever could do), and F of finding
and end to end on the held-out photos with official words (`best_pairs`, `best_pairs_e2e`).
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detection import DEFAULT_DATA
from margins import held_out_photos, pixels
from whichtext import defaults
from whichtext.evaluation.tasks.detection import score_words
from whichtext.geometry import as_polygon, box_iou, box_of, union_box
from whichtext.localization.found_words import FoundWord, FoundWordsConfig, believable_words
from whichtext.localization.layout import group_lines
from whichtext.localization.protocol import Localization, LocalizationOptions
from whichtext.reader import LOCALIZERS, RECOGNIZERS
from whichtext.recognition.legibility import hint_of
from whichtext.recognition.protocol import Reading
from whichtext.training.word_regions import is_held_out
from whichtext.types import Box, Level

RULES = ((0.3, 2.0), (0.3, 0.6), (0.3, 0.7), (0.3, 0.8), (0.3, 0.9), (0.5, 0.8))
"""`doubtful` and `sure_region`; the first keeps none."""

Pixels = NDArray[np.uint8]


class Finder:
    """The default localizer and recognizer, and the words under each rule."""

    def __init__(self, max_side: int | None) -> None:
        self.options = LocalizationOptions(max_side=max_side)
        self.localizer = LOCALIZERS[defaults.LOCALIZER](2)
        self.recognizer = RECOGNIZERS[defaults.RECOGNIZER](2)

    def words(self, image: Pixels) -> list[list[FoundWord]]:
        """Words of an (H, W, 3) photo, for each rule."""
        located = self.localizer.localize(image, self.options)
        readings = self.recognizer.recognize(image, [region.polygon for region in located.regions])
        return [believed(image, self.localizer.level, located, readings, rule) for rule in RULES]


def believed(
    image: Pixels,
    level: Level,
    located: Localization,
    readings: Sequence[Reading],
    rule: tuple[float, float],
) -> list[FoundWord]:
    """Words under one rule, without text where it is not to be believed."""
    config = FoundWordsConfig(doubtful=rule[0], sure_region=rule[1])
    found = believable_words(image, level, located, readings, config=config)
    hints = [hint_of(image, word.polygon, Reading(word.text, word.recognition)) for word in found]
    return [replace(word, text="") if hint else word for word, hint in zip(found, hints, strict=True)]


def boxes_of(words: Sequence[FoundWord]) -> list[Box]:
    """Boxes of the words and of their lines."""
    polygons = [word.polygon for word in words]
    boxes = [box_of(polygon) for polygon in polygons]
    return boxes + [union_box([boxes[place] for place in line]) for line in group_lines(polygons)]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--max-side", type=int, help="longer side in pixels of the copy in which text is looked for")
    options = parser.parse_args()
    finder, folder = Finder(options.max_side), options.data / "textref-real"
    hits: list[list[bool]] = [[] for _ in RULES]
    rows = [json.loads(row) for row in (folder / "expressions-train.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in filter(lambda row: is_held_out(row["image_id"]), rows):
        with Image.open(folder / row["file"]) as picture:
            found = finder.words(np.asarray(picture.convert("RGB")))
        texts = {text["id"]: box_of(as_polygon(np.asarray(text["polygon"], dtype=float))) for text in row["texts"]}
        wanted = [union_box([texts[name] for name in said["targets"]]) for said in row["expressions"]]
        for own, words in zip(hits, found, strict=True):
            boxes = boxes_of(words)
            own += [any(box_iou(box, target) > 0.5 for box in boxes) for target in wanted]
    photos = held_out_photos(options.data)
    everything = [finder.words(pixels(photo)) for photo in photos]
    for number, rule in enumerate(RULES):
        chosen = [found[number] for found in everything]
        finding, reading = (score_words(name, photos, chosen).total.hmean for name in ("best_pairs", "best_pairs_e2e"))
        print(
            f"{rule}: {np.mean(hits[number]):.4f} of {len(hits[number])} descriptions, finding F {finding:.4f}, "
            f"end to end F {reading:.4f}, {sum(map(len, chosen))} words",
            flush=True,
        )


if __name__ == "__main__":
    main()
