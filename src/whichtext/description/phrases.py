"""What can be said about one text in English, and how sure it is: adjectives, nouns and places."""

from whichtext.types import Attributes, Carrier, SceneContent, Text

__all__ = ["carrier_phrase", "ink_word", "kind_noun", "place_phrase", "place_words", "unit_noun"]

_SURE_COLOUR = 0.6
"""A colour word is said only where its probability reaches this."""
_SURE_NOUN = 0.45
_SURE_KIND = 0.6
_SPOKEN_COLOURS = frozenset(
    {"black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "gold", "silver"}
)
_KIND_NOUNS = {
    "shop name": "shop name", "brand": "brand name", "phone": "phone number", "price": "price", "discount": "discount",
    "number": "number", "web": "web address", "address": "address", "street name": "street name",
    "place name": "place name", "direction": "direction", "date": "date", "opening hours": "opening hours",
    "warning": "warning", "slogan": "slogan", "title": "title", "menu item": "menu item",
    "person name": "person's name", "licence plate": "licence plate",
}  # fmt: skip


def ink_word(attributes: Attributes) -> str | None:
    """Colour of the letters, where it is sure enough to be said."""
    return _sure(attributes.ink_scores, _SURE_COLOUR, _SPOKEN_COLOURS)


def kind_noun(attributes: Attributes) -> str | None:
    """What the text is for, as a noun phrase, where it is sure enough to be said."""
    kind = _sure(attributes.kind_scores, _SURE_KIND, frozenset(_KIND_NOUNS))
    return None if kind is None else _KIND_NOUNS[kind]


def carrier_phrase(carrier: Carrier | None, *, colour: bool = True) -> str | None:
    """The surface: "blue sign", "wall"; None where neither is sure."""
    if carrier is None:
        return None
    noun = _sure(carrier.noun_scores, _SURE_NOUN, None)
    shade = _sure(carrier.colour_scores, _SURE_COLOUR, _SPOKEN_COLOURS) if colour else None
    if noun is None and shade is None:
        return None
    return " ".join(word for word in (shade, noun or "sign") if word)


def place_words(attributes: Attributes) -> tuple[str, ...]:
    """Position words in spoken order: top or bottom, then left or right, or middle."""
    spoken = [word for word in ("top", "bottom", "left", "right") if word in attributes.place]
    return tuple(spoken) or (("middle",) if "middle" in attributes.place else ())


def place_phrase(attributes: Attributes) -> str | None:
    """ "at the top left", "on the right", "in the middle"; None where the place is not known."""
    words = place_words(attributes)
    if not words:
        return None
    if words == ("middle",):
        return "in the middle"
    if len(words) == 1 and words[0] in {"left", "right"}:
        return f"on the {words[0]}"
    return f"at the {' '.join(words)}"


def unit_noun(text: Text, content: SceneContent) -> str:
    """word, number, line or text, by what it consists of."""
    words = len(text.parts) if text.level == "line" else 1 if text.level == "word" else 2
    if words == 1:
        return (
            "number"
            if text.text.strip()
            and all(not character.isalpha() for character in text.text)
            and text.attributes.has_digits
            else "word"
        )
    return "line" if text.level == "line" and _shares_block(text, content) else "text"


def _shares_block(line: Text, content: SceneContent) -> bool:
    return any(text.level == "block" and line.id in text.parts and len(text.parts) > 1 for text in content.texts)


def _sure(scores: tuple[tuple[str, float], ...], least: float, allowed: frozenset[str] | None) -> str | None:
    if not scores:
        return None
    name, probability = scores[0]
    return name if probability >= least and (allowed is None or name in allowed) else None
