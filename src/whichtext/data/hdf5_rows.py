"""SynthText's HDF5 files, read in a process of their own.

The HDF5 library is C code that trusts its files: on damaged ones it may run for ever or crash. So a child process reads
the file and sends one JSON line an image; a child that crashes, takes too much memory or says nothing for too long is
an error like any other.

Two layouts: MATLAB 7.3 (cell arrays are data sets of references, and the axes are reversed) and that of SynthText's own
generator (group `data`, one data set an image with the attributes wordBB, charBB, txt). Needs h5py.
"""

import importlib
import importlib.util
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whichtext.data.files import ReadLimits
from whichtext.errors import DatasetError

__all__ = ["VARIABLES", "Hdf5Row", "as_row", "read_rows", "rows_in_this_process"]

VARIABLES = ("imnames", "wordBB", "charBB", "txt")
_MAX_IMAGES = 10_000_000
_MAX_CELL_BYTES = 8_000_000
_MAX_MEMORY = 8_000_000_000
"""Address space of the child, where the system can limit it."""
_ERRORS = (
    *(OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, MemoryError),
    *(UnicodeError, NotImplementedError, AssertionError, SystemError),
)
"""What h5py raises for damaged files."""


class Hdf5Row(NamedTuple):
    """One image as the file has it."""

    path: str
    name: str
    words: NDArray[np.float64]
    """(2, 4) or (2, 4, N)."""
    characters: NDArray[np.float64]
    txt: list[str]


def read_rows(path: Path, limits: ReadLimits) -> Iterator[Hdf5Row]:
    """Images of a file, read by a child process."""
    if importlib.util.find_spec("h5py") is None:
        raise DatasetError("an HDF5 file needs h5py: pip install 'whichtext[data]'", file=str(path))
    # -P: a file h5py.py in the working folder is not what is meant.
    yield from _answers([sys.executable, "-P", "-m", "whichtext.data.hdf5_rows", str(path.absolute())], path, limits)


def rows_in_this_process(path: Path) -> Iterator[Hdf5Row]:
    """Images of a file; one of `_ERRORS` where it is damaged, or worse."""
    h5py: Any = importlib.import_module("h5py")
    with h5py.File(path, "r") as file:
        yield from _generated(file) if "data" in file else _matlab73(file)


def _answers(command: Sequence[str], path: Path, limits: ReadLimits) -> Iterator[Hdf5Row]:
    """What a child says, line by line; it ends with {"end": true} or {"error": ...}, or it has crashed."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        watch = _Watch(child, limits.max_seconds)
        try:
            while True:
                with watch:
                    line = child.stdout.readline(limits.max_bytes)
                if watch.has_struck:
                    raise DatasetError(f"HDF5 gave nothing for {limits.max_seconds:g} seconds", file=str(path))
                if not line.endswith(b"\n"):
                    raise DatasetError(f"HDF5 crashed (exit code {child.wait()})", file=str(path))
                answer = json.loads(line)
                if "end" in answer:
                    return
                if "error" in answer:
                    raise DatasetError(f"no usable HDF5 file: {answer['error']}", file=str(path))
                boxes = [
                    np.array(answer[key][1], dtype=np.float64).reshape(answer[key][0]) for key in ("words", "chars")
                ]
                yield Hdf5Row(answer["path"], answer["name"], boxes[0], boxes[1], answer["txt"])
        finally:
            watch.stop()
            child.kill()


class _Watch:
    """Ends a child that is waited for too long; time that its reader spends elsewhere does not count."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.has_struck = False
        self._child = child
        self._seconds = seconds
        self._since: float | None = None
        self._stopped = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *error: object) -> None:
        self._since = None

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(min(1.0, self._seconds / 4)):
            since = self._since
            if since is not None and time.monotonic() - since > self._seconds:
                self.has_struck = True
                self._child.kill()
                return


def _matlab73(file: Any) -> Iterator[Hdf5Row]:
    arrays = [file[name] for name in VARIABLES]
    sizes = {array.size for array in arrays}
    if len(sizes) != 1 or max(sizes) > _MAX_IMAGES:
        raise ValueError(f"the variables do not have one cell for each image: {sorted(sizes)}")
    for number in range(arrays[0].size):
        name, words, characters, txt = (_referred(file, array, number) for array in arrays)
        yield Hdf5Row(
            f"{{{number + 1}}}",
            _chars(name),
            words.astype(np.float64),
            characters.astype(np.float64),
            _chars(txt).split("\n"),
        )


def _referred(file: Any, array: Any, number: int) -> NDArray[Any]:
    reference = array[np.unravel_index(number, array.shape[::-1])[::-1]]
    target = file[reference]
    if target.attrs.get("MATLAB_empty", 0) or target.size == 0:
        return np.zeros((0, 0))
    if target.size * target.dtype.itemsize > _MAX_CELL_BYTES:
        raise ValueError(f"a cell of {target.size} numbers")
    return np.asarray(target[()]).T


def _chars(codes: NDArray[Any]) -> str:
    """A char array of UTF-16 codes, one row a line."""
    if not codes.size:
        return ""
    if codes.dtype.kind != "u" or codes.ndim > 2:
        raise ValueError("characters were expected")
    rows = np.atleast_2d(codes).astype("<u2")
    return "\n".join(row.tobytes().decode("utf-16-le").rstrip(" ") for row in rows)


def _generated(file: Any) -> Iterator[Hdf5Row]:
    for name in file["data"]:
        attributes = file["data"][name].attrs
        rows = [row.decode("utf-8") if isinstance(row, bytes) else str(row) for row in attributes["txt"]]
        words, characters = (np.asarray(attributes[key]).astype(np.float64) for key in ("wordBB", "charBB"))
        yield Hdf5Row(f"{{{name}}}", str(name), words, characters, [part for row in rows for part in row.split("\n")])


def _as_answer(row: Hdf5Row) -> dict[str, Any]:
    return {
        "path": row.path,
        "name": row.name,
        "words": [row.words.shape, row.words.ravel().tolist()],
        "chars": [row.characters.shape, row.characters.ravel().tolist()],
        "txt": row.txt,
    }


def as_row(answer: dict[str, Any]) -> Hdf5Row:
    """An image from what the child says."""
    words, characters = (np.array(answer[key][1], np.float64).reshape(answer[key][0]) for key in ("words", "chars"))
    return Hdf5Row(answer["path"], answer["name"], words, characters, answer["txt"])


def _serve(path: Path) -> Iterator[dict[str, Any]]:
    """What the child says."""
    try:
        for row in rows_in_this_process(path):
            yield _as_answer(row)
    except _ERRORS as error:
        yield {"error": f"{type(error).__name__}: {error}"[:1000]}
    else:
        yield {"end": True}


def _limit_memory() -> None:
    if importlib.util.find_spec("resource") is None:  # Windows
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = _MAX_MEMORY if hard == resource.RLIM_INFINITY else min(_MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    _limit_memory()
    for _answer in _serve(Path(sys.argv[1])):
        sys.stdout.write(json.dumps(_answer) + "\n")
