"""From a query to its parse: a hand-written recursive-descent parser for referring expressions, questions and commands about text.

    query    := command? question? phrase postmodifiers ("," segment)*
    phrase   := determiner? premodifier* noun
    relation := preposition (part "of")? phrase postmodifiers

Postmodifiers attach to the nearest noun; what follows a comma attaches to the phrase that is asked for. Every query has a parse: a noun
that is in no table becomes an unknown noun, a word that fits nowhere is skipped and reported in `ParsedQuery.skipped`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from whichtext.retrieval.rules.expression import Phrase, Relation, Sort
from whichtext.retrieval.rules.tokens import Token, check_query, tokenise
from whichtext.retrieval.rules.vocabulary import (
    CARRIER_SHAPES,
    CARRIERS,
    COLOURS,
    COMMANDS,
    COUNTS,
    FILLERS,
    INTENSIFIERS,
    KINDS,
    LOOKS,
    NAME_OF,
    OBJECTS,
    ORDINALS,
    PARTICIPLES,
    PARTS,
    PLACES,
    PREPOSITIONS,
    SIZES,
    SUPERLATIVES,
    UNITS,
    WHOLE,
    WORDING_CUES,
)

__all__ = ["ParsedQuery", "parse"]

_LONGEST_ENTRY = 5
_PHOTO = frozenset({"photo", "image", "frame", "scene", "view", "shot", "photograph", "picture"})
_AUXILIARIES = frozenset({"does", "do", "did", "can", "could", "should", "would", "must", "will", "may", "has", "have"})
_TEXT_UNITS = frozenset({"text", "word", "words", "line", "lines", "letter", "sentence", "heading"})
_PRONOUNS = frozenset({"one", "ones", "part", "half", "piece", "bit", "portion", "rest", "other"})
_NUMBERED = re.compile(r"^(one|two|three|four|five|six|seven|eight|nine|ten|single|double|multi|\d+)[-_](letter|digit|character|word|line|row|part)(ed|s)?$")
_SHOUTED = re.compile(r"^(?=.*[A-Z])[A-Z0-9&'.\-]{2,}$|^[\d][\d.,:/\-]*%?$|^[$€£¥]\s?[\d.,]+$|^[%&$€£@#]$")
_PLACE_LEAD = frozenset({"on", "at", "in", "to", "toward", "towards", "along", "near", "from", "by", "within", "inside"})


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What was understood of a query."""

    phrase: Phrase
    unknown: tuple[str, ...]
    """Words in no table, as written: they may be wording, or nouns that cannot be found in a photo."""
    skipped: tuple[str, ...]
    """Words that the grammar had no place for."""


@lru_cache(maxsize=1024)
def parse(query: str) -> ParsedQuery:
    """Parse a query. Raises `BadQuery` where it is empty, overlong or no text; every other query has a parse."""
    return _Parser(tokenise(check_query(query))).query()


@dataclass(slots=True)
class _Draft:
    """A phrase under construction."""

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

    def is_empty(self) -> bool:
        return self == _Draft()

    def freeze(self, *, default: str) -> Phrase:
        """Turn into a phrase; one without a noun is `default` ("text" for what is asked for, "thing" for an anchor)."""
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


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _plain_keys(table: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("'s", ""): value for key, value in table.items()}


_TARGET_NOUNS: tuple[tuple[Sort, dict[str, str]], ...] = (
    ("unit", _plain_keys(UNITS)),
    ("kind", _plain_keys(KINDS)),
    ("carrier", _plain_keys(CARRIERS)),
    ("object", _plain_keys(OBJECTS)),
)
_ANCHOR_NOUNS: tuple[tuple[Sort, dict[str, str]], ...] = (
    ("carrier", _plain_keys(CARRIERS)),
    ("object", _plain_keys(OBJECTS)),
    ("unit", _plain_keys(UNITS)),
    ("kind", _plain_keys(KINDS)),
)


