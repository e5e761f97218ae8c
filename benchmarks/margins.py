"""How much of a region's surroundings a recognizer should read, on the held-out photos of ICDAR 2015's part of TextRef.

    python benchmarks/margins.py [--data ../shared/data] [--recognizer svtr] [--without-finding] [--photos N]

Two rows of figures for every pair of margins: the official words as given regions, and from pixels to words by the
default localizer, F of finding and end to end (`best_pairs`, `best_pairs_e2e`). The photos are training photos that no
network was trained on; margins are chosen here, never on dev photos.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from detection import DEFAULT_DATA
from whichtext import defaults
from whichtext.data.problems import Problems
from whichtext.evaluation.recognition import compared_form
from whichtext.evaluation.tasks.detection import score_words
from whichtext.evaluation.tasks.photos import Selection, TaskPhoto, select_photos
from whichtext.localization.found_words import FoundWord, found_words
from whichtext.localization.protocol import LocalizationOptions
from whichtext.reader import LOCALIZERS
from whichtext.recognition.crnn import CRNNRecognizer
from whichtext.recognition.ppocr import PPOCRRecognizer, SVTRRecognizer
from whichtext.recognition.regions import RegionReader
from whichtext.training.word_regions import is_held_out

MARGINS = ((0.22, 0.2), (0.15, 0.12), (0.1, 0.08), (0.05, 0.05))
NAMED: Mapping[str, Any] = {
    "svtr": SVTRRecognizer,
    "crnn": CRNNRecognizer,
    "ppocr": PPOCRRecognizer,
}


def made(name: str, *, weights: Path | None = None, **changes: float) -> RegionReader:
    """A recognizer with some values of its usual configuration changed, of the package or of an exported file."""
    kind = NAMED[name]
    recognizer: RegionReader = kind(2, config=replace(kind.usual, **changes), weights=weights)
    return recognizer


def held_out_photos(data: Path) -> list[TaskPhoto]:
    """Photos of the held-out tenth with official words."""
    selection = Selection("textref", data / "textref-real" / "words.jsonl", split="train", source="ic15_")
    photos = select_photos(selection, lambda _: True, problems=Problems())
    return [photo for photo in photos if is_held_out(photo.name)]


def given_words(photos: Sequence[TaskPhoto], recognizer: RegionReader) -> tuple[int, float]:
    """How many legible words there are, and the share that is read right by letters and digits."""
    hits: list[bool] = []
    for photo in photos:
        words = [text for text in photo.record.texts if text.legible and text.string]
        if words:
            readings = recognizer.recognize(pixels(photo), [text.polygon for text in words])
            hits += [
                compared_form(reading.text) == compared_form(text.string or "")
                for reading, text in zip(readings, words, strict=True)
            ]
    return len(hits), float(np.mean(hits))


def pixels(photo: TaskPhoto) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """(H, W, 3) RGB."""
    with Image.open(photo.path) as opened:
        return np.asarray(opened.convert("RGB"))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--recognizer", choices=sorted(NAMED), default="svtr")
    parser.add_argument("--without-finding", action="store_true", help="given words only")
    parser.add_argument("--photos", type=int, help="the first so many")
    options = parser.parse_args()
    photos = held_out_photos(options.data)[: options.photos]
    recognizers = [made(options.recognizer, margin_along=along, margin_across=across) for along, across in MARGINS]
    for margins, recognizer in zip(MARGINS, recognizers, strict=True):
        count, share = given_words(photos, recognizer)
        print(f"{options.recognizer} {margins}: {share:.3f} of {count} given words", flush=True)
    if options.without_finding:
        return
    localizer = LOCALIZERS[defaults.LOCALIZER](2)
    found: list[list[Sequence[FoundWord]]] = [[] for _ in MARGINS]
    for photo in photos:
        image = pixels(photo)
        located = localizer.localize(image, LocalizationOptions())
        regions = [region.polygon for region in located.regions]
        for own, recognizer in zip(found, recognizers, strict=True):
            own.append(found_words(image, localizer.level, located, recognizer.recognize(image, regions)))
    for margins, words in zip(MARGINS, found, strict=True):
        finding, reading = (score_words(rule, photos, words).total.hmean for rule in ("best_pairs", "best_pairs_e2e"))
        print(f"{options.recognizer} {margins}: end to end F {reading:.3f}, finding F {finding:.3f}", flush=True)


if __name__ == "__main__":
    main()
