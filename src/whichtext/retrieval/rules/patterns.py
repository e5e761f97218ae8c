"""What a string looks like: a phone number, a price, a web address.

Soft scores in [0, 1] for each kind of text that has a form.
"""

import re
from functools import lru_cache

__all__ = ["PATTERN_NAMES", "pattern_scores"]

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = r"(mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(days?|nesday|rsday|urday|sday)?"
_STREET = (
    r"(st|street|rd|road|ave|avenue|blvd|lane|ln|drive|dr|way|hwy|highway|rue|jalan|jln|place|pl|crescent|terrace|"
    r"square|court|ct|close|parkway|expressway|link|walk)"
)
_PATTERNS: dict[str, tuple[tuple[str, float], ...]] = {
    "phone": (
        (r"\+?\(?\d[\d\s().\-/]{6,}\d", 0.9),
        (r"\b(tel|phone|call|hotline|fax|mobile)\b.*\d{3}", 1.0),
        (r"\b\d{3,4}[\s.-]\d{3,4}\b", 0.8),
        (r"^\(?\d{2,4}\)?$", 0.12),
        (r"^\d{5,}$", 0.5),
        (r"\b1[\s-]?800\b", 0.9),
    ),
    "price": (
        (r"[$€£¥₹]\s*\d", 1.0),
        (r"\d\s*[$€£¥₹]", 0.9),
        (r"\b\d+[.,]\d\d\b", 0.7),
        (r"\b(rm|sgd|usd|eur|rs)\.?\s*\d", 0.9),
        (r"\b\d+\s*(cents?|dollars?|euros?|pounds?|pence|p|c)\b", 0.8),
        (r"^[$€£¥₹]$", 0.4),
        (r"^\d{1,4}$", 0.2),
        (r"\bfree\b", 0.3),
    ),
    "percentage": ((r"\d\s*%", 1.0), (r"%", 0.6), (r"\bper\s?cent\b", 0.8), (r"^\d0$", 0.4), (r"\bhalf price\b", 0.3)),
    "discount": (
        (r"\d\s*%", 1.0),
        (r"\boff\b", 0.6),
        (r"\bsale\b|\bdiscount|\bsave\b|\boffer|\bdeal", 0.5),
        (r"\bfree\b|\bbuy \d|\bhalf price", 0.6),
        (r"\d0$", 0.3),
    ),
    "web": (
        (r"\bwww\b", 1.0),
        (r"https?:", 1.0),
        (r"\.(com|net|org|info|edu|gov|co|sg|fr|de|it|uk|my|eu|au|ca|es|nl|ch|be|biz|tv|io)\b", 0.95),
        (r"\w+\.\w{2,3}/", 0.8),
    ),
    "email": ((r"\w@\w", 1.0), (r"@", 0.5)),
    "hashtag": ((r"#\w", 1.0), (r"(^|\s)@\w", 0.8)),
    "date": (
        (rf"\b\d{{1,2}}(st|nd|rd|th)?\s*(of\s+)?{_MONTH}\b", 1.0),
        (rf"\b{_MONTH}\b", 0.7),
        (rf"\b{_DAY}\b", 0.6),
        (r"\b(1[5-9]|20)\d\d\b", 0.7),
        (r"\b\d{1,2}[./-]\d{1,2}([./-]\d{2,4})?\b", 0.7),
        (r"\b\d{1,2}(st|nd|rd|th)\b", 0.5),
    ),
    "opening hours": (
        (r"\b\d{1,2}([:.]\d\d)?\s*(am|pm)\b", 0.9),
        (r"\b\d{1,2}[:.h]\d{2}\b", 0.7),
        (r"\bhours?\b|\bopen\b|\bclosed\b|\bdaily\b", 0.4),
        (rf"\b{_DAY}\s*(-|to|–)\s*{_DAY}", 0.8),
        (r"\b24\s*(h|hrs|hours|/7)", 0.9),
        (r"\bmins?\b|\bminutes?\b", 0.4),
    ),
    "address": (
        (rf"\b\d+[a-z]?,?\s+(\w+\s+){{1,3}}{_STREET}\b", 1.0),
        (rf"\b{_STREET}\b", 0.5),
        (r"#?\d+-\d+", 0.4),
        (r"\b\d{5,6}\b", 0.4),
    ),
    "street name": ((rf"\b{_STREET}\b", 1.0), (rf"^{_STREET}$", 0.7)),
    "number": ((r"^#?\s*\d[\d\s.,:/\-]*$", 1.0), (r"^[a-z]{0,2}\d+[a-z]{0,2}$", 0.8), (r"\d", 0.45)),
    "code": (
        (r"^(?=.*\d)(?=.*[a-z])[a-z0-9\-]{2,9}$", 1.0),
        (r"^\d{4,6}$", 0.5),
        (r"\d", 0.25),
        (r"^[a-z]{1,3}$", 0.2),
    ),
    "unit": (
        (
            r"^(km|kg|m|cm|mm|ml|l|g|lb|lbs|oz|mph|km/h|kmh|min|mins|hrs?|h|kw|w|v|"
            r"ft|mi|miles?|metres?|meters?|%|°c|°|cl|t|litres?)$",
            1.0,
        ),
        (r"\d\s*(km|kg|cm|mm|ml|mph|min|ft|m|g|l)\b", 0.4),
    ),
    "symbol": ((r"^[^\w\s]+$", 1.0), (r"[%&$€£@#!?+]", 0.5)),
    "licence plate": ((r"^(?=.*\d)(?=.*[a-z])[a-z0-9]{1,4}[\s\-·]?[a-z0-9]{1,4}[\s\-]?[a-z0-9]{0,4}$", 0.9),),
    "warning": (
        (
            r"\b(no|not|do not|don't|danger|warning|caution|beware|stop|prohibited|forbidden|keep|only|private|"
            r"interdit|stay|never|must)\b",
            0.8,
        ),
        (r"\b(slow|trespassing|smoking|parking|entry|exit|give way|yield|emergency|fire|risk)\b", 0.4),
    ),
    "direction": (
        (
            r"\b(exit|way|to|north|south|east|west|left|right|entrance|platform|lift|toilets?|parking|"
            r"terminal|level|airport|station)\b",
            0.7,
        ),
        (r"→|←|↑|↓", 0.8),
    ),
    "person name": ((r"\b(mr|mrs|ms|dr|prof|by)\b", 0.7),),
}
_COMPILED = {name: tuple((re.compile(pattern), score) for pattern, score in rows) for name, rows in _PATTERNS.items()}

PATTERN_NAMES = tuple(_PATTERNS)
"""Every kind that has a form."""


@lru_cache(maxsize=8192)
def pattern_scores(text: str) -> tuple[float, ...]:
    """How far a string has the form of each kind of `PATTERN_NAMES`, in [0, 1].

    A longer rest around the form lowers it.
    """
    plain = " ".join(text.casefold().split())
    if not plain:
        return (0.0,) * len(PATTERN_NAMES)
    scores = []
    for name in PATTERN_NAMES:
        best = 0.0
        for pattern, score in _COMPILED[name]:
            match = pattern.search(plain)
            if match is not None:
                share = (match.end() - match.start()) / len(plain)
                best = max(best, score * (0.6 + 0.4 * share))
        scores.append(best)
    return tuple(scores)
