"""From a photo to a scene: the main path of whichtext.

    Reader.read → load_photo → localizer → recognizer → words, lines → context → blocks → Scene

`Reader.scene` takes the same path from given word regions. A reader is immutable after construction and safe to share
between threads; every option belongs to one call.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from whichtext import defaults
from whichtext.errors import BadWords, InputError, UnknownComponent
from whichtext.geometry import as_polygon, box_of, min_area_quad
from whichtext.image import Photo, PhotoLimits, load_photo
from whichtext.localization.protocol import LocalizationOptions
from whichtext.scene import Scene
from whichtext.types import Attributes, Carrier, Hint, Level, Polygon, SceneContent, Text

if TYPE_CHECKING:
    from whichtext.context.engine import ContextEngine, ContextObservation
    from whichtext.localization.found_words import FoundWord
    from whichtext.localization.protocol import Localization, Localizer
    from whichtext.recognition.lexicon import Lexicon
    from whichtext.recognition.protocol import Reading, Recognizer
    from whichtext.retrieval.protocol import Retriever

__all__ = ["LOCALIZERS", "RECOGNIZERS", "RETRIEVERS", "Reader", "Word", "believed_words", "settle_words"]


def _dbnet_localizer(threads: int) -> "Localizer":
    from whichtext.localization.dbnet import DBNetLocalizer

    return DBNetLocalizer(threads)


def _ppocr_localizer(threads: int) -> "Localizer":
    from whichtext.localization.dbnet import PPOCRLocalizer

    return PPOCRLocalizer(threads)


def _dtln_localizer(threads: int) -> "Localizer":
    from whichtext.localization.dtln import DTLNLocalizer

    return DTLNLocalizer(threads)


def _svtr_recognizer(threads: int) -> "Recognizer":
    from whichtext.recognition.ppocr import SVTRRecognizer

    return SVTRRecognizer(threads)


def _crnn_recognizer(threads: int) -> "Recognizer":
    from whichtext.recognition.crnn import CRNNRecognizer

    return CRNNRecognizer(threads)


def _ppocr_recognizer(threads: int) -> "Recognizer":
    from whichtext.recognition.ppocr import PPOCRRecognizer

    return PPOCRRecognizer(threads)


def _multilingual_recognizer(threads: int) -> "Recognizer":
    from whichtext.recognition.ppocr import MultilingualRecognizer

    return MultilingualRecognizer(threads)


def _rules_retriever(_: int) -> "Retriever":
    from whichtext.retrieval.rules.retriever import RulesRetriever

    return RulesRetriever()


def _matcher_retriever(threads: int) -> "Retriever":
    from whichtext.retrieval.matcher.retriever import MatcherRetriever

    return MatcherRetriever(threads=threads)


def _listener_retriever(threads: int) -> "Retriever":
    from whichtext.retrieval.listener.retriever import ListenerRetriever

    return ListenerRetriever(threads=threads)


def _crtr_retriever(threads: int) -> "Retriever":
    from whichtext.retrieval.crtr.retriever import LikelihoodRetriever

    return LikelihoodRetriever(threads=threads)


class _Retrievers(Mapping[str, Callable[[int], "Retriever"]]):
    """Those of the package by name; any other captioner by the path of its ONNX file (`tools/export_crtr.py`)."""

    _named: Mapping[str, Callable[[int], "Retriever"]] = MappingProxyType(
        {
            "rules": _rules_retriever,
            "matcher": _matcher_retriever,
            "listener": _listener_retriever,
            "crtr": _crtr_retriever,
        }
    )

    def __getitem__(self, name: str) -> Callable[[int], "Retriever"]:
        if name in self._named or not name.endswith(".onnx"):
            return self._named[name]

        def from_file(threads: int) -> "Retriever":
            from whichtext.retrieval.crtr.retriever import LikelihoodRetriever

            return LikelihoodRetriever(name, threads=threads)

        return from_file

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)


LOCALIZERS: Mapping[str, Callable[[int], "Localizer"]] = MappingProxyType(
    {"dbnet": _dbnet_localizer, "ppocr": _ppocr_localizer, "dtln": _dtln_localizer}
)
"""Every localizer by name; each value makes one for a number of threads. A new one is one line here."""
RECOGNIZERS: Mapping[str, Callable[[int], "Recognizer"]] = MappingProxyType(
    {
        "svtr": _svtr_recognizer,
        "crnn": _crnn_recognizer,
        "ppocr": _ppocr_recognizer,
        "multilingual": _multilingual_recognizer,
    }
)
RETRIEVERS: Mapping[str, Callable[[int], "Retriever"]] = _Retrievers()


_TALL = 1.25
"""A region this many times higher than wide may hold writing that runs up or down."""
_LEAST_AGREEMENT = 50.0
"""Percent of likeness from which on a reading is taken for that of a given string."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word on its way to a text."""

    polygon: Polygon
    string: str
    score: float
    hint: Hint | None = None
    """Why the string is empty."""


