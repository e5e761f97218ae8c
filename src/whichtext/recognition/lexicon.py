"""Words that may be read, and the search for those near a reading (paper 3.4).

A BK-tree (Burkhard and Keller 1973) holds the words by their edit distance from one another; a search skips every
branch that the triangle inequality rules out. It goes down level by level, with all nodes of a level compared in one
call.
"""

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from whichtext.errors import InputError
from whichtext.recognition.normalize import plain_text, unaccented

__all__ = ["MAX_EDITS", "Lexicon", "as_lexicon", "fold"]

MAX_EDITS = 3
"""Farthest edit distance (insert, delete or replace one character) of a candidate, as in CRNN."""
MAX_BYTES = 20_000_000
MAX_WORDS = 1_000_000
MAX_LENGTH = 100
"""Characters of one word."""


def fold(text: str) -> str:
    """The form in which words are compared: small letters without accents, plain quotation marks, full width narrowed.

    "É", "é", "E" and "e" are one letter.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(unaccented(plain_text(char)).lower() for char in composed)


@dataclass(frozen=True, slots=True)
class _Tree:
    """A BK-tree in arrays, level by level from the root, node 0: the children of n are `first[n]` to `first[n + 1]`."""

    words: NDArray[Any]
    """(N,) folded word of each node."""
    lengths: NDArray[np.int32]
    """Characters of each node's word."""
    edges: NDArray[np.int32]
    """Edit distance of each node from its parent."""
    first: NDArray[np.int32]


class Lexicon:
    """Words that may be read. Immutable; share one between calls and threads.

    words: any order, repeats allowed; an entry of several words gives each of them. Case and accents are folded
    (`fold`): of words that fold alike the first in the order of code points lends its spelling. Raises `InputError` for
    no words, for what is no text, and beyond a million words or 100 characters a word.
    """

    __slots__ = ("_spellings", "_tree", "words")

    words: tuple[str, ...]
    """The folded words, sorted."""

    def __init__(self, words: Iterable[str]) -> None:
        spellings: dict[str, str] = {}
        for entry in words:
            if not isinstance(entry, str):
                raise InputError(f"a lexicon holds text, not {type(entry).__name__}")
            for word in entry.split():
                if len(word) > MAX_LENGTH:
                    raise InputError(f"a word of the lexicon has {len(word)} characters; at most {MAX_LENGTH} are read")
                key = fold(word)
                spellings[key] = min(word, spellings.get(key, word))
                if len(spellings) > MAX_WORDS:
                    raise InputError(f"the lexicon has more than {MAX_WORDS:,} words; give those that may be read")
        if not spellings:
            raise InputError("the lexicon holds no words; give at least one, or no lexicon")
        self.words = tuple(sorted(spellings))
        self._spellings = spellings
        self._tree = _build(self.words)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "Lexicon":
        """Read a UTF-8 text file, one word a line; lines that begin with "# " or "#" in its head are comments.

        The head ends with the first line that is neither empty nor a comment. Raises `InputError` for a file that is
        missing, over 20 MB, not UTF-8 text, or without words.
        """
        file = Path(path)
        try:
            with file.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            raise InputError(f"the lexicon {file} cannot be read: {error}") from error
        if len(content) > MAX_BYTES:
            raise InputError(f"the lexicon {file} is larger than {MAX_BYTES // 1_000_000} MB")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"the lexicon {file} is no UTF-8 text: {error}") from error
        if "\0" in text:
            raise InputError(f"the lexicon {file} is no text: it holds NUL bytes; give one word a line")
        lines = [line.strip() for line in text.splitlines()]
        start = next((i for i, line in enumerate(lines) if line and not line.startswith("#")), len(lines))
        try:
            return cls(lines[start:])
        except InputError as error:
            raise InputError(f"{file}: {error}") from error

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and fold(word) in self._spellings

    def __repr__(self) -> str:
        return f"Lexicon({len(self.words)} words)"

    def spelling(self, folded: str) -> str:
        """How the lexicon writes one of its folded words."""
        return self._spellings[folded]

    def near(self, reading: str, *, max_edits: int = MAX_EDITS) -> tuple[str, ...]:
        """Every folded word within `max_edits` of the folded reading, in alphabetical order; equal to a full scan."""
        tree, wanted = self._tree, fold(reading)
        frontier = np.zeros(1, dtype=np.int32)
        found: list[str] = []
        while len(frontier):
            counts = tree.first[frontier + 1] - tree.first[frontier]
            is_open = (counts > 0) | (np.abs(tree.lengths[frontier] - len(wanted)) <= max_edits)
            frontier, counts = frontier[is_open], counts[is_open]
            words = tree.words[frontier]
            distances = _distances(wanted, words)
            found.extend(words[distances <= max_edits].tolist())
            ends = np.cumsum(counts)
            shifts = np.repeat(tree.first[frontier] - ends + counts, counts)
            below = np.arange(len(shifts), dtype=np.int32) + shifts
            is_near = np.abs(tree.edges[below] - np.repeat(distances, counts)) <= max_edits
            frontier = below[is_near]
        return tuple(sorted(found))


def as_lexicon(value: Any) -> Lexicon | None:
    """The lexicon that a caller's option means: None, a `Lexicon`, the path of a word list, or words."""
    if value is None or isinstance(value, Lexicon):
        return value
    if isinstance(value, str | os.PathLike):
        return Lexicon.from_file(value)
    if isinstance(value, bytes) or not isinstance(value, Iterable):
        raise InputError(f"lexicon is a Lexicon, a path or words, not {type(value).__name__}")
    return Lexicon(value)


def _distances(wanted: str, words: NDArray[Any]) -> NDArray[np.int32]:
    """Edit distance of one word from many: (N,)."""
    if not len(words):
        return np.zeros(0, dtype=np.int32)
    found: NDArray[np.int32] = process.cdist([wanted], words.tolist(), scorer=Levenshtein.distance, dtype=np.int32)[0]
    return found


def _build(words: tuple[str, ...]) -> _Tree:
    """Build the tree of sorted words; the middle one of every group is its node."""
    nodes: list[int] = []
    edges: list[int] = []
    counts: list[int] = []
    array = np.array(words, dtype=object)
    level = [(0, np.arange(len(words)))]
    while level:
        below: list[tuple[int, NDArray[np.intp]]] = []
        for edge, group in level:
            node = int(group[len(group) // 2])
            rest = group[group != node]
            distances = _distances(words[node], array[rest])
            kinds = np.unique(distances)
            below.extend((int(kind), rest[distances == kind]) for kind in kinds)
            nodes.append(node)
            edges.append(edge)
            counts.append(len(kinds))
        level = below
    first = np.cumsum([1, *counts]).astype(np.int32)
    lengths = np.array([len(words[node]) for node in nodes], dtype=np.int32)
    return _Tree(array[nodes], lengths, np.array(edges, dtype=np.int32), first)
