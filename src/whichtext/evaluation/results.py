"""What every detection and reading protocol takes and gives: regions of photos in, figures with their pairs out.

A box is 4 numbers (xmin, ymin, xmax, ymax) or x and y of each corner in turn, clockwise on screen; pixels of the
upright photo. The order of boxes is the order of the files: several protocols serve the first that comes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from whichtext.errors import DatasetError

__all__ = [
    "DONT_CARE",
    "Evaluation",
    "Figures",
    "ImageScore",
    "Matcher",
    "Pair",
    "Photo",
    "Regions",
    "as_rectangles",
    "box_fault",
    "cared_for",
    "evaluation_to_dict",
    "harmonic_mean",
    "pair_photos",
    "total_figures",
]

DONT_CARE = "###"
"""Transcription of a region whose text cannot or need not be found."""


MAX_COORDINATE = 2**31


@dataclass(frozen=True, slots=True)
class Regions:
    """The text regions of one photo: ground truth, or what a system found."""

    image: str
    """Name by which ground truth and detections find each other."""
    boxes: tuple[tuple[float, ...], ...]
    """An empty box stands for a place that is not told: a crop of one word, or the order of the ground truth."""
    texts: tuple[str, ...] = ()
    """One a box; empty where not given."""
    scores: tuple[float, ...] = ()
    """Confidence, one a box, higher is surer, no fixed scale; empty where not given."""
    lexicon: tuple[str, ...] = ()
    """Ground truth only: the words that may stand in this photo, where the data set tells them."""

    def __post_init__(self) -> None:
        for name, values in (("texts", self.texts), ("scores", self.scores)):
            if values and len(values) != len(self.boxes):
                raise DatasetError(f"image {self.image!r} has {len(self.boxes)} boxes and {len(values)} {name}")


@dataclass(frozen=True, slots=True)
class Photo:
    """Ground truth and detections of one photo."""

    truth: Regions
    detections: Regions | None
    """None where the system gave no result at all for the photo, which is not the same as an empty result."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Ground truths and detections that a protocol put together, by their positions in the files."""

    truths: tuple[int, ...]
    detections: tuple[int, ...]
    kind: str = ""
    """DetEval only: OO one-to-one, OM split, MO merge, OM1 and MO1 the same passes with a single partner."""
    is_right: bool | None = None
    """Reading protocols only: whether the reading counts as right."""


@dataclass(frozen=True, slots=True)
class ImageScore:
    """What a protocol found in one photo."""

    precision: float
    recall: float
    hmean: float
    truths: int
    """Ground truths that are cared for."""
    detections: int
    """Detections that are not ignored."""
    recall_credit: float
    precision_credit: float
    ignored_truths: tuple[int, ...] = ()
    ignored_detections: tuple[int, ...] = ()
    pairs: tuple[Pair, ...] = ()
    average_precision: float | None = None
    order: tuple[int, ...] | None = None
    """Where detections were sorted by score: file position of a rank; `pairs` and `ignored_detections` hold ranks."""
    similarity: float | None = None
    """Recognition only: mean of 1 less the normalised edit distance, over the words that are cared for."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a protocol found in the whole data set: credits summed over photos before dividing, no mean of figures."""

    precision: float
    recall: float
    hmean: float
    truths: int
    detections: int
    recall_credit: float
    precision_credit: float
    average_precision: float | None = None
    threshold: float | None = None
    """Where the operating point was swept: the lowest score that was let in."""
    similarity: float | None = None
    """Recognition only: mean of 1 less the normalised edit distance, over all words that are cared for."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one protocol on one data set."""

    protocol: str
    total: Figures
    images: Mapping[str, ImageScore]
    reads: bool = False
    """Whether readings count: pairs then tell whether they are right."""
    kinds: tuple[str, ...] = ()
    """Kinds of pairs that the protocol tells apart."""


Matcher = Callable[[Sequence[int]], ImageScore]
"""One photo, measured once: from file positions of detections, in order of service, to the score of just these.

`ignored_detections` and `pairs` hold file positions.
"""


def pair_photos(truths: Iterable[Regions], detections: Iterable[Regions]) -> tuple[Photo, ...]:
    """Put ground truth and detections together by image name, in the order of the ground truth."""
    found: dict[str, Regions] = {}
    for regions in detections:
        if regions.image in found:
            raise DatasetError(f"the detections name image {regions.image!r} twice")
        found[regions.image] = regions
    photos: dict[str, Photo] = {}
    for truth in truths:
        if truth.image in photos:
            raise DatasetError(f"the ground truth names image {truth.image!r} twice")
        photos[truth.image] = Photo(truth=truth, detections=found.pop(truth.image, None))
    if found:
        raise DatasetError(
            f"{len(found)} images of the detections are not in the ground truth, the first is {next(iter(found))!r}"
        )
    return tuple(photos.values())


