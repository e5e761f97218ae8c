"""Draw the example picture that ships with the package: a street with a bakery, a hotel, signs and a white van.

    apt-get install fonts-b612 fonts-bebas-neue fonts-lato fonts-liberation fonts-lobster fonts-roboto-slab  # Debian
    python tools/draw_examples.py

Every surface is a flat picture in metres that a pinhole camera projects, so that the writing has true perspective.
World: x to the right, y up, z away from the camera, in metres; the camera stands at x = z = 0. The result depends on
nothing but the seed and the fonts (all under free licences; only the picture ships).
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

OUTPUT = Path(__file__).resolve().parent.parent / "src" / "whichtext" / "examples" / "street.jpg"
WIDTH, HEIGHT = 1440, 960
OVERSAMPLING = 2
DENSITY = 190.0  # texture pixels per metre, above what the camera resolves at the facade
SEED = 20
WHEELS = (0.88, 3.92)  # metres from the rear of the van

FONTS = {
    "slab": "/usr/share/fonts/opentype/roboto/slab/RobotoSlab-Bold.otf",
    "script": "/usr/share/fonts/opentype/lobster/lobster.otf",
    "caps": "/usr/share/fonts/opentype/bebas-neue/BebasNeue-Bold.otf",
    "sans": "/usr/share/fonts/truetype/lato/Lato-Bold.ttf",
    "heavy": "/usr/share/fonts/truetype/lato/Lato-Black.ttf",
    "road": "/usr/share/fonts/opentype/b612/B612-Bold.otf",
    "plate": "/usr/share/fonts/truetype/liberation/LiberationSansNarrow-Bold.ttf",
}

Colour = tuple[int, int, int]
Floats = NDArray[np.floating[Any]]
Point3 = tuple[float, float, float]


@dataclass(frozen=True)
class Camera:
    """A pinhole camera; angles in degrees, focal length in pixels of the final picture."""

    height: float = 1.65
    yaw: float = 14.0
    pitch: float = 4.2
    focal: float = 1215.0

    def project(self, points: Floats) -> Floats:
        """Project (P, 3) world points to (P, 2) pixels of the oversampled picture."""
        yaw, pitch = np.radians(self.yaw), np.radians(self.pitch)
        forward = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
        right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
        up = np.array([-np.sin(yaw) * np.sin(pitch), np.cos(pitch), -np.cos(yaw) * np.sin(pitch)])
        seen = np.asarray(points, dtype=float) - np.array([0.0, self.height, 0.0])
        depth = seen @ forward
        if (depth <= 0.1).any():
            raise ValueError("a surface reaches behind the camera")
        x = WIDTH / 2 + self.focal * (seen @ right) / depth
        y = HEIGHT / 2 - self.focal * (seen @ up) / depth
        return np.stack([x, y], axis=1) * OVERSAMPLING


class Surface:
    """A flat picture in metres, origin at its bottom left; drawn in RGBA and then projected."""

    def __init__(self, width: float, height: float, colour: Colour | None, *, density: float = DENSITY) -> None:
        self.width, self.height, self.density = width, height, density
        size = (round(width * density), round(height * density))
        self.image = Image.new("RGBA", size, (0, 0, 0, 0) if colour is None else (*colour, 255))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Pixels of a rectangle given in metres."""
        top, bottom = self.height - y1, self.height - y0
        return x0 * self.density, top * self.density, x1 * self.density - 1, bottom * self.density - 1

    def fill(
        self, area: tuple[float, float, float, float], colour: Colour, *, radius: float = 0.0, alpha: int = 255
    ) -> None:
        """Fill a rectangle (x0, y0, x1, y1 in metres) with rounded corners, mixing by `alpha`."""
        layer = Image.new("RGBA", self.image.size, (*colour, 0))
        ImageDraw.Draw(layer).rounded_rectangle(self.box(*area), radius * self.density, fill=(*colour, alpha))
        self.image.alpha_composite(layer)

    def ellipse(self, area: tuple[float, float, float, float], colour: Colour, *, alpha: int = 255) -> None:
        """Fill an ellipse inscribed in a rectangle."""
        layer = Image.new("RGBA", self.image.size, (*colour, 0))
        ImageDraw.Draw(layer).ellipse(self.box(*area), fill=(*colour, alpha))
        self.image.alpha_composite(layer)

    def polygon(self, points: list[tuple[float, float]], colour: Colour, *, alpha: int = 255) -> None:
        """Fill a polygon given in metres."""
        layer = Image.new("RGBA", self.image.size, (*colour, 0))
        pixels = [(x * self.density, (self.height - y) * self.density) for x, y in points]
        ImageDraw.Draw(layer).polygon(pixels, fill=(*colour, alpha))
        self.image.alpha_composite(layer)

    def shadow(self, area: tuple[float, float, float, float], *, blur: float, alpha: int = 120) -> None:
        """Darken a soft rectangle: what a thing in front of the surface keeps from the light."""
        layer = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(layer).rectangle(self.box(*area), fill=alpha)
        layer = layer.filter(ImageFilter.GaussianBlur(blur * self.density))
        dark = Image.new("RGBA", self.image.size, (18, 20, 30, 255))
        dark.putalpha(layer)
        alpha_before = self.image.getchannel("A")
        self.image.alpha_composite(dark)
        self.image.putalpha(alpha_before)

    def shade(self, top: float, bottom: float, *, left: float = 1.0, right: float = 1.0) -> None:
        """Multiply by a light that falls off from top to bottom and from left to right."""
        pixels = np.asarray(self.image, dtype=np.float32).copy()
        rows = np.linspace(top, bottom, pixels.shape[0], dtype=np.float32)[:, None]
        columns = np.linspace(left, right, pixels.shape[1], dtype=np.float32)[None, :]
        pixels[..., :3] *= (rows * columns)[..., None]
        self.image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))

    def weather(
        self, rng: np.random.Generator, *, strength: float, scales: tuple[float, ...] = (0.02, 0.12, 0.9)
    ) -> None:
        """Multiply by soft noise of several grain sizes (metres), so that no surface is of one colour."""
        pixels = np.asarray(self.image, dtype=np.float32).copy()
        for scale in scales:
            pixels[..., :3] *= (
                1 + strength * soft_noise(rng, pixels.shape[:2], max(1.0, scale * self.density))[..., None]
            )
        self.image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))

    def write(
        self,
        text: str,
        *,
        font: str,
        size: float,
        colour: Colour,
        at: tuple[float, float],
        wear: np.random.Generator | None = None,
    ) -> None:
        """Write one line centred at a point; `size` is the height of a capital in metres, `wear` makes paint uneven."""
        face = ImageFont.truetype(FONTS[font], 100)
        capital = face.getbbox("H")[3] - face.getbbox("H")[1]
        face = ImageFont.truetype(FONTS[font], round(100 * size * self.density / capital))
        _, top, _, bottom = face.getbbox("H")
        layer = Image.new("L", self.image.size, 0)
        x = at[0] * self.density - face.getlength(text) / 2
        y = (self.height - at[1]) * self.density - (top + bottom) / 2
        ImageDraw.Draw(layer).text((x, y), text, font=face, fill=255)
        if wear is not None:
            uneven = 0.90 + 0.12 * soft_noise(wear, (layer.height, layer.width), 4.0)
            layer = Image.fromarray(np.clip(np.asarray(layer) * uneven, 0, 255).astype(np.uint8))
        paint = Image.new("RGBA", self.image.size, (*colour, 255))
        paint.putalpha(layer)
        self.image.alpha_composite(paint)


