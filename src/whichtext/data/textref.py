"""TextRef: photos with word regions and descriptions of texts; our own format, JSON Lines, UTF-8, one object an image.

A `.jsonl` file, or a folder of them, whose lines for the same image are put together: `words.jsonl` first, then
`expressions*.jsonl`, `attributes*.jsonl` and the others. Where two files speak of one text, the later one is right.

- `image_id`; `split`, `file`, `width`, `height`, `source`, `lexicon` [words] where known.
- `texts` [{`id`, `polygon` [[x, y], ...] (empty where the picture is the crop of the text), `string`, `legible`}] and,
  where known, `language`, `category`, `characters` [{`polygon`, `char`}]; every other member is an attribute.
- `objects` [{`id`, `category`, `box` [x0, y0, x1, y1]}], every other member is an attribute.
- `lines` [[ids], ...]: all texts grouped into lines in reading order; or, as `labels`, [{`targets` [ids], attributes}].
- `expressions` [{`id`, `raw`, `targets` [ids of texts], `object_id`, `types`, `context`, `reading`, `triplet` {`text`,
  `relation`, `context`, `object_id`}, `source`, `margin`}]: each fits exactly one target.
- `ambiguous` [{`raw`, `matches` [[ids], ...]}]: descriptions that fit several texts.
- `no_target` and `no_target_written` [wording, or {`id`, `raw`, ...}]: descriptions that fit nothing in the photo; the
  latter were written as such (their source is "written").

Only the places of the lines stay in memory; a line is parsed when its image's turn comes.
"""

import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from whichtext.data.fields import (
    FieldError,
    as_box_xyxy,
    as_id,
    as_list,
    as_mapping,
    as_name,
    as_number,
    as_points,
    as_size,
    as_text,
    get,
)
from whichtext.data.files import Folder
from whichtext.data.jsonfile import parse_json
from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import (
    AttributeValue,
    CharacterBox,
    Expression,
    Id,
    ImageRecord,
    LineLabels,
    ObjectInstance,
    Place,
    TextInstance,
    Triplet,
)
from whichtext.errors import DatasetError
from whichtext.types import Status

__all__ = ["WRITTEN", "read"]

WRITTEN = "written"
"""Source of descriptions that were made up to fit nothing."""
MAX_ENTRIES = 100_000
"""Of one list of one image."""

_Row = tuple[Mapping[str, Any], Place]
_ORDER = ("words", "expressions", "attributes")


