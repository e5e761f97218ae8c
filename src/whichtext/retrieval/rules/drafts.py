"""A phrase under construction: what the parser has read of it so far, and how nouns, owners and appositions combine."""

from dataclasses import dataclass, field, replace

from whichtext.retrieval.rules.expression import Phrase, Relation, Sort
from whichtext.retrieval.rules.lexicon import FoundNoun
from whichtext.retrieval.rules.vocabulary import CARRIER_SHAPES, NAME_OF, TRANSPARENT, word_set

__all__ = ["Draft", "absorb_noun", "merge", "name_of", "phrase_as_part"]

_PRONOUNS = word_set("one ones part half piece bit portion rest other everything all")
_SINGULAR = {"words": "word", "lines": "line"}
_PART_NOUNS = {
    "edge": ("edge",), "edges": ("edge",), "corner": ("corner",), "end": ("end",), "tip": ("end",),
    "base": ("bottom",), "top": ("top",), "bottom": ("bottom",), "back": ("back",), "front": ("front",),
    "back side": ("back",), "front side": ("front",), "middle": ("middle",), "centre": ("middle",),
    "upper half": ("top",), "lower half": ("bottom",), "left half": ("left",), "right half": ("right",), "side": (),
    "half": (), "part": (), "area": (), "section": (),
}  # fmt: skip
_SIDES = frozenset({"top", "bottom", "left", "right", "middle"})
_LOOK_OF_NOUN = {
    "capitals": "upper", "caps": "upper", "capital letters": "upper", "uppercase letters": "upper",
    "block capitals": "upper", "block letters": "upper", "capital letter": "upper", "uppercase letter": "upper",
    "lowercase letters": "lower", "lowercase letter": "lower", "handwriting": "handwritten",
    "handwritten text": "handwritten", "neon": "neon", "digit": "digits", "digits": "digits", "numeral": "digits",
    "numerals": "digits", "italics": "slanted", "calligraphy": "script", "zero": "digits", "zeros": "digits",
    "line of capitals": "upper", "row of digits": "digits", "row of numbers": "digits", "line of digits": "digits",
    "line of numbers": "digits",
}  # fmt: skip
_SIZE_OF_NOUN = {"small print": "small", "fine print": "small"}
_SIGNS = word_set("sign board poster banner label panel plaque paper box bag bottle screen badge stand shirt")
_NOT_SURFACES = frozenset({"shirt", "tray", "bag", "counter", "area"})
_MATERIALS = word_set("glass paper stone cardboard slate card plastic concrete")
_WHOLES = word_set("bus truck car building wall window door stand counter pillar ceiling floor fence bottle bag shirt")
_PARTS_OF_WHOLES = word_set("sign poster banner panel label plaque strip window door screen board paper badge area")
_PLAIN_TEXT = word_set("text word words line lines letter list part subtitle")
_VALUES = word_set("price percentage discount number")
_GRADES = {"top": "value+", "bottom": "value-"}
_MOST_OWNERS = 4
_ENDS = {1: "start", 2: "end", -1: "end"}
_LISTS = (
    "colours", "looks", "sizes", "superlatives", "places", "shapes", "wording", "modifiers", "relations",
)  # fmt: skip
_SCALARS = ("count", "letters", "words", "lines", "ordinal", "ordinal_from", "starts_with", "ends_with")


