"""Hiding a text that a description designates: its pixels are replaced by one constant colour, for good.

In: the photo, what was seen in it, and the answer to the description. Out: a `Redaction`, whose pixels can be saved
without any metadata, and an audit of what was covered and why, which holds neither the text nor, unless asked for, the
description. There is no blur and no mosaic: both can be undone.

It fails closed. `redact_answer` raises `NoMatch` when nothing fits and `AmbiguousQuery` when several texts fit; nothing
is written then. With `all_matches` every candidate is covered whose probability is at least `RECALL_THRESHOLD` times
that of the best one, and every rival of an ambiguous answer: covering too much is the lesser evil.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.errors import AmbiguousQuery, InputError, NoMatch, OutputError, RedactionRefused
from whichtext.geometry import as_polygon, box_of, convex_hull, polygon_mask, quad_size
from whichtext.image import Origin, Photo
from whichtext.output import DEFAULT_QUALITY, encode_picture, write_file
from whichtext.types import SCHEMA_VERSION, Answer, Polygon, SceneContent, Text

__all__ = [
    "DEFAULT_FILL",
    "DEFAULT_MINIMUM_PADDING",
    "DEFAULT_PADDING",
    "RECALL_THRESHOLD",
    "Redaction",
    "pad_polygon",
    "redact_answer",
    "redact_photo",
]

RECALL_THRESHOLD = 0.25
"""Share of the best candidate's probability that a text must reach to be covered with `all_matches`."""
DEFAULT_PADDING = 0.3
"""Margin around a text in letter heights: what a tight region may cut off of accents, tails and slanted ends."""
DEFAULT_MINIMUM_PADDING = 4.0
"""Least margin in pixels: glow of the edges, and what a JPEG smears around them."""
DEFAULT_FILL = (0, 0, 0)
"""RGB."""


