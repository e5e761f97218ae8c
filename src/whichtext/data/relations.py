"""{text - relationship - context}: how well a wording fits each text of a photo, from boxes and transcriptions alone.

Paper 4.2 builds descriptions from the geometry of texts and objects. To tell "fits" from "fits better than all others
by a margin", a wording has a degree in [0, 1]: 1 where it plainly holds, 0 where it plainly does not, a straight line
between, so that 0.5 is where two people begin to disagree. "on" is 1 where at least nine tenths of the text lie on the
object and 0 where less than half do; "largest" is 1 for a rival as large as the target, 0.5 for one of 0.8 times its
area, 0 below 0.6.

Boxes are (x0, y0, x1, y1) in pixels, y down.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from whichtext.types import Box

__all__ = ["LOOKS", "RELATIONS", "Look", "Relation", "Seen", "ramp"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a text when descriptions are made: its box, and its string where it is legible."""

    box: Box
    string: str | None = None
    is_handwritten: bool | None = None

    @property
    def width(self) -> float:
        """In pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """In pixels."""
        return self.box[3] - self.box[1]

    @property
    def area(self) -> float:
        """In square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Of the box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a text is, seen from an object."""

    name: str
    wording: str
    """Goes between "the text" and the object's own description."""
    kind: str
    """spatial, preposition or comparative."""
    degree: Callable[[Seen, Box, Seen], float]
    """(text, object, target): how well it fits the text, where the target is the text that is to be described."""
    suits: Callable[[Seen, Box], bool]
    """(target, object): whether a person would say it, where it holds."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is said of the text itself."""

    wording: str
    kind: str | None
    """attribute, comparative or spatial; None for the bare "the text"."""
    applies: Callable[[Seen], bool]
    """Whether it can be said of a target."""
    degree: Callable[[Seen, Seen], float]
    """(rival, target): how well it fits the rival as well."""
    needs_rivals: bool = False
    """Superlatives say something only among several."""


def ramp(value: float, no: float, yes: float) -> float:
    """0 at `no` and before, 1 at `yes` and after, a straight line between; `no` may be the larger one."""
    if no == yes:
        return float(value >= yes)
    return min(1.0, max(0.0, (value - no) / (yes - no)))


def _share_on(text: Seen, thing: Box) -> float:
    """Share of the text's box that lies on the object's."""
    width = min(text.box[2], thing[2]) - max(text.box[0], thing[0])
    height = min(text.box[3], thing[3]) - max(text.box[1], thing[1])
    if width <= 0 or height <= 0 or text.area <= 0:
        return 0.0
    return width * height / text.area


def _gap(text: Seen, thing: Box) -> float:
    """Distance between the two boxes; 0 where they touch."""
    across = max(thing[0] - text.box[2], text.box[0] - thing[2], 0.0)
    down = max(thing[1] - text.box[3], text.box[1] - thing[3], 0.0)
    return math.hypot(across, down)


def _on(text: Seen, thing: Box, target: Seen) -> float:
    return ramp(_share_on(text, thing), 0.5, 0.9)


def _on_part(axis: int, is_far: bool) -> Callable[[Seen, Box, Seen], float]:
    """On the first or last third of an object along an axis."""

    def degree(text: Seen, thing: Box, target: Seen) -> float:
        length = thing[axis + 2] - thing[axis]
        if length <= 0:
            return 0.0
        at = (text.centre[axis] - thing[axis]) / length
        return min(_on(text, thing, target), ramp(1 - at if is_far else at, 1 / 2, 1 / 3))

    return degree


def _beside(axis: int, is_far: bool) -> Callable[[Seen, Box, Seen], float]:
    """Before the object (left, above) or after it (right, below) along an axis, and level with it across."""

    def degree(text: Seen, thing: Box, target: Seen) -> float:
        length = thing[axis + 2] - thing[axis]
        inside = thing[axis + 2] - text.box[axis] if is_far else text.box[axis + 2] - thing[axis]
        other = 1 - axis
        shared = min(text.box[other + 2], thing[other + 2]) - max(text.box[other], thing[other])
        shorter = min(text.box[other + 2] - text.box[other], thing[other + 2] - thing[other])
        level = shared / shorter if shorter > 0 else 0.0
        return min(ramp(inside, 0.4 * length, 0.1 * length), ramp(level, 0.0, 0.3))

    return degree


def _near(text: Seen, thing: Box, target: Seen) -> float:
    reach = 0.5 * max(text.height, 0.25 * min(thing[2] - thing[0], thing[3] - thing[1]))
    return ramp(_gap(text, thing), 3 * reach, reach)


