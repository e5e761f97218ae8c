"""What a lens, a sensor and a file format do to a scene: exposure, haze, blur, glare, dark corners, grain, JPEG.

pixels: (H, W, 3) float32 in [0, 255].
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from whichtext.data.synthesis.noise import soft_noise

__all__ = ["Degradation", "develop", "encode", "random_degradation"]


@dataclass(frozen=True, slots=True)
class Degradation:
    """How the photo is taken."""

    gain: float
    warmth: float
    contrast: float
    haze: float
    blur: float
    motion: tuple[int, int]
    """Pixels that the camera moves while the shutter is open."""
    glare: float
    vignette: float
    grain: float
    chroma_grain: float
    quality: int


def random_degradation(rng: np.random.Generator) -> Degradation:
    """Mostly mild, sometimes bad."""
    bad = rng.random() < 0.2
    moved = (int(rng.integers(-3, 4)), int(rng.integers(-2, 3))) if rng.random() < 0.15 else (0, 0)
    return Degradation(
        gain=float(np.clip(rng.normal(1.07, 0.09), 0.8, 1.3)),
        warmth=float(np.clip(rng.normal(0, 0.035), -0.08, 0.08)),
        contrast=float(rng.uniform(-0.05, 0.22)),
        haze=float(rng.choice([0, 0, 0.03, 0.08])),
        blur=float(rng.uniform(0.9, 1.5) if bad else rng.uniform(0.3, 0.75)),
        motion=moved,
        glare=float(rng.uniform(0.15, 0.45)) if rng.random() < 0.15 else 0.0,
        vignette=float(rng.uniform(0.0, 0.2)),
        grain=float(rng.uniform(3.5, 7.5) if bad else rng.uniform(1.2, 4.5)),
        chroma_grain=float(rng.uniform(0.3, 2.4)),
        quality=int(rng.integers(38, 70) if bad else rng.integers(68, 96)),
    )


def develop(rng: np.random.Generator, pixels: NDArray[np.float32], how: Degradation) -> Image.Image:
    """The picture as the camera gives it."""
    height, width = pixels.shape[:2]
    scale = width / 640
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    light = how.gain * (1 - how.vignette * ((x**2 + y**2) / 2) ** 1.3)
    tint = np.array([1 + how.warmth, 1.0, 1 - how.warmth], np.float32)
    values = pixels * light[..., None] * tint
    if how.glare:
        values += _glare(rng, (height, width), how.glare)[..., None]
    if how.haze:
        values = values * (1 - how.haze) + 200 * how.haze
    picture = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if how.motion != (0, 0):
        picture = _moved(picture, how.motion)
    picture = picture.filter(ImageFilter.GaussianBlur(how.blur * scale))
    tones = np.arange(256, dtype=np.float32) / 255
    curve = 255 * (tones + how.contrast * (tones - 0.5) * tones * (1 - tones) * 2.6)
    values = curve[np.asarray(picture)]
    grain = rng.standard_normal((height, width), dtype=np.float32) * how.grain
    grain += soft_noise(rng, (height, width), 2.0) * (how.grain * 0.35)
    grain *= 1.15 - np.asarray(picture.convert("L"), dtype=np.float32) * (0.5 / 255)  # dark parts are noisier
    values += grain[..., None]
    spots = (-(-height // 2), -(-width // 2))
    for channel in range(3):
        values[..., channel] += (
            how.chroma_grain * soft_noise(rng, spots, 1.4).repeat(2, 0).repeat(2, 1)[:height, :width]
        )
    values += 0.5
    return Image.fromarray(np.clip(values, 0, 255, out=values).astype(np.uint8))


def _glare(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> NDArray[np.float32]:
    """A soft bright spot or streak."""
    height, width = shape
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] - rng.uniform(0, 1)
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :] - rng.uniform(0, 1)
    angle = rng.uniform(0, np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    field = np.exp(-((along / rng.uniform(0.15, 0.5)) ** 2) - (across / rng.uniform(0.06, 0.2)) ** 2)
    lit: NDArray[np.float32] = (field * 190 * strength).astype(np.float32)
    return lit


def _moved(picture: Image.Image, motion: tuple[int, int]) -> Image.Image:
    values = np.asarray(picture, dtype=np.float32)
    steps = max(abs(motion[0]), abs(motion[1])) + 1
    total = np.zeros_like(values)
    for share in np.linspace(-0.5, 0.5, steps):
        shift = (round(motion[1] * share), round(motion[0] * share))
        padded = np.pad(values, ((4, 4), (4, 4), (0, 0)), "edge")
        total += padded[4 + shift[0] : 4 + shift[0] + values.shape[0], 4 + shift[1] : 4 + shift[1] + values.shape[1]]
    return Image.fromarray((total / steps).astype(np.uint8))


def encode(picture: Image.Image, quality: int) -> bytes:
    """JPEG bytes."""
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()
