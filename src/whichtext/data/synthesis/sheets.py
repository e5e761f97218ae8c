"""A carrier drawn flat: its material, border and decoration, with the writing on it and where every word is.

A sheet is a picture seen straight on, a little finer than it will be in the photo. Coordinates are pixels of the sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from whichtext.data.synthesis.carriers import CarrierKind
from whichtext.data.synthesis.finishes import FINISHES, Art
from whichtext.data.synthesis.fonts import Face, FontLibrary
from whichtext.data.synthesis.lettering import WrittenLine, bend, line_width, stack, tilt, write_line
from whichtext.data.synthesis.noise import fractal_noise, soft_noise
from whichtext.data.synthesis.outlines import Outline
from whichtext.data.synthesis.palette import Paint, colour_clash, paint
from whichtext.data.synthesis.strings import Content

__all__ = ["Sheet", "SheetLine", "draw_sheet"]

Floats = NDArray[np.floating[Any]]
_PITCH = 1.22  # of the letter size, from line to line


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line that was written."""

    content: Content
    words: tuple[str, ...]
    polygons: tuple[NDArray[np.float64], ...]
    ink: str
    ground: str | None
    styles: tuple[str, ...]
    letter_size: float


@dataclass(slots=True)
class Sheet:
    """pixels: (H, W, 3) float32 in [0, 255]; alpha: (H, W) float32 in [0, 1]; ink: (H, W) uint8, where letters are."""

    pixels: NDArray[np.float32]
    alpha: NDArray[np.float32]
    ink: NDArray[np.uint8]
    outline: NDArray[np.float64]
    lines: list[SheetLine] = field(default_factory=list)


def draw_sheet(
    rng: np.random.Generator,
    kind: CarrierKind,
    outline: Outline,
    size: tuple[int, int],
    scheme: tuple[str, str, str],
    contents: Sequence[Content],
    fonts: FontLibrary,
    *,
    least_letters: float,
    light: tuple[float, float],
    wall: str | None = None,
) -> Sheet:
    """Draw one carrier. least_letters: smallest letter size in pixels; light: where it comes from, (x, y) up to 1.

    wall: colour name of what is behind, for letters without a surface of their own.
    """
    width, height = size
    art = Art(rng, size, outline, scheme, {name: paint(rng, name) for name in dict.fromkeys(scheme)})
    FINISHES[kind.finish](art)
    pixels = np.asarray(art.image.reduce(2), dtype=np.float32).copy()
    alpha = np.asarray(art.mask.reduce(2), dtype=np.float32) / np.float32(255)
    ink = np.zeros((height, width), np.uint8)
    sheet = Sheet(pixels, alpha, ink, outline.points * [width, height])
    _write(rng, sheet, kind, art, outline, contents, fonts, least_letters, wall)
    if kind.finish == "letters":
        _only_letters(rng, sheet)
    else:
        _weather(rng, sheet, kind.finish, light)
    return sheet


@dataclass(frozen=True, slots=True)
class _Set:
    """A line with its typeface and size."""

    content: Content
    face: Face
    size: int
    tracking: float
    is_upright: bool = False
    """It runs from top to bottom or from bottom to top."""


def _faces(rng: np.random.Generator, kind: CarrierKind, contents: Sequence[Content], fonts: FontLibrary) -> list[Face]:
    share_script = {"chalk": 0.7, "painted": 0.2, "paper": 0.12, "cloth": 0.15, "vehicle": 0.12}.get(kind.finish, 0.05)
    head_group = "script" if rng.random() < share_script else "bold" if rng.random() < 0.5 else "any"
    head_string = " ".join(content.string for content in contents)
    head = fonts.pick(rng, head_string, group=head_group)
    body = head if rng.random() < 0.45 else fonts.pick(rng, head_string, group="plain")
    return [head] + [body] * (len(contents) - 1)


def _writable(rows: list[Content], faces: list[Face]) -> tuple[list[Content], list[Face]]:
    """Leave out characters that a face does not have, and lines of which nothing stays."""
    kept = []
    for row, face in zip(rows, faces, strict=True):
        string = " ".join("".join(char for char in row.string if face.can_write(char)).split())
        if string:
            kept.append((replace(row, string=string), face))
    return [row for row, _ in kept], [face for _, face in kept]


