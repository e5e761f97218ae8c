"""Answers and scenes drawn on the photo, to be looked at.

In: a photo and what was seen in it, all in pixels of the upright photo. Out: a new RGB picture of the same size. The
text that is meant gets a strong frame and a tag with its reading; the rivals of an ambiguous answer get numbered frames
of a second colour, so that a person can say "the second one"; other lines get hairlines. Every frame has a dark and a
light side, so that it shows on any ground. Tags are set in the font that comes with Pillow; letters that it lacks are
replaced by their plain relatives, and a reading that it can not set at all is left out of the tag.
"""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from whichtext.geometry import as_polygon, box_intersection, box_of, pad_quad
from whichtext.image import Origin, Photo
from whichtext.output import DEFAULT_QUALITY, encode_picture, write_file
from whichtext.types import Answer, Box, Polygon, SceneContent, Text

__all__ = ["DrawingStyle", "draw_answer", "draw_scene", "save_picture"]

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_ORIGIN_KEY = "whichtext.origin"
"""Where a drawn picture remembers the photo that it must not be written over; not written to files."""


@dataclass(frozen=True, slots=True)
class DrawingStyle:
    """Colours and measures; lengths are shares of the photo's shorter side, with a least number of pixels."""

    best: Colour = (255, 0, 102)
    """Frame and tag of the text that is meant."""
    rival: Colour = (255, 176, 0)
    """Frames and numbers of texts that may be meant."""
    line: Colour = (0, 132, 255)
    """Frames of lines in `draw_scene`."""
    other: Colour = (255, 255, 255)
    """Hairlines around everything else."""
    stroke: float = 0.005
    """Width of the strong frame."""
    least_stroke: int = 2
    letters: float = 0.034
    """Height of the letters in tags."""
    least_letters: int = 12
    longest_tag: int = 40
    """Letters after which a reading is cut."""
    draws_others: bool = True
    """Whether `draw_answer` shows the lines that are not meant."""


_DEFAULT_STYLE = DrawingStyle()


def draw_answer(
    photo: Photo, content: SceneContent, answer: Answer, *, style: DrawingStyle = _DEFAULT_STYLE
) -> Image.Image:
    """The photo with the answer on it: what is meant, and its rivals by number where the answer is ambiguous."""
    canvas = _Canvas(photo, style)
    rivals = _numbered(answer)
    marked = [*rivals, *([answer.best] if answer.best is not None else [])]
    if style.draws_others:
        for text in content.texts:
            if text.level == "line" and all(text.id != mark.id for mark in marked):
                canvas.hairline(text.polygon, style.other)
    for text in marked[::-1]:
        is_best = answer.best is not None and text.id == answer.best.id
        canvas.frame(text.polygon, style.best if is_best else style.rival, strong=is_best)
    canvas.avoid(text.box for text in marked)
    if rivals:
        for number, text in enumerate(rivals, start=1):
            is_best = answer.best is not None and text.id == answer.best.id
            canvas.tag(text, f"{number}", style.best if is_best else style.rival)
    elif answer.best is not None:
        canvas.tag(answer.best, "", style.best)
    return canvas.picture


def draw_scene(photo: Photo, content: SceneContent, *, style: DrawingStyle = _DEFAULT_STYLE) -> Image.Image:
    """The photo with every text on it: lines framed and tagged with what they say, words in hairlines."""
    canvas = _Canvas(photo, style)
    lines = [text for text in content.texts if text.level == "line"]
    for text in content.texts:
        if text.level == "word":
            canvas.hairline(text.polygon, style.other)
    lines = lines or [text for text in content.texts if text.level == "word"]
    for text in lines:
        canvas.frame(text.polygon, style.line, strong=False)
    canvas.avoid(text.box for text in lines)
    for text in lines:
        canvas.tag(text, "", style.line)
    return canvas.picture


def save_picture(
    picture: Image.Image,
    path: str | os.PathLike[str],
    *,
    original: Photo | None = None,
    quality: int = DEFAULT_QUALITY,
) -> None:
    """Write a drawn picture, all of it or nothing; the suffix chooses the format.

    The photo that it was drawn on (or `original`) is never written over. Raises `OutputError`.
    """
    remembered = picture.info.get(_ORIGIN_KEY)
    origin = original.origin if original is not None else remembered if isinstance(remembered, Origin) else None
    pixels = np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"))
    write_file(path, encode_picture(pixels, path, quality=quality), origin=origin)


def _numbered(answer: Answer) -> tuple[Text, ...]:
    """Rivals of an ambiguous answer in the order of their numbers; empty where nothing is to be told apart."""
    if answer.status != "ambiguous":
        return ()
    found = {text.id: text for text in answer.rivals}
    if answer.best is not None and answer.best.id not in found:
        found = {answer.best.id: answer.best, **found}
    return tuple(found.values()) if len(found) > 1 else ()


