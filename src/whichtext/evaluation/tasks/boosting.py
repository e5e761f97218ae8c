"""Does reading improve finding? The variants of the paper's Table 5, each a way to treat the words that were found.

- `Det`: all candidates by the localizer's confidence alone.
- `Det + Rec`: boosted by recognition (`whichtext.localization.boosting`).
- `Det + Rec-lex`: the same with the words of the photo's lexicon, read with it.

With a localizer that finds lines, the words themselves come from the reading, and what cannot be read at all is no word
in any variant: the gain from recognition is then larger than the first row lets see. A further variant is one line in
`BOOSTS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from whichtext.localization.boosting import boost
from whichtext.localization.found_words import FoundWord
from whichtext.recognition.lexicon import Lexicon

__all__ = ["BOOSTS", "NEEDS_LEXICON"]

Boost = Callable[[Sequence[FoundWord], Lexicon | None], list[FoundWord]]
"""Words that stay, with the scores by which they are ranked."""


def by_localization(words: Sequence[FoundWord], lexicon: Lexicon | None) -> list[FoundWord]:
    """All words by the localizer's confidence."""
    return [replace(word, recognition=1.0) for word in words]


def by_recognition(words: Sequence[FoundWord], lexicon: Lexicon | None) -> list[FoundWord]:
    """Both confidences, where it can be a word at all."""
    return boost(words)


def by_lexicon(words: Sequence[FoundWord], lexicon: Lexicon | None) -> list[FoundWord]:
    """The same, where the lexicon has the word."""
    return boost(words, lexicon=lexicon)


BOOSTS: Mapping[str, Boost] = MappingProxyType(
    {"Det": by_localization, "Det + Rec": by_recognition, "Det + Rec-lex": by_lexicon}
)
NEEDS_LEXICON = frozenset({"Det + Rec-lex"})
