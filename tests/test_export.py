"""JSON: plain, finite, rounded, the same every time, and back again."""

import json
import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.errors import InputError
from whichtext.export.json import answer_to_dict, content_from_dict, content_to_dict, description_to_dict
from whichtext.types import (
    Answer,
    Attributes,
    Carrier,
    Description,
    Match,
    PhotoInfo,
    SceneContent,
    SceneObject,
    Text,
)

number = st.floats(allow_nan=True, allow_infinity=True, width=64)
pixel = st.floats(-1e6, 1e6)
share = st.floats(0, 1)
name = st.text(max_size=8)
maybe = lambda values: st.none() | values  # noqa: E731
box = st.tuples(pixel, pixel, pixel, pixel)
polygon = st.lists(st.tuples(pixel, pixel), max_size=5).map(tuple)
scores = st.lists(st.tuples(name, share), max_size=3).map(tuple)
names = st.lists(name, max_size=3).map(tuple)
lab = st.tuples(pixel, pixel, pixel)


@st.composite
def contents(draw: st.DrawFn) -> SceneContent:
    """Any scene at all."""
    carriers = tuple(
        draw(
            st.builds(
                Carrier,
                id=st.just(i),
                box=box,
                polygon=polygon,
                noun=maybe(name),
                noun_scores=scores,
                colour=maybe(name),
                colour_scores=scores,
                shape=maybe(name),
                shape_scores=scores,
                lab=lab,
                texts=st.lists(st.integers(0, 9), max_size=3).map(tuple),
            )
        )
        for i in range(draw(st.integers(0, 2)))
    )
    attributes = st.builds(
        Attributes,
        ink=maybe(name),
        ink_lab=maybe(lab),
        ink_scores=scores,
        ground=maybe(name),
        ground_lab=maybe(lab),
        ground_scores=scores,
        carrier=st.sampled_from([None, *carriers]),
        kind=maybe(name),
        kind_scores=scores,
        style=names,
        case=maybe(name),
        has_digits=maybe(st.booleans()),
        letter_height=maybe(pixel),
        size_rank=maybe(share),
        stroke_width=maybe(pixel),
        stroke_rank=maybe(share),
        angle=maybe(st.floats(-180, 180)),
        place=names,
        near=names,
        left_of=maybe(st.integers(0, 9)),
        right_of=maybe(st.integers(0, 9)),
        above=maybe(st.integers(0, 9)),
        below=maybe(st.integers(0, 9)),
    )
    texts = tuple(
        draw(
            st.builds(
                Text,
                id=st.just(i),
                level=st.sampled_from(["word", "line", "block"]),
                text=name,
                polygon=polygon,
                box=box,
                score=share,
                parts=st.lists(st.integers(0, 9), max_size=3).map(tuple),
                attributes=attributes,
            )
        )
        for i in range(draw(st.integers(0, 3)))
    )
    thing = st.builds(SceneObject, id=st.integers(0, 9), noun=name, score=share, box=box, colour=maybe(name))
    photo = st.builds(
        PhotoInfo,
        width=st.integers(1, 9999),
        height=st.integers(1, 9999),
        source=maybe(name),
        format=maybe(name),
        mode=maybe(name),
        orientation=st.integers(1, 8),
        analysis_scale=st.floats(0.01, 1),
        frames=st.integers(1, 99),
    )
    return SceneContent(draw(photo), texts, carriers, tuple(draw(st.lists(thing, max_size=2))))


@settings(max_examples=150, deadline=None)
@given(contents())
def test_a_scene_comes_back_as_it_was_exported(content):
    document = content_to_dict(content)
    written = json.dumps(document, allow_nan=False)
    back = content_from_dict(json.loads(written))
    assert content_to_dict(back) == document
    assert [text.text for text in back.texts] == [text.text for text in content.texts]
    assert [text.attributes.carrier and text.attributes.carrier.id for text in back.texts] == [
        text.attributes.carrier and text.attributes.carrier.id for text in content.texts
    ]


def sample() -> SceneContent:
    """A scene of round numbers, with everything known."""
    carrier = Carrier(
        0,
        (1.0, 2.0, 30.0, 40.0),
        ((1.0, 2.0), (30.0, 2.0), (30.0, 40.0)),
        "sign",
        (("sign", 0.75), ("wall", 0.25)),
        "blue",
        (("blue", 1.0),),
        "round",
        (("round", 0.5),),
        (50.0, 1.5, -20.25),
        (0,),
    )
    attributes = Attributes(
        ink="white",
        ink_lab=(99.0, 0.0, 0.0),
        ink_scores=(("white", 0.9),),
        carrier=carrier,
        kind="price",
        style=("bold",),
        case="upper",
        has_digits=False,
        letter_height=12.5,
        angle=-3.25,
        place=("top", "left"),
        near=("bus",),
        left_of=1,
    )
    word = Text(0, "word", "SALE", ((1.0, 2.0), (9.5, 2.0), (9.5, 8.0)), (1.0, 2.0, 9.5, 8.0), 0.875, (), attributes)
    line = Text(1, "line", "SALE", word.polygon, word.box, 0.875, (0,))
    thing = SceneObject(0, "bus", 0.5, (0.0, 0.0, 5.0, 5.0), "red")
    return SceneContent(PhotoInfo(640, 480, "a.jpg", "JPEG", "RGB", 6, 0.5, 1), (word, line), (carrier,), (thing,))


