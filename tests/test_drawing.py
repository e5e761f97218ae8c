"""Drawn answers: the frame is where the text is, the tag inside the picture, the photo itself untouched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from whichtext.drawing import DrawingStyle, draw_answer, draw_scene, save_picture
from whichtext.errors import OutputError
from whichtext.image import Photo, load_photo
from whichtext.types import Answer, Match, SceneContent, Text

STYLE = DrawingStyle()
BOXES = ((20.0, 40.0, 120.0, 70.0), (150.0, 40.0, 230.0, 60.0), (30.0, 170.0, 200.0, 195.0))


def scene(
    readings: tuple[str, ...] = ("SALE", "open", "exit"), size: tuple[int, int] = (300, 200)
) -> tuple[Photo, SceneContent]:
    photo = load_photo(np.full((size[1], size[0], 3), 120, np.uint8))
    texts = tuple(
        Text(i, "line", reading, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), (x0, y0, x1, y1), 0.9)
        for i, (reading, (x0, y0, x1, y1)) in enumerate(zip(readings, BOXES, strict=True))
    )
    return photo, SceneContent(photo.info, texts)


def answer(content: SceneContent, status: str, rivals: tuple[int, ...] = ()) -> Answer:
    matches = tuple(Match(text, 0.5) for text in content.texts)
    best = content.texts[0] if status != "none" else None
    return Answer("q", status, best, matches, 0.1, None, tuple(content.texts[r] for r in rivals))


def places(picture: Image.Image, colour: tuple[int, int, int]) -> np.ndarray:
    """(H, W) bool: pixels of exactly that colour."""
    return (np.asarray(picture) == colour).all(axis=2)


def near(box: tuple[float, ...], mask: np.ndarray, margin: int) -> np.ndarray:
    x0, y0, x1, y1 = (round(value) for value in box)
    return mask[max(0, y0 - margin) : y1 + margin, max(0, x0 - margin) : x1 + margin]


def test_the_best_text_is_framed_in_its_colour_and_the_others_are_not():
    photo, content = scene()
    best = places(draw_answer(photo, content, answer(content, "found")), STYLE.best)
    assert near(BOXES[0], best, 10).sum() > 300
    assert not near(BOXES[2], best, 5).any()


def test_the_letters_of_the_best_text_stay_visible():
    photo, content = scene()
    drawn = np.asarray(draw_answer(photo, content, answer(content, "found")))
    x0, y0, x1, y1 = (int(value) for value in BOXES[0])
    assert (drawn[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1] == 120).all()


def test_rivals_are_framed_in_a_second_colour():
    photo, content = scene()
    drawn = draw_answer(photo, content, answer(content, "ambiguous", rivals=(0, 2)))
    assert near(BOXES[0], places(drawn, STYLE.best), 10).sum() > 300
    assert near(BOXES[2], places(drawn, STYLE.rival), 10).sum() > 300
    assert not near(BOXES[1], places(drawn, STYLE.rival), 3).any()


def test_no_answer_marks_nothing_strongly():
    photo, content = scene()
    drawn = draw_answer(photo, content, answer(content, "none"))
    assert not places(drawn, STYLE.best).any()
    assert not places(drawn, STYLE.rival).any()


def test_an_empty_scene_is_the_photo():
    photo, content = scene()
    empty = SceneContent(content.photo, ())
    assert np.array_equal(np.asarray(draw_scene(photo, empty)), photo.pixels)
    nothing = Answer("q", "none", None, (), 1.0)
    assert np.array_equal(np.asarray(draw_answer(photo, empty, nothing)), photo.pixels)


def test_every_line_of_a_scene_is_framed():
    photo, content = scene()
    lines = places(draw_scene(photo, content), STYLE.line)
    for box in BOXES:
        assert near(box, lines, 6).sum() > 100


def test_the_photo_itself_is_not_changed():
    photo, content = scene()
    draw_scene(photo, content)
    draw_answer(photo, content, answer(content, "found"))
    assert (photo.pixels == 120).all()


def test_drawing_is_the_same_every_time():
    photo, content = scene()
    first, second = (np.asarray(draw_scene(photo, content)) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    "reading", ["", "文字", "Ελλάδα", "مرحبا", "a" * 500, "one\ntwo\x07", "\ud800", "Café Zürich – 5 €"]
)
def test_every_reading_can_be_drawn(reading):
    photo, content = scene((reading, "open", "exit"))
    drawn = draw_answer(photo, content, answer(content, "ambiguous", rivals=(0, 1)))
    assert places(drawn, STYLE.best).any()
    assert drawn.size == (300, 200)


def test_readings_that_can_not_be_set_leave_the_frame():
    photo, content = scene(("文字文字", "open", "exit"))
    bare = draw_answer(photo, content, answer(content, "found"))
    photo, content = scene(("", "open", "exit"))
    assert np.array_equal(np.asarray(bare), np.asarray(draw_answer(photo, content, answer(content, "found"))))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.lists(st.tuples(st.floats(-100, 400), st.floats(-100, 400)), min_size=0, max_size=6),
    st.text(max_size=30),
)
def test_any_region_in_any_photo_can_be_drawn(width, height, polygon, reading):
    photo = load_photo(np.zeros((height, width, 3), np.uint8))
    only = Text(0, "line", reading, tuple(polygon), (0.0, 0.0, 5.0, 5.0), 0.5)
    content = SceneContent(photo.info, (only,))
    for drawn in (draw_scene(photo, content), draw_answer(photo, content, Answer("q", "found", only, (), 0.0))):
        assert drawn.size == (width, height)


def test_a_saved_picture_is_what_was_drawn(tmp_path):
    photo, content = scene()
    drawn = draw_scene(photo, content)
    save_picture(drawn, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as saved:
        assert np.array_equal(np.asarray(saved), np.asarray(drawn))
        assert not saved.info
    save_picture(drawn.convert("L"), tmp_path / "grey.jpg", quality=50)
    assert load_photo(tmp_path / "grey.jpg").info.mode == "RGB"


def test_a_drawn_picture_is_never_saved_over_its_photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (300, 200), (120, 120, 120)).save(path)
    before = path.read_bytes()
    _, content = scene()
    photo = load_photo(path)
    drawn = draw_scene(photo, content)
    with pytest.raises(OutputError, match="original"):
        save_picture(drawn, path)
    with pytest.raises(OutputError, match="original"):
        save_picture(Image.new("RGB", (3, 3)), path, original=photo)
    with pytest.raises(OutputError, match=r"\.gif"):
        save_picture(drawn, tmp_path / "out.gif")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["photo.png"]