class _Parser:
    """A cursor over the tokens of one query."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.at = 0
        self.unknown: list[str] = []
        self.skipped: list[str] = []

    # ---- the whole query ---------------------------------------------------------------------------------------------------------

    def query(self) -> ParsedQuery:
        self._command()
        root = _Draft()
        self._question(root)
        if root.is_empty():
            self._nominal(root, "target")
        self._postmodify(root, root)
        while self.at < len(self.tokens):
            start = self.at
            self._segment(root)
            if self.at == start:
                self.skipped.append(self.tokens[self.at].raw)
                self.at += 1
        return ParsedQuery(root.freeze(default="text"), tuple(self.unknown), tuple(self.skipped))

    def _command(self) -> None:
        """Skip "read me", "can you find", "where is" and the like, several in a row."""
        skipped = True
        while skipped:
            skipped = False
            for command in COMMANDS:
                words = command.split()
                if [token.text for token in self.tokens[self.at : self.at + len(words)]] == words and self.at + len(words) < len(self.tokens):
                    self.at += len(words)
                    skipped = True
                    break
            if self._peek() == ",":
                self.at += 1

    def _question(self, root: _Draft) -> None:
        """Recognise the forms of a question and set what it asks for."""
        opening = self._peek()
        following = self._peek(1)
        if opening == "how":
            self._how(root)
        elif opening in {"what", "which"} and following in {"is", "are", "was", "were"}:
            self.at += 2
            if self._peek() in {"there", "it"}:
                self.at += 1
            if self._peek() in PARTICIPLES or self._preposition() is not None or self._peek() == "":
                root.head, root.sort = "text", "unit"
        elif opening in {"what", "which"} and following in _AUXILIARIES:
            self.at += 2
            if self._peek() == "it":
                self.at += 1
                root.head, root.sort = "text", "unit"
        elif opening in {"what", "which"}:
            self.at += 1
            if self._peek() in {"kind", "sort", "type"} and self._peek(1) == "of":
                self.at += 2
        elif opening in {"who", "whose", "when", "where", "why"}:
            self.at += 1
            head, sort = {"who": ("person name", "kind"), "whose": ("person name", "kind"), "when": ("opening hours", "kind"), "where": ("place name", "kind")}.get(
                opening, ("text", "unit")
            )
            root.head, root.sort = head, "kind" if sort == "kind" else "unit"
            if opening == "whose":
                self._take_if("name")

    def _how(self, root: _Draft) -> None:
        self.at += 1
        adjective = self._peek()
        self.at += 1
        root.sort = "kind"
        if adjective in {"much", "expensive"}:
            root.head = "price"
            if self._peek() in {"off", "discount", "reduction"} or (self._peek() == "is" and self._peek(1) == "off"):
                root.head = "discount"
                self._take_if("is")
                self.at += 1
        elif adjective in {"big", "large"} and any(token.text in {"discount", "offer", "reduction", "saving", "sale"} for token in self.tokens):
            root.head = "discount"
        elif adjective == "many":
            root.head = "number"
            if self._peek() and self._preposition() is None and self._peek() not in PARTICIPLES:
                root.modifiers.append(self._peek())
                self.at += 1
        else:
            root.head = "number"

    def _segment(self, root: _Draft) -> None:
        """Parse what follows a boundary and merge it into the phrase that is asked for."""
        while self._peek() in {",", "and", "or", "but", "&"}:
            self.at += 1
        start = self.at
        if self._bare_place(root):
            self._postmodify(root, root)
            return
        if self._preposition() is None and self._peek() not in PARTICIPLES:
            draft = _Draft()
            self._nominal(draft, "target")
            if not draft.is_empty():
                self._postmodify(draft, draft)
                _merge(root, draft)
                return
        self._postmodify(root, root)
        if self.at == start and self._peek():
            self.skipped.append(self.tokens[self.at].raw)
            self.at += 1

    # ---- looking at the tokens ---------------------------------------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].text if index < len(self.tokens) else ""

    def _take_if(self, word: str) -> bool:
        if self._peek() == word:
            self.at += 1
            return True
        return False

    def _span(self, length: int, start: int | None = None) -> str | None:
        """The next `length` tokens as one string; None where they cross a boundary, a quotation or a possessive."""
        begin = self.at if start is None else start
        tokens = self.tokens[begin : begin + length]
        if len(tokens) < length or any(token.quoted or token.text == "," for token in tokens):
            return None
        return " ".join(token.text for token in tokens)

    def _longest(self, table: Mapping[str, object] | frozenset[str], start: int | None = None) -> tuple[str, int] | None:
        for length in range(_LONGEST_ENTRY, 0, -1):
            span = self._span(length, start)
            if span is not None and span in table:
                return span, length
        return None

    def _preposition(self) -> tuple[str, int] | None:
        """The preposition at the cursor and its length in tokens, intensifiers included."""
        skip = 0
        while self._peek(skip) in INTENSIFIERS and (skip > 0 or self._longest(PREPOSITIONS) is None):
            skip += 1
        if skip and self._peek(skip) in {"of", "from"}:  # "right of" is a preposition of its own
            skip -= 1
        found = self._longest(PREPOSITIONS, self.at + skip)
        if found is None:
            return None
        span, length = found
        if span in {"nearest", "closest", "following", "touching", "facing", "heading", "past"} and (
            self._peek(skip + length) not in FILLERS and self._peek(skip + length) != "to"
        ):
            return None
        return PREPOSITIONS[span], skip + length

    # ---- the noun and what stands before it --------------------------------------------------------------------------------------

    def _nominal(self, draft: _Draft, role: str) -> None:
        """Read determiners, premodifiers and the noun into `draft`; stops at a preposition, a verb, a boundary or the end."""
        nouns = _TARGET_NOUNS if role == "target" else _ANCHOR_NOUNS
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.text == ",":
                if self._is_adjective_list(draft):
                    self.at += 1
                    continue
                return
            if token.quoted:
                draft.wording.append(token.raw)
                self.at += 1
                continue
            if token.text in {"the", "a", "an", "this", "these"} and draft.head:
                return  # a reduced relative clause: "the place the arrow points to"
            if token.text in FILLERS or (token.text in INTENSIFIERS and self._preposition() is None and not draft.head):
                self.at += 1
                continue
            if token.text in {"and", "or", "&"}:
                if draft.head or not self._continues(1):
                    return
                self.at += 1
                continue
            if self._premodifier(draft, nouns):
                continue
            return

    def _premodifier(self, draft: _Draft, nouns: tuple[tuple[Sort, dict[str, str]], ...]) -> bool:
        """Consume one premodifier or noun; False at the end of the nominal."""
        token = self.tokens[self.at]
        if self._preposition() is not None and not self._is_modifying_preposition(draft):
            return False
        if token.text in _AUXILIARIES or token.text in WORDING_CUES or token.text in {"starting", "ending", "beginning"}:
            return False
        if token.text in PARTICIPLES and (draft.head or not self._continues(1) or token.text in {"that", "which", "who", "is", "are"}):
            return False
        if self._numbered(draft, token):
            return True
        return self._adjective(draft) or self._noun(draft, nouns) or self._unknown_word(draft, token)

    def _is_modifying_preposition(self, draft: _Draft) -> bool:
        return not draft.head and self._peek() in {"closest", "nearest"}

    def _is_adjective_list(self, draft: _Draft) -> bool:
        """Whether a comma stands between adjectives: "big, white letters"."""
        if draft.head or not (draft.colours or draft.looks or draft.sizes):
            return False
        following = self.tokens[self.at + 1].text if self.at + 1 < len(self.tokens) else ""
        return following in COLOURS or following in LOOKS or following in SIZES

    def _continues(self, ahead: int) -> bool:
        """Whether the token `ahead` may still belong to the nominal."""
        index = self.at + ahead
        if index >= len(self.tokens) or self.tokens[index].text == ",":
            return False
        saved, self.at = self.at, index
        try:
            text = self.tokens[index].text
            if text in {"and", "&"}:
                return self._continues(1)
            if text in FILLERS and text not in {"one"}:
                return False
            return (
                self._preposition() is None
                and text not in PARTICIPLES
                and text not in _AUXILIARIES
                and text not in WORDING_CUES
                and text not in {"or", "say", "says", "on"}
            )
        finally:
            self.at = saved

    def _numbered(self, draft: _Draft, token: Token) -> bool:
        match = _NUMBERED.match(token.text)
        if match is None:
            return False
        number = COUNTS.get(match[1]) or (int(match[1]) if match[1].isdigit() else None)
        unit = match[2]
        if unit in {"letter", "digit", "character"}:
            draft.letters = number
            if unit == "digit":
                draft.looks.append("digits")
        elif unit == "word":
            draft.words = number
        elif unit in {"line", "row"}:
            draft.lines = number
        self.at += 1
        return True

    def _adjective(self, draft: _Draft) -> bool:  # noqa: C901 (one table a branch)
        for length in range(_LONGEST_ENTRY, 0, -1):
            span = self._span(length)
            if span is None:
                continue
            last = self._continues(length) is False
            if span in WHOLE:
                draft.whole = True
                if last and not draft.head and span in {"everything", "all"}:
                    draft.head, draft.sort, draft.noun = "text", "unit", span
            elif span in ORDINALS and not (last and draft.head):
                draft.ordinal = ORDINALS[span]
            elif span in COUNTS and not last:
                draft.count = COUNTS[span]
                if span in {"single", "lone"}:
                    draft.modifiers.append(span)
            elif span in {"only"}:
                pass
            elif span in PLACES and PLACES[span] not in {"edge", "corner", "end", "start"} and " " in PLACES[span] and not last:
                draft.places.extend(PLACES[span].split())
            elif span in SUPERLATIVES and not (last and span in PLACES and self._peek(length) == "of"):
                draft.superlatives.append(SUPERLATIVES[span])
            elif span in {"left", "right"} and not last:
                draft.superlatives.append(span)
            elif span in COLOURS and (not last or not self._is_noun(span)):
                draft.colours.append(COLOURS[span])
            elif span in LOOKS and (not last or not self._is_noun(span)):
                draft.looks.append(LOOKS[span])
            elif span in SIZES and not (last and self._is_noun(span)):
                draft.sizes.append(SIZES[span])
            elif span in CARRIER_SHAPES and not last:
                draft.shapes.append(CARRIER_SHAPES[span])
            elif span == "percent" and not last:
                draft.modifiers.append(span)
            else:
                continue
            possessive = self.tokens[self.at + length - 1].possessive
            self.at += length
            if possessive:
                self._own(draft)
            return True
        return self._hyphenated(draft)

    def _hyphenated(self, draft: _Draft) -> bool:
        """Read "red-framed", "white-on-blue", "green-lettered": the first part that is a colour or a look counts."""
        token = self.tokens[self.at]
        if "-" not in token.text or any(token.text in table for _, table in _TARGET_NOUNS):
            return False
        parts = token.text.split("-")
        hits = [part for part in parts if part in COLOURS or part in LOOKS or part in SIZES]
        if not hits:
            return False
        for part in hits[:1]:
            if part in COLOURS:
                draft.colours.append(COLOURS[part])
            elif part in LOOKS:
                draft.looks.append(LOOKS[part])
            else:
                draft.sizes.append(SIZES[part])
        self.at += 1
        return True

    def _is_noun(self, span: str) -> bool:
        return any(span in table or (span.endswith("s") and span[:-1] in table) for _, table in _TARGET_NOUNS)

    def _noun(self, draft: _Draft, nouns: tuple[tuple[Sort, dict[str, str]], ...]) -> bool:
        for length in range(_LONGEST_ENTRY, 0, -1):
            span = self._span(length)
            if span is None or any(token.possessive for token in self.tokens[self.at : self.at + length - 1] if length == 1):
                continue
            for sort, table in nouns:
                if span not in table:
                    if not (span.endswith("s") and span[:-1] in table and len(span) > 3):
                        continue
                    span = span[:-1]
                self._set_noun(draft, table[span], sort, span)
                possessive = self.tokens[self.at + length - 1].possessive
                self.at += length
                if possessive:
                    self._own(draft)
                return True
        return False

    def _set_noun(self, draft: _Draft, head: str, sort: Sort, noun: str) -> None:
        """Make this the noun; an earlier noun of the same nominal becomes a modifier or the surface it is on."""
        if draft.head and not self._absorb(draft, head, sort):
            return
        draft.head, draft.sort, draft.noun = head, sort, noun
        if sort == "carrier" and noun in CARRIER_SHAPES:
            draft.shapes.append(CARRIER_SHAPES[noun])
        if noun in {"capitals", "caps", "capital letters", "uppercase letters", "block capitals", "block letters"}:
            draft.looks.append("upper")
        elif noun == "lowercase letters":
            draft.looks.append("lower")
        elif noun == "handwriting":
            draft.looks.append("handwritten")
        elif noun == "neon":
            draft.looks.append("neon")
        elif noun in {"digit", "digits", "numeral", "numerals"}:
            draft.looks.append("digits")

    def _absorb(self, draft: _Draft, head: str, sort: Sort) -> bool:
        """Deal with the noun before the noun. False where the earlier one stays the head ("name sign" keeps sign otherwise)."""
        earlier, earlier_sort, earlier_noun = draft.head, draft.sort, draft.noun
        if earlier_sort in {"carrier", "object"} and sort in {"unit", "kind"}:
            if head == "name" and earlier_noun in NAME_OF:
                draft.head, draft.sort, draft.noun = NAME_OF[earlier_noun], "kind", earlier_noun
                return False
            draft.relations.append(Relation("on", (Phrase(head=earlier, sort=earlier_sort, noun=earlier_noun),)))
        elif earlier_sort == "kind" and sort == "unit":
            return False  # "the price digits", "the slogan line": the kind says more
        elif earlier_sort == "kind" and sort == "kind" and head in {"name", "number"}:
            return False
        elif earlier_noun not in {"text", "word"}:
            draft.modifiers.append(earlier_noun)
        return True

    def _own(self, draft: _Draft) -> None:
        """Turn what was read so far into the owner of the noun that follows: "the shop's name", "the man's shirt"."""
        owner = replace(draft.freeze(default="thing"))
        fresh = _Draft()
        for name in _Draft.__dataclass_fields__:
            setattr(draft, name, getattr(fresh, name))
        draft.relations.append(Relation("of", (owner,)))

    def _unknown_word(self, draft: _Draft, token: Token) -> bool:
        if token.text in PARTICIPLES:
            self.at += 1
            return True
        if draft.head and not self._continues(1) and token.text in {"say", "says", "tell", "tells", "ask", "mean", "means", "read", "reads"}:
            return False
        if _SHOUTED.match(token.raw) or (token.raw[:1].isupper() and self.at > 0 and not token.text.isdigit()):
            draft.wording.append(token.raw)
            self.at += 1
            return True
        self.unknown.append(token.raw)
        if self._continues(1) and not token.possessive:
            draft.modifiers.append(token.text)
            self.at += 1
            return True
        if draft.head:
            draft.modifiers.append(token.text)
            self.at += 1
            return not token.possessive or self._own(draft) is None
        draft.head, draft.sort, draft.noun = token.text, "unknown", token.text
        self.at += 1
        if token.possessive:
            self._own(draft)
        return True

    # ---- what stands behind the noun ---------------------------------------------------------------------------------------------

    def _postmodify(self, draft: _Draft, root: _Draft) -> None:
        """Read relations, places, looks and wording behind a noun; stops at a boundary or the end."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.text == ",":
                return
            if token.quoted:
                draft.wording.append(token.raw)
                self.at += 1
            elif self._wording(draft) or self._place(draft) or self._look(draft, root) or self._relation(draft, root):
                continue
            elif token.text in _AUXILIARIES and self._does_clause(draft):
                continue
            elif token.text in {"and", "or", "&", "but"}:
                if draft is root or not self._continues(1):
                    self._also(draft, root)
                else:
                    return
            elif token.text in PARTICIPLES or token.text in INTENSIFIERS or token.text in FILLERS or token.text in {"says", "say", "to", "as", "where", "when"}:
                self.at += 1
            elif self._bare_place(draft):
                continue
            elif _SHOUTED.match(token.raw) or (token.raw[:1].isupper() and self.at > 0):
                draft.wording.append(token.raw)
                self.at += 1
            else:
                self._trailing(draft, token)

    def _trailing(self, draft: _Draft, token: Token) -> None:
        """A word behind the noun that is no relation: "the writing white on red", "the sign outside"."""
        for table, values in ((COLOURS, draft.colours), (LOOKS, draft.looks)):
            if token.text in table:
                values.append(table[token.text])
                self.at += 1
                return
        if not self._is_noun(token.text):
            self.unknown.append(token.raw)
        self.skipped.append(token.raw)
        self.at += 1

    def _also(self, draft: _Draft, root: _Draft) -> None:
        """Read "… and the second one": more of the same is wanted."""
        self.at += 1
        start = self.at
        if self._preposition() is not None:
            return
        extra = _Draft()
        self._nominal(extra, "target")
        if self.at == start:
            return
        draft.wording.extend(extra.wording)
        draft.modifiers.extend(extra.modifiers)
        if extra.sort == "unknown" and extra.head:
            draft.modifiers.append(extra.head)
        if draft is root and extra.sort in {"unit", "kind"}:
            draft.whole = True

    def _does_clause(self, draft: _Draft) -> bool:
        """Read "… does the ad ask": the noun phrase is the surface."""
        self.at += 1
        start = self.at
        anchor = _Draft()
        self._nominal(anchor, "anchor")
        if self.at == start or anchor.is_empty():
            return True
        self._postmodify_anchor(anchor)
        draft.relations.append(Relation("on", (anchor.freeze(default="thing"),)))
        return True

    def _postmodify_anchor(self, anchor: _Draft) -> None:
        self._postmodify(anchor, anchor)

    def _wording(self, draft: _Draft) -> bool:
        """Read "saying SALE", "starting with A", "that ends in a colon"."""
        token = self.tokens[self.at]
        if token.text in {"starting", "starts", "beginning", "begins", "ending", "ends"} and self._peek(1) in {"with", "in", "by"}:
            self.at += 2
            while self._peek() in FILLERS or self._peek() in {"letter", "word"}:
                self.at += 1
            if self.at < len(self.tokens):
                raw = self.tokens[self.at].raw
                if token.text.startswith(("start", "begin")):
                    draft.starts_with = raw
                else:
                    draft.ends_with = raw
                self.at += 1
            return True
        if token.text in WORDING_CUES and (draft.head or token.text != "read") and self.at + 1 < len(self.tokens):
            self.at += 1
            if self._preposition() is not None:  # "named on the board": no wording follows
                return True
            words: list[str] = []
            while self.at < len(self.tokens) and self._peek() != "," and (not words or self._preposition() is None):
                word = self.tokens[self.at]
                if word.quoted:
                    words = [word.raw]
                    self.at += 1
                    break
                if word.text not in {"it"}:
                    words.append(word.raw)
                self.at += 1
            if words:
                draft.wording.append(" ".join(words))
            return True
        return False

    def _place(self, draft: _Draft) -> bool:
        """Read "at the top left", "in the far right corner of the photo", "at the bottom of the sign", "second from the left"."""
        lead = self.at
        while self._peek() in INTENSIFIERS and self._peek() != "right":
            self.at += 1
        preposition = self._longest(PREPOSITIONS)
        if self._peek() not in _PLACE_LEAD or (preposition is not None and PREPOSITIONS[preposition[0]] not in {"on", "of", "beside"}):
            self.at = lead
            return False
        word = self._peek()
        self.at += 1
        while self._peek() in FILLERS or self._peek() in {"very", "far", "whole"} or (self._peek() in INTENSIFIERS and self._peek() != "right"):
            if self._longest(PLACES) is not None:
                break
            self.at += 1
        found = self._longest(PLACES)
        if found is None:
            self.at = lead
            return False
        span, length = found
        self.at += length
        if self._place_is_adjective():
            self.at = lead
            return False
        place = PLACES[span]
        if word == "from":
            if draft.ordinal is not None:
                draft.ordinal_from = place.split()[0]
            else:
                draft.places.extend(place.split())
            return True
        self._finish_place(draft, place)
        return True

    def _place_is_adjective(self) -> bool:
        """Whether a noun follows that the place word belongs to: "on the top shelf"."""
        if self.at >= len(self.tokens) or self._peek() in {"of", ",", "and", "or"} or self._peek() in PARTICIPLES:
            return False
        if self._peek() in {"in", "on", "at", "with", "to", "from", "above", "below", "under", "over", "where"} or self._preposition() is not None:
            return False
        return self._continues(0) and self._peek() not in {"say", "says", "corner", "side", "edge", "half", "part", "end"}

    def _finish_place(self, draft: _Draft, place: str) -> None:
        """Attach a place: to the photo, or to the surface that "of" names."""
        if self._peek() in {"corner", "side", "edge", "half", "part", "end"}:
            place = f"{place} {self._peek()}" if self._peek() in {"corner", "edge"} else place
            self.at += 1
        if self._peek() not in {"of", "in", "on"} or (self._peek() != "of" and not self._photo_follows()):
            draft.places.extend(place.split())
            return
        if self._photo_follows():
            self._skip_photo()
            draft.places.extend(place.split())
            return
        self.at += 1
        anchor = self._anchor()
        if anchor is None:
            draft.places.extend(place.split())
        else:
            draft.relations.append(Relation("on", (anchor,), tuple(place.split())))

    def _photo_follows(self) -> bool:
        ahead = 1 if self._peek() in {"of", "in", "on", "from"} else 0
        while self._peek(ahead) in FILLERS or self._peek(ahead) == "whole":
            ahead += 1
        return ahead > 0 and self._peek(ahead) in _PHOTO and self._peek(ahead + 1) not in {"of", "on", "with"}

    def _skip_photo(self) -> None:
        while self._peek() not in _PHOTO:
            self.at += 1
        self.at += 1

    def _bare_place(self, draft: _Draft) -> bool:
        """Read a place without a preposition: ", top right", "far left"."""
        start = self.at
        if self._preposition() is not None:
            return False
        while self._peek() in {"the", "very"}:
            self.at += 1
        found = self._longest(PLACES)
        if found is None or found[0] in {"down", "up", "front", "back", "head", "foot", "base", "face", "end", "start", "edge", "side", "margin"}:
            self.at = start
            return False
        self.at += found[1]
        if self._place_is_adjective():
            self.at = start
            return False
        self._finish_place(draft, PLACES[found[0]])
        return True

    def _look(self, draft: _Draft, root: _Draft) -> bool:
        """Read "in red", "in big white capitals", "with slanted letters": the look of the text itself."""
        if self._peek() not in {"in", "with", "of"} or self._peek(1) in {"his", "her", "their"}:
            return False
        definite = self._peek(1) == "the"
        start = self.at
        of = self._peek() == "of"
        self.at += 1
        look = _Draft()
        self._nominal(look, "target")
        is_text = look.sort == "unit" and look.head in _TEXT_UNITS or look.noun in {"digits", "numerals", "numbers", "figures"}
        bare = not look.head and not look.wording and (look.colours or look.looks)
        if definite and not (is_text and look.noun in {"letters", "print", "type", "lettering", "writing"} and (look.superlatives or look.sizes)):
            self.at = start
            return False
        if not (is_text or (bare and not of)) or look.ordinal is not None or (of and look.superlatives):
            self.at = start
            return False
        owner = draft if draft.sort in {"unit", "kind", "unknown", "object"} or not draft.head else root
        if draft.sort == "carrier" and draft is root:
            owner = draft
        if of and draft.head not in {"line", "lines", "word", "words", "text", "list"} and not draft.superlatives:
            self.at = start
            return False
        owner.colours.extend(look.colours)
        owner.looks.extend(look.looks)
        owner.sizes.extend(look.sizes)
        owner.superlatives.extend(look.superlatives)
        return True

    def _relation(self, draft: _Draft, root: _Draft) -> bool:
        """Read a preposition and what it leads to."""
        found = self._preposition()
        if found is None:
            return False
        if self._photo_follows() and self._peek() in {"of", "in", "on", "from"}:
            self._skip_photo()
            return True
        start = self.at
        name, length = found
        self.at += length
        part = self._part()
        anchor = self._anchor()
        if anchor is None:
            if part:
                draft.places.extend(part)
                return True
            if self.at == start + length:
                return self._adverb(draft, name)
            return True
        if name == "of" and not part:
            return self._of(draft, anchor)
        anchors = [anchor]
        if name == "between":
            while self._take_if("and"):
                second = self._anchor()
                if second is None:
                    break
                anchors.append(second)
        draft.relations.append(Relation(name, tuple(anchors), part))
        return True

    def _adverb(self, draft: _Draft, name: str) -> bool:
        """A preposition with nothing behind it: "the line above", "the word inside"."""
        if name in {"above", "below"}:
            draft.places.append("top" if name == "above" else "bottom")
        return True

    def _part(self) -> tuple[str, ...]:
        """Read "the top of", "the left half of" in front of an anchor."""
        start = self.at
        while self._peek() in FILLERS or self._peek() in {"very", "far"}:
            if self._longest(PLACES) is not None:
                break
            self.at += 1
        found = self._longest(PLACES)
        if found is not None and PLACES[found[0]] in PARTS:
            self.at += found[1]
            place = PLACES[found[0]]
            if self._peek() in {"corner", "side", "edge", "half", "part", "end"}:
                self.at += 1
            if self._take_if("of"):
                return tuple(place.split())
        self.at = start
        return ()

    def _anchor(self) -> Phrase | None:
        """Read the noun phrase behind a preposition with its own postmodifiers; None where there is none."""
        draft = _Draft()
        start = self.at
        self._nominal(draft, "anchor")
        if draft.is_empty():
            self.at = start
            return None
        while draft.head and self._take_if("of"):
            inner = _Draft()
            self._nominal(inner, "anchor")
            if inner.is_empty():
                break
            draft.relations.append(Relation("of", (inner.freeze(default="thing"),)))
        self._postmodify(draft, draft)
        return draft.freeze(default="thing")

    def _of(self, draft: _Draft, anchor: Phrase) -> bool:
        """Attach "of …": a name of something, one of several, a line of a sign."""
        if draft.head == "name" and anchor.noun in NAME_OF:
            draft.head, draft.sort = NAME_OF[anchor.noun], "kind"
            draft.relations.extend(anchor.relations)
            if anchor.colours:
                draft.relations.append(Relation("of", (anchor,)))
            draft.places.extend(anchor.places)
            return True
        is_choice = not draft.head or draft.noun in _PRONOUNS
        if is_choice and anchor.sort in {"unit", "kind", "carrier"}:
            draft.head, draft.sort, draft.noun = anchor.head, anchor.sort, anchor.noun
            draft.count = draft.count if anchor.count is None else None
            draft.colours.extend(anchor.colours)
            draft.looks.extend(anchor.looks)
            draft.sizes.extend(anchor.sizes)
            draft.superlatives.extend(anchor.superlatives)
            draft.places.extend(anchor.places)
            draft.shapes.extend(anchor.shapes)
            draft.wording.extend(anchor.wording)
            draft.modifiers.extend(anchor.modifiers)
            draft.relations.extend(anchor.relations)
            return True
        draft.relations.append(Relation("of", (anchor,)))
        return True


def _merge(root: _Draft, extra: _Draft) -> None:
    """Add what an apposition says to the phrase that is asked for."""
    if extra.sort in {"unit", "kind"} or not extra.head:
        if not root.head or (root.sort in {"carrier", "unknown", "object"} and extra.head):
            if root.sort == "carrier" and root.head:
                root.relations.append(Relation("on", (Phrase(head=root.head, sort="carrier", noun=root.noun, colours=tuple(root.colours)),)))
                root.colours = []
            root.head, root.sort, root.noun = extra.head or root.head, extra.sort if extra.head else root.sort, extra.noun
    elif root.head and extra.sort in {"carrier", "object"}:
        root.relations.append(Relation("on", (extra.freeze(default="thing"),)))
        return
    elif not root.head:
        root.head, root.sort, root.noun = extra.head, extra.sort, extra.noun
    for name in ("colours", "looks", "sizes", "superlatives", "places", "shapes", "wording", "modifiers", "relations"):
        getattr(root, name).extend(getattr(extra, name))
    for name in ("count", "letters", "words", "lines", "ordinal", "ordinal_from", "starts_with", "ends_with"):
        if getattr(root, name) is None:
            setattr(root, name, getattr(extra, name))
    root.whole = root.whole or extra.whole
