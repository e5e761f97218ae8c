"""The retriever `rules` on scenes with known truth."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_scenes import Sign, make_scene, mirrored, permuted, street
from whichtext.errors import BadQuery
from whichtext.retrieval.rules.calibration import Calibration, none_probability
from whichtext.retrieval.rules.encoding import encode
from whichtext.retrieval.rules.parser import parse
from whichtext.retrieval.rules.predicates import Grounding
from whichtext.retrieval.rules.retriever import RulesRetriever
from whichtext.types import Answer, PhotoInfo, SceneContent

PIXELS = np.zeros((600, 1000, 3), dtype=np.uint8)
QUERIES = (
    "the white word on the red poster",
    "the phone number on the white van",
    "the blue sign",
    "second word of the blue sign",
    "what does the yellow board say?",
    "the biggest word",
    "the text at the bottom left",
    "the line below SALE",
    'the word "PARKING"',
    "read me the writing above the person",
)


@pytest.fixture(scope="module")
def retriever() -> RulesRetriever:
    return RulesRetriever()


def ask(retriever: RulesRetriever, content: SceneContent, query: str, top_k: int = 5) -> Answer:
    return retriever.find(retriever.encode(PIXELS, content), query, top_k=top_k)


@pytest.mark.parametrize(
    ("query", "wording"),
    [
        ("the phone number on the white van", "0800 555 019"),
        ("what does the blue sign say?", "CITY CENTRE\nPARKING"),
        ("the second word on the blue sign", "CENTRE"),
        ("the bottom line of the blue sign", "PARKING"),
        ("the biggest word", "SALE"),
        ("the biggest word on the yellow board", "BAKERY"),
        ('the word "PARKING"', "PARKING"),
        ("the word saying daily", "daily"),
        ("the discount on the red poster", "70% OFF"),
        ("first word on the yellow board", "BAKERY"),
        ("the line below the word SALE", "70% OFF"),
        ("black letters on the yellow board, in big print", "BAKERY"),
    ],
)
def test_description_finds_its_text(retriever, query, wording):
    assert ask(retriever, street(), query).matches[0].text.text == wording


@pytest.mark.parametrize("query", QUERIES)
def test_words_in_another_order_give_the_same_answer(retriever, query):
    content = street()
    words = sum(text.level == "word" for text in content.texts)
    order = [int(i) for i in np.random.default_rng(3).permutation(words)]
    first, second = ask(retriever, content, query), ask(retriever, permuted(content, order), query)
    assert first.status == second.status
    assert [match.text.text for match in first.matches] == [match.text.text for match in second.matches]
    np.testing.assert_allclose(
        [match.score for match in first.matches], [match.score for match in second.matches], atol=1e-9
    )


@pytest.mark.parametrize(
    ("query", "swapped"),
    [
        ("the text on the right", "the text on the left"),
        ("the sign at the top left", "the sign at the top right"),
        ("the word to the left of the person", "the word to the right of the person"),
        ("the leftmost sign", "the rightmost sign"),
    ],
)
def test_mirrored_scene_with_swapped_words_gives_the_same_text(retriever, query, swapped):
    assert (
        ask(retriever, street(), query).matches[0].text.id
        == ask(retriever, mirrored(street()), swapped).matches[0].text.id
    )


@pytest.mark.parametrize("top_k", [1, 3, 5, 20, 1000])
def test_matches_are_as_many_as_asked_for_where_the_scene_has_them(retriever, top_k):
    content = street()
    answer = ask(retriever, content, "the white letters", top_k=top_k)
    assert len(answer.matches) == min(top_k, len(content.texts))
    assert len({match.text.id for match in answer.matches}) == len(answer.matches)


@pytest.mark.parametrize("query", QUERIES)
def test_probabilities_fall_and_sum_to_one_with_that_of_none(retriever, query):
    answer = ask(retriever, street(), query, top_k=1000)
    scores = [match.score for match in answer.matches]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) + answer.none_score == pytest.approx(1.0)


def test_scene_without_text_is_answered_none(retriever):
    answer = ask(retriever, SceneContent(PhotoInfo(100, 100), ()), "the red sign")
    assert (answer.status, answer.best, answer.matches, answer.none_score) == ("none", None, (), 1.0)


def test_identical_signs_are_ambiguous_and_the_question_names_both(retriever):
    left = Sign(((("EXIT", (100, 100, 200, 150)),),), ink="white", colour="green")
    right = Sign(((("EXIT", (700, 100, 800, 150)),),), ink="white", colour="green")
    answer = ask(retriever, make_scene([left, right]), "the word EXIT on the green sign")
    assert answer.status == "ambiguous"
    assert {text.box for text in answer.rivals} == {(100, 100, 200, 150), (700, 100, 800, 150)}
    assert answer.question == "Do you mean the left one or the right one?"
    assert answer.best is answer.matches[0].text


def test_answer_that_is_not_ambiguous_has_no_question(retriever):
    answer = ask(retriever, street(), "the phone number on the white van")
    assert answer.status == "found"
    assert answer.question is None
    assert answer.rivals == ()


@pytest.mark.parametrize("query", ["", "   ", "?!", "x" * 513])
def test_empty_or_overlong_query_is_refused(retriever, query):
    with pytest.raises(BadQuery):
        ask(retriever, street(), query)


def test_query_that_is_no_text_is_refused(retriever):
    with pytest.raises(BadQuery):
        ask(retriever, street(), 7)  # type: ignore[arg-type]


def test_unknown_nouns_are_told_and_do_not_stop_the_answer(retriever):
    answer = ask(retriever, street(), "the white word on the red flumbadoodle")
    assert answer.matches[0].text.attributes.carrier.colour == "red"
    assert any("flumbadoodle" in note for note in answer.notes)


def test_eight_threads_answer_as_one(retriever):
    encoded = retriever.encode(PIXELS, street())
    jobs = [(query, top_k) for query in QUERIES for top_k in (1, 4, 9)] * 4
    serial = [retriever.find(encoded, query, top_k=top_k) for query, top_k in jobs]
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(lambda job: retriever.find(encoded, job[0], top_k=job[1]), jobs))
    assert parallel == serial


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered_or_refused(query):
    retriever = RulesRetriever(weights={"prior:size": 1.0}, calibration=Calibration())
    try:
        answer = ask(retriever, street(), query)
    except BadQuery:
        return
    assert answer.status in {"found", "ambiguous", "none"}


def test_predicates_are_finite_numbers_one_for_each_candidate():
    scene = encode(street())
    for query in QUERIES:
        for name, column in Grounding(scene, {}).features(parse(query).phrase).items():
            assert column.shape == (scene.count,), name
            assert np.isfinite(column).all(), name


def test_candidates_are_the_distinct_word_sets():
    scene = encode(street())
    assert len(set(scene.words)) == scene.count
    assert len(scene.ids) + len(scene.duplicates) == len(street().texts)


def test_no_evidence_means_none():
    assert none_probability(Calibration(), {}) == 1.0
