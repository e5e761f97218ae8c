"""Drawn words whose letters and colours are known to the pixel, for `whichtext.training.word_colours`.

A word in one of the schemes of the scene synthesizer, on a plain ground, on a plate in a photo or right on a photo;
beside stripes and other lines, with shadows, outlines and glow, in any light, blurred, small, badly compressed.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from whichtext.context.colours import COLOUR_NAMES
from whichtext.context.word_colours import word_patches
from whichtext.data.synthesis.lettering import WrittenLine, bend, tilt, write_line
from whichtext.data.synthesis.noise import soft_noise
from whichtext.data.synthesis.palette import paint, pick_scheme
from whichtext.geometry import min_area_quad, order_quad
from whichtext.training.drawn_words import DrawnWords, font_library, quiet_places, random_string

__all__ = ["DrawnColours", "draw_colours"]

Rng = np.random.Generator
Floats = NDArray[np.floating[Any]]

PURE = ("red", "blue", "green", "black", "white", "yellow", "orange", "grey", "brown")
ALIKE = 25.0
"""Colours nearer than this, in weighted sRGB, are not named."""


@dataclass(frozen=True, slots=True)
class DrawnColours:
    """N drawn words."""

    patches: NDArray[np.uint8]
    """(N, R, C, 3) sRGB"""
    inside: NDArray[np.bool_]
    """(N, R, C) in the quad"""
    letters: NDArray[np.uint8]
    """(N, R, C) part of the pixel that is letter, of 255"""
    names: NDArray[np.int64]
    """(N, 2) positions of ink and ground in `COLOUR_NAMES`, -1 where it has no such name"""


@dataclass(slots=True)
class _Canvas:
    """A word on its way: pixels (H, W, 3) and coverage by letters (H, W)."""

    pixels: NDArray[np.float32]
    letters: NDArray[np.float32]
    quad: Floats
    ground: str | None
    ink: str | None

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)"""
        return self.letters.shape[0], self.letters.shape[1]

    @property
    def height(self) -> float:
        """Of the letters."""
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))


def draw_colours(count: int, *, seed: int, photos: Path | None = None) -> DrawnColours:
    """Draw so many words; the same seed gives the same.

    photos: TextRef folder whose train photos lend their places without writing.
    """
    settings = DrawnWords(photos=photos)
    drawn = [_draw(np.random.default_rng((seed, 78, number)), settings) for number in range(count)]
    patches, inside, letters, names = (np.stack(parts) for parts in zip(*drawn, strict=True))
    return DrawnColours(patches, inside, letters, names)


def _draw(
    rng: Rng, settings: DrawnWords
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.uint8], NDArray[np.int64]]:
    line = _written(rng, settings)
    canvas, ink = _prepared(rng, line)
    accent = pick_scheme(rng)[2]
    _put_behind(rng, canvas, accent, settings)
    if rng.random() < 0.3:
        _put_other_lines(rng, canvas, ink if rng.random() < 0.6 else _colour(rng, accent))
    _put_under(rng, canvas, accent)
    _write(rng, canvas, ink)
    return _photographed(rng, canvas)


def _written(rng: Rng, settings: DrawnWords) -> WrittenLine:
    string = random_string(rng, settings).split()[0]
    tracking = float(rng.choice([0.0, 0.0, 0.0, rng.uniform(-0.03, 0.3)]))
    line = write_line(
        font_library(settings.fonts).pick(rng, string),
        int(rng.integers(26, 50)),
        string,
        tracking=tracking,
        stroke=int(rng.random() < 0.15),
    )
    if len(string) > 3 and rng.random() < 0.08:
        return bend(line, float(rng.uniform(15, 60) * rng.choice([-1, 1])))
    return tilt(line, float(rng.normal(0, 5))) if rng.random() < 0.2 else line


def _colour(rng: Rng, name: str) -> NDArray[np.float32]:
    return np.array(paint(rng, name), dtype=np.float32) + rng.normal(0, 9, 3).astype(np.float32)


