"""Which photos of a data set a run is about."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whichtext.data.datasets import read_dataset
from whichtext.data.files import picture_beside
from whichtext.data.options import ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord
from whichtext.errors import BadImage, DatasetError, InputError

__all__ = ["Selection", "TaskPhoto", "select_photos"]


@dataclass(frozen=True, slots=True)
class Selection:
    """A data set, or a part of it."""

    dataset: str
    """Name of the reader."""
    path: Path
    """Its annotations."""
    images: Path | None = None
    """Folder of the pictures; None is the folder of the annotations."""
    split: str | None = None
    source: str | None = None
    """The source that a record names, or the beginning of the names of its photos: `ic15_`."""
    limit: int | None = None
    """The first so many photos only."""
    lexicons: Path | None = None
    """Words that may be read: a list for each photo, or one for all."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "dataset": self.dataset,
            "path": str(self.path),
            "images": None if self.images is None else str(self.images),
            "split": self.split,
            "source": self.source,
            "limit": self.limit,
            "lexicons": None if self.lexicons is None else str(self.lexicons),
        }


@dataclass(frozen=True, slots=True)
class TaskPhoto:
    """One photo with what is true about it."""

    name: str
    """Unique in the run."""
    record: ImageRecord
    picture: Path | None
    """None where the file is not there."""

    @property
    def path(self) -> Path:
        """The picture. Raises `BadImage` where it is not there."""
        if self.picture is None:
            raise BadImage(f"the picture {self.record.file or self.name!r} is missing")
        return self.picture


def select_photos(
    selection: Selection, wants: Callable[[ImageRecord], bool], *, problems: Problems
) -> tuple[TaskPhoto, ...]:
    """The photos that are chosen and that a task has a use for, in the order of the data set.

    Raises `DatasetError` where none is left, or where not one picture is there.
    """
    if not selection.path.exists():
        raise DatasetError("does not exist: give the annotations of the data set", file=str(selection.path))
    folder = selection.images or (selection.path if selection.path.is_dir() else selection.path.parent)
    if not folder.is_dir():
        raise InputError(f"{str(folder)!r} is no folder: give the folder of the pictures with --images")
    options = ReadOptions(lexicons=selection.lexicons)
    photos: list[TaskPhoto] = []
    seen = chosen = 0
    splits: set[str] = set()
    for record in read_dataset(selection.dataset, selection.path, problems=problems, options=options):
        seen += 1
        splits.add(record.split or "none")
        if not _is_chosen(record, selection):
            continue
        chosen += 1
        if not wants(record):
            continue
        photos.append(
            TaskPhoto(str(record.image_id), record, picture_beside(folder, record.file, str(record.image_id)))
        )
        if selection.limit is not None and len(photos) >= selection.limit:
            break
    if not photos:
        raise DatasetError(_why_none(selection, seen, chosen, splits), file=str(selection.path))
    if all(photo.picture is None for photo in photos):
        raise DatasetError(
            f"not one of the {len(photos)} pictures is in {str(folder)!r}, the first is"
            f" {photos[0].record.file or photos[0].name!r}: give their folder with --images",
            file=str(selection.path),
        )
    return tuple(photos)


def _is_chosen(record: ImageRecord, selection: Selection) -> bool:
    if selection.split is not None and record.split != selection.split:
        return False
    source = selection.source
    return source is None or record.source == source or str(record.image_id).startswith(source)


def _why_none(selection: Selection, seen: int, chosen: int, splits: set[str]) -> str:
    if not seen:
        return "there is no usable image"
    if chosen:
        return f"of {chosen} images none has what this task needs: texts, transcriptions or descriptions"
    return (
        f"of {seen} images none is of split {selection.split or 'any'} and source {selection.source or 'any'};"
        f" the splits are {', '.join(sorted(splits))}"
    )
