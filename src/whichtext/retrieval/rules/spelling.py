"""Correcting slips of the keyboard in words of the description: one letter added, lost or wrong, two swapped.

Only words that are in no table and are no common English word are touched, and only where they are not wording. A word
of four letters is corrected for swapped neighbours alone, because so many short words differ by one letter.
"""

from dataclasses import replace
from functools import lru_cache

from whichtext.retrieval.rules import vocabulary
from whichtext.retrieval.rules.lexicon import NUMBERED
from whichtext.retrieval.rules.tokens import Token
from whichtext.retrieval.rules.vocabulary import REAL_WORDS, SPELLED_WORDS, TOPIC_CUES, WORDING_CUES, word_set

__all__ = ["correct"]

_SHORTEST = 4
_SHORTEST_EDITED = 5
_BEFORE_WORDING = word_set("word words name phrase with after before between")
_GRAMMAR = (
    "PARTICIPLES",
    "VERBS",
    "PLAIN_ADJECTIVES",
    "ADVERBS",
    "INTENSIFIERS",
    "FILLERS",
    "WHOLE",
    "TRANSPARENT",
    "NUMBER_WORDS",
)
_TABLES = (
    "COLOURS",
    "UNITS",
    "ORDINALS",
    "PLACES",
    "PREPOSITIONS",
    "SUPERLATIVES",
    "SIZES",
    "LOOKS",
    "COUNTS",
    "CARRIERS",
    "KINDS",
    "CARRIER_SHAPES",
    "OBJECTS",
    "NAME_OF",
)


def correct(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[tuple[str, str], ...]]:
    """Return the tokens with their slips corrected, and each slip as written and as understood."""
    corrected: list[tuple[str, str]] = []
    result: list[Token] = []
    for position, token in enumerate(tokens):
        before = tokens[position - 1].text if position else ""
        is_wording = (
            token.quoted or token.proper or before in WORDING_CUES or before in TOPIC_CUES or before in _BEFORE_WORDING
        )
        meant = None if is_wording else _meant(token.text)
        if meant is None:
            result.append(token)
        else:
            result.append(replace(token, text=meant))
            corrected.append((token.raw, meant))
    return tuple(result), tuple(corrected)


@lru_cache(maxsize=4096)
def _meant(word: str) -> str | None:
    """The word of the tables that a slip stands for; None where the word is known, or nothing is near."""
    if len(word) < _SHORTEST or not word.isascii() or not word.isalpha() or word in _known() or NUMBERED.match(word):
        return None
    if word in REAL_WORDS or any(word.removesuffix(ending) in REAL_WORDS for ending in ("s", "'s", "ed", "ing")):
        return None
    candidates = {target for form in _deletions(word) for target in _index().get(form, ())}
    near = [target for target in candidates if _is_slip(word, target)]
    return min(near, key=SPELLED_WORDS.index) if near else None


def _is_slip(written: str, meant: str) -> bool:
    """Whether two different words are one edit apart; neighbours swapped for short words."""
    if len(written) == len(meant):
        different = [index for index in range(len(written)) if written[index] != meant[index]]
        is_swap = (
            len(different) == 2
            and different[1] == different[0] + 1
            and written[different[0]] == meant[different[1]]
            and written[different[1]] == meant[different[0]]
        )
        return is_swap or (len(different) == 1 and different[0] > 0 and len(written) >= _SHORTEST_EDITED)
    longer, shorter = (written, meant) if len(written) > len(meant) else (meant, written)
    if len(longer) - len(shorter) != 1 or len(meant) < _SHORTEST_EDITED:
        return False
    if longer == f"{shorter}s":  # a plural, not a slip
        return False
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(1, len(longer)))


def _deletions(word: str) -> set[str]:
    """The word and what is left when one letter is taken out; two words one edit apart share one of these."""
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every word of every table, with plurals: none of them is a slip."""
    words = set(SPELLED_WORDS)
    for name in (*_TABLES, *_GRAMMAR, "COMMANDS", "WORDING_CUES", "TOPIC_CUES"):
        for entry in getattr(vocabulary, name):
            words.update(entry.split(" "))
    return frozenset(words | {f"{word}s" for word in words} | {f"{word}es" for word in words})


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    """From each form with one letter taken out to the words it may come from."""
    index: dict[str, list[str]] = {}
    for word in SPELLED_WORDS:
        for form in _deletions(word):
            index.setdefault(form, []).append(word)
    return {form: tuple(words) for form, words in index.items()}