def _prepared(rng: Rng, line: WrittenLine) -> tuple[_Canvas, NDArray[np.float32]]:
    """A plain ground with room around the word, and the colour (3,) of its ink."""
    is_one = not line.is_bent and len(line.polygons) == 1
    quad = line.polygons[0] if is_one else order_quad(min_area_quad(np.concatenate(line.polygons)))
    quad = np.asarray(quad, dtype=np.float64)
    around = int(0.9 * float(np.linalg.norm(quad[3] - quad[0]))) + 3
    letters = np.pad(np.asarray(line.mask), around).astype(np.float32) / np.float32(255)
    ground, ink, _ = pick_scheme(rng)
    if rng.random() < 0.25:
        ground, ink = ink, ground
    if rng.random() < 0.15:
        ink = str(rng.choice(PURE))
    if ink == ground:
        ink = "black" if ground != "black" else "white"
    ground_colour, ink_colour = _colour(rng, ground), _colour(rng, ink)
    grain = soft_noise(rng, letters.shape, float(rng.uniform(2, 40)))[:, :, None] * float(rng.uniform(0, 20))
    apart = float(np.linalg.norm((ink_colour - ground_colour) * np.array([0.3, 0.6, 0.2])))
    is_told = apart >= ALIKE
    canvas = _Canvas(
        pixels=(ground_colour + grain).astype(np.float32),
        letters=letters,
        quad=quad + around,
        ground=ground if is_told else None,
        ink=ink if is_told else None,
    )
    return canvas, ink_colour


def _put_behind(rng: Rng, canvas: _Canvas, accent: str, settings: DrawnWords) -> None:
    """Let the ground end near the word: at a photo, or at a stripe of another colour; or have a photo as the ground."""
    height, width = canvas.size
    low, high = canvas.quad.min(axis=0), canvas.quad.max(axis=0)
    places = quiet_places(settings.photos) if settings.photos is not None else ()
    kind = rng.random()
    if kind < 0.2 and places:
        place = Image.fromarray(places[int(rng.integers(len(places)))]).resize((width, height))
        photo = np.asarray(place).astype(np.float32)
        if rng.random() < 0.4:
            canvas.pixels, canvas.ground = photo, None
            return
        above, beside = rng.uniform(0.08, 0.6, 2) * canvas.height * np.array([1.0, rng.uniform(0.5, 2)])
        rows = slice(max(0, int(low[1] - above)), int(high[1] + above))
        columns = slice(max(0, int(low[0] - beside)), int(high[0] + beside))
        photo[rows, columns] = canvas.pixels[rows, columns]
        canvas.pixels = photo
    elif 0.2 <= kind < 0.35:
        gap = rng.uniform(0.05, 0.4, 4) * canvas.height
        sides = (
            (slice(0, max(0, int(low[1] - gap[0]))), slice(None)),
            (slice(int(high[1] + gap[1]), None), slice(None)),
            (slice(None), slice(0, max(0, int(low[0] - gap[2])))),
            (slice(None), slice(int(high[0] + gap[3]), None)),
        )
        other = _colour(rng, accent)
        for number in {int(rng.integers(4)), *((0, 1) if rng.random() < 0.4 else ())}:
            canvas.pixels[sides[number]] = other


def _put_other_lines(rng: Rng, canvas: _Canvas, colour: NDArray[np.float32]) -> None:
    """Parts of the lines above and below."""
    for direction in (1, -1):
        if rng.random() < 0.6:
            down = direction * int(canvas.height * rng.uniform(1.15, 1.6))
            other = np.roll(canvas.letters, (down, int(rng.integers(-20, 20))), axis=(0, 1))
            edge = int(canvas.quad[:, 1].max() if direction > 0 else canvas.quad[:, 1].min())
            other[slice(0, max(0, edge)) if direction > 0 else slice(max(0, edge), None)] = 0
            canvas.pixels += (colour - canvas.pixels) * other[:, :, None]


