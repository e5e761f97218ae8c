"""What every test gets: no network, and one real reader for all tests that need one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

DEFAULT_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Opening any connection or looking up any host fails, for the whole suite."""

    def refuse(*arguments: object, **options: object) -> NoReturn:
        raise AssertionError(f"whichtext tried to use the network: {arguments}")

    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        patch.setattr(socket, name, refuse)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def reader():
    """The reader that ships, on two threads."""
    from whichtext import Reader

    return Reader(threads=2)


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of the research data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("WHICHTEXT_DATA", DEFAULT_DATA))
    if not (folder / "textref-real" / "words.jsonl").is_file():
        pytest.skip(f"no research data in {folder} (set WHICHTEXT_DATA)")
    return folder
