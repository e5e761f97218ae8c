"""Scenes put together by hand, without pixels: what a retriever sees, with known truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from whichtext.geometry import union_box
from whichtext.types import Attributes, Box, Carrier, PhotoInfo, Polygon, SceneContent, SceneObject, Text

SIZE = (1000, 600)


@dataclass(frozen=True)
class Sign:
    """A surface with lines of words; every word is (string, box)."""

    lines: tuple[tuple[tuple[str, Box], ...], ...]
    ink: str = "black"
    colour: str = "white"
    noun: str = "sign"
    shape: str = "rectangle"
    kind: str = "other"


def scores(name: str) -> tuple[tuple[str, float], ...]:
    return ((name, 0.9), ("grey" if name != "grey" else "black", 0.1))


def polygon_of(box: Box) -> Polygon:
    return ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]))


def make_scene(signs: Sequence[Sign], objects: Sequence[tuple[str, Box]] = ()) -> SceneContent:
    """Number words, lines and blocks as the reader does; each sign is one block on one carrier."""
    words: list[tuple[str, Box, Sign]] = []
    lines: list[tuple[list[int], Sign]] = []
    blocks: list[tuple[list[int], Sign]] = []
    for sign in signs:
        line_positions = []
        for line in sign.lines:
            positions = list(range(len(words), len(words) + len(line)))
            words.extend((string, box, sign) for string, box in line)
            line_positions.append(len(lines))
            lines.append((positions, sign))
        blocks.append((line_positions, sign))
    first_line, first_block = len(words), len(words) + len(lines)
    carriers = []
    for number, (positions, sign) in enumerate(blocks):
        box = union_box(words[word][1] for line in positions for word in lines[line][0])
        padded = (box[0] - 20, box[1] - 20, box[2] + 20, box[3] + 20)
        carriers.append(
            Carrier(
                id=number,
                box=padded,
                polygon=polygon_of(padded),
                noun=sign.noun,
                noun_scores=((sign.noun, 0.8), ("wall", 0.1)),
                colour=sign.colour,
                colour_scores=scores(sign.colour),
                shape=sign.shape,
                shape_scores=((sign.shape, 0.9),),
                lab=(50.0, 0.0, 0.0),
                texts=tuple(first_line + line for line in positions),
            )
        )
    number_of = {id(sign): number for number, (_, sign) in enumerate(blocks)}
    heights = sorted({box[3] - box[1] for _, box, _ in words})

    def attributes(sign: Sign, height: float, string: str) -> Attributes:
        return Attributes(
            ink=sign.ink,
            ink_scores=scores(sign.ink),
            ground=sign.colour,
            ground_scores=scores(sign.colour),
            carrier=carriers[number_of[id(sign)]],
            kind=sign.kind,
            kind_scores=((sign.kind, 0.9),),
            has_digits=any(character.isdigit() for character in string),
            letter_height=height,
            size_rank=(heights.index(height) / (len(heights) - 1)) if len(heights) > 1 else 1.0,
            stroke_rank=0.5,
            angle=0.0,
        )

    texts = [
        Text(i, "word", string, polygon_of(box), box, 0.9, (), attributes(sign, box[3] - box[1], string))
        for i, (string, box, sign) in enumerate(words)
    ]
    for i, (positions, sign) in enumerate(lines):
        box = union_box(words[word][1] for word in positions)
        string = " ".join(words[word][0] for word in positions)
        height = max(words[word][1][3] - words[word][1][1] for word in positions)
        texts.append(
            Text(
                first_line + i,
                "line",
                string,
                polygon_of(box),
                box,
                0.9,
                tuple(positions),
                attributes(sign, height, string),
            )
        )
    for i, (positions, sign) in enumerate(blocks):
        box = union_box(texts[first_line + line].box for line in positions)
        string = "\n".join(texts[first_line + line].text for line in positions)
        height = max(texts[first_line + line].attributes.letter_height or 0 for line in positions)
        parts = tuple(first_line + line for line in positions)
        texts.append(
            Text(first_block + i, "block", string, polygon_of(box), box, 0.9, parts, attributes(sign, height, string))
        )
    seen = tuple(SceneObject(i, noun, 0.9, box, None) for i, (noun, box) in enumerate(objects))
    return SceneContent(PhotoInfo(width=SIZE[0], height=SIZE[1]), tuple(texts), tuple(carriers), seen)


def street() -> SceneContent:
    """A blue sign top left, a red poster right, a yellow board bottom left, a white van bottom right.

    The van bears a phone number.
    """
    return make_scene(
        [
            Sign(
                ((("CITY", (60, 50, 160, 90)), ("CENTRE", (175, 50, 330, 90))), (("PARKING", (60, 105, 220, 135)),)),
                ink="white",
                colour="blue",
            ),
            Sign(
                ((("SALE", (650, 60, 900, 160)),), (("70%", (680, 180, 800, 230)), ("OFF", (815, 180, 900, 230)))),
                ink="white",
                colour="red",
                noun="poster",
                kind="discount",
            ),
            Sign(
                ((("BAKERY", (80, 380, 300, 430)),), (("open", (90, 445, 150, 465)), ("daily", (160, 445, 220, 465)))),
                ink="black",
                colour="yellow",
                noun="board",
            ),
            Sign(
                ((("0800", (640, 470, 720, 500)), ("555", (730, 470, 790, 500)), ("019", (800, 470, 860, 500))),),
                ink="blue",
                colour="white",
                noun="truck",
                kind="phone",
            ),
        ],
        objects=[("truck", (560, 380, 960, 580)), ("person", (420, 300, 500, 560))],
    )


def permuted(content: SceneContent, order: Sequence[int]) -> SceneContent:
    """The same scene with its words numbered in another order: new word i is old word order[i]."""
    new_of = {old: new for new, old in enumerate(order)}
    count = len(order)
    words = [replace(content.texts[old], id=new) for new, old in enumerate(order)]
    rest = [
        replace(text, parts=tuple(new_of[part] for part in text.parts)) if text.level == "line" else text
        for text in content.texts[count:]
    ]
    return replace(content, texts=(*words, *rest))


def mirrored(content: SceneContent) -> SceneContent:
    """The same scene seen in a mirror, its wording still readable."""
    width = content.photo.width

    def flip(box: Box) -> Box:
        return (width - box[2], box[1], width - box[0], box[3])

    carriers = tuple(
        replace(carrier, box=flip(carrier.box), polygon=polygon_of(flip(carrier.box))) for carrier in content.carriers
    )
    texts = tuple(
        replace(
            text,
            box=flip(text.box),
            polygon=polygon_of(flip(text.box)),
            attributes=replace(
                text.attributes,
                carrier=None if text.attributes.carrier is None else carriers[text.attributes.carrier.id],
            ),
        )
        for text in content.texts
    )
    return replace(
        content,
        texts=texts,
        carriers=carriers,
        objects=tuple(replace(item, box=flip(item.box)) for item in content.objects),
    )
