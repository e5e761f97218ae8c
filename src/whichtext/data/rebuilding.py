"""TextRef (rebuilt): descriptions of texts by the recipe of the paper's section 4.2, from COCO-Text and Google RefExp.

The original COCO-TextRef was never released; this is another set made in the same way and never goes by its name.

1. Images that both sets have. 2. Legible texts are targets. 3. Every text and every object give triplets {text -
relationship - context}; the context is worded as the people of RefExp worded it. 4. A triplet stays where it fits its
text plainly and every other text of the image, illegible ones included, at most half as well (`relations.py`); the
distance is its margin. An object's wording that another object of the image has as well is not used. 5. Of what is left
each text gets at most `per_text`, drawn with a seed, different relations first. 6. People accept, reject or edit
(`review.py`). The paper's synthetic texts on photos with little writing are not rebuilt.

The same files and seed always give the same bytes.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from whichtext.data.cocotext import CocoText
from whichtext.data.options import ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import Expression, ImageRecord, ObjectInstance, TextInstance, Triplet
from whichtext.data.refexp import RefExp
from whichtext.data.relations import LOOKS, RELATIONS, Look, Relation, Seen
from whichtext.errors import DatasetError
from whichtext.types import Box

__all__ = ["NAME", "BuildOptions", "BuildReport", "build", "split_of"]

NAME = "TextRef (rebuilt)"
_MAX_WORDS = 30
_FULL = 0.999
"""A degree that counts as 1 in spite of rounding."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """Choices of the builder."""

    seed: int = 0
    per_text: int = 2
    """Descriptions of one text, at most."""
    min_margin: float = 0.5
    """How much better the target must be fitted than any other text, in (0, 1]."""
    ignores_illegible: bool = False
    """Whether illegible texts are taken for absent, as the paper does; otherwise they count as rivals."""


@dataclass(slots=True)
class BuildReport:
    """What the builder saw, made and refused."""

    common_images: int = 0
    written_images: int = 0
    texts: int = 0
    legible_texts: int = 0
    described_texts: int = 0
    objects: int = 0
    used_objects: int = 0
    expressions: int = 0
    relations: Counter[str] = field(default_factory=Counter)
    """How many descriptions use each relation."""
    refused: Counter[str] = field(default_factory=Counter)
    """How many triplets, or wordings, were refused, by reason."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A triplet that fits its target alone."""

    target: TextInstance
    look: Look
    relation: Relation
    thing: ObjectInstance
    phrases: tuple[Expression, ...]
    margin: float


def build(
    cocotext: Path,
    refexp: Sequence[Path],
    *,
    problems: Problems,
    report: BuildReport,
    files: ReadOptions,
    options: BuildOptions,
) -> Iterator[ImageRecord]:
    """Images with at least one description, in the order of COCO-Text.

    `refexp` are one or more files of RefExp; where they are not aligned with COCO, `files.instances` gives the boxes.
    """
    texts = CocoText(cocotext, problems=problems, options=files)
    objects = [RefExp(path, problems=problems, options=files) for path in refexp]
    for image_id in texts.image_ids:
        holders = [part for part in objects if image_id in part]
        if not holders:
            continue
        report.common_images += 1
        photo = texts.image(image_id)
        parts = [record for record in (part.image(image_id) for part in holders) if record is not None]
        if photo is not None and parts:
            record = _describe(photo, parts, report, options)
            if record.expressions:
                report.written_images += 1
                yield record
    if not report.common_images:
        names = " and ".join(map(str, (cocotext, *refexp)))
        raise DatasetError(f"{names} have no image in common: are these the right files?")


def split_of(image_id: object) -> str:
    """train (8 in 10), val or test of an image: by its id alone, so that it never moves."""
    bucket = int.from_bytes(hashlib.sha256(f"{NAME}:{image_id}".encode()).digest()[:4], "big") % 10
    return "train" if bucket < 8 else "val" if bucket == 8 else "test"


def _describe(
    photo: ImageRecord, parts: Sequence[ImageRecord], report: BuildReport, options: BuildOptions
) -> ImageRecord:
    objects = {thing.id: thing for part in parts for thing in part.objects}
    phrases = _own_phrases([one for part in parts for one in part.expressions], report)
    texts = [text for text in photo.texts if text.legible or not options.ignores_illegible]
    report.texts += len(photo.texts)
    report.legible_texts += sum(map(_is_target, texts))
    report.objects += len(objects)
    candidates: dict[int, list[_Candidate]] = {}
    seen = [_seen(text) for text in texts]
    for thing in objects.values():
        if thing.box is None or not phrases.get(thing.id):
            report.refused["object without box or wording"] += 1
            continue
        for number, candidate in _candidates(texts, seen, thing, thing.box, tuple(phrases[thing.id]), report, options):
            candidates.setdefault(number, []).append(candidate)
    expressions: list[Expression] = []
    for number in sorted(candidates):
        rng = random.Random(f"{options.seed}:{photo.image_id}:{texts[number].id}")
        chosen = _chosen(candidates[number], options.per_text, rng)
        expressions += [_worded(photo, candidate, rng) for candidate in chosen]
    expressions = _without_doubles(expressions, report)
    used = {one.triplet.object_id for one in expressions if one.triplet is not None}
    report.expressions += len(expressions)
    report.described_texts += len({one.text_ids for one in expressions})
    report.used_objects += len(used)
    report.relations.update(one.triplet.relation or "" for one in expressions if one.triplet is not None)
    return ImageRecord(
        image_id=photo.image_id,
        file=photo.file,
        width=photo.width,
        height=photo.height,
        texts=photo.texts,
        objects=tuple(objects.values()),
        expressions=tuple(expressions),
        split=split_of(photo.image_id),
        source=NAME,
        place=photo.place,
    )


