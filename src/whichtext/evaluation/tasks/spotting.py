"""Spotting: is every word found and read right? And does reading improve finding (`boosting`)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whichtext.data.record import ImageRecord
from whichtext.errors import DatasetError, InputError
from whichtext.evaluation.files import read_lexicons
from whichtext.evaluation.lexicons import Lexicon, Lexicons
from whichtext.evaluation.protocols import PROTOCOLS, protocol_of
from whichtext.evaluation.report.pages import Case, Chart, Curves, Table, share
from whichtext.evaluation.tasks.boosting import BOOSTS, NEEDS_LEXICON
from whichtext.evaluation.tasks.detection import curve_of, figures_of, protocol_table, score_words, worst_photos
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.evaluation.tasks.running import Outcome, Outcomes
from whichtext.evaluation.tasks.words import look_for_words, words_of
from whichtext.localization.found_words import FoundWord

__all__ = ["SpottingTask", "is_strong", "usual_protocols"]

USUAL_PROTOCOLS: Mapping[str, tuple[str, ...]] = {"svt": ("svt_50",), "textref": ("best_pairs_e2e",)}
"""By name of the data set; `e2e` and `ws` for others."""
WITH_GENERIC: Mapping[str, tuple[str, ...]] = {"svt": ("svt_full",), "textref": ()}
"""What a lexicon for all photos adds; `e2e_generic` and `ws_generic` for others."""
WITH_STRONG: Mapping[str, tuple[str, ...]] = {"svt": (), "textref": ()}
"""What a lexicon for each photo adds; `e2e_strong` and `ws_strong` for others."""


@dataclass(frozen=True, slots=True)
class SpottingTask:
    """Find the words and read them."""

    protocols: tuple[str, ...]
    lexicon: Path | None = None
    """A word list for all photos, or a folder or archive of one for each."""
    boost_protocol: str = "pascal"
    """By which the variants of Table 5 are compared."""

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
        """Outcomes are the words themselves, by whatever protocol they are scored."""
        return {"looks_for": "words"}

    def look(self, engines: Engines, photo: TaskPhoto) -> Outcome:
        """The words of a photo."""
        return look_for_words(engines, photo)

    def measure(self, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> dict[str, Any]:
        """Figures of each protocol, and of each variant of Table 5."""
        words = [words_of(outcomes[photo.name]) for photo in photos]
        given = None if self.lexicon is None else read_lexicons(self.lexicon)
        figures: dict[str, Any] = {}
        curves: dict[str, Any] = {}
        for name in self.protocols:
            lexicons = self._lexicons_for(name, given)
            figures[name] = figures_of(name, photos, words, lexicons=lexicons)
            curves[name] = curve_of(name, photos, words, lexicons=lexicons)
        boosts: dict[str, Any] = {}
        for name in BOOSTS:
            boosted = self._boosted(name, photos, words, given)
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
                    "Det: localizer; Rec: times recognizer; Rec-lex: words of a lexicon (give one with --lexicon,"
                    " unless the data set has one).",
                    "Where the localizer finds lines, reading has already cut them into words in every row.",
                ),
            ),
        ]

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """Precision over recall."""
        return [Curves("Precision and recall", "recall", "precision", figures["curves"])]

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """Photos with most words missed, misread or invented, by the first protocol."""
        words = [words_of(outcomes[photo.name]) for photo in photos]
        given = None if self.lexicon is None else read_lexicons(self.lexicon)
        name = self.protocols[0]
        evaluation = score_words(name, photos, words, lexicons=self._lexicons_for(name, given))
        return worst_photos(evaluation, photos, words, limit)

    def _lexicons_for(self, protocol: str, given: Lexicons | None) -> Lexicons | None:
        """The given lexicon where the protocol takes one of that kind; else that of the data set."""
        kind = PROTOCOLS[protocol].lexicon
        if not kind or given is None or (kind == "strong" and not given.of_image):
            return None
        return given

    def _boosted(
        self, name: str, photos: Sequence[TaskPhoto], words: Sequence[Sequence[FoundWord]], given: Lexicons | None
    ) -> list[list[FoundWord]] | None:
        """The words with the scores of a variant; None where it needs a lexicon and there is none."""
        kept: list[list[FoundWord]] = []
        for photo, own in zip(photos, words, strict=True):
            lexicon = Lexicon(photo.record.lexicon)
            if name in NEEDS_LEXICON and not lexicon.words:
                if given is None:
                    return None
                try:
                    lexicon = given.of(photo.name)
                except DatasetError:
                    return None
            scored = [(word, BOOSTS[name](word, lexicon)) for word in own]
            kept.append(
                [replace(word, localization=score, recognition=1.0) for word, score in scored if score is not None]
            )
        return kept


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
