"""From the order of the candidates to an answer, the same for every retriever."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.encoding import EncodedScene
from whichtext.retrieval.rules.question import question_for
from whichtext.types import Answer, Match, Status, Text

__all__ = ["answer_of"]


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
