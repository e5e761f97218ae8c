"""A progress bar on stderr, for people only: nothing is printed where stderr is no terminal."""

import shutil
import sys
from types import TracebackType
from typing import Self

from whichtext.cli.printing import visible

__all__ = ["Progress"]


class Progress:
    """Counts photos on one line of the terminal; silent for a single photo."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._is_shown = total > 1 and sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, name: str) -> None:
        """Say which photo is being read."""
        if self._is_shown:
            columns = shutil.get_terminal_size().columns
            filled = 20 * self._done // self._total
            line = f"[{'#' * filled}{'.' * (20 - filled)}] {self._done}/{self._total} {visible(name)}"
            sys.stderr.write("\r\x1b[2K" + line[: max(1, columns - 1)])
            sys.stderr.flush()

    def step(self) -> None:
        """One photo is done."""
        self._done += 1

    def clear(self) -> None:
        """Take the bar away so that other lines can be printed."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
