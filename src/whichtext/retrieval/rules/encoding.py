"""A scene prepared for many questions: every distinct candidate as one row of plain arrays.

Letters of shapes: N candidates, K carriers, O objects, C colour names.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.patterns import PATTERN_NAMES, pattern_scores
from whichtext.types import SceneContent, Text

__all__ = ["COLOUR_NAMES", "EncodedScene", "encode"]

Floats = NDArray[np.float64]

COLOUR_NAMES = (
    "black",
    "white",
    "grey",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "gold",
    "silver",
    "mixed",
    "transparent",
)
"""Columns of colour matrices."""


@dataclass(frozen=True, slots=True)
class EncodedScene:
    """Candidates are the distinct word sets among words, lines and blocks.

    A set that several texts cover is represented by its smallest.
    """

    content: SceneContent
    ids: tuple[int, ...]
    """Text id of each candidate."""
    duplicates: tuple[int, ...]
    """Ids of texts that cover the same words as a candidate."""
    strings: tuple[str, ...]
    words: tuple[frozenset[int], ...]
    """Word ids of each candidate."""
    order: Floats
    """(N,) reading position: mean over the words' places in the reading order of the photo."""
    boxes: Floats
    """(N, 4) xyxy as fractions of the photo's width and height."""
    aspect: float
    """Width over height of the photo."""
    is_word: NDArray[np.bool_]
    is_line: NDArray[np.bool_]
    """(N,) whether the candidate is exactly one line."""
    is_block: NDArray[np.bool_]
    """(N,) whether the candidate is exactly one block."""
    n_words: Floats
    n_lines: Floats
    n_chars: Floats
    height: Floats
    """(N,) letter height as a fraction of the photo's height."""
    area: Floats
    size_rank: Floats
    """(N,) rank of the letter height among all lines, 1 largest."""
    stroke_rank: Floats
    score: Floats
    ink: Floats
    """(N, C) probabilities."""
    ground: Floats
    carrier: NDArray[np.int64]
    """(N,) carrier index, -1 where unknown."""
    patterns: Floats
    """(N, P) scores of `patterns.PATTERN_NAMES`."""
    kinds: tuple[dict[str, float], ...]
    styles: tuple[frozenset[str], ...]
    angle: Floats
    upper: Floats
    """(N,) share of letters that are capitals; 0 without letters."""
    digits: Floats
    """(N,) share of characters that are digits."""
    line_of: NDArray[np.int64]
    """(N,) candidate that is the line around it, itself for lines and blocks."""
    block_of: NDArray[np.int64]
    """(N,) candidate that is the block around it."""
    carrier_boxes: Floats
    """(K, 4)"""
    carrier_colours: Floats
    """(K, C)"""
    carrier_nouns: tuple[dict[str, float], ...]
    carrier_shapes: tuple[dict[str, float], ...]
    object_boxes: Floats
    """(O, 4)"""
    object_nouns: tuple[str, ...]
    object_scores: Floats
    object_colours: tuple[str | None, ...]

    @property
    def count(self) -> int:
        """N."""
        return len(self.ids)


