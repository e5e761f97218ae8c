"""What the learned judgements look at, as numbers.

Colours, geometry, wording, surface, objects and the look of the neighbourhood.

Every function gives one row a text line (or word). The order of the columns is part of the weight files: change it and
train anew.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.context.carriers import Surface, Surroundings
from whichtext.context.colours import InkAndGround, name_by_reference
from whichtext.context.kinds import wording_features
from whichtext.types import SceneObject

__all__ = [
    "OBJECT_NOUNS",
    "colour_features",
    "geometry_features",
    "object_features",
    "photo_features",
    "surface_features",
    "wording_rows",
]

Floats = NDArray[np.floating[Any]]
Float32s = NDArray[np.float32]

OBJECT_NOUNS = (
    "person", "car", "bus", "truck", "bottle", "tv", "book", "clock", "stop sign", "traffic light", "train", "laptop",
    "cell phone", "refrigerator", "chair", "handbag", "potted plant", "cup", "bench", "umbrella",
)  # fmt: skip
"""Objects that say something about a carrier."""


def photo_features(lab: Float32s) -> Float32s:
    """Light of the whole photo, from its small copy (h, w, 3): (23,).

    Quantiles of L*a*b*, mean of the brightest, chroma.
    """
    pixels = lab[::2, ::2].reshape(-1, 3)
    quantiles = np.percentile(pixels, [5, 25, 50, 75, 95, 99], axis=0)
    chroma = np.hypot(pixels[:, 1], pixels[:, 2])
    brightest = pixels[pixels[:, 0] >= np.percentile(pixels[:, 0], 95)].mean(axis=0)
    return np.concatenate([quantiles.ravel(), brightest, [chroma.mean(), np.percentile(chroma, 90)]]).astype(np.float32)


def colour_features(
    colours: InkAndGround,
    quantiles: Float32s,
    heights: Floats,
    photo: Float32s,
    units: Sequence[Sequence[int]],
    weights: Floats,
) -> Float32s:
    """Colours of texts made of words, (N, C).

    colours, quantiles (W, 15), heights (W,) and weights (W,) have one row a word; units: word positions of each text.
    """
    base = np.concatenate(
        [
            colours.ink,
            colours.ground,
            colours.ink_mean,
            colours.rim,
            colours.ink - colours.ground,
            colours.ink_share[:, None],
            colours.rim_share[:, None],
            colours.contrast[:, None],
            colours.spread,
            quantiles,
        ],
        axis=1,
    ).astype(np.float64)
    rows = np.array([np.average(base[list(unit)], axis=0, weights=weights[list(unit)]) for unit in units])
    tall = np.array([np.log(np.maximum(heights[list(unit)].mean(), 1)) for unit in units])
    ink, ground, rim, step = rows[:, 0:3], rows[:, 3:6], rows[:, 9:12], rows[:, 12:15]
    brightest = photo[18:21]
    derived = [
        *(column for colour in (ink, ground, rim, step) for column in _hue(colour)),
        ink - brightest,
        ground - brightest,
        (ink[:, :1] / max(float(brightest[0]), 10.0)),
        (ground[:, :1] / max(float(brightest[0]), 10.0)),
        name_by_reference(ink),
        name_by_reference(ground),
    ]
    everywhere = np.repeat(photo[None], len(rows), axis=0)
    return np.concatenate([rows, *derived, everywhere, tall[:, None]], axis=1).astype(np.float32)


def _hue(lab: Floats) -> list[Floats]:
    """Chroma and the direction of the hue of (N, 3): three columns (N, 1)."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    return [chroma[:, None], (lab[:, 1] / np.maximum(chroma, 1))[:, None], (lab[:, 2] / np.maximum(chroma, 1))[:, None]]


