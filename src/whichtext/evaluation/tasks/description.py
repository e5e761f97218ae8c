"""Description: is there, for every text, an expression that points it out and nothing else?

Every line of a photo is described (`Scene.describe`), and each expression is asked back: of the retriever that helped
to find it (round trip), and of a second one that did not, the judge, if there is one. An expression that only its own
author understands is worth little, so the judge's verdict is the one to go by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whichtext.data.record import ImageRecord
from whichtext.errors import InputError, UnknownComponent
from whichtext.evaluation.report.pages import Bars, Case, Chart, Mark, Table, rate_cell, share
from whichtext.evaluation.tasks.engines import Engines
from whichtext.evaluation.tasks.photos import TaskPhoto
from whichtext.evaluation.tasks.retrieval import Words, given_words, is_hit, rate_of
from whichtext.evaluation.tasks.running import Outcome, Outcomes
from whichtext.reader import RETRIEVERS
from whichtext.scene import Scene
from whichtext.types import Text

__all__ = ["DescriptionTask"]

LENGTHS = ((1, 3), (4, 5), (6, 7), (8, 10), (11, 1000))
"""Words of an expression that are told apart."""

_KIN = {"rules", "matcher"}
"""The matcher reads the judgements of the rules."""


@dataclass(frozen=True, slots=True)
class DescriptionTask:
    """Describe every line."""

    words: Words = "read"
    judge: str | None = None
    """A second retriever that is asked whether each expression is unique."""

    def __post_init__(self) -> None:
        if self.words not in ("given", "read"):
            raise InputError(f"words are 'given' or 'read', not {self.words!r}")
        if self.judge is not None and self.judge not in RETRIEVERS:
            raise UnknownComponent(f"no retriever named {self.judge!r}; there are: {', '.join(sorted(RETRIEVERS))}")

    @property
    def name(self) -> str:
        """The word on the command line."""
        return "description"

    def wants(self, record: ImageRecord) -> bool:
        """Photos with a text."""
        return any(text.polygon for text in record.texts)

    def configuration(self) -> dict[str, Any]:
        """Words and judge."""
        return {"words": self.words, "judge": self.judge}

    def look(self, engines: Engines, photo: TaskPhoto) -> Outcome:
        """Every expression, with what both retrievers make of it."""
        given = given_words(photo.record) if self.words == "given" else None
        scene = engines.scene(photo.path, given)
        judge = None if self.judge is None else engines.asked_by(scene, self.judge)
        rows = []
        for description in scene.describe():
            text = description.text
            row: dict[str, Any] = {
                "text": text.text,
                "polygon": text.polygon,
                "expression": description.expression,
                "verified": description.verified,
                "back": _asked_back(scene, description.expression, text),
            }
            if judge is not None:
                row["judged"] = _asked_back(judge, description.expression, text)
            rows.append(row)
        second = None if scene.listener is None else scene.listener.name
        return {"descriptions": rows, "asked": scene.retriever.name, "second": second}

    def measure(self, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> dict[str, Any]:
        """Figures over the lines that say something."""
        rows = [(photo.name, row) for photo in photos for row in outcomes[photo.name]["descriptions"] if row["text"]]
        lines = sum(len(outcomes[photo.name]["descriptions"]) for photo in photos)
        figures: dict[str, Any] = {
            "words": self.words,
            "photos": len(photos),
            "lines": lines,
            "legible_lines": len(rows),
            "judge": self.judge,
            "judge_is_independent": self._is_independent(outcomes),
            "judge_was_asked": any(outcome.get("second") == self.judge is not None for outcome in outcomes.values()),
            "verified": None,
            "mean_words": None,
            "round_trip_top_1": None,
            "judge_top_1": None,
            "judge_unique": None,
            "by_length": {},
        }
        if not rows:
            return figures
        images = [name for name, _ in rows]

        def rate(values: Sequence[bool]) -> dict[str, Any]:
            return rate_of([float(value) for value in values], images)

        figures["verified"] = rate([row["verified"] for _, row in rows])
        figures["mean_words"] = sum(_length(row) for _, row in rows) / len(rows)
        figures["round_trip_top_1"] = rate([row["back"]["is_first"] for _, row in rows])
        if self.judge is not None:
            figures["judge_top_1"] = rate([row["judged"]["is_first"] for _, row in rows])
            figures["judge_unique"] = rate([_is_unique(row["judged"]) for _, row in rows])
        for shortest, longest in LENGTHS:
            chosen = [row for _, row in rows if shortest <= _length(row) <= longest]
            if chosen:
                label = f"{shortest}–{longest}" if longest < 1000 else f"{shortest} and more"
                verified = sum(row["verified"] for row in chosen) / len(chosen)
                figures["by_length"][label] = {"lines": len(chosen), "verified": verified}
        return figures

    def tables(self, figures: Mapping[str, Any]) -> list[Table]:
        """One table."""
        rows = [
            ("lines", str(figures["lines"])),
            ("lines that say something", str(figures["legible_lines"])),
            ("with a verified expression", rate_cell(figures["verified"])),
            ("mean words of an expression", share(figures["mean_words"], digits=2)),
            ("round trip P@1", rate_cell(figures["round_trip_top_1"])),
        ]
        if figures["judge"] is None:
            rows.append(("unique by a second retriever", "not measured (no --judge)"))
        else:
            rows += [
                (f"unique, says {figures['judge']}", rate_cell(figures["judge_unique"])),
                (f"P@1 of {figures['judge']}", rate_cell(figures["judge_top_1"])),
            ]
        setting = "given words" if figures["words"] == "given" else "photo alone"
        notes = ["In brackets 95 % bootstrap intervals over photos."]
        if figures["judge_is_independent"] is False:
            notes.append(
                "The judge is the retriever that checked the expressions, or one that it builds on: its verdict proves"
                " nothing."
            )
        elif figures["judge_was_asked"]:
            notes.append(
                "The judge was asked, too, when the expressions were chosen: this is how often both understand them,"
                " not an unasked opinion."
            )
        return [
            Table(
                f"Descriptions, {setting}, {figures['photos']} photos",
                ("", "share or number"),
                tuple(rows),
                tuple(notes),
            )
        ]

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """Verified expressions by length."""
        groups = figures["by_length"]
        return [
            Bars(
                "Verified expressions by number of words",
                "verified",
                tuple(groups),
                {"verified": [values["verified"] for values in groups.values()]},
            )
        ]

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """Expressions that point elsewhere, then those that were not verified."""
        part = "back" if self.judge is None else "judged"
        cases: list[tuple[bool, bool, Case]] = []
        for photo in photos:
            for row in outcomes[photo.name]["descriptions"]:
                if photo.picture is None or not row["text"] or (row["verified"] and row[part]["is_first"]):
                    continue
                case = Case(
                    photo=photo.name,
                    picture=photo.picture,
                    title=row["expression"],
                    lines=(
                        f"{photo.name}; meant: {row['text']!r}, {'' if row['verified'] else 'not '}verified",
                        f"asked back: {row[part]['status']}, {row[part]['text']!r}",
                    ),
                    wanted=(Mark(row["polygon"], row["text"]),),
                    given=(
                        () if row[part]["polygon"] is None else (Mark(row[part]["polygon"], row[part]["text"] or ""),)
                    ),
                )
                cases.append((row[part]["is_first"], row["verified"], case))
        cases.sort(key=lambda case: case[:2])
        return [case for _, _, case in cases[:limit]]

    def _is_independent(self, outcomes: Outcomes) -> bool | None:
        """Whether the judge shares nothing with the retriever that checked the expressions; None without a judge."""
        if self.judge is None:
            return None
        pairs = [{outcome["asked"], self.judge} for outcome in outcomes.values()]
        return all(len(pair) == 2 and pair != _KIN for pair in pairs)


def _asked_back(scene: Scene, expression: str, text: Text) -> dict[str, Any]:
    """What a retriever makes of an expression, and whether its first answer is the text that was described."""
    answer = scene.find(expression, top_k=1)
    first = answer.matches[0].text if answer.matches else None
    return {
        "status": answer.status,
        "is_first": first is not None and is_hit(first.box, text.box),
        "text": None if first is None else first.text,
        "polygon": None if first is None else first.polygon,
    }


def _is_unique(asked: Mapping[str, Any]) -> bool:
    return asked["status"] == "found" and bool(asked["is_first"])


def _length(row: Mapping[str, Any]) -> int:
    return len(str(row["expression"]).split())
