"""Time of `Reader.read`, alone and with a first `find`, over RapidOCR's read, in one run; further questions; memory.

    python benchmarks/speed.py [--localizer NAME] [--recognizer NAME] [--data ../shared/data] [--photos 40]

Each photo goes through all of ours and then RapidOCR, and once more in the opposite order, after a warm-up on other
photos; whatever else the machine does meets both. RapidOCR runs with its default settings and word boxes. A figure is
the median over photos of the ratio of times; the times themselves are medians too. Photos of the dev part, files on
disk, decoding included.
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
from whichtext import defaults

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


def words_alone(localizer: str, recognizer: str, threads: int) -> Callable[[Path], Any]:
    """Our localizer, recognizer and the settling of words alone, photo decoding included: what RapidOCR does too."""
    from whichtext.localization.found_words import found_words
    from whichtext.localization.protocol import LocalizationOptions
    from whichtext.reader import LOCALIZERS, RECOGNIZERS

    locate, read = LOCALIZERS[localizer](threads), RECOGNIZERS[recognizer](threads)

    def words(path: Path) -> Any:
        with Image.open(path) as photo:
            image = np.asarray(photo.convert("RGB"))
        located = locate.localize(image, LocalizationOptions())
        readings = read.recognize(image, [region.polygon for region in located.regions])
        return found_words(image, locate.level, located, readings)

    return words


def compare(ours: dict[str, Callable[[Path], Any]], theirs: Callable[[Path], Any], paths: list[Path]) -> list[float]:
    """Print the median ratio of times of each of ours, by name, and return these ratios."""
    for path in paths[:WARM_UP]:
        for action in (*ours.values(), theirs):
            action(path)
    mine: dict[str, list[float]] = {name: [] for name in ours}
    other: list[float] = []
    for path in paths[WARM_UP:]:
        there = {name: seconds(partial(action, path))[0] for name, action in ours.items()}
        other.append((seconds(partial(theirs, path))[0] + seconds(partial(theirs, path))[0]) / 2)
        back = {name: seconds(partial(action, path))[0] for name, action in reversed(ours.items())}
        for name in ours:
            mine[name].append((there[name] + back[name]) / 2)
    ratios = []
    for name, times in mine.items():
        ratios.append(statistics.median(a / b for a, b in zip(times, other, strict=True)))
        print(
            f"{name}: median ratio {ratios[-1]:.2f} over {len(times)} photos "
            f"(ours {statistics.median(times) * 1e3:.0f} ms, RapidOCR {statistics.median(other) * 1e3:.0f} ms)"
        )
    return ratios


def paths_of(data: Path, photos: int) -> list[Path]:
    """That many photos, and those of the warm-up, from all over the dev part."""
    records = photos_of(data, "dev")
    step = max(1, len(records) // (photos + WARM_UP))
    return [data / "textref-real" / record["file"] for record in records[::step]][: photos + WARM_UP]


def ratio_of_read(data: Path, photos: int, threads: int) -> float:
    """Median ratio of our read and first find over RapidOCR's read."""
    from whichtext import Reader

    reader = Reader(threads=threads)
    ours = {"read + first find": lambda path: reader.read(path).find(QUESTIONS[0])}
    return compare(ours, rapidocr_words(threads), paths_of(data, photos))[0]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--localizer", default=defaults.LOCALIZER, help="ours, by name")
    parser.add_argument("--recognizer", default=defaults.RECOGNIZER, help="ours, by name")
    parser.add_argument("--parts-only", action="store_true", help="only localization, recognition and words")
    arguments = parser.parse_args()
    paths = paths_of(arguments.data, arguments.photos)
    names = {"localizer": arguments.localizer, "recognizer": arguments.recognizer}
    ours = {"localize + recognize + words": words_alone(**names, threads=arguments.threads)}
    if not arguments.parts_only:
        from whichtext import Reader

        reader = Reader(threads=arguments.threads, **names)
        ours["read"] = reader.read
        ours["read + first find"] = lambda path: reader.read(path).find(QUESTIONS[0])
    print(f"localizer {arguments.localizer}, recognizer {arguments.recognizer}, {arguments.threads} threads")
    compare(ours, rapidocr_words(arguments.threads), paths)
    if arguments.parts_only:
        return
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
