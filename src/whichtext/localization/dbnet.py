"""Text lines from the PP-OCRv6-small network: photo in, quads with scores out.

Paper 3.1, done by differentiable binarization.

The network gives one probability per pixel for the shrunken core of each text line. Connected cores become rectangles
of least area, which are grown back to the letters. Differentiable Binarization (Liao et al. 2020) grows each core by
area / perimeter x ratio.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.geometry import as_polygon, min_area_quad, pad_quad, quad_size
from whichtext.localization.protocol import Localization, LocalizationOptions, Region
from whichtext.weights import load_session

__all__ = ["DBNetConfig", "PPOCRLocalizer", "find_cores", "grow_quad"]

STRIDE = 32
"""The network halves its input five times: both sides are multiples of this."""


@dataclass(frozen=True, slots=True)
class DBNetConfig:
    """Values tuned on training photos."""

    probability: float = 0.2
    """Pixels above this belong to a core."""
    min_score: float = 0.55
    """Regions whose core is less certain on average are dropped."""
    unclip: float = 0.75
    """Growth of a core, in units of its area / perimeter."""
    min_core: float = 2.0
    """Shorter side of a core in network pixels, below which it is noise."""
    enlarge: float = 1.2
    """A photo smaller than asked for is enlarged at most this many times.

    More costs time and finds nothing on training photos.
    """
    max_regions: int = 1000
    """The largest cores that are kept."""


class PPOCRLocalizer:
    """Finds text lines. Immutable after construction; `localize` may be called from many threads at once."""

    name = "ppocr"
    level: Literal["word", "line"] = "line"

    def __init__(self, threads: int, *, config: DBNetConfig | None = None) -> None:
        self._session = load_session("ppocr_localizer.onnx", threads=threads)
        self._config = config or DBNetConfig()

    def localize(self, image: NDArray[np.uint8], options: LocalizationOptions) -> Localization:
        """Find text lines in an (H, W, 3) uint8 RGB photo. A photo without text gives no regions."""
        height, width = image.shape[:2]
        scale = analysis_scale(width, height, options.max_side, self._config.enlarge)
        if min(width, height) < 2:
            return Localization(regions=(), scale=scale)
        evidence = self._evidence(image, scale)
        rows, columns = evidence.shape
        ratio = np.array([width / columns, height / rows])
        config = self._config
        min_score = config.min_score if options.min_score is None else options.min_score
        regions = []
        for core, score in find_cores(evidence, config, min_score=min_score):
            quad = grow_quad(core, config.unclip) * ratio
            quad = np.clip(quad, 0.0, np.array([width, height], dtype=np.float64))
            if min(quad_size(quad)) < 1.0:
                continue
            regions.append(Region(polygon=as_polygon(quad), score=score))
        regions.sort(key=lambda region: (region.polygon[0][1], region.polygon[0][0], region.polygon, region.score))
        return Localization(regions=tuple(regions), scale=scale, evidence=evidence)

    def _evidence(self, image: NDArray[np.uint8], scale: float) -> NDArray[np.float32]:
        """Text probability of an (H, W, 3) photo at about `scale`: (h, w) float32 in [0, 1] over the whole photo."""
        height, width = image.shape[:2]
        columns, rows = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height))
        picture = Image.fromarray(image).resize((columns, rows), Image.Resampling.BILINEAR, reducing_gap=2.0)
        pixels = np.asarray(picture, dtype=np.float32).transpose(2, 0, 1)[None]
        pixels = np.ascontiguousarray(pixels * np.float32(2 / 255) - np.float32(1))
        probability: NDArray[np.float32] = self._session.run(None, {"x": pixels})[0][0, 0]
        return probability


def analysis_scale(width: int, height: int, max_side: int, enlarge: float) -> float:
    """Analysis pixels per photo pixel: the longer side becomes `max_side`, but no scale exceeds `enlarge`."""
    return min(enlarge, max_side / max(width, height))


def find_cores(
    evidence: NDArray[np.floating[Any]], config: DBNetConfig, *, min_score: float = 0.0
) -> list[tuple[NDArray[np.float64], float]]:
    """Connected text cores of an (h, w) probability map, largest first.

    Each is a quad (4, 2) in map pixels and the mean probability inside.
    """
    from scipy import ndimage

    labels, count = ndimage.label(evidence > config.probability, structure=np.ones((3, 3), dtype=bool))
    if not count:
        return []
    slices = ndimage.find_objects(labels)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    scores = np.bincount(labels.ravel(), weights=evidence.ravel(), minlength=count + 1)[1:] / sizes
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


def grow_quad(quad: NDArray[np.float64], ratio: float) -> NDArray[np.float64]:
    """Grow a core (4, 2) back to its letters: each edge moves out by `ratio` x area / perimeter."""
    width, height = quad_size(quad)
    perimeter = 2 * (width + height)
    return pad_quad(quad, ratio * width * height / perimeter) if perimeter > 0 else quad
