"""Retrieval on the dev photos of TextRef: which text does a natural description mean?

    python benchmarks/retrieval.py --data TEXTREF [--retriever rules] [--json FILE]

Scoring as the data set says: an answer is right when the IoU of its box with the union of the target's words exceeds
0.5. Given words: the scene is built from the annotated words. Photo alone: the reader reads the photo. Baselines in the
same run: random candidate (expected value), largest line, best string match. Abstention: the best score of real queries
against that of descriptions of other photos that fit nothing here (AUROC). Intervals are 95 % bootstrap intervals over
photos.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from whichtext.geometry import box_iou, box_of, union_box
from whichtext.reader import Reader
from whichtext.scene import Scene

TYPES = ("look", "place", "object", "text_relation", "comparative", "meaning", "content")


@dataclass
class Outcome:
    """What came of one query."""

    image_id: str
    types: tuple[str, ...]
    hits: tuple[bool, ...]
    """Whether each of the first five matches is right."""
    best_score: float
    status: str
    probability_right: bool
    milliseconds: float
    random: float
    largest: bool
    string_match: bool


@dataclass
class Setting:
    """All that was measured in one setting: given words or photo alone."""

    name: str
    real: list[Outcome] = field(default_factory=list)
    absent_scores: list[float] = field(default_factory=list)
    absent_statuses: list[str] = field(default_factory=list)
    ambiguous_statuses: list[str] = field(default_factory=list)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/textref-real"))
    parser.add_argument("--retriever", default="rules")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=None, help="first so many photos only")
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument(
        "--errors", type=Path, default=None, help="write every query with its rank and reading, JSON Lines"
    )
    options = parser.parse_args()
    photos = [
        json.loads(line) for line in (options.data / "expressions-dev.jsonl").read_text(encoding="utf-8").splitlines()
    ][: options.limit]
    reader = Reader(threads=options.threads, retriever=options.retriever)
    report: dict[str, Any] = {"retriever": options.retriever, "photos": len(photos)}
    error_lines: list[str] = []
    openers: tuple[tuple[str, Callable[[dict[str, Any]], Scene]], ...] = (
        (
            "given words",
            lambda photo: reader.scene(
                options.data / photo["file"], words=[(t["polygon"], t["string"]) for t in photo["texts"]]
            ),
        ),
        ("photo alone", lambda photo: reader.read(options.data / photo["file"])),
    )
    for name, open_photo in openers:
        setting = Setting(name)
        for photo in photos:
            measure(photo, open_photo(photo), setting, error_lines)
        report[name] = summary(setting)
        show(setting, report[name])
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if options.errors is not None:
        options.errors.write_text("".join(error_lines), encoding="utf-8")


def measure(photo: dict[str, Any], scene: Scene, setting: Setting, error_lines: list[str]) -> None:
    """Ask every query of one photo."""
    boxes = {text["id"]: box_of(text["polygon"]) for text in photo["texts"]}
    candidates = [text.box for text in scene.texts]
    lines = [text for text in scene.texts if text.level == "line"]
    largest = max(lines, key=lambda text: (text.box[2] - text.box[0]) * (text.box[3] - text.box[1]), default=None)
    for expression in photo["expressions"]:
        target = union_box(boxes[identity] for identity in expression["targets"])
        started = time.perf_counter()
        answer = scene.find(expression["raw"], top_k=5)
        elapsed = (time.perf_counter() - started) * 1000
        hits = tuple(box_iou(match.text.box, target) > 0.5 for match in answer.matches)
        matched = max(
            lines, key=lambda text: fuzz.partial_ratio(text.text.lower(), expression["raw"].lower()), default=None
        )
        best = answer.matches[0] if answer.matches else None
        setting.real.append(
            Outcome(
                image_id=photo["image_id"],
                types=tuple(expression["types"]),
                hits=hits,
                best_score=best.score if best is not None else 0.0,
                status=answer.status,
                probability_right=bool(hits and hits[0]),
                milliseconds=elapsed,
                random=float(np.mean([box_iou(box, target) > 0.5 for box in candidates])) if candidates else 0.0,
                largest=largest is not None and box_iou(largest.box, target) > 0.5,
                string_match=matched is not None and box_iou(matched.box, target) > 0.5,
            )
        )
        record = {
            "setting": setting.name,
            "image_id": photo["image_id"],
            "query": expression["raw"],
            "wanted": expression["reading"],
            "target": target,
            "status": answer.status,
            "hits": hits,
            "reachable": any(box_iou(box, target) > 0.5 for box in candidates),
            "answers": [(match.text.text, round(match.score, 3), match.text.box) for match in answer.matches],
        }
        error_lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    for query in photo["no_target"]:
        answer = scene.find(query)
        setting.absent_scores.append(answer.matches[0].score if answer.matches else 0.0)
        setting.absent_statuses.append(answer.status)
    setting.ambiguous_statuses.extend(scene.find(query["raw"]).status for query in photo["ambiguous"])


def summary(setting: Setting) -> dict[str, Any]:
    """All figures of one setting."""
    real = setting.real
    first = np.array([outcome.hits[:1] == (True,) for outcome in real], dtype=float)
    five = np.array([any(outcome.hits) for outcome in real], dtype=float)
    scores = np.array([outcome.best_score for outcome in real])
    photo_of = np.array([outcome.image_id for outcome in real])
    return {
        "queries": len(real),
        "top-1": float(first.mean()),
        "top-1 interval": bootstrap(first, photo_of),
        "top-5": float(five.mean()),
        "top-5 interval": bootstrap(five, photo_of),
        "random": float(np.mean([outcome.random for outcome in real])),
        "largest line": float(np.mean([outcome.largest for outcome in real])),
        "string match": float(np.mean([outcome.string_match for outcome in real])),
        "AUROC of the best score": auroc(scores, np.array(setting.absent_scores)),
        "ECE of the best score": calibration_error(scores, first),
        "status of real queries": shares([outcome.status for outcome in real]),
        "status of absent queries": shares(setting.absent_statuses),
        "status of ambiguous queries": shares(setting.ambiguous_statuses),
        "top-1 where found": float(
            np.mean([outcome.hits[:1] == (True,) for outcome in real if outcome.status == "found"] or [False])
        ),
        "by type": {
            kind: {"queries": len(chosen), "top-1": float(np.mean(chosen))}
            for kind in TYPES
            if (chosen := [hit for outcome, hit in zip(real, first, strict=True) if kind in outcome.types])
        },
        "milliseconds a question, median": float(np.median([outcome.milliseconds for outcome in real])),
        "milliseconds a question, 95th percentile": float(
            np.percentile([outcome.milliseconds for outcome in real], 95)
        ),
    }


def bootstrap(
    values: np.ndarray[Any, Any], photo_of: np.ndarray[Any, Any], *, rounds: int = 1000
) -> tuple[float, float]:
    """95 % interval of the mean, photos drawn with replacement (seed 0)."""
    rng = np.random.default_rng(0)
    _, index = np.unique(photo_of, return_inverse=True)
    count = int(index.max()) + 1
    totals, sizes = np.bincount(index, weights=values, minlength=count), np.bincount(index, minlength=count)
    drawn = rng.integers(0, count, size=(rounds, count))
    means = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def auroc(positive: np.ndarray[Any, Any], negative: np.ndarray[Any, Any]) -> float:
    """Probability that a positive value exceeds a negative one, ties counting half."""
    greater = (positive[:, None] > negative[None, :]).mean()
    equal = (positive[:, None] == negative[None, :]).mean()
    return float(greater + equal / 2)


def calibration_error(probabilities: np.ndarray[Any, Any], right: np.ndarray[Any, Any], *, bins: int = 10) -> float:
    """Expected calibration error over equal bins of [0, 1]."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(probabilities[place == b].mean() - right[place == b].mean()) * (place == b).mean()
            for b in range(bins)
            if (place == b).any()
        )
    )


def shares(statuses: Sequence[str]) -> dict[str, float]:
    """Share of each status."""
    return {
        status: round(statuses.count(status) / max(1, len(statuses)), 4) for status in ("found", "ambiguous", "none")
    }


def show(setting: Setting, figures: dict[str, Any]) -> None:
    """Print the figures of one setting."""
    print(f"\n{setting.name}: {figures['queries']} queries")
    for name, value in figures.items():
        if name == "by type":
            print(
                "  by type: "
                + ", ".join(f"{kind} {row['top-1']:.3f} ({row['queries']})" for kind, row in value.items())
            )
        elif isinstance(value, dict):
            print(f"  {name}: " + ", ".join(f"{status} {share:.3f}" for status, share in value.items()))
        elif isinstance(value, tuple):
            print(f"  {name}: [{value[0]:.3f}, {value[1]:.3f}]")
        elif isinstance(value, float):
            print(f"  {name}: {value:.4f}")


if __name__ == "__main__":
    main()
