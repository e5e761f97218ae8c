"""The attributes of a text made of other texts: a block made of lines."""

from collections.abc import Sequence
from dataclasses import replace

from whichtext.types import Attributes, Lab

__all__ = ["merge"]

Scores = tuple[tuple[str, float], ...]


def merge(
    parts: Sequence[Attributes], *, weights: Sequence[float] | None = None, case: str | None = None
) -> Attributes:
    """Attributes of a text made of `parts`.

    parts: attributes of the lines; weights: how much each counts, for instance its length in letters (equal by
    default); case: the case of the joined string where the caller knows it. Ranks, place and neighbours are left open:
    `whichtext.context.places.relate` gives them for the level.
    """
    if not parts:
        return Attributes()
    counts = [1.0] * len(parts) if weights is None else [max(float(weight), 1e-6) for weight in weights]
    ink_scores = mix_scores([part.ink_scores for part in parts], counts)
    ground_scores = mix_scores([part.ground_scores for part in parts], counts)
    kind_scores = mix_scores([part.kind_scores for part in parts], counts)
    carriers = [part.carrier for part in parts]
    cases = {part.case for part in parts if part.case is not None}
    total = sum(counts)
    style_weight: dict[str, float] = {}
    for part, count in zip(parts, counts, strict=True):
        for word in part.style:
            style_weight[word] = style_weight.get(word, 0.0) + count
    main = parts[max(range(len(parts)), key=lambda i: (counts[i], -i))]
    return replace(
        main,
        ink=ink_scores[0][0] if ink_scores else None,
        ink_lab=_mix_lab([part.ink_lab for part in parts], counts),
        ink_scores=ink_scores,
        ground=ground_scores[0][0] if ground_scores else None,
        ground_lab=_mix_lab([part.ground_lab for part in parts], counts),
        ground_scores=ground_scores,
        carrier=next((carrier for carrier in carriers if carrier is not None), None),
        kind=kind_scores[0][0] if kind_scores else None,
        kind_scores=kind_scores,
        style=tuple(word for word, weight in style_weight.items() if weight >= 0.5 * total),
        case=case if case is not None else (cases.pop() if len(cases) == 1 else ("mixed" if cases else None)),
        has_digits=any(part.has_digits for part in parts),
        letter_height=_mix_number([part.letter_height for part in parts], counts),
        stroke_width=_mix_number([part.stroke_width for part in parts], counts),
        near=tuple(dict.fromkeys(noun for part in parts for noun in part.near)),
        size_rank=None,
        stroke_rank=None,
        place=(),
        left_of=None,
        right_of=None,
        above=None,
        below=None,
    )


def mix_scores(scores: Sequence[Scores], counts: Sequence[float]) -> Scores:
    """Weighted mean of probabilities, most probable first; ties keep the order of first mention."""
    known = [(score, count) for score, count in zip(scores, counts, strict=True) if score]
    total = sum(count for _, count in known)
    mixed: dict[str, float] = {}
    for score, count in known:
        for name, probability in score:
            mixed[name] = mixed.get(name, 0.0) + probability * count / total
    return tuple(sorted(mixed.items(), key=lambda item: -item[1]))


def _mix_lab(labs: Sequence[Lab | None], counts: Sequence[float]) -> Lab | None:
    """Weighted mean colour of those known."""
    known = [(lab, count) for lab, count in zip(labs, counts, strict=True) if lab is not None]
    if not known:
        return None
    total = sum(count for _, count in known)
    first, second, third = (sum(lab[channel] * count for lab, count in known) / total for channel in range(3))
    return first, second, third


def _mix_number(values: Sequence[float | None], counts: Sequence[float]) -> float | None:
    """Weighted mean of those known."""
    known = [(value, count) for value, count in zip(values, counts, strict=True) if value is not None]
    return sum(value * count for value, count in known) / sum(count for _, count in known) if known else None
