"""RefCOCOg: the RefExp expressions, cleaned and split by image (UMD): 25,799 photos, 49,822 objects, 95,010 sentences.

`refs(umd).p` or `refs(google).p`, a Python 2 pickle; it is read as plain data, without running what a pickle can run
(`plain_pickle.py`). Or the same as JSON: a list, or an object with the member `refs`. Each ref is {ref_id, ann_id,
category_id, file_name, image_id, split, sent_ids, sentences [{raw, sent, sent_id, tokens}]}. RefCOCO, RefCOCO+ and
RefCLEF files of the same collection have the same format.
Option `instances`, or else `instances.json` beside the file: boxes, categories and pictures.
In the Google split an image may belong to several parts; then each of its objects has the attribute `split` instead.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whichtext.data.fields import FieldError, as_id, as_list, as_mapping, as_name, as_text, get
from whichtext.data.files import read_bytes
from whichtext.data.instances import Instances, located
from whichtext.data.jsonfile import Entries, JsonFile
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.plain_pickle import PickleRefused, load_plain_pickle
from whichtext.data.problems import Problems
from whichtext.data.record import Expression, Id, ImageRecord, ObjectInstance, Place
from whichtext.errors import DatasetError

__all__ = ["read"]

SOURCE = "RefCOCOg"
_OBJECT_SUFFIX = re.compile(r"_[0-9]{1,12}(?=\.[A-Za-z]+$)")


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """All images, in the order of their first ref."""
    refs = _json_refs(path, options) if path.suffix.lower() == ".json" else _pickled_refs(path, options)
    beside = path.with_name("instances.json")
    companion = options.instances or (beside if beside.is_file() else None)
    instances = None if companion is None else Instances(companion, problems=problems, limits=options.limits)
    images: dict[str, list[int]] = {}
    for position in range(len(refs)):
        ref = refs[position]
        if isinstance(ref, dict) and isinstance(ref.get("image_id"), str | int):
            images.setdefault(str(ref["image_id"])[:40], []).append(position)
        else:
            problems.drop("malformed", refs.place(position), "the ref names no image")
    for positions in images.values():
        record = _record(refs, positions, instances, problems)
        if record is not None:
            yield record


class _Pickled:
    """Refs from a pickle, addressed like the entries of a JSON file."""

    def __init__(self, values: list[Any], file: str) -> None:
        self._values = values
        self._file = file

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, position: int) -> Any:
        return self._values[position]

    def place(self, position: int, path: str = "") -> Place:
        return Place(self._file, None, f"[{position}]{'.' if path else ''}{path}")


def _json_refs(path: Path, options: ReadOptions) -> Entries:
    return JsonFile(path, {"refs": None}, root="refs", limits=options.limits).require("refs")


def _pickled_refs(path: Path, options: ReadOptions) -> _Pickled:
    data = read_bytes(path, max_bytes=options.limits.max_pickle_bytes)
    try:
        value = load_plain_pickle(data)
    except PickleRefused as error:
        raise DatasetError(f"no usable pickle: {error}", file=str(path)) from error
    if not isinstance(value, list):
        raise DatasetError("a list of refs was expected in the pickle", file=str(path))
    return _Pickled(value, str(path))


def _record(
    refs: Entries | _Pickled, positions: list[int], instances: Instances | None, problems: Problems
) -> ImageRecord | None:
    objects: dict[Id, ObjectInstance] = {}
    expressions: dict[Id, Expression] = {}
    splits: dict[Id, str | None] = {}
    file: str | None = None
    image_id: Id = ""
    for position in positions:
        place = refs.place(position)
        try:
            ref = as_mapping(refs[position])
            own_id = as_id(get(ref, "ann_id"), "ann_id")
            image_id = as_id(get(ref, "image_id"), "image_id")
            split = None if ref.get("split") is None else as_text(ref["split"], "split")
            if ref.get("file_name") is not None:
                file = _OBJECT_SUFFIX.sub("", as_name(ref["file_name"], "file_name"))
            sentences = as_list(get(ref, "sentences"), "sentences")
        except FieldError as error:
            problems.drop("malformed", refs.place(position, error.path), str(error))
            continue
        if own_id not in objects:
            objects[own_id] = located(ObjectInstance(own_id, place=place), instances, problems)
            splits[own_id] = split
        for number, sentence in enumerate(sentences):
            where = refs.place(position, f"sentences[{number}]")
            try:
                expression = _expression(as_mapping(sentence), own_id, where)
            except FieldError as error:
                problems.drop("malformed", where, str(error))
                continue
            if expression.id in expressions:
                problems.drop("duplicate-id", where, f"the sentence {expression.id!r} stands twice")
            else:
                expressions[expression.id] = expression
    if not objects:
        return None
    parts = set(splits.values())
    things = tuple(objects.values())
    if len(parts) > 1:
        things = tuple(
            ObjectInstance(thing.id, thing.category, thing.box, (("split", part),) if part else (), thing.place)
            for thing, part in zip(things, splits.values(), strict=True)
        )
    picture = None if instances is None else instances.picture(image_id)
    return ImageRecord(
        image_id=image_id,
        file=file if picture is None else picture.file,
        width=None if picture is None else picture.width,
        height=None if picture is None else picture.height,
        objects=things,
        expressions=tuple(expressions.values()),
        split=parts.pop() if len(parts) == 1 else None,
        source=SOURCE,
        place=things[0].place,
    )


def _expression(sentence: Any, object_id: Id, place: Place) -> Expression:
    raw = sentence["raw"] if sentence.get("raw") is not None else get(sentence, "sent")
    return Expression(
        as_id(get(sentence, "sent_id"), "sent_id"),
        as_text(raw, "raw"),
        object_id=object_id,
        source="human",
        place=place,
    )
