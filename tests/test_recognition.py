"""Reading straightened regions: drawn text is read back, in every direction, alone and among others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from whichtext.crops import straighten
from whichtext.errors import WeightsError
from whichtext.geometry import as_polygon
from whichtext.recognition.folding import FoldedClasses
from whichtext.recognition.normalize import OTHER, Vocabulary, normalize_characters
from whichtext.recognition.ppocr import MultilingualRecognizer, PPOCRRecognizer, SVTRRecognizer
from whichtext.recognition.protocol import Character
from whichtext.weights import load_bytes

TEXTS = ["OPEN 24 HOURS", "Market Street", "Tel. 555-0143", "SALE 50%", "exit"]


@pytest.fixture(scope="module")
def recognizer():
    return PPOCRRecognizer(2)


def sheet(texts, *, height=44):
    """A photo with one text under the other, and their quads."""
    picture = Image.new("RGB", (640, 90 * len(texts) + 20), (240, 238, 225))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=height)
    quads = []
    for index, text in enumerate(texts):
        at = (40, 25 + 90 * index)
        draw.text(at, text, font=font, fill=(30, 40, 90))
        x0, y0, x1, y1 = draw.textbbox(at, text, font=font)
        quads.append(as_polygon([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
    return np.asarray(picture), quads


def turn(photo, quads, quarters):
    """Photo and quads turned clockwise by quarters; each quad still starts at the top-left corner that its text had."""
    height, width = photo.shape[:2]
    points = [np.asarray(quad) for quad in quads]
    for _ in range(quarters):
        points = [np.stack([height - p[:, 1], p[:, 0]], axis=1) for p in points]
        height, width = width, height
    return np.ascontiguousarray(np.rot90(photo, -quarters)), points


def test_drawn_text_is_read_back(recognizer):
    photo, quads = sheet(TEXTS)
    readings = recognizer.recognize(photo, quads)
    assert [reading.text for reading in readings] == TEXTS
    assert all(reading.score > 0.8 and reading.polygon is None for reading in readings)


def test_no_regions_give_no_readings(recognizer):
    assert recognizer.recognize(np.zeros((10, 10, 3), dtype=np.uint8), []) == ()


def test_batched_equals_one_by_one_in_any_order(recognizer):
    photo, quads = sheet(TEXTS)
    batched = recognizer.recognize(photo, quads)
    assert batched == tuple(recognizer.recognize(photo, [quad])[0] for quad in quads)
    assert batched[::-1] == recognizer.recognize(photo, quads[::-1])


def test_eight_threads_equal_one(recognizer):
    photo, quads = sheet(TEXTS)
    calls = [quads[start:] for start in range(len(quads))] * 4
    serial = [recognizer.recognize(photo, call) for call in calls]
    with ThreadPoolExecutor(8) as workers:
        assert list(workers.map(lambda call: recognizer.recognize(photo, call), calls)) == serial


def test_one_thread_equals_two(recognizer):
    photo, quads = sheet(TEXTS)
    assert PPOCRRecognizer(1).recognize(photo, quads) == recognizer.recognize(photo, quads)


def test_condensed_crops_say_the_same_in_the_same_places():
    photo, quads = sheet(TEXTS)
    whole, condensed = (
        SVTRRecognizer(1, config=replace(SVTRRecognizer.usual, condense=part)).recognize(photo, quads)
        for part in (1.0, 0.85)
    )
    for one, other in zip(whole, condensed, strict=True):
        assert one.text == other.text
        for first, second in zip(one.characters, other.characters, strict=True):
            assert second.start == pytest.approx(first.start, abs=0.06)


def test_bilinear_crops_are_nearly_bicubic_ones_where_nothing_is_sharp():
    rows, columns = np.mgrid[:80, :200].astype(np.float64)
    photo = np.stack([rows * 3, columns, 255 - rows], axis=2).astype(np.uint8)
    quad = np.array([[30.0, 20.0], [150.0, 30.0], [148.0, 60.0], [28.0, 50.0]])
    bicubic, bilinear = (straighten(photo, quad, (180, 48), bicubic=which).astype(int) for which in (True, False))
    assert np.abs(bicubic - bilinear).max() <= 2


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_text_is_read_in_its_own_direction(recognizer, quarters):
    photo, quads = turn(*sheet(TEXTS[:1]), quarters)
    box = np.array([quads[0].min(axis=0), quads[0].max(axis=0)])
    upright = as_polygon(
        [[box[0, 0], box[0, 1]], [box[1, 0], box[0, 1]], [box[1, 0], box[1, 1]], [box[0, 0], box[1, 1]]]
    )
    (reading,) = recognizer.recognize(photo, [upright])
    assert reading.text == TEXTS[0]
    assert np.asarray(reading.polygon) == pytest.approx(quads[0])


def test_every_character_has_its_place(recognizer):
    photo, quads = sheet(TEXTS)
    for reading in recognizer.recognize(photo, quads):
        assert "".join(character.text for character in reading.characters) == reading.text
        assert all(len(character.text) == 1 for character in reading.characters)
        places = [place for character in reading.characters for place in (character.start, character.end)]
        assert places == sorted(places)
        assert all(0.0 <= place <= 1.0 for place in places)


@pytest.mark.parametrize(
    "quad",
    [
        ((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)),
        ((0.0, 5.0), (50.0, 5.0), (50.0, 5.0), (0.0, 5.0)),
        ((-500.0, -500.0), (-300.0, -500.0), (-300.0, -450.0), (-500.0, -450.0)),
        ((0.0, 0.0), (100000.0, 0.0), (100000.0, 3.0), (0.0, 3.0)),
    ],
)
def test_degenerate_and_distant_regions_are_read_as_nothing(recognizer, quad):
    (reading,) = recognizer.recognize(np.full((60, 80, 3), 200, dtype=np.uint8), [quad])
    assert reading.text == ""
    assert reading.score == 0.0


def test_straightening_an_upright_box_is_cropping():
    photo = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    quad = np.array([[10, 5], [42, 5], [42, 29], [10, 29]], dtype=float)
    crop = straighten(photo, quad, (32, 24)).astype(int)
    assert np.abs(crop - photo[5:29, 10:42]).max() <= 1


def test_straightening_starts_at_the_first_corner():
    photo = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    quad = np.array([[10, 5], [42, 5], [42, 29], [10, 29]], dtype=float)
    turned = straighten(photo, np.roll(quad, -2, axis=0), (32, 24)).astype(int)
    assert np.abs(turned - photo[5:29, 10:42][::-1, ::-1]).max() <= 1


def spell(text, *, score=0.9):
    return tuple(Character(letter, score, i / len(text), (i + 1) / len(text)) for i, letter in enumerate(text))


def cleaned(text):
    return "".join(character.text for character in normalize_characters(spell(text)))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("  two  words ", "two words"),
        ("SToP", "STOP"),
        ("iPhone", "iPhone"),
        ("Zoo", "Zoo"),
        (f"{OTHER}{OTHER}{OTHER}a", ""),
        (f"L3{OTHER}Lobby", "L3 Lobby"),
        ("CAFÉ", "CAFÉ"),
    ],
)
def test_odd_output_is_cleaned_and_sound_text_is_kept(read, meant):
    assert cleaned(read) == meant


def test_cleaning_twice_is_cleaning_once():
    once = normalize_characters(spell(f" SToP  at{OTHER}L3 "))
    assert normalize_characters(once) == once


def test_a_doubtful_accent_becomes_the_plain_letter_and_a_clear_one_stays():
    vocabulary = Vocabulary(["", "E", "É", "é", OTHER])
    clear = np.array([[0.0, 0.05, 0.95, 0.0, 0.0]])
    doubtful = np.array([[0.0, 0.3, 0.7, 0.0, 0.0]])
    assert vocabulary.texts[vocabulary.best(clear)[0][0]] == "É"
    assert vocabulary.texts[vocabulary.best(doubtful)[0][0]] == "E"


def test_full_width_classes_are_the_plain_ones():
    vocabulary = Vocabulary(["", "A", "Ａ", OTHER])
    best, _ = vocabulary.best(np.array([[0.0, 0.1, 0.9, 0.0]]))
    assert best.tolist() == [1]


@pytest.fixture(scope="module")
def svtr():
    return SVTRRecognizer(2)


def test_svtr_reads_what_the_published_network_reads(recognizer, svtr):
    photo, quads = sheet(TEXTS)
    assert [r.text for r in svtr.recognize(photo, quads)] == [r.text for r in recognizer.recognize(photo, quads)]


def test_svtr_tells_another_script(svtr):
    photo, quads = sheet(["OPEN"])
    frames = svtr._run(photo, np.asarray(quads[0]))
    assert frames.probabilities.shape[1] == len(svtr._vocabulary.texts)
    assert svtr._vocabulary.texts[-1] == OTHER
    np.testing.assert_allclose(frames.probabilities.sum(axis=1), 1, atol=1e-4)


def test_svtr_may_be_a_file(svtr, tmp_path):
    (tmp_path / "mine.onnx").write_bytes(load_bytes("svtr_recognizer.onnx"))
    photo, quads = sheet(TEXTS)
    own = SVTRRecognizer(1, weights=tmp_path / "mine.onnx")
    assert own.recognize(photo, quads) == svtr.recognize(photo, quads)
    with pytest.raises(WeightsError, match="cannot be read"):
        SVTRRecognizer(1, weights=tmp_path / "missing.onnx")


@pytest.fixture(scope="module")
def multilingual():
    return MultilingualRecognizer(2)


def test_multilingual_reads_latin_writing_as_the_default_does(recognizer, multilingual):
    photo, quads = sheet(TEXTS)
    assert [r.text for r in multilingual.recognize(photo, quads)] == [
        r.text for r in recognizer.recognize(photo, quads)
    ]


def test_multilingual_knows_each_class_of_the_default_as_likely_and_parts_the_other_scripts(recognizer, multilingual):
    photo, quads = sheet(["OPEN", "x"])
    for quad in quads:
        latin = recognizer._run(photo, np.asarray(quad)).probabilities
        every = multilingual._run(photo, np.asarray(quad)).probabilities
        kept = latin.shape[1] - 1
        assert every.shape == (len(latin), 18_710)
        assert np.allclose(every.sum(axis=1), 1, atol=1e-4)
        is_hard = latin[:, -1] > 0
        assert np.allclose(latin[is_hard, -1], every[is_hard, kept:].sum(axis=1), atol=1e-4)
        assert np.allclose(latin[:, :kept], every[:, :kept], atol=2e-3)


def test_multilingual_names_every_class_once(multilingual):
    texts = multilingual._vocabulary.texts
    assert len(texts) == 18_710
    assert texts[0] == ""
    assert OTHER not in texts
    assert {"東", "京", "é", "A", "ア"} <= set(texts)


def test_folding_adds_up_the_classes_of_a_letter():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(7), size=5).astype(np.float32)
    folded = FoldedClasses(["", "a", "b", "A", " ", "á", "7"]).frames(probabilities)._probabilities
    wanted = np.stack(
        [
            probabilities[:, 0] + probabilities[:, 4],
            probabilities[:, 1] + probabilities[:, 3] + probabilities[:, 5],
            probabilities[:, 2],
            probabilities[:, 6],
        ],
        axis=1,
    )
    assert np.allclose(folded, wanted, atol=1e-6)
