"""A wording that was read badly is found by what the pixels say."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from drawn_scenes import street
from whichtext import BadQuery, Reader
from whichtext.recognition.protocol import Likeness
from whichtext.retrieval.rereading import as_read, reread, wordings


@pytest.fixture(scope="module")
def reader():
    return Reader(threads=1)


@pytest.fixture(scope="module")
def scene(reader):
    """A drawn street of which the sign LIBRARY was read as 11BPAPV."""
    drawn = street()
    words = [(text.polygon, "11BPAPV" if text.string == "LIBRARY" else text.string) for text in drawn.texts]
    return doubted(reader.scene(drawn.image, words=words))


def doubted(scene):
    """The scene as if its words had been read by us, not given."""
    content = replace(scene.content, texts=tuple(replace(text, score=0.7) for text in scene.texts))
    return replace(scene, content=content)


def test_a_string_that_was_given_is_not_doubted(scene):
    given = replace(scene.content, texts=tuple(replace(text, score=1.0) for text in scene.texts))
    assert reread(scene.content, "the word LIBRARY", scene._verify_few) is not None
    assert reread(given, "the word LIBRARY", scene._verify_few) is None


def test_a_badly_read_word_is_found_by_its_wording(scene):
    answer = scene.find('the sign that says "LIBRARY"')
    assert answer.best is not None
    assert answer.best.text == "11BPAPV"
    assert answer.best is scene.texts[answer.best.id]
    assert all(match.text is scene.texts[match.text.id] for match in answer.matches)
    assert any("'LIBRARY' was read as '11BPAPV'" in note for note in answer.notes)


def test_what_is_not_there_is_not_read_into_the_photo(scene):
    for query in ('the word "ELEPHANT"', "the text that says pharmacy"):
        assert reread(scene.content, query, scene._verify_few) is None
        assert scene.find(query) == scene.retriever.find(scene.encoded, query, top_k=5)


class Counting:
    """Finds every string likely, and counts how often it was asked."""

    name = "counting"

    def __init__(self):
        self.places = 0

    def recognize(self, image, polygons, *, lexicon=None):
        raise AssertionError("reading is not comparing")

    recognize_each = recognize

    def compare(self, image, polygons, string):
        self.places += len(polygons)
        return tuple(Likeness(-0.1, -0.1, len(string)) for _ in polygons)


def counted(scene, counting):
    return replace(scene, recognizer=counting)._verify_few


def test_nothing_is_compared_where_no_wording_is_asked_for_or_a_text_has_it(scene):
    counting = Counting()
    for query in ("the largest text", "the red sign on the left", "the word 11BPAPV", 'the word "to"'):
        assert reread(scene.content, query, counted(scene, counting)) is None
    assert counting.places == 0


def test_a_reading_that_is_nothing_like_it_is_no_bad_one(scene):
    texts = tuple(replace(text, text="S") for text in scene.content.texts)
    assert reread(replace(scene.content, texts=texts), "the word SALE", counted(scene, Counting())) is None


def test_only_a_few_places_are_compared(scene):
    counting = Counting()
    many = replace(scene.content, texts=tuple(replace(text, text="11BPAPV") for text in scene.content.texts))
    assert reread(many, "the word LIBRARY", counted(scene, counting)) is not None
    assert 0 < counting.places <= 8


def test_the_lines_and_blocks_of_a_word_say_what_the_word_says(scene):
    again = reread(scene.content, "the word LIBRARY", scene._verify_few)
    assert again is not None
    changed = [text for text, old in zip(again.content.texts, scene.texts, strict=True) if text.text != old.text]
    assert changed
    for text in changed:
        assert "LIBRARY" in text.text
        assert replace(text, text=scene.texts[text.id].text) == scene.texts[text.id]
    assert {text.level for text in changed} >= {"word", "line"}


def test_a_run_of_words_is_put_into_its_line(reader):
    picture = Image.new("RGB", (640, 120), (240, 238, 225))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=40)
    words, left = [], 30
    for word, read in (("Old", "Old"), ("Market", "Ma2kel"), ("Street", "5trecl")):
        draw.text((left, 30), word, font=font, fill=(30, 40, 90))
        x0, y0, x1, y1 = draw.textbbox((left, 30), word, font=font)
        words.append((((x0, y0), (x1, y0), (x1, y1), (x0, y1)), read))
        left = x1 + 14
    scene = doubted(reader.scene(np.asarray(picture), words=words))
    assert [text.text for text in scene.texts if text.level == "line"] == ["Old Ma2kel 5trecl"]
    again = reread(scene.content, 'the text "Market Street"', scene._verify_few)
    assert again is not None
    said = {level: [text.text for text in again.content.texts if text.level == level] for level in ("word", "line")}
    assert said == {"word": ["Old", "Market", "Street"], "line": ["Old Market Street"]}


def test_an_answer_is_put_back_into_the_words_that_were_read(scene):
    answer = scene.find("the largest text")
    assert as_read(answer, scene.content, ()) == answer
    assert as_read(answer, scene.content, ("a note",)).notes == (*answer.notes, "a note")


def test_wordings_are_what_a_query_says_literally():
    assert wordings('the sign that says "Burger King"') == ("Burger King",)
    assert wordings("the word SALE") == ("SALE",)
    assert wordings("the largest red text") == ()
    assert wordings("Zyqqwert") == ("Zyqqwert",)
    with pytest.raises(BadQuery):
        wordings("  ")


def test_photos_without_text_have_nothing_to_read_again(reader):
    empty = reader.read(np.full((64, 64, 3), 90, dtype=np.uint8))
    assert reread(empty.content, "the word SALE", empty._verify_few) is None
    assert empty.find("the word SALE").status == "none"
