"""From a query string to tokens: lower-cased words as written, quoted wording kept whole, boundaries as commas.

Capitals inside a query mark wording ("the word SALE", "the sign of Bella Italia") unless the whole query is written so.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from whichtext.errors import BadQuery
from whichtext.retrieval.rules.lexicon import ADJECTIVES, TARGET_NOUNS, find_noun
from whichtext.retrieval.rules.vocabulary import word_set

__all__ = ["MAX_QUERY_LENGTH", "Token", "check_query", "tokenise"]

MAX_QUERY_LENGTH = 512
"""Characters of the longest query that is accepted."""

_QUOTES = re.compile(
    r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]|「([^」]+)」|`([^`']+)[`']|(?<!\w)'([^']+)'(?!\w)|(?<!\w)‘([^’]+)’(?!\w)"
)
_WORD = re.compile(r"[,;:()\[\]{}\n…]+|[–—]|(?<=\s)[-/|]+(?=\s)|[^\s,;:()\[\]{}\"“”„«»…–—]+")
_BOUNDARY = re.compile(r"[,;:()\[\]{}\n…–—\-/|]+")
_ENDED = re.compile(r"(.*?[^?!.])([?!.]+)", re.DOTALL)
_SIGNS = re.compile(r"[%&$€£¥@#*+?!=°•→←↑↓™®©]+")
_SHORTENED = word_set("tel no st dr mr mrs ms ave rd approx etc vs max min inc ltd co nr ext blvd bros dept est jr sr")
_SPELLINGS = {
    "what's": "what is", "whats": "what is", "where's": "where is", "wheres": "where is", "who's": "who is",
    "whos": "who is", "that's": "that is", "thats": "that is", "it's": "it is", "i'm": "i am", "there's": "there is",
    "when's": "when is", "how's": "how is", "which's": "which is", "what're": "what are", "let's": "let us",
    "isn't": "is not", "aren't": "are not", "isnt": "is not", "arent": "are not",
    "here's": "here is", "i'd": "i would", "pls": "please", "plz": "please", "plse": "please", "pleas": "please",
    "u": "you", "w/": "with", "w/o": "without", "pic": "photo", "pics": "photos", "img": "photo",
    "lefthand": "left-hand", "righthand": "right-hand", "gonna": "going to", "teh": "the", "hte": "the",
}  # fmt: skip
# American to British; stems, so that "multicolored" and "colors" are found too.
_BRITISH = (
    (re.compile(r"color"), "colour"),
    (re.compile(r"\bgray"), "grey"),
    (re.compile(r"\bcenter"), "centre"),
    (re.compile(r"license(?=d?$|s$)"), "licence"),
    (re.compile(r"^theater"), "theatre"),
    (re.compile(r"jewelry"), "jewellery"),
    (re.compile(r"jeweler"), "jeweller"),
    (re.compile(r"^(kilo|centi|milli)?meters$"), r"\1metres"),
    (re.compile(r"^(kilo|centi|milli)meter$"), r"\1metre"),
    (re.compile(r"^labeled$"), "labelled"),
    (re.compile(r"^flavor"), "flavour"),
    (re.compile(r"^neighbor"), "neighbour"),
    (re.compile(r"^harbor"), "harbour"),
    (re.compile(r"^catalog(?=s?$)"), "catalogue"),
    (re.compile(r"^program(?=s?$)"), "programme"),
    (re.compile(r"^aluminum$"), "aluminium"),
    (re.compile(r"^tire(?=s?$)"), "tyre"),
    (re.compile(r"^curb$"), "kerb"),
    (re.compile(r"^organization"), "organisation"),
    (re.compile(r"^(capital|italic|styl)ized$"), r"\1ised"),
    (re.compile(r"^mom$"), "mum"),
    (re.compile(r"^mold"), "mould"),
    (re.compile(r"^plow"), "plough"),
    (re.compile(r"^check(?=book)"), "cheque"),
    (re.compile(r"^(tshirt|teeshirt|tee-shirt)(?=s?$)"), "t-shirt"),
)
_CAPITAL_NAMES = word_set("i tv tvs led lcd qr id atm suv cd dvd url pc 3d usb gps cctv ok am pm a t t-shirt t-shirts")
_ADJECTIVES_OF_COUNTRIES = word_set(
    """english latin chinese arabic japanese korean foreign russian thai hindi greek hebrew tamil asian cyrillic malay
    french german spanish italian portuguese dutch roman indian vietnamese bengali ukrainian turkish urdu
    persian polish danish swedish norwegian finnish welsh irish czech hungarian catalan gothic"""
)
_FUNCTION_WORDS = word_set(
    """the of on in at with to and an above below under over by beside next near that is are what which where who does
    do for from behind between left right top bottom"""
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query."""

    text: str
    """Lower case, British spelling, without a possessive ending; "," for any boundary mark."""
    raw: str
    """As written."""
    quoted: bool = False
    """Wording in quotation marks, possibly several words."""
    possessive: bool = False
    """Ended in 's or s'."""
    proper: bool = False
    """Written with capitals, or a sign or a figure: wording rather than a word of the description."""


