"""From which score on is a reading believed? Thresholds of words and hints, side by side, on held-out photos.

    python benchmarks/thresholds.py --data ../shared/data [--recognizer svtr]

Photos are the held-out tenth of ICDAR 2015's part of TextRef, split "train": no model of the package was trained on
them. Three tables: end-to-end F of found words by their least score (`WordsConfig`); by the least scores of
`BoostingConfig` with each photo's strong lexicon, and the best F of finding (the paper's Table 5); and how many
regions get a hint by `LegibilityConfig`, of those marked illegible, of legible words that are read wrong, and of those
that are read right.
"""

import argparse
import itertools
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from detection import DEFAULT_DATA
from margins import held_out_photos
from whichtext.evaluation.lexicons import strong_words, weak_lexicon
from whichtext.evaluation.recognition import compared_form
from whichtext.evaluation.tasks.detection import figures_of, score_words
from whichtext.evaluation.tasks.engines import EngineNames, Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.evaluation.tasks.spotting import SpottingTask
from whichtext.evaluation.tasks.words import candidates_of, true_regions
from whichtext.image import load_photo
from whichtext.localization.boosting import BoostingConfig, boost
from whichtext.localization.words import WordsConfig
from whichtext.recognition.legibility import LegibilityConfig, hint_of
from whichtext.recognition.lexicon import Lexicon
from whichtext.recognition.protocol import Reading

LEAST = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
IN_LEXICON = (0.3, 0.4, 0.5, 0.6, 0.7)
OUTSIDE = (0.6, 0.7, 0.8, 0.9)
SURE = (0.7, 0.75, 0.8, 0.85, 0.9)
NEVER = (0.5, 0.6, 0.7, 0.8)


def words_table(photos: Sequence[TaskPhoto], outcomes: dict[str, Any]) -> None:
    """End-to-end F by the least score of a word."""
    print(f"least score of a word (usual: {WordsConfig().min_score})   precision  recall  F")
    for least in LEAST:
        words = [
            [word for word in candidates_of(outcomes[photo.name], "") if word.recognition >= least] for photo in photos
        ]
        total = score_words("best_pairs_e2e", photos, words).total
        print(f"  {least:.2f}   {total.precision:.3f}  {total.recall:.3f}  {total.hmean:.3f}", flush=True)


def boosting_table(photos: Sequence[TaskPhoto], outcomes: dict[str, Any], vocabulary: Sequence[str]) -> None:
    """F with strong lexicons by the least scores of the boosting."""
    lexicons = []
    for photo in photos:
        own = [text.string for text in photo.record.texts if text.string and text.legible is not False]
        lexicons.append(Lexicon(strong_words(photo.name, own, vocabulary)))
    print(f"usual: {BoostingConfig()}")
    print("in the lexicon, near it, numbers   end to end F, its best   finding, best F")
    for inside, outside, least in itertools.product(IN_LEXICON, OUTSIDE, OUTSIDE):
        config = replace(BoostingConfig(), least_in_lexicon=inside, least_outside=outside, least_number=least)
        words = [
            boost(candidates_of(outcomes[photo.name], "strong"), lexicon=lexicon, config=config)
            for photo, lexicon in zip(photos, lexicons, strict=True)
        ]
        reading, finding = figures_of("e2e", photos, words), figures_of("iou", photos, words)
        print(
            f"  {inside:.1f} {outside:.1f} {least:.1f}   {reading['hmean']:.3f}  {reading['best_f']['hmean']:.3f}"
            f"   {finding['best_f']['hmean']:.3f}",
            flush=True,
        )


def hints_table(photos: Sequence[TaskPhoto], engines: Engines) -> None:
    """Regions that get a hint, by the two scores between which the pixels decide."""
    groups: dict[str, list[tuple[Any, Any, Reading]]] = {"illegible": [], "read wrong": [], "read right": []}
    for photo in photos:
        image = load_photo(photo.path).pixels
        texts = [text for text in photo.record.texts if text.polygon and (text.string or text.legible is False)]
        readings = engines.recognizer.recognize(image, [text.polygon for text in texts])
        for text, reading in zip(texts, readings, strict=True):
            is_right = compared_form(text.string or "") == compared_form(reading.text)
            kind = "illegible" if text.legible is False else "read right" if is_right else "read wrong"
            groups[kind].append((image, text.polygon, reading))
    print(f"usual: {LegibilityConfig()}")
    print("sure, never   regions with a hint:", ", ".join(f"{len(own)} {kind}" for kind, own in groups.items()))
    for sure, never in itertools.product(SURE, NEVER):
        if never > sure:
            continue
        config = replace(LegibilityConfig(), sure=sure, never=never)
        counts = [sum(hint_of(*row, config=config) is not None for row in own) for own in groups.values()]
        print(f"  {sure:.2f} {never:.2f}   {counts}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--recognizer", default=EngineNames().recognizer)
    parser.add_argument("--photos", type=int, help="the first so many")
    options = parser.parse_args()
    photos = held_out_photos(options.data)[: options.photos]
    engines = Engines(replace(EngineNames(), recognizer=options.recognizer, threads=2))
    vocabulary = weak_lexicon(true_regions(photos)).words
    task = SpottingTask(("e2e_strong",), vocabulary=vocabulary)
    outcomes = {photo.name: task.look(engines, photo) for photo in photos}
    words_table(photos, outcomes)
    boosting_table(photos, outcomes, vocabulary)
    hints_table(photos, engines)


if __name__ == "__main__":
    main()
