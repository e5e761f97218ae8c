"""Pickles of plain data are read as they are; whatever looks up, calls or multiplies is refused."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.data.plain_pickle import PickleRefused, load_plain_pickle

LEAVES = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(value=VALUES, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_data_comes_back_as_it_went_in(value: object, protocol: int) -> None:
    assert load_plain_pickle(pickle.dumps(value, protocol=protocol)) == value


def test_python_2_strings_are_text() -> None:
    assert load_plain_pickle(b"(lp0\nS'caf\\xc3\\xa9'\np1\naS'\\xe9'\np2\na.") == ["café", "é"]
    assert load_plain_pickle(b"\x80\x02]q\x00(U\x03abcq\x01h\x01e.") == ["abc", "abc"]


class Evil:
    def __reduce__(self) -> object:
        return (print, ("executed",))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_code_is_refused_by_name_and_never_run(protocol: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PickleRefused, match=r"GLOBAL is refused"):
        load_plain_pickle(pickle.dumps([Evil()], protocol=protocol))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"(.",
        b"(i__main__\nEvil\n.",
        b"Pid\n.",
        b"]\x94h\x00\x86\x94h\x00a.",  # a list that is shared and then changed
        b"]q\x00h\x00a.",  # a list in itself
        b"X\xff\xff\xff\xff",  # four gigabytes of text that are not there
        b"\x8b\xff\xff\xff\x7f",
        b"T\xff\xff\xff\xff.",
        b"I" + b"9" * 5_000 + b"\n.",
        b"(" * 100_000 + b"t" * 3,
        b"}]K\x01s.",  # a list as a key
        b"S'a\\q'\n.",
    ],
)
def test_damage_is_refused(data: bytes) -> None:
    with pytest.raises(PickleRefused):
        load_plain_pickle(data)


def test_a_small_pickle_cannot_stand_for_a_large_value() -> None:
    value: object = ["x"]
    for _ in range(40):
        value = [value, value]
    with pytest.raises(PickleRefused, match="shared"):
        load_plain_pickle(pickle.dumps(value))
