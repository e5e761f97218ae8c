"""Writing records: TextRef JSON Lines, or the text files of a layout in a folder or a zip archive. All of it or
nothing.

The same records always give the same bytes.
"""

import mmap
import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from whichtext.data.layouts import LAYOUTS, file_stem
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord
from whichtext.data.textref_writing import record_to_line
from whichtext.errors import OutputError
from whichtext.output import write_file

__all__ = ["TARGETS", "write_dataset", "write_lines"]

TARGETS = ("textref", *LAYOUTS)
"""What can be written."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_dataset(records: Iterable[ImageRecord], target: str, path: Path, *, problems: Problems) -> int:
    """Write records as one of `TARGETS` and return how many images were written.

    textref is a file; the others are a new folder, or an archive where the path ends in `.zip`. Folders that hold
    something are never written into.
    """
    if target not in TARGETS:
        raise OutputError(f"cannot write {target!r}: use one of {', '.join(TARGETS)}")
    if target == "textref":
        return write_lines(map(record_to_line, records), path)
    files = _layout_files(records, target, problems)
    return _write_archive(files, path) if path.suffix.lower() == ".zip" else _write_folder(files, path)


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Write lines as UTF-8 and return how many they were."""
    count = 0
    with _draft(path) as draft:
        for line in lines:
            draft.write(line.encode("utf-8"))
            count += 1
        _publish(draft, path)
    return count


def _layout_files(records: Iterable[ImageRecord], target: str, problems: Problems) -> Iterator[tuple[str, bytes]]:
    layout = LAYOUTS[target]
    names: set[str] = set()
    for record in records:
        name = f"{layout.prefix}{file_stem(record, problems)}.txt"
        if name.lower() in names:
            problems.drop("duplicate-id", record.place, f"another image has the file name {name!r}")
            continue
        names.add(name.lower())
        yield name, layout.content(record, problems).encode("utf-8")


def _write_archive(files: Iterable[tuple[str, bytes]], path: Path) -> int:
    count = 0
    with _draft(path) as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files:
                archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), data, zipfile.ZIP_DEFLATED)
                count += 1
        _publish(draft, path)
    return count


def _write_folder(files: Iterable[tuple[str, bytes]], path: Path) -> int:
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise OutputError(f"{str(path)!r} exists and is no empty folder: choose another")
    draft = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}.part")
    count = 0
    try:
        draft.mkdir()
        for name, data in files:
            write_file(draft / name, data)
            count += 1
        os.replace(draft, path)
    except OSError as error:
        raise OutputError(f"cannot write {str(path)!r}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return count


def _draft(path: Path) -> IO[bytes]:
    """A nameless file for what is written; a data set may be larger than the memory."""
    try:
        return tempfile.TemporaryFile(dir=path.parent if path.parent.is_dir() else None)
    except OSError as error:
        raise OutputError(f"cannot write {str(path)!r}: {error.strerror or error}") from error


def _publish(draft: IO[bytes], path: Path) -> None:
    draft.flush()
    if not draft.tell():
        write_file(path, b"")
        return
    with mmap.mmap(draft.fileno(), 0, access=mmap.ACCESS_READ) as content:
        write_file(path, cast(bytes, content))  # copied from the map to the final file, never held in memory
