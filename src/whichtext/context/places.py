"""Where is a text in the photo, how large and bold is it among its fellows, and which texts lie beside it?

Works on any level: give the polygons of all words, of all lines, or of all blocks. Paper 3.3: the place that a
description names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import box_of
from whichtext.types import Polygon

__all__ = ["Relations", "place_words", "relate"]


@dataclass(frozen=True, slots=True)
class Relations:
    """What the other texts of its level make of one text; field names as in `whichtext.types.Attributes`."""

    size_rank: float | None
    stroke_rank: float | None
    place: tuple[str, ...]
    left_of: int | None
    right_of: int | None
    above: int | None
    below: int | None


def relate(
    polygons: Sequence[Polygon],
    *,
    size: tuple[float, float],
    heights: Sequence[float | None],
    strokes: Sequence[float | None],
    ids: Sequence[int] | None = None,
) -> tuple[Relations, ...]:
    """Compare the texts of one level.

    polygons: in pixels of the photo; size: (width, height) of the photo; heights: letter heights in pixels, None where
    unknown; strokes: stroke widths in pixels, None where unknown; ids: what to call each text in `left_of` and the
    like, positions by default.
    """
    count = len(polygons)
    if not count:
        return ()
    names = list(range(count)) if ids is None else list(ids)
    boxes = np.array([box_of(polygon) for polygon in polygons], dtype=np.float64)
    size_ranks = _rank(heights)
    stroke_ranks = _rank(
        [
            None if stroke is None or not height else stroke / height
            for stroke, height in zip(strokes, heights, strict=True)
        ]
    )
    right, left, under, over = (
        _nearest(boxes, axis=0, forward=True),
        _nearest(boxes, axis=0, forward=False),
        _nearest(boxes, axis=1, forward=True),
        _nearest(boxes, axis=1, forward=False),
    )

    def name(position: int) -> int | None:
        return None if position < 0 else names[position]

    return tuple(
        Relations(
            size_rank=size_ranks[i],
            stroke_rank=stroke_ranks[i],
            place=place_words((boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]), size=size),
            left_of=name(int(right[i])),
            right_of=name(int(left[i])),
            above=name(int(under[i])),
            below=name(int(over[i])),
        )
        for i in range(count)
    )


def place_words(box: tuple[float, float, float, float], *, size: tuple[float, float]) -> tuple[str, ...]:
    """Position words of a box in a photo of `size` = (width, height): thirds across and down, and the four corners."""
    x = (box[0] + box[2]) / 2 / max(size[0], 1.0)
    y = (box[1] + box[3]) / 2 / max(size[1], 1.0)
    words = []
    if y < 0.36:
        words.append("top")
    elif y > 0.64:
        words.append("bottom")
    if x < 0.36:
        words.append("left")
    elif x > 0.64:
        words.append("right")
    if len(words) == 2 and abs(x - 0.5) > 0.25 and abs(y - 0.5) > 0.25:
        words.append("corner")
    if not words:
        words.append("middle")
    return tuple(words)


def _rank(values: Sequence[float | None]) -> list[float | None]:
    """Mid-rank of each value scaled to [0, 1], 1 for the largest; None stays None.

    1 where there is nothing to compare with.
    """
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    ranks: list[float | None] = []
    for value in values:
        if value is None:
            ranks.append(None)
        elif len(known) == 1:
            ranks.append(1.0)
        else:
            below = float((known < value).sum()) + 0.5 * (float((known == value).sum()) - 1)
            ranks.append(below / (len(known) - 1))
    return ranks


def _nearest(boxes: NDArray[np.float64], *, axis: int, forward: bool) -> NDArray[np.int64]:
    """For each box the nearest one in one direction that overlaps it across, as positions (N,), -1 for none.

    boxes: (N, 4) xyxy; axis: 0 for right/left, 1 for down/up; forward: towards larger coordinates.
    """
    other = 1 - axis
    low, high = boxes[:, other], boxes[:, other + 2]
    overlap = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    extent = np.minimum((high - low)[:, None], (high - low)[None])
    centre = (boxes[:, axis] + boxes[:, axis + 2]) / 2
    if forward:
        gap = boxes[None, :, axis] - boxes[:, None, axis + 2]
        ahead = centre[None] > centre[:, None]
    else:
        gap = boxes[:, None, axis] - boxes[None, :, axis + 2]
        ahead = centre[None] < centre[:, None]
    half = (boxes[:, axis + 2] - boxes[:, axis]) / 2
    fits = ahead & (overlap > 0.25 * extent) & (gap > -0.5 * np.minimum(half[:, None], half[None]) * 2)
    np.fill_diagonal(fits, False)
    cost: NDArray[Any] = np.where(fits, np.maximum(gap, 0) + 0.01 * np.abs(centre[None] - centre[:, None]), np.inf)
    best: NDArray[np.int64] = np.where(np.isfinite(cost.min(axis=1)), cost.argmin(axis=1), -1)
    return best
