"""How long a fresh process takes to import whichtext, to print its help, and to give its first answer.

    python benchmarks/startup.py [--runs 7]

Prints the median and the range of wall seconds over fresh processes, and the median of processor seconds (summed over
cores), beside an empty `python -c pass`. Files are in the page cache after the first, uncounted run of each.
"""

import argparse
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from whichtext.examples import street_path

QUERY = "the phone number on the white van"


def seconds_of(command: Sequence[str], runs: int) -> tuple[list[float], list[float]]:
    """Wall and processor seconds of each of `runs` fresh processes, after one that is not counted."""
    wall, processor = [], []
    for _ in range(runs + 1):
        start, used = time.perf_counter(), _processor_seconds()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall.append(time.perf_counter() - start)
        processor.append(_processor_seconds() - used)
    return wall[1:], processor[1:]


def _processor_seconds() -> float:
    """What all finished child processes have used so far, over all cores."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    whichtext = [sys.executable, "-m", "whichtext"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import whichtext": [sys.executable, "-c", "import whichtext"],
        "whichtext --help": [*whichtext, "--help"],
        "whichtext find --help": [*whichtext, "find", "--help"],
        "first answer": [*whichtext, "find", str(street_path()), QUERY, "--threads", str(options.threads)],
    }
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {options.runs} fresh processes each, wall seconds"
    )
    for name, command in commands.items():
        wall, processor = seconds_of(command, options.runs)
        print(
            f"{name:24} median {statistics.median(wall):6.3f}   range {min(wall):.3f} – {max(wall):.3f}"
            f"   processor {statistics.median(processor):6.3f}"
        )


if __name__ == "__main__":
    main()
