"""Every protocol on small photos that can be computed by hand, and what must hold for all of them."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.errors import DatasetError, UnknownComponent
from whichtext.evaluation.protocols import PROTOCOLS, evaluate, protocol_of
from whichtext.evaluation.results import Evaluation, Regions, evaluation_to_dict, harmonic_mean

WORD = (0, 0, 99, 19)
"""100 by 20 inclusive pixels."""
AREA_PROTOCOLS = ("deteval", "icdar2013")


def photo(*boxes: tuple[float, ...], texts: tuple[str, ...] = (), scores: tuple[float, ...] = ()) -> Regions:
    return Regions("photo", boxes, texts, scores)


def score(protocol: str, truth: Regions, detections: Regions | None, **options) -> Evaluation:
    return evaluate(protocol, [truth], [] if detections is None else [detections], **options)


def figures(evaluation: Evaluation) -> tuple[float, float]:
    """Recall and precision of the whole."""
    return pytest.approx(evaluation.total.recall), pytest.approx(evaluation.total.precision)


def image_figures(evaluation: Evaluation) -> tuple[float, float, float]:
    image = evaluation.images["photo"]
    return image.precision, image.recall, image.hmean


def pairs(evaluation: Evaluation) -> list[object]:
    return evaluation_to_dict(evaluation)["per_image"]["photo"]["pairs"]


# --- DetEval and the other script


@pytest.mark.parametrize(
    ("truths", "found", "deteval", "icdar2013"),
    [
        ([WORD], [WORD], (1, 1), (1, 1)),
        ([WORD], [(0, 0, 49, 19), (50, 0, 99, 19)], (0.8, 0.8), (0.8, 0.8)),
        ([WORD, (110, 0, 209, 19)], [(0, 0, 209, 19)], (1, 1), (0.4, 0.8)),
        ([WORD], [(0, 0, 69, 19)], (0, 0), (0, 0)),
        ([WORD], [(0, 0, 79, 19)], (1, 1), (1, 1)),
        ([WORD], [(0, 0, 99, 49)], (1, 1), (1, 1)),
        ([WORD], [(0, 0, 99, 51)], (0, 0), (0, 0)),
        ([WORD, (100, 0, 199, 19)], [(0, 0, 104, 19), (100, 0, 199, 19)], (1, 1), (1, 1)),
        ([WORD], [WORD, WORD], (0.8, 0.8), (0.8, 0.8)),
        ([WORD], [WORD, (0, 0, 49, 19)], (0.8, 0.8), (1, 0.5)),
        ([(0, 0, 9, 9)], [(0, 0, 9, 7), (0, 0, 9, 7)], (0.8, 0.8), (0.8, 0.8)),
    ],
    ids=[
        "same box",
        "two halves",
        "two words in one box",
        "70 of 100 columns",
        "80 of 100 columns, inclusive",
        "fills 0.4 of the detection",
        "fills less than 0.4",
        "reaches into its neighbour",
        "found twice",
        "whole and half",
        "each of two enough",
    ],
)
def test_area_protocols_by_hand(truths, found, deteval, icdar2013) -> None:
    for protocol, wanted in (("deteval", deteval), ("icdar2013", icdar2013)):
        assert figures(score(protocol, photo(*truths), photo(*found))) == wanted, protocol


def test_single_partners_of_later_passes_are_told_apart() -> None:
    # The first detection reaches into the second word: no pair is a single overlap.
    truths, found = photo(WORD, (100, 0, 199, 19)), photo((0, 0, 104, 19), (100, 0, 199, 19))
    assert pairs(score("deteval", truths, found)) == [[[1], [1], "OM1"], [[0], [0], "MO1"]]
    assert pairs(score("icdar2013", truths, found)) == [[[0], [0], "OO"], [[1], [1], "OO"]]


def test_total_text_limits_punish_merges_and_loose_boxes() -> None:
    words, merged = photo(WORD, (110, 0, 209, 19)), photo((0, 0, 209, 19))
    assert figures(score("deteval_total_text", words, merged)) == (0.8, 0.8)
    assert figures(score("deteval_total_text", photo(WORD), photo((0, 0, 99, 39)))) == (0, 0)
    assert figures(score("deteval_total_text", photo(WORD), photo((0, 0, 74, 19)))) == (1, 1)


def test_deteval_ignores_what_lies_on_a_dont_care_word_by_more_than_its_limit() -> None:
    truth = photo(WORD, (0, 100, 99, 119), texts=("WORD", "###"))
    exactly, more = (0, 100, 99, 149), (0, 100, 99, 148)
    assert score("deteval", truth, photo(WORD, exactly)).total.detections == 2
    assert score("deteval", truth, photo(WORD, more)).total.detections == 1


def test_split_sums_are_rounded_in_deteval_only() -> None:
    # 79997 of 100000 pixels, in a piece of 50000 and one of 29997: 0.8 when rounded to four decimals.
    truth = photo((0, 0, 999, 99))
    found = photo((0, 0, 499, 99), (500, 0, 802, 98))
    assert figures(score("deteval", truth, found)) == (0.8, 0.8)
    assert figures(score("icdar2013", truth, found)) == (0, 0)


@pytest.mark.parametrize("protocol", AREA_PROTOCOLS)
def test_area_protocols_on_photos_with_nothing_to_find(protocol: str) -> None:
    nothing, dont_care = photo(), photo(WORD, texts=("###",))
    assert image_figures(score(protocol, nothing, photo())) == (1, 1, 0)
    assert image_figures(score(protocol, nothing, None)) == (0, 0, 0)
    assert image_figures(score(protocol, dont_care, photo())) == (0, 0, 0)
    assert image_figures(score(protocol, dont_care, photo(WORD))) == (0, 1, 0)
    stray = score(protocol, nothing, photo(WORD))
    assert image_figures(stray) == (0, 1, 0)
    assert (stray.total.recall, stray.total.detections) == (0, 1)


def test_area_protocols_refuse_quadrilaterals() -> None:
    with pytest.raises(DatasetError, match="only rectangles"):
        score("deteval", photo(WORD), photo((0, 0, 9, 0, 9, 9, 0, 9)))


# --- IoU


def test_iou_must_exceed_one_half() -> None:
    truth = photo((0, 0, 100, 20))
    assert figures(score("iou", truth, photo((0, 0, 100, 40)))) == (0, 0)
    assert figures(score("iou", truth, photo((0, 0, 100, 39)))) == (1, 1)


def test_iou_cuts_coordinates_to_whole_numbers_and_counts_no_inclusive_pixel() -> None:
    # 6 x 6 of 12 x 6 pixels would be more than one half with inclusive pixels; 39.9 is 39.
    assert figures(score("iou", photo((0, 0, 6, 6)), photo((0, 0, 12, 6)))) == (0, 0)
    assert figures(score("iou", photo((0, 0, 100, 20)), photo((0, 0, 100.9, 39.9)))) == (1, 1)


def test_first_that_comes_takes_the_word_unless_confidences_are_on() -> None:
    truth = photo((0, 0, 100, 20), (15, 0, 115, 20))
    found = photo((10, 0, 110, 20), (0, 0, 100, 20), scores=(0.3, 0.9))
    # The first word takes the first detection; the second word has an IoU of 85/115 with the other one.
    assert pairs(score("iou", truth, found)) == [[0, 0], [1, 1]]
    assert pairs(score("iou_conf", truth, found)) == [[0, 0], [1, 1]]
    assert score("iou_conf", truth, found).images["photo"].order == (1, 0)
    # Now the second word fits the first detection only, which the first word has taken.
    truth = photo((0, 0, 100, 20), (40, 0, 140, 20))
    found = photo((15, 0, 115, 20), (0, 0, 100, 20), scores=(0.3, 0.9))
    assert figures(score("iou", truth, found)) == (0.5, 0.5)
    assert figures(score("iou_conf", truth, found)) == (1, 1)


def test_dont_care_region_excuses_detections_by_more_than_half() -> None:
    truth = photo((0, 0, 100, 20), (0, 100, 100, 120), texts=("WORD", "###"))
    half, more = (0, 100, 100, 140), (0, 100, 100, 139)
    assert figures(score("iou", truth, photo((0, 0, 100, 20), half))) == (1, 0.5)
    excused = score("iou", truth, photo((0, 0, 100, 20), more))
    assert figures(excused) == (1, 1)
    assert excused.images["photo"].ignored_detections == (1,)


def test_average_precision_sums_the_precision_at_each_hit() -> None:
    truth = photo((0, 0, 100, 20), (0, 50, 100, 70), (0, 100, 100, 120))
    found = photo((0, 0, 100, 20), (0, 50, 100, 70), (0, 100, 100, 120), (200, 0, 300, 20), scores=(0.9, 0.5, 0.4, 0.7))
    evaluation = score("iou_conf", truth, found)
    assert evaluation.total.average_precision == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert evaluation.images["photo"].average_precision == evaluation.total.average_precision


def test_iou_on_photos_with_nothing_to_find() -> None:
    nothing, dont_care = photo(), photo((0, 0, 100, 20), texts=("###",))
    for truth, found in itertools.product((nothing, dont_care), (photo(), None)):
        evaluation = score("iou", truth, found)
        assert image_figures(evaluation) == (1, 1, 1)
        assert (evaluation.total.precision, evaluation.total.recall) == (0, 0)
    assert image_figures(score("iou", dont_care, photo((0, 0, 100, 20)))) == (1, 1, 1)
    assert image_figures(score("iou", dont_care, photo((500, 0, 600, 20)))) == (0, 1, 0)
    assert score("iou_conf", nothing, photo()).images["photo"].average_precision == 1


# --- PASCAL


def test_pascal_gives_precision_and_recall_at_the_highest_f() -> None:
    truth = photo((0, 0, 100, 20), (0, 50, 100, 70))
    stray = [(500, 50 * row, 600, 50 * row + 20) for row in range(3)]
    found = photo((0, 0, 100, 20), stray[0], (0, 50, 100, 70), *stray[1:], scores=(0.9, 0.8, 0.7, 0.2, 0.1))
    evaluation = score("pascal", truth, found)
    # F: 2/3 at 0.9, 1/2 at 0.8, 4/5 at 0.7, then lower.
    assert (evaluation.total.threshold, evaluation.total.hmean) == (0.7, pytest.approx(0.8))
    assert figures(evaluation) == (1, 2 / 3)
    assert pairs(evaluation) == [[0, 0], [1, 2]]


def test_pascal_without_scores_counts_every_detection() -> None:
    evaluation = score("pascal", photo((0, 0, 100, 20)), photo((0, 0, 100, 20), (500, 0, 600, 20)))
    assert evaluation.total.threshold is None
    assert figures(evaluation) == (1, 0.5)


def test_pairings_of_pascal_differ_where_detections_are_rivals() -> None:
    # Both detections fit the first word, only the first detection fits the second word, too, but the first word better.
    truth = photo((0, 0, 100, 20), (40, 0, 140, 20))
    found = photo((15, 0, 115, 20), (0, 0, 100, 20), scores=(0.9, 0.8))
    assert figures(score("pascal", truth, found)) == (0.5, 1)  # at 0.9 alone F is 2/3; at 0.8 it is 1/2
    assert figures(score("pascal_first_come", truth, found)) == (0.5, 1)
    assert figures(score("pascal_optimal", truth, found)) == (1, 1)


def test_detections_with_the_same_score_come_in_together() -> None:
    truth = photo((0, 0, 100, 20))
    found = photo((500, 0, 600, 20), (0, 0, 100, 20), scores=(0.5, 0.5))
    assert figures(score("pascal", truth, found)) == (1, 0.5)


@pytest.mark.parametrize("protocol", ["pascal", "pascal_optimal", "pascal_first_come", "deteval", "iou", "e2e_conf"])
def test_sweep_finds_what_trying_every_threshold_finds(protocol: str) -> None:
    random_source = random.Random(5)
    truths, detections = random_set(random_source, photos=6)
    best = evaluate(protocol, truths, detections, best_f=True).total
    thresholds = sorted({value for regions in detections for value in regions.scores}, reverse=True)
    by_hand = [evaluate(protocol, truths, [cut(regions, value) for regions in detections]) for value in thresholds]
    if PROTOCOLS[protocol].sweeps:
        # These sweep by themselves; without scores they count all that is left, served in file order.
        by_hand = [
            evaluate(
                protocol,
                truths,
                [without_scores(cut(regions, value), by_score=protocol == "pascal") for regions in detections],
            )
            for value in thresholds
        ]
    highest = max(evaluation.total.hmean for evaluation in by_hand)
    assert best.hmean == pytest.approx(highest, abs=1e-12)
    place = next(place for place, one in enumerate(by_hand) if one.total.hmean == pytest.approx(highest, abs=1e-12))
    assert best.threshold == thresholds[place]


def random_set(source: random.Random, *, photos: int) -> tuple[list[Regions], list[Regions]]:
    """Words on a grid, some don't care, and detections that are near them, split, merged or elsewhere."""
    truths, detections = [], []
    for number in range(photos):
        boxes, texts, found, readings = [], [], [], []
        for row, column in itertools.product(range(3), range(3)):
            x, y = 120 * column + source.randint(-5, 5), 40 * row
            boxes.append((x, y, x + 100, y + 20))
            texts.append(source.choice(["WORD", "Sale!", "###", "it's", "12:30"]))
            for _ in range(source.choice([0, 1, 1, 2])):
                dx, dy, wider = source.randint(-40, 40), source.randint(-6, 6), source.randint(-30, 60)
                found.append((x + dx, y + dy, x + dx + 100 + wider, y + dy + 20))
                readings.append(source.choice([texts[-1], texts[-1].upper(), "other", texts[-1].strip("!")]))
        scores = tuple(source.randint(1, 12) / 12 for _ in found)
        truths.append(Regions(f"photo {number}", tuple(boxes), tuple(texts)))
        detections.append(Regions(f"photo {number}", tuple(found), tuple(readings), scores))
    return truths, detections


