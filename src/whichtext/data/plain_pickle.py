"""Reads the plain data of a pickle and runs nothing: lists, tuples, dictionaries, strings, numbers, booleans, None.

A pickle is a program for a small stack machine; its dangerous instructions are those that look up a name or call what
was looked up. This reader is an interpreter of its own that does not have them: GLOBAL, REDUCE, BUILD, OBJ, INST,
NEWOBJ, persistent ids, extension codes and everything unknown are refused by name. Protocols 0 to 5 are understood;
Python 2 strings are decoded as UTF-8, or as Latin-1 where they are not.

What would let a small file stand for a large value is refused as well: a list or dictionary may be shared by reference
only while it is flat, and must not change afterwards.
"""

import struct
from collections.abc import Callable
from typing import Any

__all__ = ["PickleRefused", "load_plain_pickle"]


class PickleRefused(ValueError):
    """Not a pickle of plain data; the message says where and why."""


_REFUSED = {
    b"c": "GLOBAL",
    b"\x93": "STACK_GLOBAL",
    b"R": "REDUCE",
    b"b": "BUILD",
    b"i": "INST",
    b"o": "OBJ",
    b"\x81": "NEWOBJ",
    b"\x92": "NEWOBJ_EX",
    b"P": "PERSID",
    b"Q": "BINPERSID",
    b"\x82": "EXT1",
    b"\x83": "EXT2",
    b"\x84": "EXT4",
    b"\x97": "NEXT_BUFFER",
    b"\x98": "READONLY_BUFFER",
}
"""Instructions that look up, call or import something."""

_MARK = object()
_MAX_LINE = 100_000
_MAX_LONG_BYTES = 64
_MAX_INSTRUCTIONS = 50_000_000
"""Ten times what RefCOCOg takes; an instruction of one byte can make a value of sixty."""
_MAX_SHARED = 64
"""Entries of a list that stands in several places."""


