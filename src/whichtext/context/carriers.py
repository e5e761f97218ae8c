"""The surfaces that texts lie on: which lines share one, how far it reaches, and its geometry.

Paper 3.3, and what most descriptions name first: "the second line of the white sign".

A surface is grown from the colour right behind a line, in a small copy of the photo. Whether two lines share a surface
is judged for every pair (do their surfaces cover each other, is the way from one to the other free of edges, do they
look alike), and lines are joined by average linkage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from whichtext.context.colours import rgb_to_lab
from whichtext.geometry import box_of, convex_hull, pad_quad, polygon_mask
from whichtext.types import Box, Polygon

__all__ = ["PAIR_FEATURES", "Surface", "Surroundings", "grow_surfaces", "join_lines", "outline", "pair_features"]

Floats = NDArray[np.floating[Any]]

SIDE = 320
"""Longer side, in pixels, of the copy in which surfaces are grown."""
TOLERANCE = 9.0
"""Distance in L*a*b* (L counted at 0.7) up to which a pixel belongs to the surface."""
REACH = 5.0
"""How far, in letter heights, a surface is followed beyond a line."""
WEIGHTS = np.array([0.7, 1.0, 1.0], dtype=np.float32)
WAY = 24
"""Points looked at on the way from one line to another."""

PAIR_FEATURES = (
    "covered both ways",
    "covered one way",
    "ground distance",
    "ink distance",
    "way unlike ground, mean",
    "way unlike ground, worst",
    "gap in letter heights",
    "gap in photo sides",
    "height ratio",
    "angle between",
    "aligned across",
    "aligned along",
    "box overlap of surfaces",
    "surface leaks",
    "lines between",
    "ground unlike",
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The small copy of the photo and the surface grown behind every line."""

    lab: NDArray[np.float32]
    """(h, w, 3) of the small copy."""
    masks: NDArray[np.bool_]
    """(N, h, w) surface of every line, its writing included."""
    seeds: NDArray[np.bool_]
    """(N, h, w) pixels under every line."""
    across: float
    """Small pixels per photo pixel, horizontally."""
    down: float
    """Small pixels per photo pixel, vertically."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The surface behind one line, or behind several that share it."""

    mask: NDArray[np.bool_]
    """(h, w) pixels of the small copy, writing included."""
    box: Box
    polygon: Polygon
    fill: float
    """Part of its convex hull that it covers."""
    border: float
    """Part of the photo's border that it reaches."""


def grow_surfaces(
    image: NDArray[np.uint8], quads: Floats, heights: Floats, grounds: Floats, spreads: Floats, contrasts: Floats
) -> Surroundings:
    """Grow the surface behind every line, at most `REACH` letter heights beyond the line.

    image: (H, W, 3); quads: (N, 4, 2); heights: (N,) letter heights in pixels; grounds: (N, 3) L*a*b* behind each line;
    spreads: (N,) how much that varies; contrasts: (N,) distance of letters and ground.
    """
    height, width = image.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(image).resize(size, Image.Resampling.BOX)
    lab = rgb_to_lab(np.asarray(small))
    across, down = size[0] / width, size[1] / height
    masks = np.zeros((len(quads), size[1], size[0]), dtype=bool)
    seeds = np.zeros_like(masks)
    weighted = lab * WEIGHTS
    for i, quad in enumerate(quads):
        seeds[i] = _small_mask(quad, size, across, down)
        letter_height = float(np.nan_to_num(heights[i])) * max(across, down)
        start = _small_mask(pad_quad(quad, 0.2 * float(heights[i])), size, across, down)
        window = _window(start, max(REACH * letter_height, 8.0))
        if window is None:
            continue
        away = weighted[window] - (grounds[i] * WEIGHTS).astype(np.float32)
        limit = min(TOLERANCE + 0.8 * min(float(spreads[i]), 8.0), max(7.0, 0.6 * float(contrasts[i])))
        like = np.einsum("hwc,hwc->hw", away, away) < limit * limit
        masks[i][window] = _attached(like, start[window], bridge=int(np.clip(round(0.3 * letter_height), 1, 4)))
    return Surroundings(lab=lab, masks=masks, seeds=seeds, across=across, down=down)


def _window(start: NDArray[np.bool_], reach: float) -> tuple[slice, slice] | None:
    """Rows and columns of `start` (h, w), grown by `reach`; None where nothing is set."""
    rows, columns = np.flatnonzero(start.any(axis=1)), np.flatnonzero(start.any(axis=0))
    if not len(rows):
        return None
    more = int(np.ceil(reach))
    return (
        slice(max(int(rows[0]) - more, 0), int(rows[-1]) + more + 1),
        slice(max(int(columns[0]) - more, 0), int(columns[-1]) + more + 1),
    )


