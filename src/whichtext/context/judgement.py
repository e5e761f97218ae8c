"""From numbers to names: colours, carrier, shape, kind and style of every line, and which lines share a carrier.

Reads one weight file, made by `tools/train_context.py`: forests, perceptrons, a logistic model of sharing, and the axes
onto which the feature map is projected for the forests. What `word_colours.py` sees in the pixels is given beside the
numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.context.colours import COLOUR_NAMES
from whichtext.context.forest import Forest
from whichtext.context.perceptron import Perceptrons
from whichtext.context.word_colours import JUDGED
from whichtext.weights import load_tensors

__all__ = [
    "FIELDS",
    "LEARNED_TOGETHER",
    "SEEN",
    "Judgement",
    "columns_of",
    "join_rows",
    "pool_over_groups",
    "sharpen",
    "with_pixels",
]

Float32s = NDArray[np.float32]

FIELDS: dict[str, tuple[str, ...]] = {
    "ink": (),
    "ground": (),
    "carrier_colour": (),
    "carrier": (),
    "shape": ("geometry", "wording", "objects", "surface", "axes"),
    "kind": (),
    "style": ("colour", "geometry", "wording", "surface", "axes", "stroke"),
}
"""What is judged, and the families of numbers that its forest judges by; without any, only the perceptrons judge."""
LEARNED_TOGETHER: dict[str, tuple[str, ...]] = {"colours": JUDGED, "carrier": ("carrier",), "kind": ("kind",)}
"""Perceptrons by name in the weight file, and the fields that they judge: fields that share a hidden layer."""
SEEN = ("colour", "geometry", "wording", "surface", "objects", "map", "deep", "stroke", "meaning")
"""Families of numbers that the perceptrons judge by."""
SHARE = 0.5
"""What the perceptrons' log probabilities count beside those of `word_colours.WordColours`."""


def join_rows(rows: dict[str, Float32s], families: Sequence[str]) -> Float32s:
    """Put families of numbers side by side: (N, C)."""
    return np.concatenate([rows[family].reshape(len(rows[family]), -1) for family in families], axis=1)


def pool_over_groups(probabilities: Float32s, groups: Sequence[Sequence[int]]) -> Float32s:
    """Mean over the lines of each group: (N, C) to (K, C)."""
    return np.stack([probabilities[list(group)].mean(axis=0) for group in groups])


def sharpen(
    raw: NDArray[np.floating[Any]], sharpness: float, doubt: float, prior: NDArray[np.floating[Any]]
) -> Float32s:
    """Turn votes (N, C) into probabilities: raised to `sharpness`, and mixed with the `prior` (C,) by `doubt`."""
    sharp = np.maximum(raw, 1e-4) ** sharpness
    mixed: Float32s = ((1 - doubt) * sharp / sharp.sum(axis=1, keepdims=True) + doubt * prior).astype(np.float32)
    return mixed


def columns_of(names: Sequence[str]) -> list[int]:
    """Positions of colour names in `COLOUR_NAMES`."""
    return [COLOUR_NAMES.index(name) for name in names]


def with_pixels(said: Float32s, pixels: Float32s) -> Float32s:
    """What is thought of a colour together: probabilities (N, C).

    said: (N, C) probabilities of the perceptrons; pixels: (N, C) log probabilities of the network that sees the words.
    """
    raw = np.maximum(said, 1e-6) ** SHARE * np.exp(np.maximum(pixels, -12.0))
    together: Float32s = (raw / raw.sum(axis=1, keepdims=True)).astype(np.float32)
    return together


@dataclass(frozen=True, slots=True)
class Judgement:
    """The trained judges."""

    forests: dict[str, Forest]
    """Of the fields that are judged by one."""
    perceptrons: tuple[Perceptrons, ...]
    """In the order of `LEARNED_TOGETHER`; each field is judged by those of one."""
    sharpness: dict[str, float]
    """Exponent that makes the probabilities of a field fit how often they are right."""
    doubt: dict[str, float]
    """Part of the probability that goes to what is common anyway."""
    priors: dict[str, Float32s]
    """How common each name of a field is."""
    map_mean: Float32s
    map_axes: Float32s
    """(C, K) projection of the feature map, whitening included."""
    sharing_weights: Float32s
    """(16,) logistic weights of `carriers.PAIR_FEATURES`."""
    sharing_bias: float
    style_thresholds: Float32s

    @classmethod
    def load(cls, name: str = "context_judges.safetensors") -> "Judgement":
        """Read the weight file. Raises `WeightsError` where it is missing or damaged."""
        return cls.from_tensors(load_tensors(name))

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]]) -> "Judgement":
        """Build from named arrays."""
        return cls(
            forests={field: Forest.from_tensors(tensors, field) for field, families in FIELDS.items() if families},
            perceptrons=tuple(Perceptrons.from_tensors(tensors, f"perceptrons.{name}") for name in LEARNED_TOGETHER),
            sharpness={field: float(tensors[f"{field}.sharpness"][0]) for field in FIELDS},
            doubt={field: float(tensors[f"{field}.doubt"][0]) for field in FIELDS},
            priors={field: tensors[f"{field}.prior"].astype(np.float32) for field in FIELDS},
            map_mean=tensors["map.mean"].astype(np.float32),
            map_axes=tensors["map.axes"].astype(np.float32),
            sharing_weights=tensors["sharing.weights"].astype(np.float32),
            sharing_bias=float(tensors["sharing.bias"][0]),
            style_thresholds=tensors["style.thresholds"].astype(np.float32),
        )

    def sharing(self, pairs: Float32s) -> Float32s:
        """Probability that two lines share a surface: (N, N, 16) to (N, N)."""
        probability: Float32s = 1 / (1 + np.exp(-(pairs @ self.sharing_weights + self.sharing_bias)))
        return probability

    def project(self, rows: dict[str, Float32s]) -> dict[str, Float32s]:
        """The rows and their feature maps (N, 3, C) on the main axes: family "axes", (N, 3, K)."""
        projected: Float32s = np.subtract(rows["map"], self.map_mean) @ self.map_axes
        return rows | {"axes": projected}

    def probabilities(self, rows: dict[str, Float32s], pixels: Float32s) -> dict[str, Float32s]:
        """Probabilities of the names of every field: (N, classes), summing to 1 except for style.

        pixels: (N, 3, names) what `word_colours.WordColours` says.
        """
        projected = self.project(rows)
        votes = {
            field: forest.probabilities(join_rows(projected, FIELDS[field])) for field, forest in self.forests.items()
        }
        numbers = join_rows(rows, SEEN)
        judged = votes.copy()
        for perceptrons in self.perceptrons:
            judged |= perceptrons.probabilities(numbers)
        for number, field in enumerate(JUDGED):
            judged[field] = with_pixels(judged[field], pixels[:, number, columns_of(self.names(field))])
        return {
            field: raw
            if field == "style"
            else sharpen(raw, self.sharpness[field], self.doubt[field], self.priors[field])
            for field, raw in judged.items()
        }

    def names(self, field: str) -> tuple[str, ...]:
        """The names that the columns of `probabilities` stand for."""
        if field in self.forests:
            return self.forests[field].classes
        classes = {learned: names for some in self.perceptrons for learned, names in some.classes.items()}
        return classes[field]
