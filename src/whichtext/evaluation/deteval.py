"""ICDAR 2013 detection by DetEval: splits cost a little, merges nothing.

Source: the "TL2p_deteval" script of the Robust Reading Competition, version 1.1; the method is Wolf and Jolion's.
Papers that say "ICDAR 2013, DetEval" mean this one; `icdar2013` is a second script for the same task. What is peculiar
about it (see also `area_matching`):

- Rectangles with inclusive pixels. Limits are met by the limit value itself: area recall >= 0.8, area precision >= 0.4.
- A detection is ignored if strictly more than 0.4 of it lies on one don't-care word.
- One-to-one wants more than both limits: no second candidate on either side (don't-care words, ignored and used
  detections count here), and no other overlap at all, by however little, among words cared for and detections not
  ignored. So a box that reaches into its neighbour is never one-to-one; the later passes take it up with a single
  partner, at full credit.
- Splits and merges want at least two overlaps, used partners counting. A word with one detection that is only slightly
  outside the one-to-one rules is therefore lost if nothing else touches it. Their sums are rounded to four decimals
  before they are compared.
- A split has credit 0.8 for the word and 0.8 for each detection; a merge has full credit: merges are not penalised.
- Figures of a photo: without any detection 0, 0, 0, except that a photo without any word and with an empty result file
  has precision and recall 1 and a harmonic mean of 0. Without a word cared for but with a detection, ignored or not:
  recall 1, precision 0. The totals are credits over counts and know nothing of this.
"""

from whichtext.evaluation.area_matching import AreaRules, match_areas
from whichtext.evaluation.results import Matcher, Photo

__all__ = ["RULES", "TOTAL_TEXT_RULES", "prepare", "prepare_total_text"]

RULES = AreaRules()
TOTAL_TEXT_RULES = AreaRules(recall_limit=0.7, precision_limit=0.6, merge_credit=0.8)
"""The limits and credits that the Total-Text evaluation uses instead."""


def prepare(photo: Photo) -> Matcher:
    """Measure one photo by DetEval."""
    return match_areas(photo, RULES)


def prepare_total_text(photo: Photo) -> Matcher:
    """Measure one photo by DetEval with the limits and credits of Total-Text."""
    return match_areas(photo, TOTAL_TEXT_RULES)
