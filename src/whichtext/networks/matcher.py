"""The matcher: does a query mean this text, another one, several, or none of them? (paper 3.3)

Tokens are a "whole" token, the N candidates of a scene and the M surroundings (surfaces, things). In every layer they
attend to each other, with a bias from how they lie to each other, and to the T states of the query's word pieces. The
score of a candidate starts from the logarithm of the rules' probability; the whole token says whether the query fits
one candidate, several or none.

Letters of shapes: B batch, N candidates, M surroundings, T word pieces, D width, A heads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

__all__ = ["Matcher", "MatcherConfig", "MatcherForExport", "MatcherInput", "with_rules"]

NONE, ONE, SEVERAL = 0, 1, 2
"""Columns of the statuses."""


@dataclass(frozen=True)
class MatcherConfig:
    """Sizes; the widths of the inputs are those of `whichtext.retrieval.matcher`."""

    text_width: int
    surrounding_width: int
    pair_width: int
    evidence_width: int
    whole_width: int
    sentence_width: int = 384
    width: int = 96
    heads: int = 4
    layers: int = 2
    hidden: int = 192
    dropout: float = 0.15
    uses_evidence: bool = True
    """Whether it sees what the rules say."""


@dataclass
class MatcherInput:
    """A batch; masks are True where there is something."""

    query: Tensor
    """(B, T, 384)"""
    query_mask: Tensor
    """(B, T)"""
    texts: Tensor
    """(B, N, F)"""
    text_mask: Tensor
    """(B, N)"""
    wordings: Tensor
    """(B, N, 384) vectors of what is written."""
    surroundings: Tensor
    """(B, M, S)"""
    surrounding_mask: Tensor
    """(B, M)"""
    pairs: Tensor
    """(B, N, N + M, R)"""
    evidence: Tensor
    """(B, N, P) what the rules say of each candidate; the last column is their log probability over 4."""
    whole: Tensor
    """(B, Q)"""

    def tensors(self) -> tuple[Tensor, ...]:
        """In the order of the fields."""
        return (
            self.query,
            self.query_mask,
            self.texts,
            self.text_mask,
            self.wordings,
            self.surroundings,
            self.surrounding_mask,
            self.pairs,
            self.evidence,
            self.whole,
        )


class Matcher(nn.Module):
    """Scores of candidates and of statuses."""

    def __init__(self, config: MatcherConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.query_in = nn.Sequential(nn.LayerNorm(config.sentence_width), nn.Linear(config.sentence_width, width))
        self.text_in = nn.Linear(config.text_width, width)
        self.wording_in = nn.Linear(config.sentence_width, width)
        self.surrounding_in = nn.Linear(config.surrounding_width, width)
        self.evidence_in = _two_layers(config.evidence_width, width, config.dropout)
        self.whole_in = _two_layers(config.whole_width, width, config.dropout)
        self.whole_token = nn.Parameter(torch.zeros(width))
        self.text_norm, self.surrounding_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.pair_in = nn.Sequential(nn.Linear(config.pair_width, 16), nn.ReLU(), nn.Linear(16, config.heads))
        self.layers = nn.ModuleList(MatcherLayer(config) for _ in range(config.layers))
        self.out_norm = nn.LayerNorm(width)
        self.score = nn.Linear(width, 1)
        self.status = nn.Linear(width, 3)
        self.trust = nn.Parameter(torch.tensor(1.0))
        self.dropout = nn.Dropout(config.dropout)
        nn.init.zeros_(self.score.weight)
        nn.init.zeros_(self.score.bias)

    def forward(
        self,
        query: Tensor,
        query_mask: Tensor,
        texts: Tensor,
        text_mask: Tensor,
        wordings: Tensor,
        surroundings: Tensor,
        surrounding_mask: Tensor,
        pairs: Tensor,
        evidence: Tensor,
        whole: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Scores of the candidates (B, N), -1e4 where masked, and of the statuses none, one, several (B, 3)."""
        words = self.query_in(query)
        tokens = self.text_in(texts) + self.wording_in(wordings)
        first = self.whole_token.expand(texts.shape[0], 1, -1)
        if self.config.uses_evidence:
            tokens = tokens + self.evidence_in(evidence)
            first = first + self.whole_in(whole)[:, None]
        everything = torch.cat(
            [first, self.dropout(self.text_norm(tokens)), self.surrounding_norm(self.surrounding_in(surroundings))],
            dim=1,
        )
        bias = self._bias(pairs, text_mask, surrounding_mask)
        words_bias = torch.where(query_mask, 0.0, -1e4)[:, None, None]
        for layer in self.layers:
            everything = layer(everything, words, bias, words_bias)
        seen = self.out_norm(everything)
        count = texts.shape[1]
        scores = self.score(seen[:, 1 : count + 1])[..., 0]
        if self.config.uses_evidence:
            scores = scores + self.trust * 4 * evidence[..., -1]
        return torch.where(text_mask, scores, -1e4), self.status(seen[:, 0])

    def _bias(self, pairs: Tensor, text_mask: Tensor, surrounding_mask: Tensor) -> Tensor:
        """What is added to the attention of every token to every other: (B, A, 1 + N + M, 1 + N + M)."""
        others = pairs.shape[2] - pairs.shape[1]
        between = self.pair_in(pairs).permute(0, 3, 1, 2)
        padded = nn.functional.pad(between, (1, 0, 1, others))
        seen = torch.cat([torch.ones_like(text_mask[:, :1]), text_mask, surrounding_mask], dim=1)
        return padded + torch.where(seen, 0.0, -1e4)[:, None, None]


