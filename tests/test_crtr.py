"""The retriever `crtr` on scenes with known truth: contract, likelihoods, its speaker; words as numbers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from made_scenes import make_scene, permuted, street
from whichtext.errors import BadQuery, UnknownComponent, WeightsError
from whichtext.reader import RETRIEVERS, Reader
from whichtext.retrieval.crtr.retriever import LikelihoodRetriever
from whichtext.retrieval.crtr.wording import MOST_WORDS, START, STOP, SYMBOLS, UNKNOWN, Vocabulary, words_of
from whichtext.types import Answer, PhotoInfo, SceneContent
from whichtext.weights import load_bytes

PIXELS = np.tile(np.linspace(0, 255, 1000, dtype=np.uint8)[None, :, None], (600, 1, 3))
QUERIES = ("the white word on the red poster", "the phone number", "the text at the bottom left", "blue sign")


@pytest.fixture(scope="module")
def retriever() -> LikelihoodRetriever:
    return LikelihoodRetriever(threads=1)


def ask(retriever: LikelihoodRetriever, content: SceneContent, query: str, top_k: int = 5) -> Answer:
    return retriever.find(retriever.encode(PIXELS, content), query, top_k=top_k)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("The BLUE sign.", ["the", "blue", "sign"]),
        ("what's on Joe’s van, please?", ["what's", "on", "joe's", "van", ",", "please", "?"]),
        ("50% off", ["50", "%", "off"]),
        ("snake_case and été", ["snake", "case", "and", "été"]),
        ("", []),
    ],
)
def test_words_of_a_description(description, words):
    assert words_of(description) == words


def test_words_become_numbers_and_words_again():
    vocabulary = Vocabulary.of(["the red sign", "the red door", "a door"])
    assert vocabulary.words == (*SYMBOLS, "door", "red", "the")
    assert vocabulary.encode("the red sign") == [5, 4, UNKNOWN]
    assert vocabulary.decode([5, 4, 3, STOP, 4]) == "the red door"
    assert len(vocabulary.encode("the " * 100)) == MOST_WORDS
    assert vocabulary.words[START] == "<s>"


def test_a_vocabulary_without_symbols_is_refused():
    with pytest.raises(ValueError, match="begins with"):
        Vocabulary(["the", "red", "sign"])


@pytest.mark.parametrize("query", QUERIES)
def test_probabilities_fall_and_sum_to_one_with_that_of_none(retriever, query):
    answer = ask(retriever, street(), query, top_k=1000)
    scores = [match.score for match in answer.matches]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) + answer.none_score == pytest.approx(1.0)
    assert len({match.text.id for match in answer.matches}) == len(answer.matches) == len(street().texts)


@pytest.mark.parametrize("query", QUERIES)
def test_status_agrees_with_best_question_and_rivals(retriever, query):
    answer = ask(retriever, street(), query)
    assert (answer.best is None) == (answer.status == "none")
    assert answer.best is None or answer.best is answer.matches[0].text
    assert (answer.question is not None) == (answer.status == "ambiguous") == (len(answer.rivals) >= 2)


@pytest.mark.parametrize("query", QUERIES)
def test_words_in_another_order_give_the_same_answer(retriever, query):
    content = street()
    words = sum(text.level == "word" for text in content.texts)
    order = [int(i) for i in np.random.default_rng(3).permutation(words)]
    first, second = ask(retriever, content, query), ask(retriever, permuted(content, order), query)
    assert [match.text.text for match in first.matches] == [match.text.text for match in second.matches]
    np.testing.assert_allclose(
        [match.score for match in first.matches], [match.score for match in second.matches], atol=1e-4
    )


def test_the_place_decides_where_the_pictures_are_alike(retriever):
    flat = np.full((600, 1000, 3), 128, dtype=np.uint8)
    encoded = retriever.encode(flat, street())
    tops = [retriever.find(encoded, f"the text at the {end}", top_k=1).matches[0].text.box for end in ("top", "bottom")]
    assert tops[0][1] < tops[1][1]


def test_a_scene_without_text_is_answered_none(retriever):
    answer = ask(retriever, SceneContent(PhotoInfo(1000, 600), ()), "the red sign")
    assert (answer.status, answer.best, answer.matches, answer.none_score) == ("none", None, (), 1.0)


@pytest.mark.parametrize("query", ["", "   ", "?!", "x" * 513])
def test_empty_or_overlong_query_is_refused(retriever, query):
    with pytest.raises(BadQuery):
        ask(retriever, street(), query)


def test_words_that_it_does_not_know_are_told(retriever):
    assert ask(retriever, street(), "the qwertzuiop sign").notes == ("words that it does not know: 1",)
    assert ask(retriever, street(), "the blue sign").notes == ()


def test_what_is_said_of_a_text_has_the_likelihood_of_its_words(retriever):
    encoded = retriever.encode(PIXELS, street())
    text_id = encoded.scene.ids[2]
    sentences = retriever.speak(encoded, text_id, beams=4)
    assert 0 < len(sentences) <= 4
    likelihoods = [sentence.log_likelihood for sentence in sentences]
    assert likelihoods == sorted(likelihoods, reverse=True)
    for sentence in sentences:
        assert 0 < len(sentence.words.split()) <= 14
        numbers = [retriever._vocabulary.words.index(word) for word in sentence.words.split()]
        likely = retriever.log_likelihoods(encoded, [*numbers, STOP])[2]
        assert likely == pytest.approx(sentence.log_likelihood, abs=1e-3)


def test_no_sentence_is_said_twice_and_every_time_the_same(retriever):
    encoded = retriever.encode(PIXELS, street())
    first, second = (retriever.speak(encoded, encoded.scene.ids[0], beams=6) for _ in range(2))
    assert first == second
    assert len({sentence.words for sentence in first}) == len(first) == 6


def test_a_short_limit_of_words_holds(retriever):
    encoded = retriever.encode(PIXELS, street())
    for sentence in retriever.speak(encoded, encoded.scene.ids[0], beams=3, most_words=2):
        assert len(sentence.words.split()) <= 2


def test_it_speaks_of_texts_of_the_scene_only(retriever):
    with pytest.raises(KeyError):
        retriever.speak(retriever.encode(PIXELS, make_scene([])), 0)


def test_threads_share_a_retriever(retriever):
    encoded = retriever.encode(PIXELS, street())
    expected = [retriever.find(encoded, query, top_k=3) for query in QUERIES]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda query: retriever.find(encoded, query, top_k=3), QUERIES * 5))
    assert found == expected * 5


def test_a_captioner_may_be_a_file(retriever, tmp_path):
    file = tmp_path / "mine.onnx"
    file.write_bytes(load_bytes("crtr.onnx"))
    own = RETRIEVERS[str(file)](1)
    assert own.name == str(file)
    assert ask(own, street(), "the blue sign") == ask(retriever, street(), "the blue sign")


def test_a_name_that_is_no_file_of_a_network_is_not_registered():
    assert "crtr" in RETRIEVERS
    assert "captioner" not in RETRIEVERS
    with pytest.raises(UnknownComponent, match="crtr, listener, matcher, rules"):
        Reader(retriever="captioner")


def test_another_network_is_no_captioner(tmp_path):
    (tmp_path / "other.onnx").write_bytes(load_bytes("matcher.onnx"))
    with pytest.raises(WeightsError, match="no captioner"):
        LikelihoodRetriever(tmp_path / "other.onnx")
    with pytest.raises(WeightsError, match="cannot be read"):
        Reader(retriever=str(tmp_path / "missing.onnx"))
