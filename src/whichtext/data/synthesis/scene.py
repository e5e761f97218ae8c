"""One scene from its number: a place, surfaces with writing, objects, a photo of it, and what is true of it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.data.record import Expression, ImageRecord
from whichtext.data.synthesis.backgrounds import Backdrop, PhotoLibrary, draw_place, photo_backdrop, random_camera
from whichtext.data.synthesis.degradation import Degradation, develop, random_degradation
from whichtext.data.synthesis.expressions import Written, write_expressions
from whichtext.data.synthesis.fonts import FontLibrary
from whichtext.data.synthesis.layout import PlacedCarrier, PlacedObject, place_carriers, place_objects
from whichtext.data.synthesis.noise import fractal_noise
from whichtext.data.synthesis.objects import CutOutLibrary, dominant_colour
from whichtext.data.synthesis.palette import paint, pick_scheme
from whichtext.data.synthesis.recording import record_of
from whichtext.data.synthesis.rendering import Canvas, corners, homography, project
from whichtext.data.synthesis.sheets import Sheet, draw_sheet
from whichtext.data.synthesis.strings import compose
from whichtext.data.synthesis.truth import SceneTruth, TrueCarrier, TrueLine, TrueObject, TrueWord
from whichtext.errors import InputError

__all__ = ["Drawing", "Scene", "Settings", "synthesize"]

Floats = NDArray[np.floating[Any]]
_CAPITAL = 0.7  # height of a capital over the letter size
_LEAST_SIDE, _MOST_SIDE = 128, 2048


@dataclass(frozen=True, slots=True)
class Settings:
    """What scenes are made of."""

    size: tuple[int, int] = (640, 480)
    """(width, height) in pixels."""
    fonts: FontLibrary = field(default_factory=FontLibrary)
    cutouts: CutOutLibrary = field(default_factory=CutOutLibrary)
    photos: PhotoLibrary | None = None
    """Backgrounds; drawn places where there are none."""
    photo_share: float = 0.75
    """Share of the scenes that have a photo behind them, where there are photos."""
    into_photos: bool = False
    """Write into whole photos, on their smooth surfaces, instead of building scenes before them."""
    carriers: tuple[int, int] = (2, 11)
    objects: tuple[int, int] = (1, 5)
    expressions: int = 12
    """At most so many for one scene."""

    def __post_init__(self) -> None:
        for side in self.size:
            if not _LEAST_SIDE <= side <= _MOST_SIDE:
                raise InputError(f"a side of {side} pixels: scenes are made with {_LEAST_SIDE} to {_MOST_SIDE}")
        if self.into_photos and self.photos is None:
            raise InputError("writing into photos needs the photos: give their folder")


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene and its truth."""

    image: Image.Image
    quality: int
    """JPEG quality with which the photo would be stored."""
    record: ImageRecord
    truth: SceneTruth
    written: tuple[Written, ...]
    """The expressions with the predicates behind them."""
    ink: NDArray[np.uint8]
    """(H, W): where letters were drawn, before the lens and the sensor."""


def synthesize(index: int, *, seed: int, settings: Settings) -> Scene:
    """Make the scene of a number; the same for the same seed, settings and files."""
    rng = np.random.default_rng([seed, index])
    if settings.into_photos:
        from whichtext.data.synthesis.surfaces import write_into_photo

        drawing = write_into_photo(rng, settings, index)
    else:
        drawing = _draw(rng, settings)
    how = random_degradation(rng) if not settings.into_photos else None
    truth = drawing.truth(how)
    pixels = drawing.canvas.pixels
    if how is None:
        image, quality = Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8)), 92
    else:
        image, quality = develop(rng, pixels, how), how.quality
    written = write_expressions(rng, truth, settings.expressions)
    expressions: tuple[Expression, ...] = tuple(one.expression(number) for number, one in enumerate(written))
    record = record_of(f"synthetic_{seed}_{index:06}", truth, expressions, drawing.source)
    return Scene(image, quality, record, truth, written, drawing.canvas.ink)


