"""Recognition: what do given words say? Regions of photos, or pictures that are crops of one word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whichtext.data.record import ImageRecord, TextInstance
from whichtext.errors import InputError
from whichtext.evaluation.files import read_lexicons
from whichtext.evaluation.protocols import evaluate, protocol_of
from whichtext.evaluation.recognition import compared_form, is_alphanumeric, similarity
from whichtext.evaluation.report.pages import Bars, Case, Chart, Mark, Table, share
from whichtext.evaluation.results import DONT_CARE, Regions
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.evaluation.tasks.running import Outcome, Outcomes
from whichtext.image import load_photo
from whichtext.reader import settle_words
from whichtext.types import Polygon

__all__ = ["USUAL_PROTOCOLS", "RecognitionTask"]

USUAL_PROTOCOLS = ("recognition", "recognition_alnum", "recognition_alnum3")
LENGTHS = ((1, 2), (3, 4), (5, 6), (7, 9), (10, 1000))
"""Characters of the words that are told apart."""


@dataclass(frozen=True, slots=True)
class RecognitionTask:
    """Read given words."""

    protocols: tuple[str, ...] = USUAL_PROTOCOLS
    lexicon: Path | None = None

    def __post_init__(self) -> None:
        for name in self.protocols:
            if protocol_of(name).locates:
                raise InputError(f"the protocol {name} is not for recognition: take `detection` or `spotting`")

    @property
    def name(self) -> str:
        """The word on the command line."""
        return "recognition"

    def wants(self, record: ImageRecord) -> bool:
        """Photos with a word that has a transcription."""
        return any(_counts(text) for text in record.texts)

    def configuration(self) -> dict[str, Any]:
        """Outcomes are the readings, by whatever protocol they are scored."""
        return {"looks_for": "readings"}

    def look(self, engines: Engines, photo: TaskPhoto) -> Outcome:
        """Readings and scores of the words that count, in the order of the data set."""
        pixels = load_photo(photo.path).pixels
        regions = [_region(text, pixels.shape) for text in photo.record.texts if _counts(text)]
        words = settle_words(pixels, [(region, None) for region in regions], engines.recognizer)
        return {"readings": [[word.string, word.score] for word in words]}

    def measure(self, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> dict[str, Any]:
        """Accuracy and 1-NED by each protocol, and with the readings snapped to a lexicon where there is one."""
        readings = {photo.name: [str(text) for text, _ in outcomes[photo.name]["readings"]] for photo in photos}
        figures = {"protocols": {name: self._score(name, photos, readings) for name in self.protocols}}
        if self.lexicon is not None:
            lexicons = read_lexicons(self.lexicon)
            snapped = {
                name: [lexicons.of(name).nearest(text) or text for text in own] for name, own in readings.items()
            }
            figures["with_lexicon"] = {name: self._score(name, photos, snapped) for name in self.protocols}
        figures["by_length"] = _by_length(photos, readings)
        return figures

    def tables(self, figures: Mapping[str, Any]) -> list[Table]:
        """One row a protocol."""
        rows = [
            (name + label, share(values["accuracy"]), share(values["one_minus_ned"]), str(values["words"]))
            for part, label in (("protocols", ""), ("with_lexicon", ", with lexicon"))
            for name, values in figures.get(part, {}).items()
        ]
        lengths = [
            (length, share(values["accuracy"]), str(values["words"])) for length, values in figures["by_length"].items()
        ]
        return [
            Table("Recognition", ("protocol", "accuracy", "1-NED", "words"), tuple(rows)),
            Table("By length of the word", ("characters", "accuracy", "words"), tuple(lengths)),
        ]

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """Accuracy by length."""
        groups = figures["by_length"]
        return [
            Bars(
                "Accuracy by length of the word",
                "accuracy",
                tuple(groups),
                {"right": [values["accuracy"] for values in groups.values()]},
            )
        ]

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """The surest of the wrong readings."""
        cases: list[tuple[float, Case]] = []
        for photo in photos:
            texts = [text for text in photo.record.texts if _counts(text)]
            for text, (reading, score) in zip(texts, outcomes[photo.name]["readings"], strict=True):
                wanted = text.string or ""
                if photo.picture is None or compared_form(wanted) == compared_form(reading):
                    continue
                marks = (Mark(text.polygon, reading),) if text.polygon else ()
                case = Case(
                    photo=photo.name,
                    picture=photo.picture,
                    title=f"{photo.name}: {wanted!r} read as {reading!r}",
                    lines=(f"score {score:.3f}, likeness {similarity(wanted, reading):.3f}",),
                    given=marks,
                )
                cases.append((score, case))
        cases.sort(key=lambda case: -case[0])
        return [case for _, case in cases[:limit]]

    def _score(
        self, protocol: str, photos: Sequence[TaskPhoto], readings: Mapping[str, Sequence[str]]
    ) -> dict[str, Any]:
        truths, found = [], []
        for photo in photos:
            strings = tuple(text.string or DONT_CARE for text in photo.record.texts if _counts(text))
            places: tuple[tuple[float, ...], ...] = ((),) * len(strings)
            truths.append(Regions(photo.name, places, texts=strings))
            found.append(Regions(photo.name, places, texts=tuple(readings[photo.name])))
        total = evaluate(protocol, truths, found).total
        return {"accuracy": total.recall, "one_minus_ned": total.similarity, "words": total.truths}


def _counts(text: TextInstance) -> bool:
    """Whether a word is to be read."""
    return bool(text.string) and text.legible is not False


def _region(text: TextInstance, shape: Sequence[int]) -> Polygon:
    """Where the word is: the whole picture for a crop."""
    height, width = float(shape[0]), float(shape[1])
    return text.polygon or ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))


def _by_length(photos: Sequence[TaskPhoto], readings: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Accuracy of the words of letters and digits, by their length."""
    right: dict[str, list[bool]] = {}
    for shortest, longest in LENGTHS:
        label = f"{shortest}–{longest}" if longest < 1000 else f"{shortest} and more"
        right[label] = [
            compared_form(text.string or "") == compared_form(reading)
            for photo in photos
            for text, reading in zip(
                (text for text in photo.record.texts if _counts(text)), readings[photo.name], strict=True
            )
            if is_alphanumeric(text.string or "") and shortest <= len(text.string or "") <= longest
        ]
    return {label: {"accuracy": sum(hits) / len(hits), "words": len(hits)} for label, hits in right.items() if hits}
