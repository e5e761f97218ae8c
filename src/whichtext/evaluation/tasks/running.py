"""The loop over photos: workers, journal, progress; and what comes out of a run.

Workers are processes of their own (started afresh, not forked: the inference engine has threads) with `threads` threads
each, so that the figures are the same for any number of them. A photo that cannot be read is told and left out.
"""

import json
import multiprocessing
import os
import platform
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Protocol

from whichtext import __version__
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord
from whichtext.errors import BadImage, InputError
from whichtext.evaluation.report.pages import Case, Chart, Table
from whichtext.evaluation.tasks.engines import EngineNames, Engines
from whichtext.evaluation.tasks.journal import Journal
from whichtext.evaluation.tasks.photos import Selection, TaskPhoto, select_photos

__all__ = ["Failure", "Outcomes", "Task", "TaskRun", "run_task"]

Outcome = dict[str, Any]
Outcomes = Mapping[str, Outcome]
"""By name of the photo, in the order of the data set."""


class Task(Protocol):
    """One thing to measure. A frozen value: it is sent to the workers."""

    @property
    def name(self) -> str:
        """The word on the command line."""
        ...

    def wants(self, record: ImageRecord) -> bool:
        """Whether a photo has what the task needs."""
        ...

    def configuration(self) -> dict[str, Any]:
        """What the outcomes depend on, besides engines and photo. Plain JSON."""
        ...

    def look(self, engines: Engines, photo: TaskPhoto) -> Outcome:
        """What came of one photo. Plain JSON."""
        ...

    def measure(self, photos: Sequence[TaskPhoto], outcomes: Outcomes) -> dict[str, Any]:
        """All figures. Plain JSON, and the same for the same outcomes."""
        ...

    def tables(self, figures: Mapping[str, Any]) -> list[Table]:
        """The figures, to be read."""
        ...

    def charts(self, figures: Mapping[str, Any]) -> list[Chart]:
        """The figures, to be seen."""
        ...

    def worst(self, photos: Sequence[TaskPhoto], outcomes: Outcomes, limit: int) -> list[Case]:
        """What went wrong most clearly, worst first."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A photo that could not be looked at."""

    photo: str
    kind: str
    """Name of the error's class."""
    message: str