def as_rectangles(regions: Regions) -> Regions:
    """The same regions as upright bounding boxes, for protocols that know only rectangles."""
    return replace(
        regions,
        boxes=tuple(
            box if len(box) == 4 else (min(box[::2]), min(box[1::2]), max(box[::2]), max(box[1::2]))
            for box in regions.boxes
        ),
    )


def box_fault(box: Sequence[float]) -> str | None:
    """What makes a box unusable for every protocol that counts boxes; None where nothing does."""
    if len(box) != 4 and (len(box) < 6 or len(box) % 2):
        return f"a box has 4 numbers, or x and y of three corners or more, not {len(box)} numbers"
    if not all(abs(coordinate) <= MAX_COORDINATE for coordinate in box):
        return "a coordinate is no number, or too large for a pixel"
    if len(box) == 4 and (box[2] < box[0] or box[3] < box[1]):
        return f"xmax or ymax lies below xmin or ymin: {', '.join(f'{coordinate:g}' for coordinate in box)}"
    return None


def cared_for(truth: Regions) -> tuple[bool, ...]:
    """Which ground truths must be found; all where no texts are given."""
    return tuple(text != DONT_CARE for text in truth.texts) if truth.texts else (True,) * len(truth.boxes)


def harmonic_mean(precision: float, recall: float) -> float:
    """2 P R / (P + R); 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def total_figures(
    scores: Iterable[ImageScore], *, average_precision: float | None = None, threshold: float | None = None
) -> Figures:
    """Figures of a data set: summed credits over summed counts."""
    truths = detections = 0
    recall_credit = precision_credit = similarity = 0.0
    tells_similarity = False
    for score in scores:
        truths += score.truths
        detections += score.detections
        recall_credit += score.recall_credit
        precision_credit += score.precision_credit
        if score.similarity is not None:
            tells_similarity = True
            similarity += score.similarity * score.truths
    recall = recall_credit / truths if truths else 0.0
    precision = precision_credit / detections if detections else 0.0
    return Figures(
        precision=precision,
        recall=recall,
        hmean=harmonic_mean(precision, recall),
        truths=truths,
        detections=detections,
        recall_credit=recall_credit,
        precision_credit=precision_credit,
        average_precision=average_precision,
        threshold=threshold,
        similarity=(similarity / truths if truths else 0.0) if tells_similarity else None,
    )


def evaluation_to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Plain JSON: `{"schema_version", "protocol", "total": {...}, "per_image": {image: {...}}}`."""
    return {
        "schema_version": 1,
        "protocol": evaluation.protocol,
        "total": _total_to_dict(evaluation),
        "per_image": {
            image: _score_to_dict(score, reads=evaluation.reads) for image, score in evaluation.images.items()
        },
    }


def _total_to_dict(evaluation: Evaluation) -> dict[str, Any]:
    total = evaluation.total
    pairs = [pair for score in evaluation.images.values() for pair in score.pairs]
    return {
        "precision": total.precision,
        "recall": total.recall,
        "hmean": total.hmean,
        **({} if total.average_precision is None else {"average_precision": total.average_precision}),
        **({} if total.threshold is None else {"threshold": total.threshold}),
        **({} if total.similarity is None else {"accuracy": total.recall, "one_minus_ned": total.similarity}),
        "gt_care": total.truths,
        "det_care": total.detections,
        **_counts(pairs, total.recall_credit, total.precision_credit, reads=evaluation.reads),
        **{kind: sum(pair.kind == kind for pair in pairs) for kind in evaluation.kinds},
    }


def _score_to_dict(score: ImageScore, *, reads: bool) -> dict[str, Any]:
    return {
        "precision": score.precision,
        "recall": score.recall,
        "hmean": score.hmean,
        **({} if score.average_precision is None else {"average_precision": score.average_precision}),
        **({} if score.similarity is None else {"one_minus_ned": score.similarity}),
        "gt_care": score.truths,
        "det_care": score.detections,
        "gt_dont_care": list(score.ignored_truths),
        "det_dont_care": list(score.ignored_detections),
        **({} if score.order is None else {"det_order": list(score.order)}),
        **_counts(score.pairs, score.recall_credit, score.precision_credit, reads=reads),
        "pairs": [_pair_to_list(pair) for pair in score.pairs],
    }


def _counts(pairs: Sequence[Pair], recall_credit: float, precision_credit: float, *, reads: bool) -> dict[str, Any]:
    """The counts behind the figures, under the names that the public reference figures use."""
    return {
        "matched": len(pairs),
        **({"correct": sum(pair.is_right is True for pair in pairs)} if reads else {}),
        "recall_credit": recall_credit,
        "precision_credit": precision_credit,
    }


def _pair_to_list(pair: Pair) -> list[Any]:
    if pair.kind:
        return [list(pair.truths), list(pair.detections), pair.kind]
    both: list[Any] = [pair.truths[0], pair.detections[0]]
    return both if pair.is_right is None else [*both, pair.is_right]
