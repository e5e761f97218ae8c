"""Soft predicates: how far each candidate of a scene is what a phrase says.

Paper 3.3: local, spatial and contextual evidence.

`Grounding.features` turns a phrase into named columns of length N; the scorer weighs and adds them. A column whose name
is in no weight table counts nothing, so a predicate may be added without touching the rest. Anchors (other texts,
carriers, objects) are grounded by the same means, one level down.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from whichtext.retrieval.rules.encoding import COLOUR_NAMES, EncodedScene
from whichtext.retrieval.rules.expression import Phrase, Relation
from whichtext.retrieval.rules.patterns import PATTERN_NAMES
from whichtext.retrieval.rules.relations import spatial
from whichtext.retrieval.rules.vocabulary import COLOUR_MIXTURES, VERTICAL_HINTS
from whichtext.retrieval.rules.wording import contains, similarity

__all__ = ["Features", "Grounding", "family_of", "tells_apart"]

Floats = NDArray[np.float64]
Features = dict[str, Floats]

_EPSILON = 0.02
_DEEPEST = 4
_ANCHOR_WORDING = 6.0
_ANCHOR_MENTION = 3.0
_NAMES = frozenset(
    {"shop name", "brand", "name", "title", "place name", "street name", "person name", "logo", "menu item", "topic"}
)
_NUMBERS = frozenset(
    {"number", "code", "phone", "price", "percentage", "date", "opening hours", "unit", "symbol", "licence plate"}
)
_PROSE = frozenset({"slogan", "warning", "discount", "address", "direction", "web", "email", "hashtag"})
_SYMBOLS = {
    "ampersand": "&", "percent": "%", "percent sign": "%", "dollar": "$", "dollar sign": "$", "exclamation mark": "!",
    "question mark": "?", "apostrophe": "'", "hyphen": "-", "dash": "-", "hashtag": "#", "colon": ":", "euro sign": "€",
    "plus": "+", "comma": ",", "dot": ".", "full stop": ".", "slash": "/", "brackets": "(", "exclamation": "!",
    "question": "?", "at sign": "@", "asterisk": "*", "percent symbol": "%", "dollar symbol": "$",
    "currency symbol": "$", "money symbol": "$",
}  # fmt: skip
_SAME_THING = {
    "person": {"person"}, "car": {"car", "truck"}, "bus": {"bus", "train", "truck"}, "truck": {"truck", "car", "bus"},
    "potted plant": {"potted plant", "vase"}, "tv": {"tv", "laptop"}, "screen": {"tv", "laptop", "cell phone"},
    "bag": {"handbag", "backpack", "suitcase"}, "handbag": {"handbag", "backpack"},
    "bottle": {"bottle", "cup", "wine glass"}, "cup": {"cup", "bottle", "bowl"}, "furniture": {"chair", "couch", "bed"},
    "chair": {"chair", "bench"}, "shirt": {"person"}, "lamp": {"traffic light"}, "umbrella": {"umbrella"},
    "bench": {"bench"}, "counter": {"dining table"}, "tray": {"bowl", "boat", "bicycle", "cake", "airplane"},
    "ceiling": {"umbrella"},
}  # fmt: skip
_DIMENSIONS = {"length+": ("length+", "width+"), "length-": ("length-", "width-")}
"""Superlatives that people mean of one dimension or another: the longest line has most letters, or reaches farthest."""
_INCLUDED_KINDS = {
    "number": ("phone",),
    "name": ("shop name", "brand", "person name", "place name", "street name"),
}
"""Kinds that a more general word means as well."""
_TYPICAL = frozenset({"family", "head", "noun", "picked", "whole"})
"""Groups of columns that tell what the texts that such words ask for are like."""
_ON_SURFACE = frozenset({"on", "of", "behind", "worn by"})
_DETECTABLE = frozenset(
    [
        "person",
        "car",
        "bus",
        "truck",
        "bicycle",
        "motorcycle",
        "bench",
        "bird",
        "dog",
        "cat",
        "bottle",
        "cup",
        "chair",
        "tv",
        "clock",
        "umbrella",
        "handbag",
        "boat",
        "horse",
        "book",
    ]
) | {"potted plant", "traffic light"}
"""Anchor nouns that the object detector would see if they were there."""


def family_of(phrase: Phrase) -> str:
    """The kind of thing that is asked for, coarse: words, lines, names, numbers, prose, surfaces."""
    if phrase.sort == "carrier":
        return "surface"
    if phrase.sort in {"object", "unknown"}:
        return "thing"
    if phrase.head in _NAMES:
        return "names"
    if phrase.head in _NUMBERS:
        return "numbers"
    if phrase.head in _PROSE:
        return "prose"
    return phrase.head


def tells_apart(name: str) -> bool:
    """Whether a column says something that the query asked for, rather than what texts are mostly asked for.

    Of two equal exit signs the larger is the likelier one to be meant, but "the exit sign" does not say so.
    """
    if name.startswith("prior:"):
        return False
    group, _, trait = name.partition(":")
    return trait not in {"size", "biggest", "height"} or group.split()[0] not in _TYPICAL


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What a phrase is said to be part of: surfaces, or longer texts."""

    name: str
    """How the columns are called: text, or anchor for a surface."""
    members: list[tuple[float, NDArray[np.bool_]]]
    """The likeliest of them with their probabilities, and (N,) what is on or in each."""


