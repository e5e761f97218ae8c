"""How results look on a terminal and as JSON Lines. What a photo says is data: it cannot steer the terminal."""

import json
import sys
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whichtext.types import PhotoInfo, Text

__all__ = ["complain", "place_in_words", "print_json", "print_line", "quoted", "visible", "where"]

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that show nothing or steer the terminal: controls, bidi overrides, surrogates, line separators."""


def visible(text: str) -> str:
    """Escape every character that shows nothing or steers the terminal, so that what is seen is what is there."""
    return "".join(_escaped(char) if unicodedata.category(char) in _INVISIBLE else char for char in text)


def quoted(text: "Text") -> str:
    """What a text says, on one line: the lines of a block are parted by ` / `."""
    return " / ".join(visible(line) for line in text.text.split("\n")) if text.text else "(unreadable)"


def place_in_words(text: "Text", photo: "PhotoInfo") -> str:
    """Where a text is, in words: at the top left, in the middle."""
    x = (text.box[0] + text.box[2]) / 2 / max(1, photo.width)
    y = (text.box[1] + text.box[3]) / 2 / max(1, photo.height)
    row = "top" if y < 1 / 3 else "bottom" if y > 2 / 3 else ""
    column = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    return f"at the {row} {column}".replace("  ", " ").rstrip() if row or column else "in the middle"


def where(text: "Text", photo: "PhotoInfo") -> str:
    """Level, place in words, surface and box of a text."""
    carrier = text.attributes.carrier
    surface = ""
    if carrier is not None and carrier.noun is not None:
        look = " ".join(word for word in (carrier.colour, carrier.noun) if word)
        surface = f", on {'an' if look[0] in 'aeiou' else 'a'} {look}"
    box = " ".join(f"{value:.0f}" for value in text.box)
    return f"{text.level} {place_in_words(text, photo)}{surface}, box {box}"


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON Lines object on stdout, ASCII only: any terminal, any file name, any reading is safe in it."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True, allow_nan=False) + "\n")
    sys.stdout.flush()


def print_line(line: str) -> None:
    """One line of the product on stdout, whatever the terminal's encoding."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def complain(message: str) -> None:
    """One line for the person on stderr."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    sys.stderr.write(f"whichtext: {visible(message)}".encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stderr.flush()


def _escaped(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