@dataclass(frozen=True, slots=True, eq=False)
class Redaction:
    """A photo in which texts are hidden."""

    pixels: NDArray[np.uint8]
    """(H, W, 3) uint8 RGB, read-only: the photo, with one colour inside the polygons."""
    polygons: tuple[Polygon, ...]
    """What was covered, padding included, in pixels of the upright photo."""
    audit: dict[str, Any]
    """Plain JSON: what was covered and why, without the text; of the pixels, as long as there is no file."""
    origin: Origin
    """The photo that it was made from, which `save` does not write over."""

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(H, W) bool: the pixels that were covered."""
        height, width = self.pixels.shape[:2]
        return polygon_mask(self.polygons, (width, height))

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        quality: int = DEFAULT_QUALITY,
        in_place: bool = False,
        audit_path: str | os.PathLike[str] | None = None,
    ) -> dict[str, Any]:
        """Write the redacted photo and give the audit that belongs to that very file, its SHA-256 included.

        The suffix chooses the format. All but JPEG keep every pixel outside the polygons; JPEG is encoded anew as a
        whole, at `quality` 1 to 100. The original photo is written over only with `in_place`. The audit is written as
        JSON to `audit_path`, if given. Raises `OutputError`; nothing half-written is left.
        """
        data = encode_picture(self.pixels, path, quality=quality)
        digests = {**self.audit["sha256"], "output": hashlib.sha256(data).hexdigest(), "output_of": "file"}
        audit = {**self.audit, "sha256": digests}
        if audit_path is not None:
            if os.path.realpath(audit_path) == os.path.realpath(path):
                raise OutputError("the audit can not be written to the same file as the photo")
            # Before the photo, so that no redacted photo lies around whose audit could not be written.
            document = (json.dumps(audit, indent=2, allow_nan=False) + "\n").encode()
            write_file(audit_path, document, origin=self.origin)
        write_file(path, data, origin=self.origin, in_place=in_place)
        return audit


def redact_answer(
    photo: Photo,
    content: SceneContent,
    answer: Answer,
    *,
    all_matches: bool = False,
    same_text: bool = False,
    padding: float = DEFAULT_PADDING,
    minimum_padding: float = DEFAULT_MINIMUM_PADDING,
    fill: tuple[int, int, int] = DEFAULT_FILL,
    reason: str = "designated by a description",
    audit_query: bool = False,
) -> Redaction:
    """Hide the text that an answer designates.

    Raises `NoMatch` for the status "none" and `AmbiguousQuery` for "ambiguous", unless `all_matches`, which covers the
    best text, all rivals and every candidate of at least `RECALL_THRESHOLD` times the best probability; the answer must
    then list all of these (ask with a large enough `top_k`). `same_text` covers every other place with the same wording
    too; without it, `audit["same_text_elsewhere"]` counts these places. The audit holds the query only with
    `audit_query`.
    """
    texts, scores = _designated(content, answer, all_matches=all_matches)
    again = _same_wording(content, texts)
    extra: dict[str, Any] = {
        "status": answer.status,
        "all_matches": all_matches,
        "recall_threshold": RECALL_THRESHOLD if all_matches else None,
        "same_text_elsewhere": 0 if same_text else len(again),
        "same_text_covered": len(again) if same_text else 0,
    }
    if audit_query:
        extra["query"] = answer.query
    return redact_photo(
        photo,
        [*texts, *(again if same_text else ())],
        padding=padding,
        minimum_padding=minimum_padding,
        fill=fill,
        reason=reason,
        content=content,
        scores=scores,
        extra_audit=extra,
    )


def redact_photo(
    photo: Photo,
    texts: Sequence[Text],
    *,
    padding: float = DEFAULT_PADDING,
    minimum_padding: float = DEFAULT_MINIMUM_PADDING,
    fill: tuple[int, int, int] = DEFAULT_FILL,
    reason: str = "chosen by the caller",
    content: SceneContent | None = None,
    scores: Mapping[int, float] | None = None,
    extra_audit: Mapping[str, Any] | None = None,
) -> Redaction:
    """Hide given texts, whatever designated them.

    Each text's polygon is widened by `padding` letter heights, at least `minimum_padding` pixels, and filled with
    `fill`. With `content`, the parts of a text (the words of a line, the lines of a block) are covered as well where
    they stick out. `scores` are probabilities by text id for the audit. Raises `RedactionRefused` without texts or
    with regions that are outside the photo or no numbers.
    """
    _check_options(padding, minimum_padding, fill)
    if not texts:
        raise RedactionRefused("no text was given to hide: nothing is redacted")
    height, width = photo.pixels.shape[:2]
    regions = []
    polygons: list[Polygon] = []
    for text in texts:
        own: list[Polygon] = []
        for part in _with_parts(text, content):
            margin = max(minimum_padding, padding * _letter_height(part))
            own.extend(_padded(part, margin))
        if not polygon_mask(own, (width, height)).any():
            raise RedactionRefused(f"text {text.id} lies outside the photo of {width} x {height} pixels")
        polygons.extend(own)
        regions.append(
            {
                "id": text.id,
                "level": text.level,
                "score": _rounded(scores[text.id], 4) if scores and text.id in scores else None,
                "text_score": _rounded(text.score, 4),
                "box": [_rounded(value, 2) for value in text.box],
                "polygons": [[[_rounded(x, 2), _rounded(y, 2)] for x, y in polygon] for polygon in own],
            }
        )
    pixels = photo.pixels.copy()
    pixels[polygon_mask(polygons, (width, height))] = fill
    pixels.flags.writeable = False
    audit = {
        "schema_version": SCHEMA_VERSION,
        "document": "redaction-audit",
        "reason": reason,
        **(extra_audit or {}),
        "photo": {"width": width, "height": height},
        "sha256": {
            "input": photo.source_sha256 or _pixel_sha256(photo.pixels),
            "input_of": "file" if photo.source_sha256 else "pixels",
            "output": _pixel_sha256(pixels),
            "output_of": "pixels",
        },
        "fill": list(fill),
        "padding": {"letter_heights": padding, "minimum_pixels": minimum_padding},
        "regions": regions,
    }
    return Redaction(pixels, tuple(polygons), audit, photo.origin)


# -------------------------------------------------------------------------------------------------- what is designated


def _designated(
    content: SceneContent, answer: Answer, *, all_matches: bool
) -> tuple[tuple[Text, ...], dict[int, float]]:
    """Texts to cover, best first, and the probabilities of all that are listed; refuses what is not clear."""
    scores: dict[int, float] = {}
    for match in answer.matches:
        scores.setdefault(match.text.id, match.score)
    if answer.status == "none" or answer.best is None:
        raise NoMatch("no text of the photo fits the description: nothing is redacted")
    if not all_matches:
        if answer.status != "found":
            question = f" ({answer.question})" if answer.question else ""
            raise AmbiguousQuery(
                f"several texts fit the description{question}: nothing is redacted; "
                "describe one of them, or cover every candidate with all_matches=True"
            )
        return (answer.best,), scores
    best = max([scores.get(answer.best.id, 0.0), *scores.values()])
    threshold = RECALL_THRESHOLD * best
    likely = [match.text for match in answer.matches if match.score > 0 and match.score >= threshold]
    if len(likely) == len(answer.matches) and len(scores) < len(content.texts):
        raise RedactionRefused(
            f"all {len(likely)} listed candidates are likely, so more may exist beyond the list: "
            f"ask with top_k={len(content.texts)}; nothing is redacted"
        )
    chosen = {text.id: text for text in (answer.best, *likely, *answer.rivals)}
    return tuple(chosen.values()), scores


def _same_wording(content: SceneContent, texts: Sequence[Text]) -> tuple[Text, ...]:
    """Other places that say the same as one of the texts, at its level; letters and digits count, case does not."""
    wanted = {(text.level, wording) for text in texts if (wording := _wording(text))}
    covered = {part.id for text in texts for part in _with_parts(text, content)}
    return tuple(text for text in content.texts if text.id not in covered and (text.level, _wording(text)) in wanted)


def _wording(text: Text) -> str:
    """What a text says, without case, spaces and punctuation."""
    return "".join(letter for letter in text.text.casefold() if letter.isalnum())


def _with_parts(text: Text, content: SceneContent | None) -> tuple[Text, ...]:
    """A text and, where the scene is known, all that it is made of."""
    if content is None:
        return (text,)
    found = {text.id: text}
    waiting = list(text.parts)
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        if not 0 <= number < len(content.texts):
            raise RedactionRefused(f"text {text.id} names a part {number} that the scene does not have")
        found[number] = content.texts[number]
        waiting.extend(found[number].parts)
    return tuple(found.values())


# ------------------------------------------------------------------------------------------------------------ geometry

_DIRECTIONS = np.array([(math.cos(turn), math.sin(turn)) for turn in np.arange(16) * math.pi / 8])
"""(16, 2) unit steps around a point."""
_CIRCUMSCRIBED = 1 / math.cos(math.pi / 16)
"""How far a corner of a 16-gon must lie out for its edges to stay outside the circle."""
_LARGEST_COORDINATE = 1_000_000.0


def pad_polygon(polygon: Polygon, pixels: float) -> tuple[Polygon, ...]:
    """Polygons that together cover everything within `pixels` (at least 1) of a polygon, its inside included.

    A convex one gives a single polygon, its hull rounded at the corners. One with dents gives itself and a strip
    around each of its edges, so that what lies in a dent further away stays visible.
    """
    points = np.asarray(polygon, dtype=np.float64).reshape(-1, 2)
    if len(points) < 1 or not np.isfinite(points).all() or np.abs(points).max() > _LARGEST_COORDINATE:
        raise RedactionRefused("a region to hide has no points or impossible ones: nothing is redacted")
    if len(points) <= 4 or _is_convex(points):
        return (_hull_around(points, pixels),)
    edges = (np.stack(edge) for edge in zip(points, np.roll(points, -1, axis=0), strict=True))
    return (as_polygon(np.rint(points)), *(_hull_around(edge, pixels) for edge in edges))


def _hull_around(points: NDArray[np.float64], pixels: float) -> Polygon:
    """Convex polygon of whole coordinates, clockwise as seen, around all that is within `pixels` of the points."""
    corners = (points[:, None, :] + _DIRECTIONS * (max(pixels, 1.0) * _CIRCUMSCRIBED)).reshape(-1, 2)
    # Whole coordinates around each corner: with fractions, the fill below misses pixels at the edge of small polygons.
    low, high = np.floor(corners), np.ceil(corners)
    x, y = np.stack([low[:, 0], high[:, 0]]), np.stack([low[:, 1], high[:, 1]])
    hull = convex_hull(np.stack([x[[0, 0, 1, 1]], y[[0, 1, 0, 1]]], axis=-1).reshape(-1, 2))
    centre = hull.mean(axis=0)
    around = np.arctan2(hull[:, 1] - centre[1], hull[:, 0] - centre[0])
    return as_polygon(hull[np.argsort(around, kind="stable")])


def _is_convex(points: NDArray[np.float64]) -> bool:
    """Whether a polygon of (P, 2) points has no dent."""
    edges = np.roll(points, -1, axis=0) - points
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    return bool((turns >= -1e-9).all() or (turns <= 1e-9).all())


def _padded(text: Text, pixels: float) -> tuple[Polygon, ...]:
    """What to cover for one text; its box where it has no polygon."""
    x0, y0, x1, y1 = text.box
    return pad_polygon(text.polygon or ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), pixels)


def _letter_height(text: Text) -> float:
    """Height of the letters in pixels, for the margin; for a block, which has lines between, that is its lines' own."""
    measured = text.attributes.letter_height
    if text.level == "block" and measured is not None:
        return measured
    if len(text.polygon) == 4:
        width, height = quad_size(text.polygon)
    else:
        x0, y0, x1, y1 = box_of(text.polygon) if text.polygon else text.box
        width, height = x1 - x0, y1 - y0
    across = min(width, height) if text.level == "block" else height
    return max(across, measured or 0.0)


# --------------------------------------------------------------------------------------------------------------- audit


def _pixel_sha256(pixels: NDArray[np.uint8]) -> str:
    """SHA-256 of (H, W, 3) pixels, row by row, RGB."""
    return hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()


def _rounded(value: float, digits: int) -> float | None:
    """A plain JSON number; None for what is no number."""
    number = float(value)
    return round(number, digits) + 0.0 if math.isfinite(number) else None


def _check_options(padding: float, minimum_padding: float, fill: tuple[int, int, int]) -> None:
    """Refuse margins and colours that make no sense."""
    for name, value in (("padding", padding), ("minimum_padding", minimum_padding)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 10_000:
            raise InputError(f"{name} must be a number from 0 to 10000, not {value!r}")
    if len(fill) != 3 or not all(isinstance(part, int) and 0 <= part <= 255 for part in fill):
        raise InputError(f"fill must be three whole numbers from 0 to 255, not {fill!r}")
