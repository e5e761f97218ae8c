"""Shapes of surfaces: outlines in the unit square (x right, y down) and the box inside which writing keeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["OUTLINES", "Outline", "outline_of"]

Floats = NDArray[np.floating[Any]]
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """points: (P, 2) float, clockwise; area: (x0, y0, x1, y1) for writing; name: of `vocabulary.CARRIER_SHAPES`."""

    name: str
    points: NDArray[np.float64]
    area: Area


def _rounded(rng: np.random.Generator, radius: float, aspect: float) -> NDArray[np.float64]:
    """Rectangle with corners of `radius` (of the shorter side)."""
    rx, ry = (radius / aspect, radius) if aspect > 1 else (radius, radius * aspect)
    corners = [(1 - rx, ry, -90), (1 - rx, 1 - ry, 0), (rx, 1 - ry, 90), (rx, ry, 180)]
    angles = np.radians(np.linspace(0, 90, 7))
    parts = [
        np.stack([cx + rx * np.cos(angles + np.radians(turn)), cy + ry * np.sin(angles + np.radians(turn))], axis=1)
        for cx, cy, turn in corners
    ]
    return np.concatenate(parts)


def _rectangle(rng: np.random.Generator, aspect: float) -> Outline:
    radius = float(rng.choice([0.004, 0.004, 0.05, 0.1, 0.2]))
    return Outline("rectangle", _rounded(rng, radius, aspect), (0.06, 0.08, 0.94, 0.92))


def _panel(rng: np.random.Generator, aspect: float) -> Outline:
    radius = float(rng.choice([0.003, 0.003, 0.003, 0.03]))
    return Outline("rectangle", _rounded(rng, radius, aspect), (0.06, 0.06, 0.94, 0.94))


def _square(rng: np.random.Generator, aspect: float) -> Outline:
    radius = float(rng.choice([0.004, 0.06, 0.12]))
    return Outline("square", _rounded(rng, radius, 1.0), (0.08, 0.1, 0.92, 0.9))


def _strip(rng: np.random.Generator, aspect: float) -> Outline:
    radius = float(rng.choice([0.004, 0.004, 0.08, 0.45]))
    return Outline("strip", _rounded(rng, radius, aspect), (0.04, 0.1, 0.96, 0.9))


def _ellipse(count: int = 72) -> NDArray[np.float64]:
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) - np.pi / 2
    points: NDArray[np.float64] = 0.5 + 0.5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return points


def _round(rng: np.random.Generator, aspect: float) -> Outline:
    return Outline("round", _ellipse(), (0.14, 0.22, 0.86, 0.78))


def _oval(rng: np.random.Generator, aspect: float) -> Outline:
    return Outline("oval", _ellipse(), (0.12, 0.2, 0.88, 0.8))


def _polygon(points: list[tuple[float, float]]) -> NDArray[np.float64]:
    return np.array(points, dtype=float)


def _triangle(rng: np.random.Generator, aspect: float) -> Outline:
    points = _polygon([(0.46, 0.03), (0.5, 0.0), (0.54, 0.03), (0.99, 0.94), (0.96, 1.0), (0.04, 1.0), (0.01, 0.94)])
    return Outline("triangle", points, (0.27, 0.5, 0.73, 0.87))


def _diamond(rng: np.random.Generator, aspect: float) -> Outline:
    points = _polygon(
        [(0.47, 0.03), (0.53, 0.03), (0.97, 0.47), (0.97, 0.53), (0.53, 0.97), (0.47, 0.97), (0.03, 0.53), (0.03, 0.47)]
    )
    return Outline("diamond", points, (0.22, 0.31, 0.78, 0.69))


def _octagon(rng: np.random.Generator, aspect: float) -> Outline:
    cut = 1 / (2 + np.sqrt(2))
    points = [(cut, 0), (1 - cut, 0), (1, cut), (1, 1 - cut), (1 - cut, 1), (cut, 1), (0, 1 - cut), (0, cut)]
    return Outline("octagon", _polygon(points), (0.11, 0.26, 0.89, 0.74))


def _arrow(rng: np.random.Generator, aspect: float) -> Outline:
    tip = 0.5 / max(aspect, 1.5)
    points = _polygon([(0, 0), (1 - tip, 0), (1, 0.5), (1 - tip, 1), (0, 1)])
    area = (0.05, 0.14, 1 - tip * 0.85, 0.86)
    if rng.random() < 0.45:
        points = np.stack([1 - points[::-1, 0], points[::-1, 1]], axis=1)
        area = (1 - area[2], area[1], 1 - area[0], area[3])
    return Outline("arrow", points, area)


def _burst(rng: np.random.Generator, aspect: float) -> Outline:
    spikes = int(rng.integers(10, 19))
    angles = np.linspace(0, 2 * np.pi, 2 * spikes, endpoint=False) - np.pi / 2
    radius = np.where(np.arange(2 * spikes) % 2 == 0, 0.5, rng.uniform(0.39, 0.44))
    points = 0.5 + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Outline("irregular", points, (0.23, 0.29, 0.77, 0.71))


def _shield(rng: np.random.Generator, aspect: float) -> Outline:
    t = np.linspace(0, 1, 12)
    right = np.stack([1 - 0.5 * t**2.2, 0.45 + 0.55 * t**0.9], axis=1)
    left = np.stack([1 - right[::-1, 0], right[::-1, 1]], axis=1)
    points = np.concatenate([_polygon([(0.0, 0.04), (0.25, 0.06), (0.5, 0.0), (0.75, 0.06), (1.0, 0.04)]), right, left])
    return Outline("irregular", points, (0.14, 0.16, 0.86, 0.62))


def _shirt(rng: np.random.Generator, aspect: float) -> Outline:
    half = _polygon(
        [
            (0.5, 0.075),
            (0.56, 0.07),
            (0.63, 0.0),
            (0.76, 0.04),
            (0.86, 0.1),
            (1.0, 0.36),
            (0.86, 0.43),
            (0.79, 0.32),
            (0.785, 0.6),
            (0.8, 0.97),
            (0.65, 0.99),
            (0.5, 1.0),
        ]
    )
    points = np.concatenate([half, np.stack([1 - half[-2:0:-1, 0], half[-2:0:-1, 1]], axis=1)])
    return Outline("irregular", points, (0.28, 0.2, 0.72, 0.66))


def _van(rng: np.random.Generator, aspect: float) -> Outline:
    """Box van from its side, nose to the right; wheels stick out below."""
    points = _polygon(
        [
            (0.0, 0.05),
            (0.02, 0.0),
            (0.76, 0.0),
            (0.79, 0.05),
            (0.885, 0.36),
            (0.98, 0.47),
            (1.0, 0.56),
            (1.0, 0.82),
            (0.97, 0.86),
            (0.02, 0.86),
            (0.0, 0.82),
        ]
    )
    return Outline("irregular", points, (0.05, 0.1, 0.66, 0.6))


def _bus(rng: np.random.Generator, aspect: float) -> Outline:
    """Bus from its side."""
    points = _polygon(
        [(0.0, 0.06), (0.015, 0.0), (0.985, 0.0), (1.0, 0.08), (1.0, 0.84), (0.98, 0.88), (0.01, 0.88), (0, 0.84)]
    )
    return Outline("rectangle", points, (0.05, 0.5, 0.95, 0.74))


def _bottle(rng: np.random.Generator, aspect: float) -> Outline:
    half = _polygon(
        [
            (0.5, 0.0),
            (0.64, 0.0),
            (0.64, 0.09),
            (0.62, 0.1),
            (0.62, 0.2),
            (0.7, 0.27),
            (0.93, 0.36),
            (1.0, 0.44),
            (1.0, 0.95),
            (0.93, 1.0),
            (0.5, 1.0),
        ]
    )
    points = np.concatenate([half, np.stack([1 - half[-2:0:-1, 0], half[-2:0:-1, 1]], axis=1)])
    return Outline("irregular", points, (0.1, 0.52, 0.9, 0.86))


OUTLINES: Mapping[str, Callable[[np.random.Generator, float], Outline]] = MappingProxyType(
    {
        "rectangle": _rectangle,
        "panel": _panel,
        "square": _square,
        "strip": _strip,
        "round": _round,
        "oval": _oval,
        "triangle": _triangle,
        "diamond": _diamond,
        "octagon": _octagon,
        "arrow": _arrow,
        "burst": _burst,
        "shield": _shield,
        "shirt": _shirt,
        "van": _van,
        "bus": _bus,
        "bottle": _bottle,
    }
)


def outline_of(rng: np.random.Generator, form: str, aspect: float) -> Outline:
    """Outline of a form whose surface is `aspect` times as wide as high."""
    return OUTLINES[form](rng, aspect)
