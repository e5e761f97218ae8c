"""From a query to its parse: a recursive-descent parser for referring expressions, questions and commands about text.

    query    := command* question? phrase postmodifiers ("," segment)*
    phrase   := determiner? premodifier* noun+
    relation := preposition (part "of")? phrase postmodifiers

Postmodifiers attach to the nearest noun; what follows a boundary attaches to the phrase that is asked for. Every query
has a parse: a noun that is in no table becomes an unknown noun, a word that fits nowhere is skipped and reported in
`ParsedQuery.skipped`. Phrases are read by `nominals`, what stands behind their nouns by `postmodifiers`, both with the
`cursor`; commands, questions and appositions are read here.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from whichtext.retrieval.rules.cursor import (
    AUXILIARIES,
    CONJUNCTIONS,
    COPULAS,
    HOLDING,
    NAMES_ITSELF,
    PHOTO,
    PLACE_LEAD,
    PRONOUN_SUBJECTS,
)
from whichtext.retrieval.rules.drafts import Draft, merge, name_of
from whichtext.retrieval.rules.expression import Phrase, Relation
from whichtext.retrieval.rules.lexicon import (
    ANCHOR_NOUNS,
    COMMAND_LEXICON,
    PLACE_LEXICON,
    TARGET_NOUNS,
    is_noun,
)
from whichtext.retrieval.rules.postmodifiers import PostmodifierReader
from whichtext.retrieval.rules.spelling import correct
from whichtext.retrieval.rules.tokens import check_query, tokenise
from whichtext.retrieval.rules.vocabulary import (
    COUNTS,
    FILLERS,
    NAME_OF,
    NUMBERED_THINGS,
    PARTICIPLES,
    WORDING_CUES,
    word_set,
)

__all__ = ["ParsedQuery", "parse"]

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


class _Parser(PostmodifierReader):
    """Reads a whole query: commands, questions, the phrase that is asked for, appositions."""

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
        if anchor is None or anchor.noun in PHOTO:
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
            if verb in HOLDING | {"say", "says"}:
                person = root.freeze(default="thing")
                root.clear()
                root.relations.append(Relation("worn by" if verb in HOLDING else "on", (person,)))
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
        return self._texts[index] not in WORDING_CUES and self._texts[index] not in NAMES_ITSELF

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
        if self._peek() in PLACE_LEAD | {"for", "of"} and self._peek(1) in {"what", "which", "whose"}:
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
        elif opening in {"who", "whom"} and self._peek(1) in COPULAS and self._peek(2) in FILLERS:
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
                and self._peek() not in AUXILIARIES | COPULAS | PARTICIPLES
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
        if following in COPULAS:
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
        elif following in AUXILIARIES:
            self.at += 2
            self.is_clause = True
            if self._peek() in PRONOUN_SUBJECTS and not is_noun(self._peek(1)):
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
        if self._peek() in COPULAS | {"it", "does"} and self._peek(1) in {"it", "is", "cost", ""}:
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
        while self._peek() in {","} | CONJUNCTIONS:
            self.at += 1
        self._command()
        if self._peek() in {"what", "which"} and self._peek(1) in COPULAS | {"does", "do"}:
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


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
