"""Word detection and end-to-end word reading on the dev photos, for whichtext and for RapidOCR in the same run.

    python benchmarks/detection.py [--data ../shared/data] [--photos N] [--localizer dtln] [--without-rapidocr]

Ours is the same as `whichtext evaluate detection textref TEXTREF/words.jsonl --split dev --source ic15_` (or `mlt_`),
and `spotting` for reading. The rule is the data set's own, `best_pairs` of `whichtext.evaluation`: a found word and a
true word match one to one where their polygons have IoU > 0.5, best pairs first; a found word with more than half of
its area inside a don't-care region is excused. End to end (`best_pairs_e2e`) the matched words must also say the same,
regardless of case, letters and digits only; precision and recall are over the same words as for detection. MLT photos
have no don't-care regions and no official transcription.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext import defaults
from whichtext.evaluation.results import Figures
from whichtext.evaluation.tasks.detection import DetectionTask, score_words
from whichtext.evaluation.tasks.engines import EngineNames
from whichtext.evaluation.tasks.photos import Selection, TaskPhoto
from whichtext.evaluation.tasks.running import run_task
from whichtext.evaluation.tasks.words import words_of
from whichtext.geometry import as_polygon
from whichtext.localization.found_words import FoundWord

DEFAULT_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
SOURCES = {"ICDAR-2015": "ic15_", "MLT": "mlt_"}
"""How the names of the photos begin."""
BARS = {("ICDAR-2015", "best_pairs"): 0.62, ("MLT", "best_pairs"): 0.575, ("ICDAR-2015", "best_pairs_e2e"): 0.53}
"""Least F of the foundation, by source and rule."""

Found = tuple[str, NDArray[np.float64]]
"""What a word says and its quad (4, 2)."""
Totals = dict[tuple[str, str], Figures]
"""By source and rule."""


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


def whichtext_totals(
    data: Path,
    *,
    split: str = "dev",
    photos: int | None = None,
    jobs: int = 2,
    threads: int = 1,
    localizer: str = defaults.LOCALIZER,
) -> tuple[Totals, tuple[TaskPhoto, ...]]:
    """Our figures, and the photos that they are of."""
    selection = Selection("textref", data / "textref-real" / "words.jsonl", split=split, limit=photos)
    run = run_task(
        DetectionTask(("best_pairs",)), selection, EngineNames(localizer=localizer, threads=threads), jobs=jobs
    )
    return totals(run.photos, [words_of(run.outcomes[photo.name]) for photo in run.photos]), run.photos


def rapidocr_totals(photos: Sequence[TaskPhoto], threads: int) -> Totals:
    """RapidOCR's figures on the same photos by the same functions."""
    words = rapidocr_words(threads)
    found = [tuple(FoundWord(as_polygon(quad), text, 1.0, 1.0) for text, quad in words(photo.path)) for photo in photos]
    return totals(photos, found)


def totals(photos: Sequence[TaskPhoto], words: Sequence[Sequence[FoundWord]]) -> Totals:
    """Figures of found words, one sequence a photo, by source and rule."""
    figures: Totals = {}
    for source, start in SOURCES.items():
        chosen = [(photo, own) for photo, own in zip(photos, words, strict=True) if photo.name.startswith(start)]
        for rule in ("best_pairs", "best_pairs_e2e"):
            figures[source, rule] = score_words(rule, [photo for photo, _ in chosen], [own for _, own in chosen]).total
    return figures


def report(name: str, figures: Totals) -> None:
    """Print two rows."""
    for source in SOURCES:
        found, read = figures[source, "best_pairs"], figures[source, "best_pairs_e2e"]
        row = f"{name:10} {source:10} detection {_measures(found)}"
        if source == "ICDAR-2015":
            row += f"   end to end {_measures(read)}"
        print(f"{row}   ({found.truths} true words, {found.detections} found)")


def _measures(total: Figures) -> str:
    return f"P {total.precision:.3f} R {total.recall:.3f} F {total.hmean:.3f}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA)))
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--photos", type=int, help="only the first N photos")
    parser.add_argument("--threads", type=int, default=2, help="of RapidOCR")
    parser.add_argument("--jobs", type=int, default=2, help="our workers, of one thread each")
    parser.add_argument("--localizer", default=defaults.LOCALIZER, help="ours, by name")
    parser.add_argument("--without-rapidocr", action="store_true")
    arguments = parser.parse_args()
    ours, photos = whichtext_totals(
        arguments.data,
        split=arguments.split,
        photos=arguments.photos,
        jobs=arguments.jobs,
        localizer=arguments.localizer,
    )
    print("rule: best_pairs, best_pairs_e2e (the data set's own)")
    report(arguments.localizer, ours)
    for (source, rule), bar in BARS.items():
        if not ours[source, rule].truths:
            continue
        value = ours[source, rule].hmean
        print(f"  {source} {rule}: F {value:.3f}, bar {bar:.3f}: {'kept' if value >= bar else 'MISSED'}")
    if not arguments.without_rapidocr:
        report("rapidocr", rapidocr_totals(photos, arguments.threads))


if __name__ == "__main__":
    main()
