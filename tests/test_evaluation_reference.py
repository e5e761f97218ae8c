"""Our figures equal those of the public scripts: totals, figures of every photo, pairs and counts."""

import json
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from whichtext.evaluation.files import TextColumns, read_regions
from whichtext.evaluation.pascal import prepare, prepare_first_come, prepare_optimal
from whichtext.evaluation.protocols import PROTOCOLS, evaluate
from whichtext.evaluation.results import Photo, Regions, evaluation_to_dict, pair_photos, total_figures

DEFAULT_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
REFERENCE = Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)).parent / "oracle"
TOLERANCE = 1e-6

RECTANGLES = ("deteval", "icdar2013", "iou", "iou_conf", "e2e", "e2e_conf", "ws", "ws_conf")
CASES = [
    *((data, protocol) for data in ("ic13", "ic13_stress") for protocol in RECTANGLES),
    *((data, protocol) for data in ("ic15", "ic15_stress") for protocol in RECTANGLES[2:]),
]

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not (REFERENCE / "A" / "expected.json").is_file(),
        reason=f"no reference figures in {REFERENCE} (they lie beside the folder that WHICHTEXT_DATA names)",
    ),
]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((REFERENCE / "A" / "expected.json").read_text(encoding="utf-8"))


def regions(kind: str, data: str) -> tuple[Regions, ...]:
    return read_regions(REFERENCE / "A" / f"{kind}_{data}.jsonl")


def assert_equal(ours: dict[str, Any], theirs: dict[str, Any], where: str) -> None:
    """Every entry of theirs is in ours: numbers within the tolerance, everything else exactly."""
    for name, value in theirs.items():
        if isinstance(value, float):
            assert ours[name] == pytest.approx(value, abs=TOLERANCE, rel=0), (where, name)
        else:
            assert ours[name] == value, (where, name)


@pytest.mark.parametrize(("data", "protocol"), CASES, ids=lambda value: value)
def test_figures_are_those_of_the_public_script(data: str, protocol: str, expected) -> None:
    ours = evaluation_to_dict(evaluate(protocol, regions("gt", data), regions("detections", data)))
    name = f"{data}/{protocol}"
    assert_equal(ours["total"], expected["totals"][name], name)
    if not protocol.endswith("_conf"):
        assert set(ours["per_image"]) == set(expected["per_image"][name])
    for image, theirs in expected["per_image"].get(name, {}).items():
        assert_equal(ours["per_image"][image], theirs, f"{name} {image}")


def unit_cases() -> list[tuple[str, str, dict[str, Any]]]:
    path = REFERENCE / "units.json"
    if not path.is_file():
        return []
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [(case["id"], protocol, case) for case in cases for protocol in case["expected"]]


def given(items: list[dict[str, Any]], *, with_scores: bool) -> Regions:
    return Regions(
        "photo",
        tuple(tuple(item["box"]) for item in items),
        tuple(item["text"] for item in items),
        tuple(item["score"] for item in items) if with_scores else (),
    )


@pytest.mark.parametrize(("name", "protocol", "case"), unit_cases(), ids=str)
def test_single_photos_are_scored_for_the_reason_given(name: str, protocol: str, case: dict[str, Any]) -> None:
    found = case["detections"]
    detections = [] if found is None else [given(found, with_scores=PROTOCOLS[protocol].ranks)]
    ours = evaluation_to_dict(evaluate(protocol, [given(case["gt"], with_scores=False)], detections))
    theirs = case["expected"][protocol]
    image = ours["per_image"]["photo"]
    assert_equal(ours["total"], theirs["total"], case["why"])
    assert_equal(image, theirs["image"], case["why"])
    assert_equal(image, {key: theirs[key] for key in ("gt_care", "det_care", "pairs")}, case["why"])


@pytest.mark.parametrize("data", ["ic13", "ic13_stress", "ic15", "ic15_stress"])
@pytest.mark.parametrize(
    ("pair", "by_score", "deviation"),
    [
        (prepare, True, "descending score, each detection takes its best free word"),
        (prepare_optimal, False, "maximum matching instead of first come"),
    ],
    ids=["best free word", "most pairs"],
)
def test_pairings_of_pascal_are_the_known_deviations_from_first_come(
    data: str, pair, by_score: bool, deviation: str, expected
) -> None:
    photos = pair_photos(regions("gt", data), regions("detections", data))
    total = total_figures(pair(photo)(served(photo, by_score=by_score)) for photo in photos)
    theirs = expected["variants_for_diagnosis"][f"{data}/iou"][deviation]
    for name, value in theirs.items():
        assert getattr(total, name) == pytest.approx(value, abs=TOLERANCE)


@pytest.mark.parametrize("data", ["ic13", "ic13_stress", "ic15", "ic15_stress"])
def test_first_come_pairing_of_pascal_is_the_protocol_iou(data: str, expected) -> None:
    photos = pair_photos(regions("gt", data), regions("detections", data))
    total = total_figures(prepare_first_come(photo)(served(photo, by_score=False)) for photo in photos)
    assert total.hmean == pytest.approx(expected["totals"][f"{data}/iou"]["hmean"], abs=TOLERANCE)


def served(photo: Photo, *, by_score: bool) -> list[int]:
    if photo.detections is None:
        return []
    places = list(range(len(photo.detections.boxes)))
    scores = photo.detections.scores
    return sorted(places, key=lambda place: -scores[place]) if by_score else places


@pytest.mark.parametrize(("data", "protocol"), [("ic13_stress", "ws"), ("ic15_stress", "e2e_conf")])
def test_official_text_layout_gives_the_same_figures(data: str, protocol: str, tmp_path: Path, expected) -> None:
    paths = []
    for kind, prefix in (("gt", "gt"), ("detections", "res")):
        with_scores = kind == "detections" and protocol.endswith("_conf")
        paths.append(tmp_path / f"{kind}.zip")
        with zipfile.ZipFile(paths[-1], "w") as archive:
            for entry in regions(kind, data):
                lines = [
                    ",".join(
                        [
                            *(str(int(number)) for number in box),
                            *([repr(entry.scores[place])] if with_scores else []),
                            quoted(entry.texts[place]),
                        ]
                    )
                    for place, box in enumerate(entry.boxes)
                ]
                archive.writestr(f"{prefix}_{entry.image}.txt", "\ufeff" + "\r\n".join(lines))
    columns = TextColumns(scores=protocol.endswith("_conf"))
    ours = evaluation_to_dict(evaluate(protocol, read_regions(paths[0]), read_regions(paths[1], columns=columns)))
    assert_equal(ours["total"], expected["totals"][f"{data}/{protocol}"], protocol)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("protocol", ["iou", "iou_conf", "pascal"])
def test_500_photos_are_scored_within_10_seconds(protocol: str) -> None:
    started = time.perf_counter()
    evaluate(protocol, regions("gt", "ic15"), regions("detections", "ic15"))
    assert time.perf_counter() - started < 10
