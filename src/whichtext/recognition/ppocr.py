"""Strings of text lines from the PP-OCRv6-small recognizer (paper 3.4).

`svtr` is its network with a head for Latin writing, trained on with words of street photos. `ppocr` and `multilingual`
share the weights as they were published: the first tells Latin writing from any other, the second reads all 18,709
characters that the network knows, Chinese and Japanese above all, and takes longer.

Quads of a photo in, readings with character places out. Each region is straightened to 48 pixels height and read on its
own, so a region reads the same alone and among others, bit for bit.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.geometry import quad_size
from whichtext.recognition.normalize import Vocabulary
from whichtext.recognition.regions import Frames, ReadingConfig, RegionReader, with_margin
from whichtext.weights import load_session, load_session_from

__all__ = ["MultilingualRecognizer", "PPOCRConfig", "PPOCRRecognizer", "SVTRConfig", "SVTRRecognizer", "with_margin"]

CROP_HEIGHT = 48
"""Pixels across the writing that the network was trained on."""


@dataclass(frozen=True, slots=True)
class PPOCRConfig(ReadingConfig):
    """Values tuned on training photos."""

    bucket: int = 32
    """Crop widths are rounded up to a multiple of this."""


@dataclass(frozen=True, slots=True)
class SVTRConfig(PPOCRConfig):
    """How regions are cut for `svtr`; its training takes the margins from here, and letters of many widths."""

    bucket: int = 8
    min_width: int = 64
    margin_along: float = 0.1
    margin_across: float = 0.08
    condense: float = 0.85
    """Faster, and long words of narrow letters are read no worse (`benchmarks/known_words.py --condense`)."""
    bicubic: bool = False
    upside_down_gain: float = 0.3
    known_word_gain: float = 2.5


class PPOCRRecognizer(RegionReader):
    """Reads text lines and words. Immutable after construction; its methods may be called from many threads at once.

    weights: an ONNX file that `tools/export_recognizer.py` wrote; None for the one in the package. Raises
    `WeightsError` where it cannot be read.
    """

    name = "ppocr"
    _weights = "ppocr_recognizer.onnx"
    _output = "probability"
    usual = PPOCRConfig()

    def __init__(
        self, threads: int, *, config: PPOCRConfig | None = None, weights: "str | os.PathLike[str] | None" = None
    ) -> None:
        self._session = load_session(self._weights, threads=1) if weights is None else load_session_from(weights)
        self._config = config or self.usual
        texts = self._classes(self._session.get_modelmeta().custom_metadata_map)
        super().__init__(Vocabulary(texts), config=self._config, threads=threads)

    @staticmethod
    def _classes(metadata: Mapping[str, str]) -> list[str]:
        """Text of each class of the output."""
        return metadata["vocabulary"].split("\n")

    def _run(self, image: NDArray[np.uint8], quad: NDArray[np.float64]) -> Frames:
        config = self._config
        quad, ends = with_margin(quad, config.margin_along, config.margin_across)
        width, height = quad_size(quad)
        length = int(np.clip(round(config.condense * width * CROP_HEIGHT / height), 8, config.max_width))
        padded = max(config.min_width, -(-length // config.bucket) * config.bucket)
        crop = straighten(image, quad, (length, CROP_HEIGHT), bicubic=config.bicubic)
        pixels = np.zeros((1, 3, CROP_HEIGHT, padded), dtype=np.float32)
        pixels[0, :, :, :length] = crop.transpose(2, 0, 1) * np.float32(2 / 255) - np.float32(1)
        said: NDArray[np.float32] = self._session.run([self._output], {"x": pixels})[0]
        probabilities = said.reshape(-1, said.shape[-1])  # one crop: (T, V) or (1, T, V)
        return Frames(probabilities, length * len(probabilities) / padded, ends)


class SVTRRecognizer(PPOCRRecognizer):
    """The network of `ppocr` with a head for Latin writing, trained on with words of street photos."""

    name = "svtr"
    _weights = "svtr_recognizer.onnx"
    usual = SVTRConfig()


class MultilingualRecognizer(PPOCRRecognizer):
    """Reads every script that the network knows: Latin, Chinese, Japanese, and single letters of others.

    Immutable after construction; its methods may be called from many threads at once.
    """

    name = "multilingual"
    _output = "all"

    @staticmethod
    def _classes(metadata: Mapping[str, str]) -> list[str]:
        return [*metadata["vocabulary"].split("\n")[:-1], *metadata["dropped"].split("\n")]
