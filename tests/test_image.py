"""The loader: every source, format, mode and orientation reads alike; whatever is wrong is one of our errors."""

import io
import os
import struct
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFile, ImageFont, ImageOps

from whichtext.errors import BadImage, ImageTooLarge, InputError, UnsupportedFormat, WhichtextError
from whichtext.image import Photo, PhotoLimits, load_photo

WIDTH, HEIGHT = 120, 80
MARGIN = 6.0
"""Mean difference in grey levels that a lossy format or a colour conversion may cost."""


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def drawn() -> Image.Image:
    """A grey scene of writing, of no symmetry whatever."""
    picture = Image.new("L", (WIDTH, HEIGHT), 210)
    draw = ImageDraw.Draw(picture)
    draw.text((8, 4), "SALE", fill=20, font=ImageFont.load_default(size=30))
    draw.rectangle((70, 50, 115, 75), fill=90)
    draw.text((74, 52), "7 c", fill=255, font=ImageFont.load_default(size=18))
    return picture.convert("RGB")


def encoded(picture: Image.Image, file_format: str, **options: object) -> bytes:
    """The content of a picture file."""
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def distance(photo: Photo, picture: Image.Image) -> float:
    """Mean absolute difference in grey levels; infinite for another size."""
    expected = np.asarray(picture.convert("RGB"), dtype=np.float64)
    if photo.pixels.shape != expected.shape:
        return float("inf")
    return float(np.abs(photo.pixels - expected).mean())


# ------------------------------------------------------------------------------------------------------------- pixels


def test_pixels_are_contiguous_read_only_rgb():
    photo = load_photo(encoded(drawn(), "PNG"))
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.shape == (HEIGHT, WIDTH, 3)
    assert photo.pixels.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0, 0] = 1


def test_info_tells_what_the_file_is(tmp_path):
    path = tmp_path / "photo.gif"
    frames = [drawn(), ImageOps.invert(drawn()), drawn()]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    info = load_photo(str(path)).info
    assert (info.width, info.height, info.format, info.mode, info.frames) == (WIDTH, HEIGHT, "GIF", "P", 3)
    assert info.source == str(path)
    assert load_photo(path.read_bytes()).info.source is None


def test_a_photo_is_returned_as_it_is():
    photo = load_photo(np.zeros((3, 4, 3), np.uint8))
    assert load_photo(photo) is photo


FORMATS = {
    "JPEG": {"quality": 95},
    "PNG": {},
    "WEBP": {"lossless": True},
    "BMP": {},
    "TIFF": {},
    "GIF": {},
}


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("source", ["path", "str", "bytes", "bytearray", "memoryview", "file", "stream", "pillow"])
def test_every_source_gives_the_same_pixels(file_format, source, tmp_path):
    data = encoded(drawn(), file_format, **FORMATS[file_format])
    path = tmp_path / "photo"
    path.write_bytes(data)
    expected = load_photo(data)

    class Stream:
        """A file object that can only be read, a little at a time."""

        def __init__(self) -> None:
            self.file = io.BytesIO(data)

        def read(self, size: int = -1) -> bytes:
            return self.file.read(min(size, 100))

    with path.open("rb") as file, Image.open(io.BytesIO(data)) as pillow:
        file.seek(7)  # read from the start all the same
        sources = {
            "path": path,
            "str": str(path),
            "bytes": data,
            "bytearray": bytearray(data),
            "memoryview": memoryview(data),
            "file": file,
            "stream": Stream(),
            "pillow": pillow,
        }
        photo = load_photo(sources[source])
    assert np.array_equal(photo.pixels, expected.pixels)
    assert photo.info.format == file_format
    assert distance(photo, drawn()) < MARGIN


TIFF_COMPRESSIONS = ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg", "zstd", "lzma"]


@pytest.mark.parametrize("compression", TIFF_COMPRESSIONS)
@pytest.mark.parametrize("big", [False, True])
def test_every_tiff_compression_is_read(compression, big):
    data = encoded(drawn(), "TIFF", compression=compression, big_tiff=big)
    assert distance(load_photo(data), drawn()) < MARGIN


