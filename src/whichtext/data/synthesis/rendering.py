"""The photo while it is being put together: surfaces in perspective with their shadows, and who hides whom.

A quad is (4, 2) float, pixels of the picture: where the top left, top right, bottom right and bottom left of a flat
picture go. Later things are nearer; `Canvas.order` tells for every pixel which thing is on top.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

__all__ = ["Canvas", "homography", "project"]

Floats = NDArray[np.floating[Any]]
_MARGIN = 2
_SOLID = 0.5  # of the alpha, from which on a thing hides what is behind


def homography(source: Floats, target: Floats) -> NDArray[np.float64]:
    """The (3, 3) map that takes four source points (4, 2) to four target points (4, 2)."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solution = np.linalg.solve(np.array(rows, dtype=float), np.asarray(target, dtype=float).reshape(-1))
    return np.append(solution, 1.0).reshape(3, 3)


def project(matrix: Floats, points: Floats) -> NDArray[np.float64]:
    """(P, 2) points through a (3, 3) homography."""
    lifted = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ np.asarray(matrix).T
    projected: NDArray[np.float64] = lifted[:, :2] / lifted[:, 2:]
    return projected


def corners(width: float, height: float) -> NDArray[np.float64]:
    """(4, 2) corners of a picture."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)


class Canvas:
    """The picture so far."""

    def __init__(self, pixels: NDArray[np.float32]) -> None:
        self.pixels = pixels
        """(H, W, 3) float32 in [0, 255]."""
        self.order = np.zeros(pixels.shape[:2], np.int16)
        """(H, W): number of the thing on top, 0 for the background."""
        self.ink = np.zeros(pixels.shape[:2], np.uint8)
        """(H, W): where letters were put, before anything was put over them."""
        self._count = 0

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def put(
        self, pixels: NDArray[np.float32], alpha: NDArray[np.float32], ink: NDArray[np.uint8] | None, quad: Floats
    ) -> int:
        """Put a flat picture ((H, W, 3) and its (H, W) alpha, ink) into a quad; gives its number in `order`."""
        self._count += 1
        height, width = alpha.shape
        window = self._window(quad)
        if window is None:
            return self._count
        x0, y0, x1, y1 = window
        # A clear margin around the flat picture: its edges come out smooth, not as stairs.
        matrix = homography(quad - [x0, y0], corners(width, height) + _MARGIN)
        coefficients = tuple(float(value) for value in (matrix / matrix[2, 2]).reshape(-1)[:8])
        shape = (x1 - x0, y1 - y0)
        premultiplied = np.zeros((height + 2 * _MARGIN, width + 2 * _MARGIN, 4), np.uint8)
        inside = premultiplied[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        inside[..., :3] = np.clip(pixels, 0, 255) * alpha[..., None]
        inside[..., 3] = alpha * 255
        whole = (width + 2 * _MARGIN, height + 2 * _MARGIN)
        flat = Image.frombuffer("RGBa", whole, premultiplied.tobytes(), "raw", "RGBa", 0, 1)
        warped = _warp(flat, shape, coefficients)
        cover = warped[..., 3:].astype(np.float32) / 255
        region = self.pixels[y0:y1, x0:x1]
        region *= 1 - cover
        region += warped[..., :3]
        self.order[y0:y1, x0:x1][cover[..., 0] > _SOLID] = self._count
        if ink is not None:
            letters = _warp(Image.fromarray(np.pad(ink, _MARGIN)), shape, coefficients)
            part = self.ink[y0:y1, x0:x1]
            np.maximum(part, letters, out=part)
        return self._count

    def shade(self, polygon: Floats, *, offset: tuple[float, float], blur: float, strength: float) -> None:
        """Darken what is behind a polygon (P, 2), moved by an offset: its shadow."""
        moved = np.asarray(polygon) + offset
        window = self._window(moved, pad=int(3 * blur) + 2)
        if window is None:
            return
        x0, y0, x1, y1 = window
        part = 1 if blur < 1.7 else 2 if blur < 3.5 else 4  # what is so soft needs no more pixels
        layer = Image.new("L", (-(-(x1 - x0) // part), -(-(y1 - y0) // part)), 0)
        ImageDraw.Draw(layer).polygon([((float(x) - x0) / part, (float(y) - y0) / part) for x, y in moved], fill=255)
        layer = layer.filter(ImageFilter.GaussianBlur(blur / part))
        if part > 1:
            layer = layer.resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR)
        light = 1 - np.asarray(layer, dtype=np.float32) * np.float32(strength / 255)
        self.pixels[y0:y1, x0:x1] *= light[..., None]

    def bar(self, start: Floats, end: Floats, thickness: float, colour: Floats, *, is_solid: bool = True) -> None:
        """A round bar between two points, lit from its middle: a post, a bracket, a rope."""
        start, end = np.asarray(start, float), np.asarray(end, float)
        along = end - start
        length = float(np.hypot(*along))
        if length < 1:
            return
        across = np.array([-along[1], along[0]]) / length * thickness / 2
        quad = np.array([start + across, start - across, end - across, end + across])
        wide = max(3, round(thickness * 1.5))
        light = np.interp(np.linspace(0, 1, wide), [0, 0.3, 0.55, 1], [0.62, 1.2, 1.0, 0.45]).astype(np.float32)
        pixels = np.broadcast_to(light[None, :, None] * np.asarray(colour, np.float32), (8, wide, 3)).astype(np.float32)
        if quad[0, 0] > quad[1, 0]:
            quad = quad[[1, 0, 3, 2]]
        before = self._count
        self.put(pixels, np.ones((8, wide), np.float32), None, quad)
        if not is_solid:
            self._count = before

    def visible_share(self, polygon: Floats, number: int) -> float:
        """Share of a polygon's pixels that nothing covers which came after `number`."""
        window = self._window(polygon)
        if window is None:
            return 0.0
        x0, y0, x1, y1 = window
        layer = Image.new("1", (x1 - x0, y1 - y0), 0)
        ImageDraw.Draw(layer).polygon([(float(x) - x0, float(y) - y0) for x, y in polygon], fill=1)
        inside = np.asarray(layer)
        if not inside.any():
            return 0.0
        return float((self.order[y0:y1, x0:x1][inside] <= number).mean())

    def mean(self, polygon: Floats) -> NDArray[np.float64]:
        """Mean colour (3,) of the box of a polygon."""
        window = self._window(polygon)
        if window is None:
            return np.full(3, 128.0)
        x0, y0, x1, y1 = window
        average: NDArray[np.float64] = self.pixels[y0:y1:3, x0:x1:3].reshape(-1, 3).mean(axis=0).astype(np.float64)
        return average

    def _window(self, points: Floats, pad: int = 1) -> tuple[int, int, int, int] | None:
        """The part of the picture around points, as (x0, y0, x1, y1); None where it is empty."""
        low = np.maximum(np.floor(np.min(points, axis=0)).astype(int) - pad, 0)
        high = np.minimum(np.ceil(np.max(points, axis=0)).astype(int) + pad + 1, self.size)
        if (high - low < 1).any():
            return None
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _warp(picture: Image.Image, size: tuple[int, int], coefficients: tuple[float, ...]) -> NDArray[np.uint8]:
    return np.asarray(picture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC))
