"""Two hundred damaged copies of every miniature data set: a typed error or a counted problem, never anything else."""

import random
import re
import resource
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import made_datasets as made
from whichtext.data import hdf5_rows, synthtext
from whichtext.data.checking import check
from whichtext.data.datasets import read_dataset
from whichtext.data.files import ReadLimits
from whichtext.data.problems import Problems
from whichtext.errors import DatasetError

COPIES = 200
MAX_GROWTH = 400_000_000
"""Bytes that reading all damaged copies of a set may add to the process."""

HUGE = (b"9" * 400, b"1e309", b"-99999999999999999999", b"NaN", b"Infinity", b"1e-400", b"4294967295", b"-1")
PIECES = (
    *(
        b"\xff\xfe",
        b"\x00",
        b"\xc3",
        b"\xed\xa0\x80",
        b'"',
        b"{",
        b"[",
        b"]}",
        b",",
        b"\n",
        b"null",
        b"true",
        b"\\ud800",
    ),
    *(b"<!DOCTYPE x>", b"<image>", b"&a;", b"cos\nsystem\n(S'true'\ntR.", b"[" * 3_000, b"(" * 3_000, b'{"a":' * 2_000),
)


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def with_piece(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(PIECES) + data[at + rng.choice((0, 0, 1, 5)) :]


def with_huge_number(data: bytes, rng: random.Random) -> bytes:
    numbers = list(re.finditer(rb"-?[0-9]+(\.[0-9]+)?", data))
    if not numbers:
        return with_piece(data, rng)
    chosen = rng.choice(numbers)
    return data[: chosen.start()] + rng.choice(HUGE) + data[chosen.end() :]


def without_key(data: bytes, rng: random.Random) -> bytes:
    names = list(re.finditer(rb"[A-Za-z_]{2,}", data))
    if not names:
        return truncated(data, rng)
    chosen = rng.choice(names)
    return data[: chosen.start()] + rng.choice((b"", b"x", b"id")) + data[chosen.end() :]


def other_encoding(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("latin-1")
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "cp037", "utf-8"))
    return text.encode(encoding, "replace")


def shuffled(data: bytes, rng: random.Random) -> bytes:
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    piece = data[start:end]
    return rng.choice((data[:start] + data[end:], data[:end] + piece + data[end:], data[end:] + data[:end]))


def huge_size(data: bytes, rng: random.Random) -> bytes:
    """A length field of a binary format, or any four bytes, says that gigabytes follow."""
    at = 4 * rng.randrange(max(1, len(data) // 4))
    return data[:at] + rng.choice((b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\x00\x00\x00\x40")) + data[at + 4 :]


MUTATIONS = (truncated, flipped, with_piece, with_huge_number, without_key, other_encoding, shuffled, huge_size)


def annotation_files(made_set: made.Made) -> list[Path]:
    """All files that a reader of the set opens."""
    _, path, options = made_set
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    files += [file for file in (path.with_name("instances.json"), path.with_name("coords.txt")) if file.is_file()]
    for companion in (options.instances, options.lexicons, options.masks):
        if companion is not None:
            files += sorted(companion.iterdir()) if companion.is_dir() else [companion]
    return sorted(set(files))


def read_hdf5_here(path: Path, limits: ReadLimits) -> Iterator[hdf5_rows.Hdf5Row]:
    for answer in hdf5_rows._serve(path):
        if "error" in answer:
            raise DatasetError(answer["error"], file=str(path))
        if "end" not in answer:
            yield hdf5_rows.as_row(answer)


@pytest.mark.parametrize("make", made.MAKERS, ids=lambda make: make.__name__)
def test_damage_gives_a_typed_error_or_a_counted_problem(
    make: Callable[[Path], made.Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if make.__name__ in made.NEEDS_H5PY:
        pytest.importorskip("h5py")
        # The real reader starts a process for each file; here all copies are read in this one.
        monkeypatch.setattr(synthtext, "read_rows", read_hdf5_here)
    name, path, options = made_set = make(tmp_path)
    files = annotation_files(made_set)
    originals = {file: file.read_bytes() for file in files}
    rng = random.Random(zlib.crc32(make.__name__.encode()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = {"error": 0, "problem": 0, "fine": 0}
    for number in range(COPIES):
        file = files[number % len(files)]
        mutate = MUTATIONS[number % len(MUTATIONS)] if number < 120 else rng.choice(MUTATIONS)
        damaged = mutate(originals[file], rng)
        file.write_bytes(damaged)
        problems = Problems()
        try:
            for _ in check(read_dataset(name, path, problems=problems, options=options), problems=problems):
                pass
        except DatasetError as error:
            places = [error.file or ""]
            outcomes["error"] += 1
        else:
            places = []
            outcomes["problem" if problems.total else "fine"] += 1
        places += [problem.place.file for problem in problems.kept]
        assert all(str(tmp_path) in place for place in places), places
        file.write_bytes(originals[file])
    assert outcomes["error"] + outcomes["problem"] > COPIES // 10, outcomes
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MAX_GROWTH, f"{grown} bytes"


@pytest.mark.parametrize("make", made.MAKERS, ids=lambda make: make.__name__)
def test_a_file_that_ends_early_is_never_taken_for_a_whole_one(
    make: Callable[[Path], made.Made], tmp_path: Path
) -> None:
    """For formats that have an end: JSON, XML, pickle, MATLAB, zip. A text file that is cut at a line end is whole."""
    name, path, options = make(tmp_path)
    if path.is_dir() or path.suffix not in {".json", ".xml", ".p", ".mat", ".zip"} or make.__name__ in made.NEEDS_H5PY:
        return
    data = path.read_bytes()
    rng = random.Random(1)
    for _ in range(20):
        path.write_bytes(data[: rng.randrange(len(data) - 1)])
        problems = Problems()
        try:
            list(read_dataset(name, path, problems=problems, options=options))
        except DatasetError:
            continue
        assert problems.total, "cut, and nobody noticed"


DEEP = b"[" * 200_000


@pytest.mark.parametrize("make", [made.make_cocotext, made.make_refexp, made.make_refcocog_json])
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b"7", DEEP, b'{"imgs": {}, "anns": ' + DEEP, b"{" * 99_999]
)
def test_documents_that_are_no_data_set(make: Callable[[Path], made.Made], content: bytes, tmp_path: Path) -> None:
    name, path, options = make(tmp_path)
    path.write_bytes(content)
    if content == b"[]" and name == "refcocog":
        assert list(read_dataset(name, path, problems=Problems(), options=options)) == []
        return
    with pytest.raises(DatasetError):
        list(read_dataset(name, path, problems=Problems(), options=options))
