"""COCO-Text: 63,686 photos of COCO train2014; 173,589 texts in version 1, 239,506 in version 2.

Version 1 (`COCO_Text.json`) and 2 (`cocotext.v2.json`) are one JSON object: `imgs` {id: {id, file_name, width,
height, set}}, `anns` {id: {id, image_id, bbox [x, y, w, h], polygon or mask, area, class, legibility, language,
utf8_string}}, `imgToAnns` (not needed: `image_id` says the same). Version 1 has `polygon` [x, y] x 4 from the top
left; version 2 has `mask`, a flat polygon of any number of points. class: machine printed, handwritten, others;
legibility: legible, illegible; language: english, not english, na. utf8_string is there only where legible; an
illegible text is a don't-care region.
"""

import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whichtext.data.fields import (
    FieldError,
    as_box_xywh,
    as_id,
    as_list,
    as_mapping,
    as_name,
    as_polygon_flat,
    as_size,
    as_text,
    get,
    rectangle,
)
from whichtext.data.jsonfile import Entries, JsonFile
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import Id, ImageRecord, Place, TextInstance

__all__ = ["CocoText", "read"]

SOURCE = "COCO-Text"
LEGIBILITY = {"legible": True, "illegible": False}


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """All images, in the order of the file; an image without text has no texts."""
    return iter(CocoText(path, problems=problems, options=options))


class CocoText:
    """The images of one file, by id; each is parsed when it is asked for."""

    def __init__(self, path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> None:
        self._problems = problems
        self._positions: dict[str, int] = {}
        self._texts: dict[str, array[int]] = {}
        keys: set[str] = set()
        repeated: list[tuple[str, int]] = []
        image_of: list[str | None] = []

        def see_image(position: int, key: str | None, value: Any) -> None:
            name = str(position) if key is None else key
            if name in self._positions:
                repeated.append(("imgs", position))
            else:
                self._positions[name] = position

        def see_text(position: int, key: str | None, value: Any) -> None:
            if key is not None and key in keys:
                repeated.append(("anns", position))
                image_of.append(None)
                return
            keys.add(key or "")
            owner = value.get("image_id") if isinstance(value, dict) else None
            # Interned: the same ids come again and again.
            image_of.append(None if owner is None else sys.intern(str(owner)[:40]))

        file = JsonFile(path, {"imgs": see_image, "anns": see_text}, limits=options.limits)
        self._images: Entries = file.require("imgs")
        self._annotations: Entries = file.require("anns")
        for name, position in repeated:
            problems.drop("duplicate-id", file.entries[name].place(position), "the id stands twice")
        doubles = {position for name, position in repeated if name == "anns"}
        for position, owner in enumerate(image_of):
            if position in doubles:
                continue
            if owner is None or owner not in self._positions:
                message = f"no image has the id {owner}" if owner is not None else "the annotation names no image"
                problems.drop("orphan", self._annotations.place(position, "image_id"), message)
            else:
                self._texts.setdefault(owner, array("l")).append(position)

    @property
    def image_ids(self) -> tuple[str, ...]:
        """Ids in the order of the file, as the keys of `imgs` have them."""
        return tuple(self._positions)

    def __iter__(self) -> Iterator[ImageRecord]:
        for image_id in self._positions:
            record = self.image(image_id)
            if record is not None:
                yield record

    def image(self, image_id: str) -> ImageRecord | None:
        """One image; None where it is damaged (reported each time it is asked for)."""
        position = self._positions[image_id]
        place = self._images.place(position)
        try:
            item = as_mapping(self._images[position])
            own_id = as_id(item.get("id", image_id), "id")
            if str(own_id) != image_id:
                raise FieldError(f"the id {own_id!r} is not the key {image_id!r}", "id")
            split = item.get("set")
            record = ImageRecord(
                image_id=own_id,
                file=as_name(get(item, "file_name"), "file_name"),
                width=as_size(get(item, "width"), "width"),
                height=as_size(get(item, "height"), "height"),
                texts=tuple(self._texts_of(image_id)),
                split=None if split is None else as_text(split, "set"),
                source=SOURCE,
                place=place,
            )
        except FieldError as error:
            where = self._images.place(position, error.path)
            self._problems.drop("malformed", where, f"the image is left out: {error}")
            return None
        return record

    def _texts_of(self, image_id: str) -> Iterator[TextInstance]:
        for position in self._texts.get(image_id, ()):
            place = self._annotations.place(position)
            try:
                yield _text(as_mapping(self._annotations[position]), self._annotations.key(position), place)
            except FieldError as error:
                self._problems.drop("malformed", self._annotations.place(position, error.path), str(error))


def _text(item: Any, key: str | None, place: Place) -> TextInstance:
    text_id: Id = as_id(item.get("id", key), "id")
    box = as_box_xywh(get(item, "bbox"), "bbox")
    legible = LEGIBILITY.get(as_text(get(item, "legibility"), "legibility"))
    if legible is None:
        raise FieldError(f"{item['legibility']!r} is neither legible nor illegible", "legibility")
    string = item.get("utf8_string")
    return TextInstance(
        id=text_id,
        polygon=_polygon(item) or rectangle(box),
        string=as_text(string, "utf8_string") if string is not None and legible else None,
        legible=legible,
        language=_optional(item, "language"),
        category=_optional(item, "class"),
        attributes=(("bbox", box),),
        place=place,
    )


def _polygon(item: Any) -> tuple[tuple[float, float], ...] | None:
    for name in ("polygon", "mask"):
        value = item.get(name)
        if value is not None and len(as_list(value, name)):
            return as_polygon_flat(value, name)
    return None


def _optional(item: Any, name: str) -> str | None:
    value = item.get(name)
    return None if value is None else as_text(value, name)
