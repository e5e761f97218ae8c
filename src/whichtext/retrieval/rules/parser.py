"""From a query to its parse: a recursive-descent parser for referring expressions, questions and commands about text.

    query    := command* question? phrase postmodifiers ("," segment)*
    phrase   := determiner? premodifier* noun+
    relation := preposition (part "of")? phrase postmodifiers

Postmodifiers attach to the nearest noun; what follows a boundary attaches to the phrase that is asked for. Every query
has a parse: a noun that is in no table becomes an unknown noun, a word that fits nowhere is skipped and reported in
`ParsedQuery.skipped`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from whichtext.retrieval.rules.drafts import Draft, absorb_noun, merge, name_of, phrase_as_part
from whichtext.retrieval.rules.expression import Phrase, Relation
from whichtext.retrieval.rules.lexicon import (
    ADJECTIVES,
    ANCHOR_NOUNS,
    COMMAND_LEXICON,
    GOODS_NOUNS,
    NEIGHBOUR_NOUNS,
    NUMBERED,
    PLACE_LEXICON,
    PREPOSITION_LEXICON,
    TARGET_NOUNS,
    Nouns,
    find_noun,
    is_noun,
)
from whichtext.retrieval.rules.spelling import correct
from whichtext.retrieval.rules.tokens import Token, check_query, tokenise
from whichtext.retrieval.rules.vocabulary import (
    ADVERBS,
    CARRIER_SHAPES,
    COLOURS,
    COUNTS,
    FILLERS,
    INTENSIFIERS,
    LOOKS,
    NAME_OF,
    NUMBER_WORDS,
    NUMBERED_THINGS,
    ORDINALS,
    PARTICIPLES,
    PARTS,
    PLACES,
    PLAIN_ADJECTIVES,
    PREPOSITIONS,
    SIZES,
    SUPERLATIVES,
    TOPIC_CUES,
    TRANSPARENT,
    VERBS,
    WORDING_CUES,
    word_set,
)

__all__ = ["ParsedQuery", "parse"]

_DEEPEST = 8
_PHOTO = word_set("photo image frame scene view shot photograph picture")
_AUXILIARIES = word_set("does do did can could should would must will may has have shall might")
_COPULAS = word_set("is are was were")
_RELATIVES = word_set("that which who whose where when whom")
_ARTICLES = word_set("the a an this these")
_PRONOUN_SUBJECTS = word_set("it they you i we he she one this that there these those")
_PART_WORDS = word_set("corner side edge half part end area section third portion")
_PLACE_LEAD = word_set("on at in to toward towards along near from by within inside around")
_CONJUNCTIONS = word_set("and or & but plus")
_LOOK_OWNERS = word_set("line lines word words text list heading sentence")
_NEEDS_DETERMINER = word_set(
    "nearest closest following touching facing heading past round around topping opposite bordering holding over"
)
_ONLY_BEHIND_NOUN = word_set(
    """holding carrying wearing showing shows containing contains bearing displaying featuring selling depicting
    including having has touching facing flanking neighbouring accompanying topping heading bordering follows
    precedes"""
)
_NAMES_ITSELF = word_set("word phrase words name text letters brand title letter number label line logo brand_name")
_TEXT_RELATIONS = frozenset({"above", "below", "left of", "right of", "beside", "between", "after", "before"})
_FREE_COMMANDS = word_set("read find show please locate hide redact highlight hello hi hey tell give select")
_AFTER_COMMAND = word_set(
    """the a an all any every everything both me us what which who when where how whose this that these those my your
    if only just out whatever please some"""
)
_TRAILERS = (
    ("please",),
    ("for", "me"),
    ("to", "me"),
    ("thanks",),
    ("thank", "you"),
    ("now",),
    ("out", "loud"),
    ("aloud",),
)
_HOLDING = word_set("hold holds holding held carry carries carrying wear wears wearing has")
"""Verbs between a person and what the person has on or in hand."""
_OWNED = frozenset({"price", "number", "brand", "person name", "date", "opening hours", "discount"})
_MEASURES = {"letters": "letters", "characters": "letters", "digits": "letters", "words": "words", "lines": "lines"}
_MEASURED_BY = word_set("letter digit character word line row")
_NEIGHBOURHOODS = _TEXT_RELATIONS | {"behind", "in front of"}
_SLENDER = word_set("pillar bottle fence")
_HEIGHTS = {"high": "top", "low": "bottom"}
_PARTS_OF_PLACE = word_set(
    """down up front back head foot base face end start edge side margin heart border rim tail tip top bottom middle
    centre corner"""
)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What was understood of a query."""

    phrase: Phrase
    unknown: tuple[str, ...]
    """Words in no table, as written: they may be wording, or nouns that cannot be found in a photo."""
    skipped: tuple[str, ...]
    """Words that the grammar had no place for."""
    corrected: tuple[tuple[str, str], ...] = ()
    """Words that were taken for misspelt, each as written and as understood."""


def parse(query: str) -> ParsedQuery:
    """Parse a query. Raises `BadQuery` where it is empty, overlong or no text; every other query has a parse."""
    return _parse(check_query(query))


@lru_cache(maxsize=1024)
def _parse(query: str) -> ParsedQuery:
    tokens, corrected = correct(tokenise(query))
    return _Parser(tokens).query(corrected)


