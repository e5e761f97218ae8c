"""What retrieval gives without understanding the description: the rows that stand in every table of retrieval.

- random: the expected value of drawing texts of all levels without looking.
- largest line; most central line (its middle nearest to the middle of the photo).
- string match: the line that is most like a part of the description (`rapidfuzz.fuzz.partial_ratio`, lower case).

Of equals the first in reading order is taken.
"""

from collections.abc import Sequence
from math import comb, hypot

from rapidfuzz import fuzz

from whichtext.geometry import box_area
from whichtext.types import SceneContent, Text

__all__ = ["BASELINES", "RANDOM", "chance", "rank_blindly"]

RANDOM = "random"
BASELINES = (RANDOM, "largest line", "most central line", "string match")


def chance(fits: Sequence[bool], first: int) -> float:
    """Probability that at least one of `first` candidates, drawn without replacement, fits."""
    drawn = min(first, len(fits))
    missing = len(fits) - sum(fits)
    return 1 - comb(missing, drawn) / comb(len(fits), drawn) if fits else 0.0


def rank_blindly(content: SceneContent, query: str, *, first: int) -> dict[str, tuple[Text, ...]]:
    """The first few texts, best first, by each baseline but chance."""
    lines = [text for text in content.texts if text.level == "line"]
    middle = (content.photo.width / 2, content.photo.height / 2)
    wording = query.lower()
    ranked = (
        sorted(lines, key=lambda text: -box_area(text.box)),
        sorted(lines, key=lambda text: _distance(text, middle)),
        sorted(lines, key=lambda text: -fuzz.partial_ratio(text.text.lower(), wording)),
    )
    return {name: tuple(texts[:first]) for name, texts in zip(BASELINES[1:], ranked, strict=True)}


def _distance(text: Text, point: tuple[float, float]) -> float:
    x0, y0, x1, y1 = text.box
    return hypot((x0 + x1) / 2 - point[0], (y0 + y1) / 2 - point[1])