def _fit(
    rng: np.random.Generator,
    contents: list[Content],
    faces: list[Face],
    room: tuple[float, float],
    least: float,
    tracking: float,
) -> list[_Set]:
    """Sizes so that all lines fit; lines that would be too small are left out, last first."""
    while contents:
        weights = np.array([content.weight for content in contents])
        widths = np.array(
            [
                max(0.3, line_width(face, content.string, tracking))
                for content, face in zip(contents, faces, strict=False)
            ]
        )
        scale = room[1] / (_PITCH * weights.sum())
        sizes = np.minimum(scale * weights, room[0] * 0.97 / widths)
        for weight in np.unique(weights):  # lines of one weight are of one size
            same = weights == weight
            sizes[same] = sizes[same].min()
        small = [number for number, size in enumerate(sizes) if size < least]
        if not small:
            return [
                _Set(content, face, int(size), tracking)
                for content, face, size in zip(contents, faces, sizes, strict=False)
            ]
        if len(contents) == 1:
            return [_Set(contents[0], faces[0], max(6, int(sizes[0])), tracking)] if sizes[0] >= least * 0.75 else []
        contents = contents[: small[-1]] + contents[small[-1] + 1 :]
    return []


def _write(
    rng: np.random.Generator,
    sheet: Sheet,
    kind: CarrierKind,
    art: Art,
    outline: Outline,
    contents: Sequence[Content],
    fonts: FontLibrary,
    least: float,
    wall: str | None,
) -> None:
    height, width = sheet.ink.shape
    x0, y0, x1, y1 = (art.area[0] * width, art.area[1] * height, art.area[2] * width, art.area[3] * height)
    rows = _parted(list(contents), (x1 - x0) / (y1 - y0))
    rows, faces = _writable(rows, _faces(rng, kind, rows, fonts))
    if not rows:
        return
    has_room = rng.uniform(0.84, 1.0)
    tracking = float(rng.choice([0, 0, 0, 0.04, 0.1])) if not faces[0].is_script else 0.0
    is_upright = len(rows) == 1 and x1 - x0 < 0.5 * (y1 - y0)
    room = ((x1 - x0) * has_room, y1 - y0)
    sets = _fit(rng, rows, faces, (room[1], room[0]) if is_upright else room, least, tracking)
    if is_upright:
        sets = [replace(one, is_upright=True) for one in sets]
    if not sets:
        return
    free = (y1 - y0) - sum(one.size for one in sets) * _PITCH
    leading = min(free / max(1, len(sets)), 0.35 * float(np.median([one.size for one in sets]))) * rng.uniform(0.4, 1.0)
    leading = max(0.0, leading)
    total = sum(one.size for one in sets) * _PITCH + leading * (len(sets) - 1)
    align = (
        "centre"
        if kind.finish in {"enamel", "painted", "shirt", "metal"}
        else str(rng.choice(["centre", "centre", "left"]))
    )
    angle = float(rng.uniform(-13, 13)) if _may_slant(kind, outline) and rng.random() < 0.3 else 0.0
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    axes = np.array(
        [
            [np.cos(np.radians(angle)), np.sin(np.radians(angle))],
            [-np.sin(np.radians(angle)), np.cos(np.radians(angle))],
        ]
    )
    y = -total / 2 + (float(rng.uniform(-0.4, 0.4)) * max(0.0, (y1 - y0) - total) if angle == 0 else 0.0)
    effect = _effect(rng, kind.finish)
    for number, one in enumerate(sets):
        name, ground = _colours(rng, art, number, one.content, wall, kind)
        shift = 0.0 if align == "centre" else -(x1 - x0) / 2
        written = _shaped(rng, one, kind, outline, len(sets), (x1 - x0, y1 - y0), effect)
        if angle and not written.is_bent:
            written = tilt(written, angle)
        y += one.size * _PITCH / 2
        centre = middle + np.array([0.0, y]) @ axes
        y += one.size * _PITCH / 2 + leading
        left = centre[0] - written.mask.width / 2 if align == "centre" or angle else middle[0] + shift
        top = centre[1] - written.mask.height / 2
        _place(rng, sheet, written, (round(left), round(top)), one, name, ground, art.paints, effect, angle)


def _parted(contents: list[Content], aspect: float) -> list[Content]:
    """A single line of several words on a surface that is not wide becomes two lines."""
    words = contents[0].string.split()
    if len(contents) > 1 or len(words) < 2 or aspect > 1.9 or len(contents[0].string) < 7:
        return contents
    half = (len(words) + 1) // 2
    return [Content(" ".join(part), contents[0].kind, contents[0].weight) for part in (words[:half], words[half:])]


def _may_slant(kind: CarrierKind, outline: Outline) -> bool:
    return kind.key in {"burst", "poster", "banner", "label", "roll-up"} or outline.name == "irregular"


def _effect(rng: np.random.Generator, finish: str) -> str:
    if finish == "chalk":
        return "worn"
    if finish == "screen":
        return "lit"
    if finish in {"letters", "painted"} and rng.random() < 0.45:
        return "3d"
    if finish == "metal":
        return "engraved"
    return "shadow" if finish in {"paper", "cloth", "vehicle"} and rng.random() < 0.14 else "plain"


