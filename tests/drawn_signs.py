"""Photos drawn for the context tests: signs with lines of words on a textured wall, and where each word lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from whichtext.types import Polygon

RGB = tuple[int, int, int]

PAINTS: dict[str, RGB] = {
    "white": (244, 244, 242),
    "black": (22, 22, 24),
    "red": (196, 28, 36),
    "yellow": (244, 214, 40),
    "green": (18, 122, 66),
    "blue": (26, 74, 170),
}


@dataclass(frozen=True)
class Sign:
    """One sign: its box, colours by name, and its lines of words."""

    box: tuple[int, int, int, int]
    paint: str
    ink: str
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class DrawnPhoto:
    """A photo with its words and lines, as the engine takes them, and the sign of every line."""

    image: NDArray[np.uint8]
    words: tuple[Polygon, ...]
    strings: tuple[str, ...]
    lines: tuple[tuple[int, ...], ...]
    sign_of_line: tuple[int, ...]


def draw_photo(
    signs: tuple[Sign, ...], *, size: tuple[int, int] = (900, 600), wall: RGB = (150, 140, 128)
) -> DrawnPhoto:
    """Draw signs on a wall of `size` = (width, height), with a little noise and blur."""
    noise = np.random.default_rng(7).normal(0, 5, (size[1], size[0], 3))
    ground = np.clip(np.array(wall) + noise, 0, 255).astype(np.uint8)
    photo = Image.fromarray(ground)
    draw = ImageDraw.Draw(photo)
    words: list[Polygon] = []
    strings: list[str] = []
    lines: list[tuple[int, ...]] = []
    sign_of_line: list[int] = []
    for number, sign in enumerate(signs):
        draw.rectangle(sign.box, fill=PAINTS[sign.paint])
        row_height = (sign.box[3] - sign.box[1]) / len(sign.lines)
        font = ImageFont.load_default(size=max(10.0, row_height * 0.55))
        for row, line in enumerate(sign.lines):
            x = sign.box[0] + 0.06 * (sign.box[2] - sign.box[0])
            y = sign.box[1] + row_height * (row + 0.18)
            members = []
            for word in line:
                draw.text((x, y), word, font=font, fill=PAINTS[sign.ink])
                left, top, right, bottom = draw.textbbox((x, y), word, font=font)
                members.append(len(words))
                words.append(((left, top), (right, top), (right, bottom), (left, bottom)))
                strings.append(word)
                x = right + 0.4 * row_height * 0.55
            lines.append(tuple(members))
            sign_of_line.append(number)
    image = np.asarray(photo.filter(ImageFilter.GaussianBlur(0.7)))
    return DrawnPhoto(image, tuple(words), tuple(strings), tuple(lines), tuple(sign_of_line))


TWO_SIGNS = (
    Sign((60, 60, 420, 300), "blue", "white", (("CITY", "HALL"), ("Level", "2"), ("Exit", "B"))),
    Sign((520, 330, 840, 520), "yellow", "black", (("WET", "FLOOR"), ("take", "care"))),
)
