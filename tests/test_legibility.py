"""What cannot be read says why, and nothing is invented."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from test_recognition import sheet
from whichtext import InputError, Reader
from whichtext.export.json import content_from_dict, content_to_dict
from whichtext.localization.found_words import FoundWord, foreign_regions, points_in_quad
from whichtext.localization.protocol import Localization, Region
from whichtext.recognition.legibility import LegibilityConfig, hint_of, legibility
from whichtext.recognition.normalize import OTHER, Vocabulary
from whichtext.recognition.protocol import Reading
from whichtext.recognition.regions import Frames, ReadingConfig, RegionReader

UNSURE = Reading("lll", 0.7)


@pytest.fixture(scope="module")
def photo():
    pixels, (quad,) = sheet(["HOTEL"])
    return pixels, quad


def scaled(photo, factor):
    """Photo and quad at another size."""
    pixels, quad = photo
    height, width = pixels.shape[:2]
    small = Image.fromarray(pixels).resize((round(width * factor), round(height * factor)), Image.Resampling.BOX)
    return np.asarray(small), tuple((x * factor, y * factor) for x, y in quad)


def test_a_sure_reading_is_believed_whatever_the_pixels_are_like(photo):
    flat = np.full((100, 100, 3), 128, dtype=np.uint8)
    quad = ((10.0, 10.0), (60.0, 10.0), (60.0, 14.0), (10.0, 14.0))
    assert hint_of(flat, quad, Reading("HOTEL", 0.95)) is None
    assert hint_of(flat, quad, Reading("", 0.0)) is not None


def test_an_unsure_reading_is_believed_where_the_pixels_are_good(photo):
    pixels, quad = photo
    assert hint_of(pixels, quad, UNSURE) is None
    assert hint_of(pixels, quad, Reading("lll", 0.3)) == "unclear"
    assert hint_of(pixels, quad, Reading("", 0.0)) == "unclear"


def test_small_pale_and_blurred_writing_says_so(photo):
    pixels, quad = photo
    assert hint_of(*scaled(photo, 0.2), UNSURE) == "too small"
    pale = (pixels * 0.1 + 100).astype(np.uint8)
    assert hint_of(pale, quad, UNSURE) == "low contrast"
    blurred = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(7)))
    assert hint_of(blurred, quad, UNSURE) == "blurred"
    for image, place in ((pale, quad), (blurred, quad)):
        assert hint_of(image, place, UNSURE, config=LegibilityConfig(least_contrast=0, least_sharpness=0)) is None


def test_the_facts_are_those_of_the_pixels(photo):
    pixels, quad = photo
    seen = legibility(pixels, quad)
    assert seen.letter_height == pytest.approx(quad[3][1] - quad[0][1])
    assert seen.contrast > 100
    half = legibility((pixels // 2).astype(np.uint8), quad)
    assert half.contrast == pytest.approx(seen.contrast / 2, abs=1.5)
    assert half.sharpness == pytest.approx(seen.sharpness, abs=0.03)
    point = legibility(pixels, ((5.0, 5.0),) * 4)
    assert (point.letter_height, point.contrast, point.sharpness) == (0.0, 0.0, 0.0)


def test_another_script_is_known_by_its_characters(photo):
    texts = ["", "a", OTHER]

    def reader_of(steps):
        frames = np.full((len(steps), 3), 0.05, dtype=np.float32)
        frames[range(len(steps)), steps] = 0.9

        class Scripted(RegionReader):
            def _run(self, image, quad):
                return Frames(frames, float(len(steps)), 0.0)

        return Scripted(Vocabulary(texts), config=ReadingConfig(), threads=1)

    pixels, quad = photo
    (foreign,) = reader_of([2, 0, 2, 0, 1]).recognize(pixels, [quad])
    assert (foreign.text, foreign.is_foreign) == ("", True)
    assert hint_of(pixels, quad, foreign) == "another script"
    (known,) = reader_of([1, 0, 1, 0, 2]).recognize(pixels, [quad])
    assert (known.text, known.is_foreign) == ("aa", False)
    (silent,) = reader_of([0, 0, 0]).recognize(pixels, [quad])
    assert (silent.text, silent.is_foreign) == ("", False)


def test_sure_regions_in_another_script_are_texts_without_words():
    def quad(x0, x1):
        return ((x0, 10.0), (x1, 10.0), (x1, 30.0), (x0, 30.0))

    regions = (Region(quad(0, 50), 0.9), Region(quad(100, 150), 0.9), Region(quad(200, 250), 0.5))
    located = Localization(regions, 1.0)
    foreign = Reading("", 0.0, is_foreign=True)
    word = FoundWord(quad(110, 140), "EXIT", 0.9, 0.9)
    assert foreign_regions(located, [foreign] * 3, [word]) == [FoundWord(quad(0, 50), "", 0.9, 0.0)]
    assert [own.polygon for own in foreign_regions(located, [foreign] * 3, [])] == [quad(0, 50), quad(100, 150)]
    assert foreign_regions(located, [Reading("", 0.0)] * 3, []) == []
    inside = points_in_quad(np.array([[25.0, 20.0], [60.0, 20.0], [0.0, 10.0]]), np.asarray(quad(0, 50)))
    assert inside.tolist() == [True, False, True]


def test_a_given_region_without_writing_is_empty_and_says_why():
    image = np.full((120, 300, 3), 150, dtype=np.uint8)
    box = ((20.0, 20.0), (200.0, 20.0), (200.0, 60.0), (20.0, 60.0))
    scene = Reader(threads=1).scene(image, words=[(box, None), (((0, 70), (90, 70), (90, 100), (0, 100)), "GIVEN")])
    unread, given = scene.texts[:2]
    assert (unread.text, unread.hint) == ("", "low contrast")
    assert (given.text, given.hint) == ("GIVEN", None)
    assert [text.hint for text in scene.texts if text.level == "line" and not text.text] == ["low contrast"]
    again = content_from_dict(content_to_dict(scene.content))
    assert [text.hint for text in again.texts] == [text.hint for text in scene.texts]
    assert scene.describe() is not None


def test_hints_of_a_document_are_known_ones_or_none():
    scene = Reader(threads=1).scene(
        np.full((60, 60, 3), 9, dtype=np.uint8), words=[(((0, 0), (50, 0), (50, 20), (0, 20)), "A")]
    )
    document = content_to_dict(replace(scene.content))
    for text in document["texts"]:
        del text["hint"]
    assert all(text.hint is None for text in content_from_dict(document).texts)
    document["texts"][0]["hint"] = "bored"
    with pytest.raises(InputError):
        content_from_dict(document)
