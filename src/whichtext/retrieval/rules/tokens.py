"""From a query string to tokens: lower-cased words with their original spelling, quoted wording kept whole, commas kept as boundaries."""

import re
import unicodedata
from dataclasses import dataclass

from whichtext.errors import BadQuery

__all__ = ["MAX_QUERY_LENGTH", "Token", "check_query", "tokenise"]

MAX_QUERY_LENGTH = 512
"""Characters of the longest query that is accepted."""

_QUOTES = re.compile(r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]|(?<![\w])'([^']+)'(?![\w])|‘([^’]+)’(?![\w])")
_WORD = re.compile(r"[^\s,;:?!()\"“”]+|[,;:()]")
_SPELLINGS = {"what's": "what is", "where's": "where is", "who's": "who is", "that's": "that is", "it's": "it is", "i'm": "i am", "there's": "there is"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query."""

    text: str
    """Lower case, without a possessive ending; "," for any boundary mark."""
    raw: str
    """As written."""
    quoted: bool = False
    """Wording in quotation marks, possibly several words."""
    possessive: bool = False
    """Ended in 's or s'."""


def check_query(query: str) -> str:
    """Return the query without outer white space. Raises `BadQuery` where it is no text, empty, or longer than `MAX_QUERY_LENGTH`."""
    if not isinstance(query, str):
        raise BadQuery(f"a query is text, not {type(query).__name__}")
    if len(query) > MAX_QUERY_LENGTH:
        raise BadQuery(f"the query has {len(query)} characters; {MAX_QUERY_LENGTH} are the most that is accepted")
    stripped = query.strip()
    if not any(character.isalnum() or unicodedata.category(character)[0] == "S" or character in "%&#@*" for character in stripped):
        raise BadQuery("the query is empty: say which text is meant, for instance 'the price on the red sign'")
    return stripped


def tokenise(query: str) -> tuple[Token, ...]:
    """Split a checked query into tokens."""
    query = query.replace("’s ", "'s ").replace("’t", "'t").replace("…", " ")
    tokens: list[Token] = []
    position = 0
    for quote in _QUOTES.finditer(query):
        tokens.extend(_plain(query[position : quote.start()]))
        wording = next(group for group in quote.groups() if group is not None).strip()
        if wording:
            tokens.append(Token(text=wording.lower(), raw=wording, quoted=True))
        position = quote.end()
    tokens.extend(_plain(query[position:]))
    return tuple(tokens)


def _plain(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in _WORD.finditer(text):
        raw = match.group().strip("'`´")
        if not raw:
            continue
        if raw in {",", ";", ":", "(", ")"}:
            tokens.append(Token(text=",", raw=raw))
            continue
        raw = raw.rstrip(".") if len(raw) > 1 and not re.fullmatch(r"(\w\.)+", raw) else raw
        lower = raw.lower().replace("’", "'")
        if lower in _SPELLINGS:
            tokens.extend(Token(text=word, raw=word) for word in _SPELLINGS[lower].split())
        elif lower.endswith("'s") and len(lower) > 2:
            tokens.append(Token(text=lower[:-2], raw=raw[:-2], possessive=True))
        elif match.group().lower().endswith(("s'", "s’")):
            tokens.append(Token(text=lower, raw=raw, possessive=True))
        else:
            tokens.append(Token(text=lower, raw=raw))
    return tokens