def soft_noise(rng: np.random.Generator, shape: tuple[int, int], grain: float) -> NDArray[np.float32]:
    """Noise of unit spread and about zero mean, (H, W), whose spots are `grain` pixels large."""
    coarse = (max(2, round(shape[0] / grain) + 2), max(2, round(shape[1] / grain) + 2))
    field = Image.fromarray(rng.standard_normal(coarse).astype(np.float32))
    smooth = np.asarray(field.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), dtype=np.float32)
    return smooth


class Picture:
    """The oversampled canvas."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.canvas = Image.new("RGBA", (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING), (0, 0, 0, 255))

    def put(self, surface: Surface, corner: Point3, along: Point3, up: Point3 = (0.0, 1.0, 0.0)) -> None:
        """Project a surface: its bottom left lies at `corner`, its width and height along two unit vectors."""
        origin, u, v = np.array(corner, float), np.array(along, float), np.array(up, float)
        w, h = surface.width, surface.height
        corners = np.stack([origin + h * v, origin + w * u + h * v, origin + w * u, origin])
        target = self.camera.project(corners)
        width, height = surface.image.size
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)
        x0, y0 = np.maximum(np.floor(target.min(axis=0)).astype(int) - 1, 0)
        x1, y1 = np.minimum(np.ceil(target.max(axis=0)).astype(int) + 2, self.canvas.size)
        if x0 >= x1 or y0 >= y1:
            return
        premultiplied = surface.image.convert("RGBa")
        coefficients = perspective_coefficients(target - [x0, y0], source)
        warped = premultiplied.transform(
            (int(x1 - x0), int(y1 - y0)), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
        )
        self.canvas.alpha_composite(warped.convert("RGBA"), (int(x0), int(y0)))

    def shadow_on_ground(self, points: list[tuple[float, float]], *, blur: float, alpha: int, y: float = 0.0) -> None:
        """Darken a soft polygon given as (x, z) on a level plane; `blur` in final pixels."""
        pixels = self.camera.project(np.array([(x, y, z) for x, z in points]))
        layer = Image.new("L", self.canvas.size, 0)
        ImageDraw.Draw(layer).polygon([(float(px), float(py)) for px, py in pixels], fill=alpha)
        dark = Image.new("RGBA", self.canvas.size, (14, 16, 24, 255))
        dark.putalpha(layer.filter(ImageFilter.GaussianBlur(blur * OVERSAMPLING)))
        self.canvas.alpha_composite(dark)


def perspective_coefficients(target: Floats, source: Floats) -> tuple[float, ...]:
    """The eight numbers that Pillow needs to take target pixels (4, 2) to source pixels (4, 2)."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solution = np.linalg.solve(np.array(rows, dtype=float), source.reshape(-1))
    return tuple(float(value) for value in solution)


