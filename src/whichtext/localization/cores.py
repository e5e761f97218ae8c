"""From a probability map to regions: connected cores, and how they grow back to the letters (paper 3.1).

Differentiable Binarization (Liao et al. 2020) shrinks a region of area A and perimeter L by `shrink` x A / L on all
sides, so that neighbours stay apart in the map.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import min_area_quad, pad_quad, quad_size

__all__ = ["CoreConfig", "find_cores", "grow_core"]


@dataclass(frozen=True, slots=True)
class CoreConfig:
    """How cores are found in a map. Lengths are pixels of the map."""

    probability: float = 0.4
    """Pixels above this belong to a core."""
    min_core: float = 1.0
    """Shorter side of a core, below which it is noise."""
    max_regions: int = 1000
    """The largest cores that are kept."""
    shrink: float = 0.6
    """What a region was shrunk by, in units of its area / perimeter."""
    swell: float = 0.7
    """Pixels by which a core is seen larger on each side than it is."""


def find_cores(
    evidence: NDArray[np.floating[Any]], config: CoreConfig, *, min_score: float = 0.0
) -> list[tuple[NDArray[np.float64], float]]:
    """Connected text cores of an (h, w) probability map, largest first.

    Each is a quad (4, 2) in map pixels and the mean probability inside.
    """
    from scipy import ndimage

    is_text = evidence > config.probability
    labels, count = ndimage.label(is_text, structure=np.ones((3, 3), dtype=bool))
    if not count:
        return []
    slices = ndimage.find_objects(labels)
    owners = labels[is_text]
    sizes = np.bincount(owners, minlength=count + 1)[1:]
    scores = np.bincount(owners, weights=evidence[is_text], minlength=count + 1)[1:] / sizes
    sure = np.flatnonzero(scores >= min_score)
    cores = []
    for index in sure[np.argsort(-sizes[sure], kind="stable")][: config.max_regions].tolist():
        rows, columns = slices[index]
        if min(rows.stop - rows.start, columns.stop - columns.start) < config.min_core:
            continue
        mask = labels[rows, columns] == index + 1
        quad = min_area_quad(outline_points(mask)) + np.array([columns.start, rows.start])
        if min(quad_size(quad)) >= config.min_core:
            cores.append((quad, float(scores[index])))
    return cores


def outline_points(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Pixel corners at the left and right end of each row of an (h, w) mask: (P, 2) x, y.

    Their convex hull is that of the mask.
    """
    filled = np.flatnonzero(mask.any(axis=1))
    left = mask[filled].argmax(axis=1)
    right = mask.shape[1] - mask[filled][:, ::-1].argmax(axis=1)
    corners = [np.column_stack([x, filled + dy]) for x in (left, right) for dy in (0, 1)]
    return np.concatenate(corners).astype(np.float64)


def grow_core(quad: NDArray[np.float64], config: CoreConfig) -> NDArray[np.float64]:
    """The rectangle (4, 2) that becomes the core `quad` when it is shrunk by `config.shrink`, and then swells."""
    quad = pad_quad(quad, -config.swell) if config.swell else quad
    width, height = quad_size(quad)
    # d = shrink (w + 2d)(h + 2d) / 2(w + h + 4d), solved for d
    a, b, c = 8.0 - 4.0 * config.shrink, (2.0 - 2.0 * config.shrink) * (width + height), config.shrink * width * height
    return pad_quad(quad, (math.sqrt(b * b + 4.0 * a * c) - b) / (2.0 * a))
