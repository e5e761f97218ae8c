"""Retrieval: which text does a description mean? Every retriever beside the baselines, on the same scenes.

An answer is a hit where the IoU of its box with the union of the boxes of the words meant exceeds one half. With given
words the scene is built from the annotated ones (P@1), else it is read from the photo alone (R@1, R@5). Descriptions
that were written to fit nothing are left out: their wording gives them away.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from whichtext.data.record import Expression, ImageRecord
from whichtext.data.textref import WRITTEN
from whichtext.errors import BadQuery, InputError, UnknownComponent
from whichtext.evaluation.report.pages import Bars, Case, Chart, Curves, Mark, Table, number, rate_cell, share
from whichtext.evaluation.retrieval import (
    STATUSES,
    auroc,
    bootstrap_interval,
    calibration_error,
    mean_over_images,
    status_shares,
)
from whichtext.evaluation.tasks.baselines import BASELINES, RANDOM, chance, rank_blindly
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.evaluation.tasks.running import Outcome, Outcomes
from whichtext.geometry import box_iou, box_of, union_box
from whichtext.reader import RETRIEVERS
from whichtext.scene import Scene
from whichtext.types import Box, Polygon, Text

__all__ = ["RetrievalTask", "Words", "given_words", "is_hit", "rate_of", "target_box"]

Words = Literal["given", "read"]

IOU_LIMIT = 0.5
"""A hit needs strictly more."""
FIRST = 5
"""Answers that are looked at."""
REACHABLE = "best possible"
"""Row of what no retriever can exceed: whether any candidate is a hit."""
CURVE_POINTS = 200


@dataclass(frozen=True, slots=True)
class RetrievalTask:
    """Find the text that a description means."""

    words: Words = "given"
    """given: scenes of the annotated words; read: of the photo alone."""
    retrievers: tuple[str, ...] = ("rules",)
    """The first is the one that curves and cases are about."""

    def __post_init__(self) -> None:
        if self.words not in ("given", "read"):
            raise InputError(f"words are 'given' or 'read', not {self.words!r}")
        for name in self.retrievers:
            if name not in RETRIEVERS:
                raise UnknownComponent(f"no retriever named {name!r}; there are: {', '.join(sorted(RETRIEVERS))}")

    @property
    def name(self) -> str:
        """The word on the command line."""
        return "retrieval"

    def wants(self, record: ImageRecord) -> bool:
        """Photos with a description of a text."""
        return any(_is_asked(expression, record) for expression in record.expressions)

    def configuration(self) -> dict[str, Any]:
        """Words and retrievers."""
        return {"words": self.words, "retrievers": list(self.retrievers)}

    def look(self, engines: Engines, photo: TaskPhoto) -> Outcome:
        """Every answer to every description of a photo."""
        start = time.perf_counter()
        given = given_words(photo.record) if self.words == "given" else None
        scene = engines.scene(photo.path, given)
        scenes = {name: engines.asked_by(scene, name) for name in self.retrievers}
        seconds = {"scene": time.perf_counter() - start}
        questions: list[float] = []
        rows = []
        for expression in photo.record.expressions:
            if not _is_asked(expression, photo.record):
                continue
            target = target_box(expression.text_ids, photo.record) if expression.status == "found" else None
            answers = {}
            for name, own in scenes.items():
                start = time.perf_counter()
                answers[name] = _answer(own, expression.raw, target)
                if name == self.retrievers[0]:
                    questions.append(time.perf_counter() - start)
            row: dict[str, Any] = {"id": expression.id, "answers": answers}
            if target is not None:
                row |= _blind(scene, expression.raw, target)
            rows.append(row)
        return {"queries": rows, "seconds": {**seconds, "question": questions}}

    def measure(self, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> dict[str, Any]:
        """Figures of every row."""
        asked = list(_asked(photos, outcomes))
        real = [query for query in asked if query.expression.status == "found"]
        if not real:
            raise InputError("no photo has a description that fits one text")
        systems = {name: self._rates(name, real) for name in (*BASELINES, *self.retrievers, REACHABLE)}
        for name in self.retrievers:
            systems[name] |= _answer_figures(name, asked)
        by_status = {status: sum(query.expression.status == status for query in asked) for status in STATUSES}
        return {
            "words": self.words,
            "photos": len(photos),
            "queries": {"real": by_status["found"], "ambiguous": by_status["ambiguous"], "absent": by_status["none"]},
            "systems": systems,
            "curves": {name: _curve(name, asked) for name in self.retrievers},
        }

    def tables(self, figures: Mapping[str, Any]) -> list[Table]:
        """Hits; by kind of relation; what becomes of queries that fit one text, none, several."""
        first, five = _labels(figures["words"])
        systems = figures["systems"]
        setting = "given words" if figures["words"] == "given" else "photo alone"
        queries = figures["queries"]
        hits = Table(
            f"Which text is meant, {setting}: {queries['real']} queries on {figures['photos']} photos",
            ("", f"{first} over queries", f"{first} over images", f"{five} over queries", f"{five} over images"),
            tuple(
                (
                    name,
                    rate_cell(values["top_1"]),
                    rate_cell(values["top_1"], over="images"),
                    rate_cell(values["top_5"]),
                    rate_cell(values["top_5"], over="images"),
                )
                for name, values in systems.items()
            ),
            ("In brackets 95 % bootstrap intervals over photos.",),
        )
        groups = [
            (kind, group) for part in ("by_type", "by_length") for kind, group in systems[REACHABLE][part].items()
        ]
        kinds = Table(
            f"{first} by what the description uses, over queries",
            ("", "queries", *systems),
            tuple(
                (
                    kind,
                    str(group["queries"]),
                    *(
                        share(({**values["by_type"], **values["by_length"]})[kind]["top_1"])
                        for values in systems.values()
                    ),
                )
                for kind, group in groups
            ),
        )
        retrievers = {name: values for name, values in systems.items() if "statuses" in values}
        statuses = Table(
            f"Answers: found / ambiguous / none ({queries['real']} real, {queries['absent']} absent,"
            f" {queries['ambiguous']} ambiguous queries)",
            (
                "",
                "real",
                "absent",
                "ambiguous",
                "AUROC real over absent",
                "the same by none",
                f"{first} where found",
                "calibration error",
            ),
            tuple(
                (
                    name,
                    *(_shares_cell(values["statuses"].get(status)) for status in ("found", "none", "ambiguous")),
                    share(values["abstention_auroc"]),
                    share(values["abstention_auroc_by_none"]),
                    share(values["top_1_where_found"]),
                    number(values["calibration_error"]),
                )
                for name, values in retrievers.items()
            ),
        )
        return [hits, kinds, statuses]

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """Bars by kind of relation; precision over recall as the least score of an answer falls."""
        first, _ = _labels(figures["words"])
        systems = figures["systems"]
        kinds = (*systems[REACHABLE]["by_type"], *systems[REACHABLE]["by_length"])
        return [
            Bars(
                f"{first} by what the description uses",
                first,
                kinds,
                {
                    name: [({**values["by_type"], **values["by_length"]})[kind]["top_1"] for kind in kinds]
                    for name, values in systems.items()
                },
            ),
            Curves(
                "Answers with at least a score, real and absent queries",
                "right answers of all real queries",
                "right answers of those given",
                figures["curves"],
            ),
        ]

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """The surest of the wrong answers."""
        name = self.retrievers[0]
        wrong = [
            query
            for query in _asked(photos, outcomes)
            if query.expression.status == "found" and query.photo.picture is not None and not query.hit(name, 1)
        ]
        wrong.sort(key=lambda query: -query.answers[name]["score"])
        return [_case(query, name) for query in wrong[:limit]]

    def _rates(self, name: str, real: "Sequence[_Asked]") -> dict[str, Any]:
        """Hit rates of one row, by everything that is told apart."""

        def rates(chosen: "Sequence[_Asked]") -> dict[str, Any]:
            images = [query.photo.name for query in chosen]
            return {
                f"top_{first}": rate_of([query.hit(name, first) for query in chosen], images) for first in (1, FIRST)
            }

        def shares(groups: "Mapping[str, Sequence[_Asked]]") -> dict[str, Any]:
            return {
                group: {
                    "queries": len(chosen),
                    **{
                        f"top_{first}": float(np.mean([query.hit(name, first) for query in chosen]))
                        for first in (1, FIRST)
                    },
                }
                for group, chosen in groups.items()
                if chosen
            }

        types = sorted({kind for query in real for kind in query.expression.types})
        by_type = {kind: [query for query in real if kind in query.expression.types] for kind in types}
        by_length = {
            "one word": [query for query in real if len(query.expression.text_ids) == 1],
            "many words": [query for query in real if len(query.expression.text_ids) > 1],
        }
        return {**rates(real), "by_type": shares(by_type), "by_length": shares(by_length)}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One description with what came of it."""

    photo: TaskPhoto
    expression: Expression
    row: Mapping[str, Any]

    @property
    def answers(self) -> Mapping[str, Any]:
        """By name of the retriever."""
        answers: Mapping[str, Any] = self.row["answers"]
        return answers

    def hit(self, name: str, first: int) -> float:
        """Whether one of the first answers is a hit; for chance, how probably."""
        if name == RANDOM:
            return float(self.row["chance"][0 if first == 1 else 1])
        if name == REACHABLE:
            return float(self.row["reachable"])
        hits = self.answers[name]["hits"] if name in self.answers else self.row["blind"][name]
        return float(any(hits[:first]))