def brick_wall(rng: np.random.Generator, width: float, height: float) -> Surface:
    """Running bond of red bricks with lighter joints."""
    wall = Surface(width, height, (168, 152, 138))
    draw = ImageDraw.Draw(wall.image)
    brick_w, brick_h, joint = 0.25, 0.083, 0.013
    for row in range(int(height / brick_h) + 1):
        shift = -brick_w / 2 if row % 2 else 0.0
        for column in range(int(width / brick_w) + 2):
            x, y = column * brick_w + shift, row * brick_h
            tint = rng.normal(1.0, 0.10)
            base = np.array([146, 78, 62]) * tint + rng.normal(0, 4, 3)
            colour = tuple(int(value) for value in np.clip(base, 0, 255))
            draw.rectangle(
                wall.box(x + joint / 2, y + joint / 2, x + brick_w - joint / 2, y + brick_h - joint / 2), fill=colour
            )
    return wall


def window(
    wall: Surface, rng: np.random.Generator, area: tuple[float, float, float, float], frame: Colour, *, lit: float = 0.0
) -> None:
    """A sash window with a sill, a lintel shadow, reflections and, when lit, warm light inside."""
    x0, y0, x1, y1 = area
    wall.fill((x0 - 0.12, y0 - 0.10, x1 + 0.12, y0), (196, 190, 178))
    wall.shadow((x0 - 0.1, y0 - 0.22, x1 + 0.1, y0 - 0.10), blur=0.03, alpha=110)
    wall.fill((x0, y0, x1, y1), frame)
    inset = 0.06
    glass = (x0 + inset, y0 + inset, x1 - inset, y1 - inset)
    pane = Surface(glass[2] - glass[0], glass[3] - glass[1], (52, 64, 78))
    if lit:
        pane.fill((0, 0, pane.width, pane.height), (196, 158, 96), alpha=int(150 * lit))
    for _ in range(3):  # slanted reflections of the sky
        x = rng.uniform(-0.3, pane.width)
        w = rng.uniform(0.1, 0.5)
        pane.polygon(
            [(x, 0), (x + w, 0), (x + w + 0.6, pane.height), (x + 0.6, pane.height)], (190, 208, 224), alpha=46
        )
    pane.shade(0.7, 1.15)
    pane.weather(rng, strength=0.05, scales=(0.3,))
    px, py = wall.box(*glass)[:2]
    wall.image.alpha_composite(pane.image, (round(px), round(py)))
    middle = (y0 + y1) / 2
    wall.fill((x0, middle - 0.03, x1, middle + 0.03), frame)
    wall.fill(((x0 + x1) / 2 - 0.02, y0, (x0 + x1) / 2 + 0.02, y1), frame)
    wall.shadow((x0, y1 - 0.14, x1, y1), blur=0.04, alpha=140)


