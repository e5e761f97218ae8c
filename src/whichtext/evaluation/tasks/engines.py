"""The engines of a run, by name: loaded when they are first needed, once in each worker."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whichtext import defaults
from whichtext.errors import UnknownComponent
from whichtext.reader import LOCALIZERS, RECOGNIZERS, RETRIEVERS, Reader

if TYPE_CHECKING:
    from whichtext.localization.protocol import Localizer
    from whichtext.recognition.protocol import Recognizer
    from whichtext.retrieval.protocol import Retriever
    from whichtext.scene import Scene

__all__ = ["EngineNames", "Engines"]


@dataclass(frozen=True, slots=True)
class EngineNames:
    """Which engines to use. Raises `UnknownComponent` for a name that is not registered."""

    localizer: str = defaults.LOCALIZER
    recognizer: str = defaults.RECOGNIZER
    retriever: str = defaults.RETRIEVER
    threads: int = 1
    """Of each worker. Figures are the same for any number of workers, not promised to be for any number of threads."""

    def __post_init__(self) -> None:
        for role, registry in (("localizer", LOCALIZERS), ("recognizer", RECOGNIZERS), ("retriever", RETRIEVERS)):
            name = getattr(self, role)
            if name not in registry:
                raise UnknownComponent(f"no {role} named {name!r}; there are: {', '.join(sorted(registry))}")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "localizer": self.localizer,
            "recognizer": self.recognizer,
            "retriever": self.retriever,
            "threads": self.threads,
        }


class Engines:
    """What a worker holds."""

    def __init__(self, names: EngineNames) -> None:
        self.names = names
        self._reader: Reader | None = None
        self._localizer: Localizer | None = None
        self._recognizer: Recognizer | None = None
        self._retrievers: dict[str, Retriever] = {}

    @property
    def reader(self) -> Reader:
        """The whole path from a photo to a scene."""
        if self._reader is None:
            self._reader = Reader(
                threads=self.names.threads,
                localizer=self.names.localizer,
                recognizer=self.names.recognizer,
                retriever=self.names.retriever,
            )
        return self._reader

    @property
    def localizer(self) -> "Localizer":
        """What finds text, by itself."""
        if self._localizer is None:
            self._localizer = LOCALIZERS[self.names.localizer](self.names.threads)
        return self._localizer

    @property
    def recognizer(self) -> "Recognizer":
        """What reads it, by itself."""
        if self._recognizer is None:
            self._recognizer = RECOGNIZERS[self.names.recognizer](self.names.threads)
        return self._recognizer

    def scene(self, picture: Path, words: "list[tuple[Any, str | None]] | None" = None) -> "Scene":
        """The scene of a photo, from given words where there are any."""
        return self.reader.read(picture) if words is None else self.reader.scene(picture, words=words)

    def asked_by(self, scene: "Scene", name: str) -> "Scene":
        """The same scene, with questions answered by another retriever."""
        if name == self.names.retriever:
            return scene
        if name not in self._retrievers:
            self._retrievers[name] = RETRIEVERS[name](self.names.threads)
        return replace(scene, retriever=self._retrievers[name])
