"""Which colour are the letters, and which colour lies right behind them?

In: a photo and the quads of its words. Out: CIE L*a*b* of letters and ground of every word, and the probabilities of
the basic colour names. A word is resampled into a small patch that reaches a little beyond its quad; the patch is split
into two colours, and the one that the rim of the patch shares is the ground. Paper 3.3: the look that a description
names.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.types import Lab

__all__ = [
    "COLOUR_NAMES",
    "InkAndGround",
    "as_lab",
    "lab_to_rgb",
    "name_by_reference",
    "rgb_to_lab",
    "sample_patches",
    "separate_ink",
    "stroke_widths",
]

Floats = NDArray[np.floating[Any]]
Float32s = NDArray[np.float32]

COLOUR_NAMES = (
    "white",
    "black",
    "grey",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "silver",
    "gold",
)
"""Every colour name that is ever given."""

REFERENCE_RGB = (
    (255, 255, 255),
    (0, 0, 0),
    (128, 128, 128),
    (200, 20, 30),
    (240, 130, 30),
    (240, 220, 40),
    (30, 140, 60),
    (30, 80, 190),
    (120, 50, 150),
    (240, 140, 180),
    (110, 70, 40),
    (192, 192, 196),
    (205, 165, 70),
)

PATCH_ROWS, PATCH_COLUMNS = 24, 48
MARGIN = 0.4
"""How far a patch reaches beyond the quad on every side, in letter heights."""

_RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=np.float64,
)
_WHITE = _RGB_TO_XYZ.sum(axis=1)
_LINEAR = np.where(
    np.arange(256) / 255 <= 0.04045, np.arange(256) / 255 / 12.92, ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4
).astype(np.float32)
_TO_XYZ_RELATIVE = (_RGB_TO_XYZ / _WHITE[:, None]).T.astype(np.float32)
_EPSILON = (6 / 29) ** 3


def rgb_to_lab(pixels: NDArray[np.uint8]) -> Float32s:
    """Convert (..., 3) sRGB bytes to (..., 3) float32 CIE L*a*b* under D65."""
    relative = _LINEAR.take(pixels).reshape(-1, 3) @ _TO_XYZ_RELATIVE
    bent = np.where(relative > _EPSILON, np.cbrt(relative), relative * np.float32(841 / 108) + np.float32(4 / 29))
    lab: Float32s = np.empty_like(bent)
    lab[:, 0] = 116 * bent[:, 1] - 16
    lab[:, 1] = 500 * (bent[:, 0] - bent[:, 1])
    lab[:, 2] = 200 * (bent[:, 1] - bent[:, 2])
    return lab.reshape(pixels.shape)


def lab_to_rgb(lab: Floats) -> NDArray[np.uint8]:
    """Convert (..., 3) CIE L*a*b* to (..., 3) sRGB bytes; colours outside sRGB are clipped."""
    values = np.asarray(lab, dtype=np.float64)
    y = (values[..., 0] + 16) / 116
    bent = np.stack([y + values[..., 1] / 500, y, y - values[..., 2] / 200], axis=-1)
    relative = np.where(bent > 6 / 29, bent**3, (bent - 4 / 29) * (108 / 841))
    linear = np.clip((relative * _WHITE) @ np.linalg.inv(_RGB_TO_XYZ).T, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    rgb: NDArray[np.uint8] = np.round(encoded * 255).astype(np.uint8)
    return rgb


def sample_patches(
    image: NDArray[np.uint8],
    quads: Floats,
    *,
    rows: int = PATCH_ROWS,
    columns: int = PATCH_COLUMNS,
    margin: float = MARGIN,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """Resample every quad, grown by `margin` letter heights on each side, into a patch of equal size.

    image: (H, W, 3) uint8; quads: (N, 4, 2) pixels, clockwise from the text's own top-left corner. Returns the patches
    (N, rows, columns, 3) uint8, which of their pixels lie inside the quad (N, rows, columns), and which lie inside the
    photo (N, rows, columns). Outside the photo the nearest pixel is repeated.
    """
    quads = np.asarray(quads, dtype=np.float64).reshape(-1, 4, 2)
    along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2
    across = (quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]) / 2
    width = np.maximum(np.linalg.norm(along, axis=1), 1.0)
    height = np.maximum(np.linalg.norm(across, axis=1), 1.0)
    reach = margin * np.minimum(height, width)
    s = ((np.arange(columns) + 0.5) / columns)[None, :] * (1 + 2 * reach / width)[:, None] - (reach / width)[
        :, None
    ]  # (N, columns)
    t = ((np.arange(rows) + 0.5) / rows)[None, :] * (1 + 2 * reach / height)[:, None] - (reach / height)[
        :, None
    ]  # (N, rows)
    s_grid, t_grid = s[:, None, :, None], t[:, :, None, None]
    corners = quads[:, :, None, None, :]
    points = (
        (1 - s_grid) * (1 - t_grid) * corners[:, 0]
        + s_grid * (1 - t_grid) * corners[:, 1]
        + s_grid * t_grid * corners[:, 2]
        + (1 - s_grid) * t_grid * corners[:, 3]
    )  # (N, rows, columns, 2)
    photo_height, photo_width = image.shape[:2]
    points = np.nan_to_num(points, nan=0.0, posinf=1e6, neginf=-1e6)
    x = np.floor(np.clip(points[..., 0], -1e6, 1e6)).astype(np.int64)
    y = np.floor(np.clip(points[..., 1], -1e6, 1e6)).astype(np.int64)
    visible = (x >= 0) & (x < photo_width) & (y >= 0) & (y < photo_height)
    patches = image[np.clip(y, 0, photo_height - 1), np.clip(x, 0, photo_width - 1)]
    inside = ((s >= 0) & (s <= 1))[:, None, :] & ((t >= 0) & (t <= 1))[:, :, None]
    return patches, inside, visible


@dataclass(frozen=True, slots=True)
class InkAndGround:
    """Two colours of every word; all arrays have one row a word."""

    ink: Float32s
    """(N, 3) L*a*b* of the letters, at their purest."""
    ground: Float32s
    """(N, 3) L*a*b* right behind the letters."""
    ink_mean: Float32s
    """(N, 3) mean of all letter pixels, blurred edges included."""
    rim: Float32s
    """(N, 3) median of the rim just outside the quad."""
    ink_share: Float32s
    """(N,) part of the quad's pixels that is ink."""
    rim_share: Float32s
    """(N,) part of the rim's pixels that looks like the ground."""
    contrast: Float32s
    """(N,) distance of ink and ground in L*a*b*."""
    spread: Float32s
    """(N, 2) mean distance of ink pixels and of ground pixels to their own colour."""
    is_ink: NDArray[np.bool_]
    """(N, rows, columns) patch pixels taken as letters."""


