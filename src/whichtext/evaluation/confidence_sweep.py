"""Operating point of highest F: the confidence threshold is swept over every score that occurs, outside the protocol.

Works for every protocol, since a `Matcher` scores any choice of a photo's detections. Detections with the same score
come in together; of thresholds with the same F the highest is taken.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from whichtext.evaluation.results import ImageScore, Matcher, Photo, harmonic_mean

__all__ = ["OperatingPoint", "best_threshold", "operating_points"]

DOUBT = 1e-12
"""An F that is higher by less is not higher: credits are summed in floating point."""

Serve = Callable[[Photo, float | None], Sequence[int]]
"""File positions of a photo's detections with at least the given score, in the order in which they are served."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Figures of all detections with at least a confidence."""

    threshold: float
    precision: float
    recall: float
    hmean: float


def operating_points(photos: Sequence[Photo], matchers: Sequence[Matcher], serve: Serve) -> Iterator[OperatingPoint]:
    """Figures at every confidence that occurs, highest first.

    Only the photos that gain a detection are matched again at each step.
    """
    arrivals = sorted(
        (
            (score, number)
            for number, photo in enumerate(photos)
            if photo.detections is not None
            for score in photo.detections.scores
        ),
        key=lambda arrival: -arrival[0],
    )
    scores: list[ImageScore] = [matcher(()) for matcher in matchers]
    truths = sum(score.truths for score in scores)
    detections = 0
    recall_credit = precision_credit = 0.0
    for threshold, group in groupby(arrivals, key=lambda arrival: arrival[0]):
        for number in {number for _, number in group}:
            before = scores[number]
            after = scores[number] = matchers[number](serve(photos[number], threshold))
            detections += after.detections - before.detections
            recall_credit += after.recall_credit - before.recall_credit
            precision_credit += after.precision_credit - before.precision_credit
        recall = recall_credit / truths if truths else 0.0
        precision = precision_credit / detections if detections else 0.0
        yield OperatingPoint(threshold, precision, recall, harmonic_mean(precision, recall))


def best_threshold(photos: Sequence[Photo], matchers: Sequence[Matcher], serve: Serve) -> float | None:
    """Lowest score that is let in where F is highest; None where there is no detection."""
    best: OperatingPoint | None = None
    for point in operating_points(photos, matchers, serve):
        if best is None or point.hmean > best.hmean + DOUBT:
            best = point
    return None if best is None else best.threshold
