"""Every error that whichtext raises on purpose.

One root, `WhichtextError`, so that a caller can catch all of ours and nothing else. Each message says what was wrong,
the value, and what to do about it.
"""

__all__ = [
    "AmbiguousQuery",
    "BadImage",
    "BadQuery",
    "BadWords",
    "DatasetError",
    "ImageTooLarge",
    "InputError",
    "NoMatch",
    "OutputError",
    "RedactionRefused",
    "UnknownComponent",
    "UnsupportedFormat",
    "WeightsError",
    "WhichtextError",
]


class WhichtextError(Exception):
    """Root of every error that whichtext raises on purpose."""


class InputError(WhichtextError):
    """What was given cannot be used: a photo, a query, given words, an option."""


class BadImage(InputError):
    """The bytes are no readable picture: empty, truncated, damaged or of no picture format."""


class UnsupportedFormat(BadImage):
    """A picture, but of a format that is not on the allow-list."""


class ImageTooLarge(InputError):
    """The file or its pixels exceed the limits; raised before any pixel is decoded."""


class BadQuery(InputError):
    """The query is empty, too long or not text."""


class BadWords(InputError):
    """Word regions given to `Reader.scene` are malformed."""


class DatasetError(InputError):
    """An annotation file of a data set cannot be used; says which file, and the line or the path inside it."""

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, path: str | None = None
    ) -> None:
        where = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(": ".join(part for part in (where, path, message) if part))
        self.file = file
        """File as it was named, with a member of an archive after an exclamation mark."""
        self.line = line
        """Line, counted from 1."""
        self.path = path
        """Place inside the file: `anns["12"].bbox`."""


class UnknownComponent(InputError):
    """No localizer, recognizer or retriever of that name is registered."""


class OutputError(WhichtextError):
    """A result could not be written, or would have overwritten the original."""


class RedactionRefused(WhichtextError):
    """Redaction fails closed: the description did not single out exactly one text."""


class NoMatch(RedactionRefused):
    """No text fits the description."""


class AmbiguousQuery(RedactionRefused):
    """Several texts fit the description."""


class WeightsError(WhichtextError):
    """A weight file of the package is missing, damaged or not what the manifest says."""
