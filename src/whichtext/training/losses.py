"""The Hungarian loss of the Dense Text Localization Network (paper 3.2), and which words a cell answers for.

    loss = sum over matched pairs of weighted L1(code, true code) + sum over steps of cross entropy(confidence, matched)

No gradient flows through the matching. Letters: N cells, G true boxes of a cell at most, T steps.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from whichtext.networks.dtln import BoxCode
from whichtext.training.hungarian import Order, in_fixed_order, match_by_permutations, matching_cost

__all__ = ["CellTargets", "HungarianLoss", "LossParts", "assign_to_cells"]


@dataclass(frozen=True, slots=True)
class CellTargets:
    """What the cells of one photo should say."""

    boxes: Tensor
    """(h * w, G, 5) cx, cy, w, h, angle, pixels of the network's input; nearest word first, ones beyond `count`."""
    count: Tensor
    """(h * w,) words of each cell."""
    is_ignored: Tensor
    """(h * w,) bool: text that nobody can read lies here, so silence and speech are both right."""
    dropped: int
    """Words that a cell should have said beyond its G, over all cells."""


def assign_to_cells(
    boxes: Tensor, ignored: Tensor, centres: Tensor, *, stride: int, steps: int, reach: float = 1.0
) -> CellTargets:
    """Give a word to the cells that it meets and whose centre is less than `reach` cells from its own, both ways.

    With `reach` 1 a word in the open is the task of four cells at most, one of which has its centre well inside; the
    ancestors' 1.8 makes it thirteen. A word's own cell always answers for it. boxes, ignored: (M, 5), readable and
    unreadable text; centres: (h * w, 2). A cell keeps its `steps` nearest words.
    """
    cells = len(centres)
    targets = torch.ones(cells, steps, 5)
    if not len(boxes):
        none = torch.zeros(cells, dtype=torch.int64)
        return CellTargets(targets, none, covers(ignored, centres, stride), 0)
    offset = (boxes[None, :, :2] - centres[:, None]).abs()  # (cells, M, 2)
    extent = upright_extent(boxes)
    is_near = (offset < reach * stride).all(dim=-1) & (offset < extent[None] / 2 + stride / 2).all(dim=-1)
    distance = offset.square().sum(dim=-1)
    is_near[distance.argmin(dim=0), torch.arange(len(boxes))] = True
    order = distance.masked_fill(~is_near, float("inf")).argsort(dim=1, stable=True)[:, :steps]
    found = is_near.sum(dim=1)
    targets[:, : order.shape[1]] = boxes[order]
    return CellTargets(
        targets, found.clamp(max=steps), covers(ignored, centres, stride), int((found - steps).clamp(min=0).sum())
    )


def upright_extent(boxes: Tensor) -> Tensor:
    """Width and height of the upright boxes around slanted ones (M, 5): (M, 2)."""
    cosine, sine = boxes[:, 4].cos().abs(), boxes[:, 4].sin().abs()
    w, h = boxes[:, 2], boxes[:, 3]
    return torch.stack([w * cosine + h * sine, w * sine + h * cosine], dim=-1)


def covers(regions: Tensor, centres: Tensor, stride: int) -> Tensor:
    """Cells (h * w,) that touch one of the regions (M, 5)."""
    if not len(regions):
        return torch.zeros(len(centres), dtype=torch.bool)
    offset = (regions[None, :, :2] - centres[:, None]).abs()
    return (offset < upright_extent(regions)[None] / 2 + stride / 2).all(dim=-1).any(dim=1)


@dataclass(frozen=True, slots=True)
class LossParts:
    """The loss of a batch."""

    total: Tensor
    box: float
    """Mean weighted L1 of a matched box."""
    confidence: float
    """Cross entropy of all steps, a matched box."""
    matched: int


class HungarianLoss:
    """The loss on what cells said. order: how steps get their true boxes. box_weight: of L1 against cross entropy."""

    def __init__(self, code: BoxCode, *, order: Order = "hungarian", box_weight: float = 1.0) -> None:
        self.code = code
        self.order = order
        self.box_weight = box_weight

    def __call__(
        self,
        said: Tensor,
        boxes: Tensor,
        count: Tensor,
        centres: Tensor,
        *,
        size: tuple[int, int],
        silence: Tensor,
        divisor: float | None = None,
    ) -> LossParts:
        """Loss of N cells.

        said: (N, T, length + 1); boxes: (N, G, 5) and count: (N,), true words; centres: (N, 2); size: (width, height)
        of the input; silence: (N,) what an unmatched step weighs. The sum is divided by the number of matched boxes, or
        by `divisor`.
        """
        truths = boxes.shape[1]
        codes, logits = said[..., :-1], said[..., -1]
        true_codes = self.code.encode(boxes, centres[:, None], size)  # (N, G, length)
        matched = self.match(codes.detach(), true_codes, boxes, count, size)
        is_real = torch.arange(truths, device=said.device) < count[:, None]
        cell, truth = is_real.nonzero(as_tuple=True)
        step = matched[cell, truth]
        label = torch.zeros_like(logits)
        label[cell, step] = 1.0
        weight = silence[:, None].expand_as(logits).clone()
        weight[cell, step] = 1.0
        entropy = functional.binary_cross_entropy_with_logits(logits, label, weight, reduction="sum")
        error = (codes[cell, step] - true_codes[cell, truth]).abs()
        distance = (error * self.code.weights(boxes[cell, truth], size)).sum()
        number = float(divisor or max(1, len(cell)))
        total = (self.box_weight * distance + entropy) / number
        return LossParts(
            total, float(distance.detach()) / max(1, len(cell)), float(entropy.detach()) / number, len(cell)
        )

    def match(self, codes: Tensor, true_codes: Tensor, boxes: Tensor, count: Tensor, size: tuple[int, int]) -> Tensor:
        """Step of each true box: (N, G). A step misses a word where its centre lies outside the word's extent."""
        if self.order == "fixed":
            return in_fixed_order(boxes, count)
        error = (codes[:, None, :, :] - true_codes[:, :, None, :]).abs()  # (N, G, T, length)
        is_missed = (error[..., :2] * self.code.reach(boxes, size)[:, :, None]).amax(dim=-1) > 0.5
        distance = (error * self.code.weights(boxes, size)[:, :, None]).sum(dim=-1) / 20.0
        return match_by_permutations(matching_cost(is_missed, distance), count)
