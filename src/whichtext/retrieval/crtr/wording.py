"""Descriptions as numbers of words: the vocabulary of a captioner."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

__all__ = ["MOST_WORDS", "STOP", "UNKNOWN", "Vocabulary", "words_of"]

STOP, START, UNKNOWN = 0, 1, 2
"""Numbers of the symbols that are no words."""
SYMBOLS = ("</s>", "<s>", "<unk>")
MOST_WORDS = 19
"""Words of a description that are looked at; with the symbol before them the published networks take 20 steps."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]")


def words_of(description: str) -> list[str]:
    """Words and signs of a description in small letters, without a full stop at the end."""
    words = _WORD.findall(description.lower().replace("’", "'"))
    return words[:-1] if words and words[-1] == "." else words


class Vocabulary:
    """Words and their numbers. words: with `SYMBOLS` in front. Raises ValueError where they are not."""

    def __init__(self, words: Sequence[str]) -> None:
        if tuple(words[: len(SYMBOLS)]) != SYMBOLS:
            raise ValueError(f"a vocabulary begins with {', '.join(SYMBOLS)}")
        self.words = tuple(words)
        self._numbers = {word: number for number, word in enumerate(self.words)}

    @classmethod
    def of(cls, descriptions: Iterable[str], *, least: int = 2) -> "Vocabulary":
        """The words that descriptions use at least so often."""
        counts = Counter(word for description in descriptions for word in words_of(description))
        return cls((*SYMBOLS, *sorted(word for word, count in counts.items() if count >= least)))

    def encode(self, description: str) -> list[int]:
        """Numbers of the first `MOST_WORDS` words."""
        return [self._numbers.get(word, UNKNOWN) for word in words_of(description)[:MOST_WORDS]]

    def decode(self, numbers: Iterable[int]) -> str:
        """Words with a space between them, up to the stop symbol."""
        said = []
        for number in numbers:
            if number == STOP:
                break
            said.append(self.words[number])
        return " ".join(said)
