"""From a photo and its word regions to everything that can be said about them without their wording.

The way: objects and feature map of the photo → a first look at every word (`look.py`) → which lines share a surface
(`carriers.py`) → names (`judgement.py`) → attributes of words and lines, and carriers.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.context.carriers import Surface
from whichtext.context.colours import as_lab
from whichtext.context.judgement import Judgement, pool_over_groups
from whichtext.context.kinds import case_of, has_digits, with_pattern
from whichtext.context.look import (
    Look,
    as_quads,
    first_look,
    meaning_rows,
    measured_rows,
    seen_rows,
    surfaces_of,
    wordings,
)
from whichtext.context.objects import ObjectDetector
from whichtext.context.places import relate
from whichtext.context.word_colours import WordColours, over_lines, word_patches
from whichtext.errors import BadWords
from whichtext.feature_maps import FeatureMaps, PhotoTrunk
from whichtext.geometry import box_of, quad_angle
from whichtext.sentences import SentenceEncoder
from whichtext.types import Attributes, Box, Carrier, Polygon, SceneObject

__all__ = ["ContextEngine", "ContextObservation", "near_nouns"]

Scores = tuple[tuple[str, float], ...]
Floats = NDArray[np.floating[Any]]

MOST_NEAR = 4


@dataclass(frozen=True, slots=True)
class ContextObservation:
    """What was seen around the texts of one photo."""

    words: tuple[Attributes, ...]
    """One a word; neighbours are word positions."""
    lines: tuple[Attributes, ...]
    """One a line; neighbours are line positions."""
    carriers: tuple[Carrier, ...]
    """`Carrier.texts` holds LINE positions."""
    objects: tuple[SceneObject, ...]
    maps: FeatureMaps | None = field(default=None, compare=False)
    """What the photo looks like; None where there is no text."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What pixels, geometry and wording say, before the whole photo is looked at."""

    look: Look
    groups: list[list[int]]
    surfaces: list[Surface]
    rows: dict[str, NDArray[np.float32]]
    coloured: NDArray[np.float32]
    """(W, 3, names) what `WordColours` says of the words."""


