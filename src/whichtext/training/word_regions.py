"""Photos with word regions, fed to a localizer's training: random crops at random scales with their words.

Annotations are JSON lines, one object a photo: `image_id`, `file` (below the folder of the JSON file), `width`,
`height`, `texts`, each with `polygon` (pixels) and `legible` (false: unreadable, neither wanted nor wrong), and perhaps
`split`. `width` and `height` may be absent.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from whichtext.geometry import min_area_quad, quad_angle, quad_size

__all__ = ["Augmentation", "Crop", "WordPhoto", "as_slanted_boxes", "is_held_out", "load_word_photos", "random_crop"]


@dataclass(frozen=True, slots=True)
class WordPhoto:
    """A photo and its word regions."""

    image_id: str
    file: Path
    size: tuple[int, int]
    """Width and height in pixels."""
    words: NDArray[np.float64]
    """(M, 5) cx, cy, w, h, angle in radians: readable words as rectangles of least area, pixels of the photo."""
    unreadable: NDArray[np.float64]
    """(M, 5), the same for regions that do not count."""
    truth: tuple[dict[str, Any], ...]
    """The annotations as they stand in the file."""

    def pixels(self) -> Image.Image:
        """The photo, RGB."""
        with Image.open(self.file) as image:
            return image.convert("RGB")


def load_word_photos(annotations: Path, *, split: str | None = None) -> list[WordPhoto]:
    """Read annotations; of photos that name a split, only those of `split`, where it is given."""
    photos = []
    with annotations.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if split is not None and record.get("split", split) != split:
                continue
            file = annotations.parent / record["file"]
            texts = [text for text in record["texts"] if len(text["polygon"]) >= 3]
            photos.append(
                WordPhoto(
                    image_id=record["image_id"],
                    file=file,
                    size=(record["width"], record["height"]) if "width" in record else size_of(file),
                    words=as_slanted_boxes([text["polygon"] for text in texts if text.get("legible") is not False]),
                    unreadable=as_slanted_boxes([text["polygon"] for text in texts if text.get("legible") is False]),
                    truth=tuple(texts),
                )
            )
    return photos


def size_of(file: Path) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    with Image.open(file) as image:
        return image.size


def is_held_out(image_id: str, part: float = 0.1) -> bool:
    """Whether a photo belongs to the `part` that is never trained on: decided by its name alone."""
    return int(hashlib.sha256(image_id.encode()).hexdigest()[:8], 16) < part * 2**32


def as_slanted_boxes(polygons: list[Any]) -> NDArray[np.float64]:
    """Polygons as rectangles of least area: (M, 5) cx, cy, w, h, angle in radians, an eighth turn at most."""
    boxes = np.zeros((len(polygons), 5))
    for row, polygon in enumerate(polygons):
        quad = min_area_quad(np.asarray(polygon, dtype=np.float64))
        boxes[row, :2] = quad.mean(axis=0)
        boxes[row, 2:4] = quad_size(quad)
        boxes[row, 4] = np.radians(quad_angle(quad))
    return boxes


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What happens to a photo on its way into a batch. Text is never mirrored."""

    longest: int = 1152
    """Longer side of the photo in pixels at scale 1, as when the localizer runs."""
    enlarge: float = 1.2
    """A small photo is enlarged at most this many times at scale 1."""
    scales: tuple[float, float] = (0.65, 1.5)
    """Range of the random factor, drawn evenly on a logarithmic scale."""
    colour: float = 0.35
    """Largest change of brightness, contrast and saturation, as a part."""
    blur: float = 0.1
    """How often a crop is blurred."""
    least_visible: float = 0.75
    """A word of which less than this part lies inside the crop is neither wanted nor wrong."""
    towards_text: float = 0.8
    """How often a crop is laid around a word of the photo."""


@dataclass(frozen=True, slots=True)
class Crop:
    """One picture of a batch."""

    pixels: NDArray[np.uint8]
    """(H, W, 3) RGB."""
    words: NDArray[np.float64]
    """(M, 5) cx, cy, w, h, angle, pixels of the crop."""
    unreadable: NDArray[np.float64]
    """(M, 5)."""