def bakery(rng: np.random.Generator) -> Surface:
    """Brick house with a green shop front, 8 m wide: x from 0 to 8."""
    wall = brick_wall(rng, 8.0, 8.6)
    for x in (0.9, 3.35, 5.8):
        window(wall, rng, (x, 5.0, x + 1.25, 7.1), (232, 228, 218), lit=0.5 if x > 5 else 0.0)
    green, dark = (28, 74, 58), (20, 54, 42)
    wall.fill((0.3, 0.0, 7.7, 3.95), green)
    wall.fill((0.3, 0.0, 7.7, 0.55), dark)
    # The shop window with loaves on shelves behind glass.
    show = Surface(3.9, 2.05, (64, 52, 42))
    show.fill((0, 0, 3.9, 2.05), (214, 170, 104), alpha=120)
    for shelf in (0.28, 0.86, 1.42):
        show.fill((0.1, shelf - 0.05, 3.8, shelf), (96, 66, 40))
        x = 0.25
        while x < 3.5:
            w, h = rng.uniform(0.22, 0.44), rng.uniform(0.14, 0.27)
            tone = rng.uniform(0.75, 1.15)
            crust = (int(min(255, 196 * tone)), int(132 * tone), int(66 * tone))
            show.ellipse((x, shelf - 0.03, x + w, shelf + h), (90, 54, 26))
            show.ellipse((x + 0.01, shelf + 0.0, x + w - 0.01, shelf + h - 0.01), crust)
            show.ellipse((x + 0.05, shelf + h * 0.45, x + w * 0.7, shelf + h * 0.85), (236, 190, 122), alpha=90)
            x += w + rng.uniform(0.02, 0.12)
    show.shade(0.62, 1.05)
    for x, w in ((0.3, 0.5), (1.1, 0.16), (2.5, 0.8)):
        show.polygon([(x, 0), (x + w, 0), (x + w + 0.8, 2.05), (x + 0.8, 2.05)], (226, 236, 244), alpha=38)
    px, py = wall.box(0.8, 0.65, 4.7, 2.7)[:2]
    wall.image.alpha_composite(show.image, (round(px), round(py)))
    for edge in (
        (0.72, 0.57, 0.8, 2.78),
        (4.7, 0.57, 4.78, 2.78),
        (0.72, 2.7, 4.78, 2.78),
        (0.72, 0.57, 4.78, 0.65),
        (2.7, 0.6, 2.76, 2.7),
    ):
        wall.fill(edge, (222, 214, 196))
    # Door, with the opening hours on a board beside it.
    wall.fill((6.35, 0.0, 7.4, 2.75), (222, 214, 196))
    wall.fill((6.43, 0.05, 7.32, 2.67), (118, 52, 40))
    wall.fill((6.55, 1.0, 7.2, 2.5), (58, 66, 74))
    wall.polygon([(6.6, 1.0), (6.85, 1.0), (7.15, 2.5), (6.95, 2.5)], (214, 226, 236), alpha=60)
    wall.ellipse((6.48, 1.02, 6.55, 1.12), (214, 184, 96))
    wall.shadow((4.95, 0.98, 6.25, 2.52), blur=0.05, alpha=150)
    wall.fill((4.92, 1.02, 6.2, 2.56), (70, 46, 30), radius=0.03)
    wall.fill((4.98, 1.08, 6.14, 2.50), (244, 238, 222))
    ink = (52, 40, 34)
    wall.write("OPEN", font="slab", size=0.17, colour=(158, 36, 34), at=(5.56, 2.29))
    wall.write("Mon – Fri", font="sans", size=0.125, colour=ink, at=(5.56, 2.00))
    wall.write("7:30 – 18:00", font="sans", size=0.125, colour=ink, at=(5.56, 1.79))
    wall.write("Saturday", font="sans", size=0.125, colour=ink, at=(5.56, 1.49))
    wall.write("8:00 – 14:00", font="sans", size=0.125, colour=ink, at=(5.56, 1.28))
    # Fascia with the name; an awning throws its shadow on the window.
    wall.fill((0.3, 2.95, 7.7, 3.95), (24, 66, 52))
    wall.fill((0.3, 3.90, 7.7, 4.02), (214, 204, 180))
    wall.fill((0.3, 2.90, 7.7, 2.99), (214, 204, 180))
    wall.shadow((0.3, 2.40, 7.7, 2.90), blur=0.10, alpha=110)
    wall.shadow((0.3, 3.70, 7.7, 3.90), blur=0.05, alpha=100)
    wall.write("LINDEN", font="slab", size=0.44, colour=(36, 24, 12), at=(2.63, 3.405))
    wall.write("LINDEN", font="slab", size=0.44, colour=(240, 214, 140), at=(2.6, 3.44), wear=rng)
    wall.write("BAKERY", font="slab", size=0.44, colour=(36, 24, 12), at=(5.43, 3.405))
    wall.write("BAKERY", font="slab", size=0.44, colour=(240, 214, 140), at=(5.4, 3.44), wear=rng)
    wall.weather(rng, strength=0.035)
    wall.shadow((0.0, -0.2, 8.0, 0.12), blur=0.12, alpha=170)
    wall.shade(1.06, 0.93)
    return wall


def hotel(rng: np.random.Generator) -> Surface:
    """Ochre plaster house, 12 m wide: x from 0 to 12."""
    wall = Surface(12.0, 7.4, (214, 178, 118))
    wall.fill((0, 0, 12, 0.9), (150, 132, 108))
    wall.fill((0, 4.55, 12, 4.68), (232, 212, 172))
    wall.fill((0, 7.15, 12, 7.4), (226, 208, 170))
    wall.shadow((0, 6.9, 12, 7.15), blur=0.08, alpha=110)
    wall.shadow((0, 4.42, 12, 4.55), blur=0.04, alpha=90)
    for x in (0.9, 3.2, 5.5, 7.8, 10.1):
        window(wall, rng, (x, 4.95, x + 1.15, 6.7), (120, 62, 46), lit=0.8 if x in (3.2, 7.8) else 0.0)
    for x in (1.0, 3.4):
        window(wall, rng, (x, 1.1, x + 1.3, 2.9), (120, 62, 46))
    # Letters that stand away from the wall: their shadow first.
    for dx, dy, colour in ((0.05, -0.06, (120, 92, 58)), (0.0, 0.0, (30, 58, 112))):
        wall.write("HOTEL AURORA", font="caps", size=0.62, colour=colour, at=(4.75 + dx, 3.82 + dy))
    # The poster, behind glass in a frame.
    wall.shadow((7.13, 0.95, 9.17, 3.75), blur=0.06, alpha=150)
    wall.fill((7.05, 1.05, 9.05, 3.8), (44, 44, 48))
    poster = Surface(1.86, 2.61, (34, 28, 66))
    poster.shade(1.3, 0.9)
    poster.ellipse((0.25, 0.75, 1.65, 2.15), (226, 112, 52))
    poster.ellipse((0.45, 0.95, 1.45, 1.95), (244, 182, 70))
    poster.polygon([(0.62, 0.85), (0.78, 0.85), (1.32, 1.9), (1.2, 1.96)], (34, 28, 66))
    poster.ellipse((0.52, 0.74, 0.9, 1.06), (34, 28, 66))
    poster.write("JAZZ NIGHT", font="caps", size=0.33, colour=(252, 244, 226), at=(0.93, 2.33))
    poster.write("14 JUNE", font="caps", size=0.22, colour=(252, 244, 226), at=(0.93, 0.53))
    poster.write("Tickets €12", font="sans", size=0.155, colour=(252, 210, 90), at=(0.93, 0.21))
    poster.weather(rng, strength=0.03)
    poster.polygon([(0.9, 0), (1.3, 0), (1.86, 1.3), (1.86, 2.0)], (255, 255, 255), alpha=26)
    px, py = wall.box(7.12, 1.12, 8.98, 3.73)[:2]
    wall.image.alpha_composite(poster.image, (round(px), round(py)))
    wall.weather(rng, strength=0.03, scales=(0.015, 0.25, 1.6))
    for _ in range(14):  # rain streaks below the sills
        x, y, w = rng.uniform(0, 12), rng.uniform(3.0, 4.9), rng.uniform(0.02, 0.07)
        wall.shadow((x, y - rng.uniform(0.4, 1.2), x + w, y), blur=0.05, alpha=36)
    wall.shadow((0.0, -0.2, 12.0, 0.1), blur=0.14, alpha=170)
    wall.shade(1.05, 0.92, left=0.94, right=1.04)
    return wall


