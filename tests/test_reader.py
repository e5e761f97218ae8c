"""The contract of `Reader`: numbering, given words, options a call, errors, threads."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from drawn_scenes import street, two_exits
from whichtext import BadWords, InputError, Reader, UnknownComponent
from whichtext.context.engine import ContextEngine
from whichtext.geometry import box_iou, union_box
from whichtext.image import PhotoLimits


@pytest.fixture(scope="module")
def given_scene(reader):
    drawn = street()
    return reader.scene(drawn.image, words=drawn.words)


def test_given_words_keep_their_positions_as_ids_and_their_strings(given_scene):
    words = [text for text in given_scene.texts if text.level == "word"]
    assert [text.id for text in words] == list(range(len(street().words)))
    for text, (polygon, string) in zip(words, street().words, strict=True):
        assert np.allclose(text.polygon, polygon)
        if string is not None:
            assert (text.text, text.score) == (string, 1.0)


def test_given_words_without_string_are_read(reader):
    drawn = street()
    scene = reader.scene(drawn.image, words=[(polygon, None) for polygon, _ in drawn.words])
    read = [text.text for text in scene.texts if text.level == "word"]
    wanted = [string for _, string in drawn.words]
    agreed = sum(first.casefold() == (second or "").casefold() for first, second in zip(read, wanted, strict=True))
    assert agreed >= 0.7 * len(wanted)


def test_ids_are_positions_and_parts_are_one_level_below(given_scene):
    below = {"block": "line", "line": "word"}
    for position, text in enumerate(given_scene.texts):
        assert text.id == position
        assert (
            [given_scene.texts[part].level for part in text.parts] == [below[text.level]] * len(text.parts)
            if text.parts
            else text.level == "word"
        )


def test_every_word_is_in_exactly_one_line_and_every_line_in_exactly_one_block(given_scene):
    for level, above in (("word", "line"), ("line", "block")):
        parts = [part for text in given_scene.texts if text.level == above for part in text.parts]
        assert sorted(parts) == [text.id for text in given_scene.texts if text.level == level]


def test_boxes_of_lines_hold_those_of_their_words(given_scene):
    for text in given_scene.texts:
        if text.parts:
            inner = union_box(given_scene.texts[part].box for part in text.parts)
            assert box_iou(text.box, inner) > 0.8


def test_carriers_name_line_ids_and_lines_name_their_carrier(given_scene):
    for carrier in given_scene.carriers:
        for identity in carrier.texts:
            assert given_scene.texts[identity].level == "line"
            assert given_scene.texts[identity].attributes.carrier == carrier


def test_neighbours_are_ids_of_the_same_level(given_scene):
    for text in given_scene.texts:
        for name in ("left_of", "right_of", "above", "below"):
            identity = getattr(text.attributes, name)
            assert identity is None or given_scene.texts[identity].level == text.level


def test_scene_of_no_words_has_no_texts(reader):
    scene = reader.scene(street().image, words=[])
    assert scene.texts == ()
    assert scene.find("the red sign").status == "none"
    assert scene.describe() == ()


def test_words_given_in_another_order_make_the_same_lines(reader, given_scene):
    drawn = street()
    order = [int(i) for i in np.random.default_rng(5).permutation(len(drawn.words))]
    again = reader.scene(drawn.image, words=[drawn.words[i] for i in order])
    assert {text.text for text in again.texts} == {text.text for text in given_scene.texts}


def test_polygon_direction_does_not_matter_for_the_box(reader):
    square = [(10, 10), (110, 10), (110, 40), (10, 40)]
    forward = reader.scene(street().image, words=[(square, "A")])
    backward = reader.scene(street().image, words=[(square[::-1], "A")])
    assert forward.texts[0].box == backward.texts[0].box
    assert sorted(forward.texts[0].polygon) == sorted(backward.texts[0].polygon)


@pytest.mark.parametrize(
    "words",
    [
        ["word"],
        [([(0, 0), (1, 1)], "A")],
        [([(0, 0), (1, 1), (2, float("nan"))], "A")],
        [([(0, 0), (10, 0), (10, 10)], 7)],
        [(None, "A")],
        [([(0, 0, 0), (1, 1, 1), (2, 2, 2)], "A")],
        [([(0, 0), (1e9, 0), (0, 1e9)], "A")],
        [([(0, 0), (10, 0), (10, 10)], "A", "B")],
    ],
)
def test_malformed_words_are_refused(reader, words):
    with pytest.raises(BadWords):
        reader.scene(street().image, words=words)


def test_words_outside_the_photo_and_of_no_area_are_kept(reader):
    scene = reader.scene(
        street().image,
        words=[
            ([(-500, -500), (-400, -500), (-400, -480)], "A"),
            ([(5, 5), (5, 5), (5, 5)], "B"),
            ([(5, 5), (9, 5), (7, 5)], None),
        ],
    )
    assert [text.level for text in scene.texts].count("word") == 3
    json.dumps(scene.to_dict(), allow_nan=False)


@pytest.mark.parametrize("options", [{"localizer": "no"}, {"recognizer": "no"}, {"retriever": "no"}])
def test_unknown_component_is_refused_with_the_names_there_are(options):
    with pytest.raises(UnknownComponent, match="there are: "):
        Reader(**options)


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_bad_thread_count_is_refused(threads):
    with pytest.raises(InputError):
        Reader(threads=threads)


@pytest.mark.parametrize("options", [{"max_side": 0}, {"max_side": "big"}, {"max_side": 10**6}, {"min_score": 2.0}])
def test_bad_options_of_a_call_are_refused(reader, options):
    with pytest.raises(InputError):
        reader.read(street().image, **options)


@pytest.mark.parametrize("top_k", [0, -3, 2.5, None, True])
def test_bad_top_k_is_refused(given_scene, top_k):
    with pytest.raises(InputError):
        given_scene.find("the red sign", top_k=top_k)


def test_options_of_one_call_are_forgotten_in_the_next(reader):
    image = street().image
    before = reader.read(image).to_dict()
    reader.read(image, max_side=320, min_score=0.9, limits=PhotoLimits())
    assert reader.read(image).to_dict() == before


def test_downscaled_photo_says_so(reader):
    scene = reader.read(street().image, max_side=320)
    assert scene.content.photo.downscaled
    assert scene.content.photo.analysis_scale < 1.0


def test_eight_threads_with_mixed_options_equal_one_thread_bit_for_bit(reader):
    images = [street().image, two_exits().image]
    jobs = [(image, side) for image in images for side in (None, 480, 640)] * 2

    def work(job):
        scene = reader.read(job[0], max_side=job[1])
        return scene.content, scene.find("the biggest word")

    serial = [work(job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, jobs)) == serial


def test_one_and_two_threads_see_the_same(reader):
    single = Reader(threads=1)
    assert single.read(street().image).content == reader.read(street().image).content


def test_read_many_keeps_the_order(reader):
    images = [two_exits().image, street().image]
    many = list(reader.read_many(images))
    assert [scene.content for scene in many] == [reader.read(image).content for image in images]


def test_scene_is_plain_json(given_scene):
    document = given_scene.to_dict()
    assert document["schema_version"] == 1
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.mark.parametrize("start", [1, 2, 3])
def test_given_words_mean_the_same_whichever_corner_comes_first(reader, given_scene, start):
    drawn = street()
    rolled = [((*polygon[start:], *polygon[:start]), string) for polygon, string in drawn.words]
    again = reader.scene(drawn.image, words=rolled)
    assert [text.polygon for text in again.texts] == [text.polygon for text in given_scene.texts]
    assert [text.attributes for text in again.texts] == [text.attributes for text in given_scene.texts]


def test_boosting_keeps_what_is_near_the_lexicon_and_drops_the_rest(reader):
    image = street().image
    plain = {text.text for text in reader.read(image).texts if text.level == "word"}
    assert {"LIBRARY", "STOP"} <= plain
    scene = reader.read(image, lexicon=["library"], boost=True)
    words = [text for text in scene.texts if text.level == "word"]
    assert [text.text for text in words if text.text.isalpha() and len(text.text) > 2] == ["LIBRARY"]
    assert all(text.hint is None for text in words)
    assert scene.find("the library sign").best is not None
    assert {text.text for text in reader.read(image, boost=True).texts if text.level == "word"} <= plain


def test_a_reader_with_another_engine_reads_as_before_and_leaves_the_first_alone(reader):
    drawn = street()
    engine = ContextEngine(threads=1)
    other = reader.looking_with(engine)
    assert other is not reader
    assert reader.looking_with(engine)._context is engine
    assert other.scene(drawn.image, words=drawn.words).content == reader.scene(drawn.image, words=drawn.words).content
