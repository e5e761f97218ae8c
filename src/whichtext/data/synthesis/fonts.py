"""Typefaces: found in folders, checked for the glyphs that a string needs; at least the one inside Pillow."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import ImageFont

from whichtext.errors import InputError

__all__ = ["BUILT_IN", "Face", "FontLibrary", "discover"]

SYSTEM_FONTS = Path("/usr/share/fonts")
_SUFFIXES = {".ttf", ".otf"}
_NO_LETTERS = re.compile(
    r"symbol|emoji|dingbat|icon|d050000|barcode|math|music|wingding|braille|dseg|d7x|ornament", re.I
)
_SCRIPT = re.compile(
    r"script|hand|lobster|pacifico|dancing|amatic|breip|humor|isabella|caveat|satisfy|cookie|kaushan|chancery|z003|"
    r"courgette|brush|cursive|marker|chalk|ecolier|femke|radisnoir|tomson|italianno|great|vibes|sacramento",
    re.I,
)
_BOLD = re.compile(r"bold|black|heavy|extrabold|demi", re.I)
_SLANTED = re.compile(r"italic|oblique|slanted", re.I)
_NARROW_USE = re.compile(r"fraktur|gothic.?blackletter|oldania|typoscript|thin|hairline|ultralight", re.I)
_NEEDED = "AEGORTaegort0159"
"""A face without any of these is no face for words; other glyphs are looked up when a string needs them."""
_ANY_FACE_TRIES = 40


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface; the path None is the one that ships with Pillow."""

    path: str | None
    is_script: bool = False
    is_bold: bool = False
    is_slanted: bool = False

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at a size in pixels."""
        return _load(self.path, max(4, size))

    def can_write(self, string: str) -> bool:
        """Whether it has a glyph for every character."""
        return all(char == " " or _has_glyph(self.path, char) for char in string)


BUILT_IN = Face(None)


@lru_cache(maxsize=512)
def _load(path: str | None, size: int) -> ImageFont.FreeTypeFont:
    if path is None:
        face = ImageFont.load_default(size)
        if not isinstance(face, ImageFont.FreeTypeFont):
            raise InputError("Pillow was built without FreeType: text cannot be drawn; install Pillow's own wheel")
        return face
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def _glyph(path: str | None, char: str) -> bytes:
    mask = _load(path, 20).getmask(char)
    return bytes(np.asarray(mask, dtype=np.uint8)) + bytes(repr(mask.size), "ascii")


@lru_cache(maxsize=65536)
def _has_glyph(path: str | None, char: str) -> bool:
    glyph = _glyph(path, char)
    return glyph != _glyph(path, "\U0010fffe") and any(glyph.partition(b"(")[0])


@lru_cache(maxsize=4096)
def _is_usable(path: str) -> bool:
    try:
        return all(_has_glyph(path, char) for char in _NEEDED) and _glyph(path, "O") != _glyph(path, "I")
    except (OSError, ValueError):
        return False


def discover(folders: Sequence[Path]) -> tuple[Path, ...]:
    """TrueType and OpenType files below the folders, in an order that does not depend on the file system."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix.lower() in _SUFFIXES and not _NO_LETTERS.search(path.name):
                found.setdefault(path.name, path)
    return tuple(found[name] for name in sorted(found))


class FontLibrary:
    """Typefaces to pick from. Only paths are kept; faces are opened, and looked through, when they are first picked."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        for folder in folders:
            if not folder.is_dir():
                raise InputError(f"the folder of fonts {str(folder)!r} does not exist")
        paths = discover(folders)
        if folders and not paths:
            raise InputError(f"no .ttf or .otf file below {', '.join(repr(str(folder)) for folder in folders)}")
        self.faces = tuple(
            Face(str(path), bool(_SCRIPT.search(name)), bool(_BOLD.search(name)), bool(_SLANTED.search(name)))
            for path in paths
            if not _NARROW_USE.search(name := path.name)
        ) or (BUILT_IN,)
        self._groups = {
            "any": self.faces,
            "script": tuple(face for face in self.faces if face.is_script) or self.faces,
            "bold": tuple(face for face in self.faces if face.is_bold and not face.is_script) or self.faces,
            "plain": tuple(face for face in self.faces if not face.is_script) or self.faces,
        }

    def pick(self, rng: np.random.Generator, string: str, *, group: str = "any") -> Face:
        """A face of a group (any, script, bold, plain) that has all glyphs of the string; else the built-in one."""
        faces = self._groups[group]
        for _ in range(_ANY_FACE_TRIES):
            face = faces[int(rng.integers(len(faces)))]
            if face.path is None or (_is_usable(face.path) and face.can_write(string)):
                return face
        return BUILT_IN
