"""The shortest expression that the retriever maps back to one text alone.

Paper 1 and 5; the incremental algorithm of Dale and Reiter 1995.

Candidates are put together from what is surest and most useful to a listener (colour, surface, kind, size, place,
neighbours, and last the wording itself), shortest first, and each is asked of the retriever. The first that is answered
"found" with exactly this text is taken; where none is, the expression with the best margin is given and marked as not
verified.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

from whichtext.description.phrases import carrier_phrase, ink_word, kind_noun, place_phrase, unit_noun
from whichtext.types import Answer, Description, SceneContent, Text

__all__ = ["MOST_WORDS", "candidate_expressions", "describe"]

MOST_WORDS = 14
"""Longest expression in words; wording that is quoted counts."""
_MOST_TRIES = 14


def describe(content: SceneContent, ask: Callable[[str], Answer]) -> tuple[Description, ...]:
    """Describe every line of a scene, in reading order; `ask` answers a query on the same scene."""
    return tuple(describe_text(text, content, ask) for text in _lines_in_reading_order(content))


def describe_text(text: Text, content: SceneContent, ask: Callable[[str], Answer]) -> Description:
    """Find the shortest verified expression for one text, or the best that there is."""
    words = _words(text, content)
    best: Description | None = None
    for tries, expression in enumerate(candidate_expressions(text, content)):
        if tries >= _MOST_TRIES:
            break
        answer = ask(expression)
        own = max((match.score for match in answer.matches if _words(match.text, content) == words), default=0.0)
        other = max((match.score for match in answer.matches if _words(match.text, content) != words), default=0.0)
        is_verified = answer.status == "found" and answer.best is not None and _words(answer.best, content) == words
        description = Description(text=text, expression=expression, verified=is_verified, margin=own - other)
        if is_verified:
            return description
        if best is None or description.margin > best.margin:
            best = description
    assert best is not None
    return best


def candidate_expressions(text: Text, content: SceneContent) -> Iterator[str]:
    """Expressions for a text, shortest first; at least one, none twice, none longer than `MOST_WORDS`."""
    attributes = text.attributes
    noun = kind_noun(attributes) or unit_noun(text, content)
    ink, surface, bare = (
        ink_word(attributes),
        carrier_phrase(attributes.carrier),
        carrier_phrase(attributes.carrier, colour=False),
    )
    extreme = _extreme(text, content)
    place = place_phrase(attributes)
    fore = [word for word in (extreme, ink) if word]
    aft = [phrase for phrase in (f"on the {surface}" if surface else None, place) if phrase]
    if bare and bare != surface:
        aft.append(f"on the {bare}")
    neighbour = _neighbour(text, content)
    if neighbour:
        aft.append(neighbour)
    made: list[str] = []
    for size in range(1, 4):
        for before in range(min(size, len(fore)) + 1):
            for chosen in combinations(fore, before):
                for after in combinations(aft, size - before):
                    if sum(phrase.startswith("on the ") and phrase != place for phrase in after) > 1:
                        continue
                    made.append(" ".join(["the", *chosen, noun, *after]))
    made.sort(key=lambda expression: len(expression.split()))
    wording = _wording(text)
    if wording is not None:
        unit = unit_noun(text, content)
        quoted = [f'the {unit} "{wording}"', *(f'the {unit} "{wording}" {phrase}' for phrase in aft)]
        made = made[: _MOST_TRIES - 4] + quoted
    if not made:
        made = [f"the {noun}"]
    seen: set[str] = set()
    for expression in made:
        if expression not in seen and (len(expression.split()) <= MOST_WORDS or expression == made[-1]):
            seen.add(expression)
            yield expression


def _wording(text: Text) -> str | None:
    """The wording, shortened to its first words; None where nothing was read."""
    words = text.text.replace('"', "").split()
    return " ".join(words[:6]) if words else None


def _extreme(text: Text, content: SceneContent) -> str | None:
    peers = [other for other in content.texts if other.level == text.level and other.id != text.id]
    height = text.attributes.letter_height
    others = [other.attributes.letter_height for other in peers if other.attributes.letter_height is not None]
    if height is None or not others:
        return None
    if height > 1.15 * max(others):
        return "largest"
    return "smallest" if height < min(others) / 1.15 else None


def _neighbour(text: Text, content: SceneContent) -> str | None:
    """ "below the number", by the nearest text above or below that is read and short."""
    for identity, relation in ((text.attributes.below, "below"), (text.attributes.above, "above")):
        if identity is None or not 0 <= identity < len(content.texts):
            continue
        other = content.texts[identity]
        wording = _wording(other)
        if wording and len(wording.split()) <= 3 and other.score >= 0.6:
            return f'{relation} "{wording}"'
    return None


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