def encode(content: SceneContent) -> EncodedScene:
    """Prepare what was seen in a photo."""
    words_of = _words_of(content.texts)
    keep: dict[frozenset[int], int] = {}
    duplicates: list[int] = []
    for text in content.texts:
        if words_of[text.id] in keep:
            duplicates.append(text.id)
        else:
            keep[words_of[text.id]] = text.id
    texts = [content.texts[identity] for identity in keep.values()]
    position = {words: row for row, words in enumerate(keep)}
    line_of, block_of, is_line, is_block = _surroundings(content.texts, words_of, position)
    reading = {word: place for place, word in enumerate(_reading_order(content.texts))}
    lines_in = {
        row: sum(1 for text in content.texts if text.level == "line" and words_of[text.id] <= words)
        for words, row in position.items()
    }
    scale = np.array([content.photo.width or 1, content.photo.height or 1] * 2, dtype=np.float64)
    boxes = np.array([text.box for text in texts], dtype=np.float64).reshape(-1, 4) / scale
    height = np.array([_letter_height(text) for text in texts], dtype=np.float64) / (content.photo.height or 1)
    line_rows = np.array(sorted({int(row) for row in np.flatnonzero(is_line)}), dtype=np.int64)
    return EncodedScene(
        content=content,
        ids=tuple(keep.values()),
        duplicates=tuple(duplicates),
        strings=tuple(text.text for text in texts),
        words=tuple(keep),
        order=np.array([np.mean([reading[word] for word in sorted(words)]) for words in keep], dtype=np.float64),
        boxes=boxes,
        aspect=content.photo.width / max(1, content.photo.height),
        is_word=np.array([text.level == "word" for text in texts], dtype=bool),
        is_line=is_line,
        is_block=is_block,
        n_words=np.array([len(words) for words in keep], dtype=np.float64),
        n_lines=np.array([max(1, lines_in[row]) for row in range(len(texts))], dtype=np.float64),
        n_chars=np.array([sum(not character.isspace() for character in text.text) for text in texts], dtype=np.float64),
        height=height,
        area=(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) if len(texts) else np.zeros(0),
        size_rank=_rank_among(height, line_rows),
        stroke_rank=np.array([_or(text.attributes.stroke_rank, 0.5) for text in texts], dtype=np.float64),
        score=np.array([text.score for text in texts], dtype=np.float64),
        ink=_colours([text.attributes.ink_scores for text in texts]),
        ground=_colours([text.attributes.ground_scores for text in texts]),
        carrier=np.array(
            [-1 if text.attributes.carrier is None else text.attributes.carrier.id for text in texts], dtype=np.int64
        ),
        patterns=np.array([pattern_scores(text.text) for text in texts], dtype=np.float64).reshape(
            len(texts), len(PATTERN_NAMES)
        ),
        kinds=tuple(dict(text.attributes.kind_scores) for text in texts),
        styles=tuple(frozenset(text.attributes.style) for text in texts),
        angle=np.array([_or(text.attributes.angle, 0.0) for text in texts], dtype=np.float64),
        upper=np.array([_share(text.text, str.isupper, str.isalpha) for text in texts], dtype=np.float64),
        digits=np.array([_share(text.text, str.isdigit, str.isalnum) for text in texts], dtype=np.float64),
        line_of=line_of,
        block_of=block_of,
        carrier_boxes=np.array([carrier.box for carrier in content.carriers], dtype=np.float64).reshape(-1, 4) / scale,
        carrier_colours=_colours([carrier.colour_scores for carrier in content.carriers]),
        carrier_nouns=tuple(dict(carrier.noun_scores) for carrier in content.carriers),
        carrier_shapes=tuple(dict(carrier.shape_scores) for carrier in content.carriers),
        object_boxes=np.array([item.box for item in content.objects], dtype=np.float64).reshape(-1, 4) / scale,
        object_nouns=tuple(item.noun for item in content.objects),
        object_scores=np.array([item.score for item in content.objects], dtype=np.float64),
        object_colours=tuple(item.colour for item in content.objects),
    )


def _words_of(texts: tuple[Text, ...]) -> dict[int, frozenset[int]]:
    words: dict[int, frozenset[int]] = {}
    for text in texts:  # words come before lines, lines before blocks
        words[text.id] = (
            frozenset([text.id]) if text.level == "word" else frozenset().union(*(words[part] for part in text.parts))
        )
    return words


def _surroundings(
    texts: tuple[Text, ...], words_of: dict[int, frozenset[int]], position: dict[frozenset[int], int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    count = len(position)
    line_of, block_of = np.arange(count), np.arange(count)
    is_line, is_block = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    lines = [(words_of[text.id], position[words_of[text.id]]) for text in texts if text.level == "line"]
    blocks = [(words_of[text.id], position[words_of[text.id]]) for text in texts if text.level == "block"]
    for words, row in lines:
        is_line[row] = True
        for word in words:
            line_of[position[frozenset([word])]] = row
    for words, row in blocks:
        is_block[row] = True
        for word in words:
            block_of[position[frozenset([word])]] = row
        for line_words, line_row in lines:
            if line_words <= words:
                block_of[line_row] = row
    return line_of.astype(np.int64), block_of.astype(np.int64), is_line, is_block


def _reading_order(texts: tuple[Text, ...]) -> list[int]:
    """Word ids in reading order: blocks, their lines, their words."""
    order: list[int] = []
    for text in texts:
        if text.level == "block":
            for line in text.parts:
                order.extend(texts[line].parts)
    order.extend(text.id for text in texts if text.level == "word" and text.id not in set(order))
    return order


def _letter_height(text: Text) -> float:
    if text.attributes.letter_height is not None:
        return text.attributes.letter_height
    return text.box[3] - text.box[1]


def _rank_among(values: Floats, reference: NDArray[np.int64]) -> Floats:
    """Share of the reference values that each value reaches; 1 for the largest."""
    if not len(reference):
        return np.ones_like(values)
    compared = np.sort(values[reference])
    rank: Floats = np.searchsorted(compared, values + 1e-12, side="right") / len(compared)
    return rank


def _colours(rows: list[Any]) -> Floats:
    matrix = np.zeros((len(rows), len(COLOUR_NAMES)))
    for row, scores in enumerate(rows):
        for name, probability in scores:
            if name in COLOUR_NAMES:
                matrix[row, COLOUR_NAMES.index(name)] = probability
        if not scores:
            matrix[row] = 1 / len(COLOUR_NAMES)
    return matrix


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _share(text: str, counted: Any, among: Any) -> float:
    total = [character for character in text if among(character)]
    return sum(1 for character in total if counted(character)) / len(total) if total else 0.0
