"""`whichtext evaluate TASK` on the command line: products, exit codes, the report."""

import json
import re
from pathlib import Path

import pytest

from drawn_dataset import write_dataset
from drawn_scenes import two_exits
from whichtext import defaults
from whichtext.cli import main
from whichtext.evaluation.report.charts import draw_chart
from whichtext.evaluation.report.html import to_html
from whichtext.evaluation.report.markdown import to_markdown, to_text
from whichtext.evaluation.report.pages import Bars, Curves, Table


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("set") / "drawn", names=("ic15_street", "ic15_exits", "mlt_blank"))


@pytest.fixture(scope="module")
def products(folder: Path, tmp_path_factory) -> Path:
    """All products of one run, and what it printed."""
    out = tmp_path_factory.mktemp("out")
    # An expression that means another text than its target is a sure case for the report.
    lines = (folder / "words.jsonl").read_text(encoding="utf-8").splitlines()
    street = json.loads(lines[0])
    street["expressions"].append(
        {"id": "wrong", "raw": "the word on the green sign <b>", "targets": [0], "types": ["content"]}
    )
    (folder / "words.jsonl").write_text("\n".join([json.dumps(street), *lines[1:]]) + "\n", encoding="utf-8")
    code = main(
        [
            *("evaluate", "retrieval", "textref", str(folder), "--split", "dev", "--words", "given"),
            *("--json", str(out / "r.json"), "--markdown", str(out / "r.md"), "--html", str(out / "r.html")),
            *("--resume", str(out / "journal.jsonl"), "--retriever", "rules"),
        ]
    )
    assert code == 0
    return out


def test_json_has_the_figures_and_what_they_are_of(products: Path) -> None:
    document = json.loads((products / "r.json").read_text(encoding="utf-8"))
    assert document["document"] == "evaluation"
    assert (document["task"], document["dataset"], document["split"], document["photos"]) == (
        "retrieval",
        "textref",
        "dev",
        2,
    )
    assert document["engines"] == {
        "localizer": defaults.LOCALIZER,
        "recognizer": defaults.RECOGNIZER,
        "retriever": "rules",
        "threads": 1,
    }
    assert document["failures"] == []
    systems = document["figures"]["systems"]
    assert list(systems) == [
        *("random", "largest line", "most central line", "string match", "rules", "best possible"),
    ]
    assert systems["rules"]["top_1"]["queries"] == 5
    assert systems["rules"]["top_1"]["over_queries"] == 4 / 5


def test_markdown_has_a_row_for_every_baseline(products: Path) -> None:
    text = (products / "r.md").read_text(encoding="utf-8")
    for name in ("random", "largest line", "most central line", "string match", "rules"):
        assert re.search(rf"^\| {name} \| 0\.\d{{3}} \[", text, re.MULTILINE) or f"| {name} | 1.000 [" in text, name
    assert "| one word | 5 |" in text


def test_report_is_one_file_with_charts_and_cases(products: Path) -> None:
    page = (products / "r.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:https?:)?//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]+", "", page))
    assert "<script" not in page
    assert page.count("data:image/png;base64,") == 2
    assert page.count("data:image/jpeg;base64,") == 1
    assert "the word on the green sign &lt;b&gt;" in page
    assert "<b>" not in page
    assert "wanted: &#x27;LIBRARY&#x27;" in page


