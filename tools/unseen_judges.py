"""Judges of looks that have not seen a photo, so that train photos look to the retriever as new ones will.

`tools/train_word_colours.py` leaves two networks of word colours, each trained without one half of the photos;
`tools/train_context.py` five files of judges, each trained without one fifth. A photo is looked at by those that have
not seen it.
"""

import zlib
from pathlib import Path

from safetensors.numpy import load_file

from whichtext.context.engine import ContextEngine
from whichtext.context.judgement import Judgement
from whichtext.context.word_colours import WordColours
from whichtext.weights import load_session_from

__all__ = ["FOLDS", "HALVES", "UnseenJudges", "colours_file", "fold_of", "half_of", "judges_file"]

HALVES, FOLDS = 2, 5


def half_of(image_id: str) -> int:
    """The half of the photos to which a photo belongs, for networks of word colours."""
    return zlib.crc32(f"half {image_id}".encode()) % HALVES


def fold_of(image_id: str) -> int:
    """The fifth of the photos to which a photo belongs, for judges and rules."""
    return zlib.crc32(image_id.encode()) % FOLDS


def colours_file(folder: Path, half: int) -> Path:
    """The network trained without a half."""
    return folder / f"word_colours-{half}.onnx"


def judges_file(folder: Path, fold: int) -> Path:
    """The judges trained without a fifth."""
    return folder / f"judges-{fold}.safetensors"


class UnseenJudges:
    """Engines by photo."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._plain = ContextEngine(threads=threads)
        self._colours = [
            WordColours(threads=threads, session=load_session_from(colours_file(folder, half), threads=threads))
            for half in range(HALVES)
        ]
        self._judges = [Judgement.from_tensors(load_file(judges_file(folder, fold))) for fold in range(FOLDS)]

    def engine_for(self, image_id: str) -> ContextEngine:
        """One whose judges have not seen this photo."""
        return self._plain.judging_by(self._judges[fold_of(image_id)], self._colours[half_of(image_id)])