class Drawing:
    """A picture that is being put together, and what is in it so far."""

    def __init__(self, canvas: Canvas, backdrop: Backdrop, settings: Settings) -> None:
        self.canvas = canvas
        self.backdrop = backdrop
        self.settings = settings
        self.source = backdrop.source
        self.words: list[tuple[str, NDArray[np.float64], int, float]] = []  # string, polygon, order, letter height
        self.lines: list[TrueLine] = []
        self.carriers: list[TrueCarrier] = []
        self.objects: list[TrueObject] = []
        self.native: list[TrueWord] = []

    def add_carrier(self, rng: np.random.Generator, placed: PlacedCarrier, scheme: tuple[str, str, str]) -> bool:
        """Draw a carrier with its writing into the picture."""
        kind, canvas = placed.kind, self.canvas
        program = kind.programs[int(rng.integers(len(kind.programs)))]
        wall = None
        if kind.finish == "letters":
            wall, scheme = _against(rng, canvas, placed.quad)
            if wall is None and scheme[0] == "busy":
                return False
        least = float(rng.uniform(7.5, 12)) * canvas.size[0] / 640 * placed.fineness
        sheet = draw_sheet(
            *(rng, kind, placed.outline, placed.sheet_size, scheme, compose(rng, program), self.settings.fonts),
            least_letters=least,
            light=self.backdrop.light,
            wall=wall,
        )
        if kind.finish != "letters":
            self._mount(rng, placed)
        sheet.pixels *= self._ambient(rng, placed)
        number = canvas.put(sheet.pixels, sheet.alpha, sheet.ink, placed.quad)
        self._note(placed, sheet, number, scheme, wall)
        return True

    def _ambient(self, rng: np.random.Generator, placed: PlacedCarrier) -> NDArray[np.float32]:
        """The light where a carrier stands, from how bright its surroundings are: (3,)."""
        around = self.canvas.mean(placed.quad)
        level = float(np.clip(0.66 + 0.36 * around.mean() / 140, 0.66, 1.06)) * float(rng.uniform(0.95, 1.05))
        if placed.kind.finish == "screen":
            level = max(level, 0.95)
        cast = np.clip(around / max(1.0, float(around.mean())), 0.7, 1.3) ** 0.12
        return (level * cast).astype(np.float32)

    def _mount(self, rng: np.random.Generator, placed: PlacedCarrier) -> None:
        """Shadow, post, bracket or ropes."""
        canvas, kind = self.canvas, placed.kind
        scale = canvas.size[0] / 640
        matrix = homography(corners(1.0, 1.0), placed.quad)
        outline = project(matrix, placed.outline.points)
        light = self.backdrop.light
        low, high = outline.min(axis=0), outline.max(axis=0)
        size = float(min(high - low))
        floor = self.backdrop.floor * canvas.size[1]
        grey = np.array(paint(rng, "grey"), float) * rng.uniform(0.7, 1.1)
        if placed.mount == "ground":
            foot = np.array(
                [
                    [low[0] + 2, high[1] - 3],
                    [high[0] - 2, high[1] - 3],
                    [high[0] + 6, high[1] + 5],
                    [low[0] - 6, high[1] + 5],
                ]
            )
            canvas.shade(foot, offset=(-3 * light[0], 0), blur=4 * scale, strength=0.6)
            return
        if placed.mount == "shelf":
            self._shelf(rng, float(low[0]), float(high[0]), float(high[1]))
            canvas.shade(outline, offset=(-4 * light[0] * scale, 2 * scale), blur=4 * scale, strength=0.4)
            return
        if placed.foot is not None:
            thick = max(2.5 * scale, 0.03 * size + 2)
            foot_y = min(canvas.size[1] + 4.0, floor + float(rng.uniform(0.02, 0.1)) * canvas.size[1])
            left, right = placed.foot[0], placed.foot[2]
            for x in (left, right) if right - left > 0.05 * canvas.size[0] else ((left + right) / 2,):
                canvas.bar(np.array([x, float(low[1]) + size * 0.1]), np.array([x, foot_y]), thick, grey)
        if placed.mount == "hang" and kind.mount == "hang" and kind.finish != "shirt":
            y = float(low[1]) - 0.07 * size
            canvas.bar(np.array([low[0], y]), np.array([high[0], y]), max(2.0, 0.03 * size), grey * 0.45)
            for x in (low[0] + 0.3 * (high[0] - low[0]), low[0] + 0.7 * (high[0] - low[0])):
                canvas.bar(np.array([x, y]), np.array([x, low[1] + 0.1 * size]), max(1.2, 0.012 * size), grey * 0.5)
        if kind.finish == "shirt":
            x, y = float(outline[:, 0].mean()), float(low[1])
            canvas.bar(np.array([x, y - 0.07 * size]), np.array([x, y + 0.06 * size]), 2.0 * scale, grey)
        depth = {"hang": 0.07, "post": 0.05}.get(placed.mount, 0.018 if kind.finish == "paper" else 0.035)
        depth = depth * size + 1.2 * scale
        offset = (-light[0] * depth, -light[1] * depth)
        strength = 0.28 if self.backdrop.place == "open" else 0.5
        canvas.shade(
            outline, offset=offset, blur=max(0.8, depth * 0.55), strength=strength * float(rng.uniform(0.6, 1.0))
        )
        canvas.shade(outline, offset=(0, 0.5), blur=1.2 * scale, strength=0.35)

    def _shelf(self, rng: np.random.Generator, left: float, right: float, y: float) -> None:
        """A board on the wall under something."""
        canvas = self.canvas
        over = 0.12 * (right - left) + 4
        thick = max(3.0, 0.02 * canvas.size[1])
        quad = np.array(
            [[left - over, y - 1], [right + over, y - 1], [right + over, y + thick], [left - over, y + thick]]
        )
        canvas.shade(quad, offset=(0, thick * 1.1), blur=thick * 0.7, strength=0.5)
        tone = np.array(paint(rng, str(rng.choice(["brown", "white", "grey"]))), np.float32)
        board = np.broadcast_to(tone, (8, 60, 3)) * np.linspace(1.1, 0.7, 8, dtype=np.float32)[:, None, None]
        board = board * (1 + 0.05 * fractal_noise(rng, (8, 60), (20.0, 4.0)))[..., None]
        canvas.put(board.astype(np.float32), np.ones((8, 60), np.float32), None, quad)

    def _note(
        self, placed: PlacedCarrier, sheet: Sheet, number: int, scheme: tuple[str, str, str], wall: str | None
    ) -> None:
        """Write down what is true of a carrier that was drawn."""
        matrix = homography(corners(*placed.sheet_size), placed.quad)
        names = placed.kind.names
        own = len(self.carriers)
        noted = []
        for line in sheet.lines:
            polygons = [project(matrix, polygon) for polygon in line.polygons]
            every = np.concatenate(line.polygons)
            middle = every.mean(axis=0)
            step = project(matrix, middle + np.array([[0, 0], [1, 0], [0, 1]]))
            scale = float(np.sqrt(abs(np.cross(np.append(step[1] - step[0], 0), np.append(step[2] - step[0], 0))[2])))
            letter_height = _CAPITAL * line.letter_size * scale
            first = len(self.words)
            for string, polygon in zip(line.words, polygons, strict=True):
                self.words.append((string, polygon, number, letter_height))
            noted.append(len(self.lines))
            ids = tuple(range(first, len(self.words)))
            string = " ".join(line.words)
            self.lines.append(
                TrueLine(ids, string, line.content.kind, line.ink, line.ground, line.styles, letter_height, own, True)
            )
        is_letters = placed.kind.finish == "letters"
        if is_letters and not noted:
            return
        outline = project(matrix, sheet.outline)
        if is_letters:
            outline = placed.quad
        self.carriers.append(
            TrueCarrier(
                own,
                placed.kind.noun,
                names,
                wall if is_letters else scheme[0],
                () if is_letters else tuple(name for name in dict.fromkeys(scheme[1:]) if name != scheme[0]),
                "letters" if is_letters else placed.outline.name,
                _polygon(outline),
                tuple(noted),
            )
        )

    def add_object(self, rng: np.random.Generator, placed: PlacedObject) -> None:
        """Draw an object."""
        canvas, light = self.canvas, self.backdrop.light
        scale = canvas.size[0] / 640
        x0, y0, x1, y1 = placed.box
        quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        thing = placed.thing
        picture = Image.fromarray(np.dstack([thing.pixels, thing.alpha * 255]).astype(np.uint8), "RGBA")
        target = (max(8, round((x1 - x0) * 1.2)), max(8, round((y1 - y0) * 1.2)))
        if target[0] < picture.width:
            picture = picture.resize(target, Image.Resampling.BOX, reducing_gap=2.0)
        values = np.asarray(picture, dtype=np.float32)
        pixels, alpha = values[..., :3].copy(), values[..., 3] / 255
        if rng.random() < 0.5:
            pixels, alpha = pixels[:, ::-1], alpha[:, ::-1]
        grey = pixels.mean(axis=2, keepdims=True)
        pixels = grey + (pixels - grey) * float(rng.uniform(0.66, 0.86))  # toys are gaudier than things
        rows = np.linspace(-1, 1, alpha.shape[0], dtype=np.float32)[:, None]
        columns = np.linspace(-1, 1, alpha.shape[1], dtype=np.float32)[None, :]
        shade = 0.93 + 0.10 * (light[0] * columns + light[1] * rows) - 0.14 * np.clip(rows - 0.35, 0, 1)
        shade = shade * (1 + 0.05 * fractal_noise(rng, alpha.shape, (alpha.shape[1] / 2, 5.0, 2.0)))
        around = canvas.mean(quad)
        shade = shade * np.clip(0.66 + 0.36 * around.mean() / 140, 0.62, 1.05)
        cast = np.clip(around / max(1.0, float(around.mean())), 0.7, 1.3) ** 0.2
        pixels = pixels * shade[..., None] * cast.astype(np.float32)
        if not placed.on_ground:
            self._shelf(rng, x0, x1, y1)
            canvas.shade(
                quad * [0.8, 1] + [0.2 * (x0 + x1) / 2, 0],
                offset=(-5 * light[0] * scale, 2),
                blur=5 * scale,
                strength=0.25,
            )
        wide, flat = (x1 - x0) / 2, max(2.0, 0.05 * (y1 - y0))
        angles = np.linspace(0, 2 * np.pi, 24)
        ellipse = np.stack([(x0 + x1) / 2 + 0.9 * wide * np.cos(angles), y1 - 1 + flat * np.sin(angles)], axis=1)
        canvas.shade(ellipse, offset=(-0.25 * wide * light[0], flat * 0.4), blur=max(1.5, flat * 0.9), strength=0.55)
        canvas.put(pixels.astype(np.float32), alpha.astype(np.float32), None, quad)
        self.objects.append(TrueObject(len(self.objects), thing.noun, thing.colour, (x0, y0, x1, y1)))

    def add_obstacle(self, rng: np.random.Generator) -> None:
        """Something close to the camera that hides a part of what is behind: a pole, a twig with leaves."""
        width, height = self.canvas.size
        x = float(rng.uniform(0.05, 0.95)) * width
        tone = np.array(paint(rng, str(rng.choice(["grey", "black", "brown", "green"]))), float) * 0.7
        if rng.random() < 0.6:
            lean = float(rng.uniform(-0.04, 0.04)) * width
            self.canvas.bar(
                np.array([x, -5.0]), np.array([x + lean, height + 5.0]), float(rng.uniform(0.008, 0.025)) * width, tone
            )
            return
        green = np.array([52, 84, 40], np.float32) * float(rng.uniform(0.7, 1.4))
        for _ in range(int(rng.integers(14, 40))):
            cx, cy = x + float(rng.normal(0, 0.07)) * width, abs(float(rng.normal(0, 0.09))) * height
            r = float(rng.uniform(0.008, 0.02)) * width
            angles = np.linspace(0, 2 * np.pi, 4, endpoint=False) + float(rng.uniform(0, np.pi))
            quad = np.stack([cx + r * np.cos(angles) * 1.6, cy + r * np.sin(angles)], axis=1)
            leaf = np.broadcast_to(green * float(rng.uniform(0.7, 1.25)), (*_LEAF.shape, 3)).astype(np.float32)
            self.canvas.put(leaf, _LEAF, None, quad)

    def truth(self, how: Degradation | None) -> SceneTruth:
        """Everything that is known, once all is drawn. how: decides what can still be read."""
        width, height = self.canvas.size
        least = 6.0  # pixels of a capital
        if how is not None:
            softness = 3.6 * max(0.0, how.blur - 0.6) + 0.25 * max(0.0, how.grain - 3.0)
            least = max(4.5, (5.2 + softness) * width / 640)
        moved = max(abs(how.motion[0]), abs(how.motion[1])) if how else 0
        words = []
        for number, (string, polygon, order, letters) in enumerate(self.words):
            visible = self.canvas.visible_share(polygon, order)
            legible = visible >= 0.8 and letters >= least + 1.6 * moved
            words.append(TrueWord(number, string, _polygon(polygon), legible))
        words += self.native
        lines = tuple(
            line
            if line.is_native
            else TrueLine(
                *(
                    line.words,
                    line.string,
                    line.kind,
                    line.ink,
                    line.ground,
                    line.styles,
                    line.letter_height,
                    line.carrier,
                ),
                all(words[number].legible for number in line.words),
            )
            for line in self.lines
        )
        return SceneTruth(width, height, tuple(words), lines, tuple(self.carriers), tuple(self.objects))


