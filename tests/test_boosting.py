"""Words that recognition keeps, ranks, merges and cuts anew."""

from functools import partial

import pytest

from test_recognition import sheet
from whichtext import Lexicon
from whichtext.localization.boosting import BoostingConfig, boost, match_lexicon, merged, padded, pick_paddings
from whichtext.localization.found_words import FoundWord
from whichtext.recognition.ppocr import PPOCRRecognizer
from whichtext.recognition.protocol import Reading


def word(text, box=(0.0, 0.0, 60.0, 20.0), *, localization=0.8, recognition=0.9):
    x0, y0, x1, y1 = box
    return FoundWord(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), text, localization, recognition)


def apart(*texts):
    return [word(text, (0.0, 40.0 * i, 60.0, 40.0 * i + 20)) for i, text in enumerate(texts)]


def test_what_is_no_word_goes_and_the_others_stay_in_order():
    found = boost(apart("EXIT", "!?", "x" * 26, "24", "Café"))
    assert [own.text for own in found] == ["EXIT", "24", "Café"]
    assert boost([]) == []


def test_the_score_is_localization_times_a_power_of_recognition():
    (found,) = boost([word("EXIT")], config=BoostingConfig(recognition=0.5))
    assert found.score == pytest.approx(0.8 * 0.9**0.5)
    assert boost([word("EXIT", recognition=0.59)]) == []
    assert len(boost([word("EXIT", recognition=0.59)], config=BoostingConfig(least=0.4))) == 1


def test_a_lexicon_vouches_for_its_words_and_sends_away_what_is_far_from_them():
    lexicon = Lexicon(["Exit", "café", "Wendy"])
    texts = ["EXIT", "(Exit!)", "CAFÉ", "WENDY's", "EX1T", "KITCHEN", "24", "to", "KITCHEN24", "SFT8242P"]
    found = {own.text: own.score for own in boost(apart(*texts), lexicon=lexicon)}
    unvouched = pytest.approx(0.8 * 0.9**0.5)
    assert found == {
        **dict.fromkeys(["EXIT", "(Exit!)", "CAFÉ", "WENDY's"], pytest.approx(0.8 * 0.9**0.25)),
        **dict.fromkeys(["EX1T", "24", "to", "SFT8242P"], unvouched),
    }


def test_a_word_of_the_lexicon_may_be_read_worse_than_another():
    lexicon = Lexicon(["Exit"])
    for text, least in (("EXIT", 0.5), ("EX1T", 0.65), ("24", 0.9)):
        assert boost([word(text, recognition=least - 0.01)], lexicon=lexicon) == []
        assert len(boost([word(text, recognition=least)], lexicon=lexicon)) == 1


def test_how_near_a_reading_is_to_a_lexicon():
    lexicon = Lexicon(["exit", "route66"])
    for text, match in (
        ("Exit,", "in"),
        ("route66", "in"),
        ("exits", "near"),
        ("exiting", "far"),
        ("no", "number"),
        ("", "number"),
        ("A1B2C3", "number"),
        ("abc", "far"),
    ):
        assert match_lexicon(text, lexicon, edits=2) == match
    assert match_lexicon("exi", Lexicon(["x"]), edits=3) == "near"
    assert match_lexicon("exi", Lexicon(["abc"]), edits=3) == "far"  # nothing of it would remain


def test_of_boxes_that_overlap_and_say_the_same_the_surest_stays():
    first, second = word("EXIT", localization=0.7), word("exit", (40.0, 0.0, 100.0, 20.0))
    other = word("NOW", (40.0, 0.0, 100.0, 20.0), localization=0.6)
    far = word("EXIT", (300.0, 0.0, 360.0, 20.0), localization=0.5)
    assert merged([first, second, other, far], same_overlap=0.1) == [second, other, far]
    assert merged([far, other, second, first], same_overlap=0.1) == [far, other, second]
    assert merged([first, second], same_overlap=0.6) == [first, second]


def test_a_padding_is_added_at_both_ends_along_the_writing():
    assert padded(((0, 0), (100, 0), (100, 20), (0, 20)), 0.1) == ((-10, 0), (110, 0), (110, 20), (-10, 20))
    sideways = ((20.0, 0.0), (20.0, 100.0), (0.0, 100.0), (0.0, 0.0))
    assert padded(sideways, -0.1) == ((20, 10), (20, 90), (0, 90), (0, 10))
    assert padded(padded(sideways, 0.5), -0.25) == sideways


def scripted(polygons):
    """Reads a string by the width of the box alone."""
    widths = [polygon[1][0] - polygon[0][0] for polygon in polygons]
    said = {60.0: ("EXIT", 0.8), 66.0: ("EXIT", 0.85), 72.0: ("EXIT", 0.95), 54.0: ("EXI", 0.99), 48.0: ("EX", 1.0)}
    return tuple(Reading(*said[round(width, 6)]) for width in widths)


def test_the_padding_that_reads_the_same_word_best_is_taken():
    (found,) = pick_paddings([word("EXIT", recognition=0.8)], scripted)
    assert (found.text, found.recognition, found.localization) == ("EXIT", 0.95, 0.8)
    assert found.polygon == padded(word("").polygon, 0.1)
    surer = word("EXIT", recognition=0.94)
    assert pick_paddings([surer], scripted) == [surer]
    other = word("NOW", recognition=0.1)
    assert pick_paddings([other], scripted) == [other]
    assert pick_paddings([], scripted) == []


def test_well_cut_words_keep_their_strings():
    photo, quads = sheet(["exit", "HOTEL"])
    recognizer = PPOCRRecognizer(1)
    words = [FoundWord(q, r.text, 0.9, r.score) for q, r in zip(quads, recognizer.recognize(photo, quads), strict=True)]
    found = pick_paddings(words, partial(recognizer.recognize, photo))
    assert [own.text for own in found] == [own.text for own in words]
    assert all(new.recognition >= old.recognition for new, old in zip(found, words, strict=True))
