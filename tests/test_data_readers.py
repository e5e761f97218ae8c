"""Every reader on a miniature of its format with known right answers, and on the real files where they are."""

import importlib
import json
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import made_datasets as made
from whichtext.data.datasets import DATASETS, read_dataset
from whichtext.data.fields import rectangle
from whichtext.data.files import ReadLimits
from whichtext.data.options import ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord
from whichtext.errors import DatasetError, UnknownComponent


def read(made_set: made.Made, *, expect: dict[str, int] | None = None) -> list[ImageRecord]:
    """All images; the problems must be those expected, none by default."""
    name, path, options = made_set
    problems = Problems()
    records = list(read_dataset(name, path, problems=problems, options=options))
    assert problems.counts == (expect or {}), [str(problem) for problem in problems.kept]
    return records


def said(record: ImageRecord) -> list[tuple[str | None, bool | None]]:
    return [(text.string, text.legible) for text in record.texts]


def test_every_listed_data_set_has_a_reader() -> None:
    for name in DATASETS:
        assert callable(importlib.import_module(f"whichtext.data.{name}").read)
    with pytest.raises(UnknownComponent, match="'imagenet'"):
        read_dataset("imagenet", Path("x"), problems=Problems())


def test_icdar2013_reads_both_layouts_of_its_lines(tmp_path: Path) -> None:
    train, test = read(made.make_icdar2013(tmp_path))
    assert (train.image_id, train.file) == ("100", "100.jpg")
    assert said(train) == [("Footpath", True), ("a,b,c,d,e", True)]
    assert train.texts[0].polygon == rectangle((158, 128, 411, 181))
    assert said(test) == [('Tired "', True), ('say "hi"', True), (None, False)]
    assert test.texts[2].place.line == 3


def test_icdar2013_reads_word_crops(tmp_path: Path) -> None:
    records = read(made.make_icdar2013_words(tmp_path))
    assert [(r.file, said(r), r.texts[0].polygon) for r in records] == [
        ("word_1.png", [("PROPER", True)], ()),
        ("word_2.png", [("FOOD,", True)], ()),
    ]


def test_icdar2015_reads_an_archive_in_natural_order_with_lexicons(tmp_path: Path) -> None:
    first, second = read(made.make_icdar2015(tmp_path))
    assert (first.image_id, second.image_id) == ("img_1", "img_10")
    assert said(first) == [("Genaxis Theatre", True), (None, False)]
    assert first.texts[0].polygon == ((377, 117), (463, 117), (465, 130), (378, 130))
    assert first.lexicon == ("GENAXIS", "THEATRE")
    assert said(second) == [("a,b", True), ("", True)]
    assert second.texts[1].place.file.endswith("ic15.zip!gt_img_10.txt")


def test_icdar2015_reads_word_crops_and_where_they_come_from(tmp_path: Path) -> None:
    first, second = read(made.make_icdar2015_words(tmp_path))
    assert (said(first), said(second)) == ([("JOINT", True)], [(None, False)])
    assert first.texts[0].attributes == (("quad_in_photo", (1, 2, 30, 2, 30, 14, 1, 14)),)


def test_icdar_archive_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("../gt_img_1.txt", "1,2,3,2,3,4,1,4,a\n")
        archive.writestr("gt_img_2.txt", "1,2,3,2,3,4,1,4,a\n")
    records = read(("icdar2015", tmp_path / "x.zip", ReadOptions()), expect={"unsafe-name": 1})
    assert [record.image_id for record in records] == ["img_2"]


def test_icdar_archive_that_unpacks_to_too_much_is_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("gt_img_1.txt", "1,2,3,2,3,4,1,4,a\n" * 5_000)
        archive.writestr("gt_img_2.txt", "1,2,3,2,3,4,1,4,a\n")
    limits = ReadOptions(limits=ReadLimits(max_small_bytes=10_000))
    assert len(read(("icdar2015", tmp_path / "x.zip", limits), expect={"unreadable": 1})) == 1


def test_svt_reads_boxes_and_lexicon(tmp_path: Path) -> None:
    first, second = read(made.make_svt(tmp_path))
    assert (first.image_id, first.file, first.width, first.height) == ("14_03", "img/14_03.jpg", 1280, 880)
    assert said(first) == [("LIVING", True), ("ROOM", True)]
    assert first.texts[0].polygon == rectangle((375, 253, 611, 328))
    assert first.lexicon == ("LIVING", "ROOM", "THEATERS")
    assert (second.texts, second.lexicon) == ((), ("HOTEL & BAR", "INN"))