def random_crop(
    photo: WordPhoto, size: tuple[int, int], rng: np.random.Generator, augmentation: Augmentation | None = None
) -> Crop:
    """A part of a photo of `size` = (width, height), at a random scale and place, in changed colours."""
    augmentation = augmentation or Augmentation()
    width, height = photo.size
    low, high = np.log(augmentation.scales)
    scale = min(augmentation.enlarge, augmentation.longest / max(photo.size)) * float(np.exp(rng.uniform(low, high)))
    window = np.array(size) / scale
    left, top = (place(rng, photo.size[axis], float(window[axis])) for axis in (0, 1))
    if len(photo.words) and rng.random() < augmentation.towards_text:
        centre = photo.words[rng.integers(len(photo.words)), :2]
        wanted = centre - window * rng.uniform(0.1, 0.9, 2)
        left, top = (float(clamp_place(wanted[axis], photo.size[axis], float(window[axis]))) for axis in (0, 1))
    image = cut(photo.pixels(), (left, top, left + float(window[0]), top + float(window[1])), size, (width, height))
    image = change_colours(image, rng, augmentation)
    words, hidden = seen_in_crop(photo.words, np.array([left, top]), scale, size, augmentation.least_visible)
    unreadable, partly = seen_in_crop(photo.unreadable, np.array([left, top]), scale, size, augmentation.least_visible)
    is_tiny = words[:, 2:4].min(axis=1, initial=np.inf) < 4.0
    return Crop(
        pixels=np.asarray(image),
        words=words[~is_tiny],
        unreadable=np.concatenate([unreadable, partly, hidden, words[is_tiny]]),
    )


def place(rng: np.random.Generator, length: int, window: float) -> float:
    """Where a window begins on a side of `length` pixels; a photo that is too small stands anywhere in the window."""
    low, high = sorted((0.0, length - window))
    return float(rng.uniform(low, high))


def clamp_place(start: float, length: int, window: float) -> float:
    """The place nearest to `start` at which the window shows no more beyond the photo than it must."""
    low, high = sorted((0.0, length - window))
    return min(max(start, low), high)


def cut(
    image: Image.Image, window: tuple[float, float, float, float], size: tuple[int, int], bounds: tuple[int, int]
) -> Image.Image:
    """The window (x0, y0, x1, y1) of a photo, resampled to `size`; what lies beyond the photo is grey."""
    x0, y0, x1, y1 = window
    scale = size[0] / (x1 - x0)
    inner = (max(0.0, x0), max(0.0, y0), min(float(bounds[0]), x1), min(float(bounds[1]), y1))
    shown = (max(1, round((inner[2] - inner[0]) * scale)), max(1, round((inner[3] - inner[1]) * scale)))
    shown = (min(size[0], shown[0]), min(size[1], shown[1]))
    part = image.resize(shown, Image.Resampling.BILINEAR, box=inner)
    if shown == size:
        return part
    canvas = Image.new("RGB", size, (128, 128, 128))
    corner = (round((inner[0] - x0) * scale), round((inner[1] - y0) * scale))
    canvas.paste(part, (min(corner[0], size[0] - shown[0]), min(corner[1], size[1] - shown[1])))
    return canvas


def change_colours(image: Image.Image, rng: np.random.Generator, augmentation: Augmentation) -> Image.Image:
    """Other brightness, contrast and saturation; now and then blurred."""
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        if augmentation.colour and rng.random() < 0.6:
            factor = 1.0 + float(rng.uniform(-augmentation.colour, augmentation.colour))
            image = enhancer(image).enhance(factor)
    if rng.random() < augmentation.blur:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.2))))
    return image


def seen_in_crop(
    boxes: NDArray[np.float64], corner: NDArray[np.float64], scale: float, size: tuple[int, int], least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes (M, 5) of the photo in pixels of the crop: those visible enough, cut at its border, and the other ones."""
    moved = boxes.copy()
    moved[:, :2] = (boxes[:, :2] - corner) * scale
    moved[:, 2:4] = boxes[:, 2:4] * scale
    cosine, sine = np.abs(np.cos(moved[:, 4])), np.abs(np.sin(moved[:, 4]))
    extent = np.stack([moved[:, 2] * cosine + moved[:, 3] * sine, moved[:, 2] * sine + moved[:, 3] * cosine], axis=1)
    low, high = moved[:, :2] - extent / 2, moved[:, :2] + extent / 2
    inside = np.clip(np.minimum(high, np.array(size)) - np.maximum(low, 0.0), 0.0, None)
    part = inside.prod(axis=1) / np.maximum(extent.prod(axis=1), 1e-6)
    is_whole = (low >= -1.0).all(axis=1) & (high <= np.array(size) + 1.0).all(axis=1)
    is_upright = np.abs(np.sin(moved[:, 4])) * moved[:, 2] < 0.5 * moved[:, 3]
    is_seen = is_whole | ((part >= least) & is_upright)
    is_cut = is_seen & ~is_whole
    moved[is_cut, :2] = (np.maximum(low, 0.0) + np.minimum(high, np.array(size)))[is_cut] / 2
    moved[is_cut, 2:4] *= inside[is_cut] / extent[is_cut]
    return moved[is_seen], moved[~is_seen & (part > 0)]
