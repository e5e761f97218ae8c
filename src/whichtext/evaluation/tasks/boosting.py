"""Does reading improve finding? The variants of the paper's Table 5, each a way to score a word that was found.

- `Det`: the localizer's confidence alone.
- `Det + Rec`: times the recognizer's; what has no letter or digit, or more than 25 characters, is dropped.
- `Det + Rec-lex`: the same, but a reading of three and more letters must lie within three edits of a lexicon word, and
  each edit takes its share of the score. Numbers and shorter words, which lexicons do not hold, keep their score.

With a localizer that finds lines, the words themselves come from the reading, and what was read badly is no word in
any variant: the gain from recognition is then larger than the first row lets see. A further variant is one line in
`BOOSTS`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rapidfuzz.distance import Levenshtein

from whichtext.evaluation.lexicons import Lexicon
from whichtext.localization.found_words import FoundWord

__all__ = ["BOOSTS", "NEEDS_LEXICON"]

MOST_CHARACTERS = 25
LEAST_LETTERS = 3

Boost = Callable[[FoundWord, Lexicon], float | None]
"""New score of a word; None drops it."""


def by_localization(word: FoundWord, lexicon: Lexicon) -> float | None:
    """The localizer's confidence."""
    return word.localization


def by_recognition(word: FoundWord, lexicon: Lexicon) -> float | None:
    """Both confidences, if it can be a word at all."""
    if len(word.text) > MOST_CHARACTERS or not any(char.isalnum() for char in word.text):
        return None
    return word.score


def by_lexicon(word: FoundWord, lexicon: Lexicon) -> float | None:
    """Both confidences, less what the lexicon has against the reading."""
    score = by_recognition(word, lexicon)
    if score is None or sum(char.isalpha() for char in word.text) < LEAST_LETTERS:
        return score
    nearest = lexicon.nearest(word.text)
    if nearest is None:
        return None
    edits = Levenshtein.distance(word.text.upper(), nearest)
    return score * (1 - edits / max(len(word.text), len(nearest)))


BOOSTS: Mapping[str, Boost] = MappingProxyType(
    {"Det": by_localization, "Det + Rec": by_recognition, "Det + Rec-lex": by_lexicon}
)
NEEDS_LEXICON = frozenset({"Det + Rec-lex"})