class MatcherLayer(nn.Module):
    """Tokens attend to each other, then to the query."""

    def __init__(self, config: MatcherConfig) -> None:
        super().__init__()
        self.among = Attention(config.width, config.heads)
        self.to_query = Attention(config.width, config.heads)
        self.think = nn.Sequential(
            nn.Linear(config.width, config.hidden),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, config.width),
        )
        self.norms = nn.ModuleList(nn.LayerNorm(config.width) for _ in range(3))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens: Tensor, words: Tensor, bias: Tensor, words_bias: Tensor) -> Tensor:
        """tokens: (B, K, D); words: (B, T, D); bias: (B, A, K, K); words_bias: (B, 1, 1, T)."""
        seen = self.norms[0](tokens)
        tokens = tokens + self.dropout(self.to_query(seen, words, words_bias))
        seen = self.norms[1](tokens)
        tokens = tokens + self.dropout(self.among(seen, seen, bias))
        thought: Tensor = tokens + self.dropout(self.think(self.norms[2](tokens)))
        return thought


class Attention(nn.Module):
    """Several heads."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, tokens: Tensor, others: Tensor, bias: Tensor) -> Tensor:
        """tokens: (B, K, D) attend to others (B, J, D); bias broadcasts to (B, A, K, J)."""
        query, key, value = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.query(tokens), self.key(others), self.value(others))
        )
        weights = (query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5 + bias).softmax(-1)
        mixed: Tensor = self.out((weights @ value).transpose(1, 2).flatten(2))
        return mixed


def _two_layers(width_in: int, width: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width_in, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, width))


class MatcherForExport(nn.Module):
    """Several matchers as one, for one query on one scene: no masks, log probabilities, means over the matchers.

    rules_share: part of the rules in the mean; small networks trained on few thousand descriptions guess differently
    where nothing is known, and the rules are one more voice.
    """

    def __init__(self, models: Sequence[Matcher], *, rules_share: float = 0.0) -> None:
        super().__init__()
        self.models = nn.ModuleList(models)
        self.rules_share = rules_share

    def forward(
        self,
        query: Tensor,
        texts: Tensor,
        wordings: Tensor,
        surroundings: Tensor,
        pairs: Tensor,
        evidence: Tensor,
        whole: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Log probabilities of the candidates (1, N), and of none, one, several (1, 3)."""
        masks = [torch.ones_like(part[..., 0]) > 0 for part in (query, texts, surroundings)]
        outputs = [
            model(query, masks[0], texts, masks[1], wordings, surroundings, masks[2], pairs, evidence, whole)
            for model in self.models
        ]
        scores = torch.stack([scores.log_softmax(1) for scores, _ in outputs]).mean(0)
        statuses = torch.stack([statuses.log_softmax(1) for _, statuses in outputs]).mean(0)
        return with_rules(scores, evidence, self.rules_share), statuses


def with_rules(scores: Tensor, evidence: Tensor, share: float) -> Tensor:
    """Log probabilities (B, N) moved towards those of the rules, the last column of the evidence (B, N, P) times 4."""
    return ((1 - share) * scores + share * 4 * evidence[..., -1]).log_softmax(1)
