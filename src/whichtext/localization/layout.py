"""Words to lines, lines to blocks, and the order in which a person reads them.

Everything is geometry of quads, in pixels of the photo; the result does not depend on the order in which the quads are
given.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import as_polygon, min_area_quad, order_quad, quad_angle, quad_size
from whichtext.types import Lab, Polygon

__all__ = ["LayoutConfig", "group_blocks", "group_lines", "reading_order", "upright_quad"]


@dataclass(frozen=True, slots=True)
class LayoutConfig:
    """Values tuned on the lines and signs that people designated in training photos. Lengths are in letter heights."""

    word_gap: float = 0.9
    """Largest gap between two words of a line."""
    word_intrusion: float = 0.5
    """How far the next word may reach back into the one before."""
    word_overlap: float = 0.7
    """Least part of the lower word's height that two words of a line share."""
    word_ratio: float = 2.3
    """Largest ratio of letter heights in a line."""
    angle: float = 20.0
    """Largest turn, in degrees, between words of a line and lines of a block."""
    letter_aspect: float = 2.0
    """A quad less elongated than this may be a single letter, whose direction nobody knows."""
    line_gap: float = 0.6
    """Largest gap between two lines of a block."""
    line_shift: float = 1.5
    """Largest gap along the writing between two lines of a block, where they do not stand above each other."""
    line_ratio: float = 1.8
    """Largest ratio of letter heights in a block."""
    carrier_gap: float = 1.0
    """The same, where the two lines lie on the same carrier."""
    alike_gap: float = 1.0
    """The same, where letters and ground of the two lines have the same colours."""
    alike: float = 8.0
    """Largest difference of colours, in CIE L*a*b*, that are the same."""
    most_ink: float = 30.0
    """Largest difference of letter colours in a block."""
    most_ground: float = 30.0
    """Largest difference of the colours right behind the letters in a block."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A quad in its own writing direction."""

    points: NDArray[np.float64]
    """(4, 2) corners."""
    centre: NDArray[np.float64]
    """(2,) x, y."""
    along: NDArray[np.float64]
    """(2,) unit vector along the writing."""
    across: NDArray[np.float64]
    """(2,) unit vector downwards, across the writing."""
    width: float
    height: float
    angle: float
    """Degrees."""


def group_lines(
    polygons: Sequence[Polygon], *, is_directed: bool = False, config: LayoutConfig | None = None
) -> list[list[int]]:
    """Group word quads into lines: lists of word indices, words in reading order, lines in reading order.

    is_directed: whether each quad is known to start at the text's own top-left corner; otherwise see `upright_quad`.
    """
    config = config or LayoutConfig()
    frames = [frame_of(polygon, is_directed) for polygon in polygons]
    following: dict[int, tuple[float, int]] = {}
    preceding: dict[int, tuple[float, int]] = {}
    for a, b in close_pairs(frames, config.word_gap, canonical_order(polygons)):
        for index, other in ((a, b), (b, a)):
            gap = line_gap(frames[index], frames[other], config)
            if gap is None:
                continue
            if index not in following or gap < following[index][0]:
                following[index] = (gap, other)
            if other not in preceding or gap < preceding[other][0]:
                preceding[other] = (gap, index)
    links = [(a, b) for a, (_, b) in following.items() if preceding[b][1] == a]
    lines = [sort_along(group, frames, polygons) for group in components(len(polygons), links)]
    return order_groups(lines, polygons, is_directed)


def group_blocks(
    polygons: Sequence[Polygon],
    *,
    is_directed: bool = False,
    carriers: Sequence[int | None] | None = None,
    inks: Sequence[Lab | None] | None = None,
    grounds: Sequence[Lab | None] | None = None,
    config: LayoutConfig | None = None,
) -> list[list[int]]:
    """Group line quads into blocks, texts that share a sign: lists of line indices, lines and blocks in reading order.

    carriers: for each line the id of the surface that it lies on, where known: two different surfaces never join, the
    same surface joins at a greater distance. inks, grounds: colour of the letters and right behind them, where known.
    """
    config = config or LayoutConfig()
    frames = [frame_of(polygon, is_directed) for polygon in polygons]
    links = []
    reach = max(config.line_gap, config.carrier_gap, config.alike_gap, config.line_shift)
    for a, b in close_pairs(frames, reach, canonical_order(polygons)):
        gap = config.line_gap
        if carriers is not None and carriers[a] is not None and carriers[b] is not None:
            if carriers[a] != carriers[b]:
                continue
            gap = max(gap, config.carrier_gap)
        ink, ground = colour_difference(inks, a, b), colour_difference(grounds, a, b)
        if (ink or 0.0) > config.most_ink or (ground or 0.0) > config.most_ground:
            continue
        if ink is not None and ground is not None and max(ink, ground) <= config.alike:
            gap = max(gap, config.alike_gap)
        if same_block(frames[a], frames[b], gap, config):
            links.append((a, b))
    blocks = [order_members(group, polygons, is_directed) for group in components(len(polygons), links)]
    return order_groups(blocks, polygons, is_directed)


