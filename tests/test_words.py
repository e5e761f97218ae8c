"""Lines to words."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from whichtext.geometry import as_polygon, box_iou, box_of
from whichtext.localization.words import WordsConfig, split_into_words
from whichtext.recognition.ppocr import PPOCRRecognizer
from whichtext.recognition.protocol import Character, Reading

LINE = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0))


def reading_of(text, *, score=0.9, polygon=None):
    """A reading whose characters stand at equal distances."""
    step = 1 / max(1, len(text))
    characters = tuple(Character(letter, score, i * step, (i + 1) * step) for i, letter in enumerate(text))
    return Reading(text=text, score=score, characters=characters, polygon=polygon)


def texts(words):
    return [word.text for word in words]


def test_an_unread_line_gives_no_words():
    assert split_into_words(LINE, Reading(text="", score=0.0)) == ()


def test_a_single_word_keeps_the_whole_quad():
    (word,) = split_into_words(LINE, reading_of("EXIT"))
    assert word.polygon == LINE
    assert word.score == pytest.approx(0.9)


def test_words_part_at_spaces_and_separators():
    assert texts(split_into_words(LINE, reading_of("to the•zoo →"))) == ["to", "the", "zoo"]


def test_words_follow_each_other_without_overlap_and_fill_the_line():
    words = split_into_words(LINE, reading_of("one two three"))
    edges = [x for word in words for x in (word.polygon[0][0], word.polygon[1][0])]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (0.0, 100.0)


def test_words_read_with_little_certainty_are_dropped():
    assert split_into_words(LINE, reading_of("maybe", score=0.4)) == ()
    assert texts(split_into_words(LINE, reading_of("maybe", score=0.4), config=WordsConfig(min_score=0.3))) == ["maybe"]


def test_the_polygon_of_the_reading_replaces_that_of_the_line():
    turned = (LINE[2], LINE[3], LINE[0], LINE[1])
    words = split_into_words(LINE, reading_of("up side", polygon=turned))
    assert words[0].polygon[0] == LINE[2]


def test_borders_lie_in_the_gaps_between_drawn_words():
    font = ImageFont.load_default(size=40)
    picture = Image.new("RGB", (520, 90), "white")
    draw = ImageDraw.Draw(picture)
    boxes, x = [], 20
    for text in ("Harbour", "view", "HOTEL"):
        draw.text((x, 20), text, font=font, fill="black")
        boxes.append(draw.textbbox((x, 20), text, font=font))
        x = boxes[-1][2] + 16
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    line = as_polygon([[20, top], [x - 16, top], [x - 16, bottom], [20, bottom]])
    photo = np.asarray(picture)
    (reading,) = PPOCRRecognizer(1).recognize(photo, [line])
    words = split_into_words(line, reading, image=photo)
    assert texts(words) == ["Harbour", "view", "HOTEL"]
    for word, box in zip(words, boxes, strict=True):
        assert box_iou(box_of(word.polygon), (box[0], top, box[2], bottom)) > 0.85
