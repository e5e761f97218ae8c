"""Known words vouch for a doubtful reading, and for nothing else."""

import numpy as np
import pytest

from test_recognition import sheet
from whichtext.recognition.ctc import greedy_labels
from whichtext.recognition.known_words import count_known, known_words, likelier_path
from whichtext.recognition.lexicon import fold
from whichtext.recognition.ppocr import SVTRConfig, SVTRRecognizer
from whichtext.weights import load_bytes

TEXTS = ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", " ")


def frames(*steps):
    """One time step a string: its letters share the probability in the order of the numbers given, a blank between."""
    rows = []
    for letters, *shares in steps:
        row = np.full(len(TEXTS), 1e-5)
        for letter, share in zip(letters, shares or [1.0], strict=True):
            row[TEXTS.index(letter)] = share
        blank = np.full(len(TEXTS), 1e-5)
        blank[0] = 1.0
        rows += [row / row.sum(), blank / blank.sum()]
    return np.array(rows)


SICRET = frames("S", ("IE", 0.7, 0.3), "C", "R", "E", "T")


def spelled(path):
    kept = path[np.concatenate([[True], path[1:] != path[:-1]])]
    return "".join(TEXTS[label] for label in kept)


def test_a_doubtful_letter_becomes_that_of_a_known_word():
    assert spelled(greedy_labels(SICRET)) == "SICRET"
    assert spelled(likelier_path(SICRET, TEXTS, gain=2.5, doubt=0.95)) == "SECRET"


@pytest.mark.parametrize(
    ("probabilities", "gain"),
    [
        (SICRET, 0.5),  # the ratio of the two is 0.85 nats
        (frames("S", "I", "C", "R", "E", "T"), 50.0),  # nothing is doubtful
        (frames("S", ("IX", 0.7, 0.3), "C", "R", "E", "T"), 2.5),  # neither is a word
        (frames("S", ("EI", 0.7, 0.3), "C", "R", "E", "T"), 2.5),  # the word is what was read
        (np.zeros((0, len(TEXTS))), 2.5),
    ],
)
def test_what_was_read_stays(probabilities, gain):
    assert likelier_path(probabilities, TEXTS, gain=gain, doubt=0.95) is None


def test_no_gap_is_invented_for_two_known_words():
    with_gap = frames("C", "A", "R", (" Q", 0.4, 0.6), "P", "A", "R", "K")
    without = frames("C", "A", ("RX", 0.4, 0.6), " ", "P", "A", "R", "K")
    assert likelier_path(with_gap, TEXTS, gain=5.0, doubt=0.95) is None
    assert spelled(likelier_path(without, TEXTS, gain=5.0, doubt=0.95)) == "CAR PARK"


def test_words_are_counted_by_their_letters():
    words = frozenset({"secret", "cafe", "of", "exit"})
    for string, count in (
        ("SECRET", 1),
        ("secret secret", 2),
        ("(Secret!)", 1),
        ("Secret's", 1),
        ("Café", 1),
        ("se-cret", 0),
        ("of", 0),
        ("secrets", 0),
        ("", 0),
    ):
        assert count_known(string, words) == count


def test_the_list_is_folded_and_sorted_and_says_whose_it_is():
    lines = load_bytes("known_words.txt").decode().splitlines()
    assert any("Copyright" in line for line in lines if line.startswith("#"))
    words = [line for line in lines if not line.startswith("#")]
    assert words == sorted(set(words))
    assert known_words() == frozenset(words)
    assert all(word == fold(word) and word.isalpha() and len(word) >= 3 for word in words[::500])
    assert {"secret", "colour", "color", "pharmacy"} <= known_words()


def test_sure_readings_are_the_same_with_and_without():
    photo, regions = sheet(["PHARMACY", "Hxyqz 17", "0800 555", "Zwnkl"])
    usual, without = (SVTRRecognizer(1, config=config) for config in (SVTRConfig(), SVTRConfig(known_word_gain=0.0)))
    found, expected = (recognizer.recognize(photo, regions) for recognizer in (usual, without))
    sure = [place for place, reading in enumerate(expected) if min(c.score for c in reading.characters) > 0.97]
    assert sure
    assert [found[place] for place in sure] == [expected[place] for place in sure]
