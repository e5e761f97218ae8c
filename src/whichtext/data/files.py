"""Opening what others made: bounded reads, strict decoding, names that cannot lead out of their folder.

A data set lies in one file, in a folder of small files, or in a zip archive of them as the organisers hand it out; an
archive is read in place and never unpacked. Every failure is a `DatasetError` that names the file.
"""

import os
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from whichtext.errors import DatasetError

__all__ = [
    "DEFAULT_LIMITS",
    "Folder",
    "ReadLimits",
    "decode",
    "is_safe_name",
    "natural_order",
    "picture_beside",
    "read_bytes",
]


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Sizes beyond which a file is refused before it is read."""

    max_bytes: int = 2_000_000_000
    """Of an annotation file for a whole set; COCO's instances_train2014.json has 330 MB."""
    max_small_bytes: int = 16_000_000
    """Of one file for one image."""
    max_pickle_bytes: int = 200_000_000
    """Of a pickle, whose values all lie in memory at once."""
    max_seconds: float = 60.0
    """Without an image from an HDF5 file."""
    max_files: int = 2_000_000
    """Entries of one folder or archive."""


DEFAULT_LIMITS = ReadLimits()

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # encrypted
    OSError,
    ValueError,
    OverflowError,
)
"""What the standard library raises for damaged archives."""


def read_bytes(path: str | os.PathLike[str], *, max_bytes: int = DEFAULT_LIMITS.max_bytes) -> bytes:
    """Content of a regular file of at most `max_bytes`."""
    name = os.fspath(path)
    try:
        if not os.path.isfile(name):
            kind = "is a folder" if os.path.isdir(name) else "does not exist or is no regular file"
            raise DatasetError(f"{kind}: give the path of the annotation file", file=name)
        with open(name, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                raise DatasetError(f"{size} bytes, more than the limit of {max_bytes}", file=name)
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise DatasetError(f"cannot be read: {_reason(error)}", file=name) from error
    if len(data) > max_bytes:
        raise DatasetError(f"more than the limit of {max_bytes} bytes", file=name)
    return data


def decode(data: bytes, file: str) -> str:
    """Text of a UTF-8 file, with or without byte-order mark; `DatasetError` with the line of the first wrong byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = data[error.start]
        raise DatasetError(
            f"byte 0x{wrong:02x} is not UTF-8: convert the file to UTF-8", file=file, line=line
        ) from error


def is_safe_name(name: str) -> bool:
    """Whether a relative path stays below the folder that it is joined to, on every system."""
    if not name or len(name) > 1000 or "\0" in name or "\\" in name or ":" in name or name.startswith("/"):
        return False
    return ".." not in name.split("/") and posixpath.normpath(name) not in {".", ".."}


def natural_order(name: str) -> tuple[tuple[str, int, str], ...]:
    """Sort key by which `img_2` stands before `img_10`."""
    pieces = re.findall(r"([^0-9]*)(?:0*)([0-9]*)", name)
    return tuple((text, len(digits), digits) for text, digits in pieces)


class Folder:
    """The small files of a folder or of a zip archive, by name; close it, or use it in a `with` statement."""

    def __init__(self, path: str | os.PathLike[str], *, limits: ReadLimits = DEFAULT_LIMITS) -> None:
        self.path = os.fspath(path)
        self._limits = limits
        self._archive: zipfile.ZipFile | None = None
        self._names: list[str]
        if os.path.isdir(self.path):
            self._names = self._list_folder()
        elif os.path.isfile(self.path):
            self._names = self._list_archive()
        else:
            raise DatasetError("does not exist: give a folder or a .zip archive", file=self.path)
        self._names.sort(key=natural_order)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()

    def __iter__(self) -> Iterator[str]:
        """Names in natural order, unsafe ones included: check them with `is_safe_name`."""
        return iter(self._names)

    def place(self, name: str) -> str:
        """How a file is called in messages."""
        return f"{self.path}!{name}" if self._archive is not None else os.path.join(self.path, name)

    def read(self, name: str) -> bytes:
        """Content of one file, bounded."""
        limit = self._limits.max_small_bytes
        if self._archive is None:
            return read_bytes(os.path.join(self.path, name), max_bytes=limit)
        try:
            entry = self._archive.getinfo(name)
            if entry.file_size > limit:
                raise DatasetError(f"{entry.file_size} bytes, more than the limit of {limit}", file=self.place(name))
            with self._archive.open(entry) as file:
                data = file.read(limit + 1)
        except KeyError as error:
            raise DatasetError("is not in the archive", file=self.place(name)) from error
        except _ZIP_ERRORS as error:
            raise DatasetError(f"cannot be unpacked: {_reason(error)}", file=self.place(name)) from error
        if len(data) > limit:
            raise DatasetError(f"more than the limit of {limit} bytes", file=self.place(name))
        return data

    def _list_folder(self) -> list[str]:
        names = []
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    if entry.is_file() and not entry.name.startswith("."):
                        names.append(entry.name)
                    self._check_number(len(names))
        except OSError as error:
            raise DatasetError(f"cannot be listed: {_reason(error)}", file=self.path) from error
        return names

    def _list_archive(self) -> list[str]:
        try:
            self._archive = zipfile.ZipFile(self.path)
            entries = self._archive.infolist()
        except _ZIP_ERRORS as error:
            raise DatasetError(f"is no folder and no zip archive: {_reason(error)}", file=self.path) from error
        self._check_number(len(entries))
        names = [entry.filename for entry in entries if not entry.is_dir()]
        return [name for name in names if not name.startswith("__MACOSX/") and posixpath.basename(name)[:1] != "."]

    def _check_number(self, number: int) -> None:
        if number > self._limits.max_files:
            raise DatasetError(f"more than {self._limits.max_files} files", file=self.path)


def picture_beside(folder: Path, file: str | None, stem: str) -> Path | None:
    """The picture of an image below a folder: by its name, or by its stem and a usual suffix; None if absent."""
    names = [file] if file is not None else []
    start = file.rpartition(".")[0] if file is not None and "." in file else stem
    names += [start + suffix for suffix in (".jpg", ".png", ".jpeg", ".JPG", ".PNG", ".gif", ".bmp")]
    for name in names:
        if is_safe_name(name):
            path = folder / name
            if path.is_file():
                return path
    return None


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
