"""Strings of words from the CRNN of the paper (3.4): 26 letters and ten digits, in one case.

Quads of a photo in, readings with character places out. Each region is straightened to 32 grey pixels height and as
many width as keep its proportions, in training too; a short one is padded with mid-grey. Each is read on its own, so a
region reads the same alone and among others, bit for bit. The network has no class for a space: give it words.
"""

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.errors import WeightsError
from whichtext.geometry import quad_size
from whichtext.recognition.normalize import Vocabulary
from whichtext.recognition.regions import Frames, ReadingConfig, RegionReader, with_margin
from whichtext.weights import load_session, load_session_from

__all__ = ["CRNNRecognizer", "CRNNRecognizerConfig"]

CROP_HEIGHT = 32
LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CRNNRecognizerConfig(ReadingConfig):
    """How regions are cut for the network."""

    min_width: int = 44
    margin_along: float = 0.05
    margin_across: float = 0.05
    bicubic: bool = False
    upside_down_gain: float = 0.5
    known_word_gain: float = 2.5
    """0 is as published: the string without a language."""


class CRNNRecognizer(RegionReader):
    """Reads words. Immutable after construction; its methods may be called from many threads at once.

    weights: an ONNX file that `tools/export_crnn.py` wrote; None for the one in the package. Raises `WeightsError`
    where it is missing or is no such file.
    """

    name = "crnn"
    usual = CRNNRecognizerConfig()

    def __init__(
        self,
        threads: int,
        *,
        weights: str | os.PathLike[str] | None = None,
        config: CRNNRecognizerConfig | None = None,
    ) -> None:
        self._session = load_session("crnn.onnx", threads=1) if weights is None else load_session_from(weights)
        self._config = config or self.usual
        texts = self._session.get_modelmeta().custom_metadata_map.get("vocabulary", "").split("\n")
        if len(texts) < 2:
            raise WeightsError("the model names no characters; export it with tools/export_crnn.py")
        super().__init__(Vocabulary(texts), config=self._config, threads=threads)

    def _run(self, image: NDArray[np.uint8], quad: NDArray[np.float64]) -> Frames:
        config = self._config
        quad, ends = with_margin(quad, config.margin_along, config.margin_across)
        width, height = quad_size(quad)
        length = int(np.clip(round(config.condense * width * CROP_HEIGHT / height), 8, config.max_width))
        padded = max(config.min_width, length)
        grey = straighten(image, quad, (length, CROP_HEIGHT), bicubic=config.bicubic) @ LUMINANCE
        crop = np.zeros((1, 1, CROP_HEIGHT, padded), dtype=np.float32)
        crop[0, 0, :, :length] = (grey - np.float32(128)) / np.float32(128)
        probabilities: NDArray[np.float32] = self._session.run(None, {"crop": crop})[0]
        return Frames(probabilities, length * len(probabilities) / padded, ends)
