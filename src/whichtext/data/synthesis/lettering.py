"""Writing: lines of text as masks, straight, slanted, bent on an arc or stacked, with the polygon of every word.

A mask is a Pillow "L" picture; polygons are (P, 2) float, x then y, in pixels of that mask, clockwise as seen from the
word's own top left. A word's polygon is the box of its ink and a little air: four points, more on an arc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from whichtext.data.synthesis.fonts import Face

__all__ = ["WrittenLine", "bend", "line_width", "stack", "tilt", "write_line"]

Floats = NDArray[np.floating[Any]]
_AIR = 0.035  # of the letter size, around the ink
_ARC_POINTS = 5  # points along each long side of a bent word


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as a mask with its words."""

    mask: Image.Image
    words: tuple[str, ...]
    polygons: tuple[NDArray[np.float64], ...]
    is_bent: bool = False


def line_width(face: Face, string: str, tracking: float = 0.0) -> float:
    """Width of a line over its letter size."""
    return float(face.at(64).getlength(string)) / 64 + tracking * max(0, len(string) - 1)


def write_line(face: Face, size: int, string: str, *, tracking: float = 0.0, stroke: int = 0) -> WrittenLine:
    """A straight line. tracking: extra room between letters, in letter sizes; stroke: extra boldness in pixels."""
    font = face.at(size)
    extra = tracking * size
    pieces: list[tuple[str, float]] = []  # what is drawn at once, and where its origin is
    boxes: list[tuple[float, float, float, float]] = []
    x = 0.0
    words = tuple(string.split())
    space = font.getlength(" ") + 2 * extra
    for word in words:
        start, ink = len(pieces), []
        if extra:
            for char in word:
                pieces.append((char, x))
                x += font.getlength(char) + extra
            x -= extra
        else:
            pieces.append((word, x))
            x += font.getlength(word)
        for piece, origin in pieces[start:]:
            x0, y0, x1, y1 = font.getbbox(piece, anchor="ls", stroke_width=stroke)
            if x1 > x0 and y1 > y0:
                ink.append((round(origin) + x0, y0, round(origin) + x1, y1))
        boxes.append(_around(ink) if ink else (x - 1, -1, x, 0))
        x += space
    air = max(0.6, _AIR * size)
    left, top, right, bottom = _around(boxes)
    dx, dy = air + 2 - np.floor(left), air + 2 - np.floor(top)
    dx, dy = float(np.ceil(dx)), float(np.ceil(dy))
    mask = Image.new("L", (int(np.ceil(right + dx + air + 2)), int(np.ceil(bottom + dy + air + 2))), 0)
    draw = ImageDraw.Draw(mask)
    for piece, origin in pieces:
        draw.text((round(origin) + dx, dy), piece, font=font, fill=255, anchor="ls", stroke_width=stroke)
    polygons = tuple(
        np.array([[x0 - air, y0 - air], [x1 + air, y0 - air], [x1 + air, y1 + air], [x0 - air, y1 + air]])
        + np.array([dx, dy])
        for x0, y0, x1, y1 in boxes
    )
    return WrittenLine(mask, words, polygons)


