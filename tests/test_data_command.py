"""`whichtext data check` and `convert`: nothing is left out silently, what is written reads back as it was."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import made_datasets as made
from whichtext.cli import ExitCode, main
from whichtext.data.checking import check, crosses_itself, signed_area
from whichtext.data.conversion import write_dataset
from whichtext.data.datasets import read_dataset
from whichtext.data.problems import KINDS, Problems
from whichtext.data.record import (
    CharacterBox,
    Expression,
    ImageRecord,
    LineLabels,
    ObjectInstance,
    TextInstance,
    Triplet,
)
from whichtext.errors import OutputError

SQUARE = ((0.0, 0.0), (9.0, 0.0), (9.0, 5.0), (0.0, 5.0))


def kinds(record: ImageRecord, *, pictures: Path | None = None) -> list[str]:
    problems = Problems()
    assert list(check([record], problems=problems, pictures=pictures)) == [record]
    return [problem.kind for problem in problems.kept]


def of_text(**changes: object) -> ImageRecord:
    text = replace(TextInstance(0, SQUARE, "SALE", True), **changes)  # type: ignore[arg-type]
    return ImageRecord("a", "a.png", 20, 10, texts=(text,))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"polygon": ((-1, -1), (21, -1), (21, 11), (-1, 11))}, []),
        ({"polygon": ((-1.5, 0), (9, 0), (9, 5), (0, 5))}, ["outside"]),
        ({"polygon": ((0, 0), (9, 5), (9, 0), (0, 5))}, ["self-crossing"]),
        ({"polygon": SQUARE[::-1]}, ["counter-clockwise"]),
        ({"polygon": ((0, 0), (9, 0), (9, 0), (0, 0))}, ["degenerate"]),
        ({"polygon": ()}, []),
        ({"string": " "}, ["empty-string"]),
        ({"string": None}, ["empty-string"]),
        ({"string": None, "legible": None}, []),
        ({"string": None, "legible": False}, []),
    ],
)
def test_each_fault_of_a_text_is_named(changes: dict[str, object], expected: list[str]) -> None:
    assert kinds(of_text(**changes)) == expected


def test_ids_objects_and_expressions_are_checked() -> None:
    text, thing = TextInstance(0, SQUARE, "a", True), ObjectInstance(1, box=(3.0, 3.0, 3.0, 30.0))
    one = Expression(2, " ", text_ids=(0,))
    record = ImageRecord("a", None, 20, 10, texts=(text, text), objects=(thing, thing), expressions=(one, one))
    assert sorted(kinds(record)) == sorted(
        ["duplicate-id"] * 3 + ["outside"] * 2 + ["degenerate"] * 2 + ["empty-string"] * 2
    )


def test_pictures_are_looked_for_and_measured(tmp_path: Path) -> None:
    assert kinds(of_text(), pictures=tmp_path) == ["missing-file"]
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    assert kinds(of_text(), pictures=tmp_path) == []
    Image.new("RGB", (20, 11)).save(tmp_path / "a.png")
    assert kinds(of_text(), pictures=tmp_path) == ["wrong-size"]
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert kinds(of_text(), pictures=tmp_path) == ["unreadable"]


POINTS = st.tuples(st.integers(0, 20), st.integers(0, 20))


@settings(max_examples=100, deadline=None)
@given(points=st.lists(POINTS, min_size=3, max_size=7).map(tuple))
def test_turning_a_polygon_round_turns_its_sign_and_nothing_else(points: tuple[tuple[float, float], ...]) -> None:
    assert signed_area(points[::-1]) == -signed_area(points)
    assert crosses_itself(points[::-1]) == crosses_itself(points) == crosses_itself(points[1:] + points[:1])


FULL = ImageRecord(
    image_id="img_1",
    file="photos/img_1.jpg",
    width=20,
    height=10,
    texts=(
        TextInstance(0, SQUARE, 'say "hi"', True, "english", "curved", (CharacterBox(SQUARE, "s"),), (("score", 0.5),)),
        TextInstance("b", SQUARE, None, False),
        TextInstance(2, ((0, 0), (9.5, 0.25), (5, 5)), None, None, attributes=(("style", ("bold", "upper")),)),
    ),
    objects=(ObjectInstance(5, "bus", (1.0, 2.0, 3.0, 4.0), (("split", "val"),)),),
    expressions=(
        Expression("e", "the text on the bus", (0, 2), None, types=("spatial",), context="the bus", reading="x",
                   triplet=Triplet("the text", "on", "the bus", 5), source="template", margin=0.5),
        Expression("o", "the bus", object_id=5),
        Expression("m", "a word", status="ambiguous", alternatives=((0,), ("b", 2))),
        Expression("n", "nothing", status="none", source="human"),
        Expression("w", "no such", status="none", source="written"),
    ),
    lines=((0, 2), ("b",)),
    labels=(LineLabels((0, 2), (("ink", "red"), ("near", ("door",)))),),
    lexicon=("A", "B"),
    split="train",
    source="made",
)  # fmt: skip


def read_back(name: str, path: Path) -> list[ImageRecord]:
    problems = Problems()
    records = list(read_dataset(name, path, problems=problems))
    assert problems.counts == {}
    return records


def test_textref_reads_back_every_field(tmp_path: Path) -> None:
    assert write_dataset([FULL], "textref", tmp_path / "x.jsonl", problems=Problems()) == 1
    assert read_back("textref", tmp_path / "x.jsonl") == [FULL]


@pytest.mark.parametrize("make", made.MAKERS, ids=lambda make: make.__name__)
def test_every_data_set_survives_textref(make: Callable[[Path], made.Made], tmp_path: Path) -> None:
    if make.__name__ in made.NEEDS_H5PY:
        pytest.importorskip("h5py")
    name, path, options = make(tmp_path)
    records = list(read_dataset(name, path, problems=Problems(), options=options))
    write_dataset(records, "textref", tmp_path / "out.jsonl", problems=Problems())
    assert read_back("textref", tmp_path / "out.jsonl") == records


STRINGS = st.sampled_from(["SALE", "1500", "12,34", "O'Neil", '"quoted"', 'a "b"', "\\", 'a\\"b', " x ", "été", ""])


@settings(max_examples=60, deadline=None)
@given(
    strings=st.lists(STRINGS | st.none(), min_size=1, max_size=4),
    layout=st.sampled_from(["icdar2013", "icdar2015", "totaltext"]),
)
def test_text_layouts_read_back_regions_and_strings(
    strings: list[str | None], layout: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = tuple(TextInstance(n, SQUARE, string, string is not None) for n, string in enumerate(strings))
    problems, out = Problems(), tmp_path_factory.mktemp("x") / "out.zip"
    write_dataset([ImageRecord("img_1", texts=texts)], layout, out, problems=problems)
    assert problems.counts == {}
    (record,) = read_back(layout, out)
    assert record.image_id == "img_1"
    assert [(t.polygon, t.string, t.legible) for t in record.texts] == [(t.polygon, t.string, t.legible) for t in texts]


def test_what_a_layout_has_no_place_for_is_told(tmp_path: Path) -> None:
    problems = Problems()
    write_dataset([FULL], "icdar2013", tmp_path / "out", problems=problems)
    assert set(problems.counts) == {"lost"}
    assert problems.dropped == 0
    assert "objects, expressions, labels, lexicon" in problems.kept[0].message
    assert [text.string for text in read_back("icdar2013", tmp_path / "out")[0].texts] == ['say "hi"', None, None]


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_dataset([of_text()], "icdar2015", tmp_path / name, problems=Problems())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(("target", "name"), [("textref", "out.jsonl"), ("icdar2015", "out"), ("icdar2015", "out.zip")])
def test_a_failure_leaves_nothing_behind(target: str, name: str, tmp_path: Path) -> None:
    def records():
        yield of_text()
        raise OutputError("stop")

    with pytest.raises(OutputError, match="stop"):
        write_dataset(records(), target, tmp_path / name, problems=Problems())
    assert os.listdir(tmp_path) == []


def test_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("x")
    with pytest.raises(OutputError, match="no empty folder"):
        write_dataset([of_text()], "icdar2015", tmp_path / "out", problems=Problems())
    assert os.listdir(tmp_path / "out") == ["precious"]


def test_check_is_0_for_a_clean_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, path, _ = made.make_totaltext(tmp_path)
    (path / "poly_gt_img2.txt").unlink()
    assert main(["data", "check", "totaltext", str(path)]) == ExitCode.FOUND
    assert capsys.readouterr().out.splitlines()[-1] == "no problem"


def test_check_is_2_and_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gt_img_1.txt").write_text("1,1,9,1,9,5,1,5,ok\nnonsense\n1,1,9,5,9,1,1,5,crossed\n")
    assert main(["data", "check", "icdar2015", str(tmp_path)]) == ExitCode.BAD_INPUT
    output = capsys.readouterr().out
    assert f"{tmp_path}/gt_img_1.txt:2: malformed" in output
    assert f"{tmp_path}/gt_img_1.txt:3: self-crossing" in output
    assert main(["data", "check", "icdar2015", str(tmp_path), "--json"]) == ExitCode.BAD_INPUT
    document = json.loads(capsys.readouterr().out)
    assert (document["images"], document["texts"], document["clean"]) == (1, 2, False)
    assert document["problems"]["left_out"] == 1
    assert {(p["kind"], p["line"]) for p in document["problems"]["listed"]} == {("malformed", 2), ("self-crossing", 3)}
    assert {problem["kind"] for problem in document["problems"]["listed"]} <= set(KINDS)


def test_check_lists_a_few_and_counts_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gt_img_1.txt").write_text("nonsense\n" * 50)
    main(["data", "check", "icdar2015", str(tmp_path), "--limit", "3", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert (document["problems"]["counts"], len(document["problems"]["listed"])) == ({"malformed": 50}, 3)


def test_check_of_an_unusable_file_is_2_with_the_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_text('{"imgs": {},\n "anns": {"1": }}')
    assert main(["data", "check", "cocotext", str(tmp_path / "x.json"), "--json"]) == ExitCode.BAD_INPUT
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["type"], error["line"]) == ("DatasetError", 2)
    assert main(["data", "check", "nosuch", "x"]) == ExitCode.BAD_INPUT


def test_what_a_file_says_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps({"image_id": "\x1b[2J", "expressions": [{"id": "\x1b[3J", "raw": 5}]}))
    assert main(["data", "check", "textref", str(tmp_path / "x.jsonl")]) == ExitCode.BAD_INPUT
    assert "\x1b" not in "".join(capsys.readouterr())


def test_convert_there_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, path, _ = made.make_icdar2015(tmp_path)
    middle, end = tmp_path / "m.jsonl", tmp_path / "end.zip"
    assert main(["data", "convert", f"icdar2015:{path}", str(middle), "--json"]) == ExitCode.FOUND
    assert json.loads(capsys.readouterr().out)["written"] == 2
    assert main(["data", "convert", f"textref:{middle}", f"icdar2015:{end}"]) == ExitCode.FOUND
    assert read_back("icdar2015", end) == read_back("icdar2015", path)


def test_convert_is_2_where_something_was_left_out_and_strict_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "gt_img_1.txt").write_text("nonsense\n1,1,9,1,9,5,1,5,ok\n")
    arguments = ["data", "convert", f"icdar2015:{tmp_path}", str(tmp_path / "out.jsonl")]
    assert main([*arguments, "--strict"]) == ExitCode.BAD_INPUT
    assert not (tmp_path / "out.jsonl").exists()
    assert main(arguments) == ExitCode.BAD_INPUT
    assert [text.string for text in read_back("textref", tmp_path / "out.jsonl")[0].texts] == ["ok"]


@pytest.mark.parametrize("arguments", [["x.zip", "o.jsonl"], ["svt:x", "out.txt"], ["svt:x"], ["nosuch:x", "o.jsonl"]])
def test_convert_refuses_what_it_cannot_understand(arguments: list[str]) -> None:
    assert main(["data", "convert", *arguments]) == ExitCode.BAD_INPUT


def test_convert_never_writes_over_what_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"image_id": 1}\n')
    assert main(["data", "convert", f"textref:{path}", str(path)]) == ExitCode.BAD_INPUT
    assert path.read_text() == '{"image_id": 1}\n'


@pytest.mark.parametrize("action", [[], ["check"], ["convert"], ["build-textref"]])
def test_help_loads_no_numerical_library(action: list[str]) -> None:
    script = (
        "import sys\nfrom whichtext.cli import main\n"
        f"assert main({['data', *action, '--help']!r}) == 0\n"
        "assert not {'numpy', 'scipy', 'PIL', 'h5py'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)