def geometry_features(
    quads: Floats, heights: Floats, words: Sequence[int], letters: Sequence[int], size: tuple[int, int]
) -> Float32s:
    """Where and how large lines are: (N, 15).

    quads: (N, 4, 2); heights: (N,); number of words and of letters; size: (width, height).
    """
    width, height = size
    low, high = quads.min(axis=1), quads.max(axis=1)
    centre = (low + high) / 2 / np.array([width, height])
    direction = quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]
    angle = np.arctan2(direction[:, 1], direction[:, 0])
    length = np.linalg.norm(direction, axis=1) / 2
    tall = np.maximum(heights, 1)
    columns = [
        np.log(tall / height),
        np.log(np.maximum(high[:, 0] - low[:, 0], 1) / width),
        centre[:, 0],
        centre[:, 1],
        np.abs(centre[:, 0] - 0.5),
        np.log(np.maximum(length, 1) / tall),
        np.cos(angle),
        np.sin(angle),
        np.abs(np.sin(angle)),
        (tall[None] > tall[:, None]).mean(axis=1),
        tall / tall.max(),
        np.asarray(words, dtype=np.float64),
        np.full(len(quads), np.log1p(len(quads))),
        np.full(len(quads), width / height),
        np.asarray(letters) * tall / np.maximum(length, 1),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def wording_rows(strings: Sequence[str]) -> Float32s:
    """What the wording shows, (N, K)."""
    return np.array([wording_features(string) for string in strings], dtype=np.float32)


def object_features(objects: Sequence[SceneObject], quads: Floats) -> Float32s:
    """Objects that a line lies in, and those in the photo: (N, 2 · number of `OBJECT_NOUNS`)."""
    low, high = quads.min(axis=1), quads.max(axis=1)
    rows = np.zeros((len(quads), 2 * len(OBJECT_NOUNS)), dtype=np.float32)
    area = np.maximum((high - low).prod(axis=1), 1)
    for thing in objects:
        if thing.noun not in OBJECT_NOUNS:
            continue
        column = OBJECT_NOUNS.index(thing.noun)
        shared = np.clip(np.minimum(high, thing.box[2:]) - np.maximum(low, thing.box[:2]), 0, None).prod(axis=1)
        rows[:, column] = np.maximum(rows[:, column], thing.score * shared / area)
        rows[:, len(OBJECT_NOUNS) + column] = np.maximum(rows[:, len(OBJECT_NOUNS) + column], thing.score)
    return rows


def surface_features(
    around: Surroundings,
    surfaces: Sequence[Surface],
    members: Sequence[Sequence[int]],
    quads: Floats,
    heights: Floats,
    grounds: Floats,
) -> Float32s:
    """The carrier of every line: (N, 21).

    members[k] are the lines on surfaces[k]; quads: (N, 4, 2); heights: (N,); grounds: (N, 3).
    """
    rows = np.zeros((len(quads), 21), dtype=np.float32)
    photo_height, photo_width = around.lab.shape[0] / around.down, around.lab.shape[1] / around.across
    for surface, lines in zip(surfaces, members, strict=True):
        group = list(lines)
        width = max(surface.box[2] - surface.box[0], 1.0)
        height = max(surface.box[3] - surface.box[1], 1.0)
        low, high = quads[group].min(axis=(0, 1)), quads[group].max(axis=(0, 1))
        blank = surface.mask & ~around.seeds[group].any(axis=0)
        own = _some_under(blank, around.lab)
        own = own if len(own) else grounds[group].astype(np.float32)
        outside = _some_under(_ring(surface.mask), around.lab)
        outside = outside if len(outside) else own
        middle, beside = np.median(own, axis=0), np.median(outside, axis=0)
        shared = [
            np.log(width / photo_width),
            np.log(height / photo_height),
            np.log(width / height),
            surface.fill,
            surface.border,
            len(group),
            *middle,
            *own.std(axis=0),
            *beside,
            np.linalg.norm(middle - beside),
            (high[0] - low[0]) / width,
            (high[1] - low[1]) / height,
            blank.sum() / max(surface.mask.sum(), 1),
        ]
        for line in group:
            rows[line, :19] = shared
            rows[line, 19] = np.log(max(float(heights[line]), 1.0) / height)
            rows[line, 20] = (quads[line, :, 1].mean() - surface.box[1]) / height
    return rows


def _some_under(mask: NDArray[np.bool_], lab: Float32s) -> Float32s:
    """Pixels of lab (h, w, 3) under a mask (h, w), evenly taken, at most about 2,000: (P, 3)."""
    places = np.flatnonzero(mask)
    return lab.reshape(-1, 3)[places[:: max(1, len(places) // 2000)]]


def _ring(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels one to three beyond a mask (h, w)."""
    grown = mask
    for _ in range(3):
        wider = grown.copy()
        wider[1:] |= grown[:-1]
        wider[:-1] |= grown[1:]
        wider[:, 1:] |= grown[:, :-1]
        wider[:, :-1] |= grown[:, 1:]
        grown = wider
    return grown & ~mask