class Reader:
    """Reads photos. Weights come with the package; nothing is downloaded, and nothing but the CPU is needed.

    threads: how many threads one call may use; all processors that this process may run on by default.
    localizer, recognizer, retriever: names of `LOCALIZERS`, `RECOGNIZERS` and `RETRIEVERS`; a retriever may also be the
    path of a captioner's ONNX file.
    Raises `UnknownComponent` for a name that is not registered, `WeightsError` for damaged weights.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        localizer: str = defaults.LOCALIZER,
        recognizer: str = defaults.RECOGNIZER,
        retriever: str = defaults.RETRIEVER,
    ) -> None:
        from whichtext.context.engine import ContextEngine

        if threads is not None and (not isinstance(threads, int) or isinstance(threads, bool) or threads < 1):
            raise InputError(f"threads is a whole number from 1, not {threads!r}")
        count = (
            threads or len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else threads or os.cpu_count() or 1
        )
        self._localizer: Localizer = _component(LOCALIZERS, "localizer", localizer)(count)
        self._recognizer: Recognizer = _component(RECOGNIZERS, "recognizer", recognizer)(count)
        self._retriever: Retriever = _component(RETRIEVERS, "retriever", retriever)(count)
        self._listener = RETRIEVERS["listener"](count)
        self._context = ContextEngine(threads=count)

    def looking_with(self, context: "ContextEngine") -> "Reader":
        """The same reader, looking at colours, carriers and objects with another engine."""
        other = copy(self)
        other._context = context
        return other

    def read(
        self,
        source: Any,
        *,
        limits: PhotoLimits | None = None,
        max_side: int | None = None,
        min_score: float | None = None,
        lexicon: Any = None,
        boost: bool = False,
    ) -> Scene:
        """Read a photo: find all text, read it, and look at what is around it.

        source: path, bytes, file object, PIL image, or (H, W, 3) uint8 RGB array. max_side: longer side in pixels of
        the copy in which text is looked for. min_score: drop regions that the localizer is less sure of. lexicon: the
        words that may be read, as a `Lexicon`, words, or the path of a word list; a word is snapped to one of them by
        the rule of `whichtext.recognition.snapping` and stays as read where the pixels speak against all of them.
        boost: keep only what recognition speaks for (paper 3.4): words by `whichtext.localization.boosting`, with a
        lexicon those that are near its words, numbers and short words.
        Raises `BadImage`, `UnsupportedFormat`, `ImageTooLarge` or `InputError`. A photo without text gives a scene
        without texts.
        """
        from whichtext.recognition.lexicon import as_lexicon

        words_to_read = as_lexicon(lexicon)
        photo = load_photo(source, limits=limits or PhotoLimits())
        located = self._localizer.localize(photo.pixels, _localization_options(max_side, min_score))
        readings = self._recognizer.recognize(
            photo.pixels, [region.polygon for region in located.regions], lexicon=words_to_read
        )
        level = self._localizer.level
        if boost:
            found = boosted_words(photo.pixels, level, located, readings, lexicon=words_to_read)
        else:
            found = believed_words(photo.pixels, level, located, readings)
        words = [Word(word.polygon, word.text, word.score, hint) for word, hint in found]
        photo = replace(photo, info=replace(photo.info, analysis_scale=min(1.0, located.scale)))
        return self._scene(photo, words)

    def read_many(
        self,
        sources: Iterable[Any],
        *,
        limits: PhotoLimits | None = None,
        max_side: int | None = None,
        lexicon: Any = None,
        boost: bool = False,
    ) -> Iterable[Scene]:
        """Read photos one after the other, in order, holding one at a time; options and errors are those of `read`."""
        from whichtext.recognition.lexicon import as_lexicon

        words = as_lexicon(lexicon)
        return (self.read(source, limits=limits, max_side=max_side, lexicon=words, boost=boost) for source in sources)

    def scene(
        self,
        source: Any,
        *,
        words: Sequence[tuple[Any, str | None]],
        limits: PhotoLimits | None = None,
        lexicon: Any = None,
    ) -> Scene:
        """Build the scene of a photo from given word regions: ground truth, or any other OCR.

        words: (polygon, string) pairs, polygon = at least three (x, y) points in pixels of the EXIF-upright photo; a
        None string is read by our recognizer. The id of a word text is its position in `words`. lexicon: as for `read`,
        for the words without a string. Raises `BadWords` for malformed regions, and what `read` raises.
        """
        from whichtext.recognition.lexicon import as_lexicon

        words_to_read = as_lexicon(lexicon)
        photo = load_photo(source, limits=limits or PhotoLimits())
        given = [_check_word(position, word) for position, word in enumerate(words)]
        return self._scene(photo, settle_words(photo.pixels, given, self._recognizer, lexicon=words_to_read))

    def _scene(self, photo: Photo, words: Sequence[Word]) -> Scene:
        """Group words, look at their surroundings, and prepare the scene for questions."""
        from whichtext.localization.layout import group_blocks, group_lines

        polygons = [word.polygon for word in words]
        strings = [word.string for word in words]
        lines = group_lines(polygons)
        seen = self._context.observe(photo.pixels, words=polygons, strings=strings, lines=lines)
        line_polygons = [_hull_quad([polygons[word] for word in line]) for line in lines]
        blocks = group_blocks(
            line_polygons,
            carriers=[attributes.carrier.id if attributes.carrier is not None else None for attributes in seen.lines],
            inks=[attributes.ink_lab for attributes in seen.lines],
            grounds=[attributes.ground_lab for attributes in seen.lines],
        )
        content = _content(photo, words, lines, blocks, line_polygons, seen)
        return Scene(
            photo=photo,
            content=content,
            retriever=self._retriever,
            recognizer=self._recognizer,
            maps=seen.maps,
            listener=self._listener,
        )


def _component(registry: Mapping[str, Callable[[int], Any]], role: str, name: str) -> Callable[[int], Any]:
    if name not in registry:
        raise UnknownComponent(f"no {role} named {name!r}; there are: {', '.join(sorted(registry))}")
    return registry[name]


def _localization_options(max_side: int | None, min_score: float | None) -> LocalizationOptions:
    options = LocalizationOptions()
    if max_side is not None:
        if not isinstance(max_side, int) or isinstance(max_side, bool) or not 32 <= max_side <= 8192:
            raise InputError(f"max_side is a whole number of pixels from 32 to 8192, not {max_side!r}")
        options = replace(options, max_side=max_side)
    if min_score is not None:
        if not 0.0 <= min_score <= 1.0:
            raise InputError(f"min_score lies in [0, 1], not {min_score!r}")
        options = replace(options, min_score=min_score)
    return options


def _check_word(position: int, word: Any) -> tuple[Polygon, str | None]:
    """Return a given word as a clockwise polygon and its string."""
    try:
        polygon, string = word
        points = np.asarray(polygon, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadWords(f"word {position} is no (polygon, string) pair: {error}") from error
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise BadWords(
            f"the polygon of word {position} has shape {points.shape}; (P, 2) with at least 3 points is needed"
        )
    if not np.isfinite(points).all():
        raise BadWords(f"the polygon of word {position} has a coordinate that is no finite number")
    if np.abs(points).max() > 1e6:
        raise BadWords(f"the polygon of word {position} has a coordinate beyond a million pixels")
    if string is not None and not isinstance(string, str):
        raise BadWords(f"the string of word {position} is {type(string).__name__}; text or None is needed")
    x, y = points[:, 0], points[:, 1]
    if float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) < 0:  # counter-clockwise as seen, y down
        points = np.roll(points[::-1], 1, axis=0)
    return as_polygon(points), string


def believed_words(
    image: NDArray[np.uint8], level: Level, located: "Localization", readings: "Sequence[Reading]"
) -> "list[tuple[FoundWord, Hint | None]]":
    """The words of an (H, W, 3) uint8 RGB photo as a scene has them: empty, with the reason, where nothing can be read.

    level: what one region is. `Reader.read` and the evaluation both take this way from regions and readings to words.
    """
    from whichtext.localization.found_words import believable_words, foreign_regions
    from whichtext.recognition.legibility import hint_of
    from whichtext.recognition.protocol import Reading

    found = believable_words(image, level, located, readings)
    words: list[tuple[FoundWord, Hint | None]] = []
    for word in found:
        hint = hint_of(image, word.polygon, Reading(word.text, word.recognition))
        words.append((replace(word, text="") if hint else word, hint))
    words.extend((word, "another script") for word in foreign_regions(located, readings, found))
    return words


def boosted_words(
    image: NDArray[np.uint8],
    level: Level,
    located: "Localization",
    readings: "Sequence[Reading]",
    *,
    lexicon: "Lexicon | None",
) -> "list[tuple[FoundWord, Hint | None]]":
    """The words of an (H, W, 3) uint8 RGB photo that recognition speaks for, and no others; none has a hint.

    lexicon: the one with which `readings` were read, if any.
    """
    from whichtext.localization import boosting
    from whichtext.localization.found_words import found_words

    candidates = found_words(image, level, located, readings, least=boosting.CANDIDATES)
    return [(word, None) for word in boosting.boost(candidates, lexicon=lexicon)]


def settle_words(
    image: NDArray[np.uint8],
    given: Sequence[tuple[Polygon, str | None]],
    recognizer: "Recognizer",
    *,
    lexicon: "Lexicon | None" = None,
) -> list[Word]:
    """Read given words that have no string, and find the direction in which each is written.

    image: (H, W, 3) uint8 RGB; given: clockwise polygons in pixels with their strings. With which corner a region from
    elsewhere begins says little: it is taken to be upright, and what stands on its short side, or runs up or down, is
    read in every likely direction. lexicon: words to which readings, not given strings, are snapped.
    """
    from whichtext.localization.layout import upright_quad
    from whichtext.recognition.legibility import hint_of

    quads = [upright_quad(polygon) for polygon, _ in given]
    unread = [i for i, (_, string) in enumerate(given) if string is None]
    doubtful = [i for i, (_, string) in enumerate(given) if string is not None and _may_stand(quads[i], string)]
    found = recognizer.recognize(image, [quads[i] for i in unread], lexicon=lexicon)
    checked = recognizer.recognize(image, [quads[i] for i in doubtful])
    readings = dict(zip([*unread, *doubtful], [*found, *checked], strict=True))
    words = []
    for position, (polygon, string) in enumerate(given):
        quad = quads[position] if len(polygon) == 4 else polygon
        reading = readings.get(position)
        if reading is None:
            words.append(Word(quad, string or "", 1.0))
            continue
        if string is None:
            hint = hint_of(image, quads[position], reading)
            words.append(Word(reading.polygon or quad, "" if hint else reading.text.strip(), reading.score, hint))
            continue
        if reading.polygon is not None and _agree(reading.text, string):
            quad = reading.polygon
        words.append(Word(quad, string, 1.0))
    return words


def _may_stand(quad: Polygon, string: str) -> bool:
    """Whether a region may hold writing that runs up or down: taller than wide, with more than one character."""
    low, high = np.min(quad, axis=0), np.max(quad, axis=0)
    return len(string.strip()) > 1 and bool(high[1] - low[1] >= _TALL * (high[0] - low[0]))


def _agree(reading: str, string: str) -> bool:
    from rapidfuzz import fuzz

    return fuzz.ratio(reading.casefold(), string.casefold()) >= _LEAST_AGREEMENT


def _as_quad(polygon: Polygon) -> Polygon:
    """A quad as it is; any other polygon as its rectangle of least area."""
    return polygon if len(polygon) == 4 else as_polygon(min_area_quad(np.asarray(polygon)))


def _hull_quad(polygons: Sequence[Polygon]) -> Polygon:
    """Quad around several polygons that follows the direction of the first; a single one stays as it is."""
    if len(polygons) == 1:
        return polygons[0]
    points = np.concatenate([np.asarray(polygon, dtype=np.float64) for polygon in polygons])
    first = np.asarray(_as_quad(polygons[0]))
    direction = (first[1] - first[0]) + (first[2] - first[3])
    quad = min_area_quad(points)
    sides = np.roll(quad, -1, axis=0) - quad
    start = int(np.argmax(sides @ direction / np.maximum(np.linalg.norm(sides, axis=1), 1e-9)))
    return as_polygon(np.roll(quad, -start, axis=0))


def _content(
    photo: Photo,
    words: Sequence[Word],
    lines: Sequence[Sequence[int]],
    blocks: Sequence[Sequence[int]],
    line_polygons: Sequence[Polygon],
    seen: "ContextObservation",
) -> SceneContent:
    """Number the texts: words, then lines, then blocks; make every id in attributes and carriers an id of a text."""
    from whichtext.context.attributes import merge
    from whichtext.context.places import relate

    first_line, first_block = len(words), len(words) + len(lines)
    carriers = tuple(
        replace(carrier, texts=tuple(line + first_line for line in carrier.texts)) for carrier in seen.carriers
    )
    texts = [
        _text(position, "word", word.string, word.polygon, word.score, (), _renumbered(own, carriers, 0), word.hint)
        for position, (word, own) in enumerate(zip(words, seen.words, strict=True))
    ]
    for position, line in enumerate(lines):
        string = " ".join(words[word].string for word in line if words[word].string)
        score = float(np.mean([words[word].score for word in line]))
        attributes = _renumbered(seen.lines[position], carriers, first_line)
        hint = None if string else words[line[0]].hint
        texts.append(
            _text(first_line + position, "line", string, line_polygons[position], score, tuple(line), attributes, hint)
        )
    block_polygons = [_hull_quad([line_polygons[line] for line in block]) for block in blocks]
    merged = [merge([seen.lines[line] for line in block]) for block in blocks]
    relations = relate(
        block_polygons,
        size=(float(photo.info.width), float(photo.info.height)),
        heights=[attributes.letter_height for attributes in merged],
        strokes=[attributes.stroke_width for attributes in merged],
        ids=[first_block + position for position in range(len(blocks))],
    )
    for position, block in enumerate(blocks):
        relation = relations[position]
        string = "\n".join(texts[first_line + line].text for line in block if texts[first_line + line].text)
        attributes = replace(
            _renumbered(merged[position], carriers, first_line),
            size_rank=relation.size_rank,
            stroke_rank=relation.stroke_rank,
            place=relation.place,
            left_of=relation.left_of,
            right_of=relation.right_of,
            above=relation.above,
            below=relation.below,
        )
        score = float(np.mean([texts[first_line + line].score for line in block]))
        parts = tuple(first_line + line for line in block)
        hint = None if string else texts[parts[0]].hint
        texts.append(
            _text(first_block + position, "block", string, block_polygons[position], score, parts, attributes, hint)
        )
    return SceneContent(photo=photo.info, texts=tuple(texts), carriers=carriers, objects=tuple(seen.objects))


def _text(
    identity: int,
    level: Level,
    string: str,
    polygon: Polygon,
    score: float,
    parts: tuple[int, ...],
    attributes: Attributes,
    hint: Hint | None,
) -> Text:
    return Text(
        id=identity,
        level=level,
        text=string,
        polygon=polygon,
        box=box_of(polygon),
        score=min(1.0, max(0.0, score)),
        parts=parts,
        attributes=attributes,
        hint=hint,
    )


def _renumbered(attributes: Attributes, carriers: Sequence[Carrier], offset: int) -> Attributes:
    """Turn positions within a level into text ids, and the carrier into the renumbered one."""

    def shift(position: int | None) -> int | None:
        return None if position is None else position + offset

    return replace(
        attributes,
        carrier=None if attributes.carrier is None else carriers[attributes.carrier.id],
        left_of=shift(attributes.left_of),
        right_of=shift(attributes.right_of),
        above=shift(attributes.above),
        below=shift(attributes.below),
    )
