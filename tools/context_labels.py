"""What the research data says about the look of text lines.

Labels by eye, and labels read conservatively out of descriptions.

A description such as "white letters on the green sign above the door" says that the ink of its targets is white and
that they lie on a sign that is green; it says nothing of the door's colour that we could use. Whatever stands after a
relation to something else ("above", "next to") is ignored.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["LineLabel", "PhotoRecord", "eye_labels", "read_photos", "read_phrase", "weak_labels"]

COLOUR_WORDS = {
    "white": "white", "black": "black", "grey": "grey", "gray": "grey", "red": "red", "crimson": "red",
    "scarlet": "red", "maroon": "red", "orange": "orange", "yellow": "yellow", "green": "green", "blue": "blue",
    "navy": "blue", "purple": "purple", "violet": "purple", "pink": "pink", "magenta": "pink", "brown": "brown",
    "silver": "silver", "gold": "gold", "golden": "gold", "silvery": "silver",
}  # fmt: skip
CARRIER_WORDS = {
    "sign": "sign", "signs": "sign", "signboard": "sign", "signpost": "sign", "notice": "sign", "placard": "sign",
    "board": "board", "boards": "board", "blackboard": "board", "chalkboard": "board", "whiteboard": "board",
    "noticeboard": "board", "poster": "poster", "posters": "poster", "ad": "poster", "advert": "poster",
    "banner": "banner", "banners": "banner", "billboard": "billboard", "wall": "wall", "panel": "panel",
    "panels": "panel", "plaque": "plaque", "plate": "plate", "pillar": "pillar", "column": "pillar", "window": "window",
    "windows": "window", "glass": "glass", "screen": "screen", "tv": "screen", "monitor": "screen", "box": "box",
    "boxes": "box", "packet": "box", "bottle": "bottle", "bottles": "bottle", "label": "label", "tag": "label",
    "sticker": "sticker", "bag": "bag", "bags": "bag", "shirt": "shirt", "t-shirt": "shirt", "tee": "shirt",
    "jersey": "shirt", "jacket": "shirt", "bus": "bus", "car": "car", "truck": "truck", "van": "truck",
    "lorry": "truck", "building": "building", "facade": "building", "shutter": "shutter", "door": "door",
    "doors": "door", "floor": "floor", "ground": "floor", "mat": "floor", "stand": "stand", "counter": "counter",
    "shelf": "shelf", "awning": "awning", "canopy": "awning", "flag": "flag", "page": "page", "sheet": "page",
    "paper": "page", "cover": "page", "book": "page", "emblem": "emblem", "badge": "emblem", "logo": "emblem",
    "shield": "emblem", "card": "card", "stone": "plaque", "bin": "bin", "kiosk": "kiosk", "cup": "cup",
    "fence": "fence", "machine": "machine", "clock": "clock", "beam": "beam",
}  # fmt: skip
SHAPE_WORDS = {
    "strip": "strip", "stripe": "strip", "band": "strip", "bar": "strip", "round": "round", "circle": "round",
    "circular": "round", "disc": "round", "oval": "oval", "square": "square", "triangle": "triangle",
    "triangular": "triangle", "octagon": "octagon", "octagonal": "octagon", "diamond": "diamond",
    "diamond-shaped": "diamond", "arrow-shaped": "arrow", "rectangle": "rectangle", "rectangular": "rectangle",
    "hexagon": "octagon",
}  # fmt: skip
INK_NOUNS = (
    "letters|lettering|letter|words|word|text|writing|script|capitals|caps|characters|print|digits|digit|numerals|"
    "handwriting|name|slogan|phrase|line|lines|type|wordmark|title|numbers|number|heading|headline|message|brand|"
    "inscription|wording|warning|code|price|discount|percentage|sentence|directions|greeting|initials|figures|numeral|"
    "lettered|logotype|slogans|names"
)
OTHER_THINGS = (
    r"\b(above|below|under|underneath|beneath|over|beside|near|nearest|closest|between|behind|by|after|before|opposite|"
    r"left of|right of|next to|front of|following|beyond|around|closer|except|not|without|facing|than|like|with|whose|"
    r"where|that|which|pointing|along|where)\b"
)
STOP_WORDS = "of|on|the|in|and|or|at|to|with|for|a|an|by|from|is|does|say|says|over|under|inside|across"
ADJECTIVES = rf"(?:(?!(?:{STOP_WORDS})\b)[\w'-]+[ -]+){{0,3}}?"
NO_SURFACE = (
    "corner|frame|outline|lights|light|ring|edge|border|dot|arrow|side|one|ones|figure|stripe|star|stars|dress|"
    "lettering|part|area|half|end"
)
COLOUR = r"(?P<{0}>" + "|".join(sorted(COLOUR_WORDS, key=len, reverse=True)) + ")"
_INK = re.compile(
    r"(?<![\w-])"
    + COLOUR.format("ink")
    + r"\s+"
    + ADJECTIVES
    + rf"(?:{INK_NOUNS})\b(?! (?:sign|board|panel|plate|plaque))"
)
_IN_INK = re.compile(
    r"\bin (?:big |bold |large |small |bright |plain |all )*" + COLOUR.format("ink") + r"(?=$| on | at | in the |, )"
)
_ON = re.compile(r"\b" + COLOUR.format("ink") + r"[ -]on[ -](?:a )?" + COLOUR.format("ground") + r"\b")
_TWO = re.compile(r"\b(?:{0})(?:ish)?(?: and |-and-|-|/| & )(?:{0})\b".format("|".join(COLOUR_WORDS)))
_CARRIER = re.compile(
    rf"\b(?:on|inside|in|of|across|within|does|fills)\s+(?:the|a|an|his|her|whole|[a-z]+'s)\s+"
    rf"((?:(?!(?:{STOP_WORDS})\b)[\w'-]+\s+){{0,4}}?)("
    + "|".join(sorted([*CARRIER_WORDS, *SHAPE_WORDS], key=len, reverse=True))
    + r")(?![\w'-])"
    + r"(?! (?:picture|icon|symbol|drawing|sign|board|poster|banner|panel|plate|name|number|wall|box|front|window|"
    + r"label))"
)
_SURFACE = re.compile(
    rf"\b(?:on|inside|in|of|across)\s+(?:the|a|an)\s+(?:(?!(?:{STOP_WORDS})\b)[\w'-]+\s+){{0,2}}?"
    + COLOUR.format("colour")
    + rf"\s+(?:(?!(?:{STOP_WORDS})\b)[\w'-]+\s+)?(?!(?:{INK_NOUNS}|{NO_SURFACE})\b)([a-z]+)"
    + r"(?= (?:on|in|of|at|by|near|over|with|that|,)|\s*$)"
)
_HEAD = re.compile(
    rf"^ (?:what's |what is |read )?(?:me )?(?:the |a )?((?:(?!(?:{STOP_WORDS})\b)[\w'-]+\s+){{0,5}}?)"
    r"(sign|board|poster|banner|billboard|plaque|plate|panel|sticker|label|signboard)"
    r"(?= (?:on|in|at|over|with|hanging|standing|up|far|of)|\s*$)"
)
_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("phone", r"phone number|telephone|number to (call|ring)|hotline"),
        ("web", r"\bweb ?(site|address|page)?\b|\burl\b|internet address|e-?mail"),
        ("licence plate", r"licen[cs]e (plate|number)|number ?plate|registration"),
        ("opening hours", r"opening (hours|times)|what time|closing time"),
        ("discount", r"discount|percent|\boff\b|\bsale\b"),
        ("price", r"\bprice|how much (is|are|does|do)|\bcosts?\b"),
        (
            "shop name",
            r"(shop|store|boutique|restaurant|cafe|café|bakery|salon|bank|bar|pharmacy|hotel|cinema|stall)('s)? name|"
            r"name of (the|this) (\w+ )?"
            r"(shop|store|boutique|restaurant|cafe|café|bakery|salon|bank|bar|pharmacy|hotel|cinema|stall)|"
            r"what('s| is) the (\w+ )?(shop|store|restaurant|cafe|bakery) called",
        ),
        ("street name", r"(street|road|avenue|lane)('s)? name|name of (the|this) (street|road|avenue|lane)"),
        ("brand", r"\bbrand\b"),
        ("slogan", r"\bslogan\b|\bmotto\b|tagline|catchphrase"),
        ("date", r"\bdates?\b|\byear\b"),
        ("address", r"(?<!web )(?<!mail )\baddress\b"),
        ("warning", r"\bwarning\b|prohibition|forbidden|what is (it )?not allowed"),
        (
            "person name",
            r"(man|woman|person|founder|player|artist|author|singer|actor|designer|president)('s)? name|"
            r"name of the (man|woman|person|founder|player|artist|author|singer|actor|designer|president)",
        ),
        (
            "place name",
            r"(town|city|place|station|village|country|museum|park|island)('s)? name|"
            r"name of the (town|city|place|station|village|country|museum|park|island)|\b(town|city|country)\b",
        ),
        ("menu item", r"\bdish\b|\bdrink\b|\bmenu item|\bflavou?r"),
        ("direction", r"\bdestination|\bdirections?\b|where does|which way"),
        ("title", r"\btitle\b|\bheading\b|\bheadline\b"),
        ("number", r"\bnumber\b|\bdigits?\b"),
    )
)


@dataclass(frozen=True)
class PhotoRecord:
    """One photo with its word regions and text lines."""

    image_id: str
    path: Path
    word_ids: list[int]
    polygons: list[list[list[float]]]
    strings: list[str | None]
    """None where the data does not know what is written."""
    lines: list[list[int]]
    """Positions in `word_ids`."""
    expressions: list[dict[str, Any]]
    ambiguous: list[dict[str, Any]]


@dataclass
class LineLabel:
    """What is known of one line; None where nothing is."""

    image_id: str
    line: int
    by_eye: bool
    is_given: bool = False
    """Whether the label came with the data, and is not one of our own."""
    ink: str | None = None
    ground: str | None = None
    carrier: str | None = None
    carrier_colour: str | None = None
    shape: str | None = None
    kind: str | None = None
    style: list[str] | None = None


def read_photos(data: Path, split: str) -> dict[str, PhotoRecord]:
    """Photos of `expressions-<split>.jsonl`, by image id."""
    photos = {}
    with (data / f"expressions-{split}.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            ids = [text["id"] for text in row["texts"]]
            position = {name: i for i, name in enumerate(ids)}
            photos[row["image_id"]] = PhotoRecord(
                image_id=row["image_id"],
                path=data / row["file"],
                word_ids=ids,
                polygons=[text["polygon"] for text in row["texts"]],
                strings=[text["string"] or None for text in row["texts"]],
                lines=[[position[name] for name in line] for line in row["lines"]],
                expressions=row["expressions"],
                ambiguous=row.get("ambiguous", []),
            )
    return photos


def eye_labels(data: Path, split: str, photos: dict[str, PhotoRecord]) -> list[LineLabel]:
    """Lines of `attributes-<split>.jsonl`, labelled by eye."""
    labels = []
    with (data / f"attributes-{split}.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            photo = photos[row["image_id"]]
            line_of = {frozenset(photo.word_ids[i] for i in line): number for number, line in enumerate(photo.lines)}
            labels += [
                LineLabel(
                    image_id=row["image_id"],
                    line=line_of[frozenset(line["targets"])],
                    by_eye=True,
                    is_given=row.get("source") is None,
                    ink=line["ink"],
                    ground=line["ground"],
                    carrier=line["carrier"],
                    carrier_colour=line["carrier_colour"],
                    shape=line.get("shape"),
                    kind=line["kind"],
                    style=line.get("style"),
                )
                for line in row["lines"]
            ]
    return labels


def read_phrase(raw: str) -> dict[str, str]:
    """What a description says of its own targets, as far as it is certain.

    Ink, ground, carrier, carrier_colour, shape, kind.
    """
    text = " " + re.sub(r"[?!.,;]", " ", raw.lower()).replace("  ", " ").strip() + " "
    said: dict[str, str] = {}
    own = re.split(OTHER_THINGS, text, maxsplit=1)[0]
    head = re.split(r"\b(?:on|in|at|inside|across|does|from)\b", own, maxsplit=1)[0]
    for kind, pattern in _KINDS:
        if pattern.search(head):
            said["kind"] = kind
            break
    both = _ON.search(own)
    if both:
        said["ink"], said["ground"] = COLOUR_WORDS[both["ink"]], COLOUR_WORDS[both["ground"]]
    elif not _TWO.search(own):
        ink = _INK.search(own) or _IN_INK.search(own)
        if ink:
            said["ink"] = COLOUR_WORDS[ink["ink"]]
    carrier = _CARRIER.search(own) or _HEAD.search(own)
    surface = _SURFACE.search(own)
    if carrier:
        words, noun = carrier[1].split(), carrier[2]
        if not re.search(INK_NOUNS, carrier[1]):
            if noun in CARRIER_WORDS:
                said["carrier"] = CARRIER_WORDS[noun]
            colours = [COLOUR_WORDS[word] for word in words if word in COLOUR_WORDS]
            if len(colours) == 1 and not _TWO.search(carrier[0]):
                said["carrier_colour"] = colours[0]
            shapes = [SHAPE_WORDS[word] for word in [*words, noun] if word in SHAPE_WORDS]
            if shapes:
                said["shape"] = shapes[-1]
    elif surface and not _TWO.search(surface[0]):
        said["carrier_colour"] = COLOUR_WORDS[surface["colour"]]
    return said


def weak_labels(photos: dict[str, PhotoRecord]) -> list[LineLabel]:
    """Labels read out of the descriptions, one for every line that a described text touches.

    The colour of a carrier is taken for the colour behind the letters as well: by eye the two are the same for nine
    lines in ten.
    """
    labels = []
    for photo in photos.values():
        position = {name: i for i, name in enumerate(photo.word_ids)}
        line_of = {word: number for number, line in enumerate(photo.lines) for word in line}
        described = [(row["raw"], row["targets"]) for row in photo.expressions]
        described += [(row["raw"], match) for row in photo.ambiguous for match in row["matches"]]
        for raw, names in described:
            said = read_phrase(raw)
            targets = [position[name] for name in names if name in position]
            lines = sorted({line_of[word] for word in targets})
            if not said or len(lines) > 4:
                continue
            labels += [
                LineLabel(
                    image_id=photo.image_id,
                    line=line,
                    by_eye=False,
                    ink=said.get("ink"),
                    ground=said.get("ground", said.get("carrier_colour")),
                    carrier=said.get("carrier"),
                    carrier_colour=said.get("carrier_colour"),
                    shape=said.get("shape"),
                    kind=said.get("kind"),
                )
                for line in lines
            ]
    return labels