def _around(text: Seen, thing: Box, target: Seen) -> float:
    margin_x, margin_y = (thing[2] - thing[0]) / 4, (thing[3] - thing[1]) / 4
    wide = (thing[0] - margin_x, thing[1] - margin_y, thing[2] + margin_x, thing[3] + margin_y)
    return ramp(_share_on(text, wide), 0.5, 0.9)


def _closest(text: Seen, thing: Box, target: Seen) -> float:
    if text is target:
        return 1.0
    own = _gap(target, thing)
    return ramp(_gap(text, thing), 2 * own + target.height, own)


def _always(text: Seen, thing: Box) -> bool:
    return True


def _is_off(text: Seen, thing: Box) -> bool:
    return _share_on(text, thing) <= 0.1


def _is_within_reach(axis: int) -> Callable[[Seen, Box], bool]:
    """Nobody says "above the cup" of what is three cups away."""
    return lambda text, thing: _gap(text, thing) <= thing[axis + 2] - thing[axis]


def _is_off_and_within_reach(text: Seen, thing: Box) -> bool:
    return _is_off(text, thing) and _gap(text, thing) <= max(thing[2] - thing[0], thing[3] - thing[1])


RELATIONS = (
    Relation("on", "on", "preposition", _on, _always),
    Relation("on the left side of", "on the left side of", "preposition", _on_part(0, False), _always),
    Relation("on the right side of", "on the right side of", "preposition", _on_part(0, True), _always),
    Relation("at the top of", "at the top of", "preposition", _on_part(1, False), _always),
    Relation("at the bottom of", "at the bottom of", "preposition", _on_part(1, True), _always),
    Relation("around", "around", "preposition", _around, _is_off),
    Relation("left of", "to the left of", "spatial", _beside(0, False), _is_within_reach(0)),
    Relation("right of", "to the right of", "spatial", _beside(0, True), _is_within_reach(0)),
    Relation("above", "above", "spatial", _beside(1, False), _is_within_reach(1)),
    Relation("below", "below", "spatial", _beside(1, True), _is_within_reach(1)),
    Relation("near", "near", "spatial", _near, _is_off),
    Relation("closest to", "closest to", "comparative", _closest, _is_off_and_within_reach),
)
"""All but actions, as in the paper."""


def _is_number(text: Seen) -> float:
    """1 for digits alone, 0 for letters alone, between for both; what cannot be read may be a number."""
    if text.string is None:
        return 1.0
    digits = sum(char.isdigit() for char in text.string)
    letters = sum(char.isalpha() for char in text.string)
    return 0.75 if digits and letters else float(digits > 0)


def _is_word(text: Seen) -> float:
    if text.string is None:
        return 1.0
    digits = sum(char.isdigit() for char in text.string)
    letters = sum(char.isalpha() for char in text.string)
    return 0.75 if digits and letters else float(letters > 0)


def _is_handwritten(text: Seen) -> float:
    return 1.0 if text.is_handwritten is None else float(text.is_handwritten)


def _further(axis: int, sign: int) -> Callable[[Seen, Seen], float]:
    """Whether a rival lies as far to the left (axis 0, sign -1), right, top or bottom as the target."""

    def degree(rival: Seen, target: Seen) -> float:
        behind = sign * (target.centre[axis] - rival.centre[axis])
        extent = max(target.box[axis + 2] - target.box[axis], rival.box[axis + 2] - rival.box[axis])
        return ramp(behind, extent, 0.0)

    return degree


def _as_large(rival: Seen, target: Seen) -> float:
    return ramp(rival.area, 0.6 * target.area, target.area)


def _as_small(rival: Seen, target: Seen) -> float:
    return ramp(target.area, 0.6 * rival.area, rival.area)


def _any(text: Seen) -> bool:
    return True


LOOKS = (
    Look("the text", None, _any, lambda rival, target: 1.0),
    Look("the number", "attribute", lambda text: _is_number(text) == 1, lambda rival, target: _is_number(rival)),
    Look("the word", "attribute", lambda text: _is_word(text) == 1, lambda rival, target: _is_word(rival)),
    Look(
        "the handwritten text",
        "attribute",
        lambda text: text.is_handwritten is True,
        lambda rival, target: _is_handwritten(rival),
    ),
    Look("the largest text", "comparative", _any, _as_large, needs_rivals=True),
    Look("the smallest text", "comparative", _any, _as_small, needs_rivals=True),
    Look("the leftmost text", "spatial", _any, _further(0, -1), needs_rivals=True),
    Look("the rightmost text", "spatial", _any, _further(0, 1), needs_rivals=True),
    Look("the topmost text", "spatial", _any, _further(1, -1), needs_rivals=True),
    Look("the lowest text", "spatial", _any, _further(1, 1), needs_rivals=True),
)
"""What boxes and transcriptions tell; colours would need the pixels."""
