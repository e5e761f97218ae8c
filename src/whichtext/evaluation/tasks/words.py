"""The words that the localizer and the recognizer find in a photo, each with both confidences.

The path of `Reader.read` as far as the words, without the look at their surroundings, which detection does not need.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.data.record import ImageRecord
from whichtext.evaluation.results import DONT_CARE, Regions, as_rectangles
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.geometry import as_polygon
from whichtext.image import load_photo
from whichtext.localization.boosting import CANDIDATES
from whichtext.localization.found_words import FoundWord, found_words
from whichtext.localization.protocol import LocalizationOptions
from whichtext.reader import believed_words
from whichtext.recognition.lexicon import Lexicon
from whichtext.types import Polygon

__all__ = [
    "RECTANGLES_ONLY",
    "candidates_of",
    "find_words",
    "found_regions",
    "look_for_words",
    "look_with_lexicons",
    "true_regions",
    "words_of",
]

RECTANGLES_ONLY = frozenset({"deteval", "deteval_total_text", "icdar2013"})
"""Protocols that know only upright boxes: ours are turned into their bounding boxes."""


def find_words(image: NDArray[np.uint8], engines: Engines) -> tuple[FoundWord, ...]:
    """Find and read all words of an (H, W, 3) uint8 RGB photo."""
    located = engines.localizer.localize(image, LocalizationOptions())
    readings = engines.recognizer.recognize(image, [region.polygon for region in located.regions])
    return tuple(word for word, _ in believed_words(image, engines.localizer.level, located, readings))


def look_for_words(engines: Engines, photo: TaskPhoto) -> dict[str, Any]:
    """The words of a photo as plain JSON: what detection is computed from."""
    return {"words": _plain(find_words(load_photo(photo.path).pixels, engines))}


def look_with_lexicons(engines: Engines, photo: TaskPhoto, lexicons: Mapping[str, Lexicon]) -> dict[str, Any]:
    """The words of a photo, and the candidates of `whichtext.localization.boosting`: what spotting is computed from.

    Candidates are those read with each lexicon, by its name, and without any, under the empty name. The network looks
    at each region only once.
    """
    image, level = load_photo(photo.path).pixels, engines.localizer.level
    located = engines.localizer.localize(image, LocalizationOptions())
    named: Mapping[str, Lexicon | None] = {"": None, **lexicons}
    regions = [region.polygon for region in located.regions]
    readings = engines.recognizer.recognize_each(image, regions, tuple(named.values()))
    candidates = {
        name: _plain(found_words(image, level, located, own, least=CANDIDATES))
        for name, own in zip(named, readings, strict=True)
    }
    words = [word for word, _ in believed_words(image, level, located, readings[0])]
    return {"words": _plain(words), "candidates": candidates}


def words_of(outcome: dict[str, Any]) -> tuple[FoundWord, ...]:
    """The words back again."""
    return _found(outcome["words"])


def candidates_of(outcome: dict[str, Any], lexicon: str) -> tuple[FoundWord, ...]:
    """The candidates as they were read with a lexicon; the empty name for none."""
    return _found(outcome["candidates"][lexicon])


def _found(rows: Iterable[Sequence[Any]]) -> tuple[FoundWord, ...]:
    return tuple(
        FoundWord(as_polygon(polygon), text, localization, recognition)
        for polygon, text, localization, recognition in rows
    )


def _plain(words: Sequence[FoundWord]) -> list[list[Any]]:
    return [[word.polygon, word.text, word.localization, word.recognition] for word in words]


def true_regions(photos: Iterable[TaskPhoto], *, rectangles: bool = False) -> list[Regions]:
    """Ground truth: illegible texts are don't care, and a text without transcription can be found but not read."""
    truths = [_truth(photo.name, photo.record) for photo in photos]
    return [as_rectangles(truth) for truth in truths] if rectangles else truths


def found_regions(
    photos: Sequence[TaskPhoto], words: Sequence[Sequence[FoundWord]], *, rectangles: bool = False
) -> list[Regions]:
    """Detections, one a photo."""
    found = [
        Regions(
            image=photo.name,
            boxes=tuple(_flat(word.polygon) for word in own),
            texts=tuple(word.text for word in own),
            scores=tuple(word.score for word in own),
        )
        for photo, own in zip(photos, words, strict=True)
    ]
    return [as_rectangles(regions) for regions in found] if rectangles else found


def _truth(name: str, record: ImageRecord) -> Regions:
    texts = [text for text in record.texts if text.polygon]
    return Regions(
        image=name,
        boxes=tuple(_flat(text.polygon) for text in texts),
        texts=tuple(DONT_CARE if text.legible is False else text.string or "" for text in texts),
        lexicon=record.lexicon,
    )


def _flat(polygon: Polygon) -> tuple[float, ...]:
    return tuple(value for point in polygon for value in point)
