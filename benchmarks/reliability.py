"""How often a word is right, by its score: found words of held-out photos, at the confidence of the scene's texts.

    python benchmarks/reliability.py TEXTREF [--limit N] [--localizer NAME] [--recognizer NAME]

Photos are the held-out tenth of ICDAR 2015's part of TextRef, split "train": no model of the package was trained on
them.
A found word is right where it lies on a legible word (IoU above one half, one to one) and says the same, case and signs
aside. Words on regions that are marked illegible do not count; words on nothing are wrong. Prints, for each range of
scores, the mean score and the share of right words, and the expected calibration error over all; once for the score
(localization times recognition), once for the recognizer's part among words that lie on a legible one.
"""

import argparse
import platform
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from whichtext.data.problems import Problems
from whichtext.evaluation.recognition import compared_form
from whichtext.evaluation.tasks.detection import DetectionTask, score_words
from whichtext.evaluation.tasks.engines import EngineNames, Engines
from whichtext.evaluation.tasks.photos import Selection, TaskPhoto, select_photos
from whichtext.evaluation.tasks.words import find_words
from whichtext.image import load_photo
from whichtext.localization.found_words import FoundWord
from whichtext.training.word_regions import is_held_out

EDGES = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)


def judged(photos: Sequence[TaskPhoto], words: Sequence[Sequence[FoundWord]]) -> list[tuple[FoundWord, bool, bool]]:
    """Every word that counts, whether it lies on a legible word, and whether it says the same."""
    evaluation = score_words("iou", photos, words)
    result = []
    for photo, own in zip(photos, words, strict=True):
        score = evaluation.images[photo.name]
        texts = [text for text in photo.record.texts if text.polygon]
        on = {pair.detections[0]: texts[pair.truths[0]] for pair in score.pairs}
        for place, word in enumerate(own):
            if place in score.ignored_detections:
                continue
            truth = on.get(place)
            is_right = truth is not None and compared_form(truth.string or "") == compared_form(word.text)
            result.append((word, truth is not None, is_right))
    return result


def print_table(title: str, scores: Sequence[float], rights: Sequence[bool]) -> None:
    """Ranges of scores with the share of right words, and the expected calibration error."""
    values, right = np.array(scores), np.array(rights, dtype=float)
    print(f"\n{title}: {len(values)} words, {right.mean():.3f} right")
    print(f"{'score':>12}{'words':>8}{'mean score':>12}{'right':>8}")
    error = 0.0
    for low, high in pairwise(EDGES):
        inside = (values >= low) & ((values < high) | (high == EDGES[-1]))
        if inside.any():
            error += float(inside.mean() * abs(values[inside].mean() - right[inside].mean()))
            print(f"{low:6.2f}–{high:.2f}{inside.sum():9}{values[inside].mean():12.3f}{right[inside].mean():8.3f}")
    print(f"expected calibration error {error:.3f}")


def main() -> None:
    """Command line."""
    defaults = EngineNames()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the TextRef JSON Lines")
    parser.add_argument("--limit", type=int, help="the first N held-out photos")
    parser.add_argument("--localizer", default=defaults.localizer)
    parser.add_argument("--recognizer", default=defaults.recognizer)
    options = parser.parse_args()
    names = EngineNames(localizer=options.localizer, recognizer=options.recognizer)
    engines = Engines(names)
    selection = Selection("textref", options.data / "words.jsonl", split="train", source="ic15_")
    every = select_photos(selection, DetectionTask(("iou",)).wants, problems=Problems())
    photos = [photo for photo in every if is_held_out(photo.name)][: options.limit]
    words = [find_words(load_photo(photo.path).pixels, engines) for photo in photos]
    found = judged(photos, words)
    print(f"{platform.machine()}, Python {platform.python_version()}, {names.to_dict()}, {len(photos)} photos")
    print_table("text.score", [word.score for word, _, _ in found], [is_right for _, _, is_right in found])
    print_table(
        "recognition alone, words that lie on a legible one",
        [word.recognition for word, is_on, _ in found if is_on],
        [is_right for _, is_on, is_right in found if is_on],
    )


if __name__ == "__main__":
    main()
