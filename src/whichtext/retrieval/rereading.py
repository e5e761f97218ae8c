"""A wording that is asked for, and was read badly, is looked for in the pixels (paper 3.4: verification of retrieval).

"The word SALE" fits no text where "5A1E" was read. Before the question is answered, the few regions whose reading is
most like the wording are read again: not for what they say best, but for how likely they say this. Where that is likely
enough, the question is answered as if it had been read. Nothing is read again where no wording is asked for, or where a
text has it; strings that were given with a score of 1 are not doubted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from whichtext.retrieval.rules.expression import Phrase
from whichtext.retrieval.rules.parser import parse
from whichtext.retrieval.rules.tokens import check_query
from whichtext.retrieval.rules.wording import contains
from whichtext.types import Answer, Match, Polygon, SceneContent, Text, Verification

__all__ = ["Rereading", "as_read", "reread", "wordings"]

MATCHED = 0.9
"""Likeness of a wording to a part of a reading from which on it was read well enough."""
LIKELY = 0.7
"""Probability of a wording from which on a text is taken to say it.

More than for a bare verification: a false one would answer a question with the wrong text.
"""
LEAST_LIKE = 0.4
"""The same, below which a reading is too unlike the wording to be a bad one of it: "S" for "SALE"."""
SHORTEST = 3
"""Letters and digits: too many places could say less."""
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Rereading:
    """A scene in which badly read texts say what was asked for."""

    content: SceneContent
    notes: tuple[str, ...]
    """What was taken for what, for the answer."""


def reread(content: SceneContent, query: str, verify: Callable[[SceneContent, str], Verification]) -> Rereading | None:
    """The scene with the wordings of a query where they are likely to stand; None where there is nothing to change.

    verify: how likely a string stands somewhere in such a scene, and where. Raises `BadQuery` for an empty or overlong
    query.
    """
    changed, notes = content, []
    for wording in dict.fromkeys(wordings(query)):
        size = sum(char.isalnum() for char in wording)
        if not SHORTEST <= size <= LONGEST or any(contains(wording, text.text) >= MATCHED for text in content.texts):
            continue
        verification = verify(changed, wording)
        if verification.probability < LIKELY or verification.text is None or verification.polygon is None:
            continue
        if verification.text.score < 1.0 and contains(wording, verification.text.text) >= LEAST_LIKE:
            before = verification.text.text
            changed = _with_wording(changed, verification.text, verification.polygon, wording)
            notes.append(
                f"{wording!r} was read as {before!r}; it stands there with a probability of"
                f" {verification.probability:.2f}"
            )
    return Rereading(changed, tuple(notes)) if notes else None


def as_read(answer: Answer, content: SceneContent, notes: tuple[str, ...]) -> Answer:
    """An answer on the changed scene, with the texts as they were read, and what was taken for what."""
    return replace(
        answer,
        best=None if answer.best is None else content.texts[answer.best.id],
        matches=tuple(Match(content.texts[match.text.id], match.score) for match in answer.matches),
        rivals=tuple(content.texts[rival.id] for rival in answer.rivals),
        notes=(*answer.notes, *notes),
    )


def wordings(query: str) -> tuple[str, ...]:
    """The strings that a query names literally: of the text that is meant, and of those it is placed by."""
    parsed = parse(check_query(query))
    found = tuple(wording for phrase in _phrases(parsed.phrase) for wording in phrase.wording)
    if not found and " ".join(parsed.unknown).casefold() == " ".join(query.split()).casefold():
        return (query,)  # nothing of it was understood: it is a string by itself
    return found


def _phrases(phrase: Phrase) -> Iterator[Phrase]:
    yield phrase
    for relation in phrase.relations:
        for anchor in relation.anchors:
            yield from _phrases(anchor)


def _with_wording(content: SceneContent, text: Text, polygon: Polygon, wording: str) -> SceneContent:
    """The scene in which the part of a text within a polygon says a wording.

    So do the lines and blocks that it is a part of. text: a word, or a line of which the polygon is all or a run of as
    many words as the wording has.
    """
    strings = {other.id: other.text for other in content.texts}
    strings[text.id] = wording
    pieces = wording.split()
    is_replaced = {text.id}
    if text.parts:
        starts = [place for place, part in enumerate(text.parts) if content.texts[part].polygon[0] == polygon[0]]
        start = starts[0] if starts else 0
        if start + len(pieces) <= len(text.parts):
            strings.update(zip(text.parts[start : start + len(pieces)], pieces, strict=True))
            is_replaced = set()
    for whole in content.texts:  # words come before lines, lines before blocks
        if whole.parts and whole.id not in is_replaced:
            joint = " " if whole.level == "line" else "\n"
            strings[whole.id] = joint.join(strings[part] for part in whole.parts if strings[part])
    return replace(content, texts=tuple(replace(other, text=strings[other.id]) for other in content.texts))
