"""What every recognizer promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from whichtext.types import Polygon

__all__ = ["Character", "Reading", "Recognizer"]


@dataclass(frozen=True, slots=True)
class Character:
    """One read character and where it stands."""

    text: str
    score: float
    start: float
    """Where it begins along the region's writing direction, as a fraction of the region's length, in [0, 1]."""
    end: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one region says."""

    text: str
    """Empty where nothing could be read."""
    score: float
    """Mean character probability in [0, 1]; 0 where nothing could be read."""
    characters: tuple[Character, ...] = ()
    """One for each character of `text`, in order, spaces included."""
    polygon: Polygon | None = None
    """The region as read, where its direction was found to differ from the one given; else None.

    Upside down or sideways, for instance.
    """


class Recognizer(Protocol):
    """Reads text regions. Immutable after construction; `recognize` may be called from many threads at once."""

    name: str

    def recognize(self, image: NDArray[np.uint8], polygons: Sequence[Polygon]) -> tuple[Reading, ...]:
        """Read regions (quads) of an (H, W, 3) RGB photo: one reading for each, in order; batched equals one by one."""
        ...
