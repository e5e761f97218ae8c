"""Readings become words of a lexicon where the pixels allow it (paper 3.4: lexicon-based transcription of CRNN).

The rule, for each word of a reading:

- A word that the lexicon holds (case and accents folded), or with fewer than `MIN_LETTERS` letters and digits, stays.
- Candidates are the lexicon words within `MAX_EDITS` edits of it, and fewer edits than it has characters.
- The candidate under which the network's frames are likeliest (CTC forward algorithm over the frames of this word)
  replaces it if the natural logarithm of its likelihood lies at most `most_loss_for(size of the lexicon)` for each edit
  below that of the word as read; of equally likely ones the first in alphabetical order. The more words there are, the
  likelier one is near by chance, so the less may be lost.
- If none does, the same is tried without the signs at both ends of the word (quotes, commas, brackets), which stay.

The frames of a word are those of its line from the last separator before it (space, bullet, arrow) to the first after
it; the first and the last word of a line own the margins. A word that is changed is written as the lexicon writes it,
in capitals where everything read was in capitals; it keeps the mean score and the place of what it replaces.
"""

from collections.abc import Iterator

import numpy as np
from rapidfuzz.distance import Levenshtein

from whichtext.recognition.folding import FoldedFrames
from whichtext.recognition.lexicon import MAX_EDITS, Lexicon, fold
from whichtext.recognition.protocol import SEPARATORS, Character

__all__ = ["MIN_LETTERS", "most_loss_for", "snap_characters"]

MIN_LETTERS = 3


def most_loss_for(size: int) -> float:
    """How much less likely a word of a lexicon of `size` words may be than what was read.

    Natural logarithm, for each edit: 6 for up to 500 words, 2 for 90,000. On training words
    (`tools/fit_verification.py`) 2 is best with a generic list; with 50 and more words for each photo that hold all of
    its words 8 is, which is not taken because it changes more right readings that the list does not hold.
    """
    return float(np.clip(11.0 - 0.8 * np.log(size), 0.0, 6.0))


def snap_characters(
    characters: tuple[Character, ...],
    frames: FoldedFrames,
    lexicon: Lexicon,
    *,
    steps: float,
    most_loss: float | None = None,
) -> tuple[Character, ...]:
    """Characters of a line with its words snapped to the lexicon.

    frames: T time steps; steps: how many of them make up the length in whose fractions the characters stand. most_loss:
    natural logarithm for each edit; None for that of the lexicon's size.
    """
    if most_loss is None:
        most_loss = most_loss_for(len(lexicon))
    result: list[Character] = []
    done = 0
    for start, stop in word_spans(characters):
        result.extend(characters[done:start])
        result.extend(_snap_word(characters, start, stop, frames, lexicon, steps, most_loss))
        done = stop
    return (*result, *characters[done:])


def word_spans(characters: tuple[Character, ...]) -> Iterator[tuple[int, int]]:
    """First and last-plus-one position of each word."""
    start = 0
    for position in range(len(characters) + 1):
        if position < len(characters) and characters[position].text not in SEPARATORS:
            continue
        if position > start:
            yield start, position
        start = position + 1


def _snap_word(
    characters: tuple[Character, ...],
    start: int,
    stop: int,
    frames: FoldedFrames,
    lexicon: Lexicon,
    steps: float,
    most_loss: float,
) -> tuple[Character, ...]:
    word = characters[start:stop]
    named = [position for position in range(start, stop) if characters[position].text.isalnum()]
    if len(named) < MIN_LETTERS:
        return word
    for first, last in dict.fromkeys([(start, stop), (named[0], named[-1] + 1)]):
        read = fold("".join(character.text for character in characters[first:last]))
        if read in lexicon:
            return word
        begin = round(characters[first - 1].end * steps) if first else None
        end = round(characters[last].start * steps) if last < len(characters) else None
        best = _likeliest(read, frames.part(begin, end), lexicon, most_loss)
        if best is not None:
            return (*characters[start:first], *_written(characters[first:last], best), *characters[last:stop])
    return word


def _likeliest(read: str, frames: FoldedFrames, lexicon: Lexicon, most_loss: float) -> str | None:
    """Spelling of the likeliest candidate; None where the rule keeps the reading."""
    candidates = lexicon.near(read, max_edits=min(MAX_EDITS, len(read) - 1))
    if not candidates:
        return None
    likelihoods = frames.log_likelihoods(candidates)
    best = int(np.argmax(likelihoods))
    log_read, _ = frames.log_greedy()
    least = log_read - most_loss * Levenshtein.distance(read, candidates[best])
    if likelihoods[best] == -np.inf or likelihoods[best] < least:
        return None
    return lexicon.spelling(candidates[best])


def _written(replaced: tuple[Character, ...], word: str) -> tuple[Character, ...]:
    """A word in the place of characters: evenly spread from where they begin to where they end."""
    letters = [character.text for character in replaced if character.text.isalpha()]
    if letters and all(letter.isupper() for letter in letters):
        word = word.upper()
    score = float(np.mean([character.score for character in replaced]))
    places = np.linspace(replaced[0].start, replaced[-1].end, len(word) + 1).tolist()
    return tuple(
        Character(letter, score, begin, end) for letter, begin, end in zip(word, places[:-1], places[1:], strict=True)
    )
