"""OCR-tolerant comparison of wording: how well a string that a person names fits a string that was read."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

__all__ = ["contains", "fold", "similarity"]

_CONFUSABLE = str.maketrans(
    {"0": "o", "1": "i", "l": "i", "|": "i", "5": "s", "8": "b", "2": "z", "6": "b", "9": "g", "!": "i", "€": "e"}
)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Fold case, accents, width and white space.

    Keep letters, digits and single spaces, and signs where there is nothing else.
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    kept = " ".join(re.sub(r"[^\w\s]|_", " ", plain).split())
    return kept or "".join(plain.split())


def similarity(named: str, read: str) -> float:
    """How well the whole of a read string is the named one: 1 equal, 0 nothing alike.

    Letters that OCR confuses count half.
    """
    first, second = fold(named), fold(read)
    if not first or not second:
        return 0.0
    plain = Levenshtein.normalized_similarity(first, second)
    if plain == 1.0:
        return 1.0
    joined = Levenshtein.normalized_similarity(first.replace(" ", ""), second.replace(" ", ""))
    confused = Levenshtein.normalized_similarity(
        first.replace(" ", "").translate(_CONFUSABLE), second.replace(" ", "").translate(_CONFUSABLE)
    )
    return float(max(plain, joined * 0.98, (max(plain, joined) + confused) / 2 * 0.97))


def contains(named: str, read: str) -> float:
    """How well the named string stands somewhere in the read one, in [0, 1]; needs whole words."""
    first, second = fold(named), fold(read)
    if not first or not second:
        return 0.0
    words, pieces = second.split(), len(first.split())
    best = similarity(first, second)
    for size in {pieces, pieces + 1, max(1, pieces - 1)}:
        for start in range(len(words) - size + 1):
            best = max(best, similarity(first, " ".join(words[start : start + size])))
    if len(first) >= 4 and len(second) > len(first):
        best = max(best, 0.9 * fuzz.partial_ratio(first, second) / 100 if len(first) >= 5 else 0.0)
    return float(best)
