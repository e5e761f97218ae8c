"""Weight files: what the manifest says is what is there, and damage is noticed."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

import whichtext.weights
from whichtext.errors import WeightsError
from whichtext.weights import list_weights, load_bytes, load_session

FOLDER = Path(whichtext.weights.__file__).parent


@pytest.fixture
def copied(tmp_path: Path, monkeypatch) -> Path:
    """A copy of the weights folder that the package takes for its own."""
    folder = tmp_path / "weights"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(whichtext.weights.resources, "files", lambda package: folder)
    return folder


def smallest() -> str:
    return min(list_weights(), key=lambda entry: entry.bytes).name


def test_every_file_is_what_the_manifest_says() -> None:
    assert list_weights()
    for entry in list_weights():
        content = (FOLDER / entry.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry.bytes, entry.sha256), entry.name


def test_every_entry_tells_origin_licence_command_and_data() -> None:
    for entry in list_weights():
        assert all((entry.purpose, entry.origin, entry.licence, entry.command, entry.data)), entry.name


def test_no_weight_file_is_unlisted() -> None:
    listed = {entry.name for entry in list_weights()} | {"__init__.py", "manifest.json"}
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} <= listed


def test_only_formats_without_code_are_shipped() -> None:
    assert {Path(entry.name).suffix for entry in list_weights()} <= {".onnx", ".safetensors", ".json", ".txt"}


def test_names_stay_inside_the_folder() -> None:
    for entry in list_weights():
        assert Path(entry.name).name == entry.name


def test_flipped_byte_is_noticed(copied: Path) -> None:
    path = copied / smallest()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="damaged"):
        load_bytes(path.name)


def test_truncated_file_is_noticed(copied: Path) -> None:
    path = copied / smallest()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="damaged"):
        load_bytes(path.name)


def test_missing_file_is_noticed(copied: Path) -> None:
    path = copied / smallest()
    path.unlink()
    with pytest.raises(WeightsError, match="cannot be read"):
        load_bytes(path.name)


def test_name_outside_the_manifest_is_refused() -> None:
    with pytest.raises(WeightsError, match="no weight file"):
        load_session("../../secret.onnx", threads=1)


@pytest.mark.parametrize("content", ["", "[]", '{"files": [{"name": "x"}]}', '{"files": 3}'])
def test_malformed_manifest_is_a_weights_error(copied: Path, content: str) -> None:
    (copied / "manifest.json").write_text(content)
    with pytest.raises(WeightsError, match="manifest"):
        list_weights()


def test_unknown_key_in_the_manifest_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["files"][0]["url"] = "https://example.org"
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="manifest"):
        list_weights()
