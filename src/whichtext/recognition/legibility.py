"""Can it be read at all? Measured facts of a region say why not, so that nothing is invented (paper 3.4: verification).

Quads of a photo with the recognizer's confidence in, a hint out: None where the reading is to be believed, else the
reason why not. A sure reading is always believed; a bad one never; between the two it depends on what the pixels are
like. The values were chosen on words of training photos, see `LegibilityConfig`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.geometry import quad_size
from whichtext.recognition.protocol import Reading
from whichtext.types import Hint, Polygon

__all__ = ["Legibility", "LegibilityConfig", "hint_of", "legibility"]

LUMINANCE = np.array([0.299, 0.587, 0.114])
HIGHEST = 64
"""Pixels across the writing beyond which a region is shrunk before it is measured."""
LONGEST = 1024
"""Pixels along it."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """What the pixels of a region are like."""

    letter_height: float
    """Pixels of the photo, across the writing."""
    contrast: float
    """Between its light and its dark parts, in steps of luminance from 0 to 255."""
    sharpness: float
    """Its steepest steps from one pixel to the next along the writing, as parts of the contrast; in [0, 1]."""


@dataclass(frozen=True, slots=True)
class LegibilityConfig:
    """Values chosen on training photos: official don't-care regions against words that are read right.

    Given as regions, 246 of 441 illegible ones of the held-out photos get a hint, 3 of 33 words that are read wrong,
    and none of 254 that are read right (`benchmarks/thresholds.py`, 2026-11-29).
    """

    sure: float = 0.75
    """Mean probability of the characters from which on a reading is believed, whatever the pixels are like."""
    never: float = 0.6
    """The same below which it is never believed."""
    least_height: float = 10.0
    """Pixels below which writing is too small to believe an unsure reading."""
    least_contrast: float = 40.0
    least_sharpness: float = 0.3


def hint_of(
    image: NDArray[np.uint8], polygon: Polygon, reading: Reading, *, config: LegibilityConfig | None = None
) -> Hint | None:
    """Why what was read in a quad of an (H, W, 3) uint8 RGB photo is not to be believed; None where it is."""
    config = config or LegibilityConfig()
    if reading.is_foreign:
        return "another script"
    if reading.text and reading.score >= config.sure:
        return None
    seen = legibility(image, reading.polygon or polygon)
    is_believed = bool(reading.text) and reading.score >= config.never
    return _reason(seen, config) or (None if is_believed else "unclear")


def legibility(image: NDArray[np.uint8], polygon: Polygon) -> Legibility:
    """Measure a quad of an (H, W, 3) uint8 RGB photo."""
    quad = np.asarray(polygon, dtype=np.float64)
    width, height = (float(side) for side in quad_size(quad))
    if min(width, height) < 1.0:
        return Legibility(height, 0.0, 0.0)
    rows = int(np.clip(round(height), 4, HIGHEST))
    columns = int(np.clip(round(width * rows / height), 4, LONGEST))
    luminance = straighten(image, quad, (columns, rows)) @ LUMINANCE
    dark, light = np.percentile(luminance, [5, 95])
    contrast = float(light - dark)
    steepest = float(np.percentile(np.abs(np.diff(luminance, axis=1)), 98))
    return Legibility(height, contrast, min(1.0, steepest / max(contrast, 1.0)))


def _reason(seen: Legibility, config: LegibilityConfig) -> Literal["too small", "low contrast", "blurred"] | None:
    if seen.letter_height < config.least_height:
        return "too small"
    if seen.contrast < config.least_contrast:
        return "low contrast"
    return "blurred" if seen.sharpness < config.least_sharpness else None
