"""`whichtext evaluate files`: the JSON, the table, the exit codes."""

import json
import zipfile
from pathlib import Path

import pytest

from whichtext.cli import main

TRUTH = (
    '{"image": "img_1", "boxes": [[0, 0, 100, 20], [0, 50, 100, 70]], "texts": ["HOTEL", "###"]}\n'
    '{"image": "img_2", "boxes": [[0, 0, 100, 20]], "texts": ["PARK"]}\n'
)
FOUND = (
    '{"image": "img_1", "boxes": [[0, 0, 100, 20], [0, 50, 100, 70], [0, 90, 100, 110]],'
    ' "texts": ["H0TEL", "x", "y"], "scores": [0.9, 0.8, 0.1]}\n'
)


@pytest.fixture
def truth(tmp_path: Path) -> str:
    path = tmp_path / "gt.jsonl"
    path.write_text(TRUTH, encoding="utf-8")
    return str(path)


@pytest.fixture
def found(tmp_path: Path) -> str:
    path = tmp_path / "found.jsonl"
    path.write_text(FOUND, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> int:
    return main(["evaluate", "files", *arguments])


def test_json_has_totals_and_every_image(truth: str, found: str, capsys) -> None:
    assert run(truth, found, "--protocol", "e2e_conf", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["protocol"] == "e2e_conf"
    assert document["total"] == {
        "precision": 0,
        "recall": 0,
        "hmean": 0,
        "average_precision": 0,
        "gt_care": 2,
        "det_care": 2,
        "matched": 1,
        "correct": 0,
        "recall_credit": 0,
        "precision_credit": 0,
    }
    assert list(document["per_image"]) == ["img_1", "img_2"]
    assert document["per_image"]["img_1"] == {
        "precision": 0,
        "recall": 0,
        "hmean": 0,
        "average_precision": 0,
        "gt_care": 1,
        "det_care": 2,
        "gt_dont_care": [1],
        "det_dont_care": [1],
        "det_order": [0, 1, 2],
        "matched": 1,
        "correct": 0,
        "recall_credit": 0,
        "precision_credit": 0,
        "pairs": [[0, 0, False]],
    }


def test_table_is_for_people(truth: str, found: str, capsys) -> None:
    assert run("--protocol", "iou_conf", truth, found, "--per-image") == 0
    assert capsys.readouterr().out.splitlines() == [
        "image  precision  recall   hmean    words  detections",
        "img_1  0.500000  1.000000  0.666667        1           2",
        "img_2  0.000000  0.000000  0.000000        1           0",
        "total  0.500000  0.500000  0.500000        2           2",
        "average precision: 0.500000",
    ]


def test_best_threshold_is_told(truth: str, found: str, capsys) -> None:
    assert run(truth, found, "--protocol", "iou", "--best-f", "--json") == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert (total["precision"], total["recall"], total["threshold"]) == (1, 0.5, 0.9)


def test_lexicon_is_read_from_a_file_or_a_folder(truth: str, found: str, tmp_path: Path, capsys) -> None:
    weak = tmp_path / "weak.txt"
    weak.write_text("HOTEL\nPARK\n", encoding="utf-8")
    assert run(truth, found, "--protocol", "e2e_generic", "--lexicon", str(weak), "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["correct"] == 1
    strong = tmp_path / "strong"
    strong.mkdir()
    (strong / "voc_img_1.txt").write_text("HOTEL\n", encoding="utf-8")
    assert run(truth, found, "--protocol", "e2e_strong", "--lexicon", str(strong), "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["correct"] == 1


def test_official_archives_are_scored(tmp_path: Path, capsys) -> None:
    for name, member, line in (
        ("gt.zip", "gt_img_1.txt", '0, 0, 100, 20, "HOTEL"\r\n'),
        ("res.zip", "res_img_1.txt", "0,0,100,20,0.7,HOTEL\r\n"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, line)
    assert run(str(tmp_path / "gt.zip"), str(tmp_path / "res.zip"), "--protocol", "e2e", "--scores", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["hmean"] == 1


@pytest.mark.parametrize("protocol", ["deteval", "icdar2013", "iou", "pascal"])
def test_figures_are_finite_where_there_is_nothing(protocol: str, tmp_path: Path, capsys) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    assert run(str(empty), str(empty), "--protocol", protocol, "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["hmean"] == 0


def test_bad_input_exits_2_with_file_and_line_and_no_product(truth: str, tmp_path: Path, capsys) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"image": "img_1", "boxes": [[9, 9, 0, 0]]}\n', encoding="utf-8")
    for arguments in ((truth, str(bad)), (truth, str(tmp_path / "missing.jsonl")), (str(bad), truth)):
        assert run(*arguments, "--protocol", "iou", "--json") == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert ".jsonl" in captured.err
    run(truth, str(bad), "--protocol", "iou")
    assert f"whichtext: {bad}:1: boxes[0]: xmax or ymax lies below" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--protocol", "detval"), "there is no protocol 'detval'"),
        (("--protocol", "iou_conf"), ""),
        (("--protocol", "e2e_generic"), "needs a lexicon"),
        ((), "required: --protocol"),
        (("--protocol", "iou", "--boxes", "circles"), "invalid choice"),
    ],
)
def test_wrong_options_exit_2(truth: str, found: str, options: tuple[str, ...], message: str, capsys) -> None:
    assert run(truth, found, *options) == (2 if message else 0)
    assert message in capsys.readouterr().err


def test_one_path_is_not_enough(truth: str, capsys) -> None:
    assert run(truth, "--protocol", "iou") == 2
    assert "GROUND_TRUTH and then the DETECTIONS" in capsys.readouterr().err


def test_protocols_are_listed(capsys) -> None:
    from whichtext.evaluation.protocols import PROTOCOLS

    assert run("--protocol", "list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(PROTOCOLS)


def test_image_names_cannot_steer_the_terminal(tmp_path: Path, capsys) -> None:
    path = tmp_path / "gt.jsonl"
    path.write_text('{"image": "a\\u001b[31m", "boxes": []}\n', encoding="utf-8")
    assert run(str(path), str(path), "--protocol", "iou", "--per-image") == 0
    assert "\x1b" not in capsys.readouterr().out
