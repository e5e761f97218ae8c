"""From the order of the candidates to an answer, the same for every retriever."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.encoding import EncodedScene
from whichtext.retrieval.rules.question import question_for
from whichtext.types import Answer, Match, Status, Text

__all__ = ["NO_TEXT", "answer_of", "nothing_there", "rival_texts", "whole_of"]

NO_TEXT = "no text was found in the photo"
"""The note of an answer on a scene without texts."""

_MOST_RIVALS = 3
_LIKE_ITS_PARTS = 0.4
"""A text is meant instead of two of its parts where it is at least this likely beside the better one."""
_LIKE_THE_BEST = 0.5
"""A further rival is named where it is at least this likely beside the first one."""


def answer_of(
    query: str,
    status: Status,
    scene: EncodedScene,
    order: NDArray[np.integer],
    likely: NDArray[np.floating],
    *,
    none: float,
    rivals: Sequence[Text],
    notes: tuple[str, ...],
    top_k: int,
) -> Answer:
    """The answer to a query.

    order: (N,) rows of the candidates, most probable first; likely: (N,) their probabilities. Texts that cover the same
    words as a candidate stand at the end with 0. rivals: of an ambiguous query, in reading order.
    """
    ranked = [scene.content.texts[scene.ids[row]] for row in order]
    matches = [Match(text, float(likely[row])) for text, row in zip(ranked, order, strict=True)]
    matches += [Match(scene.content.texts[identity], 0.0) for identity in scene.duplicates]
    is_ambiguous = status == "ambiguous"
    return Answer(
        query=query,
        status=status,
        best=None if status == "none" else ranked[0],
        matches=tuple(matches[:top_k]),
        none_score=none,
        question=question_for(tuple(rivals), scene.content) if is_ambiguous else None,
        rivals=tuple(rivals) if is_ambiguous else (),
        notes=notes,
    )


def nothing_there(query: str) -> Answer:
    """The answer where the scene has no text."""
    return Answer(query=query, status="none", best=None, matches=(), none_score=1.0, notes=(NO_TEXT,))


def rival_texts(
    scene: EncodedScene, order: NDArray[np.int64], likely: NDArray[np.float64], first: int
) -> tuple[Text, ...]:
    """The texts between which a query does not decide, in reading order: the best one, its first rival, and more.

    order: (N,) rows, most probable first; likely: (N,) probabilities; first: row of the first rival.
    """
    chosen = [int(order[0]), first]
    for row in order[1:]:
        is_apart = all(scene.words[row].isdisjoint(scene.words[other]) for other in chosen)
        if len(chosen) < _MOST_RIVALS and is_apart and likely[row] >= _LIKE_THE_BEST * likely[first]:
            chosen.append(int(row))
    chosen.sort(key=lambda row: (scene.order[row], row))
    return tuple(scene.content.texts[scene.ids[row]] for row in chosen)


def whole_of(scene: EncodedScene, likely: NDArray[np.float64], best: int, rival: int) -> int | None:
    """The smallest text that holds both of two rivals, where the query may mean it; None where there is none.

    "The number" fits both halves of a phone number: then all of it is meant. likely: (N,) probabilities.
    """
    both = scene.words[best] | scene.words[rival]
    holding = [
        row for row in range(scene.count) if scene.words[row] >= both and likely[row] >= _LIKE_ITS_PARTS * likely[best]
    ]
    return min(holding, key=lambda row: (len(scene.words[row]), -likely[row]), default=None)