def reading_order(polygons: Sequence[Polygon], *, is_directed: bool = False) -> list[int]:
    """Indices of the quads in the order in which they are read.

    Rows from top to bottom, each from left to right, in their own direction.
    """
    if not polygons:
        return []
    frames = [frame_of(polygon, is_directed) for polygon in polygons]
    weights = np.array([frame.width for frame in frames])
    turn = np.radians([frame.angle for frame in frames])
    direction = np.arctan2((weights * np.sin(turn)).sum(), (weights * np.cos(turn)).sum())
    along = np.array([np.cos(direction), np.sin(direction)])
    across = np.array([-along[1], along[0]])
    centres = np.array([frame.centre for frame in frames])
    x = np.round(centres @ along, 6)
    y = np.round(centres @ across, 6)
    remaining = sorted(range(len(polygons)), key=lambda i: (y[i], x[i], polygons[i]))
    order: list[int] = []
    while remaining:
        first = remaining[0]
        reach = y[first] + 0.5 * frames[first].height
        row = [i for i in remaining if y[i] <= reach]
        order.extend(sorted(row, key=lambda i: (x[i], y[i], polygons[i])))
        remaining = [i for i in remaining if y[i] > reach]
    return order


def upright_quad(polygon: Polygon) -> Polygon:
    """The corners of a quad from outside, in the order that starts at the likeliest top-left corner of its text.

    Regions of other programs may start at any corner. Text stands more or less upright, or runs along a much longer
    side that stands upright; it is not upside down.
    """
    points = np.asarray(polygon, dtype=np.float64)
    if len(points) != 4:
        return as_polygon(min_area_quad(points))
    angle = abs(quad_angle(polygon))
    width, height = quad_size(polygon)
    if angle <= 45 or (angle < 135 and width >= 1.5 * height):
        return polygon
    return as_polygon(order_quad(points))


def frame_of(polygon: Polygon, is_directed: bool) -> Frame:
    """Centre, direction and size of a quad."""
    if len(polygon) != 4 or not is_directed:
        polygon = upright_quad(polygon)
    points = np.asarray(polygon, dtype=np.float64)
    angle = quad_angle(polygon)
    width, height = quad_size(polygon)
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    return Frame(points, points.mean(axis=0), along, np.array([-along[1], along[0]]), width, height, angle)


def turned(first: Frame, second: Frame) -> float:
    """Degrees between two writing directions, in [0, 180]."""
    difference = abs(first.angle - second.angle) % 360
    return min(difference, 360 - difference)


