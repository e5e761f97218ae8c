"""The journal of a run: what came of each photo, one line a photo, so that a run that was stopped goes on from there.

JSON Lines, UTF-8. The first line says what the outcomes depend on (`configuration`); every other one is `{"photo",
"record", "outcome"}`, where `record` is a digest of what the data set says of the photo: where the annotations have
changed, the photo is looked at again, and the later line counts. A last line without its line end was torn when the
run was stopped; it is cut off. Any other damage is an error, and so is a journal of another configuration.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from whichtext.errors import DatasetError, OutputError
from whichtext.evaluation.tasks.photos import TaskPhoto

__all__ = ["Journal"]

SCHEMA_VERSION = 1
MAX_LINE = 200_000_000

Outcome = dict[str, Any]


class Journal:
    """An open journal: holds what is known, and adds what comes."""

    def __init__(self, path: Path, configuration: Mapping[str, Any]) -> None:
        self._path = path
        self._known: dict[str, tuple[str, Outcome]] = {}
        configuration = json.loads(json.dumps(configuration))
        try:
            size = self._load(configuration) if path.exists() else 0
            self._file: BinaryIO = open(path, "ab")  # noqa: SIM115
            self._file.truncate(size)
        except OSError as error:
            raise OutputError(f"cannot open the journal {str(path)!r}: {error.strerror or error}") from error
        if not size:
            self._write({"schema_version": SCHEMA_VERSION, "configuration": configuration})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def outcome_of(self, photo: TaskPhoto) -> Outcome | None:
        """What is known of a photo; None where nothing is, or where its annotations were others."""
        digest, outcome = self._known.get(photo.name, ("", None))
        return outcome if digest == _digest(photo) else None

    def add(self, photo: TaskPhoto, outcome: Outcome) -> None:
        """Write down what came of a photo."""
        self._write({"photo": photo.name, "record": _digest(photo), "outcome": outcome})

    def _write(self, row: Mapping[str, Any]) -> None:
        try:
            self._file.write((json.dumps(row) + "\n").encode("utf-8"))
            self._file.flush()
        except OSError as error:
            raise OutputError(f"cannot write to the journal {str(self._path)!r}: {error.strerror or error}") from error

    def _load(self, configuration: Any) -> int:
        """Read what is there; the length of it in bytes, without a torn last line."""
        size = 0
        with open(self._path, "rb") as file:
            number = 0
            while line := file.readline(MAX_LINE):
                if not line.endswith(b"\n"):
                    break
                number += 1
                self._take(line, number, configuration)
                size += len(line)
        return size

    def _take(self, line: bytes, number: int, configuration: Any) -> None:
        where = str(self._path)
        try:
            row = json.loads(line.decode("utf-8"))
            if number > 1:
                self._known[str(row["photo"])] = (str(row["record"]), dict(row["outcome"]))
                return
            theirs = row["configuration"]
            version = row["schema_version"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            reason = "this is no journal of whichtext evaluate" if number == 1 else "the line is damaged"
            raise DatasetError(f"{reason}: choose another file, or remove it", file=where, line=number) from error
        if version != SCHEMA_VERSION or theirs != configuration:
            raise DatasetError(
                f"the journal is of another run ({_difference(theirs, configuration)}): choose another file, or"
                " remove it",
                file=where,
                line=1,
            )


def _digest(photo: TaskPhoto) -> str:
    record = photo.record
    told = (record.texts, record.expressions, record.lines)
    size = photo.picture.stat().st_size if photo.picture is not None else None
    # The places in the files are not compared: a comment line more changes no outcome.
    text = "\n".join(repr([_without_place(part) for part in parts]) for parts in told)
    return hashlib.sha256(f"{text}\n{size}".encode()).hexdigest()[:16]


def _without_place(part: Any) -> Any:
    names = getattr(type(part), "__dataclass_fields__", None)
    return part if names is None else [getattr(part, name) for name in names if name != "place"]


def _difference(theirs: Any, ours: Any) -> str:
    """The first thing in which two configurations differ."""
    if not isinstance(theirs, dict):
        return "its first line is unreadable"
    for key in [*ours, *theirs]:
        if theirs.get(key) != ours.get(key):
            return f"{key}: {os.fsdecode(str(theirs.get(key))[:80])!r} there, {str(ours.get(key))[:80]!r} now"
    return "it has another version"