def test_a_second_run_takes_the_journal_and_prints_json(folder: Path, products: Path, capsys) -> None:
    arguments = ["evaluate", "retrieval", "textref", str(folder), "--split", "dev", "--retriever", "rules"]
    assert main([*arguments, "--json", "-", "--resume", str(products / "journal.jsonl")]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["seconds"]["photos_from_journal"] == 2
    assert again["figures"] == json.loads((products / "r.json").read_text(encoding="utf-8"))["figures"]
    assert main([*arguments, "--words", "read", "--resume", str(products / "journal.jsonl")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "the journal is of another run" in captured.err


def test_tables_are_printed_for_people(folder: Path, products: Path, capsys) -> None:
    arguments = ["evaluate", "retrieval", "textref", str(folder), "--split", "dev", "--retriever", "rules"]
    assert main([*arguments, "--resume", str(products / "journal.jsonl")]) == 0
    out = capsys.readouterr().out
    assert "Which text is meant, given words: 5 queries on 2 photos:" in out
    assert re.search(r"^  rules +0\.800 \[", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("retrieval", "textref", "nowhere"), "does not exist"),
        (("retrieval", "nothing", "{folder}"), "there is no reader for 'nothing'"),
        (("retrieval", "textref", "{folder}", "--split", "test"), "the splits are dev, train"),
        (("retrieval", "textref", "{folder}", "--split", "train"), "none has what this task needs"),
        (("retrieval", "textref", "{folder}", "--retriever", "magic"), "no retriever named 'magic'"),
        (("detection", "textref", "{folder}", "--localizer", "magic"), "no localizer named 'magic'"),
        (("detection", "textref", "{folder}", "--protocol", "e2e"), "not for detection"),
        (("spotting", "textref", "{folder}", "--protocol", "magic"), "there is no protocol 'magic'"),
        (("description", "textref", "{folder}", "--judge", "magic"), "no retriever named 'magic'"),
        (("detection", "textref", "{folder}", "--jobs", "0"), "not a positive whole number"),
        (("detection", "textref", "{folder}", "--images", "nowhere"), "is no folder"),
        (("retrieval", "textref", "{folder}", "--words", "some"), "invalid choice"),
        (("detection", "textref", "{folder}", "--json", "nowhere/d.json"), "there is no folder 'nowhere'"),
        (("tables", "--markdown", "{folder}"), "is a folder"),
        (("magic",), "invalid choice: 'magic'"),
        (("tables", "--data", "icdar2013"), "is not NAME=VALUE"),
        (("tables", "--data", "icdar2013=nowhere"), "does not exist"),
        (("tables", "--results", "{folder}/words.jsonl"), "no result of whichtext evaluate"),
    ],
)
def test_bad_input_exits_2_without_a_product(arguments: tuple[str, ...], message: str, folder: Path, capsys) -> None:
    assert main(["evaluate", *(argument.format(folder=folder) for argument in arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_a_photo_that_cannot_be_read_is_told_by_the_exit_code(tmp_path: Path, capsys) -> None:
    folder = write_dataset(tmp_path / "set", names=("ic15_exits", "mlt_blank"))
    (folder / "photos" / "ic15_exits.png").write_bytes(b"")
    assert main(["evaluate", "detection", "textref", str(folder), "--json", str(tmp_path / "d.json")]) == 2
    captured = capsys.readouterr()
    assert "ic15_exits" in captured.err
    assert "protocol" in captured.out
    document = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert [failure["photo"] for failure in document["failures"]] == ["ic15_exits"]
    assert document["figures"]["protocols"]["best_pairs"]["words"] == 0


def test_lists_for_each_photo_are_used(tmp_path: Path, capsys) -> None:
    scene = two_exits()
    scene.image.save(tmp_path / "img_1.png")
    lines = [
        ",".join([*(f"{round(value)}" for point in text.polygon for value in point), text.string])
        for text in scene.texts
    ]
    (tmp_path / "gt_img_1.txt").write_text("\n".join(lines), encoding="utf-8")
    lexicons = tmp_path / "lexicons"
    lexicons.mkdir()
    (lexicons / "voc_img_1.txt").write_text("KITCHEN\nHOTEL\n", encoding="utf-8")
    arguments = ["evaluate", "spotting", "icdar2015", str(tmp_path), "--lexicon", str(lexicons), "--json", "-"]
    assert main(arguments) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert list(figures["protocols"]) == ["e2e", "ws", "e2e_strong", "ws_strong"]
    assert figures["protocols"]["e2e"]["hmean"] == 1
    assert figures["protocols"]["e2e_strong"]["hmean"] == 0  # EXIT is far from both
    assert figures["boosts"]["Det + Rec-lex"]["hmean"] == 0
    assert figures["boosts"]["Det + Rec"]["hmean"] == 1


def test_a_report_without_matplotlib_says_what_to_install(folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    assert main(["evaluate", "detection", "textref", str(folder), "--html", "report.html"]) == 2
    assert "pip install 'whichtext[report]'" in capsys.readouterr().err


def test_help_lists_what_can_be_measured(capsys) -> None:
    assert main(["evaluate", "--help"]) == 0
    out = capsys.readouterr().out
    for name in ("files", "detection", "recognition", "spotting", "retrieval", "description", "tables"):
        assert re.search(rf"^  {name} ", out, re.MULTILINE), name


# --- the parts of a report


def test_tables_are_aligned_and_escaped() -> None:
    table = Table("What | is *meant*", ("", "P@1"), (("a|b", "0.5"), ("longer", "–")), ("A note.",))
    assert to_text(table).splitlines() == [
        "What | is *meant*:",
        "          P@1",
        "  a|b     0.5",
        "  longer  –",
        "  A note.",
    ]
    assert to_markdown("T", ["fact\nof two lines"], [table]) == (
        "# T\n\n- fact of two lines\n\n## What \\| is \\*meant\\*\n\n"
        "|  | P@1 |\n| --- | --- |\n| a\\|b | 0.5 |\n| longer | – |\n\nA note.\n"
    )


def test_charts_are_pictures_and_the_same_every_time() -> None:
    for chart in (
        Curves("curve", "recall", "precision", {"a": [(0.0, 1.0), (1.0, 0.5)], "b": []}),
        Bars("bars", "P@1", ("x", "y"), {"a": [0.5, 1.0], "b": [0.0, 0.2]}),
    ):
        picture = draw_chart(chart)
        assert picture.startswith(b"\x89PNG")
        assert draw_chart(chart) == picture


def test_a_page_escapes_what_it_is_told() -> None:
    page = to_html("<i>", ["<script>"], [Table("<t>", ("<c>",), (("<d>",),), ("<n>",))], [], [])
    assert not re.findall(r"<(?:i|script|t|c|d|n)>", page)


@pytest.mark.data
def test_the_benchmark_prints_the_same_figure(data: Path, tmp_path: Path) -> None:
    import importlib.util

    path = Path(__file__).resolve().parent.parent / "benchmarks" / "retrieval.py"
    spec = importlib.util.spec_from_file_location("benchmark_of_retrieval", path)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    run = benchmark.measure(data / "textref-real", "given", retriever="rules", limit=10, jobs=1)
    arguments = ["evaluate", "retrieval", "textref", str(data / "textref-real"), "--split", "dev", "--limit", "10"]
    assert main([*arguments, "--retriever", "rules", "--json", str(tmp_path / "r.json")]) == 0
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["figures"]
    assert benchmark.figure(run, "top_1") == figures["systems"]["rules"]["top_1"]["over_queries"]
    assert json.loads(json.dumps(run.figures)) == figures
