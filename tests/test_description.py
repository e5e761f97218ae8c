"""Descriptions: short, unique, proven."""

import numpy as np
import pytest

from made_scenes import Sign, make_scene, street
from whichtext.description.describer import MOST_WORDS, candidate_expressions, describe
from whichtext.retrieval.rules.retriever import RulesRetriever
from whichtext.types import Answer, PhotoInfo, SceneContent

PIXELS = np.zeros((600, 1000, 3), dtype=np.uint8)


def asker(content: SceneContent):
    retriever = RulesRetriever()
    encoded = retriever.encode(PIXELS, content)

    def ask(query: str) -> Answer:
        return retriever.find(encoded, query, top_k=5)

    return ask


def test_every_line_is_described_once():
    content = street()
    described = [description.text.id for description in describe(content, asker(content))]
    assert sorted(described) == [text.id for text in content.texts if text.level == "line"]


def test_verified_expression_finds_its_text_again():
    content = street()
    ask = asker(content)
    descriptions = describe(content, ask)
    assert any(description.verified for description in descriptions)
    for description in descriptions:
        answer = ask(description.expression)
        found = answer.status == "found" and answer.best is not None and answer.best.text == description.text.text
        assert description.verified == found, description


def test_verified_expressions_are_all_different():
    content = street()
    expressions = [description.expression for description in describe(content, asker(content)) if description.verified]
    assert len(set(expressions)) == len(expressions)


def test_expressions_are_speakable():
    content = street()
    for description in describe(content, asker(content)):
        assert len(description.expression.split()) <= MOST_WORDS
        assert description.expression.startswith("the ")
        assert "None" not in description.expression


def test_candidates_come_unique_first_then_by_effort_and_never_twice():
    content = street()
    for text in content.texts:
        if text.level == "line":
            candidates = list(candidate_expressions(text, content))
            keys = [(not candidate.is_unique, candidate.effort) for candidate in candidates]
            assert keys == sorted(keys)
            assert len({candidate.expression for candidate in candidates}) == len(candidates) > 0


def test_verified_expression_rules_out_every_other_text_by_what_was_seen():
    content = street()
    for description in describe(content, asker(content)):
        rivals = {one.expression: one.rival for one in candidate_expressions(description.text, content)}
        assert not description.verified or rivals[description.expression] <= 0.3


def test_a_colour_that_two_texts_share_is_no_description_of_either():
    content = make_scene(
        [
            Sign(((("OPEN", (100, 100, 300, 150)),),), ink="red"),
            Sign(((("SALE", (600, 400, 800, 450)),),), ink="red"),
            Sign(((("MENU", (100, 400, 300, 450)),),), ink="black"),
        ]
    )
    described = {one.text.text: one for one in describe(content, asker(content))}
    assert described["OPEN"].expression != described["SALE"].expression
    for name in ("OPEN", "SALE"):
        expressions = {one.expression: one.is_unique for one in candidate_expressions(described[name].text, content)}
        assert expressions["the red word"] is False
    assert {one.expression: one.is_unique for one in candidate_expressions(described["MENU"].text, content)}[
        "the black word"
    ]


def test_identical_texts_on_identical_signs_get_no_false_proof():
    twins = make_scene([Sign(((("EXIT", (480, 250, 520, 270)),),)), Sign(((("EXIT", (482, 262, 522, 282)),),))])
    ask = asker(twins)
    for description in describe(twins, ask):
        if description.verified:
            assert ask(description.expression).best.id in {description.text.id, *description.text.parts}


def test_scene_without_text_has_no_descriptions():
    content = SceneContent(PhotoInfo(10, 10), ())
    assert describe(content, asker(content)) == ()


@pytest.mark.parametrize("string", ["", 'say "hi"', "a" * 400])
def test_odd_wording_is_described_without_failing(string):
    content = make_scene([Sign((((string, (100, 100, 300, 150)),),)), Sign(((("OTHER", (600, 300, 800, 350)),),))])
    assert len(describe(content, asker(content))) == 2