def read(path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[ImageRecord]:
    """Images of a file or of the files of a folder, in the order in which they are first named."""
    paths = _files(path, options)
    images: dict[str, array[int]] = {}  # (number of the file, line, offset) of each row, one after the other
    for number, file in enumerate(paths):
        own: set[str] = set()
        for row, place, offset in _rows(file, problems, options):
            key = str(row["image_id"])
            if key in own:
                problems.drop("duplicate-id", place, f"the image {key!r} stands twice in the file")
                continue
            own.add(key)
            images.setdefault(key, array("q")).extend((number, place.line or 0, offset))
    streams: list[IO[bytes]] = []
    try:
        for file in paths:
            streams.append(open(file, "rb"))  # noqa: SIM115
        for key, places in images.items():
            rows = []
            for number, line, offset in zip(places[::3], places[1::3], places[2::3], strict=True):
                streams[number].seek(offset)
                rows.append(_parsed(streams[number].readline(), Place(str(paths[number]), line)))
            try:
                yield _record(rows, problems)
            except FieldError as error:
                place = rows[0][1]
                problems.drop("malformed", Place(place.file, place.line, error.path), f"{key!r} is left out: {error}")
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", file=str(path)) from error
    finally:
        for stream in streams:
            stream.close()


def _files(path: Path, options: ReadOptions) -> list[Path]:
    if not path.is_dir():
        return [path]
    with Folder(path, limits=options.limits) as folder:
        names = [name for name in folder if name.endswith(".jsonl")]
    if not names:
        raise DatasetError("there is no .jsonl file in the folder", file=str(path))

    def rank(name: str) -> int:
        return next((number for number, start in enumerate(_ORDER) if name.startswith(start)), len(_ORDER))

    return [path / name for name in sorted(names, key=rank)]


def _rows(file: Path, problems: Problems, options: ReadOptions) -> Iterator[tuple[Mapping[str, Any], Place, int]]:
    """(row, place, offset) of each usable line."""
    limit = options.limits.max_small_bytes
    try:
        if not file.is_file():
            raise DatasetError("does not exist or is no regular file", file=str(file))
        with open(file, "rb") as stream:
            number, offset = 0, 0
            while line := stream.readline(limit + 1):
                number += 1
                place = Place(str(file), number)
                if len(line) > limit:
                    raise DatasetError(f"a line of more than {limit} bytes", file=str(file), line=number)
                if line.strip():
                    try:
                        yield (*_parsed(line, place), offset)
                    except FieldError as error:
                        problems.drop("malformed", place, f"the line is left out: {error}")
                offset += len(line)
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot be read: {error}", file=str(file)) from error


def _parsed(line: bytes, place: Place) -> _Row:
    try:
        row = as_mapping(parse_json(line.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise FieldError(f"byte 0x{line[error.start]:02x} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise FieldError(f"no valid JSON: {error.msg} (column {error.colno})") from error
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError(f"no valid JSON: {error}") from error
    as_id(get(row, "image_id"), "image_id")
    return row, place


def _record(rows: list[_Row], problems: Problems) -> ImageRecord:
    texts: dict[Id, TextInstance] = {}
    objects: dict[Id, ObjectInstance] = {}
    lines: list[tuple[Id, ...]] = []
    labels: list[LineLabels] = []
    expressions: list[Expression] = []
    lexicon: list[str] = []
    for row, place in rows:
        reader = _RowReader(row, place, problems)
        for text in reader.each("texts", _text):
            texts[text.id] = _merged(texts.get(text.id), text)
        for thing in reader.each("objects", _object):
            objects[thing.id] = thing
        for entry in reader.each("lines", lambda value, where: value):
            if isinstance(entry, Mapping):
                labels += reader.one(entry, "lines", _labels)
            else:
                lines += reader.one(entry, "lines", lambda value, where: _ids(value))
        labels += reader.each("labels", _labels)
        lexicon += reader.each("lexicon", lambda value, where: as_text(value))
        expressions += reader.expressions()
    known = frozenset(texts)
    if known or objects:
        expressions = [one for one in expressions if _is_grounded(one, known, objects, problems)]
        labels = [one for one in labels if _is_known(one.text_ids, known, one.place, problems)]
        lines = [ids for ids in lines if _is_known(ids, known, rows[0][1], problems)]

    def first(key: str, take: Callable[[Any, str], Any]) -> Any:
        return next((take(row[key], key) for row, _ in rows if row.get(key) is not None), None)

    return ImageRecord(
        image_id=as_id(rows[0][0]["image_id"]),
        file=first("file", as_name),
        width=first("width", as_size),
        height=first("height", as_size),
        texts=tuple(texts.values()),
        objects=tuple(objects.values()),
        expressions=tuple(expressions),
        lines=tuple(lines),
        labels=tuple(labels),
        lexicon=tuple(lexicon),
        split=first("split", as_text),
        source=first("source", as_text),
        place=rows[0][1],
    )


class _RowReader:
    """Takes the lists of one row apart; an entry that is damaged is reported and left out."""

    def __init__(self, row: Mapping[str, Any], place: Place, problems: Problems) -> None:
        self._row = row
        self._place = place
        self._problems = problems

    def each(self, key: str, take: Callable[[Any, Place], Any]) -> list[Any]:
        """All usable entries of a list; none where the key is absent."""
        value = self._row.get(key)
        if value is None:
            return []
        entries = as_list(value, key)
        if len(entries) > MAX_ENTRIES:
            raise FieldError(f"a list of {len(entries)} entries", key)
        kept: list[Any] = []
        seen: set[Id] = set()
        for number, entry in enumerate(entries):
            taken = self.one(entry, f"{key}[{number}]", take)
            if taken and isinstance(taken[0], TextInstance | ObjectInstance | Expression):
                if taken[0].id in seen:
                    self._problems.drop("duplicate-id", taken[0].place, f"the id {taken[0].id!r} stands twice")
                    continue
                seen.add(taken[0].id)
            kept += taken
        return kept

    def one(self, entry: Any, path: str, take: Callable[[Any, Place], Any]) -> list[Any]:
        """An entry as a list of one, or of none where it is damaged."""
        place = Place(self._place.file, self._place.line, path)
        try:
            return [take(entry, place)]
        except FieldError as error:
            where = Place(place.file, place.line, f"{path}.{error.path}" if error.path else path)
            self._problems.drop("malformed", where, str(error))
            return []

    def expressions(self) -> list[Expression]:
        """Expressions of all three kinds."""
        image_id = self._row["image_id"]
        kept = []
        kinds: tuple[tuple[str, Status, str | None], ...] = (
            ("expressions", "found", None),
            ("ambiguous", "ambiguous", None),
            ("no_target", "none", None),
            ("no_target_written", "none", WRITTEN),
        )
        for key, status, source in kinds:

            def take(
                value: Any, place: Place, key: str = key, status: Status = status, source: str | None = source
            ) -> Expression:
                number = (place.path or "").partition("[")[2].rstrip("]")
                item = {"raw": value} if isinstance(value, str) else as_mapping(value)
                return _expression(item, f"{image_id}#{key}{number}", status, source, place)

            kept += self.each(key, take)
        return kept


def _text(value: Any, place: Place) -> TextInstance:
    item = as_mapping(value)
    points = as_list(get(item, "polygon"), "polygon")
    legible = item.get("legible")
    if legible is not None and not isinstance(legible, bool):
        raise FieldError("true, false or null was expected", "legible")
    return TextInstance(
        id=as_id(get(item, "id"), "id"),
        polygon=as_points(points, "polygon") if points else (),
        string=_optional(item, "string"),
        legible=legible,
        language=_optional(item, "language"),
        category=_optional(item, "category"),
        characters=tuple(_character(entry) for entry in as_list(item.get("characters") or (), "characters")),
        attributes=_attributes(item, ("id", "polygon", "string", "legible", "language", "category", "characters")),
        place=place,
    )


def _character(value: Any) -> CharacterBox:
    item = as_mapping(value, "characters")
    return CharacterBox(as_points(get(item, "polygon"), "characters"), _optional(item, "char"))


def _merged(earlier: TextInstance | None, later: TextInstance) -> TextInstance:
    """A text of which two files speak: the later one counts, what it does not say is kept from the earlier one."""
    if earlier is None:
        return later
    return TextInstance(
        id=later.id,
        polygon=later.polygon or earlier.polygon,
        string=later.string if later.string is not None else earlier.string,
        legible=later.legible if later.legible is not None else earlier.legible,
        language=later.language or earlier.language,
        category=later.category or earlier.category,
        characters=later.characters or earlier.characters,
        attributes=tuple({**dict(earlier.attributes), **dict(later.attributes)}.items()),
        place=later.place,
    )


def _object(value: Any, place: Place) -> ObjectInstance:
    item = as_mapping(value)
    box = item.get("box")
    return ObjectInstance(
        id=as_id(get(item, "id"), "id"),
        category=_optional(item, "category"),
        box=None if box is None else as_box_xyxy(box, "box"),
        attributes=_attributes(item, ("id", "category", "box")),
        place=place,
    )


def _labels(value: Any, place: Place) -> LineLabels:
    item = as_mapping(value)
    return LineLabels(_ids(get(item, "targets")), _attributes(item, ("targets",)), place)


def _expression(
    item: Mapping[str, Any], default_id: str, status: Status, source: str | None, place: Place
) -> Expression:
    object_id = item.get("object_id")
    margin = item.get("margin")
    matches = as_list(get(item, "matches"), "matches") if status == "ambiguous" else ()
    return Expression(
        id=as_id(item.get("id", default_id), "id"),
        raw=as_text(get(item, "raw"), "raw"),
        text_ids=_ids(get(item, "targets")) if status == "found" else (),
        object_id=None if object_id is None else as_id(object_id, "object_id"),
        status=status,
        alternatives=tuple(_ids(match) for match in matches),
        types=tuple(as_text(entry, "types") for entry in as_list(item.get("types") or (), "types")),
        context=_optional(item, "context"),
        reading=_optional(item, "reading"),
        triplet=None if item.get("triplet") is None else _triplet(as_mapping(item["triplet"], "triplet")),
        source=_optional(item, "source") or source,
        margin=None if margin is None else as_number(margin, "margin"),
        place=place,
    )


def _triplet(item: Mapping[str, Any]) -> Triplet:
    object_id = item.get("object_id")
    return Triplet(
        as_text(get(item, "text"), "triplet.text"),
        _optional(item, "relation"),
        _optional(item, "context"),
        None if object_id is None else as_id(object_id, "triplet.object_id"),
    )


def _ids(value: Any) -> tuple[Id, ...]:
    entries = as_list(value, "targets")
    if len(entries) > MAX_ENTRIES:
        raise FieldError(f"a list of {len(entries)} ids", "targets")
    return tuple(as_id(entry, "targets") for entry in entries)


def _optional(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return None if value is None else as_text(value, key)


def _attributes(item: Mapping[str, Any], known: tuple[str, ...]) -> tuple[tuple[str, AttributeValue], ...]:
    """Every member that is not one of the known and not null, in the order of the file."""
    return tuple(
        (as_text(key), _attribute(value, key)) for key, value in item.items() if key not in known and value is not None
    )


def _attribute(value: Any, path: str) -> AttributeValue:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return as_text(value, path)
    if not isinstance(value, list):
        return as_number(value, path)
    if len(value) > MAX_ENTRIES:
        raise FieldError(f"a list of {len(value)} entries", path)
    if all(isinstance(entry, str) for entry in value):
        return tuple(as_text(entry, path) for entry in value)
    return tuple(as_number(entry, path) for entry in value)


def _is_known(ids: tuple[Id, ...], known: frozenset[Id], place: Place, problems: Problems) -> bool:
    missing = [one for one in ids if one not in known]
    if missing:
        problems.drop("orphan", place, f"no text has the id {missing[0]!r}")
    return not missing


def _is_grounded(
    expression: Expression, known: frozenset[Id], objects: Mapping[Id, ObjectInstance], problems: Problems
) -> bool:
    for ids in (expression.text_ids, *expression.alternatives):
        if not _is_known(ids, known, expression.place, problems):
            return False
    for object_id in (expression.object_id, expression.triplet.object_id if expression.triplet else None):
        if object_id is not None and object_id not in objects:
            problems.drop("orphan", expression.place, f"no object has the id {object_id!r}")
            return False
    if expression.status == "found" and not expression.text_ids and expression.object_id is None:
        problems.drop("malformed", expression.place, "the expression has no target")
        return False
    return True
