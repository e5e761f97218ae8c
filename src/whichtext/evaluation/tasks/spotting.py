"""Spotting: is every word found and read right? And does reading improve finding (`boosting`)?"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord
from whichtext.errors import DatasetError, InputError
from whichtext.evaluation.files import read_lexicons
from whichtext.evaluation.lexicons import Lexicons, strong_words, weak_lexicon
from whichtext.evaluation.protocols import PROTOCOLS, protocol_of
from whichtext.evaluation.report.pages import Case, Chart, Curves, Table, share
from whichtext.evaluation.tasks.boosting import BOOSTS, NEEDS_LEXICON
from whichtext.evaluation.tasks.detection import curve_of, figures_of, protocol_table, score_words, worst_photos
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import Selection, TaskPhoto, select_photos
from whichtext.evaluation.tasks.running import Outcome, Outcomes
from whichtext.evaluation.tasks.words import candidates_of, look_with_lexicons, true_regions, words_of
from whichtext.localization.boosting import boost
from whichtext.localization.found_words import FoundWord
from whichtext.localization.words import WordsConfig
from whichtext.recognition.lexicon import Lexicon

__all__ = ["USUAL_BOOST", "SpottingTask", "is_strong", "usual_protocols", "vocabulary_of"]

KINDS = ("strong", "weak", "generic")

USUAL_PROTOCOLS: Mapping[str, tuple[str, ...]] = {"svt": ("svt_50",), "textref": ("best_pairs_e2e",)}
"""By name of the data set; `e2e` and `ws` for others."""
WITH_GENERIC: Mapping[str, tuple[str, ...]] = {"svt": ("svt_full",), "textref": ("best_pairs_e2e_generic",)}
"""What a lexicon for all photos adds; `e2e_generic` and `ws_generic` for others."""
WITH_STRONG: Mapping[str, tuple[str, ...]] = {"svt": (), "textref": ("best_pairs_e2e_strong",)}
"""What a lexicon for each photo adds; `e2e_strong` and `ws_strong` for others."""

USUAL_BOOST: Mapping[str, str] = {"icdar2015": "iou", "textref": "iou"}
"""By which protocol the variants of Table 5 are compared, where the regions are slanted; `pascal` for others."""


@dataclass(frozen=True, slots=True)
class SpottingTask:
    """Find the words and read them.

    Figures with a lexicon are of words that the recognizer reads with it; with a strong or weak one, which holds every
    word that counts, they are boosted by it (`whichtext.localization.boosting`). The strong lexicon of a photo is that
    of the data set, else the given list of the photo, else one that is made of the vocabulary.
    """

    protocols: tuple[str, ...]
    lexicon: Path | None = None
    """A word list for all photos, or a folder or archive of one for each."""
    boost_protocol: str = "pascal"
    """By which the variants of Table 5 are compared."""
    vocabulary: tuple[str, ...] = ()
    """All words of the photos: the weak lexicon, see `vocabulary_of`."""

    def __post_init__(self) -> None:
        for name in self.protocols:
            protocol = protocol_of(name)
            if not (protocol.reads and protocol.locates):
                raise InputError(f"the protocol {name} is not for spotting: take `detection` or `recognition`")

    @property
    def name(self) -> str:
        """The word on the command line."""
        return "spotting"

    def wants(self, record: ImageRecord) -> bool:
        """Every photo counts, also one without words; a crop of a word does not."""
        return all(text.polygon for text in record.texts)

    def configuration(self) -> dict[str, Any]:
        """Outcomes are the words themselves, read with each lexicon, by whatever protocol they are scored."""
        return {"looks_for": "words", "lexicon": _digest_of(self.lexicon), "vocabulary": _digest(self.vocabulary)}

    def look(self, engines: Engines, photo: TaskPhoto) -> Outcome:
        """The words of a photo, as read and as read with each lexicon that there is."""
        lexicons = {}
        for kind in KINDS:
            words = self._words(kind, photo)
            if words:
                lexicons[kind] = _lexicon(words)
        return look_with_lexicons(engines, photo, lexicons)

    def measure(self, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> dict[str, Any]:
        """Figures of each protocol, and of each variant of Table 5."""
        figures: dict[str, Any] = {}
        curves: dict[str, Any] = {}
        for name in self.protocols:
            words = self._read(name, photos, outcomes)
            scored, lexicons = self._scored_by(name)
            figures[name] = figures_of(scored, photos, words, lexicons=lexicons)
            curves[name] = curve_of(scored, photos, words, lexicons=lexicons)
        boosts: dict[str, Any] = {}
        for name in BOOSTS:
            boosted = self._boosted(name, photos, outcomes)
            if boosted is None:
                boosts[name] = None
                continue
            boosts[name] = figures_of(self.boost_protocol, photos, boosted)
            curves[name] = curve_of(self.boost_protocol, photos, boosted)
        return {"protocols": figures, "boosts": boosts, "boost_protocol": self.boost_protocol, "curves": curves}

    def tables(self, figures: Mapping[str, Any]) -> list[Table]:
        """One row a protocol; one row a variant of Table 5."""
        rows = []
        for name, values in figures["boosts"].items():
            best = None if values is None else values.get("best_f", values)
            cells = (
                ("not measured", "–", "–")
                if best is None
                else tuple(share(best[key]) for key in ("precision", "recall", "hmean"))
            )
            rows.append((name, *cells))
        return [
            protocol_table("Spotting", figures["protocols"]),
            Table(
                f"What reading does for finding (detection by {figures['boost_protocol']}, best F)",
                ("detections scored by", "precision", "recall", "F"),
                tuple(rows),
                (
                    "Det: localizer; Rec: times recognizer; Rec-lex: read with the words of each photo's own list, and"
                    " nothing else but numbers and short words that are read surely stays.",
                    "Where there are no lists, they are made: all words of the photo and others of these photos, 100 in"
                    " all.",
                    "Where the localizer finds lines, reading has already cut them into words in every row.",
                ),
            ),
        ]

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """Precision over recall."""
        return [Curves("Precision and recall", "recall", "precision", figures["curves"])]

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """Photos with most words missed, misread or invented, by the first protocol."""
        name = self.protocols[0]
        words = self._read(name, photos, outcomes)
        scored, lexicons = self._scored_by(name)
        return worst_photos(score_words(scored, photos, words, lexicons=lexicons), photos, words, limit)

    def _scored_by(self, protocol: str) -> tuple[str, Lexicons | None]:
        """How words that were read with the lexicon of a protocol are scored: by the same protocol without one.

        The lexicon is a part of those of SVT, which look for its words alone.
        """
        rules = PROTOCOLS[protocol]
        if not rules.lexicon:
            return protocol, None
        if rules.prepare is not None:
            return protocol.removesuffix(f"_{rules.lexicon}"), None
        given = None if self.lexicon is None else read_lexicons(self.lexicon)
        return protocol, None if given is None or (rules.lexicon == "strong" and not given.of_image) else given

    def _read(self, protocol: str, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> list[tuple[FoundWord, ...]]:
        """The words as they are read with the lexicon of a protocol, where it has one."""
        kind = PROTOCOLS[protocol].lexicon
        if not kind:
            return [words_of(outcomes[photo.name]) for photo in photos]
        found = []
        for photo in photos:
            if kind not in outcomes[photo.name]["candidates"]:
                raise DatasetError(f"the protocol {protocol} needs a lexicon, and none was given for {photo.name!r}")
            words = candidates_of(outcomes[photo.name], kind)
            if kind == "generic":
                found.append(tuple(word for word in words if word.recognition >= WordsConfig().min_score))
            else:
                found.append(tuple(boost(words, lexicon=_lexicon(self._words(kind, photo)))))
        return found

    def _words(self, kind: str, photo: TaskPhoto) -> tuple[str, ...]:
        """The words that may be read in a photo; none where there is no lexicon of this kind."""
        given = Lexicons() if self.lexicon is None else _given(self.lexicon)
        if kind == "generic":
            return () if given.for_all is None else given.for_all.words
        if kind == "weak":
            return self.vocabulary
        if photo.record.lexicon:
            return tuple(photo.record.lexicon)
        if photo.name in given.of_image:
            return given.of_image[photo.name].words
        if self.vocabulary:
            own = [text.string for text in photo.record.texts if text.string and text.legible is not False]
            return strong_words(photo.name, own, self.vocabulary)
        return () if given.for_all is None else given.for_all.words

    def _boosted(self, name: str, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> list[list[FoundWord]] | None:
        """The words with the scores of a variant; None where it needs a lexicon and there is none."""
        boosted = []
        for photo in photos:
            outcome = outcomes[photo.name]
            if name not in NEEDS_LEXICON:
                boosted.append(BOOSTS[name](candidates_of(outcome, ""), None))
                continue
            words = self._words("strong", photo)
            if not words or "strong" not in outcome["candidates"]:
                return None
            boosted.append(BOOSTS[name](candidates_of(outcome, "strong"), _lexicon(words)))
        return boosted


def vocabulary_of(selection: Selection, task: SpottingTask) -> tuple[str, ...]:
    """All words of the chosen photos that a vocabulary may hold, in upper case, sorted."""
    return weak_lexicon(true_regions(select_photos(selection, task.wants, problems=Problems()))).words


def usual_protocols(dataset: str, *, strong: bool = False, generic: bool = False) -> tuple[str, ...]:
    """The protocols that papers use for a data set, with the lexicons that there are."""
    return (
        *USUAL_PROTOCOLS.get(dataset, ("e2e", "ws")),
        *(WITH_STRONG.get(dataset, ("e2e_strong", "ws_strong")) if strong else ()),
        *(WITH_GENERIC.get(dataset, ("e2e_generic", "ws_generic")) if generic else ()),
    )


def is_strong(lexicon: Path | None) -> bool:
    """Whether a lexicon is a folder or archive of a list for each photo."""
    return lexicon is not None and (lexicon.is_dir() or lexicon.suffix.lower() == ".zip")


@lru_cache(maxsize=8)
def _given(path: Path) -> Lexicons:
    return read_lexicons(path)


@lru_cache(maxsize=8)
def _lexicon(words: tuple[str, ...]) -> Lexicon:
    return Lexicon(words)


def _digest_of(path: Path | None) -> str | None:
    """What stands for a lexicon in a journal: its words, and those of each photo."""
    if path is None:
        return None
    given = read_lexicons(path)
    every = () if given.for_all is None else given.for_all.words
    return _digest((*every, *(word for name in sorted(given.of_image) for word in (name, *given.of_image[name].words))))


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(words).encode("utf-8")).hexdigest()[:16]