def check_query(query: str) -> str:
    """Return the query without outer white space.

    Raises `BadQuery` where it is no text, empty, or longer than `MAX_QUERY_LENGTH`; the length is looked at first.
    """
    if not isinstance(query, str):
        raise BadQuery(f"a query is text, not {type(query).__name__}")
    if len(query) > MAX_QUERY_LENGTH:
        raise BadQuery(f"the query has {len(query)} characters; {MAX_QUERY_LENGTH} are the most that is accepted")
    stripped = query.strip()
    if not any(_is_content(character) for character in stripped):
        raise BadQuery("the query is empty: say which text is meant, for instance 'the price on the red sign'")
    return stripped


def _is_content(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "S" or character in "%&#@*"


def tokenise(query: str) -> tuple[Token, ...]:
    """Split a checked query into tokens: no boundary at either end, none twice in a row."""
    query = unicodedata.normalize("NFC", query).replace("’", "'").replace("´", "'")
    tokens: list[Token] = []
    position = 0
    for quote in _QUOTES.finditer(query):
        tokens.extend(_plain(query[position : quote.start()], is_end=False))
        wording = " ".join(next(group for group in quote.groups() if group is not None).split())
        if wording:
            tokens.append(Token(text=wording.lower(), raw=wording, quoted=True))
        position = quote.end()
    tokens.extend(_plain(query[position:], is_end=True))
    return _without_loose_boundaries(_with_capitals(tokens))


def _plain(text: str, *, is_end: bool) -> list[Token]:
    """Tokens of text outside quotation marks."""
    tokens: list[Token] = []
    pieces = _WORD.findall(text)
    for place, piece in enumerate(pieces):
        if _BOUNDARY.fullmatch(piece):
            tokens.append(Token(text=",", raw=piece))
        elif _SIGNS.fullmatch(piece):
            if piece == "&" and _joins(tokens, pieces[place + 1 : place + 2]):
                tokens.append(Token(text="and", raw=piece))
            elif piece.strip("?!") or not (is_end and place == len(pieces) - 1):
                tokens.append(Token(text=piece, raw=piece, proper=True))
        else:
            tokens.extend(_word(piece))
    return tokens


def _joins(tokens: list[Token], following: list[str]) -> bool:
    """Whether an ampersand stands for "and": not where it is what is asked for, nor inside of a name."""
    if not tokens or not following or tokens[-1].text in {"the", "an", "a", "word", "symbol", "sign", ","}:
        return False
    return not (tokens[-1].raw[:1].isupper() and following[0][:1].isupper())


def _word(piece: str) -> list[Token]:
    """Tokens of one piece: a contraction gives two, a closing mark gives a boundary."""
    closing = _ENDED.fullmatch(piece)
    body, mark = (closing[1], closing[2]) if closing is not None else (piece, "")
    raw = body.strip("'`*_~")
    if not any(character.isalnum() for character in raw):
        return [Token(text=",", raw=piece)] if mark else []
    lower = unicodedata.normalize("NFKC", raw).lower()
    tokens: list[Token]
    if lower in _SPELLINGS and not (len(raw) == 1 and raw.isupper()):
        tokens = [Token(text=word, raw=word) for word in _SPELLINGS[lower].split()]
    elif lower.endswith("'s") and len(lower) > 2:
        tokens = [Token(text=_british(lower[:-2]), raw=raw, possessive=True)]
    elif body.lower().endswith("s'") and len(raw) > 1:
        tokens = [Token(text=_british(lower), raw=raw, possessive=True)]
    else:
        tokens = [Token(text=_british(lower), raw=raw)]
    is_shortened = mark == "." and (len(lower) < 3 or lower in _SHORTENED or "." in lower)
    if mark and not is_shortened:
        tokens.append(Token(text=",", raw=mark))
    return tokens


@lru_cache(maxsize=4096)
def _british(word: str) -> str:
    for american, british in _BRITISH:
        word = american.sub(british, word)
    return word


def _with_capitals(tokens: list[Token]) -> list[Token]:
    """Mark the tokens whose capitals or figures mean something."""
    plain = [token for token in tokens if not token.quoted and any(character.isalpha() for character in token.raw)]
    capitals_mean_something = any(character.islower() for token in plain for character in token.raw)
    small_words = [token for token in plain[1:] if token.text in _FUNCTION_WORDS]
    capitalised = [token for token in small_words if token.raw[:1].isupper()]
    is_title_case = 2 * len(capitalised) > len(small_words) if small_words else _is_title(plain)
    marked: list[Token] = []
    opens_sentence = True
    for token in tokens:
        is_proper = token.proper or _is_figure(token.raw)
        if capitals_mean_something and not token.quoted and not is_proper:
            is_proper = _is_proper(token, opens_sentence=opens_sentence, is_title_case=is_title_case)
        marked.append(
            replace(token, proper=is_proper) if is_proper and not token.quoted and token.text != "," else token
        )
        opens_sentence = token.text == "," and any(mark in token.raw for mark in "?!.\n")
    return marked


def _is_title(tokens: list[Token]) -> bool:
    """Whether words that all have a capital are a description, as "Phone Number" and unlike "Bella Italia"."""
    texts, at = [token.text for token in tokens], 0
    if len(tokens) < 2 or not all(token.raw[:1].isupper() for token in tokens):
        return False
    while at < len(texts):
        noun, adjective = find_noun(TARGET_NOUNS, texts, at), ADJECTIVES.match(texts, at)
        length = max(noun.length if noun is not None else 0, adjective[1] if adjective is not None else 0)
        if not length:
            return False
        at += length
    return True


def _is_proper(token: Token, *, opens_sentence: bool, is_title_case: bool) -> bool:
    letters = [character for character in token.raw.removesuffix("'s") if character.isalpha()]
    if (
        not letters
        or token.text in _CAPITAL_NAMES
        or token.text in _ADJECTIVES_OF_COUNTRIES
        or not token.raw[:1].isalnum()
    ):
        return False
    if all(character.isupper() for character in letters):
        return len(letters) > 1 or (not opens_sentence and not is_title_case)
    has_inner_capital = any(character.isupper() for character in letters[1:])
    return has_inner_capital or (letters[0].isupper() and not opens_sentence and not is_title_case)


def _is_figure(raw: str) -> bool:
    """Whether a token is a figure with what belongs to it: 24, $4.00, 50%, 17x, A4; not 1st or 3-line."""
    if not any(character.isdigit() for character in raw):
        return False
    return re.fullmatch(r"\d+(st|nd|rd|th)|\d+-\w+|\d[dD]", raw) is None


def _without_loose_boundaries(tokens: list[Token]) -> tuple[Token, ...]:
    kept: list[Token] = []
    for token in tokens:
        if token.text != "," or token.quoted or (kept and kept[-1].text != ","):
            kept.append(token)
    while kept and kept[-1].text == "," and not kept[-1].quoted:
        kept.pop()
    return tuple(kept)
