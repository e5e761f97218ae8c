"""Where things stand: carriers side by side on the wall, at posts and on the ground, and objects close to them.

Boxes are (x0, y0, x1, y1) in pixels of the picture; quads are (4, 2), as `rendering.Canvas.put` takes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whichtext.data.synthesis.backgrounds import Backdrop, Camera
from whichtext.data.synthesis.carriers import CarrierKind, kinds_for
from whichtext.data.synthesis.objects import CutOut, CutOutLibrary
from whichtext.data.synthesis.outlines import Outline, outline_of
from whichtext.data.synthesis.rendering import project

__all__ = ["PlacedCarrier", "PlacedObject", "place_carriers", "place_objects"]

Floats = NDArray[np.floating[Any]]
Box = tuple[float, float, float, float]
_GAP = 0.012  # between things, in widths of the picture
_FINENESS = 1.3  # sheet pixels for one pixel of the picture
_TRIES = 140


@dataclass(frozen=True, slots=True)
class PlacedCarrier:
    """A carrier with its place."""

    kind: CarrierKind
    outline: Outline
    quad: NDArray[np.float64]
    sheet_size: tuple[int, int]
    box: Box
    fineness: float
    """Sheet pixels for one pixel of the picture."""
    mount: str
    """wall, post, hang, ground, shelf: as it is held here."""
    foot: Box | None = None
    """Where its post stands."""


@dataclass(frozen=True, slots=True)
class PlacedObject:
    """An object with its place; it stands on the ground or on a shelf that is drawn with it."""

    thing: CutOut
    box: Box
    on_ground: bool


def place_carriers(
    rng: np.random.Generator, size: tuple[int, int], backdrop: Backdrop, camera: Camera, count: int, zoom: float
) -> list[PlacedCarrier]:
    """Up to `count` carriers that do not overlap, far ones first; zoom: how much larger than usual they are."""
    kinds = list(kinds_for(backdrop.place))
    chances = np.array([kind.weight for kind in kinds])
    chances = chances / chances.sum()
    placed: list[PlacedCarrier] = []
    taken: list[Box] = []
    spots = [backdrop.spots[int(number)] for number in rng.permutation(len(backdrop.spots))][: max(1, count // 2)]
    for attempt in range(_TRIES):
        if len(placed) >= count:
            break
        kind = kinds[int(rng.choice(len(kinds), p=chances))]
        if sum(one.kind is kind for one in placed) >= kind.most:
            continue
        shrink = 1.0 if attempt < _TRIES // 3 else 0.75
        candidate = _candidate(rng, size, backdrop, camera, kind, shrink * zoom, spots.pop() if spots else None)
        if candidate is None or not _is_free(candidate.box, taken, size[0] * _GAP):
            continue
        if candidate.foot is not None and not _is_free(candidate.foot, taken, 0.0):
            continue
        placed.append(candidate)
        taken += [candidate.box] if candidate.foot is None else [candidate.box, candidate.foot]
    depth = {"wall": 0, "shelf": 1, "hang": 2, "post": 3, "ground": 4}
    return sorted(placed, key=lambda one: (depth[one.mount], one.box[3]))


def _candidate(
    rng: np.random.Generator,
    size: tuple[int, int],
    backdrop: Backdrop,
    camera: Camera,
    kind: CarrierKind,
    shrink: float,
    spot: Box | None,
) -> PlacedCarrier | None:
    width, height = size
    form, least, most = kind.forms[int(rng.integers(len(kind.forms)))]
    aspect = float(rng.uniform(least, most))
    # Small surfaces are as frequent as large ones: the width is drawn on a logarithmic scale.
    share = float(np.exp(rng.uniform(np.log(kind.width[0]), np.log(kind.width[1])))) * shrink
    w = min(share, 0.9) * width
    mount = "post" if backdrop.place == "open" and kind.mount in {"wall", "hang"} else kind.mount
    if mount == "post" and backdrop.place == "photo" and rng.random() < 0.6:
        mount = "hang"  # in a photo it is not known where a post could stand
    h = w / aspect
    if h > 0.62 * height:
        w, h = w * 0.62 * height / h, 0.62 * height
    x = float(rng.uniform(w / 2 + 3, width - w / 2 - 3)) if w < width - 8 else width / 2
    y = float(rng.uniform(*kind.heights)) * height
    if spot is not None and mount in {"wall", "hang"}:
        x, y = (spot[0] + spot[2]) / 2, (spot[1] + spot[3]) / 2
    if mount == "ground":
        y = min(height - 4.0, backdrop.floor * height + float(rng.uniform(0.02, 0.12)) * height) - h / 2
    flat = np.array([[x - w / 2, y - h / 2], [x + w / 2, y - h / 2], [x + w / 2, y + h / 2], [x - w / 2, y + h / 2]])
    quad = project(camera.matrix, flat) if mount == "wall" else _turned(rng, flat, kind)
    quad = _askew(rng, quad, kind)
    low, high = quad.min(axis=0), quad.max(axis=0)
    if (low < 3).any() or (high > [width - 3, height - 3]).any():
        return None
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    # A foreshortened side still needs a sheet whose letters are as fine as the longer side asks.
    sheet = np.maximum([float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))], 14) * _FINENESS
    outline = outline_of(rng, form, float(sheet[0] / sheet[1]))
    return PlacedCarrier(
        kind,
        outline,
        quad,
        (int(sheet[0]), int(sheet[1])),
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        _FINENESS,
        mount,
        _foot(backdrop, size, low, high) if mount == "post" else None,
    )


def _foot(backdrop: Backdrop, size: tuple[int, int], low: Floats, high: Floats) -> Box | None:
    """The strip below a sign in which its post stands; None where it ends below the foot of the wall."""
    x, bottom = float(low[0] + high[0]) / 2, backdrop.floor * size[1]
    if high[1] >= bottom or backdrop.place == "shelves":
        return None
    half = 0.007 * size[0] if high[0] - low[0] < 0.22 * size[0] else 0.3 * float(high[0] - low[0])
    return x - half, float(high[1]) + 0.1, x + half, bottom


def _turned(rng: np.random.Generator, flat: Floats, kind: CarrierKind) -> NDArray[np.float64]:
    """A surface that hangs or stands free: turned a little around its upright axis, vehicles hardly."""
    turn = float(np.clip(rng.normal(0, 0.10), -0.22, 0.22)) * (0.5 if kind.finish == "vehicle" else 1.0)
    middle = flat.mean(axis=0)
    local = np.asarray(flat, dtype=np.float64) - middle
    half = local[1]
    depth = 1 + turn * local[:, 0] / max(1e-6, abs(half[0])) * 0.6
    shrunk = local * [1 - 0.8 * abs(turn), 1.0] / depth[:, None]
    turned: NDArray[np.float64] = middle + shrunk
    if kind.finish == "vehicle":  # it keeps standing on the ground
        turned[:, 1] += flat[:, 1].max() - turned[:, 1].max()
    return turned


def _askew(rng: np.random.Generator, quad: Floats, kind: CarrierKind) -> NDArray[np.float64]:
    """Nothing hangs quite straight; paper and badges least of all."""
    spread = {"paper": 2.6, "cloth": 1.4, "shirt": 2.5}.get(kind.finish, 0.7)
    if kind.mount == "ground":
        spread = 0.3
    angle = np.radians(float(rng.normal(0, spread)))
    if kind.key in {"burst", "label", "poster", "button"} and rng.random() < 0.15:
        angle = np.radians(float(rng.uniform(-24, 24)))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = quad.mean(axis=0)
    turned: NDArray[np.float64] = (np.asarray(quad, dtype=np.float64) - middle) @ turn + middle
    return turned


def _is_free(box: Box, others: Sequence[Box], gap: float) -> bool:
    return all(
        box[0] > other[2] + gap or box[2] < other[0] - gap or box[1] > other[3] + gap or box[3] < other[1] - gap
        for other in others
    )


def place_objects(
    rng: np.random.Generator,
    size: tuple[int, int],
    backdrop: Backdrop,
    carriers: Sequence[PlacedCarrier],
    library: CutOutLibrary,
    count: int,
    zoom: float,
) -> list[PlacedObject]:
    """Up to `count` objects beside, below or above carriers, none over another thing; a noun rarely twice."""
    width, height = size
    placed: list[PlacedObject] = []
    taken = [one.box for one in carriers] + [one.foot for one in carriers if one.foot is not None]
    metre = height * float(rng.uniform(0.2, 0.3))
    for _ in range(count * 7):
        if len(placed) >= count:
            break
        thing = library.pick(rng)
        if sum(one.thing.noun == thing.noun for one in placed) >= (2 if rng.random() < 0.2 else 1):
            continue
        h = float(np.clip(thing.height * metre * zoom * rng.uniform(0.75, 1.2), 0.08 * height, 0.42 * height))
        w = h * thing.alpha.shape[1] / thing.alpha.shape[0]
        spot = _spot(rng, size, backdrop, carriers, thing, (w, h))
        if spot is None:
            continue
        x, bottom, on_ground = spot
        box = (x - w / 2, bottom - h, x + w / 2, bottom)
        clear = (box[0], box[1], box[2], box[3] + (0 if on_ground else height * 0.03))
        inside = clear[0] > 2 and clear[1] > 2 and clear[2] < width - 2 and clear[3] < height - 2
        if inside and _is_free(clear, taken, width * 0.008):
            placed.append(PlacedObject(thing, box, on_ground))
            taken.append(clear)
    return placed


def _spot(
    rng: np.random.Generator,
    size: tuple[int, int],
    backdrop: Backdrop,
    carriers: Sequence[PlacedCarrier],
    thing: CutOut,
    extent: tuple[float, float],
) -> tuple[float, float, bool] | None:
    """(x of the middle, y of the foot, whether it stands on the ground)."""
    width, height = size
    w, h = extent
    floor = backdrop.floor * height
    if backdrop.place == "open" or (backdrop.place in {"street", "photo"} and rng.random() < 0.6):
        on_ground = True
    else:
        on_ground = thing.stands and backdrop.place != "shelves"
    if on_ground:
        bottom = floor + float(rng.uniform(0.15, 0.9)) * (height - floor)
        near = carriers[int(rng.integers(len(carriers)))].box if carriers and rng.random() < 0.7 else None
        x = float(rng.uniform(w / 2, max(w / 2 + 1, width - w / 2)))
        if near is not None:
            x = (near[0] + near[2]) / 2 + float(rng.choice([-1, 0, 1])) * ((near[2] - near[0]) / 2 + w * 0.6)
        return x, bottom, True
    if not carriers:
        return None
    near = carriers[int(rng.integers(len(carriers)))].box
    side = str(rng.choice(["below", "left", "right", "above", "above"]))
    gap = float(rng.uniform(0.012, 0.035)) * width
    middle = (near[0] + near[2]) / 2, (near[1] + near[3]) / 2
    if side == "below":
        return middle[0] + float(rng.uniform(-0.15, 0.15)) * w, near[3] + gap + h, False
    if side == "above":
        return middle[0] + float(rng.uniform(-0.15, 0.15)) * w, near[1] - gap - 0.03 * height, False
    x = near[0] - gap - w / 2 if side == "left" else near[2] + gap + w / 2
    return x, middle[1] + h / 2 + float(rng.uniform(-0.1, 0.1)) * h, False
