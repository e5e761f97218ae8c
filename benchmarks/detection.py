"""Word detection and end-to-end word reading on the dev photos, for whichtext and for RapidOCR in the same run.

    python benchmarks/detection.py [--data ../shared/data] [--photos N] [--without-rapidocr]

Detection: a found word and a true word match one to one where their polygons have IoU > 0.5, best pairs first. A found
word with more than half of its area inside a don't-care region is excused. End to end: the matched words must also say
the same, regardless of case, letters and digits only; precision and recall are over the same words as for detection.
MLT photos have no don't-care regions and no official transcription.
"""

import argparse
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.geometry import polygon_area

DEFAULT_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

Points = NDArray[np.float64]
Found = tuple[str, Points]
"""What a word says and its quad (4, 2)."""


@dataclass
class Counts:
    """Sums over photos."""

    truths: int = 0
    found: int = 0
    matched: int = 0
    read: int = 0

    def measure(self, right: int) -> tuple[float, float, float]:
        """Precision, recall and F of `right` words."""
        precision = right / self.found if self.found else 0.0
        recall = right / self.truths if self.truths else 0.0
        total = precision + recall
        return precision, recall, 2 * precision * recall / total if total else 0.0


def clip(subject: Points, corner: Points, following: Points) -> Points:
    """Part of a polygon (P, 2) on the right hand, as seen, of the line from `corner` to `following`."""
    edge = following - corner
    offset = subject - corner
    side = edge[0] * offset[:, 1] - edge[1] * offset[:, 0]
    kept: list[Points] = []
    for index in range(len(subject)):
        after = (index + 1) % len(subject)
        if side[index] >= 0:
            kept.append(subject[index])
        if (side[index] >= 0) != (side[after] >= 0):
            part = side[index] / (side[index] - side[after])
            kept.append(subject[index] + part * (subject[after] - subject[index]))
    return np.array(kept).reshape(-1, 2)


def clockwise(polygon: Points) -> Points:
    """The polygon, clockwise as seen (y down)."""
    x, y = polygon[:, 0], polygon[:, 1]
    return polygon if np.dot(x, np.roll(y, -1)) >= np.dot(y, np.roll(x, -1)) else polygon[::-1]


def shared_area(first: Points, second: Points) -> float:
    """Area that two convex polygons share, in square pixels."""
    if (first.min(axis=0) >= second.max(axis=0)).any() or (second.min(axis=0) >= first.max(axis=0)).any():
        return 0.0
    part = clockwise(first)
    window = clockwise(second)
    for corner, following in zip(window, np.roll(window, -1, axis=0), strict=True):
        part = clip(part, corner, following)
        if len(part) < 3:
            return 0.0
    return polygon_area(part)


def same_text(first: str, second: str) -> bool:
    """Equal letters and digits, regardless of case."""
    return re.sub(r"[^0-9a-z]", "", first.lower()) == re.sub(r"[^0-9a-z]", "", second.lower())


def count_photo(counts: Counts, truths: Sequence[dict[str, Any]], found: Sequence[Found]) -> None:
    """Add one photo to the sums."""
    cared = [truth for truth in truths if truth["legible"] is not False]
    excusing = [np.array(truth["polygon"], dtype=float) for truth in truths if truth["legible"] is False]
    polygons = [np.array(truth["polygon"], dtype=float) for truth in cared]
    kept = [
        (text, quad)
        for text, quad in found
        if not any(shared_area(quad, region) > 0.5 * polygon_area(quad) for region in excusing)
    ]
    pairs = []
    for i, polygon in enumerate(polygons):
        for j, (_, quad) in enumerate(kept):
            shared = shared_area(polygon, quad)
            union = polygon_area(polygon) + polygon_area(quad) - shared
            if union > 0 and shared > 0.5 * union:
                pairs.append((-shared / union, i, j))
    used_truths: set[int] = set()
    used_found: set[int] = set()
    for _, i, j in sorted(pairs):
        if i in used_truths or j in used_found:
            continue
        used_truths.add(i)
        used_found.add(j)
        counts.matched += 1
        counts.read += bool(cared[i]["string"]) and same_text(cared[i]["string"], kept[j][0])
    counts.truths += len(cared)
    counts.found += len(kept)


def whichtext_words(threads: int) -> Callable[[Path], list[Found]]:
    """Our words of a photo."""
    from whichtext import Reader

    reader = Reader(threads=threads)

    def words(path: Path) -> list[Found]:
        scene = reader.read(path)
        return [(text.text, np.array(text.polygon)) for text in scene.texts if text.level == "word"]

    return words


def rapidocr_words(threads: int) -> Callable[[Path], list[Found]]:
    """RapidOCR's own words of a photo, with its default settings."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.return_word_box": True,
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )

    def words(path: Path) -> list[Found]:
        result: Any = engine(str(path), return_word_box=True)
        lines = [line for line in result.word_results or () if line and not isinstance(line[0], str)]
        return [(word[0], np.array(word[2], dtype=float)) for line in lines for word in line]

    return words


def photos_of(data: Path, split: str) -> list[dict[str, Any]]:
    """Records of `words.jsonl` of one split."""
    with (data / "textref-real" / "words.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [record for record in records if record["split"] == split]


def report(name: str, source: str, counts: Counts) -> None:
    """Print one row."""
    precision, recall, f = counts.measure(counts.matched)
    row = f"{name:10} {source:10} detection P {precision:.3f} R {recall:.3f} F {f:.3f}"
    if source == "ICDAR-2015":
        row += "   end to end P {:.3f} R {:.3f} F {:.3f}".format(*counts.measure(counts.read))
    print(f"{row}   ({counts.truths} true words, {counts.found} found)")


def measure(engines: dict[str, Callable[[Path], list[Found]]], records: Iterable[dict[str, Any]], data: Path) -> None:
    """Run every engine on every photo and print the table."""
    sums = {(name, source): Counts() for name in engines for source in ("ICDAR-2015", "MLT")}
    for record in records:
        source = "ICDAR-2015" if record["image_id"].startswith("ic15") else "MLT"
        for name, words in engines.items():
            found = words(data / "textref-real" / record["file"])
            count_photo(sums[name, source], record["texts"], found)
    for (name, source), counts in sums.items():
        report(name, source, counts)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--photos", type=int, help="only the first N photos")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without-rapidocr", action="store_true")
    arguments = parser.parse_args()
    engines = {"whichtext": whichtext_words(arguments.threads)}
    if not arguments.without_rapidocr:
        engines["rapidocr"] = rapidocr_words(arguments.threads)
    measure(engines, photos_of(arguments.data, arguments.split)[: arguments.photos], arguments.data)


if __name__ == "__main__":
    main()