def cut(regions: Regions, threshold: float) -> Regions:
    kept = [place for place, value in enumerate(regions.scores) if value >= threshold]
    return Regions(
        regions.image,
        tuple(regions.boxes[place] for place in kept),
        tuple(regions.texts[place] for place in kept),
        tuple(regions.scores[place] for place in kept),
    )


def without_scores(regions: Regions, *, by_score: bool) -> Regions:
    order = sorted(range(len(regions.boxes)), key=lambda place: -regions.scores[place] if by_score else 0)
    boxes, texts = (tuple(values[place] for place in order) for values in (regions.boxes, regions.texts))
    return Regions(regions.image, boxes, texts)


# --- what holds for all


@pytest.mark.parametrize("protocol", ["deteval", "icdar2013", "iou", "iou_conf", "e2e", "e2e_conf", "ws", "pascal"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_f_is_the_harmonic_mean_and_totals_are_sums(protocol: str, seed: int) -> None:
    evaluation = evaluate(protocol, *random_set(random.Random(seed), photos=3))
    total = evaluation.total
    assert 0 <= total.precision <= 1
    assert 0 <= total.recall <= 1
    assert total.hmean == harmonic_mean(total.precision, total.recall)
    assert total.truths == sum(image.truths for image in evaluation.images.values())
    assert total.recall_credit == pytest.approx(sum(image.recall_credit for image in evaluation.images.values()))
    assert total.detections == sum(image.detections for image in evaluation.images.values())


@pytest.mark.parametrize("protocol", ["deteval", "icdar2013", "iou", "iou_conf", "e2e", "e2e_conf", "ws", "pascal"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_the_photos_does_not_matter(protocol: str, seed: int) -> None:
    source = random.Random(seed)
    truths, detections = random_set(source, photos=4)
    # Average precision ranks over photos: equal scores of different photos would be served by file order.
    detections = [
        Regions(one.image, one.boxes, one.texts, tuple(value + number / 1000 for value in one.scores))
        for number, one in enumerate(detections)
    ]
    before = evaluate(protocol, truths, detections)
    source.shuffle(truths)
    source.shuffle(detections)
    after = evaluate(protocol, truths, detections)
    assert dict(after.images) == dict(before.images)
    assert after.total.hmean == pytest.approx(before.total.hmean, abs=1e-12)
    if before.total.average_precision is not None:
        assert after.total.average_precision == pytest.approx(before.total.average_precision, abs=1e-12)


@pytest.mark.parametrize("protocol", ["pascal_optimal", "iou_conf"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_the_detections_does_not_matter_where_nothing_is_served_in_file_order(
    protocol: str, seed: int
) -> None:
    source = random.Random(seed)
    truths, detections = random_set(source, photos=3)
    distinct = [
        Regions(one.image, one.boxes, one.texts, tuple(source.sample(range(1, 1000), len(one.boxes))))
        for one in detections
    ]
    shuffled = []
    for one in distinct:
        order = source.sample(range(len(one.boxes)), len(one.boxes))
        shuffled.append(
            Regions(
                one.image,
                tuple(one.boxes[place] for place in order),
                tuple(one.texts[place] for place in order),
                tuple(one.scores[place] for place in order),
            )
        )
    before, after = evaluate(protocol, truths, distinct).total, evaluate(protocol, truths, shuffled).total
    assert (before.precision, before.recall) == (pytest.approx(after.precision), pytest.approx(after.recall))


def test_the_three_pairings_agree_where_boxes_are_no_rivals() -> None:
    boxes = [(0, 50 * row, 100, 50 * row + 20) for row in range(5)]
    truth, found = photo(*boxes), photo(*reversed(boxes), scores=(0.1, 0.2, 0.3, 0.4, 0.5))
    for protocol in ("pascal", "pascal_optimal", "pascal_first_come", "iou", "iou_conf"):
        assert figures(score(protocol, truth, found)) == (1, 1)


def test_ground_truth_found_exactly_is_perfect_in_every_detection_protocol() -> None:
    truths, _ = random_set(random.Random(1), photos=2)
    spread = [
        Regions(one.image, tuple((x, 60 * place, x + 100, 60 * place + 20) for place, (x, *_) in enumerate(one.boxes)))
        for one in truths
    ]
    for protocol in ("deteval", "icdar2013", "iou", "pascal", "deteval_total_text"):
        assert evaluate(protocol, spread, spread).total.hmean == 1


# --- what is refused


def test_a_protocol_that_does_not_exist_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownComponent, match=r"no protocol 'detval'; there are deteval,"):
        protocol_of("detval")


@pytest.mark.parametrize(
    ("protocol", "truth", "found", "message"),
    [
        ("e2e", photo(WORD), photo(WORD, texts=("A",)), "ground truth: the protocol e2e needs texts"),
        ("ws", photo(WORD, texts=("A",)), photo(WORD), "detections: the protocol ws needs texts"),
        ("iou_conf", photo(WORD), photo(WORD), "scores are needed"),
        ("iou", photo((0, 0, 5)), None, "4 numbers, or x and y of three corners or more, not 3"),
        ("iou", photo(WORD), photo((10, 0, 5, 5)), "xmax or ymax lies below"),
        ("deteval", photo(WORD), photo((10, 0, 5, 5)), "xmax or ymax lies below"),
        ("iou", photo(WORD), photo((0, 0, float("nan"), 5)), "no number"),
        ("iou", photo(()), photo(WORD), "not 0 numbers"),
    ],
)
def test_regions_that_lack_what_the_protocol_needs_are_refused(protocol, truth, found, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        score(protocol, truth, found)


def test_detections_of_a_photo_without_ground_truth_are_refused() -> None:
    with pytest.raises(DatasetError, match="not in the ground truth, the first is 'elsewhere'"):
        evaluate("iou", [photo(WORD)], [Regions("elsewhere", (WORD,))])


def test_every_protocol_has_a_summary_of_its_own() -> None:
    summaries = [protocol.summary for protocol in PROTOCOLS.values()]
    assert len(set(summaries)) == len(summaries)