def spans(first: Frame, second: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Extents of two quads in the direction of the longer one.

    Each (2, 2): rows along and across, columns low and high.
    """
    longer = first if first.width >= second.width else second
    axes = np.array([longer.along, longer.across])
    a, b = first.points @ axes.T, second.points @ axes.T
    return np.stack([a.min(axis=0), a.max(axis=0)], axis=1), np.stack([b.min(axis=0), b.max(axis=0)], axis=1)


def is_parallel(first: Frame, second: Frame, config: LayoutConfig) -> bool:
    """Whether two quads may run in the same direction; one about as high as wide, a letter perhaps, may run in any."""
    turn = turned(first, second)
    if turn <= config.angle:
        return True
    shorter = first if first.width <= second.width else second
    return max(shorter.width, shorter.height) <= config.letter_aspect * min(shorter.width, shorter.height)


def line_gap(first: Frame, second: Frame, config: LayoutConfig) -> float | None:
    """Gap in letter heights from `first` to `second`, its possible successor; None where they are in no line."""
    if not is_parallel(first, second, config):
        return None
    a, b = spans(first, second)
    heights = (a[1, 1] - a[1, 0], b[1, 1] - b[1, 0])
    low, high = min(heights), max(heights)
    if low <= 0 or high > config.word_ratio * low or b[0].sum() <= a[0].sum():
        return None
    overlap = min(a[1, 1], b[1, 1]) - max(a[1, 0], b[1, 0])
    if overlap < config.word_overlap * low:
        return None
    gap = float(b[0, 0] - a[0, 1]) / ((low + high) / 2)
    return gap if -config.word_intrusion < gap <= config.word_gap else None


def colour_difference(colours: Sequence[Lab | None] | None, a: int, b: int) -> float | None:
    """Distance of two colours in CIE L*a*b*; None where one is not known."""
    first = colours[a] if colours is not None else None
    second = colours[b] if colours is not None else None
    return math.dist(first, second) if first is not None and second is not None else None


def same_block(first: Frame, second: Frame, gap: float, config: LayoutConfig) -> bool:
    """Whether two lines stand under each other, `gap` letter heights apart at most, or beside each other."""
    if not is_parallel(first, second, config):
        return False
    a, b = spans(first, second)
    heights = (a[1, 1] - a[1, 0], b[1, 1] - b[1, 0])
    low, high = min(heights), max(heights)
    if low <= 0 or high > config.line_ratio * low:
        return False
    across = max(a[1, 0], b[1, 0]) - min(a[1, 1], b[1, 1])
    along = max(a[0, 0], b[0, 0]) - min(a[0, 1], b[0, 1])
    return bool(across <= gap * low and along <= config.line_shift * low)


def close_pairs(frames: list[Frame], reach: float, order: list[int]) -> list[tuple[int, int]]:
    """Pairs of quads near enough for a gap of `reach` letter heights, in the order of `order`.

    The others need no closer look.
    """
    if len(frames) < 2:
        return []
    centres = np.array([frames[i].centre for i in order])
    sizes = np.array([np.hypot(frames[i].width, frames[i].height) for i in order])
    heights = np.array([2.0 * min(frames[i].width, frames[i].height) for i in order])
    limit = 0.5 * (sizes[:, None] + sizes[None, :]) + reach * np.maximum(heights[:, None], heights[None, :])
    near = np.linalg.norm(centres[:, None] - centres[None, :], axis=2) <= limit
    return [(order[a], order[b]) for a, b in np.argwhere(np.triu(near, 1)).tolist()]


def components(count: int, links: list[tuple[int, int]]) -> list[list[int]]:
    """Connected components of `count` nodes: lists of ascending indices."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in links:
        parent[root(a)] = root(b)
    groups: dict[int, list[int]] = {}
    for node in range(count):
        groups.setdefault(root(node), []).append(node)
    return list(groups.values())


def canonical_order(polygons: Sequence[Polygon]) -> list[int]:
    """Indices sorted by the coordinates themselves, so that nothing depends on the order given."""
    return sorted(range(len(polygons)), key=lambda i: polygons[i])


def sort_along(group: list[int], frames: list[Frame], polygons: Sequence[Polygon]) -> list[int]:
    """Words of a line along its writing direction."""
    direction = np.sum([frames[i].along * frames[i].width for i in sorted(group, key=lambda i: polygons[i])], axis=0)
    return sorted(group, key=lambda i: (round(float(frames[i].centre @ direction), 6), polygons[i]))


def order_members(group: list[int], polygons: Sequence[Polygon], is_directed: bool) -> list[int]:
    """Members of a group in reading order."""
    return [group[i] for i in reading_order([polygons[i] for i in group], is_directed=is_directed)]


def order_groups(groups: list[list[int]], polygons: Sequence[Polygon], is_directed: bool) -> list[list[int]]:
    """Groups in reading order, each taken as the quad around its members."""
    quads = [enclosing_quad([polygons[i] for i in group], is_directed=is_directed) for group in groups]
    order = reading_order(quads, is_directed=True)
    return [groups[i] for i in order]


def enclosing_quad(polygons: Sequence[Polygon], *, is_directed: bool = False) -> Polygon:
    """Rectangle around quads, in the writing direction of the longest of them."""
    frames = [frame_of(polygon, is_directed) for polygon in polygons]
    longest = max(range(len(polygons)), key=lambda i: (frames[i].width, polygons[i]))
    axes = np.array([frames[longest].along, frames[longest].across])
    points = np.concatenate([np.asarray(polygon, dtype=np.float64) for polygon in polygons]) @ axes.T
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) @ axes
    return tuple((float(x), float(y)) for x, y in corners)