@pytest.mark.parametrize("mode", ["1", "LAB", "CMYK", "I;16", "F", "RGBA", "P", "YCbCr"])
def test_every_tiff_mode_is_read(mode):
    picture = in_mode(drawn(), mode)
    options = {"compression": "jpeg"} if mode == "YCbCr" else {}
    expected = picture if mode == "1" else drawn()
    assert distance(load_photo(encoded(picture, "TIFF", **options)), expected) < MARGIN


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"subsampling": 2}, {"restart_marker_rows": 1}, {"optimize": True}]
)
def test_every_kind_of_jpeg_is_read(options):
    assert distance(load_photo(encoded(drawn(), "JPEG", quality=95, **options)), drawn()) < MARGIN


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 90}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_kind_of_webp_is_read(options, mode):
    assert distance(load_photo(encoded(drawn().convert(mode), "WEBP", **options)), drawn()) < MARGIN


def test_only_the_first_frame_is_read():
    first, second = drawn(), ImageOps.invert(drawn())
    for file_format in ("GIF", "PNG", "WEBP", "TIFF"):
        options = {"lossless": True} if file_format == "WEBP" else {}
        data = encoded(first, file_format, save_all=True, append_images=[second], **options)
        photo = load_photo(data)
        assert photo.info.frames == 2, file_format
        assert distance(photo, first) < MARGIN, file_format


def test_a_second_picture_inside_a_jpeg_is_ignored():
    data = encoded(drawn(), "MPO", save_all=True, append_images=[ImageOps.invert(drawn())])
    photo = load_photo(data)
    assert (photo.info.format, photo.info.mode) == ("JPEG", "RGB")
    assert distance(photo, drawn()) < MARGIN


def test_metadata_changes_no_pixel():
    plain = load_photo(encoded(drawn(), "JPEG", quality=90))
    rich = encoded(drawn(), "JPEG", quality=90, comment=b"x" * 500, icc_profile=b"y" * 70_000, xmp=b"<x/>")
    assert np.array_equal(load_photo(rich).pixels, plain.pixels)


# -------------------------------------------------------------------------------------------------------------- modes

MODES = [
    "1",
    "L",
    "LA",
    "P",
    "PA",
    "RGB",
    "RGBA",
    "RGBa",
    "La",
    "RGBX",
    "CMYK",
    "YCbCr",
    "LAB",
    "HSV",
    "I",
    "I;16",
    "I;16L",
    "I;16B",
    "I;16N",
    "F",
]


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """The grey picture in a Pillow mode, as its own conversions or raw numbers give it."""
    grey = np.asarray(picture.convert("L"))
    if mode.startswith("I;16"):
        order = ">" if mode == "I;16B" else "<"
        return Image.frombytes(mode, picture.size, (grey.astype(np.uint16) * 257).astype(order + "u2").tobytes())
    if mode == "I":
        return Image.fromarray(grey.astype(np.int32) * 257)
    if mode == "F":
        return Image.fromarray(grey.astype(np.float32) / 255)
    if mode == "LAB":
        from PIL import ImageCms

        transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        return ImageCms.applyTransform(picture, transform)
    if mode in ("RGBa", "La"):
        return picture.convert({"RGBa": "RGBA", "La": "LA"}[mode]).convert(mode)
    if mode in ("P", "PA"):
        return picture.convert("P", palette=Image.Palette.ADAPTIVE).convert(mode)
    return picture.convert(mode)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_reads_alike(mode):
    picture = in_mode(drawn(), mode)
    assert picture.mode == mode
    photo = load_photo(picture)
    assert photo.info.mode == mode
    if mode == "1":
        assert np.array_equal(photo.pixels, np.asarray(drawn().convert("1").convert("RGB")))
    else:
        assert distance(photo, drawn()) < MARGIN


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_reads_alike(mode):
    photo = load_photo(encoded(in_mode(drawn(), mode), "PNG"))
    assert distance(photo, drawn().convert("1") if mode == "1" else drawn()) < MARGIN


def test_inverted_cmyk_of_a_jpeg_reads_alike():
    data = encoded(drawn().convert("CMYK"), "JPEG", quality=95)
    assert b"Adobe" in data
    photo = load_photo(data)
    assert photo.info.mode == "CMYK"
    assert distance(photo, drawn()) < MARGIN


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_16_bit_pictures_of_less_depth_keep_their_contrast(bits):
    grey = np.asarray(drawn().convert("L")).astype(np.uint16)
    values = np.rint(grey / 255 * (2**bits - 1)).astype(np.uint16)
    photo = load_photo(Image.fromarray(values))
    assert np.abs(photo.pixels[..., 0].astype(int) - grey).max() <= 1


