"""The tasks of `whichtext evaluate`: figures from outcomes by hand, workers, the journal, what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawn_dataset import write_dataset
from drawn_scenes import street
from whichtext.data.problems import Problems
from whichtext.errors import BadImage, DatasetError, InputError, UnknownComponent
from whichtext.evaluation.lexicons import strong_words
from whichtext.evaluation.tasks import detection, spotting
from whichtext.evaluation.tasks.baselines import chance, rank_blindly
from whichtext.evaluation.tasks.boosting import BOOSTS
from whichtext.evaluation.tasks.description import DescriptionTask
from whichtext.evaluation.tasks.detection import DetectionTask
from whichtext.evaluation.tasks.engines import EngineNames, Engines
from whichtext.evaluation.tasks.journal import Journal
from whichtext.evaluation.tasks.photos import Selection, TaskPhoto, select_photos
from whichtext.evaluation.tasks.recognition import RecognitionTask
from whichtext.evaluation.tasks.retrieval import RetrievalTask
from whichtext.evaluation.tasks.running import TaskRun, run_task
from whichtext.evaluation.tasks.spotting import SpottingTask
from whichtext.evaluation.tasks.words import find_words
from whichtext.localization.found_words import FoundWord
from whichtext.reader import LOCALIZERS, Reader
from whichtext.recognition.lexicon import Lexicon as RecognitionLexicon


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("set") / "drawn")


@pytest.fixture(scope="module")
def journal(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("journals") / "given.jsonl"


@pytest.fixture(scope="module")
def given(folder: Path, journal: Path) -> TaskRun:
    """Retrieval with given words in this process, with a journal."""
    return run_task(RetrievalTask("given"), Selection("textref", folder), EngineNames(), journal=journal)


@pytest.fixture(scope="module")
def found(folder: Path) -> TaskRun:
    """The words of two photos, by two workers."""
    selection = Selection("textref", folder, source="ic15_")
    return run_task(DetectionTask(("best_pairs", "deteval")), selection, EngineNames(), jobs=2)


def chosen(folder: Path, **part: Any) -> tuple[TaskPhoto, ...]:
    return select_photos(Selection("textref", folder, **part), lambda record: True, problems=Problems())


# --- which photos


def test_photos_are_chosen_by_split_source_and_number(folder: Path) -> None:
    assert [photo.name for photo in chosen(folder)] == ["ic15_street", "ic15_exits", "mlt_shop", "mlt_blank"]
    assert [photo.name for photo in chosen(folder, split="dev", source="mlt_")] == ["mlt_shop"]
    assert [photo.name for photo in chosen(folder, limit=2)] == ["ic15_street", "ic15_exits"]
    assert chosen(folder)[0].path == folder / "photos" / "ic15_street.png"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"split": "test"}, "the splits are dev, train"),
        ({"source": "svt_"}, "source svt_"),
        ({"images": Path("/nowhere")}, "no folder"),
    ],
)
def test_an_empty_choice_is_refused(folder: Path, part: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        chosen(folder, **part)


def test_missing_data_is_refused_and_missing_pictures_too(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not exist"):
        chosen(folder / "nowhere")
    (tmp_path / "words.jsonl").write_bytes((folder / "words.jsonl").read_bytes())
    with pytest.raises(DatasetError, match="not one of the 4 pictures"):
        chosen(tmp_path)
    with pytest.raises(BadImage, match="is missing"):
        _ = replace(chosen(folder)[0], picture=None).path


# --- retrieval


def outcome(**row: Any) -> dict[str, Any]:
    """One query as `look` gives it."""
    none = row.get("none", 1 - row["score"])
    answer = {"status": row["status"], "score": row["score"], "none": none, "hits": row.get("hits", []), "texts": []}
    return {"id": row["id"], "answers": {"rules": answer}, **row.get("blind", {})}


def blind(largest: list[bool], *, reachable: bool = True) -> dict[str, Any]:
    return {
        "reachable": reachable,
        "chance": [0.25, 0.75],
        "blind": {"largest line": largest, "most central line": [False], "string match": [False, True]},
    }


def test_figures_of_retrieval_equal_those_by_hand(folder: Path) -> None:
    photos = chosen(folder, split="dev")
    outcomes = {
        "ic15_street": {
            "queries": [
                outcome(id="a", status="found", score=0.9, hits=[True], blind=blind([True])),
                outcome(id="b", status="found", score=0.6, hits=[False, True], blind=blind([False])),
                outcome(id="c", status="none", score=0.1, hits=[False], blind=blind([False], reachable=False)),
            ]
        },
        "ic15_exits": {
            "queries": [
                outcome(id="d", status="ambiguous", score=0.4, hits=[True], blind=blind([False])),
                outcome(id="e", status="ambiguous", score=0.3),
            ]
        },
        "mlt_shop": {
            "queries": [
                outcome(id="f", status="found", score=0.8, hits=[True], blind=blind([False])),
                outcome(id="g", status="none", score=0.2, none=0.15),
            ]
        },
    }
    figures = RetrievalTask("given").measure(photos, outcomes)
    assert figures["queries"] == {"real": 5, "ambiguous": 1, "absent": 1}
    rules = figures["systems"]["rules"]
    assert rules["top_1"]["over_queries"] == pytest.approx(3 / 5)
    assert rules["top_1"]["over_images"] == pytest.approx((1 / 3 + 1 + 1) / 3)
    assert rules["top_5"]["over_queries"] == pytest.approx(4 / 5)
    assert rules["abstention_auroc"] == pytest.approx(4 / 5)
    assert rules["abstention_auroc_by_none"] == pytest.approx(1 / 5)
    assert rules["top_1_where_found"] == pytest.approx(2 / 3)
    assert rules["calibration_error"] == pytest.approx((0.1 + 0.6 + 0.1 + 0.6 + 0.2) / 5)
    assert rules["statuses"]["found"] == {"found": 0.6, "ambiguous": 0.2, "none": 0.2}
    assert rules["statuses"]["none"] == {"found": 0, "ambiguous": 0, "none": 1}
    assert rules["statuses"]["ambiguous"]["ambiguous"] == 1
    assert rules["by_type"]["object"] == {"queries": 3, "top_1": pytest.approx(2 / 3), "top_5": 1}
    assert rules["by_length"] == {"one word": {"queries": 5, "top_1": 0.6, "top_5": 0.8}}
    tops = {
        name: (row["top_1"]["over_queries"], row["top_5"]["over_queries"]) for name, row in figures["systems"].items()
    }
    assert tops["random"] == (0.25, 0.75)
    assert tops["largest line"] == (0.2, 0.2)
    assert tops["most central line"] == (0, 0)
    assert tops["string match"] == (0, 1)
    assert tops["best possible"] == (0.8, 0.8)
    assert figures["curves"]["rules"][0] == (0.2, 1.0)
    assert figures["curves"]["rules"][-1] == (pytest.approx(3 / 5), pytest.approx(3 / 6))


def test_chance_is_drawing_without_replacement() -> None:
    assert chance([True, False, False, False], 1) == 0.25
    assert chance([True, False, False, False], 3) == 0.75
    assert chance([True, True, False, False], 2) == pytest.approx(1 - 1 / 6)
    assert chance([True, False], 5) == 1
    assert chance([], 5) == 0


def test_baselines_look_at_lines_alone(reader) -> None:
    scene = reader.scene(street().image, words=street().words)
    ranked = rank_blindly(scene.content, "the one that says Park", first=2)
    assert {name: texts[0].text for name, texts in ranked.items()} == {
        "largest line": "SALE",
        "most central line": "SALE",
        "string match": "PARK",
    }
    assert all(len(texts) == 2 for texts in ranked.values())


def test_drawn_scenes_are_answered_and_written_absences_left_out(given: TaskRun) -> None:
    assert given.figures["queries"] == {"real": 5, "ambiguous": 1, "absent": 1}
    assert given.figures["systems"]["rules"]["top_1"]["over_queries"] == 1
    assert given.figures["systems"]["best possible"]["top_1"]["over_queries"] == 1
    assert [photo.name for photo in given.photos] == ["ic15_street", "ic15_exits", "mlt_shop"]


def test_the_figure_is_that_of_the_scene_itself(given: TaskRun) -> None:
    answer = Reader(retriever="rules").scene(street().image, words=street().words).find("the word on the yellow sign")
    told = given.outcomes["ic15_street"]["queries"][1]["answers"]["rules"]
    assert told["status"] == answer.status
    assert told["score"] == pytest.approx(answer.matches[0].score, abs=1e-6)


# --- workers and journal


def test_two_workers_give_what_one_gives(found: TaskRun) -> None:
    alone = run_task(found.task, found.selection, found.engines)
    assert alone.figures == found.figures
    assert list(alone.outcomes) == list(found.outcomes) == ["ic15_street", "ic15_exits"]
    assert [one["words"] for one in alone.outcomes.values()] == [one["words"] for one in found.outcomes.values()]


def test_a_run_goes_on_from_a_torn_journal(folder: Path, given: TaskRun, journal: Path, tmp_path: Path) -> None:
    whole = journal.read_bytes().splitlines(keepends=True)
    assert len(whole) == 4
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(b"".join(whole[:2]) + whole[2][:100])
    again = run_task(RetrievalTask("given"), Selection("textref", folder), EngineNames(), journal=torn)
    assert again.seconds["photos_from_journal"] == 1
    assert again.figures == given.figures
    rows = [json.loads(line) for line in torn.read_text(encoding="utf-8").splitlines()]
    assert [row.get("photo") for row in rows] == [None, "ic15_street", "ic15_exits", "mlt_shop"]


def test_a_whole_journal_needs_no_engine(folder: Path, given: TaskRun, journal: Path, monkeypatch) -> None:
    monkeypatch.setattr(RetrievalTask, "look", None)
    again = run_task(RetrievalTask("given"), Selection("textref", folder), EngineNames(), journal=journal)
    assert again.figures == given.figures


def test_another_run_is_refused(folder: Path, given: TaskRun, journal: Path) -> None:
    before = journal.read_bytes()
    with pytest.raises(DatasetError, match=r"given\.jsonl:1: the journal is of another run \(words: 'given' there"):
        run_task(RetrievalTask("read"), Selection("textref", folder), EngineNames(), journal=journal)
    with pytest.raises(DatasetError, match="threads"):
        run_task(RetrievalTask("given"), Selection("textref", folder), EngineNames(threads=2), journal=journal)
    assert journal.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a photo, not a journal\n", ":1: this is no journal"),
        (b'{"schema_version": 1, "configuration": {}}\n{"photo": "a"}\n', ":2: the line is damaged"),
    ],
)
def test_what_is_no_journal_is_left_alone(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        Journal(path, {})
    assert path.read_bytes() == content


def test_a_photo_with_other_annotations_is_looked_at_again(folder: Path, tmp_path: Path) -> None:
    photo = chosen(folder)[0]
    with Journal(tmp_path / "journal.jsonl", {}) as book:
        book.add(photo, {"a": 1})
    changed = replace(photo, record=replace(photo.record, texts=photo.record.texts[1:]))
    with Journal(tmp_path / "journal.jsonl", {}) as book:
        assert book.outcome_of(photo) == {"a": 1}
        assert book.outcome_of(changed) is None


def test_a_bad_photo_is_told_and_stops_nothing(folder: Path, tmp_path: Path) -> None:
    copy = write_dataset(tmp_path / "copy", names=("ic15_street", "mlt_shop"))
    (copy / "photos" / "ic15_street.png").write_bytes(b"no picture")
    run = run_task(RecognitionTask(), Selection("textref", copy), EngineNames())
    assert [(failure.photo, failure.kind) for failure in run.failures] == [("ic15_street", "BadImage")]
    assert [photo.name for photo in run.photos] == ["mlt_shop"]
    (copy / "photos" / "mlt_shop.png").unlink()
    with pytest.raises(BadImage, match="not one of 2 photos"):
        run_task(RecognitionTask(), Selection("textref", copy), EngineNames())


# --- detection, spotting, recognition, description


@pytest.mark.parametrize("localizer", sorted(LOCALIZERS))
@pytest.mark.parametrize("is_doubted", [False, True])
def test_found_words_are_those_of_the_reader(localizer: str, is_doubted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_doubted:  # short words, as if they were blurred
        monkeypatch.setattr(
            "whichtext.recognition.legibility.hint_of",
            lambda image, polygon, reading: "blurred" if len(reading.text) < 5 else None,
        )
    scene = street()
    words = find_words(scene.pixels, Engines(EngineNames(localizer=localizer, threads=2)))
    scene_read = Reader(threads=2, localizer=localizer).read(scene.image)
    texts = [text for text in scene_read.texts if text.level == "word"]
    assert [text.hint for text in texts] == [None if text.text else "blurred" for text in texts]
    assert any(text.hint for text in texts) == is_doubted
    assert [(word.polygon, word.text, word.score) for word in words] == [
        (text.polygon, text.text, text.score) for text in texts
    ]


def test_drawn_words_are_found(found: TaskRun) -> None:
    figures = found.figures["protocols"]["best_pairs"]
    assert figures["words"] == 7
    assert figures["precision"] >= 0.7
    assert figures["recall"] >= 0.7
    assert figures["best_f"]["hmean"] >= figures["hmean"]
    assert found.figures["protocols"]["deteval"]["recall"] > 0.5
    recall, precision = found.figures["curves"]["best_pairs"][-1]
    assert (recall, precision) == (figures["recall"], figures["precision"])


def test_figures_of_found_words_equal_those_by_hand(folder: Path) -> None:
    photos = chosen(folder, source="ic15_exits")
    left, right = (text.polygon for text in photos[0].record.texts)
    far = tuple((x, y + 120.0) for x, y in left)
    words = [[left, "exit!", 0.9, 0.5], [right, "EX1T", 0.6, 0.9], [far, "EXIT", 0.5, 0.5]]
    outcomes = {"ic15_exits": {"words": words, "candidates": {"": words}}}
    found = DetectionTask(("best_pairs", "pascal")).measure(photos, outcomes)
    assert found["protocols"]["best_pairs"]["precision"] == pytest.approx(2 / 3)
    assert found["protocols"]["best_pairs"]["recall"] == 1
    assert found["protocols"]["best_pairs"]["best_f"]["precision"] == 1
    assert found["protocols"]["pascal"]["threshold"] == pytest.approx(0.45)
    assert found["curves"]["best_pairs"][:2] == [(0.5, 1.0), (1.0, 1.0)]
    read = SpottingTask(("best_pairs_e2e",)).measure(photos, outcomes)
    assert read["protocols"]["best_pairs_e2e"]["precision"] == pytest.approx(1 / 3)
    assert read["protocols"]["best_pairs_e2e"]["recall"] == 0.5
    assert read["boosts"]["Det"]["hmean"] == 1
    assert read["boosts"]["Det + Rec-lex"] is None
    cases = DetectionTask(("best_pairs",)).worst(photos, outcomes, 5)
    assert [case.title for case in cases] == ["ic15_exits: 0 of 2 words missed, 1 found in vain"]
    assert [mark.text for mark in cases[0].given] == ["EXIT"]


def test_variants_of_table_5_score_by_more_and_more() -> None:
    lexicon = RecognitionLexicon(["HOTEL", "EXIT"])

    def scores(text: str) -> list[float | None]:
        word = FoundWord(((0.0, 0.0), (9.0, 0.0), (9.0, 4.0), (0.0, 4.0)), text, 0.8, 0.7)
        kept = [boost([word], lexicon) for boost in BOOSTS.values()]
        return [own[0].score if own else None for own in kept]

    root = pytest.approx(0.8 * 0.7**0.5)
    assert scores("HOTEL") == [0.8, root, pytest.approx(0.8 * 0.7**0.25)]
    assert scores("H0TEL") == [0.8, root, root]
    assert scores("555") == [0.8, root, None]
    assert scores("KITCHENWARE") == [0.8, root, None]
    assert scores("!!") == [0.8, None, None]
    assert scores("A" * 26) == [0.8, None, None]


def test_a_lexicon_is_used_where_it_is_given(folder: Path, tmp_path: Path) -> None:
    photos = chosen(folder, source="ic15_exits")
    left, right = (text.polygon for text in photos[0].record.texts)
    read_alone = [[left, "EX1T", 0.9, 0.5], [right, "EXIT", 0.6, 0.9]]
    decoded = [[left, "EXIT", 0.9, 0.7], [right, "EXIT", 0.6, 0.9]]
    candidates = {"": read_alone, "strong": decoded, "generic": [*decoded, [left, "ill", 0.9, 0.4]]}
    outcomes = {"ic15_exits": {"words": read_alone, "candidates": candidates}}
    words = tmp_path / "words.txt"
    words.write_text("EXIT\n", encoding="utf-8")
    protocols = spotting.usual_protocols("icdar2015", generic=True)
    assert protocols == ("e2e", "ws", "e2e_generic", "ws_generic")
    figures = SpottingTask(protocols, words).measure(photos, outcomes)
    assert figures["protocols"]["e2e"]["hmean"] == 0.5
    assert figures["protocols"]["e2e_generic"]["hmean"] == 1
    assert figures["boosts"]["Det + Rec-lex"]["hmean"] == 1
    read = {"ic15_exits": {"readings": [["EX1T", 0.9], ["EXIT", 0.9]]}}
    told = RecognitionTask(lexicon=words).measure(photos, read)
    assert told["protocols"]["recognition"]["accuracy"] == 0.5
    assert told["with_lexicon"]["recognition"] == {"accuracy": 1, "one_minus_ned": 1, "words": 2}


def test_words_are_read_with_every_kind_of_lexicon(folder: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("EXIT\nHOTEL\n", encoding="utf-8")
    protocols = ("e2e", "e2e_strong", "e2e_weak", "e2e_generic", "best_pairs_e2e_strong")
    selection = Selection("textref", folder, source="ic15_")
    task = SpottingTask(protocols, words)
    task = replace(task, vocabulary=spotting.vocabulary_of(selection, task))
    run = run_task(task, selection, EngineNames())
    assert set(run.outcomes["ic15_exits"]["candidates"]) == {"", "strong", "weak", "generic"}
    scores = {name: run.figures["protocols"][name]["hmean"] for name in protocols}
    assert scores["e2e_strong"] >= scores["e2e"] > 0.5
    assert run.figures["boosts"]["Det + Rec-lex"]["hmean"] >= run.figures["boosts"]["Det + Rec"]["hmean"]
    alone = replace(task, vocabulary=(), lexicon=None)
    with pytest.raises(DatasetError, match="needs a lexicon"):
        alone.measure(run.photos, {name: {"words": [], "candidates": {"": []}} for name in run.outcomes})
    assert task.configuration() != alone.configuration()


def test_strong_lists_hold_the_words_of_the_photo_and_the_same_others_each_time() -> None:
    vocabulary = tuple(sorted(f"{letter}ORD" + "A" * length for letter in "ABCDEFG" for length in range(30)))
    words = strong_words("img_1", ["Hotel's", "12:30", "to", "exit"], vocabulary)
    assert words[:2] == ("EXIT", "HOTEL")
    assert len(words) == len(set(words)) == 100
    assert words == strong_words("img_1", ["exit", "Hotel's"], vocabulary[::-1])
    assert words != strong_words("img_2", ["exit", "Hotel's"], vocabulary)
    assert strong_words("img_1", ["exit"], ("EXIT", "HOTEL")) == ("EXIT", "HOTEL")


def test_given_words_are_read(folder: Path) -> None:
    run = run_task(RecognitionTask(), Selection("textref", folder, source="ic15_"), EngineNames())
    assert run.figures["protocols"]["recognition"] == {"accuracy": 1, "one_minus_ned": 1, "words": 7}
    assert run.figures["by_length"] == {
        "3–4": {"accuracy": 1, "words": 5},
        "7–9": {"accuracy": 1, "words": 1},
    }


def test_a_crop_is_one_word(tmp_path: Path) -> None:
    scene = street()
    x0, y0, x1, y1 = (round(value) for value in scene.text("LIBRARY").box)
    scene.image.crop((x0 - 6, y0 - 6, x1 + 6, y1 + 6)).save(tmp_path / "word_1.png")
    (tmp_path / "gt.txt").write_text('word_1.png, "Library"\n', encoding="utf-8")
    run = run_task(RecognitionTask(), Selection("icdar2015", tmp_path / "gt.txt"), EngineNames())
    assert run.figures["protocols"]["recognition_alnum"]["accuracy"] == 1
    assert run.to_dict()["are_crops"]


def test_every_line_is_described_and_asked_back(folder: Path) -> None:
    run = run_task(DescriptionTask("given", judge="rules"), Selection("textref", folder, source="ic15_"), EngineNames())
    figures = run.figures
    assert (figures["lines"], figures["legible_lines"]) == (7, 7)
    assert figures["verified"]["over_queries"] == 1
    assert figures["round_trip_top_1"]["over_queries"] == 1
    assert figures["judge_unique"]["over_queries"] == 1
    assert not figures["judge_is_independent"]
    assert "proves nothing" in " ".join(run.task.tables(figures)[0].notes[1].split())
    lengths = [len(row["expression"].split()) for one in run.outcomes.values() for row in one["descriptions"]]
    assert figures["mean_words"] == pytest.approx(sum(lengths) / 7)


def test_figures_of_descriptions_equal_those_by_hand(folder: Path) -> None:
    photos = chosen(folder, source="ic15_exits")
    corners = photos[0].record.texts[0].polygon
    right = {"status": "found", "is_first": True, "text": "EXIT", "polygon": corners}
    wrong = {"status": "ambiguous", "is_first": True, "text": "EXIT", "polygon": corners}
    rows = [
        {
            "text": "EXIT",
            "polygon": corners,
            "expression": "the exit",
            "verified": True,
            "back": right,
            "judged": wrong,
        },
        {"text": "EXIT", "polygon": corners, "expression": "the text on the left", "verified": False, "back": right}
        | {"judged": {**right, "is_first": False}},
        {"text": "", "polygon": corners, "expression": "the text", "verified": False, "back": wrong, "judged": wrong},
    ]
    task = DescriptionTask("given", judge="rules")
    figures = task.measure(photos, {"ic15_exits": {"descriptions": rows, "asked": "another"}})
    assert figures["judge_is_independent"]
    assert not figures["judge_was_asked"]
    asked = task.measure(photos, {"ic15_exits": {"descriptions": rows, "asked": "another", "second": "rules"}})
    assert asked["judge_was_asked"]
    assert any("not an unasked opinion" in note for table in task.tables(asked) for note in table.notes)
    assert not any("not an unasked opinion" in note for table in task.tables(figures) for note in table.notes)
    assert (figures["lines"], figures["legible_lines"], figures["mean_words"]) == (3, 2, 3.5)
    assert figures["verified"]["over_queries"] == 0.5
    assert figures["round_trip_top_1"]["over_queries"] == 1
    assert figures["judge_top_1"]["over_queries"] == 0.5
    assert figures["judge_unique"]["over_queries"] == 0
    assert [case.title for case in task.worst(photos, {"ic15_exits": {"descriptions": rows}}, 9)] == [
        "the text on the left"
    ]


# --- what is refused


def test_names_that_do_not_exist_are_refused() -> None:
    for make in (
        lambda: EngineNames(localizer="none"),
        lambda: RetrievalTask("given", ("none",)),
        lambda: DescriptionTask(judge="none"),
        lambda: DetectionTask(("none",)),
    ):
        with pytest.raises(UnknownComponent, match="none"):
            make()


def test_protocols_of_another_task_are_refused() -> None:
    for make in (
        lambda: DetectionTask(("e2e",)),
        lambda: SpottingTask(("iou",)),
        lambda: RecognitionTask(("ws",)),
        lambda: RetrievalTask("found"),  # type: ignore[arg-type]
    ):
        with pytest.raises(InputError):
            make()


def test_usual_protocols_are_those_of_the_papers() -> None:
    assert detection.usual_protocols("icdar2013") == ("deteval", "pascal")
    assert detection.usual_protocols("cocotext") == ("pascal",)
    assert spotting.usual_protocols("svt", generic=True) == ("svt_50", "svt_full")
    assert spotting.usual_protocols("icdar2013", strong=True) == ("e2e", "ws", "e2e_strong", "ws_strong")