def test_svt_refuses_a_document_type_before_it_expands_anything(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<tagset>&b;</tagset>'
    (tmp_path / "x.xml").write_text(bomb)
    with pytest.raises(DatasetError, match="document type") as caught:
        read(("svt", tmp_path / "x.xml", ReadOptions()))
    assert caught.value.line == 2


def test_totaltext_reads_its_three_layouts(tmp_path: Path) -> None:
    first, second = read(made.make_totaltext(tmp_path))
    assert said(first) == [("CURVED", True), ("1500", True), (None, False)]
    assert [len(text.polygon) for text in first.texts] == [6, 4, 4]
    assert said(second) == [("the", True), ("O'Neil", True), (None, False)]
    assert [text.category for text in second.texts] == ["curved", "horizontal", "#"]
    (third,) = read(made.make_totaltext_matlab(tmp_path))
    assert said(third) == [("the", True), (None, False)]
    assert third.texts[0].polygon == second.texts[0].polygon == ((153, 347), (161, 323), (179, 305))


SYNTHTEXT = [made.make_synthtext, made.make_synthtext_packed, made.make_synthtext_hdf5, made.make_synthtext_generated]


@pytest.mark.parametrize("make", SYNTHTEXT)
def test_synthtext_reads_words_and_their_characters(make: Callable[[Path], made.Made], tmp_path: Path) -> None:
    if make.__name__ in made.NEEDS_H5PY:
        pytest.importorskip("h5py")
    first, second = read(make(tmp_path))
    assert said(first) == [("Lines:", True), ("I", True), ("am", True)]
    assert first.texts[1].polygon == ((110, 120), (150, 120), (150, 140), (110, 140))
    assert ["".join(c.char or "" for c in text.characters) for text in first.texts] == ["Lines:", "I", "am"]
    assert first.texts[2].characters[1].polygon[0] == (18, 28)
    assert said(second) == [("OK", True)]
    if make is made.make_synthtext:
        assert (first.file, second.file) == ("8/ballet_1.jpg", "9/sea_2.jpg")


def test_synthtext_in_hdf5_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(600))
    monkeypatch.setattr("whichtext.data.hdf5_rows.importlib.util.find_spec", lambda name: None)
    from whichtext.data import synthtext

    with pytest.raises(DatasetError, match=r"pip install 'whichtext\[data\]'"):
        list(synthtext.read(tmp_path / "x.h5", problems=Problems()))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import time; time.sleep(60)", "nothing for 0.2 seconds"),
        ("import os; os._exit(3)", r"crashed \(exit code 3\)"),
        ('print(\'{"error": "OSError: bad heap"}\')', "bad heap"),
    ],
)
def test_a_child_that_hangs_or_crashes_is_a_dataset_error(code: str, message: str) -> None:
    from whichtext.data.hdf5_rows import _answers

    limits = ReadLimits(max_seconds=0.2 if "sleep" in code else 20)
    with pytest.raises(DatasetError, match=message):
        list(_answers([sys.executable, "-c", code], Path("x.h5"), limits))


def test_cocotext_version_1(tmp_path: Path) -> None:
    first, second, third = read(made.make_cocotext(tmp_path))
    assert (first.image_id, first.file, first.width, first.split) == (
        7,
        "COCO_train2014_000000000007.jpg",
        640,
        "train",
    )
    assert [(text.id, *said_) for text, said_ in zip(first.texts, said(first), strict=True)] == [
        (100, "STOP", True),
        (102, "café", True),
    ]
    assert first.texts[0].polygon == rectangle((10, 20, 40, 30))
    assert (said(second), second.texts[0].category, third.texts) == ([(None, False)], "handwritten", ())


def test_cocotext_version_2_has_masks_and_lines(tmp_path: Path) -> None:
    (record,) = read(made.make_cocotext_v2(tmp_path))
    assert record.texts[0].polygon == ((10, 20), (25, 18), (40, 20), (40, 30), (10, 30))
    lines = (tmp_path / "cocotext.v2.json").read_text().split("\n")
    assert lines[(record.texts[0].place.line or 0) - 1].strip() == '"100": {'