def _around(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    array = np.array(boxes, dtype=float)
    x0, y0 = array[:, :2].min(axis=0)
    x1, y1 = array[:, 2:].max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def stack(face: Face, size: int, string: str) -> WrittenLine:
    """Letters below each other; words parted by a gap. The polygon's first edge still runs along the top."""
    font: ImageFont.FreeTypeFont = face.at(size)
    pitch, air = round(size * 1.02), max(0.6, _AIR * size)
    widest = max(font.getbbox(char, anchor="ls")[2] for char in string if char != " ")
    width = int(widest + 2 * air + 8)
    centre = width / 2
    words = tuple(string.split())
    mask = Image.new("L", (width + int(size * 0.4), pitch * len(string) + size), 0)
    draw = ImageDraw.Draw(mask)
    polygons = []
    y = round(size * 0.95) + 2
    for word in words:
        ink = []
        for char in word:
            x0, y0, x1, y1 = font.getbbox(char, anchor="ls")
            x = round(centre - (x0 + x1) / 2 + size * 0.2)
            draw.text((x, y), char, font=font, fill=255, anchor="ls")
            ink.append((x + x0, y + y0, x + x1, y + y1))
            y += pitch
        x0, y0, x1, y1 = _around(ink)
        box = [[x0 - air, y0 - air], [x1 + air, y0 - air], [x1 + air, y1 + air], [x0 - air, y1 + air]]
        polygons.append(np.array(box, dtype=float))
        y += round(size * 0.4)
    bottom = int(max(polygon[:, 1].max() for polygon in polygons)) + 3
    return WrittenLine(mask.crop((0, 0, mask.width, bottom)), words, tuple(polygons))


def tilt(line: WrittenLine, degrees: float) -> WrittenLine:
    """The line turned clockwise by degrees."""
    width, height = line.mask.size
    turned = line.mask.rotate(-degrees, resample=Image.Resampling.BICUBIC, expand=True)
    angle = np.radians(degrees)
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centre, target = np.array([width / 2, height / 2]), np.array([turned.width / 2, turned.height / 2])
    polygons = tuple((polygon - centre) @ axes + target for polygon in line.polygons)
    return WrittenLine(turned, line.words, polygons, line.is_bent)


def bend(line: WrittenLine, degrees: float) -> WrittenLine:
    """The line on an arc that spans `degrees`: positive arches upwards, negative hangs down."""
    width, height = line.mask.size
    span = np.radians(abs(degrees))
    radius = max(width / span, height * 0.9)
    is_arch = degrees > 0
    half = width / (2 * radius)
    outer, inner = radius + height / 2, radius - height / 2
    new_width = int(np.ceil(2 * outer * np.sin(min(half, np.pi / 2)))) + 4
    new_height = int(np.ceil(outer - inner * np.cos(half))) + 4
    middle = new_width / 2

    def forward(points: Floats) -> NDArray[np.float64]:
        u, v = points[:, 0], points[:, 1] if is_arch else height - points[:, 1]
        theta, r = (u - width / 2) / radius, radius - (v - height / 2)
        x, y = middle + r * np.sin(theta), 2 + outer - r * np.cos(theta)
        return np.stack([x, y if is_arch else new_height - y], axis=1)

    y, x = np.mgrid[0:new_height, 0:new_width].astype(np.float32)
    y, x = y + 0.5, x + 0.5
    if not is_arch:
        y = new_height - y
    dx, dy = x - middle, 2 + outer - y
    u = np.arctan2(dx, dy) * radius + width / 2
    v = radius - np.hypot(dx, dy) + height / 2
    if not is_arch:
        v = height - v
    mask = Image.fromarray(_sampled(np.asarray(line.mask, dtype=np.float32), u - 0.5, v - 0.5))
    polygons = []
    for polygon in line.polygons:
        share = np.linspace(0, 1, _ARC_POINTS)[:, None]
        top = polygon[0] + share * (polygon[1] - polygon[0])
        bottom = polygon[2] + share * (polygon[3] - polygon[2])
        around = np.concatenate([top, bottom])
        # Chords cut the outer side of an arc: move it out by their sagitta.
        step = (polygon[1, 0] - polygon[0, 0]) / (_ARC_POINTS - 1) / radius
        rise = outer * (1 - np.cos(step / 2))
        around[: _ARC_POINTS if is_arch else 0, 1] -= rise
        around[_ARC_POINTS if not is_arch else len(around) :, 1] += rise
        polygons.append(forward(around))
    return WrittenLine(mask, line.words, tuple(polygons), True)


def _sampled(source: NDArray[np.float32], u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bilinear values of (H, W) at (u, v), 0 outside."""
    padded = np.pad(source, 1)
    u, v = np.clip(u + 1, 0, padded.shape[1] - 1.001), np.clip(v + 1, 0, padded.shape[0] - 1.001)
    x, y = u.astype(np.int32), v.astype(np.int32)
    fx, fy = u - x, v - y
    top = padded[y, x] * (1 - fx) + padded[y, x + 1] * fx
    bottom = padded[y + 1, x] * (1 - fx) + padded[y + 1, x + 1] * fx
    values: NDArray[np.uint8] = np.clip(top * (1 - fy) + bottom * fy + 0.5, 0, 255).astype(np.uint8)
    return values
