"""Things beside the writing: cut-outs from a folder of RGBA pictures, or a few that are drawn.

A cut-out whose file is named by a code point (`1f68c.webp`, as emoji sets are) takes the name of the character; other
files take their own name. Only names of the list below are used: things that stand about where signs are, without
writing of their own.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from whichtext.data.synthesis.palette import mix, paint
from whichtext.errors import InputError

__all__ = ["NOUNS", "CutOut", "CutOutLibrary", "dominant_colour"]

_SUFFIXES = {".webp", ".png"}
_SIDE = 256


@dataclass(frozen=True, slots=True)
class CutOut:
    """A thing: pixels (H, W, 3) float32, alpha (H, W) float32, both cut to the thing; height: metres or so."""

    noun: str
    colour: str | None
    pixels: NDArray[np.float32]
    alpha: NDArray[np.float32]
    height: float
    stands: bool
    """On the ground; else it fits on a shelf."""


_GROUND = """
bus:BUS, TROLLEYBUS:3.0; car:AUTOMOBILE, RECREATIONAL VEHICLE, MINIBUS:1.6; tractor:TRACTOR:2.4; bicycle:BICYCLE:1.1;
truck:DELIVERY TRUCK, PICKUP TRUCK, ARTICULATED LORRY:2.4; scooter:MOTOR SCOOTER, SCOOTER:1.1;
rickshaw:AUTO RICKSHAW:1.8; tree:DECIDUOUS TREE, EVERGREEN TREE, PALM TREE:3.2; cactus:CACTUS:1.0;
dog:DOG, POODLE, GUIDE DOG:0.7; cat:CAT:0.4; horse:HORSE:1.8; cow:COW, OX:1.5; sheep:SHEEP, RAM:1.0; pig:PIG:0.8;
rooster:ROOSTER:0.6; duck:DUCK:0.5; rabbit:RABBIT:0.4; goat:GOAT:1.0; elephant:ELEPHANT:2.6; penguin:PENGUIN:0.8;
chair:CHAIR:1.0; ladder:LADDER:2.2; suitcase:LUGGAGE:0.9; bucket:BUCKET:0.5; basket:BASKET:0.5; broom:BROOM:1.3;
trolley:SHOPPING TROLLEY:1.1; wheelchair:MANUAL WHEELCHAIR:1.1; fire extinguisher:FIRE EXTINGUISHER:0.8;
tent:TENT:1.6; fountain:FOUNTAIN:1.8;
snowman:SNOWMAN WITHOUT SNOW:1.4; traffic light:VERTICAL TRAFFIC LIGHT:1.2; plant:POTTED PLANT:0.9; rock:ROCK:0.6;
sailboat:SAILBOAT:2.0; drum:LONG DRUM:0.8; bell:BELL:0.5; fuel pump:FUEL PUMP:1.6
"""
_SHELF = """
bottle:BOTTLE WITH POPPING CORK, BABY BOTTLE, LOTION BOTTLE:0.5; wine glass:WINE GLASS:0.4; mug:BEER MUG:0.4;
cup:HOT BEVERAGE,
CUP WITH STRAW:0.4; teapot:TEAPOT:0.4; apple:RED APPLE, GREEN APPLE:0.3; banana:BANANA:0.3; lemon:LEMON:0.3;
orange:TANGERINE:0.3;
pear:PEAR:0.3; pineapple:PINEAPPLE:0.5; watermelon:WATERMELON:0.4; strawberry:STRAWBERRY:0.3; tomato:TOMATO:0.3;
carrot:CARROT:0.4;
bread:BREAD:0.4; croissant:CROISSANT:0.3; pretzel:PRETZEL:0.35; cake:SHORTCAKE, BIRTHDAY CAKE:0.4;
doughnut:DOUGHNUT:0.3;
cupcake:CUPCAKE:0.3; burger:HAMBURGER:0.35; pizza:SLICE OF PIZZA:0.4; ice cream:SOFT ICE CREAM:0.45;
cheese:CHEESE WEDGE:0.3;
teddy bear:TEDDY BEAR:0.5; ball:SOCCER BALL, BASKETBALL AND HOOP, VOLLEYBALL:0.4; guitar:GUITAR:0.9;
trumpet:TRUMPET:0.5;
violin:VIOLIN:0.6; trophy:TROPHY:0.5; camera:CAMERA:0.35; radio:RADIO:0.4; lamp:DIYA LAMP:0.3;
 key:KEY:0.3; lock:LOCK:0.35; shoe:MANS SHOE, ATHLETIC
