"""The question that tells rivals apart.

"Do you mean the white one on the blue sign or the black one at the bottom left?"
"""

from collections.abc import Callable, Sequence

from whichtext.types import SceneContent, Text

__all__ = ["question_for"]

_SHORT = 40


def question_for(rivals: Sequence[Text], content: SceneContent) -> str:
    """Ask which of two or more texts is meant, by the first property in which each differs from all others."""
    for name in (_by_wording, _by_surface, _by_ink, _by_place, _by_size, _by_order):
        labels = name(rivals, content)
        if labels is not None:
            return f"Do you mean {_joined(labels)}?"
    return f"Do you mean {_joined([_quoted(text) for text in rivals])}?"


def _by_wording(rivals: Sequence[Text], _: SceneContent) -> list[str] | None:
    strings = [" ".join(text.text.split()).casefold() for text in rivals]
    if not all(strings) or len(set(strings)) < len(strings):
        return None
    return [_quoted(text) for text in rivals]


def _by_surface(rivals: Sequence[Text], _: SceneContent) -> list[str] | None:
    carriers = [text.attributes.carrier for text in rivals]
    surfaces = [
        f"{carrier.colour or ''} {carrier.noun or 'sign'}".strip() if carrier is not None else ""
        for carrier in carriers
    ]
    return _distinct(surfaces, lambda surface: f"the one on the {surface}")


def _by_ink(rivals: Sequence[Text], _: SceneContent) -> list[str] | None:
    return _distinct([text.attributes.ink or "" for text in rivals], lambda ink: f"the {ink} one")


def _by_place(rivals: Sequence[Text], content: SceneContent) -> list[str] | None:
    if len(rivals) != 2:
        return None
    centres = [((text.box[0] + text.box[2]) / 2, (text.box[1] + text.box[3]) / 2) for text in rivals]
    across, down = centres[1][0] - centres[0][0], centres[1][1] - centres[0][1]
    if max(abs(across) / max(1, content.photo.width), abs(down) / max(1, content.photo.height)) < 0.01:
        return None
    if abs(across) >= abs(down):
        names = ["left", "right"] if across > 0 else ["right", "left"]
    else:
        names = ["upper", "lower"] if down > 0 else ["lower", "upper"]
    return [f"the {name} one" for name in names]


def _by_size(rivals: Sequence[Text], _: SceneContent) -> list[str] | None:
    heights = [text.attributes.letter_height or 0.0 for text in rivals]
    if len(rivals) != 2 or min(heights) <= 0 or max(heights) / min(heights) < 1.2:
        return None
    return ["the larger one", "the smaller one"] if heights[0] > heights[1] else ["the smaller one", "the larger one"]


def _by_order(rivals: Sequence[Text], _: SceneContent) -> list[str] | None:
    ordinals = ("first", "second", "third", "fourth", "fifth")
    ordered = sorted(rivals, key=lambda text: (round(text.box[1]), text.box[0]))
    return (
        [f"the {ordinals[ordered.index(text)]} from the top" for text in rivals]
        if len(rivals) <= len(ordinals)
        else None
    )


def _distinct(values: list[str], label: Callable[[str], str]) -> list[str] | None:
    if not all(values) or len(set(values)) < len(values):
        return None
    return [label(value) for value in values]


def _quoted(text: Text) -> str:
    wording = " ".join(text.text.split())
    if not wording:
        return "the unreadable one"
    return f"“{wording if len(wording) <= _SHORT else wording[: _SHORT - 1] + '…'}”"


def _joined(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
