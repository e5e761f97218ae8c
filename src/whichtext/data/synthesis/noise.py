"""Soft random fields: the unevenness of plaster, of light, of dirt."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["fractal_noise", "soft_noise"]


def soft_noise(rng: np.random.Generator, shape: tuple[int, int], grain: float) -> NDArray[np.float32]:
    """Noise of about unit spread and zero mean, (H, W), whose spots are `grain` pixels large."""
    rows, columns = (max(2, round(side / grain) + 2) for side in shape)
    field = Image.fromarray(rng.standard_normal((rows, columns)).astype(np.float32))
    return np.asarray(field.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), dtype=np.float32)


def fractal_noise(
    rng: np.random.Generator, shape: tuple[int, int], grains: tuple[float, ...], *, fade: float = 0.6
) -> NDArray[np.float32]:
    """Sum of soft noises, coarsest first, each `fade` times as strong as the one before; about unit spread."""
    total = np.zeros(shape, np.float32)
    power, weight = 0.0, 1.0
    for grain in grains:
        total += weight * soft_noise(rng, shape, grain)
        power += weight**2
        weight *= fade
    scaled: NDArray[np.float32] = total / np.float32(np.sqrt(power))
    return scaled