def load_plain_pickle(data: bytes) -> Any:
    """Value of a pickle of plain data; `PickleRefused` for anything else."""
    machine = _Machine(data)
    try:
        return machine.run()
    except PickleRefused:
        raise
    except (struct.error, IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        reason = "the file ends too early" if isinstance(error, struct.error) else f"{type(error).__name__}: {error}"
        raise PickleRefused(f"byte {machine.position}: damaged pickle: {reason}") from error


class _Machine:
    """The stack, the memo and the position in the data."""

    def __init__(self, data: bytes) -> None:
        self.position = 0
        self._data = data
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._shared: dict[int, Any] = {}  # by id(); holding the value keeps the id from being used again

    def run(self) -> Any:
        """Carry out instructions until STOP."""
        for _ in range(_MAX_INSTRUCTIONS):
            code = self._take(1)
            if code == b".":
                if len(self._stack) != 1 or self._stack[0] is _MARK:
                    raise PickleRefused(f"byte {self.position}: damaged pickle: {len(self._stack)} values at the end")
                return self._stack[0]
            instruction = _INSTRUCTIONS.get(code)
            if instruction is None:
                name = _REFUSED.get(code, f"unknown instruction 0x{code[0]:02x}")
                raise PickleRefused(f"byte {self.position - 1}: {name} is refused: only plain data is read")
            instruction(self)
        raise PickleRefused(f"byte {self.position}: more than {_MAX_INSTRUCTIONS} instructions")

    def _take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self._data):
            raise PickleRefused(f"byte {self.position}: damaged pickle: the file ends too early")
        piece = self._data[self.position : end]
        self.position = end
        return piece

    def _line(self) -> bytes:
        end = self._data.find(b"\n", self.position, self.position + _MAX_LINE)
        if end < 0:
            raise PickleRefused(f"byte {self.position}: damaged pickle: a line without end")
        piece = self._data[self.position : end]
        self.position = end + 1
        return piece

    def _number(self, layout: str) -> Any:
        return struct.unpack(layout, self._take(struct.calcsize(layout)))[0]

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _since_mark(self) -> list[Any]:
        for start in range(len(self._stack) - 1, -1, -1):
            if self._stack[start] is _MARK:
                values = self._stack[start + 1 :]
                del self._stack[start:]
                return values
        raise PickleRefused(f"byte {self.position}: damaged pickle: no mark on the stack")

    def _pop(self) -> Any:
        value = self._stack.pop()
        if value is _MARK:
            raise PickleRefused(f"byte {self.position}: damaged pickle: a mark where a value was expected")
        return value

    def _top(self, kind: type[Any]) -> Any:
        value = self._stack[-1]
        if type(value) is not kind:
            raise PickleRefused(f"byte {self.position}: damaged pickle: a {kind.__name__} was expected on the stack")
        if id(value) in self._shared:
            raise PickleRefused(f"byte {self.position}: a shared {kind.__name__} is changed: refused")
        return value

    def put(self, index: int) -> None:
        """Remember the value on top of the stack."""
        value = self._stack[-1]
        if value is _MARK:
            raise PickleRefused(f"byte {self.position}: damaged pickle: a mark where a value was expected")
        self._memo[index] = value

    def memoize(self) -> None:
        """PUT under the next free number."""
        self.put(len(self._memo))

    def get(self, index: int) -> None:
        """Push a remembered value again."""
        value = self._memo[index]
        if type(value) in (list, dict, tuple) and value != ():
            parts = [*value, *value.values()] if type(value) is dict else value
            if len(parts) > _MAX_SHARED or any(type(part) in (list, dict, tuple) for part in parts):
                raise PickleRefused(f"byte {self.position}: a shared or recursive {type(value).__name__} is refused")
            self._shared[id(value)] = value
        self._push(value)

    def append(self) -> None:
        """Add the top value to the list below it."""
        value = self._pop()
        self._top(list).append(value)

    def appends(self) -> None:
        """Add all values since the mark to the list below it."""
        values = self._since_mark()
        self._top(list).extend(values)

    def set_item(self) -> None:
        """Set one key of the dictionary below."""
        value = self._pop()
        key = self._pop()
        self._top(dict)[_as_key(key)] = value

    def set_items(self) -> None:
        """Set all keys and values since the mark."""
        values = self._since_mark()
        self._top(dict).update(_pairs(values))

    def tuple_of(self, count: int) -> None:
        """Replace the top values by a tuple of them."""
        values = [self._pop() for _ in range(count)]
        self._push(tuple(reversed(values)))

    def string(self, layout: str) -> None:
        """A Python 2 string."""
        self._push(_python2_text(self._take(_checked(self._number(layout)))))

    def unicode(self, layout: str) -> None:
        """A Unicode string."""
        self._push(self._take(_checked(self._number(layout))).decode("utf-8", "surrogatepass"))

    def long(self, layout: str) -> None:
        """A whole number of any size, little-endian."""
        size = _checked(self._number(layout))
        if size > _MAX_LONG_BYTES:
            raise PickleRefused(f"byte {self.position}: a number of {size} bytes is refused")
        self._push(int.from_bytes(self._take(size), "little", signed=True))

    def text_string(self) -> None:
        """Protocol 0: a quoted Python 2 string with escapes."""
        line = self._line().strip()
        if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
            raise PickleRefused(f"byte {self.position}: damaged pickle: a string without quotes")
        self._push(_python2_text(_unescaped(line[1:-1])))

    def text_number(self) -> None:
        """Protocol 0: INT (with 00 and 01 for booleans) or LONG (with a final L)."""
        line = self._line().strip()
        if line in (b"00", b"01"):
            self._push(line == b"01")
            return
        if len(line) > 100:
            raise PickleRefused(f"byte {self.position}: a number of {len(line)} digits is refused")
        self._push(int(line.removesuffix(b"L")))


def _checked(size: int) -> int:
    if size < 0:
        raise PickleRefused(f"damaged pickle: a negative length {size}")
    return size


