"""JSON documents of hundreds of megabytes, entry by entry.

COCO-Text, RefExp and COCO keep a whole data set in one document: an object whose `anns` holds 173,589 annotations.
Loaded at once these are millions of Python values. Here the text is read once and each entry of the large members is
parsed and forgotten again; what stays is the text and where each entry begins. An entry is parsed anew when its
image's turn comes. Repeated keys, which `json.load` would swallow, are seen on the way.
"""

import json
import os
import re
from array import array
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from whichtext.data.files import DEFAULT_LIMITS, ReadLimits, decode, read_bytes
from whichtext.data.record import Place
from whichtext.errors import DatasetError

__all__ = ["Entries", "JsonFile", "parse_json"]

_BLANKS = re.compile(r"[ \t\n\r]*")
_BLOCK = 16_384

Visit = Callable[[int, "str | None", Any], None]
"""What is done with each entry when it is found: (position among the entries, its key or None in a list, value)."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def parse_json(text: str) -> Any:
    """One JSON value. Raises ValueError for anything else: syntax, NaN, too deep nesting, too many digits."""
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


class Entries:
    """The entries of one large object or list of a document, parsed one at a time."""

    def __init__(self, file: "JsonFile", name: str) -> None:
        self._file = file
        self._name = name
        self._starts = array("q")
        self.keys: list[str] = []
        """Of an object: the key of each entry; empty for a list."""
        self.is_list = True

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, position: int) -> Any:
        """Parse one entry."""
        return self._file.value_at(self._starts[position])[0]

    def key(self, position: int) -> str | None:
        """Key of an entry; None in a list."""
        return None if self.is_list else self.keys[position]

    def place(self, position: int, path: str = "") -> Place:
        """Where an entry, or a part of it, is written."""
        inside = f"[{position}]" if self.is_list else f"[{json.dumps(self.keys[position])}]"
        return self._file.place(self._starts[position], f"{self._name}{inside}{'.' if path else ''}{path}")

    def add(self, key: str | None, start: int) -> None:
        """Remember where an entry begins."""
        self._starts.append(start)
        if key is not None:
            self.keys.append(key)


class JsonFile:
    """A JSON document of one object, read once, parsed in parts.

    `visits` names the large members and what to do with each of their entries on the way (None: nothing). The other
    members are skipped, those named in `small` are kept. A document that is a list counts as an object with the one
    member `root`, where that is given. Raises `DatasetError` where the document is no valid JSON.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        visits: Mapping[str, Visit | None],
        *,
        small: tuple[str, ...] = (),
        root: str | None = None,
        limits: ReadLimits = DEFAULT_LIMITS,
    ) -> None:
        self.name = os.fspath(path)
        self._text = decode(read_bytes(path, max_bytes=limits.max_bytes), self.name)
        self._lines_before = array("q")
        self.entries: dict[str, Entries] = {}
        """The large members that are there, by name."""
        self.members: dict[str, Any] = {}
        """The small ones that are there."""
        start = self._after_blanks(0)
        first = self._text[start : start + 1]
        if first == "[" and root is not None:
            end = self._member(root, start, visits, small)
        elif first == "{":
            end = self._walk_object(start, lambda key, at: self._member(key, at, visits, small))
        else:
            raise self._error(start, "the document is no JSON object")
        rest = self._after_blanks(end)
        if rest != len(self._text):
            raise self._error(rest, "something follows after the end of the JSON document")

    def require(self, name: str) -> Entries:
        """A large member that must be there."""
        if name not in self.entries:
            raise DatasetError(f"the key {name!r} is missing: is this the right file?", file=self.name)
        return self.entries[name]

    def place(self, position: int, path: str | None = None) -> Place:
        """A position in the text as file, line and path."""
        return Place(self.name, self._line(position), path)

    def value_at(self, start: int) -> tuple[Any, int]:
        """Parse the value that begins at a position; returns it and where it ends."""
        try:
            value, end = _DECODER.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            raise self._error(error.pos, f"no valid JSON: {error.msg}") from error
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise self._error(start, f"no valid JSON: {reason}") from error
        return value, end

    def _member(self, key: str, start: int, visits: Mapping[str, Visit | None], small: tuple[str, ...]) -> int:
        if key in self.entries or key in self.members:
            raise self._error(start, f"the key {key!r} stands twice in the document")
        if key not in visits:
            value, end = self.value_at(start)
            if key in small:
                self.members[key] = value
            return end
        entries = self.entries[key] = Entries(self, key)
        visit = visits[key]

        def note(name: str | None, at: int) -> int:
            value, end = self.value_at(at)
            entries.add(name, at)
            if visit is not None:
                visit(len(entries) - 1, name, value)
            return end

        first = self._text[start : start + 1]
        if first == "{":
            entries.is_list = False
            return self._walk_object(start, note)
        if first == "[":
            return self._walk_list(start, lambda at: note(None, at))
        raise self._error(start, f"{key!r} is neither an object nor a list")

    def _walk_object(self, start: int, visit: Callable[[str, int], int]) -> int:
        """Call `visit` with the key and the position of each value of an object; it returns where the value ends."""
        at = self._after_blanks(start + 1)
        if self._text[at : at + 1] == "}":
            return at + 1
        while True:
            key, at = self.value_at(at)
            if not isinstance(key, str):
                raise self._error(at, "no valid JSON: a key must be a string")
            at = self._after_blanks(at)
            if self._text[at : at + 1] != ":":
                raise self._error(at, "no valid JSON: ':' expected")
            at = self._after_blanks(visit(key, self._after_blanks(at + 1)))
            sign = self._text[at : at + 1]
            if sign == "}":
                return at + 1
            if sign != ",":
                raise self._error(at, "no valid JSON: ',' or '}' expected")
            at = self._after_blanks(at + 1)

    def _walk_list(self, start: int, visit: Callable[[int], int]) -> int:
        at = self._after_blanks(start + 1)
        if self._text[at : at + 1] == "]":
            return at + 1
        while True:
            at = self._after_blanks(visit(at))
            sign = self._text[at : at + 1]
            if sign == "]":
                return at + 1
            if sign != ",":
                raise self._error(at, "no valid JSON: ',' or ']' expected")
            at = self._after_blanks(at + 1)

    def _after_blanks(self, position: int) -> int:
        match = _BLANKS.match(self._text, position)
        return position if match is None else match.end()

    def _error(self, position: int, message: str) -> DatasetError:
        return DatasetError(message, file=self.name, line=self._line(position))

    def _line(self, position: int) -> int:
        """Line of a position; each annotation asks for its own, so the line ends are counted once, block by block."""
        if not self._lines_before:
            count = 1
            for start in range(0, len(self._text) + 1, _BLOCK):
                self._lines_before.append(count)
                count += self._text.count("\n", start, start + _BLOCK)
        block = min(position // _BLOCK, len(self._lines_before) - 1)
        return self._lines_before[block] + self._text.count("\n", block * _BLOCK, position)
