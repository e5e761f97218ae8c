"""The shortest expression that means one text alone.

Paper 1 and 5; the incremental algorithm of Dale and Reiter 1995, with a listener.

Candidates are put together from what is surest and most useful to a listener (colour, surface, kind, size, place,
neighbours, and last the wording itself), shortest first. A candidate has two tests to pass: by what was seen, every
other text contradicts it somewhere; and the retriever, asked with it, answers "found" with exactly this text. Where
none passes both, the expression with the best margin is given and marked as not verified. A second retriever that was
trained apart is asked, too: among the candidates that pass, those that it understands come first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from whichtext.description.properties import Floats, Property, fitting_nouns, properties_of, wording_of
from whichtext.types import Answer, Description, SceneContent, Text

__all__ = ["MOST_WORDS", "Candidate", "candidate_expressions", "describe"]

MOST_WORDS = 14
"""Longest expression in words; wording that is quoted counts."""
Ask = Callable[[str], Answer]

_MOST_TRIES = 16
_MOST_PROPERTIES = 3
_RULED_OUT = 0.3
"""A text that an expression fits no better than this is not meant by it."""
_QUOTED = 6
"""Words that quoting is counted as: to name the wording tells a listener least about where to look."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expression that may be said of a text."""

    expression: str
    effort: int
    """Words, and what quoted wording counts for beyond its words."""
    rival: float
    """How far it fits the peer that it fits best, in [0, 1]."""

    @property
    def is_unique(self) -> bool:
        """Whether it rules out every other text."""
        return self.rival <= _RULED_OUT


def describe(content: SceneContent, ask: Ask, *, second: Ask | None = None) -> tuple[Description, ...]:
    """Describe every line of a scene, in reading order.

    `ask` answers a query on the same scene; so does `second`, a retriever that was trained apart, if there is one.
    """
    return tuple(describe_text(text, content, ask, second=second) for text in _lines_in_reading_order(content))


def describe_text(text: Text, content: SceneContent, ask: Ask, *, second: Ask | None = None) -> Description:
    """Find the shortest expression for one text that both understand, else that `ask` does, or the best there is.

    What the second listener understands is tried first; it decides nothing alone.
    """
    words = _words(text, content)

    def is_found(answer: Answer) -> bool:
        return answer.status == "found" and answer.best is not None and _words(answer.best, content) == words

    def is_first(answer: Answer) -> bool:
        return bool(answer.matches) and _words(answer.matches[0].text, content) == words

    def best_heard_first() -> Iterator[tuple[Candidate, bool]]:
        """Candidates, and whether the second listener finds the text: those first, then those it guesses, then others.

        The second listener is asked only as far as candidates are taken.
        """
        others: list[tuple[bool, Candidate]] = []
        for one in islice(candidate_expressions(text, content), _MOST_TRIES):
            answer = second(one.expression) if second is not None and one.is_unique else None
            if answer is not None and is_found(answer):
                yield one, True
            else:
                others.append((answer is None or not is_first(answer), one))
        for _, one in sorted(others, key=lambda other: other[0]):  # stable: the shortest comes first
            yield one, False

    best: Description | None = None
    for candidate, is_seconded in best_heard_first():
        answer = ask(candidate.expression)
        own = max((match.score for match in answer.matches if _words(match.text, content) == words), default=0.0)
        other = max((match.score for match in answer.matches if _words(match.text, content) != words), default=0.0)
        is_verified = candidate.is_unique and is_found(answer)
        description = Description(
            text=text,
            expression=candidate.expression,
            verified=is_verified,
            margin=own - other,
            seconded=is_seconded,
        )
        if is_verified:
            return description
        if best is None or description.margin > best.margin:
            best = description
    assert best is not None
    return best


def candidate_expressions(text: Text, content: SceneContent) -> Iterator[Candidate]:
    """Expressions for a text: those that rule out all others first, then by effort; at least one, none twice.

    None is longer than `MOST_WORDS`, unless the text has nothing shorter.
    """
    peers = [other for other in content.texts if other.level == text.level and other.id != text.id]
    candidates = [*_plain(text, peers, content), *_quoting(text, peers, content)]
    short = [candidate for candidate in candidates if len(candidate.expression.split()) <= MOST_WORDS]
    seen: set[str] = set()
    for candidate in sorted(short or candidates[:1], key=lambda one: (not one.is_unique, one.effort)):
        if candidate.expression not in seen:
            seen.add(candidate.expression)
            yield candidate


def _plain(text: Text, peers: Sequence[Text], content: SceneContent) -> Iterator[Candidate]:
    """Noun with up to three properties of different topics."""
    properties = properties_of(text, peers, content)
    for noun, noun_fits in fitting_nouns(text, peers, content):
        for size in range(_MOST_PROPERTIES + 1):
            for chosen in combinations(properties, size):
                if len({one.topic for one in chosen}) == size:
                    yield _candidate(noun, noun_fits, chosen)


def _quoting(text: Text, peers: Sequence[Text], content: SceneContent) -> Iterator[Candidate]:
    """Noun with the wording, and with one property where several texts say the same."""
    wording = wording_of(text, peers)
    if wording is None:
        return
    said, same = wording
    noun = f'{fitting_nouns(text, peers, content)[-1][0]} "{said}"'
    yield _candidate(noun, same, (), extra=_QUOTED)
    for one in properties_of(text, peers, content):
        if one.place == "aft":
            yield _candidate(noun, same, (one,), extra=_QUOTED)


def _candidate(noun: str, noun_fits: Floats, chosen: Sequence[Property], *, extra: int = 0) -> Candidate:
    fore = [one.words for one in chosen if one.place == "fore"]
    aft = [one.words for one in chosen if one.place == "aft"]
    expression = " ".join(["the", *sorted(fore, key=lambda word: not word.endswith("est")), noun, *aft])
    fits = np.prod([noun_fits, *(one.fits for one in chosen)], axis=0)
    quotes = _QUOTED // 2 if any(one.topic == "neighbour" for one in chosen) else 0
    return Candidate(expression, len(expression.split()) + extra + quotes, float(fits.max(initial=0.0)))


def _lines_in_reading_order(content: SceneContent) -> list[Text]:
    ordered: list[Text] = []
    for text in content.texts:
        if text.level == "block":
            ordered.extend(content.texts[line] for line in text.parts)
    done = {text.id for text in ordered}
    ordered.extend(text for text in content.texts if text.level == "line" and text.id not in done)
    return ordered


def _words(text: Text, content: SceneContent) -> frozenset[int]:
    if text.level == "word":
        return frozenset([text.id])
    words: frozenset[int] = frozenset()
    for part in text.parts:
        words |= _words(content.texts[part], content)
    return words