@pytest.mark.parametrize("scale", [1 / 255, 1.0])
def test_real_numbers_of_either_usual_range_read_alike(scale):
    grey = np.asarray(drawn().convert("L"))
    photo = load_photo(Image.fromarray((grey * scale).astype(np.float32)))
    assert np.array_equal(photo.pixels[..., 0], grey)


@pytest.mark.parametrize("low", [-3e38, -7.0, 4e4])
def test_real_numbers_of_any_range_are_stretched(low):
    values = np.full((40, 40), low, np.float32)
    values[10:30, 10:30] = 3e38 if low < -1e30 else low + 1000
    values[0, :3] = np.nan, np.inf, -np.inf
    photo = load_photo(Image.fromarray(values))
    assert photo.pixels[20, 20].tolist() == [255, 255, 255]
    assert photo.pixels[35, 35].tolist() == [0, 0, 0]


def test_numbers_that_are_all_alike_are_blank():
    assert not load_photo(Image.fromarray(np.full((5, 5), np.nan, np.float32))).pixels.any()
    assert not load_photo(Image.fromarray(np.full((5, 5), -9, np.int32))).pixels.any()


# ------------------------------------------------------------------------------------------------------- orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_orientation_is_undone_for_every_source(orientation, file_format, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = encoded(drawn(), file_format, exif=exif, **options)
    upright = encoded(drawn(), file_format, **options)
    with Image.open(io.BytesIO(upright)) as stored:
        tag = Image.new("1", (1, 1))
        tag.getexif()[0x0112] = orientation
        bare = stored.convert("RGB")
        bare.getexif()[0x0112] = orientation
        expected = ImageOps.exif_transpose(bare)
    path = tmp_path / "photo"
    path.write_bytes(data)
    for source in (path, data, io.BytesIO(data), Image.open(io.BytesIO(data)), bare):
        photo = load_photo(source)
        assert distance(photo, expected) == 0
        if not (file_format == "TIFF" and isinstance(source, ImageFile.ImageFile)):  # Pillow has turned it already
            assert photo.info.orientation == orientation


def test_orientation_without_exif_is_taken_from_xmp():
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    for file_format in ("JPEG", "WEBP", "TIFF"):
        options = {"tiffinfo": {700: xmp}} if file_format == "TIFF" else {"xmp": xmp}
        assert load_photo(encoded(drawn(), file_format, **options)).info.orientation == 6, file_format


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x01\0\0\0\x06\0\0\0",
    ],
)
def test_damaged_exif_counts_as_upright(exif):
    data = encoded(drawn(), "JPEG", exif=b"Exif\0\0" + exif)
    assert load_photo(data).info.orientation == 1
    png = encoded(drawn(), "PNG", exif=b"Exif\0\0" + exif)
    assert load_photo(png).info.orientation == 1


# ------------------------------------------------------------------------------------------------------ transparency


def writing_on_nothing(colour: tuple[int, int, int], hidden: tuple[int, int, int]) -> Image.Image:
    """Opaque writing of one colour; what is transparent has another one."""
    mask = Image.new("L", (160, 50), 0)
    ImageDraw.Draw(mask).text((8, 5), "OPEN", fill=255, font=ImageFont.load_default(size=32))
    picture = Image.new("RGB", mask.size, hidden)
    picture.paste(colour, (0, 0), mask.point(lambda value: 255 if value else 0))
    picture.putalpha(mask)
    return picture


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (200, 0, 0), (250, 240, 60), (128, 128, 128)])
@pytest.mark.parametrize("as_mode", ["RGBA", "RGBa", "LA", "La", "PA", "P", "array"])
def test_writing_on_nothing_stands_out(colour, as_mode):
    picture = writing_on_nothing(colour, hidden=colour)
    alpha = np.asarray(picture.getchannel("A"))
    if as_mode == "array":
        source = np.asarray(picture)
    elif as_mode == "P":
        source = Image.open(io.BytesIO(encoded(picture.quantize(16), "PNG")))
        assert source.mode == "P"
        assert "transparency" in source.info
    elif as_mode == "La":
        source = picture.convert("LA").convert("La")
    elif as_mode == "PA":
        source = picture.convert("RGB").convert("P").convert("PA")
        source.putalpha(picture.getchannel("A"))
    else:
        source = picture.convert(as_mode)
    lightness = load_photo(source).pixels.astype(int).mean(axis=2)
    assert abs(np.median(lightness[alpha == 255]) - np.median(lightness[alpha == 0])) > 100