def _as_key(key: Any) -> Any:
    if type(key) not in (str, int, bool, float, type(None), bytes):
        raise PickleRefused(f"a {type(key).__name__} as the key of a dictionary is refused")
    return key


def _pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    if len(values) % 2:
        raise PickleRefused("damaged pickle: a key without value")
    return [(_as_key(key), value) for key, value in zip(values[::2], values[1::2], strict=True)]


def _python2_text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unescaped(data: bytes) -> bytes:
    """Undo the escapes of `repr` in Python 2."""
    if b"\\" not in data:
        return data
    single = {
        "n": 10, "t": 9, "r": 13, "\\": 92, "'": 39, '"': 34, "a": 7, "b": 8, "f": 12, "v": 11
    }  # fmt: skip
    text, out, at = data.decode("latin-1"), bytearray(), 0
    while at < len(text):
        if text[at] != "\\":
            out.append(ord(text[at]))
            at += 1
        elif text[at + 1] == "x":
            out.append(int(text[at + 2 : at + 4], 16))
            at += 4
        else:
            out.append(single[text[at + 1]])
            at += 2
    return bytes(out)


def _constant(value: Any) -> Callable[[_Machine], None]:
    return lambda machine: machine._push(value)


_INSTRUCTIONS: dict[bytes, Callable[[_Machine], Any]] = {
    b"\x80": lambda m: m._take(1),  # PROTO
    b"\x95": lambda m: m._take(8),  # FRAME
    b"(": lambda m: m._push(_MARK),
    b"0": lambda m: m._stack.pop(),
    b"1": lambda m: m._since_mark(),  # POP_MARK
    b"N": _constant(None),
    b"\x88": _constant(True),
    b"\x89": _constant(False),
    b"I": _Machine.text_number,
    b"L": _Machine.text_number,
    b"F": lambda m: m._push(float(m._line())),
    b"J": lambda m: m._push(m._number("<i")),
    b"K": lambda m: m._push(m._number("<B")),
    b"M": lambda m: m._push(m._number("<H")),
    b"G": lambda m: m._push(m._number(">d")),
    b"\x8a": lambda m: m.long("<B"),
    b"\x8b": lambda m: m.long("<i"),
    b"S": _Machine.text_string,
    b"U": lambda m: m.string("<B"),
    b"T": lambda m: m.string("<i"),
    b"V": lambda m: m._push(m._line().decode("raw-unicode-escape")),
    b"X": lambda m: m.unicode("<I"),
    b"\x8c": lambda m: m.unicode("<B"),
    b"\x8d": lambda m: m.unicode("<Q"),
    b"C": lambda m: m._push(m._take(m._number("<B"))),  # SHORT_BINBYTES
    b"B": lambda m: m._push(m._take(m._number("<I"))),  # BINBYTES
    b"]": lambda m: m._push([]),
    b"}": lambda m: m._push({}),
    b")": _constant(()),
    b"l": lambda m: m._push(m._since_mark()),
    b"t": lambda m: m._push(tuple(m._since_mark())),
    b"d": lambda m: m._push(dict(_pairs(m._since_mark()))),
    b"\x85": lambda m: m.tuple_of(1),
    b"\x86": lambda m: m.tuple_of(2),
    b"\x87": lambda m: m.tuple_of(3),
    b"a": _Machine.append,
    b"e": _Machine.appends,
    b"s": _Machine.set_item,
    b"u": _Machine.set_items,
    b"p": lambda m: m.put(int(m._line()[:20])),
    b"q": lambda m: m.put(m._number("<B")),
    b"r": lambda m: m.put(m._number("<I")),
    b"\x94": _Machine.memoize,
    b"g": lambda m: m.get(int(m._line()[:20])),
    b"h": lambda m: m.get(m._number("<B")),
    b"j": lambda m: m.get(m._number("<I")),
}
"""All that the machine can do."""
