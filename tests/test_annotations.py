"""Labels of our own: what stands in the file, and that they are added to the training data and to nothing else."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from whichtext.context.colours import COLOUR_NAMES
from whichtext.context.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent
TYPES = {"look", "place", "object", "text_relation", "comparative", "meaning", "content"}
PHOTO = {
    "image_id": "a",
    "split": "train",
    "file": "photos/a.jpg",
    "width": 100,
    "height": 80,
    "texts": [
        {"id": 0, "polygon": [[0, 0], [9, 0], [9, 4], [0, 4]], "string": "OPEN", "legible": True},
        {"id": 1, "polygon": [[0, 9], [9, 9], [9, 14], [0, 14]], "machine_string": "t0p", "legible": None},
    ],
}
EXPRESSION = {"raw": "the lower word", "targets": [1], "types": ["comparative"], "context": None}
ATTRIBUTES = {
    "targets": [0],
    "ink": "red",
    "ground": "white",
    "carrier": "sign",
    "carrier_colour": "white",
    "kind": "other",
}
LABEL = {
    "image_id": "a",
    "strings": {"1": "top"},
    "lines": [[0], [1]],
    "expressions": [EXPRESSION],
    "attributes": [ATTRIBUTES],
}


@pytest.fixture(scope="module")
def adding() -> ModuleType:
    specification = importlib.util.spec_from_file_location("add_annotations", ROOT / "tools" / "add_annotations.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["add_annotations"] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def labels() -> list[dict[str, Any]]:
    return [
        json.loads(row)
        for row in (ROOT / "annotations" / "textref-train.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def test_every_photo_is_labelled_once_and_with_known_names(labels: list[dict[str, Any]]) -> None:
    assert len({label["image_id"] for label in labels}) == len(labels)
    colours = {*COLOUR_NAMES, "mixed", "transparent", "photo"}
    for label in labels:
        assert set(label) <= {"image_id", "strings", "lines", "attributes", "expressions", "ambiguous"}
        for line in label.get("attributes", ()):
            assert {line["ink"], line["ground"], line["carrier_colour"]} <= colours
            assert line["kind"] in KINDS
            assert line["carrier"] == line["carrier"].strip().lower() != ""
        for expression in label.get("expressions", ()):
            assert set(expression["types"]) <= TYPES
            assert expression["raw"].strip() == expression["raw"] != ""
            assert len(set(expression["targets"])) == len(expression["targets"]) > 0
        assert all(len(query["matches"]) > 1 for query in label.get("ambiguous", ()))


def test_an_unknown_photo_gains_words_lines_and_descriptions(adding: ModuleType) -> None:
    (photo,), (attributes,) = adding.extend([LABEL], {"a": PHOTO}, [], [])
    assert [text["string"] for text in photo["texts"]] == ["OPEN", "top"]
    assert photo["lines"] == [[0], [1]]
    assert photo["expressions"] == [{**EXPRESSION, "id": "a#a0", "reading": "top"}]
    assert attributes == {"image_id": "a", "source": "annotations", "lines": [ATTRIBUTES]}


def test_what_is_known_already_stays_first_and_as_it_is(adding: ModuleType) -> None:
    known = {
        **adding.labelled_photo(PHOTO, LABEL),
        "expressions": [{"id": "a#0", "raw": "the upper word"}],
        "ambiguous": [],
        "lines": [[0, 1]],
    }
    seen = {"image_id": "a", "lines": []}
    photos, attributes = adding.extend([LABEL], {"a": PHOTO}, [known], [seen])
    assert photos[0]["lines"] == [[0, 1]]
    assert [expression["id"] for expression in photos[0]["expressions"]] == ["a#0", "a#a0"]
    assert attributes == [seen]


@pytest.mark.parametrize(
    "label",
    [
        {**LABEL, "image_id": "b"},
        {**LABEL, "image_id": "dev"},
        {**LABEL, "lines": [[0], [7]]},
        {**LABEL, "ambiguous": [{"raw": "a word", "matches": [[0], [7]]}]},
    ],
)
def test_labels_of_photos_and_words_that_are_not_there_are_refused(adding: ModuleType, label: dict[str, Any]) -> None:
    photos = {"a": PHOTO, "dev": {**PHOTO, "image_id": "dev", "split": "dev"}}
    with pytest.raises(SystemExit):
        adding.extend([label], photos, [], [])


def test_all_labels_fit_the_research_data(adding: ModuleType, labels: list[dict[str, Any]], data: Path) -> None:
    folder = data / "textref-real"
    photos = {row["image_id"]: row for row in adding.records(folder / "words.jsonl")}
    before = adding.records(folder / "expressions-train.jsonl")
    after, _ = adding.extend(labels, photos, before, [])
    assert [row["image_id"] for row in after[: len(before)]] == [row["image_id"] for row in before]
    assert all(
        row["expressions"][: len(old["expressions"])] == old["expressions"]
        for row, old in zip(after, before, strict=False)
    )
    for row in after:
        words = sorted(word for line in row["lines"] for word in line)
        assert words == sorted(text["id"] for text in row["texts"])


def test_the_research_data_are_never_written_into(
    adding: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words.jsonl").write_text(json.dumps(PHOTO) + "\n", encoding="utf-8")
    for name in adding.EXTENDED:
        (tmp_path / name).write_text("", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(
        sys, "argv", ["add_annotations.py", "--data", str(tmp_path), "--output", f"{tmp_path}/../{tmp_path.name}"]
    )
    with pytest.raises(SystemExit, match="never changed"):
        adding.main()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_invented_lines_are_short_and_of_known_kinds() -> None:
    surfaces = [json.loads(row) for row in (ROOT / "annotations" / "wordings.jsonl").read_text("utf-8").splitlines()]
    assert len(surfaces) > 1000
    for surface in surfaces:
        assert set(surface) == {"surface", "lines"}
        assert surface["lines"]
        for text, kind in surface["lines"]:
            assert kind in KINDS
            assert text == text.strip()
            assert 0 < len(text) <= 100
    said = [tuple(sorted(text for text, _ in surface["lines"])) for surface in surfaces]
    assert len(set(said)) == len(said)
