"""What can be said of a text, as predicates that know how sure they are.

The degree of a predicate for a candidate lies in [-1, 1]: from `SURE` upwards it holds, from `-SURE` downwards it does
not, and in between people could disagree. A description is good for a target only where everything it says surely
holds for the target and where for every other text something of it surely does not: `verdict` decides that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import hypot, log
from typing import Literal

from whichtext.data.synthesis.palette import colour_clash
from whichtext.data.synthesis.strings import kind_clash
from whichtext.data.synthesis.truth import SceneTruth, TrueCarrier
from whichtext.geometry import union_box
from whichtext.types import Box, Level, Status

__all__ = ["SURE", "TYPE_OF", "Candidate", "Predicate", "Verdict", "World", "verdict"]

SURE = 0.5
_FLAT = {"sign", "plaque", "board", "poster", "paper", "banner", "badge", "label", "screen", "box", "wall", "window"}
_SHAPE_KIN = (
    frozenset({"round", "oval"}),
    frozenset({"rectangle", "square"}),
    frozenset({"rectangle", "strip"}),
    frozenset({"irregular", "round"}),
    frozenset({"diamond", "square"}),
    frozenset({"arrow", "strip"}),
    frozenset({"letters", "strip"}),
    frozenset({"octagon", "round"}),
    frozenset({"irregular", "triangle"}),
)

TYPE_OF: dict[str, str] = {
    "ink": "look",
    "ground": "look",
    "style": "look",
    "at": "place",
    "on": "object",
    "near": "object",
    "beside text": "text_relation",
    "most": "comparative",
    "nth line": "comparative",
    "nth word": "comparative",
    "kind": "meaning",
    "says": "content",
    "starts": "content",
    "ends": "content",
    "letters": "content",
    "digits": "content",
    "contains": "content",
    "words": "content",
}
"""Type of an expression, by the predicates that it uses."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A statement. arguments, by name:

    ink, ground (colour); style (upper, lower, script, curved, slanted, vertical); at (places of the picture, such as
    "top left"); on (name of a carrier, colour or "", shape or ""); near (relation, noun, colour or ""); beside text
    (relation, string of the other text); most (largest, smallest, topmost, lowest, leftmost, rightmost, longest,
    shortest); nth line, nth word (1, 2, ... or -1 for the last); kind (of `vocabulary.KINDS`); says, contains (string);
    starts, ends (character); letters, words (how many); digits ("yes", "no").
    """

    name: str
    arguments: tuple[str | int, ...]

    def as_list(self) -> list[str | int]:
        """For JSON."""
        return [self.name, *self.arguments]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word, a line, or all that stands on a carrier."""

    level: Level
    words: tuple[int, ...]
    string: str | None
    box: Box
    ink: str | None
    ground: str | None
    styles: tuple[str, ...] | None
    letter_height: float
    kind: str | None
    carrier: int | None
    nth: int
    """Position among its siblings: words of the line, lines of the carrier; from 1."""
    count: int
    """How many siblings, itself among them."""
    legible: bool
    is_native: bool