@dataclass(slots=True)
class Draft:
    """A phrase under construction; the fields are those of `Phrase`."""

    head: str = ""
    sort: Sort = "unknown"
    noun: str = ""
    count: int | None = None
    letters: int | None = None
    words: int | None = None
    lines: int | None = None
    colours: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    sizes: list[str] = field(default_factory=list)
    superlatives: list[str] = field(default_factory=list)
    ordinal: int | None = None
    ordinal_from: str | None = None
    places: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    wording: list[str] = field(default_factory=list)
    starts_with: str | None = None
    ends_with: str | None = None
    whole: bool = False
    modifiers: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    grade: str = ""
    """A superlative that is a place of signs, but a value of prices: highest, higher, lowest."""

    owners: int = 0
    """Possessives before the noun."""

    def is_empty(self) -> bool:
        """Whether nothing has been read yet."""
        return self == Draft()

    def is_bare_unknown(self) -> bool:
        """Whether only an unknown noun and its modifiers have been read."""
        return bool(self.head) and self == Draft(head=self.head, noun=self.noun, modifiers=self.modifiers)

    def is_choice(self) -> bool:
        """Whether the noun is still to come behind "of": "the last of the three words", "the lower one of …"."""
        if self.noun in TRANSPARENT and self.sort in {"unknown", "object"}:
            return True
        return not self.head or (self.noun in _PRONOUNS and (self.head != "area" or self.noun in {"one", "ones"}))

    def freeze(self, *, default: str) -> Phrase:
        """Turn into a phrase; one without a noun is `default` ("text" for what is asked for, "thing" for an anchor)."""
        _resolve_name(self)
        if self.grade and self.head in _VALUES and (self.grade != "lowest" or self.head != "number"):
            self.superlatives = [_GRADES.get(name, name) for name in self.superlatives]
        head, sort = (self.head, self.sort) if self.head else (default, "unit" if default == "text" else "unknown")
        return Phrase(
            head=head,
            sort=sort,
            noun=self.noun or head,
            count=self.count,
            letters=self.letters,
            words=self.words,
            lines=self.lines,
            colours=_unique(self.colours),
            looks=_unique(self.looks),
            sizes=_unique(self.sizes),
            superlatives=_unique(self.superlatives),
            ordinal=self.ordinal,
            ordinal_from=self.ordinal_from,
            places=_unique(self.places),
            shapes=_unique(self.shapes),
            wording=_unique(self.wording),
            starts_with=self.starts_with,
            ends_with=self.ends_with,
            whole=self.whole,
            modifiers=_unique(self.modifiers),
            relations=tuple(self.relations),
        )

    def become_compound(self) -> None:
        """Make the noun a modifier of the one that follows, and forget the shape that it implied."""
        self.modifiers.append(self.noun)
        self.drop_implied_shape()

    def drop_implied_shape(self) -> None:
        """Forget the shape that only the noun implied."""
        shape = CARRIER_SHAPES.get(self.noun, CARRIER_SHAPES.get(self.noun.removesuffix("s")))
        if self.sort == "carrier" and shape is not None and self.shapes and self.shapes[-1] == shape:
            self.shapes.pop()

    def become_owner(self) -> None:
        """Turn what was read so far into the owner of the noun that follows: "the shop's name", "the man's shirt"."""
        owner = self.freeze(default="thing")
        owners = self.owners + 1
        if owners > _MOST_OWNERS:
            owner = replace(owner, relations=())
        self.clear()
        self.owners = owners
        self.relations.append(Relation("of", (owner,)))

    def clear(self) -> None:
        """Forget everything."""
        fresh = Draft()
        for name in Draft.__dataclass_fields__:
            setattr(self, name, getattr(fresh, name))

    def add_of(self, anchor: Phrase) -> None:
        """Attach "of …": one of several, a name of something, a line of a sign."""
        if (
            self.noun in {"half", "part", "third"}
            and self.ordinal in _ENDS
            and self.sort == "unit"
            and not anchor.count
        ):
            part = _ENDS[self.ordinal]
            self.head, self.sort, self.noun, self.ordinal = "text", "unit", "text", None
            self.relations.append(Relation("on", (anchor,), (part,)))
        elif self.is_choice() and anchor.head != "thing":
            self._choose_from(anchor)
        else:
            self.relations.append(Relation("of", (anchor,)))

    def _choose_from(self, anchor: Phrase) -> None:
        if self.count is None or self.count == 1 or self.ordinal is not None or self.superlatives:
            head = _SINGULAR.get(anchor.head, anchor.head) if anchor.count or not self.whole else anchor.head
        else:
            head = anchor.head
        is_part = self.head in {"part", "area"} and self.noun not in {"one", "ones"}
        self.head, self.sort, self.noun = (anchor.head if is_part else head), anchor.sort, anchor.noun
        if self.noun in {"words", "lines"} and head in {"word", "line"} and not is_part:
            self.noun = head
        if self.count == 1 or anchor.count is not None:
            self.count = None
        for name in (
            "colours",
            "looks",
            "sizes",
            "superlatives",
            "places",
            "shapes",
            "wording",
            "modifiers",
            "relations",
        ):
            getattr(self, name).extend(getattr(anchor, name))
        for name in ("letters", "words", "lines"):
            if getattr(self, name) is None:
                setattr(self, name, getattr(anchor, name))
        if self.ordinal is None:
            self.ordinal, self.ordinal_from = anchor.ordinal, anchor.ordinal_from


