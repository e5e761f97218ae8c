"""A record as a line of TextRef JSON Lines, so that `textref.read` gives the same record back.

What is None, false of its kind or empty is left out, except what a reader of the format always expects.
"""

import json
from collections.abc import Mapping
from typing import Any

from whichtext.data.record import Expression, ImageRecord, ObjectInstance, TextInstance
from whichtext.data.textref import WRITTEN

__all__ = ["record_to_dict", "record_to_line"]


def record_to_line(record: ImageRecord) -> str:
    """One line with its line feed."""
    return json.dumps(record_to_dict(record), ensure_ascii=False, allow_nan=False, separators=(", ", ": ")) + "\n"


def record_to_dict(record: ImageRecord) -> dict[str, Any]:
    """The JSON object of one image."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for expression in record.expressions:
        by_kind.setdefault(_kind(expression), []).append(_expression(expression))
    document: dict[str, Any] = {"image_id": record.image_id}
    document |= _present(
        {
            "split": record.split,
            "file": record.file,
            "width": record.width,
            "height": record.height,
            "source": record.source,
        }
    )
    document["texts"] = [_text(text) for text in record.texts]
    document |= _present(
        {
            "objects": [_object(thing) for thing in record.objects],
            "lines": record.lines,
            "labels": [{"targets": label.text_ids, **dict(label.attributes)} for label in record.labels],
            "lexicon": record.lexicon,
            **by_kind,
        }
    )
    return document


def _text(text: TextInstance) -> dict[str, Any]:
    return {
        "id": text.id,
        "polygon": text.polygon,
        "string": text.string,
        "legible": text.legible,
        **_present({"language": text.language, "category": text.category}),
        **_present({"characters": [_present({"polygon": c.polygon, "char": c.char}) for c in text.characters]}),
        **dict(text.attributes),
    }


def _object(thing: ObjectInstance) -> dict[str, Any]:
    return {"id": thing.id, **_present({"category": thing.category, "box": thing.box}), **dict(thing.attributes)}


def _kind(expression: Expression) -> str:
    if expression.status == "none":
        return "no_target_written" if expression.source == WRITTEN else "no_target"
    return "expressions" if expression.status == "found" else "ambiguous"


def _expression(expression: Expression) -> dict[str, Any]:
    document: dict[str, Any] = {"id": expression.id, "raw": expression.raw}
    if expression.status == "found":
        document["targets"] = expression.text_ids
    if expression.status == "ambiguous":
        document["matches"] = expression.alternatives
    triplet = expression.triplet
    return document | _present(
        {
            "object_id": expression.object_id,
            "types": expression.types,
            "context": expression.context,
            "reading": expression.reading,
            "triplet": None
            if triplet is None
            else _present(
                {
                    "text": triplet.text,
                    "relation": triplet.relation,
                    "context": triplet.context,
                    "object_id": triplet.object_id,
                }
            ),
            "source": expression.source,
            "margin": expression.margin,
        }
    )


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != () and value != []}
