"""What the bytes of a picture file declare, read without decoding a pixel: format, size, frames, orientation.

Bytes go in; a `Header` comes out, or one of our typed errors. With the header comes the same picture reduced to what
decoding needs: first frame only, and of JPEG, PNG, TIFF and GIF no EXIF, XMP, ICC, comments, thumbnails or text (in
WebP the decoder does not look at them, and BMP has none). So no decoder meets hostile metadata, nothing there makes it
warn, and its memory and time are bounded by the size that the header declares.
Formats on the allow-list: JPEG, PNG, WebP, BMP, TIFF, GIF.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whichtext.errors import BadImage, ImageTooLarge, UnsupportedFormat

__all__ = ["FORMATS", "Header", "exif_orientation", "foreign_format", "read_header", "xmp_orientation"]

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
"""The allow-list, by Pillow's names."""

_MAX_PARTS = 300_000
"""Segments, chunks or blocks of one file; a 50-megapixel photo in 16 x 16 tiles has 200,000."""
_MAX_SCANS = 100
"""Scans of a progressive JPEG."""
_USUAL_SCANS = 16
"""Scans that no encoder in use exceeds."""
_MAX_SCANNED_PIXELS = 500_000_000
"""Scans times pixels beyond the usual number of scans: each one costs a pass over all pixels, 3 ms a megapixel."""
_MAX_FRAMES = 10_000
"""Where counting the frames of a file stops."""
_MAX_RUN_LENGTH_BYTES = 4_000_000
"""Run-length coded bitmap data; Pillow decodes it in Python, a second for this much."""
_MAX_PROFILE_BYTES = 1_000_000
"""Decompressed size of a text chunk that may hold EXIF."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture file declares about itself."""

    format: str
    """One of `FORMATS`."""
    width: int
    """Pixels as stored, before the orientation is undone."""
    height: int
    orientation: int
    """EXIF orientation, 1 to 8; 1 where none is given."""
    frames: int
    """Frames in the file, counted up to 10,000; pages for TIFF."""
    damage: str | None
    """What is missing or wrong in the file, None for an intact one."""
    data: bytes
    """The same picture without metadata: its first frame."""


def read_header(data: bytes) -> Header:
    """Read what a picture file declares.

    Raises `UnsupportedFormat` for a format that is not on the allow-list, `BadImage` for anything else that is no
    picture, `ImageTooLarge` for parts that would not be decodable in bounded time.
    """
    if not data:
        raise BadImage("the file is empty: 0 bytes")
    for matches, read in _READERS:
        if matches(data):
            try:
                return read(data)
            except (struct.error, IndexError, OverflowError) as error:
                raise BadImage(f"the file ends inside its header ({len(data)} bytes): it is truncated") from error
    name = foreign_format(data)
    if name is not None:
        raise UnsupportedFormat(f"this is {name}; convert it to one of {', '.join(FORMATS)}")
    raise BadImage(f"no picture in {len(data)} bytes: none of {', '.join(FORMATS)}")


# --------------------------------------------------------------------------------------------------------- orientation


