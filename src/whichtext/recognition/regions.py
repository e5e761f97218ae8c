"""The way from a region to its reading that every recognizer of frames takes (paper 3.4).

A recognizer gives class probabilities of the time steps along a straightened quad (`Frames`). Here they become
readings: the quad is tried in the directions in which its writing may run, the best of them is decoded, its words are
snapped to a lexicon, and the characters are put into their places. Each region is read on its own, so it reads the same
alone and among others, bit for bit.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import as_polygon, quad_size
from whichtext.recognition.beam import align, beam_search
from whichtext.recognition.ctc import decode_ctc
from whichtext.recognition.folding import FoldedClasses
from whichtext.recognition.known_words import likelier_path
from whichtext.recognition.lexicon import Lexicon, fold
from whichtext.recognition.normalize import OTHER, Vocabulary, normalize_characters
from whichtext.recognition.protocol import Character, Likeness, Reading
from whichtext.recognition.snapping import snap_characters
from whichtext.types import Polygon

__all__ = ["Frames", "ReadingConfig", "RegionReader", "as_reading", "place_inside", "with_margin"]

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Frames:
    """What a network says along a quad with its margins."""

    probabilities: NDArray[np.float32]
    """(T, V) of each class at each time step."""
    steps: float
    """Time steps that the quad with its margins covers, where the rest is padding."""
    ends: float
    """The part of them that each margin takes."""


@dataclass(frozen=True, slots=True)
class ReadingConfig:
    """How regions are cut and frames become readings; values tuned on training photos."""

    min_width: int = 96
    """Pixels; a shorter crop is padded."""
    max_width: int = 1600
    """A longer region is squeezed."""
    margin_along: float = 0.22
    """Surroundings that are read with a region at both of its ends, in region heights."""
    margin_across: float = 0.2
    """The same above and below."""
    condense: float = 1.0
    """Part of its proportional width that a crop keeps."""
    bicubic: bool = True
    """Crops are bicubic; bilinear ones are made faster and are a little softer."""
    tall: float = 1.5
    """A region this many times higher than wide is read turned by a right angle as well, ..."""
    very_tall: float = 2.5
    """... and this many times, first of all."""
    turn_gain: float = 0.05
    """How much better another direction must score to be believed."""
    upside_down_gain: float = 0.05
    """The same for upside down."""
    turn_below: float = 0.9
    """A reading below this score is tried upside down as well."""
    most_loss: float | None = None
    """How much less likely a lexicon word may be than what was read, natural logarithm for each edit.

    None for what suits the size of the lexicon.
    """
    beams: int = 1
    """How many beginnings a beam search follows; 1 takes the best class of each time step (greedy)."""
    known_word_gain: float = 0.0
    """Nats by which a known word may be less likely than what was read (`whichtext.recognition.known_words`), ..."""
    doubt: float = 0.95
    """... where a time step has no class of this probability."""


class RegionReader(ABC):
    """Reads quads by way of a network. Immutable; its methods may be called from many threads at once.

    vocabulary: the classes of the network. threads: how many regions are read at the same time.
    """

    def __init__(self, vocabulary: Vocabulary, *, config: ReadingConfig, threads: int) -> None:
        self._vocabulary = vocabulary
        self._folded = FoldedClasses(vocabulary.texts)
        self._reading = config
        self._threads = threads

    @abstractmethod
    def _run(self, image: NDArray[np.uint8], quad: NDArray[np.float64]) -> Frames:
        """Frames of a quad (4, 2) of an (H, W, 3) uint8 RGB photo, read from its corner 0 along its edge 0 → 1.

        May be called from many threads at once.
        """

    def recognize(
        self, image: NDArray[np.uint8], polygons: Sequence[Polygon], *, lexicon: Lexicon | None = None
    ) -> tuple[Reading, ...]:
        """Read quads of an (H, W, 3) uint8 RGB photo: one reading for each, in order.

        lexicon: words to which the readings are snapped by the rule of `whichtext.recognition.snapping`.
        """
        return self.recognize_each(image, polygons, (lexicon,))[0]

    def recognize_each(
        self, image: NDArray[np.uint8], polygons: Sequence[Polygon], lexicons: Sequence[Lexicon | None]
    ) -> tuple[tuple[Reading, ...], ...]:
        """What `recognize` gives with each of several lexicons: the network looks at each region only once."""
        if not polygons:
            return ((),) * len(lexicons)
        found = self._each(polygons, lambda polygon: self._read_each(image, polygon, lexicons))
        return tuple(zip(*found, strict=True))

    def compare(self, image: NDArray[np.uint8], polygons: Sequence[Polygon], string: str) -> tuple[Likeness, ...]:
        """How well a string explains each quad of an (H, W, 3) uint8 RGB photo, in the direction given, in order.

        Case, accents and spaces do not count, nor do signs that the string does not hold. The cost is that of reading
        the quads again.
        """
        wanted = "".join(fold(string).split())
        return self._each(polygons, lambda polygon: self._compare(image, polygon, wanted))

    def _each(self, polygons: Sequence[Polygon], work: Callable[[Polygon], Result]) -> tuple[Result, ...]:
        if self._threads == 1 or len(polygons) <= 1:
            return tuple(work(polygon) for polygon in polygons)
        with ThreadPoolExecutor(self._threads) as workers:
            return tuple(workers.map(work, polygons))

    def _read_each(
        self, image: NDArray[np.uint8], polygon: Polygon, lexicons: Sequence[Lexicon | None]
    ) -> list[Reading]:
        """Read one quad in its likeliest direction, once with each lexicon."""
        quad = np.asarray(polygon, dtype=np.float64)
        width, height = quad_size(quad)
        if min(width, height) < 1.0:
            return [Reading(text="", score=0.0)] * len(lexicons)
        config = self._reading
        turns: tuple[int, ...] = (0, 2)
        if height >= config.tall * width:
            turns = (1, 3, 0) if height >= config.very_tall * width else (0, 1, 3)
        seen: dict[int, tuple[Frames, tuple[Character, ...]]] = {}

        def read(turn: int, lexicon: Lexicon | None) -> Reading:
            turned = np.roll(quad, -turn, axis=0)
            if turn not in seen:
                frames = self._run(image, turned)
                seen[turn] = frames, self._decode(frames)
            frames, decoded = seen[turn]
            reading = self._snapped(frames, normalize_characters(decoded), lexicon)
            is_foreign = not reading.text and any(character.text == OTHER for character in decoded)
            return replace(reading, polygon=as_polygon(turned) if turn else None, is_foreign=is_foreign)

        return [self._best_direction(turns, lexicon, read) for lexicon in lexicons]

    def _best_direction(
        self, turns: tuple[int, ...], lexicon: Lexicon | None, read: Callable[[int, Lexicon | None], Reading]
    ) -> Reading:
        best: Reading | None = None
        for turn in turns:
            gain = self._reading.upside_down_gain if turn == 2 else self._reading.turn_gain
            if best is not None and best.score + gain >= 1.0:
                continue  # no score is higher than 1
            reading = read(turn, lexicon)
            if best is None or reading.score > best.score + gain:
                best = reading
            if best.score >= self._reading.turn_below:
                break
        assert best is not None
        return best

    def _snapped(self, frames: Frames, characters: tuple[Character, ...], lexicon: Lexicon | None) -> Reading:
        """What was decoded, with its words snapped to a lexicon where there is one."""
        if lexicon is not None:
            characters = snap_characters(
                characters,
                self._folded.frames(frames.probabilities),
                lexicon,
                steps=frames.steps,
                most_loss=self._reading.most_loss,
            )
        return as_reading(place_inside(characters, frames.ends))

    def _decode(self, frames: Frames) -> tuple[Character, ...]:
        texts, config = self._vocabulary.texts, self._reading
        path = None
        if config.known_word_gain:
            path = likelier_path(frames.probabilities, texts, gain=config.known_word_gain, doubt=config.doubt)
        if path is not None:
            best, score = path, frames.probabilities[np.arange(len(path)), path]
        elif config.beams == 1:
            best, score = self._vocabulary.best(frames.probabilities)
        else:
            labels = beam_search(frames.probabilities, beams=self._reading.beams)[0].labels
            best = align(frames.probabilities, labels)
            score = frames.probabilities[np.arange(len(best)), best]
        return decode_ctc(best, score, texts, length=frames.steps)

    def _compare(self, image: NDArray[np.uint8], polygon: Polygon, wanted: str) -> Likeness:
        """Compare a folded string without spaces with one quad."""
        quad = np.asarray(polygon, dtype=np.float64)
        if min(quad_size(quad)) < 1.0 or not wanted:
            return Likeness(-np.inf, 0.0, len(wanted))
        frames = self._folded.frames(self._run(image, quad).probabilities).without_signs(wanted)
        log_reading, length = frames.log_greedy()
        return Likeness(float(frames.log_likelihoods([wanted])[0]), log_reading, max(length, len(wanted)))


def with_margin(quad: NDArray[np.float64], along: float, across: float) -> tuple[NDArray[np.float64], float]:
    """Grow a quad (4, 2) by parts of its height; also the part of the new length that is margin at each end."""
    width, height = quad_size(quad)
    right = (quad[1] - quad[0] + quad[2] - quad[3]) / 2 / width
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2 / height
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
    grown = quad + height * (signs[:, :1] * along * right + signs[:, 1:] * across * down)
    return grown, along * height / (width + 2 * along * height)


def place_inside(characters: tuple[Character, ...], ends: float) -> tuple[Character, ...]:
    """Turn places along a region with margins into places along the region itself.

    `ends` is the part that each margin takes.
    """
    inner = 1 - 2 * ends
    return tuple(
        Character(
            character.text,
            character.score,
            min(1.0, max(0.0, (character.start - ends) / inner)),
            min(1.0, max(0.0, (character.end - ends) / inner)),
        )
        for character in characters
    )


def as_reading(characters: tuple[Character, ...]) -> Reading:
    """Join characters; the score is the mean of those that are no space."""
    scores = [character.score for character in characters if character.text != " "]
    text = "".join(character.text for character in characters)
    return Reading(text=text, score=float(np.mean(scores)) if scores else 0.0, characters=characters)
