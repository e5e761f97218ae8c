"""The classes of a recognizer folded to the letters in which words are compared, and likelihoods of words in them.

Likelihoods of given strings must not hang on case or accents: the probabilities of "é", "É", "e" and "E" are added up
to that of one letter before the CTC forward algorithm runs. A space counts as "no character here".
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from whichtext.recognition.ctc import BLANK, ctc_log_likelihoods, greedy_labels
from whichtext.recognition.lexicon import fold

__all__ = ["FoldedClasses", "FoldedFrames"]


class FoldedClasses:
    """Which classes are the same letter. Immutable. vocabulary: (V,) text of each class, that of `BLANK` unused."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._letters: dict[str, int] = {}
        columns = [BLANK] * len(vocabulary)
        for index, text in enumerate(vocabulary):
            if index == BLANK or text.isspace():
                continue
            columns[index] = self._letters.setdefault(fold(text), len(self._letters) + 1)
        self._order = np.argsort(columns, kind="stable")
        self._starts = np.searchsorted(np.asarray(columns)[self._order], np.arange(len(self._letters) + 1))
        self._signs = {letter: column for letter, column in self._letters.items() if not letter.isalnum()}

    def frames(self, probabilities: NDArray[np.floating]) -> "FoldedFrames":
        """Probabilities (T, V) of the recognizer as those of letters: (T, F)."""
        ordered = probabilities.astype(np.float32, copy=False)[:, self._order]
        return FoldedFrames(np.add.reduceat(ordered, self._starts, axis=1), self._letters, self._signs)


class FoldedFrames:
    """Probabilities of folded letters at the time steps of a region or a part of it: (T, F). Immutable."""

    def __init__(self, probabilities: NDArray[np.float32], letters: dict[str, int], signs: dict[str, int]) -> None:
        self._probabilities = probabilities
        self._letters = letters
        self._signs = signs

    def part(self, start: int | None, stop: int | None) -> "FoldedFrames":
        """The time steps from `start` to before `stop`; None for the first and the last."""
        return FoldedFrames(self._probabilities[start:stop], self._letters, self._signs)

    def without_signs(self, kept: Collection[str]) -> "FoldedFrames":
        """The same where every sign that is neither letter, digit nor one of `kept` counts as "no character here"."""
        dropped = [column for sign, column in self._signs.items() if sign not in kept]
        probabilities = self._probabilities.copy()
        probabilities[:, BLANK] += probabilities[:, dropped].sum(axis=1)
        probabilities[:, dropped] = 0.0
        return FoldedFrames(probabilities, self._letters, self._signs)

    def log_likelihoods(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Natural logarithm of the probability of each folded word: (C,); minus infinity with an unknown character."""
        result = np.full(len(words), -np.inf)
        known = [i for i, word in enumerate(words) if all(letter in self._letters for letter in word)]
        if not known:
            return result
        lengths = np.array([len(words[i]) for i in known])
        labels = np.full((len(known), max(1, int(lengths.max()))), BLANK, dtype=np.intp)
        for row, i in enumerate(known):
            labels[row, : lengths[row]] = [self._letters[letter] for letter in words[i]]
        result[known] = ctc_log_likelihoods(self._probabilities, labels, lengths)
        return result

    def log_greedy(self) -> tuple[float, int]:
        """The same for the letters of the best path, and how many they are."""
        labels = greedy_labels(self._probabilities)
        value = ctc_log_likelihoods(self._probabilities, labels[None], np.array([len(labels)]))[0]
        return float(value), len(labels)
