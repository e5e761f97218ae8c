"""How many scenes a second `whichtext data synthesize` makes, into a folder that is thrown away.

    python benchmarks/synthesis.py [--scenes 60] [--size 640x480] [--jobs 2] [--fonts FOLDER...] [--cutouts FOLDER]

The start of the processes counts. The time depends on typefaces and cut-outs: without them those of the system and
drawn ones are used.
"""

import argparse
import tempfile
import time
from pathlib import Path

from whichtext.cli.data_synthesize import run


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--fonts", nargs="+", default=[])
    parser.add_argument("--cutouts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(folder) / "scenes"), "--scenes", str(given.scenes), "--seed", str(given.seed)]
        command += ["--size", given.size, "--jobs", str(given.jobs)]
        command += ["--fonts", *given.fonts] if given.fonts else []
        command += ["--cutouts", given.cutouts] if given.cutouts else []
        start = time.perf_counter()
        run(command)
        spent = time.perf_counter() - start
    speed = given.scenes / spent
    print(f"{given.scenes} scenes of {given.size} by {given.jobs} jobs: {spent:.1f} s, {speed:.2f} scenes a second")


if __name__ == "__main__":
    main()
