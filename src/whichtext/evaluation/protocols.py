"""The protocols by name, and the one function that runs any of them on a data set.

`deteval`, `icdar2013`, `iou`, `e2e` and `ws` are the public scripts. `_conf` is the same script with confidences on:
detections are sorted by descending score first, average precision is added, and `pairs` and `ignored_detections` hold
ranks.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from whichtext.errors import DatasetError, UnknownComponent
from whichtext.evaluation import (
    best_pairs,
    deteval,
    end_to_end,
    icdar2013,
    intersection_over_union,
    pascal,
    recognition,
    street_view_text,
    word_spotting,
)
from whichtext.evaluation.confidence_sweep import OperatingPoint, best_threshold, operating_points
from whichtext.evaluation.lexicons import Lexicon, Lexicons, snap_photo, weak_lexicon
from whichtext.evaluation.results import (
    Evaluation,
    ImageScore,
    Matcher,
    Photo,
    Regions,
    box_fault,
    pair_photos,
    total_figures,
)

__all__ = ["PROTOCOLS", "Protocol", "evaluate", "precision_recall_curve", "protocol_of"]


@dataclass(frozen=True, slots=True)
class Protocol:
    """One way to score, and what it needs."""

    summary: str
    prepare: Callable[[Photo], Matcher] | None
    """None for the protocols of which the lexicon is a part: see `street_view_text`."""
    locates: bool = True
    """Whether boxes count."""
    reads: bool = False
    """Whether texts are needed."""
    ranks: bool = False
    """Whether detections are sorted by score, with average precision, and named by rank."""
    serves_by_score: bool = False
    """Whether detections are served by descending score, where there are scores, but named by file position."""
    sweeps: bool = False
    """Whether figures are those of the best confidence threshold, where there are scores."""
    lexicon: Literal["", "strong", "weak", "generic"] = ""
    """Kind of lexicon that readings are snapped to: strong is one a photo."""
    kinds: tuple[str, ...] = ()
    """Kinds of pairs that it tells apart."""


def _with_lexicon(protocol: Protocol, kind: Literal["strong", "weak", "generic"], words: str) -> Protocol:
    return replace(protocol, summary=f"{protocol.summary}, readings snapped to {words}", lexicon=kind)


_DETEVAL = Protocol(
    "detection by DetEval, ICDAR 2013",
    deteval.prepare,
    kinds=("OO", "OM", "OM1", "MO", "MO1"),
)
_END_TO_END = Protocol("end-to-end reading, ICDAR 2015", end_to_end.prepare, reads=True)
_BEST_PAIRS_READ = Protocol("end-to-end reading by the rule of TextRef", best_pairs.prepare_end_to_end, reads=True)
_SPOTTING = Protocol("word spotting, ICDAR 2015", word_spotting.prepare, reads=True)
_IOU = Protocol("detection by IoU, ICDAR 2015", intersection_over_union.prepare)
_PASCAL = Protocol("detection by IoU at the best threshold, PASCAL", pascal.prepare, serves_by_score=True, sweeps=True)
_RECOGNITION = Protocol("accuracy and 1-NED on given words", recognition.prepare, locates=False, reads=True)
_STRONG, _WEAK, _GENERIC = "the words of each photo", "the words of the test set", "a general word list"

PROTOCOLS: dict[str, Protocol] = {
    "deteval": _DETEVAL,
    "deteval_total_text": replace(
        _DETEVAL,
        summary="detection by DetEval with the limits of Total-Text, on rectangles",
        prepare=deteval.prepare_total_text,
    ),
    "icdar2013": Protocol("detection by the other ICDAR 2013 script", icdar2013.prepare, kinds=("OO", "OM", "MO")),
    "iou": _IOU,
    "iou_conf": replace(_IOU, summary=f"{_IOU.summary}, confidences on", ranks=True),
    "e2e": _END_TO_END,
    "e2e_conf": replace(_END_TO_END, summary=f"{_END_TO_END.summary}, confidences on", ranks=True),
    "e2e_strong": _with_lexicon(_END_TO_END, "strong", _STRONG),
    "e2e_weak": _with_lexicon(_END_TO_END, "weak", _WEAK),
    "e2e_generic": _with_lexicon(_END_TO_END, "generic", _GENERIC),
    "ws": _SPOTTING,
    "ws_conf": replace(_SPOTTING, summary=f"{_SPOTTING.summary}, confidences on", ranks=True),
    "ws_strong": _with_lexicon(_SPOTTING, "strong", _STRONG),
    "ws_weak": _with_lexicon(_SPOTTING, "weak", _WEAK),
    "ws_generic": _with_lexicon(_SPOTTING, "generic", _GENERIC),
    "pascal": _PASCAL,
    "pascal_optimal": replace(
        _PASCAL, summary=f"{_PASCAL.summary}, most pairs", prepare=pascal.prepare_optimal, serves_by_score=False
    ),
    "pascal_first_come": replace(
        _PASCAL,
        summary=f"{_PASCAL.summary}, words served in file order",
        prepare=pascal.prepare_first_come,
        serves_by_score=False,
    ),
    "svt_50": Protocol(
        "word spotting in SVT with the words of each photo", None, reads=True, serves_by_score=True, lexicon="strong"
    ),
    "svt_full": Protocol(
        "word spotting in SVT with a general word list", None, reads=True, serves_by_score=True, lexicon="generic"
    ),
    "recognition": _RECOGNITION,
    "recognition_alnum": replace(
        _RECOGNITION,
        summary=f"{_RECOGNITION.summary} of letters and digits",
        prepare=recognition.prepare_alphanumeric,
    ),
    "recognition_alnum3": replace(
        _RECOGNITION,
        summary=f"{_RECOGNITION.summary} of three and more letters and digits",
        prepare=recognition.prepare_long,
    ),
    "best_pairs": Protocol("detection by IoU, best pairs first, the rule of TextRef", best_pairs.prepare),
    "best_pairs_e2e": _BEST_PAIRS_READ,
    "best_pairs_e2e_strong": _with_lexicon(_BEST_PAIRS_READ, "strong", _STRONG),
    "best_pairs_e2e_weak": _with_lexicon(_BEST_PAIRS_READ, "weak", _WEAK),
    "best_pairs_e2e_generic": _with_lexicon(_BEST_PAIRS_READ, "generic", _GENERIC),
}
"""Every protocol by name."""


def protocol_of(name: str) -> Protocol:
    """Protocol of a name; `UnknownComponent` where there is none."""
    try:
        return PROTOCOLS[name]
    except KeyError:
        raise UnknownComponent(f"there is no protocol {name!r}; there are {', '.join(PROTOCOLS)}") from None


def evaluate(
    protocol: str,
    truths: Iterable[Regions],
    detections: Iterable[Regions],
    *,
    lexicons: Lexicons | None = None,
    best_f: bool = False,
) -> Evaluation:
    """Score detections against ground truth by the protocol of that name.

    `lexicons` is for the protocols with a lexicon. Where it is None, a strong lexicon is that of the ground truth, and
    the weak one consists of its words. `best_f` sweeps the confidence threshold for a protocol that does not by itself.
    """
    rules = protocol_of(protocol)
    photos = pair_photos(truths, detections)
    sweeps = best_f or (rules.sweeps and _have_scores(photos))
    for photo in photos:
        _check(photo, protocol, rules, needs_scores=rules.ranks or sweeps)
    matchers = _matchers(photos, rules, _lexicons(photos, protocol, rules, lexicons))

    def serve(photo: Photo, threshold: float | None) -> Sequence[int]:
        return _served(photo, threshold, by_score=rules.ranks or rules.serves_by_score)

    threshold = best_threshold(photos, matchers, serve) if sweeps else None
    orders = [serve(photo, threshold) for photo in photos]
    scores = [matcher(order) for matcher, order in zip(matchers, orders, strict=True)]
    average_precision = None
    if rules.ranks:
        hits = [_ranked_hits(photo, score, order) for photo, score, order in zip(photos, scores, orders, strict=True)]
        scores = [
            replace(
                _by_rank(score, order),
                average_precision=_average_precision(ranked, score.truths) if score.truths else score.precision,
            )
            for score, order, ranked in zip(scores, orders, hits, strict=True)
        ]
        average_precision = _average_precision(
            [hit for ranked in hits for hit in ranked], sum(score.truths for score in scores)
        )
    return Evaluation(
        protocol=protocol,
        total=total_figures(scores, average_precision=average_precision, threshold=threshold),
        images={photo.truth.image: score for photo, score in zip(photos, scores, strict=True)},
        reads=rules.reads,
        kinds=rules.kinds,
    )


def precision_recall_curve(
    protocol: str, truths: Iterable[Regions], detections: Iterable[Regions], *, lexicons: Lexicons | None = None
) -> tuple[OperatingPoint, ...]:
    """Precision and recall at every confidence that occurs, highest first; detections need scores."""
    rules = protocol_of(protocol)
    photos = pair_photos(truths, detections)
    for photo in photos:
        _check(photo, protocol, rules, needs_scores=True)
    matchers = _matchers(photos, rules, _lexicons(photos, protocol, rules, lexicons))
    by_score = rules.ranks or rules.serves_by_score
    return tuple(
        operating_points(photos, matchers, lambda photo, threshold: _served(photo, threshold, by_score=by_score))
    )


def _have_scores(photos: Sequence[Photo]) -> bool:
    return any(photo.detections is not None and photo.detections.scores for photo in photos)


def _check(photo: Photo, name: str, rules: Protocol, *, needs_scores: bool) -> None:
    """`DatasetError` where the regions lack what the protocol needs."""
    for side, regions in (("ground truth", photo.truth), ("detections", photo.detections)):
        if regions is None or not regions.boxes:
            continue
        where = f"image {regions.image!r}, {side}"
        if rules.reads and not regions.texts:
            raise DatasetError(f"{where}: the protocol {name} needs texts, one a box")
        if needs_scores and side == "detections" and not regions.scores:
            raise DatasetError(f"{where}: scores are needed, one a box: the confidence of the system")
        for number, box in enumerate(regions.boxes if rules.locates else ()):
            fault = box_fault(box)
            if fault is not None:
                raise DatasetError(f"{where}, box {number}: {fault}")


def _lexicons(photos: Sequence[Photo], name: str, rules: Protocol, given: Lexicons | None) -> Lexicons | None:
    """The lexicons of a protocol that has any."""
    if not rules.lexicon:
        if given is not None:
            raise DatasetError(f"the protocol {name} takes no lexicon; {name.split('_')[0]}_weak and others might")
        return None
    if given is not None:
        if rules.lexicon == "strong" and given.for_all is not None and not given.of_image:
            raise DatasetError(f"the protocol {name} needs a lexicon for each image, not one for all")
        return given
    if rules.lexicon == "weak":
        return Lexicons(for_all=weak_lexicon(photo.truth for photo in photos))
    of_image = {photo.truth.image: Lexicon(photo.truth.lexicon) for photo in photos if photo.truth.lexicon}
    if rules.lexicon == "generic" or not of_image:
        raise DatasetError(f"the protocol {name} needs a lexicon, and none was given")
    return Lexicons(of_image=of_image)


def _matchers(photos: Sequence[Photo], rules: Protocol, lexicons: Lexicons | None) -> list[Matcher]:
    """Measure every photo."""
    matchers = []
    for photo in photos:
        # A photo without a reading needs no lexicon.
        is_read = photo.detections is not None and photo.detections.texts
        lexicon = lexicons.of(photo.truth.image) if lexicons is not None and is_read else Lexicon(())
        if rules.prepare is None:
            matchers.append(street_view_text.prepare(photo, lexicon))
        else:
            matchers.append(rules.prepare(snap_photo(photo, lexicon) if lexicons is not None else photo))
    return matchers


def _served(photo: Photo, threshold: float | None, *, by_score: bool) -> Sequence[int]:
    """File positions of the detections with at least the given score, in the order in which they are served."""
    if photo.detections is None:
        return ()
    scores = photo.detections.scores
    places = range(len(photo.detections.boxes))
    chosen = [place for place in places if threshold is None or scores[place] >= threshold]
    return sorted(chosen, key=lambda place: -scores[place]) if by_score and scores else chosen


def _ranked_hits(photo: Photo, score: ImageScore, order: Sequence[int]) -> list[tuple[float, bool]]:
    """Score, and whether it is a hit, of every detection that is not ignored, by descending score."""
    if photo.detections is None:
        return []
    hits = {pair.detections[0] for pair in score.pairs if pair.is_right is not False}
    ignored = set(score.ignored_detections)
    return [(photo.detections.scores[place], place in hits) for place in order if place not in ignored]


def _average_precision(ranked: Sequence[tuple[float, bool]], truths: int) -> float:
    """Sum of the precision at each rank with a hit, over the number of words cared for; 0 where there is none."""
    hits = 0
    total = 0.0
    for rank, (_, is_hit) in enumerate(sorted(ranked, key=lambda detection: -detection[0]), start=1):
        if is_hit:
            hits += 1
            total += hits / rank
    return total / truths if truths else 0.0


def _by_rank(score: ImageScore, order: Sequence[int]) -> ImageScore:
    """The same score with detections named by rank."""
    rank_of = {place: rank for rank, place in enumerate(order)}
    return replace(
        score,
        ignored_detections=tuple(rank_of[place] for place in score.ignored_detections),
        pairs=tuple(
            replace(pair, detections=tuple(rank_of[place] for place in pair.detections)) for pair in score.pairs
        ),
        order=tuple(order),
    )