def absorb_noun(draft: Draft, found: FoundNoun) -> None:
    """Make this the noun; an earlier noun of the same nominal becomes a modifier or the surface it is on."""
    if draft.head and not _takes_over(draft, found.head, found.sort):
        return
    draft.head, draft.sort, draft.noun = found.head, found.sort, found.span
    if found.sort == "carrier" and found.entry in CARRIER_SHAPES:
        draft.shapes.append(CARRIER_SHAPES[found.entry])
    if found.entry in _LOOK_OF_NOUN:
        draft.looks.append(_LOOK_OF_NOUN[found.entry])
    if found.entry in _SIZE_OF_NOUN:
        draft.sizes.append(_SIZE_OF_NOUN[found.entry])


def _takes_over(draft: Draft, head: str, sort: Sort) -> bool:
    """Deal with the noun before the noun; whether the later one becomes the head."""
    earlier, earlier_noun = draft.head, draft.noun
    if earlier_noun in _MATERIALS:
        return True
    if draft.sort in {"unit", "kind"} and sort in {"unit", "kind"}:
        return _text_takes_over(draft, head, sort)
    if draft.sort in {"carrier", "object"} and sort == "kind" and head == "name" and earlier_noun in NAME_OF:
        draft.head, draft.sort, draft.noun = NAME_OF[earlier_noun], "kind", earlier_noun
        return False
    if draft.sort == "carrier" and earlier not in _NOT_SURFACES and sort in {"unit", "kind"}:
        draft.relations.append(Relation("on", (_alone(draft),)))
    elif draft.sort == "carrier" and earlier in _WHOLES and head in _PARTS_OF_WHOLES:
        draft.relations.append(Relation("of", (_alone(draft),)))
    elif draft.sort == "object" and head in _SIGNS and earlier not in {"person", "place", "furniture", "lamp"}:
        draft.relations.append(Relation("with", (_alone(draft),)))
    elif earlier != head and earlier_noun not in {"text", "word"}:
        draft.modifiers.append(earlier_noun)
    draft.drop_implied_shape()
    return True


def _text_takes_over(draft: Draft, head: str, sort: Sort) -> bool:
    if draft.sort == "kind" and (head in _PLAIN_TEXT or head in {"name", "number"}):
        return False  # "the price digits", "the slogan line": the kind says more
    if draft.noun not in {"text", "word", "words", "line"}:
        draft.modifiers.append(draft.noun)
    return True


def _alone(draft: Draft) -> Phrase:
    shape = CARRIER_SHAPES.get(draft.noun) if draft.sort == "carrier" else None
    return Phrase(head=draft.head, sort=draft.sort, noun=draft.noun, shapes=(shape,) if shape else ())


def name_of(draft: Draft) -> None:
    """Turn "what is the X called" into the name of X."""
    if draft.sort == "kind":
        return
    if not draft.head:
        draft.head, draft.sort, draft.noun = "name", "kind", "name"
        return
    if draft.noun in NAME_OF:
        draft.head, draft.sort = NAME_OF[draft.noun], "kind"
        return
    anchor = draft.freeze(default="thing")
    draft.clear()
    draft.head, draft.sort, draft.noun = "name", "kind", "name"
    draft.relations.append(Relation("of", (anchor,)))


