"""Scenes, answers and descriptions as plain JSON values, and scenes back again.

Every document has `"schema_version": 1`. Coordinates are pixels of the EXIF-upright photo, rounded to 1/100; scores and
other shares are rounded to 1/10,000; so the same scene gives the same bytes everywhere. A number that is not finite is
null, and so is whatever is not known. The documents:

scene (`content_to_dict`)
    schema_version; document "scene";
    photo: width, height, source, format, mode, orientation, frames, analysis_scale, downscaled;
    texts: list of {id, level, text, box [x0, y0, x1, y1], polygon [[x, y], ...], score, parts [ids], hint,
        attributes}; hint: null, or why the text is empty: "too small", "low contrast", "blurred", "another script",
        "unclear";
    carriers: list of {id, box, polygon, noun, noun_scores, colour, colour_scores, shape, shape_scores, lab [L, a, b],
        texts [ids]};
    objects: list of {id, noun, score, box, colour}.
attributes
    ink, ink_lab [L, a, b], ink_scores, ground, ground_lab, ground_scores, kind, kind_scores, style [names], case,
    has_digits, letter_height, size_rank, stroke_width, stroke_rank, angle, place [names], near [nouns], left_of,
    right_of, above, below (ids), and carrier: null or {id, noun, colour, shape} of the scene's carriers.
    `*_scores` are lists of [name, probability], most probable first.
answer (`answer_to_dict`)
    schema_version; document "answer"; query; status "found", "ambiguous" or "none";
    best: null or a match; matches: list of matches, best first;
    a match is {id, level, text, box, polygon, text_score, score}: `score` is the probability that it is meant (null for
    a best text that the matches do not list), `text_score` the confidence that it is text read as said;
    none_score; question; rivals [ids]; notes [sentences].
description (`description_to_dict`)
    schema_version; document "description"; expression; verified; margin; seconded;
    text: {id, level, text, box, polygon, text_score}.
verification (`verification_to_dict`)
    schema_version; document "verification"; string; found; probability;
    text: null or {id, level, text, box, polygon, text_score}; polygon: null or the part of the text that was compared.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast, get_args

from whichtext.errors import InputError
from whichtext.types import (
    SCHEMA_VERSION,
    Answer,
    Attributes,
    Box,
    Carrier,
    Description,
    Hint,
    Lab,
    PhotoInfo,
    Polygon,
    SceneContent,
    SceneObject,
    Text,
    Verification,
)

__all__ = ["answer_to_dict", "content_from_dict", "content_to_dict", "description_to_dict", "verification_to_dict"]

_SHARE_DIGITS = 4
_PIXEL_DIGITS = 2

Scores = tuple[tuple[str, float], ...]
Value = TypeVar("Value")


def content_to_dict(content: SceneContent) -> dict[str, Any]:
    """The scene document."""
    photo = content.photo
    return {
        "schema_version": SCHEMA_VERSION,
        "document": "scene",
        "photo": {
            "width": int(photo.width),
            "height": int(photo.height),
            "source": photo.source,
            "format": photo.format,
            "mode": photo.mode,
            "orientation": int(photo.orientation),
            "frames": int(photo.frames),
            "analysis_scale": _number(photo.analysis_scale, 6),
            "downscaled": bool(photo.downscaled),
        },
        "texts": [_text_to_dict(text) for text in content.texts],
        "carriers": [_carrier_to_dict(carrier) for carrier in content.carriers],
        "objects": [
            {
                "id": int(thing.id),
                "noun": thing.noun,
                "score": _share(thing.score),
                "box": _pixels(thing.box),
                "colour": thing.colour,
            }
            for thing in content.objects
        ],
    }


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The answer document."""
    scores = {match.text.id: match.score for match in reversed(answer.matches)}
    best = answer.best
    return {
        "schema_version": SCHEMA_VERSION,
        "document": "answer",
        "query": answer.query,
        "status": answer.status,
        "best": None if best is None else {**_reading(best), "score": _share(scores.get(best.id))},
        "matches": [{**_reading(match.text), "score": _share(match.score)} for match in answer.matches],
        "none_score": _share(answer.none_score),
        "question": answer.question,
        "rivals": [int(text.id) for text in answer.rivals],
        "notes": list(answer.notes),
    }


def description_to_dict(description: Description) -> dict[str, Any]:
    """The description document."""
    return {
        "schema_version": SCHEMA_VERSION,
        "document": "description",
        "expression": description.expression,
        "verified": bool(description.verified),
        "margin": _share(description.margin),
        "seconded": bool(description.seconded),
        "text": _reading(description.text),
    }


def verification_to_dict(verification: Verification) -> dict[str, Any]:
    """The verification document."""
    text, polygon = verification.text, verification.polygon
    return {
        "schema_version": SCHEMA_VERSION,
        "document": "verification",
        "string": verification.string,
        "found": bool(verification.found),
        "probability": _share(verification.probability),
        "text": None if text is None else _reading(text),
        "polygon": None if polygon is None else _points(polygon),
    }


