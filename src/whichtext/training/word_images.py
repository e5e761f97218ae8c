"""Pictures of words and lines with their strings, fed to a recognizer's training.

    python -m whichtext.training.word_images --data TEXTREF --output cache/words --drawn 20000 --fonts FOLDER...

What is kept of each is a patch: the part of a photo around the text at its own resolution, the quad of the text in it,
and the string. Every epoch cuts another crop out of it, through the same straightening and margins as when the
recognizer runs, with moved corners, in other colours, blurred, small, noisy (`random_crop`). Patches come from photos
(official strings, strings checked by eye, sure machine readings, single words and runs of words of one line) and from
drawing (`whichtext.training.drawn_words`). A character of a script that is not to be read stands as `OTHER`.
"""

import argparse
import io
import json
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from safetensors import safe_open
from safetensors.numpy import save_file

from whichtext.crops import straighten
from whichtext.geometry import as_polygon, quad_size
from whichtext.localization.layout import upright_quad
from whichtext.recognition.normalize import plain_text
from whichtext.recognition.ppocr import SVTRConfig
from whichtext.recognition.regions import with_margin
from whichtext.training.word_regions import is_held_out
from whichtext.types import Polygon

__all__ = [
    "Distortion",
    "WordPatch",
    "cut_patch",
    "load_patches",
    "photo_patches",
    "random_crop",
    "save_patches",
    "upright_crop",
]

logger = logging.getLogger(__name__)

SURE = 0.9
"""Score from which on a machine reading is taken for the truth."""
MOST_HIGH = 96.0
"""Pixels across the writing beyond which a patch is shrunk."""
SURROUNDINGS = 0.7
"""Of the photo that is kept around a text, in heights of it."""
LONGEST_RUN = 6
"""Words of a line that are taken together."""
MOST_WIDE = 640
"""Pixels of the widest crop, at a height of 48; longer lines are left out of training."""


@dataclass(frozen=True, slots=True)
class WordPatch:
    """A text with its surroundings."""

    pixels: NDArray[np.uint8]
    """(H, W, 3) RGB."""
    quad: NDArray[np.float64]
    """(4, 2) corners of the text in it, from the top left of the writing, clockwise."""
    string: str
    source: str
    """`official`, `checked`, `machine`, `line` or `drawn`."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """What happens to a crop in training. Lengths are in heights of the text."""

    shift: float = 0.04
    """Standard deviation by which each corner moves."""
    margins: float = 0.06
    """The same for each margin, along and across."""
    shear: float = 0.12
    """The same for the slant of the writing."""
    squeeze: float = 0.2
    """Standard deviation of the logarithm of a change of width."""
    low: float = 0.3
    """How often a crop is taken at a lower resolution, where it has one above `least`."""
    least: float = 11.0
    """Pixels of the crop's height that are left then at least."""
    blur: float = 0.2
    """How often it is blurred, ..."""
    noise: float = 0.3
    """... noisy, ..."""
    jpeg: float = 0.25
    """... compressed, ..."""
    inverted: float = 0.05
    """... in the opposite colours, ..."""
    grey: float = 0.1
    """... without colours."""
    colour: float = 0.35
    """Largest change of brightness and contrast, as a part."""


def upright_crop(
    patch: WordPatch, height: int = 48, *, along: float | None = None, across: float | None = None
) -> NDArray[np.uint8]:
    """The crop as the recognizer sees it when it runs: (height, W, 3)."""
    config = SVTRConfig()
    quad, _ = with_margin(
        patch.quad,
        config.margin_along if along is None else along,
        config.margin_across if across is None else across,
    )
    return straightened(patch.pixels, quad, height)