def _own_phrases(expressions: Sequence[Expression], report: BuildReport) -> dict[object, list[Expression]]:
    """Wordings of each object that no other object of the image has."""
    owners: dict[str, set[object]] = {}
    for expression in expressions:
        owners.setdefault(_phrase(expression.raw).casefold(), set()).add(expression.object_id)
    phrases: dict[object, list[Expression]] = {}
    for expression in expressions:
        phrase = _phrase(expression.raw)
        if not phrase or len(phrase.split()) > _MAX_WORDS:
            report.refused["wording empty or too long"] += 1
        elif len(owners[phrase.casefold()]) > 1:
            report.refused["wording of two objects"] += 1
        else:
            phrases.setdefault(expression.object_id, []).append(expression)
    return phrases


def _phrase(raw: str) -> str:
    """An object's wording as the end of a longer one: without sentence ends and stray blanks."""
    phrase = re.sub(r"\s+", " ", raw).strip(" .!?;,:")
    phrase = re.sub(r" ([,.;:!?'])", r"\1", phrase)
    first, blank, rest = phrase.partition(" ")
    return f"{first.lower()}{blank}{rest}" if first.lower() in {"a", "an", "the"} else phrase


def _is_target(text: TextInstance) -> bool:
    return text.legible is True and bool(text.string and text.string.strip())


def _seen(text: TextInstance) -> Seen:
    xs, ys = [x for x, _ in text.polygon], [y for _, y in text.polygon]
    handwritten = {"handwritten": True, "machine printed": False}.get(text.category or "")
    return Seen((min(xs), min(ys), max(xs), max(ys)), text.string if text.legible else None, handwritten)


def _candidates(
    texts: Sequence[TextInstance],
    seen: Sequence[Seen],
    thing: ObjectInstance,
    box: Box,
    phrases: tuple[Expression, ...],
    report: BuildReport,
    options: BuildOptions,
) -> Iterator[tuple[int, _Candidate]]:
    """(position of the text, triplet) of all triplets with one object that fit one text alone."""
    for number, text in enumerate(texts):
        target = seen[number]
        if not _is_target(text) or target.area <= 0:
            continue
        for relation in RELATIONS:
            if relation.degree(target, box, target) < _FULL or not relation.suits(target, box):
                continue
            rivals = [(other, relation.degree(other, box, target)) for at, other in enumerate(seen) if at != number]
            rivals = [(other, degree) for other, degree in rivals if degree > 0]
            bare_fits = False
            for look in LOOKS:
                if not look.applies(target):
                    continue
                # "the largest text closest to the bus" is one superlative too many, and needless where "the text" does.
                if look.needs_rivals and (bare_fits or not rivals or relation.kind == "comparative"):
                    continue
                best = max((min(degree, look.degree(other, target)) for other, degree in rivals), default=0.0)
                if best > 1 - options.min_margin:
                    report.refused["another text fits as well" if best >= _FULL else "margin too small"] += 1
                    continue
                bare_fits = bare_fits or look.kind is None
                yield number, _Candidate(text, look, relation, thing, phrases, 1 - best)


def _chosen(candidates: Sequence[_Candidate], limit: int, rng: random.Random) -> list[_Candidate]:
    """Some of the candidates of one text: in a random order, but each relation once before any comes again."""
    order = list(candidates)
    rng.shuffle(order)
    used: Counter[str] = Counter()
    ranks = []
    for candidate in order:
        ranks.append(used[candidate.relation.name])
        used[candidate.relation.name] += 1
    return [candidate for _, candidate in sorted(zip(ranks, order, strict=True), key=lambda pair: pair[0])][:limit]


def _worded(photo: ImageRecord, candidate: _Candidate, rng: random.Random) -> Expression:
    phrase = rng.choice(candidate.phrases)
    context = _phrase(phrase.raw)
    relation, look, text = candidate.relation, candidate.look, candidate.target
    key = "\0".join(map(str, (photo.image_id, text.id, look.wording, relation.name, candidate.thing.id, phrase.id)))
    return Expression(
        id=hashlib.sha256(key.encode()).hexdigest()[:16],
        raw=f"{look.wording} {relation.wording} {context}",
        text_ids=(text.id,),
        types=tuple(dict.fromkeys(kind for kind in (relation.kind, look.kind) if kind)),
        context=context,
        reading=text.string,
        triplet=Triplet(look.wording, relation.wording, context, candidate.thing.id),
        source="template",
        margin=round(candidate.margin, 3),
        place=text.place,
    )


def _without_doubles(expressions: Sequence[Expression], report: BuildReport) -> list[Expression]:
    """Leave out wordings that stand for two texts, and the second of two that say the same."""
    targets: dict[str, set[object]] = {}
    for expression in expressions:
        targets.setdefault(expression.raw.casefold(), set()).add(expression.text_ids)
    kept: dict[str, Expression] = {}
    for expression in expressions:
        wording = expression.raw.casefold()
        if len(targets[wording]) > 1:
            report.refused["wording of two texts"] += 1
        else:
            kept.setdefault(wording, expression)
    return list(kept.values())