def exif_orientation(exif: bytes) -> int | None:
    """Orientation 1 to 8 in an EXIF block, with or without its "Exif" prefix; None where it holds no valid one."""
    if exif.startswith(b"Exif\0\0"):
        exif = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 10:
        return None
    (offset,) = struct.unpack_from(order + "L", exif, 4)
    if offset + 2 > len(exif):
        return None
    (count,) = struct.unpack_from(order + "H", exif, offset)
    for start in range(offset + 2, min(offset + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, number = struct.unpack_from(order + "HHL", exif, start)
        if tag == _ORIENTATION and kind in _INTEGER_TYPES and number == 1:
            (value,) = struct.unpack_from(order + _INTEGER_TYPES[kind], exif, start + 8)
            return int(value) if 1 <= value <= 8 else None
    return None


def xmp_orientation(xmp: bytes) -> int | None:
    """Orientation 1 to 8 in an XMP packet, None where it holds no valid one."""
    match = re.search(rb"tiff:Orientation(?:=[\"']|>)([1-8])[\"'<]", xmp)
    return int(match[1]) if match else None


def _orientation_of(exif: bytes | None, xmp: bytes | None) -> int:
    """Orientation that the metadata gives, EXIF before XMP; 1 where neither does."""
    found = exif_orientation(exif) if exif else None
    if found is None and xmp:
        found = xmp_orientation(xmp)
    return found or 1


# ---------------------------------------------------------------------------------------------------------------- JPEG

_JPEG_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_DROPPED_MARKERS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""Application data and comments, without APP0 (JFIF) and APP14 (Adobe), which say how the colours are stored."""
_JPEG_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"


def _read_jpeg(data: bytes) -> Header:
    """JPEG: all segments up to the end of the first picture, without APP1-13, APP15 and comments."""
    kept = [b"\xff\xd8"]
    exif: bytes | None = None
    xmp: bytes | None = None
    size: tuple[int, int] | None = None
    scans = 0
    damage: str | None = "the JPEG ends before its end marker: it is truncated"
    position = 2
    for _ in range(_MAX_PARTS):
        match = _JPEG_NEXT_MARKER.search(data, position)
        if match is None:
            if scans:
                kept.append(data[position:])
            break
        if scans:
            kept.append(data[position : match.start()])
        marker = data[match.end() - 1]
        position = match.end()
        if marker in _JPEG_BARE_MARKERS:
            continue
        if marker == 0xD9 or position + 2 > len(data):
            damage = None if marker == 0xD9 else damage
            break
        (length,) = struct.unpack_from(">H", data, position)
        body = data[position + 2 : position + max(length, 2)]
        if position + length > len(data):
            break
        if marker == 0xE1:
            exif = exif or (body if body.startswith(b"Exif\0\0") else None)
            xmp = xmp or (body if body.startswith(_XMP_PREFIX) else None)
        elif marker not in _JPEG_DROPPED_MARKERS:
            kept.append(b"\xff" + bytes([marker]) + data[position : position + max(length, 2)])
        if marker in _JPEG_FRAME_MARKERS and size is None:
            height, width = struct.unpack_from(">HH", body, 1)
            size = width, height
        position += max(length, 2)
        if marker == 0xDA:
            scans += 1
            _check_scans(scans, size)
    else:
        raise BadImage(f"a JPEG of more than {_MAX_PARTS} segments: refused as hostile")
    if size is None:
        raise BadImage("the JPEG declares no picture: it is truncated or damaged")
    return Header("JPEG", *_checked(size, "JPEG"), _orientation_of(exif, xmp), 1, damage, b"".join(kept) + b"\xff\xd9")


def _check_scans(scans: int, size: tuple[int, int] | None) -> None:
    """Refuse a JPEG that would be decoded over and over."""
    pixels = size[0] * size[1] if size else 0
    if scans > _MAX_SCANS or (scans > _USUAL_SCANS and scans * pixels > _MAX_SCANNED_PIXELS):
        raise ImageTooLarge(f"a JPEG of {pixels} pixels in {scans} scans or more: refused as hostile")


# ----------------------------------------------------------------------------------------------------------------- PNG

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _read_png(data: bytes) -> Header:
    """PNG: IHDR, PLTE, tRNS and all IDAT in one; of an animated one the default picture."""
    header: bytes | None = None
    palette: list[bytes] = []
    pixels: list[bytes] = []
    exif: bytes | None = None
    xmp: bytes | None = None
    frames = 1
    damage: str | None = "the PNG ends before its end chunk: it is truncated"
    for name, body, fault in _png_chunks(data):
        if fault:
            damage = fault
            pixels += [body] if name == b"IDAT" and header else []
            break
        if header is None:
            if name != b"IHDR" or len(body) != 13:
                raise BadImage(f"the PNG starts with {name!r} instead of its header")
            header = body
        elif name == b"IDAT":
            pixels.append(body)
        elif name in (b"PLTE", b"tRNS") and not pixels and not any(chunk[4:8] == name for chunk in palette):
            palette.append(_png_chunk(name, body))
        elif name == b"acTL" and len(body) == 8:
            frames = min(max(1, struct.unpack_from(">L", body)[0]), _MAX_FRAMES)
        elif name == b"eXIf":
            exif = exif or body
        elif name in (b"tEXt", b"zTXt", b"iTXt"):
            exif, xmp = _metadata_of_png_text(name, body, exif, xmp)
        elif name == b"IEND":
            damage = None
            break
    if header is None:
        raise BadImage("the PNG ends inside its header: it is truncated")
    size = struct.unpack_from(">LL", header)
    clean = [_PNG_SIGNATURE, _png_chunk(b"IHDR", header), *palette]
    if pixels:
        clean += [_png_chunk(b"IDAT", b"".join(pixels)), _png_chunk(b"IEND", b"")]
    return Header("PNG", *_checked(size, "PNG"), _orientation_of(exif, xmp), frames, damage, b"".join(clean))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, str | None]]:
    """Name, body and fault of each chunk; a chunk that is cut off comes with what is left of it."""
    position = len(_PNG_SIGNATURE)
    for _ in range(_MAX_PARTS):
        if position + 8 > len(data):
            return
        length, name = struct.unpack_from(">L4s", data, position)
        body = data[position + 8 : position + 8 + length]
        checksum = data[position + 8 + length : position + 12 + length]
        fault = None
        if len(checksum) < 4:
            fault = f"the PNG ends inside its chunk {name!r}: it is truncated"
        elif name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT") and zlib.crc32(body, zlib.crc32(name)) != int.from_bytes(
            checksum
        ):
            fault = f"the checksum of the PNG chunk {name!r} is wrong: the file is damaged"
        yield name, body, fault
        position += 12 + length
    raise BadImage(f"a PNG of more than {_MAX_PARTS} chunks: refused as hostile")


def _png_chunk(name: bytes, body: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return b"".join((struct.pack(">L", len(body)), name, body, struct.pack(">L", zlib.crc32(body, zlib.crc32(name)))))


def _metadata_of_png_text(
    name: bytes, body: bytes, exif: bytes | None, xmp: bytes | None
) -> tuple[bytes | None, bytes | None]:
    """EXIF and XMP as known so far, completed by one text chunk: ImageMagick's raw profile, or an XMP packet."""
    keyword, _, rest = body.partition(b"\0")
    if name == b"iTXt" and keyword == b"XML:com.adobe.xmp" and xmp is None and len(rest) > 2:
        text = rest[2:].split(b"\0", 2)[-1]
        xmp = _inflated(text) if rest[0] else text
    elif name in (b"tEXt", b"zTXt") and keyword == b"Raw profile type exif" and exif is None:
        text = _inflated(rest[1:]) if name == b"zTXt" else rest
        digits = b"".join(text.split(b"\n")[3:])
        if re.fullmatch(rb"(?:[0-9a-fA-F]{2})+", digits):
            exif = bytes.fromhex(digits.decode("ascii"))
    return exif, xmp


def _inflated(data: bytes) -> bytes:
    """Decompressed bytes, at most `_MAX_PROFILE_BYTES`; empty where damaged."""
    try:
        return zlib.decompressobj().decompress(data, _MAX_PROFILE_BYTES)
    except zlib.error:
        return b""


# ---------------------------------------------------------------------------------------------------------------- WebP


def _read_webp(data: bytes) -> Header:
    """WebP: kept as it is, without what follows the container."""
    (declared,) = struct.unpack_from("<L", data, 4)
    end = min(len(data), 8 + declared)
    damage = None if end == 8 + declared else "the WebP ends before its declared length: it is truncated"
    size: tuple[int, int] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    frames = 0
    position = 12
    for _ in range(_MAX_PARTS):
        if position + 8 > end:
            break
        name, length = struct.unpack_from("<4sL", data, position)
        body = data[position + 8 : min(end, position + 8 + length)]
        size = size or _webp_size(name, body)
        if name == b"ANMF":
            frames = min(frames + 1, _MAX_FRAMES)
        elif name == b"EXIF":
            exif = exif or body
        elif name == b"XMP ":
            xmp = xmp or body
        position += 8 + length + length % 2
    else:
        raise BadImage(f"a WebP of more than {_MAX_PARTS} chunks: refused as hostile")
    if size is None:
        raise BadImage("the WebP declares no picture: it is truncated or damaged")
    # libwebp wants the whole container: a truncated one is filled up with zeros, so that what is there is decoded.
    missing = min(8 + declared - end, len(data) * 20 + 65_536)
    clean = data[:end] + bytes(missing)
    return Header("WEBP", *_checked(size, "WebP"), _orientation_of(exif, xmp), max(1, frames), damage, clean)


def _webp_size(name: bytes, body: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP chunk declares; None for a chunk that declares none."""
    if name == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<L", body, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


# ----------------------------------------------------------------------------------------------------------------- BMP


def _read_bmp(data: bytes) -> Header:
    """BMP: kept as it is; the format carries no metadata."""
    (header_size,) = struct.unpack_from("<L", data, 14)
    if header_size == 12:
        width, height = struct.unpack_from("<HH", data, 18)
        compression = 0
    else:
        width, height = struct.unpack_from("<ll", data, 18)
        (compression,) = struct.unpack_from("<L", data, 30)
    if compression in (1, 2) and len(data) > _MAX_RUN_LENGTH_BYTES:
        raise ImageTooLarge(f"a run-length coded BMP of {len(data)} bytes; save it as PNG")
    return Header("BMP", *_checked((width, abs(height)), "BMP"), 1, 1, None, data)


# ----------------------------------------------------------------------------------------------------------------- GIF


_GIF_BLOCK = re.compile(rb"[\x21\x2c\x3b]")
"""Start of an extension, start of a picture, end of the file; decoders skip what stands between blocks."""


def _read_gif(data: bytes) -> Header:
    """GIF: the first frame with its colour table and transparency; comments and further frames are left out."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    kept = [data[:position]]
    frames = 0
    damage: str | None = "the GIF ends before its end mark: it is truncated"
    blocks = 0
    while position < len(data) and frames < _MAX_FRAMES:
        match = _GIF_BLOCK.search(data, position)
        if match is None:
            break
        start, kind = match.start(), match[0]
        if kind == b"\x3b":
            damage = None
            break
        position = start + 2
        if kind == b"\x2c":
            left, top, wide, high, local = struct.unpack_from("<HHHHB", data, start + 1)
            position = start + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0)
            if not frames:
                width, height = max(width, left + wide), max(height, top + high)
            frames += 1
        while position < len(data) and data[position]:
            position += 1 + data[position]
            blocks += 1
        position += 1
        blocks += 1
        if blocks > _MAX_PARTS:
            raise BadImage(f"a GIF of more than {_MAX_PARTS} blocks: refused as hostile")
        if kind == b"\x2c" and frames == 1:
            kept.append(data[start:position])
            damage = None if position <= len(data) else damage
        elif not frames and data[start + 1 : start + 2] == b"\xf9":
            kept.append(data[start:position])
    if not frames:
        damage = "the GIF holds no picture: it is truncated or damaged"
    return Header("GIF", *_checked((width, height), "GIF"), 1, max(1, frames), damage, b"".join([*kept, b"\x3b"]))


# ---------------------------------------------------------------------------------------------------------------- TIFF

_ORIENTATION = 274
_INTEGER_TYPES = {1: "B", 3: "H", 4: "L", 16: "Q"}
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_TIFF_SINGLE = frozenset({254, 256, 257, 259, 262, 266, 277, 278, 284, 317, 322, 323, 531})
_TIFF_SEVERAL = frozenset({258, 273, 279, 292, 293, 320, 324, 325, 338, 339, 347, 529, 530, 532})
_TIFF_NEEDED = _TIFF_SINGLE | _TIFF_SEVERAL
_XMP_TAG = 700
_DNG_VERSION = 50706
_TIFF_TELLING = frozenset({_ORIENTATION, _XMP_TAG, _DNG_VERSION})


@dataclass(frozen=True, slots=True)
class _TiffLayout:
    """Byte order and field widths of a TIFF file, classic or big."""

    order: str
    """`struct` prefix: "<" or ">"."""
    is_big: bool

    @property
    def entry_size(self) -> int:
        """Bytes of one directory entry."""
        return 20 if self.is_big else 12

    @property
    def count_format(self) -> str:
        """How the number of entries is stored."""
        return self.order + ("Q" if self.is_big else "H")

    @property
    def entry_format(self) -> str:
        """How tag, type and count of an entry are stored; its value or offset follows."""
        return self.order + ("HHQ" if self.is_big else "HHL")

    @property
    def offset_format(self) -> str:
        """How an offset is stored."""
        return self.order + ("Q" if self.is_big else "L")


@dataclass(frozen=True, slots=True)
class _TiffEntry:
    """One directory entry and the bytes it stands for."""

    raw: bytes
    kind: int
    value: bytes

    def number(self, layout: _TiffLayout) -> int | None:
        """First value as a whole number; None for another type."""
        letter = _INTEGER_TYPES.get(self.kind)
        return int(struct.unpack_from(layout.order + letter, self.value)[0]) if letter and self.value else None


def _read_tiff(data: bytes) -> Header:
    """TIFF: the first directory, reduced in place to the tags that decoding needs."""
    order = "<" if data[:2] == b"II" else ">"
    layout = _TiffLayout(order, struct.unpack_from(order + "H", data, 2)[0] == 43)
    if data[8:10] == b"CR" and not layout.is_big:
        raise UnsupportedFormat(f"this is a Canon raw photo (CR2); convert it to one of {', '.join(FORMATS)}")
    (first,) = struct.unpack_from(layout.offset_format, data, 8 if layout.is_big else 4)
    entries, damage = _tiff_entries(data, layout, first)
    if _DNG_VERSION in entries:
        raise UnsupportedFormat(f"this is a raw photo (DNG); convert it to one of {', '.join(FORMATS)}")
    width, height = (_tiff_number(entries, tag, layout) for tag in (256, 257))
    if width is None or height is None:
        raise BadImage("the TIFF declares no size: it is truncated or damaged")
    tile = [_tiff_number(entries, tag, layout) or 0 for tag in (322, 323)]
    if tile[0] * tile[1] > max(4 * width * height, 1 << 20):
        raise ImageTooLarge(f"the TIFF has tiles of {tile[0]} x {tile[1]} pixels around a photo of {width} x {height}")
    turned = _tiff_number(entries, _ORIENTATION, layout)
    packet = entries.get(_XMP_TAG)
    if turned is None and packet:
        turned = xmp_orientation(packet.value)
    clean = bytearray(data)
    kept = b"".join(entry.raw for tag, entry in sorted(entries.items()) if tag in _TIFF_NEEDED)
    directory = (
        struct.pack(layout.count_format, len(kept) // layout.entry_size) + kept + struct.pack(layout.offset_format, 0)
    )
    clean[first : first + len(directory)] = directory
    orientation = turned if turned is not None and 1 <= turned <= 8 else 1
    frames = _tiff_pages(data, layout, first)
    return Header("TIFF", *_checked((width, height), "TIFF"), orientation, frames, damage, bytes(clean))


def _tiff_entries(data: bytes, layout: _TiffLayout, start: int) -> tuple[dict[int, _TiffEntry], str | None]:
    """Well-formed entries of a directory by tag, and what is wrong with those that decoding needs."""
    (count,) = struct.unpack_from(layout.count_format, data, start)
    start += struct.calcsize(layout.count_format)
    inline = layout.entry_size - struct.calcsize(layout.entry_format)
    entries: dict[int, _TiffEntry] = {}
    damage: str | None = None
    if count > _MAX_PARTS or start + count * layout.entry_size > len(data):
        raise BadImage("the TIFF ends inside its directory: it is truncated")
    for position in range(start, start + count * layout.entry_size, layout.entry_size):
        tag, kind, number = struct.unpack_from(layout.entry_format, data, position)
        is_needed = tag in _TIFF_NEEDED
        if tag in entries or not (is_needed or tag in _TIFF_TELLING):
            continue
        raw = data[position : position + layout.entry_size]
        length = _TIFF_SIZES.get(kind, 0) * number
        if not length or number > _MAX_PARTS:
            damage = (
                f"the TIFF tag {tag} has {number} values of type {kind}: the file is damaged" if is_needed else damage
            )
            continue
        offset = position + layout.entry_size - inline
        if length > inline:
            (offset,) = struct.unpack_from(layout.offset_format, data, offset)
        value = data[offset : offset + length]
        if len(value) < length:
            damage = f"the TIFF ends inside its tag {tag}: it is truncated" if is_needed else damage
            continue
        if tag in _TIFF_SINGLE and number > 1:
            one = value[: _TIFF_SIZES[kind]]
            raw = struct.pack(layout.entry_format, tag, kind, 1) + one.ljust(inline, b"\0")[:inline]
        entries[tag] = _TiffEntry(raw, kind, value)
    return entries, damage


def _tiff_number(entries: dict[int, _TiffEntry], tag: int, layout: _TiffLayout) -> int | None:
    """Whole number stored under a tag; None where there is none."""
    entry = entries.get(tag)
    return entry.number(layout) if entry else None


def _tiff_pages(data: bytes, layout: _TiffLayout, first: int) -> int:
    """How many directories follow each other, up to `_MAX_FRAMES`."""
    seen: set[int] = set()
    position = first
    while position and position not in seen and len(seen) < _MAX_FRAMES:
        after_count = position + struct.calcsize(layout.count_format)
        if after_count > len(data):
            break
        seen.add(position)
        (count,) = struct.unpack_from(layout.count_format, data, position)
        link = after_count + count * layout.entry_size
        if link + struct.calcsize(layout.offset_format) > len(data):
            break
        (position,) = struct.unpack_from(layout.offset_format, data, link)
    return max(1, len(seen))


# ------------------------------------------------------------------------------------------------------------- formats


def _checked(size: tuple[int, ...], name: str) -> tuple[int, int]:
    """Width and height, refused where one of them is not positive."""
    width, height = size
    if width <= 0 or height <= 0:
        raise BadImage(f"the {name} declares a size of {width} x {height} pixels")
    return width, height


_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))

_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Header]], ...] = (
    (lambda data: data.startswith(b"\xff\xd8\xff"), _read_jpeg),
    (lambda data: data.startswith(_PNG_SIGNATURE), _read_png),
    (lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _read_webp),
    (lambda data: data.startswith(b"BM") and data[14:18] in _BMP_HEADERS, _read_bmp),
    (lambda data: data.startswith((b"GIF87a", b"GIF89a")), _read_gif),
    (lambda data: data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")), _read_tiff),
)

_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftypavi", "an AVIF picture"),
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftyphev", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIF picture"),
    (4, b"ftypmsf1", "a HEIF picture"),
    (4, b"ftypcrx", "a Canon raw photo (CR3)"),
    (4, b"ftyp", "a video"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\xc5\xd0\xd3\xc6", "an EPS picture"),
    (0, b"\0\0\1\0", "an icon (ICO)"),
    (0, b"\0\0\2\0", "a cursor (CUR)"),
    (0, b"icns", "an icon (ICNS)"),
    (0, b"8BPS", "a Photoshop picture (PSD)"),
    (0, b"qoif", "a QOI picture"),
    (0, b"DDS ", "a DDS texture"),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (0, b"#?RADIANCE", "a Radiance HDR picture"),
    (0, b"#?RGBE", "a Radiance HDR picture"),
    (0, b"SIMPLE  =", "a FITS picture"),
    (0, b"\x01\xda", "an SGI picture"),
    (0, b"\x59\xa6\x6a\x95", "a Sun raster picture"),
    (0, b"/* XPM */", "an XPM picture"),
    (0, b"gimp xcf", "a GIMP picture (XCF)"),
    (0, b"\xd7\xcd\xc6\x9a", "a WMF picture"),
    (40, b" EMF", "an EMF picture"),
    (0, b"AT&TFORM", "a DjVu document"),
    (0, b"BPG\xfb", "a BPG picture"),
    (0, b"FLIF", "a FLIF picture"),
    (0, b"\x8aMNG", "an MNG animation"),
    (0, b"\x8bJNG", "a JNG picture"),
    (0, b"BLP1", "a BLP texture"),
    (0, b"BLP2", "a BLP texture"),
    (0, b"IIRO", "an Olympus raw photo (ORF)"),
    (0, b"IIU\0", "a Panasonic raw photo (RW2)"),
    (0, b"FUJIFILMCCD-RAW", "a Fujifilm raw photo (RAF)"),
    (0, b"II\xbc\x01", "a JPEG XR picture"),
    (8, b"AVI ", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (128, b"DICM", "a DICOM picture"),
)


def foreign_format(data: bytes) -> str | None:
    """What picture or document the bytes are, when they are a known one beside the allow-list; None otherwise."""
    if _looks_like_tga(data[:18]):
        return "a TGA picture"  # before the table: without a map it starts like a cursor of no pictures
    for offset, signature, name in _FOREIGN:
        if data.startswith(signature, offset):
            return name
    start = data[:4096]
    if re.match(rb"P[1-7Ff][\s#]", start):
        return "a netpbm picture (PBM, PGM, PPM, PAM or PFM)"
    if (
        len(data) >= 128
        and start[0] == 10
        and start[1] in (0, 2, 3, 4, 5)
        and start[2] <= 1
        and start[3] in (1, 2, 4, 8)
    ):
        return "a PCX picture"
    if b"%PDF-" in start[:1024]:
        return "a PDF document"
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<", start) and b"<svg" in start.lower():
        return "an SVG drawing"
    if start.startswith(b"\x1f\x8b") and b"<svg" in _unzipped_start(start).lower():
        return "a compressed SVG drawing"
    if re.match(rb"\s*#define\s+\S*_width\s", start):
        return "an XBM picture"
    if data[-18:].startswith(b"TRUEVISION-XFILE"):
        return "a TGA picture"
    return None


def _looks_like_tga(start: bytes) -> bool:
    """Whether an 18-byte TGA header makes sense; the format has no signature in front."""
    if len(start) < 18 or start[2] not in (1, 2, 3, 9, 10, 11) or start[16] not in (8, 15, 16, 24, 32):
        return False
    has_map = start[2] in (1, 9)
    return start[1] == has_map and (has_map or start[3:8] == bytes(5)) and start[12:14] != b"\0\0" != start[14:16]


def _unzipped_start(data: bytes) -> bytes:
    """First 4,096 decompressed bytes of a gzip file; empty where damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 4096)
    except zlib.error:
        return b""
