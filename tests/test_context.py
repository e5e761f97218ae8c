"""The context engine on drawn photos: names, carriers, equality over order, copies and threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from drawn_signs import TWO_SIGNS, DrawnPhoto, Sign, draw_photo
from whichtext.context.attributes import merge
from whichtext.context.engine import ContextEngine, ContextObservation, near_nouns
from whichtext.context.judgement import Judgement
from whichtext.context.kinds import case_of, kind_by_pattern
from whichtext.context.word_colours import WordColours
from whichtext.errors import BadWords
from whichtext.types import Attributes, SceneObject


@pytest.fixture(scope="module")
def engine() -> ContextEngine:
    return ContextEngine(threads=1)


def seen(engine: ContextEngine, photo: DrawnPhoto) -> ContextObservation:
    return engine.observe(photo.image, words=photo.words, strings=photo.strings, lines=photo.lines)


@pytest.mark.parametrize(
    ("ink", "paint"), [("white", "blue"), ("black", "yellow"), ("white", "red"), ("black", "white"), ("white", "green")]
)
def test_drawn_signs_are_named_by_their_paint(engine: ContextEngine, ink: str, paint: str) -> None:
    photo = draw_photo((Sign((150, 120, 700, 420), paint, ink, (("CITY", "HALL"), ("Level", "2"))),))
    result = seen(engine, photo)
    assert [(line.ink, line.ground) for line in result.lines] == [(ink, paint), (ink, paint)]
    assert [carrier.colour for carrier in result.carriers] == [paint]


def test_lines_of_one_sign_share_a_carrier_and_lines_of_another_do_not(engine: ContextEngine) -> None:
    photo = draw_photo(TWO_SIGNS)
    result = seen(engine, photo)
    assert [carrier.texts for carrier in result.carriers] == [(0, 1, 2), (3, 4)]
    assert [line.carrier.id if line.carrier else None for line in result.lines] == list(photo.sign_of_line)
    for line, members in enumerate(photo.lines):
        assert {result.words[word].carrier for word in members} == {result.lines[line].carrier}


def test_scores_are_probabilities_in_descending_order(engine: ContextEngine) -> None:
    result = seen(engine, draw_photo(TWO_SIGNS))
    for attributes in (*result.words, *result.lines):
        assert attributes.carrier is not None
        for scores in (
            attributes.ink_scores,
            attributes.ground_scores,
            attributes.kind_scores,
            attributes.carrier.noun_scores,
            attributes.carrier.colour_scores,
            attributes.carrier.shape_scores,
        ):
            values = [score for _, score in scores]
            assert values == sorted(values, reverse=True)
            assert sum(values) == pytest.approx(1, abs=1e-3)


def test_attributes_follow_the_order_of_words_and_lines(engine: ContextEngine) -> None:
    photo = draw_photo(TWO_SIGNS)
    straight = seen(engine, photo)
    word_order = [5, 2, 9, 0, 7, 1, 8, 3, 6, 4]
    line_order = [3, 0, 4, 2, 1]
    position = {old: new for new, old in enumerate(word_order)}
    turned = engine.observe(
        photo.image,
        words=[photo.words[i] for i in word_order],
        strings=[photo.strings[i] for i in word_order],
        lines=[[position[word] for word in photo.lines[i]] for i in line_order],
    )
    for new, old in enumerate(line_order):
        ours, theirs = turned.lines[new], straight.lines[old]
        assert (ours.ink, ours.ground, ours.kind, ours.style, ours.case) == (
            theirs.ink,
            theirs.ground,
            theirs.kind,
            theirs.style,
            theirs.case,
        )
        assert ours.carrier is not None
        assert theirs.carrier is not None
        assert {line_order[i] for i in ours.carrier.texts} == set(theirs.carrier.texts)
    for new, old in enumerate(word_order):
        assert (turned.words[new].ink, turned.words[new].ground) == (
            straight.words[old].ink,
            straight.words[old].ground,
        )


def test_no_words_give_no_attributes(engine: ContextEngine) -> None:
    result = engine.observe(np.full((40, 60, 3), 99, dtype=np.uint8), words=(), strings=(), lines=())
    assert (result.words, result.lines, result.carriers) == ((), (), ())


@pytest.mark.parametrize("shape", [(1, 1), (1, 2000), (2000, 1), (3, 5)])
def test_tiny_and_thin_photos_are_looked_at(engine: ContextEngine, shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 200, dtype=np.uint8)
    quad = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    result = engine.observe(image, words=[quad], strings=[""], lines=[[0]])
    assert len(result.words) == len(result.lines) == len(result.carriers) == 1


def test_words_beyond_the_photo_are_looked_at(engine: ContextEngine) -> None:
    photo = draw_photo(TWO_SIGNS)
    outside = ((-300.0, -90.0), (-200.0, -90.0), (-200.0, -60.0), (-300.0, -60.0))
    flat = ((100.0, 100.0), (100.0, 100.0), (100.0, 100.0), (100.0, 100.0))
    crossing = ((880.0, 580.0), (990.0, 580.0), (990.0, 640.0), (880.0, 640.0))
    result = engine.observe(photo.image, words=[outside, flat, crossing], strings=["A", "", "1"], lines=[[0], [1], [2]])
    assert len(result.lines) == 3


def test_three_hundred_words_are_looked_at(engine: ContextEngine) -> None:
    photo = draw_photo(TWO_SIGNS)
    words = [
        ((x, y), (x + 22.0, y), (x + 22.0, y + 10.0), (x, y + 10.0))
        for y in np.arange(20) * 28.0 + 5
        for x in np.arange(15) * 58.0 + 5
    ]
    lines = [[row * 15 + column for column in range(15)] for row in range(20)]
    result = engine.observe(photo.image, words=words, strings=["word"] * 300, lines=lines)
    assert (len(result.words), len(result.lines)) == (300, 20)


def test_words_and_lines_that_do_not_fit_are_refused(engine: ContextEngine) -> None:
    photo = draw_photo(TWO_SIGNS)
    with pytest.raises(BadWords, match="exactly one line"):
        engine.observe(photo.image, words=photo.words, strings=photo.strings, lines=photo.lines[:-1])


def test_eight_threads_see_what_one_sees(engine: ContextEngine) -> None:
    photos = [draw_photo(TWO_SIGNS), draw_photo((Sign((30, 40, 400, 200), "red", "white", (("SALE", "50%"),)),))] * 8
    alone = [seen(engine, photo) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda photo: seen(engine, photo), photos)) == alone


@pytest.mark.parametrize("threads", [2, 3])
def test_an_engine_of_more_threads_sees_what_one_of_a_single_thread_sees(engine: ContextEngine, threads: int) -> None:
    photo = draw_photo(TWO_SIGNS)
    assert seen(ContextEngine(threads=threads), photo) == seen(engine, photo)


def test_a_forest_votes_as_its_trees_one_by_one() -> None:
    forest = Judgement.load().forests["shape"]
    rows = np.random.default_rng(0).normal(0, 5, (70, int(forest.columns.max()) + 1)).astype(np.float32)
    together = forest.probabilities(rows)
    for row, votes in zip(rows[:, forest.columns], together, strict=True):
        leaves = []
        for root in forest.roots:
            node = int(root)
            while forest.left[node] != node:
                goes_left = row[forest.feature[node]] <= forest.threshold[node]
                node = int(forest.left[node] if goes_left else forest.right[node])
            leaves.append(forest.votes[forest.leaf[node]].astype(np.float64))
        assert votes == pytest.approx(np.mean(leaves, axis=0) / 255, abs=1e-6)


def test_merging_one_line_changes_only_what_depends_on_the_level() -> None:
    line = Attributes(
        ink="red",
        ink_lab=(50.0, 60.0, 40.0),
        ink_scores=(("red", 0.75), ("orange", 0.25)),
        style=("bold",),
        case="upper",
        has_digits=False,
        letter_height=20.0,
    )
    assert merge([line]) == line


def test_merging_nothing_knows_nothing() -> None:
    assert merge([]) == Attributes()


def test_merged_scores_are_weighted_means() -> None:
    red = Attributes(ink="red", ink_scores=(("red", 1.0),), case="upper", has_digits=True)
    blue = Attributes(ink="blue", ink_scores=(("blue", 1.0),), case="upper", has_digits=False)
    merged = merge([red, blue], weights=[1, 3])
    assert merged.ink == "blue"
    assert merged.ink_scores == (("blue", 0.75), ("red", 0.25))
    assert (merged.case, merged.has_digits) == ("upper", True)
    assert merge([red, replace(blue, case="lower")]).case == "mixed"


def test_near_objects_come_nearest_first() -> None:
    things = [
        SceneObject(id=0, noun="car", score=0.9, box=(100, 0, 150, 50), colour=None),
        SceneObject(id=1, noun="person", score=0.9, box=(45, 0, 60, 50), colour=None),
        SceneObject(id=2, noun="bus", score=0.9, box=(500, 0, 600, 50), colour=None),
        SceneObject(id=3, noun="car", score=0.5, box=(0, 0, 600, 90), colour=None),
    ]
    assert near_nouns((0, 0, 40, 20), things, reach=70) == ("car", "person")


@pytest.mark.parametrize(
    ("string", "kind"),
    [
        ("www.example.com", "web"),
        ("Tel: 6789 1234", "phone"),
        ("$3.50", "price"),
        ("50% OFF", "discount"),
        ("10am - 9pm", "opening hours"),
        ("12/05/2011", "date"),
        ("B2", "number"),
        ("Harbour", None),
        ("", None),
    ],
)
def test_patterns_show_kinds(string: str, kind: str | None) -> None:
    assert kind_by_pattern(string) == kind


@pytest.mark.parametrize(
    ("strings", "case"),
    [
        (["EXIT"], "upper"),
        (["exit"], "lower"),
        (["Bank", "of", "Asia"], "title"),
        (["eBay"], "mixed"),
        (["42"], None),
        ([], None),
    ],
)
def test_case_of_strings(strings: list[str], case: str | None) -> None:
    assert case_of(strings) == case


def test_an_engine_with_other_judges_judges_by_them_and_leaves_the_first_alone(engine: ContextEngine) -> None:
    photo = draw_photo(TWO_SIGNS)
    before = seen(engine, photo)
    judges = Judgement.load()
    turned = replace(judges, priors=judges.priors | {"ink": np.roll(judges.priors["ink"], 1)})
    turned = replace(turned, doubt=judges.doubt | {"ink": 1.0})
    other = seen(engine.judging_by(turned, WordColours(threads=1)), photo)
    expected = dict(zip(judges.names("ink"), turned.priors["ink"], strict=True))
    assert dict(other.lines[0].ink_scores) == pytest.approx(expected, abs=1e-5)
    assert seen(engine, photo) == before