class World:
    """The candidates of a scene."""

    def __init__(self, truth: SceneTruth) -> None:
        self.truth = truth

    def candidates(self, level: Level) -> tuple[Candidate, ...]:
        """All of a level."""
        return {"word": self.words, "line": self.lines, "block": self.blocks}[level]

    @cached_property
    def _boxes(self) -> dict[int, Box]:
        return {word.id: _box(word.polygon) for word in self.truth.words}

    @cached_property
    def _readings(self) -> dict[str, list[Candidate]]:
        """Lines, then words, by their folded wording."""
        readings: dict[str, list[Candidate]] = {}
        for one in (*self.lines, *self.words):
            readings.setdefault(fold(one.string), []).append(one)
        return readings

    @cached_property
    def lines(self) -> tuple[Candidate, ...]:
        """Every line."""
        place: dict[int, tuple[int, int]] = {}
        for carrier in self.truth.carriers:
            for number, line in enumerate(carrier.lines):
                place[line] = (number + 1, len(carrier.lines))
        return tuple(
            Candidate(
                level="line",
                words=line.words,
                string=line.string,
                box=union_box(self._boxes[word] for word in line.words),
                ink=line.ink,
                ground=line.ground,
                styles=None if line.is_native else line.styles,
                letter_height=line.letter_height,
                kind=line.kind,
                carrier=line.carrier,
                nth=place.get(number, (1, 1))[0],
                count=place.get(number, (1, 1))[1],
                legible=line.legible,
                is_native=line.is_native,
            )
            for number, line in enumerate(self.truth.lines)
        )

    @cached_property
    def words(self) -> tuple[Candidate, ...]:
        """Every word."""
        words = {word.id: word for word in self.truth.words}
        made = []
        for line in self.truth.lines:
            for number, word in enumerate(line.words):
                one = words[word]
                made.append(
                    Candidate(
                        level="word",
                        words=(word,),
                        string=one.string,
                        box=self._boxes[word],
                        ink=line.ink,
                        ground=line.ground,
                        styles=None if line.is_native else _word_styles(one.string or "", line.styles),
                        letter_height=line.letter_height,
                        kind=line.kind if len(line.words) == 1 else None,
                        carrier=line.carrier,
                        nth=number + 1,
                        count=len(line.words),
                        legible=one.legible,
                        is_native=line.is_native,
                    )
                )
        return tuple(made)

    @cached_property
    def blocks(self) -> tuple[Candidate, ...]:
        """Everything on a carrier, for every carrier with writing; native lines stand for themselves."""
        made = []
        for carrier in self.truth.carriers:
            if not carrier.lines:
                continue
            lines = [self.lines[number] for number in carrier.lines]
            made.append(
                Candidate(
                    level="block",
                    words=tuple(word for line in lines for word in line.words),
                    string="\n".join(line.string or "" for line in lines),
                    box=_box(carrier.polygon),
                    ink=_same([line.ink for line in lines]),
                    ground=_same([line.ground for line in lines]),
                    styles=(),
                    letter_height=max(line.letter_height for line in lines),
                    kind=lines[0].kind if len(lines) == 1 else None,
                    carrier=carrier.id,
                    nth=1,
                    count=len(lines),
                    legible=all(line.legible for line in lines),
                    is_native=False,
                )
            )
        return tuple(made) + tuple(line for line in self.lines if line.is_native)

    def degree(self, predicate: Predicate, one: Candidate, rivals: Sequence[Candidate]) -> float:
        """How surely a predicate holds for a candidate; rivals: what a superlative compares it with."""
        name, arguments = predicate.name, predicate.arguments
        if name == "most":
            return self._most(str(arguments[0]), one, rivals)
        if name == "on":
            return self._on(one, str(arguments[0]), str(arguments[1]), str(arguments[2]))
        if name == "near":
            return self._near(one, str(arguments[0]), str(arguments[1]), str(arguments[2]))
        if name == "beside text":
            return self._beside(one, str(arguments[0]), str(arguments[1]))
        if name == "at":
            return self._at(one, str(arguments[0]))
        if name in {"nth line", "nth word"}:
            if one.is_native:
                return 0.0
            wanted = int(arguments[0])
            return 1.0 if one.nth == (wanted if wanted > 0 else one.count + 1 + wanted) else -1.0
        if name in {"ink", "ground"}:
            return colour_clash(str(arguments[0]), one.ink if name == "ink" else one.ground)
        if name == "style":
            return _style(one, str(arguments[0]))
        if name == "kind":
            return 0.0 if one.is_native else kind_clash(str(arguments[0]), one.kind, one.string or "")
        return _content(name, arguments, one)

    def _on(self, one: Candidate, name: str, colour: str, shape: str) -> float:
        if one.carrier is None:
            return 0.0
        carrier = self.truth.carriers[one.carrier]
        degree = self._named(carrier, name)
        if colour:
            clash = colour_clash(colour, carrier.colour)
            degree = min(degree, max(clash, 0.0) if colour in carrier.trims else clash)
        if shape:
            kin = any({shape, carrier.shape} <= pair for pair in _SHAPE_KIN)
            degree = min(degree, 1.0 if shape == carrier.shape else 0.0 if kin else -1.0)
        return degree

    def _named(self, carrier: TrueCarrier, name: str) -> float:
        if name in carrier.names:
            return 1.0
        nouns = {other.noun for other in self.truth.carriers if name in other.names} | {name}
        if carrier.noun in nouns or (carrier.noun in _FLAT and nouns & _FLAT):
            return 0.0
        return -1.0

    def _near(self, one: Candidate, relation: str, noun: str, colour: str) -> float:
        things = [thing for thing in self.truth.objects if thing.noun == noun]
        degrees = [
            min(
                _relation(relation, one.box, thing.box, self.truth.width, self.truth.height),
                colour_clash(colour, thing.colour) if colour else 1.0,
            )
            for thing in things
        ]
        return max(degrees, default=-1.0)

    def _beside(self, one: Candidate, relation: str, string: str) -> float:
        """Relation to the one text that reads so; parts of that text itself do not stand beside it."""
        anchors = self._readings.get(fold(string), ())
        if not anchors or any(set(one.words) & set(anchor.words) for anchor in anchors):
            return -1.0
        anchor = anchors[0]
        if relation in {"after", "before"}:
            return self._in_order(one, anchor, 1 if relation == "after" else -1)
        if one.level == "word":
            # Words of one line stand beside each other; what is above or below a word is a line's business.
            width, height = self.truth.width, self.truth.height
            return _relation(relation, one.box, anchor.box, width, height)
        same = one.carrier is not None and one.carrier == anchor.carrier
        if relation in {"above", "below"} and same and anchor.level == "line":
            step = 1 if relation == "below" else -1
            return 1.0 if one.nth == anchor.nth + step else 0.0 if (one.nth - anchor.nth) * step > 0 else -1.0
        return _relation(relation, one.box, anchor.box, self.truth.width, self.truth.height)

    def _in_order(self, one: Candidate, anchor: Candidate, step: int) -> float:
        for line in self.truth.lines:
            if set(anchor.words) & set(line.words) and set(one.words) <= set(line.words):
                first, last = line.words.index(anchor.words[0]), line.words.index(anchor.words[-1])
                target = last + 1 if step > 0 else first - 1
                return 1.0 if len(one.words) == 1 and line.words.index(one.words[0]) == target else -1.0
        return -1.0 if one.carrier != anchor.carrier or one.level == "word" else 0.0

    def _at(self, one: Candidate, place: str) -> float:
        x = (one.box[0] + one.box[2]) / 2 / self.truth.width
        y = (one.box[1] + one.box[3]) / 2 / self.truth.height
        degree = 1.0
        for word in place.split():
            value = {
                "left": (0.45 - x) / 0.16,
                "right": (x - 0.55) / 0.16,
                "top": (0.43 - y) / 0.16,
                "bottom": (y - 0.57) / 0.16,
                "middle": min(0.22 - abs(x - 0.5), 0.22 - abs(y - 0.5)) / 0.14,
            }[word]
            degree = min(degree, value)
        return max(-1.0, min(1.0, degree))

    def _most(self, what: str, one: Candidate, rivals: Sequence[Candidate]) -> float:
        others = [rival for rival in rivals if rival is not one]
        if not others:
            return 1.0
        return min(_advantage(what, one, other, self.truth) for other in others)


