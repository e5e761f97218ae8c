"""How often are colours, carriers, shapes, kinds and styles of text lines named as a person labelled them?

    python benchmarks/attributes.py --data ../shared/data

Given word regions and lines of the photos of `attributes-<split>.jsonl` (a string that the data lacks is read, as
`Reader.scene` does); every figure beside what nearest reference colours of plain pixel medians, or always saying the
commonest name of the training lines, would give.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.context.colours import COLOUR_NAMES, name_by_reference, rgb_to_lab
from whichtext.context.engine import ContextEngine
from whichtext.geometry import polygon_mask
from whichtext.reader import settle_words
from whichtext.recognition.ppocr import PPOCRRecognizer
from whichtext.types import Attributes

FIELDS: dict[str, Callable[[Attributes], str | None]] = {
    "ink": lambda said: said.ink,
    "ground": lambda said: said.ground,
    "carrier_colour": lambda said: said.carrier.colour if said.carrier else None,
    "carrier": lambda said: said.carrier.noun if said.carrier else None,
    "shape": lambda said: said.carrier.shape if said.carrier else None,
    "kind": lambda said: said.kind,
}
SCORES: dict[str, Callable[[Attributes], tuple[tuple[str, float], ...]]] = {
    "ink": lambda said: said.ink_scores,
    "ground": lambda said: said.ground_scores,
    "carrier_colour": lambda said: said.carrier.colour_scores if said.carrier else (),
    "carrier": lambda said: said.carrier.noun_scores if said.carrier else (),
    "shape": lambda said: said.carrier.shape_scores if said.carrier else (),
    "kind": lambda said: said.kind_scores,
}


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(row) for row in file]


def pixel_medians(image: NDArray[np.uint8], polygons: list[Any]) -> tuple[str, str]:
    """The baseline: ink and ground from plain pixel medians.

    The ground is the median of the box, the ink the reference colour nearest to the median of what differs most from
    it.
    """
    mask = polygon_mask(polygons, (image.shape[1], image.shape[0]))
    pixels = rgb_to_lab(image[mask]) if mask.any() else np.zeros((1, 3), dtype=np.float32)
    ground = np.median(pixels, axis=0)
    distance = np.linalg.norm(pixels - ground, axis=1)
    ink = np.median(pixels[distance >= np.percentile(distance, 75)], axis=0)
    named = name_by_reference(np.stack([ink, ground])).argmax(axis=1)
    return COLOUR_NAMES[int(named[0])], COLOUR_NAMES[int(named[1])]


def measure(data: Path, split: str, engine: ContextEngine) -> dict[str, dict[str, float]]:
    """Figures by field."""
    recognizer = PPOCRRecognizer(1)
    photos = {row["image_id"]: row for row in read(data / f"expressions-{split}.jsonl")}
    common = {
        field: Counter(
            line[field] for row in read(data / "attributes-train.jsonl") for line in row["lines"]
        ).most_common(1)[0][0]
        for field in FIELDS
    }
    right: dict[str, Counter[str]] = defaultdict(Counter)
    loss: dict[str, float] = defaultdict(float)
    top3: Counter[str] = Counter()
    style: Counter[str] = Counter()
    seconds = []
    count = 0
    for row in read(data / f"attributes-{split}.jsonl"):
        photo = photos[row["image_id"]]
        image = np.asarray(Image.open(data / photo["file"]).convert("RGB"))
        position = {text["id"]: i for i, text in enumerate(photo["texts"])}
        lines = [[position[name] for name in line] for line in photo["lines"]]
        polygons = [tuple((float(x), float(y)) for x, y in text["polygon"]) for text in photo["texts"]]
        words = settle_words(
            image, [(p, text["string"] or None) for p, text in zip(polygons, photo["texts"], strict=True)], recognizer
        )
        began = time.perf_counter()
        seen = engine.observe(
            image, words=[word.polygon for word in words], strings=[word.string for word in words], lines=lines
        )
        seconds.append(time.perf_counter() - began)
        number = {frozenset(line): i for i, line in enumerate(lines)}
        for label in row["lines"]:
            targets = frozenset(position[name] for name in label["targets"])
            said = seen.lines[number[targets]]
            count += 1
            ink, ground = pixel_medians(image, [polygons[word] for word in targets])
            plain = {"ink": ink, "ground": ground, "carrier_colour": ground}
            for field, of in FIELDS.items():
                scores = SCORES[field](said)
                right[field]["right"] += of(said) == label[field]
                right[field]["pixel medians"] += plain.get(field) == label[field]
                right[field]["commonest"] += common[field] == label[field]
                loss[field] -= float(np.log(max(dict(scores).get(label[field], 0.0), 1e-3)))
                top3[field] += label[field] in [name for name, _ in scores[:3]]
            style["both"] += len(set(said.style) & set(label["style"]))
            style["said"] += len(said.style)
            style["labelled"] += len(label["style"])
    figures = {
        field: {
            "accuracy": right[field]["right"] / count,
            "among the first three": top3[field] / count,
            "log loss": loss[field] / count,
            "pixel medians": right[field]["pixel medians"] / count,
            "always the commonest": right[field]["commonest"] / count,
        }
        for field in FIELDS
    }
    figures["style"] = {"F1": 2 * style["both"] / max(style["said"] + style["labelled"], 1)}
    figures["observe"] = {
        "lines": float(count),
        "median ms": 1000 * float(np.median(seconds)),
        "largest ms": 1000 * max(seconds),
    }
    return figures


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder that holds textref-real")
    parser.add_argument(
        "--split", choices=("dev", "train"), default="dev", help="train: photos that the judges have seen"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.data / "textref-real", arguments.split, ContextEngine(threads=arguments.threads))
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for field, values in figures.items():
        print(f"{field:15}" + "  ".join(f"{name} {value:.3f}" for name, value in values.items()))


if __name__ == "__main__":
    main()
