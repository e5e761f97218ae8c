"""Kinds that a string's form shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whichtext.retrieval.rules.patterns import PATTERN_NAMES, pattern_scores


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0800 123 4567", "phone"),
        ("(416) 555-0199", "phone"),
        ("$4.99", "price"),
        ("12,50 €", "price"),
        ("70% OFF", "percentage"),
        ("www.example.org", "web"),
        ("info@example.org", "email"),
        ("9:00 am - 5 pm", "opening hours"),
        ("12 March 2014", "date"),
        ("48 Elm Street", "address"),
        ("Elm Street", "street name"),
        ("EW23", "code"),
        ("km", "unit"),
        ("&", "symbol"),
        ("DO NOT ENTER", "warning"),
    ],
)
def test_form_shows_the_kind(text, kind):
    scores = dict(zip(PATTERN_NAMES, pattern_scores(text), strict=True))
    assert scores[kind] >= 0.5, scores


def test_plain_word_has_the_form_of_no_number():
    scores = dict(zip(PATTERN_NAMES, pattern_scores("Bakery"), strict=True))
    assert scores["phone"] == scores["price"] == scores["number"] == 0.0


@given(st.text(max_size=60))
def test_scores_lie_in_the_unit_interval_for_any_text(text):
    scores = pattern_scores(text)
    assert len(scores) == len(PATTERN_NAMES)
    assert all(0.0 <= score <= 1.0 for score in scores)
