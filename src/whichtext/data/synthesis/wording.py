"""Wording: one description in many ways, as people would say it: noun phrases, commands, questions.

A description is a head ("the phone number"), adjectives before it ("largest", "red"), phrases after it ("in red", "on
the yellow sign", "above SALE", "at the top left") and a frame around the whole ("what does ... say").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np

from whichtext.data.synthesis.predicates import Predicate
from whichtext.types import Level

__all__ = ["Phrase", "surface_forms", "word"]

Rng = np.random.Generator


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


# What stands around a noun phrase {np} ("the red text on the sign").
FRAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "noun phrase": ("{np}",),
        "command": _split(
            "find {np}|read {np}|read me {np}|read out {np}|show me {np}|locate {np}|point to {np}|point at {np}|"
            "look for {np}|"
            "please read {np}|give me {np}|mark {np}|pick out {np}|select {np}|highlight {np}|read aloud {np}|"
            "find me {np}|"
            "tell me what {np} says|I want to know what {np} says|tell me where {np} is|please find {np}|blur {np}|"
            "zoom in on {np}"
        ),
        "question": _split(
            "what does {np} say?|where is {np}?|what is {np}?|can you read {np}?|can you find {np}?|what's {np}?|"
            "where's {np}?|"
            "could you read {np} to me?|what do you read in {np}?|do you see {np}?|which one is {np}?|"
            "what does {np} read?|"
            "what can be read in {np}?|where can I find {np}?|can you show me {np}?"
        ),
    }
)
_NO_READING = ("say", "read", "what is", "what's", "what do")  # frames that ask for what is already quoted
_VALUE_ONLY = (
    "what does {np}",
    "what do you read",
    "what can be read",
    "tell me what {np} says",
    "I want to know what",
)

HEADS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "word": ("word",),
        "line": _split("text|text|writing|line|lettering|line of text|words|letters|text line|inscription|print"),
        "block": _split("text|writing|whole text|lettering|text|words|wording|whole inscription"),
    }
)
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shop name": _split("shop name|name of the shop|store name|business name|name of the business|shop's name"),
        "brand": _split("brand|brand name|name of the brand|maker's name|company name"),
        "phone": _split("phone number|telephone number|number to call|phone|contact number|phone no.|tel number"),
        "price": _split("price|cost|price figure|amount|price in figures"),
        "percentage": _split("percentage|percent figure|discount percentage|per cent figure"),
        "discount": _split("offer|sale notice|sale offer|special offer|promotion"),
        "number": _split("number|figure|digits|number in figures"),
        "code": _split("code|letter and digit code|short code"),
        "web": _split("web address|website|web site|URL|internet address|website address|homepage"),
        "email": _split("email address|e-mail address|email|mail address"),
        "address": _split("address|street address|postal address"),
        "street name": _split("street name|name of the street|road name|name of the road"),
        "place name": _split("place name|name of the place|place|location name"),
        "direction": _split("direction|destination|direction shown"),
        "date": _split("date|date given|year or date"),
        "opening hours": _split("opening hours|opening times|hours|business hours|times|time"),
        "warning": _split("warning|warning text|prohibition|notice of warning"),
        "notice": _split("notice|request|instruction"),
        "slogan": _split("slogan|motto|catchphrase|advertising line"),
        "title": _split("title|heading|headline|main title"),
        "menu item": _split("item|product|food or drink item|dish or product"),
        "person name": _split("person's name|name of the person|name of a person|personal name"),
        "licence plate": _split("number plate|licence plate|license plate number|plate number|registration number"),
    }
)
# Questions that ask for a kind without naming it; {pp} are the phrases that say where.
KIND_QUESTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shop name": _split("what is the shop called {pp}?|what's the name of the shop {pp}?|which shop is it {pp}?"),
        "brand": _split("what brand is it {pp}?|which brand is named {pp}?|who is the maker {pp}?"),
        "phone": _split(
            "what number do I call {pp}?|which number should I ring {pp}?|how can I phone them, the number {pp}?"
        ),
        "price": _split(
            "how much is it {pp}?|what does it cost {pp}?|how much do they ask {pp}?|what price is given {pp}?"
        ),
        "percentage": _split("how many percent {pp}?|how much is the discount {pp}?|by how much is it reduced {pp}?"),
        "number": _split("which number is {pp}?|what number is shown {pp}?|what number can be seen {pp}?"),
        "web": _split("what website is given {pp}?|which website can I visit {pp}?|what's the URL {pp}?"),
        "email": _split("where can I send a mail {pp}?|what email is given {pp}?"),
        "address": _split("what address is given {pp}?|what is the address {pp}?"),
        "street name": _split("which street is it {pp}?|what is the street called {pp}?|what street is named {pp}?"),
        "place name": _split("which place is named {pp}?|what place is it {pp}?"),
        "direction": _split("where does it lead {pp}?|what is signposted {pp}?|which way is shown {pp}?"),
        "date": _split("what date is given {pp}?|when is it {pp}?|which date is {pp}?"),
        "opening hours": _split("when is it open {pp}?|what are the hours {pp}?|what time is given {pp}?"),
        "warning": _split("what is the warning {pp}?|what am I warned of {pp}?|what is forbidden or warned of {pp}?"),
        "slogan": _split("what is the slogan {pp}?|which slogan is {pp}?"),
        "title": _split("what is the title {pp}?|what is the heading {pp}?"),
        "person name": _split("whose name is {pp}?|who is named {pp}?|which person is named {pp}?"),
        "licence plate": _split("what is the registration {pp}?|what's the number plate {pp}?"),
    }
)
# Questions and commands about everything on a surface {s} ("the yellow sign").
BLOCK_FRAMES = _split(
    "what does {s} say?|what is written on {s}?|what's written on {s}?|what does it say on {s}?|"
    "what stands on {s}?|read {s}|"
    "read me {s}|read what is on {s}|everything on {s}|everything written on {s}|all the text on {s}|the text on {s}|"
    "the writing on {s}|whole text of {s}|the words on {s}|what is on {s}?|what's on {s}?|can you read {s}?|"
    "read out {s}|"
    "tell me what {s} says|tell me what is written on {s}|the wording of {s}|text of {s}|what does {s} read?|"
    "what can be read on {s}?|please read {s} to me|I want to know what {s} says|all of the writing on {s}|"
    "what {s} says|"
    "the lettering on {s}|show me the text on {s}|the inscription on {s}|find the text on {s}"
)

_COLOURS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "grey": ("grey", "grey", "gray"),
        "turquoise": ("turquoise", "turquoise", "teal"),
        "gold": ("gold", "golden"),
        "purple": ("purple", "purple", "violet"),
        "cream": ("cream", "beige", "cream-coloured"),
        "maroon": ("maroon", "dark red"),
    }
)
_SHAPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "round": ("round", "circular", "round"),
        "oval": ("oval", "oval-shaped"),
        "triangle": ("triangular", "three-cornered"),
        "octagon": ("octagonal", "eight-sided"),
        "diamond": ("diamond-shaped", "diamond"),
        "arrow": ("arrow-shaped", "pointed"),
        "square": ("square",),
        "strip": ("long", "narrow", "long narrow"),
    }
)
INKS = _split(
    "in {c}|in {c} letters|written in {c}|printed in {c}|with {c} letters|in {c} writing|that is {c}|coloured {c}"
)
GROUNDS = _split(
    "on {c}|on a {c} background|on a {c} ground|against {c}|on {c} ground|with a {c} background|over a {c} background|"
    "that stands on {c}"
)
STYLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "upper": (
            ("capital", "uppercase", "all-caps"),
            ("in capitals", "in capital letters", "in block letters", "all in capitals"),
        ),
        "lower": (("lowercase",), ("in small letters", "in lowercase letters", "without capitals")),
        "script": (
            ("handwritten", "cursive", "script"),
            ("in handwriting", "in cursive letters", "in a script typeface"),
        ),
        "curved": (("curved", "arched", "bent"), ("on a curve", "on an arc", "that is curved")),
        "slanted": (("slanted", "tilted", "sloping"), ("at an angle", "that is tilted", "set at a slant")),
        "vertical": (("vertical",), ("that runs vertically", "from top to bottom", "running downwards")),
    }
)
PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "top left": _split(
            "at the top left|in the upper left|in the top left corner|top left|upper left|at the upper left|"
            "up on the left"
        ),
        "top right": _split(
            "at the top right|in the upper right|in the top right corner|top right|upper right|up on the right"
        ),
        "bottom left": _split(
            "at the bottom left|in the lower left|in the bottom left corner|bottom left|lower left|down on the left"
        ),
        "bottom right": _split(
            "at the bottom right|in the lower right|in the bottom right corner|bottom right|lower right|"
            "down on the right"
        ),
        "left": _split(
            "on the left|at the left|on the left side|to the left|on the left-hand side|at the left side of the picture"
        ),
        "right": _split(
            "on the right|at the right|on the right side|to the right|on the right-hand side|at the right of the photo"
        ),
        "top": _split(
            "at the top|at the top of the picture|up top|in the upper part|high up|in the upper half of the photo"
        ),
        "bottom": _split(
            "at the bottom|at the bottom of the picture|in the lower part|down below|in the lower half of the photo"
        ),
        "middle": _split(
            "in the middle|in the centre|in the center of the photo|in the middle of the picture|at the centre"
        ),
    }
)
ON = _split(
    "on {s}|written on {s}|printed on {s}|that's on {s}|that is written on {s}|across {s}|on {s}|shown on {s}|of {s}"
)
_SURFACE_VERBS = re.compile(r"^(that's |that is )?(written |printed |shown )?on ")
RELATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "above": _split("above {x}|over {x}|just above {x}|right above {x}|directly above {x}|straight above {x}"),
        "below": _split(
            "below {x}|under {x}|beneath {x}|just below {x}|right under {x}|directly below {x}|underneath {x}"
        ),
        "left of": _split(
            "to the left of {x}|left of {x}|on the left of {x}|just left of {x}|on the left-hand side of {x}"
        ),
        "right of": _split(
            "to the right of {x}|right of {x}|on the right of {x}|just right of {x}|on the right-hand side of {x}"
        ),
        "next to": _split("next to {x}|beside {x}|by {x}|close to {x}|near {x}|right beside {x}|right next to {x}"),
        "after": _split(
            "after {x}|right after {x}|following {x}|that follows {x}|that comes after {x}|directly after {x}"
        ),
        "before": _split(
            "before {x}|right before {x}|just before {x}|in front of {x}|that comes before {x}|directly before {x}"
        ),
    }
)
MOST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "largest": _split("largest|biggest|largest|tallest|very largest"),
        "smallest": _split("smallest|tiniest|littlest|smallest"),
        "topmost": _split("topmost|highest|uppermost|top"),
        "lowest": _split("lowest|bottom|bottommost|lowermost"),
        "leftmost": _split("leftmost|furthest left|left-most|far left"),
        "rightmost": _split("rightmost|furthest right|right-most|far right"),
        "longest": _split("longest|widest and longest"),
        "shortest": _split("shortest"),
    }
)
MOST_AFTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "largest": _split(
            "with the largest letters|with the biggest letters|in the largest letters|in the biggest type"
        ),
        "smallest": _split("with the smallest letters|in the smallest letters|in the tiniest print"),
        "topmost": _split("nearest to the top|at the very top|highest up"),
        "lowest": _split("nearest to the bottom|at the very bottom|furthest down"),
        "leftmost": _split("furthest to the left|on the far left|at the very left"),
        "rightmost": _split("furthest to the right|on the far right|at the very right"),
        "longest": _split("that is longest|with the most letters"),
        "shortest": _split("that is shortest|with the fewest letters"),
    }
)
_ORDINALS = {
    1: ("first",),
    2: ("second", "2nd"),
    3: ("third", "3rd"),
    4: ("fourth", "4th"),
    5: ("fifth",),
    6: ("sixth",),
    7: ("seventh",),
}
_ORDINALS |= {-1: ("last", "final"), -2: ("second to last", "last but one")}
_COUNTS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    11: "eleven",
    12: "twelve",
}
CONTENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "says": _split("that says {q}|saying {q}|that reads {q}|reading {q}|{q}|with the wording {q}|which says {q}"),
        "contains": _split(
            "with the word {q}|containing {q}|that contains {q}|with {q} in it|in which {q} stands|that has {q} in it"
        ),
        "starts": _split(
            "starting with {q}|beginning with {q}|that starts with {q}|that begins with {q}|whose first letter is {q}"
        ),
        "ends": _split("ending in {q}|ending with {q}|that ends in {q}|that ends with {q}|whose last letter is {q}"),
        "letters": _split("with {n} letters|of {n} letters|that has {n} letters|made of {n} letters"),
        "words": _split("of {n} words|with {n} words|that has {n} words|made up of {n} words"),
        "digits": _split(
            "with digits in it|with numbers in it|containing digits|that has digits in it|with a number in it"
        ),
        "no digits": _split("without digits|without any numbers|that has no digits"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording and its parts: what is said of the text itself, the relation, what it relates to."""

    raw: str
    text: str
    relation: str | None = None
    context: str | None = None


