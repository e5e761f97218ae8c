"""Time of `Reader.read` and a first `find` over RapidOCR's read, in one run; time of a further question; memory.

    python benchmarks/speed.py [--data ../shared/data] [--photos 40] [--threads 2]

Each photo goes through both engines, twice in turn (ours first, then theirs first), after a warm-up on other photos.
RapidOCR runs with its default settings and word boxes. The figure is the median over photos of the ratio of times;
parts of our own time are printed beside it.
"""

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from detection import DEFAULT_DATA, photos_of, rapidocr_words

QUESTIONS = (
    "the white text at the top",
    "the phone number",
    "the word on the red sign",
    "the largest text",
    "the text below the arrow",
)
WARM_UP = 3


def seconds(action: Callable[[], Any]) -> tuple[float, Any]:
    """Wall time of a call, and what it returned."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def localize_and_read(threads: int) -> Callable[[Path], Any]:
    """Our localizer, recognizer and word splitting alone, photo decoding included."""
    from whichtext.localization.dbnet import PPOCRLocalizer
    from whichtext.localization.protocol import LocalizationOptions
    from whichtext.localization.words import split_into_words
    from whichtext.recognition.ppocr import PPOCRRecognizer

    localizer, recognizer = PPOCRLocalizer(threads), PPOCRRecognizer(threads)

    def words(path: Path) -> Any:
        with Image.open(path) as photo:
            image = np.asarray(photo.convert("RGB"))
        regions = localizer.localize(image, LocalizationOptions()).regions
        readings = recognizer.recognize(image, [region.polygon for region in regions])
        return [split_into_words(r.polygon, reading, image=image) for r, reading in zip(regions, readings, strict=True)]

    return words


def compare(name: str, ours: Callable[[Path], Any], theirs: Callable[[Path], Any], paths: list[Path]) -> float:
    """Print the median ratio of times, and return it."""
    for path in paths[:WARM_UP]:
        ours(path)
        theirs(path)
    mine, other, ratios = [], [], []
    for path in paths[WARM_UP:]:
        a, _ = seconds(lambda: ours(path))  # noqa: B023
        b, _ = seconds(lambda: theirs(path))  # noqa: B023
        c, _ = seconds(lambda: theirs(path))  # noqa: B023
        d, _ = seconds(lambda: ours(path))  # noqa: B023
        mine.append((a + d) / 2)
        other.append((b + c) / 2)
        ratios.append((a + d) / (b + c))
    print(
        f"{name}: median ratio {statistics.median(ratios):.2f} over {len(ratios)} photos "
        f"(ours {statistics.median(mine) * 1e3:.0f} ms, RapidOCR {statistics.median(other) * 1e3:.0f} ms)"
    )
    return statistics.median(ratios)


def paths_of(data: Path, photos: int) -> list[Path]:
    """That many photos, and those of the warm-up, from all over the dev part."""
    records = photos_of(data, "dev")
    step = max(1, len(records) // (photos + WARM_UP))
    return [data / "textref-real" / record["file"] for record in records[::step]][: photos + WARM_UP]


def ratio_of_read(data: Path, photos: int, threads: int) -> float:
    """Median ratio of our read and first find over RapidOCR's read."""
    from whichtext import Reader

    reader = Reader(threads=threads)
    paths = paths_of(data, photos)
    return compare(
        "read + first find", lambda path: reader.read(path).find(QUESTIONS[0]), rapidocr_words(threads), paths
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parts-only", action="store_true", help="only localization, recognition and words")
    arguments = parser.parse_args()
    paths = paths_of(arguments.data, arguments.photos)
    theirs = rapidocr_words(arguments.threads)
    compare("localize + recognize + words", localize_and_read(arguments.threads), theirs, paths)
    if arguments.parts_only:
        return
    from whichtext import Reader

    reader = Reader(threads=arguments.threads)
    compare("read + first find", lambda path: reader.read(path).find(QUESTIONS[0]), theirs, paths)
    further: list[float] = []
    for path in paths[WARM_UP:]:
        scene = reader.read(path)
        scene.find(QUESTIONS[0])
        further.extend(seconds(partial(scene.find, question))[0] for question in QUESTIONS[1:])
    print(f"a further question: median {statistics.median(further) * 1e3:.1f} ms, slowest {max(further) * 1e3:.1f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory of the process, RapidOCR included: {peak / 1024:.0f} MB")


if __name__ == "__main__":
    main()
