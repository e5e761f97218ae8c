"""Text region refinement (paper 3.2): what neighbouring cells say, stitched into one box for each text.

Cells are visited in raster order, once for each level of confidence from sure to unsure. New boxes of a cell that lie
on accepted ones were said before and are dropped, on the condition that an accepted box removes at most one new box: so
two words close to each other, said by one cell, both live.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stitching", "merge", "overlap_and_distance", "stitch", "suppress"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Stitching:
    """How boxes are stitched; the defaults are tuned for text."""

    overlap: Literal["iou", "touch"] = "iou"
    """When two boxes may be the same text: by intersection over union, or, as published, by any intersection at all,
    which also takes two words that touch for one."""
    iou: float = 0.15
    """Two boxes with more than this may be the same text."""
    replace_iou: float = 0.7
    """A surer box takes the place of an accepted one with which it shares more than this."""
    merge_iou: float = 0.45
    """Boxes that share more than this with an accepted one are merged into it; 1 merges none, as published."""
    witnesses: int = 3
    """Cells that should agree on a text: a merged box is as sure as its so many surest boxes are on average."""
    levels: tuple[float, ...] = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02)
    """Confidences, surest first: each round settles the boxes that are surer than its level."""


def stitch(boxes: Floats, cells: NDArray[np.integer[Any]], stitching: Stitching | None = None) -> NDArray[np.intp]:
    """Positions of the boxes that are accepted, ascending.

    boxes: (N, 6) cx, cy, w, h, angle (radians), confidence, any unit; cells: (N,) cell of each box, in raster order.
    """
    from scipy.optimize import linear_sum_assignment

    stitching = stitching or Stitching()
    if not len(boxes):
        return np.zeros(0, dtype=np.intp)
    confidence = np.asarray(boxes[:, 5], dtype=np.float64)
    shared, distance = overlap_and_distance(boxes)
    is_same = shared > (stitching.iou if stitching.overlap == "iou" else 0.0)
    order = np.argsort(cells, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(np.asarray(cells)[order])) + 1)
    is_accepted = np.zeros(len(boxes), dtype=bool)
    is_settled = np.zeros(len(boxes), dtype=bool)
    scale = float(distance.max()) or 1.0
    for level in stitching.levels:
        for group in groups:
            new = group[(confidence[group] > level) & ~is_settled[group]]
            if not len(new):
                continue
            is_settled[new] = True
            relevant = np.flatnonzero(is_accepted & is_same[new].any(axis=0))
            is_accepted[new] = True
            if not len(relevant):
                continue
            pair = np.ix_(new, relevant)
            rows, columns = linear_sum_assignment(distance[pair] / scale - 10.0 * is_same[pair])
            for box, rival in zip(new[rows].tolist(), relevant[columns].tolist(), strict=True):
                if not is_same[box, rival]:
                    continue
                is_better = confidence[box] > confidence[rival] and shared[box, rival] > stitching.replace_iou
                is_accepted[rival if is_better else box] = False
    return np.flatnonzero(is_accepted)


def merge(boxes: Floats, accepted: NDArray[np.intp], stitching: Stitching | None = None) -> NDArray[np.float64]:
    """The accepted ones among boxes (N, 6), each moved to the mean of all boxes that agree with it: (M, 6).

    Surer boxes count more. What several cells say alike is more exact, and more likely true, than what one says alone.
    """
    stitching = stitching or Stitching()
    merged = np.array(boxes[accepted], dtype=np.float64)
    if stitching.merge_iou >= 1 or not len(accepted):
        return merged
    shared, _ = overlap_and_distance(boxes)
    logarithms = np.array(boxes, dtype=np.float64)
    logarithms[:, 2:4] = np.log(logarithms[:, 2:4])
    for row, position in enumerate(accepted.tolist()):
        agrees = shared[position] > stitching.merge_iou
        agrees &= boxes[:, 5] >= 0.2 * boxes[position, 5]
        agrees[position] = True
        weight = logarithms[agrees, 5] ** 2
        merged[row] = (weight[:, None] * logarithms[agrees]).sum(axis=0) / weight.sum()
        surest = np.sort(logarithms[agrees, 5])[-stitching.witnesses :]
        merged[row, 5] = surest.sum() / stitching.witnesses
    merged[:, 2:4] = np.exp(merged[:, 2:4])
    return merged


def suppress(boxes: Floats, iou: float = 0.35) -> NDArray[np.intp]:
    """Non-maximum suppression of the same boxes (N, 6), for comparison: positions that stay, ascending."""
    shared, _ = overlap_and_distance(boxes)
    is_kept = np.ones(len(boxes), dtype=bool)
    for best in np.argsort(-boxes[:, 5], kind="stable").tolist():
        if is_kept[best]:
            is_rival = shared[best] > iou
            is_rival[best] = False
            is_kept &= ~is_rival
    return np.flatnonzero(is_kept)


def overlap_and_distance(boxes: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Intersection over union, and L1 distance of centres and sizes, of every pair of boxes (N, 5 or 6): (N, N) each.

    Two slanted boxes are compared in the direction halfway between them, as if both ran in it.
    """
    x, y, w, h, angle = np.asarray(boxes, dtype=np.float64)[:, :5].T
    turn = (angle[:, None] + angle[None, :]) / 2
    dx, dy = x[None, :] - x[:, None], y[None, :] - y[:, None]
    along = np.abs(dx * np.cos(turn) + dy * np.sin(turn))
    across = np.abs(dy * np.cos(turn) - dx * np.sin(turn))
    width = overlap_of_spans(along, w)
    height = overlap_of_spans(across, h)
    area = w * h
    shared = width * height
    union = area[:, None] + area[None, :] - shared
    iou = np.where(union > 0, shared / np.where(union > 0, union, 1.0), 0.0)
    distance = np.abs(dx) + np.abs(dy) + np.abs(w[:, None] - w[None, :]) + np.abs(h[:, None] - h[None, :])
    return iou, distance


def overlap_of_spans(offset: NDArray[np.float64], length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Common length of two spans whose centres are `offset` (N, N) apart."""
    half = (length[:, None] + length[None, :]) / 2 - offset
    return np.clip(np.minimum(half, np.minimum(length[:, None], length[None, :])), 0.0, None)