def given_words(record: ImageRecord) -> list[tuple[Polygon, str | None]]:
    """The annotated words as a scene is built from."""
    return [(text.polygon, text.string) for text in record.texts if text.polygon]


def target_box(ids: Iterable[Any], record: ImageRecord) -> Box:
    """Union of the boxes of the words meant."""
    polygons = {text.id: text.polygon for text in record.texts}
    return union_box(box_of(polygons[identity]) for identity in ids)


def is_hit(box: Box, target: Box) -> bool:
    """Whether an answer is right."""
    return box_iou(box, target) > IOU_LIMIT


def rate_of(values: Sequence[float], images: Sequence[str]) -> dict[str, Any]:
    """Mean over queries and over images with intervals; the same draws every time."""
    return {
        "queries": len(values),
        "over_queries": float(np.mean(values)),
        "over_queries_interval": list(bootstrap_interval(values, images, rng=np.random.default_rng(0))),
        "over_images": mean_over_images(values, images),
        "over_images_interval": list(bootstrap_interval(values, images, rng=np.random.default_rng(0), over="images")),
    }


def _is_asked(expression: Expression, record: ImageRecord) -> bool:
    """Whether a description is measured with."""
    if expression.status != "found":
        return expression.source != WRITTEN
    places = {text.id: text.polygon for text in record.texts}
    return bool(expression.text_ids) and all(places.get(identity) for identity in expression.text_ids)


