"""A linear layer for numbers of any size."""

import torch
from torch import Tensor, nn

__all__ = ["Standardised"]


class Standardised(nn.Module):
    """A linear layer behind numbers that are brought to mean 0 and spread 1."""

    mean: Tensor
    spread: Tensor

    def __init__(self, width_in: int, width: int, dropout: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width_in))
        self.register_buffer("spread", torch.ones(width_in))
        self.dropout, self.linear = nn.Dropout(dropout), nn.Linear(width_in, width)

    def fit(self, rows: Tensor) -> None:
        """Take mean and spread from rows (R, width_in)."""
        self.mean.copy_(rows.mean(dim=0))
        self.spread.copy_(rows.std(dim=0) + 1e-3)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width_in) to (..., width)."""
        seen: Tensor = self.linear(self.dropout((x - self.mean) / self.spread))
        return seen
