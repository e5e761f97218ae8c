"""Redaction: what is hidden is gone, what is written carries nothing else, and in doubt nothing is written."""

import hashlib
import io
import json
import os
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from whichtext.errors import AmbiguousQuery, InputError, NoMatch, OutputError, RedactionRefused
from whichtext.geometry import polygon_mask
from whichtext.image import Photo, load_photo
from whichtext.redaction import RECALL_THRESHOLD, Redaction, pad_polygon, redact_answer, redact_photo
from whichtext.types import Answer, Match, SceneContent, Text

SIZE = (320, 200)
WORDS = {"CALL": (20, 20), "0151": (110, 20), "2345": (190, 20), "SALE": (40, 120), "sale!": (200, 130)}


def picture() -> Image.Image:
    """Writing on a coloured, noisy ground."""
    noise = np.random.default_rng(3).integers(90, 200, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    drawn = Image.fromarray(noise)
    draw = ImageDraw.Draw(drawn)
    for word, place in WORDS.items():
        draw.text(place, word, fill=(255, 255, 255), font=ImageFont.load_default(size=28))
    return drawn


def text(number: int, level: str, wording: str, box: tuple[float, ...], parts: tuple[int, ...] = ()) -> Text:
    x0, y0, x1, y1 = box
    return Text(number, level, wording, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), (x0, y0, x1, y1), 0.9, parts)


def scene() -> tuple[Photo, SceneContent]:
    """Five words, and the three of the first row as a line."""
    photo = load_photo(picture())
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    font = ImageFont.load_default(size=28)
    words = [text(i, "word", w, draw.textbbox(p, w, font=font)) for i, (w, p) in enumerate(WORDS.items())]
    row = [word.box for word in words[:3]]
    line = text(5, "line", "CALL 0151 2345", (row[0][0], row[0][1], row[2][2], row[2][3]), (0, 1, 2))
    return photo, SceneContent(photo.info, (*words, line))


def answered(content: SceneContent, status: str, *scores: tuple[int, float], rivals: tuple[int, ...] = ()) -> Answer:
    matches = tuple(Match(content.texts[number], score) for number, score in scores)
    best = matches[0].text if matches and status != "none" else None
    question = "the upper or the lower one?" if status == "ambiguous" else None
    return Answer("my secret query", status, best, matches, 0.1, question, tuple(content.texts[r] for r in rivals))


def everything(content: SceneContent, *first: tuple[int, float]) -> list[tuple[int, float]]:
    """All texts, those given first with their scores, the rest with none."""
    named = {number for number, _ in first}
    return [*first, *((i, 0.0) for i in range(len(content.texts)) if i not in named)]


# ------------------------------------------------------------------------------------------------------------- pixels


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("fill", [(0, 0, 0), (255, 0, 7)])
def test_inside_is_one_colour_and_outside_is_untouched(number, fill):
    photo, content = scene()
    redaction = redact_answer(photo, content, answered(content, "found", (number, 0.9)), fill=fill)
    mask = polygon_mask(redaction.polygons, SIZE)
    assert np.array_equal(mask, redaction.mask)
    assert (redaction.pixels[mask] == fill).all()
    assert np.array_equal(redaction.pixels[~mask], photo.pixels[~mask])
    assert not redaction.pixels.flags.writeable


@pytest.mark.parametrize("number", range(6))
def test_nothing_of_a_glyph_peeks_out(number):
    photo, content = scene()
    hidden = {5: ["CALL", "0151", "2345"]}.get(number, [content.texts[number].text])
    redaction = redact_answer(photo, content, answered(content, "found", (number, 0.9)))
    ink = Image.new("L", SIZE)
    for word in hidden:
        ImageDraw.Draw(ink).text(WORDS[word], word, fill=255, font=ImageFont.load_default(size=28))
    assert redaction.mask[np.asarray(ink) > 0].all()


def test_the_photo_itself_is_not_changed():
    photo, content = scene()
    before = photo.pixels.copy()
    redact_photo(photo, content.texts)
    assert np.array_equal(photo.pixels, before)


def test_margin_grows_with_the_letters():
    photo, _content = scene()
    small, large = text(0, "word", "a", (150, 90, 170, 98)), text(1, "word", "A", (100, 60, 250, 120))
    for word, margin in ((small, 4.0), (large, 18.0)):
        mask = redact_photo(photo, [word]).mask
        rows = np.flatnonzero(mask.any(axis=1))
        assert abs(rows[0] - (word.box[1] - margin)) <= 2
        assert abs(rows[-1] - (word.box[3] + margin)) <= 2


