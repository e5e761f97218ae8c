"""Detection by the PASCAL criterion: an IoU above one half, one detection a word, figures where F is highest.

Source: the PASCAL VOC detection challenge, as papers on text detection use it. What is peculiar about it here:

- Three ways to pair are common, and figures of papers seldom say which. `prepare` is that of PASCAL: detections are
  served by descending score (in file order where there are none), each takes the free word with which its IoU is
  highest. `prepare_optimal` takes the largest possible number of pairs. `prepare_first_come` serves the words in file
  order, as the ICDAR 2015 script does. Where no detection fits two words and no word fits two detections, the three
  agree.
- Areas are plain polygon areas, coordinates are NOT cut to whole numbers, and no inclusive pixel is added. VOC's own
  code adds one pixel.
- Don't-care words are handled as in `intersection_over_union`: a detection that lies on one with strictly more than
  half of its area is ignored. VOC ignores a detection whose best word is "difficult" instead.
- The confidence threshold is swept over every score that occurs; figures are those at the highest F (the highest
  threshold where several are best). All detections with the same score come in together. Without scores all detections
  count.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from whichtext.evaluation.intersection_over_union import Fits, first_come_pairs, measure, score_pairs
from whichtext.evaluation.results import ImageScore, Matcher, Pair, Photo, cared_for

__all__ = ["best_free_words", "prepare", "prepare_first_come", "prepare_optimal"]


def prepare(photo: Photo) -> Matcher:
    """Measure one photo; detections, as they are served, take the free word that they fit best."""
    fits = measure(photo, cared_for(photo.truth), whole_numbers=False)
    return lambda chosen: score_pairs(fits, chosen, best_free_words(fits, chosen))


def prepare_optimal(photo: Photo) -> Matcher:
    """Measure one photo; as many pairs as possible."""
    fits = measure(photo, cared_for(photo.truth), whole_numbers=False)

    def match(chosen: Sequence[int]) -> ImageScore:
        column_of = {place: column for column, place in enumerate(chosen)}
        edges = [
            (word, column_of[place])
            for word, fitting in enumerate(fits.of_word)
            for place in fitting
            if place in column_of
        ]
        if not edges:
            return score_pairs(fits, chosen, [])
        rows, columns = zip(*edges, strict=True)
        graph = csr_matrix((np.ones(len(edges)), (rows, columns)), shape=(len(fits.of_word), len(chosen)))
        partners = maximum_bipartite_matching(graph, perm_type="column")
        pairs = [Pair((word,), (chosen[column],)) for word, column in enumerate(partners.tolist()) if column >= 0]
        return score_pairs(fits, chosen, pairs)

    return match


def prepare_first_come(photo: Photo) -> Matcher:
    """Measure one photo; words, in file order, take the first free detection that fits."""
    fits = measure(photo, cared_for(photo.truth), whole_numbers=False)
    return lambda chosen: score_pairs(fits, chosen, first_come_pairs(fits, chosen))


def best_free_words(fits: Fits, chosen: Sequence[int]) -> list[Pair]:
    """Pairs, by word, where each detection in turn takes the free word with the highest IoU, the first of equals."""
    words_of: dict[int, dict[int, float]] = {}
    for word, fitting in enumerate(fits.of_word):
        for place, value in fitting.items():
            words_of.setdefault(place, {})[word] = value
    taken: dict[int, int] = {}
    for place in chosen:
        free = {word: value for word, value in words_of.get(place, {}).items() if word not in taken}
        if free:
            taken[max(free, key=lambda word: free[word])] = place
    return [Pair((word,), (taken[word],)) for word in sorted(taken)]
