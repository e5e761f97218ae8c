"""Paint: sRGB colours by the names that people call them, and which of them stand together on a sign.

Names are those of `retrieval.rules.vocabulary.COLOURS`. Each prototype lies well inside its name, so that moderate
light does not turn it into another one.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

__all__ = ["PAINTS", "SCHEMES", "Paint", "Scheme", "colour_clash", "mix", "paint", "pick_scheme"]

Paint = tuple[int, int, int]
Scheme = tuple[str, str, str]
"""Names of the ground, of the ink and of an accent (border, band)."""

PAINTS: Mapping[str, tuple[Paint, ...]] = MappingProxyType(
    {
        "black": ((24, 24, 26), (34, 33, 36), (18, 20, 26)),
        "white": ((240, 240, 238), (246, 246, 242), (232, 235, 238)),
        "grey": ((128, 130, 133), (148, 149, 150), (108, 112, 116)),
        "red": ((190, 28, 36), (204, 36, 38), (176, 22, 32)),
        "orange": ((234, 118, 24), (226, 104, 20), (240, 134, 36)),
        "yellow": ((244, 200, 24), (240, 208, 52), (250, 216, 66)),
        "green": ((22, 112, 60), (34, 128, 74), (16, 92, 52), (78, 146, 56)),
        "blue": ((28, 72, 152), (34, 88, 178), (22, 52, 118), (66, 126, 196)),
        "purple": ((96, 44, 124), (118, 62, 148)),
        "pink": ((228, 108, 154), (238, 148, 180), (218, 76, 132)),
        "brown": ((98, 62, 38), (118, 76, 46), (82, 52, 34)),
        "gold": ((198, 158, 74), (188, 146, 62)),
        "turquoise": ((24, 146, 150), (44, 162, 162)),
        "cream": ((236, 222, 190), (230, 214, 178)),
        "maroon": ((108, 24, 42), (92, 22, 36)),
    }
)

SCHEMES: tuple[tuple[Scheme, float], ...] = (
    (("white", "black", "red"), 6),
    (("white", "black", "blue"), 4),
    (("white", "blue", "blue"), 5),
    (("white", "red", "red"), 5),
    (("white", "green", "green"), 4),
    (("white", "brown", "brown"), 2),
    (("white", "purple", "purple"), 1.5),
    (("white", "orange", "grey"), 1.5),
    (("white", "grey", "grey"), 1.5),
    (("white", "pink", "pink"), 1),
    (("white", "turquoise", "turquoise"), 1),
    (("blue", "white", "white"), 7),
    (("blue", "yellow", "white"), 2.5),
    (("red", "white", "white"), 7),
    (("red", "yellow", "yellow"), 3),
    (("green", "white", "white"), 6),
    (("green", "yellow", "yellow"), 1.5),
    (("green", "gold", "gold"), 1.5),
    (("green", "cream", "cream"), 1.5),
    (("black", "white", "white"), 5),
    (("black", "yellow", "yellow"), 2.5),
    (("black", "gold", "gold"), 2.5),
    (("black", "orange", "grey"), 1),
    (("black", "red", "red"), 1),
    (("black", "pink", "pink"), 0.7),
    (("yellow", "black", "black"), 6),
    (("yellow", "red", "red"), 3),
    (("yellow", "blue", "blue"), 2),
    (("yellow", "green", "green"), 1),
    (("orange", "white", "white"), 2.5),
    (("orange", "black", "black"), 2.5),
    (("brown", "white", "white"), 2.5),
    (("brown", "cream", "cream"), 2.5),
    (("brown", "yellow", "yellow"), 1),
    (("brown", "gold", "gold"), 1),
    (("cream", "black", "brown"), 2.5),
    (("cream", "brown", "brown"), 3),
    (("cream", "green", "green"), 1.5),
    (("cream", "maroon", "maroon"), 1.5),
    (("cream", "red", "red"), 1.5),
    (("cream", "blue", "blue"), 1.5),
    (("grey", "white", "white"), 2.5),
    (("grey", "black", "black"), 2.5),
    (("grey", "yellow", "yellow"), 1),
    (("purple", "white", "white"), 2),
    (("purple", "yellow", "yellow"), 1),
    (("pink", "white", "white"), 2),
    (("pink", "black", "black"), 1),
    (("turquoise", "white", "white"), 2.5),
    (("turquoise", "black", "white"), 0.7),
    (("maroon", "white", "gold"), 1.5),
    (("maroon", "cream", "cream"), 1.5),
    (("maroon", "gold", "gold"), 1.5),
    (("gold", "black", "black"), 1.5),
)
"""Pairs that sign writers use, with how often."""

_NEAR = {
    frozenset(pair.split("/"))
    for pair in [
        "red/orange",
        "red/maroon",
        "red/pink",
        "orange/yellow",
        "orange/gold",
        "orange/brown",
        "yellow/gold",
        "yellow/cream",
        "cream/white",
        "cream/gold",
        "cream/grey",
        "grey/white",
        "grey/silver",
        "silver/white",
        "grey/black",
        "black/brown",
        "brown/gold",
        "brown/maroon",
        "maroon/purple",
        "maroon/black",
        "maroon/pink",
        "pink/purple",
        "purple/blue",
        "blue/turquoise",
        "turquoise/green",
        "green/black",
        "blue/black",
        "pink/orange",
        "grey/blue",
        "grey/brown",
        "grey/green",
        "cream/brown",
        "cream/pink",
        "cream/orange",
        "green/yellow",
    ]
}


def colour_clash(first: str | None, second: str | None) -> float:
    """How surely two colour names differ: 1 the same name, 0 could be called the same, -1 never mixed up."""
    if first is None or second is None:
        return 0.0
    if first == second:
        return 1.0
    return 0.0 if frozenset((first, second)) in _NEAR else -1.0


def paint(rng: np.random.Generator, name: str) -> Paint:
    """A tone of a name."""
    tones = PAINTS[name]
    tone = np.array(tones[int(rng.integers(len(tones)))], dtype=float)
    tone = tone * rng.normal(1.0, 0.025) + rng.normal(0, 2.0, 3)
    r, g, b = (int(value) for value in np.clip(tone, 6, 250))
    return r, g, b


def mix(first: Paint, second: Paint, share: float) -> Paint:
    """`share` of the second in the first."""
    r, g, b = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return r, g, b


def pick_scheme(
    rng: np.random.Generator, *, grounds: tuple[str, ...] = (), avoid: tuple[str, ...] = ()
) -> tuple[str, str, str]:
    """A scheme whose ground is one of `grounds` (any where empty), preferably none of `avoid`."""
    rows = [row for row in SCHEMES if not grounds or row[0][0] in grounds]
    rows = [row for row in rows if row[0][0] not in avoid] or rows
    weights = np.array([weight for _, weight in rows])
    return rows[int(rng.choice(len(rows), p=weights / weights.sum()))][0]