def test_parts_that_stick_out_are_covered_too():
    photo, content = scene()
    line = replace(content.texts[5], polygon=((20, 30), (60, 30), (60, 40), (20, 40)), box=(20, 30, 60, 40))
    content = replace(content, texts=(*content.texts[:5], line))
    redaction = redact_answer(photo, content, answered(content, "found", (5, 0.9)))
    for word in content.texts[:3]:
        x0, y0, x1, y1 = (int(value) for value in word.box)
        assert redaction.mask[y0:y1, x0:x1].all()


points = st.tuples(st.floats(-50, 400), st.floats(-50, 300))


@settings(max_examples=150, deadline=None)
@given(st.lists(points, min_size=1, max_size=8), st.floats(1, 30))
def test_padded_polygons_cover_all_that_is_near(polygon, pixels):
    padded = pad_polygon(tuple(polygon), pixels)
    mask = polygon_mask(padded, SIZE)
    closed = np.array([*polygon, polygon[0]])
    steps = np.linspace(0, 1, 20)[:, None, None]
    edge = (closed[:-1] * (1 - steps) + closed[1:] * steps).reshape(-1, 2)
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    near = edge[:, None, :] + max(0.0, pixels - 2) * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    x, y = np.rint(near.reshape(-1, 2)).astype(int).T
    seen = (x >= 0) & (y >= 0) & (x < SIZE[0]) & (y < SIZE[1])
    assert mask[y[seen], x[seen]].all()
    if len(set(polygon)) >= 3:
        assert mask[polygon_mask([tuple(polygon)], SIZE)].all()


@settings(max_examples=150, deadline=None)
@given(st.lists(points, min_size=1, max_size=4), st.floats(0, 30))
def test_every_pixel_inside_a_padded_polygon_is_covered(polygon, pixels):
    (padded,) = pad_polygon(tuple(polygon), pixels)
    corners = np.array(padded)
    edges = np.roll(corners, -1, axis=0) - corners
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    inside = np.ones(x.shape, dtype=bool)
    for (corner_x, corner_y), (edge_x, edge_y) in zip(corners, edges, strict=True):
        inside &= edge_x * (y - corner_y) - edge_y * (x - corner_x) >= 0
    assert polygon_mask([padded], SIZE)[inside].all()


def test_a_dent_stays_visible():
    polygon = ((20, 20), (300, 20), (300, 180), (280, 180), (280, 40), (40, 40), (40, 180), (20, 180))
    mask = polygon_mask(pad_polygon(polygon, 5), SIZE)
    assert mask[30, 160]
    assert not mask[120, 160]


@pytest.mark.parametrize(
    "polygon", [((float("nan"), 0), (1, 1)), ((1e9, 0), (1, 1), (2, 2)), ((-500, -500), (-400, -500), (-400, -400))]
)
def test_impossible_regions_are_refused(polygon):
    photo, _ = scene()
    with pytest.raises(RedactionRefused):
        redact_photo(photo, [Text(0, "word", "x", polygon, (0, 0, 1, 1), 0.5)])


def test_no_texts_are_refused():
    with pytest.raises(RedactionRefused):
        redact_photo(scene()[0], [])


@pytest.mark.parametrize(
    "options",
    [{"padding": -1}, {"padding": float("nan")}, {"minimum_padding": "4"}, {"fill": (0, 0)}, {"fill": (0, 0, 300)}],
)
def test_senseless_options_are_refused(options):
    photo, content = scene()
    with pytest.raises(InputError):
        redact_photo(photo, content.texts, **options)


# ------------------------------------------------------------------------------------------------------- fails closed


def test_no_match_is_refused():
    photo, content = scene()
    for all_matches in (False, True):
        with pytest.raises(NoMatch):
            redact_answer(photo, content, answered(content, "none", (0, 0.1)), all_matches=all_matches)


def test_an_ambiguous_query_is_refused_with_its_question():
    photo, content = scene()
    with pytest.raises(AmbiguousQuery, match="upper or the lower") as caught:
        redact_answer(photo, content, answered(content, "ambiguous", (3, 0.5), (4, 0.4), rivals=(3, 4)))
    assert "SALE" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_all_matches_cover_every_candidate_above_the_threshold():
    photo, content = scene()
    above, below = 0.5 * RECALL_THRESHOLD + 0.01, 0.5 * RECALL_THRESHOLD - 0.01
    scores = everything(content, (3, 0.5), (4, above), (0, below))
    for status in ("ambiguous", "found"):
        redaction = redact_answer(photo, content, answered(content, status, *scores), all_matches=True)
        assert [region["id"] for region in redaction.audit["regions"]] == [3, 4]
    rivals = answered(content, "ambiguous", *scores, rivals=(3, 0))
    redaction = redact_answer(photo, content, rivals, all_matches=True)
    assert [region["id"] for region in redaction.audit["regions"]] == [3, 4, 0]