SHOE:0.35; boot:HIKING BOOT, WOMANS BOOTS:0.45; hat:WOMANS HAT, TOP HAT:0.4; cap:BILLED CAP:0.35;
handbag:HANDBAG:0.45; gloves:GLOVES:0.35;
glasses:EYEGLASSES:0.25; rose:ROSE:0.5; tulip:TULIP:0.5; sunflower:SUNFLOWER:0.5; bouquet:BOUQUET:0.55;
mushroom:MUSHROOM:0.35;
present:WRAPPED PRESENT:0.4; globe:EARTH GLOBE EUROPE-AFRICA, GLOBE WITH MERIDIANS:0.45; hammer:HAMMER:0.45;
wrench:WRENCH:0.4;
toolbox:TOOLBOX:0.45; jar:JAR, HONEY POT:0.4; basket:BASKET:0.45; crown:CROWN:0.35; hourglass:HOURGLASS:0.4;
balloon:BALLOON:0.6;
fish:FISH, TROPICAL FISH:0.4; parrot:PARROT:0.5; owl:OWL:0.5; butterfly:BUTTERFLY:0.3; corn:EAR OF MAIZE:0.4;
grapes:GRAPES:0.35;
backpack:SCHOOL SATCHEL:0.5; microscope:MICROSCOPE:0.5; light bulb:ELECTRIC LIGHT BULB:0.35; egg:EGG:0.25
"""


def _table(rows: str, stands: bool) -> dict[str, tuple[str, float, bool]]:
    table = {}
    for row in " ".join(rows.split()).split(";"):
        noun, names, height = row.strip().rsplit(":", 2)
        for name in names.split(","):
            table[name.strip()] = (noun, float(height), stands)
    return table


_KNOWN: Mapping[str, tuple[str, float, bool]] = MappingProxyType(_table(_SHELF, False) | _table(_GROUND, True))
NOUNS = frozenset(noun for noun, _, _ in _KNOWN.values()) | {"ball", "bottle", "cone", "flower pot", "bucket", "mug"}
"""Everything that a thing may be called."""


class CutOutLibrary:
    """Things to pick from; without a folder those that are drawn."""

    def __init__(self, folder: Path | None = None) -> None:
        self._files: tuple[tuple[Path, str, float, bool], ...] = ()
        if folder is None:
            return
        if not folder.is_dir():
            raise InputError(f"the folder of cut-outs {str(folder)!r} does not exist")
        files = []
        for path in sorted(folder.rglob("*"), key=lambda path: path.name):
            if path.suffix.lower() in _SUFFIXES and (known := _KNOWN.get(_name_of(path.stem))):
                files.append((path, *known))
        if not files:
            raise InputError(f"no cut-out with a known name below {str(folder)!r}; see docs/synthesis.md for the names")
        self._files = tuple(files)

    def pick(self, rng: np.random.Generator, *, stands: bool | None = None) -> CutOut:
        """A thing that stands on the ground, or on a shelf."""
        if not self._files:
            return _drawn(rng, stands)
        files = [file for file in self._files if stands is None or file[3] == stands] or list(self._files)
        path, noun, height, is_on_ground = files[int(rng.integers(len(files)))]
        pixels, alpha, colour = _read(path)
        return CutOut(noun, colour, pixels, alpha, height, is_on_ground)


def _name_of(stem: str) -> str:
    """A character's name for a code point in hexadecimals, else the words of the file's name in capitals."""
    if re.fullmatch(r"[0-9a-fA-F]{4,6}", stem):
        return unicodedata.name(chr(int(stem, 16)), "") if int(stem, 16) <= 0x10FFFF else ""
    return re.sub(r"[-_]+", " ", stem).upper().strip()


@lru_cache(maxsize=256)
def _read(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32], str | None]:
    try:
        with Image.open(path) as opened:
            if max(opened.size) > 4096:
                raise InputError(
                    f"the cut-out {str(path)!r} is {opened.width}×{opened.height} pixels; 4096 is the limit"
                )
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"the cut-out {str(path)!r} cannot be read: {error}") from error
    picture = picture.crop(picture.getchannel("A").point(lambda value: 255 * (value > 24)).getbbox())
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    array = np.asarray(picture, dtype=np.float32)
    pixels, alpha = array[..., :3].copy(), array[..., 3] / np.float32(255)
    return pixels, alpha, dominant_colour(pixels[alpha > 0.6])


def dominant_colour(pixels: NDArray[np.float32]) -> str | None:
    """Name of the colour of more than half of the pixels (N, 3); None where no colour dominates."""
    if not len(pixels):
        return None
    names = _named(pixels[:: max(1, len(pixels) // 2000)] / np.float32(255))
    values, counts = np.unique(names, return_counts=True)
    best = int(counts.argmax())
    return str(values[best]) if counts[best] > 0.52 * len(names) else None


def _named(colours: NDArray[np.float32]) -> NDArray[np.str_]:
    """Colour names of (N, 3) in [0, 1], by hue, saturation and value."""
    high, low = colours.max(axis=1), colours.min(axis=1)
    spread = np.maximum(high - low, 1e-6)
    saturation = spread / np.maximum(high, 1e-6)
    r, g, b = colours.T
    hue = (
        np.where(high == r, (g - b) / spread % 6, np.where(high == g, (b - r) / spread + 2, (r - g) / spread + 4)) * 60
    )
    steps = [14, 40, 66, 165, 195, 255, 310, 338]
    wheel = np.array(["red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "red"])
    names: NDArray[np.str_] = wheel[np.searchsorted(steps, hue)].astype("<U9")
    names[(names == "red") & (saturation < 0.6)] = "pink"
    names[(names == "orange") & ((high < 0.72) | (saturation < 0.5))] = "brown"
    names[(names == "yellow") & (saturation < 0.4)] = "cream"
    is_plain = saturation < 0.14
    names[is_plain] = np.where(high > 0.82, "white", np.where(high > 0.34, "grey", "black"))[is_plain]
    names[high < 0.2] = "black"
    return names


def _drawn(rng: np.random.Generator, stands: bool | None) -> CutOut:
    """A ball, bottle, cone, flower pot, bucket or mug, shaded like a round body."""
    on_ground = bool(rng.random() < 0.5) if stands is None else stands
    noun = str(rng.choice(["cone", "flower pot", "bucket"] if on_ground else ["ball", "bottle", "mug"]))
    colour = (
        "orange" if noun == "cone" else str(rng.choice(["red", "blue", "green", "yellow", "white", "black", "purple"]))
    )
    tone = paint(rng, colour)
    width, height = {"cone": (180, 256), "flower pot": (200, 256), "bucket": (220, 230), "ball": (220, 220)}.get(
        noun, (200, 220)
    )
    width, height = (100, 256) if noun == "bottle" else (width, height)
    image = Image.new("RGB", (width, height), tone)
    mask = Image.new("L", (width, height), 0)
    draw, cut = ImageDraw.Draw(image), ImageDraw.Draw(mask)
    w, h = width - 1, height - 1
    if noun == "ball":
        cut.ellipse((0, 0, w, h), fill=255)
    elif noun == "bottle":
        cut.rounded_rectangle((0, h * 0.33, w, h), 18, fill=255)
        cut.polygon(
            [
                (w * 0.35, 0),
                (w * 0.65, 0),
                (w * 0.65, h * 0.2),
                (w * 0.98, h * 0.4),
                (w * 0.02, h * 0.4),
                (w * 0.35, h * 0.2),
            ],
            fill=255,
        )
        draw.rectangle((0, 0, w, h * 0.08), fill=mix(tone, (20, 20, 20), 0.6))
    elif noun == "cone":
        cut.polygon([(w * 0.44, 0), (w * 0.56, 0), (w * 0.84, h * 0.9), (w * 0.16, h * 0.9)], fill=255)
        cut.rounded_rectangle((0, h * 0.88, w, h), 8, fill=255)
        draw.rectangle((0, h * 0.35, w, h * 0.52), fill=(236, 236, 232))
        draw.rectangle((0, h * 0.66, w, h * 0.78), fill=(236, 236, 232))
    elif noun == "flower pot":
        for x, y in rng.uniform([0.2, 0.05], [0.8, 0.5], (26, 2)):
            leaf = (x * w - 26, y * h - 12, x * w + 26, y * h + 30)
            draw.ellipse(leaf, fill=(int(50 * rng.uniform(0.6, 1.5)), int(112 * rng.uniform(0.6, 1.4)), 46))
            cut.ellipse(leaf, fill=255)
        draw.rectangle((0, h * 0.56, w, h), fill=tone)
        draw.rectangle((0, h * 0.56, w, h * 0.66), fill=mix(tone, (255, 255, 255), 0.12))
        cut.polygon([(w * 0.1, h * 0.56), (w * 0.9, h * 0.56), (w * 0.76, h), (w * 0.24, h)], fill=255)
    else:
        cut.polygon([(w * 0.02, h * 0.12), (w * 0.98, h * 0.12), (w * 0.8, h), (w * 0.2, h)], fill=255)
        cut.ellipse((w * 0.02, 0, w * 0.98, h * 0.24), fill=255)
        draw.ellipse((w * 0.06, h * 0.02, w * 0.94, h * 0.22), fill=mix(tone, (10, 10, 12), 0.55))
    pixels = np.asarray(image, dtype=np.float32).copy()
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    light = np.interp(x, [-1, -0.45, 0.2, 1], [0.72, 1.16, 0.98, 0.5]).astype(np.float32) * (1.05 - 0.14 * y)
    if noun == "ball":
        light = 1.2 - 0.5 * np.hypot(x + 0.35, y + 0.4)
    pixels *= light[..., None]
    size = {"cone": 0.7, "flower pot": 0.7, "bucket": 0.5}.get(noun, 0.4)
    return CutOut(noun, colour, pixels, np.asarray(mask, dtype=np.float32) / np.float32(255), size, on_ground)
