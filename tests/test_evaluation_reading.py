"""End-to-end reading, word spotting, lexicons, SVT and recognition, on words that can be judged by hand."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from whichtext.errors import DatasetError
from whichtext.evaluation.end_to_end import is_same_reading
from whichtext.evaluation.lexicons import MAX_EDITS, Lexicon, Lexicons, weak_lexicon
from whichtext.evaluation.protocols import evaluate
from whichtext.evaluation.recognition import compared_form, is_alphanumeric, similarity
from whichtext.evaluation.results import Evaluation, Regions
from whichtext.evaluation.street_view_text import is_svt_word
from whichtext.evaluation.word_spotting import dictionary_form, is_dictionary_word


def column(*texts: str, **more) -> Regions:
    """Words one below the other."""
    boxes = tuple((0, 50 * row, 100, 50 * row + 20) for row in range(len(texts)))
    return Regions("photo", boxes, texts, **more)


def score(protocol: str, truth: Regions, found: Regions, **options) -> Evaluation:
    return evaluate(protocol, [truth], [found], **options)


def right(evaluation: Evaluation) -> list[int]:
    """Ground truths that were read right."""
    return [pair.truths[0] for pair in evaluation.images["photo"].pairs if pair.is_right]


# --- end to end


@pytest.mark.parametrize(
    ("truth", "reading", "is_right"),
    [
        ("Hello", "hELLO", True),
        ("Hello", "Hallo", False),
        ("SALE!", "SALE", True),
        ("SALE", "SALE!", False),
        ("SALE!!", "SALE!", True),
        ("SALE!!", "SALE", False),
        ("(OPEN)", "OPEN", True),
        ("(OPEN)", "(OPEN", True),
        ("(OPEN)", "OPEN)", True),
        ("it's", "its", False),
        ("-OFF-", "OFF", False),
        ("straße", "STRASSE", True),
        ("café", "CAFÉ", True),
        ("café", "CAFE", False),
        ("12:30", "12:30", True),
        ("·", "", True),
        ("", "", True),
        ("A B", "AB", False),
        ("SALE ", "SALE", False),
        ("###", "###", True),
    ],
)
def test_a_reading_is_right_up_to_case_and_one_mark_an_end(truth: str, reading: str, is_right: bool) -> None:
    assert is_same_reading(truth, reading) is is_right


def test_a_misread_detection_uses_the_word_up() -> None:
    truth = column("HELLO")
    found = Regions("photo", (truth.boxes[0], truth.boxes[0]), ("HALLO", "HELLO"), (0.2, 0.9))
    first_come, by_score = score("e2e", truth, found), score("e2e_conf", truth, found)
    assert (first_come.total.recall, first_come.total.precision) == (0, 0)
    assert (by_score.total.recall, by_score.total.precision) == (1, 0.5)
    assert by_score.total.average_precision == 1


def test_dont_care_reads_as_any_text() -> None:
    evaluation = score("e2e", column("###", "WORD"), column("###", "###"))
    assert evaluation.images["photo"].ignored_detections == (0,)
    assert (evaluation.total.truths, evaluation.total.detections, evaluation.total.recall) == (1, 1, 0)


# --- word spotting


@pytest.mark.parametrize(
    ("text", "form", "is_word"),
    [
        ("Hello,", "Hello", True),
        ("John's", "John", True),
        ("JOHN'S", "JOHN", True),
        ("-X-RAY-", "X-RAY", True),
        ("ABC-!", "ABC-", True),
        ("it's", "it", False),
        ("A.B.C", "A B C", False),
        ("TO", "TO", False),
        ("12:30", "12 30", False),
        ("B4B", "B4B", False),
        ("café", "café", True),
        ("ΑΒΓ", "ΑΒΓ", True),
        ("Привет", "Привет", False),
        ("3×4", "3×4", False),
        ("ab×", "ab×", False),
        ("ab÷c", "ab÷c", False),
        ("!", "", False),
        ("A&B", "A&B", False),
        ("###", "###", False),
        ("ABCƀǃ", "ABCƀǃ", False),
    ],
)
def test_dictionary_forms_by_hand(text: str, form: str, is_word: bool) -> None:
    assert dictionary_form(text) == form
    assert is_dictionary_word(form) is is_word


def test_word_spotting_compares_the_dictionary_form_with_the_reading_as_it_stands() -> None:
    truth = column("SALE!", "SALE!", "John's", "12:30")
    evaluation = score("ws", truth, column("sale", "SALE!", "JOHN", "12:30"))
    assert right(evaluation) == [0, 2]
    assert evaluation.images["photo"].ignored_truths == (3,)
    assert evaluation.images["photo"].ignored_detections == (3,)
    assert right(score("e2e", truth, column("sale", "SALE!", "JOHN", "12:30"))) == [0, 1, 3]


def test_a_short_word_swallows_a_detection_of_its_neighbour() -> None:
    truth = Regions("photo", ((0, 0, 100, 20), (40, 0, 140, 20)), ("TO", "HELLO"))
    found = Regions("photo", ((40, 0, 140, 20),), ("HELLO",))
    assert score("ws", truth, found).total.detections == 0
    assert score("e2e", truth, found).total.recall == 0.5


# --- lexicons


def brute_force(words: list[str], reading: str) -> str | None:
    wanted = reading.upper()
    if sum(char.isalpha() for char in wanted) < 3:
        return None
    near = [(Levenshtein.distance(wanted, word.upper()), word.upper()) for word in words]
    near = [(edits, word) for edits, word in near if edits <= MAX_EDITS and edits < len(wanted)]
    return min(near)[1] if near else None


letters = st.text(alphabet="abcAB1-", min_size=1, max_size=7)


@settings(max_examples=300, deadline=None)
@given(st.lists(letters, max_size=12), letters)
def test_nearest_word_is_that_of_trying_all(words: list[str], reading: str) -> None:
    assert Lexicon(words).nearest(reading) == brute_force(words, reading)


@settings(max_examples=50, deadline=None)
@given(st.lists(letters, max_size=12), letters, st.randoms(use_true_random=False))
def test_order_of_the_lexicon_does_not_matter(words: list[str], reading: str, source: random.Random) -> None:
    shuffled = source.sample(words, len(words))
    assert Lexicon(words).nearest(reading) == Lexicon(shuffled).nearest(reading)


def test_short_readings_and_numbers_stay_as_they_are() -> None:
    lexicon = Lexicon(["TOO", "THE", "OPEN"])
    assert lexicon.nearest("TO") is None
    assert lexicon.nearest("12:30") is None
    assert lexicon.nearest("xyz") is None  # three edits would leave nothing of it
    assert lexicon.nearest("0pen") == "OPEN"
    assert lexicon.nearest("tha") == "THE"


def test_strong_lexicon_is_that_of_the_photo() -> None:
    truth, found = column("OPEN", "12:30"), column("OPFN", "12:30")
    assert right(score("e2e", truth, found)) == [1]
    strong = Lexicons(of_image={"photo": Lexicon(["OPEN", "CLOSED"])})
    assert right(score("e2e_strong", truth, found, lexicons=strong)) == [0, 1]
    assert right(score("ws_strong", truth, found, lexicons=strong)) == [0]
    assert right(score("e2e_strong", column("OPEN", "12:30", lexicon=("OPEN",)), found)) == [0, 1]


def test_weak_lexicon_consists_of_the_dictionary_words_of_the_test_set() -> None:
    truths = [column("Sale!", "12:30", "TO", "###"), Regions("other", ((0, 0, 9, 9),), ("John's",))]
    assert weak_lexicon(truths).words == ("JOHN", "SALE")
    assert right(score("e2e_weak", column("Sale!"), column("SAIE"))) == [0]
    assert right(score("ws_weak", column("Sale!"), column("SAIE"))) == [0]


def test_generic_lexicon_snaps_to_wrong_words_too() -> None:
    generic = Lexicons(for_all=Lexicon(["OPEN", "OPERA"]))
    assert right(score("e2e_generic", column("OPEL"), column("OPEL"), lexicons=generic)) == []
    assert right(score("ws_generic", column("OPEN"), column("OPEL"), lexicons=generic)) == [0]


@pytest.mark.parametrize(
    ("protocol", "lexicons", "message"),
    [
        ("e2e_generic", None, "needs a lexicon, and none was given"),
        ("svt_50", None, "needs a lexicon, and none was given"),
        ("e2e_strong", Lexicons(for_all=Lexicon(["A"])), "a lexicon for each image, not one for all"),
        ("ws_strong", Lexicons(of_image={"other": Lexicon(["A"])}), "no lexicon for image 'photo'"),
        ("iou", Lexicons(for_all=Lexicon(["A"])), "takes no lexicon"),
    ],
)
def test_lexicons_that_do_not_suit_the_protocol_are_refused(protocol: str, lexicons, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        score(protocol, column("WORD"), column("WORD"), lexicons=lexicons)


# --- SVT


def test_svt_counts_words_of_three_letters_and_digits() -> None:
    assert [is_svt_word(text) for text in ("HOTEL", "24H", "TO", "PETER'S", "CAFÉ", "")] == [
        *(True, True, False, False, False, False)
    ]


def test_svt_50_spots_only_the_words_of_the_lexicon() -> None:
    truth = column("HOTEL", "PARK", lexicon=("HOTEL", "PARK", "BANK"))
    found = column("H0TEL", "PARC", "UNRELATED", "bank")
    evaluation = score("svt_50", truth, found)
    assert right(evaluation) == [0, 1]
    # UNRELATED spots nothing and costs nothing; BANK is in the lexicon, but not in the photo.
    assert evaluation.images["photo"].ignored_detections == (2,)
    assert (evaluation.total.recall, evaluation.total.precision) == (1, pytest.approx(2 / 3))


def test_a_misread_detection_takes_no_word_in_svt() -> None:
    truth = column("HOTEL", lexicon=("HOTEL", "MOTEL"))
    found = Regions("photo", (truth.boxes[0], truth.boxes[0]), ("MOTEL", "HOTEL"), (0.9, 0.3))
    assert score("svt_50", truth, found).total.recall == 1
    assert score("svt_50", truth, found).total.precision == 0.5
    assert score("e2e_strong", truth, found).total.recall == 0


def test_svt_full_takes_one_list_for_all() -> None:
    full = Lexicons(for_all=Lexicon(["HOTEL", "HOSTEL"]))
    evaluation = score("svt_full", column("HOTEL", "AT"), column("HOTEI", "AT"), lexicons=full)
    assert (evaluation.total.truths, evaluation.total.detections, evaluation.total.recall) == (1, 1, 1)


# --- recognition


def test_recognition_compares_letters_and_digits_whatever_the_case() -> None:
    truth = column("Sale!", "it's", "Café", "12:30", "###", "&")
    evaluation = score("recognition", truth, column("SALE", "its", "cafe", "1230", "x", ""))
    assert (evaluation.total.recall, evaluation.total.truths) == (1, 5)
    assert evaluation.total.similarity == 1


def test_recognition_tells_accuracy_and_the_mean_of_one_less_the_normalised_distance() -> None:
    evaluation = score("recognition", column("HOTEL", "PARK"), column("HOSTEL", "PARK"))
    assert evaluation.total.recall == evaluation.total.precision == evaluation.total.hmean == 0.5
    assert evaluation.total.similarity == pytest.approx((1 - 1 / 6 + 1) / 2)


def test_subsets_of_recognition_leave_words_out() -> None:
    truth, found = column("HOTEL", "it's", "TO", "Café"), column("HOTEL", "it's", "TO", "Café")
    assert score("recognition", truth, found).total.truths == 4
    assert score("recognition_alnum", truth, found).total.truths == 2
    assert score("recognition_alnum3", truth, found).total.truths == 1


def test_recognition_needs_no_boxes_and_one_reading_a_word() -> None:
    words = Regions("word_1", ((),), ("Hotel",))
    assert evaluate("recognition", [words], [words]).total.recall == 1
    assert evaluate("recognition", [words], []).total.recall == 0
    with pytest.raises(DatasetError, match="has 2 words and 1 readings"):
        score("recognition", column("A", "B"), column("A"))


@given(st.text(max_size=8), st.text(max_size=8))
def test_similarity_is_symmetric_and_one_only_for_equals(first: str, second: str) -> None:
    assert similarity(first, second) == similarity(second, first)
    assert 0 <= similarity(first, second) <= 1
    assert (similarity(first, second) == 1) == (first == second)


@given(st.text(max_size=8))
def test_compared_form_is_compared_with_itself(text: str) -> None:
    form = compared_form(text)
    assert compared_form(form) == form == compared_form(form.upper())
    assert form == "" or is_alphanumeric(form)
