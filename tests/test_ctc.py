"""Greedy CTC decoding: time steps to characters with their places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whichtext.recognition.ctc import BLANK, decode_ctc

VOCABULARY = ("", *"abcdefgh")


def decode(steps, **options):
    best = np.array(steps, dtype=np.intp)
    return decode_ctc(best, np.linspace(0.5, 0.9, len(best)), VOCABULARY, **options)


def text_of(characters):
    return "".join(character.text for character in characters)


def test_repeated_steps_are_one_character_and_a_blank_parts_two():
    assert text_of(decode([1, 1, 2, 0, 2, 2, 3])) == "abbc"


def test_no_steps_and_only_blanks_give_nothing():
    assert decode([]) == ()
    assert decode([0, 0, 0]) == ()


def test_a_character_stands_from_its_first_to_its_last_step():
    (only,) = decode([0, 1, 1, 0])
    assert (only.start, only.end) == (0.25, 0.75)


def test_places_are_fractions_of_the_length_without_padding():
    (only,) = decode([0, 1, 0, 0], length=2.0)
    assert (only.start, only.end) == (0.5, 1.0)


def test_the_score_is_the_highest_of_the_steps():
    probability = np.array([0.2, 0.9, 0.4])
    (only,) = decode_ctc(np.array([1, 1, 1]), probability, VOCABULARY)
    assert only.score == pytest.approx(0.9)


@given(st.text(alphabet="abcdefgh", max_size=20))
def test_a_spelled_text_is_read_back(text):
    steps = [step for letter in text for step in (VOCABULARY.index(letter), BLANK)]
    assert text_of(decode(steps)) == text


@given(st.lists(st.integers(0, 8), max_size=60))
def test_places_run_forward_inside_the_region(steps):
    characters = decode(steps)
    places = [place for character in characters for place in (character.start, character.end)]
    assert places == sorted(places)
    assert all(0.0 <= place <= 1.0 for place in places)
