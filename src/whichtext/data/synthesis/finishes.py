"""Materials: how the bare surface of a carrier looks before it is written on.

Each finish paints `Art.image` and `Art.mask` at twice the size of the sheet, in unit coordinates of the surface.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from whichtext.data.synthesis.noise import fractal_noise, soft_noise
from whichtext.data.synthesis.outlines import Outline
from whichtext.data.synthesis.palette import Paint, colour_clash, mix, paint

__all__ = ["FINISHES", "Art"]

Floats = NDArray[np.floating[Any]]
_BLACK: Paint = (22, 22, 24)
_WHITE: Paint = (240, 240, 238)


class Art:
    """A surface while it is being painted."""

    def __init__(
        self,
        rng: np.random.Generator,
        size: tuple[int, int],
        outline: Outline,
        scheme: tuple[str, str, str],
        paints: dict[str, Paint],
    ) -> None:
        self.rng = rng
        self.width, self.height = 2 * size[0], 2 * size[1]
        self.outline = outline
        self.area = outline.area
        self.scheme = scheme
        self.text_scheme = scheme
        """Names of ground, ink and accent where the writing stands."""
        self.paints = paints
        self.image = Image.new("RGB", (self.width, self.height), paints[scheme[0]])
        self.draw = ImageDraw.Draw(self.image)
        self.mask = Image.new("L", (self.width, self.height), 0)
        ImageDraw.Draw(self.mask).polygon(self.pixels(outline.points), fill=255)

    @property
    def ground(self) -> Paint:
        """Main colour."""
        return self.paints[self.scheme[0]]

    @property
    def ink(self) -> Paint:
        """Colour of the letters."""
        return self.paints[self.scheme[1]]

    @property
    def accent(self) -> Paint:
        """Second colour."""
        return self.paints[self.scheme[2]]

    def pixels(self, points: Floats) -> list[tuple[float, float]]:
        """Unit points as pixels."""
        return [(float(x) * (self.width - 1), float(y) * (self.height - 1)) for x, y in points]

    def inset(self, share: float) -> NDArray[np.float64]:
        """The outline moved inwards by a share of the shorter side."""
        by = share * min(self.width, self.height)
        factors = np.array([1 - 2 * by / self.width, 1 - 2 * by / self.height])
        centre = np.array([0.5, 0.5])
        if self.outline.name in {"triangle", "arrow"}:  # keep the band as wide at the tip as elsewhere
            centre = self.outline.points.mean(axis=0)
            factors = np.full(2, float(factors.min())) if self.outline.name == "triangle" else factors
        shrunk: NDArray[np.float64] = centre + (self.outline.points - centre) * factors
        return shrunk

    def fill(self, points: Floats, colour: Paint) -> None:
        """Fill a polygon."""
        self.draw.polygon(self.pixels(points), fill=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Paint, *, radius: float = 0.0) -> None:
        """Fill a rectangle; radius in heights."""
        left, top = x0 * self.width, y0 * self.height
        corners = (left, top, max(left, x1 * self.width - 1), max(top, y1 * self.height - 1))
        self.draw.rounded_rectangle(corners, radius * self.height, fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Paint) -> None:
        """Fill a circle; radius in heights."""
        cx, cy, r = x * self.width, y * self.height, radius * self.height
        self.draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)

    def multiply(self, factor: Floats) -> None:
        """Multiply the picture by (H, W) of its own or of a smaller size."""
        light = np.asarray(factor, dtype=np.float32)
        if light.shape != (self.height, self.width):
            light = np.asarray(Image.fromarray(light).resize((self.width, self.height), Image.Resampling.BILINEAR))
        changed = np.clip(np.asarray(self.image, dtype=np.float32) * light[..., None], 0, 255)
        self.image = Image.fromarray(changed.astype(np.uint8))
        self.draw = ImageDraw.Draw(self.image)


def border(art: Art, *, often: float = 0.75) -> None:
    """One line or two along the edge, of the accent colour where that differs from the ground."""
    colour = art.accent if colour_clash(art.scheme[2], art.scheme[0]) < 0 else art.ink
    if art.rng.random() > often:
        return
    thickness = float(art.rng.uniform(0.025, 0.07))
    gap = float(art.rng.choice([0.0, 0.0, 0.03]))
    art.fill(art.inset(gap), colour)
    art.fill(art.inset(gap + thickness), art.ground)


def band(art: Art) -> None:
    """A stripe of the accent colour along the top or bottom, beside the area of the text."""
    if colour_clash(art.scheme[2], art.scheme[0]) >= 0:
        return
    share = float(art.rng.uniform(0.06, 0.16))
    x0, y0, x1, y1 = art.area
    if art.rng.random() < 0.5:
        art.box(0, 0, 1, share, art.accent)
        art.area = (x0, max(y0, share + 0.04), x1, y1)
    else:
        art.box(0, 1 - share, 1, 1, art.accent)
        art.area = (x0, y0, x1, min(y1, 0.96 - share))


def screws(art: Art) -> None:
    """Small screw heads in the corners."""
    radius = 0.022 if art.width < 3 * art.height else 0.035
    for x in (0.03, 0.97):
        for y in (0.09, 0.91):
            art.disc(x, y, radius * 1.25, mix(art.ground, _BLACK, 0.4))
            art.disc(x, y - radius * 0.2, radius, (168, 170, 172))


def painted(art: Art) -> None:
    """Painted sheet or wood."""
    border(art, often=0.6)
    if art.outline.name in {"rectangle", "strip"} and art.rng.random() < 0.3:
        screws(art)


def enamel(art: Art) -> None:
    """Road signs and enamel plates: clear border, gloss."""
    if art.outline.name in {"round", "triangle"} and art.scheme[0] in {"white", "yellow"}:
        ring = art.paints.setdefault("red", paint(art.rng, "red"))
        art.fill(art.outline.points, ring)
        art.fill(art.inset(float(art.rng.uniform(0.08, 0.12))), art.ground)
        return
    border(art, often=0.9)
    if art.outline.name in {"rectangle", "strip"} and art.rng.random() < 0.4:
        screws(art)


def paper(art: Art) -> None:
    """Posters, notices, labels: a picture, a band, tape."""
    if art.outline.name in {"rectangle", "square"} and art.height > 1.1 * art.width and art.rng.random() < 0.55:
        picture(art)
    elif art.outline.name in {"rectangle", "square"} and art.rng.random() < 0.35:
        band(art)
    else:
        border(art, often=0.35)
    if art.outline.name == "rectangle" and art.rng.random() < 0.3:
        art.multiply(
            1 + 0.035 * np.sign(np.linspace(-1, 1, 16) - art.rng.uniform(-0.3, 0.3))[:, None] * np.ones((1, 2))
        )


def picture(art: Art) -> None:
    """A landscape or an abstract pattern on a part of the sheet; the writing keeps to the rest."""
    rng = art.rng
    split = float(rng.uniform(0.38, 0.58))
    is_above = bool(rng.random() < 0.6)
    top, bottom = (0.0, split) if is_above else (1 - split, 1.0)
    rows, columns = 48, 36
    tones = [
        np.array(
            paint(rng, str(rng.choice(["blue", "orange", "green", "turquoise", "purple", "pink", "cream", "brown"]))),
            float,
        )
        for _ in range(3)
    ]
    t = np.linspace(0, 1, rows)[:, None, None]
    field = tones[0] * (1 - t) + tones[1] * t + np.zeros((rows, columns, 1))
    for ridge in range(int(rng.integers(1, 4))):
        line = rows * (0.45 + 0.18 * ridge) + 5 * soft_noise(rng, (1, columns), 9.0)[0]
        below = np.arange(rows)[:, None] > line[None, :]
        field[below] = tones[2] * (0.95 - 0.22 * ridge)
    if rng.random() < 0.6:
        y, x = np.mgrid[0:rows, 0:columns]
        sun = np.hypot(
            y - rows * rng.uniform(0.2, 0.45), (x - columns * rng.uniform(0.2, 0.8)) * 1.0
        ) < rows * rng.uniform(0.07, 0.16)
        field[sun] = np.array([250, 226, 170])
    field *= 1 + 0.05 * fractal_noise(rng, (rows, columns), (12.0, 3.0))[..., None]
    panel = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8)).resize(
        (art.width, max(2, int((bottom - top) * art.height))), Image.Resampling.BICUBIC
    )
    art.image.paste(panel, (0, int(top * art.height)))
    x0, y0, x1, y1 = art.area
    art.area = (x0, max(y0, split + 0.03), x1, y1) if is_above else (x0, y0, x1, min(y1, 0.97 - split))


def cloth(art: Art) -> None:
    """Banner: hems, eyelets."""
    border(art, often=0.3)
    hem = mix(art.ground, _BLACK, 0.12)
    art.box(0, 0, 1, 0.025, hem)
    art.box(0, 0.975, 1, 1, hem)
    for x in np.linspace(0.015, 0.985, 6):
        for y in (0.045, 0.955):
            art.disc(float(x), y, 0.016, (150, 152, 154))
    if art.rng.random() < 0.3:
        band(art)


def wood(art: Art) -> None:
    """Board in a wooden frame."""
    _frame(
        art,
        paint(art.rng, str(art.rng.choice(["brown", "brown", "grey", "black"]))),
        float(art.rng.uniform(0.05, 0.085)),
    )
    if art.rng.random() < 0.3:
        _pins(art)


def chalk(art: Art) -> None:
    """Chalkboard: smudged slate in a wooden frame."""
    small = (max(8, art.height // 8), max(8, art.width // 8))
    art.multiply(1 + 0.1 * fractal_noise(art.rng, small, (24.0, 8.0, 3.0)))
    haze = np.clip(fractal_noise(art.rng, small, (18.0, 6.0)), 0, 2)
    image = np.asarray(art.image, dtype=np.float32)
    haze = np.asarray(Image.fromarray(haze.astype(np.float32)).resize((art.width, art.height)))
    art.image = Image.fromarray(np.clip(image + 9 * haze[..., None], 0, 255).astype(np.uint8))
    art.draw = ImageDraw.Draw(art.image)
    _frame(art, paint(art.rng, "brown"), float(art.rng.uniform(0.05, 0.08)))


def _frame(art: Art, colour: Paint, share: float) -> None:
    by = share * min(art.width, art.height)
    fx, fy = by / art.width, by / art.height
    lit, dark = mix(colour, _WHITE, 0.14), mix(colour, _BLACK, 0.3)
    for points, tone in (
        ([(0, 0), (1, 0), (1 - fx, fy), (fx, fy)], lit),
        ([(0, 1), (1, 1), (1 - fx, 1 - fy), (fx, 1 - fy)], dark),
        ([(0, 0), (fx, fy), (fx, 1 - fy), (0, 1)], colour),
        ([(1, 0), (1 - fx, fy), (1 - fx, 1 - fy), (1, 1)], mix(colour, _BLACK, 0.15)),
    ):
        art.fill(np.array(points), tone)
    art.box(fx, fy, 1 - fx, fy + 0.014, mix(art.ground, _BLACK, 0.35))
    x0, y0, x1, y1 = art.area
    art.area = (max(x0, fx + 0.035), max(y0, fy + 0.045), min(x1, 1 - fx - 0.035), min(y1, 1 - fy - 0.035))


def _pins(art: Art) -> None:
    for x in (0.1, 0.9):
        art.disc(x, 0.12, 0.014, paint(art.rng, str(art.rng.choice(["red", "blue", "green", "yellow"]))))


def metal(art: Art) -> None:
    """Brushed metal."""
    lines = art.rng.normal(1, 0.035, (art.height // 2, 1)) * np.ones((1, max(2, art.width // 16)))
    art.multiply(lines)
    border(art, often=0.7)
    if art.outline.name != "round":
        screws(art)


def screen(art: Art) -> None:
    """Display with a dark case."""
    case: Paint = (34, 35, 38) if art.rng.random() < 0.7 else (88, 90, 94)
    _frame(art, case, float(art.rng.uniform(0.035, 0.06)))
    art.multiply(1 + 0.04 * np.linspace(1, -1, 8)[:, None] * np.ones((1, 2)))


def shirt(art: Art) -> None:
    """T-shirt: collar, sleeve seams, hem."""
    dark = mix(art.ground, _BLACK, 0.28)
    light = mix(art.ground, _WHITE, 0.08)
    collar = art.accent if colour_clash(art.scheme[2], art.scheme[0]) < 0 else dark
    art.draw.ellipse((0.36 * art.width, -0.09 * art.height, 0.64 * art.width, 0.1 * art.height), fill=collar)
    art.draw.ellipse(
        (0.385 * art.width, -0.1 * art.height, 0.615 * art.width, 0.075 * art.height), fill=mix(art.ground, _BLACK, 0.6)
    )
    wide = max(2, art.width // 150)
    for side in (0.0, 1.0):
        points = [(abs(side - 0.22), 0.07), (abs(side - 0.235), 0.2), (abs(side - 0.212), 0.32)]
        art.draw.line(art.pixels(np.array(points)), fill=dark, width=wide)
    art.draw.line(art.pixels(np.array([(0.2, 0.955), (0.8, 0.955)])), fill=mix(dark, light, 0.3), width=wide)


def letters(art: Art) -> None:
    """Letters fixed to the wall: nothing but writing."""
    art.mask = Image.new("L", (art.width, art.height), 255)
    art.image.paste(art.ink, (0, 0, art.width, art.height))


def glass(art: Art) -> None:
    """Shop window: dark pane with reflections in a frame."""
    rng = art.rng
    inside = fractal_noise(rng, (art.height // 8, art.width // 8), (30.0, 9.0))
    art.multiply(np.clip(1 + 0.5 * np.clip(inside, -0.8, 2.2), 0.4, 2.2))
    art.image = art.image.filter(ImageFilter.GaussianBlur(4))
    layer = Image.new("L", art.image.size, 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(3):
        x, w = rng.uniform(-0.4, 1), rng.uniform(0.05, 0.3)
        draw.polygon(
            art.pixels(np.array([(x, 1), (x + w, 1), (x + w + 0.4, 0), (x + 0.4, 0)])), fill=int(rng.integers(10, 34))
        )
    art.image.paste(Image.new("RGB", art.image.size, (200, 214, 226)), (0, 0), layer)
    art.draw = ImageDraw.Draw(art.image)
    _frame(
        art, paint(rng, str(rng.choice(["white", "grey", "brown", "green", "black"]))), float(rng.uniform(0.04, 0.07))
    )


def carton(art: Art) -> None:
    """Box: a lid edge, a coloured panel."""
    if art.rng.random() < 0.5:
        border(art, often=1.0)
    else:
        band(art)
    art.box(0, 0, 1, 0.018, mix(art.ground, _WHITE, 0.35))
    art.multiply(np.linspace(1.05, 0.88, 8)[:, None] * np.ones((1, 2)))


def bottle(art: Art) -> None:
    """Glass or plastic with a paper label; the writing stands on the label."""
    rng = art.rng
    tone = art.ground
    cap = paint(rng, str(rng.choice(["red", "white", "black", "gold", "blue"])))
    art.box(0, 0, 1, 0.1, cap)
    art.box(0, 0.1, 1, 0.115, mix(tone, _BLACK, 0.5))
    label = "cream" if rng.random() < 0.4 else "white"
    if colour_clash(label, art.scheme[0]) >= 0:
        label = "yellow"
    art.paints.setdefault(label, paint(rng, label))
    art.box(0, 0.49, 1, 0.89, art.paints[label])
    ink = str(rng.choice(["black", "red", "blue", "green"]))
    if colour_clash(ink, label) >= 0:
        ink = "black"
    art.paints.setdefault(ink, paint(rng, ink))
    art.box(0, 0.5, 1, 0.515, art.paints[ink])
    art.box(0, 0.865, 1, 0.88, art.paints[ink])
    art.text_scheme = (label, ink, ink)


def vehicle(art: Art) -> None:
    """Van or bus from its side."""
    if art.outline.name == "irregular":
        _van(art)
    else:
        _bus(art)


def _van(art: Art) -> None:
    dark = mix(art.ground, _BLACK, 0.3)
    art.box(0, 0.76, 1, 0.88, (40, 42, 46))
    art.box(0, 0.62, 0.9, 0.635, dark)
    art.box(0, 0.0, 0.78, 0.025, mix(art.ground, _WHITE, 0.4))
    glass: Paint = (44, 54, 64)
    art.fill(np.array([(0.715, 0.12), (0.785, 0.12), (0.862, 0.37), (0.862, 0.41), (0.715, 0.41)]), glass)
    art.fill(np.array([(0.73, 0.13), (0.76, 0.13), (0.80, 0.4), (0.75, 0.4)]), (104, 120, 132))
    for x in (0.7, 0.875):
        art.draw.line(
            art.pixels(np.array([(x, 0.07 if x < 0.8 else 0.42), (x, 0.75)])), fill=dark, width=max(2, art.width // 260)
        )
    art.box(0.72, 0.49, 0.755, 0.505, dark)
    art.box(0.965, 0.56, 1.0, 0.64, (238, 232, 208))
    art.box(0.0, 0.4, 0.012, 0.6, (150, 24, 24))
    _wheels(art, (0.19, 0.83), 0.128)


def _bus(art: Art) -> None:
    dark: Paint = (36, 42, 48)
    art.box(0.015, 0.1, 0.985, 0.44, dark)
    for number in range(7):
        x = 0.025 + number * 0.137
        art.box(x, 0.12, x + 0.125, 0.42, mix(dark, (110, 128, 140), float(art.rng.uniform(0.15, 0.45))))
    art.box(0, 0.45, 1, 0.465, mix(art.ground, _BLACK, 0.3))
    art.box(0, 0.8, 1, 0.89, mix(art.ground, _BLACK, 0.65))
    _wheels(art, (0.17, 0.79), 0.115)
    art.area = (0.27, 0.5, 0.7, 0.79) if art.rng.random() < 0.5 else (0.05, 0.48, 0.95, 0.7)


def _wheels(art: Art, places: tuple[float, ...], radius: float) -> None:
    mask = ImageDraw.Draw(art.mask)
    for x in places:
        y = 0.995 - radius
        cx, cy, r = x * art.width, y * art.height, radius * art.height
        mask.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)
        art.disc(x, y - 0.01, radius * 1.16, (30, 31, 34))
        art.disc(x, y, radius, (24, 24, 26))
        art.disc(x, y, radius * 0.62, (150, 153, 158))
        art.disc(x, y, radius * 0.5, (104, 107, 112))
        art.disc(x, y, radius * 0.16, (168, 170, 174))


FINISHES: Mapping[str, Callable[[Art], None]] = MappingProxyType(
    {
        "painted": painted,
        "enamel": enamel,
        "paper": paper,
        "cloth": cloth,
        "wood": wood,
        "chalk": chalk,
        "metal": metal,
        "screen": screen,
        "shirt": shirt,
        "letters": letters,
        "glass": glass,
        "box": carton,
        "bottle": bottle,
        "vehicle": vehicle,
    }
)