def pick(rng: Rng, options: Sequence[str]) -> str:
    """One of several."""
    return options[int(rng.integers(len(options)))]


def _colour(rng: Rng, name: str) -> str:
    return pick(rng, _COLOURS.get(name, (name,)))


def _surface(rng: Rng, predicate: Predicate) -> str:
    """ "the round yellow sign"."""
    name, colour, shape = (str(argument) for argument in predicate.arguments)
    colour = _colour(rng, colour) if colour else ""
    shape = pick(rng, _SHAPES[shape]) if shape in _SHAPES else ""
    adjectives = [shape, colour] if rng.random() < 0.6 else [colour, shape]
    return " ".join(part for part in ("the", *adjectives, name) if part)


def _quoted(rng: Rng, string: str) -> str:
    style = int(rng.integers(5))
    if style == 0:
        return f"'{string}'"
    if style == 1:
        return f'"{string}"'
    return string.lower() if style == 2 else string


class _Parts:
    """A description while it is being put into words."""

    def __init__(self) -> None:
        self.order: list[str] = []  # superlatives and ordinals
        self.before: list[str] = []
        self.head = ""
        self.after: list[str] = []
        self.where: list[str] = []
        self.relation: str | None = None
        self.context: str | None = None
        self.kind: str | None = None
        self.quotes = False


