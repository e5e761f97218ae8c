"""Lexicons of end-to-end reading and word spotting, and the rule by which readings are snapped to them.

The public scripts know no lexicon: whoever takes part snaps the readings before handing them in, each in a way of their
own, so the rule belongs to the figure. Ours, for every system alike:

- The reading becomes the lexicon word with the fewest edits (insert, delete or replace one character), compared in
  upper case; of words that are equally near, the first in alphabetical order.
- It stays as it is where every word is more than `MAX_EDITS` edits away (the limit of CRNN), where as many edits as it
  has characters would be needed (nothing of it would remain), and where it has fewer than `MIN_LETTERS` letters: the
  public vocabularies hold only words of three letters and more, and "12:30" or "TO" must not become a word.

This is the rule for readings that come from a file (`whichtext evaluate files`). Where whichtext reads the photos
itself (`whichtext evaluate spotting`), its recognizer reads with the lexicon (`whichtext.recognition.snapping`).

Strong: a list for each photo, of 100 words in the ICDAR sets, 50 in SVT. Weak: all words of the test set. Generic:
90,000 words. For a data set without lists, `strong_words` makes them by the rule of the ICDAR sets: all words of the
photo, and others of the test set that distract.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from whichtext.errors import DatasetError
from whichtext.evaluation.results import Photo, Regions, cared_for
from whichtext.evaluation.word_spotting import dictionary_form, is_dictionary_word

__all__ = ["MAX_EDITS", "MIN_LETTERS", "Lexicon", "Lexicons", "snap_photo", "strong_words", "weak_lexicon"]

MAX_EDITS = 3
MIN_LETTERS = 3
STRONG = 100
"""Words of a strong lexicon that is made."""


class Lexicon:
    """Words that may be read, in upper case; immutable but for a memory of what was snapped."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words: tuple[str, ...] = tuple(sorted({word.upper() for word in words if word}))
        self._known = frozenset(self.words)
        self._by_length: dict[int, list[str]] = {}
        for word in self.words:
            self._by_length.setdefault(len(word), []).append(word)
        self._snapped: dict[tuple[str, int], str | None] = {}

    def __len__(self) -> int:
        return len(self.words)

    def nearest(self, reading: str, *, max_edits: int = MAX_EDITS) -> str | None:
        """The lexicon word, in upper case, that a reading is snapped to; None where the rule leaves it as it is."""
        wanted = reading.upper()
        key = (wanted, max_edits)
        if key not in self._snapped:
            self._snapped[key] = self._nearest(wanted, max_edits)
        return self._snapped[key]

    def _nearest(self, wanted: str, max_edits: int) -> str | None:
        if sum(char.isalpha() for char in wanted) < MIN_LETTERS:
            return None
        if wanted in self._known:
            return wanted
        limit = min(max_edits, len(wanted) - 1)
        best: tuple[int, str] | None = None
        for length in sorted(self._by_length, key=lambda length: (abs(length - len(wanted)), length)):
            reach = limit if best is None else min(limit, best[0])
            if abs(length - len(wanted)) > reach:
                break
            # Words are in alphabetical order, and the first of equally near ones is given.
            hit = process.extractOne(
                wanted, self._by_length[length], scorer=Levenshtein.distance, processor=None, score_cutoff=reach
            )
            if hit is not None:
                candidate = (int(hit[1]), str(hit[0]))
                best = candidate if best is None else min(best, candidate)
        return None if best is None else best[1]


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The lexicon of every photo: one for all, one for each, or both (that of the photo goes first)."""

    for_all: Lexicon | None = None
    of_image: Mapping[str, Lexicon] = field(default_factory=dict)

    def of(self, image: str) -> Lexicon:
        """Lexicon of one photo; `DatasetError` where there is none."""
        lexicon = self.of_image.get(image, self.for_all)
        if lexicon is None:
            raise DatasetError(
                f"there is no lexicon for image {image!r}: add voc_{image}.txt, or give one word list for all images"
            )
        return lexicon


def weak_lexicon(truths: Iterable[Regions]) -> Lexicon:
    """All words of a test set that a vocabulary may hold: the dictionary forms of the words that are cared for."""
    return Lexicon(
        form
        for truth in truths
        for text, is_cared in zip(truth.texts, cared_for(truth), strict=False)
        if is_cared and is_dictionary_word(form := dictionary_form(text))
    )


def strong_words(image: str, own: Iterable[str], vocabulary: Sequence[str], *, size: int = STRONG) -> tuple[str, ...]:
    """A strong lexicon: the photo's own words, and others of the vocabulary until there are `size`.

    Which others hangs on the photo's name alone, so that every run has the same lists.
    """
    words = sorted({form.upper() for text in own if is_dictionary_word(form := dictionary_form(text))})
    others = sorted(set(vocabulary) - set(words))
    chance = Random(zlib.crc32(image.encode("utf-8")))
    return (*words, *chance.sample(others, max(0, min(size - len(words), len(others)))))


def snap_photo(photo: Photo, lexicon: Lexicon, *, max_edits: int = MAX_EDITS) -> Photo:
    """The photo with every reading of the detections snapped; readings that the rule leaves alone stay as they are."""
    if photo.detections is None:
        return photo
    return replace(
        photo, detections=replace(photo.detections, texts=_snapped(photo.detections.texts, lexicon, max_edits))
    )


def _snapped(readings: Sequence[str], lexicon: Lexicon, max_edits: int) -> tuple[str, ...]:
    nearest = ((reading, lexicon.nearest(reading, max_edits=max_edits)) for reading in readings)
    return tuple(reading if word is None else word for reading, word in nearest)