def separate_ink(
    lab: Float32s, inside: NDArray[np.bool_], visible: NDArray[np.bool_], *, rounds: int = 8
) -> InkAndGround:
    """Split every patch into letters and ground: lab (N, R, C, 3), inside and visible (N, R, C)."""
    count, rows, columns = inside.shape
    pixels = lab.reshape(count, rows * columns, 3)
    inner = (inside & visible).reshape(count, rows * columns).astype(np.float32)
    rim = (~inside & visible).reshape(count, rows * columns).astype(np.float32)
    inner = np.where(
        inner.sum(axis=1, keepdims=True) > 0, inner, inside.reshape(count, rows * columns).astype(np.float32)
    )
    rim = np.where(rim.sum(axis=1, keepdims=True) > 0, rim, inner)
    weight = inner / np.maximum(inner.sum(axis=1, keepdims=True), 1)
    mean = np.einsum("np,npc->nc", weight, pixels)
    centred = pixels - mean[:, None]
    covariance = np.einsum("np,npc,npd->ncd", weight, centred, centred)
    axis = np.linalg.eigh(covariance.astype(np.float64))[1][:, :, -1].astype(np.float32)  # (N, 3)
    projection = np.einsum("npc,nc->np", centred, axis)
    first = projection > 0
    unsettled = np.arange(count)
    for _ in range(rounds):
        split = _nearer_mean(pixels[unsettled], weight[unsettled], first[unsettled])
        moved = (split != first[unsettled]).any(axis=1)
        first[unsettled] = split
        unsettled = unsettled[moved]  # a patch that has settled would only stay as it is
        if not len(unsettled):
            break
    rim_weight = rim / np.maximum(rim.sum(axis=1, keepdims=True), 1)
    rim_high = (rim_weight * first).sum(axis=1)
    inner_high = (weight * first).sum(axis=1)
    # The ground reaches the rim; letters fill less of the rim than of the inside.
    high_is_ground = rim_high + 0.5 * (rim_high - inner_high) + 0.25 * (inner_high - 0.5) > 0.5
    is_ink = first != high_is_ground[:, None]
    return _measure(pixels, weight, rim_weight, is_ink, (count, rows, columns))


