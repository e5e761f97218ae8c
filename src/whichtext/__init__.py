"""Which text in this photo do you mean, where is it, and what does it say?

    import whichtext

    reader = whichtext.Reader()
    scene = reader.read("street.jpg")
    answer = scene.find("the phone number on the white van")

Importing the package loads neither weights nor numerical libraries: what needs them is looked up in its module when
it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from whichtext.errors import (
    AmbiguousQuery,
    BadImage,
    BadQuery,
    BadWords,
    ImageTooLarge,
    InputError,
    NoMatch,
    OutputError,
    RedactionRefused,
    UnknownComponent,
    UnsupportedFormat,
    WeightsError,
    WhichtextError,
)
from whichtext.types import (
    SCHEMA_VERSION,
    Answer,
    Attributes,
    Carrier,
    Description,
    Match,
    PhotoInfo,
    SceneContent,
    SceneObject,
    Text,
    Verification,
)

if TYPE_CHECKING:
    from whichtext.image import PhotoLimits
    from whichtext.reader import Reader
    from whichtext.recognition.lexicon import Lexicon
    from whichtext.scene import Scene

__version__ = "0.1.0"

__all__ = [
    "SCHEMA_VERSION",
    "AmbiguousQuery",
    "Answer",
    "Attributes",
    "BadImage",
    "BadQuery",
    "BadWords",
    "Carrier",
    "Description",
    "ImageTooLarge",
    "InputError",
    "Lexicon",
    "Match",
    "NoMatch",
    "OutputError",
    "PhotoInfo",
    "PhotoLimits",
    "Reader",
    "RedactionRefused",
    "Scene",
    "SceneContent",
    "SceneObject",
    "Text",
    "UnknownComponent",
    "UnsupportedFormat",
    "Verification",
    "WeightsError",
    "WhichtextError",
    "__version__",
]

_HOMES = {
    "Lexicon": "whichtext.recognition.lexicon",
    "PhotoLimits": "whichtext.image",
    "Reader": "whichtext.reader",
    "Scene": "whichtext.scene",
}
"""Public names whose modules load numpy and Pillow, and where each lives."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
