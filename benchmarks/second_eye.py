"""How often do two eyes give a text line the same names? The ceiling for `benchmarks/attributes.py`.

    python benchmarks/second_eye.py --data ../shared/data/textref-real

Train photos whose lines are labelled in the research data and, without a look at those labels, in `annotations/`.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

ANNOTATIONS = Path(__file__).resolve().parents[1] / "annotations" / "textref-train.jsonl"
FIELDS = ("ink", "ground", "carrier_colour", "carrier", "kind")


def lines(path: Path, key: str) -> dict[tuple[str, frozenset[int]], dict[str, Any]]:
    """Labels by photo and words."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(row["image_id"], frozenset(line["targets"])): line for row in rows for line in row.get(key, ())}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TextRef JSON Lines")
    options = parser.parse_args()
    first, second = lines(options.data / "attributes-train.jsonl", "lines"), lines(ANNOTATIONS, "attributes")
    both = [(line, second[name]) for name, line in first.items() if name in second]
    same = Counter(field for one, other in both for field in FIELDS if one[field] == other[field])
    print(f"{len(both)} lines labelled twice")
    for field in FIELDS:
        print(f"{field:15}{same[field] / len(both):.3f}")


if __name__ == "__main__":
    main()