class Grounding:
    """Evaluates phrases on one scene.

    `weights` ground the anchors; the features of the phrase itself do not depend on them.
    """

    def __init__(self, scene: EncodedScene, weights: Mapping[str, float]) -> None:
        self._scene = scene
        self._weights = weights
        self._anchors: dict[tuple[str, Phrase], Floats] = {}

    # ---- scores ------------------------------------------------------------------------------------------------------

    def scores(self, phrase: Phrase, depth: int = 0) -> Floats:
        """Weighted sum of the features of a phrase: (N,)."""
        total = np.zeros(self._scene.count)
        for name, column in self.features(phrase, depth).items():
            weight = self._weights.get(name)
            if weight:
                total += weight * column
        return total

    def texts(self, phrase: Phrase, depth: int = 0) -> Floats:
        """Probability that each candidate is the text that an anchor phrase means: (N,), sum 1."""
        key = ("texts", phrase)
        if key not in self._anchors:
            scores = self.scores(phrase, depth)
            for (
                wording
            ) in phrase.wording:  # an anchor that is named by its wording is that text, whatever else it looks like
                scores = scores + _ANCHOR_WORDING * np.array(
                    [similarity(wording, string) ** 3 for string in self._scene.strings]
                )
            self._anchors[key] = _softmax(scores)
        return self._anchors[key]

    def carriers(self, phrase: Phrase, depth: int = 0) -> Floats:
        """Probability that each carrier is the surface that an anchor phrase means: (K,), sum 1."""
        key = ("carriers", phrase)
        if key not in self._anchors:
            count = len(self._scene.carrier_boxes)
            total = np.zeros(count)
            for name, column in self._surface(phrase, np.arange(count), self._scene.carrier_boxes, None, depth).items():
                total += self._weights.get(name, 0.0) * column
            for word in (*_namings(phrase), *phrase.wording):  # "the stop sign" is the one that says so
                total += _ANCHOR_MENTION * self._mentioned_on_surfaces(word)
            self._anchors[key] = _softmax(total)
        return self._anchors[key]

    def objects(self, phrase: Phrase) -> Floats:
        """How far each detected object is what an anchor phrase means: (O,), at most 1 each; all 0 where none fits."""
        scene = self._scene
        wanted = _SAME_THING.get(phrase.head, {phrase.head}) | {phrase.noun}
        fits = np.array(
            [
                score if noun in wanted else 0.0
                for noun, score in zip(scene.object_nouns, scene.object_scores, strict=True)
            ]
        )
        if not fits.any():
            return fits
        for colour in phrase.colours:
            mixture = COLOUR_MIXTURES.get(colour, {})
            fits = fits * np.array([1.0 if c is None else 0.35 + mixture.get(c, 0.0) for c in scene.object_colours])
        place = self._place_columns(phrase.places + phrase.superlatives, scene.object_boxes)
        if place:
            fits = fits * np.exp(sum(place.values()) - max(1e-9, float(np.max(sum(place.values())))))
        return fits / max(1.0, float(fits.sum()))

    # ---- features ----------------------------------------------------------------------------------------------------

    def features(self, phrase: Phrase, depth: int = 0) -> Features:
        """All columns of a phrase by name, each (N,)."""
        scene = self._scene
        columns: Features = {}
        if not scene.count:
            return columns
        self._prior(columns)
        self._type(columns, phrase)
        self._kind(columns, phrase)
        self._counts(columns, phrase)
        self._ink(columns, phrase)
        self._looks(columns, phrase)
        self._sizes(columns, phrase)
        self._wording(columns, phrase)
        for name, column in self._place_columns(phrase.places, scene.boxes).items():
            columns[f"place:{name}"] = column
        if phrase.places and phrase.sort in {"carrier", "object"} and len(scene.carrier_boxes):
            for name, column in self._place_columns(phrase.places, self._carrier_box()).items():
                columns[f"place of surface:{name}"] = column
        if phrase.sort == "carrier":
            _add(columns, self._surface(phrase, scene.carrier, self._carrier_box(), scene.boxes, depth))
            columns["surface alone"] = self._fills_surface()
        if depth < _DEEPEST:
            for relation in phrase.relations:
                self._relation(columns, phrase, relation, depth + 1)
            self._order(columns, phrase, depth + 1)
        return columns

    def _prior(self, columns: Features) -> None:
        """What makes a text likely to be asked for whatever the words."""
        scene = self._scene
        columns["prior:size"] = scene.size_rank
        columns["prior:biggest"] = (scene.size_rank >= 1.0).astype(float)
        columns["prior:area"] = np.log(scene.area + 1e-4)
        columns["prior:height"] = np.log(scene.height + 1e-3)
        columns["prior:centre"] = -np.abs((scene.boxes[:, 0] + scene.boxes[:, 2]) / 2 - 0.5)
        columns["prior:score"] = scene.score
        columns["prior:unread"] = (scene.n_chars == 0).astype(float)
        columns["prior:chars"] = np.log1p(scene.n_chars)

    def _type(self, columns: Features, phrase: Phrase) -> None:
        """How much of a text is asked for, and what such texts are like."""
        scene = self._scene
        shape = {
            "word of line": scene.is_word & ~scene.is_line,
            "lone word": scene.is_word & scene.is_line & ~scene.is_block,
            "lone sign": scene.is_word & scene.is_line & scene.is_block,
            "line": ~scene.is_word & scene.is_line & ~scene.is_block,
            "line sign": ~scene.is_word & scene.is_line & scene.is_block,
            "block": ~scene.is_line,
        }
        traits = {
            **{name: mask.astype(float) for name, mask in shape.items()},
            "words": np.log(scene.n_words),
            "chars": np.log1p(scene.n_chars),
            "size": scene.size_rank,
            "biggest": (scene.size_rank >= 1.0).astype(float),
            "digits": scene.digits,
            "upper": scene.upper,
            "height": np.log(scene.height + 1e-3),
        }
        groups = [f"family {family_of(phrase)}"]
        groups.append(f"head {phrase.head}" if phrase.sort != "unknown" else "head unknown")
        if phrase.noun in {
            "letters",
            "lettering",
            "writing",
            "name",
            "number",
            "company name",
            "brand",
            "logo",
            "digit",
            "digits",
        }:
            groups.append(f"noun {phrase.noun}")
        if phrase.whole:
            groups.append("whole")
        if phrase.ordinal is not None or phrase.superlatives:
            groups.append(f"picked {phrase.sort}")
        for group in groups:
            for trait, column in traits.items():
                columns[f"{group}:{trait}"] = column

    def _kind(self, columns: Features, phrase: Phrase) -> None:
        scene = self._scene
        if phrase.sort == "kind":
            included = (phrase.head, *_INCLUDED_KINDS.get(phrase.head, ()))
            likely = [min(1.0, sum(kinds.get(kind, 0.0) for kind in included)) for kinds in scene.kinds]
            columns["kind"] = np.log(_EPSILON + np.array(likely))
            if phrase.head in PATTERN_NAMES:
                pattern = scene.patterns[:, PATTERN_NAMES.index(phrase.head)]
                columns[f"pattern:{phrase.head}"] = pattern
                columns["pattern"] = np.log(0.05 + pattern)
                columns["pattern best"] = (pattern >= pattern.max() - 1e-9) * float(pattern.max() > 0.3)
            if family_of(phrase) == "numbers":
                columns["pattern:any digit"] = (scene.digits > 0).astype(float)
                columns["pattern:all digits"] = (scene.digits >= 1).astype(float)
                is_part = scene.line_of != np.arange(scene.count)
                longer = scene.digits[scene.line_of] >= 1
                columns["pattern:part of number"] = (longer & is_part).astype(float)

    def _counts(self, columns: Features, phrase: Phrase) -> None:
        scene = self._scene
        if phrase.letters is not None:
            columns["letters"] = -np.minimum(np.abs(scene.n_chars - phrase.letters), 4)
            columns["letters exact"] = (scene.n_chars == phrase.letters).astype(float)
        if phrase.words is not None:
            columns["words exact"] = (scene.n_words == phrase.words).astype(float)
        if phrase.lines is not None:
            columns["lines exact"] = (scene.n_lines == phrase.lines).astype(float)
        if phrase.count is not None and phrase.count > 1:
            if phrase.head in {"lines", "line"}:
                columns["count lines"] = (scene.n_lines == phrase.count).astype(float)
            elif phrase.noun in {
                "letters",
                "digits",
                "characters",
                "numbers",
                "capitals",
                "initials",
                "capital letters",
                "numerals",
            }:
                columns["count letters"] = (scene.n_chars == phrase.count).astype(float)
            else:
                columns["count words"] = (scene.n_words == phrase.count).astype(float)

    def _ink(self, columns: Features, phrase: Phrase) -> None:
        """Colour of the writing; of the sign where a sign is asked for (see `_surface`)."""
        if not phrase.colours:
            return
        scene = self._scene
        prefix = {"carrier": "surface ", "unit": "", "kind": ""}.get(phrase.sort, "thing ")
        for role, matrix in (("ink", scene.ink), ("ground", scene.ground)):
            matched = np.mean([np.log(_EPSILON + _colour_match(matrix, colour)) for colour in phrase.colours], axis=0)
            columns[f"{prefix}{role} colour"] = matched
            if role == "ink":
                columns[f"{prefix}ink best"] = (matched >= matched.max() - 0.1).astype(float)
        if phrase.head == "logo":
            columns["logo colour"] = np.maximum(columns[f"{prefix}ink colour"], columns[f"{prefix}ground colour"])

    def _looks(self, columns: Features, phrase: Phrase) -> None:
        scene = self._scene
        for look in phrase.looks:
            columns[f"look:{look}"] = np.array([float(look in styles) for styles in scene.styles])
            if look in {"upper", "lower"}:
                letters = (scene.n_chars > 0) & (scene.digits < 1)
                columns[f"look:{look}"] = np.where(letters, scene.upper if look == "upper" else 1 - scene.upper, 0.0)
            elif look == "digits":
                columns["look:digits"] = scene.digits
            elif look in {"bold", "thin"}:
                columns[f"stroke:{look}"] = scene.stroke_rank
            elif look in {"slanted", "curved", "vertical"}:
                turn = np.abs((scene.angle + 90) % 180 - 90)
                columns[f"turn:{look}"] = np.minimum(turn, 45) / 45
                columns[f"tall:{look}"] = (
                    (scene.boxes[:, 3] - scene.boxes[:, 1])
                    > 1.3 * scene.aspect * (scene.boxes[:, 2] - scene.boxes[:, 0])
                ).astype(float)
            elif look == "cut":
                columns["look:at border"] = (
                    (scene.boxes[:, :2].min(axis=1) < 0.01) | (scene.boxes[:, 2:].max(axis=1) > 0.99)
                ).astype(float)
            elif look in {"english", "foreign", "french"}:
                columns[f"look:{look}"] = np.array([_latin_share(string) for string in scene.strings])
            elif look in {"blurred", "lit", "neon"}:
                columns[f"size:{look}"] = scene.size_rank

    def _sizes(self, columns: Features, phrase: Phrase) -> None:
        scene = self._scene
        if phrase.sort == "carrier":
            return
        for size in phrase.sizes:
            columns[f"size:{size}"] = scene.size_rank
            columns[f"height:{size}"] = np.log(scene.height + 1e-3) - float(np.median(np.log(scene.height + 1e-3)))
            columns[f"chars:{size}"] = np.log1p(scene.n_chars)
            columns[f"words:{size}"] = np.log(scene.n_words)
            columns[f"area:{size}"] = np.log(scene.area + 1e-4) - float(np.median(np.log(scene.area + 1e-4)))

    def _wording(self, columns: Features, phrase: Phrase) -> None:
        scene = self._scene
        for wording in phrase.wording:
            whole = np.array([similarity(wording, string) for string in scene.strings])
            part = np.array([contains(wording, string) for string in scene.strings])
            _add(
                columns,
                {
                    "says whole": whole**3,
                    "says part": part**3,
                    "says best": (whole >= max(0.6, whole.max() - 1e-6)).astype(float),
                },
            )
            around = part[scene.block_of]
            _add(columns, {"says around": around**3})
        words = [
            word
            for word in (*_namings(phrase), *((phrase.noun,) if phrase.sort in {"unknown", "kind"} else ()))
            if len(word) >= 3
        ]
        for word in words:
            part = np.array([contains(word, string) for string in scene.strings])
            part = np.where(part >= 0.8, part, 0.0)
            _add(
                columns,
                {"mentions": part, "mentions around": np.maximum(part[scene.block_of], self._on_same_surface(part))},
            )
        if phrase.starts_with is not None:
            wanted = _symbol_or(phrase.starts_with)
            columns["starts"] = np.array([float(string.casefold().startswith(wanted)) for string in scene.strings])
        if phrase.ends_with is not None:
            wanted = _symbol_or(phrase.ends_with)
            columns["ends"] = np.array([float(string.casefold().endswith(wanted)) for string in scene.strings])
        if phrase.head == "symbol":
            wanted = (
                _symbol_or(" ".join((*phrase.modifiers, phrase.noun))) if phrase.modifiers else _symbol_or(phrase.noun)
            )
            columns["symbol"] = np.array(
                [float(wanted in string) / (1 + 0.2 * len(string)) for string in scene.strings]
            )

    def _on_same_surface(self, values: Floats) -> Floats:
        """Largest value among the candidates on the same carrier: (N,)."""
        scene = self._scene
        best = np.zeros(len(scene.carrier_boxes) + 1)
        np.maximum.at(best, scene.carrier, values)  # -1 is the last place, for unknown
        best[-1] = 0.0
        return best[scene.carrier]

    # ---- where -------------------------------------------------------------------------------------------------------

    def _place_columns(self, places: tuple[str, ...], boxes: Floats) -> Features:
        """Position words against boxes (M, 4): columns x, y, middle, corner, edge, each (M,)."""
        if not places or not len(boxes):
            return {}
        x = (boxes[:, 0] + boxes[:, 2]) - 1.0
        y = (boxes[:, 1] + boxes[:, 3]) - 1.0
        columns: Features = {}
        for place in places:
            if place in {"left", "right", "start", "end"}:
                _add(columns, {"x": x if place in {"right", "end"} else -x})
            elif place in {"top", "bottom"}:
                _add(columns, {"y": y if place == "bottom" else -y})
            elif place == "middle":
                with_side = {"left", "right"} & set(places)
                upright = {"top", "bottom"} & set(places)
                distance = (0.0 if with_side else x**2) + (0.0 if upright else y**2)
                _add(columns, {"middle": -np.sqrt(distance + 1e-9)})
            elif place in {"corner", "edge"}:
                reach = np.maximum(np.abs(x), np.abs(y)) if place == "edge" else np.minimum(np.abs(x), np.abs(y))
                _add(columns, {place: reach})
            elif place in {"front", "back"}:
                size = np.log(boxes[:, 3] - boxes[:, 1] + 1e-3)
                _add(columns, {"depth": size if place == "front" else -size})
        if "x" in columns and "y" in columns:
            columns["both"] = np.minimum(columns["x"], columns["y"])
        return columns

    def _carrier_box(self) -> Floats:
        """Box of the carrier of each candidate, its block's box where unknown: (N, 4)."""
        scene = self._scene
        boxes = scene.boxes[scene.block_of].copy()
        known = scene.carrier >= 0
        boxes[known] = scene.carrier_boxes[scene.carrier[known]]
        return boxes

    def _fills_surface(self) -> Floats:
        """Share of the writing on its carrier that a candidate covers: (N,)."""
        scene = self._scene
        written = np.zeros(len(scene.carrier_boxes) + 1)
        np.add.at(written, scene.carrier[scene.is_word], scene.n_chars[scene.is_word] + 0.5)
        share: Floats = np.minimum(1.0, (scene.n_chars + 0.5) / np.maximum(written[scene.carrier], 0.5))
        return np.where(scene.carrier >= 0, share, 0.5)

    # ---- surfaces ----------------------------------------------------------------------------------------------------

    def _surface(
        self, phrase: Phrase, index: NDArray[np.int64], boxes: Floats, texts: Floats | None, depth: int
    ) -> Features:
        """How far carriers are the surface that a phrase means: columns (M,).

        index: (M,) carriers, -1 where unknown; boxes: (M, 4). `texts` are the candidates' own boxes where candidates
        are judged by their carriers, None where carriers themselves are.
        """
        columns: Features = {}
        if not len(self._scene.carrier_boxes):
            return columns
        self._surface_look(columns, phrase, index, own_ground=texts is not None)
        self._surface_extent(columns, phrase, boxes, texts)
        if phrase.head in VERTICAL_HINTS or phrase.noun in VERTICAL_HINTS:
            hint = VERTICAL_HINTS.get(phrase.noun, VERTICAL_HINTS.get(phrase.head, 0.0))
            columns["on:hint"] = -hint * (boxes[:, 1] + boxes[:, 3] - 1.0)
        for word in (*_namings(phrase), *phrase.wording):
            if len(word) >= 2:
                on_surface = self._mentioned_on_surfaces(word)
                _add(columns, {"on:mentions": np.where(index >= 0, on_surface[index], 0.0)})
        if depth < _DEEPEST:
            for relation in phrase.relations:
                near = self._nearness(relation, boxes, depth + 1)
                if near is not None:
                    _add(columns, {f"on:nested {_relation_class(relation.name)}": np.log(0.05 + near)})
        return columns

    def _surface_look(self, columns: Features, phrase: Phrase, index: NDArray[np.int64], *, own_ground: bool) -> None:
        """Colour, noun and shape of carriers; with `own_ground` also the colour behind the candidates themselves."""
        scene = self._scene
        known = index >= 0
        if phrase.colours:
            matched = np.mean(
                [np.log(_EPSILON + _colour_match(scene.carrier_colours, colour)) for colour in phrase.colours], axis=0
            )
            columns["on:colour"] = np.where(known, matched[index], math.log(0.1))
            columns["on:colour best"] = np.where(known, (matched >= matched.max() - 0.1)[index], 0.0)
            if own_ground:
                columns["on:ground"] = np.mean(
                    [np.log(_EPSILON + _colour_match(scene.ground, colour)) for colour in phrase.colours], axis=0
                )
        if phrase.sort == "carrier":
            vocabulary = {noun for nouns in scene.carrier_nouns for noun in nouns}
            if phrase.head in vocabulary:
                matched = np.array([math.log(_EPSILON + nouns.get(phrase.head, 0.0)) for nouns in scene.carrier_nouns])
                columns["on:noun"] = np.where(known, matched[index], math.log(0.1))
                if phrase.head != "sign":
                    columns["on:noun rare"] = columns["on:noun"]
            for shape in phrase.shapes:
                matched = np.array([math.log(_EPSILON + shapes.get(shape, 0.0)) for shapes in scene.carrier_shapes])
                columns["on:shape"] = np.where(known, matched[index], math.log(0.1))

    def _surface_extent(self, columns: Features, phrase: Phrase, boxes: Floats, texts: Floats | None) -> None:
        """Size, proportions and place of carriers with boxes (M, 4)."""
        scene = self._scene
        area = np.log((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) + 1e-4)
        for size in phrase.sizes:
            columns[f"on:size {size}"] = area
        columns["on:area"] = area
        aspect = np.log(((boxes[:, 2] - boxes[:, 0]) * scene.aspect + 1e-3) / (boxes[:, 3] - boxes[:, 1] + 1e-3))
        if phrase.head in {"pillar", "strip", "banner", "poster"}:
            columns[f"on:aspect {phrase.head}"] = aspect
        for name, column in self._place_columns(phrase.places, boxes).items():
            columns[f"on:place {name}"] = column
        if texts is not None:
            for name, column in self._place_columns(phrase.places, texts).items():
                columns[f"on:place of text {name}"] = column
        for superlative in phrase.superlatives:
            if superlative in {"top", "bottom", "left", "right", "middle"}:
                for name, column in self._place_columns((superlative,), boxes).items():
                    columns[f"on:most {name}"] = column
            elif superlative in {"size+", "near"}:
                columns["on:largest"] = area
            elif superlative in {"size-", "far"}:
                columns["on:smallest"] = -area

    def _mentioned_on_surfaces(self, word: str) -> Floats:
        """How well a word stands in the writing of each carrier: (K,)."""
        scene = self._scene
        best = np.zeros(len(scene.carrier_boxes) + 1)
        rows = np.flatnonzero(scene.is_line)
        values = np.array([contains(word, scene.strings[row]) for row in rows])
        np.maximum.at(best, scene.carrier[rows], np.where(values >= 0.8, values, 0.0))
        return best[:-1]

    # ---- relations ---------------------------------------------------------------------------------------------------

    def _relation(self, columns: Features, phrase: Phrase, relation: Relation, depth: int) -> None:
        scene = self._scene
        anchor = relation.anchors[0]
        on_surface = relation.name in _ON_SURFACE
        if on_surface:
            self._on(columns, relation, depth)
        if relation.name in {"after", "before"}:
            following = self._next_to(self.texts(anchor, depth), forward=relation.name == "after")
            _add(columns, {"follows": np.log(0.03 + following)})
        elif relation.name == "with":
            self._with(columns, anchor, depth)
        elif not on_surface:
            near = self._nearness(relation, scene.boxes, depth, exclude=True)
            if near is not None:
                source = (
                    "text"
                    if anchor.sort in {"unit", "kind"} or anchor.wording
                    else "thing"
                    if anchor.sort == "object" or self.objects(anchor).any()
                    else "surface"
                )
                _add(columns, {f"near {source}:{_relation_class(relation.name)}": np.log(0.05 + near)})
        elif anchor.sort in {"object", "carrier"}:
            found = self.objects(anchor)
            if found.any():
                inside = spatial("on", scene.boxes, scene.object_boxes, aspect=scene.aspect) @ found
                _add(columns, {"on object": np.log(0.05 + inside), "on object at all": inside})
        for other in relation.anchors:
            if other.head in _DETECTABLE:
                columns["anchor seen"] = np.full(scene.count, min(1.0, float(self.objects(other).sum())))
            hint = VERTICAL_HINTS.get(other.noun, VERTICAL_HINTS.get(other.head))
            if hint is not None and not on_surface:
                _add(
                    columns,
                    {f"hint:{_relation_class(relation.name)}": -hint * (scene.boxes[:, 1] + scene.boxes[:, 3] - 1.0)},
                )

    def _on(self, columns: Features, relation: Relation, depth: int) -> None:
        """The text stands on a surface or a thing, or within another text."""
        scene = self._scene
        anchor = relation.anchors[0]
        if anchor.sort in {"carrier", "object", "unknown"}:
            surface = self._surface(anchor, scene.carrier, self._carrier_box(), scene.boxes, depth)
            if anchor.sort != "carrier":
                surface = {name.replace("on:", "on thing:"): column for name, column in surface.items()}
            _add(columns, surface)
            if relation.part:
                self._part(columns, relation.part, anchor, depth)
        if anchor.sort in {"unit", "kind"}:
            inside = self._inside_text(self.texts(anchor, depth))
            _add(columns, {"in text": np.log(0.03 + inside)})
            if relation.part:
                self._part(columns, relation.part, anchor, depth)
            if anchor.places:
                for name, column in self._place_columns(anchor.places, scene.boxes).items():
                    _add(columns, {f"in text:place {name}": column})

    def _nearness(self, relation: Relation, boxes: Floats, depth: int, *, exclude: bool = False) -> Floats | None:
        """How far boxes (M, 4) stand in a spatial relation to what the anchors mean.

        None where nothing is known of the anchors.
        """
        scene = self._scene
        if depth > _DEEPEST:
            return None
        total: Floats | None = None
        for anchor in relation.anchors:
            parts: list[Floats] = []
            if anchor.sort in {"unit", "kind"} or anchor.wording:
                chosen = self.texts(anchor, depth)
                held = spatial(relation.name, boxes, scene.boxes, aspect=scene.aspect)
                if exclude and len(boxes) == scene.count:
                    held = held * self._disjoint()
                parts.append(held @ chosen)
            else:
                found = self.objects(anchor)
                if found.any():
                    parts.append(spatial(relation.name, boxes, scene.object_boxes, aspect=scene.aspect) @ found)
                elif (anchor.sort == "carrier" or anchor.colours) and len(scene.carrier_boxes):
                    chosen = self.carriers(anchor, depth)
                    held = spatial(relation.name, boxes, scene.carrier_boxes, aspect=scene.aspect)
                    if exclude and len(boxes) == scene.count:
                        held = held * (scene.carrier[:, None] != np.arange(len(scene.carrier_boxes))[None, :])
                    parts.append(held @ chosen)
            if parts:
                value = np.maximum.reduce(parts)
                total = value if total is None else np.minimum(total, value)
        return total

    def _disjoint(self) -> Floats:
        """1 where two candidates share no word: (N, N)."""
        words = self._scene.words
        return np.array([[float(first.isdisjoint(second)) for second in words] for first in words])

    def _inside_text(self, chosen: Floats) -> Floats:
        """Probability that each candidate is a true part of the chosen text, or on the same line or block: (N,)."""
        words = self._scene.words
        likely = np.flatnonzero(chosen > 0.01)
        inside = np.zeros(len(words))
        for row in likely:
            inside += chosen[row] * np.array([float(candidate < words[row]) for candidate in words])
        return inside

    def _next_to(self, chosen: Floats, *, forward: bool) -> Floats:
        """How far each candidate follows (or precedes) the chosen text in reading order: (N,)."""
        scene = self._scene
        step = scene.order[:, None] - scene.order[None, :]
        span = (scene.n_words[:, None] + scene.n_words[None, :]) / 2
        gap = (step if forward else -step) - span
        near = np.where(gap > -0.75, np.exp(-np.maximum(gap, 0.0)), 0.0) * self._disjoint()
        result: Floats = near @ chosen
        return result

    def _with(self, columns: Features, anchor: Phrase, depth: int) -> None:
        """The text has something: a sign character, a word, a thing beside it."""
        scene = self._scene
        symbol = _SYMBOLS.get(anchor.noun) or _SYMBOLS.get(" ".join((*anchor.modifiers, anchor.noun)))
        if symbol is not None:
            columns["with symbol"] = np.array([float(symbol in string) for string in scene.strings])
            return
        if anchor.sort in {"unit", "kind"} or anchor.wording:
            chosen = self.texts(anchor, depth)
            words = scene.words
            holds = np.zeros(len(words))
            for row in np.flatnonzero(chosen > 0.01):
                holds += chosen[row] * np.array([float(candidate >= words[row]) for candidate in words])
            columns["with text"] = np.log(0.05 + holds)
            return
        near = self._nearness(Relation("with", (anchor,)), self._carrier_box(), depth)
        if near is not None:
            columns["with thing"] = np.log(0.05 + near)

    def _part(self, columns: Features, part: tuple[str, ...], anchor: Phrase, depth: int) -> None:
        """Position within a surface or a text: "the top of the sign", "the end of the line"."""
        scene = self._scene
        frames = [
            ("surface", self._carrier_box()),
            ("block", scene.boxes[scene.block_of]),
            ("line", scene.boxes[scene.line_of]),
        ]
        for name, frame in frames:
            size = np.maximum(frame[:, 2:] - frame[:, :2], 1e-6)
            low = np.clip((scene.boxes[:, :2] - frame[:, :2]) / size, 0, 1)
            high = np.clip((scene.boxes[:, 2:] - frame[:, :2]) / size, 0, 1)
            for direction, column in self._place_columns(part, np.hstack([low, high])).items():
                _add(columns, {f"part of {name}:{direction}": column})
        for direction, column in self._place_columns(part, scene.boxes).items():
            _add(columns, {f"part of photo:{direction}": column})

    # ---- order and extremes ------------------------------------------------------------------------------------------

    def _order(self, columns: Features, phrase: Phrase, depth: int) -> None:
        """Ordinals and superlatives among the texts of the kind asked for.

        In several frames: photo, surface, block, line, and the anchor.
        """
        if phrase.ordinal is None and not phrase.superlatives:
            return
        scene = self._scene
        population = self._population(phrase)
        if phrase.colours and phrase.sort in {"unit", "kind"}:
            matched = np.mean([_colour_match(scene.ink, colour) for colour in phrase.colours], axis=0)
            coloured = population & (matched > 0.4 * max(0.05, float(matched[population].max(initial=0.0))))
            population = coloured if coloured.any() else population
        frames = {
            "photo": np.zeros(scene.count, dtype=np.int64),
            "surface": np.where(scene.carrier >= 0, scene.carrier, -1 - scene.block_of),
            "block": scene.block_of,
            "line": scene.line_of,
        }
        anchored = self._anchored(phrase, depth)
        if phrase.ordinal is not None:
            value = self._count_order(phrase)
            for frame, groups in frames.items():
                columns[f"ordinal:{frame}"] = _nth(value, groups, population, phrase.ordinal)
            if anchored is not None:
                together = np.zeros(scene.count, dtype=np.int64)
                for label, members in ((anchored.name, population), (f"{anchored.name} word", scene.is_word)):
                    columns[f"ordinal:{label}"] = sum(
                        (
                            weight * _nth(value, together, members & chosen, phrase.ordinal)
                            for weight, chosen in anchored.members
                        ),
                        start=np.zeros(scene.count),
                    )
            columns["ordinal:unit"] = population.astype(float)
        for superlative in phrase.superlatives:
            for dimension in _DIMENSIONS.get(superlative, (superlative,)):
                self._superlative(columns, dimension, population, frames, anchored)

    def _superlative(
        self,
        columns: Features,
        dimension: str,
        population: NDArray[np.bool_],
        frames: Mapping[str, NDArray[np.int64]],
        anchored: "_Anchored | None",
    ) -> None:
        """One extreme: 1 for the first of each frame, the rank within it, and the first among what the anchor has."""
        values = self._dimension(dimension, population)
        if values is None:
            return
        name = dimension.rstrip("+-") if dimension[-1] in "+-" or dimension in {"middle", "near", "far"} else "side"
        for frame, groups in frames.items():
            best, rank = _extreme(values, groups, population)
            _add(columns, {f"most {name}:{frame}": best, f"more {name}:{frame}": rank})
        if anchored is None:
            return
        together = np.zeros(self._scene.count, dtype=np.int64)
        for label, members in ((anchored.name, population), (f"{anchored.name} word", self._scene.is_word)):
            total = sum(
                (weight * _extreme(values, together, members & chosen)[0] for weight, chosen in anchored.members),
                start=np.zeros(self._scene.count),
            )
            _add(columns, {f"most {name}:{label}": total})

    def _population(self, phrase: Phrase) -> NDArray[np.bool_]:
        scene = self._scene
        if phrase.head in {"word", "letter", "symbol", "words"} or (
            phrase.head == "text" and phrase.noun in {"initial", "abbreviation"}
        ):
            return scene.is_word
        if phrase.sort == "carrier":
            return scene.is_block
        if family_of(phrase) == "numbers" and (scene.is_line & (scene.digits > 0)).any():
            return scene.is_line & (scene.digits > 0)
        return scene.is_line

    def _count_order(self, phrase: Phrase) -> Floats:
        scene = self._scene
        x, y = scene.boxes[:, 0] + scene.boxes[:, 2], scene.boxes[:, 1] + scene.boxes[:, 3]
        return {"left": x, "right": -x, "top": y, "bottom": -y}.get(phrase.ordinal_from or "", scene.order)

    def _anchored(self, phrase: Phrase, depth: int) -> "_Anchored | None":
        """The surfaces or texts that the phrase is said to be on, with probabilities and their members."""
        scene = self._scene
        for relation in phrase.relations:
            anchor = relation.anchors[0]
            if relation.name not in {"on", "of", "behind"}:
                continue
            if anchor.sort in {"unit", "kind"}:
                chosen = self.texts(anchor, depth)
                parts = [np.array([words < scene.words[row] for words in scene.words]) for row in _likeliest(chosen)]
                return _Anchored("text", list(zip(chosen[_likeliest(chosen)], parts, strict=True)))
            if len(scene.carrier_boxes) and (anchor.sort == "carrier" or anchor.colours):
                chosen = self.carriers(anchor, depth)
                return _Anchored("anchor", [(float(chosen[row]), scene.carrier == row) for row in _likeliest(chosen)])
        return None

    def _dimension(self, superlative: str, population: NDArray[np.bool_]) -> Floats | None:
        scene = self._scene
        x, y = scene.boxes[:, 0] + scene.boxes[:, 2], scene.boxes[:, 1] + scene.boxes[:, 3]
        simple = {
            "size+": scene.height, "size-": -scene.height, "near": scene.height, "far": -scene.height,
            "length+": scene.n_chars, "length-": -scene.n_chars, "width+": self._extent(), "width-": -self._extent(),
            "stroke+": scene.stroke_rank, "stroke-": -scene.stroke_rank, "top": -y, "bottom": y, "left": -x, "right": x,
            "bright+": scene.ink[:, 1],
        }  # fmt: skip
        if superlative in simple:
            return simple[superlative]
        if superlative == "middle":
            members = population if population.any() else np.ones(scene.count, dtype=bool)
            return -np.abs(x - float(np.median(x[members]))) * scene.aspect - np.abs(y - float(np.median(y[members])))
        if superlative in {"value+", "value-"}:
            values = np.array([_number_in(string) for string in scene.strings])
            known = np.isfinite(values)
            sign = 1.0 if superlative == "value+" else -1.0
            return np.where(known, sign * values, -1e12)
        return None

    def _extent(self) -> Floats:
        """Longer side of the box of each candidate, in heights of the photo: (N,)."""
        boxes = self._scene.boxes
        return np.maximum((boxes[:, 2] - boxes[:, 0]) * self._scene.aspect, boxes[:, 3] - boxes[:, 1])


