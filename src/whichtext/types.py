"""The values that whichtext hands out: frozen, plain Python, no weights, no methods that compute.

All coordinates are pixels of the EXIF-upright photo, origin top-left, x right, y down. A box is `(x0, y0, x1, y1)` with
`x0 <= x1` and `y0 <= y1`; a polygon is a tuple of `(x, y)` points, clockwise as seen, starting at the text's own
top-left corner. Nothing found is an empty tuple, never None; None means "not known".
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "SCHEMA_VERSION",
    "Answer",
    "Attributes",
    "Box",
    "Carrier",
    "Description",
    "Hint",
    "Lab",
    "Level",
    "Match",
    "PhotoInfo",
    "Point",
    "Polygon",
    "SceneContent",
    "SceneObject",
    "Status",
    "Text",
    "Verification",
]

SCHEMA_VERSION = 1
"""Version of every JSON document that whichtext writes."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Polygon = tuple[Point, ...]
Lab = tuple[float, float, float]
"""CIE L*a*b* under D65: L in [0, 100], a and b roughly in [-128, 127]."""

Level = Literal["word", "line", "block"]
Status = Literal["found", "ambiguous", "none"]
Hint = Literal["too small", "low contrast", "blurred", "another script", "unclear"]
"""Why a text could not be read."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """The surface that a text lies on: a sign, a wall, a poster, a shirt.

    Paper 3.3: the context that a query names most often.
    """

    id: int
    """Position in `SceneContent.carriers`."""
    box: Box
    polygon: Polygon
    noun: str | None
    """What it is: sign, wall, board, poster, banner, box, pillar, screen, ..."""
    noun_scores: tuple[tuple[str, float], ...]
    """Carrier nouns with their probabilities, most probable first."""
    colour: str | None
    colour_scores: tuple[tuple[str, float], ...]
    """Colour names with their probabilities, most probable first."""
    shape: str | None
    """rectangle, strip, letters, oval, round, square, irregular, octagon, diamond, triangle, arrow."""
    shape_scores: tuple[tuple[str, float], ...]
    lab: Lab
    """Median colour of its own surface, without the writing."""
    texts: tuple[int, ...]
    """Ids of the line texts on it, in reading order."""


@dataclass(frozen=True, slots=True)
class SceneObject:
    """A thing in the photo that a person would point with: a bus, a person, a bottle."""

    id: int
    noun: str
    """COCO class name."""
    score: float
    """Detector confidence in [0, 1]."""
    box: Box
    colour: str | None
    """Dominant colour name of its middle, None where no colour dominates."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What can be said about one text without its wording. None where unknown."""

    ink: str | None = None
    """Colour name of the letters."""
    ink_lab: Lab | None = None
    ink_scores: tuple[tuple[str, float], ...] = ()
    """Colour names with their probabilities, most probable first."""
    ground: str | None = None
    """Colour name right behind the letters."""
    ground_lab: Lab | None = None
    ground_scores: tuple[tuple[str, float], ...] = ()
    carrier: Carrier | None = None
    kind: str | None = None
    """What the text is for: shop name, price, phone, direction, ... (values as in the TextRef attribute labels)."""
    kind_scores: tuple[tuple[str, float], ...] = ()
    style: tuple[str, ...] = ()
    """bold, upper, title, lower, slanted, vertical, 3d, lit, blurred, cut, ..."""
    case: str | None = None
    """upper, lower, title, mixed; None without letters."""
    has_digits: bool | None = None
    letter_height: float | None = None
    """Height of the letters in pixels, across the writing direction."""
    size_rank: float | None = None
    """1 for the largest letters among the texts of its level, 0 for the smallest."""
    stroke_width: float | None = None
    """Typical stroke in pixels."""
    stroke_rank: float | None = None
    """1 for the boldest strokes relative to letter height among the texts of its level, 0 for the thinnest."""
    angle: float | None = None
    """Degrees that the baseline rises clockwise from the horizontal, in (-180, 180]."""
    place: tuple[str, ...] = ()
    """Position words in the photo: top, bottom, left, right, middle, corner."""
    near: tuple[str, ...] = ()
    """Nouns of objects that touch it or lie beside it, nearest first."""
    left_of: int | None = None
    """Id of the nearest text of its level to the RIGHT of this one (this one is left of it)."""
    right_of: int | None = None
    above: int | None = None
    """Id of the nearest text of its level BELOW this one (this one is above it)."""
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a photo: a word, a line of words, or a block of lines that share a sign (paper 3.1: text region)."""

    id: int
    """Position in `SceneContent.texts`."""
    level: Level
    text: str
    """What it says; words joined by spaces, lines by line feeds; empty where unreadable."""
    polygon: Polygon
    box: Box
    score: float
    """Confidence in [0, 1] that it is text read as said: localization times recognition."""
    parts: tuple[int, ...] = ()
    """Ids of what it is made of, in reading order: a line's words, a block's lines; empty for a word."""
    attributes: Attributes = field(default_factory=Attributes)
    hint: Hint | None = None
    """Why `text` is empty: what the pixels are like. None where it was read."""


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    """The photo as it was read."""

    width: int
    """Pixels of the EXIF-upright photo."""
    height: int
    source: str | None = None
    """Path as given, None for bytes, arrays and pictures."""
    format: str | None = None
    """JPEG, PNG, ...; None for arrays."""
    mode: str | None = None
    """Pillow mode before conversion."""
    orientation: int = 1
    """EXIF orientation that was undone."""
    analysis_scale: float = 1.0
    """Scale at which text was looked for: below 1 the photo was shrunk, and tiny text may be missed."""
    frames: int = 1
    """Frames in the file; only the first is read."""

    @property
    def downscaled(self) -> bool:
        """Whether text was looked for in a smaller copy than the photo itself."""
        return self.analysis_scale < 1.0


@dataclass(frozen=True, slots=True)
class SceneContent:
    """All that was seen in a photo, without pixels: what a retriever may look at."""

    photo: PhotoInfo
    texts: tuple[Text, ...]
    """Words first, then lines, then blocks; `texts[i].id == i`."""
    carriers: tuple[Carrier, ...] = ()
    objects: tuple[SceneObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A text that may be meant, with the probability that it is."""

    text: Text
    score: float
    """Probability in [0, 1] that this text is the one meant.

    A text that covers the same words as one listed before adds nothing: it stands at the end with 0.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query means in a scene."""

    query: str
    status: Status
    best: Text | None
    """The most probable text; None when the status is "none"."""
    matches: tuple[Match, ...]
    """Best first; as many as asked for where the scene has that many texts, whatever the status."""
    none_score: float
    """Probability in [0, 1] that no text of the photo is meant."""
    question: str | None = None
    """For "ambiguous": the question that tells the rivals apart."""
    rivals: tuple[Text, ...] = ()
    """For "ambiguous": the texts between which the question decides."""
    notes: tuple[str, ...] = ()
    """What a person should know about the answer, for instance a word of the query that was not understood."""


@dataclass(frozen=True, slots=True)
class Description:
    """An expression for one text, and whether the retriever maps it back to that text alone."""

    text: Text
    expression: str
    """Speech-ready English, no coordinates."""
    verified: bool
    """True when asking for the expression is answered "found" with exactly this text."""
    margin: float
    """Probability of this text minus that of the best other, under the expression."""
    seconded: bool = False
    """True when a second retriever, trained apart from the first, finds exactly this text as well."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a given string stands in a photo, and where."""

    string: str
    """As it was given."""
    found: bool
    """True where `probability` is at least one half."""
    probability: float
    """Probability in [0, 1] that the best place says the string; case, accents and spaces do not count."""
    text: Text | None
    """The text at the best place, found or not; None where no place can hold the string."""
    polygon: Polygon | None
    """The part of the text that was compared, in pixels: all of it, or a run of its words."""
