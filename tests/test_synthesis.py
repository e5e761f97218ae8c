"""Synthetic scenes: their truth is exact, and they are the same whoever makes them. Pillow's own font is enough."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from whichtext.cli import main
from whichtext.data.problems import Problems
from whichtext.data.synthesis.backgrounds import PhotoLibrary, photo_backdrop
from whichtext.data.synthesis.carriers import CARRIERS
from whichtext.data.synthesis.degradation import Degradation, develop
from whichtext.data.synthesis.expressions import TYPES
from whichtext.data.synthesis.fonts import BUILT_IN, FontLibrary
from whichtext.data.synthesis.lettering import bend, stack, tilt, write_line
from whichtext.data.synthesis.objects import CutOutLibrary, dominant_colour
from whichtext.data.synthesis.outlines import OUTLINES, outline_of
from whichtext.data.synthesis.palette import PAINTS, SCHEMES, colour_clash, paint, pick_scheme
from whichtext.data.synthesis.predicates import TYPE_OF, Predicate, World, verdict
from whichtext.data.synthesis.rendering import Canvas, corners, homography, project
from whichtext.data.synthesis.scene import Scene, Settings, synthesize
from whichtext.data.synthesis.sheets import draw_sheet
from whichtext.data.synthesis.strings import PROGRAMS, compose
from whichtext.data.synthesis.truth import SceneTruth, TrueLine, TrueWord
from whichtext.data.synthesis.wording import (
    CONTENTS,
    KIND_QUESTIONS,
    KINDS,
    MOST,
    PLACES,
    RELATIONS,
    STYLES,
    surface_forms,
    word,
)
from whichtext.data.synthesis.writing import Sources, scene_to_line, write_scenes
from whichtext.data.textref import read
from whichtext.errors import InputError, OutputError
from whichtext.geometry import polygon_mask
from whichtext.retrieval.rules.vocabulary import CARRIER_SHAPES as SHAPE_WORDS
from whichtext.retrieval.rules.vocabulary import CARRIERS as CARRIER_WORDS
from whichtext.retrieval.rules.vocabulary import COLOURS as COLOUR_WORDS
from whichtext.retrieval.rules.vocabulary import KINDS as KIND_WORDS

SMALL = (320, 240)
COUNT = 28
SHAPES = {
    *("rectangle", "square", "strip", "round", "oval", "triangle", "diamond", "octagon", "arrow", "irregular"),
    "letters",
}


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    settings = Settings(size=SMALL)
    return [synthesize(index, seed=5, settings=settings) for index in range(COUNT)]


@pytest.fixture(scope="module")
def rows(scenes) -> list[dict[str, Any]]:
    return [json.loads(scene_to_line(scene)) for scene in scenes]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


# The same scene always.


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_job_and_two_jobs_write_the_same_bytes(tmp_path) -> None:
    sources = Sources(size=(160, 128))
    one = write_scenes(tmp_path / "one", sources, count=9, seed=3, jobs=1)
    two = write_scenes(tmp_path / "two", sources, count=9, seed=3, jobs=2)
    assert one == two
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert len(files_of(tmp_path / "one")) == 10


def test_a_scene_does_not_depend_on_those_before_it() -> None:
    settings = Settings(size=(192, 144))
    alone = synthesize(4, seed=9, settings=settings)
    for index in range(3):
        synthesize(index, seed=9, settings=settings)
    again = synthesize(4, seed=9, settings=Settings(size=(192, 144)))
    assert alone.image.tobytes() == again.image.tobytes()
    assert scene_to_line(alone) == scene_to_line(again)


def test_another_seed_is_another_scene() -> None:
    settings = Settings(size=(192, 144))
    assert scene_to_line(synthesize(0, seed=1, settings=settings)) != scene_to_line(
        synthesize(0, seed=2, settings=settings)
    )


# The truth is where the ink is.


def test_word_polygons_contain_the_ink(scenes) -> None:
    for scene in scenes:
        inked = scene.ink > 96
        grown = (
            polygon_mask([word.polygon for word in scene.truth.words], scene.image.size)
            if scene.truth.words
            else ~inked
        )
        assert (inked & ~grown).sum() <= 0.01 * inked.sum() + 3, scene.record.image_id


def test_every_word_polygon_has_ink_in_it(scenes) -> None:
    for scene in scenes:
        for one in scene.truth.words:
            inside = polygon_mask([one.polygon], scene.image.size)
            assert scene.ink[inside].max() > 15, (scene.record.image_id, one.string)
            if letters_of(one.string):
                assert (scene.ink[inside] > 48).mean() > 0.04, (scene.record.image_id, one.string)


def test_no_text_leaves_the_picture(scenes) -> None:
    for scene in scenes:
        points = [point for one in scene.truth.words for point in one.polygon]
        points += [point for carrier in scene.truth.carriers for point in carrier.polygon]
        assert all(0 <= x <= SMALL[0] and 0 <= y <= SMALL[1] for x, y in points)


def test_words_keep_within_their_carrier(scenes) -> None:
    for scene in scenes:
        for line in scene.truth.lines:
            carrier = scene.truth.carriers[line.carrier]
            surface = polygon_mask([carrier.polygon], scene.image.size)
            for number in line.words:
                inside = polygon_mask([scene.truth.words[number].polygon], scene.image.size)
                assert surface[inside].mean() > 0.85, (scene.record.image_id, carrier.noun, line.string)


def test_a_word_that_is_covered_does_not_count(rng) -> None:
    canvas = Canvas(np.full((60, 100, 3), 128, np.float32))
    polygon = np.array([[10, 10], [50, 10], [50, 30], [10, 30]], float)
    flat, solid = np.zeros((20, 40, 3), np.float32), np.ones((20, 40), np.float32)
    sign = canvas.put(flat, solid, None, polygon)
    assert canvas.visible_share(polygon, sign) == 1.0
    canvas.put(flat, solid, None, polygon + np.array([20, 0]))
    assert canvas.visible_share(polygon, sign) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("shape", ["straight", "tracked", "bent up", "bent down", "tilted", "stacked"])
def test_letters_lie_in_the_polygon_of_their_word(shape) -> None:
    line = write_line(BUILT_IN, 40, "Two words", tracking=0.1 if shape == "tracked" else 0.0)
    if shape.startswith("bent"):
        line = bend(line, 70 if shape == "bent up" else -70)
    elif shape == "tilted":
        line = tilt(line, 20)
    elif shape == "stacked":
        line = stack(BUILT_IN, 30, "TWO WORDS")
    ink = np.asarray(line.mask) > 100
    masks = [polygon_mask([polygon], line.mask.size) for polygon in line.polygons]
    assert len(masks) == 2
    assert not (masks[0] & masks[1]).any()
    assert (ink & ~(masks[0] | masks[1])).sum() == 0
    assert all((ink & mask).sum() > 100 for mask in masks)


def test_a_homography_takes_its_corners_where_they_belong(rng) -> None:
    source, target = corners(30, 20), np.array([[3, 4], [40, 1], [44, 30], [0, 26]], float)
    matrix = homography(source, target)
    assert np.allclose(project(matrix, source), target)
    assert np.allclose(project(np.linalg.inv(matrix), target), source)


# Words, lines, blocks.


def test_lines_part_the_words_and_blocks_part_the_lines(rows) -> None:
    for row in rows:
        ids = [text["id"] for text in row["texts"]]
        assert ids == list(range(len(ids)))
        assert sorted(number for line in row.get("lines", []) for number in line) == ids
        assert sorted(number for block in row["blocks"] for number in block) == ids
        lines = row.get("lines", [])
        for carrier in row["carriers"]:
            if carrier["lines"]:
                assert [number for line in carrier["lines"] for number in lines[line]] in row["blocks"]
        assert [carrier["id"] for carrier in row["carriers"]] == list(range(len(row["carriers"])))


def test_a_line_reads_as_its_words(scenes) -> None:
    for scene in scenes:
        for line in scene.truth.lines:
            assert line.string == " ".join(scene.truth.words[number].string for number in line.words)
            assert line.legible == all(scene.truth.words[number].legible for number in line.words)
            assert all(" " not in scene.truth.words[number].string for number in line.words)


def test_lines_of_a_carrier_come_in_reading_order(scenes) -> None:
    for scene in scenes:
        for carrier in scene.truth.carriers:
            middles = []
            for number in carrier.lines:
                points = [p for one in scene.truth.lines[number].words for p in scene.truth.words[one].polygon]
                middles.append(np.mean(points, axis=0))
            axis = np.subtract(carrier.polygon[-1], carrier.polygon[0])
            assert all(later[1] > earlier[1] for earlier, later in pairwise(middles)), (carrier.noun, axis)


def test_names_are_those_of_the_vocabulary(scenes) -> None:
    colours, shapes = set(COLOUR_WORDS.values()), set(SHAPE_WORDS.values()) | {"letters"}
    nouns, kinds = set(CARRIER_WORDS.values()), set(KIND_WORDS.values()) | {"notice"}
    assert set(PAINTS) <= colours
    assert {kind.noun for kind in CARRIERS} <= nouns | {"plaque"}
    for scene in scenes:
        assert {line.ink for line in scene.truth.lines} <= colours
        assert {line.ground for line in scene.truth.lines} <= colours | {None}
        assert {carrier.shape for carrier in scene.truth.carriers} <= shapes
        assert {line.kind for line in scene.truth.lines} <= kinds | {None}


def test_the_file_reads_back_as_the_records(scenes, tmp_path) -> None:
    path = tmp_path / "scenes.jsonl"
    path.write_text("".join(scene_to_line(scene) for scene in scenes), encoding="utf-8")
    problems = Problems()
    assert list(read(path, problems=problems)) == [scene.record for scene in scenes]
    assert problems.total == 0


def test_every_shape_of_carrier_occurs(scenes) -> None:
    assert {carrier.shape for scene in scenes for carrier in scene.truth.carriers if carrier.lines} == SHAPES


def test_every_kind_of_carrier_can_be_drawn_with_writing(rng) -> None:
    for kind in CARRIERS:
        for form, least, most in kind.forms:
            drawn = []
            for _ in range(3):
                width = 240
                size = (width, max(20, round(width / ((least + most) / 2))))
                outline = outline_of(rng, form, size[0] / size[1])
                contents = compose(rng, kind.programs[0])
                scheme = pick_scheme(rng, grounds=kind.grounds)
                sheet = draw_sheet(
                    *(rng, kind, outline, size, scheme, contents, FontLibrary()),
                    least_letters=6.0,
                    light=(0.5, -0.7),
                    wall="white",
                )
                drawn.append(len(sheet.lines))
                assert sheet.alpha.shape == sheet.ink.shape == (size[1], size[0])
            assert max(drawn) > 0, (kind.key, form)


def test_outlines_keep_within_the_unit_square_and_around_their_writing(rng) -> None:
    for form in OUTLINES:
        outline = outline_of(rng, form, 2.0)
        assert outline.points.min() >= -1e-9
        assert outline.points.max() <= 1 + 1e-9
        x0, y0, x1, y1 = (round(1000 * value) for value in outline.area)
        surface = polygon_mask([outline.points * 1000], (1001, 1001))
        assert surface[y0:y1, x0:x1].mean() > 0.93, form


# Expressions: an evaluator of its own, that knows only the file.


def box_of(points: list[list[float]]) -> tuple[float, float, float, float]:
    x, y = zip(*points, strict=True)
    return min(x), min(y), max(x), max(y)


def candidates_of(row: dict[str, Any], level: str) -> list[dict[str, Any]]:
    labels = {tuple(label["targets"]): label for label in row.get("labels", [])}
    strings = {text["id"]: text["string"] for text in row["texts"]}
    polygons = {text["id"]: text["polygon"] for text in row["texts"]}
    made = []
    for number, line in enumerate(row.get("lines", [])):
        carrier = row["carriers"][row["line_carriers"][number]]
        siblings = carrier["lines"]
        label = labels[tuple(line)]
        shared = {
            "carrier": carrier,
            "ink": label["ink"],
            "ground": label.get("ground"),
            "style": set(label.get("style", ())),
            "height": row["letter_heights"][number],
        }
        if level == "line":
            made.append(
                shared
                | {
                    "words": line,
                    "string": " ".join(strings[one] for one in line),
                    "kind": label.get("kind"),
                    "nth": siblings.index(number) + 1,
                    "last": siblings.index(number) - len(siblings),
                    "box": box_of([p for one in line for p in polygons[one]]),
                }
            )
        elif level == "word":
            for place, one in enumerate(line):
                made.append(
                    shared
                    | {
                        "words": [one],
                        "string": strings[one],
                        "kind": label.get("kind") if len(line) == 1 else None,
                        "nth": place + 1,
                        "last": place - len(line),
                        "box": box_of(polygons[one]),
                    }
                )
        elif siblings[0] == number:
            inks = {labels[tuple(row["lines"][one])]["ink"] for one in siblings}
            grounds = {labels[tuple(row["lines"][one])].get("ground") for one in siblings}
            words = [one for sibling in siblings for one in row["lines"][sibling]]
            made.append(
                shared
                | {
                    "words": words,
                    "string": "",
                    "kind": label.get("kind") if len(siblings) == 1 else None,
                    "ink": inks.pop() if len(inks) == 1 else None,
                    "ground": grounds.pop() if len(grounds) == 1 else None,
                    "style": set(),
                    "nth": 1,
                    "last": -len(siblings),
                    "box": box_of(carrier["polygon"]),
                    "height": max(row["letter_heights"][one] for one in siblings),
                }
            )
    return made


def letters_of(string: str) -> str:
    return "".join(char for char in string.casefold() if char.isalnum())


def stands(relation: str, one: tuple[float, ...], other: tuple[float, ...], size: tuple[int, int]) -> bool:
    gap_x = max(one[0] - other[2], other[0] - one[2]) / size[0]
    gap_y = max(one[1] - other[3], other[1] - one[3]) / size[1]
    dx, dy = (one[0] + one[2] - other[0] - other[2]) / 2, (one[1] + one[3] - other[1] - other[3]) / 2
    if relation == "next to":
        return float(np.hypot(max(gap_x, 0), max(gap_y, 0))) <= 0.1
    return {
        "above": dy < 0 and gap_x < 0,
        "below": dy > 0 and gap_x < 0,
        "left of": dx < 0 and gap_y < 0,
        "right of": dx > 0 and gap_y < 0,
    }[relation]


def holds(row: dict[str, Any], one: dict[str, Any], predicate: list[Any]) -> bool:
    name, *arguments = predicate
    size = (row["width"], row["height"])
    string, value = one["string"], arguments[0]
    if name in {"ink", "ground", "kind"}:
        return one[name] == value
    if name == "style":
        return value in one["style"] or (value in {"upper", "lower"} and case_of(string) == value)
    if name == "on":
        carrier, (called, colour, shape) = one["carrier"], arguments
        return called in carrier["names"] and colour in {"", carrier["colour"]} and shape in {"", carrier["shape"]}
    if name == "near":
        things = [thing for thing in row.get("objects", []) if thing["category"] == arguments[1]]
        things = [thing for thing in things if arguments[2] in {"", thing.get("colour")}]
        return any(stands(value, one["box"], thing["box"], size) for thing in things)
    if name == "at":
        x, y = (one["box"][0] + one["box"][2]) / 2 / size[0], (one["box"][1] + one["box"][3]) / 2 / size[1]
        tests = {
            "left": x < 0.45,
            "right": x > 0.55,
            "top": y < 0.43,
            "bottom": y > 0.57,
            "middle": abs(x - 0.5) < 0.22 and abs(y - 0.5) < 0.22,
        }
        return all(tests[part] for part in value.split())
    if name in {"nth line", "nth word"}:
        return value in {one["nth"], one["last"]}
    if name == "beside text":
        return is_beside(row, one, value, arguments[1])
    return {
        "says": lambda: letters_of(string) == letters_of(str(value)),
        "contains": lambda: letters_of(str(value)) in [letters_of(part) for part in string.split()],
        "starts": lambda: string[:1].casefold() == str(value).casefold(),
        "ends": lambda: string[-1:].casefold() == str(value).casefold(),
        "letters": lambda: string.isalpha() and len(string) == value,
        "words": lambda: len(string.split()) == value,
        "digits": lambda: any(char.isdigit() for char in string) == (value == "yes"),
    }[name]()


def case_of(string: str) -> str:
    letters = [char for char in string if char.isalpha()]
    return (
        "upper"
        if letters and all(c.isupper() for c in letters)
        else "lower"
        if all(c.islower() for c in letters)
        else ""
    )


def is_beside(row: dict[str, Any], one: dict[str, Any], relation: str, string: str) -> bool:
    anchors = [c for level in ("line", "word") for c in candidates_of(row, level)]
    anchors = [c for c in anchors if letters_of(c["string"]) == letters_of(string)]
    anchor = anchors[0]
    if any(set(one["words"]) & set(other["words"]) for other in anchors):
        return False
    if relation in {"after", "before"}:
        step = 1 if relation == "after" else -1
        line = next(line for line in row["lines"] if anchor["words"][0] in line)
        place = line.index(anchor["words"][-1 if step > 0 else 0]) + step
        return one["words"] == line[place : place + 1] if place >= 0 else False
    is_line = len(anchor["words"]) > 1 or anchor["words"] in row["lines"]
    same = one["carrier"]["id"] == anchor["carrier"]["id"] and one["words"] in row["lines"] and is_line
    if same and relation in {"above", "below"}:
        lines = [row["lines"][number] for number in one["carrier"]["lines"]]
        step = 1 if relation == "below" else -1
        if one["level"] == "line":
            return lines.index(one["words"]) == lines.index(anchor["words"]) + step
    return stands(relation, one["box"], anchor["box"], (row["width"], row["height"]))


def winners(found: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    def key(one: dict[str, Any]) -> float:
        x, y = one["box"][0] + one["box"][2], one["box"][1] + one["box"][3]
        size, length = one["height"], len(one["string"])
        return {
            **{"largest": size, "smallest": -size, "topmost": -y, "lowest": y, "leftmost": -x, "rightmost": x},
            **{"longest": length, "shortest": -length},
        }[what]

    best = max(map(key, found))
    return [one for one in found if key(one) == best]


def fitting(row: dict[str, Any], number: int) -> list[list[int]]:
    level, predicates = row["levels"][str(number)], row["predicates"][str(number)]
    found = [one | {"level": level} for one in candidates_of(row, level)]
    for predicate in predicates:
        if predicate[0] != "most":
            found = [one for one in found if holds(row, one, predicate)]
    for predicate in predicates:
        if predicate[0] == "most" and found:
            found = winners(found, predicate[1])
    return [one["words"] for one in found]


def test_each_description_means_exactly_its_target(rows) -> None:
    checked = 0
    for row in rows:
        for expression in row.get("expressions", []):
            assert fitting(row, expression["id"]) == [expression["targets"]], expression
            assert expression["margin"] >= 0.5
            checked += 1
    assert checked > 5 * COUNT


def test_ambiguous_descriptions_fit_several_texts_and_the_others_none(rows) -> None:
    counts = {"ambiguous": 0, "no_target": 0}
    for row in rows:
        for expression in row.get("ambiguous", []):
            assert sorted(fitting(row, expression["id"])) == sorted(expression["matches"]), expression
            assert len(expression["matches"]) > 1
            counts["ambiguous"] += 1
        for expression in row.get("no_target", []):
            assert fitting(row, expression["id"]) == [], expression
            counts["no_target"] += 1
    assert min(counts.values()) > COUNT / 2


def test_targets_can_be_read_and_the_reading_is_theirs(rows) -> None:
    for row in rows:
        texts = {text["id"]: text for text in row["texts"]}
        for expression in row.get("expressions", []):
            assert all(texts[one]["legible"] for one in expression["targets"])
            assert expression["reading"] == " ".join(texts[one]["string"] for one in expression["targets"])


def test_every_type_of_expression_occurs(rows) -> None:
    counts = dict.fromkeys(TYPES, 0)
    for row in rows:
        for expression in row.get("expressions", []):
            for name in expression["types"]:
                counts[name] += 1
    assert set(TYPE_OF.values()) == set(TYPES)
    assert min(counts.values()) >= 10, counts


def test_types_are_those_of_the_predicates(scenes) -> None:
    for scene in scenes:
        for one in scene.written:
            assert set(one.types) == {TYPE_OF[predicate.name] for predicate in one.predicates}


def test_every_relation_has_thirty_surface_forms() -> None:
    names = [*RELATIONS, *PLACES, *MOST, *STYLES, *CONTENTS, *KINDS, "ink", "ground", "on", "block"]
    short = {name: len(surface_forms(name)) for name in names if len(surface_forms(name)) < 30}
    assert short == {}
    assert set(KIND_QUESTIONS) <= set(KINDS)


@pytest.mark.parametrize(
    "predicate",
    [
        Predicate("on", ("sign", "yellow", "round")),
        Predicate("near", ("below", "bottle", "")),
        Predicate("beside text", ("above", "SALE")),
        Predicate("most", ("largest",)),
        Predicate("kind", ("phone",)),
        Predicate("at", ("top left",)),
        Predicate("ink", ("red",)),
        Predicate("starts", ("K",)),
        Predicate("nth line", (2,)),
    ],
    ids=lambda predicate: predicate.name,
)
def test_one_predicate_is_worded_in_thirty_ways(rng, predicate) -> None:
    wordings = {word(rng, "line", [predicate]).raw for _ in range(300)}
    assert len(wordings) >= 30
    assert all(raw == raw.strip() and "  " not in raw and "{" not in raw for raw in wordings)


def made_truth(*lines: tuple[str, str, float]) -> SceneTruth:
    """Lines of (string, ink, x) without a carrier, 20 pixels wide, in a picture of 300 by 100."""
    words, made = [], []
    for number, (string, ink, x) in enumerate(lines):
        words.append(TrueWord(number, string, ((x, 40), (x + 20, 40), (x + 20, 50), (x, 50)), True))
        made.append(TrueLine((number,), string, None, ink, "white", (), 8.0, None, True))
    return SceneTruth(300, 100, tuple(words), tuple(made), (), ())


def test_colours_that_could_be_mixed_up_make_no_description() -> None:
    red = Predicate("ink", ("red",))
    assert verdict(World(made_truth(("A", "red", 10), ("B", "blue", 200))), "line", [red]).status == "found"
    assert verdict(World(made_truth(("A", "red", 10), ("B", "orange", 200))), "line", [red]).status == "unsure"
    assert verdict(World(made_truth(("A", "red", 10), ("B", "red", 200))), "line", [red]).status == "ambiguous"
    assert verdict(World(made_truth(("A", "green", 10), ("B", "blue", 200))), "line", [red]).status == "none"


def test_geometry_at_the_border_makes_no_description() -> None:
    left = Predicate("at", ("left",))
    assert verdict(World(made_truth(("A", "red", 20), ("B", "blue", 220))), "line", [left]).status == "found"
    assert verdict(World(made_truth(("A", "red", 20), ("B", "blue", 120))), "line", [left]).status == "unsure"
    first = Predicate("most", ("leftmost",))
    assert verdict(World(made_truth(("A", "red", 20), ("B", "blue", 25))), "line", [first]).status == "unsure"


def test_colour_clash_is_symmetric_and_schemes_are_readable() -> None:
    for one in PAINTS:
        assert colour_clash(one, one) == 1.0
        assert all(colour_clash(one, other) == colour_clash(other, one) for other in PAINTS)
    assert all(ground != ink for (ground, ink, _), _ in SCHEMES)


def test_plain_paint_is_called_by_its_name(rng) -> None:
    for name in ("red", "yellow", "green", "blue", "white", "black", "orange", "grey", "turquoise"):
        pixels = np.array([paint(rng, name) for _ in range(40)], np.float32)
        assert dominant_colour(pixels) == name


def test_programs_write_something_without_odd_characters(rng) -> None:
    for name in PROGRAMS:
        for _ in range(30):
            contents = compose(rng, name)
            assert contents
            for one in contents:
                assert one.string == " ".join(one.string.split()), name
                assert one.string


# Photos.


@pytest.fixture
def photo_folder(tmp_path, rng) -> Path:
    """Two photos with a word each; the second is of the dev part."""
    folder = tmp_path / "photos-with-words"
    (folder / "photos").mkdir(parents=True)
    lines = []
    for number, split in enumerate(("train", "dev")):
        picture = Image.new("RGB", (400, 300), (170, 160, 150))
        ImageDraw.Draw(picture).rectangle((60, 60, 160, 90), fill=(250, 0, 0))
        picture.save(folder / "photos" / f"{number}.png")
        polygon = [[60, 60], [160, 60], [160, 90], [60, 90]]
        texts = [{"id": 0, "polygon": polygon, "string": "Native", "legible": True}]
        row = {"image_id": f"p{number}", "split": split, "file": f"photos/{number}.png", "width": 400, "height": 300}
        lines.append(json.dumps(row | {"texts": texts}) + "\n")
    (folder / "words.jsonl").write_text("".join(lines))
    return folder


def test_only_train_photos_become_backgrounds(photo_folder) -> None:
    assert [photo.image_id for photo in PhotoLibrary(photo_folder).photos] == ["p0"]


def test_writing_of_a_background_is_painted_over(photo_folder, rng) -> None:
    for _ in range(4):
        pixels = photo_backdrop(rng, PhotoLibrary(photo_folder).photos[0], SMALL).pixels
        assert np.abs(pixels - [170, 160, 150]).max() < 40


def test_a_scene_before_a_photo_names_it(photo_folder) -> None:
    scene = synthesize(0, seed=1, settings=Settings(size=SMALL, photos=PhotoLibrary(photo_folder), photo_share=1.0))
    assert scene.record.source == "whichtext data synthesize, background p0"
    assert "Native" not in {text.string for text in scene.record.texts}


def test_writing_into_a_photo_keeps_its_own_words(photo_folder) -> None:
    settings = Settings(size=(400, 300), photos=PhotoLibrary(photo_folder), into_photos=True)
    scene = synthesize(0, seed=2, settings=settings)
    native = [text for text in scene.record.texts if text.string == "Native"]
    assert [text.polygon for text in native] == [((60.0, 60.0), (160.0, 60.0), (160.0, 90.0), (60.0, 90.0))]
    assert len(scene.record.texts) > 1
    assert scene.image.size == (400, 300)
    assert np.abs(np.asarray(scene.image, dtype=int)[62:88, 62:158] - [250, 0, 0]).max() <= 1
    for one in scene.written:
        assert native[0].id not in [number for words in one.fitting for number in words] or one.status != "found"


def test_cut_outs_are_named_by_their_character(tmp_path) -> None:
    Image.new("RGBA", (20, 20), (30, 90, 190, 255)).save(tmp_path / "1f68c.png")
    Image.new("RGBA", (20, 20), (30, 90, 190, 255)).save(tmp_path / "1f6ab.png")  # NO ENTRY SIGN: no thing
    thing = CutOutLibrary(tmp_path).pick(np.random.default_rng(0))
    assert (thing.noun, thing.colour) == ("bus", "blue")


def test_a_perfect_camera_changes_nothing_but_grain(rng) -> None:
    still = Degradation(1, 0, 0, 0, 0.0, (0, 0), 0, 0, 0, 0, 95)
    pixels = np.full((40, 60, 3), 90, np.float32)
    assert np.abs(np.asarray(develop(rng, pixels, still), dtype=int) - 90).max() <= 1


# What cannot be.


@pytest.mark.parametrize(
    "make",
    [
        lambda path: FontLibrary([path / "nowhere"]),
        lambda path: FontLibrary([path]),
        lambda path: CutOutLibrary(path / "nowhere"),
        lambda path: CutOutLibrary(path),
        lambda path: PhotoLibrary(path / "nowhere"),
        lambda path: PhotoLibrary(path),
        lambda path: Settings(size=(20, 20)),
        lambda path: Settings(size=(640, 99999)),
        lambda path: Settings(into_photos=True),
        lambda path: write_scenes(path / "out", Sources(), count=0, seed=1),
        lambda path: write_scenes(path / "out", Sources(), count=1, seed=-1),
        lambda path: write_scenes(path / "out", Sources(), count=1, seed=1, jobs=0),
    ],
)
def test_what_cannot_be_used_is_said(make, tmp_path) -> None:
    with pytest.raises(InputError, match=r".{12}"):
        make(tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_damaged_list_of_words_is_named(tmp_path) -> None:
    (tmp_path / "words.jsonl").write_text('{"image_id": 1, "texts": [{"id": 0}]}\n')
    with pytest.raises(InputError, match=r"words\.jsonl:1"):
        PhotoLibrary(tmp_path)


def test_nothing_is_overwritten(tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match="no empty folder"):
        write_scenes(tmp_path, Sources(), count=1, seed=1)
    assert files_of(tmp_path) == {"mine.txt": b"keep"}


def test_the_command_writes_scenes_and_a_sheet(tmp_path, capsys) -> None:
    out, sheet = tmp_path / "out", tmp_path / "sheet.png"
    options = ["--scenes", "2", "--seed", "4", "--size", "192x144", "--preview", str(sheet)]
    assert main(["data", "synthesize", str(out), *options]) == 0
    assert "2 scenes" in capsys.readouterr().out
    assert len((out / "scenes.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert Image.open(sheet).format == "PNG"
    assert main(["data", "synthesize", str(out), *options]) == 2
    assert main(["data", "synthesize", str(tmp_path / "x"), "--scenes", "2", "--seed", "4", "--size", "big"]) == 2
    assert main(["data", "synthesize", str(tmp_path / "x"), "--scenes", "-2", "--seed", "4"]) == 2