def _namings(phrase: Phrase) -> tuple[str, ...]:
    """Words of a phrase that may stand in the writing itself: modifiers, and "exit" of an exit sign."""
    compound = phrase.noun.replace("-", " ").split()[:-1] if phrase.sort == "carrier" else []
    return (*phrase.modifiers, *compound)


def _likeliest(chosen: Floats) -> NDArray[np.int64]:
    return np.argsort(-chosen, kind="stable")[:6]


def _relation_class(name: str) -> str:
    return {
        "left of": "side",
        "right of": "side",
        "above": "vertical",
        "below": "vertical",
        "in front of": "behind",
    }.get(name, name)


def _colour_match(matrix: Floats, colour: str) -> Floats:
    """Probability that rows of an (M, C) matrix are what a colour word says: (M,) in [0, 1]."""
    weights = _mixture(colour)
    matched: Floats = np.minimum(1.0, matrix @ weights)
    return matched


@lru_cache(maxsize=64)
def _mixture(colour: str) -> Floats:
    mixture = COLOUR_MIXTURES.get(colour, {colour: 1.0})
    return np.array([mixture.get(name, 0.0) for name in COLOUR_NAMES])


def _add(columns: Features, more: Features) -> None:
    for name, column in more.items():
        columns[name] = columns[name] + column if name in columns else column


