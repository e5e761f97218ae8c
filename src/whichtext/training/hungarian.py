"""Which emitted box stands for which true word: the matching inside the Hungarian loss (paper 3.2).

The cost of giving true box i to emitted box j is a triple, compared in this order: whether j fails to cover i, how late
j was emitted, and how far the two boxes are apart. Earlier boxes are preferred, which is what makes the confidences
come out in descending order. As one number: 100 x failure + step + distance, with the distance kept below 1.

Letters: N cells, G true boxes of a cell at most, T steps.
"""

from functools import cache
from itertools import permutations
from typing import Literal

import numpy as np
import torch
from torch import Tensor

__all__ = ["Order", "in_fixed_order", "match_by_permutations", "match_one_by_one", "matching_cost"]

Order = Literal["hungarian", "fixed"]
"""How true boxes are given to steps: by the matching, or in reading order, the ablation of Stewart and Andriluka."""


def matching_cost(is_missed: Tensor, distance: Tensor) -> Tensor:
    """Costs (N, G, T) float64. is_missed: (N, G, T) bool; distance: (N, G, T), below 1 for boxes that are near."""
    steps = torch.arange(distance.shape[-1], device=distance.device, dtype=torch.float64)
    return 100.0 * is_missed.double() + steps + distance.double().clamp(0.0, 0.9)


def match_by_permutations(cost: Tensor, count: Tensor) -> Tensor:
    """Emitted box of each true box at least total cost, by trying all T! orders on all cells at once.

    cost: (N, G, T) with G <= T; count: (N,) true boxes of each cell, the first ones of its G. Returns (N, G) int64;
    entries beyond `count` are of no meaning.
    """
    cells, truths, steps = cost.shape
    orders = torch.from_numpy(orders_of(steps, truths)).to(cost.device)  # (P, G)
    is_real = torch.arange(truths, device=cost.device) < count[:, None]
    real = cost.masked_fill(~is_real[:, :, None], 0.0)
    total = torch.zeros(cells, len(orders), dtype=cost.dtype, device=cost.device)
    for truth in range(truths):
        total += real[:, truth, :][:, orders[:, truth]]
    return orders[total.argmin(dim=1)]


def match_one_by_one(cost: Tensor, count: Tensor) -> Tensor:
    """The same matching by the Hungarian algorithm, cell after cell."""
    from scipy.optimize import linear_sum_assignment

    matched = torch.zeros(cost.shape[:2], dtype=torch.int64)
    for cell in range(len(cost)):
        rows, columns = linear_sum_assignment(cost[cell, : int(count[cell])].cpu().numpy())
        matched[cell, torch.from_numpy(rows)] = torch.from_numpy(columns)
    return matched.to(cost.device)


def in_fixed_order(boxes: Tensor, count: Tensor) -> Tensor:
    """Step of each true box where they are emitted in reading order: rows by their centres, then from left to right.

    boxes: (N, G, 5), cx and cy first; count: (N,). Returns (N, G) int64.
    """
    x, y, height = boxes[..., 0], boxes[..., 1], boxes[..., 3]
    row = torch.round(y / height.mean(dim=1, keepdim=True).clamp(min=1.0))
    key = row * 1e5 + x
    is_real = torch.arange(boxes.shape[1], device=boxes.device) < count[:, None]
    return key.masked_fill(~is_real, float("inf")).argsort(dim=1, stable=True).argsort(dim=1, stable=True)


@cache
def orders_of(steps: int, truths: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """All ways to give `truths` boxes different steps: (P, truths)."""
    return np.array(list(permutations(range(steps), truths)), dtype=np.int64).reshape(-1, truths)
