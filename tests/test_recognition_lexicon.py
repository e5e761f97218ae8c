"""Lexicons: tree equals full scan, likelihoods are sums over paths, readings are snapped by the rule; verification."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from drawn_scenes import street
from whichtext import BadQuery, InputError, Lexicon
from whichtext.geometry import as_polygon
from whichtext.recognition.ctc import BLANK, ctc_log_likelihoods, greedy_labels
from whichtext.recognition.folding import FoldedClasses
from whichtext.recognition.lexicon import MAX_BYTES, as_lexicon, fold
from whichtext.recognition.ppocr import PPOCRRecognizer
from whichtext.recognition.protocol import Character, Likeness
from whichtext.recognition.snapping import most_loss_for, snap_characters, word_spans
from whichtext.recognition.verification import probability_of

LETTERS = "abcde"


def made_words(count, *, seed=0):
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=chance.randint(1, 8))) for _ in range(count)]


# ------------------------------------------------------------------------------------------------------------ lexicon


@pytest.mark.parametrize("count", [1, 2, 30, 2000])
@pytest.mark.parametrize("edits", [0, 1, 2, 3])
def test_the_tree_finds_what_a_full_scan_finds(count, edits):
    lexicon = Lexicon(made_words(count))
    for wanted in ["", "a", "zzz", "abcdeabcdeabcde", *made_words(20, seed=1)]:
        scanned = tuple(word for word in lexicon.words if Levenshtein.distance(wanted, word) <= edits)
        assert lexicon.near(wanted, max_edits=edits) == scanned


def test_order_and_repeats_change_nothing():
    words = ["Café", "CAFE", "bar", "Bär", *made_words(300)]
    shuffled = random.Random(3).sample(words, len(words)) + words[:50]
    first, second = Lexicon(words), Lexicon(shuffled)
    assert first.words == second.words
    assert [first.spelling(word) for word in first.words] == [second.spelling(word) for word in second.words]
    assert first.near("cafe") == second.near("cafe")


def test_case_accents_and_width_are_folded():
    lexicon = Lexicon(["Café", "Main Street"])
    assert "CAFE" in lexicon
    assert "ｃａｆé" in lexicon
    assert "STREET" in lexicon
    assert "tea" not in lexicon
    assert 7 not in lexicon
    assert len(lexicon) == 3
    assert lexicon.spelling("cafe") == "Café"
    assert fold(fold("ÉÀß’")) == fold("ÉÀß’")


@pytest.mark.parametrize("words", [[], ["", "  "], [7], [None], ["a" * 101]])
def test_bad_words_are_refused(words):
    with pytest.raises(InputError):
        Lexicon(words)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n \n", b"# only a comment\n", b"\xff\xfe\x00binary", b"PK\x03\x04\x00\x00", b"a" * (MAX_BYTES + 1)],
)
def test_bad_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"words\.txt"):
        Lexicon.from_file(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "no.txt", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            Lexicon.from_file(path)


def test_a_file_is_its_words_without_its_head(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeff# licence\n\n#more\nCafé\r\nbar\n#1\n".encode())
    assert Lexicon.from_file(path).words == Lexicon(["Café", "bar", "#1"]).words
    assert as_lexicon(path).words == as_lexicon(str(path)).words == as_lexicon(iter(["#1", "bar", "Café"])).words
    lexicon = Lexicon(["x"])
    assert as_lexicon(lexicon) is lexicon
    assert as_lexicon(None) is None


@pytest.mark.parametrize("value", [7, b"words.txt", 1.5])
def test_what_is_no_lexicon_is_refused(value):
    with pytest.raises(InputError, match="lexicon is"):
        as_lexicon(value)


def test_a_million_words_are_read_and_more_are_refused(monkeypatch):
    monkeypatch.setattr("whichtext.recognition.lexicon.MAX_WORDS", 5)
    assert len(Lexicon("abcde")) == 5
    with pytest.raises(InputError, match="more than 5 words"):
        Lexicon("abcdef")


# --------------------------------------------------------------------------------------------------------- likelihoods


def random_frames(steps, classes, *, seed=0):
    raw = np.random.default_rng(seed).random((steps, classes)) ** 3
    return raw / raw.sum(axis=1, keepdims=True)


def spelled(path):
    return tuple(kind for kind, _ in itertools.groupby(path) if kind != BLANK)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_likelihoods_are_sums_over_all_paths(steps):
    frames = random_frames(steps, 4, seed=steps)
    sums: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(4), repeat=steps):
        string = spelled(path)
        sums[string] = sums.get(string, 0.0) + float(np.prod(frames[range(steps), path]))
    strings = [s for length in range(steps + 2) for s in itertools.product(range(1, 4), repeat=length)]
    labels = np.zeros((len(strings), steps + 1), dtype=int)
    for row, string in enumerate(strings):
        labels[row, : len(string)] = string
    found = np.exp(ctc_log_likelihoods(frames, labels, np.array([len(s) for s in strings])))
    assert found == pytest.approx([sums.get(s, 0.0) for s in strings], rel=1e-12)
    assert found.sum() == pytest.approx(1.0)


def test_many_at_once_equal_one_by_one_in_any_order():
    frames = random_frames(12, 6)
    labels = np.random.default_rng(1).integers(1, 6, (40, 7))
    lengths = np.random.default_rng(2).integers(0, 8, 40)
    together = ctc_log_likelihoods(frames, labels, lengths)
    alone = [ctc_log_likelihoods(frames, labels[i : i + 1], lengths[i : i + 1])[0] for i in range(40)]
    assert together.tolist() == alone
    assert ctc_log_likelihoods(frames, labels[::-1], lengths[::-1]).tolist() == together[::-1].tolist()


def test_long_regions_do_not_underflow():
    frames = np.full((2000, 3), 1 / 3)
    assert np.isfinite(ctc_log_likelihoods(frames, np.array([[1, 2] * 100]), np.array([200])))[0]


def test_greedy_labels_are_the_best_path():
    assert greedy_labels(np.eye(4)[[0, 1, 1, 0, 1, 3, 3, 0]]).tolist() == [1, 1, 3]
    assert greedy_labels(np.zeros((0, 4))).tolist() == []


# ------------------------------------------------------------------------------------------------------------ snapping

VOCABULARY = ["", *"abcdeglnostABCÉé", ".", " ", "5", '"']


def frames_of(text, doubts=None, *, doubt=0.4):
    """Frames that spell a text, one step a character and a blank after each; `doubts[i]` is almost as likely as i."""
    rows = np.full((2 * len(text), len(VOCABULARY)), 1e-4)
    for place, letter in enumerate(text):
        rows[2 * place, VOCABULARY.index(letter)] = 1.0
        rows[2 * place + 1, BLANK] = 1.0
        if doubts and place in doubts:
            rows[2 * place, VOCABULARY.index(doubts[place])] = doubt
    return rows / rows.sum(axis=1, keepdims=True)


def snapped(text, words, doubts=None, **options):
    steps = 2 * len(text)
    characters = tuple(Character(letter, 0.9, 2 * i / steps, (2 * i + 1) / steps) for i, letter in enumerate(text))
    frames = FoldedClasses(VOCABULARY).frames(frames_of(text, doubts))
    result = snap_characters(characters, frames, Lexicon(words), steps=steps, **options)
    places = [place for character in result for place in (character.start, character.end)]
    assert places == sorted(places)
    return "".join(character.text for character in result)


def test_a_doubtful_letter_is_decided_by_the_lexicon_and_a_clear_one_is_not():
    assert snapped("boat", ["goat"], {0: "g"}) == "goat"
    assert snapped("boat", ["goat"]) == "boat"
    assert snapped("boat", ["goat"], most_loss=100.0) == "goat"
    assert snapped("boat", ["boat", "goat"], {0: "g"}) == "boat"


def test_the_likelier_word_wins_whatever_the_order():
    for words in (["goat", "coat"], ["coat", "goat"]):
        assert snapped("boat", words, {0: "c"}) == "coat"


def test_a_lexicon_of_all_readings_changes_nothing():
    text = 'CAÉ. "boat" no 5 d'
    assert snapped(text, text.split()) == text
    assert snapped(text, ["cae", "boat"], most_loss=0.0) == text


def test_every_word_of_a_line_is_snapped_by_its_own_frames():
    assert snapped("boat on boat", ["goat"], {8: "g"}) == "boat on goat"
    assert snapped("boat on boat", ["goat"], {0: "g", 8: "g"}) == "goat on goat"


def test_signs_around_a_word_stay():
    assert snapped('"boat".', ["goat"], {1: "g"}) == '"goat".'


def test_short_words_and_far_words_stay():
    assert snapped("bo", ["go"], {0: "g"}) == "bo"
    assert snapped("bat", ["gogogo", "sel"], most_loss=1e9) == "bat"


def test_a_changed_word_is_written_as_the_lexicon_writes_it():
    assert snapped("boat", ["Goat"], {0: "g"}) == "Goat"
    assert snapped("ABC", ["Acc"], {1: "c"}) == "ACC"


def test_words_with_unknown_characters_are_never_chosen():
    assert snapped("boat", ["ωoat"], most_loss=1e9) == "boat"
    assert snapped("boat", ["ωoat", "goat"], {0: "g"}) == "goat"


def test_word_spans_leave_out_separators():
    characters = tuple(Character(letter, 1.0, 0.0, 0.0) for letter in " ab • c")
    assert list(word_spans(characters)) == [(1, 3), (6, 7)]
    assert list(word_spans(())) == []


def test_large_lexicons_are_believed_less():
    losses = [most_loss_for(size) for size in (1, 500, 1000, 90_000, 10**6)]
    assert losses == sorted(losses, reverse=True)
    assert losses[:2] == [6.0, 6.0]
    assert 1.5 < losses[3] < 2.5


# ------------------------------------------------------------------------------------------------- with the recognizer

TEXTS = ["OPEN 24 HOURS", "Market Street", "SALE 50%"]


@pytest.fixture(scope="module")
def recognizer():
    return PPOCRRecognizer(2)


@pytest.fixture(scope="module")
def sheet():
    """A photo with one text under the other, and their quads."""
    picture = Image.new("RGB", (640, 90 * len(TEXTS) + 20), (240, 238, 225))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=44)
    quads = []
    for index, text in enumerate(TEXTS):
        at = (40, 25 + 90 * index)
        draw.text(at, text, font=font, fill=(30, 40, 90))
        x0, y0, x1, y1 = draw.textbbox(at, text, font=font)
        quads.append(as_polygon([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
    return np.asarray(picture), quads


def test_clear_text_is_read_the_same_with_any_lexicon(recognizer, sheet):
    photo, quads = sheet
    plain = recognizer.recognize(photo, quads)
    assert recognizer.recognize(photo, quads, lexicon=Lexicon(" ".join(TEXTS).split())) == plain
    assert recognizer.recognize(photo, quads, lexicon=Lexicon(["OPAL", "Marked", "SAGE"])) == plain


def test_snapping_in_eight_threads_equals_one(recognizer, sheet):
    photo, quads = sheet
    lexicon = Lexicon(["OPAL", "Marked", "SAGE", *made_words(500)])
    calls = [quads, quads[1:], quads[::-1]] * 4
    serial = [recognizer.recognize(photo, call, lexicon=lexicon) for call in calls]
    with ThreadPoolExecutor(8) as workers:
        assert list(workers.map(lambda call: recognizer.recognize(photo, call, lexicon=lexicon), calls)) == serial


def test_the_string_that_stands_there_is_likelier_than_any_other(recognizer, sheet):
    photo, quads = sheet
    for string, quad in zip(TEXTS, quads, strict=True):
        right, wrong = (recognizer.compare(photo, [quad], s)[0] for s in (string, string[:-1] + "x"))
        assert right.log_string == pytest.approx(right.log_reading)
        assert right.log_string > wrong.log_string + 1.0
        assert probability_of(right) > 0.5 > probability_of(wrong)


def test_case_spaces_and_foreign_signs_do_not_count(recognizer, sheet):
    photo, quads = sheet
    assert recognizer.compare(photo, quads[2:], "sale 50%") == recognizer.compare(photo, quads[2:], "SALE50 %")
    (likeness,) = recognizer.compare(photo, quads[2:], "sale 50")
    assert likeness.log_string == pytest.approx(likeness.log_reading)


def test_what_cannot_stand_there_has_no_probability(recognizer, sheet):
    photo, quads = sheet
    (unknown,) = recognizer.compare(photo, quads[:1], "ωωω")
    (flat,) = recognizer.compare(photo, [((5.0, 5.0),) * 4], "OPEN")
    assert probability_of(unknown) == probability_of(flat) == 0.0
    assert recognizer.compare(photo, [], "OPEN") == ()
    assert probability_of(Likeness(-1e300, 0.0, 1)) < 1e-300


# ----------------------------------------------------------------------------------------------- with reader and scene


@pytest.fixture(scope="module")
def scene(reader):
    return reader.read(street().image)


def test_a_scene_read_with_a_lexicon_of_its_words_is_the_same(reader, scene):
    words = [text.text for text in scene.texts if text.level == "word"]
    assert reader.read(street().image, lexicon=words).texts == scene.texts


def test_given_strings_are_never_snapped(reader):
    drawn = street()
    given = [(polygon, "zzzz" if string else None) for polygon, string in drawn.words[:3]]
    scene = reader.scene(drawn.image, words=given, lexicon=["zzz", "zzzy"])
    assert [text.text for text in scene.texts if text.level == "word" and given[text.id][1]] == [
        string for _, string in given if string
    ]


@pytest.mark.parametrize("lexicon", [[], 7, "no such file.txt", [None]])
def test_bad_lexicons_are_refused_before_the_photo_is_read(reader, lexicon):
    for call in (reader.read, lambda photo, lexicon: reader.scene(photo, words=[], lexicon=lexicon)):
        with pytest.raises(InputError, match="lexicon"):
            call(b"no photo", lexicon=lexicon)


def test_every_clear_line_is_verified_where_it_stands(scene):
    lines = [text for text in scene.texts if text.level == "line" and text.score > 0.9 and len(text.text) > 4]
    assert lines
    for line in lines[:4]:
        verification = scene.verify(line.text.lower())
        assert verification.found
        assert verification.string == line.text.lower()
        assert verification.text.text == line.text


def test_a_string_that_is_not_there_is_not_found(scene):
    for string in ("xylophone", "ωωω"):
        verification = scene.verify(string)
        assert not verification.found
        assert verification.probability < 0.5


def test_verifying_in_threads_equals_one_by_one(scene):
    strings = [*[text.text for text in scene.texts if text.level == "word"][:4], "xylophone"]
    serial = [scene.verify(string) for string in strings]
    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(scene.verify, strings)) == serial


def test_nothing_is_verified_where_there_is_no_text(reader):
    verification = reader.scene(street().image, words=[]).verify("OPEN")
    assert (verification.found, verification.probability, verification.text) == (False, 0.0, None)


@pytest.mark.parametrize("string", ["", "  ", "!?", "a" * 201, None, 7])
def test_strings_that_cannot_be_verified_are_refused(scene, string):
    with pytest.raises(BadQuery):
        scene.verify(string)
