"""Words from the Dense Text Localization Network (paper 3.1 and 3.2): photo in, word quads with scores out.

The network lets every cell of 16 pixels emit up to five boxes; `stitching` makes one box of each text out of them.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.geometry import as_polygon
from whichtext.localization.protocol import Localization, LocalizationOptions, Region
from whichtext.localization.stitching import Stitching, merge, stitch
from whichtext.weights import load_session

__all__ = ["DTLNLocalizer", "DTLNRuntimeConfig", "analysis_picture", "as_quads", "stitched_boxes"]

STRIDE = 32
"""Both sides of the network's input are multiples of this."""


@dataclass(frozen=True, slots=True)
class DTLNRuntimeConfig:
    """Values chosen on training photos that were held out."""

    min_score: float = 0.2
    """Boxes that the network is less sure of are dropped."""
    max_side: int = 1152
    """Longer side in pixels of the copy in which text is looked for, where the call asks for none."""
    enlarge: float = 1.2
    """A photo smaller than asked for is enlarged at most this many times."""
    stitching: Stitching = field(default_factory=Stitching)


class DTLNLocalizer:
    """Finds words. Immutable after construction; `localize` may be called from many threads at once."""

    name = "dtln"
    level: Literal["word", "line"] = "word"

    def __init__(self, threads: int, *, config: DTLNRuntimeConfig | None = None) -> None:
        self._session = load_session("dtln.onnx", threads=threads)
        self._config = config or DTLNRuntimeConfig()

    def localize(self, image: NDArray[np.uint8], options: LocalizationOptions) -> Localization:
        """Find words in an (H, W, 3) uint8 RGB photo. A photo without text gives no regions."""
        height, width = image.shape[:2]
        config = self._config
        scale = min(config.enlarge, (options.max_side or config.max_side) / max(width, height))
        if min(width, height) < 2:
            return Localization(regions=(), scale=scale)
        picture = analysis_picture(image, scale)
        emitted, cells = self._session.run(None, {"photo": picture})
        boxes = stitched_boxes(emitted, cells, config.stitching)
        min_score = config.min_score if options.min_score is None else options.min_score
        boxes = boxes[boxes[:, 5] >= min_score]
        quads = as_quads(boxes, (picture.shape[1], picture.shape[0]), (width, height))
        regions = [
            Region(polygon=as_polygon(quad), score=float(score)) for quad, score in zip(quads, boxes[:, 5], strict=True)
        ]
        regions.sort(key=lambda region: (region.polygon[0][1], region.polygon[0][0], region.polygon, region.score))
        return Localization(regions=tuple(regions), scale=scale)


def analysis_picture(image: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """An (H, W, 3) photo at about `scale`, both sides multiples of 32."""
    height, width = image.shape[:2]
    columns, rows = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height))
    picture = Image.fromarray(image).resize((columns, rows), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(picture)


def stitched_boxes(
    emitted: NDArray[np.floating[Any]], cells: NDArray[np.integer[Any]], stitching: Stitching
) -> NDArray[np.float64]:
    """What the cells said, (N, T, 6) with (N,) cells in raster order, as one merged box for each text: (M, 6)."""
    boxes = np.asarray(emitted, dtype=np.float64).reshape(-1, 6)
    origin = np.repeat(np.asarray(cells), emitted.shape[1])
    is_said = (boxes[:, 5] > min(stitching.levels)) & np.isfinite(boxes).all(axis=1) & (boxes[:, 2:4] > 0).all(axis=1)
    boxes, origin = boxes[is_said], origin[is_said]
    return merge(boxes, stitch(boxes, origin, stitching), stitching)


def as_quads(boxes: NDArray[np.floating[Any]], analysed: tuple[int, int], size: tuple[int, int]) -> NDArray[np.float64]:
    """Slanted boxes (N, 5 or more) as quads (N, 4, 2), clockwise from the top-left corner of the writing.

    The boxes are in pixels of a picture of size `analysed` = (width, height), the quads in those of the photo, inside
    it.
    """
    along = np.stack([np.cos(boxes[:, 4]), np.sin(boxes[:, 4])], axis=1)[:, None, :]
    across = np.stack([-np.sin(boxes[:, 4]), np.cos(boxes[:, 4])], axis=1)[:, None, :]
    signs = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) / 2
    quads = (
        boxes[:, None, :2]
        + signs[None, :, :1] * along * boxes[:, None, 2:3]
        + signs[None, :, 1:] * across * boxes[:, None, 3:4]
    )
    whole = np.array(size, dtype=np.float64)
    fitted: NDArray[np.float64] = np.clip(quads * (whole / np.array(analysed)), 0.0, whole)
    return fitted