def test_white_and_black_writing_on_nothing_both_stand_out():
    white, black = (writing_on_nothing(colour, colour) for colour in ((255, 255, 255), (0, 0, 0)))
    both = Image.new("RGBA", (160, 100))
    both.paste(white, (0, 0))
    both.paste(black, (0, 50))
    alpha = np.asarray(both.getchannel("A"))
    lightness = load_photo(both).pixels[..., 1].astype(int)
    backdrop = int(np.median(lightness[alpha == 0]))
    assert lightness[:50][alpha[:50] == 255].min() - backdrop > 100
    assert backdrop - lightness[50:][alpha[50:] == 255].max() > 100


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "I;16"])
@pytest.mark.parametrize("ink", [0, 255])
def test_a_transparent_colour_is_transparent(mode, ink):
    grey = np.full((30, 30), ink, np.uint8)
    hidden = 128 if mode != "1" else 255 - ink
    grey[:10] = hidden
    picture = in_mode(Image.fromarray(grey).convert("RGB"), mode)
    hidden = hidden * 257 if mode == "I;16" else hidden
    data = encoded(picture, "PNG", transparency=(hidden,) * 3 if mode == "RGB" else hidden)
    pixels = load_photo(data).pixels
    assert pixels[20, 20].tolist() == [ink] * 3
    assert pixels[2, 2].tolist() == [255 - ink] * 3


def test_an_invisible_picture_is_blank():
    pixels = load_photo(Image.new("RGBA", (9, 9), (10, 20, 30, 0))).pixels
    assert (pixels == pixels[0, 0]).all()


# ------------------------------------------------------------------------------------------------------------- arrays


@pytest.mark.parametrize("shape", [(40, 30), (40, 30, 1), (40, 30, 3), (40, 30, 4)])
def test_arrays_of_every_layout_are_read(shape):
    array = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    if shape[-1] == 4:
        array[..., 3] = 255
    expected = array[..., :3] if array.ndim == 3 else array[..., None]
    for given_array in (array, np.asfortranarray(array), np.repeat(array, 2, axis=1)[:, ::2], array[::-1][::-1]):
        assert np.array_equal(load_photo(given_array).pixels, np.broadcast_to(expected, (40, 30, 3)))


def test_an_array_is_copied():
    array = np.zeros((5, 5, 3), np.uint8)
    photo = load_photo(array)
    array[:] = 9
    assert not photo.pixels.any()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4, 3)),
        np.zeros((4, 4, 3), np.uint16),
        np.zeros((4, 4, 3), bool),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 0), np.uint8),
        np.array([[None]]),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_other_arrays_are_refused(array):
    with pytest.raises(BadImage):
        load_photo(array)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2)])
def test_extreme_shapes_are_read(size):
    for file_format in FORMATS:
        data = encoded(Image.new("RGB", size, (9, 9, 9)), file_format)
        assert load_photo(data).pixels.shape == (size[1], size[0], 3)


# ------------------------------------------------------------------------------------------------------------- limits


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))


def tiff_header(width: int, height: int, *more: tuple[int, int]) -> bytes:
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 9)]
    tags = sorted({**dict(tags), **dict(more)}.items())
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + struct.pack("<L", 0)


