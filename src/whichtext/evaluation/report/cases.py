"""Cases drawn on their photos: what was wanted in green, what was given in red, in the style of `whichtext.drawing`."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from whichtext.drawing import DrawingStyle, draw_scene
from whichtext.evaluation.report.pages import Case, Mark
from whichtext.geometry import box_of
from whichtext.image import Photo, load_photo
from whichtext.output import encode_picture
from whichtext.types import SceneContent, Text

__all__ = ["draw_case"]

WANTED = (43, 178, 76)
GIVEN = (255, 60, 60)
LONGEST_SIDE = 900
"""Of the picture in the report, in pixels."""
QUALITY = 80


def draw_case(case: Case) -> bytes:
    """The photo with the case on it, as the bytes of a JPEG file."""
    photo = load_photo(case.picture)
    photo = _with_marks(photo, case.wanted, WANTED)
    photo = _with_marks(photo, case.given, GIVEN)
    picture = Image.fromarray(photo.pixels)
    if max(picture.size) > LONGEST_SIDE:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return encode_picture(np.asarray(picture), "case.jpg", quality=QUALITY)


def _with_marks(photo: Photo, marks: Sequence[Mark], colour: tuple[int, int, int]) -> Photo:
    """The photo with framed and tagged texts on it."""
    if not marks:
        return photo
    texts = tuple(
        Text(id=place, level="line", text=mark.text, polygon=mark.polygon, box=box_of(mark.polygon), score=1.0)
        for place, mark in enumerate(marks)
    )
    picture = draw_scene(photo, SceneContent(photo.info, texts), style=DrawingStyle(line=colour))
    return replace(photo, pixels=np.asarray(picture))