class _Parser:
    """A cursor over the tokens of one query."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.at = 0
        self.unknown: list[str] = []
        self.skipped: list[str] = []
        self.root = Draft()
        self.is_question = False
        self.is_clause = False
        self.depth = 0
        self.is_listing = False
        self.question_at = -1
        self._texts = _matchable(tokens)
        self._prepositions: dict[int, tuple[str, int] | None] = {}

    # ---- the whole query -------------------------------------------------------------------------------------------

    def query(self, corrected: tuple[tuple[str, str], ...] = ()) -> ParsedQuery:
        """Parse all tokens."""
        self._cut_trailers()
        self._command()
        root = self.root
        self._question(root)
        if not root.head:
            self._asked(root)
        self._postmodify(root)
        while self.at < len(self.tokens):
            start = self.at
            self._segment(root)
            if self.at == start:
                self._skip_word()
        phrase = self._finished(root)
        return ParsedQuery(phrase, _unique(self.unknown), tuple(self.skipped), corrected)

    def _asked(self, root: Draft) -> None:
        """Read the noun phrase that is asked for."""
        if not self._part_of_surface(root):
            self._nominal(root, TARGET_NOUNS)

    def _part_of_surface(self, root: Draft) -> bool:
        """Read "the top of the sign", "the left half of the banner" as the text there."""
        mark = self._marked()
        part = self._part()
        if (
            not part
            or self._peek(0) in COUNTS
            or self._peek(1) in COUNTS
            or any(token.proper for token in self.tokens[self.at : self.at + 2])
        ):
            self._reset(mark)
            return False
        anchor = self._anchor(ANCHOR_NOUNS)
        if anchor is None or anchor.noun in _PHOTO:
            self._reset(mark)
            return False
        root.head, root.sort, root.noun = "text", "unit", "text"
        root.relations.append(Relation("on", (anchor,), part))
        return True

    def _finished(self, root: Draft) -> Phrase:
        """Freeze the phrase that is asked for: text, where only a pronoun or a person was named."""
        if root.head == "part" and root.noun in {"one", "ones", "other", "part"}:
            root.head, root.sort = "text", "unit"
        if self.is_question and root.sort == "object" and root.head == "person":
            verb = self._peek(-1)
            if verb in _HOLDING | {"say", "says"}:
                person = root.freeze(default="thing")
                root.clear()
                root.relations.append(Relation("worn by" if verb in _HOLDING else "on", (person,)))
            root.head, root.sort, root.noun = "text", "unit", ""
        if root.head == "area":
            root.head, root.sort = "text", "unit"
        return root.freeze(default="text")

    def _cut_trailers(self) -> None:
        """Drop "please", "for me" and the like at the end."""
        cut = True
        while cut:
            cut = False
            for words in _TRAILERS:
                size = len(words)
                if (
                    len(self.tokens) > size + 1
                    and tuple(self._texts[-size:]) == words
                    and (size == 2 or self._is_free(-size - 1))
                ):
                    self.tokens, self._texts, cut = self.tokens[:-size], self._texts[:-size], True
                    while self.tokens and self.tokens[-1].text == "," and not self.tokens[-1].quoted:
                        self.tokens, self._texts = self.tokens[:-1], self._texts[:-1]

    def _is_free(self, index: int) -> bool:
        """Whether the token in front of a trailer does not make the trailer wording: "the word please"."""
        return self._texts[index] not in WORDING_CUES and self._texts[index] not in _NAMES_ITSELF

    def _command(self) -> None:
        """Skip "read me", "can you find", "where is" and the like, several in a row."""
        while self.at < len(self.tokens):
            found = COMMAND_LEXICON.match(self._texts, self.at)
            if found is None or self.at + found[1] >= len(self.tokens):
                return
            span, length = found
            if length == 1 and span not in _FREE_COMMANDS and not self._opens_after(length):
                return
            self.at += length
            while self._peek() == "," and self.at + 1 < len(self.tokens):
                self.at += 1

    def _opens_after(self, length: int) -> bool:
        following = self._peek(length)
        return (
            following in _AFTER_COMMAND
            or following == ","
            or COMMAND_LEXICON.match(self._texts, self.at + length) is not None
        )

    # ---- questions -------------------------------------------------------------------------------------------------

    def _question(self, root: Draft) -> None:
        """Recognise the forms of a question and set what it asks for."""
        if self._peek() in _PLACE_LEAD | {"for", "of"} and self._peek(1) in {"what", "which", "whose"}:
            self.at += 1
        opening = self._peek()
        if opening not in {"how", "what", "which", "who", "whose", "whom", "when", "where", "why"}:
            return
        self.is_question, self.question_at = True, self.at
        if opening == "how":
            self._how(root)
        elif opening in {"what", "which"}:
            self._what(root)
        elif opening == "where" and self._where_it_says(root):
            return
        elif opening == "whose":
            self.at += 1
            root.head, root.sort = "person name", "kind"
            self._take_if("name")
        elif opening in {"who", "whom"} and self._peek(1) in _COPULAS and self._peek(2) in FILLERS:
            self.at += 2
            self._asked(root)
            if root.sort != "kind":
                anchor = replace(root.freeze(default="thing"))
                self.root = root
                root.head, root.sort, root.noun, root.colours, root.relations = (
                    "person name",
                    "kind",
                    "",
                    [],
                    [Relation("on", (anchor,))],
                )
        else:
            self.at += 1
            if (
                opening == "who"
                and self._peek(1) in FILLERS
                and self._peek() not in _AUXILIARIES | _COPULAS | PARTICIPLES
            ):
                self.at += 1
                root.head, root.sort = "person name", "kind"
                self._subject()
                return
            root.head = {"who": "person name", "when": "opening hours", "where": "place name"}.get(opening, "text")
            if opening == "when" and self._peek() in {"was", "were", "did"}:
                root.head = "date"
            root.sort = "unit" if root.head == "text" else "kind"

    def _what(self, root: Draft) -> None:
        following = self._peek(1)
        if following in _COPULAS:
            self.at += 2
            if self._peek() in {"there", "it", "being"}:
                self.at += 1
            if self._peek() in {"that", "this"} and self._peek(1) in {"is", "says", ""}:
                self.at += 1
            is_doing = self._peek().endswith("ing") and not is_noun(self._peek()) and self._preposition(1) is not None
            is_open = (
                is_doing or self._peek() in PARTICIPLES or self._preposition() is not None or self._peek() in {"", ","}
            )
            if is_open or self._bare_place_follows():
                root.head, root.sort = "text", "unit"
        elif following in _AUXILIARIES:
            self.at += 2
            self.is_clause = True
            if self._peek() in _PRONOUN_SUBJECTS and not is_noun(self._peek(1)):
                self.at += 1
                root.head, root.sort = "text", "unit"
            else:
                self._asked(root)
            self.is_clause = False
        elif following in {"says", "reads", "stands", "comes", "follows", "appears", "happens"}:
            self.at += 1
            root.head, root.sort = "text", "unit"
        else:
            self.at += 1
            if self._peek() in {"kind", "sort", "type"} and self._peek(1) == "of":
                self.at += 2
            self._asked(root)
            if root.noun in NUMBERED_THINGS:
                root.head, root.sort = "number", "kind"
            elif root.sort in {"object", "unknown"} and root.noun in NAME_OF:
                name_of(root)

    def _where_it_says(self, root: Draft) -> bool:
        """Read "where it says …", "where does it say …": the text with that wording."""
        for opening in (
            ("where", "it", "says"),
            ("where", "does", "it", "say"),
            ("where", "it", "reads"),
            ("where", "they", "say"),
        ):
            if tuple(self._peek(index) for index in range(len(opening))) == opening:
                self.at += len(opening) - 1
                root.head, root.sort = "text", "unit"
                self._wording(root, is_cue=True)
                return True
        return False

    def _bare_place_follows(self) -> bool:
        return PLACE_LEXICON.match(self._texts, self.at) is not None and not self._continues(1)

    def _how(self, root: Draft) -> None:
        """Set the kind of text that "how much", "how far", "how many dollars" ask for."""
        self.at += 1
        adjective = self._peek()
        rest = {token.text for token in self.tokens[self.at :]}
        is_discount = bool(rest & {"off", "discount", "reduction", "saving", "save", "offer"})
        self.at += 1
        root.sort, root.head = "kind", "number"
        if adjective in {"much", "expensive", "cheap"}:
            root.head = "discount" if is_discount else "price"
            while self._peek() in {"off", "discount", "reduction", "money"}:
                self.at += 1
        elif adjective in {"big", "large", "high"} and is_discount:
            root.head = "discount"
            while self._peek() in {"is", "the", "discount", "reduction", "saving", "offer", "a"}:
                self.at += 1
        elif adjective == "many":
            if self._peek() == "percent":
                root.head = "percentage"
                self.at += 1
            elif self._peek() and self._preposition() is None and self._peek() not in PARTICIPLES:
                root.modifiers.append(self._peek())
                self.at += 1
        elif adjective in {"do", "does", "can", "is", "are", "to"}:
            root.head, root.sort = "text", "unit"
        if self._peek() in _COPULAS | {"it", "does"} and self._peek(1) in {"it", "is", "cost", ""}:
            self.at += 1
        if adjective == "far":
            self._how_far(root)

    def _how_far(self, root: Draft) -> None:
        """Read "is it to Ballina": the distance stands beside the place."""
        while self._peek() in {"is", "it", "away"}:
            self.at += 1
        if self._take_if("to"):
            anchor = self._anchor(ANCHOR_NOUNS, may_be_wording=True)
            if anchor is not None:
                root.relations.append(Relation("beside", (anchor,)))

    def _segment(self, root: Draft) -> None:
        """Parse what follows a boundary and merge it into the phrase that is asked for."""
        while self._peek() in {","} | _CONJUNCTIONS:
            self.at += 1
        self._command()
        if self._peek() in {"what", "which"} and self._peek(1) in _COPULAS | {"does", "do"}:
            self.at += 2
        start = self.at
        if self._peek() == "" or self._bare_place(root):
            self._postmodify(root)
            return
        is_open = self._preposition() is None and self._peek() not in PARTICIPLES and self._peek() not in WORDING_CUES
        if is_open or self._is_modifying_preposition():
            draft = Draft()
            self._nominal(draft, TARGET_NOUNS)
            if not draft.is_empty():
                self._postmodify(draft)
                merge(root, draft)
                return
        self._postmodify(root)
        if self.at == start and self._peek():
            self._skip_word()

    # ---- looking at the tokens -------------------------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> str:
        """The word `ahead` of the cursor; "*" for wording, "" outside of the query."""
        index = self.at + ahead
        if not 0 <= index < len(self.tokens):
            return ""
        token = self.tokens[index]
        return "*" if token.quoted or token.proper else token.text

    def _take_if(self, word: str) -> bool:
        if self._peek() == word:
            self.at += 1
            return True
        return False

    def _skip_word(self) -> None:
        self.skipped.append(self.tokens[self.at].raw)
        self.at += 1

    def _marked(self) -> tuple[int, int, int]:
        return self.at, len(self.unknown), len(self.skipped)

    def _reset(self, mark: tuple[int, int, int]) -> None:
        """Go back to a mark and forget what was reported since."""
        self.at = mark[0]
        del self.unknown[mark[1] :], self.skipped[mark[2] :]

    def _preposition(self, ahead: int = 0) -> tuple[str, int] | None:
        """The preposition at the cursor and its length in tokens, intensifiers included."""
        start = self.at + ahead
        if start not in self._prepositions:
            self._prepositions[start] = self._preposition_at(start)
        return self._prepositions[start]

    def _preposition_at(self, start: int) -> tuple[str, int] | None:
        found = PREPOSITION_LEXICON.match(self._texts, start)
        if found is not None and self._is_postpositive(start):
            return None
        skip = 0
        while found is None and start + skip < len(self._texts) and self._texts[start + skip] in INTENSIFIERS:
            skip += 1
            found = PREPOSITION_LEXICON.match(self._texts, start + skip)
        if found is None:
            return None
        span, length = found
        following = self._texts[start + skip + length] if start + skip + length < len(self._texts) else ""
        if span in _NEEDS_DETERMINER | {"up", "down"} and following not in FILLERS and following != "to":
            return None
        return PREPOSITIONS[span], skip + length

    def _is_postpositive(self, index: int) -> bool:
        """Whether an adjective begins like a preposition: "closest to the camera"."""
        preposition, adjective = PREPOSITION_LEXICON.match(self._texts, index), ADJECTIVES.match(self._texts, index)
        if preposition is None or adjective is None or adjective[1] <= preposition[1]:
            return False
        following = index + adjective[1]  # "closest to the bottom shelf" is no adjective
        return not self._is_nominal_at(following) or self._texts[following] in VERBS | WORDING_CUES | _AUXILIARIES

    def _continues(self, ahead: int) -> bool:
        """Whether the token `ahead` may still belong to the nominal."""
        index = self.at + ahead
        while index < len(self.tokens) and self._texts[index] in {"and", "&"}:
            index += 1
        if index >= len(self.tokens) or self.tokens[index].text == ",":
            return False
        text = self._texts[index]
        if not text:  # quoted or proper: wording behind the noun
            return False
        if text in FILLERS or text in PARTICIPLES or text in _AUXILIARIES or text in WORDING_CUES or text in ADVERBS:
            return text in PLAIN_ADJECTIVES and text not in ADVERBS and self._is_nominal_at(index + 1)
        if (
            text in TOPIC_CUES
            or text in {"or", "but", "on"}
            or (self.is_clause and text in VERBS and not self._is_nominal_at(index + 1))
        ):
            return False
        return self._preposition(index - self.at) is None and not self._is_postpositive(index)

    def _is_nominal_at(self, index: int) -> bool:
        if not 0 <= index < len(self.tokens) or not self._texts[index]:
            return False
        text = self._texts[index]
        return text not in FILLERS and text not in PARTICIPLES and self._preposition(index - self.at) is None

    # ---- the noun and what stands before it ------------------------------------------------------------------------

    def _nominal(self, draft: Draft, nouns: Nouns) -> None:
        """Read determiners, premodifiers and the noun into `draft`, up to a preposition, a verb or a boundary."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.quoted:
                draft.wording.append(token.raw)
                self.at += 1
            elif token.text == ",":
                if not self._is_adjective_list(draft):
                    return
                self.at += 1
            elif token.proper:
                self._named(draft)
            elif draft.head and self._says_itself(draft):
                continue
            elif (
                self._ends_nominal(draft, token)
                or (draft.head and self._bare_place_ends())
                or not self._premodifier(draft, token, nouns)
            ):
                return

    def _premodifier(self, draft: Draft, token: Token, nouns: Nouns) -> bool:
        """Consume one premodifier or noun; False at the end of the nominal."""
        if self._numbered(draft, token) or self._from_tables(draft, nouns):
            return True
        text = token.text
        if text in FILLERS or (
            not draft.head and (text in INTENSIFIERS or text in PLAIN_ADJECTIVES or text in ADVERBS)
        ):
            self.at += 1
            return True
        if text in _CONJUNCTIONS:
            if draft.head or not self._continues(1):
                return False
            self.at += 1
            return True
        if draft.head and ADJECTIVES.match(self._texts, self.at) is not None:
            return False
        if text in PARTICIPLES or text in ADVERBS or text in PLAIN_ADJECTIVES:
            if draft.head:
                return False
            self.at += 1
            return True
        return self._hyphenated(draft, token) or self._unknown_word(draft, token)

    def _ends_nominal(self, draft: Draft, token: Token) -> bool:
        text = token.text
        if draft.head and text in _ARTICLES:
            return True  # a reduced relative clause: "the place the arrow points to"
        if text in _RELATIVES and (
            draft.head or text not in FILLERS or self._peek(1) in PARTICIPLES | WORDING_CUES | _AUXILIARIES
        ):
            return True
        if text in _AUXILIARIES:
            return not (
                text == "can" and not draft.head and (draft.colours or draft.sizes or self._peek(-1) in _ARTICLES)
            )
        if text in TOPIC_CUES and draft.head:
            return True
        if text in WORDING_CUES:
            return True
        if text in {"starting", "ending", "beginning", "starts", "ends", "begins"}:
            return bool(draft.head) or self._peek(1) in {"with", "in", "by"}
        found = self._preposition()
        if found is not None and not self._is_modifying_preposition():
            return bool(draft.head) or text not in _ONLY_BEHIND_NOUN or not self._continues(1)
        if draft.head and self.is_question and text in VERBS and (self.is_clause or not self._continues(1)):
            return not (is_noun(text) and self._continues(1) and not self.is_clause)
        return text in PARTICIPLES and (bool(draft.head) or not self._continues(1))

    def _is_modifying_preposition(self) -> bool:
        return self._peek() in {"closest", "nearest"} and self._peek(1) not in FILLERS and self._peek(1) != "to"

    def _is_adjective_list(self, draft: Draft) -> bool:
        """Whether a comma stands between adjectives: "big, white letters"."""
        if draft.head or not (draft.colours or draft.looks or draft.sizes or draft.superlatives):
            return False
        following = self._peek(1)
        if PLACE_LEXICON.match(self._texts, self.at + 1) is not None:
            return False
        return (following in COLOURS or following in LOOKS or following in SIZES) and self._continues(2)

    def _named(self, draft: Draft) -> None:
        """Read words with capitals and figures: wording, or how many where a plural noun follows."""
        token = self.tokens[self.at]
        is_count = token.raw.isascii() and token.raw.isdigit() and not draft.head and 0 < int(token.raw[:4]) <= 20
        if is_count and self._continues(1) and not self._peek(1).startswith("kilo"):
            draft.count = int(token.raw)
            self.at += 1
            return
        words: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at].proper:
            words.append(self.tokens[self.at].raw)
            self.at += 1
        draft.wording.append(" ".join(words))

    def _says_itself(self, draft: Draft) -> bool:
        """Read what a noun like "word" is followed by as its wording: "the word sale", "the name paul"."""
        if draft.noun in {"number", "digit", "price"} and self._peek() in NUMBER_WORDS and not draft.wording:
            return self._take_wording(draft)
        if draft.wording or draft.noun not in _NAMES_ITSELF or (draft.ordinal is not None and draft.noun != "word"):
            return False
        text = self._peek()
        is_end = self.at + 1 >= len(self.tokens) or self._peek(1) == ","
        is_word = draft.noun in {"word", "phrase"} or (draft.noun == "words" and draft.count is None)
        is_known = is_noun(text) or text in COLOURS or text in LOOKS or text in SIZES or text in ORDINALS
        if self._preposition() is not None and not is_end:
            return False
        if text == "," or text in WORDING_CUES or text in _RELATIVES or (text in TOPIC_CUES and not is_end):
            return False

        closes = is_end or self._preposition(1) is not None
        is_dropped = text in PARTICIPLES or text in ADVERBS | PLAIN_ADJECTIVES
        if is_dropped and draft.ordinal is not None:
            return False
        if text in FILLERS or self._preposition() is not None or (is_dropped and text != "off"):
            return (
                is_word and is_end and draft.noun == "word" and self._take_wording(draft)
                if text not in FILLERS
                else (is_word and closes and self._take_wording(draft))
            )
        if text == "off":
            return is_word and closes and self._take_wording(draft)
        is_adjective = ADJECTIVES.match(self._texts, self.at) is not None and text not in COUNTS
        if is_adjective or PLACE_LEXICON.match(self._texts, self.at) is not None:
            return is_word and is_end and draft.noun == "word" and not self.is_clause and self._take_wording(draft)
        if (
            text in _AUXILIARIES
            or text in _COPULAS
            or text in _CONJUNCTIONS
            or (text.endswith(("ing", "ed")) and not (is_known or is_end))
        ):
            return False
        return (is_word or not is_known) and not (self.is_clause and text in VERBS) and self._take_wording(draft)

    def _take_wording(self, draft: Draft) -> bool:
        """Take the word at the cursor and those that belong to it as wording."""
        words = [self.tokens[self.at].raw]
        self.at += 1
        while self.at < len(self.tokens) and len(words) < 6 and self._continues(0) and not is_noun(self._peek()):
            text = self._peek()
            if (
                text in COLOURS
                or text in LOOKS
                or text in PLACES
                or text in PLAIN_ADJECTIVES
                or (self.is_clause and text in VERBS)
            ):
                break
            words.append(self.tokens[self.at].raw)
            self.at += 1
        draft.wording.append(" ".join(words))
        return True

    def _numbered(self, draft: Draft, token: Token) -> bool:
        """Read "two-letter", "3-line", "five-digit"."""
        match, size = NUMBERED.match(token.text), 1
        if match is None and not draft.head and not token.text.isalpha():
            return False
        if match is None and not draft.head and self._peek(1) in _MEASURED_BY and self._continues(2):
            texts = self._texts[self.at + 1 :]
            if is_noun(self._peek(2)) and getattr(find_noun(TARGET_NOUNS, texts, 0), "length", 0) == 1:
                match, size = NUMBERED.match(f"{token.text}-{self._peek(1)}"), 2
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
        self.at += size
        return True

    def _from_tables(self, draft: Draft, nouns: Nouns) -> bool:
        """Read the longest noun or adjective at the cursor; of two equally long ones the noun where it is last."""
        noun = find_noun(nouns, self._texts, self.at)
        adjective = ADJECTIVES.match(self._texts, self.at)
        if adjective is not None and draft.head:
            if noun is None or adjective[1] > noun.length:
                return False
            adjective = None
        if noun is not None and draft.head == "":
            is_longer = adjective is None or noun.length > adjective[1]
            is_last = adjective is not None and noun.length == adjective[1] and not self._continues(noun.length)
            owns = self.tokens[self.at + noun.length - 1].possessive and (
                adjective is None or noun.length == adjective[1]
            )
            if owns:
                noun = find_noun(ANCHOR_NOUNS, self._texts, self.at) or noun
            is_choice = noun.head == "area" and self._peek(noun.length) == "of" and self._counts_follow(noun.length + 1)
            if not (is_longer or is_last or owns) or (is_choice and adjective is not None):
                noun = None
        if noun is not None and draft.head and noun.head == "area":
            self.at += noun.length
            return True
        if noun is not None:
            self.at += noun.length
            absorb_noun(draft, noun)
            if self.tokens[self.at - 1].possessive:
                draft.become_owner()
            return True
        return adjective is not None and self._adjective(draft, *adjective)

    def _counts_follow(self, ahead: int) -> bool:
        return self._peek(ahead) in COUNTS or (
            self._peek(ahead) in FILLERS | {"all"} and self._peek(ahead + 1) in COUNTS
        )

    def _bare_place_ends(self) -> bool:
        """Whether a place at the cursor closes the nominal: "the sign top left"."""
        found = PLACE_LEXICON.match(self._texts, self.at)
        return found is not None and found[0] not in _PARTS_OF_PLACE and not self._continues(found[1])

    def _adjective(self, draft: Draft, span: str, length: int) -> bool:
        """Take an adjective of the tables; False where it is none here. The first table that claims it has it."""
        is_last = not self._continues(length)
        is_choice = is_last and self._peek(length) == "of"
        if (span in {"left", "right"} and is_last) or (
            span in SUPERLATIVES and span in PLACES and is_choice and not draft.head
        ):
            return self._choose(draft, span, length)
        if not (
            self._quantity(draft, span, length, is_last=is_last)
            or self._position(draft, span, is_choice=is_choice)
            or _appearance(draft, span, is_last=is_last)
        ):
            return False
        self.at += length
        if self.tokens[self.at - 1].possessive:
            draft.become_owner()
        return True

    def _quantity(self, draft: Draft, span: str, length: int, *, is_last: bool) -> bool:
        """Take "all", "third", "two"."""
        if span in {"everything", "all", "every", "whole", "entire", "full", "complete", "entirety"}:
            draft.whole = True
            stands_alone = is_last and not draft.head and span in {"everything", "all"}
            if stands_alone and self._peek(length) not in _ARTICLES | {"of", "these", "in"}:
                draft.head, draft.sort, draft.noun = "text", "unit", span
        elif span in ORDINALS:
            draft.ordinal = ORDINALS[span]
        elif span in COUNTS and (not is_last or self._peek(length) == "of"):
            draft.count = COUNTS[span]
            if span in {"single", "lone"}:
                draft.modifiers.append(span)
        else:
            return False
        return True

    def _position(self, draft: Draft, span: str, *, is_choice: bool) -> bool:
        """Take "left", "top right", "largest", "rear"."""
        if span in {"left", "right"}:
            draft.superlatives.append(span)
        elif span in PLACES and " " in PLACES[span] and not is_choice:
            draft.places.extend(PLACES[span].split())
        elif span in SUPERLATIVES:
            draft.superlatives.append(SUPERLATIVES[span])
            if span in {"highest", "higher", "lowest"}:
                draft.grade = span
        elif span in {"front", "rear", "back", "overhead", "low", "high-up"}:
            draft.places.append({"rear": "back", "overhead": "top", "low": "bottom", "high-up": "top"}.get(span, span))
        else:
            return False
        return True

    def _choose(self, draft: Draft, span: str, length: int) -> bool:
        """Read "the left of the two", where the noun is understood; "the top of the sign" is no choice."""
        if (
            draft.is_empty()
            and self._peek(length + 1) not in COUNTS
            and self._peek(length) == "of"
            and self._peek(length + 1) in _ARTICLES
            and self._peek(length + 2) not in COUNTS
        ):
            return False
        draft.superlatives.append(SUPERLATIVES.get(span, span))
        self.at += length
        return True

    def _hyphenated(self, draft: Draft, token: Token) -> bool:
        """Read "red-framed", "white-on-blue", "green-lettered": the first part that is a colour or a look counts."""
        if "-" not in token.text:
            return False
        parts = token.text.split("-")
        if "and" in parts and all(part in COLOURS for part in parts if part != "and"):
            draft.colours.extend(COLOURS[part] for part in parts if part != "and")
            self.at += 1
            return True
        if len(parts) == 3 and parts[1] == "on" and parts[0] in COLOURS and parts[2] in COLOURS:
            draft.colours.append(COLOURS[parts[0]])
            ground = Phrase("thing", "unknown", noun="thing", colours=(COLOURS[parts[2]],))
            draft.relations.append(Relation("on", (ground,)))
            self.at += 1
            return True
        for part in parts:
            for table, values in (
                (COLOURS, draft.colours),
                (LOOKS, draft.looks),
                (SIZES, draft.sizes),
                (CARRIER_SHAPES, draft.shapes),
            ):
                if part in table:
                    values.append(table[part])
                    self.at += 1
                    return True
        return False

    def _unknown_word(self, draft: Draft, token: Token) -> bool:
        """Read a word that is in no table: a modifier, or the noun itself."""
        lower = token.raw.lower().removesuffix("'s")
        if draft.head and (self.is_clause or lower.endswith(("ing", "ed", "n't"))):
            return False
        if lower not in TRANSPARENT:
            self.unknown.append(token.raw)
        self.at += 1
        is_listed = self.is_listing and self._peek() in _CONJUNCTIONS
        if self._continues(0) and not token.possessive and not is_listed:
            draft.modifiers.append(lower)
            return True
        if draft.head:
            draft.become_compound()
        draft.head, draft.sort, draft.noun = lower, "unknown", lower
        if token.possessive:
            draft.become_owner()
        return True

    # ---- what stands behind the noun -------------------------------------------------------------------------------

    def _postmodify(self, draft: Draft) -> None:
        """Read relations, places, looks and wording behind a noun; stops at a boundary or the end."""
        steps: tuple[Callable[[Draft], bool], ...] = (
            self._starts_or_ends,
            self._wording,
            self._topic,
            self._count_from,
            self._place,
            self._look,
            self._photo_edge,
            self._direction,
            self._relation,
            self._adjective_behind,
            self._copula,
            self._clause,
            self._relative_subject,
            self._bare_place,
            self._droppable,
        )
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.quoted or token.proper:
                self._named_behind(draft, token)
            elif token.text == "," or self._asks_of_root(draft):
                return
            elif token.text in _CONJUNCTIONS:
                if not self._conjunction(draft):
                    return
            elif not any(step(draft) for step in steps):
                self._trailing(draft, token)

    def _asks_of_root(self, draft: Draft) -> bool:
        """Whether a question goes on to say where the thing is that it asks for: "which part of the word is red"."""
        is_inner = self.is_question and draft is not self.root
        return is_inner and self._peek() in _COPULAS and self._peek(-1) not in _RELATIVES

    def _named_behind(self, draft: Draft, token: Token) -> None:
        if token.quoted:
            draft.wording.append(token.raw)
            self.at += 1
        else:
            self._named(draft)

    def _droppable(self, draft: Draft) -> bool:
        """Skip a word that carries no meaning behind a noun."""
        text = self._peek()
        if text in PARTICIPLES | INTENSIFIERS | FILLERS | ADVERBS | PLAIN_ADJECTIVES or text in {
            "says",
            "say",
            "no",
            "not",
            "off",
        }:
            self.at += 1
            return True
        if (self.is_question or self.is_clause) and text in VERBS:
            self.at += 1
            return True
        return False

    def _adjective_behind(self, draft: Draft) -> bool:
        """Read an adjective behind its noun: "the writing white on red", "the sign furthest left"."""
        found = ADJECTIVES.match(self._texts, self.at)
        if found is None or found[0] in PARTICIPLES or (PLACE_LEXICON.match(self._texts, self.at) == found):
            return False
        span = found[0]
        if span in ORDINALS and self._peek(found[1]) == "from":
            draft.ordinal = ORDINALS[span]
            self.at += found[1]
            return True
        if (
            span not in COLOURS
            and span not in LOOKS
            and span not in SUPERLATIVES
            and span not in {"distant", "far away"}
        ):
            return False
        return self._adjective(draft, *found)

    def _direction(self, draft: Draft) -> bool:
        """Skip where an arrow points: "the arrow pointing to the left"."""
        if self._peek() not in {"pointing", "points", "pointed", "turning"}:
            return False
        ahead = 1
        while self._peek(ahead) in {"to", "the", "towards", "toward", "straight", "at"}:
            ahead += 1
        if self._peek(ahead) in {
            "left",
            "right",
            "up",
            "down",
            "upwards",
            "downwards",
            "upward",
            "downward",
            "diagonally",
        }:
            self.at += ahead + 1
            return True
        return False

    def _photo_edge(self, draft: Draft) -> bool:
        """Read "touching the photo's right edge" as a place."""
        found = self._preposition()
        if found is None:
            return False
        index = self.at + found[1]
        while index < len(self.tokens) and self._texts[index] in FILLERS:
            index += 1
        if index >= len(self.tokens) or self._texts[index] not in _PHOTO or not self.tokens[index].possessive:
            return False
        place = PLACE_LEXICON.match(self._texts, index + 1)
        if place is None:
            return False
        self.at = index + 1 + place[1]
        draft.places.extend(PLACES[place[0]].split())
        return True

    def _trailing(self, draft: Draft, token: Token) -> None:
        """A word behind the noun that fits nowhere else."""
        if token.text in ORDINALS:
            (self.root if self.is_question else draft).ordinal = ORDINALS[token.text]
            self.at += 1
            return
        if not is_noun(token.text):
            self.unknown.append(token.raw)
            if token.text.endswith(("ing", "ed", "n't")):
                self.at += 1
                return
        self._skip_word()

    def _conjunction(self, draft: Draft) -> bool:
        """Read "… and the second one". False where the conjunction belongs to an outer noun."""
        if self._preposition(1) is not None or self._peek(1) in WORDING_CUES | PARTICIPLES or not self._peek(1):
            self.at += 1
            return True
        if draft is not self.root:
            return False
        self.at += 1
        extra = Draft()
        start = self.at
        self._nominal(extra, TARGET_NOUNS)
        if self.at == start:
            return True
        draft.wording.extend(extra.wording)
        draft.modifiers.extend(extra.modifiers)
        if extra.sort == "unknown" and extra.head:
            draft.modifiers.append(extra.head)
        if extra.sort in {"unit", "kind"}:
            draft.whole = True
        return True

    def _starts_or_ends(self, draft: Draft) -> bool:
        """Read "starting with A", "that ends in a colon"."""
        text = self._peek()
        verbs = {
            "starting",
            "starts",
            "start",
            "beginning",
            "begins",
            "begin",
            "ending",
            "ends",
            "end",
            "finishing",
            "finishes",
        }
        if text not in verbs or self._peek(1) not in {"with", "in", "by"}:
            return False
        if draft.sort in {"carrier", "object"} and self.root.sort in {"unit", "kind"}:
            draft = self.root
        self.at += 2
        while self.at + 1 < len(self.tokens) and (
            self._peek() in FILLERS or self._peek() in {"letter", "word", "lone", "letters", "capital"}
        ):
            if self._preposition(1) is not None:
                break
            self.at += 1
        if self.at >= len(self.tokens):
            return True
        symbol = find_noun(TARGET_NOUNS[1:2], self._texts, self.at)
        words: list[str] = []
        if symbol is not None and symbol.head == "symbol":
            words.append(symbol.span)
            self.at += symbol.length
        else:
            while (
                self.at < len(self.tokens)
                and self._peek() != ","
                and len(words) < 4
                and not (words and not self._belongs_to_wording())
            ):
                words.append(self.tokens[self.at].raw)
                self.at += 1
        if text.startswith(("start", "begin")):
            draft.starts_with = " ".join(words)
        else:
            draft.ends_with = " ".join(words)
        return True

    def _belongs_to_wording(self) -> bool:
        token = self.tokens[self.at]
        return token.proper or (
            self._preposition() is None and token.text not in PARTICIPLES and token.text not in _CONJUNCTIONS
        )

    def _wording(self, draft: Draft, *, is_cue: bool = False) -> bool:
        """Read "saying SALE", "that reads no entry", "called Bella"; "called" without a name asks for the name."""
        text = self._peek()
        if not is_cue:
            if text not in WORDING_CUES or (
                text in {"read", "say"} and self._peek(-1) not in _RELATIVES | {"it", "they"}
            ):
                return False
            if text in {"spelt", "spelled", "marked", "labelled"} and (
                self._preposition(1) is not None or self._peek(1) in {"out", "with"}
            ):
                return False
        self.at += 1
        if text in {"called", "named", "titled", "entitled"} and self._peek() in {"", ","} and self.is_question:
            name_of(self.root)
            return True
        while self._peek() in {"it", "is", "as"}:
            self.at += 1
        if self._peek() == "what" and self._peek(1) in {"", ","}:
            self.at += 1  # "the banner says what?"
            return True
        words: list[str] = []
        while self.at < len(self.tokens) and self._peek() != ",":
            token = self.tokens[self.at]
            if token.quoted:
                words = [token.raw]
                self.at += 1
                break
            if self._closes_wording(is_first=not words):
                break
            words.append(token.raw)
            self.at += 1
        if words:
            draft.wording.append(" ".join(words))
        return True

    def _closes_wording(self, *, is_first: bool) -> bool:
        """Whether a preposition ends the wording: in "saying SALE on the wall", not in "saying made in Italy"."""
        found = self._preposition()
        if found is None or self.tokens[self.at].proper:
            return False
        following = self.at + found[1]
        if following >= len(self.tokens):
            return False
        if self._peek() == "in" and self._texts[following] in COLOURS.keys() | LOOKS.keys() | SIZES.keys():
            return True  # "saying SALE in red"
        has_determiner = (
            self._texts[following] in FILLERS | {"both"} or PLACE_LEXICON.match(self._texts, following) is not None
        )
        return has_determiner or is_first

    def _topic(self, draft: Draft) -> bool:
        """Read "about parking", "mentioning children": words that the text may hold."""
        if self._peek() not in TOPIC_CUES:
            return False
        self.at += 1
        while (
            self.at < len(self.tokens)
            and self._peek() != ","
            and self._preposition() is None
            and self._peek() not in _RELATIVES
        ):
            token = self.tokens[self.at]
            if self.is_question and (token.text in WORDING_CUES or token.text in VERBS):
                break
            if token.text in _CONJUNCTIONS or token.text in FILLERS or token.text in PARTICIPLES:
                self.at += 1
                continue
            draft.modifiers.append(token.raw.lower())
            self.at += 1
        return True

    def _count_from(self, draft: Draft) -> bool:
        """Read "third line down", "second word along"."""
        if (
            draft.ordinal is None
            or draft.ordinal_from is not None
            or self._peek() not in {"down", "up", "along", "across"}
        ):
            return False
        if self._peek(1) not in {"", ","} and (self._peek() != "down" or self._preposition(1) is None):
            return False
        draft.ordinal_from = {"down": "top", "up": "bottom"}.get(self._peek(), "left")
        self.at += 1
        return True

    # ---- places ----------------------------------------------------------------------------------------------------

    def _place(self, draft: Draft) -> bool:
        """Read "at the top left", "in the far right corner of the photo", "second from the left"."""
        mark = self._marked()
        height = self._height()
        lead = self._peek()
        preposition = self._preposition()
        is_lead = lead in _PLACE_LEAD or (lead in {"up", "down"} and preposition is not None)
        if not is_lead or (preposition is not None and preposition[0] not in {"on", "of", "beside"}):
            self._reset(mark)
            return False
        self.at += 1
        while PLACE_LEXICON.match(self._texts, self.at) is None and (
            self._peek() in FILLERS
            or self._peek() in {"very", "far", "whole", "extreme"}
            or self._peek() in INTENSIFIERS
        ):
            self.at += 1
        if self._peek() in _PHOTO and self.at < len(self.tokens) and self.tokens[self.at].possessive:
            self.at += 1  # "the photo's right edge"
            while self._peek() in {"very", "far"} and PLACE_LEXICON.match(self._texts, self.at) is None:
                self.at += 1
        found = PLACE_LEXICON.match(self._texts, self.at)
        if found is None:
            self._reset(mark)
            return False
        span, length = found
        self.at += length
        if self.tokens[self.at - 1].possessive or self._place_is_adjective():
            self._reset(mark)
            return False
        place = PLACES[span]
        if lead == "from" and draft.ordinal is not None:
            draft.ordinal_from = place.split()[0]
            return True
        if height and not {"top", "bottom"} & set(place.split()):
            place = f"{height} {place}"
        self._finish_place(draft, place, is_side=span.endswith("side"))
        return True

    def _height(self) -> str:
        """Skip "high up", "right over" and the like in front of a place; the height that they tell, if any."""
        ahead = 0
        while self._peek(ahead) in INTENSIFIERS | _HEIGHTS.keys() | {"up", "down", "over", "way", "out"}:
            found = PLACE_LEXICON.match(self._texts, self.at + ahead)
            if found is not None and found[1] > 1 and found[0] not in {"high up", "low down", "way up", "way down"}:
                return ""  # "far right at the back"
            ahead += 1
        if self._peek(ahead) not in _PLACE_LEAD:
            return ""
        heights = [_HEIGHTS[word] for word in map(self._peek, range(ahead)) if word in _HEIGHTS]
        self.at += ahead
        return heights[0] if heights else ""

    def _place_is_adjective(self) -> bool:
        """Whether a noun follows that the place word belongs to: "on the top shelf"."""
        if self.at >= len(self.tokens) or self._peek() in {"of", ",", "or", "where", "to"} | _CONJUNCTIONS:
            return False
        if self._peek() in PARTICIPLES | WORDING_CUES | _AUXILIARIES | _PART_WORDS or self._preposition() is not None:
            return False
        if self.is_question and self._peek() in VERBS | {"say", "called"}:
            return False
        return self._continues(0)

    def _finish_place(self, draft: Draft, place: str, *, is_side: bool = False) -> None:
        """Attach a place: to the photo, or to the surface that "of" names; `is_side`: "on the left side of"."""
        if self._peek() in _PART_WORDS:
            place = f"{place} {self._peek()}" if self._peek() in {"corner", "edge"} else place
            self.at += 1
        if self._photo_follows():
            self._skip_photo()
            draft.places.extend(place.split())
            return
        if self._peek() != "of":
            draft.places.extend(place.split())
            return
        self.at += 1
        is_side = is_side and place in {"left", "right"}
        anchor = self._anchor(NEIGHBOUR_NOUNS if is_side else ANCHOR_NOUNS)
        if anchor is None:
            draft.places.extend(place.split())
        elif is_side and not _has_sides(anchor):
            draft.relations.append(Relation(f"{place} of", (anchor,)))
        else:
            draft.relations.append(Relation("on", (anchor,), tuple(place.split())))

    def _photo_follows(self, *, behind_of: bool = False) -> bool:
        """Whether "in the photo" or "of the whole picture" stands at the cursor, or the rest of it behind its "of"."""
        if not behind_of and self._peek() not in {"of", "in", "on", "from", "within", "inside"}:
            return False
        ahead = 0 if behind_of else 1
        while self._peek(ahead) in FILLERS or self._peek(ahead) in {"whole", "entire", "full"}:
            ahead += 1
        index = self.at + ahead
        if self._peek(ahead) not in _PHOTO or self.tokens[index].possessive:
            return False
        is_called_photo = self._peek(ahead) in {"photo", "photograph", "image"}
        return self._peek(ahead + 1) not in {"of", "with", "that", "showing"} | (
            set() if is_called_photo else {"on"}
        ) and (
            not self._is_nominal_at(index + 1)
            or self._peek(ahead + 1) in _CONJUNCTIONS | VERBS
            or not is_noun(self._peek(ahead + 1))
        )

    def _skip_photo(self) -> None:
        while self._peek() not in _PHOTO:
            self.at += 1
        self.at += 1

    def _bare_place(self, draft: Draft) -> bool:
        """Read a place without a preposition: ", top right", "far left", "up top"."""
        mark = self._marked()
        if self._preposition() is not None and self._peek() not in {"up", "down"}:
            return False
        while self._peek() in {"the", "very"} and PLACE_LEXICON.match(self._texts, self.at) is None:
            self.at += 1
        found = PLACE_LEXICON.match(self._texts, self.at)
        if found is None or found[0] in _PARTS_OF_PLACE - {"top", "bottom", "middle", "centre"}:
            self._reset(mark)
            return False
        self.at += found[1]
        if self._place_is_adjective() or self.tokens[self.at - 1].possessive:
            self._reset(mark)
            return False
        self._finish_place(draft, PLACES[found[0]])
        return True

    # ---- the look of the letters -----------------------------------------------------------------------------------

    def _look(self, draft: Draft) -> bool:
        """Read "in red", "in big white capitals", "with slanted letters": the look of the text itself."""
        opening = self._peek()
        if opening not in {"in", "with", "of"} or self._peek(1) in {"his", "her", "their", "between"}:
            return False
        mark = self._marked()
        is_definite = self._peek(1) in {"the", "this", "these", "its"}
        self.at += 1
        look = Draft()
        self._nominal(look, TARGET_NOUNS)
        owner = self._look_owner(draft, look, opening=opening, is_definite=is_definite)
        if owner is None:
            self._reset(mark)
            return False
        for name in ("colours", "looks", "sizes", "superlatives"):
            getattr(owner, name).extend(getattr(look, name))
        return True

    def _look_owner(self, draft: Draft, look: Draft, *, opening: str, is_definite: bool) -> Draft | None:
        """The phrase whose letters are described; None where no look of letters is described."""
        is_text = look.sort == "unit" and (
            look.head in {"text", "word", "words", "letter"} or look.noun.endswith("print")
        )
        is_text = is_text or look.noun in {"digits", "numerals", "numbers", "figures"}
        is_bare = (
            not look.head and not look.wording and bool(look.colours or look.looks or (look.sizes and opening == "in"))
        )
        if not (is_text or (is_bare and opening != "of")) or look.relations or look.wording or look.modifiers:
            return None
        if look.ordinal is not None or look.count is not None or (look.places and not look.sizes):
            return None
        if is_definite and not (
            look.noun in {"letters", "print", "type", "lettering", "writing"} and (look.superlatives or look.sizes)
        ):
            return None
        if opening == "of":
            return draft if draft.head in _LOOK_OWNERS and not look.superlatives else None
        if draft.sort == "carrier":
            if is_bare:
                return draft
            return self.root if opening == "in" and self.root.sort in {"unit", "kind"} else None
        if draft.sort == "object" and not is_bare:
            return self.root if opening == "in" and self.root.sort in {"unit", "kind"} else None
        return draft

    # ---- relations -------------------------------------------------------------------------------------------------

    def _relation(self, draft: Draft) -> bool:
        """Read a preposition and what it leads to."""
        found = self._preposition()
        if found is None:
            return False
        if self._photo_follows():
            self._skip_photo()
            return True
        name, length = found
        self.at += length
        if self._side_of_photo(draft, name) or self._measured(draft, name):
            return True
        if name == "without" and self._peek() in {"in", "with", "on"}:
            self.at += 1  # "not in red"
        names = self._joined(name)
        start = self.at
        part = self._part()
        was_listing, self.is_listing = self.is_listing, name == "between"
        anchor = self._anchor(
            self._nouns_behind(draft, name), may_be_wording=name in _TEXT_RELATIONS and self.depth == 0
        )
        self.is_listing = was_listing
        if anchor is None:
            if part:
                draft.places.extend(part)
            elif self.at == start:
                self._without_anchor(draft, name)
            return True
        if not part:
            part, anchor = phrase_as_part(anchor)
        if name == "of" and not part:
            draft.add_of(anchor)
        else:
            self._related(draft, names, anchor, part)
        return True

    def _related(self, draft: Draft, names: list[str], anchor: Phrase, part: tuple[str, ...]) -> None:
        """Attach an anchor, and those that "and" adds to it, by the relations of these names."""
        name = names[0]
        anchors = [self._resolved(draft, anchor, is_elliptic=name in _NEIGHBOURHOODS | {"without"})]
        while name == "between" and self._peek() in {"and", "&"}:
            self.at += 1
            following = self._anchor(NEIGHBOUR_NOUNS, may_be_wording=True)
            if following is None:
                break
            anchors.append(self._resolved(draft, following))
        for each in names:
            self._relate(draft, Relation("on" if each == "of" else each, tuple(anchors), part))
        if draft is self.root or name == "between":
            return
        while self._peek() in {"and", "&"} and self._continues_anchor():
            self.at += 1
            following = self._anchor(ANCHOR_NOUNS)
            if following is None:
                break
            self._relate(draft, Relation(name, (self._resolved(draft, following),), part))

    def _side_of_photo(self, draft: Draft, name: str) -> bool:
        """Read "on the left of the photo" as a place."""
        if name not in {"left of", "right of"} or not self._photo_follows(behind_of=self._peek(-1) == "of"):
            return False
        self._skip_photo()
        draft.places.append(name.removesuffix(" of"))
        return True

    def _joined(self, name: str) -> list[str]:
        """Read "above and to the left of": the names of all the prepositions that share their anchor."""
        names = [name]
        while names[0] in _NEIGHBOURHOODS and self._peek() in {"and", "&"}:
            found = self._preposition(1)
            if found is None or found[0] not in _NEIGHBOURHOODS:
                break
            names.append(found[0])
            self.at += 1 + found[1]
        return names

    def _nouns_behind(self, draft: Draft, name: str) -> Nouns:
        """In which order the tables claim the noun behind a preposition."""
        if name == "of" and draft.is_choice():
            return TARGET_NOUNS
        if name == "of" and draft.head == "price":
            return GOODS_NOUNS
        return NEIGHBOUR_NOUNS if name in _NEIGHBOURHOODS else ANCHOR_NOUNS

    def _measured(self, draft: Draft, name: str) -> bool:
        """Read "of six letters", "with two lines": how long the text is."""
        count = COUNTS.get(self._peek())
        measure = _MEASURES.get(self._peek(1))
        if name not in {"of", "with"} or count is None or measure is None or draft.is_choice():
            return False
        if draft.ordinal is not None or draft.superlatives or self._continues(2):
            return False
        setattr(draft, measure, count)
        if self._peek(1) == "digits":
            draft.looks.append("digits")
        self.at += 2
        return True

    def _continues_anchor(self) -> bool:
        return self._peek(1) in FILLERS or self._continues(1)

    def _relate(self, draft: Draft, relation: Relation) -> None:
        """Attach a relation; what a person has on tells the person's colour."""
        anchor = relation.anchors[0]
        is_worn = anchor.head == "shirt" or anchor.noun in {"top", "tops"}
        if draft.head == "person" and draft.sort == "object" and is_worn and relation.name in {"on", "with"}:
            draft.colours.extend(anchor.colours)
            relation = Relation("with", relation.anchors)
        draft.relations.append(relation)

    def _resolved(self, draft: Draft, anchor: Phrase, *, is_elliptic: bool = False) -> Phrase:
        """Give "one" and "ones" the noun that they stand for: the nearest one that is told apart by the same means.

        is_elliptic: so is a noun left out behind an ordinal or a superlative, as in "the line below the first".
        """
        is_told_apart = not anchor.wording and (anchor.ordinal is not None or bool(anchor.superlatives))
        is_left_out = is_elliptic and is_told_apart and anchor.noun == "thing"
        if not is_left_out and (anchor.head != "part" or anchor.noun not in {"one", "ones"}):
            return anchor
        head, sort, noun = draft.head, draft.sort, draft.noun
        if anchor.colours and not draft.colours:
            for relation in draft.relations:
                if relation.anchors[0].colours:
                    head, sort, noun = relation.anchors[0].head, relation.anchors[0].sort, relation.anchors[0].noun
        if not head or head == "part":
            return anchor
        return replace(anchor, head=head, sort=sort, noun=noun)

    def _without_anchor(self, draft: Draft, name: str) -> None:
        """A preposition with nothing behind it: "the line above", "the word inside", "the word after by"."""
        if (
            self.at == len(self.tokens) - 1
            and name in _TEXT_RELATIONS
            and self._texts[self.at]
            and self._peek() not in PARTICIPLES
        ):
            draft.relations.append(
                Relation(name, (Phrase("thing", "unknown", noun="thing", wording=(self.tokens[self.at].raw,)),))
            )
            self.at += 1
        elif name in {"above", "below"} and self._peek() in {"", ","}:
            draft.places.append("top" if name == "above" else "bottom")

    def _part(self) -> tuple[str, ...]:
        """Read "the top of", "the left half of" in front of an anchor."""
        mark = self._marked()
        while PLACE_LEXICON.match(self._texts, self.at) is None and (
            self._peek() in FILLERS or self._peek() in {"very", "far"}
        ):
            self.at += 1
        found = PLACE_LEXICON.match(self._texts, self.at)
        if found is not None and PLACES[found[0]] in PARTS:
            self.at += found[1]
            place = PLACES[found[0]]
            if self._peek() in _PART_WORDS:
                place = f"{place} {self._peek()}" if self._peek() == "corner" else place
                self.at += 1
            if self._take_if("of"):
                return tuple(place.split())
        self._reset(mark)
        return ()

    def _anchor(self, nouns: Nouns, *, may_be_wording: bool = False, needs_noun: bool = False) -> Phrase | None:
        """Read the noun phrase behind a preposition with its own postmodifiers; None where there is none.

        may_be_wording: an unknown noun without a determiner is wording, as in "the word after never".
        needs_noun: adjectives alone are no noun phrase. This is seen before the postmodifiers are read, so that no part
        of a query is read time and again.
        """
        mark = self._marked()
        has_determiner = self._peek() in FILLERS or self._peek() in COUNTS
        draft = Draft()
        self._nominal(draft, nouns)
        if draft.is_empty() or (needs_noun and not draft.head and not draft.wording):
            self._reset(mark)
            return None
        while self._peek() == "of" and draft.noun in TRANSPARENT:
            inner = self._transparent(draft, nouns)
            if inner is None:
                break
            draft, has_determiner = inner, True
        if may_be_wording and not has_determiner and draft.is_bare_unknown():
            words = [*draft.modifiers, draft.noun]
            draft.clear()
            draft.wording.append(" ".join(words))
        if self.depth < _DEEPEST:
            self.depth += 1
            self._postmodify(draft)
            self.depth -= 1
        return draft.freeze(default="thing")

    def _transparent(self, draft: Draft, nouns: Nouns) -> Draft | None:
        """Read "a stack of boxes" as boxes; a row of letters stays a line."""
        mark = self._marked()
        self.at += 1
        inner = Draft()
        self._nominal(inner, nouns)
        is_many = inner.noun.endswith("s") or (inner.count or 0) > 1
        if inner.is_empty() or (draft.sort == "unit" and (inner.sort in {"unit", "kind"} or not is_many)):
            self._reset(mark)
            return None
        inner.superlatives[:0] = draft.superlatives
        inner.colours[:0] = draft.colours
        if inner.ordinal is None:
            inner.ordinal = draft.ordinal
        return inner

    # ---- clauses ---------------------------------------------------------------------------------------------------

    def _copula(self, draft: Draft) -> bool:
        """Read "is the widest", "is in red", "is the bus": what a question says of the thing it asks for."""
        if self._peek() not in _COPULAS | {"comes"}:
            return False
        is_relative = self._peek(-1) in _RELATIVES and self.at - 1 != self.question_at
        owner = self.root if self.is_question and not is_relative else draft
        self.at += 1
        mark = self._marked()
        predicate = Draft()
        while self._peek() in FILLERS | INTENSIFIERS and self._peek() != "":
            self.at += 1
        while self._preposition() is None:
            found = ADJECTIVES.match(self._texts, self.at)
            is_closed = found is None or found[0] in PARTICIPLES or self._continues(found[1])
            if found is None or is_closed or not self._adjective(predicate, *found):
                break
        if not predicate.is_empty():
            merge(owner, predicate)
            return True
        self._reset(mark)
        if owner is self.root and not is_relative and self._peek() in FILLERS and self.root.sort in {"unit", "kind"}:
            self._subject()
        return True

    def _clause(self, draft: Draft) -> bool:
        """Read "… does the ad ask": the noun phrase is the surface."""
        if self._peek() not in _AUXILIARIES:
            return False
        self.at += 1
        if self._peek() in FILLERS or self._continues(0):
            self._subject()
        return True

    def _subject(self) -> None:
        """Read the subject of a question's clause and relate what is asked for to it."""
        if self._peek() in _PRONOUN_SUBJECTS and not self._is_nominal_at(self.at + 1):
            self.at += 1
            return
        was_clause, self.is_clause = self.is_clause, True
        anchor = self._anchor(GOODS_NOUNS if self.root.head == "price" else ANCHOR_NOUNS, needs_noun=True)
        self.is_clause = was_clause
        if anchor is None:
            self.at += 1
            return
        if anchor.sort == "object" and anchor.head == "person":
            if self._peek() in _HOLDING or self._peek(-1) in _HOLDING:
                self.root.relations.append(Relation("worn by", (anchor,)))
            return
        if anchor.head == self.root.head:
            self.root.colours.extend(anchor.colours)
            self.root.places.extend(anchor.places)
            self.root.relations.extend(anchor.relations)
            return
        is_owned = self.root.head in _OWNED
        name = "beside" if anchor.head == "arrow" else "of" if is_owned and anchor.sort != "carrier" else "on"
        self.root.relations.append(Relation(name, (anchor,)))

    def _relative_subject(self, draft: Draft) -> bool:
        """Read a reduced relative clause: "the place the arrow points to", "the banner the people are holding"."""
        if self._peek() not in _ARTICLES or not draft.head or not self._is_nominal_at(self.at + 1):
            return False
        was_clause, self.is_clause = self.is_clause, True
        subject = Draft()
        self._nominal(subject, ANCHOR_NOUNS)
        verbs: list[str] = []
        while self.at < len(self.tokens) and self._peek() != "," and self._texts[self.at] and len(verbs) < 6:
            found = self._preposition()
            if found is not None and self._peek() not in _HOLDING | {"touching"}:
                break
            if self._peek() in WORDING_CUES | _CONJUNCTIONS or (self.is_question and self._peek() in {"say", "says"}):
                break
            verbs.append(self._peek())
            self.at += 1
        self.is_clause = was_clause
        if not subject.is_empty() and verbs:
            is_owned = self.is_question and draft.head in _OWNED and verbs[0] in VERBS
            name = "worn by" if _HOLDING & set(verbs) else "of" if is_owned else "beside"
            draft.relations.append(Relation(name, (subject.freeze(default="thing"),)))
        return True


def _appearance(draft: Draft, span: str, *, is_last: bool) -> bool:
    """Take a shape, a colour, a look of letters or a size; a shape that ends the nominal may be one of the others."""
    tables = [(COLOURS, draft.colours), (LOOKS, draft.looks), (SIZES, draft.sizes)]
    tables.insert(len(tables) if is_last else 0, (CARRIER_SHAPES, draft.shapes))
    for table, values in tables:
        if span in table:
            values.append(table[span])
            return True
    return False


def _has_sides(anchor: Phrase) -> bool:
    """Whether "on the left side of" it is on it rather than next to it: a wall or a street, not a post or a word."""
    return (anchor.sort == "carrier" and anchor.head not in _SLENDER) or anchor.head in {"place", "thing"}


def _matchable(tokens: tuple[Token, ...]) -> list[str]:
    """Texts of the tokens for looking up in tables; empty where a token is wording or a boundary."""
    return ["" if token.quoted or token.proper or token.text == "," else token.text for token in tokens]


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
