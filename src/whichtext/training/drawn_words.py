"""Words and lines that are drawn, with their strings: many typefaces, signs, prices, accents, other scripts.

A drawing has the form of a patch of a photo (`whichtext.training.word_images`). What it says comes from the strings of
the scene synthesizer and from word lists. The same seed gives the same patches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from whichtext.data.synthesis import strings
from whichtext.data.synthesis.fonts import Face, FontLibrary
from whichtext.data.synthesis.lettering import WrittenLine, bend, tilt, write_line
from whichtext.data.synthesis.noise import soft_noise
from whichtext.data.synthesis.palette import paint, pick_scheme
from whichtext.geometry import min_area_quad, order_quad
from whichtext.recognition.normalize import OTHER
from whichtext.training.word_images import WordPatch, clean, records
from whichtext.training.word_regions import is_held_out

__all__ = ["DrawnWords", "draw_batch", "draw_word", "other_script", "random_string"]

MOST_LETTERS = 30
SCRIPTS = (
    (0x4E00, 0x8000, 8),
    (0x3041, 0x3094, 2),
    (0x30A1, 0x30F7, 3),
    (0xAC00, 0xD7A4, 5),
    (0x0410, 0x0450, 5),
    (0x0391, 0x03CA, 2),
    (0x0621, 0x064B, 5),
    (0x05D0, 0x05EB, 2),
    (0x0905, 0x093A, 3),
    (0x0985, 0x09B0, 2),
    (0x0E01, 0x0E2F, 3),
    (0x0B85, 0x0BB0, 1),
    (0x10D0, 0x10F1, 1),
)
"""Other scripts: first and last code point, and how often each is drawn."""
LOOK_ALIKE = frozenset("АВЕЗКМНОРСТУХаеорсухкЅІЈѕіјгпиъьΑΒΕΖΗΙΚΜΝΟΡΤΥΧονικρτυχωαγηπσ一丨口日ニエロカトハノタ二三十工ー")
"""Letters of other scripts that anyone would read as Latin ones, and what is no more than a stroke."""


@dataclass(frozen=True, slots=True)
class DrawnWords:
    """What drawings are made of."""

    photos: Path | None = None
    """TextRef folder whose train photos lend their places without writing, those held out excepted."""
    fonts: tuple[Path, ...] = ()
    other_fonts: tuple[Path, ...] = ()
    word_lists: tuple[Path, ...] = ()
    seed: int = 0


def draw_batch(settings: DrawnWords, start: int, count: int) -> list[WordPatch]:
    """Drawings number `start` to before `start + count`."""
    return [draw_word(np.random.default_rng((settings.seed, 77, start + i)), settings) for i in range(count)]


def draw_word(rng: np.random.Generator, settings: DrawnWords) -> WordPatch:
    """One word or line, straight or a little bent, on a plain ground or a part of a photo."""
    if settings.other_fonts and rng.random() < 0.08:
        line, string = other_script(rng, settings)
    else:
        string = random_string(rng, settings)
        face = font_library(settings.fonts).pick(rng, string)
        size = int(rng.integers(30, 56))
        tracking = float(rng.choice([0.0, 0.0, 0.0, rng.uniform(-0.03, 0.05), rng.uniform(0.05, 0.35)]))
        line = write_line(face, size, string, tracking=tracking, stroke=int(rng.random() < 0.1))
        if len(string) > 3 and rng.random() < 0.12:
            line = bend(line, float(rng.uniform(15, 80) * rng.choice([-1, 1])))
        elif rng.random() < 0.15:
            line = tilt(line, float(rng.normal(0, 5)))
    return paint_line(rng, line, string, settings)


def random_string(rng: np.random.Generator, settings: DrawnWords) -> str:
    """What a sign could say: one word mostly, sometimes a line; capitals, small letters, digits, prices, accents."""
    kind = rng.random()
    words = word_list(settings.word_lists)
    if kind < 0.5 and words:
        string = str(words[int(rng.integers(len(words)))])
        case = rng.random()
        string = string.upper() if case < 0.4 else string.capitalize() if case < 0.65 else string
        if rng.random() < 0.08:
            string += str(rng.choice([".", ",", ":", "!", "?", "'s", ")", "-", "®", "™"]))
    elif kind < 0.62:
        string = random_number(rng)
    else:
        program = list(strings.PROGRAMS)[int(rng.integers(len(strings.PROGRAMS)))]
        contents = strings.compose(rng, program)
        string = contents[int(rng.integers(len(contents)))].string
        parts = string.split()
        if rng.random() < 0.5 and len(parts) > 1:
            first = int(rng.integers(len(parts)))
            string = " ".join(parts[first : first + int(rng.integers(1, 3))])
        if rng.random() < 0.3:
            string = string.upper()
    string = clean(string)
    while len(string) > MOST_LETTERS and " " in string:
        string = string.rsplit(" ", 1)[0]
    return string[:MOST_LETTERS].strip() or "A"


def random_number(rng: np.random.Generator) -> str:
    """Digits in one of the ways in which signs have them."""
    makers = (
        strings.price,
        strings.phone,
        strings.percentage,
        strings.hours,
        strings.date,
        strings.plate_number,
        strings.code,
        strings.web,
    )
    choice = int(rng.integers(len(makers) + 3))
    return makers[choice](rng) if choice < len(makers) else strings.digits(rng, int(rng.integers(1, 6)))


def other_script(rng: np.random.Generator, settings: DrawnWords) -> tuple[WrittenLine, str]:
    """Letters of another script, each of which stands as `OTHER`; now and then a Latin word beside them."""
    faces = other_faces(settings.other_fonts)
    weights = np.array([weight for _, _, weight in SCRIPTS], dtype=np.float64)
    for _ in range(40):
        low, high, _ = SCRIPTS[int(rng.choice(len(SCRIPTS), p=weights / weights.sum()))]
        string = "".join(map(chr, rng.integers(low, high, int(rng.integers(2, 8))).tolist()))
        fitting = [face for face in faces if face.can_write(string)] if not LOOK_ALIKE & set(string) else []
        if not fitting:
            continue
        face = fitting[int(rng.integers(len(fitting)))]
        said = OTHER * len(string)
        if rng.random() < 0.25:
            word = random_string(rng, settings).split()[0]
            if face.can_write(word):
                string, said = (f"{string} {word}", f"{said} {word}")
        return write_line(face, int(rng.integers(30, 56)), string), said
    string = random_string(rng, settings)
    return write_line(font_library(settings.fonts).pick(rng, string), 40, string), string


def paint_line(rng: np.random.Generator, line: WrittenLine, string: str, settings: DrawnWords) -> WordPatch:
    """A written line in colours, on a ground, at the resolution at which a photo may have it."""
    mask = line.mask
    corners = np.concatenate(line.polygons)
    quad = order_quad(min_area_quad(corners)) if line.is_bent or len(line.polygons) > 1 else line.polygons[0]
    quad = np.asarray(quad, dtype=np.float64)
    height = float(np.linalg.norm(quad[3] - quad[0]))
    around = int(0.8 * height) + 3
    size = (mask.width + 2 * around, mask.height + 2 * around)
    ground = ground_of(rng, size, settings)
    ink_mask = np.zeros((size[1], size[0]), dtype=np.float32)
    ink_mask[around : around + mask.height, around : around + mask.width] = np.asarray(mask, dtype=np.float32) / 255
    ink = ink_for(rng, ground)
    pixels = ground.copy()
    if rng.random() < 0.2:
        shift = (int(rng.integers(-3, 4)), int(rng.integers(1, 4)))
        shadow = np.roll(ink_mask, shift, axis=(1, 0))
        shade = 0.0 if ink.mean() > pixels.mean() else 255.0
        pixels += (shade - pixels) * (shadow * float(rng.uniform(0.3, 0.9)))[:, :, None]
    opacity = float(rng.uniform(0.75, 1.0))
    inked = ink + soft_noise(rng, (size[1], size[0]), 20)[:, :, None] * float(rng.uniform(0, 18))
    pixels += (inked - pixels) * (ink_mask * opacity)[:, :, None]
    if rng.random() < 0.3:
        light = np.linspace(float(rng.uniform(0.6, 1.0)), float(rng.uniform(0.9, 1.3)), size[0], dtype=np.float32)
        pixels *= light[None, :, None]
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.2))))
    wanted = float(np.exp(rng.uniform(np.log(11), np.log(60))))
    factor = min(1.0, wanted / height)
    small = (max(4, round(picture.width * factor)), max(4, round(picture.height * factor)))
    picture = picture.resize(small, Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BICUBIC)
    scale = np.array([small[0] / size[0], small[1] / size[1]])
    return WordPatch(np.asarray(picture), (quad + around) * scale, string, "drawn")


def ground_of(rng: np.random.Generator, size: tuple[int, int], settings: DrawnWords) -> NDArray[np.float32]:
    """(H, W, 3) float32 in [0, 255]: one colour with a little texture, or a place without writing in a photo."""
    places = quiet_places(settings.photos) if settings.photos is not None else ()
    if places and rng.random() < 0.5:
        place = Image.fromarray(places[int(rng.integers(len(places)))])
        turned = place.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else place
        return np.asarray(turned.resize(size, Image.Resampling.BILINEAR)).astype(np.float32)
    base = np.array(paint(rng, pick_scheme(rng)[0]), dtype=np.float32) + rng.normal(0, 12, 3).astype(np.float32)
    grain = soft_noise(rng, (size[1], size[0]), float(rng.uniform(2, 40)))[:, :, None] * float(rng.uniform(0, 20))
    return (base + grain).astype(np.float32)


def ink_for(rng: np.random.Generator, ground: NDArray[np.float32]) -> NDArray[np.float32]:
    """A colour (3,) that differs enough from a ground."""
    mean = ground.mean(axis=(0, 1))
    least = float(rng.uniform(35, 110))
    ink = np.zeros(3, dtype=np.float32)
    for _ in range(30):
        ink = np.array(paint(rng, pick_scheme(rng)[1]), dtype=np.float32) + rng.normal(0, 15, 3).astype(np.float32)
        if abs(float((ink - mean) @ np.array([0.3, 0.6, 0.1]))) > least:
            return ink
    return np.full(3, 20.0 if mean.mean() > 128 else 235.0, dtype=np.float32)


@cache
def font_library(folders: tuple[Path, ...]) -> FontLibrary:
    """The typefaces below some folders."""
    return FontLibrary(folders)


@cache
def other_faces(folders: tuple[Path, ...]) -> tuple[Face, ...]:
    """Typefaces of other scripts below some folders."""
    files = sorted(path for folder in folders for path in folder.rglob("*.tt[fc]"))
    return tuple(Face(str(path)) for path in files)


@cache
def word_list(files: tuple[Path, ...]) -> tuple[str, ...]:
    """The words of some files, those of each file as often as those of any other."""
    lists = [
        [word for word in file.read_text(encoding="utf-8").split() if 2 <= len(word) <= 14 and "'" not in word]
        for file in files
    ]
    rng = np.random.default_rng(0)
    least = min(map(len, lists), default=0)
    return tuple(str(word) for words in lists for word in rng.choice(words, least, replace=False).tolist())


@cache
def quiet_places(folder: Path, count: int = 600) -> tuple[NDArray[np.uint8], ...]:
    """Parts of train photos, 64 pixels high, in which no writing is known."""
    rng = np.random.default_rng(0)
    rows = [
        row
        for row in records(folder / "words.jsonl")
        if row.get("split", "train") == "train" and not is_held_out(row["image_id"])
    ]
    places: list[NDArray[np.uint8]] = []
    for position in rng.permutation(len(rows))[:count].tolist():
        row = rows[position]
        boxes = [(*np.min(text["polygon"], axis=0), *np.max(text["polygon"], axis=0)) for text in row["texts"]]
        with Image.open(folder / row["file"]) as picture:
            image = picture.convert("RGB")
        places.extend(np.asarray(place) for place in free_windows(rng, image, boxes))
    return tuple(places)


def free_windows(
    rng: np.random.Generator, image: Image.Image, boxes: Sequence[Sequence[float]], most: int = 3
) -> list[Image.Image]:
    """Windows of a photo that touch none of some boxes (x0, y0, x1, y1)."""
    found: list[Image.Image] = []
    for _ in range(12):
        height = int(rng.integers(24, 160))
        width = int(height * rng.uniform(1.0, 5.0))
        if width >= image.width or height >= image.height or len(found) == most:
            continue
        x, y = int(rng.integers(image.width - width)), int(rng.integers(image.height - height))
        if all(x1 < x or x0 > x + width or y1 < y or y0 > y + height for x0, y0, x1, y1 in boxes):
            found.append(image.crop((x, y, x + width, y + height)).resize((256, 64), Image.Resampling.BILINEAR))
    return found
