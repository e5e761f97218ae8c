"""What is behind the signs: photos whose own writing is painted over, or places that are drawn.

pixels: (H, W, 3) float32 in [0, 255]. A drawn place is a wall in the perspective of the scene's camera, or a far view,
with a floor; it is blurred a little, as what lies behind the focus is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from whichtext.data.synthesis.noise import fractal_noise, soft_noise
from whichtext.data.synthesis.palette import paint
from whichtext.data.synthesis.rendering import corners, homography
from whichtext.errors import InputError

__all__ = ["Backdrop", "Camera", "PhotoLibrary", "StoredPhoto", "draw_place", "photo_backdrop", "random_camera"]

Floats = NDArray[np.floating[Any]]
_PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_MOST_TEXT = 0.22  # of the picture: photos with more writing are passed over where others are at hand


@dataclass(frozen=True, slots=True)
class Camera:
    """How the wall lies: matrix (3, 3) from wall pixels, as large as the picture, to pixels of the picture."""

    matrix: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The empty place."""

    pixels: NDArray[np.float32]
    place: str
    """street, indoor, shelves, open or photo."""
    floor: float
    """y of the foot of the wall, in heights of the picture."""
    light: tuple[float, float]
    """Where the light comes from, x and y in [-1, 1]; y is negative: from above."""
    spots: tuple[tuple[float, float, float, float], ...] = ()
    """Boxes where there was writing, in pixels: good places for signs."""
    source: str | None = None


def random_camera(rng: np.random.Generator, size: tuple[int, int], *, strength: float = 1.0) -> Camera:
    """A camera that looks a little from the side, from below or above, and is held a little askew."""
    width, height = size
    yaw = float(rng.normal(0, 0.10)) * strength
    pitch = float(rng.normal(0, 0.04)) * strength
    roll = np.radians(float(rng.normal(0, 1.1)) * strength)
    yaw, pitch = float(np.clip(yaw, -0.24, 0.24)), float(np.clip(pitch, -0.1, 0.1))
    flat = corners(2.0, 2.0) - 1  # (-1, -1) ... (-1, 1)
    depth = 1 + flat[:, 0] * yaw + flat[:, 1] * pitch
    shrink = 1 - 0.35 * abs(yaw)
    bent = flat * [shrink, 1.0] / depth[:, None]
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    half = np.array([width / 2, height / 2])
    target = (bent * half) @ turn + half
    return Camera(homography(corners(width, height), target))


# Drawn places.


def draw_place(rng: np.random.Generator, size: tuple[int, int], camera: Camera) -> Backdrop:
    """A street wall, a room, shelves or an open view."""
    place = str(rng.choice(["street", "street", "indoor", "shelves", "open"]))
    light = (float(rng.choice([-1, 1])) * float(rng.uniform(0.3, 1)), -float(rng.uniform(0.4, 1)))
    floor = float(rng.uniform(0.74, 0.92))
    if place == "open":
        pixels = _open_view(rng, size, floor)
    else:
        wall = {"street": _facade, "indoor": _room, "shelves": _shelves}[place](rng, size)
        pixels = _stand_up(rng, wall, size, camera, floor, place)
    width, height = size
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    glow = 1 + 0.13 * (light[0] * columns + light[1] * rows) + 0.09 * soft_noise(rng, (height, width), width / 2.2)
    if place != "open" and rng.random() < 0.35:
        glow *= _cast_shadow(rng, size)
    if rng.random() < 0.1:  # dusk or a dim room
        glow *= rng.uniform(0.62, 0.85)
    pixels = pixels * glow[..., None]
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(float(rng.choice([0.4, 0.7, 1.1, 1.8, 2.6])) * width / 640))
    return Backdrop(np.asarray(picture, dtype=np.float32).copy(), place, floor, light)