@dataclass(frozen=True, slots=True)
class TaskRun:
    """What came out."""

    task: Task
    selection: Selection
    engines: EngineNames
    photos: tuple[TaskPhoto, ...]
    """Those that were looked at."""
    outcomes: dict[str, Outcome]
    figures: dict[str, Any]
    failures: tuple[Failure, ...]
    problems: dict[str, int]
    """What was odd about the data set, by kind; `whichtext data check` tells more."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Not the same twice: wall and processor seconds of this run, and of the parts that the task times."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "schema_version": 1,
            "document": "evaluation",
            "task": self.task.name,
            **self.selection.to_dict(),
            "photos": len(self.photos),
            "sources": sorted({photo.record.source for photo in self.photos if photo.record.source})[:20],
            "are_crops": all(not text.polygon for photo in self.photos for text in photo.record.texts),
            "failures": [{"photo": one.photo, "type": one.kind, "message": one.message} for one in self.failures],
            "data_problems": self.problems,
            "engines": self.engines.to_dict(),
            "settings": self.task.configuration(),
            "software": software(),
            "seconds": self.seconds,
            "figures": self.figures,
        }


def run_task(
    task: Task,
    selection: Selection,
    engines: EngineNames,
    *,
    jobs: int = 1,
    journal: Path | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> TaskRun:
    """Look at every photo and compute the figures. `progress` is told (done, total, name of a photo that is done)."""
    if jobs < 1:
        raise InputError(f"the number of workers is a whole number from 1, not {jobs}")
    problems = Problems()
    photos = select_photos(selection, task.wants, problems=problems)
    configuration = {
        "task": task.name,
        "dataset": selection.dataset,
        "path": str(selection.path.resolve()),
        **task.configuration(),
        **engines.to_dict(),
        "whichtext": __version__,
        "weights": weights_digest(),
    }
    start, used = time.perf_counter(), processor_seconds()
    found: dict[str, Outcome] = {}
    failures: list[Failure] = []
    with nullcontext() if journal is None else Journal(journal, configuration) as book:
        for photo in photos:
            known = None if book is None else book.outcome_of(photo)
            if known is not None:
                found[photo.name] = known
        missing = [photo for photo in photos if photo.name not in found]
        kept = done = len(found)
        progress(done, len(photos), "")
        for photo, result in _looked_at(task, missing, engines, jobs):
            done += 1
            if isinstance(result, Failure):
                failures.append(result)
            else:
                found[photo.name] = result
                if book is not None:
                    book.add(photo, result)
            progress(done, len(photos), photo.name)
    looked_at = tuple(photo for photo in photos if photo.name in found)
    if not looked_at:
        raise BadImage(f"not one of {len(photos)} photos could be read; the first: {failures[0].message}")
    outcomes = {photo.name: found[photo.name] for photo in looked_at}
    order = {photo.name: number for number, photo in enumerate(photos)}
    seconds = {
        "wall": time.perf_counter() - start,
        "processor": processor_seconds() - used,
        "photos_from_journal": float(kept),
        "jobs": float(jobs),
        **_seconds_a_photo(outcomes),
    }
    return TaskRun(
        task=task,
        selection=selection,
        engines=engines,
        photos=looked_at,
        outcomes=outcomes,
        figures=task.measure(looked_at, outcomes),
        failures=tuple(sorted(failures, key=lambda failure: order[failure.photo])),
        problems=problems.counts,
        seconds=seconds,
    )


def software() -> dict[str, str]:
    """Versions, and the kind of machine."""
    import numpy
    import onnxruntime

    return {
        "whichtext": __version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "onnxruntime": onnxruntime.__version__,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }


def weights_digest() -> str:
    """What stands for all weights of the package: the manifest names the sha256 of each."""
    import hashlib

    from whichtext.weights import list_weights

    listed = "\n".join(f"{weight.name} {weight.sha256}" for weight in list_weights())
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def processor_seconds() -> float:
    """Of this process and its finished children, over all cores."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _looked_at(
    task: Task, photos: Sequence[TaskPhoto], engines: EngineNames, jobs: int
) -> Iterator[tuple[TaskPhoto, Outcome | Failure]]:
    """What came of each photo, as it comes."""
    jobs = min(jobs, len(photos))
    if jobs <= 1:
        for photo in photos:
            yield photo, _look(task, engines, photo)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker)
    try:
        waiting = {pool.submit(_look, task, engines, photo): photo for photo in photos}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@lru_cache(maxsize=1)
def _engines_of(names: EngineNames) -> Engines:
    """Those of this process: weights are loaded once for all runs with the same engines."""
    return Engines(names)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, which stops the workers; and end where the parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _look(task: Task, engines: EngineNames, photo: TaskPhoto) -> Outcome | Failure:
    """The outcome as it would come out of the journal, or why there is none."""
    start = time.perf_counter()
    try:
        outcome = task.look(_engines_of(engines), photo)
    except InputError as error:
        return Failure(photo.name, type(error).__name__, str(error))
    seconds = {"photo": time.perf_counter() - start, **outcome.pop("seconds", {})}
    plain: Outcome = json.loads(json.dumps({**outcome, "seconds": seconds}))
    return plain


def _seconds_a_photo(outcomes: Outcomes) -> dict[str, float]:
    """Median of each part that was timed, in seconds."""
    from statistics import median

    parts: dict[str, list[float]] = {}
    for outcome in outcomes.values():
        for part, value in outcome.get("seconds", {}).items():
            parts.setdefault(part, []).extend(value if isinstance(value, list) else [value])
    return {f"{part}_median": median(values) for part, values in parts.items() if values}
