"""OCR-tolerant wording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whichtext.retrieval.rules.wording import contains, fold, similarity


def test_equal_wording_is_wholly_similar_whatever_case_accents_and_marks():
    assert similarity("Café Crème", "CAFE CREME!") == 1.0


def test_letters_that_ocr_confuses_count_more_than_other_letters():
    assert similarity("SALE", "5ALE") > similarity("SALE", "XALE")


def test_joined_words_are_nearly_the_same():
    assert similarity("NO PARKING", "NOPARKING") > 0.95


@pytest.mark.parametrize(
    ("named", "read", "least"),
    [("bus", "BUS STOP", 1.0), ("bus stop", "the BUS STOP here", 1.0), ("parking", "NOPARKING", 0.85)],
)
def test_named_wording_is_found_inside_longer_wording(named, read, least):
    assert contains(named, read) >= least


def test_nothing_is_similar_to_nothing():
    assert similarity("", "SALE") == 0.0
    assert similarity("SALE", "") == 0.0
    assert contains("", "") == 0.0


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_symmetric_and_lies_in_the_unit_interval(first, second):
    assert similarity(first, second) == similarity(second, first)
    assert 0.0 <= similarity(first, second) <= 1.0


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