def van_side(rng: np.random.Generator) -> Surface:
    """Near side of the van, 4.8 m long and 2.35 m high; the nose is at the right. Clear outside the silhouette."""
    side = Surface(4.8, 2.35, None, density=300)
    body = [
        (0.0, 0.28), (0.0, 2.24), (0.07, 2.31), (0.3, 2.33), (3.0, 2.33), (3.42, 2.24), (4.02, 1.45),
        (4.62, 1.22), (4.76, 1.05), (4.79, 0.62), (4.74, 0.36), (4.5, 0.3), (0.2, 0.28),
    ]  # fmt: skip
    side.polygon(body, (236, 237, 236))
    clear = side.image.getchannel("A")
    lower = Surface(4.8, 2.35, None, density=300)
    lower.fill((0, 0, 4.8, 0.62), (150, 154, 158), alpha=120)
    lower.fill((0, 0, 4.8, 0.42), (46, 48, 52))
    lower.fill((0, 1.93, 4.8, 1.95), (196, 200, 204), alpha=170)
    lower.fill((0, 0.70, 4.8, 0.72), (188, 192, 196), alpha=170)
    for x in (0.3, 2.74, 3.5):
        lower.fill((x, 0.45, x + 0.016, 2.15 if x < 3 else 1.35), (150, 154, 160), alpha=210)
    lower.polygon([(2.76, 1.4), (2.76, 2.1), (3.22, 2.1), (3.84, 1.46), (3.8, 1.38)], (32, 36, 42))
    lower.polygon([(2.84, 1.44), (2.84, 2.04), (3.0, 2.04), (3.3, 1.44)], (120, 140, 156), alpha=120)
    lower.fill((2.82, 1.2, 3.02, 1.25), (70, 74, 78), radius=0.02)
    lower.fill((2.5, 1.2, 2.68, 1.25), (70, 74, 78), radius=0.02)
    lower.polygon([(4.42, 1.02), (4.72, 0.98), (4.77, 0.8), (4.5, 0.84)], (236, 226, 190))
    lower.fill((3.62, 1.36, 3.86, 1.58), (28, 30, 34), radius=0.06)
    for x in WHEELS:
        lower.ellipse((x - 0.44, -0.08, x + 0.44, 0.80), (18, 19, 22))
    blue, red = (22, 62, 132), (188, 34, 36)
    lower.write("HARPER", font="heavy", size=0.28, colour=blue, at=(1.5, 1.72))
    lower.write("Plumbing & Heating", font="sans", size=0.125, colour=(60, 66, 74), at=(1.5, 1.39))
    lower.write("555 0142", font="heavy", size=0.2, colour=red, at=(1.5, 1.02))
    side.image.alpha_composite(lower.image)
    side.weather(rng, strength=0.012, scales=(0.05, 0.6))
    # Light from above: bright shoulder, darker flank, a band that mirrors the street.
    pixels = np.asarray(side.image, dtype=np.float32).copy()
    rows = np.linspace(2.35, 0, pixels.shape[0])
    light = np.interp(rows, [0, 0.3, 0.75, 1.0, 1.25, 1.9, 2.15, 2.35], [0.55, 0.72, 0.86, 0.93, 1.0, 1.0, 1.05, 0.9])
    columns = np.linspace(0, 4.8, pixels.shape[1])
    ends = np.interp(columns, [0, 0.1, 0.4, 4.2, 4.8], [0.82, 0.95, 1.0, 1.0, 0.84])
    pixels[..., :3] *= (light[:, None] * ends[None, :])[..., None]
    side.image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    side.image.putalpha(clear)
    for x in WHEELS:
        side.ellipse((x - 0.36, 0.0, x + 0.36, 0.72), (34, 35, 38))
        side.ellipse((x - 0.34, 0.02, x + 0.34, 0.70), (26, 27, 30))
        side.ellipse((x - 0.23, 0.13, x + 0.23, 0.59), (160, 164, 170))
        side.ellipse((x - 0.19, 0.17, x + 0.19, 0.55), (112, 116, 122))
        for turn in range(5):
            angle = 2 * np.pi * turn / 5 + 0.3
            cx, cy = x + 0.11 * np.cos(angle), 0.36 + 0.11 * np.sin(angle)
            side.ellipse((cx - 0.05, cy - 0.05, cx + 0.05, cy + 0.05), (40, 42, 46))
        side.ellipse((x - 0.05, 0.31, x + 0.05, 0.41), (176, 180, 186))
    return side