def _cast_shadow(rng: np.random.Generator, size: tuple[int, int]) -> NDArray[np.float32]:
    """The shadow of something outside of the picture: a house edge, leaves."""
    width, height = size
    small = (height // 4, width // 4)
    if rng.random() < 0.5:
        layer = Image.new("L", (small[1], small[0]), 255)
        x, slant = rng.uniform(0, small[1]), rng.uniform(-small[1] / 3, small[1] / 3)
        side = small[1] if rng.random() < 0.5 else 0
        ImageDraw.Draw(layer).polygon([(x, 0), (x + slant, small[0]), (side, small[0]), (side, 0)], fill=150)
        layer = layer.filter(ImageFilter.GaussianBlur(float(rng.uniform(1, 4))))
    else:
        leaves = fractal_noise(rng, small, (30.0, 12.0, 6.0), fade=0.8) > 0.35
        layer = Image.fromarray(np.where(leaves, 165, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.6))
    shadow = np.asarray(layer.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
    return shadow / np.float32(255)


def _wall_size(size: tuple[int, int]) -> tuple[int, int]:
    return round(size[0] * 1.5), round(size[1] * 1.5)


def _stand_up(
    rng: np.random.Generator, wall: Image.Image, size: tuple[int, int], camera: Camera, floor: float, place: str
) -> NDArray[np.float32]:
    """Bring the wall, half as large again as the picture, into perspective and lay a floor before it."""
    width, height = size
    margin = np.array([width * 0.25, height * 0.25])
    shift = np.array([[1, 0, margin[0]], [0, 1, margin[1]], [0, 0, 1]])
    matrix = shift @ np.linalg.inv(camera.matrix)
    coefficients = tuple(float(value) for value in (matrix / matrix[2, 2]).reshape(-1)[:8])
    standing = wall.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)
    pixels = np.asarray(standing, dtype=np.float32).copy()
    if place == "shelves":
        return pixels
    ground = _floor(rng, size, floor, place)
    edge = np.array([[0.0, floor * height], [float(width), floor * height]])
    lifted = np.concatenate([edge, np.ones((2, 1))], axis=1) @ camera.matrix.T
    edge = lifted[:, :2] / lifted[:, 2:]
    slope = (edge[1, 1] - edge[0, 1]) / (edge[1, 0] - edge[0, 0])
    line = edge[0, 1] + slope * (np.arange(width) - edge[0, 0])
    below = np.clip(np.arange(height)[:, None] - line[None, :], 0, 1)[..., None]
    dark = np.exp(-np.abs(np.arange(height)[:, None] - line[None, :]) / (height * 0.02))[..., None]
    mixed: NDArray[np.float32] = ((pixels * (1 - below) + ground * below) * (1 - 0.45 * dark)).astype(np.float32)
    return mixed


def _floor(rng: np.random.Generator, size: tuple[int, int], floor: float, place: str) -> NDArray[np.float32]:
    """Pavement or boards that run away from the camera: (H, W, 3)."""
    width, height = size
    flat = Image.new("RGB", (512, 256))
    draw = ImageDraw.Draw(flat)
    names = ["grey", "grey", "cream", "brown"] if place == "street" else ["brown", "brown", "grey", "cream"]
    base = np.array(paint(rng, str(rng.choice(names))), float) * rng.uniform(0.75, 1.0)
    step_x, step_y = (int(rng.integers(24, 60)), int(rng.integers(24, 60)))
    is_boards = place == "indoor" and rng.random() < 0.6
    for row in range(0, 256, 256 if is_boards else step_y):
        for column in range(-step_x, 512, 12 if is_boards else step_x):
            tone = np.clip(base * rng.normal(1, 0.05), 0, 255)
            shift = 0 if is_boards else (row // step_y % 2) * step_x // 2
            box = (
                column + shift,
                row,
                column + shift + (11 if is_boards else step_x - 2),
                row + (256 if is_boards else step_y - 2),
            )
            draw.rectangle(box, fill=tuple(int(value) for value in tone))
    near, top = height * 1.25, floor * height - height * 0.05
    quad = np.array([[width * -0.1, top], [width * 1.1, top], [width * 2.2, near], [width * -1.2, near]])
    matrix = homography(quad, corners(512, 256))
    coefficients = tuple(float(value) for value in (matrix / matrix[2, 2]).reshape(-1)[:8])
    laid = np.asarray(flat.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR))
    noise = 1 + 0.07 * fractal_noise(rng, (height, width), (width / 5, 12.0, 3.0))
    pixels: NDArray[np.float32] = laid.astype(np.float32) * noise[..., None]
    return pixels


def _plain(rng: np.random.Generator, size: tuple[int, int], base: Floats, strength: float) -> NDArray[np.float32]:
    width, height = size
    noise = fractal_noise(rng, (height, width), (width / 4, width / 14, 8.0, 2.2), fade=0.75)
    pixels: NDArray[np.float32] = (np.asarray(base, np.float32) * (1 + strength * noise[..., None])).astype(np.float32)
    return pixels


def _to_picture(pixels: Floats) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _masonry(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Bricks, blocks, planks or tiles."""
    width, height = size
    style = str(rng.choice(["brick", "brick", "block", "plank", "tile"]))
    tone = {
        "brick": ["brown", "maroon", "brown", "cream"],
        "block": ["grey", "cream", "brown"],
        "plank": ["brown", "white", "grey", "green", "blue"],
    }
    base = np.array(paint(rng, str(rng.choice(tone.get(style, ["white", "cream", "turquoise", "grey"])))), float)
    if style == "brick" and base.mean() < 110:
        base = base * 0.6 + np.array([150, 88, 70]) * 0.4
    rise = {
        "brick": rng.uniform(9, 16),
        "block": rng.uniform(34, 70),
        "plank": rng.uniform(16, 34),
        "tile": rng.uniform(20, 40),
    }[style]
    run = {"brick": 2.9, "block": rng.uniform(1.3, 2.2), "plank": 60.0, "tile": 1.0}[style] * rise
    joint = {"brick": 2, "block": 2, "plank": 1, "tile": 1}[style]
    mortar = base * 0.55 if style == "plank" else base * 0.6 + 70
    wall = Image.new("RGB", size, tuple(int(value) for value in np.clip(mortar, 0, 235)))
    draw = ImageDraw.Draw(wall)
    spread = {"brick": 0.11, "block": 0.05, "plank": 0.045, "tile": 0.015}[style]
    rows = int(height / rise) + 1
    for row in range(rows):
        shift = -run / 2 if row % 2 and style in {"brick", "block"} else 0.0
        for column in range(int(width / run) + 2):
            value = np.clip(base * rng.normal(1, spread) + rng.normal(0, 3, 3), 0, 255)
            x, y = column * run + shift, row * rise
            draw.rectangle((x, y, x + run - joint, y + rise - joint), fill=tuple(int(v) for v in value))
    grain = 1 + 0.05 * fractal_noise(rng, (height, width), (width / 4, 20.0, 2.0))
    return _to_picture(np.asarray(wall, np.float32) * grain[..., None])


def _facade(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Outside wall, mostly with windows or a door."""
    wide = _wall_size(size)
    if rng.random() < 0.55:
        wall = _masonry(rng, wide)
    else:
        name = str(rng.choice(["cream", "cream", "grey", "white", "yellow", "brown", "pink", "turquoise", "orange"]))
        base = 0.62 * np.array(paint(rng, name), float) + 0.38 * np.array([150, 145, 138])
        wall = _to_picture(_plain(rng, wide, base, 0.045))
    draw = ImageDraw.Draw(wall)
    width, height = wide
    if rng.random() < 0.3:
        draw.rectangle((0, height * 0.72, width, height), fill=tuple(int(v) for v in rng.integers(70, 140, 3)))
    pitch = width * rng.uniform(0.15, 0.3)
    breadth, rise = pitch * rng.uniform(0.4, 0.62), height * rng.uniform(0.16, 0.26)
    frame = paint(rng, str(rng.choice(["white", "white", "brown", "grey", "green"])))
    top = height * rng.uniform(0.14, 0.34)
    for storey in range(int(rng.integers(0, 3))):
        for number in range(int(width / pitch) + 1):
            if rng.random() < 0.2:
                continue
            x, y = number * pitch + pitch * 0.2, top + storey * rise * 1.7
            _window(rng, draw, (x, y, x + breadth, y + rise), frame)
    return wall


def _window(
    rng: np.random.Generator,
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    frame: tuple[int, int, int],
) -> None:
    x0, y0, x1, y1 = box
    edge = max(2.0, (x1 - x0) * 0.07)
    draw.rectangle((x0 - edge, y1, x1 + edge, y1 + edge * 1.4), fill=(168, 164, 156))
    draw.rectangle((x0 - 1, y1 + edge * 1.4, x1 + 1, y1 + edge * 2.2), fill=(70, 68, 66))
    draw.rectangle(box, fill=frame)
    panes = 2 if rng.random() < 0.7 else 1
    rows = int(rng.integers(1, 4))
    glass = np.array([48, 58, 68]) * rng.uniform(0.7, 1.6)
    for column in range(panes):
        for row in range(rows):
            gx0 = x0 + edge + column * (x1 - x0 - edge) / panes
            gy0 = y0 + edge + row * (y1 - y0 - edge) / rows
            gx1, gy1 = gx0 + (x1 - x0 - edge) / panes - edge, gy0 + (y1 - y0 - edge) / rows - edge
            if gx1 <= gx0 or gy1 <= gy0:
                continue
            tone = np.clip(glass * rng.uniform(0.85, 1.2), 0, 255)
            draw.rectangle((gx0, gy0, gx1, gy1), fill=tuple(int(v) for v in tone))
            sky = tuple(int(v) for v in np.clip(tone + 46, 0, 255))
            draw.polygon(
                [(gx0, gy0), (gx0 + (gx1 - gx0) * rng.uniform(0.2, 0.9), gy0), (gx0, gy0 + (gy1 - gy0) * 0.7)], fill=sky
            )
    draw.rectangle((x0, y0, x1, y0 + edge * 0.8), fill=tuple(int(v * 0.55) for v in frame))


def _room(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Inside wall: plaster, paper or panels."""
    wide = _wall_size(size)
    width, height = wide
    if rng.random() < 0.25:
        return _masonry(rng, wide)
    name = str(
        rng.choice(["white", "cream", "cream", "grey", "green", "blue", "turquoise", "pink", "yellow", "orange"])
    )
    base = 0.5 * np.array(paint(rng, name), float) + 0.5 * np.array([186, 180, 170])
    wall = _to_picture(_plain(rng, wide, base * rng.uniform(0.75, 1.0), 0.022))
    draw = ImageDraw.Draw(wall)
    if rng.random() < 0.45:  # a darker dado with a rail
        y = height * rng.uniform(0.55, 0.7)
        tone = tuple(int(v) for v in np.clip(base * rng.uniform(0.4, 0.8), 0, 255))
        draw.rectangle((0, y, width, height), fill=tone)
        draw.rectangle((0, y, width, y + 7), fill=tuple(int(v * 0.8) for v in tone))
    if rng.random() < 0.3:
        for x in np.arange(0, width, width * rng.uniform(0.06, 0.2)):
            draw.line((float(x), 0, float(x), height), fill=tuple(int(v) for v in base * 0.8), width=2)
    return wall


def _shelves(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Goods on shelves: rows of packets and bottles without any writing, out of focus."""
    wide = _wall_size(size)
    width, height = wide
    wall = Image.new("RGB", wide, (46, 42, 40))
    draw = ImageDraw.Draw(wall)
    board = np.array(paint(rng, str(rng.choice(["brown", "white", "grey", "cream"]))), float) * 0.85
    rise = height * rng.uniform(0.13, 0.22)
    y = rise * rng.uniform(0.5, 1)
    while y < height + rise:
        x = -10.0
        while x < width:
            tone = np.array(
                paint(
                    rng,
                    str(
                        rng.choice(
                            [
                                "white",
                                "red",
                                "yellow",
                                "green",
                                "blue",
                                "brown",
                                "orange",
                                "cream",
                                "black",
                                "turquoise",
                            ]
                        )
                    ),
                ),
                float,
            )
            tone = tone * rng.uniform(0.5, 0.95)
            for _ in range(int(rng.integers(1, 5))):  # the same article several times
                w, h = rise * rng.uniform(0.26, 0.34), rise * rng.uniform(0.5, 0.84)
                shade = tuple(int(v) for v in np.clip(tone * rng.normal(1, 0.04), 0, 255))
                dark = tuple(int(v * 0.6) for v in shade)
                lit = tuple(int(min(255, v * 1.25 + 12)) for v in shade)
                if rng.random() < 0.5:
                    draw.rectangle((x, y - h, x + w, y), fill=shade)
                else:
                    draw.rounded_rectangle((x, y - h * 0.8, x + w, y), w * 0.25, fill=shade)
                    draw.rectangle((x + w * 0.35, y - h, x + w * 0.65, y - h * 0.75), fill=dark)
                draw.rectangle((x + w * 0.1, y - h * 0.55, x + w * 0.9, y - h * 0.25), fill=lit)
                draw.line((x + w, y - h * 0.8, x + w, y), fill=dark, width=2)
                x += w + 1.5
            x += rng.uniform(0, rise * 0.2)
        draw.rectangle((0, y, width, y + rise * 0.1), fill=tuple(int(v) for v in board))
        draw.rectangle((0, y + rise * 0.1, width, y + rise * 0.17), fill=(28, 25, 24))
        y += rise * 1.1
    return wall.filter(ImageFilter.GaussianBlur(float(rng.uniform(1.5, 4.5)) * width / 960))


def _open_view(rng: np.random.Generator, size: tuple[int, int], floor: float) -> NDArray[np.float32]:
    """Sky, far houses or trees, and a road or a meadow."""
    width, height = size
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    zenith = np.array([96, 146, 204], np.float32) if rng.random() < 0.6 else np.array([176, 186, 196], np.float32)
    pixels = zenith * (1 - t) + np.array([222, 228, 232], np.float32) * t
    pixels = np.broadcast_to(pixels, (height, width, 3)).copy()
    clouds = np.clip((fractal_noise(rng, (height, width), (width / 3, width / 8, width / 20)) - 0.2) / 1.5, 0, 1)[
        ..., None
    ]
    pixels = pixels * (1 - clouds) + np.array([242, 242, 244], np.float32) * clouds
    line = floor * height
    if rng.random() < 0.6:
        picture = _to_picture(pixels)
        draw = ImageDraw.Draw(picture)
        x = -20.0
        while x < width:
            w, h = width * rng.uniform(0.1, 0.24), height * rng.uniform(0.2, 0.55)
            tone = 0.55 * np.array(
                paint(rng, str(rng.choice(["cream", "brown", "grey", "white", "maroon"]))), float
            ) + 0.45 * np.array([160, 168, 178])
            draw.rectangle((x, line - h, x + w, line), fill=tuple(int(v) for v in tone))
            pitch = w / rng.integers(4, 8)
            for column in np.arange(x + pitch * 0.4, x + w - pitch * 0.5, pitch):
                for row in np.arange(line - h + pitch * 0.5, line - pitch, pitch * 1.3):
                    draw.rectangle(
                        (column, row, column + pitch * 0.5, row + pitch * 0.75), fill=tuple(int(v * 0.62) for v in tone)
                    )
            x += w
        pixels = np.asarray(picture, np.float32).copy()
    crowns = line - height * (0.12 + 0.06 * fractal_noise(rng, (1, width), (width / 4, width / 14, 8.0))[0])
    inside = (np.arange(height)[:, None] > crowns[None, :]) & (rng.random() < 0.85)
    leaves = (
        np.array([58, 86, 48], np.float32)
        * (1 + 0.28 * fractal_noise(rng, (height, width), (40.0, 14.0, 6.0), fade=0.9))[..., None]
    )
    pixels = np.where(inside[..., None], leaves, pixels)
    ground = np.array([98, 99, 102] if rng.random() < 0.6 else [96, 120, 62], np.float32)
    ground = ground * (1 + 0.09 * fractal_noise(rng, (height, width), (width / 3, 16.0, 3.0), fade=0.8))[..., None]
    below = np.clip((np.arange(height) - line) / 3, 0, 1)[:, None, None]
    mixed: NDArray[np.float32] = (pixels * (1 - below) + ground * below).astype(np.float32)
    return mixed


# Photos.


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo of a folder; texts: (string or None, legible or None, polygon in its pixels)."""

    path: Path
    image_id: str
    texts: tuple[tuple[str | None, bool | None, tuple[tuple[float, float], ...]], ...] = ()
    share: float = 0.0
    """Of its area that is known to be writing."""


class PhotoLibrary:
    """The photos of a folder; of one with a TextRef `words.jsonl` only those of its "train" part, with their texts."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise InputError(f"the folder of photos {str(folder)!r} does not exist")
        words = folder / "words.jsonl"
        self.photos = _listed(folder, words) if words.is_file() else _found(folder)
        if not self.photos:
            raise InputError(f"no usable photo below {str(folder)!r}; JPEG, PNG and WebP files are taken")
        self.quiet = tuple(photo for photo in self.photos if photo.share <= _MOST_TEXT) or self.photos

    def pick(self, rng: np.random.Generator) -> StoredPhoto:
        """One of those with not too much writing."""
        return self.quiet[int(rng.integers(len(self.quiet)))]


def _found(folder: Path) -> tuple[StoredPhoto, ...]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PHOTO_SUFFIXES)
    return tuple(StoredPhoto(path, path.relative_to(folder).as_posix()) for path in paths)


def _listed(folder: Path, words: Path) -> tuple[StoredPhoto, ...]:
    photos = []
    for number, line in enumerate(words.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row.get("split", "train") != "train":
                continue
            texts = tuple(
                (text.get("string"), text.get("legible"), tuple((float(x), float(y)) for x, y in text["polygon"]))
                for text in row["texts"]
            )
            area = float(row["width"]) * float(row["height"])
            path, image_id = folder / row["file"], str(row["image_id"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{words}:{number}: not a line of TextRef words: {error!r}") from error
        if path.is_file():
            share = sum(_area(polygon) for _, _, polygon in texts) / area
            photos.append(StoredPhoto(path, image_id, texts, share))
    return tuple(sorted(photos, key=lambda photo: photo.image_id))


def _area(polygon: Sequence[tuple[float, float]]) -> float:
    x, y = np.array(polygon).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def photo_backdrop(rng: np.random.Generator, photo: StoredPhoto, size: tuple[int, int]) -> Backdrop:
    """A part of the photo in the wanted size, its known writing painted over."""
    picture, window, scale = _crop(rng, photo, size)
    pixels = np.asarray(picture, dtype=np.float32).copy()
    width, height = size
    mask = Image.new("1", size, 0)
    draw = ImageDraw.Draw(mask)
    spots = []
    for _, _, polygon in photo.texts:
        points = (np.array(polygon) - window[:2]) * scale
        low, high = points.min(axis=0), points.max(axis=0)
        if (high < 0).any() or (low > [width, height]).any():
            continue
        middle = points.mean(axis=0)
        grown = (
            middle + (points - middle) * 1.12 + np.sign(points - middle) * max(2.5, 0.12 * float(np.ptp(points[:, 1])))
        )
        draw.polygon([(float(x), float(y)) for x, y in grown], fill=1)
        spots.append((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    hidden = np.asarray(mask)
    if hidden.any():
        pixels = _painted_over(rng, pixels, hidden)
    light = (float(rng.uniform(-1, 1)), -float(rng.uniform(0.4, 1)))
    return Backdrop(pixels, "photo", float(rng.uniform(0.8, 0.92)), light, tuple(spots), photo.image_id)


def _crop(
    rng: np.random.Generator, photo: StoredPhoto, size: tuple[int, int]
) -> tuple[Image.Image, tuple[float, float, float, float], float]:
    """(picture of the wanted size, its window in the photo, scale)."""
    try:
        with Image.open(photo.path) as opened:
            opened.load()
            full = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{str(photo.path)!r} cannot be used as a background: {error}") from error
    width, height = size
    largest = min(full.width / width, full.height / height)
    best: tuple[float, tuple[float, float, float, float]] | None = None
    for _ in range(3):  # of three windows the one with the least writing
        share = float(rng.uniform(0.6, 1.0))
        w, h = width * largest * share, height * largest * share
        x, y = float(rng.uniform(0, full.width - w + 1e-6)), float(rng.uniform(0, full.height - h + 1e-6))
        window = (x, y, x + w, y + h)
        written = 0.0
        for _, _, polygon in photo.texts:
            points = np.array(polygon)
            low, high = np.maximum(points.min(axis=0), window[:2]), np.minimum(points.max(axis=0), window[2:])
            written += float(np.clip(high - low, 0, None).prod())
        if best is None or written / (w * h) < best[0]:
            best = (written / (w * h), window)
    assert best is not None
    window = best[1]
    picture = full.resize(size, Image.Resampling.BICUBIC, box=window, reducing_gap=2.0)
    return picture, window, width / (window[2] - window[0])


def _painted_over(
    rng: np.random.Generator, pixels: NDArray[np.float32], hidden: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Fill the hidden pixels from around them, coarse to fine at a quarter of the size, with a little grain."""
    levels: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
    weight = (~hidden).astype(np.float32)[..., None]
    value, weight = _halved(_halved(pixels * weight)), _halved(_halved(weight))
    while min(value.shape[:2]) > 2:
        levels.append((value, weight))
        value, weight = _halved(value), _halved(weight)
        if weight.min() > 0.99:
            break
    filled = value / np.maximum(weight, 1e-4)
    for fine, known in reversed(levels):
        up = np.repeat(np.repeat(filled, 2, axis=0), 2, axis=1)
        up = np.pad(
            up, ((0, max(0, fine.shape[0] - up.shape[0])), (0, max(0, fine.shape[1] - up.shape[1])), (0, 0)), "edge"
        )
        up = up[: fine.shape[0], : fine.shape[1]]
        share = np.minimum(known, 1.0)
        filled = np.where(known > 0, fine / np.maximum(known, 1e-4), 0) * share + up * (1 - share)
    blurred = _to_picture(filled).filter(ImageFilter.GaussianBlur(0.8))
    smooth = np.asarray(blurred.resize((hidden.shape[1], hidden.shape[0]), Image.Resampling.BILINEAR), np.float32)
    smooth = smooth + rng.normal(0, 2.5, (*hidden.shape, 1)).astype(np.float32)
    soft = np.asarray(
        Image.fromarray((hidden * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2)), np.float32
    )
    share = np.maximum(soft / 255, hidden)[..., None]
    result: NDArray[np.float32] = pixels * (1 - share) + smooth * share
    return result


def _halved(values: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = values.shape[:2]
    padded = np.pad(values, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    half: NDArray[np.float32] = padded[::2, ::2] + padded[1::2, ::2]
    half += padded[::2, 1::2]
    half += padded[1::2, 1::2]
    half *= np.float32(0.25)
    return half
