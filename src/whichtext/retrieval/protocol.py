"""What every retriever promises."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from whichtext.feature_maps import FeatureMaps
from whichtext.types import Answer, SceneContent

__all__ = ["Retriever"]


class Retriever(Protocol):
    """Answers which text a query means.

    Immutable after construction; both methods may be called from many threads at once.
    """

    name: str

    def encode(self, image: NDArray[np.uint8], content: SceneContent, maps: FeatureMaps | None = None) -> Any:
        """Prepare an (H, W, 3) RGB photo and what was seen in it, once, for many questions.

        maps: what `whichtext.feature_maps.PhotoTrunk` gives, where it is at hand.
        """
        ...

    def find(self, encoded: Any, query: str, *, top_k: int) -> Answer:
        """Answer one question on an encoded scene. Raises `BadQuery` for an empty or overlong query."""
        ...