BOMBS = {
    "PNG": png_header(60_000, 60_000) + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b""),
    "PNG header": png_header(60_000, 60_000),
    "PNG largest": png_header(2**31 - 1, 2**31 - 1),
    "GIF": b"GIF89a" + struct.pack("<HHBBB", 60_000, 60_000, 0, 0, 0) + b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
    "GIF frame": b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "WEBP": b"RIFF" + struct.pack("<L", 22) + b"WEBPVP8X" + struct.pack("<LL", 10, 0) + b"\x5f\xea\0" * 2,
    "WEBP lossless": b"RIFF" + struct.pack("<L", 18) + b"WEBPVP8L" + struct.pack("<LB", 5, 0x2F) + b"\xff" * 5,
    "BMP": b"BM" + bytes(8) + struct.pack("<LLllHHLLLLLL", 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
    "BMP upside down": b"BM" + bytes(8) + struct.pack("<LLllHHLL", 54, 40, 60_000, -60_000, 1, 24, 0, 0) + bytes(16),
    "TIFF": tiff_header(60_000, 60_000),
    "TIFF tiles": tiff_header(10, 10, (322, 60_000), (323, 60_000), (324, 8), (325, 9)),
    "JPEG": b"\xff\xd8\xff\xc0\0\x11\x08"
    + struct.pack(">HH", 60_000, 60_000)
    + b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_by_their_header(name):
    import time
    import tracemalloc

    load_photo(encoded(drawn(), "PNG"))
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(ImageTooLarge):
        load_photo(BOMBS[name])
    elapsed = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert elapsed < 0.5  # 0.05 on a quiet machine
    assert peak < 2_000_000


@pytest.mark.parametrize("make", [lambda p: p, lambda p: np.asarray(p), lambda p: encoded(p, "PNG")])
def test_limits_are_configurable_for_every_source(make):
    source = make(drawn())
    exact = PhotoLimits(max_pixels=WIDTH * HEIGHT, max_side=WIDTH)
    assert load_photo(source, limits=exact).info.width == WIDTH
    with pytest.raises(ImageTooLarge, match="max_pixels"):
        load_photo(source, limits=PhotoLimits(max_pixels=WIDTH * HEIGHT - 1))
    with pytest.raises(ImageTooLarge, match="max_side"):
        load_photo(source, limits=PhotoLimits(max_side=WIDTH - 1))


def test_file_size_is_checked_before_the_file_is_read(tmp_path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.write(png_header(10, 10))
        file.truncate(10**12)  # a hole: takes no room on disk
    with pytest.raises(ImageTooLarge, match="max_bytes"):
        load_photo(path)
    data = encoded(drawn(), "PNG")
    for source in (data, io.BytesIO(data), memoryview(data)):
        assert load_photo(source, limits=PhotoLimits(max_bytes=len(data))).info.width == WIDTH
    for source in (data, io.BytesIO(data), memoryview(data)):
        with pytest.raises(ImageTooLarge, match="max_bytes"):
            load_photo(source, limits=PhotoLimits(max_bytes=len(data) - 1))


def test_an_endless_file_is_read_no_further_than_the_limit():
    class Endless:
        taken = 0

        def read(self, size: int = -1) -> bytes:
            part = bytes(min(size, 65_536))
            self.taken += len(part)
            return part

    endless = Endless()
    with pytest.raises(ImageTooLarge):
        load_photo(endless, limits=PhotoLimits(max_bytes=1_000_000))
    assert endless.taken <= 1_000_001
    with open("/dev/zero", "rb") as file, pytest.raises(ImageTooLarge):
        load_photo(file, limits=PhotoLimits(max_bytes=1_000_000))


@pytest.mark.parametrize("options", [{"max_pixels": 0}, {"max_bytes": -1}, {"max_side": 1.5}, {"max_pixels": True}])
def test_senseless_limits_are_refused(options):
    with pytest.raises(InputError):
        PhotoLimits(**options)


def test_a_limit_above_that_of_pillow_holds(monkeypatch):
    data = {file_format: encoded(drawn(), file_format) for file_format in FORMATS}
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", WIDTH * HEIGHT - 1)
    for file_format in ("JPEG", "PNG", "WEBP", "BMP", "GIF"):
        assert load_photo(data[file_format]).info.width == WIDTH
    with pytest.raises(ImageTooLarge, match="MAX_IMAGE_PIXELS"):
        load_photo(data["TIFF"])


def test_no_setting_of_pillow_is_touched():
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)
    data = encoded(drawn(), "PNG")
    load_photo(data)
    load_photo(data[: len(data) // 2], limits=PhotoLimits(allow_truncated=True))
    assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)) == before


# --------------------------------------------------------------------------------------------------------- truncation


def noisy() -> Image.Image:
    """A picture that no format makes small, so that every cut goes through pixels."""
    noise = np.random.default_rng(7).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    return Image.fromarray(noise)


TRUNCATED = {
    "JPEG": ("JPEG", {"quality": 90}),
    "progressive JPEG": ("JPEG", {"quality": 90, "progressive": True}),
    "PNG": ("PNG", {}),
    "WEBP lossy": ("WEBP", {"quality": 90}),
    "WEBP lossless": ("WEBP", {"lossless": True}),
    "GIF": ("GIF", {}),
    "BMP": ("BMP", {}),
    "TIFF": ("TIFF", {}),
    "TIFF lzw": ("TIFF", {"compression": "tiff_lzw"}),
}


@pytest.mark.parametrize("kind", TRUNCATED)
@pytest.mark.parametrize("make", [noisy, drawn, lambda: Image.new("RGB", (40, 30))], ids=["noisy", "drawn", "blank"])
def test_truncated_files_are_refused(kind, make):
    file_format, options = TRUNCATED[kind]
    data = encoded(make(), file_format, **options)
    for percent in range(0, 100, 5):
        with pytest.raises(BadImage):
            load_photo(data[: len(data) * percent // 100])


@pytest.mark.parametrize("kind", TRUNCATED)
def test_what_is_there_of_a_truncated_file_can_be_read(kind):
    file_format, options = TRUNCATED[kind]
    whole = load_photo(encoded(noisy(), file_format, **options))
    data = encoded(noisy(), file_format, **options)
    limits = PhotoLimits(allow_truncated=True)
    for percent in range(30, 100, 5):
        try:
            photo = load_photo(data[: len(data) * percent // 100], limits=limits)
        except BadImage:
            assert kind in ("TIFF lzw", "WEBP lossless")  # the directory comes last; the decoder gives up
            continue
        assert photo.is_truncated
        assert photo.pixels.shape == whole.pixels.shape
        if percent >= 70 and kind in ("JPEG", "PNG", "WEBP lossy", "TIFF", "GIF"):
            assert np.array_equal(photo.pixels[:6], whole.pixels[:6])
    photo = load_photo(data, limits=limits)
    assert not photo.is_truncated
    assert np.array_equal(photo.pixels, whole.pixels)


def test_a_flipped_byte_of_a_png_is_noticed():
    data = bytearray(encoded(noisy(), "PNG"))
    data[len(data) // 2] ^= 0x10
    with pytest.raises(BadImage, match="checksum"):
        load_photo(bytes(data))


def test_a_jpeg_that_lacks_only_its_end_marker_can_be_read_in_full():
    data = encoded(drawn(), "JPEG")
    assert data.endswith(b"\xff\xd9")
    salvaged = load_photo(data[:-2], limits=PhotoLimits(allow_truncated=True))
    assert salvaged.is_truncated
    assert np.array_equal(salvaged.pixels, load_photo(data).pixels)


# ------------------------------------------------------------------------------------------------------------ foreign

FOREIGN = {
    "SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "PDF": b"%PDF-1.7\n%\xe2\xe3",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "EPS": b"\xc5\xd0\xd3\xc6" + bytes(28),
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "AVIF": encoded(Image.new("RGB", (8, 8)), "AVIF"),
    "ICO": encoded(Image.new("RGB", (16, 16)), "ICO"),
    "ICNS": encoded(Image.new("RGB", (16, 16)), "ICNS"),
    "JPEG 2000": encoded(Image.new("RGB", (8, 8)), "JPEG2000"),
    "JPEG XL": b"\0\0\0\x0cJXL \r\n\x87\n",
    "netpbm": encoded(Image.new("RGB", (8, 8)), "PPM"),
    "PCX": encoded(Image.new("RGB", (8, 8)), "PCX"),
    "TGA": encoded(Image.new("RGB", (8, 8)), "TGA"),
    "DDS": encoded(Image.new("RGB", (8, 8)), "DDS"),
    "SGI": encoded(Image.new("RGB", (8, 8)), "SGI"),
    "XBM": encoded(Image.new("1", (8, 8)), "XBM"),
    "PSD": b"8BPS\0\x01" + bytes(20),
    "QOI": b"qoif" + bytes(20),
    "OpenEXR": b"\x76\x2f\x31\x01\x02\0\0\0",
    "FITS": b"SIMPLE  =                    T" + b" " * 50,
    "DjVu": b"AT&TFORM\0\0\0\0DJVU",
    "raw CR2": b"II*\0\x10\0\0\0CR\x02\0" + bytes(20),
    "raw DNG": tiff_header(10, 10, (50706, 1)),
    "video": b"\0\0\0\x18ftypisom\0\0\2\0",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_formats_are_named(name):
    with pytest.raises(UnsupportedFormat) as caught:
        load_photo(FOREIGN[name])
    assert name.removeprefix("raw ").lower() in str(caught.value).lower().replace("heif", "heic")


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"hello, world", b"\xff" * 100, b"\xff\xd8\xff", b"BM", b"GIF89a", b"RIFF"]
)
def test_what_is_no_picture_is_refused(data):
    for source in (data, io.BytesIO(data)):
        with pytest.raises(BadImage):
            load_photo(source)


@pytest.mark.parametrize("source", [None, 7, 1.5, [1, 2], object(), ("a",), io.StringIO("text"), dict])
def test_other_things_are_refused(source):
    with pytest.raises(BadImage):
        load_photo(source)


def test_failing_file_objects_are_refused():
    class Failing:
        def __init__(self, outcome: object) -> None:
            self.outcome = outcome

        def read(self, size: int = -1) -> object:
            if isinstance(self.outcome, Exception):
                raise self.outcome
            return self.outcome

    closed = io.BytesIO(b"x")
    closed.close()
    for source in (Failing(OSError("gone")), Failing(RuntimeError("odd")), Failing(None), Failing("text"), closed):
        with pytest.raises(BadImage):
            load_photo(source)


# -------------------------------------------------------------------------------------------------------------- paths


@pytest.mark.parametrize(
    "name",
    ["with space.png", "ünï-코드-文字.png", "🚌🛑.png", "a" * 240 + ".png", "-", "--help", "#?%20&.png", "no suffix"],
)
def test_odd_names_are_read(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(encoded(drawn(), "PNG"))
    assert load_photo(path).info.source == str(path)
    assert load_photo(str(path)).info.width == WIDTH


def test_unreadable_paths_are_refused(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.png").touch()
    paths = [tmp_path, loop, tmp_path / "pipe", tmp_path / "empty.png", tmp_path / "missing.png", "a\0b", "", "\udcff"]
    paths += [
        tmp_path / ("n" * 300),
        "/dev/zero",
        "/dev/null",
        "/dev/full",
        "https://example.org/a.png",
        "/proc/self/mem",
    ]
    for path in paths:
        with pytest.raises(BadImage):
            load_photo(path)


def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(drawn(), "PNG"))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(BadImage, match="ermission"):
        load_photo(path)


def test_no_descriptor_stays_open(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(drawn(), "PNG"))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        load_photo(path)
        with pytest.raises(BadImage):
            load_photo(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_origin_is_known(tmp_path):
    import hashlib

    path = tmp_path / "photo.png"
    data = encoded(drawn(), "PNG")
    path.write_bytes(data)
    link = tmp_path / "link.png"
    link.symlink_to(path)
    status = path.stat()
    digest = hashlib.sha256(data).hexdigest()
    with path.open("rb") as file, Image.open(path) as picture:
        for source in (path, link, file):
            photo = load_photo(source)
            assert photo.source_sha256 == digest
            assert photo.origin.size == len(data)
            assert photo.origin.path == str(path)
            assert photo.origin.device_and_inode == (status.st_dev, status.st_ino)
        assert load_photo(picture).origin.device_and_inode == (status.st_dev, status.st_ino)
    assert load_photo(data).source_sha256 == digest
    assert load_photo(data).origin.path is None
    assert load_photo(np.zeros((2, 2), np.uint8)).source_sha256 is None


# ------------------------------------------------------------------------------------------------------------ hostile

SEEDS = [
    encoded(Image.new("RGB", (9, 7), (1, 2, 3)), "JPEG"),
    encoded(Image.new("RGB", (9, 7), (1, 2, 3)), "JPEG", progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0"),
    encoded(Image.new("P", (9, 7), 3), "PNG", transparency=3),
    encoded(Image.new("RGBA", (9, 7)), "WEBP", exif=b"II*\0"),
    encoded(Image.new("RGB", (9, 7)), "WEBP", lossless=True),
    encoded(Image.new("P", (9, 7)), "GIF", save_all=True, append_images=[Image.new("P", (9, 7), 2)]),
    encoded(Image.new("L", (9, 7)), "BMP"),
    encoded(Image.new("RGB", (9, 7)), "TIFF"),
    encoded(Image.new("RGB", (9, 7)), "TIFF", compression="tiff_lzw"),
    encoded(Image.new("F", (9, 7)), "TIFF", compression="tiff_deflate", big_tiff=True),
]


def reads_or_refuses(data: bytes) -> None:
    """Whatever the bytes: a photo, or one of our errors, and no warning."""
    for limits in (PhotoLimits(max_pixels=300_000), PhotoLimits(max_pixels=300_000, allow_truncated=True)):
        try:
            photo = load_photo(data, limits=limits)
        except WhichtextError:
            continue
        assert photo.pixels.size <= 900_000


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    reads_or_refuses(data)


@settings(max_examples=1200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=6),
    st.floats(0.2, 1),
    st.binary(max_size=30),
)
def test_any_damage_is_read_or_refused(seed, patches, keep, tail):
    data = bytearray(seed)
    for place, patch in patches:
        start = int(place * len(data))
        data[start : start + len(patch)] = patch
    reads_or_refuses(bytes(data[: max(1, int(keep * len(data)))]) + tail)


def hostile_files() -> dict[str, bytes]:
    """Files of very many parts, each of which costs a careless reader a step in Python."""
    jpeg = encoded(drawn(), "JPEG", progressive=True)
    scan = jpeg.index(b"\xff\xda")
    gif = encoded(drawn(), "GIF")
    png = png_header(9, 7)
    many = 19_000_000
    frame = jpeg.index(b"\xff\xc2")
    large = jpeg[: frame + 5] + struct.pack(">HH", 6250, 8000) + jpeg[frame + 9 :]
    return {
        "JPEG scans of a large photo": large[:-2] + large[scan:-2] + b"\xff\xd9",
        "JPEG scans": jpeg[:-2] + jpeg[scan:-2] * 300 + b"\xff\xd9",
        "JPEG comments": b"\xff\xd8\xff\xe0" + b"\0\x02" + b"\xff\xfe\0\x02" * (many // 4),
        "JPEG fill": b"\xff\xd8" + b"\xff" * many,
        "PNG chunks": png + png_chunk(b"IDAT", b"") * (many // 12),
        "PNG text": png + png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(many))),
        "GIF comment": gif[:13] + b"!\xfe" + b"\x01a" * (many // 2) + b"\0;",
        "GIF junk": gif[:13] + b"a!" * (many // 2),
        "GIF extensions": gif[:13] + b"!\xfe\0a" * (many // 4),
        "WEBP chunks": b"RIFF" + struct.pack("<L", many) + b"WEBP" + b"ABCD\0\0\0\0" * (many // 8),
        "TIFF tags": b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHLL", 700, 1, many, 0) * 65_535 + bytes(many // 2),
        "TIFF strips": tiff_header(64, 48).replace(
            struct.pack("<HHLL", 273, 4, 1, 8), struct.pack("<HHLL", 273, 4, 2**20, 8)
        )
        + bytes(many // 2),
        "BMP runs": b"BM"
        + bytes(8)
        + struct.pack("<LLllHHLL", 54, 40, 5000, 5000, 1, 8, 1, many)
        + bytes(16)
        + b"\x01\x01" * (many // 2),
    }


def test_files_of_very_many_parts_are_refused_quickly():
    import time

    for name, data in hostile_files().items():
        start = time.perf_counter()
        with pytest.raises(WhichtextError):
            load_photo(data)
        assert time.perf_counter() - start < 3, name


def test_many_threads_read_the_same_pixels():
    sources = [encoded(drawn(), file_format) for file_format in FORMATS]
    expected = [load_photo(source).pixels for source in sources]
    wrong: list[int] = []

    def work(start: int) -> None:
        for step in range(12):
            index = (start + step) % len(sources)
            allow = PhotoLimits(allow_truncated=bool(step % 2))
            if not np.array_equal(load_photo(sources[index], limits=allow).pixels, expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_paths_may_be_any_path_like(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(drawn(), "PNG"))

    class Like:
        def __fspath__(self) -> str:
            return str(path)

    assert load_photo(Like()).info.source == str(path)
    assert load_photo(Path(os.path.relpath(path))).origin.path == str(path)
