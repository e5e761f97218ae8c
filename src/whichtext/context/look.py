"""A first look at a photo and its words: everything that pixels, geometry and wording give, before anything is judged.

The engine and the training script both take their numbers from here, so that they cannot drift apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.context.carriers import Surface, Surroundings, grow_surfaces, join_lines, outline, pair_features
from whichtext.context.colours import InkAndGround, rgb_to_lab, sample_patches, separate_ink, stroke_widths
from whichtext.context.features import (
    colour_features,
    geometry_features,
    object_features,
    photo_features,
    surface_features,
    wording_rows,
)
from whichtext.feature_maps import FeatureMaps, pool_boxes, pool_masks
from whichtext.geometry import min_area_quad, order_quad
from whichtext.types import Polygon, SceneObject

__all__ = [
    "Look",
    "as_quads",
    "first_look",
    "line_rows",
    "meaning_rows",
    "measured_rows",
    "seen_rows",
    "surfaces_of",
    "wordings",
]

Floats = NDArray[np.floating[Any]]
Float32s = NDArray[np.float32]

AROUND = 2.0
"""How far, in letter heights, the neighbourhood of a line reaches for the feature trunk."""


@dataclass(frozen=True, slots=True)
class Look:
    """Measured, not judged: W words, N lines."""

    size: tuple[int, int]
    """(width, height) of the photo."""
    lines: tuple[tuple[int, ...], ...]
    word_quads: Floats
    """(W, 4, 2)"""
    line_quads: Floats
    """(N, 4, 2)"""
    word_heights: Floats
    """(W,) letter heights in pixels"""
    line_heights: Floats
    """(N,)"""
    areas: Floats
    """(W,) square pixels, at least 1"""
    colours: InkAndGround
    """of words"""
    strokes: Float32s
    """(W,) pixels"""
    inks: Floats
    """(N, 3) L*a*b* of lines"""
    grounds: Floats
    """(N, 3)"""
    word_colour_rows: Float32s
    """(W, C) `features.colour_features` of every word"""
    line_colour_rows: Float32s
    """(N, C)"""
    light: Float32s
    """(23,) `features.photo_features`"""
    around: Surroundings
    pairs: Float32s
    """(N, N, 16) `carriers.pair_features`"""


def as_quads(polygons: Sequence[Polygon] | Sequence[Sequence[Sequence[float]]]) -> Floats:
    """Polygons of any number of corners to quads (N, 4, 2); quads stay as they are."""
    return np.array(
        [polygon if len(polygon) == 4 else min_area_quad(np.asarray(polygon)) for polygon in polygons], dtype=np.float64
    ).reshape(-1, 4, 2)


def first_look(image: NDArray[np.uint8], quads: Floats, lines: Sequence[Sequence[int]]) -> Look:
    """Measure colours, surfaces and pairs.

    image: (H, W, 3); quads: (W, 4, 2) of at least one word; lines: word positions of every line.
    """
    height, width = image.shape[:2]
    word_quads = np.nan_to_num(quads, nan=0.0, posinf=1e6, neginf=-1e6)
    along = np.linalg.norm(word_quads[:, 1] - word_quads[:, 0] + word_quads[:, 2] - word_quads[:, 3], axis=1) / 2
    across = np.linalg.norm(word_quads[:, 3] - word_quads[:, 0] + word_quads[:, 2] - word_quads[:, 1], axis=1) / 2
    areas = np.maximum(along * across, 1.0)
    patches, inside, visible = sample_patches(image, word_quads)
    lab = rgb_to_lab(patches)
    colours = separate_ink(lab, inside, visible)
    quantiles = _quantiles(lab)
    members = tuple(tuple(line) for line in lines)

    def of_lines(values: Floats) -> Floats:
        return np.array([np.average(values[list(line)], axis=0, weights=areas[list(line)]) for line in members])

    line_quads = np.array(
        [word_quads[line[0]] if len(line) == 1 else _line_quad(word_quads[list(line)]) for line in members]
    )
    line_heights = np.array([across[list(line)].mean() for line in members])
    grounds, inks = of_lines(colours.ground), of_lines(colours.ink)
    around = grow_surfaces(
        image, line_quads, line_heights, grounds, of_lines(colours.spread[:, 1]), of_lines(colours.contrast)
    )
    light = photo_features(around.lab)
    singles = [[i] for i in range(len(word_quads))]
    return Look(
        size=(width, height),
        lines=members,
        word_quads=word_quads,
        line_quads=line_quads,
        word_heights=across,
        line_heights=line_heights,
        areas=areas,
        colours=colours,
        strokes=stroke_widths(colours.is_ink, along, across),
        inks=inks,
        grounds=grounds,
        word_colour_rows=colour_features(colours, quantiles, across, light, singles, areas),
        line_colour_rows=colour_features(colours, quantiles, across, light, members, areas),
        light=light,
        around=around,
        pairs=pair_features(around, line_quads, line_heights, grounds, inks),
    )


def _quantiles(lab: Float32s) -> Float32s:
    """Nearest-rank quantiles of every patch (N, R, C, 3) and channel at 5, 25, 50, 75 and 95 %: (N, 15)."""
    ordered = np.sort(lab.reshape(len(lab), -1, 3), axis=1)
    ranks = np.round(np.array([0.05, 0.25, 0.5, 0.75, 0.95]) * (ordered.shape[1] - 1)).astype(np.int64)
    return ordered[:, ranks].reshape(len(lab), 15)


def _line_quad(quads: Floats) -> Floats:
    """Quad around the words (K, 4, 2) of a line, turned as its words are."""
    direction = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]).sum(axis=0)
    angle = float(np.arctan2(direction[1], direction[0]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned: Floats = order_quad(min_area_quad(quads.reshape(-1, 2) @ turn.T)) @ turn
    return turned


def surfaces_of(look: Look, sharing: Floats) -> tuple[list[list[int]], list[Surface]]:
    """Join lines by their probability of sharing a surface, (N, N), and outline what they share."""
    groups = join_lines(sharing)
    return groups, [outline(look.around, look.line_quads, group) for group in groups]


def line_rows(
    look: Look,
    strings: Sequence[str],
    groups: Sequence[Sequence[int]],
    surfaces: Sequence[Surface],
    objects: Sequence[SceneObject],
    maps: FeatureMaps,
) -> dict[str, Float32s]:
    """All numbers about lines but their meaning, by family: those of `measured_rows` and of `seen_rows`."""
    return measured_rows(look, strings, groups, surfaces) | seen_rows(look, groups, surfaces, objects, maps)


def wordings(lines: Sequence[Sequence[int]], strings: Sequence[str]) -> list[str]:
    """What every line says; lines: word positions of each; strings: of the WORDS."""
    return [" ".join(strings[word] for word in line if strings[word]) for line in lines]


def meaning_rows(vectors: Float32s, groups: Sequence[Sequence[int]]) -> Float32s:
    """What a line means and what the lines on its surface mean together: (N, 2, 384).

    vectors: (N, 384) of `whichtext.sentences` for each line's wording.
    """
    rows = np.stack([vectors, vectors], axis=1)
    for group in groups:
        rows[list(group), 1] = vectors[list(group)].mean(axis=0)
    return rows


def measured_rows(
    look: Look, strings: Sequence[str], groups: Sequence[Sequence[int]], surfaces: Sequence[Surface]
) -> dict[str, Float32s]:
    """The numbers about lines for which no network is needed, by family, (N, columns); strings: of the WORDS."""
    texts = wordings(look.lines, strings)
    return {
        "colour": look.line_colour_rows,
        "geometry": geometry_features(
            look.line_quads,
            look.line_heights,
            [len(line) for line in look.lines],
            [len(text) for text in texts],
            look.size,
        ),
        "wording": wording_rows(texts),
        "surface": surface_features(look.around, surfaces, groups, look.line_quads, look.line_heights, look.grounds),
        "stroke": np.array(
            [
                [
                    np.average(look.strokes[list(line)] / np.maximum(look.word_heights[list(line)], 1)),
                    look.strokes[list(line)].mean(),
                ]
                for line in look.lines
            ],
            dtype=np.float32,
        ),
    }


def seen_rows(
    look: Look,
    groups: Sequence[Sequence[int]],
    surfaces: Sequence[Surface],
    objects: Sequence[SceneObject],
    maps: FeatureMaps,
) -> dict[str, Float32s]:
    """The numbers about lines that come from networks, by family.

    maps: of the whole photo. "objects" is (N, columns); "map" (N, 3, C), of the fine map under the line, around it, and
    on its surface; "deep" (N, 4, C'), of the deep map close around the line, wide around it, on its surface and in the
    whole photo.
    """
    low, high = look.line_quads.min(axis=1), look.line_quads.max(axis=1)
    reach = AROUND * look.line_heights[:, None]
    photo_size = np.array([*look.size, *look.size])
    own = np.concatenate([low, high], axis=1) / photo_size
    neighbourhood = np.concatenate([low - reach, high + reach], axis=1) / photo_size
    wide = np.concatenate([low - 2 * reach, high + 2 * reach], axis=1) / photo_size
    masks = np.stack([surface.mask for surface in surfaces])
    surface_of = np.zeros(len(look.lines), dtype=np.int64)
    for number, group in enumerate(groups):
        surface_of[list(group)] = number
    return {
        "objects": object_features(objects, look.line_quads),
        "map": np.stack(
            [
                pool_boxes(maps.fine, own),
                pool_boxes(maps.fine, neighbourhood),
                pool_masks(maps.fine, masks)[surface_of],
            ],
            axis=1,
        ),
        "deep": np.stack(
            [
                pool_boxes(maps.deep, neighbourhood),
                pool_boxes(maps.deep, wide),
                pool_masks(maps.deep, masks)[surface_of],
                np.repeat(maps.deep.mean(axis=(0, 1))[None], len(look.lines), axis=0),
            ],
            axis=1,
        ),
    }