def _colours(
    rng: np.random.Generator, art: Art, number: int, content: Content, wall: str | None, kind: CarrierKind
) -> tuple[str, str | None]:
    """Names of the ink and of the ground of a line."""
    ground_name, ink_name, accent = art.text_scheme
    ground: str | None = ground_name
    if kind.finish == "letters":
        ground = wall
    elif (
        rng.random() < (0.45 if number == 0 or content.kind == "price" else 0.08)
        and colour_clash(accent, ground_name) < 0
    ):
        ink_name = accent
    return ink_name, ground


def _shaped(
    rng: np.random.Generator,
    one: _Set,
    kind: CarrierKind,
    outline: Outline,
    count: int,
    room: tuple[float, float],
    effect: str,
) -> WrittenLine:
    """The line as a mask: bent where the surface is round, now and then stacked on tall surfaces."""
    string = one.content.string
    if one.is_upright and (rng.random() < 0.5 or len(string) < 4):
        size = min(one.size, int(room[1] / (1.02 * len(string) + 1)))
        return stack(one.face, max(8, size), string)
    if one.is_upright:
        return tilt(write_line(one.face, one.size, string), 90 if rng.random() < 0.4 else -90)
    stroke = 1 if rng.random() < 0.06 and one.size > 24 else 0
    line = write_line(one.face, one.size, string, tracking=one.tracking, stroke=stroke)
    may_bend = outline.name in {"round", "oval"} or kind.key in {"shirt", "shield", "poster", "letters", "button"}
    if not may_bend or one.size < 12 or len(string) < 4 or rng.random() > (0.5 if count == 1 else 0.25):
        return line
    degrees = float(rng.uniform(25, 95 if count == 1 else 50)) * (1 if rng.random() < 0.7 else -1)
    size, bent = one.size, bend(line, degrees)
    # An arc is taller than a line: shrink until it keeps within its share of the room.
    most = room[1] if count == 1 else max(one.size * 1.75, 1.0)
    while (bent.mask.height > most or bent.mask.width > room[0] * 1.04) and size > 11:
        size = int(size * 0.88)
        bent = bend(write_line(one.face, size, string, tracking=one.tracking), degrees)
        degrees *= 0.94
    return bent if bent.mask.height <= most and bent.mask.width <= room[0] * 1.08 else line


def _place(
    rng: np.random.Generator,
    sheet: Sheet,
    written: WrittenLine,
    at: tuple[int, int],
    one: _Set,
    name: str,
    ground: str | None,
    paints: dict[str, Paint],
    effect: str,
    angle: float,
) -> None:
    """Paint a line into the sheet; a line that would leave the surface is left out."""
    height, width = sheet.ink.shape
    left, top = at
    mask = written.mask
    corners = np.concatenate(written.polygons) + np.array([left, top])
    if corners.min() < 1 or (corners > [width - 1, height - 1]).any():
        return
    columns, rows = np.clip(corners.T.round().astype(int), 0, [[width - 1], [height - 1]])
    if (sheet.alpha[rows, columns] < 0.5).mean() > 0.12 and sheet.alpha.max() > 0:
        return
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + mask.width), min(height, top + mask.height)
    piece = np.asarray(mask, dtype=np.float32)[y0 - top : y1 - top, x0 - left : x1 - left] / np.float32(255)
    colour = np.array(paints.get(name) or paint(rng, name), np.float32)
    region = sheet.pixels[y0:y1, x0:x1]
    if effect == "worn":
        piece = (piece * np.clip(0.86 + 0.2 * soft_noise(rng, piece.shape, 3.0), 0.25, 1)).astype(np.float32)
    if effect in {"3d", "shadow"}:
        deep = max(1, round(one.size * (0.045 if effect == "3d" else 0.07)))
        dark = np.roll(piece, (deep, deep), axis=(0, 1)) * (0.55 if effect == "3d" else 0.4)
        region *= 1 - dark[..., None]
    if effect == "lit":
        glow = np.asarray(mask.filter(ImageFilter.GaussianBlur(max(1.0, one.size * 0.12))), dtype=np.float32)
        glow = glow[y0 - top : y1 - top, x0 - left : x1 - left] / np.float32(255)
        region += 0.35 * glow[..., None] * (colour - region)
    if effect == "engraved":
        light_edge = np.clip(np.roll(piece, 1, axis=0) - piece, 0, 1)
        region += 70 * light_edge[..., None]
    region += piece[..., None] * (colour - region)
    ink = sheet.ink[y0:y1, x0:x1]
    np.maximum(ink, (piece * 255).astype(np.uint8), out=ink)
    styles = _styles(one, written, effect, angle)
    sheet.lines.append(
        SheetLine(
            one.content,
            written.words,
            tuple(polygon + np.array([left, top]) for polygon in written.polygons),
            name,
            ground,
            styles,
            float(one.size),
        )
    )