def van_rear(rng: np.random.Generator) -> Surface:
    """Rear of the van, 1.9 m wide and 2.35 m high, in its own shade."""
    rear = Surface(1.9, 2.35, None, density=300)
    rear.fill((0.0, 0.3, 1.9, 2.32), (226, 228, 230), radius=0.16)
    rear.fill((0.0, 0.28, 1.9, 0.9), (226, 228, 230))
    rear.fill((0.95, 0.3, 1.9, 2.27), (226, 228, 230), radius=0.05)
    rear.fill((1.6, 0.3, 1.9, 2.3), (226, 228, 230))
    rear.fill((0.0, 0.28, 1.9, 0.46), (50, 52, 56))
    rear.fill((0.94, 0.5, 0.96, 2.2), (120, 124, 130))
    for x in (0.14, 1.02):
        rear.fill((x, 1.3, x + 0.74, 2.06), (30, 34, 40), radius=0.07)
        rear.polygon([(x + 0.08, 1.32), (x + 0.3, 1.32), (x + 0.6, 2.04), (x + 0.42, 2.04)], (150, 166, 180), alpha=110)
    for x in (0.02, 1.74):
        rear.fill((x, 0.78, x + 0.14, 1.24), (170, 26, 26), radius=0.03)
        rear.fill((x, 1.08, x + 0.14, 1.24), (222, 140, 50), radius=0.03)
    rear.fill((0.19, 0.48, 0.89, 1.0), (24, 24, 26), radius=0.02)
    rear.fill((0.21, 0.50, 0.87, 0.98), (250, 214, 60), radius=0.02)
    rear.write("KV27", font="plate", size=0.175, colour=(16, 16, 18), at=(0.54, 0.86))
    rear.write("LMB", font="plate", size=0.175, colour=(16, 16, 18), at=(0.54, 0.62))
    rear.fill((0.72, 1.1, 0.9, 1.15), (70, 74, 80), radius=0.02)
    rear.weather(rng, strength=0.012, scales=(0.05, 0.6))
    rear.shade(0.92, 0.74)
    return rear


def round_sign() -> Surface:
    """Speed limit: a red ring on white, 0.85 m."""
    sign = Surface(0.85, 0.85, None, density=420)
    sign.ellipse((0.0, 0.0, 0.85, 0.85), (232, 232, 230))
    sign.ellipse((0.012, 0.012, 0.838, 0.838), (196, 30, 36))
    sign.ellipse((0.115, 0.115, 0.735, 0.735), (244, 244, 240))
    sign.write("30", font="road", size=0.31, colour=(24, 24, 26), at=(0.425, 0.425))
    sign.shade(1.04, 0.9)
    return sign


def arrow_sign(rng: np.random.Generator) -> Surface:
    """Green direction sign whose right end is a point, 1.75 by 0.42 m."""
    sign = Surface(1.75, 0.42, None, density=380)
    sign.polygon([(0, 0), (1.5, 0), (1.75, 0.21), (1.5, 0.42), (0, 0.42)], (240, 240, 236))
    sign.polygon([(0.025, 0.025), (1.49, 0.025), (1.71, 0.21), (1.49, 0.395), (0.025, 0.395)], (18, 112, 66))
    sign.write("Station", font="road", size=0.145, colour=(248, 248, 244), at=(0.42, 0.21))
    sign.write("400 m", font="road", size=0.145, colour=(248, 248, 244), at=(1.21, 0.21))
    sign.weather(rng, strength=0.02, scales=(0.3,))
    sign.shade(1.05, 0.92)
    return sign


def street_plate() -> Surface:
    """Blue enamel plate with the name of the street, 1.9 by 0.5 m."""
    plate = Surface(1.9, 0.5, (236, 238, 240), density=380)
    plate.fill((0.03, 0.03, 1.87, 0.47), (24, 60, 140), radius=0.03)
    plate.write("ROSE STREET", font="sans", size=0.2, colour=(246, 248, 250), at=(0.95, 0.25))
    plate.shade(1.08, 0.94)
    return plate


