"""Word pieces of the sentence encoder: lower case, no accents, longest pieces first (WordPiece of BERT, uncased)."""

import unicodedata
from collections.abc import Iterable

__all__ = ["MAX_WORD_LENGTH", "WordPieces"]

MAX_WORD_LENGTH = 100
"""Longer words are unknown."""


class WordPieces:
    """Text to ids. Immutable.

    vocabulary: one piece a line, its id is its position; pieces that continue a word begin with "##".
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._ids = {piece: position for position, piece in enumerate(vocabulary)}
        self._unknown, self._start, self._end = (self._ids[name] for name in ("[UNK]", "[CLS]", "[SEP]"))

    def encode(self, text: str, *, most: int) -> list[int]:
        """Ids of a text between those of start and end, at most `most` in all."""
        ids: list[int] = []
        for word in _words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= most - 2:
                break
        return [self._start, *ids[: most - 2], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > MAX_WORD_LENGTH:
            return [self._unknown]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                identity = self._ids.get(("##" if start else "") + word[start:end])
                if identity is not None:
                    pieces.append(identity)
                    start = end
                    break
            else:
                return [self._unknown]
        return pieces


def _words(text: str) -> list[str]:
    """Split at white space and around every sign and every Chinese character."""
    plain = unicodedata.normalize("NFD", _cleaned(text).lower())
    characters = []
    for character in plain:
        if unicodedata.category(character) == "Mn":
            continue
        characters.append(f" {character} " if _stands_alone(character) else character)
    return "".join(characters).split()


def _cleaned(text: str) -> str:
    kept = []
    for character in text:
        if character in "\t\n\r" or unicodedata.category(character) == "Zs":
            kept.append(" ")
        elif character not in "\0\ufffd" and not unicodedata.category(character).startswith("C"):
            kept.append(f" {character} " if _is_chinese(character) else character)
    return "".join(kept)


def _stands_alone(character: str) -> bool:
    code = ord(character)
    is_ascii_sign = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return is_ascii_sign or unicodedata.category(character).startswith("P")


def _is_chinese(character: str) -> bool:
    code = ord(character)
    return any(
        low <= code <= high
        for low, high in (
            (0x4E00, 0x9FFF),
            (0x3400, 0x4DBF),
            (0x20000, 0x2A6DF),
            (0x2A700, 0x2B73F),
            (0x2B740, 0x2B81F),
            (0x2B820, 0x2CEAF),
            (0xF900, 0xFAFF),
            (0x2F800, 0x2FA1F),
        )
    )
