"""What the command tells the shell."""

from collections.abc import Iterable
from enum import IntEnum

__all__ = ["ExitCode", "best_of", "worst_of"]


class ExitCode(IntEnum):
    """Exit codes of `whichtext`; scripts may branch on them."""

    FOUND = 0
    """Answered: the text was found, or every photo was read."""
    FAILED = 1
    """whichtext itself failed: damaged weights, a failed self-test, a bug."""
    BAD_INPUT = 2
    """A photo, query, option or output path cannot be used."""
    NONE = 4
    """No text fits the description."""
    AMBIGUOUS = 5
    """Several texts fit the description."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C."""
    BROKEN_PIPE = 141
    """The program that read our output went away."""


def best_of(codes: Iterable[ExitCode]) -> ExitCode:
    """One code for a search in many photos: found anywhere is found, but an unread photo is never hidden."""
    return _first(codes, (ExitCode.FAILED, ExitCode.BAD_INPUT, ExitCode.FOUND, ExitCode.AMBIGUOUS, ExitCode.NONE))


def worst_of(codes: Iterable[ExitCode]) -> ExitCode:
    """One code for a duty on many photos: done is done only where every photo is done."""
    return _first(codes, (ExitCode.FAILED, ExitCode.BAD_INPUT, ExitCode.AMBIGUOUS, ExitCode.NONE, ExitCode.FOUND))


def _first(codes: Iterable[ExitCode], order: tuple[ExitCode, ...]) -> ExitCode:
    seen = set(codes)
    return next((code for code in order if code in seen), ExitCode.FOUND)
