"""Descriptions of the texts of a scene: each true of exactly one, with a margin; and some of several, or of none.

A description is sought by type: a predicate of that type that is true of a target, then more predicates until the
`verdict` over all candidates is clear. Superlatives, order, relations, looks and meanings all go through it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from whichtext.data.record import Expression, Triplet
from whichtext.data.synthesis.predicates import SURE, TYPE_OF, Candidate, Predicate, World, fold, verdict
from whichtext.data.synthesis.truth import SceneTruth
from whichtext.data.synthesis.wording import KINDS, MOST, PLACES, STYLES, Phrase, word
from whichtext.types import Level, Status

__all__ = ["TYPES", "Written", "write_expressions"]

Rng = np.random.Generator
TYPES = ("look", "place", "object", "text_relation", "comparative", "meaning", "content")
_TRIES_FOR_ONE = 14
_MOST_PREDICATES = 3
_MOST_ANCHORS = 16


@dataclass(frozen=True, slots=True)
class Written:
    """A description with what it means."""

    phrase: Phrase
    level: Level
    predicates: tuple[Predicate, ...]
    status: Status
    fitting: tuple[tuple[int, ...], ...]
    """Words of each text that fits: one for "found"."""
    reading: str | None
    object_id: int | None
    margin: float

    def expression(self, number: int) -> Expression:
        """As a record."""
        found = self.status == "found"
        phrase = self.phrase
        return Expression(
            id=number,
            raw=phrase.raw,
            text_ids=self.fitting[0] if found else (),
            status=self.status,
            alternatives=self.fitting if self.status == "ambiguous" else (),
            types=self.types,
            context=phrase.context,
            reading=self.reading if found else None,
            triplet=Triplet(phrase.text, phrase.relation, phrase.context, self.object_id),
            source="template",
            margin=round(self.margin, 3),
        )

    @property
    def types(self) -> tuple[str, ...]:
        """Kinds of relation that it uses."""
        used = {TYPE_OF[predicate.name] for predicate in self.predicates}
        return tuple(name for name in TYPES if name in used)


def write_expressions(rng: Rng, truth: SceneTruth, most: int) -> tuple[Written, ...]:
    """Up to `most` unambiguous descriptions, and about a fifth as many each that fit several texts or none."""
    world = World(truth)
    made: list[Written] = []
    seen: set[str] = set()
    order = [TYPES[int(number)] for number in rng.permutation(len(TYPES))]
    for number in range(most):
        wanted = order[number % len(order)]
        one = _unambiguous(rng, world, wanted)
        if one is not None and one.phrase.raw not in seen:
            seen.add(one.phrase.raw)
            made.append(one)
    for status in ("ambiguous", "none"):
        for _ in range(max(1, most // 5)):
            other = _other(rng, world, "ambiguous" if status == "ambiguous" else "none", made)
            if other is not None and other.phrase.raw not in seen:
                seen.add(other.phrase.raw)
                made.append(other)
    return tuple(made)


def _unambiguous(rng: Rng, world: World, wanted: str) -> Written | None:
    for _ in range(_TRIES_FOR_ONE):
        level: Level = _level(rng, wanted)
        targets = [one for one in world.candidates(level) if one.legible and not one.is_native and one.string]
        if not targets:
            continue
        target = targets[int(rng.integers(len(targets)))]
        first = _PROPOSERS[wanted](rng, world, target)
        if not first:
            continue
        chosen = list(first)
        while len(chosen) <= _MOST_PREDICATES:
            result = verdict(world, level, chosen)
            if result.status == "found" and result.fitting[0].words == target.words and result.margin >= SURE:
                return _written(rng, world, level, chosen, "found", result.fitting, result.margin)
            more = _PROPOSERS[str(rng.choice(_HELPFUL))](rng, world, target)
            more = [one for one in more if one.name not in {old.name for old in chosen}]
            if not more or any(not _go_together(one, old) for one in more for old in chosen):
                break
            chosen += more
    return None


_HELPFUL = ("object", "object", "look", "place", "meaning", "comparative")


def _go_together(one: Predicate, other: Predicate) -> bool:
    """Whether two predicates can stand in one natural phrase."""
    names = {one.name, other.name}
    if {"kind"} < names and names & {"letters", "words", "says", "nth word", "digits", "style"}:
        return False
    if "says" in names and names & {"starts", "ends", "contains", "beside text", "letters", "words", "digits"}:
        return False
    if {"nth line", "most"} <= names or {"nth word", "most"} <= names or {"nth line", "kind"} <= names:
        return False
    return not ({"on", "ground"} <= names)


def _level(rng: Rng, wanted: str) -> Level:
    words = {"content": 0.5, "comparative": 0.35, "text_relation": 0.45, "look": 0.15, "place": 0.15}.get(wanted, 0.0)
    blocks = {"object": 0.4, "place": 0.1}.get(wanted, 0.0)
    share = rng.random()
    return "word" if share < words else "block" if share < words + blocks else "line"


def _written(
    rng: Rng,
    world: World,
    level: Level,
    predicates: Sequence[Predicate],
    status: Status,
    fitting: Sequence[Candidate],
    margin: float,
) -> Written:
    phrase = word(rng, level, predicates, count=len(fitting[0].words) if fitting else 2)
    object_id = None
    for predicate in predicates:
        if predicate.name == "near":
            same = [
                thing.id
                for thing in world.truth.objects
                if thing.noun == predicate.arguments[1] and predicate.arguments[2] in {"", thing.colour}
            ]
            object_id = same[0] if len(same) == 1 else None
    reading = fitting[0].string.replace("\n", " ") if status == "found" and fitting[0].string else None
    words = tuple(one.words for one in fitting)
    return Written(phrase, level, tuple(predicates), status, words, reading, object_id, margin)


# Proposals: predicates of a type that are true of a target; none where nothing of the type can be said.


def _look(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    options = []
    if target.ink:
        options += [Predicate("ink", (target.ink,))] * 3
    if target.ground and target.level != "block":
        options.append(Predicate("ground", (target.ground,)))
    for style in target.styles or ():
        if style in STYLES:
            options.append(Predicate("style", (style,)))
    return _some(rng, options)


def _place(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    sure = [place for place in PLACES if world.degree(Predicate("at", (place,)), target, ()) >= SURE]
    return _some(rng, [Predicate("at", (place,)) for place in sure])


def _object(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    options: list[Predicate] = []
    for thing in world.truth.objects:
        if any(thing.noun in carrier.names for carrier in world.truth.carriers):
            continue
        for relation in ("above", "below", "left of", "right of", "next to"):
            colour = thing.colour if thing.colour and rng.random() < 0.35 else ""
            predicate = Predicate("near", (relation, thing.noun, colour))
            if world.degree(predicate, target, ()) >= SURE:
                options.append(predicate)
    if options and rng.random() < 0.7:
        return _some_relation(rng, options)
    return _surface(rng, world, target)


def _surface(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    if target.carrier is None:
        return []
    carrier = world.truth.carriers[target.carrier]
    name = carrier.names[0] if rng.random() < 0.6 else carrier.names[int(rng.integers(len(carrier.names)))]
    colour = carrier.colour if carrier.colour and rng.random() < 0.75 else ""
    plain = {"rectangle", "irregular", "letters"}
    shape = carrier.shape if carrier.shape not in plain and rng.random() < 0.4 else ""
    if name.startswith(shape) or (shape == "arrow" and "direction" in name):
        shape = ""
    return [Predicate("on", (name, colour or "", shape))]


def _text_relation(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    readings: dict[str, int] = {}
    everyone = [*world.lines, *world.words]
    for one in everyone:
        readings[fold(one.string)] = readings.get(fold(one.string), 0) + 1
    options = []
    for number in rng.permutation(len(everyone))[:_MOST_ANCHORS]:
        anchor = everyone[int(number)]
        # The other text must be the only one of its wording: a line of one word counts for both.
        alone = (
            2
            if (anchor.level == "line" and len(anchor.words) == 1) or (anchor.level == "word" and anchor.count == 1)
            else 1
        )
        if (
            not anchor.legible
            or not anchor.string
            or len(fold(anchor.string)) < 2
            or readings[fold(anchor.string)] > alone
        ):
            continue
        if len(anchor.string) > 24 or set(anchor.words) & set(target.words):
            continue
        orders = ("after", "before") if target.level == "word" and anchor.level == "word" else ()
        for relation in ("above", "below", "left of", "right of", *orders):
            predicate = Predicate("beside text", (relation, anchor.string))
            if world.degree(predicate, target, ()) >= SURE:
                options.append(predicate)
    return _some_relation(rng, options)


def _some_relation(rng: Rng, options: Sequence[Predicate]) -> list[Predicate]:
    """One of the predicates; rare relations are as likely as frequent ones."""
    relations = sorted({str(one.arguments[0]) for one in options})
    if not relations:
        return []
    relation = relations[int(rng.integers(len(relations)))]
    return _some(rng, [one for one in options if one.arguments[0] == relation])


def _comparative(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    options: list[list[Predicate]] = []
    if target.level == "line" and target.count > 1:
        surface = _surface(rng, world, target)
        options += [[Predicate("nth line", (nth,)), *surface] for nth in _positions(target)]
    if target.level == "word" and target.count > 1:
        line = next((one for one in world.lines if set(target.words) <= set(one.words)), None)
        if line is not None and line.count == 1:
            surface = _surface(rng, world, target)
            options += [[Predicate("nth word", (nth,)), *surface] for nth in _positions(target)]
    whats = ("longest", "shortest") if target.level == "word" else ()
    for what in (*tuple(MOST)[:6], *whats):
        most = Predicate("most", (what,))
        others = world.candidates(target.level)
        if world.degree(most, target, others) >= SURE:
            options += [[most], [most]]
        elif target.carrier is not None and target.count > 1:
            same = [one for one in others if one.carrier == target.carrier]
            if len(same) > 1 and world.degree(most, target, same) >= SURE:
                options.append([most, *_surface(rng, world, target)])
        if target.ink:
            same = [one for one in others if one.ink == target.ink]
            if len(same) > 1 and world.degree(most, target, same) >= SURE:
                options.append([most, Predicate("ink", (target.ink,))])
    return options[int(rng.integers(len(options)))] if options else []


def _positions(target: Candidate) -> list[int]:
    positions = [target.nth] if target.nth <= 5 else []
    if target.nth == target.count:
        positions += [-1, -1]
    if target.nth == target.count - 1 and target.count > 3:
        positions.append(-2)
    return positions


def _meaning(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    if target.kind is None or target.kind not in KINDS or target.level != "line":
        return []
    return [Predicate("kind", (target.kind,))]


def _content(rng: Rng, world: World, target: Candidate) -> list[Predicate]:
    string = target.string or ""
    options: list[Predicate] = []
    if target.level == "word":
        if len(fold(string)) > 1 and string.replace("'", "").isalnum():
            options.append(Predicate("says", (string,)))
        if string[0].isalpha():
            options += [Predicate("starts", (string[0].upper(),))] * 2
        if string[-1].isalpha():
            options.append(Predicate("ends", (string[-1].lower(),)))
        if string.isalpha() and 2 <= len(string) <= 12:
            options.append(Predicate("letters", (len(string),)))
        options.append(Predicate("digits", ("yes" if any(char.isdigit() for char in string) else "no",)))
    elif target.level == "line":
        parts = string.split()
        if len(parts) > 1:
            inside = parts[int(rng.integers(len(parts)))]
            if len(fold(inside)) > 1 and inside.isalnum():
                options += [Predicate("contains", (inside,))] * 2
            if len(parts) <= 6:
                options.append(Predicate("words", (len(parts),)))
        if len(string) <= 24:
            options.append(Predicate("says", (string,)))
        if string[0].isalpha():
            options.append(Predicate("starts", (string[0].upper(),)))
        options.append(Predicate("digits", ("yes" if any(char.isdigit() for char in string) else "no",)))
    return _some(rng, options)


def _some(rng: Rng, options: Sequence[Predicate]) -> list[Predicate]:
    return [options[int(rng.integers(len(options)))]] if options else []


_PROPOSERS: dict[str, Callable[[Rng, World, Candidate], list[Predicate]]] = {
    "look": _look,
    "place": _place,
    "object": _object,
    "text_relation": _text_relation,
    "comparative": _comparative,
    "meaning": _meaning,
    "content": _content,
}


def _other(rng: Rng, world: World, status: Status, made: Sequence[Written]) -> Written | None:
    """A description that surely fits several texts, or none: a true one with one thing left out or changed."""
    from whichtext.data.synthesis.palette import PAINTS

    sources = [one for one in made if one.status == "found" and not any(p.name == "most" for p in one.predicates)]
    for _ in range(_TRIES_FOR_ONE if sources else 0):
        source = sources[int(rng.integers(len(sources)))]
        predicates = list(source.predicates)
        number = int(rng.integers(len(predicates)))
        if status == "ambiguous":
            if len(predicates) > 1:
                del predicates[number]
        else:
            old = predicates[number]
            colour = str(rng.choice(list(PAINTS)))
            changed: dict[str, Callable[[], Predicate]] = {
                "ink": lambda colour=colour: Predicate("ink", (colour,)),  # type: ignore[misc]
                "on": lambda old=old, colour=colour: Predicate("on", (old.arguments[0], colour, old.arguments[2])),  # type: ignore[misc]
                "kind": lambda: Predicate("kind", (str(rng.choice(list(KINDS))),)),
                "at": lambda: Predicate("at", (str(rng.choice(list(PLACES))),)),
                "starts": lambda: Predicate("starts", (str(rng.choice(list("ABCDEFGHIJKLMNOPRSTUVW"))),)),
            }
            if old.name not in changed:
                continue
            predicates[number] = changed[old.name]()
        result = verdict(world, source.level, predicates)
        if result.status != status or (status == "ambiguous" and len(result.fitting) > 8):
            continue
        if all(one.legible for one in result.fitting):
            return _written(rng, world, source.level, predicates, status, result.fitting, result.margin)
    return None
