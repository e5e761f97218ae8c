"""The retriever `listener`: what it hears, that it answers alike whatever the order, and that it helps to describe."""

import numpy as np
import pytest

from made_scenes import make_scene, permuted, street
from whichtext.description.describer import describe, describe_text
from whichtext.errors import BadQuery
from whichtext.retrieval.listener.hearing import HEARD_WIDTH, heard, with_nothing
from whichtext.retrieval.listener.retriever import ListenerRetriever
from whichtext.retrieval.matcher.retriever import MatcherRetriever
from whichtext.types import Answer, Match, SceneContent

PIXELS = np.zeros((600, 1000, 3), dtype=np.uint8)
QUERY = "the white word above the phone number"


@pytest.fixture(scope="module")
def listener() -> ListenerRetriever:
    return ListenerRetriever()


def test_a_said_wording_is_heard_and_another_is_not() -> None:
    rows = heard("the word below SHOE REPAIR", ["Shoe Repair", "open", ""])
    assert rows.shape == (3, HEARD_WIDTH)
    assert rows[0, 0] == pytest.approx(1)
    assert rows[0, 2] == pytest.approx(2 / 5)
    assert rows[0, 1] > 0
    assert rows[1, 1] == rows[1, 2] == 0
    assert not rows[2].any()


def test_hearing_does_not_depend_on_the_other_texts() -> None:
    strings = ["OPEN", "open", "Café", "SALE 50%", "x"]
    together = heard("what does the cafe sign say", strings)
    alone = np.concatenate([heard("what does the cafe sign say", [string]) for string in strings])
    assert np.array_equal(together, alone)
    assert np.array_equal(with_nothing(together)[:, :HEARD_WIDTH], together)
    assert not with_nothing(together)[:, HEARD_WIDTH:].any()


def test_probabilities_sum_to_one(listener: ListenerRetriever) -> None:
    encoded = listener.encode(PIXELS, street())
    answer = listener.find(encoded, QUERY, top_k=100)
    assert sum(match.score for match in answer.matches) + answer.none_score == pytest.approx(1)


def test_the_order_of_the_texts_changes_nothing(listener: ListenerRetriever) -> None:
    content = street()
    words = sum(text.level == "word" for text in content.texts)
    turned = permuted(content, [int(i) for i in np.random.default_rng(3).permutation(words)])
    first = listener.find(listener.encode(PIXELS, content), QUERY, top_k=100)
    second = listener.find(listener.encode(PIXELS, turned), QUERY, top_k=100)
    assert first.status == second.status
    assert [match.text.text for match in first.matches] == [match.text.text for match in second.matches]
    assert [m.score for m in first.matches] == pytest.approx([m.score for m in second.matches], abs=1e-4)


def test_a_scene_without_text_has_nothing(listener: ListenerRetriever) -> None:
    answer = listener.find(listener.encode(PIXELS, make_scene([])), QUERY, top_k=5)
    assert (answer.status, answer.best, answer.none_score) == ("none", None, 1.0)


@pytest.mark.parametrize("query", ["", "   ", "x" * 513])
def test_bad_queries_are_refused(listener: ListenerRetriever, query: str) -> None:
    with pytest.raises(BadQuery):
        listener.find(listener.encode(PIXELS, street()), query, top_k=5)


def test_a_description_is_seconded_exactly_where_the_listener_finds_the_text(listener: ListenerRetriever) -> None:
    content = street()
    matcher = MatcherRetriever()
    by_matcher, by_listener = matcher.encode(PIXELS, content), listener.encode(PIXELS, content)

    def first(query: str) -> Answer:
        return matcher.find(by_matcher, query, top_k=5)

    def second(query: str) -> Answer:
        return listener.find(by_listener, query, top_k=5)

    alone, together = describe(content, first), describe(content, first, second=second)
    assert [one.verified for one in alone] == [one.verified for one in together]
    assert not any(one.seconded for one in alone)
    assert any(one.seconded for one in together)
    for description in together:
        answer = second(description.expression)
        agrees = answer.status == "found" and answer.best is not None and answer.best.text == description.text.text
        if description.verified:
            assert description.seconded == agrees, description


def test_a_listener_that_understands_nothing_changes_nothing() -> None:
    content: SceneContent = street()
    matcher = MatcherRetriever()
    encoded = matcher.encode(PIXELS, content)

    def first(query: str) -> Answer:
        return matcher.find(encoded, query, top_k=5)

    def deaf(query: str) -> Answer:
        return Answer(query=query, status="none", best=None, matches=(), none_score=1.0)

    assert describe(content, first, second=deaf) == describe(content, first)


def test_the_listener_is_asked_no_further_than_to_the_first_expression_that_both_understand() -> None:
    content = street()
    asked: list[str] = []

    def first(query: str) -> Answer:
        best = next(text for text in content.texts if text.level == "line")
        return Answer(query=query, status="found", best=best, matches=(Match(best, 1.0),), none_score=0.0)

    def second(query: str) -> Answer:
        asked.append(query)
        return first(query)

    line = first("").best
    assert line is not None
    description = describe_text(line, content, first, second=second)
    assert asked == [description.expression]
    assert (description.verified, description.seconded) == (True, True)