class _Canvas:
    """A copy of the photo, with places that are already taken by tags."""

    def __init__(self, photo: Photo, style: DrawingStyle) -> None:
        self.picture = Image.fromarray(photo.pixels).copy()
        self.picture.info[_ORIGIN_KEY] = photo.origin
        self._draw = ImageDraw.Draw(self.picture)
        self._style = style
        side = min(self.picture.size)
        self._stroke = max(style.least_stroke, round(style.stroke * side))
        self._letters = max(style.least_letters, round(style.letters * side))
        self._font = ImageFont.load_default(size=self._letters)
        self._taken: list[Box] = []

    def frame(self, polygon: Polygon, colour: Colour, *, strong: bool) -> None:
        """A closed line around a text, dark outside and inside, so that it shows on any ground."""
        width = self._stroke * (2 if strong else 1)
        around = self._widened(polygon, width / 2 + max(1, self._stroke // 2))
        self._outline(around, _opposite(colour), width + 2 * max(1, self._stroke // 2))
        self._outline(around, colour, width)

    def hairline(self, polygon: Polygon, colour: Colour) -> None:
        """A thin closed line."""
        self._outline(polygon, _opposite(colour), max(3, self._stroke))
        self._outline(polygon, colour, max(1, self._stroke // 3))

    def avoid(self, boxes: Iterable[Box]) -> None:
        """Keep tags off these boxes where there is room elsewhere."""
        self._taken.extend(boxes)

    def tag(self, text: Text, label: str, colour: Colour) -> None:
        """A filled tag at a text with a label and its reading, inside the picture and off what is taken."""
        words = " ".join(part for part in (label, self._reading(text)) if part)
        if not words:
            return
        margin = max(2, self._letters // 4)
        largest = self.picture.width - 2 * margin
        while len(words) > 1 and self._font.getlength(words) > largest:
            words = words.removesuffix("...")[:-1].rstrip() + "..." if len(words) > 4 else words[:1]
        left, top, right, bottom = self._font.getbbox(words)
        width, height = right - left + 2 * margin, bottom - top + 2 * margin
        box = self._free_place(text, width, height)
        self._taken.append(box)
        ink = _opposite(colour)
        self._draw.rectangle(box, fill=colour, outline=ink)
        self._draw.text((box[0] + margin - left, box[1] + margin - top), words, fill=ink, font=self._font)

    def _widened(self, polygon: Polygon, pixels: float) -> Polygon:
        """A text's polygon moved outwards, so that its frame does not cover the letters."""
        return as_polygon(pad_quad(polygon, pixels)) if len(polygon) == 4 else polygon

    def _outline(self, polygon: Polygon, colour: Colour, width: int) -> None:
        """A closed line with round joints."""
        if len(polygon) < 2:
            return
        points = [(float(x), float(y)) for x, y in polygon]
        self._draw.line([*points, *points[:2]], fill=colour, width=width, joint="curve")

    def _free_place(self, text: Text, width: float, height: float) -> Box:
        """Box for a tag at a text: above, below, inside or beside it, where it covers least of what is taken."""
        x0, y0, x1, y1 = box_of(text.polygon) if text.polygon else text.box
        gap = 2 * self._stroke + 2
        corners = (
            (x0, y0 - gap - height),
            (x0, y1 + gap),
            (x1 - width, y0 - gap - height),
            (x1 - width, y1 + gap),
            (x1 + gap, y0),
            (x0 - gap - width, y0),
            (x0, y0 + gap),
        )
        boxes = [self._inside(x, y, width, height) for x, y in corners]
        return min(boxes, key=lambda box: sum(box_intersection(box, taken) for taken in self._taken))

    def _inside(self, x: float, y: float, width: float, height: float) -> Box:
        """A box of that size, moved into the picture."""
        x = max(0.0, min(x, self.picture.width - 1 - width))
        y = max(0.0, min(y, self.picture.height - 1 - height))
        return x, y, x + width, y + height

    def _reading(self, text: Text) -> str:
        """What a text says, in letters that the font has, cut where too long."""
        words = " ".join(text.text.split())
        settable = _settable(words, self._font)
        if len(settable) > self._style.longest_tag:
            settable = settable[: self._style.longest_tag - 3].rstrip() + "..."
        return settable


def _opposite(colour: Colour) -> Colour:
    """Black or white, whichever stands out more from a colour."""
    red, green, blue = colour
    return (0, 0, 0) if 299 * red + 587 * green + 114 * blue > 127_500 else (255, 255, 255)


def _settable(words: str, font: Font) -> str:
    """A reading in letters that the font has: accents and ligatures taken apart where needed, the rest as dots.

    Empty where more than half of its letters are missing: a row of dots tells nothing.
    """
    missing = 0
    letters: list[str] = []
    for letter in words:
        plain = [letter] if _has_glyph(letter, font) else _plain_relatives(letter, font)
        missing += not plain
        letters.extend(plain or ["·"])
    return "" if missing * 2 > len(words) else "".join(letters)


_SPELLED = {
    "–": "-",
    "—": "-",
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "ı": "i",
    "€": "EUR",
    "£": "GBP",
}
"""How letters and signs are written that fall into no simpler ones by themselves."""


def _plain_relatives(letter: str, font: Font) -> Sequence[str]:
    """The letters that a letter is made of, without marks, as far as the font has them."""
    spelled = _SPELLED.get(letter) or unicodedata.normalize("NFKD", letter)
    parts = [part for part in spelled if not unicodedata.combining(part)]
    return parts if all(_has_glyph(part, font) for part in parts) else []


def _has_glyph(letter: str, font: Font) -> bool:
    """Whether the font draws a letter as more than the box that stands for unknown ones."""
    if letter == " ":
        return True
    if unicodedata.category(letter)[0] in "CZ":
        return False
    unknown = font.getmask("\U0010fffd")
    drawn = font.getmask(letter)
    return drawn.size != unknown.size or bytes(drawn) != bytes(unknown)