def _put_under(rng: Rng, canvas: _Canvas, accent: str) -> None:
    """A shadow or an outline."""
    kind = rng.random()
    if kind < 0.18:
        shadow = np.roll(canvas.letters, (int(rng.integers(1, 4)), int(rng.integers(-3, 4))), axis=(0, 1))
        shade = 0.0 if rng.random() < 0.7 else 255.0
        canvas.pixels += (shade - canvas.pixels) * (shadow * float(rng.uniform(0.3, 0.9)))[:, :, None]
    elif kind < 0.3:
        wider = ImageFilter.MaxFilter(int(rng.choice([3, 5])))
        outline = np.asarray(Image.fromarray((canvas.letters * 255).astype(np.uint8)).filter(wider)) / np.float32(255)
        colour = _colour(rng, accent if rng.random() < 0.5 else str(rng.choice(["white", "black"])))
        canvas.pixels += (colour - canvas.pixels) * outline[:, :, None]


def _write(rng: Rng, canvas: _Canvas, ink: NDArray[np.float32]) -> None:
    inked = ink + soft_noise(rng, canvas.size, 20)[:, :, None] * float(rng.uniform(0, 18))
    if rng.random() < 0.1:
        fading = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.9, 1.3), canvas.size[0], dtype=np.float32)
        inked = inked * fading[:, None, None]
    canvas.pixels += (inked - canvas.pixels) * (canvas.letters * float(rng.uniform(0.7, 1)))[:, :, None]


def _lit(rng: Rng, canvas: _Canvas) -> NDArray[np.float32]:
    """Its pixels in some light."""
    pixels = canvas.pixels
    height, width = canvas.size
    if rng.random() < 0.5:
        across = np.linspace(rng.uniform(0.5, 1.0), rng.uniform(0.7, 1.25), width, dtype=np.float32)
        down = np.linspace(rng.uniform(0.7, 1.1), rng.uniform(0.8, 1.15), height, dtype=np.float32)
        pixels = pixels * across[None, :, None] * down[:, None, None]
    pixels = pixels * (float(np.exp(rng.normal(-0.12, 0.28))) * np.exp(rng.normal(0, 0.09, 3)).astype(np.float32))
    if rng.random() < 0.3:
        haze = float(rng.uniform(0, 0.35))
        pixels = pixels * (1 - haze) + haze * float(rng.uniform(60, 220))
    if rng.random() < 0.15:
        soft = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        soft = soft.filter(ImageFilter.GaussianBlur(canvas.height * 0.2))
        pixels = np.maximum(pixels, pixels + np.asarray(soft, dtype=np.float32) * float(rng.uniform(0.1, 0.4)))
    return pixels


def _photographed(
    rng: Rng, canvas: _Canvas
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.uint8], NDArray[np.int64]]:
    """The patch of the word as a photo shows it, its quad a little off."""
    picture = Image.fromarray(np.clip(_lit(rng, canvas), 0, 255).astype(np.uint8))
    if rng.random() < 0.6:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.6))))
    shrunk = min(1.0, float(np.exp(rng.uniform(np.log(8), np.log(50)))) / canvas.height)
    size = (max(4, round(picture.width * shrunk)), max(4, round(picture.height * shrunk)))
    picture = picture.resize(size, Image.Resampling.BOX if shrunk < 0.5 else Image.Resampling.BICUBIC)
    if rng.random() < 0.6:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=int(rng.integers(25, 92)))
        picture = Image.open(file).convert("RGB")
    letters = Image.fromarray((canvas.letters * 255).astype(np.uint8)).resize(size, Image.Resampling.BOX)
    scale = np.array([size[0] / canvas.size[1], size[1] / canvas.size[0]])
    quad = canvas.quad * scale
    quad = quad + rng.normal(0, 0.06, quad.shape) * canvas.height * shrunk
    patches, inside = word_patches(np.asarray(picture), quad[None])
    masks, _ = word_patches(np.repeat(np.asarray(letters)[:, :, None], 3, axis=2), quad[None])
    return patches[0], inside[0], masks[0, :, :, 0], np.array([_position(canvas.ink), _position(canvas.ground)])


def _position(name: str | None) -> int:
    name = "red" if name == "maroon" else name
    return COLOUR_NAMES.index(name) if name in COLOUR_NAMES else -1