def content_from_dict(document: Mapping[str, Any]) -> SceneContent:
    """The scene that a scene document describes; `InputError` for anything else.

    Of a scene that was exported, it is that scene with its numbers rounded: exporting it again gives the same document.
    """
    version = document.get("schema_version") if isinstance(document, Mapping) else None
    if version != SCHEMA_VERSION or document.get("document") != "scene":
        raise InputError(f"no scene document of schema_version {SCHEMA_VERSION}, but of {version!r}")
    try:
        carriers = tuple(_carrier_from_dict(entry) for entry in document["carriers"])
        texts = tuple(_text_from_dict(entry, carriers) for entry in document["texts"])
        objects = tuple(
            SceneObject(
                id=int(entry["id"]),
                noun=str(entry["noun"]),
                score=_real(entry["score"]),
                box=_box(entry["box"]),
                colour=entry["colour"],
            )
            for entry in document["objects"]
        )
        photo = _photo_from_dict(document["photo"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise InputError(f"the scene document is damaged: {type(error).__name__} {error}") from error
    if any(text.id != place for place, text in enumerate(texts)):
        raise InputError("the scene document is damaged: text ids must count from 0")
    return SceneContent(photo=photo, texts=texts, carriers=carriers, objects=objects)


# ------------------------------------------------------------------------------------------------------------- to JSON


def _reading(text: Text) -> dict[str, Any]:
    """What a person or a program needs to know of a text that is pointed at."""
    return {
        "id": int(text.id),
        "level": text.level,
        "text": text.text,
        "box": _pixels(text.box),
        "polygon": _points(text.polygon),
        "text_score": _share(text.score),
    }


def _text_to_dict(text: Text) -> dict[str, Any]:
    """One text with all its attributes."""
    return {
        "id": int(text.id),
        "level": text.level,
        "text": text.text,
        "box": _pixels(text.box),
        "polygon": _points(text.polygon),
        "score": _share(text.score),
        "parts": [int(part) for part in text.parts],
        "hint": text.hint,
        "attributes": _attributes_to_dict(text.attributes),
    }


def _attributes_to_dict(attributes: Attributes) -> dict[str, Any]:
    """All attributes, with the carrier by its id."""
    carrier = attributes.carrier
    return {
        "ink": attributes.ink,
        "ink_lab": _lab(attributes.ink_lab),
        "ink_scores": _named(attributes.ink_scores),
        "ground": attributes.ground,
        "ground_lab": _lab(attributes.ground_lab),
        "ground_scores": _named(attributes.ground_scores),
        "carrier": None
        if carrier is None
        else {"id": int(carrier.id), "noun": carrier.noun, "colour": carrier.colour, "shape": carrier.shape},
        "kind": attributes.kind,
        "kind_scores": _named(attributes.kind_scores),
        "style": list(attributes.style),
        "case": attributes.case,
        "has_digits": None if attributes.has_digits is None else bool(attributes.has_digits),
        "letter_height": _number(attributes.letter_height, _PIXEL_DIGITS),
        "size_rank": _share(attributes.size_rank),
        "stroke_width": _number(attributes.stroke_width, _PIXEL_DIGITS),
        "stroke_rank": _share(attributes.stroke_rank),
        "angle": _number(attributes.angle, _PIXEL_DIGITS),
        "place": list(attributes.place),
        "near": list(attributes.near),
        "left_of": _id(attributes.left_of),
        "right_of": _id(attributes.right_of),
        "above": _id(attributes.above),
        "below": _id(attributes.below),
    }


def _carrier_to_dict(carrier: Carrier) -> dict[str, Any]:
    """One surface with all that is known of it."""
    return {
        "id": int(carrier.id),
        "box": _pixels(carrier.box),
        "polygon": _points(carrier.polygon),
        "noun": carrier.noun,
        "noun_scores": _named(carrier.noun_scores),
        "colour": carrier.colour,
        "colour_scores": _named(carrier.colour_scores),
        "shape": carrier.shape,
        "shape_scores": _named(carrier.shape_scores),
        "lab": _lab(carrier.lab),
        "texts": [int(text) for text in carrier.texts],
    }


def _number(value: float | None, digits: int) -> float | None:
    """A rounded plain float, never minus zero; None for None and for what is not finite."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0


def _share(value: float | None) -> float | None:
    """A score, a probability or a rank."""
    return _number(value, _SHARE_DIGITS)


def _pixels(values: Iterable[float]) -> list[float | None]:
    """Coordinates of a box."""
    return [_number(value, _PIXEL_DIGITS) for value in values]


def _points(polygon: Polygon) -> list[list[float | None]]:
    """Points of a polygon."""
    return [_pixels(point) for point in polygon]


def _named(scores: Scores) -> list[list[str | float | None]]:
    """Names with their probabilities."""
    return [[name, _share(score)] for name, score in scores]


def _lab(lab: Lab | None) -> list[float | None] | None:
    """A colour."""
    return None if lab is None else _pixels(lab)


def _id(value: int | None) -> int | None:
    """A plain whole number or None."""
    return None if value is None else int(value)


# ----------------------------------------------------------------------------------------------------------- from JSON


def _photo_from_dict(entry: Mapping[str, Any]) -> PhotoInfo:
    """The photo as it was read."""
    return PhotoInfo(
        width=int(entry["width"]),
        height=int(entry["height"]),
        source=entry["source"],
        format=entry["format"],
        mode=entry["mode"],
        orientation=int(entry["orientation"]),
        analysis_scale=_real(entry["analysis_scale"]),
        frames=int(entry["frames"]),
    )


def _text_from_dict(entry: Mapping[str, Any], carriers: tuple[Carrier, ...]) -> Text:
    """One text; its carrier is one of `carriers`."""
    level = entry["level"]
    if level not in ("word", "line", "block"):
        raise ValueError(f"level {level!r}")
    return Text(
        id=int(entry["id"]),
        level=level,
        text=str(entry["text"]),
        polygon=_polygon(entry["polygon"]),
        box=_box(entry["box"]),
        score=_real(entry["score"]),
        parts=_ids(entry["parts"]),
        attributes=_attributes_from_dict(entry["attributes"], carriers),
        hint=_hint(entry.get("hint")),
    )


def _hint(value: Any) -> Hint | None:
    """One of the known reasons; None where there is none, as in documents from before there were any."""
    if value is not None and value not in get_args(Hint):
        raise ValueError(f"hint {value!r}")
    return cast("Hint | None", value)


def _attributes_from_dict(entry: Mapping[str, Any], carriers: tuple[Carrier, ...]) -> Attributes:
    """All attributes; the carrier is the one of that id."""
    reference = entry["carrier"]
    return Attributes(
        ink=entry["ink"],
        ink_lab=_optional(entry["ink_lab"], _colour),
        ink_scores=_scores(entry["ink_scores"]),
        ground=entry["ground"],
        ground_lab=_optional(entry["ground_lab"], _colour),
        ground_scores=_scores(entry["ground_scores"]),
        carrier=None if reference is None else {carrier.id: carrier for carrier in carriers}[int(reference["id"])],
        kind=entry["kind"],
        kind_scores=_scores(entry["kind_scores"]),
        style=_names(entry["style"]),
        case=entry["case"],
        has_digits=_optional(entry["has_digits"], bool),
        letter_height=_optional(entry["letter_height"], float),
        size_rank=_optional(entry["size_rank"], float),
        stroke_width=_optional(entry["stroke_width"], float),
        stroke_rank=_optional(entry["stroke_rank"], float),
        angle=_optional(entry["angle"], float),
        place=_names(entry["place"]),
        near=_names(entry["near"]),
        left_of=_optional(entry["left_of"], int),
        right_of=_optional(entry["right_of"], int),
        above=_optional(entry["above"], int),
        below=_optional(entry["below"], int),
    )


def _carrier_from_dict(entry: Mapping[str, Any]) -> Carrier:
    """One surface."""
    return Carrier(
        id=int(entry["id"]),
        box=_box(entry["box"]),
        polygon=_polygon(entry["polygon"]),
        noun=entry["noun"],
        noun_scores=_scores(entry["noun_scores"]),
        colour=entry["colour"],
        colour_scores=_scores(entry["colour_scores"]),
        shape=entry["shape"],
        shape_scores=_scores(entry["shape_scores"]),
        lab=_colour(entry["lab"]),
        texts=_ids(entry["texts"]),
    )


def _real(value: Any) -> float:
    """A number; null stands for one that was not finite."""
    return math.nan if value is None else float(value)


def _optional(value: Any, make: Callable[[Any], Value]) -> Value | None:
    """A value that may be unknown."""
    return None if value is None else make(value)


def _box(values: Any) -> Box:
    """Four coordinates."""
    x0, y0, x1, y1 = (_real(value) for value in values)
    return x0, y0, x1, y1


def _colour(values: Any) -> Lab:
    """Three coordinates of a colour."""
    lightness, a, b = (_real(value) for value in values)
    return lightness, a, b


def _polygon(points: Any) -> Polygon:
    """Points of a polygon."""
    return tuple((_real(x), _real(y)) for x, y in points)


def _scores(entries: Any) -> Scores:
    """Names with their probabilities."""
    return tuple((str(name), _real(score)) for name, score in entries)


def _names(entries: Any) -> tuple[str, ...]:
    """Names in their order."""
    return tuple(str(entry) for entry in entries)


def _ids(entries: Any) -> tuple[int, ...]:
    """Ids in their order."""
    return tuple(int(entry) for entry in entries)
