"""A cursor over the tokens of a query: looking ahead, going back, and where a noun phrase ends."""

from whichtext.retrieval.rules.drafts import Draft
from whichtext.retrieval.rules.lexicon import ADJECTIVES, PREPOSITION_LEXICON
from whichtext.retrieval.rules.tokens import Token
from whichtext.retrieval.rules.vocabulary import (
    ADVERBS,
    FILLERS,
    INTENSIFIERS,
    PARTICIPLES,
    PLAIN_ADJECTIVES,
    PREPOSITIONS,
    TOPIC_CUES,
    VERBS,
    WORDING_CUES,
    word_set,
)

__all__ = [
    "ARTICLES",
    "AUXILIARIES",
    "CONJUNCTIONS",
    "COPULAS",
    "HOLDING",
    "NAMES_ITSELF",
    "PARTS_OF_PLACE",
    "PHOTO",
    "PLACE_LEAD",
    "PRONOUN_SUBJECTS",
    "RELATIVES",
    "Cursor",
]

PHOTO = word_set("photo image frame scene view shot photograph picture")
AUXILIARIES = word_set("does do did can could should would must will may has have shall might")
COPULAS = word_set("is are was were")
RELATIVES = word_set("that which who whose where when whom")
ARTICLES = word_set("the a an this these")
PRONOUN_SUBJECTS = word_set("it they you i we he she one this that there these those")
PLACE_LEAD = word_set("on at in to toward towards along near from by within inside around")
CONJUNCTIONS = word_set("and or & but plus")
_NEEDS_DETERMINER = word_set(
    "nearest closest following touching facing heading past round around topping opposite bordering holding over"
)
NAMES_ITSELF = word_set("word phrase words name text letters brand title letter number label line logo brand_name")
"""Nouns that may be followed by their own wording: "the word sale"."""
HOLDING = word_set("hold holds holding held carry carries carrying wear wears wearing has")
"""Verbs between a person and what the person has on or in hand."""
PARTS_OF_PLACE = word_set(
    """down up front back head foot base face end start edge side margin heart border rim tail tip top bottom middle
    centre corner"""
)
"""Words for places that are as often nouns or parts of verbs: no place where they stand without a preposition."""


class Cursor:
    """A cursor over the tokens of one query."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.at = 0
        self.unknown: list[str] = []
        self.skipped: list[str] = []
        self.root = Draft()
        """What is asked for."""
        self.depth = 0
        """How many nouns the one that is read now hangs from."""
        self.is_question = False
        self.question_at = -1
        """Where the question word stands."""
        self.is_clause = False
        """Whether the subject of a verb is read, so that the verb ends it."""
        self.is_listing = False
        """Whether the anchors of "between" are read, so that "and" ends each."""
        self._texts = _matchable(tokens)
        self._prepositions: dict[int, tuple[str, int] | None] = {}

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
        index = start + skip + length
        following = self._texts[index] if index < len(self._texts) else ""
        is_named = (
            span == "over" and index < len(self.tokens) and (self.tokens[index].proper or self.tokens[index].quoted)
        )
        needs = span in _NEEDS_DETERMINER | {"up", "down"} and not is_named  # "over SALE" needs none
        if needs and following not in FILLERS and following != "to":
            return None
        return PREPOSITIONS[span], skip + length

    def _is_postpositive(self, index: int) -> bool:
        """Whether an adjective begins like a preposition: "closest to the camera"."""
        preposition, adjective = PREPOSITION_LEXICON.match(self._texts, index), ADJECTIVES.match(self._texts, index)
        if preposition is None or adjective is None or adjective[1] <= preposition[1]:
            return False
        following = index + adjective[1]  # "closest to the bottom shelf" is no adjective
        return not self._is_nominal_at(following) or self._texts[following] in VERBS | WORDING_CUES | AUXILIARIES

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
        if text in FILLERS or text in PARTICIPLES or text in AUXILIARIES or text in WORDING_CUES or text in ADVERBS:
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


def _matchable(tokens: tuple[Token, ...]) -> list[str]:
    """Texts of the tokens for looking up in tables; empty where a token is wording or a boundary."""
    return ["" if token.quoted or token.proper or token.text == "," else token.text for token in tokens]