def _asked(photos: Sequence[TaskPhoto], outcomes: Outcomes) -> Iterable[_Asked]:
    for photo in photos:
        expressions = [one for one in photo.record.expressions if _is_asked(one, photo.record)]
        for expression, row in zip(expressions, outcomes[photo.name]["queries"], strict=True):
            yield _Asked(photo, expression, row)


def _answer(scene: Scene, query: str, target: Box | None) -> dict[str, Any]:
    """What a retriever says, and which of its answers are hits."""
    try:
        answer = scene.find(query, top_k=FIRST)
    except BadQuery:
        return {"status": "none", "score": 0.0, "none": 1.0, "hits": [], "texts": []}
    return {
        "status": answer.status,
        "none": answer.none_score,
        "score": answer.matches[0].score if answer.matches else 0.0,
        "hits": [] if target is None else [is_hit(match.text.box, target) for match in answer.matches],
        "texts": [[match.text.text, match.score, match.text.box] for match in answer.matches],
    }


def _blind(scene: Scene, query: str, target: Box) -> dict[str, Any]:
    """What the baselines say, and what can be reached at all."""
    fits = [is_hit(text.box, target) for text in scene.texts]

    def hits(texts: Sequence[Text]) -> list[bool]:
        return [is_hit(text.box, target) for text in texts]

    ranked = rank_blindly(scene.content, query, first=FIRST)
    return {
        "reachable": any(fits),
        "chance": [chance(fits, 1), chance(fits, FIRST)],
        "blind": {name: hits(texts) for name, texts in ranked.items()},
    }


