"""A scene as numbers for the matcher: candidates, what surrounds them, and how candidates lie to each other.

Letters of shapes: N candidates, M surroundings (surfaces first, then things), F and S numbers of each, R numbers of a
pair. The order of the columns is part of the weights: change it and train anew.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.encoding import COLOUR_NAMES, EncodedScene
from whichtext.types import Attributes

__all__ = [
    "NAMES",
    "PAIR_WIDTH",
    "SURROUNDING_NAMES",
    "SURROUNDING_WIDTH",
    "TEXT_NAMES",
    "TEXT_WIDTH",
    "MatcherScene",
    "scene_features",
]

Floats = NDArray[np.float64]
Float32s = NDArray[np.float32]

CARRIER_NOUNS = (
    "awning", "bag", "banner", "beam", "billboard", "bin", "board", "bottle", "box", "building", "bus", "car", "card",
    "counter", "cup", "door", "emblem", "fence", "flag", "floor", "glass", "label", "machine", "page", "panel",
    "pillar", "plaque", "plate", "poster", "screen", "seal", "shelf", "shirt", "shutter", "sign", "stand", "sticker",
    "truck", "wall", "window",
)  # fmt: skip
SHAPES = (
    "arrow", "diamond", "irregular", "letters", "octagon", "oval", "rectangle", "round", "square", "strip", "triangle",
)  # fmt: skip
KINDS = (
    "address", "brand", "date", "direction", "discount", "licence plate", "logo", "menu item", "number",
    "opening hours", "other", "person name", "phone", "place name", "price", "shop name", "slogan", "street name",
    "title", "warning", "web",
)  # fmt: skip
STYLES = (
    "upper", "title", "lower", "bold", "slanted", "lit", "blurred", "cut", "3d", "vertical", "script", "outlined",
    "mirrored", "handwritten",
)  # fmt: skip
THINGS = (
    "person", "car", "chair", "tv", "handbag", "refrigerator", "train", "backpack", "truck", "bus", "clock", "suitcase",
    "stop sign", "bottle", "potted plant", "book", "dining table", "cup", "bench", "laptop", "cell phone",
    "motorcycle", "bicycle", "traffic light", "umbrella", "dog", "bird", "parking meter", "fire hydrant",
)  # fmt: skip
"""Things that stand beside text often enough to be learned; others count as things without a name."""
MOST_THINGS = 12

NAMES: tuple[tuple[str, ...], ...] = (COLOUR_NAMES, COLOUR_NAMES, KINDS, STYLES, CARRIER_NOUNS, COLOUR_NAMES, SHAPES)
"""Words behind the first columns of a candidate: ink, ground, kind, style; noun, colour and shape of its surface."""
TEXT_NAMES = tuple(name for names in NAMES for name in names)
SURROUNDING_NAMES = (*CARRIER_NOUNS, *COLOUR_NAMES, *SHAPES, *THINGS)
"""Words behind the first columns of a surrounding."""


@dataclass(frozen=True, slots=True)
class MatcherScene:
    """Everything that does not depend on the query."""

    texts: Float32s
    """(N, F)"""
    surroundings: Float32s
    """(M, S)"""
    pairs: Float32s
    """(N, N + M, R) of each candidate to each other one and to the surroundings."""


def scene_features(scene: EncodedScene) -> MatcherScene:
    """Numbers about every candidate and every surrounding of a scene."""
    surrounding_boxes = np.concatenate([scene.carrier_boxes, scene.object_boxes[_clearest(scene)]])
    return MatcherScene(
        texts=_texts(scene),
        surroundings=_surroundings(scene),
        pairs=_pairs(scene, surrounding_boxes),
    )


def _clearest(scene: EncodedScene) -> NDArray[np.int64]:
    """Rows of the things that are seen most clearly."""
    return np.argsort(-scene.object_scores, kind="stable")[:MOST_THINGS]


def _texts(scene: EncodedScene) -> Float32s:
    attributes = [scene.content.texts[identity].attributes for identity in scene.ids]
    carriers = [one.carrier for one in attributes]
    boxes = scene.boxes
    named = [
        scene.ink,
        scene.ground,
        _named([kinds.items() for kinds in scene.kinds], KINDS),
        np.array([[float(name in styles) for name in STYLES] for styles in scene.styles]).reshape(-1, len(STYLES)),
        _named([() if one is None else one.noun_scores for one in carriers], CARRIER_NOUNS),
        _named([() if one is None else one.colour_scores for one in carriers], COLOUR_NAMES),
        _named([() if one is None else one.shape_scores for one in carriers], SHAPES),
    ]
    frames = [_within(boxes, scene, frame) for frame in ("carrier", "block", "line")]
    turn = np.radians(scene.angle)
    columns = [
        *_box_columns(boxes, scene.aspect),
        np.log(scene.height + 1e-3),
        scene.size_rank,
        scene.stroke_rank,
        _rank(scene.order),
        _rank(boxes[:, 0] + boxes[:, 2]),
        _rank(boxes[:, 1] + boxes[:, 3]),
        _rank(scene.area),
        scene.is_word,
        scene.is_line,
        scene.is_block,
        scene.is_word & ~scene.is_line,
        np.log(scene.n_words),
        np.log(scene.n_lines),
        np.log1p(scene.n_chars),
        scene.n_chars == 0,
        scene.upper,
        scene.digits,
        np.sin(turn),
        np.cos(turn),
        scene.score,
        np.full(scene.count, np.log(max(1, scene.count))),
        np.full(scene.count, np.log1p(len(scene.carrier_boxes))),
        *np.clip(scene.patterns.T, 0, 1),
        *_lab_columns(attributes),
        *(column for frame in frames for column in frame),
        *_places_in(scene),
    ]
    return np.concatenate([*named, _columns(columns, scene.count)], axis=1).astype(np.float32)


def _surroundings(scene: EncodedScene) -> Float32s:
    chosen = _clearest(scene)
    surfaces, things = len(scene.carrier_boxes), len(chosen)
    nouns = [scene.object_nouns[row] for row in chosen]
    on_it = np.array([float((scene.carrier == row).sum()) for row in range(surfaces)])
    colours = [[(scene.object_colours[row], 1.0)] if scene.object_colours[row] else [] for row in chosen]
    named = np.concatenate(
        [
            np.concatenate(
                [
                    _named([one.items() for one in scene.carrier_nouns], CARRIER_NOUNS),
                    scene.carrier_colours,
                    _named([one.items() for one in scene.carrier_shapes], SHAPES),
                    np.zeros((surfaces, len(THINGS))),
                ],
                axis=1,
            ),
            np.concatenate(
                [
                    np.zeros((things, len(CARRIER_NOUNS))),
                    _named(colours, COLOUR_NAMES),
                    np.zeros((things, len(SHAPES))),
                    _named([[(noun, 1.0)] for noun in nouns], THINGS),
                ],
                axis=1,
            ),
        ]
    )
    boxes = np.concatenate([scene.carrier_boxes, scene.object_boxes[chosen]])
    columns = [
        *_box_columns(boxes, scene.aspect),
        np.concatenate([np.ones(surfaces), np.zeros(things)]),
        np.concatenate([np.ones(surfaces), scene.object_scores[chosen]]),
        np.concatenate([np.log1p(on_it), np.zeros(things)]),
    ]
    return np.concatenate([named, _columns(columns, surfaces + things)], axis=1).astype(np.float32)


def _pairs(scene: EncodedScene, surrounding_boxes: Floats) -> Float32s:
    """How candidates lie to each other and to the surroundings: (N, N + M, R)."""
    count, others = scene.count, len(surrounding_boxes)
    boxes = np.concatenate([scene.boxes, surrounding_boxes]) * np.array([scene.aspect, 1.0] * 2)
    own = boxes[:count]
    size, own_size = np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-4), np.maximum(own[:, 2:] - own[:, :2], 1e-4)
    centre, own_centre = (boxes[:, :2] + boxes[:, 2:]) / 2, (own[:, :2] + own[:, 2:]) / 2
    step = centre[None] - own_centre[:, None]
    unit = np.maximum(np.sqrt(own_size.min(axis=1)[:, None] * 0.05), 1e-3)[:, None]
    low, high = np.maximum(boxes[None, :, :2], own[:, None, :2]), np.minimum(boxes[None, :, 2:], own[:, None, 2:])
    overlap = np.clip(high - low, 0, None)
    gap = np.clip(low - high, 0, None)
    common = overlap.prod(axis=-1)
    ratio = np.log(size[None] / own_size[:, None])
    numbers = np.stack(
        [
            *np.tanh(step / 0.5).transpose(2, 0, 1),
            *np.tanh(step / (4 * unit)).transpose(2, 0, 1),
            *np.clip(ratio / 3, -1, 1).transpose(2, 0, 1),
            np.exp(-np.hypot(gap[..., 0], gap[..., 1]) / 0.1),
            common / own_size.prod(axis=1)[:, None],
            common / size.prod(axis=1)[None],
            overlap[..., 0] / np.minimum(own_size[:, None, 0], size[None, :, 0]),
            overlap[..., 1] / np.minimum(own_size[:, None, 1], size[None, :, 1]),
        ],
        axis=-1,
    )
    same = np.zeros((count, count + others, 5))
    words = scene.words
    same[:, :count, 0] = scene.line_of[:, None] == scene.line_of[None]
    same[:, :count, 1] = scene.block_of[:, None] == scene.block_of[None]
    same[:, :count, 2] = (scene.carrier[:, None] == scene.carrier[None]) & (scene.carrier >= 0)[:, None]
    same[:, :count, 3] = np.array([[one <= other for other in words] for one in words]).reshape(count, count)
    same[:, :count, 4] = np.tanh((scene.order[None] - scene.order[:, None]) / 3)
    surfaces = np.arange(len(scene.carrier_boxes))
    same[:, count : count + len(surfaces), 2] = scene.carrier[:, None] == surfaces[None]
    return np.concatenate([numbers, same], axis=-1).astype(np.float32)


def _box_columns(boxes: Floats, aspect: float) -> list[Floats]:
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return [
        boxes[:, 0] * 2 - 1,
        boxes[:, 1] * 2 - 1,
        boxes[:, 2] * 2 - 1,
        boxes[:, 3] * 2 - 1,
        boxes[:, 0] + boxes[:, 2] - 1,
        boxes[:, 1] + boxes[:, 3] - 1,
        np.log(width + 1e-3),
        np.log(height + 1e-3),
        np.log((width * aspect + 1e-3) / (height + 1e-3)),
    ]


def _within(boxes: Floats, scene: EncodedScene, frame: str) -> list[Floats]:
    """Where each candidate stands in its surface, block or line: centre, and share of the sides that it takes."""
    if frame == "carrier":
        around = boxes.copy()
        has = scene.carrier >= 0
        around[has] = scene.carrier_boxes[scene.carrier[has]]
    else:
        around = boxes[scene.block_of if frame == "block" else scene.line_of]
    size = np.maximum(around[:, 2:] - around[:, :2], 1e-4)
    centre = ((boxes[:, :2] + boxes[:, 2:]) / 2 - around[:, :2]) / size
    share = (boxes[:, 2:] - boxes[:, :2]) / size
    return [*(np.clip(centre, 0, 1) * 2 - 1).T, *np.clip(share, 0, 1).T]


def _places_in(scene: EncodedScene) -> list[Floats]:
    """Position in reading order, from the start and from the end, of a word in its line and of a line in its block."""
    columns = []
    for groups, members in ((scene.line_of, scene.is_word), (scene.block_of, scene.is_line)):
        first, last, many = np.zeros(scene.count), np.zeros(scene.count), np.zeros(scene.count)
        for group in np.unique(groups[members]):
            rows = np.flatnonzero(members & (groups == group))
            ordered = rows[np.argsort(scene.order[rows], kind="stable")]
            first[ordered] = 1 / (1 + np.arange(len(ordered)))
            last[ordered] = first[ordered[::-1]]
            many[ordered] = np.log(len(ordered))
        columns += [first, last, many]
    return columns


def _lab_columns(attributes: list[Attributes]) -> Floats:
    labs = [
        [*(one.ink_lab or (50.0, 0.0, 0.0)), *(one.ground_lab or (50.0, 0.0, 0.0)), float(one.ink_lab is not None)]
        for one in attributes
    ]
    scaled = np.array(labs).reshape(-1, 7) / np.array([50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 1.0])
    columns: Floats = scaled.T
    return columns


def _rank(values: Floats) -> Floats:
    """Share of the other values that are below: (N,) in [0, 1]."""
    below: Floats = (values[:, None] > values[None] + 1e-12).sum(axis=1) / max(1, len(values) - 1)
    return below


def _named(rows: list[Any], names: tuple[str, ...]) -> Floats:
    """Probabilities of some names, one row each."""
    matrix = np.zeros((len(rows), len(names)))
    place = {name: column for column, name in enumerate(names)}
    for row, scores in enumerate(rows):
        for name, probability in scores:
            if name in place:
                matrix[row, place[name]] = probability
    return matrix


def _columns(columns: list[Any], count: int) -> Floats:
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1).reshape(count, len(columns))


_PATTERNS = 19
TEXT_WIDTH = len(TEXT_NAMES) + 9 + 22 + _PATTERNS + 7 + 12 + 6
SURROUNDING_WIDTH = len(SURROUNDING_NAMES) + 9 + 3
PAIR_WIDTH = 16