def random_crop(
    patch: WordPatch, height: int, rng: np.random.Generator, distortion: Distortion | None = None
) -> NDArray[np.uint8]:
    """Another crop of the same text each time: (height, W, 3)."""
    how = distortion or Distortion()
    config = SVTRConfig()
    across = quad_size(patch.quad)[1]
    margins = np.array([config.margin_along, config.margin_across]) + rng.normal(0.0, how.margins, 2)
    along, over = np.clip(margins, [0.0, 0.0], [0.6, 0.5])
    quad, _ = with_margin(patch.quad, float(along), float(over))
    right = (quad[1] - quad[0]) / max(1e-6, float(np.linalg.norm(quad[1] - quad[0])))
    slant = rng.normal(0.0, how.shear) * across
    quad = quad + rng.normal(0.0, how.shift, (4, 2)) * across
    quad += np.outer([0.5, 0.5, -0.5, -0.5], right) * slant
    crop = straightened(patch.pixels, quad, height)
    if rng.random() < 0.5:  # narrow and wide letters are to be read as well
        width = max(8, round(crop.shape[1] * float(np.exp(rng.normal(0.0, how.squeeze)))))
        crop = np.asarray(Image.fromarray(crop).resize((width, height), Image.Resampling.BILINEAR))
    return degraded(crop, rng, how, native=quad_size(quad)[1])


def straightened(pixels: NDArray[np.uint8], quad: NDArray[np.float64], height: int) -> NDArray[np.uint8]:
    """The quad (4, 2) of a picture at `height` pixels, as long as it is: (height, W, 3)."""
    width, across = quad_size(quad)
    length = int(np.clip(round(width * height / max(across, 1e-6)), 8, MOST_WIDE * height // 48))
    return straighten(pixels, quad, (length, height), bicubic=False)


def degraded(crop: NDArray[np.uint8], rng: np.random.Generator, how: Distortion, *, native: float) -> NDArray[np.uint8]:
    """A crop (H, W, 3) in other light and worse quality; native: its height in pixels of the photo."""
    picture = Image.fromarray(crop)
    height = picture.height
    if rng.random() < how.low and native > how.least:
        factor = float(np.exp(rng.uniform(np.log(how.least), np.log(min(native, height))))) / height
        small = (max(4, round(picture.width * factor)), max(6, round(height * factor)))
        way = (Image.Resampling.BILINEAR, Image.Resampling.BOX, Image.Resampling.BICUBIC)[int(rng.integers(3))]
        low = picture.resize(small, way)
        if rng.random() < 0.5:
            low = compressed(low, rng)
        picture = low.resize(picture.size, Image.Resampling.BICUBIC)
    if rng.random() < how.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.4, 1.5))))
    pixels = np.asarray(picture).astype(np.float32)
    if rng.random() < 0.08:
        pixels = smeared(pixels, int(rng.integers(3, 7)), axis=int(rng.integers(2)))
    if how.colour:
        middle = pixels.mean()
        contrast = 1.0 + float(rng.uniform(-how.colour, how.colour))
        gain = 1.0 + rng.uniform(-how.colour, how.colour) + rng.normal(0.0, 0.04, 3)
        pixels = ((pixels - middle) * contrast + middle) * gain.astype(np.float32)
    if rng.random() < how.grey:
        pixels = np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < how.inverted:
        pixels = 255.0 - pixels
    if rng.random() < how.noise:
        grain = rng.normal(0.0, float(rng.uniform(2.0, 11.0)), pixels.shape[:2])
        pixels = pixels + grain.astype(np.float32)[:, :, None]
    result = np.clip(pixels, 0, 255).astype(np.uint8)
    return np.asarray(compressed(Image.fromarray(result), rng)) if rng.random() < how.jpeg else result


