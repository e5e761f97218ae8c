"""The picture that ships with the package, drawn by `tools/draw_examples.py`: a street with signs, shops and a van."""

from pathlib import Path

__all__ = ["street_path"]


def street_path() -> Path:
    """Where the example picture lies (JPEG)."""
    return Path(__file__).parent / "street.jpg"
