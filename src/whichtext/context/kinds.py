"""What is a text for, judged by its wording?

A phone number, a price, a time, a web address, a percentage, a date, an address, a number.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["KINDS", "PATTERNS", "case_of", "has_digits", "kind_by_pattern", "with_pattern", "wording_features"]

KINDS = (
    "slogan",
    "shop name",
    "brand",
    "other",
    "place name",
    "direction",
    "title",
    "discount",
    "number",
    "logo",
    "warning",
    "price",
    "street name",
    "date",
    "web",
    "menu item",
    "person name",
    "address",
    "phone",
    "opening hours",
    "licence plate",
)
"""Every kind that is ever given."""

PATTERNS: tuple[tuple[str, str], ...] = (
    ("web", r"(?i)\bwww\.|https?:|\b[\w-]+\.(com|net|org|info|edu|gov|co|sg|fr|de|it|uk|my|eu)\b|@\w"),
    ("discount", r"(?i)\d\s*%|%\s*off|\b\d+\s*off\b|\bsale\b|\bdiscount\b|\bupto\b|\bup to\b|\bsoldes?\b"),
    (
        "opening hours",
        r"(?i)\b\d{1,2}[:.h]?\d{0,2}\s*(am|pm)?\s*(-|–|to)\s*\d{1,2}[:.h]?\d{0,2}\s*(am|pm)\b|"
        r"\bopening hours\b|\b24 ?h(ours|rs)?\b",
    ),
    ("price", r"(?i)[$€£¥]\s*\d|\d\s*[$€£¥]|\b(rm|sgd|eur|usd|s\$)\s*\d|\b\d+[.,]\d\d\b|\b\d+\s*(cents|euros?)\b"),
    ("phone", r"(?i)\b(tel|phone|hotline|call)\b.*\d|^\+?[\d\s().-]{7,}$|\+\d{2}"),
    (
        "date",
        r"(?i)\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|"
        r"\b\d{1,2}(st|nd|rd|th)?\s*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|"
        r"\b(january|february|march|april|june|july|august|september|october|november|december)\b|^(19|20)\d\d$",
    ),
    ("number", r"^[#№(\[]?\s*[\d][\d\s.,:/#()\]-]*[A-Za-z]?$|^[A-Za-z]{0,2}\d+[A-Za-z]?$|^#?\d+-\d+$"),
)
"""Kind and the regular expression that shows it, most telling first."""

_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in PATTERNS)


def kind_by_pattern(string: str) -> str | None:
    """The kind that the wording alone proves, None where it proves nothing."""
    cleaned = " ".join(string.split())
    return next((kind for kind, pattern in _COMPILED if pattern.search(cleaned)), None)


def case_of(strings: Sequence[str]) -> str | None:
    """Case of the letters of all strings together: upper, lower, title, mixed; None without letters that have one."""
    words = [word for string in strings for word in re.findall(r"[^\W\d_]+", string) if word.upper() != word.lower()]
    if not words:
        return None
    if all(word == word.upper() for word in words):
        return "upper"
    if all(word == word.lower() for word in words):
        return "lower"
    small_words = {
        "of",
        "the",
        "and",
        "to",
        "in",
        "on",
        "at",
        "for",
        "a",
        "an",
        "de",
        "la",
        "le",
        "du",
        "des",
        "et",
        "by",
        "von",
        "und",
    }
    if words[0][0].isupper() and all((w[0].isupper() and w[1:] == w[1:].lower()) or w in small_words for w in words):
        return "title"
    return "mixed"


def has_digits(string: str) -> bool:
    """Whether a digit is written."""
    return any(character.isdigit() for character in string)


WORD_LISTS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (name, frozenset(words.split()))
    for name, words in (
        ("street", (
            "street st road rd avenue ave lane ln drive dr boulevard blvd way rue place square via strasse straße "
            "platz calle route highway hwy close crescent terrace gasse weg allee piazza corso quai"
        )),
        ("warning", (
            "no not danger warning caution stop keep prohibited forbidden beware do don't private hot hazard emergency "
            "trespassing smoking interdit défense achtung verboten attention mind closed restricted authorised "
            "authorized only fire extinguisher alarm hydrant"
        )),
        ("direction", (
            "exit entrance way out in to toilet toilets platform level lift lifts escalator stairs gate gates station "
            "mrt bus taxi parking carpark airport arrivals departures straight ahead left right turn north south east "
            "west towards line terminal transfer basement b1 b2 l1 l2 ausgang sortie sorties interchange floor "
            "direction km miles mi"
        )),
        ("function", (
            "the a an of and your you we our is are for with in on at to from by it be this that can will more all new "
            "now up get my us me as or if so what how who der die das und le la les de des et pour vous votre"
        )),
        ("shop", (
            "cafe café restaurant shop store salon bank hotel bakery bar boutique pharmacy clinic market supermarket "
            "mart kitchen grill pizza coffee tea house centre center studio spa gallery hair beauty optical optics "
            "jewellery jewelry fashion books toys sports shoes pharmacie boulangerie brasserie tabac presse theatre "
            "cinema club school college mall plaza plc ltd inc pte co llc gmbh"
        )),
        ("sale", (
            "sale off discount save free offer special promotion promo deal buy get % upto extra less reduced bargain "
            "soldes clearance"
        )),
        ("food", (
            "rice noodle noodles chicken beef fish pork soup salad burger fries juice milk tea coffee cheese chocolate "
            "cake bread egg pizza pasta sandwich wine beer water ice cream curry satay kopi toast set meal breakfast "
            "lunch dinner sauce"
        )),
        ("place", (
            "park city town hall garden gardens bay hill beach river lake island point museum church temple tower "
            "bridge village national country university library port centre mount mountain valley harbour zoo"
        )),
        ("time", (
            "am pm mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday hours daily "
            "open opening till until weekdays weekends uhr lundi mardi"
        )),
        ("money", "$ € £ price prices each only from cents dollars euro euros rm sgd usd eur per kg"),
        ("contact", "tel phone fax call hotline www com http email mail @ facebook twitter"),
    )
)  # fmt: skip
"""Words that make a kind more likely."""


def wording_features(string: str) -> list[float]:
    """Numbers about one string; always equally many.

    Lengths, shares of digits and capitals, patterns, case, telling words, marks.
    """
    cleaned = " ".join(string.split())
    length = max(len(cleaned), 1)
    tokens = re.findall(r"[^\W_]+(?:'[^\W_]+)?|[$€£%@]", cleaned.lower())
    by_pattern = kind_by_pattern(cleaned)
    case = case_of([cleaned])
    shared = max(len(tokens), 1)
    return [
        float(length),
        float(np.log1p(length)),
        float(len(tokens)),
        max((len(token) for token in tokens), default=0) / 10,
        sum(character.isdigit() for character in cleaned) / length,
        sum(character.isalpha() for character in cleaned) / length,
        sum(character.isupper() for character in cleaned) / length,
        float(bool(cleaned)),
        *(float(by_pattern == kind) for kind, _ in PATTERNS),
        *(float(bool(pattern.search(cleaned))) for _, pattern in _COMPILED),
        *(float(case == name) for name in ("upper", "lower", "title", "mixed")),
        *(sum(token in words for token in tokens) / shared for _, words in WORD_LISTS),
        *(float(mark in cleaned) for mark in "%$/-!'.,:&#?"),
    ]


SURE = {"web": 0.9, "phone": 0.45, "price": 0.35, "discount": 0.3, "opening hours": 0.4, "date": 0.25}
"""How much a pattern in the wording counts against the learned judgement; others count nothing by themselves."""


def with_pattern(probabilities: NDArray[np.float32], names: Sequence[str], string: str) -> NDArray[np.float32]:
    """Mix what a pattern in the wording shows into the learned probabilities (C,) of the kinds `names`."""
    kind = kind_by_pattern(string)
    if kind not in SURE or kind not in names:
        return probabilities
    shown = np.zeros_like(probabilities)
    shown[names.index(kind)] = 1
    mixed: NDArray[np.float32] = (1 - SURE[kind]) * probabilities + SURE[kind] * shown
    return mixed
