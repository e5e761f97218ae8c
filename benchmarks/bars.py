"""The bars of the foundation beside today's figures, in one table.

    python benchmarks/bars.py [--data ../shared/data] [--limit N] [--without-speed] [--json FILE]

Every figure comes from the function that the other benchmarks and `whichtext evaluate` print it with. The speed ratios
need RapidOCR (`pip install '.[benchmark]'`) and a quiet machine.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import attributes
import detection
import retrieval
import startup
from whichtext.examples import street_path


@dataclass(frozen=True)
class Bar:
    """One row."""

    figure: str
    bar: float
    measured: float | None
    is_least: bool = True
    """Whether the bar is the least value; else it is the largest."""

    @property
    def verdict(self) -> str:
        """Whether the bar is kept."""
        if self.measured is None:
            return "not measured"
        return "kept" if (self.measured >= self.bar) == self.is_least or self.measured == self.bar else "MISSED"


def retrieval_bars(data: Path, limit: int | None, jobs: int) -> list[Bar]:
    """Given words and photo alone."""
    runs = {
        words: retrieval.measure(data / "textref-real", words, limit=limit, jobs=jobs) for words in retrieval.SETTINGS
    }
    return [
        Bar(f"retrieval, {retrieval.SETTINGS[words]}, {key}", bar, retrieval.figure(runs[words], key))
        for (words, key), bar in retrieval.BARS.items()
    ]


def detection_bars(data: Path, limit: int | None, jobs: int) -> list[Bar]:
    """Detection and end-to-end F."""
    totals, _ = detection.whichtext_totals(data, photos=limit, jobs=jobs)
    return [
        Bar(
            f"{'end-to-end' if rule.endswith('e2e') else 'detection'} F, {source}",
            bar,
            totals[source, rule].hmean if totals[source, rule].truths else None,
        )
        for (source, rule), bar in detection.BARS.items()
    ]


def colour_bars(data: Path) -> list[Bar]:
    """Colours of labelled lines."""
    from whichtext.context.engine import ContextEngine

    figures = attributes.measure(data / "textref-real", "dev", ContextEngine(threads=2))
    bars = {"ink": 0.65, "ground": 0.65, "carrier_colour": 0.55}
    return [Bar(f"colour, {field.replace('_', ' ')}", bar, figures[field]["accuracy"]) for field, bar in bars.items()]


def speed_bars(data: Path, photos: int) -> list[Bar]:
    """Our time over RapidOCR's, and the time of fresh processes."""
    import speed

    rows = [Bar("read + first find over RapidOCR's read", 0.9, speed.ratio_of_read(data, photos, 2), is_least=False)]
    for name, bar, arguments in (
        ("import whichtext, s", 0.5, ["-c", "import whichtext"]),
        ("whichtext --help, s", 0.5, ["-m", "whichtext", "--help"]),
        ("first answer, s", 3.0, ["-m", "whichtext", "find", str(street_path()), startup.QUERY]),
    ):
        wall, _ = startup.seconds_of([sys.executable, *arguments], 3)
        rows.append(Bar(name, bar, sorted(wall)[1], is_least=False))
    return rows


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("WHICHTEXT_DATA", detection.DEFAULT_DATA)))
    parser.add_argument("--limit", type=int, default=None, help="first so many photos only")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--speed-photos", type=int, default=20)
    parser.add_argument("--without-speed", action="store_true")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    parts: list[Callable[[], list[Bar]]] = [
        lambda: retrieval_bars(options.data, options.limit, options.jobs),
        lambda: detection_bars(options.data, options.limit, options.jobs),
        lambda: colour_bars(options.data),
    ]
    if not options.without_speed:
        parts.append(lambda: speed_bars(options.data, options.speed_photos))
    rows: list[Bar] = []
    print(f"{'figure':44} {'bar':>8} {'measured':>9}")
    for part in parts:
        for row in part():
            rows.append(row)
            sign, value = "≥" if row.is_least else "≤", "–" if row.measured is None else f"{row.measured:.3f}"
            print(f"{row.figure:44} {sign} {row.bar:6.3f} {value:>9}  {row.verdict}", flush=True)
    if options.json is not None:
        document = [{**asdict(row), "verdict": row.verdict} for row in rows]
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
