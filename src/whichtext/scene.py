"""A photo that has been read: an immutable value, encoded once, at the first question, and asked many times."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from whichtext.errors import InputError
from whichtext.image import Photo
from whichtext.types import Answer, Carrier, Description, SceneContent, SceneObject, Text, Verification

if TYPE_CHECKING:
    from whichtext.feature_maps import FeatureMaps
    from whichtext.recognition.protocol import Recognizer
    from whichtext.redaction import Redaction
    from whichtext.retrieval.protocol import Retriever

__all__ = ["Scene"]

MOST_PLACES = 8
"""Regions that are read again for a wording that a query names and no text was read as."""


class Once:
    """A value that is made when it is first wanted, once, whatever the number of threads."""

    __slots__ = ("_lock", "_made")

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[Any, ...] = ()

    def get(self, make: Callable[[], Any]) -> Any:
        """The value; `make` is called where there is none yet."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made = (make(),)
        return self._made[0]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All texts of a photo with what is around them.

    Made by `Reader.read` and `Reader.scene`; safe to share between threads.
    """

    photo: Photo
    """The upright photo: `.pixels` (H, W, 3) uint8 RGB, `.info`."""
    content: SceneContent
    """All that was seen, without pixels."""
    retriever: "Retriever" = field(repr=False)
    recognizer: "Recognizer" = field(repr=False)
    """What reads the photo again for `verify`."""
    maps: "FeatureMaps | None" = field(default=None, repr=False)
    """What the photo looks like; None where it has no text."""
    listener: "Retriever | None" = field(default=None, repr=False)
    """A second retriever, trained apart from the first, that is asked whether it understands a description."""
    _encoded: Once = field(default_factory=Once, init=False, repr=False)

    @property
    def encoded(self) -> Any:
        """What the retriever prepared for questions, at the first of them."""
        return self._encoded.get(lambda: self.retriever.encode(self.photo.pixels, self.content, self.maps))

    @property
    def texts(self) -> tuple[Text, ...]:
        """Words, then lines, then blocks; empty for a photo without text."""
        return self.content.texts

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """The surfaces that texts lie on."""
        return self.content.carriers

    @property
    def objects(self) -> tuple[SceneObject, ...]:
        """The things around the texts."""
        return self.content.objects

    def find(self, query: str, *, top_k: int = 5) -> Answer:
        """Say which text a query means: "found", "ambiguous" or "none".

        A wording that no text was read as is looked for in the pixels, see `whichtext.retrieval.rereading`. Raises
        `BadQuery` for an empty or overlong query.
        """
        from whichtext.retrieval.rereading import as_read, reread

        if not isinstance(top_k, int) or isinstance(top_k, bool) or top_k < 1:
            raise InputError(f"top_k is a whole number from 1, not {top_k!r}")
        again = reread(self.content, query, self._verify_few)
        if again is None:
            return self.retriever.find(self.encoded, query, top_k=top_k)
        encoded = self.retriever.encode(self.photo.pixels, again.content, self.maps)
        return as_read(self.retriever.find(encoded, query, top_k=top_k), self.content, again.notes)

    def _verify_few(self, content: SceneContent, string: str) -> Verification:
        """The same as `verify`, on a scene with these texts, in the few places that were read most like the string."""
        from whichtext.recognition.verification import verify

        return verify(self.photo.pixels, content, string, self.recognizer, most_places=MOST_PLACES)

    def verify(self, string: str) -> Verification:
        """Say how likely a string stands somewhere in the photo, and where; badly read text can still be confirmed.

        The string stands on one line, as a whole line or a run of its words; case, accents, spaces and signs that it
        does not hold do not count. Every region is read again: the cost is that of reading the photo. Raises `BadQuery`
        for a string without letters and digits, or with more than 200 characters.
        """
        from whichtext.recognition.verification import verify

        return verify(self.photo.pixels, self.content, string, self.recognizer)

    def describe(self) -> tuple[Description, ...]:
        """One description for every line (for a word where it is a line of its own), in reading order.

        Each is the shortest expression that `find` maps back to that text alone, one that the second retriever
        understands as well where there is one (`seconded`); where there is none at all, `verified` is False.
        """
        from whichtext.description.describer import describe

        listener = self.listener
        if listener is None or listener.name == self.retriever.name:
            return describe(self.content, self.find)
        encoded = listener.encode(self.photo.pixels, self.content, self.maps)
        return describe(self.content, self.find, second=lambda query: listener.find(encoded, query, top_k=1))

    def redact(
        self,
        query: str,
        *,
        all_matches: bool = False,
        same_text: bool = False,
        padding: float | None = None,
        minimum_padding: float | None = None,
        audit_query: bool = False,
    ) -> "Redaction":
        """Cover the text that a query means. Raises `NoMatch` or `AmbiguousQuery` unless exactly one text is meant.

        all_matches: cover every candidate instead of refusing an ambiguous query. same_text: cover every other place
        with the same wording too. padding: margin in letter heights; minimum_padding: margin in pixels that is kept at
        least. audit_query: the audit may hold the query. See `whichtext.redaction` for the defaults.
        """
        from whichtext.redaction import DEFAULT_MINIMUM_PADDING, DEFAULT_PADDING, redact_answer

        answer = self.find(query, top_k=max(1, len(self.texts)))
        return redact_answer(
            self.photo,
            self.content,
            answer,
            all_matches=all_matches,
            same_text=same_text,
            audit_query=audit_query,
            padding=DEFAULT_PADDING if padding is None else padding,
            minimum_padding=DEFAULT_MINIMUM_PADDING if minimum_padding is None else minimum_padding,
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything that was seen as plain JSON, with "schema_version"."""
        from whichtext.export.json import content_to_dict

        return content_to_dict(self.content)