def smeared(pixels: NDArray[np.float32], length: int, *, axis: int) -> NDArray[np.float32]:
    """Mean over `length` neighbours, as where the camera moves."""
    shifts = range(-(length // 2), length - length // 2)
    moved: NDArray[np.float32] = np.mean([np.roll(pixels, shift, axis=axis) for shift in shifts], axis=0)
    return moved


def compressed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A picture after JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=int(rng.integers(25, 85)))
    with Image.open(buffer) as image:
        return image.convert("RGB")


def cut_patch(image: NDArray[np.uint8], quad: NDArray[np.float64], string: str, source: str) -> WordPatch:
    """The part of an (H, W, 3) photo around a quad (4, 2)."""
    _, height = quad_size(quad)
    around = SURROUNDINGS * height + 2
    low = np.clip(np.floor(quad.min(axis=0) - around), 0, [image.shape[1] - 1, image.shape[0] - 1]).astype(int)
    high = np.clip(np.ceil(quad.max(axis=0) + around), low + 1, [image.shape[1], image.shape[0]]).astype(int)
    part = image[low[1] : high[1], low[0] : high[0]]
    corners = quad - low
    factor = int(max(1.0, height / MOST_HIGH))
    if factor > 1:
        part = np.asarray(Image.fromarray(np.ascontiguousarray(part)).reduce(factor))
        corners = corners / factor
    return WordPatch(np.ascontiguousarray(part), corners, string, source)


def photo_patches(folder: Path, *, held_out: bool, lines: bool = True) -> Iterator[WordPatch]:
    """Words of the train photos of a TextRef folder, those that are held out or the other ones, and runs of words.

    `words.jsonl` is there, `expressions-train.jsonl` perhaps: strings checked by eye, and which words form a line.
    """
    checked = {record["image_id"]: record for record in records(folder / "expressions-train.jsonl")}
    for record in records(folder / "words.jsonl"):
        if record.get("split", "train") != "train" or is_held_out(record["image_id"]) != held_out:
            continue
        with Image.open(folder / record["file"]) as picture:
            image = np.asarray(picture.convert("RGB"))
        words = known_strings(record, checked.get(record["image_id"]))
        for polygon, string, source in words.values():
            if (quad := reading_quad(polygon, string)) is not None:
                yield cut_patch(image, quad, string, source)
        for line in checked.get(record["image_id"], {}).get("lines", ()) if lines else ():
            for run in runs_of([words.get(place) for place in line]):
                if (quad := quad_around([polygon for polygon, _, _ in run])) is not None:
                    yield cut_patch(image, quad, " ".join(string for _, string, _ in run), "line")


def records(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file; none where there is no file."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


Known = tuple[Polygon, str, str]
"""Polygon, string and source of a word."""


def known_strings(record: dict[str, Any], checked: dict[str, Any] | None) -> dict[int, Known]:
    """The words of a photo whose strings are known, by their ids: official ones first, then checked, then sure ones."""
    found: dict[int, Known] = {}
    for text in record["texts"]:
        polygon = as_polygon(np.asarray(text["polygon"], dtype=np.float64))
        if text.get("string") and text.get("legible") is not False:
            found[text["id"]] = (polygon, clean(text["string"]), "official")
        elif (text.get("machine_score") or 0.0) > SURE and text.get("machine_string"):
            found[text["id"]] = (polygon, clean(text["machine_string"]), "machine")
    for text in checked["texts"] if checked else ():
        is_official = text["id"] in found and found[text["id"]][2] == "official"
        if text.get("string_verified") and text.get("string") and not is_official:
            polygon = as_polygon(np.asarray(text["polygon"], dtype=np.float64))
            found[text["id"]] = (polygon, clean(text["string"]), "checked")
    return {key: word for key, word in found.items() if word[1]}


def clean(string: str) -> str:
    """A string as the recognizer gives it: plain signs, single spaces."""
    return " ".join("".join(plain_text(char) for char in string).split())


def reading_quad(polygon: Polygon, string: str) -> NDArray[np.float64] | None:
    """Quad (4, 2) of a word from the start of its writing; None for one that is too small or may run up or down."""
    quad = np.asarray(upright_quad(polygon), dtype=np.float64)
    width, height = quad_size(quad)
    is_doubtful = len(string) > 1 and height > 1.3 * width
    return None if min(width, height) < 3.0 or is_doubtful else quad


def runs_of(line: Sequence[Known | None]) -> Iterator[list[Known]]:
    """The whole line, and pairs of neighbours, as far as their strings are known."""
    start = 0
    while start < len(line):
        run: list[Known] = []
        while start < len(line) and (word := line[start]) is not None and len(run) < LONGEST_RUN:
            run.append(word)
            start += 1
        start += not run
        if len(run) > 1:
            yield run
        if len(run) > 2:
            yield from (run[place : place + 2] for place in range(0, len(run) - 1, 2))


def quad_around(polygons: Sequence[Polygon]) -> NDArray[np.float64] | None:
    """Quad (4, 2) from the start of the first to the end of the last word; None where they do not form a straight line.

    The first word may be higher or lower than the last: both ends are as high as the highest word.
    """
    quads = [np.asarray(upright_quad(polygon), dtype=np.float64) for polygon in polygons]
    if any(min(quad_size(quad)) < 3.0 or quad_size(quad)[1] > 1.5 * quad_size(quad)[0] for quad in quads):
        return None
    along = quads[-1].mean(axis=0) - quads[0].mean(axis=0)
    if np.linalg.norm(along) < 1e-6:
        return None
    along = along / np.linalg.norm(along)
    across = np.array([-along[1], along[0]])
    points = np.concatenate(quads)
    right, down = points @ along, points @ across
    highest = max(quad_size(quad)[1] for quad in quads)
    if across[1] < 0.7 or down.max() - down.min() > 1.6 * highest:
        return None
    if any(b @ along - a @ along < 0 for a, b in zip(centres(quads), centres(quads)[1:], strict=False)):
        return None
    corners = [
        (right.min(), down.min()),
        (right.max(), down.min()),
        (right.max(), down.max()),
        (right.min(), down.max()),
    ]
    return np.array([x * along + y * across for x, y in corners])


def centres(quads: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Middle of each quad."""
    return [quad.mean(axis=0) for quad in quads]


def save_patches(path: Path, patches: Sequence[WordPatch]) -> None:
    """Write patches into one safetensors file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            "pixels": np.concatenate([patch.pixels.reshape(-1) for patch in patches]),
            "sizes": np.array([patch.pixels.shape[:2] for patch in patches], dtype=np.int32),
            "quads": np.array([patch.quad for patch in patches]),
        },
        path,
        metadata={"texts": json.dumps([[patch.string, patch.source] for patch in patches])},
    )


def load_patches(path: Path) -> list[WordPatch]:
    """Read patches: those of one file, or of all files of a folder."""
    if path.is_dir():
        return [patch for file in sorted(path.glob("*.safetensors")) for patch in load_patches(file)]
    with safe_open(path, framework="numpy") as file:
        texts = json.loads(file.metadata()["texts"])
        pixels, sizes, quads = (file.get_tensor(name) for name in ("pixels", "sizes", "quads"))
    ends = np.cumsum(sizes.prod(axis=1, dtype=np.int64) * 3)
    parts = np.split(pixels, ends[:-1])
    return [
        WordPatch(part.reshape(*size, 3), quad, string, source)
        for part, size, quad, (string, source) in zip(parts, sizes.tolist(), quads, texts, strict=True)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    from whichtext.training.drawn_words import DrawnWords, draw_batch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="TextRef folder with words.jsonl")
    parser.add_argument("--output", type=Path, default=Path("cache/words"))
    parser.add_argument("--drawn", type=int, default=20000, help="drawn words")
    parser.add_argument("--fonts", type=Path, nargs="*", default=[], help="folders of typefaces")
    parser.add_argument("--other-fonts", type=Path, nargs="*", default=[], help="folders with those of other scripts")
    parser.add_argument("--word-lists", type=Path, nargs="*", default=[], help="files with one word a line")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for name, held_out in (("held-out", True), ("train", False)):
        file = given.output / name / "photos.safetensors"
        if not file.exists():
            save_patches(file, list(photo_patches(given.data, held_out=held_out)))
        logger.info("%s: %d texts of photos", name, len(load_patches(file)))
    settings = DrawnWords(given.data, tuple(given.fonts), tuple(given.other_fonts), tuple(given.word_lists), given.seed)
    with ProcessPoolExecutor(given.jobs) as workers:
        batches = [(start, min(1000, given.drawn - start)) for start in range(0, given.drawn, 1000)]
        missing = [
            batch for batch in batches if not (given.output / "train" / f"drawn-{batch[0]:06d}.safetensors").exists()
        ]
        running = [(start, workers.submit(draw_batch, settings, start, count)) for start, count in missing]
        for start, future in running:
            save_patches(given.output / "train" / f"drawn-{start:06d}.safetensors", future.result())
            logger.info("drawn up to %d", start + 1000)


if __name__ == "__main__":
    main()
