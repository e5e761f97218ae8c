"""Small photos that the tests draw themselves, with the truth about every text in them; the same pixels every time.

Only Pillow's own font is used. Coordinates are pixels, polygons clockwise from the text's own top-left corner.
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from whichtext.types import Box, Polygon

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "black": (20, 20, 22),
    "white": (242, 242, 240),
    "red": (196, 28, 34),
    "blue": (24, 66, 158),
    "green": (22, 118, 62),
    "yellow": (244, 208, 44),
    "grey": (150, 150, 150),
    "brown": (112, 70, 40),
}


@dataclass(frozen=True)
class DrawnText:
    """One line of writing and what is true about it."""

    string: str
    polygon: Polygon
    ink: str
    ground: str
    sign: Box
    """The surface it is on."""
    shape: str
    """rectangle or round."""

    @property
    def box(self) -> Box:
        xs, ys = [x for x, _ in self.polygon], [y for _, y in self.polygon]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class DrawnScene:
    """A picture and the truth about it."""

    image: Image.Image
    texts: tuple[DrawnText, ...]

    @property
    def pixels(self) -> np.ndarray:
        """(H, W, 3) uint8 RGB."""
        return np.asarray(self.image)

    @property
    def words(self) -> list[tuple[Polygon, str | None]]:
        """Every drawn line as one given region, for `Reader.scene`."""
        return [(text.polygon, text.string) for text in self.texts]

    def text(self, string: str) -> DrawnText:
        """The only drawn text with that wording."""
        (found,) = (text for text in self.texts if text.string == string)
        return found

    def encoded(self, format: str = "PNG") -> bytes:
        """The picture as the bytes of a file."""
        buffer = BytesIO()
        self.image.save(buffer, format)
        return buffer.getvalue()


def backdrop(width: int, height: int, colour: Colour, *, seed: int) -> Image.Image:
    """A plastered wall: one colour with soft stains and grain."""
    rng = np.random.default_rng(seed)
    stains = Image.fromarray(rng.normal(0, 7, (6, 8)).astype(np.float32)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = rng.normal(0, 2, (height, width))
    pixels = np.array(colour, float)[None, None] + (np.asarray(stains) + grain)[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def put_sign(
    image: Image.Image,
    lines: list[str],
    *,
    centre: tuple[float, float],
    size: int,
    ink: str,
    ground: str,
    shape: str = "rectangle",
    margin: float = 0.45,
) -> tuple[DrawnText, ...]:
    """Draw a sign with centred lines of letters `size` pixels high and return the truth about each line."""
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size * 1.35)
    stroke = max(1, round(size / 24))
    boxes = [draw.textbbox((0, 0), line, font=font, stroke_width=stroke) for line in lines]
    pitch = size * 1.6
    width = max(box[2] - box[0] for box in boxes) + 2 * margin * size
    height = pitch * (len(lines) - 1) + size + 2 * margin * size
    if shape == "round":
        width = height = float(np.hypot(width, height) * 0.86)
    x, y = centre
    sign = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shadow = tuple(value + 3 for value in sign)
    if shape == "round":
        draw.ellipse(shadow, fill=(70, 70, 70))
        draw.ellipse(sign, fill=COLOURS[ground])
    else:
        draw.rectangle(shadow, fill=(70, 70, 70))
        draw.rectangle(sign, fill=COLOURS[ground])
    texts = []
    for number, (line, box) in enumerate(zip(lines, boxes, strict=True)):
        line_y = y + (number - (len(lines) - 1) / 2) * pitch
        origin = (x - (box[0] + box[2]) / 2, line_y - (box[1] + box[3]) / 2)
        draw.text(origin, line, font=font, fill=COLOURS[ink], stroke_width=stroke, stroke_fill=COLOURS[ink])
        x0, y0, x1, y1 = (float(value) for value in draw.textbbox(origin, line, font=font, stroke_width=stroke))
        polygon = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        texts.append(DrawnText(string=line, polygon=polygon, ink=ink, ground=ground, sign=sign, shape=shape))
    return tuple(texts)


def street() -> DrawnScene:
    """Five different signs on a pale wall, 800×600: every text can be told from the others in several ways."""
    image = backdrop(800, 600, (196, 190, 178), seed=1)
    texts = (
        *put_sign(image, ["LIBRARY"], centre=(190, 110), size=44, ink="white", ground="blue"),
        *put_sign(image, ["STOP"], centre=(650, 130), size=40, ink="white", ground="red", shape="round"),
        *put_sign(image, ["SALE"], centre=(400, 300), size=64, ink="black", ground="yellow"),
        *put_sign(image, ["555 0142"], centre=(180, 480), size=36, ink="black", ground="white"),
        *put_sign(image, ["PARK"], centre=(630, 480), size=40, ink="white", ground="green"),
    )
    return DrawnScene(image=image, texts=texts)


def two_exits() -> DrawnScene:
    """The same green sign twice, 640×360: "the exit sign" is ambiguous, "the exit sign on the left" is not."""
    image = backdrop(640, 360, (206, 204, 198), seed=2)
    texts = (
        *put_sign(image, ["EXIT"], centre=(140, 180), size=44, ink="white", ground="green"),
        *put_sign(image, ["EXIT"], centre=(500, 180), size=44, ink="white", ground="green"),
    )
    return DrawnScene(image=image, texts=texts)


def shop_sign() -> DrawnScene:
    """One white board of three lines beside a red one, 720×400: lines that share a sign make a block."""
    image = backdrop(720, 400, (150, 158, 150), seed=3)
    texts = (
        *put_sign(
            image,
            ["OPEN DAILY", "9:00 - 17:30", "CLOSED SUNDAY"],
            centre=(230, 200),
            size=30,
            ink="black",
            ground="white",
        ),
        *put_sign(image, ["BREAD"], centre=(570, 200), size=48, ink="white", ground="red"),
    )
    return DrawnScene(image=image, texts=texts)


def blank() -> DrawnScene:
    """A wall without any text, 320×240."""
    return DrawnScene(image=backdrop(320, 240, (180, 180, 176), seed=4), texts=())
