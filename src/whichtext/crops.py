"""Straightened crops: a quad of a photo becomes an upright picture of its text."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.geometry import quad_size

__all__ = ["straighten"]

MOST_BORDER = 64
"""Pixels around the photo that repeat its border; beyond them all is black."""


def straighten(
    image: NDArray[np.uint8], quad: NDArray[np.float64], size: tuple[int, int], *, bicubic: bool = True
) -> NDArray[np.uint8]:
    """Warp a quad (4, 2) of an (H, W, 3) uint8 photo to `size` = (width, height) pixels.

    Corner 0 becomes the top-left one. Only the part of the photo around the quad is touched. Large letters are shrunk
    by box averaging first, so that no detail aliases. What lies outside the photo repeats its border for some pixels
    and is black further out. Without `bicubic` it is bilinear: faster, and a little softer.
    """
    width, height = size
    photo_height, photo_width = image.shape[:2]
    low = np.floor(quad.min(axis=0)).astype(int) - 2
    high = np.ceil(quad.max(axis=0)).astype(int) + 3
    x0, y0 = np.clip(low, 0, [photo_width - 1, photo_height - 1])
    x1, y1 = np.clip(high, [x0 + 1, y0 + 1], [photo_width, photo_height])
    part = np.ascontiguousarray(image[y0:y1, x0:x1])
    picture = Image.fromarray(part)
    corners = quad - np.array([x0, y0])
    factor = int(max(1, min(quad_size(quad)[1] / height, quad_size(quad)[0] / width)))
    if factor > 1:
        picture = picture.reduce(factor)
        corners = corners / factor
    columns, rows = picture.size
    pad = border(corners, columns, rows)
    if pad:
        picture = Image.fromarray(np.pad(np.asarray(picture), ((pad, pad), (pad, pad), (0, 0)), mode="edge"))
        corners = corners + pad
    coefficients = perspective(np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64), corners)
    resampling = Image.Resampling.BICUBIC if bicubic else Image.Resampling.BILINEAR
    warped = picture.transform(size, Image.Transform.PERSPECTIVE, coefficients, resampling)
    return np.asarray(warped)


def border(corners: NDArray[np.float64], columns: int, rows: int) -> int:
    """Pixels of repeated border that corners (4, 2) need around a picture so that bicubic sampling stays inside."""
    outside = max(-corners.min(), float((corners - np.array([columns, rows])).max()), -3.0)
    return min(MOST_BORDER, int(np.ceil(outside)) + 3)


def perspective(source: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[float, ...]:
    """Eight coefficients of the perspective map that takes four points (4, 2) to four others, as Pillow expects."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    try:
        solution = np.linalg.solve(np.array(rows), target.reshape(-1))
    except np.linalg.LinAlgError:  # three corners in a line
        solution = np.linalg.lstsq(np.array(rows), target.reshape(-1), rcond=None)[0]
    return tuple(float(value) for value in solution)
