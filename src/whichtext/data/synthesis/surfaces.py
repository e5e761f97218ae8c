"""Writing into given photos: smooth places are found, and signs or bare letters put there (paper 4.2).

For photos with too little text of their own. What is known of their own writing stays in the truth; its look is not
known, so a description that would need it is not made.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from whichtext.data.synthesis.backgrounds import Backdrop, StoredPhoto
from whichtext.data.synthesis.carriers import CARRIERS, CarrierKind
from whichtext.data.synthesis.layout import PlacedCarrier
from whichtext.data.synthesis.outlines import outline_of
from whichtext.data.synthesis.palette import pick_scheme
from whichtext.data.synthesis.rendering import Canvas
from whichtext.data.synthesis.truth import TrueLine, TrueWord
from whichtext.errors import InputError

if TYPE_CHECKING:
    from whichtext.data.synthesis.scene import Drawing, Settings

__all__ = ["smooth_places", "write_into_photo"]

Box = tuple[float, float, float, float]
Floats = NDArray[np.floating[Any]]
_CELL = 8  # pixels of the photo for one cell of the search
_SMOOTH = 8.0  # mean change of grey between neighbouring cells below which a place is smooth
_MOST_PLACES = 6
_KEYS = ("letters", "letters", "poster", "notice", "label", "plate", "directory", "octagon", "tag", "button", "fascia")


def write_into_photo(rng: np.random.Generator, settings: "Settings", index: int) -> "Drawing":
    """The photo of a number, whole and in its own proportions, with writing put on its smooth places."""
    from whichtext.data.synthesis.scene import Drawing

    assert settings.photos is not None
    photo = settings.photos.photos[index % len(settings.photos.photos)]
    pixels, scale = _opened(photo, settings.size)
    light = (float(rng.uniform(-1, 1)), -float(rng.uniform(0.4, 1)))
    drawing = Drawing(Canvas(pixels), Backdrop(pixels, "photo", 2.0, light, source=photo.image_id), settings)
    native = [np.array(polygon) * scale for _, _, polygon in photo.texts]
    kinds = {kind.key: kind for kind in CARRIERS}
    used: list[str] = []
    before = pixels.copy()
    for box in smooth_places(rng, pixels, native):
        kind = kinds[_KEYS[int(rng.integers(len(_KEYS)))]]
        scheme = pick_scheme(rng, grounds=kind.grounds, avoid=tuple(used))
        if drawing.add_carrier(rng, _placed(rng, kind, box), scheme):
            used.append(scheme[0])
    _blend(rng, drawing.canvas.pixels, before)
    for (string, legible, _), polygon in zip(photo.texts, native, strict=True):
        number = len(drawing.words) + len(drawing.native)
        points = tuple((round(float(x), 2), round(float(y), 2)) for x, y in polygon)
        drawing.native.append(TrueWord(number, string, points, bool(legible is not False and string)))
        rise = float(np.ptp(polygon[:, 1]))
        drawing.lines.append(
            TrueLine((number,), string, None, None, None, (), max(1.0, 0.75 * rise), None, False, True)
        )
    return drawing


def _blend(rng: np.random.Generator, pixels: NDArray[np.float32], before: NDArray[np.float32]) -> None:
    """Give what was put into a photo the softness and the grain of the photo itself."""
    changed = np.abs(pixels - before).max(axis=2) > 1.0
    if not changed.any():
        return
    grey = before.mean(axis=2)
    fine = np.abs(grey[1:, 1:] - grey[:-1, 1:] - grey[1:, :-1] + grey[:-1, :-1]) / 2
    grain = float(np.clip(np.median(fine) * 1.5, 0.8, 7.0))
    spread = Image.fromarray((changed * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(5))
    mask = np.asarray(spread.filter(ImageFilter.GaussianBlur(1)), dtype=np.float32)[..., None] / 255
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.5, 0.9)))), dtype=np.float32)
    noise = rng.normal(0, grain, (*changed.shape, 1)) + rng.normal(0, grain * 0.4, (*changed.shape, 3))
    pixels += mask * (soft + noise - pixels)


def _opened(photo: StoredPhoto, most: tuple[int, int]) -> tuple[NDArray[np.float32], float]:
    """Pixels (H, W, 3), shrunk to fit into `most` where larger, and by how much."""
    try:
        with Image.open(photo.path) as opened:
            opened.load()
            picture = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{str(photo.path)!r} cannot be written into: {error}") from error
    scale = min(1.0, most[0] / picture.width, most[1] / picture.height)
    if scale < 1:
        size = (max(32, round(picture.width * scale)), max(32, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(picture, dtype=np.float32).copy(), scale


def smooth_places(rng: np.random.Generator, pixels: NDArray[np.float32], taken: list[NDArray[np.float64]]) -> list[Box]:
    """Boxes of smooth places that do not overlap each other nor `taken` polygons, pixels of (H, W, 3)."""
    height, width = pixels.shape[0] // _CELL, pixels.shape[1] // _CELL
    grey = pixels[: height * _CELL, : width * _CELL].mean(axis=2).reshape(height, _CELL, width, _CELL)
    level, rough = grey.mean(axis=(1, 3)), grey.std(axis=(1, 3))
    change = np.abs(np.diff(level, axis=0, prepend=level[:1])) + np.abs(np.diff(level, axis=1, prepend=level[:, :1]))
    cost = rough + change
    for polygon in taken:
        x0, y0 = np.floor(polygon.min(axis=0) / _CELL).astype(int) - 1
        x1, y1 = np.ceil(polygon.max(axis=0) / _CELL).astype(int) + 1
        cost[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = 1e4
    found: list[Box] = []
    for share in (0.5, 0.36, 0.28, 0.22, 0.18, 0.15):
        aspect = float(rng.choice([1.0, 1.6, 2.6, 4.0]))
        columns = max(5, round(width * share * float(rng.uniform(0.8, 1.2))))
        rows = max(3, round(columns / aspect))
        if columns >= width - 2 or rows >= height - 2:
            continue
        total = np.pad(cost, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        sums = total[rows:, columns:] - total[:-rows, columns:] - total[rows:, :-columns] + total[:-rows, :-columns]
        sums = sums[1:-1, 1:-1] / (rows * columns)
        good = np.argwhere(sums < _SMOOTH)
        if not len(good):
            continue
        y, x = good[int(rng.integers(len(good)))] + 1
        box = (float(x * _CELL), float(y * _CELL), float((x + columns) * _CELL), float((y + rows) * _CELL))
        found.append(box)
        cost[max(0, y - 1) : y + rows + 1, max(0, x - 1) : x + columns + 1] = 1e4
        if len(found) >= _MOST_PLACES:
            break
    return found


def _placed(rng: np.random.Generator, kind: CarrierKind, box: Box) -> PlacedCarrier:
    """A carrier as large as a place allows, a little askew."""
    form, least, most = kind.forms[int(rng.integers(len(kind.forms)))]
    width, height = box[2] - box[0], box[3] - box[1]
    aspect = float(np.clip(width / height, least, most))
    w, h = min(width, height * aspect), min(height, width / aspect)
    w, h = 0.92 * w, 0.92 * h
    middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    local = np.array([[-w, -h], [w, -h], [w, h], [-w, h]]) / 2
    turn = float(np.clip(rng.normal(0, 0.05), -0.1, 0.1))
    local = local / (1 + turn * local[:, :1] / (w / 2))
    angle = np.radians(float(rng.normal(0, 1.0)))
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    local = local @ axes
    local = local * min(1.0, float((np.array([width, height]) / 2 / np.abs(local).max(axis=0)).min()))
    quad = middle + local
    low, high = quad.min(axis=0), quad.max(axis=0)
    size = (max(14, int(w * 1.3)), max(14, int(h * 1.3)))
    outline = outline_of(rng, form, size[0] / size[1])
    bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return PlacedCarrier(kind, outline, quad, size, bounds, 1.3, "wall")