class ContextEngine:
    """Looks at colours, carriers and objects.

    Immutable after construction; `observe` may be called from many threads at once.
    """

    def __init__(self, *, threads: int = 2) -> None:
        self._threads = threads
        beside = max(1, threads - 1)  # the networks run beside the arithmetic of the first look
        self._objects = ObjectDetector(threads=beside)
        self._trunk = PhotoTrunk(threads=beside)
        self._sentences = SentenceEncoder.load(threads=threads)
        self._word_colours = WordColours(threads=threads)
        self._judgement = Judgement.load()

    def judging_by(self, judgement: Judgement, word_colours: WordColours) -> "ContextEngine":
        """The same engine with other judges, for training on what they have not seen."""
        other = copy(self)
        other._judgement, other._word_colours = judgement, word_colours
        return other

    def observe(
        self,
        image: NDArray[np.uint8],
        *,
        words: Sequence[Polygon],
        strings: Sequence[str],
        lines: Sequence[Sequence[int]],
    ) -> ContextObservation:
        """Look at a photo.

        image: (H, W, 3) uint8 RGB; words: quads in pixels, clockwise from the text's own top-left corner; strings: what
        each word says, empty where unreadable; lines: word positions of every line in reading order, each word in
        exactly one line. Raises `BadWords` where these do not fit each other.
        """
        if len(words) != len(strings) or sorted(word for line in lines for word in line) != list(range(len(words))):
            raise BadWords(
                f"{len(words)} words, {len(strings)} strings and lines over {sum(len(line) for line in lines)} words "
                "do not fit each other; give one string a word and put every word into exactly one line"
            )
        if not words:
            return ContextObservation(words=(), lines=(), carriers=(), objects=self._objects.detect(image))
        measured, objects, maps = self._look(image, words, strings, lines)
        look, groups, surfaces = measured.look, measured.groups, measured.surfaces
        texts = wordings(look.lines, strings)
        rows = measured.rows | seen_rows(look, groups, surfaces, objects, maps)
        rows["meaning"] = meaning_rows(self._sentences.vectors(texts), groups)
        line_of = {word: number for number, line in enumerate(look.lines) for word in line}
        of_words = [line_of[word] for word in range(len(words))]
        colour_rows = {"colour": look.word_colour_rows}
        judged = self._judgement.probabilities(  # of words and lines at once
            {
                family: np.concatenate([colour_rows.get(family, values[of_words]), values])
                for family, values in rows.items()
            },
            np.concatenate([measured.coloured, over_lines(measured.coloured, look.lines, look.areas)]),
        )
        of_lines = {field: probabilities[len(words) :] for field, probabilities in judged.items()}
        carriers = self._carriers(look, groups, surfaces, of_lines)
        carrier_of = {line: carrier for carrier in carriers for line in carrier.texts}
        attributes = self._attributes(
            judged,
            [*strings, *texts],
            np.concatenate([look.word_quads, look.line_quads]),
            np.concatenate([look.colours.ink, look.inks]),
            np.concatenate([look.colours.ground, look.grounds]),
        )
        word_attributes, line_attributes = attributes[: len(words)], attributes[len(words) :]
        line_strokes = [
            float(np.average(look.strokes[list(line)], weights=look.areas[list(line)])) for line in look.lines
        ]
        return ContextObservation(
            words=_placed(
                [replace(a, carrier=carrier_of[line_of[i]]) for i, a in enumerate(word_attributes)],
                look.word_quads,
                look.word_heights,
                look.strokes,
                look.size,
                objects,
            ),
            lines=_placed(
                [replace(a, carrier=carrier_of[i]) for i, a in enumerate(line_attributes)],
                look.line_quads,
                look.line_heights,
                np.array(line_strokes),
                look.size,
                objects,
            ),
            carriers=carriers,
            objects=objects,
            maps=maps,
        )

    def _look(
        self, image: NDArray[np.uint8], words: Sequence[Polygon], strings: Sequence[str], lines: Sequence[Sequence[int]]
    ) -> tuple["_Measured", tuple[SceneObject, ...], FeatureMaps]:
        """What words, lines and surfaces show, the objects, and the feature maps of the photo.

        With two threads, one takes the feature maps and the other the words; whoever is free first looks for
        objects.
        """
        if self._threads == 1:
            return self._measure(image, words, strings, lines), self._objects.detect(image), self._trunk(image)
        with ThreadPoolExecutor(1) as networks:
            mapped = networks.submit(self._trunk, image)
            seen = networks.submit(self._objects.detect, image)
            measured = self._measure(image, words, strings, lines)
            is_taken = self._threads == 2 and seen.cancel()
            objects = self._objects.detect(image) if is_taken else seen.result()
            return measured, objects, mapped.result()

    def _measure(
        self, image: NDArray[np.uint8], words: Sequence[Polygon], strings: Sequence[str], lines: Sequence[Sequence[int]]
    ) -> "_Measured":
        look = first_look(image, as_quads(words), lines)
        groups, surfaces = surfaces_of(look, self._judgement.sharing(look.pairs))
        coloured = self._word_colours(*word_patches(image, look.word_quads), look.light)
        return _Measured(look, groups, surfaces, measured_rows(look, strings, groups, surfaces), coloured)

    def _carriers(
        self,
        look: Look,
        groups: Sequence[Sequence[int]],
        surfaces: Sequence[Surface],
        judged: dict[str, NDArray[np.float32]],
    ) -> tuple[Carrier, ...]:
        """Name what every group of lines lies on; judged: what is thought of each line, by field."""
        judge = self._judgement
        nouns, colours, shapes = (
            pool_over_groups(judged[field], groups) for field in ("carrier", "carrier_colour", "shape")
        )
        carriers = []
        for number, (group, surface) in enumerate(zip(groups, surfaces, strict=True)):
            noun_scores = _ranked(judge.names("carrier"), nouns[number])
            colour_scores = _ranked(judge.names("carrier_colour"), colours[number])
            shape_scores = _ranked(judge.names("shape"), shapes[number])
            carriers.append(
                Carrier(
                    id=number,
                    box=surface.box,
                    polygon=surface.polygon,
                    noun=noun_scores[0][0],
                    noun_scores=noun_scores,
                    colour=colour_scores[0][0],
                    colour_scores=colour_scores,
                    shape=shape_scores[0][0],
                    shape_scores=shape_scores,
                    lab=as_lab(look.grounds[list(group)].mean(axis=0)),
                    texts=tuple(group),
                )
            )
        return tuple(carriers)

    def _attributes(
        self,
        judged: dict[str, NDArray[np.float32]],
        strings: Sequence[str],
        quads: Floats,
        inks: Floats,
        grounds: Floats,
    ) -> list[Attributes]:
        """Name colours, kind and style of N texts.

        judged: what is thought of the texts, by field; strings: (N); quads: (N, 4, 2); inks, grounds: (N, 3).
        """
        judge = self._judgement
        ink, ground, kind, style = (judged[field] for field in ("ink", "ground", "kind", "style"))
        attributes = []
        for i, string in enumerate(strings):
            ink_scores = _ranked(judge.names("ink"), ink[i])
            ground_scores = _ranked(judge.names("ground"), ground[i])
            kind_scores = _ranked(judge.names("kind"), with_pattern(kind[i], judge.names("kind"), string))
            case = case_of([string])
            styles = [
                name
                for name, score, least in zip(judge.names("style"), style[i], judge.style_thresholds, strict=True)
                if score >= least
            ]
            attributes.append(
                Attributes(
                    ink=ink_scores[0][0],
                    ink_lab=as_lab(inks[i]),
                    ink_scores=ink_scores,
                    ground=ground_scores[0][0],
                    ground_lab=as_lab(grounds[i]),
                    ground_scores=ground_scores,
                    kind=kind_scores[0][0],
                    kind_scores=kind_scores,
                    style=tuple(styles),
                    case=case,
                    has_digits=has_digits(string),
                    angle=quad_angle(quads[i]),
                )
            )
        return attributes


