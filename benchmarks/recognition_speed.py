"""Milliseconds a word of each recognizer, and RapidOCR's beside them in the same run.

    python benchmarks/recognition_speed.py [--data ../shared/data] [--recognizers svtr crnn] [--photos 60] [--threads 2]

Legible words of dev photos of ICDAR 2015's part of TextRef, given as regions. Ours take all words of a photo in one
call, with as many threads as are given; straightening and decoding are counted. RapidOCR takes one straightened crop
after the other, as `RapidOCR(crop, use_det=False, use_cls=False)`; straightening is not counted. All
photos go through one after the other, three times in turn, with a pause between, for waiting threads of one would slow
down the next; the figure is the median of the three means.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from detection import DEFAULT_DATA
from whichtext import defaults
from whichtext.crops import straighten
from whichtext.geometry import as_polygon, quad_size
from whichtext.reader import RECOGNIZERS

ROUNDS = 3
PAUSE = 0.5
"""Seconds."""
Photo = tuple[Any, list[Any]]
"""(H, W, 3) RGB, and quads of its words."""


def words_of(data: Path, count: int | None) -> list[Photo]:
    """The first photos with legible words."""
    folder = data / "textref-real"
    found: list[Photo] = []
    for row in map(json.loads, (folder / "words.jsonl").read_text(encoding="utf-8").splitlines()):
        texts = [text for text in row["texts"] if text.get("legible") and text.get("string")]
        if row["split"] == "dev" and row["image_id"].startswith("ic15_") and texts and len(found) != count:
            with Image.open(folder / row["file"]) as picture:
                image = np.asarray(picture.convert("RGB"))
            found.append((image, [as_polygon(np.asarray(text["polygon"], dtype=float)) for text in texts]))
    return found


def ours(name: str, threads: int) -> Callable[[Photo], None]:
    """Read the words of a photo by one of our recognizers."""
    recognizer = RECOGNIZERS[name](threads)
    return lambda photo: void(recognizer.recognize(*photo))


def rapidocr(threads: int) -> Callable[[Photo], None]:
    """Read crops one by one by RapidOCR's recognizer."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": threads})
    return lambda photo: void([engine(crop, use_det=False, use_cls=False, use_rec=True) for crop in photo[1]])


def void(_: object) -> None:
    """Nothing."""


def crops_of(photo: Photo) -> Photo:
    """A photo's words as straightened crops, BGR, 48 pixels high."""
    image, quads = photo
    crops = []
    for quad in map(np.asarray, quads):
        width, height = quad_size(quad)
        crops.append(straighten(image, quad, (max(8, round(width * 48 / height)), 48))[:, :, ::-1].copy())
    return image, crops


def seconds(work: Callable[[Photo], None], photo: Photo) -> float:
    """Wall time of one photo."""
    start = time.perf_counter()
    work(photo)
    return time.perf_counter() - start


def milliseconds(engines: Sequence[tuple[str, Callable[[Photo], None]]], photos: Sequence[Photo]) -> dict[str, float]:
    """Of each engine a word."""
    count = sum(len(quads) for _, quads in photos)
    prepared = [crops_of(photo) for photo in photos]
    means: dict[str, list[float]] = {name: [] for name, _ in engines}
    for name, work in engines:
        work(prepared[0] if name == "rapidocr" else photos[0])
    for _ in range(ROUNDS):
        for name, work in engines:
            time.sleep(PAUSE)
            total = sum(seconds(work, photo) for photo in (prepared if name == "rapidocr" else photos))
            means[name].append(total / count * 1e3)
    return {name: statistics.median(values) for name, values in means.items()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--recognizers", nargs="+", choices=sorted(RECOGNIZERS), default=[defaults.RECOGNIZER])
    parser.add_argument("--photos", type=int, help="the first so many")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without-rapidocr", action="store_true")
    options = parser.parse_args()
    photos = words_of(options.data, options.photos)
    engines = [(name, ours(name, options.threads)) for name in options.recognizers]
    if not options.without_rapidocr:
        engines.append(("rapidocr", rapidocr(options.threads)))
    print(f"{sum(len(quads) for _, quads in photos)} words of {len(photos)} photos, {options.threads} threads")
    for name, value in milliseconds(engines, photos).items():
        print(f"  {name:14} {value:6.1f} ms a word")
    print(platform.processor() or platform.machine(), platform.python_version())


if __name__ == "__main__":
    main()