def word(rng: Rng, level: Level, predicates: Sequence[Predicate], *, count: int = 2) -> Phrase:
    """A wording of a description; count: how many words the text has."""
    if level == "block" and [predicate.name for predicate in predicates] == ["on"]:
        surface = _surface(rng, predicates[0])
        raw = pick(rng, BLOCK_FRAMES).format(s=surface)
        if rng.random() < 0.15:
            raw = raw.replace(" the ", " ", 1) if raw.count("the ") > 1 else raw
        return Phrase(_cased(rng, raw), "the text", "on", surface)
    parts = _Parts()
    for predicate in sorted(predicates, key=lambda one: one.name not in {"most", "nth line", "nth word"}):
        _ADDERS[predicate.name](rng, parts, level, predicate)
    if not parts.head:
        heads = HEADS[level] if count > 1 else tuple(head for head in HEADS[level] if head != "words")
        parts.head = pick(rng, heads)
    is_plural = parts.head in {
        "words",
        "letters",
        "digits",
        "opening hours",
        "opening times",
        "hours",
        "business hours",
        "times",
    }
    adjectives = [*parts.order, *parts.before]
    noun = " ".join([*adjectives, parts.head])
    text = "the " + " ".join([noun, *parts.after])
    if rng.random() < 0.35:
        rng.shuffle(parts.where)
    if is_plural:
        text, parts.where = _plural(text), [_plural(phrase) for phrase in parts.where]
    questions = KIND_QUESTIONS.get(parts.kind or "")
    if questions and not adjectives and not parts.after and parts.where and rng.random() < 0.3:
        where = [_SURFACE_VERBS.sub("on ", phrase) for phrase in parts.where]
        raw = pick(rng, questions).format(pp=" ".join(where))
        return Phrase(_cased(rng, raw), text, parts.relation, parts.context)
    phrase = " ".join([text, *parts.where])
    share = rng.random()
    frames = FRAMES["noun phrase" if share < 0.5 else "command" if share < 0.75 else "question"]
    if parts.quotes:
        frames = tuple(f for f in frames if not any(verb in f for verb in _NO_READING)) or FRAMES["noun phrase"]
    if parts.kind is not None:
        frames = tuple(f for f in frames if not f.startswith(_VALUE_ONLY)) or FRAMES["noun phrase"]
    frame = pick(rng, frames)
    if is_plural:
        for one, many in (
            ("does {np}", "do {np}"),
            ("{np} says", "{np} say"),
            ("is {np}", "are {np}"),
            ("{np} is", "{np} are"),
        ):
            frame = frame.replace(one, many)
        frame = frame.replace("what's {np}", "what are {np}").replace("where's {np}", "where are {np}")
    if frame == "{np}" and rng.random() < 0.4:
        phrase = phrase.removeprefix("the ")
    return Phrase(_cased(rng, frame.format(np=phrase)), text, parts.relation, parts.context)