def test_cocotext_reports_what_it_cannot_use(tmp_path: Path) -> None:
    annotations = [
        made.coco_text_annotation(1, 7, (1, 1, 5, 5), "ok"),
        made.coco_text_annotation(2, 8, (1, 1, 5, 5), "its image does not exist"),
        made.coco_text_annotation(3, 7, (1, 1, -5, 5), "negative"),
        made.coco_text_annotation(4, 7, (1, 1, 5, 5), "who knows", legibility="maybe"),
        made.coco_text_annotation(5, 7, (1, 1, 5, 5), "huge", polygon=[1e300] * 8),
        made.coco_text_annotation(6, 7, (1, 1, 5, 5), "missing"),
    ]
    del annotations[-1]["bbox"]
    document = json.dumps(made.coco_text([made.coco_image(7)], annotations))
    (tmp_path / "x.json").write_text(document.replace('"2": {', '"1": {'))
    (record,) = read(("cocotext", tmp_path / "x.json", ReadOptions()), expect={"duplicate-id": 1, "malformed": 4})
    assert [text.string for text in record.texts] == ["ok"]


def test_cocotext_does_not_hold_what_it_has_given(tmp_path: Path) -> None:
    images = [made.coco_image(number) for number in range(200)]
    annotations = [made.coco_text_annotation(number, number % 200, (1, 1, 9, 9), "word") for number in range(2_000)]
    (tmp_path / "x.json").write_text(json.dumps(made.coco_text(images, annotations)))
    from whichtext.data.cocotext import CocoText

    texts = CocoText(tmp_path / "x.json", problems=Problems())
    iterator = iter(texts)
    next(iterator)
    tracemalloc.start()
    try:
        assert sum(len(record.texts) for record in iterator) == 1_990
        assert tracemalloc.get_traced_memory()[1] < 200_000  # one image at a time; all of them would be megabytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "make", [made.make_refexp, made.make_refexp_aligned, made.make_refcocog, made.make_refcocog_json]
)
def test_expressions_about_objects_of_coco(make: Callable[[Path], made.Made], tmp_path: Path) -> None:
    first, second = read(make(tmp_path))
    assert (first.image_id, first.file, first.width) == (7, "COCO_train2014_000000000007.jpg", 640)
    assert [(thing.id, thing.box) for thing in first.objects] == [
        (501, (100, 100, 300, 250)),
        (502, (400, 100, 500, 300)),
    ]
    if make is not made.make_refexp_aligned:
        assert [thing.category for thing in first.objects] == ["bus", "person"]
    assert [(one.id, one.raw, one.object_id) for one in first.expressions] == [
        (1, "The red bus.", 501),
        (2, "bus with an open door", 501),
        (3, "a man in a hat", 502),
    ]
    assert [one.raw for one in second.expressions] == ["the child"]


def test_refexp_without_boxes_reports_what_has_no_partner(tmp_path: Path) -> None:
    document = made.refexp_original()
    document["annotations"][0]["refexp_ids"].append(77)
    document["refexps"].append({"refexp_id": 78, "raw": "nobody's"})
    document["annotations"].append(dict(document["annotations"][1]))
    (tmp_path / "x.json").write_text(json.dumps(document))
    first, _ = read(("refexp", tmp_path / "x.json", ReadOptions()), expect={"orphan": 2})
    assert [thing.box for thing in first.objects] == [None, None]
    assert len(first.expressions) == 3


def test_refcocog_splits_and_file_names_come_from_the_refs(tmp_path: Path) -> None:
    name, path, options = made.make_refcocog(tmp_path)
    (tmp_path / "instances.json").unlink()
    first, second = read((name, path, options))
    assert (first.split, second.split) == ("train", "val")
    assert (first.file, first.objects[0].box) == ("COCO_train2014_000000000007.jpg", None)


def test_referit_reads_boxes_off_the_masks(tmp_path: Path) -> None:
    first, second = read(made.make_referit(tmp_path))
    assert (first.image_id, first.file, first.width, first.height) == ("8756", "8756.jpg", 16, 12)
    assert [(thing.id, thing.box) for thing in first.objects] == [("2", (3, 1, 9, 5))]
    assert [(one.id, one.raw, one.object_id) for one in first.expressions] == [
        (1, "sunray at very top", "2"),
        (3, "sun", "2"),
    ]
    assert second.expressions[0].raw == "the ~ sea"