def test_a_scene_of_round_numbers_comes_back_equal():
    assert content_from_dict(json.loads(json.dumps(content_to_dict(sample())))) == sample()


def test_every_field_is_exported():
    document = content_to_dict(sample())
    assert set(document["photo"]) == {field.name for field in fields(PhotoInfo)} | {"downscaled"}
    assert set(document["texts"][0]) == {field.name for field in fields(Text)}
    assert set(document["texts"][0]["attributes"]) == {field.name for field in fields(Attributes)}
    assert set(document["carriers"][0]) == {field.name for field in fields(Carrier)}
    assert set(document["objects"][0]) == {field.name for field in fields(SceneObject)}


def test_every_document_has_a_schema_version():
    content = sample()
    answer = Answer("q", "none", None, (), 1.0)
    description = Description(content.texts[0], "the sign", True, 0.5)
    for document in (content_to_dict(content), answer_to_dict(answer), description_to_dict(description)):
        assert document["schema_version"] == 1


def test_an_answer_names_what_is_meant_and_what_else_may_be():
    word, line = sample().texts
    answer = Answer(
        "q", "ambiguous", word, (Match(word, 0.61239), Match(line, 0.3)), 0.05, "which?", (word, line), ("hm",)
    )
    reading = {
        "text": "SALE",
        "box": [1.0, 2.0, 9.5, 8.0],
        "polygon": [[1.0, 2.0], [9.5, 2.0], [9.5, 8.0]],
        "text_score": 0.875,
    }
    first = {"id": 0, "level": "word", **reading, "score": 0.6124}
    assert answer_to_dict(answer) == {
        "schema_version": 1,
        "document": "answer",
        "query": "q",
        "status": "ambiguous",
        "best": first,
        "matches": [first, {"id": 1, "level": "line", **reading, "score": 0.3}],
        "none_score": 0.05,
        "question": "which?",
        "rivals": [0, 1],
        "notes": ["hm"],
    }


def test_an_empty_answer_has_no_best():
    document = answer_to_dict(Answer("q", "none", None, (), 1.0))
    assert (document["best"], document["matches"], document["rivals"]) == (None, [], [])


def test_a_description_names_its_text():
    document = description_to_dict(Description(sample().texts[0], "the white word", True, 0.12345))
    assert (document["expression"], document["verified"], document["margin"]) == ("the white word", True, 0.1235)
    assert document["text"]["id"] == 0


@given(number, number)
def test_numbers_are_finite_or_null(score, corner):
    word = replace(sample().texts[0], score=score, box=(corner, 0.0, 1.0, 1.0))
    content = replace(sample(), texts=(word,))
    text = content_to_dict(content)["texts"][0]
    json.dumps(content_to_dict(content), allow_nan=False)
    assert (text["score"] is None) == (not math.isfinite(score))
    assert text["box"][0] is None or math.isfinite(text["box"][0])
    assert content_to_dict(content_from_dict(content_to_dict(content))) == content_to_dict(content)


def test_numpy_numbers_become_plain_ones():
    word = sample().texts[0]
    strange = replace(word, score=np.float32(0.5), box=tuple(np.float64([1, 2, 3, 4])), parts=(np.int64(0),))
    document = content_to_dict(replace(sample(), texts=(strange,)))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert type(document["texts"][0]["score"]) is float


def test_minus_zero_is_zero():
    word = replace(sample().texts[0], box=(-0.0, -0.001, 1.0, 1.0))
    assert "-0.0" not in json.dumps(content_to_dict(replace(sample(), texts=(word,)))["texts"][0]["box"])


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document.update(schema_version=2),
        lambda document: document.update(document="answer"),
        lambda document: document.pop("texts"),
        lambda document: document.update(texts=[{}]),
        lambda document: document.update(texts=None),
        lambda document: document["texts"][0].update(box=[1, 2]),
        lambda document: document["texts"][0].update(level="page"),
        lambda document: document["texts"][0].update(id=5),
        lambda document: document["texts"][0]["attributes"].update(carrier={"id": 7}),
        lambda document: document["photo"].update(width="wide"),
    ],
)
def test_damaged_documents_are_refused(damage):
    document = content_to_dict(sample())
    damage(document)
    with pytest.raises(InputError):
        content_from_dict(document)


@pytest.mark.parametrize("document", [None, [], "text", {}, 7])
def test_other_values_are_refused(document):
    with pytest.raises(InputError):
        content_from_dict(document)
