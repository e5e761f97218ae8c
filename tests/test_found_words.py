"""Word regions and their readings become words."""

import numpy as np

from whichtext.localization.found_words import (
    FoundWord,
    FoundWordsConfig,
    believable_words,
    settle_regions,
    without_repeats,
)
from whichtext.localization.protocol import Localization, Region
from whichtext.reader import believed_words
from whichtext.recognition.protocol import Character, Reading

IMAGE = np.full((100, 300, 3), 200, dtype=np.uint8)


def quad(x0: float, y0: float, x1: float, y1: float):
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def reading(text: str, score: float = 0.9) -> Reading:
    """Characters side by side, as wide as each other."""
    width = 1 / max(1, len(text))
    characters = tuple(
        Character(text=letter, score=score, start=i * width, end=(i + 1) * width) for i, letter in enumerate(text)
    )
    return Reading(text=text, score=score, characters=characters)


def word(box: tuple[float, float, float, float], score: float = 0.9) -> FoundWord:
    return FoundWord(quad(*box), "word", score, 1.0)


def test_a_region_with_one_word_keeps_its_place() -> None:
    region = Region(quad(10, 10, 90, 30), 0.5)
    (found,) = settle_regions(IMAGE, [region], [reading("OPEN", 0.8)])
    assert found.polygon == region.polygon
    assert found.text == "OPEN"
    assert found.score == 0.5 * 0.8


def test_a_region_with_two_words_is_parted() -> None:
    found = settle_regions(IMAGE, [Region(quad(10, 10, 200, 30), 0.9)], [reading("OPEN NOW")])
    assert [word.text for word in found] == ["OPEN", "NOW"]
    assert found[0].polygon[1][0] <= found[1].polygon[0][0]


def test_what_cannot_be_read_is_no_word() -> None:
    regions = [Region(quad(10, 10, 90, 30), 0.9), Region(quad(110, 10, 190, 30), 0.9)]
    assert settle_regions(IMAGE, regions, [reading("%~", 0.3), reading("")]) == []


def test_a_part_of_a_region_yields_to_the_region_that_is_that_word() -> None:
    regions = [Region(quad(10, 10, 130, 30), 0.9), Region(quad(100, 10, 200, 30), 0.6)]
    found = settle_regions(IMAGE, regions, [reading("OPEN N"), reading("NOW")])
    assert [word.text for word in found] == ["OPEN", "NOW"]


def test_of_two_that_are_the_same_the_surer_stays() -> None:
    words = [word((10, 10, 90, 30), 0.5), word((12, 10, 92, 30), 0.8), word((150, 10, 200, 30), 0.4)]
    assert without_repeats(words, [True, True, True]) == [1, 2]


def test_neighbours_on_a_line_and_lines_above_each_other_stay() -> None:
    words = [word((10, 10, 90, 30)), word((91, 10, 180, 30)), word((10, 31, 90, 50))]
    assert without_repeats(words, [True, True, True]) == [0, 1, 2]


def test_nothing_in_nothing_out() -> None:
    assert settle_regions(IMAGE, [], []) == []
    assert without_repeats([], []) == []


def test_a_badly_read_region_stays_where_it_is_sure_to_be_text() -> None:
    boxes = [quad(10, 10, 90, 30), quad(110, 10, 190, 30), quad(10, 50, 90, 70), quad(110, 50, 190, 70)]
    regions = tuple(Region(box, score) for box, score in zip(boxes, (0.5, 0.5, 0.9, 0.9), strict=True))
    readings = [reading("OPEN", 0.8), reading("NEPO", 0.5), reading("EIXO", 0.5), reading("X", 0.2)]
    located = Localization(regions=regions, scale=1.0)
    found = believable_words(IMAGE, "word", located, readings)
    assert [word.text for word in found] == ["OPEN", "EIXO"]
    hints = [hint for _, hint in believed_words(IMAGE, "word", located, readings)]
    assert hints[0] is None
    assert hints[1] is not None
    strict = FoundWordsConfig(sure_region=2.0)
    assert [word.text for word in believable_words(IMAGE, "word", located, readings, config=strict)] == ["OPEN"]
