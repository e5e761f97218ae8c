"""Scene fit: does a query speak of this photo at all? (paper 3.3, for queries whose text is absent)

Late interaction (Khattab and Zaharia 2020): every word of the query looks for the part of the scene that it may speak
of, and the fit is the mean of what the words found, weighed by how much each word says. Query and scene meet only in
products of their vectors, so that every query of a batch is compared with every scene of it: descriptions of other
photos are the examples of what fits nothing.

Letters of shapes: Q queries of T word pieces, S scenes of N candidates, M surroundings and G places of the photo, D
width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from whichtext.networks.query_layers import QueryLayers
from whichtext.networks.standardised import Standardised

__all__ = ["SceneFit", "SceneFitConfig", "SceneFitForExport", "SceneInput"]


@dataclass(frozen=True)
class SceneFitConfig:
    """Sizes; the widths of the inputs are those of `whichtext.retrieval.matcher`."""

    text_width: int
    surrounding_width: int
    look_width: int
    """Numbers of the feature map in and around a text."""
    place_width: int
    """The same for a part of the photo."""
    sentence_width: int = 384
    width: int = 64
    dropout: float = 0.3
    word_dropout: float = 0.1


@dataclass
class SceneInput:
    """Scenes; masks are True where there is something."""

    texts: Tensor
    """(S, N, F)"""
    wordings: Tensor
    """(S, N, 384) vectors of what is written."""
    looks: Tensor
    """(S, N, L)"""
    text_mask: Tensor
    """(S, N)"""
    surroundings: Tensor
    """(S, M, K)"""
    surrounding_mask: Tensor
    """(S, M)"""
    places: Tensor
    """(S, G, P)"""


class SceneFit(nn.Module):
    """Fits of queries and scenes, and how much a query speaks of each candidate of a scene.

    layers: last layers of the sentence encoder of its own, if it has any; queries are then states in front of them.
    """

    def __init__(self, config: SceneFitConfig, layers: QueryLayers | None = None) -> None:
        super().__init__()
        self.config = config
        self.layers = layers
        width = config.width
        self.query_in = nn.Sequential(nn.LayerNorm(config.sentence_width), nn.Linear(config.sentence_width, width))
        self.importance = nn.Sequential(nn.LayerNorm(config.sentence_width), nn.Linear(config.sentence_width, 1))
        self.text_in = nn.Linear(config.text_width, width)
        self.wording_in = nn.Linear(config.sentence_width, width)
        self.look_in = Standardised(config.look_width, width, config.dropout)
        self.place_in = Standardised(config.place_width, width, config.dropout)
        self.surrounding_in = nn.Linear(config.surrounding_width, width)
        self.kinds = nn.Parameter(torch.zeros(3, width))
        self.think = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(2 * width, width),
        )
        self.norm = nn.LayerNorm(width)
        self.dropout, self.word_dropout = nn.Dropout(config.dropout), nn.Dropout(config.word_dropout)
        self.sharpness = nn.Parameter(torch.tensor(math.log(11.0)))
        self.scale, self.bias = nn.Parameter(torch.tensor(math.log(2.0))), nn.Parameter(torch.tensor(0.0))

    @torch.no_grad()
    def start_from_names(self, text_names: Tensor, surrounding_names: Tensor) -> None:
        """Let the first columns of texts and of surroundings, probabilities of names, begin as those names are meant.

        text_names: (n, 384) and surrounding_names: (m, 384) vectors of the names, one a column.
        """
        first = self.query_in[1]
        assert isinstance(first, nn.Linear)
        for layer, names in ((self.text_in, text_names), (self.surrounding_in, surrounding_names)):
            layer.weight[:, : len(names)] += first.weight @ names.T

    def read(self, query: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """States (Q, T, 384) of word pieces, mask (Q, T), to vectors of length 1 (Q, T, D) and their shares (Q, T)."""
        if self.layers is not None:
            query = self.layers(query, mask)
        words = nn.functional.normalize(self.query_in(self.word_dropout(query)), dim=-1)
        return words, self.importance(query)[..., 0].masked_fill(~mask, -1e4).softmax(dim=1)

    def see(self, scenes: SceneInput) -> tuple[Tensor, Tensor]:
        """Vectors of length 1 (S, N + M + G, D) of the parts of scenes, and which of them there are."""
        texts = self.text_in(scenes.texts) + self.wording_in(scenes.wordings) + self.look_in(scenes.looks)
        parts = torch.cat(
            [
                texts + self.kinds[0],
                self.surrounding_in(scenes.surroundings) + self.kinds[1],
                self.place_in(scenes.places) + self.kinds[2],
            ],
            dim=1,
        )
        seen = self.norm(parts + self.think(parts))
        mask = torch.cat(
            [scenes.text_mask, scenes.surrounding_mask, torch.ones_like(scenes.places[..., 0], dtype=torch.bool)], dim=1
        )
        return nn.functional.normalize(self.dropout(seen), dim=-1), mask

    def forward(self, query: Tensor, query_mask: Tensor, scenes: SceneInput) -> tuple[Tensor, Tensor]:
        """Fits of every query to every scene (Q, S); and, where there is a scene for each query, in order, how much it
        speaks of each candidate of that scene (Q, N), -1e4 where masked.
        """
        words, shares = self.read(query, query_mask)
        parts, mask = self.see(scenes)
        fits = self._fits(torch.einsum("qtd,skd->qstk", words, parts), shares[:, None], mask[None])
        return fits, self._spoken(words, shares, parts, scenes.text_mask)

    def own(self, query: Tensor, query_mask: Tensor, scenes: SceneInput) -> tuple[Tensor, Tensor]:
        """The same for queries with a scene each: fits (Q,) and how much they speak of its candidates (Q, N)."""
        words, shares = self.read(query, query_mask)
        parts, mask = self.see(scenes)
        fits = self._fits(words @ parts.transpose(1, 2), shares, mask)
        return fits, self._spoken(words, shares, parts, scenes.text_mask)

    def _fits(self, products: Tensor, shares: Tensor, mask: Tensor) -> Tensor:
        """Products (..., T, K) of words and parts, shares (..., T), mask (..., K) to fits (...)."""
        like = torch.where(mask[..., None, :], products * self.sharpness.exp(), -1e4)
        found = torch.logsumexp(like, dim=-1) - mask.sum(dim=-1).float().log()[..., None]
        fits: Tensor = (found * shares).sum(dim=-1) * self.scale.exp() + self.bias
        return fits

    def _spoken(self, words: Tensor, shares: Tensor, parts: Tensor, text_mask: Tensor) -> Tensor:
        """The likenesses of the words to each candidate, weighed by their shares: (Q, N)."""
        count = text_mask.shape[1]
        like = (words * shares[..., None]).sum(dim=1)[:, None] @ parts[:, :count].transpose(1, 2)
        return torch.where(text_mask, like[:, 0] * self.sharpness.exp(), -1e4)


class SceneFitForExport(nn.Module):
    """Several networks as one, for one query on one scene: the mean of their fits and of what they say of texts."""

    def __init__(self, models: Sequence[SceneFit]) -> None:
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(
        self,
        query: Tensor,
        level: Tensor,
        texts: Tensor,
        wordings: Tensor,
        looks: Tensor,
        surroundings: Tensor,
        places: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Fit (1,) and log probabilities of the candidates (1, N); the leading axis of all inputs is 1.

        query: states after all layers of the sentence encoder; level: those in front of the layers that a network has.
        An input that no network takes is no input of the exported file.
        """
        masks = [torch.ones_like(part[..., 0]) > 0 for part in (query, texts, surroundings)]
        scenes = SceneInput(texts, wordings, looks, masks[1], surroundings, masks[2], places)
        fits, spoken = [], []
        for model in self.models:
            assert isinstance(model, SceneFit)
            fit, own = model.own(query if model.layers is None else level, masks[0], scenes)
            fits.append(fit)
            spoken.append(own.log_softmax(dim=1))
        return torch.stack(fits).mean(dim=0), torch.stack(spoken).mean(dim=0)
