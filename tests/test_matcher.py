"""The retriever `matcher` on scenes with known truth, and the parts it is made of."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from made_scenes import Sign, make_scene, permuted, street
from whichtext.errors import BadQuery
from whichtext.retrieval.answering import whole_of
from whichtext.retrieval.matcher.evidence import EVIDENCE_WIDTH, PAIR_EVIDENCE_WIDTH, rules_evidence
from whichtext.retrieval.matcher.features import PAIR_WIDTH, SURROUNDING_WIDTH, TEXT_WIDTH, scene_features
from whichtext.retrieval.matcher.language import is_english
from whichtext.retrieval.matcher.retriever import MatcherRetriever
from whichtext.retrieval.matcher.statuses import (
    Calibration,
    Judged,
    Rivalry,
    is_ambiguous,
    is_near,
    probabilities,
    rivalry,
    several_evidence,
)
from whichtext.retrieval.rules.calibration import Calibration as RulesCalibration
from whichtext.retrieval.rules.encoding import encode
from whichtext.retrieval.rules.parser import parse
from whichtext.sentences import WIDTH, SentenceEncoder
from whichtext.types import Answer, PhotoInfo, SceneContent
from whichtext.wordpieces import WordPieces

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
WEIGHTS = {"prior:size": 1.0, "ink colour": 2.0, "on:colour": 2.0, "place:left": 1.5, "says whole": 3.0, "kind": 1.0}


@pytest.fixture(scope="module")
def retriever() -> MatcherRetriever:
    return MatcherRetriever(threads=1)


def ask(retriever: MatcherRetriever, content: SceneContent, query: str, top_k: int = 5) -> Answer:
    return retriever.find(retriever.encode(PIXELS, content), query, top_k=top_k)


@pytest.mark.parametrize(
    ("query", "wordings"),
    [
        ("the phone number on the white van", ["0800 555 019"]),
        ("what does the blue sign say?", ["CITY CENTRE\nPARKING"]),
        ("the second word on the blue sign", ["CENTRE"]),
        ("the biggest word", ["SALE"]),
        ('the word "PARKING"', ["PARKING"]),
        ("the discount on the red poster", ["70% OFF", "70%"]),
        ("the biggest word on the yellow board", ["BAKERY"]),
    ],
)
def test_description_finds_its_text(retriever, query, wordings):
    assert ask(retriever, street(), query).matches[0].text.text in wordings


@pytest.mark.parametrize("query", QUERIES)
def test_words_in_another_order_give_the_same_answer(retriever, query):
    content = street()
    words = sum(text.level == "word" for text in content.texts)
    order = [int(i) for i in np.random.default_rng(3).permutation(words)]
    first, second = ask(retriever, content, query), ask(retriever, permuted(content, order), query)
    assert first.status == second.status
    assert [match.text.text for match in first.matches] == [match.text.text for match in second.matches]
    np.testing.assert_allclose(
        [match.score for match in first.matches], [match.score for match in second.matches], atol=1e-4
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


@pytest.mark.parametrize("query", QUERIES)
def test_status_agrees_with_best_question_and_rivals(retriever, query):
    answer = ask(retriever, street(), query)
    assert (answer.best is None) == (answer.status == "none")
    assert answer.best is None or answer.best is answer.matches[0].text
    assert (answer.question is not None) == (answer.status == "ambiguous") == (len(answer.rivals) >= 2)


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


@pytest.mark.parametrize("query", ["", "   ", "?!", "x" * 513])
def test_empty_or_overlong_query_is_refused(retriever, query):
    with pytest.raises(BadQuery):
        ask(retriever, street(), query)


def test_query_that_is_no_text_is_refused(retriever):
    with pytest.raises(BadQuery):
        ask(retriever, street(), 7)  # type: ignore[arg-type]


def test_longest_query_is_answered(retriever):
    assert ask(retriever, street(), ("the white word on the red poster " * 20)[:512]).matches


@pytest.mark.parametrize(
    "query", ["das weiße Wort auf dem roten Schild", "le mot blanc sur le panneau", "红色海报上的字", "красная вывеска"]
)
def test_query_in_another_language_is_answered_none_with_a_note(retriever, query):
    answer = ask(retriever, street(), query)
    assert answer.status == "none"
    assert answer.none_score >= 0.98
    assert "English" in answer.notes[0]


def test_foreign_wording_that_stands_in_the_photo_is_found(retriever):
    content = make_scene(
        [
            Sign(((("DAS", (60, 50, 160, 90)), ("SCHILD", (175, 50, 330, 90))),), colour="blue"),
            Sign(((("SALE", (650, 60, 900, 160)),),), colour="red"),
        ]
    )
    answer = ask(retriever, content, "das Schild")
    assert "SCHILD" in answer.matches[0].text.text
    assert not any("English" in note for note in answer.notes)


def test_threads_get_the_answers_of_one_after_the_other(retriever):
    encoded = retriever.encode(PIXELS, street())
    expected = [retriever.find(encoded, query, top_k=5) for query in QUERIES]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda query: retriever.find(encoded, query, top_k=5), QUERIES * 3))
    assert found == expected * 3


def test_encoding_twice_gives_the_same_answer(retriever):
    assert ask(retriever, street(), QUERIES[0]) == ask(retriever, street(), QUERIES[0])


# ---- parts -------------------------------------------------------------------------------------------------------


def test_numbers_have_the_widths_that_the_network_expects():
    scene = encode(street())
    numbers = scene_features(scene)
    count, others = scene.count, len(scene.carrier_boxes) + len(scene.object_boxes)
    assert numbers.texts.shape == (count, TEXT_WIDTH)
    assert numbers.surroundings.shape == (others, SURROUNDING_WIDTH)
    assert numbers.pairs.shape == (count, count + others, PAIR_WIDTH)
    assert all(np.isfinite(part).all() for part in (numbers.texts, numbers.surroundings, numbers.pairs))
    evidence = rules_evidence(scene, parse("the white word on the left"), WEIGHTS, RulesCalibration())
    assert evidence.pairs.shape == (count, PAIR_EVIDENCE_WIDTH)
    assert evidence.whole.shape == (EVIDENCE_WIDTH,)


def test_permuted_words_permute_the_numbers():
    content = street()
    words = sum(text.level == "word" for text in content.texts)
    order = [int(i) for i in np.random.default_rng(5).permutation(words)]
    first, second = encode(content), encode(permuted(content, order))
    rows = [first.strings.index(string) for string in second.strings]
    one, two = scene_features(first), scene_features(second)
    np.testing.assert_allclose(one.texts[rows], two.texts, atol=1e-6)
    np.testing.assert_allclose(one.surroundings, two.surroundings, atol=1e-6)
    both = [*rows, *range(first.count, one.pairs.shape[1])]
    np.testing.assert_allclose(one.pairs[rows][:, both], two.pairs, atol=1e-6)
    parsed = parse("the white word on the left")
    np.testing.assert_allclose(
        rules_evidence(first, parsed, WEIGHTS, RulesCalibration()).pairs[rows],
        rules_evidence(second, parsed, WEIGHTS, RulesCalibration()).pairs,
        atol=1e-5,
    )


def test_last_number_of_the_evidence_is_the_log_probability_of_the_rules():
    evidence = rules_evidence(encode(street()), parse("the white word"), WEIGHTS, RulesCalibration())
    assert np.exp(4 * evidence.pairs[:, -1].astype(float)).sum() == pytest.approx(1.0, abs=1e-4)


def test_word_pieces_are_those_of_the_tokenizer_of_the_encoder():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "un", "##aff", "##able", "cafe", "!", "中", "##s"]
    encoder = WordPieces(pieces)
    assert encoder.encode("The unaffable Cafés!", most=64) == [2, 4, 5, 6, 7, 8, 11, 9, 3]
    assert encoder.encode("中the", most=64) == [2, 10, 4, 3]
    assert encoder.encode("zebra", most=64) == [2, 1, 3]
    assert encoder.encode("the the the the", most=4) == [2, 4, 4, 3]
    assert encoder.encode(" \t\n", most=64) == [2, 3]


def test_word_pieces_equal_those_of_the_tokenizers_package():
    tokenizers = pytest.importorskip("tokenizers", reason="compares with the tokenizers package")
    from whichtext.weights import load_bytes

    vocabulary = load_bytes("minilm_vocabulary.txt").decode("utf-8").split("\n")
    reference = tokenizers.BertWordPieceTokenizer(
        {piece: position for position, piece in enumerate(vocabulary)}, lowercase=True
    )
    own = WordPieces(vocabulary)
    for text in (*QUERIES, "Ünïcödé ñ", "中文 字 test", "a\u200bb\tc", "İstanbul", "½ €5 ﬁne", "don’t “quote” — dash…"):
        assert own.encode(text, most=1000) == reference.encode(text).ids


def test_vectors_of_wordings_do_not_depend_on_their_company():
    encoder = SentenceEncoder.load(threads=1)
    wordings = ["SALE", "", "0800 555 019", "Bella Italia", "OPEN"]
    together = encoder.vectors(wordings)
    assert together.shape == (5, WIDTH)
    assert not together[1].any()
    np.testing.assert_allclose(together, np.concatenate([encoder.vectors([one]) for one in wordings]), atol=2e-2)
    last, level = encoder.states("the red sign")
    assert last.shape == level.shape == (5, WIDTH)
    assert np.abs(last - level).max() > 0.1
    assert encoder.learned_layers == 2


@pytest.mark.parametrize(
    "query",
    [
        "the word LE PAIN on the sign",
        "La Casa logo",
        "SALE",
        "phone number",
        'what does "das ist" mean',
        "El Corte sign",
    ],
)
def test_english_with_foreign_names_is_english(query):
    assert is_english(query)


@pytest.mark.parametrize(
    "query", ["das blaue Schild links", "el cartel rojo", "la parola in alto", "o texto vermelho", "den röda skylten"]
)
def test_other_languages_are_not_english(query):
    assert not is_english(query)


def test_probabilities_follow_the_scores_and_add_up_with_none():
    judged = Judged(np.log([0.5, 0.3, 0.2]), np.log([0.2, 0.7, 0.1]))
    likely, none = probabilities(judged, Calibration())
    np.testing.assert_allclose([*likely, none], [0.4, 0.24, 0.16, 0.2])


def test_rival_shares_no_word_with_the_best():
    likely = np.array([0.4, 0.3, 0.2, 0.1])
    words = (frozenset({0, 1}), frozenset({0}), frozenset({2}), frozenset({3}))
    rival = rivalry(np.arange(4), likely, np.array([1.0, 1.0, 1.0, 0.0]), words)
    assert rival is not None
    assert (rival.row, rival.share, rival.asked_for) == (2, pytest.approx(0.5), pytest.approx(1.0))
    judged = Judged(np.log([0.4, 0.3, 0.2, 0.1]), np.log([0.2, 0.4, 0.4]))
    assert several_evidence(judged, rival)[-1] == 1.0
    assert rivalry(np.arange(2), likely[:2], np.zeros(2), words[:2]) is None


@pytest.mark.parametrize(
    ("share", "asked_for", "is_rival"),
    [(0.04, 1.0, False), (0.1, 0.19, False), (0.1, 0.2, True), (0.14, 0.1, False), (0.15, 0.0, True)],
)
def test_what_neither_network_nor_rules_see_near_the_best_is_no_rival(share, asked_for, is_rival):
    calibration = Calibration(several_weights=(0, 0, 0, 0, 1), several_threshold=0.5)
    rival = Rivalry(1, share, asked_for)
    assert is_near(rival, calibration) == is_rival
    judged = Judged(np.log([0.6, 0.4]), np.log([0.1, 0.1, 0.8]))
    assert is_ambiguous(judged, rival, calibration) == is_rival


def test_a_text_is_meant_where_a_query_fits_its_parts_alike():
    scene = encode(street())
    line = next(row for row in range(scene.count) if len(scene.words[row]) == 2)
    parts = [row for row in range(scene.count) if len(scene.words[row]) == 1 and scene.words[row] <= scene.words[line]]
    likely = np.full(scene.count, 0.01)
    likely[parts] = [0.5, 0.4]
    likely[line] = 0.3
    assert whole_of(scene, likely, parts[0], parts[1]) == line
    likely[line] = 0.1
    assert whole_of(scene, likely, parts[0], parts[1]) is None


def test_two_texts_that_nothing_holds_stay_rivals():
    scene = encode(street())
    apart = [row for row in range(scene.count) if len(scene.words[row]) == 1]
    pairs = [(a, b) for a in apart for b in apart if a < b]
    likely = np.full(scene.count, 0.1)
    for first, second in pairs:
        whole = whole_of(scene, likely, first, second)
        held = [row for row in range(scene.count) if scene.words[row] >= scene.words[first] | scene.words[second]]
        assert (whole is None) == (not held)
