"""ICDAR 2013 detection by the OTHER script of the Robust Reading Competition, which papers mix up with DetEval.

Source: the "TL2p_icdar" script, version 1.1. It differs from `deteval` in four points:

- No overlap counts in any pass: neither "no other overlap" in one-to-one, nor "at least two" in splits and merges.
- Sums are not rounded.
- A split with a single detection has credit 0.8 and 0.8, not 1. (A merge with a single word has 1, as there.)
- In effect, a box over two words of similar size fills at least 0.4 with each, so the first word takes it in the split
  pass and the second word is lost: 0.8 for one word instead of 1 for two.
"""

from whichtext.evaluation.area_matching import AreaRules, match_areas
from whichtext.evaluation.results import Matcher, Photo

__all__ = ["RULES", "prepare"]

RULES = AreaRules(counts_overlaps=False, digits=None, single_is_whole=False)


def prepare(photo: Photo) -> Matcher:
    """Measure one photo by the ICDAR 2013 script."""
    return match_areas(photo, RULES)
