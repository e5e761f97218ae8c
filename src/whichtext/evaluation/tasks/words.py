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
from whichtext.localization.found_words import FoundWord, found_words
from whichtext.localization.protocol import LocalizationOptions
from whichtext.recognition.lexicon import Lexicon
from whichtext.types import Polygon

__all__ = [
    "RECTANGLES_ONLY",
    "find_words",
    "find_words_with",
    "found_regions",
    "look_for_words",
    "true_regions",
    "words_of",
]

RECTANGLES_ONLY = frozenset({"deteval", "deteval_total_text", "icdar2013"})
"""Protocols that know only upright boxes: ours are turned into their bounding boxes."""


def find_words(image: NDArray[np.uint8], engines: Engines) -> tuple[FoundWord, ...]:
    """Find and read all words of an (H, W, 3) uint8 RGB photo."""
    return find_words_with(image, engines, (None,))[0]


def find_words_with(
    image: NDArray[np.uint8], engines: Engines, lexicons: Sequence[Lexicon | None]
) -> list[tuple[FoundWord, ...]]:
    """The same, once for each lexicon that the recognizer reads by; the network looks only once."""
    located = engines.localizer.localize(image, LocalizationOptions())
    readings = engines.recognizer.recognize_each(image, [region.polygon for region in located.regions], lexicons)
    return [tuple(found_words(image, engines.localizer.level, located, own)) for own in readings]


def look_for_words(engines: Engines, photo: TaskPhoto, lexicons: Mapping[str, Lexicon] | None = None) -> dict[str, Any]:
    """The words of a photo as plain JSON: what detection and spotting are computed from.

    With lexicons by name, also under "decoded": the words that the recognizer reads with each.
    """
    named = lexicons or {}
    words, *decoded = find_words_with(load_photo(photo.path).pixels, engines, (None, *named.values()))
    outcome: dict[str, Any] = {"words": _plain(words)}
    if lexicons is not None:
        outcome["decoded"] = {name: _plain(own) for name, own in zip(named, decoded, strict=True)}
    return outcome


def words_of(outcome: dict[str, Any], lexicon: str = "") -> tuple[FoundWord, ...]:
    """The words back again, as they were read or as they were read with a lexicon."""
    rows = outcome["decoded"][lexicon] if lexicon else outcome["words"]
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