def near_nouns(box: Box, objects: Sequence[SceneObject], *, reach: float) -> tuple[str, ...]:
    """Nouns of objects that a box touches or that lie at most `reach` pixels beside it, nearest first, each once."""
    distances = []
    for thing in objects:
        apart_x = max(thing.box[0] - box[2], box[0] - thing.box[2], 0.0)
        apart_y = max(thing.box[1] - box[3], box[1] - thing.box[3], 0.0)
        distance = float(np.hypot(apart_x, apart_y))
        if distance <= reach:
            distances.append((distance, -thing.score, thing.noun))
    return tuple(dict.fromkeys(noun for _, _, noun in sorted(distances)))[:MOST_NEAR]


def _placed(
    attributes: Sequence[Attributes],
    quads: Floats,
    heights: Floats,
    strokes: Floats,
    size: tuple[int, int],
    objects: Sequence[SceneObject],
) -> tuple[Attributes, ...]:
    """Add sizes, ranks, places, neighbours and objects nearby within one level."""
    polygons: list[Polygon] = [tuple((float(x), float(y)) for x, y in quad) for quad in quads]
    tall, bold = [float(height) for height in heights], [float(stroke) for stroke in strokes]
    relations = relate(polygons, size=size, heights=tall, strokes=bold)
    return tuple(
        replace(
            a,
            letter_height=tall[i],
            stroke_width=bold[i],
            near=near_nouns(box_of(polygons[i]), objects, reach=max(2 * tall[i], 0.04 * max(size))),
            size_rank=relation.size_rank,
            stroke_rank=relation.stroke_rank,
            place=relation.place,
            left_of=relation.left_of,
            right_of=relation.right_of,
            above=relation.above,
            below=relation.below,
        )
        for i, (a, relation) in enumerate(zip(attributes, relations, strict=True))
    )


def _ranked(names: Sequence[str], probabilities: Floats) -> Scores:
    """Names with their probabilities, most probable first; ties keep the order of `names`."""
    order = np.argsort(-np.round(probabilities, 7), kind="stable")
    return tuple((names[int(i)], round(float(probabilities[i]), 6)) for i in order)