def _nearer_mean(pixels: Float32s, weight: Float32s, first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """One round of two means: which pixels (N, P, 3), weighing (N, P), are nearer to the mean of `first` (N, P)."""
    high, low = _weighted_mean(pixels, weight * first), _weighted_mean(pixels, weight * ~first)
    nearer: NDArray[np.bool_] = _squared_distance(pixels, high) < _squared_distance(pixels, low)
    return nearer


def _squared_distance(pixels: Float32s, colours: Float32s) -> Float32s:
    """Squared distance of pixels (N, P, 3) to one colour a row, (N, 3): (N, P)."""
    away = np.square(pixels - colours[:, None])
    # Three planes added up are many times faster than a sum along an axis of three, and the same.
    distance: Float32s = away[..., 0] + away[..., 1] + away[..., 2]
    return distance


def _measure(
    pixels: Float32s, weight: Float32s, rim_weight: Float32s, is_ink: NDArray[np.bool_], shape: tuple[int, int, int]
) -> InkAndGround:
    """Colours of the two sides: pixels (N, P, 3), weight and rim_weight (N, P) summing to 1, is_ink (N, P)."""
    ink_weight = weight * is_ink
    ground_weight = (weight + 0.5 * rim_weight) * ~is_ink
    ink_mean = _weighted_mean(pixels, ink_weight)
    ground = _weighted_median(pixels, ground_weight)
    away = ink_mean - ground
    contrast = np.linalg.norm(away, axis=1)
    direction = away / np.maximum(contrast, 1e-3)[:, None]
    reach = np.einsum("npc,nc->np", pixels - ground[:, None], direction)
    reach = np.where(ink_weight > 0, reach, -np.inf)
    order = np.sort(reach, axis=1)
    members = (ink_weight > 0).sum(axis=1)
    position = np.clip(reach.shape[1] - np.ceil(0.4 * members).astype(np.int64), 0, reach.shape[1] - 1)
    threshold = np.take_along_axis(order, position[:, None], axis=1)
    core = ink_weight * (reach >= np.where(np.isfinite(threshold), threshold, 0))
    ink = np.where(core.sum(axis=1, keepdims=True) > 0, _weighted_median(pixels, core), ground)
    ink_spread, ground_spread = (
        (part * np.sqrt(_squared_distance(pixels, colour))).sum(axis=1) / np.maximum(part.sum(axis=1), 1e-6)
        for part, colour in ((ink_weight, ink), (ground_weight, ground))
    )
    return InkAndGround(
        ink=ink.astype(np.float32),
        ground=ground.astype(np.float32),
        ink_mean=np.where(members[:, None] > 0, ink_mean, ground).astype(np.float32),
        rim=_weighted_median(pixels, rim_weight).astype(np.float32),
        ink_share=ink_weight.sum(axis=1).astype(np.float32),
        rim_share=(rim_weight * ~is_ink).sum(axis=1).astype(np.float32),
        contrast=np.linalg.norm(ink - ground, axis=1).astype(np.float32),
        spread=np.stack([ink_spread, ground_spread], axis=1).astype(np.float32),
        is_ink=is_ink.reshape(shape),
    )


def _weighted_mean(pixels: Float32s, weight: Float32s) -> Float32s:
    """(N, P, 3) pixels and (N, P) weights to (N, 3)."""
    mean: Float32s = np.einsum("np,npc->nc", weight, pixels) / np.maximum(weight.sum(axis=1), 1e-6)[:, None]
    return mean


def _weighted_median(pixels: Float32s, weight: Float32s) -> Float32s:
    """Median of every channel over the pixels of positive weight; 0 where there are none.

    Values (N, P, 3) and weights (N, P) give (N, 3).
    """
    members = (weight > 0).sum(axis=1)
    ordered = np.sort(np.where((weight > 0)[:, :, None], pixels, np.inf), axis=1)
    middle = np.maximum(members - 1, 0) // 2
    median: Float32s = np.take_along_axis(ordered, middle[:, None, None], axis=1)[:, 0]
    return np.where(np.isfinite(median), median, 0).astype(np.float32)


def name_by_reference(lab: Floats, *, softness: float = 12.0) -> Float32s:
    """Probabilities of `COLOUR_NAMES` by distance to one reference colour each: (N, 3) L*a*b* to (N, 13)."""
    reference = rgb_to_lab(np.array(REFERENCE_RGB, dtype=np.uint8))
    distance = np.linalg.norm(np.asarray(lab, dtype=np.float32).reshape(-1, 1, 3) - reference, axis=2)
    logits = -distance / softness
    scores = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    probabilities: Float32s = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


def as_lab(values: Floats) -> Lab:
    """Turn three numbers into the public L*a*b* value."""
    return float(values[0]), float(values[1]), float(values[2])


def stroke_widths(is_ink: NDArray[np.bool_], lengths: Floats, heights: Floats, *, margin: float = MARGIN) -> Float32s:
    """Typical stroke of every word in photo pixels: (N,).

    is_ink: (N, R, C) of its patch; lengths, heights: (N,) of its quad in pixels.
    """
    reach = margin * np.minimum(np.maximum(heights, 1), np.maximum(lengths, 1))
    cell_width = (np.maximum(lengths, 1) + 2 * reach) / is_ink.shape[2]
    cell_height = (np.maximum(heights, 1) + 2 * reach) / is_ink.shape[1]
    ink = is_ink.sum(axis=(1, 2))
    runs_across = (is_ink & ~np.pad(is_ink, ((0, 0), (0, 0), (1, 0)))[:, :, :-1]).sum(axis=(1, 2))
    runs_down = (is_ink & ~np.pad(is_ink, ((0, 0), (1, 0), (0, 0)))[:, :-1]).sum(axis=(1, 2))
    across = ink / np.maximum(runs_across, 1) * cell_width
    down = ink / np.maximum(runs_down, 1) * cell_height
    strokes: Float32s = np.maximum(np.minimum(across, down), 0.5).astype(np.float32)
    return strokes
