"""The command line, with a reader that needs no weights: exit codes, streams, JSON Lines, many photos."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from whichtext.cli import ExitCode, main
from whichtext.cli.exit_codes import best_of, worst_of
from whichtext.cli.photos import list_sources, output_path
from whichtext.cli.printing import place_in_words, visible
from whichtext.errors import AmbiguousQuery, BadImage, NoMatch, UnknownComponent, WeightsError
from whichtext.image import Photo, PhotoLimits, load_photo
from whichtext.types import (
    Answer,
    Attributes,
    Carrier,
    Description,
    Match,
    PhotoInfo,
    SceneContent,
    Status,
    Text,
    Verification,
)


def make_text(identity: int, string: str, box: tuple[float, float, float, float]) -> Text:
    x0, y0, x1, y1 = box
    return Text(
        id=identity, level="line", text=string, polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)), box=box, score=0.9
    )


VAN = Carrier(
    id=0,
    box=(0, 0, 90, 90),
    polygon=((0, 0), (90, 0), (90, 90), (0, 90)),
    noun="van",
    noun_scores=(),
    colour="white",
    colour_scores=(),
    shape=None,
    shape_scores=(),
    lab=(95.0, 0.0, 0.0),
    texts=(0,),
)
PHONE = replace(make_text(0, "555 0142", (4, 4, 40, 14)), attributes=Attributes(carrier=VAN))
NASTY = make_text(1, "\x1b[2Jgone\u202e", (60, 80, 95, 90))


class FakeScene:
    """A scene whose answers hang on the size of the photo: 100 wide is found, 101 ambiguous, 102 none."""

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self.texts = (PHONE, NASTY)
        self.content = SceneContent(photo=photo.info, texts=self.texts, carriers=(VAN,))

    def find(self, query: str, *, top_k: int = 5) -> Answer:
        statuses: dict[int, Status] = {101: "ambiguous", 102: "none"}
        status = statuses.get(self.photo.info.width, "found")
        matches = (Match(PHONE, 0.75), Match(NASTY, 0.25))[:top_k]
        return Answer(
            query=query,
            status=status,
            best=None if status == "none" else PHONE,
            matches=matches,
            none_score=0.9 if status == "none" else 0.05,
            question="The one on the van or the other?" if status == "ambiguous" else None,
            rivals=(PHONE, NASTY) if status == "ambiguous" else (),
            notes=("I do not know the word 'blorp'.",) if "blorp" in query else (),
        )

    def describe(self) -> tuple[Description, ...]:
        return (
            Description(text=PHONE, expression="the text on the white van", verified=True, margin=0.5),
            Description(text=NASTY, expression="the text at the bottom right", verified=False, margin=0.0),
        )

    def redact(self, query: str, *, all_matches: bool = False, audit_query: bool = False) -> SimpleNamespace:
        status = self.find(query).status
        if status == "none":
            raise NoMatch("no text fits")
        if status == "ambiguous" and not all_matches:
            raise AmbiguousQuery("several texts fit")

        def save(path: Path, *, in_place: bool = False) -> dict[str, object]:
            Image.fromarray(self.photo.pixels).save(path)
            return {"schema_version": 1, "regions": [{"box": [4, 4, 40, 14]}], "same_text_elsewhere": 2}

        return SimpleNamespace(save=save)

    def verify(self, string: str) -> Verification:
        found = string == PHONE.text
        return Verification(string, found, 0.9 if found else 0.1, PHONE, PHONE.polygon)

    def to_dict(self) -> dict[str, object]:
        return {"schema_version": 1, "texts": [text.text for text in self.texts]}


class FakeReader:
    def read(
        self,
        source: object,
        *,
        limits: PhotoLimits | None = None,
        max_side: int | None = None,
        lexicon: object = None,
        boost: bool = False,
    ) -> FakeScene:
        return FakeScene(load_photo(source, limits=limits or PhotoLimits()))


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments], make_reader=lambda options: FakeReader())


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., Path]:
    """Write a picture whose width decides what the fake scene answers."""

    def write(name: str, width: int = 100) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, 100), (120, 130, 140)).save(path)
        return path

    return write


def json_lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(("width", "code"), [(100, 0), (101, 5), (102, 4)])
def test_status_decides_the_exit_code_of_find(draw, width: int, code: int) -> None:
    assert run("find", draw("a.png", width), "the phone number") == code


def test_found_text_is_printed_with_place_surface_box_and_probability(draw, capsys) -> None:
    run("find", draw("a.png"), "the phone number")
    assert capsys.readouterr().out == (
        "555 0142  (line at the top left, on a white van, box 4 4 40 14, probability 0.75)\n"
    )


def test_ambiguous_answer_prints_the_question_and_numbered_rivals(draw, capsys) -> None:
    run("find", draw("a.png", 101), "the text")
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "ambiguous. The one on the van or the other?"
    assert second.startswith("  1. 555 0142")
    assert third.startswith("  2. \\x1b[2Jgone\\u202e")


def test_what_a_photo_says_cannot_steer_the_terminal(draw, capsys) -> None:
    run("read", draw("a.png"))
    run("describe", draw("a.png"))
    run("read", draw("a.png"), "--json")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_notes_and_questions_about_words_go_to_stderr(draw, capsys) -> None:
    run("find", draw("a.png"), "the blorp")
    captured = capsys.readouterr()
    assert "blorp" not in captured.out
    assert "I do not know the word 'blorp'." in captured.err


@pytest.mark.parametrize("verb", ["read", "describe"])
def test_json_gives_one_object_a_photo_in_the_order_given(draw, capsys, verb: str) -> None:
    names = [str(draw("b.png")), str(draw("a.png"))]
    assert run(verb, *names, "--json") == 0
    assert [entry["source"] for entry in json_lines(capsys.readouterr().out)] == names


def test_json_of_find_is_the_answer_document(draw, capsys) -> None:
    path = draw("a.png")
    run("find", path, "the phone number", "--json", "--top-k", "1")
    (entry,) = json_lines(capsys.readouterr().out)
    assert entry["source"] == str(path)
    assert entry["schema_version"] == 1
    assert entry["status"] == "found"
    assert entry["best"]["text"] == "555 0142"
    assert len(entry["matches"]) == 1


def test_bad_file_is_reported_and_does_not_stop_the_rest(draw, tmp_path: Path, capsys) -> None:
    good, bad, missing = draw("good.png"), tmp_path / "bad.png", tmp_path / "missing.png"
    bad.write_bytes(b"this is no picture")
    assert run("read", bad, missing, good, "--json") == 2
    captured = capsys.readouterr()
    first, second, third = json_lines(captured.out)
    assert set(first) == {"source", "error"}
    assert set(first["error"]) == {"type", "message"}
    assert first["error"]["type"] in {"BadImage", "UnsupportedFormat"}
    assert second["source"] == str(missing)
    assert second["error"]["type"] == "BadImage"
    assert third["source"] == str(good)
    assert third["texts"] == ["555 0142", "\x1b[2Jgone\u202e"]
    assert "bad.png" in captured.err


def test_bug_in_one_photo_exits_1_with_its_traceback_and_goes_on(draw, capsys) -> None:
    class Broken(FakeReader):
        def read(self, source: object, **options: object) -> FakeScene:
            if str(source).endswith("broken.png"):
                raise ZeroDivisionError("a bug")
            return super().read(source)

    arguments = ["read", str(draw("broken.png")), str(draw("fine.png")), "--json"]
    assert main(arguments, make_reader=lambda options: Broken()) == 1
    captured = capsys.readouterr()
    first, second = json_lines(captured.out)
    assert first["error"] == {"type": "ZeroDivisionError", "message": "a bug"}
    assert "texts" in second
    assert "Traceback" in captured.err


def test_find_in_many_photos_is_found_if_found_in_any(draw, capsys) -> None:
    found, ambiguous, none = draw("f.png"), draw("a.png", 101), draw("n.png", 102)
    assert run("find", none, found, ambiguous, "the phone number") == 0
    assert run("find", none, ambiguous, "the phone number") == 5
    assert run("find", none, none, "the phone number") == 4
    assert run("find", none, found, found.with_name("missing.png"), "the phone number") == 2
    assert f"{found}: 555 0142" in capsys.readouterr().out


def test_options_may_stand_between_images_and_query(draw, capsys) -> None:
    first, second = draw("1.png"), draw("2.png")
    assert run("find", first, second, "--json", "the phone number") == 0
    assert run("find", "--json", first, "--top-k", "2", second, "the phone number") == 0
    entries = json_lines(capsys.readouterr().out)
    assert {entry["query"] for entry in entries} == {"the phone number"}
    assert len(entries) == 4


def test_folder_gives_its_pictures_recursively_and_sorted(draw, tmp_path: Path, capsys) -> None:
    for name in ("street/b.png", "street/a.jpg", "street/deep/c.webp", "street/.hidden/d.png", "street/._a.jpg"):
        draw(name)
    (tmp_path / "street" / "notes.txt").write_text("no picture")
    (tmp_path / "street" / "loop").symlink_to(tmp_path / "street")
    assert run("read", tmp_path / "street", "--json") == 0
    names = [
        Path(entry["source"]).relative_to(tmp_path / "street").as_posix()
        for entry in json_lines(capsys.readouterr().out)
    ]
    assert names == ["a.jpg", "b.png", "deep/c.webp"]


def test_folder_without_pictures_is_bad_input(tmp_path: Path, capsys) -> None:
    assert run("read", tmp_path, "--json") == 2
    (entry,) = json_lines(capsys.readouterr().out)
    assert entry["error"]["type"] == "BadImage"


def test_photo_from_stdin_is_read_like_the_file(draw, monkeypatch, capsys) -> None:
    content = draw("a.png").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert run("find", "-", "the phone number", "--json") == 0
    (entry,) = json_lines(capsys.readouterr().out)
    assert entry["source"] == "-"


def test_stdin_can_be_named_only_once(capsys) -> None:
    assert run("find", "-", "-", "the phone number") == 2


def test_empty_stdin_is_bad_input(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"")))
    assert run("read", "-", "--json") == 2
    (entry,) = json_lines(capsys.readouterr().out)
    assert entry["error"]["type"] == "BadImage"


def test_limits_of_the_command_line_reach_the_loader(draw, capsys) -> None:
    path = draw("a.png")
    assert run("read", path, "--max-megapixels", "0.009", "--json") == 2
    assert run("read", path, "--max-megabytes", "0.0001", "--json") == 2
    assert run("read", path, "--max-megapixels", "0.01", "--json") == 0
    errors = [entry.get("error", {}).get("type") for entry in json_lines(capsys.readouterr().out)]
    assert errors == ["ImageTooLarge", "ImageTooLarge", None]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("reed",),
        ("read",),
        ("find", "a.png"),
        ("find", "a.png", "  "),
        ("find", "a.png", "the text", "--top-k", "0"),
        ("read", "a.png", "--threads", "none"),
        ("read", "a.png", "--max-megapixels", "nan"),
        ("redact", "a.png", "the text"),
        ("redact", "a.png", "the text", "-o", "b.png", "--in-place"),
        ("read", "a.png", "--jso"),
    ],
)
def test_usage_errors_exit_2_and_leave_stdout_empty(arguments: tuple[str, ...], capsys) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err != ""


@pytest.mark.parametrize("verb", ["read", "find", "describe", "redact", "verify", "doctor"])
def test_every_verb_has_help(verb: str, capsys) -> None:
    assert run(verb, "--help") == 0
    assert f"whichtext {verb}" in capsys.readouterr().out


def test_top_help_names_every_verb_and_exit_code(capsys) -> None:
    assert run("--help") == 0
    out = capsys.readouterr().out
    for word in (
        "read",
        "find",
        "describe",
        "redact",
        "verify",
        "doctor",
        "0 found",
        "4 none",
        "5 ambiguous",
        "2 bad input",
    ):
        assert word in out


def test_verify_says_where_the_string_stands_or_none(draw, capsys) -> None:
    assert run("verify", draw("a.png"), "555 0142") == 0
    assert run("verify", draw("a.png"), "555 0143") == 4
    assert run("verify", draw("a.png"), draw("b.png"), "555 0142", "--json") == 0
    first, second, *documents = capsys.readouterr().out.splitlines()
    assert first == "555 0142  (line at the top left, on a white van, box 4 4 40 14, probability 0.90)"
    assert second == "none (probability 0.10)"
    document = json.loads(documents[0])
    assert len(documents) == 2
    assert (document["document"], document["found"], document["text"]["id"]) == ("verification", True, 0)
    assert document["polygon"] == [[4.0, 4.0], [40.0, 4.0], [40.0, 14.0], [4.0, 14.0]]


def test_a_lexicon_that_cannot_be_used_is_bad_input(draw, tmp_path: Path, capsys) -> None:
    (tmp_path / "words.txt").write_text("cafe\n")
    (tmp_path / "empty.txt").write_text("")
    assert run("read", draw("a.png"), "--lexicon", tmp_path / "words.txt") == 0
    assert run("read", draw("a.png"), "--lexicon", tmp_path / "empty.txt") == 2
    assert run("read", draw("a.png"), "--lexicon", tmp_path / "missing.txt") == 2
    assert "missing.txt" in capsys.readouterr().err


def test_unknown_engine_is_bad_input_and_damaged_weights_are_a_failure(draw, capsys) -> None:
    def unknown(options: object) -> None:
        raise UnknownComponent("no localizer named 'x'")

    def damaged(options: object) -> None:
        raise WeightsError("weight file is damaged")

    assert main(["read", str(draw("a.png"))], make_reader=unknown) == 2
    assert main(["read", str(draw("a.png"))], make_reader=damaged) == 1


def test_interruption_exits_130(draw, capsys) -> None:
    class Interrupted(FakeReader):
        def read(self, source: object, **options: object) -> FakeScene:
            raise KeyboardInterrupt

    assert main(["read", str(draw("a.png"))], make_reader=lambda options: Interrupted()) == 130


def test_interruption_that_a_compiled_module_swallowed_exits_130(draw, capsys) -> None:
    def loads(options: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as interruption:
            raise ImportError("initialization failed") from interruption

    class Loads(FakeReader):
        def read(self, source: object, **options: object) -> FakeScene:
            loads(None)
            raise AssertionError

    assert main(["read", str(draw("a.png"))], make_reader=loads) == 130
    assert main(["read", str(draw("a.png"))], make_reader=lambda options: Loads()) == 130
    assert main(["doctor"], make_reader=loads) == 130


def test_options_reach_the_reader(draw) -> None:
    seen = []

    def make_reader(options) -> FakeReader:
        seen.append((options.threads, options.localizer, options.recognizer, options.retriever))
        return FakeReader()

    arguments = ["--threads", "3", "--localizer", "l", "--recognizer", "r", "--retriever", "q"]
    main(["read", str(draw("a.png")), *arguments], make_reader=make_reader)
    assert seen == [(3, "l", "r", "q")]


def test_redact_writes_nothing_where_the_query_fits_none_or_several(draw, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out.png"
    assert run("redact", draw("n.png", 102), "the text", "-o", out) == 4
    assert run("redact", draw("a.png", 101), "the text", "-o", out) == 5
    assert not out.exists()
    assert capsys.readouterr().out == ""
    assert run("redact", draw("a.png", 101), "the text", "-o", out, "--all-matches") == 0
    assert out.exists()


def test_redact_of_many_photos_is_done_only_if_every_photo_is_done(draw, tmp_path: Path, capsys) -> None:
    out, audit = tmp_path / "covered", tmp_path / "audit.jsonl"
    assert run("redact", draw("f.png"), draw("n.png", 102), "the text", "-o", out, "--json", "--audit", audit) == 4
    done, refused = json_lines(capsys.readouterr().out)
    assert done["saved"] == str(out / "f.png")
    assert refused["error"]["type"] == "NoMatch"
    assert [path.name for path in out.iterdir()] == ["f.png"]
    assert json_lines(audit.read_text()) == [done]


def test_photo_from_stdin_cannot_be_redacted_in_place(draw, monkeypatch, capsys) -> None:
    content = draw("a.png").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert run("redact", "-", "the text", "--in-place") == 2


def test_doctor_reports_versions_weights_processor_and_self_test(capsys) -> None:
    assert run("doctor", "--json") == 0
    (report,) = json_lines(capsys.readouterr().out)
    assert report["well"]
    assert None not in report["versions"].values()
    assert report["processor"]["usable_cores"] >= 1
    assert {entry["whole"] for entry in report["weights"]} == {True}
    assert report["self_test"]["reading"] == "555 0142"


def test_doctor_fails_but_still_reports_where_reading_fails(capsys) -> None:
    def broken(options: object) -> None:
        raise RuntimeError("no such instruction")

    assert main(["doctor"], make_reader=broken) == 1
    captured = capsys.readouterr()
    assert "self-test    FAILED: no such instruction" in captured.out
    assert captured.out.endswith("NOT well\n")
    assert "onnxruntime" in captured.out
    assert "Traceback" in captured.err


def test_doctor_notices_damaged_weights(monkeypatch, capsys) -> None:
    def damaged(name: str) -> bytes:
        raise WeightsError(f"weight file {name!r} is damaged")

    monkeypatch.setattr("whichtext.weights.load_bytes", damaged)
    assert run("doctor") == 1
    assert "NOT WHOLE" in capsys.readouterr().out


def test_redact_tells_of_the_same_text_elsewhere(draw, tmp_path: Path, capsys) -> None:
    run("redact", draw("f.png"), "the text", "-o", tmp_path / "out.png")
    assert "2 more places" in capsys.readouterr().err


def test_products_of_photos_with_one_name_get_different_files(tmp_path: Path) -> None:
    sources = list_sources(["x/a.jpg", "y/a.jpg", "z/a.png"])
    paths = [output_path(str(tmp_path), source, sources, suffix=".png") for source in sources]
    assert [path.name for path in paths] == ["a.png", "a~2.png", "a~3.png"]


def test_products_keep_their_place_below_the_folder_that_was_given(draw, tmp_path: Path) -> None:
    draw("in/deep/a.jpg")
    sources = list_sources([str(tmp_path / "in")])
    path = output_path(str(tmp_path / "out"), sources[0], sources, suffix=".png")
    assert path == tmp_path / "out" / "deep" / "a.png"


@pytest.mark.parametrize("verb", ["read", "find"])
def test_save_draws_on_a_copy_of_the_same_size_and_leaves_the_photo_alone(draw, tmp_path: Path, verb: str) -> None:
    photo, drawn = draw("a.png"), tmp_path / "drawn.png"
    before = photo.read_bytes()
    query = ["the phone number"] if verb == "find" else []
    assert run(verb, photo, *query, "--save", drawn) == 0
    assert Image.open(drawn).size == (100, 100)
    assert drawn.read_bytes() != before
    assert run(verb, photo, *query, "--save", photo) == 2
    assert photo.read_bytes() == before


def test_product_never_overwrites_another_photo_that_was_named(draw, tmp_path: Path, capsys) -> None:
    first, second = draw("p/a.jpg"), draw("p/b.png")
    draw("p/a.png")
    before = {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()}
    assert run("redact", first, second, tmp_path / "p" / "a.png", "the text", "-o", tmp_path / "p") == 2
    after = {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()}
    assert {name: after[name] for name in before} == before


def test_progress_is_shown_only_on_a_terminal(draw, monkeypatch, capsys) -> None:
    run("read", draw("1.png"), draw("2.png"))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    run("read", draw("1.png"), draw("2.png"))
    captured = capsys.readouterr()
    assert "1/2" in captured.err
    assert captured.err.endswith("\r\x1b[2K")
    assert "\x1b" not in captured.out


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain äöü 日本 €12", "plain äöü 日本 €12"),
        ("a\x1b[31m", "a\\x1b[31m"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("tab\tnew\n", "tab\\x09new\\x0a"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_invisible_characters_are_escaped_and_all_others_kept(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0, 0, 10, 10), "at the top left"),
        ((45, 45, 55, 55), "in the middle"),
        ((45, 90, 55, 99), "at the bottom"),
        ((90, 45, 99, 55), "at the right"),
    ],
)
def test_place_is_said_in_words(box: tuple[float, float, float, float], words: str) -> None:
    assert place_in_words(make_text(0, "x", box), PhotoInfo(width=100, height=100)) == words


def test_best_and_worst_of_no_photos_is_found() -> None:
    assert best_of([]) == worst_of([]) == ExitCode.FOUND


def test_best_prefers_found_and_worst_prefers_the_failure() -> None:
    codes = [ExitCode.NONE, ExitCode.FOUND, ExitCode.AMBIGUOUS]
    assert best_of(codes) == ExitCode.FOUND
    assert worst_of(codes) == ExitCode.AMBIGUOUS
    assert best_of([*codes, ExitCode.BAD_INPUT]) == worst_of([*codes, ExitCode.BAD_INPUT]) == ExitCode.BAD_INPUT


PRINTS_A_LOT = """
import sys
from whichtext.cli import main

def make_reader(options):
    sys.stdout.write("x" * 1_000_000)

sys.exit(main(["read", "a.png"], make_reader=make_reader))
"""


def test_program_that_reads_our_output_may_go_away() -> None:
    process = subprocess.Popen([sys.executable, "-c", PRINTS_A_LOT], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == ExitCode.BROKEN_PIPE
    process.stderr.close()


def test_error_of_a_bad_image_names_the_photo(tmp_path: Path, capsys) -> None:
    class Refusing(FakeReader):
        def read(self, source: object, **options: object) -> FakeScene:
            raise BadImage("truncated after 7 bytes")

    path = tmp_path / "x\u202ey.png"
    assert main(["read", str(path)], make_reader=lambda options: Refusing()) == 2
    assert capsys.readouterr().err == f"whichtext: {visible(str(path))}: truncated after 7 bytes\n"