def _softmax(values: Floats) -> Floats:
    if not len(values):
        return values
    powers = np.exp(values - values.max())
    result: Floats = powers / powers.sum()
    return result


def _nth(value: Floats, groups: NDArray[np.int64], population: NDArray[np.bool_], ordinal: int) -> Floats:
    """1 for the candidate that is the n-th of its group by `value`, among the population."""
    hit = np.zeros(len(value))
    rows = np.flatnonzero(population)
    for group in np.unique(groups[rows]):
        members = rows[groups[rows] == group]
        ordered = members[np.argsort(value[members], kind="stable")]
        index = ordinal - 1 if ordinal > 0 else len(ordered) + ordinal
        if 0 <= index < len(ordered) and len(ordered) > 1:
            hit[ordered[index]] = 1.0
    return hit


def _extreme(values: Floats, groups: NDArray[np.int64], population: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """1 for the largest of its group, and the rank in [0, 1] within the group, among the population."""
    best, rank = np.zeros(len(values)), np.zeros(len(values))
    rows = np.flatnonzero(population)
    for group in np.unique(groups[rows]):
        members = rows[groups[rows] == group]
        if len(members) == 1:
            continue
        top = values[members].max()
        best[members] = (values[members] >= top - 1e-9).astype(float)
        below = (values[members][:, None] > values[members][None, :]).sum(axis=1)
        rank[members] = below / (len(members) - 1)
    return best, rank


@lru_cache(maxsize=4096)
def _latin_share(string: str) -> float:
    letters = [character for character in string if character.isalpha()]
    return sum(character < "ɐ" for character in letters) / len(letters) if letters else 0.0


@lru_cache(maxsize=4096)
def _number_in(string: str) -> float:
    match = re.search(r"\d+(?:[.,]\d+)?", string)
    return float(match.group().replace(",", ".")) if match else float("nan")


def _symbol_or(name: str) -> str:
    return _SYMBOLS.get(name.casefold(), name.casefold())
