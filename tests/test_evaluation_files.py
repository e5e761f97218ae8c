"""Reading ground truth and detections: what the public scripts read, and a typed error with its place for all else."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from whichtext.errors import DatasetError
from whichtext.evaluation.files import TextColumns, read_lexicons, read_regions
from whichtext.evaluation.protocols import evaluate
from whichtext.evaluation.results import Regions

QUAD = "0,0,10,0,10,5,0,5"


def folder(path: Path, **files: str | bytes) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / f"{name}.txt").write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(path: Path, *documents: object) -> Path:
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    return path


# --- JSON Lines


def test_json_lines_give_regions_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "found.jsonl",
        {"image": "b", "boxes": [[1, 2, 3, 4], [0, 0, 9.5, 0, 9, 9, 0, 9]], "texts": ["A", ""], "scores": [1, 0.5]},
        {"image": "a", "boxes": []},
        {"image": "c", "boxes": [[[0, 0], [9, 0], [9, 9]]], "texts": None, "lexicon": ["HOTEL"]},
        {"image": "d", "texts": ["word"]},
    )
    assert read_regions(path) == (
        Regions("b", ((1, 2, 3, 4), (0, 0, 9.5, 0, 9, 9, 0, 9)), ("A", ""), (1, 0.5)),
        Regions("a", ()),
        Regions("c", ((0, 0, 9, 0, 9, 9),), lexicon=("HOTEL",)),
        Regions("d", ((),), ("word",)),
    )


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"image": "a", "boxes": []}\r\n\r\n \n{"image": "b", "boxes": []}')
    assert [regions.image for regions in read_regions(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is no JSON object"),
        ("[]", "an object with image"),
        ('{"boxes": []}', "image: the name of the image"),
        ('{"image": 5, "boxes": []}', "image: the name of the image"),
        ('{"image": "b"}', "boxes: a list of boxes was expected"),
        ('{"image": "b", "boxes": 7}', "boxes: a list was expected, not 7"),
        ('{"image": "b", "boxes": [7]}', r"boxes\[0\]: a list of numbers"),
        ('{"image": "b", "boxes": [[0, 0, 5]]}', r"boxes\[0\]: a box has 4 numbers, or"),
        ('{"image": "b", "boxes": [[]]}', r"boxes\[0\]: a box has 4 numbers, or"),
        ('{"image": "b", "boxes": [[0, 0, "5", 5]]}', r"boxes\[0\]\[2\]: a number was expected, not '5'"),
        ('{"image": "b", "boxes": [[0, 0, true, 5]]}', r"boxes\[0\]\[2\]: a number"),
        ('{"image": "b", "boxes": [[0, 0, NaN, 5]]}', "NaN is no number of JSON"),
        ('{"image": "b", "boxes": [[0, 0, 1e999, 5]]}', r"boxes\[0\]\[2\]: a number"),
        ('{"image": "b", "boxes": [[0, 0, 1e20, 5]]}', r"boxes\[0\]: a coordinate is no number, or too large"),
        ('{"image": "b", "boxes": [[9, 0, 5, 5]]}', r"boxes\[0\]: xmax or ymax lies below"),
        ('{"image": "b", "boxes": [[-9, -9, -1, 5]]}', r"boxes\[0\]: xmax or ymax is negative"),
        ('{"image": "b", "boxes": [[0, 0, 0, 5, 9, 5, 9, 0]]}', r"boxes\[0\]: the corners do not run clockwise"),
        ('{"image": "b", "boxes": [], "texts": ["A"]}', "texts: there are 0 boxes and 1 texts"),
        ('{"image": "b", "boxes": [[0, 0, 5, 5]], "texts": []}', "texts: there are 1 boxes and 0 texts"),
        ('{"image": "b", "boxes": [[0, 0, 5, 5]], "scores": [1, 2]}', "scores: there are 1 boxes and 2 scores"),
        ('{"image": "b", "boxes": [[0, 0, 5, 5]], "texts": [null]}', r"texts\[0\]: a string was expected, not None"),
        ('{"image": "b", "boxes": [[0, 0, 5, 5]], "scores": ["1"]}', r"scores\[0\]: a number"),
        ('{"image": "a", "boxes": []}', "image 'a' stands in line 1 already"),
        ("[" * 100_000, "is no JSON object"),
    ],
)
def test_malformed_lines_are_refused_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "found.jsonl"
    path.write_text('{"image": "a", "boxes": []}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=message) as caught:
        read_regions(path)
    assert (caught.value.file, caught.value.line) == (str(path), 3)
    assert str(caught.value).startswith(f"{path}:3: ")


# --- text files


def test_official_layouts_are_read_from_folders_and_archives(tmp_path: Path) -> None:
    files = {
        "gt_img_10": f"{QUAD},WORD\r\n{QUAD},###\r\n",
        "gt_img_2": "\ufeff" + f'{QUAD},"a, ""b"\n\n{QUAD}, c,d ',
        "gt_img_3": "",
    }
    wanted = (
        Regions("img_2", ((0, 0, 10, 0, 10, 5, 0, 5),) * 2, ('a, ""b', " c,d ")),
        Regions("img_3", ()),
        Regions("img_10", ((0, 0, 10, 0, 10, 5, 0, 5),) * 2, ("WORD", "###")),
    )
    assert read_regions(folder(tmp_path / "gt", **files)) == wanted
    with zipfile.ZipFile(tmp_path / "gt.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(f"gt/{name}.txt", content)
        archive.writestr("__MACOSX/gt/._gt_img_2.txt", "junk")
        archive.writestr("gt/readme.md", "junk")
    assert read_regions(tmp_path / "gt.zip") == wanted


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("WORD", "WORD"),
        (" WORD ", " WORD "),
        ('"WORD"', "WORD"),
        (' "WORD" ', "WORD"),
        ('" WORD "', " WORD "),
        ('"WORD', '"WORD'),
        ('"say \\"hi\\""', 'say "hi"'),
        ('"back\\\\slash"', "back\\slash"),
        ('say \\"hi\\"', 'say \\"hi\\"'),
        ('""', ""),
        ("", ""),
        ('"', '"'),
        ("1,234", "1,234"),
        ("A\u2028B", "A\u2028B"),
    ],
)
def test_transcriptions_are_read_as_the_public_scripts_read_them(tmp_path: Path, written: str, read: str) -> None:
    path = folder(tmp_path / "gt", gt_a=f"{QUAD},{written}\n{QUAD},x")
    assert read_regions(path)[0].texts == (read, "x")


def test_icdar_2013_lines_have_blanks_after_the_commas(tmp_path: Path) -> None:
    path = folder(tmp_path / "gt", gt_img_1='38, 43, 920, 215, "Tiredness"\n275, 264, 665, 450, "kills"')
    assert read_regions(path) == (Regions("img_1", ((38, 43, 920, 215), (275, 264, 665, 450)), ("Tiredness", "kills")),)


def test_confidence_stands_between_coordinates_and_text(tmp_path: Path) -> None:
    path = folder(tmp_path / "res", res_img_1=f"{QUAD},0.75,WORD,S\n{QUAD}, 1 ,x")
    (regions,) = read_regions(path, columns=TextColumns(scores=True))
    assert (regions.scores, regions.texts) == ((0.75, 1), ("WORD,S", "x"))
    (regions,) = read_regions(path, columns=TextColumns(scores=True, texts=False))
    assert (regions.scores, regions.texts) == ((0.75, 1), ())


def test_coordinates_alone_will_do_where_no_text_is_needed(tmp_path: Path) -> None:
    path = folder(tmp_path / "res", res_img_1=f"{QUAD}\n{QUAD},\n{QUAD},WORD")
    (regions,) = read_regions(path, columns=TextColumns(texts=False))
    assert (len(regions.boxes), regions.texts) == (3, ())


def test_layout_is_what_most_lines_say_and_can_be_told(tmp_path: Path) -> None:
    digits = folder(tmp_path / "quads", gt_a=f"{QUAD},2017\n{QUAD},WORD\n{QUAD},1,2\n" + f"{QUAD},W\n" * 20)
    assert read_regions(digits)[0].texts[:3] == ("2017", "WORD", "1,2")
    rectangles = folder(tmp_path / "rectangles", gt_a="0,0,9,9,12,34,56,78\n0,0,9,9,WORD\n0,0,9,9,W")
    assert read_regions(rectangles)[0].texts[0] == "12,34,56,78"
    polygons = folder(tmp_path / "polygons", gt_a="0,0,9,0,9,9,5,12,0,9,WORD\n0,0,9,0,9,9,2017\n0,9,9,9,9,0,0,0,W")
    assert [len(box) for box in read_regions(polygons)[0].boxes] == [10, 6, 8]
    assert read_regions(polygons)[0].texts == ("WORD", "2017", "W")
    assert read_regions(digits, columns=TextColumns(boxes="polygons"))[0].texts[0] == "2017"
    square = folder(tmp_path / "square", gt_a="0,0,9,9,9,9,9,9,WORD")
    assert read_regions(square, columns=TextColumns(boxes="rectangles"))[0].texts == ("9,9,9,9,WORD",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0,0,10,0,10,5,0", "8 coordinates were expected"),
        ("0,0,10,0,10,5,0,5", "a comma and the text were expected"),
        ("0,0,10,0,10,5,0,5.5,WORD", "'5.5' is no whole number"),
        ("0,0,10,0,10,5,0,x,WORD", "'x' is no whole number"),
        ("0,0,10,0,10,5,0,,WORD", "'' is no whole number"),
        ("0,0,0,5,10,5,10,0,WORD", "the corners do not run clockwise"),
        ("0,0,99999999999,0,10,5,0,5,WORD", "too large for a pixel"),
        ("WORD", "8 coordinates were expected"),
        ("\u0660,0,10,0,10,5,0,5,WORD", "is no whole number"),
    ],
)
def test_malformed_quadrilaterals_are_refused_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = folder(tmp_path / "gt", gt_a=f"{QUAD},WORD\n{QUAD},W\n{QUAD},W\n\n{line}")
    with pytest.raises(DatasetError, match=message) as caught:
        read_regions(path)
    assert (caught.value.file, caught.value.line) == (str(path / "gt_a.txt"), 5)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("5,0,4,9,WORD", "xmax or ymax lies below"),
        ("-5,-5,-4,9,WORD", "xmax or ymax is negative"),
        ("0,0,9,WORD", "'WORD' is no whole number"),
    ],
)
def test_malformed_rectangles_are_refused(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_regions(folder(tmp_path / "gt", gt_a=f"-3,-3,9,9,WORD\n{line}"))


@pytest.mark.parametrize("score", ["high", "nan", "inf", ""])
def test_confidences_that_are_no_numbers_are_refused(tmp_path: Path, score: str) -> None:
    path = folder(tmp_path / "res", res_a=f"{QUAD},{score},WORD")
    with pytest.raises(DatasetError, match="is no confidence") as caught:
        read_regions(path, columns=TextColumns(scores=True))
    assert caught.value.line == 1


def test_files_in_another_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    path = folder(tmp_path / "gt", gt_a=f"{QUAD},W\n{QUAD},caf\xe9".encode("latin-1"))
    with pytest.raises(DatasetError, match="byte 0xe9 is not UTF-8") as caught:
        read_regions(path)
    assert caught.value.line == 2


def test_places_in_archives_name_the_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "res.zip", "w") as archive:
        archive.writestr("res_img_1.txt", "x")
    with pytest.raises(DatasetError) as caught:
        read_regions(tmp_path / "res.zip")
    assert (caught.value.file, caught.value.line) == (f"{tmp_path / 'res.zip'}!res_img_1.txt", 1)


def test_two_files_for_one_image_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="a second file for image 'img_1'"):
        read_regions(folder(tmp_path / "gt", gt_img_1="", res_img_1=""))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 but no archive", b"PK\x05\x06" + b"\0" * 18])
def test_damaged_and_empty_archives_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "res.zip"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"res\.zip"):
        read_regions(path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        read_regions(tmp_path / "nothing.jsonl")
    with pytest.raises(DatasetError, match=r"holds no \.txt file"):
        read_regions(folder(tmp_path / "empty"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=60), st.text(alphabet='0123456789,-."ab \n{}[]:', max_size=60).map(str.encode)))
@example(b'{"image": "a", "boxes": [[0,0,9,9]]}')
def test_any_bytes_give_regions_or_a_typed_error(tmp_path: Path, content: bytes) -> None:
    for name in ("any.jsonl", "any.txt", "any.zip"):
        (tmp_path / name).write_bytes(content)
    in_folder = tmp_path / "any"
    in_folder.mkdir(exist_ok=True)
    (in_folder / "res_a.txt").write_bytes(content)
    for path in ("any.jsonl", "any.txt", "any.zip", "any"):
        for columns in (TextColumns(), TextColumns(scores=True, texts=False), TextColumns(boxes="polygons")):
            try:
                regions = read_regions(tmp_path / path, columns=columns)
            except DatasetError:
                continue
            if path != "any.txt":
                evaluate("iou", regions, regions)


# --- word lists and lexicons


def test_word_lists_of_crops_are_read(tmp_path: Path) -> None:
    path = tmp_path / "gt.txt"
    path.write_text('\ufeffword_1.png, "Tiredness"\nword_2.png, "it\\"s, \\\\"\nword_3.JPG,plain\n', encoding="utf-8")
    assert [(regions.image, regions.texts) for regions in read_regions(path)] == [
        ("word_1", ("Tiredness",)),
        ("word_2", ('it"s, \\',)),
        ("word_3", ("plain",)),
    ]


@pytest.mark.parametrize(("line", "message"), [("word_2.png", "must be: NAME, TEXT"), ("word_1.png, x", "in line 1")])
def test_malformed_word_lists_are_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gt.txt"
    path.write_text(f"word_1.png, a\n{line}\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=message) as caught:
        read_regions(path)
    assert caught.value.line == 2


def test_lexicons_are_one_for_all_or_one_for_each(tmp_path: Path) -> None:
    path = tmp_path / "weak.txt"
    path.write_text("\ufeffhotel\r\nPARK\n\n", encoding="utf-8")
    assert read_lexicons(path).of("any").words == ("HOTEL", "PARK")
    strong = read_lexicons(folder(tmp_path / "strong", voc_img_1="HOTEL\nPARK", voc_img_2="BANK"))
    assert strong.of("img_2").words == ("BANK",)
    with pytest.raises(DatasetError, match=r"add voc_img_3\.txt"):
        strong.of("img_3")
