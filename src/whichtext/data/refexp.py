"""Google RefExp: 26,711 photos of COCO train2014, 54,822 objects, 104,560 expressions written by people.

Two layouts. As released (`google_refexp_train_201511.json`): lists `annotations` [{annotation_id, image_id, refexp_ids,
region_candidates}] and `refexps` [{refexp_id, raw, tokens, parse}], without boxes: the ids are COCO's, and the option
`instances` (COCO's instances_train2014.json) gives box, category and picture. Aligned by the authors' toolbox
(`..._coco_aligned.json`): objects keyed by id, `images` {file_name, width, height, image_id, region_candidates},
`annotations` {COCO's annotation with bbox, annotation_id, refexp_ids} and `refexps` as above.

An object that stands in several entries has the expressions of all of them. Tokens, parse and region candidates are the
authors' tools' and are not read.
"""

from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from whichtext.data.fields import FieldError, as_box_xywh, as_id, as_list, as_mapping, as_text, get
from whichtext.data.instances import Instances, Picture, as_picture, located
from whichtext.data.jsonfile import Entries, JsonFile
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import Expression, Id, ImageRecord, ObjectInstance, Place

__all__ = ["RefExp", "read"]

SOURCE = "Google RefExp"


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """All images that have expressions, in the order in which the annotations name them."""
    return iter(RefExp(path, problems=problems, options=options))


class RefExp:
    """The images of one file, by id; each is parsed when it is asked for."""

    def __init__(self, path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> None:
        self._problems = problems
        self._objects: dict[str, array[int]] = {}
        self._pictures: dict[str, int] = {}
        self._expressions: dict[str, int] = {}
        repeated: list[tuple[str, int]] = []
        nowhere: list[int] = []
        used: set[str] = set()

        def see_object(position: int, key: str | None, value: Any) -> None:
            owner = value.get("image_id") if isinstance(value, dict) else None
            if owner is None:
                nowhere.append(position)
                return
            self._objects.setdefault(_short(owner), array("l")).append(position)
            ids = value.get("refexp_ids")
            used.update(map(_short, ids) if isinstance(ids, list) else ())

        def see_expression(position: int, key: str | None, value: Any) -> None:
            name = value.get("refexp_id", key) if isinstance(value, dict) else key
            if name is None or _short(name) in self._expressions:
                repeated.append(("refexps", position))
            else:
                self._expressions[_short(name)] = position

        def see_image(position: int, key: str | None, value: Any) -> None:
            name = key
            if key is None and isinstance(value, dict):
                name = value.get("image_id", value.get("id"))
            if name is None or _short(name) in self._pictures:
                repeated.append(("images", position))
            else:
                self._pictures[_short(name)] = position

        file = JsonFile(
            path,
            {"annotations": see_object, "refexps": see_expression, "images": see_image},
            limits=options.limits,
        )
        self._annotations: Entries = file.require("annotations")
        self._refexps: Entries = file.require("refexps")
        self._images: Entries | None = file.entries.get("images")
        for name, position in repeated:
            problems.drop("duplicate-id", file.entries[name].place(position), "the id is missing or stands twice")
        for position in nowhere:
            problems.drop("orphan", self._annotations.place(position), "the annotation names no image")
        for name, position in self._expressions.items():
            if name not in used:
                problems.drop("orphan", self._refexps.place(position), "no annotation has this expression")
        self._instances = (
            None
            if options.instances is None
            else Instances(options.instances, problems=problems, limits=options.limits)
        )

    @property
    def image_ids(self) -> tuple[str, ...]:
        """Ids of the images that have annotations, as text."""
        return tuple(self._objects)

    def __contains__(self, image_id: str) -> bool:
        return image_id in self._objects

    def __iter__(self) -> Iterator[ImageRecord]:
        for image_id in self._objects:
            record = self.image(image_id)
            if record is not None:
                yield record

    def image(self, image_id: str) -> ImageRecord | None:
        """One image; None where it is damaged (reported each time it is asked for)."""
        objects: dict[Id, ObjectInstance] = {}
        expressions: dict[Id, Expression] = {}
        own_id: Id = image_id
        for position in self._objects[image_id]:
            place = self._annotations.place(position)
            try:
                item = as_mapping(self._annotations[position])
                own_id = as_id(get(item, "image_id"), "image_id")
                thing = _object(item, place)
                wanted = as_list(get(item, "refexp_ids"), "refexp_ids")
            except FieldError as error:
                self._problems.drop("malformed", self._annotations.place(position, error.path), str(error))
                continue
            if thing.id not in objects:
                objects[thing.id] = located(thing, self._instances, self._problems)
            for refexp_id in wanted:
                expression = self._expression(refexp_id, thing.id, place)
                if expression is not None:
                    expressions.setdefault(expression.id, expression)
        if not objects:
            return None  # each of its objects was reported
        picture = self._picture(image_id)
        return ImageRecord(
            image_id=own_id,
            file=None if picture is None else picture.file,
            width=None if picture is None else picture.width,
            height=None if picture is None else picture.height,
            objects=tuple(objects.values()),
            expressions=tuple(expressions.values()),
            source=SOURCE,
            place=next(iter(objects.values())).place,
        )

    def _expression(self, refexp_id: Any, object_id: Id, owner: Place) -> Expression | None:
        position = self._expressions.get(_short(refexp_id))
        if position is None:
            self._problems.drop("orphan", owner, f"there is no expression {_short(refexp_id)!r}")
            return None
        place = self._refexps.place(position)
        try:
            item = as_mapping(self._refexps[position])
            own_id = as_id(item.get("refexp_id", refexp_id), "refexp_id")
            raw = as_text(get(item, "raw"), "raw")
        except FieldError as error:
            self._problems.drop("malformed", self._refexps.place(position, error.path), str(error))
            return None
        return Expression(own_id, raw, object_id=object_id, source="human", place=place)

    def _picture(self, image_id: str) -> Picture | None:
        position = self._pictures.get(image_id)
        if position is None or self._images is None:
            return None if self._instances is None else self._instances.picture(image_id)
        try:
            return as_picture(self._images[position])
        except FieldError as error:
            self._problems.note("malformed", self._images.place(position, error.path), str(error))
            return None


def _object(item: Mapping[str, Any], place: Place) -> ObjectInstance:
    object_id = as_id(item["annotation_id"] if "annotation_id" in item else get(item, "id"), "annotation_id")
    box = as_box_xywh(item["bbox"], "bbox") if item.get("bbox") is not None else None
    category = item.get("category_id")
    attributes = () if category is None else (("category_id", str(as_id(category, "category_id"))),)
    return ObjectInstance(object_id, None, box, attributes, place)


def _short(value: Any) -> str:
    """An id as the key of an index, whatever it is."""
    return str(value)[:40] if isinstance(value, str | int) else "?"