_LEAF = np.clip(4 * (1 - np.hypot(*np.mgrid[-1.1:1.1:14j, -1.1:1.1:14j])), 0, 1).astype(np.float32)
"""Alpha (14, 14) of a leaf: a soft disc."""


def _polygon(points: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def _against(rng: np.random.Generator, canvas: Canvas, quad: Floats) -> tuple[str | None, tuple[str, str, str]]:
    """Colour name of the wall inside a quad, and a scheme that stands out against it; "busy" where nothing would."""
    low, high = quad.min(axis=0).astype(int), quad.max(axis=0).astype(int)
    part = canvas.pixels[max(0, low[1]) : high[1], max(0, low[0]) : high[0]].reshape(-1, 3)[::7]
    level, spread = float(part.mean()), float(part.mean(axis=1).std())
    if spread > 32 or 105 < level < 135:
        return None, ("busy", "white", "white")
    ink = str(
        rng.choice(
            ["white", "white", "yellow", "cream"] if level <= 120 else ["black", "blue", "red", "brown", "green"]
        )
    )
    name = dominant_colour(part)
    return (None if name == ink else name), (name or "grey", ink, ink)


def _draw(rng: np.random.Generator, settings: Settings) -> Drawing:
    size = settings.size
    use_photo = settings.photos is not None and rng.random() < settings.photo_share
    camera = random_camera(rng, size, strength=0.75 if use_photo else 1.0)
    if use_photo and settings.photos is not None:
        backdrop = photo_backdrop(rng, settings.photos.pick(rng), size)
    else:
        backdrop = draw_place(rng, size, camera)
    drawing = Drawing(Canvas(backdrop.pixels), backdrop, settings)
    # Close by there is room for few surfaces, from afar for many.
    zoom = float(np.exp(rng.uniform(np.log(0.85), np.log(1.8))))
    least, most = settings.carriers
    count = int(np.clip(round(float(rng.uniform(0.7, 1.2)) * 8 / zoom**1.5), least, most))
    placed = place_carriers(rng, size, backdrop, camera, count, zoom)
    used: list[str] = []
    for one in placed:
        # Two surfaces of a kind differ in colour more often than not: that is what people tell them apart by.
        avoid = tuple(used) if rng.random() < 0.8 else ()
        scheme = pick_scheme(rng, grounds=one.kind.grounds, avoid=avoid)
        used.append(scheme[0])
        drawing.add_carrier(rng, one, scheme)
    wanted = int(rng.integers(settings.objects[0], settings.objects[1] + 1))
    for thing in place_objects(rng, size, backdrop, placed, settings.cutouts, wanted, zoom):
        drawing.add_object(rng, thing)
    if rng.random() < 0.18:
        drawing.add_obstacle(rng)
    return drawing
