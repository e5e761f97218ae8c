"""Which photos the arguments name: files, folders (all pictures below them, sorted), `-` for stdin."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from whichtext.errors import BadImage, OutputError

__all__ = ["PICTURE_SUFFIXES", "Source", "list_sources", "output_path"]

PICTURE_SUFFIXES = frozenset(
    {".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)  # only for picking files out of folders: a file that is named itself is tried whatever its name


@dataclass(frozen=True, slots=True)
class Source:
    """One photo to be read."""

    name: str
    """As given, or below the folder that was given; `-` for stdin."""
    relative: PurePath
    """Its place in an output folder, without suffix: the file's stem, or the path below the folder that was given.
    Unique among the photos of one call."""
    is_below_folder: bool = False
    """Whether a folder was given that it lies in."""
    problem: BadImage | None = None
    """Why there is nothing to read (a folder without pictures)."""

    def open(self) -> str | BinaryIO:
        """What to hand to the reader: the path, or stdin itself, of which the loader reads no more than its limit."""
        if self.problem is not None:
            raise self.problem
        return sys.stdin.buffer if self.name == "-" else self.name


def list_sources(arguments: Sequence[str]) -> tuple[Source, ...]:
    """Expand arguments to photos, in the order given; each folder is searched recursively and sorted by path."""
    taken: Counter[PurePath] = Counter()
    sources = []
    for source in (source for argument in arguments for source in _expand(argument)):
        taken[source.relative] += 1
        number = taken[source.relative]
        place = source.relative if number == 1 else source.relative.with_name(f"{source.relative.name}~{number}")
        sources.append(replace(source, relative=place))
    return tuple(sources)


def output_path(target: str, source: Source, sources: Sequence[Source], *, suffix: str) -> Path:
    """Where the product for `source` goes: into the folder `target` for many photos, otherwise to `target` itself.

    Folders are made. Raises `OutputError` where a product would overwrite one of the photos that were named.
    """
    path = Path(target)
    if len(sources) > 1 or path.is_dir() or target.endswith(os.sep) or (source.is_below_folder and not path.suffix):
        path = path / source.relative.with_name(source.relative.name + suffix)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"the folder {str(path.parent)!r} cannot be made: {error.strerror or error}") from error
    if path.exists() and any(os.path.realpath(other.name) == os.path.realpath(path) for other in sources):
        raise OutputError(f"{str(path)!r} is one of the photos to be read: choose another place for the result")
    return path


def _expand(argument: str) -> Iterator[Source]:
    if argument == "-":
        yield Source(name="-", relative=PurePath("stdin"))
    elif os.path.isdir(argument):
        found = sorted(_pictures_below(argument))
        for path in found:
            yield Source(
                name=path, relative=PurePath(os.path.relpath(path, argument)).with_suffix(""), is_below_folder=True
            )
        if not found:
            problem = BadImage(
                f"no pictures in the folder {argument!r} (looked for {', '.join(sorted(PICTURE_SUFFIXES))})"
            )
            yield Source(name=argument, relative=PurePath("empty"), problem=problem)
    else:
        yield Source(name=argument, relative=PurePath(PurePath(argument).stem or "photo"))


def _pictures_below(folder: str) -> Iterator[str]:
    # os.walk does not follow links to folders, so a loop of links ends. Hidden files are thumbnails and resource forks.
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if PurePath(name).suffix.lower() in PICTURE_SUFFIXES and not name.startswith("."):
                yield os.path.join(parent, name)
