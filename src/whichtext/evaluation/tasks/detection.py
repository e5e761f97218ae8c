"""Detection: is every word found, and nothing else?

The words of a photo (`words`) are scored by one protocol or several, once with all detections and, where it has no
threshold of its own, once at the threshold of highest F.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whichtext.data.record import ImageRecord
from whichtext.errors import InputError
from whichtext.evaluation.lexicons import Lexicons
from whichtext.evaluation.protocols import evaluate, precision_recall_curve, protocol_of
from whichtext.evaluation.report.pages import Case, Chart, Curves, Mark, Table, share
from whichtext.evaluation.results import Evaluation, Figures
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.evaluation.tasks.running import Outcome, Outcomes
from whichtext.evaluation.tasks.words import (
    RECTANGLES_ONLY,
    found_regions,
    look_for_words,
    true_regions,
    words_of,
)
from whichtext.localization.found_words import FoundWord
from whichtext.types import Polygon

__all__ = [
    "USUAL_PROTOCOLS",
    "DetectionTask",
    "curve_of",
    "figures_of",
    "score_words",
    "usual_protocols",
    "worst_photos",
]

USUAL_PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    "icdar2013": ("deteval", "pascal"),
    "icdar2015": ("iou",),
    "svt": ("pascal", "deteval"),
    "textref": ("best_pairs",),
    "totaltext": ("pascal", "deteval_total_text"),
}
"""By name of the data set; `pascal` for others."""
CURVE_POINTS = 200


@dataclass(frozen=True, slots=True)
class DetectionTask:
    """Find the words."""

    protocols: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.protocols:
            protocol = protocol_of(name)
            if protocol.reads or not protocol.locates:
                raise InputError(f"the protocol {name} is not for detection: take `spotting` or `recognition`")

    @property
    def name(self) -> str:
        """The word on the command line."""
        return "detection"

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
        """Figures of each protocol."""
        words = [words_of(outcomes[photo.name]) for photo in photos]
        return {
            "protocols": {name: figures_of(name, photos, words) for name in self.protocols},
            "curves": {name: curve_of(name, photos, words) for name in self.protocols},
        }

    def tables(self, figures: Mapping[str, Any]) -> list[Table]:
        """One row a protocol."""
        return [protocol_table("Detection", figures["protocols"])]

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """Precision over recall."""
        return [Curves("Precision and recall", "recall", "precision", figures["curves"])]

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """Photos with most words missed or invented, by the first protocol."""
        words = [words_of(outcomes[photo.name]) for photo in photos]
        return worst_photos(score_words(self.protocols[0], photos, words), photos, words, limit)


def usual_protocols(dataset: str) -> tuple[str, ...]:
    """The protocols that papers use for a data set."""
    return USUAL_PROTOCOLS.get(dataset, ("pascal",))


def score_words(
    protocol: str,
    photos: Sequence[TaskPhoto],
    words: Sequence[Sequence[FoundWord]],
    *,
    lexicons: Lexicons | None = None,
    best_f: bool = False,
) -> Evaluation:
    """Score found words, one sequence a photo."""
    rectangles = protocol in RECTANGLES_ONLY
    return evaluate(
        protocol,
        true_regions(photos, rectangles=rectangles),
        found_regions(photos, words, rectangles=rectangles),
        lexicons=lexicons,
        best_f=best_f,
    )


def figures_of(
    protocol: str,
    photos: Sequence[TaskPhoto],
    words: Sequence[Sequence[FoundWord]],
    *,
    lexicons: Lexicons | None = None,
) -> dict[str, Any]:
    """Figures of all detections and, for protocols without a threshold of their own, those where F is highest."""
    evaluation = score_words(protocol, photos, words, lexicons=lexicons)
    figures = _plain(evaluation.total)
    if evaluation.total.threshold is None:
        swept = score_words(protocol, photos, words, lexicons=lexicons, best_f=True).total
        figures["best_f"] = _plain(swept)
    return figures


def curve_of(
    protocol: str,
    photos: Sequence[TaskPhoto],
    words: Sequence[Sequence[FoundWord]],
    *,
    lexicons: Lexicons | None = None,
) -> list[tuple[float, float]]:
    """(recall, precision) at up to `CURVE_POINTS` thresholds, highest first."""
    rectangles = protocol in RECTANGLES_ONLY
    points = precision_recall_curve(
        protocol,
        true_regions(photos, rectangles=rectangles),
        found_regions(photos, words, rectangles=rectangles),
        lexicons=lexicons,
    )
    step = max(1, -(-len(points) // CURVE_POINTS))
    return [(point.recall, point.precision) for point in (*points[::step], *points[-1:])]


def protocol_table(title: str, protocols: Mapping[str, Any]) -> Table:
    """One row a protocol and an operating point."""
    rows: list[tuple[str, ...]] = []
    for name, figures in protocols.items():
        points = {"best F" if figures["threshold"] is not None else "all": figures}
        if "best_f" in figures:
            points["best F"] = figures["best_f"]
        for label, point in points.items():
            rows.append(
                (
                    name,
                    label if point["threshold"] is None else f"{label}, score ≥ {point['threshold']:.3f}",
                    share(point["precision"]),
                    share(point["recall"]),
                    share(point["hmean"]),
                    str(point["words"]),
                    str(point["detections"]),
                )
            )
    return Table(
        title,
        ("protocol", "detections that count", "precision", "recall", "F", "words", "found"),
        tuple(rows),
        ("The threshold of best F is chosen on these very photos, as papers do.",),
    )


def worst_photos(
    evaluation: Evaluation,
    photos: Sequence[TaskPhoto],
    words: Sequence[Sequence[FoundWord]],
    limit: int,
) -> list[Case]:
    """The photos with most misses and inventions: what was not found or not read right, and what was found instead."""
    cases: list[tuple[int, Case]] = []
    for photo, own in zip(photos, words, strict=True):
        score = evaluation.images[photo.name]
        texts = [text for text in photo.record.texts if text.polygon]
        hits = [pair for pair in score.pairs if pair.is_right is not False]
        found_truths = {place for pair in hits for place in pair.truths}
        ranks = score.order or range(len(own))
        used = {ranks[place] for pair in hits for place in pair.detections}
        ignored = {ranks[place] for place in score.ignored_detections}
        missed = [
            place for place in range(len(texts)) if place not in found_truths and place not in score.ignored_truths
        ]
        invented = [place for place in range(len(own)) if place not in used and place not in ignored]
        if photo.picture is None or not (missed or invented):
            continue
        case = Case(
            photo=photo.name,
            picture=photo.picture,
            title=f"{photo.name}: {len(missed)} of {score.truths} words missed, {len(invented)} found in vain",
            lines=(
                f"precision {score.precision:.3f}, recall {score.recall:.3f}, F {score.hmean:.3f}",
                "missed: " + ", ".join(texts[place].string or "(no transcription)" for place in missed[:12]),
                "do not count: " + ", ".join(own[place].text or "(unread)" for place in invented[:12]),
            ),
            wanted=tuple(Mark(_quad(texts[place].polygon), texts[place].string or "") for place in missed),
            given=tuple(Mark(own[place].polygon, own[place].text) for place in invented),
        )
        cases.append((len(missed) + len(invented), case))
    cases.sort(key=lambda case: -case[0])
    return [case for _, case in cases[:limit]]


def _quad(polygon: Polygon) -> Polygon:
    return tuple((float(x), float(y)) for x, y in polygon)


def _plain(total: Figures) -> dict[str, Any]:
    return {
        "precision": total.precision,
        "recall": total.recall,
        "hmean": total.hmean,
        "words": total.truths,
        "detections": total.detections,
        "average_precision": total.average_precision,
        "threshold": total.threshold,
    }