def test_referit_without_its_masks_keeps_the_expressions(tmp_path: Path) -> None:
    name, path, options = made.make_referit(tmp_path)
    (tmp_path / "mask" / "99_1.mat").unlink()
    _, second = read((name, path, options), expect={"missing-file": 1})
    assert (second.objects[0].box, len(second.expressions)) == (None, 1)


def test_textref_puts_the_files_of_a_folder_together(tmp_path: Path) -> None:
    first, second = read(made.make_textref(tmp_path))
    assert (first.image_id, first.split, first.file, first.expressions) == ("img_1", "dev", "photos/img_1.jpg", ())
    assert said(first) == [(None, None), (None, False), ("OFF", True)]
    assert said(second) == [("SALE", None), (None, False), ("OFF", True)]
    assert second.texts[0].attributes == (("machine_string", "SALL"), ("string_verified", True))
    assert second.lines == ((0, 2), (1,))
    assert [(one.status, one.raw, one.text_ids, one.alternatives) for one in second.expressions] == [
        ("found", "the red words", (0, 2), ()),
        ("ambiguous", "a word", (), ((0,), (2,))),
        ("none", "the phone number", (), ()),
        ("none", "the blue neon word", (), ()),
    ]
    assert second.expressions[3].source == "written"
    assert second.labels[0].attributes == (("ink", "red"), ("style", ("bold", "upper")))


def test_textref_reports_each_bad_line_and_goes_on(tmp_path: Path) -> None:
    good = {"image_id": 1, "texts": [{"id": 0, "polygon": [[0, 0], [1, 0], [1, 1]], "string": "a", "legible": True}]}
    orphan = {"id": "e", "raw": "x", "targets": [5]}
    rows = [
        json.dumps({**good, "expressions": [orphan, {"id": "f", "raw": "y", "targets": [0]}]}),
        '{"image_id": 2',
        json.dumps(good),
        "",
        json.dumps({**good, "image_id": 3, "texts": [*good["texts"], {"id": 0, "polygon": [[0, 0]]}]}),
        json.dumps({"texts": []}),
        json.dumps({**good, "image_id": 4, "file": "../../etc/passwd"}),
    ]
    (tmp_path / "x.jsonl").write_bytes("\n".join(rows).encode() + b'\n{"image_id": "\xff"}\n')
    problems = Problems()
    records = list(read_dataset("textref", tmp_path / "x.jsonl", problems=problems))
    assert [record.image_id for record in records] == [1, 3]
    assert [one.id for one in records[0].expressions] == ["f"]
    assert sorted((p.kind, p.place.line) for p in problems.kept) == [
        ("duplicate-id", 3),
        ("malformed", 2),
        ("malformed", 5),
        ("malformed", 6),
        ("malformed", 7),
        ("malformed", 8),
        ("orphan", 1),
    ]


def test_strict_reading_stops_at_the_first_item_that_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"image_id": 1}\n{"image_id": 1}\n')
    with pytest.raises(DatasetError, match="stands twice") as caught:
        list(read_dataset("textref", tmp_path / "x.jsonl", problems=Problems(strict=True)))
    assert caught.value.line == 2


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_a_path_that_is_not_there_is_a_dataset_error(name: str, tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(DatasetError) as caught:
            list(read_dataset(name, path, problems=Problems()))
        assert str(tmp_path) in (caught.value.file or "")


@pytest.mark.data
def test_real_ground_truth_has_the_published_numbers(data: Path) -> None:
    expected = {
        "icdar2013": (233, 1095, 1095, {}),
        "icdar2015": (500, 5230, 2077, {}),
        "totaltext": (300, 2546, 2215, {"malformed": 2}),
    }
    for name, (images, texts, counting, counts) in expected.items():
        records = read((name, data / "ground-truth-only" / f"{name}_test_gt", ReadOptions()), expect=counts)
        assert len(records) == images
        assert sum(len(record.texts) for record in records) == texts
        assert sum(text.legible is not False for record in records for text in record.texts) == counting


@pytest.mark.data
def test_real_textref_has_the_numbers_of_its_readme(data: Path) -> None:
    records = read(("textref", data / "textref-real", ReadOptions()))
    assert len(records) == 1832
    assert sum(record.split == "dev" for record in records) == 300
    assert sum(one.status == "found" for record in records for one in record.expressions) == 4266 + 706
    assert sum(len(record.labels) for record in records) == 577 + 245