def chalk_board(rng: np.random.Generator) -> Surface:
    """Board of the day on the pavement, 0.8 by 1.25 m."""
    board = Surface(0.95, 1.35, (122, 82, 46), density=380)
    board.weather(rng, strength=0.08, scales=(0.03, 0.2))
    board.fill((0.07, 0.15, 0.88, 1.28), (38, 42, 42))
    board.weather(rng, strength=0.03, scales=(0.05, 0.3))
    board.write("Today", font="script", size=0.17, colour=(240, 236, 222), at=(0.475, 1.07), wear=rng)
    board.write("Soup", font="script", size=0.19, colour=(246, 200, 120), at=(0.475, 0.74), wear=rng)
    board.write("4.50", font="script", size=0.20, colour=(240, 236, 222), at=(0.475, 0.40), wear=rng)
    board.shade(1.05, 0.85)
    return board


def asphalt(rng: np.random.Generator, width: float, depth: float) -> Surface:
    """Road with a worn edge line; width along x, depth along z."""
    road = Surface(width, depth, (92, 94, 98), density=110)
    road.fill((0, depth - 0.75, width, depth - 0.6), (214, 212, 204))
    road.fill((0, depth - 0.25, width, depth), (74, 74, 76))
    for x in np.arange(0.4, width, 3.6):
        road.fill((float(x), 2.45, float(x) + 1.8, 2.60), (216, 214, 208))
    road.ellipse((7.0, 4.1, 7.75, 4.85), (62, 62, 64))
    road.ellipse((7.05, 4.15, 7.70, 4.80), (84, 82, 80))
    for x in np.arange(7.12, 7.66, 0.09):
        road.fill((float(x), 4.3, float(x) + 0.035, 4.65), (58, 58, 60))
    road.weather(rng, strength=0.09, scales=(0.012,))
    road.weather(rng, strength=0.05, scales=(0.05, 0.5, 2.5))
    for _ in range(5):  # tar seams
        x, z = rng.uniform(0, width), rng.uniform(0, depth)
        steps = np.cumsum(rng.normal(0, 0.12, (30, 2)) + np.array([0.16, 0.0]), axis=0) + np.array([x, z])
        pixels = [(px * road.density, (depth - pz) * road.density) for px, pz in steps]
        ImageDraw.Draw(road.image).line(pixels, fill=(52, 52, 56, 255), width=3)
    return road


def pavement(rng: np.random.Generator, width: float, depth: float) -> Surface:
    """Paving slabs of half a metre."""
    ground = Surface(width, depth, (120, 116, 110), density=130)
    draw = ImageDraw.Draw(ground.image)
    for row in range(int(depth / 0.5) + 1):
        for column in range(int(width / 0.5) + 2):
            tone = rng.normal(1.0, 0.04)
            colour = (int(168 * tone), int(162 * tone), int(152 * tone))
            x, z = column * 0.5 - (0.25 if row % 2 else 0.0), row * 0.5
            draw.rectangle(ground.box(x + 0.012, z + 0.012, x + 0.488, z + 0.488), fill=colour)
    ground.weather(rng, strength=0.05, scales=(0.015, 0.2, 1.2))
    return ground


def post(height: float, width: float = 0.07) -> Surface:
    """Grey tube with a highlight."""
    tube = Surface(width, height, (132, 136, 140), density=400)
    pixels = np.asarray(tube.image, dtype=np.float32).copy()
    light = np.interp(np.linspace(0, 1, pixels.shape[1]), [0, 0.3, 0.5, 1], [0.75, 1.25, 1.05, 0.5])
    pixels[..., :3] *= light[None, :, None]
    tube.image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return tube


def sky(rng: np.random.Generator) -> Image.Image:
    """Hazy blue with soft clouds, as large as the canvas."""
    height, width = HEIGHT * OVERSAMPLING, WIDTH * OVERSAMPLING
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    base = (1 - t) * np.array([112, 158, 208], np.float32) + t * np.array([226, 234, 238], np.float32)
    clouds = sum(
        soft_noise(rng, (height, width), grain) / weight for grain, weight in ((420, 1.0), (160, 2.0), (60, 4.5))
    )
    cover = np.clip((np.asarray(clouds) - 0.1) / 1.6, 0, 1)[..., None]
    mixed = base * (1 - cover) + np.array([248, 248, 246], np.float32) * cover
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8)).convert("RGBA")


