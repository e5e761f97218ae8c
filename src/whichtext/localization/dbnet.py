"""Text regions by differentiable binarization (paper 3.1): photo in, quads with scores out.

A network gives the probability that a pixel lies in the shrunken core of a text. Connected cores become rectangles of
least area, which are grown back to the letters. Two networks of one kind: the word detector, and the PP-OCRv6-small
detector that it was trained from, which finds lines.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.geometry import as_polygon, pad_quad, quad_size
from whichtext.localization.cores import CoreConfig, find_cores, grow_core
from whichtext.localization.protocol import Localization, LocalizationOptions, Region
from whichtext.weights import load_session

__all__ = ["DBNetConfig", "DBNetLocalizer", "LineConfig", "PPOCRLocalizer", "analysis_scale", "grow_quad"]

STRIDE = 32
"""The network halves its input five times: both sides are multiples of this."""


@dataclass(frozen=True, slots=True)
class DBNetConfig:
    """Values tuned on training photos."""

    cores: CoreConfig
    min_score: float
    """Regions whose core is less certain on average are dropped."""
    max_side: int = 1152
    """Longer side in pixels of the copy in which text is looked for, where the call asks for none."""
    enlarge: float = 1.2
    """A photo smaller than asked for is enlarged at most this many times.

    More costs time and finds nothing on training photos.
    """


class _CoreLocalizer(ABC):
    """What both localizers share. Immutable after construction; `localize` may be called from many threads at once."""

    _weights: str

    def __init__(self, threads: int, config: DBNetConfig) -> None:
        self._session = load_session(self._weights, threads=threads)
        self._config = config

    def localize(self, image: NDArray[np.uint8], options: LocalizationOptions) -> Localization:
        """Find text in an (H, W, 3) uint8 RGB photo. A photo without text gives no regions."""
        height, width = image.shape[:2]
        config = self._config
        scale = analysis_scale(width, height, options.max_side or config.max_side, config.enlarge)
        if min(width, height) < 2:
            return Localization(regions=(), scale=scale)
        evidence = self._evidence(image, scale)
        rows, columns = evidence.shape
        ratio = np.array([width / columns, height / rows])
        min_score = config.min_score if options.min_score is None else options.min_score
        regions = []
        for core, score in find_cores(evidence, config.cores, min_score=min_score):
            quad = np.clip(self._grow(core) * ratio, 0.0, np.array([width, height], dtype=np.float64))
            if min(quad_size(quad)) >= 1.0:
                regions.append(Region(polygon=as_polygon(quad), score=score))
        regions.sort(key=lambda region: (region.polygon[0][1], region.polygon[0][0], region.polygon, region.score))
        return Localization(regions=tuple(regions), scale=scale, evidence=evidence)

    @abstractmethod
    def _grow(self, core: NDArray[np.float64]) -> NDArray[np.float64]:
        """A core (4, 2) grown back to its letters, pixels of the map."""

    def _evidence(self, image: NDArray[np.uint8], scale: float) -> NDArray[np.float32]:
        """Core probability of an (H, W, 3) photo at about `scale`: (h, w) float32 in [0, 1] over the whole photo."""
        height, width = image.shape[:2]
        columns, rows = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height))
        picture = Image.fromarray(image).resize((columns, rows), Image.Resampling.BILINEAR, reducing_gap=2.0)
        pixels = np.asarray(picture, dtype=np.float32).transpose(2, 0, 1)[None]
        pixels = np.ascontiguousarray(pixels * np.float32(2 / 255) - np.float32(1))
        probability: NDArray[np.float32] = self._session.run(None, {"x": pixels})[0][0, 0]
        return probability


class DBNetLocalizer(_CoreLocalizer):
    """Finds words."""

    name = "dbnet"
    level: Literal["word", "line"] = "word"
    _weights = "dbnet.onnx"

    def __init__(self, threads: int, *, config: DBNetConfig | None = None) -> None:
        super().__init__(threads, config or DBNetConfig(cores=CoreConfig(), min_score=0.6, max_side=1024))

    def _grow(self, core: NDArray[np.float64]) -> NDArray[np.float64]:
        return grow_core(core, self._config.cores)


@dataclass(frozen=True, slots=True)
class LineConfig(DBNetConfig):
    """Values tuned on training photos."""

    cores: CoreConfig = field(default_factory=lambda: CoreConfig(probability=0.2, min_core=2.0))
    min_score: float = 0.55
    unclip: float = 0.75
    """Growth of a core, in units of its area / perimeter."""


class PPOCRLocalizer(_CoreLocalizer):
    """Finds text lines with the network as PaddleOCR published it."""

    name = "ppocr"
    level: Literal["word", "line"] = "line"
    _weights = "ppocr_localizer.onnx"

    def __init__(self, threads: int, *, config: LineConfig | None = None) -> None:
        self._unclip = (config or LineConfig()).unclip
        super().__init__(threads, config or LineConfig())

    def _grow(self, core: NDArray[np.float64]) -> NDArray[np.float64]:
        return grow_quad(core, self._unclip)


def analysis_scale(width: int, height: int, max_side: int, enlarge: float) -> float:
    """Analysis pixels per photo pixel: the longer side becomes `max_side`, but no scale exceeds `enlarge`."""
    return min(enlarge, max_side / max(width, height))


def grow_quad(quad: NDArray[np.float64], ratio: float) -> NDArray[np.float64]:
    """Grow a core (4, 2) back to its letters: each edge moves out by `ratio` x area / perimeter."""
    width, height = quad_size(quad)
    perimeter = 2 * (width + height)
    return pad_quad(quad, ratio * width * height / perimeter) if perimeter > 0 else quad