def _attached(like: NDArray[np.bool_], start: NDArray[np.bool_], *, bridge: int) -> NDArray[np.bool_]:
    """What of `like` hangs together with `start`, and the holes in it; all (h, w).

    Bridges of up to 2 · `bridge` pixels do not count as hanging together.
    """
    like = like | start
    core = _shrink(like, bridge) | start
    labels, count = ndimage.label(core)
    is_near = np.zeros(count + 1, dtype=bool)
    is_near[labels[start]] = True
    is_near[0] = False
    reopened = ~_shrink(~is_near.take(labels), bridge) & like
    outside, count = ndimage.label(~reopened)
    is_hole = np.ones(count + 1, dtype=bool)
    for rim in (outside[0], outside[-1], outside[:, 0], outside[:, -1]):
        is_hole[rim] = False
    is_hole[0] = False
    holes: NDArray[np.bool_] = is_hole.take(outside)
    return reopened | holes


def _shrink(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Erode (h, w) by a square of 2 · `pixels` + 1; the border does not eat."""
    shrunk: NDArray[np.uint8] = ndimage.minimum_filter(mask.view(np.uint8), size=2 * pixels + 1, mode="nearest")
    return shrunk.view(np.bool_)


def pair_features(
    around: Surroundings, quads: Floats, heights: Floats, grounds: Floats, inks: Floats
) -> NDArray[np.float32]:
    """Compare every line with every other: (N, N, 16) in the order of `PAIR_FEATURES`, symmetric."""
    count = len(quads)
    if not count:
        return np.zeros((0, 0, len(PAIR_FEATURES)), dtype=np.float32)
    flat_masks = around.masks[:, ::2, ::2].reshape(count, -1).astype(np.float32)
    flat_seeds = around.seeds[:, ::2, ::2].reshape(count, -1).astype(np.float32)
    sizes = np.maximum(flat_seeds.sum(axis=1), 1e-6)
    covered = flat_masks @ flat_seeds.T / sizes[None]  # [i, j]: part of line j on the surface of i
    covered = np.where(flat_seeds.sum(axis=1)[None] > 0, covered, 0)
    ground_distance = np.linalg.norm(grounds[:, None] - grounds[None], axis=2)
    mean_off, worst_off, gap, crossed = _ways(around, quads, grounds)
    height = np.maximum(np.asarray(heights, dtype=np.float64), 1.0)
    smaller = np.minimum(height[:, None], height[None])
    larger = np.maximum(height[:, None], height[None])
    direction = quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]
    angle = np.arctan2(direction[:, 1], direction[:, 0])
    turned = np.abs(np.sin(angle[:, None] - angle[None]))
    low, high = quads.min(axis=1), quads.max(axis=1)
    overlap = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    extent = np.maximum(np.minimum((high - low)[:, None], (high - low)[None]), 1.0)
    aligned = np.clip(overlap / extent, -1, 1)
    shared = np.minimum(flat_masks @ flat_masks.T / np.maximum(flat_masks.sum(axis=1), 1)[:, None], 1)
    leaks = around.masks.reshape(count, -1).mean(axis=1)
    photo = max(around.lab.shape[0] / around.down, around.lab.shape[1] / around.across)
    features = np.stack(
        [
            np.minimum(covered, covered.T),
            np.maximum(covered, covered.T),
            np.minimum(ground_distance, 60) / 20,
            np.minimum(np.linalg.norm(inks[:, None] - inks[None], axis=2), 100) / 40,
            np.minimum(mean_off, 60) / 20,
            np.minimum(worst_off, 80) / 20,
            np.log1p(gap / smaller),
            gap / photo,
            np.log(larger / smaller),
            turned,
            aligned[..., 0],
            aligned[..., 1],
            np.minimum(shared, shared.T),
            np.maximum(leaks[:, None], leaks[None]),
            np.minimum(crossed, 4) / 2,
            (ground_distance > 25).astype(np.float64),
        ],
        axis=2,
    )
    return features.astype(np.float32)


def _ways(around: Surroundings, quads: Floats, grounds: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Walk the shortest way between the outlines of every two lines.

    Returns four (N, N) arrays: mean and nearly worst distance in L*a*b* of the way from both grounds, its length in
    photo pixels, and how many other lines it crosses.
    """
    count = len(quads)
    steps = (np.arange(4) / 4)[None, None, :, None]
    rim = (quads[:, :, None] * (1 - steps) + np.roll(quads, -1, axis=1)[:, :, None] * steps).reshape(
        count, -1, 2
    )  # (N, 16, 2)
    first, second = np.triu_indices(count, 1)
    results = [np.zeros((count, count)) for _ in range(4)]
    height, width = around.lab.shape[:2]
    under = np.zeros((height, width), dtype=np.int64)
    for i in range(count):
        under[around.seeds[i]] = i + 1
    for begin in range(0, len(first), 4096):
        a, b = first[begin : begin + 4096], second[begin : begin + 4096]
        distance = np.linalg.norm(rim[a][:, :, None] - rim[b][:, None], axis=3).reshape(len(a), -1)
        nearest = distance.argmin(axis=1)
        start = rim[a, nearest // rim.shape[1]]
        end = rim[b, nearest % rim.shape[1]]
        t = ((np.arange(WAY) + 0.5) / WAY)[None, :, None]
        points = start[:, None] * (1 - t) + end[:, None] * t  # (P, WAY, 2)
        x = np.clip((points[..., 0] * around.across).astype(np.int64), 0, width - 1)
        y = np.clip((points[..., 1] * around.down).astype(np.int64), 0, height - 1)
        colours = around.lab[y, x]
        off = np.maximum(
            np.linalg.norm((colours - grounds[a][:, None]) * WEIGHTS, axis=2),
            np.linalg.norm((colours - grounds[b][:, None]) * WEIGHTS, axis=2),
        )
        met = under[y, x]
        own = (met == 0) | (met == a[:, None] + 1) | (met == b[:, None] + 1)
        off = np.where(own, off, 0)
        ordered = np.sort(off, axis=1)
        foreign = np.where(own, 0, met)
        changes = ((foreign[:, 1:] != foreign[:, :-1]) & (foreign[:, 1:] > 0)).sum(axis=1) + (foreign[:, 0] > 0)
        for result, values in zip(
            results, (off.mean(axis=1), ordered[:, -3], distance.min(axis=1), changes), strict=True
        ):
            result[a, b] = values
            result[b, a] = values
    return results[0], results[1], results[2], results[3]


def join_lines(probabilities: Floats, *, threshold: float = 0.5) -> list[list[int]]:
    """Join lines that probably share a surface; the groups are ordered by their first line.

    `probabilities` is (N, N) and symmetric; the groups hold positions of lines. Average linkage: two groups are joined
    while the mean probability between their members exceeds `threshold`.
    """
    count = len(probabilities)
    if count < 2:
        return [[i] for i in range(count)]
    from scipy.cluster.hierarchy import fcluster, linkage

    first, second = np.triu_indices(count, 1)
    labels = fcluster(linkage(1 - probabilities[first, second], "average"), 1 - threshold, criterion="distance")
    groups: dict[int, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(int(label), []).append(i)
    return sorted(groups.values())


def outline(around: Surroundings, quads: Floats, group: Sequence[int]) -> Surface:
    """Extent of the surface that the lines of `group` share; quads: (N, 4, 2) of all lines."""
    members = list(group)
    mask = np.any(around.masks[members], axis=0)
    corners = _row_ends(mask)
    points = np.concatenate(
        [_extremes(corners) / np.array([around.across, around.down]), quads[members].reshape(-1, 2)]
    )
    hull = convex_hull(points)
    hull = hull if len(hull) >= 3 else np.asarray(quads[members[0]])
    scaled = np.roll(hull, -1, axis=0)
    area = abs(float((hull[:, 0] * scaled[:, 1] - hull[:, 1] * scaled[:, 0]).sum())) / 2 * around.across * around.down
    edge = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return Surface(
        mask=mask,
        box=box_of(hull),
        polygon=tuple((float(x), float(y)) for x, y in _simplify(hull)),
        fill=float(min(mask.sum() / max(area, 1.0), 1.0)),
        border=float(edge.mean()),
    )


def _row_ends(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Corners of the first and last pixel of every row of a mask (h, w): (P, 2), x then y."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - mask[rows, ::-1].argmax(axis=1)
    return np.concatenate([np.stack([x, rows + y], axis=1) for x in (first, last) for y in (0, 1)])


def _extremes(points: NDArray[np.integer[Any]]) -> Floats:
    """Farthest of (P, 2) points in 32 directions: enough corners for a hull, (32, 2)."""
    if not len(points):
        return np.zeros((0, 2))
    angles = np.arange(32) * (2 * np.pi / 32)
    directions = np.stack([np.cos(angles), np.sin(angles)])
    farthest: Floats = points[(points @ directions).argmax(axis=0)].astype(np.float64)
    return farthest


def _simplify(hull: Floats, *, corners: int = 12) -> Floats:
    """Drop the corners of a convex (P, 2) polygon that cost least area until at most `corners` are left."""
    kept = hull
    while len(kept) > corners:
        before, after = np.roll(kept, 1, axis=0), np.roll(kept, -1, axis=0)
        one, two = kept - before, after - before
        kept = np.delete(kept, int(np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]).argmin()), axis=0)
    return kept


def _small_mask(polygon: Floats, size: tuple[int, int], across: float, down: float) -> NDArray[np.bool_]:
    """Pixels of the small copy under a polygon given in photo pixels; none where it lies outside the photo."""
    scaled = np.nan_to_num(np.asarray(polygon, dtype=np.float64) * np.array([across, down]) - 0.5)
    limit = 10.0 * max(size)
    return polygon_mask([np.clip(scaled, -limit, limit)], size)