def _advantage(what: str, one: Candidate, other: Candidate, truth: SceneTruth) -> float:
    """By how much one beats another: SURE is a clear lead."""
    if what in {"largest", "smallest"}:
        value = log(one.letter_height / other.letter_height) / log(1.6)
        value = value if what == "largest" else -value
    elif what in {"longest", "shortest"}:
        letters = (len(one.string or "") - len(other.string or "")) / 4
        width = log(max(1.0, one.box[2] - one.box[0]) / max(1.0, other.box[2] - other.box[0])) / log(1.4)
        value = min(letters, width) if what == "longest" else min(-letters, -width)
        if (
            not one.string
            or not other.string
            or (min(letters, width) < SURE and max(letters, width) > -SURE and value > -SURE)
        ):
            value = min(value, 0.0)
    else:
        x = ((one.box[0] + one.box[2]) - (other.box[0] + other.box[2])) / 2 / (0.1 * truth.width)
        y = ((one.box[1] + one.box[3]) - (other.box[1] + other.box[3])) / 2 / (0.1 * truth.height)
        value = {"topmost": -y, "lowest": y, "leftmost": -x, "rightmost": x}[what]
    return max(-1.0, min(1.0, value))


@lru_cache(maxsize=16384)
def fold(string: str | None) -> str:
    """For comparing readings: letters and digits only, small."""
    return "".join(char for char in (string or "").casefold() if char.isalnum())


def _style(one: Candidate, style: str) -> float:
    if one.styles is None:
        return 0.0
    if style in one.styles:
        return 1.0
    if style in {"upper", "lower"}:
        letters = [char for char in one.string or "" if char.isalpha()]
        return -1.0 if len(letters) > 1 else 0.0
    if style in {"slanted", "curved"} and {"slanted", "curved"} & set(one.styles):
        return 0.0
    return -1.0


def _content(name: str, arguments: tuple[str | int, ...], one: Candidate) -> float:
    if not one.string:
        return 0.0
    string, own = one.string, fold(one.string)
    if name == "says":
        asked = fold(str(arguments[0]))
        return 1.0 if own == asked else 0.0 if asked in own or own in asked else -1.0
    if name == "contains":
        parts = [fold(part) for part in string.split()]
        asked = fold(str(arguments[0]))
        return 1.0 if asked in parts else 0.0 if asked in own else -1.0
    if name in {"starts", "ends"}:
        char = string[0] if name == "starts" else string[-1]
        return 1.0 if char.casefold() == str(arguments[0]).casefold() else -1.0
    if name == "letters":
        count = sum(char.isalpha() for char in string)
        if count != len(string):
            return 0.0 if abs(count - int(arguments[0])) <= 3 else -1.0
        return 1.0 if count == arguments[0] else -1.0
    if name == "words":
        return 1.0 if len(string.split()) == arguments[0] else -1.0
    has = any(char.isdigit() for char in string)
    return 1.0 if has == (arguments[0] == "yes") else -1.0


