"""Add what was labelled by eye (`annotations/`) to the training part of the research data.

    python tools/add_annotations.py --data TEXTREF --output cache/data/textref-real

Writes a folder that looks like TEXTREF: `expressions-train.jsonl` with more descriptions and photos,
`attributes-train.jsonl` with more lines, everything else (photos, words, the dev split) linked. Every training command
takes it in the place of TEXTREF. What stands in the files of TEXTREF is never changed; a photo of the dev split is
refused.
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ANNOTATIONS = Path(__file__).resolve().parents[1] / "annotations" / "textref-train.jsonl"
EXTENDED = ("expressions-train.jsonl", "attributes-train.jsonl")


def records(path: Path) -> list[dict[str, Any]]:
    """Objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def labelled_photo(photo: Mapping[str, Any], label: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `expressions-train.jsonl` without expressions, from the words of a photo and what was labelled."""
    corrected = label.get("strings", {})
    texts = [
        {
            "id": text["id"],
            "polygon": text["polygon"],
            "string": corrected.get(str(text["id"]), text.get("string") or text.get("machine_string")),
            "string_verified": str(text["id"]) in corrected,
            "legible": text["legible"],
        }
        for text in photo["texts"]
    ]
    return {
        "image_id": photo["image_id"],
        "file": photo["file"],
        "width": photo["width"],
        "height": photo["height"],
        "texts": texts,
        "lines": label["lines"],
        "expressions": [],
        "no_target": [],
        "ambiguous": [],
    }


def with_expressions(photo: Mapping[str, Any], label: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `expressions-train.jsonl` with the labelled descriptions behind its own."""
    written = {text["id"]: text["string"] or "" for text in photo["texts"]}
    added = [
        {
            "id": f"{photo['image_id']}#a{number}",
            "raw": expression["raw"],
            "targets": expression["targets"],
            "types": expression["types"],
            "context": expression["context"],
            "reading": " ".join(written[name] for name in expression["targets"]),
        }
        for number, expression in enumerate(label.get("expressions", ()))
    ]
    return {
        **photo,
        "expressions": [*photo["expressions"], *added],
        "ambiguous": [*photo["ambiguous"], *label.get("ambiguous", ())],
    }


def check(label: Mapping[str, Any], photo: Mapping[str, Any] | None) -> None:
    """Raise `SystemExit` where a label speaks of a photo or a word that is not there."""
    if photo is None or photo["split"] != "train":
        raise SystemExit(f"{label['image_id']} is no photo of the train split")
    known = {text["id"] for text in photo["texts"]}
    named = [row["targets"] for kind in ("attributes", "expressions") for row in label.get(kind, ())]
    named += [match for row in label.get("ambiguous", ()) for match in row["matches"]]
    missing = {name for names in [*named, *label.get("lines", ())] for name in names} - known
    if missing:
        raise SystemExit(f"{label['image_id']}: there are no words {sorted(missing)}")


def extend(
    labels: Iterable[Mapping[str, Any]],
    photos: Mapping[str, Mapping[str, Any]],
    expressions: Sequence[Mapping[str, Any]],
    attributes: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Rows of `expressions-train.jsonl` and `attributes-train.jsonl` with the labels added.

    Photos that have attributes already gain none.
    """
    described = {row["image_id"]: row for row in expressions}
    seen = {row["image_id"]: row for row in attributes}
    for label in labels:
        image_id = label["image_id"]
        check(label, photos.get(image_id))
        before = described[image_id] if image_id in described else labelled_photo(photos[image_id], label)
        described[image_id] = with_expressions(before, label)
        if label.get("attributes"):
            seen.setdefault(image_id, {"image_id": image_id, "source": "annotations", "lines": label["attributes"]})
    return list(described.values()), list(seen.values())


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines, whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    partial.replace(path)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TextRef JSON Lines")
    parser.add_argument("--annotations", type=Path, default=ANNOTATIONS)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if options.output.resolve() == options.data.resolve():
        raise SystemExit("--output is --data: the research data are never changed")
    options.output.mkdir(parents=True, exist_ok=True)
    for source in options.data.iterdir():
        link = options.output / source.name
        if source.name not in EXTENDED and not link.exists():
            link.symlink_to(source.resolve())
    before = [records(options.data / name) for name in EXTENDED]
    after = extend(
        records(options.annotations), {row["image_id"]: row for row in records(options.data / "words.jsonl")}, *before
    )
    for name, rows, more in zip(EXTENDED, before, after, strict=True):
        write(options.output / name, more)
        print(f"{name}: {len(rows)} photos, with annotations {len(more)}")


if __name__ == "__main__":
    main()
