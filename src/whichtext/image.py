"""Any photo in, one kind of pixels out: `load_photo` gives the EXIF-upright RGB photo as a read-only (H, W, 3) array.

A source is a path, bytes, a binary file object, a Pillow picture or an array. Files are JPEG, PNG, WebP, BMP, TIFF or
GIF; of several frames the first is read. Every limit is checked before a pixel is decoded, and whatever is wrong with a
source raises one of

- `ImageTooLarge`: the file, the number of its pixels or its longer side exceeds `PhotoLimits`;
- `UnsupportedFormat` (a `BadImage`): a picture or document of another format, recognised by its first bytes;
- `BadImage`: missing, unreadable, no regular file, empty, truncated, damaged, no picture, an array of another shape or
  type, or nothing that a photo can be read from;
- `InputError`: limits that make no sense.

Nothing global is touched: no Pillow setting is changed, and no warning filter. Metadata is taken away before Pillow
sees a file, so that it has nothing to warn about.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from whichtext.errors import BadImage, ImageTooLarge, InputError, WhichtextError
from whichtext.image_header import Header, exif_orientation, read_header, xmp_orientation
from whichtext.types import PhotoInfo

__all__ = ["Origin", "Photo", "PhotoLimits", "PhotoSource", "load_photo"]

PhotoSource = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | NDArray[np.uint8]
"""What a photo can be read from. A str is a path; bytes are the content of a picture file."""


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What is refused before decoding, and whether what is left of a truncated file is accepted."""

    max_pixels: int = 50_000_000
    """Width times height."""
    max_bytes: int = 20_000_000
    """Size of the file; not applied to Pillow pictures and arrays."""
    max_side: int = 20_000
    """Longer side in pixels."""
    allow_truncated: bool = False
    """Read what is there of a truncated or damaged file; the rest is black or grey and `Photo.is_truncated` says so."""

    def __post_init__(self) -> None:
        for name in ("max_pixels", "max_bytes", "max_side"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InputError(f"{name} must be a whole number of at least 1, not {value!r}")


DEFAULT_LIMITS = PhotoLimits()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a photo came from, so that an audit can name it and nothing is ever written over it."""

    sha256: str | None = None
    """Of the file's bytes, in hex; None for Pillow pictures and arrays."""
    size: int | None = None
    """Bytes of the file."""
    path: str | None = None
    """Absolute path without symbolic links, where the photo came from a named file."""
    device_and_inode: tuple[int, int] | None = None
    """Identity of that file, whatever names it has."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo as all of whichtext sees it."""

    pixels: NDArray[np.uint8]
    """(H, W, 3) uint8 RGB, EXIF-upright, C-contiguous, read-only."""
    info: PhotoInfo
    origin: Origin = field(default_factory=Origin)
    is_truncated: bool = False
    """Whether a part of the file was missing or damaged (only with `PhotoLimits.allow_truncated`)."""

    @property
    def source_sha256(self) -> str | None:
        """SHA-256 of the file that was read, in hex; None for Pillow pictures and arrays."""
        return self.origin.sha256


def load_photo(source: PhotoSource | Photo, *, limits: PhotoLimits = DEFAULT_LIMITS) -> Photo:
    """Read a photo from wherever it is.

    A file object is read from its start where it can seek, otherwise from where it stands. A `Photo` is returned as it
    is. Arrays are (H, W) or (H, W, 1) grey, (H, W, 3) RGB or (H, W, 4) RGBA, all uint8. A transparent picture is laid
    on the backdrop, white, black or grey, from which its visible pixels stand out most.
    """
    if isinstance(source, Photo):
        return source
    if isinstance(source, np.ndarray):
        return _photo_of_array(source, limits)
    if isinstance(source, Image.Image):
        return _photo_of_picture(source, limits)
    if isinstance(source, (bytes, bytearray, memoryview)):
        _check_bytes(source.nbytes if isinstance(source, memoryview) else len(source), limits)
        return _photo_of_bytes(bytes(source), limits)
    if isinstance(source, (str, os.PathLike)):
        return _photo_of_path(source, limits)
    if callable(getattr(source, "read", None)):
        return _photo_of_file_object(source, limits)
    raise BadImage(
        f"cannot read a photo from {type(source).__name__}: "
        "give a path, bytes, a binary file, a Pillow picture or an array"
    )


# ------------------------------------------------------------------------------------------------------------ sources


def _photo_of_path(path: str | os.PathLike[str], limits: PhotoLimits) -> Photo:
    """Photo of a regular file. Nothing else is read from, so that no pipe can block us and no device flood us."""
    try:
        name = os.fsdecode(path)
        # Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever.
        descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise BadImage(f"cannot open {_shown(path)}: {_reason(error)}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise BadImage(f"{_shown(path)} is {kind}; give the path of a picture file")
        _check_bytes(status.st_size, limits)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise BadImage(f"cannot read {_shown(path)}: {_reason(error)}") from error
    finally:
        os.close(descriptor)
    _check_bytes(len(data), limits)
    return _photo_of_bytes(data, limits, source=name, path=os.path.realpath(name), status=status)


def _photo_of_file_object(file: IO[bytes], limits: PhotoLimits) -> Photo:
    """Photo of an open binary file, of which no more than the limit and one byte is read."""
    path: str | None = None
    status: os.stat_result | None = None
    try:
        if callable(getattr(file, "seekable", None)) and file.seekable():
            file.seek(0)
        parts: list[bytes] = []
        wanted = limits.max_bytes + 1
        while wanted > 0:
            part: Any = file.read(wanted)
            if not part:
                break
            if not isinstance(part, (bytes, bytearray, memoryview)):
                raise BadImage(f"the file gives {type(part).__name__} instead of bytes: open it in binary mode")
            parts.append(bytes(part))
            wanted -= len(parts[-1])
    except BadImage:
        raise
    except Exception as error:  # a file object is foreign code and may raise anything
        raise BadImage(f"cannot read the file: {_reason(error)}") from error
    data = b"".join(parts)
    _check_bytes(len(data), limits)
    if callable(getattr(file, "fileno", None)):
        try:
            status = os.fstat(file.fileno())
        except (OSError, ValueError):
            status = None  # a file in memory has no descriptor: nothing on disk needs protection
        name = getattr(file, "name", None)
        if status is not None and isinstance(name, str):
            path = os.path.realpath(name)
    return _photo_of_bytes(data, limits, path=path, status=status)


def _photo_of_bytes(
    data: bytes,
    limits: PhotoLimits,
    *,
    source: str | None = None,
    path: str | None = None,
    status: os.stat_result | None = None,
) -> Photo:
    """Photo of the content of a picture file."""
    header = read_header(data)
    _check_pixels(header.width, header.height, limits)
    if header.damage is not None and not limits.allow_truncated:
        raise BadImage(f"{header.damage}; PhotoLimits(allow_truncated=True) reads what is there")
    stored, mode, is_truncated = _decoded(header, limits)
    info = PhotoInfo(0, 0, source=source, format=header.format, mode=mode, frames=header.frames)
    is_file = status is not None and stat.S_ISREG(status.st_mode)
    origin = Origin(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        path=path if is_file else None,
        device_and_inode=(status.st_dev, status.st_ino) if status is not None and is_file else None,
    )
    return _upright_photo(stored, header.orientation, info, origin, is_truncated=is_truncated)


def _photo_of_picture(picture: Image.Image, limits: PhotoLimits) -> Photo:
    """Photo of a Pillow picture: of the frame that it stands at."""
    _check_pixels(*picture.size, limits)
    try:
        picture.load()
        exif = picture.info.get("exif")
        if isinstance(exif, bytes):
            xmp = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
            xmp = xmp.encode("utf-8", "replace") if isinstance(xmp, str) else bytes(xmp)
            orientation = exif_orientation(exif) or xmp_orientation(xmp) or 1
        else:
            orientation = picture.getexif().get(_ORIENTATION_TAG, 1)
        stored = _rgb_array(picture)
    except WhichtextError:
        raise
    except MemoryError as error:
        raise ImageTooLarge(f"a photo of {picture.width} x {picture.height} pixels does not fit in memory") from error
    except Exception as error:  # Pillow's decoders raise whatever they meet
        raise BadImage(f"the Pillow picture cannot be decoded: {_reason(error)}") from error
    info = PhotoInfo(0, 0, format=picture.format, mode=picture.mode)
    return _upright_photo(stored, orientation, info, _origin_of_picture(picture))


def _origin_of_picture(picture: Image.Image) -> Origin:
    """The file that a Pillow picture was opened from, where there is one."""
    name = getattr(picture, "filename", None)
    if not isinstance(name, (str, os.PathLike)) or not os.fspath(name):
        return Origin()
    try:
        status = os.stat(name)
    except (OSError, ValueError):
        return Origin()
    return Origin(path=os.path.realpath(name), device_and_inode=(status.st_dev, status.st_ino))


def _photo_of_array(array: NDArray[Any], limits: PhotoLimits) -> Photo:
    """Photo of an (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) uint8 array, which is copied."""
    if array.dtype != np.uint8:
        raise BadImage(f"an array of {array.dtype} is no photo: convert it to uint8 in the range 0 to 255")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise BadImage(f"an array of shape {array.shape} is no photo: give (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)")
    height, width = array.shape[:2]
    if not height or not width:
        raise BadImage(f"an array of shape {array.shape} holds no pixel")
    _check_pixels(width, height, limits)
    channels = 1 if array.ndim == 2 else array.shape[2]
    plain = np.asarray(array)
    if channels == 4:
        pixels = _rgb_array(Image.fromarray(np.ascontiguousarray(plain)))
    else:
        pixels = np.empty((height, width, 3), dtype=np.uint8)
        pixels[...] = plain.reshape(height, width, channels)
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[channels]
    return _upright_photo(pixels, 1, PhotoInfo(0, 0, mode=mode), Origin())


# ------------------------------------------------------------------------------------------------------------- limits


def _check_bytes(size: int, limits: PhotoLimits) -> None:
    """Refuse a file that is too large."""
    if size > limits.max_bytes:
        raise ImageTooLarge(f"the file is larger than the limit of {limits.max_bytes} bytes (PhotoLimits.max_bytes)")


def _check_pixels(width: int, height: int, limits: PhotoLimits) -> None:
    """Refuse a photo of too many pixels, or of none."""
    if width <= 0 or height <= 0:
        raise BadImage(f"a picture of {width} x {height} pixels holds nothing")
    if max(width, height) > limits.max_side:
        raise ImageTooLarge(
            f"the photo is {width} x {height} pixels; the limit of its longer side is {limits.max_side} "
            "(PhotoLimits.max_side)"
        )
    if width * height > limits.max_pixels:
        raise ImageTooLarge(
            f"the photo is {width} x {height} = {width * height} pixels; the limit is {limits.max_pixels} "
            "(PhotoLimits.max_pixels)"
        )


# ----------------------------------------------------------------------------------------------------------- decoding


def _decoded(header: Header, limits: PhotoLimits) -> tuple[NDArray[np.uint8], str, bool]:
    """(H, W, 3) RGB of the first frame as stored, its Pillow mode, and whether a part of it was missing."""
    is_truncated = header.damage is not None
    try:
        picture = _opened(header)
        try:
            picture.load()
        except (MemoryError, Image.DecompressionBombError):
            raise
        except Exception:  # the decoders raise whatever they meet
            if not limits.allow_truncated:
                raise
            # Pillow has a switch for this, but it is one for the whole process and thus for other threads as well.
            picture.tile = []  # what was decoded so far stays in the picture
            picture.load()
            is_truncated = True
        return _rgb_array(picture), picture.mode, is_truncated
    except WhichtextError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise ImageTooLarge(
            f"the photo of {header.width} x {header.height} pixels is more than this machine or Pillow decodes: {error}"
        ) from error
    except Exception as error:
        raise BadImage(f"the {header.format} is truncated or damaged: {_reason(error)}") from error


def _opened(header: Header) -> ImageFile.ImageFile:
    """The picture opened by the one decoder that its format allows, not decoded yet.

    The decoder is named instead of looked up by `Image.open`: that one warns of, and above twice its own limit refuses,
    sizes that `PhotoLimits` may allow.
    """
    if header.format == "TIFF":
        # Only this decoder asks Pillow's own limit once more; stay below where it warns.
        ceiling = Image.MAX_IMAGE_PIXELS
        if ceiling is not None and header.width * header.height > ceiling:
            raise ImageTooLarge(f"Pillow reads no TIFF of more than {ceiling} pixels (PIL.Image.MAX_IMAGE_PIXELS)")
    picture = _decoder(header.format)(BytesIO(header.data), "")
    if picture.size != (header.width, header.height):
        raise BadImage(
            f"the {header.format} declares {header.width} x {header.height} pixels and holds "
            f"{picture.width} x {picture.height}: it is damaged"
        )
    return picture


def _decoder(name: str) -> type[ImageFile.ImageFile]:
    """Pillow's decoder class of a format on the allow-list."""
    from PIL import (
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    decoders: dict[str, type[ImageFile.ImageFile]] = {
        "JPEG": JpegImagePlugin.JpegImageFile,
        "PNG": PngImagePlugin.PngImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
        "GIF": GifImagePlugin.GifImageFile,
    }
    return decoders[name]


# ------------------------------------------------------------------------------------------------------ modes to RGB

_ORIENTATION_TAG = 0x0112
_BAND_PIXELS = 4_000_000
"""Pixels copied at a time from a Pillow picture to an array, which bounds the memory for the copy."""


def _upright_photo(
    stored: NDArray[np.uint8], orientation: Any, info: PhotoInfo, origin: Origin, *, is_truncated: bool = False
) -> Photo:
    """Photo of (H, W, 3) pixels as stored, turned upright."""
    orientation = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    if orientation >= 5:
        stored = stored.swapaxes(0, 1)
    # What 2, 3 and 4 do to an upright photo, 5 to 8 do to a transposed one: 5 nothing, 6 mirrors, 7 both, 8 flips.
    if orientation in (2, 3, 6, 7):
        stored = stored[:, ::-1]
    if orientation in (3, 4, 7, 8):
        stored = stored[::-1]
    pixels = np.ascontiguousarray(stored)
    pixels.flags.writeable = False
    height, width = pixels.shape[:2]
    upright = PhotoInfo(
        width, height, info.source, info.format, info.mode, orientation, info.analysis_scale, info.frames
    )
    return Photo(pixels, upright, origin, is_truncated)


def _rgb_array(picture: Image.Image) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB of a decoded Pillow picture of any mode, transparency laid on a backdrop."""
    mode, key = picture.mode, picture.info.get("transparency")
    alpha: Image.Image | None = None
    if mode.startswith("I") or mode == "F":
        values = np.asarray(picture)
        alpha = _key_mask(values[..., None], key)
        picture = Image.fromarray(_scaled_to_bytes(values))
    elif mode in ("1", "L", "RGB") and key is not None:
        samples = np.asarray(picture.convert("L") if mode == "1" else picture)
        alpha = _key_mask(samples.reshape(*samples.shape[:2], -1), key)
    elif mode in ("LA", "La", "PA", "RGBA", "RGBa") or (mode == "P" and _has_palette_alpha(picture)):
        return _composited(picture, None)
    return _pixels_of(picture) if alpha is None else _composited(picture, alpha)


def _bands(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of the bands in which a picture is copied, from top to bottom."""
    width, height = picture.size
    rows = max(1, _BAND_PIXELS // width)
    for top in range(0, height, rows):
        yield 0, top, width, min(height, top + rows)


def _pixels_of(picture: Image.Image) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 of a picture without transparency."""
    pixels = np.empty((picture.height, picture.width, 3), dtype=np.uint8)
    for box in _bands(picture):
        band = picture.crop(box)
        pixels[box[1] : box[3]] = np.asarray(band if band.mode == "RGB" else band.convert("RGB"))
    return pixels


def _has_palette_alpha(picture: Image.Image) -> bool:
    """Whether a palette picture has transparent colours."""
    return "transparency" in picture.info or (picture.palette is not None and picture.palette.mode == "RGBA")


def _key_mask(samples: NDArray[Any], key: Any) -> Image.Image | None:
    """Opacity (L picture) where one colour of (H, W, C) samples is declared transparent; None where none is."""
    if not isinstance(key, (int, tuple)):
        return None
    colour = np.atleast_1d(np.asarray(key))
    if len(colour) != samples.shape[2]:
        return None
    if samples.dtype == np.uint8 and colour.max() > 255:
        colour = colour >> 8  # a 16-bit colour of a picture that Pillow has reduced to 8 bits
    return Image.fromarray(np.where((samples == colour).all(axis=2), 0, 255).astype(np.uint8))


def _scaled_to_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """(H, W) whole or real numbers to uint8, black to white.

    Whole numbers: the range is that of the least depth of 8, 10, 12, 14 or 16 bits that holds them all, so 16-bit files
    with 8-bit or 12-bit content come out as meant. Real numbers: [0, 1] or [0, 255]. Everything else is stretched
    between its 0.1 and 99.9 percentiles; numbers that are not finite count as the darkest.
    """
    whole = values.dtype.kind in "iu"
    finite = values if whole else values[np.isfinite(values)]
    if not finite.size:
        return np.zeros(values.shape, dtype=np.uint8)
    low, high = float(finite.min()), float(finite.max())
    tops = (255, 1023, 4095, 16383, 65535) if whole else (1, 255)
    top = next((top for top in tops if high <= top), None)
    if low >= 0 and top is not None:
        start, end = 0.0, float(top)
    else:
        start, end = (float(edge) for edge in np.percentile(finite, (0.1, 99.9)))
        start, end = (start, end) if end > start else (low, high)
    result = np.zeros(values.shape, dtype=np.uint8)
    if start == end:
        return result
    rows = max(1, _BAND_PIXELS // values.shape[1])
    with np.errstate(all="ignore"):  # damaged files hold every bit pattern, signalling NaN too
        for first in range(0, len(values), rows):
            band = np.nan_to_num(values[first : first + rows].astype(np.float64), nan=low, posinf=high, neginf=low)
            # Halved, because the span of two finite numbers may exceed the largest one.
            share = (np.clip(band, start, end) / 2 - start / 2) / (end / 2 - start / 2)
            result[first : first + rows] = np.rint(share * 255)
    return result


# ------------------------------------------------------------------------------------------------------- transparency

_BACKDROPS = (255, 0, 128, 64, 192)
"""Grey values that a transparent picture may be laid on, preferred first."""
_UNSEEN_SHARE = 0.002
"""Share of the visible pixels that may vanish in the backdrop: edges between strokes and nothing."""
_GREY_ADVANTAGE = 24
"""How much further from all visible pixels a grey must be than white and black to be taken."""


def _composited(picture: Image.Image, alpha: Image.Image | None) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 of a picture laid on its backdrop, by an opacity (L picture) or, for None, by its own."""
    lightness = np.zeros(256)  # how much of each lightness is visible
    for box in _bands(picture):
        colours, opacity = _split(picture, alpha, box)
        values = np.asarray(colours.convert("L")).ravel()
        lightness += np.bincount(values, weights=np.asarray(opacity).ravel(), minlength=256)
    grey = _backdrop(lightness)
    pixels = np.empty((picture.height, picture.width, 3), dtype=np.uint8)
    for box in _bands(picture):
        colours, opacity = _split(picture, alpha, box)
        laid = Image.new("RGB", colours.size, (grey, grey, grey))
        laid.paste(colours, mask=opacity)
        pixels[box[1] : box[3]] = np.asarray(laid)
    return pixels


def _split(
    picture: Image.Image, alpha: Image.Image | None, box: tuple[int, int, int, int]
) -> tuple[Image.Image, Image.Image]:
    """Colours (RGB) and opacity (L) of one band."""
    band = picture.crop(box)
    if alpha is not None:
        return band.convert("RGB"), alpha.crop(box)
    full = (band.convert("LA") if band.mode == "La" else band).convert("RGBA")
    return full.convert("RGB"), full.getchannel("A")


def _backdrop(weights: NDArray[np.float64]) -> int:
    """Grey value from which the visible pixels stand out most; `weights` is (256,), opacity seen of each lightness.

    Each backdrop is judged by the least difference in lightness to the visible pixels, without the `_UNSEEN_SHARE` of
    them that is nearest: white writing gets black, black writing white, and both together grey.
    """
    total = weights.sum()
    if not total:
        return _BACKDROPS[0]
    contrasts = []
    for backdrop in _BACKDROPS:
        distance = np.abs(np.arange(256) - backdrop)
        order = np.argsort(distance, kind="stable")
        reached = np.cumsum(weights[order]) > _UNSEEN_SHARE * total
        contrasts.append(int(distance[order][int(np.argmax(reached))]))
    plain = max(contrasts[:2])
    if max(contrasts[2:]) > plain + _GREY_ADVANTAGE:
        return _BACKDROPS[2 + int(np.argmax(contrasts[2:]))]
    return _BACKDROPS[int(np.argmax(contrasts[:2]))]


# -------------------------------------------------------------------------------------------------------------- words


def _shown(path: Any) -> str:
    """A path for an error text: quoted, control characters escaped, shortened."""
    text = repr(os.fspath(path))
    return text if len(text) <= 200 else f"{text[:100]}...{text[-80:]}"


def _reason(error: BaseException) -> str:
    """What an error says, without the path, which is already said."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
