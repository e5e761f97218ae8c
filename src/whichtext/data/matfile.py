"""MATLAB 5 files (`-v6`, `-v7`), variable by variable and cell by cell, in memory that does not grow with the file.

SynthText's `gt.mat` holds the boxes of 858,750 images in four cell arrays; loaded at once they need many gigabytes.
Here a cell array is a stream: its cells are unpacked one after the other from the compressed file, and several arrays
can be walked side by side. Numeric, logical, char and cell arrays are read; structs, objects, sparse and function
arrays are refused. Damage is a `MatError`, sizes are checked before anything is allocated.

Format: MathWorks, "MAT-File Format", version 5. A file is a header of 128 bytes and a row of elements; an element is
a tag (type, bytes) and its data, padded to 8 bytes; a compressed element holds one element packed with zlib.
"""

import math
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CellArray", "MatError", "MatFile", "MatValue"]

MatValue = NDArray[Any] | str | list[Any]
"""A numeric array in MATLAB's shape, a string, or a list of values (a nested cell array, column by column)."""

_NUMBER_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""Element type to numpy type; 8, 10 and 11 are reserved."""
_TEXT_TYPES = {2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32", 1: "latin-1"}
_MATRIX = 14
_COMPRESSED = 15
_CELL_CLASS = 1
_CHAR_CLASS = 4
_NUMBER_CLASSES = range(6, 16)
_MAX_ARRAY_BYTES = 64_000_000
"""Of one array, or of one cell with all that it holds."""
_CELL_COST = 200
"""Bytes of memory that an empty cell takes."""
_MAX_DEPTH = 4
_MAX_CELLS = 50_000_000
_CHUNK = 65_536


class MatError(ValueError):
    """Not a MATLAB 5 file, damaged, or something that is not read."""


class _Source:
    """Bytes in order, of a file or unpacked from one compressed element."""

    def __init__(self, file: IO[bytes], length: int, *, packed: bool) -> None:
        self._file = file
        self._left = length
        self._unpacker = zlib.decompressobj() if packed else None
        self._buffer = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        if self._unpacker is None:
            if count > self._left:
                raise MatError("an element is longer than the one that holds it")
            piece = self._file.read(count)
            self._left -= count
        else:
            piece = self._unpacked(count)
        if len(piece) != count:
            raise MatError("the file ends too early")
        return piece

    def skip(self, count: int) -> None:
        """Leave out `count` bytes."""
        while count > 0:
            count -= len(self.take(min(count, _CHUNK)))

    def _unpacked(self, count: int) -> bytes:
        assert self._unpacker is not None
        end = self._at + count
        if end > len(self._buffer):
            pieces = [self._buffer[self._at :]]
            ready = len(pieces[0])
            while ready < count:
                packed = self._unpacker.unconsumed_tail
                if not packed and not self._unpacker.eof:
                    packed = self._file.read(min(self._left, _CHUNK))
                    self._left -= len(packed)
                try:
                    piece = self._unpacker.decompress(packed, max(_CHUNK, count - ready))
                except zlib.error as error:
                    raise MatError(f"a compressed element is damaged: {error}") from error
                if not piece and (self._unpacker.eof or not packed):
                    break
                pieces.append(piece)
                ready += len(piece)
            self._buffer = b"".join(pieces)
            self._at, end = 0, count
        piece = self._buffer[self._at : end]
        self._at = end
        return piece


@dataclass(frozen=True, slots=True)
class _ArrayHead:
    """What stands before the data of an array."""

    kind: int
    is_complex: bool
    shape: tuple[int, ...]
    name: str

    @property
    def size(self) -> int:
        return math.prod(self.shape)


class CellArray:
    """A cell array of a file; each iterator unpacks its cells anew, in MATLAB's order (column by column)."""

    def __init__(self, file: "MatFile", position: int, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self._file = file
        self._position = position

    def __len__(self) -> int:
        return math.prod(self.shape)

    def __iter__(self) -> Iterator[MatValue]:
        with open(self._file.path, "rb") as stream:
            reader, head = self._file.open_variable(stream, self._position)
            for _ in range(head.size):
                yield reader.next_cell()


class MatFile:
    """The variables of a file by name: numeric arrays and strings as values, cell arrays as `CellArray`.

    `wanted` names the variables to look at; the others are skipped unseen. Raises OSError where the file cannot be
    opened.
    """

    def __init__(self, path: str | os.PathLike[str], wanted: tuple[str, ...]) -> None:
        self.path = os.fspath(path)
        self.variables: dict[str, MatValue | CellArray] = {}
        with open(self.path, "rb") as stream:
            self._size = os.fstat(stream.fileno()).st_size
            self._order = self._read_header(stream)
            position = 128
            while position + 8 <= self._size:
                position = self._read_variable(stream, position, wanted)

    def open_variable(self, stream: IO[bytes], position: int) -> tuple["_Reader", _ArrayHead]:
        """Stand at the data of the variable whose element begins at a position."""
        stream.seek(position)
        kind, length = struct.unpack(self._order + "II", _exactly(stream, 8))
        if length > self._size - position - 8:
            raise MatError("the file ends too early")
        if kind == _COMPRESSED:
            reader = _Reader(_Source(stream, length, packed=True), self._order)
            kind, length = reader.tag_of_matrix()
        else:
            reader = _Reader(_Source(stream, length, packed=False), self._order)
        if kind != _MATRIX:
            raise MatError(f"element of type {kind} where an array was expected")
        return reader, reader.head()

    def _read_header(self, stream: IO[bytes]) -> str:
        header = stream.read(128)
        if header[:8] == b"\x89HDF\r\n\x1a\n" or b"MATLAB 7.3 MAT-file" in header:
            raise MatError("a MATLAB 7.3 file (HDF5)")
        order = {b"IM": "<", b"MI": ">"}.get(header[126:128])
        if len(header) < 128 or order is None:
            raise MatError("no MATLAB 5 file: the header is missing")
        return order

    def _read_variable(self, stream: IO[bytes], position: int, wanted: tuple[str, ...]) -> int:
        """Look at the variable at a position; returns where the next one begins."""
        stream.seek(position)
        kind, length = struct.unpack(self._order + "II", _exactly(stream, 8))
        following: int = position + 8 + length
        if following > self._size:
            raise MatError("the file ends too early")
        if kind not in (_MATRIX, _COMPRESSED):
            return following
        reader, head = self.open_variable(stream, position)
        if head.name in wanted:
            if head.name in self.variables:
                raise MatError(f"the variable {head.name!r} stands twice in the file")
            is_cell = head.kind == _CELL_CLASS
            value = CellArray(self, position, head.shape) if is_cell else reader.body(head, depth=0)
            self.variables[head.name] = value
        return following


class _Reader:
    """Reads arrays from a source."""

    def __init__(self, source: _Source, order: str) -> None:
        self._source = source
        self._order = order
        self._budget = _MAX_ARRAY_BYTES

    def next_cell(self) -> MatValue:
        """One cell of a cell array that is walked through."""
        self._budget = _MAX_ARRAY_BYTES  # a few packed bytes can unpack to cells in cells without end
        return self._cell(depth=1)

    def tag_of_matrix(self) -> tuple[int, int]:
        """Type and length of the element that is packed in a compressed one."""
        kind, length = struct.unpack(self._order + "II", self._source.take(8))
        return int(kind), int(length)

    def head(self) -> _ArrayHead:
        """Flags, shape and name of an array."""
        kind, flags = self._element(limit=8)
        if kind != 6 or len(flags) != 8:
            raise MatError("array flags are missing")
        word = struct.unpack(self._order + "II", flags)[0]
        kind, data = self._element(limit=256)
        if kind != 5 or len(data) % 4 or len(data) < 8:
            raise MatError("array dimensions are missing")
        shape = struct.unpack(f"{self._order}{len(data) // 4}i", data)
        if min(shape) < 0 or len(shape) > 8 or math.prod(max(1, side) for side in shape) > _MAX_CELLS:
            raise MatError(f"an array of shape {shape[:8]}")
        kind, name = self._element(limit=1000)
        if kind != 1:
            raise MatError("the name of an array is missing")
        return _ArrayHead(word & 0xFF, bool(word & 0x800), shape, name.decode("latin-1"))

    def _cell(self, depth: int) -> MatValue:
        """An array with its tag."""
        self._spend(_CELL_COST)
        if depth > _MAX_DEPTH:
            raise MatError("cells nested too deeply")
        kind, length = struct.unpack(self._order + "II", self._source.take(8))
        if kind != _MATRIX:
            raise MatError(f"element of type {kind} where a cell was expected")
        if length == 0:
            return np.zeros((0, 0))
        return self.body(self.head(), depth=depth)

    def body(self, head: _ArrayHead, *, depth: int) -> MatValue:
        """The data of an array after its head."""
        if head.kind == _CELL_CLASS:
            if head.size > 1_000_000:
                raise MatError(f"a nested cell array of {head.size} cells")
            return [self._cell(depth + 1) for _ in range(head.size)]
        if head.kind == _CHAR_CLASS:
            return self._text(head)
        if head.kind in _NUMBER_CLASSES:
            numbers = self._numbers(head)
            if head.is_complex:
                self._numbers(head)
            return numbers
        raise MatError(f"an array of class {head.kind} (struct, object, sparse or function) is not read")

    def _numbers(self, head: _ArrayHead) -> NDArray[Any]:
        kind, data = self._element(limit=_MAX_ARRAY_BYTES)
        name = _NUMBER_TYPES.get(kind)
        if name is None:
            raise MatError(f"element of type {kind} where numbers were expected")
        kind_of_number = np.dtype(self._order + name)
        if len(data) % kind_of_number.itemsize:
            raise MatError(f"{len(data)} bytes are no whole number of {name}")
        numbers = np.frombuffer(data, dtype=kind_of_number) if data else np.zeros(0)
        if len(numbers) != head.size:
            raise MatError(f"{len(numbers)} numbers in an array of shape {head.shape}")
        return numbers.reshape(head.shape, order="F")

    def _text(self, head: _ArrayHead) -> str:
        """A char array; of several rows: the rows joined by line feeds, as `cellstr` has them without their padding."""
        kind, data = self._element(limit=_MAX_ARRAY_BYTES)
        encoding = _TEXT_TYPES.get(kind)
        if encoding is None:
            raise MatError(f"element of type {kind} where characters were expected")
        if encoding in {"utf-16", "utf-32"}:
            encoding += "-le" if self._order == "<" else "-be"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            raise MatError(f"characters that are not {encoding}: {error.reason}") from error
        if len(head.shape) != 2 or head.shape[0] <= 1:
            return text
        if len(text) != head.size:
            raise MatError(f"{len(text)} characters in an array of shape {head.shape}")
        rows = head.shape[0]
        return "\n".join(text[row::rows].rstrip(" ") for row in range(rows))

    def _element(self, *, limit: int) -> tuple[int, bytes]:
        """Type and data of one element; of small ones both lie in the tag."""
        tag = self._source.take(8)
        word, length = struct.unpack(self._order + "II", tag)
        if word >> 16:
            kind, size = word & 0xFFFF, word >> 16
            if size > 4:
                raise MatError(f"a small element of {size} bytes")
            return kind, tag[4 : 4 + size]
        if length > limit:
            raise MatError(f"an element of {length} bytes, more than {limit}")
        self._spend(length)
        data = self._source.take(length)
        if length % 8:
            self._source.skip(8 - length % 8)
        return word, data

    def _spend(self, size: int) -> None:
        self._budget -= size
        if self._budget < 0:
            raise MatError(f"an array of more than {_MAX_ARRAY_BYTES} bytes")


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise MatError("the file ends too early")
    return data
