"""Other ways to say the same: rewordings of a query that leave its meaning alone, and its mirror image.

Training sees each description in several forms: spelling of both sides of the Atlantic, synonyms, a command or question
around it, typing errors, other capitals. Pure functions of a query and a random generator.
"""

import re
from collections.abc import Callable

import numpy as np

__all__ = ["mirrored_query", "reworded"]

_SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("biggest", "largest"),
    ("bigger", "larger"),
    ("small", "little"),
    ("smallest", "tiniest"),
    ("big", "large"),
    ("writing", "lettering", "text"),
    ("grey", "gray"),
    ("colour", "color"),
    ("coloured", "colored"),
    ("centre", "center", "middle"),
    ("at the top", "on the top"),
    ("at the bottom", "on the bottom"),
    ("beneath", "under", "below", "underneath"),
    ("above", "over"),
    ("next to", "beside", "by"),
    ("shop", "store"),
    ("photo", "picture", "image"),
    ("on the left", "on the left side", "to the left", "on the left-hand side"),
    ("on the right", "on the right side", "to the right", "on the right-hand side"),
    ("in the top left corner", "in the upper left corner", "at the top left"),
    ("in the top right corner", "in the upper right corner", "at the top right"),
    ("in the bottom left corner", "in the lower left corner", "at the bottom left"),
    ("in the bottom right corner", "in the lower right corner", "at the bottom right"),
    ("printed", "written"),
    ("mobile", "cell"),
    ("leftmost", "furthest left", "far left"),
    ("rightmost", "furthest right", "far right"),
    ("woman", "lady"),
    ("man", "guy"),
    ("lorry", "truck"),
    ("pavement", "sidewalk"),
    ("licence", "license"),
)
_FRAMES: tuple[str, ...] = (
    "read {}",
    "read me {}",
    "find {}",
    "show me {}",
    "where is {}?",
    "what does {} say?",
    "please read {}",
    "{}, please",
    "can you read {}",
    "i mean {}",
    "highlight {}",
    "which one is {}?",
)
_QUESTION = re.compile(
    r"^(what|which|who|where|when|how|is|are|does|do|read|find|show|tell|give|please|can|could)\b", re.I
)
_SIDES = {"left": "right", "right": "left"}
_SIDE = re.compile(r"\b(left|right)(?=(?:most|-hand|hand|-most|wards?|er)?\b)", re.I)
_READING_ORDER = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|last|final|next|start|starts|starting|begin|begins|beginning|end|ends|"
    r"ending|after|before|initial|opening|follow|follows|following|copyright|mirror\w*|right (?:under|above|below|next|"
    r"beside|at|in|on|over|after|before|beneath|behind))\b",
    re.I,
)


def reworded(query: str, rng: np.random.Generator) -> str:
    """The query in other words; often as it was."""
    text = query
    for change, chance in ((_with_synonyms, 0.6), (_framed, 0.35), (_without_articles, 0.1), (_mistyped, 0.15)):
        if rng.random() < chance:
            text = change(text, rng)
    if rng.random() < 0.1:
        text = text[:1].upper() + text[1:]
    elif rng.random() < 0.05:
        text = text.rstrip("?.!") + str(rng.choice([".", "?", "!"]))
    return text


def mirrored_query(query: str) -> str | None:
    """The query for a photo seen in a mirror; None where it speaks of reading order, which a mirror does not turn."""
    if _READING_ORDER.search(query):
        return None
    return _SIDE.sub(lambda side: _SIDES[side.group().lower()], query)


def _with_synonyms(text: str, rng: np.random.Generator) -> str:
    for group in _SYNONYMS:
        for word in group:
            pattern = re.compile(rf"\b{word}\b")
            if pattern.search(text):
                if rng.random() < 0.5:
                    text = pattern.sub(str(rng.choice(group)), text, count=1)
                break
    return text


def _framed(text: str, rng: np.random.Generator) -> str:
    if _QUESTION.match(text):
        return text
    frame = str(rng.choice(_FRAMES))
    return frame.format(text)


def _without_articles(text: str, _: np.random.Generator) -> str:
    return re.sub(r"\b(the|a|an) ", "", text) or text


def _mistyped(text: str, rng: np.random.Generator) -> str:
    """One slip in a long word."""
    words = text.split(" ")
    long = [position for position, word in enumerate(words) if len(word) >= 5 and word.isalpha() and word.islower()]
    if not long:
        return text
    position = int(rng.choice(long))
    words[position] = _slip(words[position], rng)
    return " ".join(words)


def _slip(word: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(1, len(word) - 1))
    slips: tuple[Callable[[], str], ...] = (
        lambda: word[:place] + word[place + 1 :],
        lambda: word[:place] + word[place] + word[place:],
        lambda: word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return slips[int(rng.integers(len(slips)))]()
