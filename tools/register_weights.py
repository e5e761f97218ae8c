"""Enter a weight file of the package into the manifest, with the sha256 of what lies there now.

python tools/register_weights.py NAME --purpose "..." --origin "..." --licence "..." --command "..." --data "..."
"""

import argparse
import hashlib
import json
from pathlib import Path

WEIGHTS = Path(__file__).resolve().parent.parent / "src" / "whichtext" / "weights"


def register(name: str, *, purpose: str, origin: str, licence: str, command: str, data: str) -> None:
    """Add or replace the entry of `src/whichtext/weights/NAME`."""
    content = (WEIGHTS / name).read_bytes()
    manifest_path = WEIGHTS / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    entry = {
        "name": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "purpose": purpose,
        "origin": origin,
        "licence": licence,
        "command": command,
        "data": data,
    }
    manifest["files"] = sorted([e for e in manifest["files"] if e["name"] != name] + [entry], key=lambda e: e["name"])
    manifest_path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    for field in ("purpose", "origin", "licence", "command", "data"):
        parser.add_argument(f"--{field}", required=True)
    register(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