def _answer_figures(name: str, asked: Sequence[_Asked]) -> dict[str, Any]:
    """What a retriever's scores and statuses are worth."""
    by_status = {status: [query for query in asked if query.expression.status == status] for status in STATUSES}
    real, absent = by_status["found"], by_status["none"]
    scores = [query.answers[name]["score"] for query in real]
    claimed = [query.hit(name, 1) for query in real if query.answers[name]["status"] == "found"]
    return {
        "abstention_auroc": (auroc(scores, [query.answers[name]["score"] for query in absent]) if absent else None),
        "abstention_auroc_by_none": (
            auroc([query.answers[name]["none"] for query in absent], [query.answers[name]["none"] for query in real])
            if absent
            else None
        ),
        "calibration_error": calibration_error(scores, [query.hit(name, 1) for query in real]),
        "top_1_where_found": float(np.mean(claimed)) if claimed else None,
        "statuses": {
            status: status_shares(query.answers[name]["status"] for query in queries)
            for status, queries in by_status.items()
            if queries
        },
    }


def _curve(name: str, asked: Sequence[_Asked]) -> list[tuple[float, float]]:
    """(share of the real queries answered right, share of the answers that are right) as the least score falls."""
    queries = sorted(
        (query for query in asked if query.expression.status != "ambiguous"),
        key=lambda query: -query.answers[name]["score"],
    )
    real = sum(query.expression.status == "found" for query in queries)
    points: list[tuple[float, float]] = []
    right = 0.0
    for given, query in enumerate(queries, start=1):
        right += query.hit(name, 1) if query.expression.status == "found" else 0.0
        score = query.answers[name]["score"]
        if given == len(queries) or queries[given].answers[name]["score"] < score:
            points.append((right / real, right / given))
    step = max(1, -(-len(points) // CURVE_POINTS))
    return [*points[::step], *points[-1:]]


def _labels(words: str) -> tuple[str, str]:
    """What hits at 1 and at 5 are called."""
    return ("P@1", "P@5") if words == "given" else ("R@1", "R@5")


def _shares_cell(shares: Mapping[str, float] | None) -> str:
    return "–" if shares is None else " / ".join(f"{shares[status]:.3f}" for status in STATUSES)


def _case(query: _Asked, name: str) -> Case:
    answer = query.answers[name]
    texts = {text.id: text for text in query.photo.record.texts}
    meant = [texts[identity] for identity in query.expression.text_ids]
    wanted = query.expression.reading or " ".join(text.string or "?" for text in meant)
    first = answer["texts"][0] if answer["texts"] else None
    assert query.photo.picture is not None
    rank = next((place for place, is_right in enumerate(answer["hits"], start=1) if is_right), None)
    return Case(
        photo=query.photo.name,
        picture=query.photo.picture,
        title=query.expression.raw,
        lines=(
            f"{query.photo.name}; wanted: {wanted!r}",
            "no answer" if first is None else f"{answer['status']}: {first[0]!r}, score {first[1]:.3f}",
            "what was wanted is not among the first answers" if rank is None else f"what was wanted is answer {rank}",
        ),
        wanted=tuple(Mark(text.polygon, text.string or "") for text in meant),
        given=() if first is None else (Mark(_corners(first[2]), first[0]),),
    )


def _corners(box: Sequence[float]) -> Polygon:
    x0, y0, x1, y1 = box
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
