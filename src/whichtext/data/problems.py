"""What is wrong in a data set, counted: nothing that a reader leaves out is left out silently.

A reader that meets an item it cannot use reports it here and goes on; a file it cannot use at all is a `DatasetError`.
Counts are exact whatever the number; of each kind the first few problems are kept with their place.
"""

from collections import Counter
from dataclasses import dataclass

from whichtext.data.record import Place
from whichtext.errors import DatasetError

__all__ = ["Problem", "Problems"]

KINDS = {
    "malformed": "an item that is not what the format says",
    "unreadable": "a file that cannot be read or decoded",
    "unsafe-name": "a file name that is absolute or leads upwards",
    "orphan": "an item whose image, object or text does not exist",
    "duplicate-id": "an id that was used before",
    "missing-file": "a picture or companion file that is not there",
    "outside": "points outside the picture",
    "degenerate": "a region without area",
    "self-crossing": "a polygon whose edges cross",
    "counter-clockwise": "a polygon that runs against the clock",
    "empty-string": "a text that counts but has no transcription",
    "wrong-size": "a picture that is not as large as the annotations say",
    "lost": "something that the format written to has no place for",
    "stale": "a decision about something that no longer exists",
}
"""Every kind of problem that is reported."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    kind: str
    """One of `KINDS`."""
    place: Place
    message: str
    is_dropped: bool
    """Whether the item is missing in what the reader gives."""

    def __str__(self) -> str:
        fate = " (left out)" if self.is_dropped else ""
        return f"{self.place}: {self.kind}: {self.message}{fate}"


class Problems:
    """Collects problems; counts all of them, keeps the first `keep` of each kind.

    With `strict`, the first item that would be left out is a `DatasetError` instead.
    """

    def __init__(self, *, keep: int = 1000, strict: bool = False) -> None:
        self._keep = keep
        self._strict = strict
        self._counts: Counter[str] = Counter()
        self._dropped = 0
        self._kept: list[Problem] = []

    def drop(self, kind: str, place: Place, message: str) -> None:
        """Report an item that is left out."""
        if self._strict:
            raise DatasetError(f"{kind}: {message}", file=place.file, line=place.line, path=place.path)
        self._dropped += 1
        self._add(Problem(kind, place, message, is_dropped=True))

    def note(self, kind: str, place: Place, message: str) -> None:
        """Report an item that is odd but kept."""
        self._add(Problem(kind, place, message, is_dropped=False))

    @property
    def counts(self) -> dict[str, int]:
        """How often each kind was met, by name of the kind."""
        return dict(sorted(self._counts.items()))

    @property
    def total(self) -> int:
        """How many problems there are."""
        return self._counts.total()

    @property
    def dropped(self) -> int:
        """How many items were left out."""
        return self._dropped

    @property
    def kept(self) -> tuple[Problem, ...]:
        """The first problems of each kind, in the order in which they were met."""
        return tuple(self._kept)

    def _add(self, problem: Problem) -> None:
        assert problem.kind in KINDS, problem.kind
        self._counts[problem.kind] += 1
        if self._counts[problem.kind] <= self._keep:
            self._kept.append(problem)