def _plural(phrase: str) -> str:
    """Make "that says" agree with "the letters"."""
    for one, many in (
        *(
            ("that's ", "that are "),
            ("that is ", "that are "),
            ("that has ", "that have "),
            ("that says ", "that say "),
        ),
        *(("which says ", "which say "), ("that reads ", "that read "), ("that contains ", "that contain ")),
        *(("that starts ", "that start "), ("that begins ", "that begin "), ("that ends ", "that end ")),
        *(("that runs ", "that run "), ("that stands ", "that stand "), ("whose first ", "whose first ")),
    ):
        phrase = phrase.replace(one, many)
    return phrase


def _cased(rng: Rng, raw: str) -> str:
    """People are careless with question marks and capitals."""
    if raw.endswith("?") and rng.random() < 0.4:
        raw = raw[:-1]
    return raw[0].upper() + raw[1:] if rng.random() < 0.12 else raw


def _add_ink(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    colour = _colour(rng, str(predicate.arguments[0]))
    if rng.random() < 0.6:
        parts.before.append(colour)
    else:
        parts.after.insert(0, pick(rng, INKS).format(c=colour))


def _add_ground(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    colour = _colour(rng, str(predicate.arguments[0]))
    article = pick(rng, GROUNDS).format(c=colour)
    parts.after.append(article.replace(" a orange", " an orange"))


def _add_style(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    before, after = STYLES[str(predicate.arguments[0])]
    if rng.random() < 0.55:
        parts.before.insert(0, pick(rng, before))
    else:
        parts.after.append(pick(rng, after))


def _add_at(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    parts.where.append(pick(rng, PLACES[str(predicate.arguments[0])]))


def _add_on(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    surface = _surface(rng, predicate)
    # "of the sign" goes with what is one of several: its second line, its largest word.
    options = ON if parts.order else ON[:-1]
    parts.where.insert(0, pick(rng, options).format(s=surface))
    parts.relation, parts.context = "on", surface.removeprefix("the ")


def _add_near(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    relation, noun, colour = (str(argument) for argument in predicate.arguments)
    thing = " ".join(part for part in ("the", _colour(rng, colour) if colour else "", noun) if part)
    parts.where.append(pick(rng, RELATIONS[relation]).format(x=thing))
    parts.relation, parts.context = relation, thing.removeprefix("the ")


def _add_beside(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    relation, string = str(predicate.arguments[0]), str(predicate.arguments[1])
    anchor = _quoted(rng, string)
    if rng.random() < 0.25:
        anchor = f"the {'word' if ' ' not in string else 'text'} {anchor}"
    parts.after.append(pick(rng, RELATIONS[relation]).format(x=anchor))


def _add_most(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    what = str(predicate.arguments[0])
    if rng.random() < 0.75 or (what in {"longest", "shortest"}):
        parts.order.append(pick(rng, MOST[what]))
    else:
        parts.after.append(pick(rng, MOST_AFTER[what]))


def _add_nth(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    number = int(predicate.arguments[0])
    is_line = predicate.name == "nth line"
    ordinal = pick(rng, _ORDINALS[number])
    if is_line and number == 1 and rng.random() < 0.4:
        ordinal = "top"
    if is_line and number == -1 and rng.random() < 0.4:
        ordinal = "bottom"
    parts.order.append(ordinal)
    if not parts.head:
        parts.head = pick(rng, ("line", "line", "line", "row", "line of text", "text line")) if is_line else "word"


def _add_kind(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    parts.kind = str(predicate.arguments[0])
    parts.head = pick(rng, KINDS[parts.kind])


def _add_content(rng: Rng, parts: _Parts, level: Level, predicate: Predicate) -> None:
    name, value = predicate.name, predicate.arguments[0]
    if name in {"letters", "words"} and rng.random() < 0.4:
        parts.before.insert(0, f"{_COUNTS[int(value)]}-{name.removesuffix('s')}")
        return
    if name == "digits":
        parts.after.insert(0, pick(rng, CONTENTS["digits" if value == "yes" else "no digits"]))
        return
    if name in {"letters", "words"}:
        parts.after.insert(0, pick(rng, CONTENTS[name]).format(n=_COUNTS[int(value)]))
        return
    template = pick(rng, CONTENTS[name])
    if name in {"says", "contains"}:
        quoted = _quoted(rng, str(value))
    else:
        letter = (
            ("{}", "'{}'")
            if template.startswith("whose") or not str(value).isalpha()
            else ("{}", "the letter {}", "'{}'")
        )
        quoted = pick(rng, letter).format(value)
    parts.quotes = parts.quotes or name == "says"
    parts.after.insert(0, template.format(q=quoted))


_ADDERS = {
    "ink": _add_ink,
    "ground": _add_ground,
    "style": _add_style,
    "at": _add_at,
    "on": _add_on,
    "near": _add_near,
    "beside text": _add_beside,
    "most": _add_most,
    "nth line": _add_nth,
    "nth word": _add_nth,
    "kind": _add_kind,
    "says": _add_content,
    "starts": _add_content,
    "ends": _add_content,
    "letters": _add_content,
    "digits": _add_content,
    "contains": _add_content,
    "words": _add_content,
}


def surface_forms(relation: str) -> tuple[str, ...]:
    """All templates by which a relation is put into words: {np} frames times the phrases for it.

    relation: ink, ground, at, on, block, above, below, left of, right of, next to, after, before, nth, or a name of
    `MOST`, `STYLES`, `CONTENTS` or `KINDS`.
    """
    phrases: tuple[str, ...]
    if relation == "block":
        return BLOCK_FRAMES
    if relation in KINDS:
        phrases = tuple(f"the {head}" for head in KINDS[relation])
    elif relation in MOST:
        phrases = tuple(f"the {one} text" for one in MOST[relation]) + tuple(
            f"the text {one}" for one in MOST_AFTER[relation]
        )
    elif relation in STYLES:
        before, after = STYLES[relation]
        phrases = tuple(f"the {one} text" for one in before) + tuple(f"the text {one}" for one in after)
    else:
        table = {"ink": INKS, "ground": GROUNDS, "on": ON, "nth": ("{nth}",), **RELATIONS, **CONTENTS, **PLACES}
        phrases = tuple(f"the text {phrase}" for phrase in table[relation])
    frames = [frame for group in FRAMES.values() for frame in group]
    return tuple(dict.fromkeys(frame.replace("{np}", phrase) for frame, phrase in product(frames, phrases)))