def _word_styles(string: str, styles: tuple[str, ...]) -> tuple[str, ...]:
    """Styles of a word: the case is its own, the rest that of its line."""
    letters = [char for char in string if char.isalpha()]
    kept = [style for style in styles if style not in {"upper", "lower", "title"}]
    if letters and all(char.isupper() for char in letters):
        kept.insert(0, "upper")
    elif letters and all(char.islower() for char in letters):
        kept.insert(0, "lower")
    return tuple(kept)


def _relation(relation: str, one: Box, other: Box, width: int, height: int) -> float:
    """How surely box `one` stands in a relation to box `other`."""
    gap_x = max(one[0] - other[2], other[0] - one[2]) / width
    gap_y = max(one[1] - other[3], other[1] - one[3]) / height
    if relation == "next to":
        gap = max(gap_x, gap_y, 0.0) if min(gap_x, gap_y) < 0 else hypot(gap_x, gap_y)
        if gap_x < 0 and gap_y < 0:
            return 0.0
        return 1.0 if gap <= 0.06 else 0.0 if gap <= 0.16 else -1.0
    if relation in {"above", "below"}:
        side = other[1] - one[3] if relation == "above" else one[1] - other[3]
        ahead = ((other[1] + other[3]) - (one[1] + one[3])) / 2 * (1 if relation == "above" else -1)
        gap, least = side / height, -0.3 * min(one[3] - one[1], other[3] - other[1]) / height
        shared = _shared(one[0], one[2], other[0], other[2])
        off = gap_x
    else:
        side = other[0] - one[2] if relation == "left of" else one[0] - other[2]
        ahead = ((other[0] + other[2]) - (one[0] + one[2])) / 2 * (1 if relation == "left of" else -1)
        gap, least = side / width, -0.1 * min(one[2] - one[0], other[2] - other[0]) / width
        shared = _shared(one[1], one[3], other[1], other[3])
        off = gap_y
    if ahead <= 0:
        return -1.0
    if shared >= 0.45 and least <= gap <= 0.13:
        return 1.0
    return -1.0 if off > 0.05 else 0.0


def _shared(a0: float, a1: float, b0: float, b1: float) -> float:
    """Common part of two intervals over the shorter one."""
    return (min(a1, b1) - max(a0, b0)) / max(1e-6, min(a1 - a0, b1 - b0))


def _same(values: list[str | None]) -> str | None:
    return values[0] if len(set(values)) == 1 else None


def _box(polygon: Sequence[tuple[float, float]]) -> Box:
    x, y = zip(*polygon, strict=True)
    return min(x), min(y), max(x), max(y)


def _least(world: World, predicates: Sequence[Predicate], one: Candidate) -> float:
    """Degree of a conjunction: that of its weakest part."""
    degree = 1.0
    for predicate in predicates:
        degree = min(degree, world.degree(predicate, one, ()))
        if degree <= -1.0:
            break
    return degree


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a description means in a scene."""

    status: Status | Literal["unsure"]
    fitting: tuple[Candidate, ...]
    margin: float


def verdict(world: World, level: Level, predicates: Sequence[Predicate]) -> Verdict:
    """Evaluate a conjunction over all candidates of a level; superlatives compare what passes all the rest."""
    plain = [predicate for predicate in predicates if predicate.name != "most"]
    tops = [predicate for predicate in predicates if predicate.name == "most"]
    everyone = world.candidates(level)
    degrees = [_least(world, plain, one) for one in everyone]
    if tops:
        possible = [one for one, degree in zip(everyone, degrees, strict=True) if degree > -SURE]
        # Who is compared must be certain, or the comparison is not.
        certain = all(degree >= SURE for degree in degrees if degree > -SURE)
        if not certain or len(possible) < 2:
            return Verdict("unsure", (), 0.0)
        degrees = [
            min(degree, *(world.degree(p, one, possible) for p in tops)) if degree > -SURE else degree
            for one, degree in zip(everyone, degrees, strict=True)
        ]
    fitting = tuple(one for one, degree in zip(everyone, degrees, strict=True) if degree >= SURE)
    if any(-SURE < degree < SURE for degree in degrees):
        return Verdict("unsure", fitting, 0.0)
    margin = min((abs(degree) for degree in degrees), default=0.0)
    status: Status = "found" if len(fitting) == 1 else "ambiguous" if fitting else "none"
    return Verdict(status, fitting, margin)
