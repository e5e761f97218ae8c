"""Noun phrases without what stands behind them: determiners, numbers, adjectives, nouns, wording."""

from whichtext.retrieval.rules.cursor import (
    ARTICLES,
    AUXILIARIES,
    CONJUNCTIONS,
    COPULAS,
    NAMES_ITSELF,
    PARTS_OF_PLACE,
    RELATIVES,
    Cursor,
)
from whichtext.retrieval.rules.drafts import Draft, absorb_noun
from whichtext.retrieval.rules.expression import Phrase, Relation
from whichtext.retrieval.rules.lexicon import (
    ADJECTIVES,
    ANCHOR_NOUNS,
    NUMBERED,
    PLACE_LEXICON,
    TARGET_NOUNS,
    Nouns,
    find_noun,
    is_noun,
)
from whichtext.retrieval.rules.tokens import Token
from whichtext.retrieval.rules.vocabulary import (
    ADVERBS,
    CARRIER_SHAPES,
    COLOURS,
    COUNTS,
    FILLERS,
    INTENSIFIERS,
    LOOKS,
    NUMBER_WORDS,
    ORDINALS,
    PARTICIPLES,
    PLACES,
    PLAIN_ADJECTIVES,
    SIZES,
    SUPERLATIVES,
    TOPIC_CUES,
    TRANSPARENT,
    VERBS,
    WORDING_CUES,
    word_set,
)

__all__ = ["NominalReader"]

_ONLY_BEHIND_NOUN = word_set(
    """holding carrying wearing showing shows containing contains bearing displaying featuring selling depicting
    including having has touching facing flanking neighbouring accompanying topping heading bordering follows
    precedes"""
)
_MEASURED_BY = word_set("letter digit character word line row")


class NominalReader(Cursor):
    """Reads noun phrases up to the noun."""

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
        if text in CONJUNCTIONS:
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
        if draft.head and text in ARTICLES:
            return True  # a reduced relative clause: "the place the arrow points to"
        if text in RELATIVES and (
            draft.head or text not in FILLERS or self._peek(1) in PARTICIPLES | WORDING_CUES | AUXILIARIES
        ):
            return True
        if text in AUXILIARIES:
            return not (
                text == "can" and not draft.head and (draft.colours or draft.sizes or self._peek(-1) in ARTICLES)
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
        if draft.wording or draft.noun not in NAMES_ITSELF or (draft.ordinal is not None and draft.noun != "word"):
            return False
        text = self._peek()
        is_end = self.at + 1 >= len(self.tokens) or self._peek(1) == ","
        is_word = draft.noun in {"word", "phrase"} or (draft.noun == "words" and draft.count is None)
        is_known = is_noun(text) or text in COLOURS or text in LOOKS or text in SIZES or text in ORDINALS
        if self._preposition() is not None and not is_end:
            return False
        if text == "," or text in WORDING_CUES or text in RELATIVES or (text in TOPIC_CUES and not is_end):
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
            text in AUXILIARIES
            or text in COPULAS
            or text in CONJUNCTIONS
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
        return found is not None and found[0] not in PARTS_OF_PLACE and not self._continues(found[1])

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
            if stands_alone and self._peek(length) not in ARTICLES | {"of", "these", "in"}:
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
            and self._peek(length + 1) in ARTICLES
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
        is_listed = self.is_listing and self._peek() in CONJUNCTIONS
        if self._continues(0) and not token.possessive and not is_listed:
            draft.modifiers.append(lower)
            return True
        if draft.head:
            draft.become_compound()
        draft.head, draft.sort, draft.noun = lower, "unknown", lower
        if token.possessive:
            draft.become_owner()
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
