"""A folder of scenes: `photos/*.jpg` and `scenes.jsonl` in TextRef format, the same bytes for any number of jobs."""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from whichtext.data.synthesis.backgrounds import PhotoLibrary
from whichtext.data.synthesis.degradation import encode
from whichtext.data.synthesis.fonts import SYSTEM_FONTS, FontLibrary
from whichtext.data.synthesis.objects import CutOutLibrary
from whichtext.data.synthesis.recording import extras_of
from whichtext.data.synthesis.scene import Scene, Settings, synthesize
from whichtext.data.textref_writing import record_to_dict
from whichtext.errors import InputError, OutputError

__all__ = ["Sources", "contact_sheet", "make_settings", "scene_to_line", "write_scenes"]

MAX_SCENES = 10_000_000
_AT_ONCE = 8  # scenes that one job makes before it reports
_SHEET_COLUMNS, _THUMB = 4, 480


@dataclass(frozen=True, slots=True)
class Sources:
    """Where scenes take their parts from; the folders are read once in each job."""

    size: tuple[int, int] = (640, 480)
    fonts: tuple[Path, ...] = ()
    """Folders; the system's fonts where empty, Pillow's own where the system has none."""
    cutouts: Path | None = None
    photos: Path | None = None
    into_photos: bool = False


def make_settings(sources: Sources) -> Settings:
    """Open the folders."""
    folders = sources.fonts or ((SYSTEM_FONTS,) if any(SYSTEM_FONTS.rglob("*.[to]tf")) else ())
    return Settings(
        size=sources.size,
        fonts=FontLibrary(folders),
        cutouts=CutOutLibrary(sources.cutouts),
        photos=PhotoLibrary(sources.photos) if sources.photos is not None else None,
        into_photos=sources.into_photos,
    )


def scene_to_line(scene: Scene) -> str:
    """One line of `scenes.jsonl`."""
    forms = {str(number): [p.as_list() for p in one.predicates] for number, one in enumerate(scene.written)}
    levels = {str(number): one.level for number, one in enumerate(scene.written)}
    document = record_to_dict(scene.record) | extras_of(scene.truth, forms, levels)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(", ", ": ")) + "\n"


def write_scenes(
    output: Path,
    sources: Sources,
    *,
    count: int,
    seed: int,
    jobs: int = 1,
    preview: Path | None = None,
    preview_scenes: int = 12,
    report: Callable[[str], None] = lambda name: None,
) -> int:
    """Make scenes 0 to count - 1 into a new or empty folder; gives how many expressions they have.

    preview: picture into which the first scenes are put side by side; report: called with each finished file's name.
    """
    if not 1 <= count <= MAX_SCENES:
        raise InputError(f"{count} scenes: give a number from 1 to {MAX_SCENES}")
    if seed < 0:
        raise InputError(f"the seed {seed} is negative: give 0 or more")
    if jobs < 1:
        raise InputError(f"{jobs} jobs: give 1 or more")
    make_settings(sources)  # a bad folder is reported here, not in a job
    photos = output / "photos"
    try:
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise OutputError(f"{str(output)!r} is no empty folder: nothing is overwritten; name another one")
        photos.mkdir(parents=True)
        total = 0
        thumbs: list[bytes] = []
        with open(output / "scenes.jsonl", "x", encoding="utf-8", newline="\n") as stream:
            for name, data, line, expressions in _all(sources, count, seed, jobs):
                (photos / name).write_bytes(data)
                stream.write(line)
                total += expressions
                if preview is not None and len(thumbs) < preview_scenes:
                    thumbs.append(data)
                report(name)
        if preview is not None:
            contact_sheet(thumbs).save(preview)
    except (OSError, ValueError) as error:
        raise OutputError(f"the scenes cannot be written to {str(output)!r}: {error}") from error
    return total


_Made = tuple[str, bytes, str, int]
_SETTINGS: dict[Sources, Settings] = {}  # of this process: opened once, whichever scenes it is asked for


def _make(task: tuple[Sources, int, range]) -> list[_Made]:
    sources, seed, numbers = task
    if sources not in _SETTINGS:
        _SETTINGS[sources] = make_settings(sources)
    made = []
    for index in numbers:
        scene = synthesize(index, seed=seed, settings=_SETTINGS[sources])
        name = Path(scene.record.file or "").name
        expressions = sum(one.status == "found" for one in scene.written)
        made.append((name, encode(scene.image, scene.quality), scene_to_line(scene), expressions))
    return made


def _all(sources: Sources, count: int, seed: int, jobs: int) -> Iterator[_Made]:
    """Every scene, in order."""
    tasks = [(sources, seed, range(start, min(count, start + _AT_ONCE))) for start in range(0, count, _AT_ONCE)]
    if jobs == 1 or len(tasks) == 1:
        for task in tasks:
            yield from _make(task)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks), 4 * (os.cpu_count() or 1)), mp_context=get_context("spawn")) as pool:
        waiting = []
        for task in tasks:  # only as many results as there are jobs wait in memory
            waiting.append(pool.submit(_make, task))
            if len(waiting) > 2 * jobs:
                yield from waiting.pop(0).result()
        for future in waiting:
            yield from future.result()


def contact_sheet(pictures: list[bytes]) -> Image.Image:
    """Pictures (encoded) side by side, four in a row."""
    thumbs = []
    for data in pictures:
        with Image.open(BytesIO(data)) as picture:
            thumb = picture.convert("RGB")
        thumb.thumbnail((_THUMB, _THUMB), Image.Resampling.LANCZOS)
        thumbs.append(thumb)
    columns = min(_SHEET_COLUMNS, len(thumbs))
    rows = -(-len(thumbs) // columns)
    width, height = max(thumb.width for thumb in thumbs), max(thumb.height for thumb in thumbs)
    sheet = Image.new("RGB", (columns * (width + 4) + 4, rows * (height + 4) + 4), (32, 32, 32))
    for number, thumb in enumerate(thumbs):
        sheet.paste(thumb, (4 + number % columns * (width + 4), 4 + number // columns * (height + 4)))
    return sheet
