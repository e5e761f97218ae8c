"""COCO's `instances_train2014.json`: where the objects are that RefExp and RefCOCOg talk about, and what they are.

One JSON object: `images` [{id, file_name, width, height}], `annotations` [{id, image_id, category_id, bbox [x, y, w,
h]}], `categories` [{id, name}]. It has 600,000 annotations; each is parsed when it is asked for, what stays is where
it begins.
"""

from pathlib import Path
from typing import Any, NamedTuple

from whichtext.data.fields import FieldError, as_box_xywh, as_id, as_list, as_mapping, as_name, as_size, as_text, get
from whichtext.data.files import DEFAULT_LIMITS, ReadLimits
from whichtext.data.jsonfile import Entries, JsonFile
from whichtext.data.problems import Problems
from whichtext.data.record import ObjectInstance, Place
from whichtext.types import Box

__all__ = ["Instances", "Picture", "as_picture", "category_names", "located"]


class Picture(NamedTuple):
    """What the file says of an image."""

    file: str
    width: int
    height: int


class Instances:
    """Objects and images by id."""

    def __init__(self, path: Path, *, problems: Problems, limits: ReadLimits = DEFAULT_LIMITS) -> None:
        self._problems = problems
        self._positions: dict[str, dict[str, int]] = {"images": {}, "annotations": {}}
        repeated: list[tuple[str, int]] = []

        def see(name: str, position: int, value: Any) -> None:
            if isinstance(value, dict) and "id" in value:
                key = str(value["id"])[:40]
                if key in self._positions[name]:
                    repeated.append((name, position))
                else:
                    self._positions[name][key] = position

        self._file = JsonFile(
            path,
            {
                "images": lambda position, key, value: see("images", position, value),
                "annotations": lambda position, key, value: see("annotations", position, value),
            },
            small=("categories",),
            limits=limits,
        )
        self._images: Entries = self._file.require("images")
        self._annotations: Entries = self._file.require("annotations")
        for name, position in repeated:
            problems.drop("duplicate-id", self._file.entries[name].place(position, "id"), "the id stands twice")
        self._names = category_names(self._file, problems)

    def object_box(self, annotation_id: object) -> tuple[Box, str | None] | None:
        """(box, category) of an object; None where it is absent or damaged (the damage is reported)."""
        position = self._positions["annotations"].get(str(annotation_id))
        if position is None:
            return None
        try:
            item = as_mapping(self._annotations[position])
            return as_box_xywh(get(item, "bbox"), "bbox"), self._names.get(str(item.get("category_id")))
        except FieldError as error:
            self._problems.drop("malformed", self._annotations.place(position, error.path), str(error))
            return None

    def picture(self, image_id: object) -> Picture | None:
        """File and size of an image; None where it is absent or damaged (the damage is reported)."""
        position = self._positions["images"].get(str(image_id))
        if position is None:
            return None
        try:
            return as_picture(self._images[position])
        except FieldError as error:
            self._problems.drop("malformed", self._images.place(position, error.path), str(error))
            return None


def as_picture(value: Any) -> Picture:
    """File and size from an image entry."""
    item = as_mapping(value)
    return Picture(
        as_name(get(item, "file_name"), "file_name"),
        as_size(get(item, "width"), "width"),
        as_size(get(item, "height"), "height"),
    )


def category_names(file: JsonFile, problems: Problems) -> dict[str, str]:
    """Names of the `categories` of a file by id; empty where it has none."""
    names: dict[str, str] = {}
    try:
        for item in as_list(file.members.get("categories", [])):
            entry = as_mapping(item)
            names[str(as_id(get(entry, "id")))] = as_text(get(entry, "name"))
    except FieldError as error:
        problems.drop("malformed", Place(file.name, None, "categories"), str(error))
    return names


def located(item: ObjectInstance, instances: Instances | None, problems: Problems) -> ObjectInstance:
    """An object with the box that the instances have for it, where it has none of its own."""
    if item.box is not None or instances is None:
        return item
    found = instances.object_box(item.id)
    if found is None:
        problems.note("orphan", item.place, f"no instance has the id {item.id}: the object has no box")
        return item
    box, category = found
    return ObjectInstance(item.id, item.category or category, box, item.attributes, item.place)
