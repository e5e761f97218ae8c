"""The truth of a scene as the record type of all data sets, and the extra members of its TextRef line."""

from collections.abc import Mapping, Sequence
from typing import Any

from whichtext.data.record import AttributeValue, Expression, ImageRecord, LineLabels, ObjectInstance, TextInstance
from whichtext.data.synthesis.truth import SceneTruth, TrueLine

__all__ = ["extras_of", "record_of"]

SOURCE = "whichtext data synthesize"


def record_of(
    image_id: str, truth: SceneTruth, expressions: tuple[Expression, ...], background: str | None
) -> ImageRecord:
    """Words, lines with their look, carriers and objects, expressions."""
    texts = tuple(TextInstance(word.id, word.polygon, word.string, word.legible) for word in truth.words)
    things = [
        ObjectInstance(thing.id, thing.noun, thing.box, (("colour", thing.colour),) if thing.colour else ())
        for thing in truth.objects
    ]
    source = SOURCE if background is None else f"{SOURCE}, background {background}"
    return ImageRecord(
        image_id=image_id,
        file=f"photos/{image_id}.jpg",
        width=truth.width,
        height=truth.height,
        texts=texts,
        objects=tuple(things),
        expressions=expressions,
        lines=tuple(line.words for line in truth.lines),
        labels=tuple(LineLabels(line.words, _labels(truth, line)) for line in truth.lines if not line.is_native),
        split="train",
        source=source,
    )


def _labels(truth: SceneTruth, line: TrueLine) -> tuple[tuple[str, AttributeValue], ...]:
    """The attributes that people label by eye, under the same names."""
    carrier = truth.carriers[line.carrier] if line.carrier is not None else None
    values: dict[str, AttributeValue | None] = {
        "ink": line.ink,
        "ground": line.ground,
        "carrier": carrier.noun if carrier else None,
        "carrier_colour": carrier.colour if carrier else None,
        "shape": carrier.shape if carrier else None,
        "style": line.styles,
        "kind": line.kind,
    }
    return tuple((name, value) for name, value in values.items() if value is not None and value != ())


def extras_of(
    truth: SceneTruth, forms: Mapping[str, Sequence[Sequence[str | int]]], levels: Mapping[str, str]
) -> dict[str, Any]:
    """Members that only synthetic scenes have: blocks, carriers with their polygons, letter heights, predicates."""
    return {
        "blocks": [
            [word for line in carrier.lines for word in truth.lines[line].words]
            for carrier in truth.carriers
            if carrier.lines
        ],
        "carriers": [
            {
                "id": carrier.id,
                "noun": carrier.noun,
                "names": list(dict.fromkeys(carrier.names)),
                "colour": carrier.colour,
                "other_colours": list(carrier.trims),
                "shape": carrier.shape,
                "polygon": carrier.polygon,
                "lines": list(carrier.lines),
            }
            for carrier in truth.carriers
        ],
        "line_carriers": [line.carrier for line in truth.lines],
        "letter_heights": [round(line.letter_height, 2) for line in truth.lines],
        "predicates": forms,
        "levels": levels,
    }
