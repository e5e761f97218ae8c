"""Writing result files: pictures encoded from pixels alone, files all or nothing, and never over the original.

A picture that is written holds what its pixels hold and nothing else: no EXIF, XMP, IPTC or ICC data, no comment, no
thumbnail, no text chunk. A file is written beside its final place, flushed to the disk and moved there in one step, so
that under its name there is either all of it or what was there before.
"""

import hashlib
import os
import secrets
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.errors import OutputError
from whichtext.image import Origin

__all__ = ["DEFAULT_QUALITY", "PICTURE_FORMATS", "encode_picture", "picture_format", "write_file"]

PICTURE_FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
"""Formats that pictures are written in, by file suffix. All but JPEG keep every pixel as it is."""

DEFAULT_QUALITY = 92
"""Of JPEG, 1 to 100."""


def picture_format(path: str | os.PathLike[str]) -> str:
    """Format that a file's suffix asks for; `OutputError` for one that is not written."""
    suffix = Path(path).suffix.lower()
    if suffix not in PICTURE_FORMATS:
        raise OutputError(f"cannot write a picture as {suffix or 'a file without suffix'!r}: use {_listed()}")
    return PICTURE_FORMATS[suffix]


def encode_picture(pixels: NDArray[np.uint8], path: str | os.PathLike[str], *, quality: int = DEFAULT_QUALITY) -> bytes:
    """Content of a picture file for (H, W, 3) uint8 RGB pixels, in the format that the suffix of `path` asks for."""
    if isinstance(quality, bool) or not isinstance(quality, int) or not 1 <= quality <= 100:
        raise OutputError(f"quality must be a whole number from 1 to 100, not {quality!r}")
    name = picture_format(path)
    options: dict[str, dict[str, Any]] = {
        # Full colour resolution: writing is what these pictures are about, and half of it frays thin coloured strokes.
        # No "optimize": Pillow then needs the whole file in a buffer whose size it guesses, too small for noisy photos.
        "JPEG": {"quality": quality, "subsampling": 0},
        "WEBP": {"lossless": True},
        "TIFF": {"compression": "tiff_lzw"},
    }
    file = BytesIO()
    try:
        Image.fromarray(np.ascontiguousarray(pixels)).save(file, name, **options.get(name, {}))
    except (OSError, ValueError, MemoryError) as error:
        height, width = pixels.shape[:2]
        raise OutputError(f"cannot encode {width} x {height} pixels as {name}: {error}") from error
    return file.getvalue()


def write_file(
    path: str | os.PathLike[str], data: bytes, *, origin: Origin | None = None, in_place: bool = False
) -> None:
    """Write a file, all of it or nothing.

    `origin` is the photo that the result was made from: it is not written over, under whatever name or link, unless
    `in_place`. Of a photo that came as bytes, a file of the same content counts as the original.
    """
    try:
        target = os.fspath(path)
        if origin is not None and not in_place and _is_original(target, origin):
            raise OutputError(f"{target!r} is the original photo: choose another file, or say in_place=True")
        if os.path.isdir(target):
            raise OutputError(f"{target!r} is a folder: give the path of a file")
        if os.path.exists(target) and not os.path.isfile(target):
            raise OutputError(f"{target!r} is no regular file: give the path of a file")
        if in_place:
            target = os.path.realpath(target)
        _replace(target, data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise OutputError(f"cannot write {os.fspath(path)!r}: {reason}") from error


def _is_original(target: str, origin: Origin) -> bool:
    """Whether a path leads to the photo that was read: by its place, its identity or its content."""
    if origin.path is not None and os.path.realpath(target) == origin.path:
        return True
    try:
        status = os.stat(target)
    except FileNotFoundError:
        return False
    if origin.device_and_inode == (status.st_dev, status.st_ino):
        return True
    if origin.sha256 is None or status.st_size != origin.size or not os.path.isfile(target):
        return False
    with open(target, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == origin.sha256


def _replace(target: str, data: bytes) -> None:
    """Write a new file beside the target and move it there; on any failure nothing is left behind."""
    folder, name = os.path.split(target)
    draft = os.path.join(folder, f".{name[:40]}.{secrets.token_hex(6)}.part")
    # Exclusive and without following links: nothing that is already there is opened. 0o666 is cut by the umask.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft, flags, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.path.isfile(target) and hasattr(os, "fchmod"):
                os.fchmod(descriptor, os.stat(target).st_mode & 0o777)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise
    _sync_folder(folder or ".")


def _sync_folder(folder: str) -> None:
    """Make the new name in a folder survive a power cut, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _listed() -> str:
    """Suffixes of the formats that are written, as a sentence has them."""
    *others, last = PICTURE_FORMATS
    return f"{', '.join(others)} or {last}"
