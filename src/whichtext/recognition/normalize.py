"""Cleaning what a multilingual recognizer emits.

Full-width forms, other scripts, accents and capitals where none stand.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from whichtext.recognition.protocol import Character

__all__ = ["OTHER", "Vocabulary", "normalize_characters"]

OTHER = "\N{REPLACEMENT CHARACTER}"
"""What a character of a script that is not read stands as, before it is dropped."""

ACCENT_DOUBT = 0.3
"""An accent is believed where the plain or another form is less than this many times as probable.

On training photos the accents that are there stay below 0.28, those that are not lie above 0.31.
"""

ONE_SHAPE = frozenset("ckopsuvwxyz")
"""Small letters that look like their capitals."""

PLAIN = {
    "‘": "'",
    "’": "'",
    "‚": ",",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "″": '"',
    "―": "—",
    "‥": "..",
    "…": "...",
}
"""Typographic variants that people neither see as different nor type."""


class Vocabulary:
    """The classes of a recognizer: the text of each, and which classes are the same letter with or without accents."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts: tuple[str, ...] = tuple(plain_text(text) for text in texts)
        first = {text: index for index, text in reversed(list(enumerate(self.texts)))}
        self._canonical = np.array([first[text] for text in self.texts])
        letters = [unaccented(text) for text in self.texts]
        self._plain = np.array([first.get(letter, index) for index, letter in enumerate(letters)])
        families: dict[str, list[int]] = {}
        for index, letter in enumerate(letters):
            families.setdefault(letter.lower(), []).append(index)
        self._family = [np.array(families[letter.lower()]) for letter in letters]

    def best(self, probabilities: NDArray[np.floating]) -> tuple[NDArray[np.intp], NDArray[np.floating]]:
        """Most probable class of each time step and its probability: (T, V) to (T,) and (T,).

        A doubtful accent becomes the plain letter.
        """
        chosen = probabilities.argmax(axis=1)
        score = probabilities[np.arange(len(chosen)), chosen]
        for step in np.flatnonzero(self._plain[chosen] != chosen):
            kind = chosen[step]
            rivals = probabilities[step, self._family[kind]].sum() - score[step]
            if self._canonical[self._plain[kind]] != self._canonical[kind] and rivals >= ACCENT_DOUBT * score[step]:
                chosen[step] = self._plain[kind]
        return self._canonical[chosen], score


def normalize_characters(characters: tuple[Character, ...]) -> tuple[Character, ...]:
    """Clean the characters of one region: one entry for each character, single spaces, none at the ends.

    Characters of other scripts separate words. A region in which they are the greater part is not readable: no
    characters.
    """
    foreign = sum(character.text == OTHER for character in characters)
    known = sum(character.text.isalnum() for character in characters)
    if foreign > known:
        return ()
    single: list[Character] = []
    for character in characters:
        single.extend(split_character(character))
    spaced: list[Character] = []
    for character in single:
        if character.text in (" ", OTHER):
            if spaced and spaced[-1].text != " ":
                spaced.append(replace(character, text=" "))
        else:
            spaced.append(character)
    if spaced and spaced[-1].text == " ":
        spaced.pop()
    return raise_one_shape(tuple(spaced))


def raise_one_shape(characters: tuple[Character, ...]) -> tuple[Character, ...]:
    """Make capitals of small letters that look like capitals, in words whose other letters are capitals.

    "SToP" is "STOP".
    """
    raised = list(characters)
    start = 0
    for end in range(len(characters) + 1):
        if end < len(characters) and characters[end].text != " ":
            continue
        word = [character.text for character in characters[start:end]]
        small = [text for text in word if text.islower()]
        if small and sum(text.isupper() for text in word) >= 2 and all(unaccented(text) in ONE_SHAPE for text in small):
            for index in range(start, end):
                upper = raised[index].text.upper()
                raised[index] = replace(raised[index], text=upper if len(upper) == 1 else raised[index].text)
        start = end + 1
    return tuple(raised)


def split_character(character: Character) -> list[Character]:
    """One entry for each character of the text that one class stands for."""
    count = len(character.text)
    if count == 1:
        return [character]
    step = (character.end - character.start) / max(1, count)
    return [
        Character(text, character.score, character.start + i * step, character.start + (i + 1) * step)
        for i, text in enumerate(character.text)
    ]


def plain_text(text: str) -> str:
    """The usual form of a class text: full-width and half-width forms become plain, variants of quotation marks one."""
    if text and unicodedata.east_asian_width(text[0]) in "FH":
        text = unicodedata.normalize("NFKC", text)
    return PLAIN.get(text, " " if text.isspace() else text)


def unaccented(text: str) -> str:
    """A letter without its accents; anything else as it is."""
    if text == "ı":
        return "i"
    base = unicodedata.normalize("NFD", text)[:1]
    return base if base.isalpha() else text