def _styles(one: _Set, written: WrittenLine, effect: str, angle: float) -> tuple[str, ...]:
    letters = [char for char in one.content.string if char.isalpha()]
    styles = []
    if letters and all(char.isupper() for char in letters):
        styles.append("upper")
    elif letters and all(char.islower() for char in letters):
        styles.append("lower")
    elif letters and all(word[:1].isupper() or not word[:1].isalpha() for word in one.content.string.split()):
        styles.append("title")
    height = max(polygon[:, 1].max() for polygon in written.polygons) - min(p[:, 1].min() for p in written.polygons)
    length = max(polygon[:, 0].max() for polygon in written.polygons) - min(p[:, 0].min() for p in written.polygons)
    for is_so, style in (
        (one.face.is_bold, "bold"),
        (one.face.is_script, "script"),
        (one.face.is_slanted or abs(angle) > 6, "slanted"),
        (written.is_bent, "curved"),
        (height > 1.6 * length and len(letters) > 2, "vertical"),
        (effect == "3d", "3d"),
        (effect == "lit", "lit"),
    ):
        if is_so:
            styles.append(style)
    return tuple(styles)


def _only_letters(rng: np.random.Generator, sheet: Sheet) -> None:
    """Take the ground away: what stays are the letters and, softly, their shadow."""
    ink = sheet.ink.astype(np.float32) / np.float32(255)
    depth = int(rng.integers(1, 4))
    shadow = np.roll(
        np.asarray(Image.fromarray(sheet.ink).filter(ImageFilter.GaussianBlur(depth)), np.float32), depth, (0, 1)
    )
    sheet.alpha = np.maximum(ink, shadow * np.float32(0.55 / 255))
    share = np.where(sheet.alpha > 0, ink / np.maximum(sheet.alpha, 1e-3), 0)[..., None]
    sheet.pixels = (sheet.pixels * share + np.array([20, 20, 24]) * (1 - share)).astype(np.float32)


def _weather(rng: np.random.Generator, sheet: Sheet, finish: str, light: tuple[float, float]) -> None:
    """Uneven paint, dirt, an edge that catches the light, a fall-off of light across the surface, gloss."""
    height, width = sheet.ink.shape
    shape = (height, width)
    strength = {"screen": 0.008, "enamel": 0.018, "wood": 0.04, "chalk": 0.05, "cloth": 0.02, "shirt": 0.025}.get(
        finish, 0.024
    )
    grains = (max(8.0, width / 3), max(4.0, width / 9), 2.5)
    factor = 1 + strength * rng.uniform(0.6, 1.8) * fractal_noise(rng, shape, grains, fade=0.7)
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    fall = rng.uniform(0.02, 0.11)
    factor += fall * (light[0] * columns + light[1] * rows)
    if finish in {"cloth", "shirt"}:
        folds = np.sin(columns * rng.uniform(5, 13) + rows * rng.uniform(-2, 2) + soft_noise(rng, shape, width / 3))
        factor += rng.uniform(0.03, 0.085) * folds
    if finish == "bottle":
        factor *= np.interp(columns, [-1, -0.75, -0.3, 0.1, 0.7, 1], [0.5, 0.95, 1.12, 1.0, 0.85, 0.45]).astype(
            np.float32
        )
    sheet.pixels *= factor[..., None]
    edge = np.asarray(
        Image.fromarray((sheet.alpha * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.4)), np.float32
    )
    slope = np.roll(edge, 1, axis=0) - np.roll(edge, -1, axis=0)
    slope = slope * (1 if light[1] <= 0 else -1) / 255
    sheet.pixels -= (60 if finish not in {"paper", "cloth", "shirt"} else 18) * slope[..., None]
    if finish in {"enamel", "glass", "metal", "screen", "vehicle", "bottle", "painted"} and rng.random() < 0.6:
        along = columns * rng.uniform(0.5, 1) + rows * rng.uniform(-0.8, 0.8) - rng.uniform(-0.8, 0.8)
        gloss = np.exp(-((along / rng.uniform(0.12, 0.5)) ** 2)) * rng.uniform(8, 34)
        sheet.pixels += gloss[..., None]
    if finish in {"painted", "wood", "enamel", "metal", "vehicle"} and rng.random() < 0.3:
        dirt = np.clip(fractal_noise(rng, shape, (width / 4, width / 12, 6)) - 1.1, 0, 1) * (0.3 + 0.25 * rows)
        sheet.pixels *= (1 - 0.5 * np.clip(dirt, 0, 0.6))[..., None]