def _resolve_name(draft: Draft) -> None:
    """Give the name of something its kind: "name of the shop", "the dentist's name"."""
    if draft.head not in {"name", "person name", "title"}:
        return
    for position, relation in enumerate(draft.relations):
        anchor = relation.anchors[0]
        if relation.name != "of" or relation.part:
            continue
        kind = _kind_of_name(anchor)
        if (
            kind is None
            or (draft.head != "name" and kind != draft.head)
            or (draft.head == "title" and anchor.sort != "kind")
        ):
            continue
        draft.head, draft.sort = kind, "kind"
        rest = list(anchor.relations)
        is_told_apart = anchor.colours or anchor.ordinal is not None or anchor.superlatives or anchor.sizes
        if is_told_apart:
            own = tuple(each for each in rest if anchor.head == "person" and each.name == "with")
            rest = [each for each in rest if each not in own]
            draft.relations[position] = replace(relation, anchors=(replace(anchor, relations=own, places=()),))
            draft.relations.extend(rest)
        else:
            draft.relations[position : position + 1] = rest
        draft.places.extend(anchor.places)
        draft.wording.extend(anchor.wording)
        return


def _kind_of_name(anchor: Phrase) -> str | None:
    for noun in (" ".join((*anchor.modifiers, anchor.noun)), anchor.noun, anchor.noun.removesuffix("s")):
        if noun in NAME_OF:
            return NAME_OF[noun]
    if anchor.head in NAME_OF.values():
        return anchor.head
    return "person name" if anchor.head == "person" else None


def phrase_as_part(phrase: Phrase) -> tuple[tuple[str, ...], Phrase]:
    """Read "the tube's lower edge" and "the sign's top" as a part of the owner; other phrases stay as they are."""
    is_plain = not (phrase.colours or phrase.looks or phrase.wording or phrase.modifiers or phrase.sizes)
    if phrase.head != "area" or phrase.noun not in _PART_NOUNS or not is_plain or len(phrase.relations) != 1:
        return (), phrase
    relation = phrase.relations[0]
    if relation.name != "of" or relation.part:
        return (), phrase
    sides = tuple(place for place in (*phrase.superlatives, *phrase.places) if place in _SIDES)
    own = _PART_NOUNS[phrase.noun]
    part = (*sides, *(() if sides and own == ("edge",) else own))
    return (part, relation.anchors[0]) if part else ((), phrase)


def merge(root: Draft, extra: Draft) -> None:
    """Add what an apposition says to the phrase that is asked for."""
    if extra.noun in _PRONOUNS and root.head:
        extra.head = ""
    if (
        extra.sort in {"unit", "kind"}
        and extra.head
        and (not root.head or root.sort in {"carrier", "unknown", "object"})
    ):
        if root.sort == "carrier" and root.head:
            surface = Phrase(
                head=root.head, sort="carrier", noun=root.noun, colours=tuple(root.colours), shapes=tuple(root.shapes)
            )
            root.relations.insert(0, Relation("on", (surface,)))
            root.colours, root.shapes = [], []
        root.head, root.sort, root.noun = extra.head, extra.sort, extra.noun
    elif root.head and extra.head and extra.sort in {"carrier", "object"}:
        root.relations.append(Relation("on", (extra.freeze(default="thing"),)))
        return
    elif not root.head and extra.head:
        root.head, root.sort, root.noun = extra.head, extra.sort, extra.noun
    elif root.head and extra.head and extra.sort == "unknown":
        root.modifiers.append(extra.noun)
    for name in _LISTS:
        getattr(root, name).extend(getattr(extra, name))
    for name in _SCALARS:
        if getattr(root, name) is None:
            setattr(root, name, getattr(extra, name))
    root.whole = root.whole or extra.whole
    root.grade = root.grade or extra.grade


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
