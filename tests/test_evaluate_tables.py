"""`whichtext evaluate tables`: the paper's figures, ours in the cells of their own data, and nothing anywhere else."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawn_dataset import write_dataset
from drawn_scenes import street, two_exits
from whichtext.cli import main
from whichtext.errors import DatasetError
from whichtext.evaluation import paper
from whichtext.evaluation.tables import NOT_SUPPLIED, PaperTable, measured, paper_tables, to_table

ENGINES = {"localizer": "ppocr", "recognizer": "ppocr", "retriever": "rules", "threads": 1}


def document(task: str, dataset: str, figures: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "document": "evaluation",
        "task": task,
        "dataset": dataset,
        "photos": 233,
        "sources": [],
        "are_crops": False,
        "engines": ENGINES,
        "seconds": {"photo_median": 0.25},
        "figures": figures,
        **more,
    }


def scored(hmean: float, *, best: float | None = None) -> dict[str, Any]:
    figures: dict[str, Any] = {"precision": 0.9, "recall": 0.8, "hmean": hmean, "threshold": None}
    return figures if best is None else {**figures, "best_f": {**figures, "hmean": best}}


def tables(*documents: dict[str, Any], given: str | None = None) -> dict[int, PaperTable]:
    return {table.number: table for table in paper_tables(measured([(given, one) for one in documents]))}


def ours(table: PaperTable) -> dict[str, list[str]]:
    return {row.name: [str(cell) for cell in row.cells] for row in table.rows if row.is_ours}


def retrieval(words: str) -> dict[str, Any]:
    rates = {key: {"over_queries": value} for key, value in (("top_1", 0.7), ("top_5", 0.9))}
    return {
        "words": words,
        "queries": {"real": 706},
        "systems": {"random": rates, "rules": rates, "best possible": rates},
    }


def test_the_paper_is_quoted() -> None:
    assert paper.TABLE_1["DTLN"].icdar2013_pascal == (0.85, 0.92, 0.79)
    assert paper.TABLE_2["CRTR"] == 0.582
    assert paper.TABLE_3["CRTR"] == (0.184, 0.394)
    assert paper.TABLE_4["proposed"] == (0.65, 0.87, 0.86, 0.694)
    assert paper.TABLE_5["Det + Rec-lex"] == (0.874, 0.95, 0.81)
    for row in paper.TABLE_1.values():  # F is the harmonic mean, but for rounding
        for measure in (row.icdar2013_pascal, row.svt_pascal, row.icdar2013_deteval, row.svt_deteval):
            if measure is not None:
                f, precision, recall = measure
                assert f == pytest.approx(2 * precision * recall / (precision + recall), abs=0.02)


def test_without_data_every_cell_of_ours_says_so() -> None:
    for table in tables().values():
        for cells in ours(table).values():
            assert set(cells) <= {NOT_SUPPLIED, "–"}
            assert NOT_SUPPLIED in cells
        quoted = [row for row in table.rows if not row.is_ours]
        assert all(any(cell.values for cell in row.cells) for row in quoted)


def test_a_figure_stands_in_the_cell_of_its_data_alone() -> None:
    figures = {"protocols": {"pascal": scored(0.85), "deteval": scored(0.8, best=0.83)}}
    told = tables(document("detection", "icdar2013", figures))
    assert ours(told[1])["whichtext (ppocr, ppocr)"] == [
        "0.850 / 0.900 / 0.800",
        NOT_SUPPLIED,
        "0.830 / 0.900 / 0.800",
        NOT_SUPPLIED,
        "0.250",
    ]
    for number in (2, 3, 4, 5):
        assert all(set(cells) <= {NOT_SUPPLIED, "–"} for cells in ours(told[number]).values())


def test_a_part_of_a_test_set_is_marked() -> None:
    figures = {"protocols": {"pascal": scored(0.85), "deteval": scored(0.8)}}
    told = tables(document("detection", "svt", figures, photos=12))
    assert ours(told[1])["whichtext (ppocr, ppocr)"][1] == "0.850 / 0.900 / 0.800 (12 of 249 photos)"


def test_retrieval_never_stands_under_the_name_of_the_unpublished_set() -> None:
    rebuilt = document("retrieval", "textref", retrieval("given"), sources=["TextRef (rebuilt)"])
    real = document("retrieval", "textref", retrieval("read"))
    told = tables(rebuilt, real)
    assert ours(told[2]) == {
        "baseline: random": [NOT_SUPPLIED, "0.700 (706 queries)", NOT_SUPPLIED],
        "whichtext: rules": [NOT_SUPPLIED, "0.700 (706 queries)", NOT_SUPPLIED],
    }
    assert ours(told[3])["whichtext: rules"] == [NOT_SUPPLIED, NOT_SUPPLIED, "0.700 / 0.900 (706 queries)"]


def test_reading_and_boosting_have_their_cells() -> None:
    figures = {
        "protocols": {"e2e": scored(0.7), "e2e_generic": scored(0.86), "ws_generic": scored(0.87)},
        "boosts": {"Det": scored(0.85), "Det + Rec": scored(0.866), "Det + Rec-lex": None},
    }
    crops = {"protocols": {"recognition": {"accuracy": 0.7}}}
    told = tables(
        document("spotting", "icdar2013", figures),
        document("recognition", "icdar2015", crops, photos=2077, are_crops=True),
    )
    rows = ours(told[4])
    assert rows["whichtext (ppocr, ppocr), found words, F"] == [NOT_SUPPLIED, "0.870", "0.860", "–"]
    assert rows["whichtext (ppocr), given words, accuracy"] == ["–", NOT_SUPPLIED, "–", "0.700"]
    assert rows["whichtext (ppocr), given words, accuracy with lexicon"][3] == "not measured (no lexicon given)"
    assert [cells[0] for cells in ours(told[5]).values()] == [
        "0.850 / 0.900 / 0.800",
        "0.866 / 0.900 / 0.800",
        "not measured (no lexicon given)",
    ]


def test_words_cut_from_photos_are_not_the_published_crops() -> None:
    figures = {"protocols": {"recognition": {"accuracy": 0.7}}}
    told = tables(document("recognition", "icdar2015", figures))
    assert all(set(cells) <= {NOT_SUPPLIED, "–"} for cells in ours(told[4]).values())


def test_results_that_cannot_be_placed_are_refused() -> None:
    result = document("detection", "icdar2013", {"protocols": {}})
    with pytest.raises(DatasetError, match="two results"):
        tables(result, result)
    with pytest.raises(DatasetError, match="given as svt is of icdar2013"):
        tables(result, given="svt")
    with pytest.raises(DatasetError, match="no result of whichtext evaluate"):
        tables({"task": "detection"})


def test_tables_have_as_many_cells_as_columns() -> None:
    for table in tables().values():
        shown = to_table(table)
        assert all(len(row) == len(shown.columns) for row in shown.rows)


def test_the_command_takes_results_and_writes_all_products(tmp_path: Path, capsys) -> None:
    result = tmp_path / "read.json"
    result.write_text(json.dumps(document("retrieval", "textref", retrieval("read"))), encoding="utf-8")
    products = ["--json", str(tmp_path / "t.json"), "--markdown", str(tmp_path / "t.md")]
    assert main(["evaluate", "tables", "--results", f"textref={result}", *products]) == 0
    out = capsys.readouterr().out
    assert "Table 5. Localization refined by recognition" in out
    assert "0.700 / 0.900 (706 queries)" in out
    whole = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert [table["number"] for table in whole["tables"]] == [1, 2, 3, 4, 5]
    crtr = next(row for row in whole["tables"][1]["rows"] if row["name"] == "CRTR")
    assert crtr["from"] == "paper"
    assert [cell["values"] for cell in crtr["cells"]] == [[0.582], [], []]
    assert (tmp_path / "t.md").read_text(encoding="utf-8").count(f"{NOT_SUPPLIED} |") >= 10
    assert main(["evaluate", "tables", "--results", f"svt={result}"]) == 2


def test_the_command_measures_what_is_supplied(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "icdar"
    folder.mkdir()
    for number, scene in enumerate((street(), two_exits()), start=1):
        scene.image.save(folder / f"img_{number}.png")
        lines = [
            ", ".join([*(f"{round(value)}" for value in text.box), f'"{text.string}"'])
            for text in scene.texts
            if text.string.isalpha()
        ]
        (folder / f"gt_img_{number}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = tmp_path / "words.txt"
    words.write_text("LIBRARY\nSTOP\nSALE\nPARK\nEXIT\n", encoding="utf-8")
    arguments = ["--data", f"icdar2013={folder}", "--lexicon", f"icdar2013={words}", "--json", "-"]
    assert main(["evaluate", "tables", *arguments, "--resume", str(tmp_path / "journals")]) == 0
    whole = json.loads(capsys.readouterr().out)
    row = next(row for row in whole["tables"][0]["rows"] if row["from"] == "whichtext")
    pascal, svt = row["cells"][:2]
    assert pascal["note"] == "2 of 233 photos"
    assert pascal["values"][0] >= 0.75
    assert svt == {"values": [], "note": NOT_SUPPLIED}
    assert sorted(path.name for path in (tmp_path / "journals").iterdir()) == [
        "icdar2013-detection.jsonl",
        "icdar2013-spotting.jsonl",
    ]
    refined = [row["cells"][0] for row in whole["tables"][4]["rows"] if row["from"] == "whichtext"]
    assert all(cell["values"] for cell in refined)


def test_a_set_of_our_own_is_measured_in_both_settings(tmp_path: Path, capsys) -> None:
    folder = write_dataset(tmp_path / "set", names=("ic15_exits",))
    assert main(["evaluate", "tables", "--data", f"textref={folder}", "--retriever", "rules", "--json", "-"]) == 0
    whole = json.loads(capsys.readouterr().out)
    for number in (1, 2):
        rows = {row["name"]: row["cells"] for row in whole["tables"][number]["rows"]}
        assert rows["whichtext: rules"][0] == {"values": [], "note": NOT_SUPPLIED}
        assert rows["whichtext: rules"][2]["note"] == "1 queries"
        assert rows["whichtext: rules"][2]["values"][0] == 1
