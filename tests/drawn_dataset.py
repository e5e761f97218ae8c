"""A tiny TextRef data set of drawn scenes, for tests that measure whichtext itself."""

import json
from pathlib import Path
from typing import Any

from drawn_scenes import DrawnScene, blank, shop_sign, street, two_exits

__all__ = ["EXPRESSIONS", "write_dataset"]

SCENES = {"ic15_street": street, "ic15_exits": two_exits, "mlt_shop": shop_sign, "mlt_blank": blank}

EXPRESSIONS: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {
    "ic15_street": [
        ("the white word on the blue sign", "LIBRARY", ("look", "object")),
        ("the word on the yellow sign", "SALE", ("object",)),
        ("the text at the bottom left", "555 0142", ("place",)),
    ],
    "ic15_exits": [("the exit sign on the left", "EXIT", ("place",))],
    "mlt_shop": [("the text on the red sign", "BREAD", ("object",))],
}
"""Wording, string of the text meant, kinds of relation."""


def write_dataset(folder: Path, *, names: tuple[str, ...] = tuple(SCENES)) -> Path:
    """Write photos and `words.jsonl`; every drawn line is one word region."""
    (folder / "photos").mkdir(parents=True)
    with (folder / "words.jsonl").open("w", encoding="utf-8") as file:
        for name in names:
            scene = SCENES[name]()
            (folder / "photos" / f"{name}.png").write_bytes(scene.encoded())
            file.write(json.dumps(_record(name, scene)) + "\n")
    return folder


def _record(name: str, scene: DrawnScene) -> dict[str, Any]:
    ids = {text.string: number for number, text in reversed(list(enumerate(scene.texts)))}
    return {
        "image_id": name,
        "split": "dev" if name != "mlt_blank" else "train",
        "file": f"photos/{name}.png",
        "width": scene.image.width,
        "height": scene.image.height,
        "texts": [
            {"id": number, "polygon": text.polygon, "string": text.string, "legible": True}
            for number, text in enumerate(scene.texts)
        ],
        "expressions": [
            {"id": f"{name}-{number}", "raw": raw, "targets": [ids[string]], "types": list(types), "reading": string}
            for number, (raw, string, types) in enumerate(EXPRESSIONS.get(name, ()))
        ],
        "ambiguous": [{"raw": "the exit sign", "matches": [[0], [1]]}] if name == "ic15_exits" else [],
        "no_target": ["the phone number on the brown door"] if name == "mlt_shop" else [],
        "no_target_written": ["the elephant"] if name == "ic15_street" else [],
    }
