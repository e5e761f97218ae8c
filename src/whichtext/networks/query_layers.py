"""The last layers of the sentence encoder, which learn what people say of photos (paper 3.3, its language memory).

MiniLM-L6 has six transformer layers (Wang et al. 2020; BERT's, Devlin et al. 2019). The first ones stay as they were
published; a scene fit has the last ones for itself and trains them on.

Letters of shapes: Q queries of T word pieces.
"""

import math
from collections.abc import Mapping

from torch import Tensor, nn

__all__ = ["LAYERS", "QueryLayers", "published_layers"]

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
"""Of MiniLM-L6."""

_PUBLISHED = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "first_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "second_norm": "output.LayerNorm",
}
"""Names of the parts of a layer in the published file."""


class QueryLayer(nn.Module):
    """One transformer layer, norms behind the sums."""

    def __init__(self, *, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.joined, self.first_norm = nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.second_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States (Q, T, 384) and mask (Q, T), True where there is a piece, to states."""
        size = WIDTH // HEADS
        query, key, value = (
            part(states).unflatten(2, (HEADS, size)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        like = (query @ key.transpose(2, 3)) / math.sqrt(size)
        shares = self.dropout(like.masked_fill(~mask[:, None, None], -1e4).softmax(dim=3))
        attended = (shares @ value).transpose(1, 2).flatten(2)
        states = self.first_norm(states + self.dropout(self.joined(attended)))
        inner = self.outer(nn.functional.gelu(self.inner(states)))
        after: Tensor = self.second_norm(states + self.dropout(inner))
        return after


class QueryLayers(nn.Module):
    """The last `count` layers."""

    def __init__(self, count: int, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.count = count
        self.layers = nn.ModuleList([QueryLayer(dropout=dropout) for _ in range(count)])

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States (Q, T, 384) after the first 6 - count layers, mask (Q, T), to states after the last one."""
        for layer in self.layers:
            states = layer(states, mask)
        return states


def published_layers(tensors: Mapping[str, Tensor], count: int, *, dropout: float = 0.1) -> QueryLayers:
    """The last `count` layers as published. Raises `ValueError` where the tensors are not those of MiniLM-L6."""
    if not 1 <= count <= LAYERS:
        raise ValueError(f"MiniLM-L6 has {LAYERS} layers, the last {count} were asked for")
    prefix = "bert." if any(name.startswith("bert.") for name in tensors) else ""
    found = QueryLayers(count, dropout=dropout)
    for position, layer in enumerate(found.layers, start=LAYERS - count):
        state = {}
        for own, theirs in _PUBLISHED.items():
            for part in ("weight", "bias"):
                name = f"{prefix}encoder.layer.{position}.{theirs}.{part}"
                if name not in tensors:
                    raise ValueError(f"no tensor {name!r}: these are not the weights of MiniLM-L6")
                state[f"{own}.{part}"] = tensors[name]
        layer.load_state_dict(state)
    return found