def draw_street(rng: np.random.Generator) -> Image.Image:
    """Put everything into the picture, far things first."""
    picture = Picture(Camera())
    picture.canvas.paste(sky(rng))
    x_axis: Point3 = (1.0, 0.0, 0.0)
    z_axis: Point3 = (0.0, 0.0, 1.0)
    facade = 14.0
    far = Surface(30, 9.0, (150, 160, 172), density=40)  # a house further down, pale in the haze
    for x in np.arange(1.0, 29.0, 2.2):
        far.fill((float(x), 5.2, float(x) + 1.0, 7.4), (118, 130, 144))
    far.shade(1.05, 0.95)
    picture.put(far, (10.0, 0.0, 22.0), x_axis)
    picture.put(asphalt(rng, 34, 7.6), (-6.0, 0.0, 3.9), x_axis, z_axis)
    kerb = Surface(40, 0.14, (170, 168, 162), density=110)
    kerb.weather(rng, strength=0.05)
    kerb.shade(0.95, 0.6)
    picture.put(pavement(rng, 40, facade - 11.5), (-10.0, 0.14, 11.5), x_axis, z_axis)
    picture.put(kerb, (-10.0, 0.0, 11.5), x_axis)
    neighbour = Surface(3.4, 8.0, (176, 172, 164))
    neighbour.weather(rng, strength=0.03)
    neighbour.shadow((3.2, 0, 3.4, 8.0), blur=0.08, alpha=150)
    picture.put(neighbour, (-8.0, 0.14, facade), x_axis)
    picture.put(bakery(rng), (-4.6, 0.14, facade), x_axis)
    picture.put(hotel(rng), (3.4, 0.14, facade), x_axis)
    picture.shadow_on_ground(
        [(-8, facade), (20, facade), (20, facade - 0.35), (-8, facade - 0.35)], blur=5, alpha=150, y=0.14
    )
    # Street plate on the corner, with its shadow on the wall.
    shade = Surface(1.95, 0.5, (20, 18, 20))
    shade.image.putalpha(90)
    picture.put(shade, (3.74, 3.36, facade - 0.01), x_axis)
    picture.put(street_plate(), (3.66, 3.44, facade - 0.05), x_axis)
    # Board of the day.
    picture.shadow_on_ground([(1.55, 12.5), (2.5, 12.5), (2.9, 12.95), (1.9, 12.95)], blur=4, alpha=150, y=0.14)
    picture.put(chalk_board(rng), (1.5, 0.14, 12.5), (0.985, 0.0, -0.17), (0.0, 0.985, 0.17))
    # Speed limit at the kerb.
    picture.shadow_on_ground([(-2.96, 11.7), (-2.89, 11.7), (-1.2, 12.9), (-1.3, 12.9)], blur=2, alpha=120, y=0.14)
    picture.put(post(3.0), (-2.91, 0.14, 11.75), x_axis)
    picture.put(round_sign(), (-3.30, 2.05, 11.7), x_axis)
    # Direction sign on its post.
    picture.shadow_on_ground([(-0.1, 11.8), (0.05, 11.8), (1.6, 12.9), (1.5, 12.9)], blur=2, alpha=110, y=0.14)
    picture.put(post(3.0), (-0.42, 0.14, 11.9), x_axis)
    picture.put(arrow_sign(rng), (-0.9, 2.55, 11.85), x_axis)
    # The van, turned towards the kerb: shadow, a far wheel, rear, side.
    turn = np.radians(16.5)
    along = np.array([np.cos(turn), 0.0, np.sin(turn)])
    across = np.array([-np.sin(turn), 0.0, np.cos(turn)])  # from the near side to the far one
    corner, wide, length = np.array([2.8, 0.0, 8.35]), 1.9, 4.8
    footprint = [(-0.2, -0.12), (length + 0.1, -0.12), (length + 0.7, wide + 0.3), (-0.1, wide + 0.1)]
    points = [corner + a * along + b * across for a, b in footprint]
    picture.shadow_on_ground([(float(p[0]), float(p[2])) for p in points], blur=8, alpha=225)
    tyre = Surface(0.3, 0.5, (20, 21, 24))
    picture.put(tyre, _point(corner + 0.55 * along + (wide - 0.1) * across), _point(-across))
    picture.put(van_rear(rng), _point(corner + wide * across), _point(-across))
    picture.put(van_side(rng), _point(corner), _point(along))
    return picture.canvas.convert("RGB")


def _point(vector: Floats) -> Point3:
    x, y, z = (float(value) for value in vector)
    return x, y, z


def develop(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """What a lens and a sensor do: shrink, soften, darken the corners, warm the tones, add grain."""
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.55))
    pixels = np.asarray(small, dtype=np.float32) / 255
    glow = np.asarray(small.filter(ImageFilter.GaussianBlur(18)), dtype=np.float32) / 255
    pixels = 1.10 * (pixels * 0.93 + glow * 0.07)
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    pixels *= (1 - 0.13 * (x**2 + y**2) ** 1.2)[..., None].astype(np.float32)
    pixels = np.clip(pixels, 0, 1) ** np.array([0.96, 0.985, 1.03], np.float32)
    pixels = pixels + 0.06 * (pixels - 0.5) * (1 - np.abs(2 * pixels - 1))  # a soft S of contrast
    pixels += rng.normal(0, 0.010, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return Image.fromarray(np.clip(pixels * 255 + 0.5, 0, 255).astype(np.uint8))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    photo = develop(draw_street(rng), rng)
    photo.save(options.output, quality=82, optimize=True, progressive=True)
    print(f"{options.output}: {photo.width}×{photo.height}, {options.output.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
