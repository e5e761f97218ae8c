"""What every recognizer promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from whichtext.types import Polygon

if TYPE_CHECKING:
    from whichtext.recognition.lexicon import Lexicon

__all__ = ["SEPARATORS", "Character", "Likeness", "Reading", "Recognizer"]

SEPARATORS = frozenset(" ←→↑↓•·‖|†‡※")
"""Characters that part words and belong to none."""


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
    is_foreign: bool = False
    """Whether most of its characters are of a script that is not read; the text is then empty."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a given string explains a region, beside what the recognizer reads there by itself."""

    log_string: float
    """Natural logarithm of the string's likelihood under the network; minus infinity where it cannot stand there."""
    log_reading: float
    """The same of the recognizer's own reading."""
    characters: int
    """How many characters the longer of the two has."""


class Recognizer(Protocol):
    """Reads text regions. Immutable after construction; its methods may be called from many threads at once."""

    name: str

    def recognize(
        self, image: NDArray[np.uint8], polygons: Sequence[Polygon], *, lexicon: "Lexicon | None" = None
    ) -> tuple[Reading, ...]:
        """Read regions (quads) of an (H, W, 3) RGB photo: one reading for each, in order; batched equals one by one.

        lexicon: words to which the readings are snapped where the likelihoods allow it.
        """
        ...

    def recognize_each(
        self, image: NDArray[np.uint8], polygons: Sequence[Polygon], lexicons: "Sequence[Lexicon | None]"
    ) -> "tuple[tuple[Reading, ...], ...]":
        """What `recognize` gives with each of several lexicons, in order, at about the cost of one."""
        ...

    def compare(self, image: NDArray[np.uint8], polygons: Sequence[Polygon], string: str) -> tuple[Likeness, ...]:
        """How well a string explains each region (quads, read from corner 0 along edge 0 → 1), in order.

        Case, accents and spaces do not count, nor do signs that the string does not hold.
        """
        ...