def test_a_list_that_may_go_on_is_refused():
    photo, content = scene()
    with pytest.raises(RedactionRefused, match="top_k=6"):
        redact_answer(photo, content, answered(content, "ambiguous", (3, 0.5), (4, 0.4)), all_matches=True)


def test_the_same_wording_elsewhere_is_counted_or_covered():
    photo, content = scene()
    answer = answered(content, "found", (3, 0.9))
    assert redact_answer(photo, content, answer).audit["same_text_elsewhere"] == 1
    covered = redact_answer(photo, content, answer, same_text=True)
    assert covered.audit["same_text_elsewhere"] == 0
    assert [region["id"] for region in covered.audit["regions"]] == [3, 4]


# -------------------------------------------------------------------------------------------------------------- files


def rich_photo(file_format: str, **options: object) -> bytes:
    """A file with every kind of metadata."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    if file_format != "TIFF":
        exif[0x8825] = {1: "N", 2: (48.0, 1.0, 1.0)}
    file = io.BytesIO()
    picture().save(file, file_format, exif=exif, icc_profile=b"SECRET profile", xmp=b"SECRET packet", **options)
    return file.getvalue()


def redacted(source: object) -> Redaction:
    _, content = scene()
    return redact_answer(load_photo(source), content, answered(content, "found", (1, 0.9)))


def png_chunks(data: bytes) -> list[bytes]:
    names, position = [], 8
    while position < len(data):
        length, name = struct.unpack_from(">L4s", data, position)
        names.append(name)
        position += 12 + length
    assert position == len(data)
    return names


def jpeg_segments(data: bytes) -> list[int]:
    markers, position = [], 2
    while data[position + 1] != 0xDA:
        assert data[position] == 0xFF
        markers.append(data[position + 1])
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    assert data.index(b"\xff\xd9", position) == len(data) - 2
    return markers


def webp_chunks(data: bytes) -> list[bytes]:
    names, position = [], 12
    while position < len(data):
        name, length = struct.unpack_from("<4sL", data, position)
        names.append(name)
        position += 8 + length + length % 2
    assert position == len(data) == 8 + struct.unpack_from("<L", data, 4)[0]
    return names


@pytest.mark.parametrize("source_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".webp", ".bmp", ".tiff"])
def test_files_hold_pixels_and_nothing_else(source_format, suffix, tmp_path):
    path = tmp_path / f"out{suffix}"
    redaction = redacted(rich_photo(source_format))
    redaction.save(path)
    data = path.read_bytes()
    assert b"SECRET" not in data
    if suffix == ".png":
        assert set(png_chunks(data)) == {b"IHDR", b"IDAT", b"IEND"}
    elif suffix in (".jpg", ".JPEG"):
        assert set(jpeg_segments(data)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    elif suffix == ".webp":
        assert webp_chunks(data) == [b"VP8L"]
    elif suffix == ".tiff":
        with Image.open(path) as file:
            assert set(file.tag_v2) <= {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317}
    with Image.open(path) as file:
        assert suffix == ".tiff" or not file.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment", "photoshop"} & set(file.info)
        again = np.asarray(file.convert("RGB"))
    if suffix in (".jpg", ".JPEG"):
        assert again[redaction.mask].mean() < 12
    else:
        assert np.array_equal(again, redaction.pixels)


def test_jpeg_quality_is_a_choice(tmp_path):
    redaction = redacted(picture())
    redaction.save(tmp_path / "low.jpg", quality=30)
    redaction.save(tmp_path / "high.jpg", quality=95)
    assert (tmp_path / "low.jpg").stat().st_size < (tmp_path / "high.jpg").stat().st_size / 2
    for quality in (0, 101, 50.5, True):
        with pytest.raises(OutputError, match="quality"):
            redaction.save(tmp_path / "bad.jpg", quality=quality)


def sources(original) -> dict[str, object]:
    """The same photo by every way in."""
    return {
        "path": original,
        "bytes": original.read_bytes(),
        "file": original.open("rb"),
        "pillow": Image.open(original),
    }


@pytest.mark.parametrize("kind", ["path", "bytes", "file", "pillow"])
@pytest.mark.parametrize("name", ["same", "relative", "symlink", "hardlink", "folder link", "dotted"])
def test_the_original_is_never_written_over(kind, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    original = tmp_path / "photo.png"
    picture().save(original)
    (tmp_path / "symlink.png").symlink_to(original)
    os.link(original, tmp_path / "hardlink.png")
    (tmp_path / "folder").symlink_to(tmp_path)
    target = {
        "same": original,
        "relative": "photo.png",
        "symlink": tmp_path / "symlink.png",
        "hardlink": "hardlink.png",
        "folder link": "folder/photo.png",
        "dotted": f"./../{tmp_path.name}//photo.png",
    }[name]
    before = original.read_bytes()
    redaction = redacted(sources(original)[kind])
    with pytest.raises(OutputError, match="original"):
        redaction.save(target)
    assert original.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["folder", "hardlink.png", "photo.png", "symlink.png"]


def test_the_audit_does_not_overwrite_the_original_either(tmp_path):
    original = tmp_path / "photo.png"
    picture().save(original)
    before = original.read_bytes()
    with pytest.raises(OutputError):
        redacted(original).save(tmp_path / "out.png", audit_path=original)
    with pytest.raises(OutputError):
        redacted(original).save(original, in_place=True, audit_path=original)
    assert original.read_bytes() == before
    assert not (tmp_path / "out.png").exists()


def test_in_place_writes_over_the_original_through_a_link(tmp_path):
    original = tmp_path / "photo.png"
    picture().save(original)
    original.chmod(0o640)
    link = tmp_path / "link.png"
    link.symlink_to(original)
    redaction = redacted(link)
    redaction.save(link, in_place=True)
    assert link.is_symlink()
    assert np.array_equal(load_photo(original).pixels, redaction.pixels)
    assert original.stat().st_mode & 0o777 == 0o640


def test_other_files_are_replaced_as_a_whole(tmp_path):
    path = tmp_path / "out.png"
    path.write_bytes(b"something else")
    redaction = redacted(picture())
    redaction.save(path)
    assert np.array_equal(load_photo(path).pixels, redaction.pixels)
    assert os.listdir(tmp_path) == ["out.png"]


@pytest.mark.parametrize(
    "name", ["out.gif", "out.svg", "out", "out.png/x.png", "missing/out.png", "folder.png", "a\0.png", "pipe.png"]
)
def test_unwritable_targets_are_refused(name, tmp_path):
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(OutputError):
        redacted(picture()).save(f"{tmp_path}/{name}")
    assert sorted(os.listdir(tmp_path)) == ["folder.png", "pipe.png"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failure_leaves_nothing_half_written(failing, tmp_path, monkeypatch):
    path = tmp_path / "out.png"
    path.write_bytes(b"before")
    redaction = redacted(picture())

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OutputError, match="No space left"):
        redaction.save(path)
    assert os.listdir(tmp_path) == ["out.png"]
    assert path.read_bytes() == b"before"


# -------------------------------------------------------------------------------------------------------------- audit


def test_the_audit_says_what_was_done_and_not_what_was_read(tmp_path):
    photo, content = scene()
    data = rich_photo("PNG")
    answer = answered(content, "found", (5, 0.87654), (3, 0.1))
    redaction = redact_answer(load_photo(data), content, answer, reason="privacy")
    saved = redaction.save(tmp_path / "out.png", audit_path=tmp_path / "audit.json")
    written = (tmp_path / "audit.json").read_text()
    audit = json.loads(written)
    assert audit == json.loads(json.dumps(saved, allow_nan=False))
    for secret in ("CALL", "0151", "2345", "secret", "SALE"):
        assert secret not in written
    assert audit["schema_version"] == 1
    assert audit["reason"] == "privacy"
    assert audit["status"] == "found"
    assert audit["sha256"] == {
        "input": hashlib.sha256(data).hexdigest(),
        "input_of": "file",
        "output": hashlib.sha256((tmp_path / "out.png").read_bytes()).hexdigest(),
        "output_of": "file",
    }
    (region,) = audit["regions"]
    assert (region["id"], region["level"], region["score"]) == (5, "line", 0.8765)
    assert len(region["box"]) == 4
    polygons = [tuple(tuple(point) for point in polygon) for polygon in region["polygons"]]
    assert len(polygons) == 4  # the line and its three words
    assert (polygon_mask(polygons, SIZE) != redaction.mask).mean() < 0.001
    assert redaction.audit["sha256"]["output_of"] == "pixels"
    assert redaction.audit["sha256"]["output"] == hashlib.sha256(redaction.pixels.tobytes()).hexdigest()
    assert photo.pixels.shape == redaction.pixels.shape


def test_the_audit_names_the_query_only_when_asked():
    photo, content = scene()
    answer = answered(content, "found", (0, 0.9))
    assert "query" not in redact_answer(photo, content, answer).audit
    assert redact_answer(photo, content, answer, audit_query=True).audit["query"] == "my secret query"


def test_the_audit_of_an_array_names_its_pixels():
    photo, content = scene()
    audit = redact_photo(photo, content.texts[:1]).audit
    assert audit["sha256"]["input"] == hashlib.sha256(photo.pixels.tobytes()).hexdigest()
    assert audit["sha256"]["input_of"] == "pixels"
