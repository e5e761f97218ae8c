"""Naming the colours of words with a network that sees their pixels (`whichtext.networks.word_colours`).

Beside the numbers of `colours.py`: it also sees the form of the letters, and so tells what is letter and what is
ground where their amounts do not.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whichtext.context.colours import rgb_to_lab, sample_patches
from whichtext.weights import load_session

if TYPE_CHECKING:
    import onnxruntime

__all__ = ["JUDGED", "PATCH_COLUMNS", "PATCH_ROWS", "WordColours", "over_lines", "word_patches"]

Floats = NDArray[np.floating[Any]]
Float32s = NDArray[np.float32]

JUDGED = ("ink", "ground", "carrier_colour")
"""What is named, each by one of `colours.COLOUR_NAMES`."""
PATCH_ROWS, PATCH_COLUMNS = 32, 96
_MARGIN = 0.5
_FINER = 2
"""Every pixel of a patch is the mean of so many samples each way."""
_MOST = 32
"""Words looked at together."""


def word_patches(image: NDArray[np.uint8], quads: Floats) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Words of a photo (H, W, 3) in quads (N, 4, 2): patches (N, R, C, 3), and what of these is in the quads."""
    finer, inside, _ = sample_patches(
        image, quads, rows=_FINER * PATCH_ROWS, columns=_FINER * PATCH_COLUMNS, margin=_MARGIN
    )
    total = np.zeros((len(finer), PATCH_ROWS, PATCH_COLUMNS, 3), dtype=np.uint16)
    for row in range(_FINER):
        for column in range(_FINER):
            total += finer[:, row::_FINER, column::_FINER]
    patches = ((total + _FINER**2 // 2) // _FINER**2).astype(np.uint8)
    return patches, inside[:, ::_FINER, ::_FINER]


def over_lines(said: Float32s, lines: Sequence[Sequence[int]], areas: Floats) -> Float32s:
    """Mean over the words of each line, weighed by their areas (W,): log probabilities (W, ...) to (N, ...)."""
    return np.stack([np.average(said[list(line)], axis=0, weights=areas[list(line)]) for line in lines]).astype(
        np.float32
    )


class WordColours:
    """The network. Immutable; many threads may call it at once. Raises `WeightsError` for damaged weights."""

    def __init__(self, *, threads: int, session: "onnxruntime.InferenceSession | None" = None) -> None:
        self._session = session or load_session("word_colours.onnx", threads=threads)

    def __call__(self, patches: NDArray[np.uint8], inside: NDArray[np.bool_], light: Float32s) -> Float32s:
        """Log probabilities (W, 3, names) of `JUDGED`.

        patches, inside: of `word_patches`; light: (L,) `features.photo_features` of the photo.
        """
        said = []
        for start in range(0, len(patches), _MOST):
            some = slice(start, start + _MOST)
            given = {
                "lab": rgb_to_lab(patches[some]),
                "inside": inside[some].astype(np.float32),
                "light": np.repeat(light[None], len(patches[some]), axis=0),
            }
            said.append(self._session.run(None, given)[0])
        return np.concatenate(said)
