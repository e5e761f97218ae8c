"""What every localizer promises."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from whichtext.types import Polygon

__all__ = ["Localization", "LocalizationOptions", "Localizer", "Region"]


@dataclass(frozen=True, slots=True)
class LocalizationOptions:
    """Options of one call; nothing is kept from one call to the next."""

    max_side: int | None = None
    """Longer side, in pixels, of the copy in which text is looked for; None is the localizer's own tuned value.

    A smaller photo is not enlarged beyond what the localizer needs.
    """
    min_score: float | None = None
    """Regions below this confidence are dropped; None is the localizer's own tuned value."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where text is."""

    polygon: Polygon
    """Quad in pixels of the photo, clockwise from the text's own top-left corner."""
    score: float
    """Confidence in [0, 1] that this is text."""


@dataclass(frozen=True, slots=True)
class Localization:
    """All regions of a photo."""

    regions: tuple[Region, ...]
    scale: float
    """Analysis pixels per photo pixel; below 1 the photo was shrunk."""
    evidence: NDArray[Any] | None = None
    """Text probability map (h, w) in [0, 1] over the whole photo at any resolution, where the localizer has one."""


class Localizer(Protocol):
    """Finds text regions. Immutable after construction; `localize` may be called from many threads at once."""

    name: str
    level: Literal["word", "line"]
    """What one region is."""

    def localize(self, image: NDArray[np.uint8], options: LocalizationOptions) -> Localization:
        """Find text in an (H, W, 3) RGB photo."""
        ...
