"""What stands behind a noun: relations, places, looks, wording, clauses.

A relation leads to another noun phrase with its own postmodifiers; they attach to the nearest noun.
"""

from collections.abc import Callable
from dataclasses import replace

from whichtext.retrieval.rules.cursor import (
    ARTICLES,
    AUXILIARIES,
    CONJUNCTIONS,
    COPULAS,
    HOLDING,
    PARTS_OF_PLACE,
    PHOTO,
    PLACE_LEAD,
    PRONOUN_SUBJECTS,
    RELATIVES,
)
from whichtext.retrieval.rules.drafts import (
    Draft,
    merge,
    name_of,
    phrase_as_part,
)
from whichtext.retrieval.rules.expression import Phrase, Relation
from whichtext.retrieval.rules.lexicon import (
    ADJECTIVES,
    ANCHOR_NOUNS,
    GOODS_NOUNS,
    NEIGHBOUR_NOUNS,
    PLACE_LEXICON,
    TARGET_NOUNS,
    Nouns,
    find_noun,
    is_noun,
)
from whichtext.retrieval.rules.nominals import NominalReader
from whichtext.retrieval.rules.tokens import Token
from whichtext.retrieval.rules.vocabulary import (
    ADVERBS,
    COLOURS,
    COUNTS,
    FILLERS,
    INTENSIFIERS,
    LOOKS,
    ORDINALS,
    PARTICIPLES,
    PARTS,
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

__all__ = ["PostmodifierReader"]

_DEEPEST = 8
_PART_WORDS = word_set("corner side edge half part end area section third portion")
_LOOK_OWNERS = word_set("line lines word words text list heading sentence")
_TEXT_RELATIONS = frozenset({"above", "below", "left of", "right of", "beside", "between", "after", "before"})
_NEIGHBOURHOODS = _TEXT_RELATIONS | {"behind", "in front of"}
_OWNED = frozenset({"price", "number", "brand", "person name", "date", "opening hours", "discount"})
"""Kinds of text that belong to the subject of a question's clause rather than lie on it."""
_MEASURES = {"letters": "letters", "characters": "letters", "digits": "letters", "words": "words", "lines": "lines"}
_SLENDER = word_set("pillar bottle fence")
"""Surfaces whose left and right side lie next to them."""
_HEIGHTS = {"high": "top", "low": "bottom"}


class PostmodifierReader(NominalReader):
    """Reads noun phrases with everything that is said of the noun."""

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
            elif token.text in CONJUNCTIONS:
                if not self._conjunction(draft):
                    return
            elif not any(step(draft) for step in steps):
                self._trailing(draft, token)

    def _asks_of_root(self, draft: Draft) -> bool:
        """Whether a question goes on to say where the thing is that it asks for: "which part of the word is red"."""
        is_inner = self.is_question and draft is not self.root
        return is_inner and self._peek() in COPULAS and self._peek(-1) not in RELATIVES

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
        if index >= len(self.tokens) or self._texts[index] not in PHOTO or not self.tokens[index].possessive:
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
            self._preposition() is None and token.text not in PARTICIPLES and token.text not in CONJUNCTIONS
        )

    def _wording(self, draft: Draft, *, is_cue: bool = False) -> bool:
        """Read "saying SALE", "that reads no entry", "called Bella"; "called" without a name asks for the name."""
        text = self._peek()
        if not is_cue:
            if text not in WORDING_CUES or (
                text in {"read", "say"} and self._peek(-1) not in RELATIVES | {"it", "they"}
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
            and self._peek() not in RELATIVES
        ):
            token = self.tokens[self.at]
            if self.is_question and (token.text in WORDING_CUES or token.text in VERBS):
                break
            if token.text in CONJUNCTIONS or token.text in FILLERS or token.text in PARTICIPLES:
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
        is_lead = lead in PLACE_LEAD or (lead in {"up", "down"} and preposition is not None)
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
        if self._peek() in PHOTO and self.at < len(self.tokens) and self.tokens[self.at].possessive:
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
        if self._peek(ahead) not in PLACE_LEAD:
            return ""
        heights = [_HEIGHTS[word] for word in map(self._peek, range(ahead)) if word in _HEIGHTS]
        self.at += ahead
        return heights[0] if heights else ""

    def _place_is_adjective(self) -> bool:
        """Whether a noun follows that the place word belongs to: "on the top shelf"."""
        if self.at >= len(self.tokens) or self._peek() in {"of", ",", "or", "where", "to"} | CONJUNCTIONS:
            return False
        if self._peek() in PARTICIPLES | WORDING_CUES | AUXILIARIES | _PART_WORDS or self._preposition() is not None:
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
        if self._peek(ahead) not in PHOTO or self.tokens[index].possessive:
            return False
        is_called_photo = self._peek(ahead) in {"photo", "photograph", "image"}
        return self._peek(ahead + 1) not in {"of", "with", "that", "showing"} | (
            set() if is_called_photo else {"on"}
        ) and (
            not self._is_nominal_at(index + 1)
            or self._peek(ahead + 1) in CONJUNCTIONS | VERBS
            or not is_noun(self._peek(ahead + 1))
        )

    def _skip_photo(self) -> None:
        while self._peek() not in PHOTO:
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
        if found is None or found[0] in PARTS_OF_PLACE - {"top", "bottom", "middle", "centre"}:
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
        if self._peek() not in COPULAS | {"comes"}:
            return False
        is_relative = self._peek(-1) in RELATIVES and self.at - 1 != self.question_at
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
        if self._peek() not in AUXILIARIES:
            return False
        self.at += 1
        if self._peek() in FILLERS or self._continues(0):
            self._subject()
        return True

    def _subject(self) -> None:
        """Read the subject of a question's clause and relate what is asked for to it."""
        if self._peek() in PRONOUN_SUBJECTS and not self._is_nominal_at(self.at + 1):
            self.at += 1
            return
        was_clause, self.is_clause = self.is_clause, True
        anchor = self._anchor(GOODS_NOUNS if self.root.head == "price" else ANCHOR_NOUNS, needs_noun=True)
        self.is_clause = was_clause
        if anchor is None:
            self.at += 1
            return
        if anchor.sort == "object" and anchor.head == "person":
            if self._peek() in HOLDING or self._peek(-1) in HOLDING:
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
        if self._peek() not in ARTICLES or not draft.head or not self._is_nominal_at(self.at + 1):
            return False
        was_clause, self.is_clause = self.is_clause, True
        subject = Draft()
        self._nominal(subject, ANCHOR_NOUNS)
        verbs: list[str] = []
        while self.at < len(self.tokens) and self._peek() != "," and self._texts[self.at] and len(verbs) < 6:
            found = self._preposition()
            if found is not None and self._peek() not in HOLDING | {"touching"}:
                break
            if self._peek() in WORDING_CUES | CONJUNCTIONS or (self.is_question and self._peek() in {"say", "says"}):
                break
            verbs.append(self._peek())
            self.at += 1
        self.is_clause = was_clause
        if not subject.is_empty() and verbs:
            is_owned = self.is_question and draft.head in _OWNED and verbs[0] in VERBS
            name = "worn by" if HOLDING & set(verbs) else "of" if is_owned else "beside"
            draft.relations.append(Relation(name, (subject.freeze(default="thing"),)))
        return True


def _has_sides(anchor: Phrase) -> bool:
    """Whether "on the left side of" it is on it rather than next to it: a wall or a street, not a post or a word."""
    return (anchor.sort == "carrier" and anchor.head not in _SLENDER) or anchor.head in {"place", "thing"}
