"""The weight files of the package.

Each is listed in `manifest.json` with its origin, licence, command and sha256, and checked on open. Only ONNX and
safetensors, never pickle; nothing is ever downloaded.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext.errors import WeightsError

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    from numpy.typing import NDArray

__all__ = ["WeightFile", "list_weights", "load_bytes", "load_session", "load_session_from", "load_tensors"]


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One manifest entry."""

    name: str
    """File name inside the package."""
    sha256: str
    bytes: int
    purpose: str
    origin: str
    """Where the starting weights came from, with version."""
    licence: str
    command: str
    """The committed command that made the file."""
    data: str
    """What it was trained or tuned on; "none" for a re-export."""


def list_weights() -> tuple[WeightFile, ...]:
    """Read the manifest, sorted by name. Raises `WeightsError` where it is missing or malformed."""
    try:
        entries = json.loads(resources.files(__name__).joinpath("manifest.json").read_text(encoding="utf-8"))
        return tuple(sorted((WeightFile(**entry) for entry in entries["files"]), key=lambda entry: entry.name))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"the weights manifest cannot be read ({error}); reinstall whichtext") from error


def load_bytes(name: str) -> bytes:
    """Read a weight file and check its sha256. Raises `WeightsError` where it is unknown, missing or damaged."""
    entry = next((entry for entry in list_weights() if entry.name == name), None)
    if entry is None:
        raise WeightsError(f"no weight file {name!r} in the manifest")
    try:
        content = resources.files(__name__).joinpath(name).read_bytes()
    except OSError as error:
        raise WeightsError(f"weight file {name!r} cannot be read ({error}); reinstall whichtext") from error
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise WeightsError(f"weight file {name!r} is damaged (sha256 differs from the manifest); reinstall whichtext")
    return content


def load_session(name: str, *, threads: int) -> "onnxruntime.InferenceSession":
    """Open an ONNX weight file on the CPU with `threads` threads; its `run` may be called from many threads at once."""
    return _session(load_bytes(name), threads=threads)


def load_session_from(path: "str | os.PathLike[str]", *, threads: int = 1) -> "onnxruntime.InferenceSession":
    """The same for an ONNX file outside the package. Raises `WeightsError` where it cannot be read as one."""
    try:
        return _session(Path(path).read_bytes(), threads=threads)
    except Exception as error:  # ONNX Runtime has no base class of its own for what it finds wrong with a file
        raise WeightsError(f"{os.fspath(path)!r} cannot be read as an ONNX model: {error}") from error


def _session(content: bytes, *, threads: int) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def load_tensors(name: str) -> "dict[str, NDArray[np.float32]]":
    """Read a safetensors weight file into named arrays."""
    from safetensors.numpy import load

    tensors: dict[str, Any] = load(load_bytes(name))
    return tensors
