"""Scenes and judged queries for the training of the matcher, as `tools/cache_matcher.py` wrote them.

Letters of shapes: those of `whichtext.networks.matcher`.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from whichtext.networks.matcher import MatcherInput
from whichtext.retrieval.matcher.sentences import WIDTH, SentenceEncoder

__all__ = ["ABSENT", "AMBIGUOUS", "REAL", "Batch", "Example", "MatcherData", "SceneArrays", "collate"]

REAL, AMBIGUOUS, ABSENT = 0, 1, 2
"""What a query is: fits one text, several, or (being of another photo) probably none."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class SceneArrays:
    """One scene."""

    image_id: str
    words: str
    """given, or read from the photo."""
    variant: str
    """plain, reworded, mirror, or described."""
    texts: Floats
    wordings: Floats
    looks: Floats
    surroundings: Floats
    between: Floats
    overlap: NDArray[np.bool_]
    """(N, N) whether two candidates share a word."""

    @property
    def words_of_candidates(self) -> tuple[frozenset[int], ...]:
        """A set for each candidate such that two sets share a member where the candidates share a word."""
        count = len(self.overlap)
        return tuple(
            frozenset(min(i, j) * count + max(i, j) for j in map(int, np.flatnonzero(row)))
            for i, row in enumerate(self.overlap)
        )


@dataclass(frozen=True, slots=True)
class Example:
    """One query on one scene."""

    scene: SceneArrays
    query: str
    kind: int
    types: str
    evidence: Floats
    whole: Floats
    asked_for: Floats
    right: NDArray[np.bool_]
    groups: int
    """Texts that the query fits, among those that a candidate covers."""

    @property
    def fold(self) -> int:
        """The fifth of the photos to which it belongs."""
        return zlib.crc32(self.scene.image_id.encode()) % 5


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs and what is right."""

    inputs: MatcherInput
    right: torch.Tensor
    """(B, N) bool"""
    status: torch.Tensor
    """(B,) 0 none, 1 one, 2 several"""
    kind: torch.Tensor


class MatcherData:
    """All examples of a folder, of the photos whose ids are wanted.

    Vectors of wordings and states of queries are computed once and kept in `sentences.npz` beside the scenes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        variants: Sequence[str] = ("plain", "reworded", "mirror", "described"),
        encoder: SentenceEncoder | None = None,
        maps: Path | None = None,
        wanted: Callable[[str], bool] = lambda _: True,
    ) -> None:
        found = sorted(file for variant in variants for file in folder.glob(f"*.{variant}.npz"))
        files = [file for file in found if wanted(file.stem.rsplit(".", 2)[0])]
        raw = [(file, np.load(file)) for file in files]
        loaded = [(file, {name: arrays[name] for name in arrays.files}) for file, arrays in raw]
        strings = sorted({" ".join(s.split()) for _, a in loaded for s in json.loads(str(a["strings"]))})
        queries = sorted({row["query"] for _, a in loaded for row in json.loads(str(a["queries"]))})
        self.states, vectors = _sentences(folder / "sentences.npz", queries, strings, encoder)
        self.examples: list[Example] = []
        for file, arrays in loaded:
            image_id, words, variant = file.stem.rsplit(".", 2)
            scene = SceneArrays(
                image_id=image_id,
                words=words,
                variant=variant,
                texts=arrays["texts"],
                wordings=np.stack([vectors[" ".join(s.split())] for s in json.loads(str(arrays["strings"]))]),
                looks=looks_of(maps / f"{image_id}.npy", arrays["boxes"], in_mirror=variant == "mirror")
                if maps is not None
                else np.zeros((len(arrays["texts"]), 0), dtype=np.float32),
                surroundings=arrays["surroundings"],
                between=arrays["between"],
                overlap=arrays["overlap"],
            )
            rows = json.loads(str(arrays["queries"]))
            self.examples += [
                Example(
                    scene=scene,
                    query=row["query"],
                    kind=row["kind"],
                    types=row["types"],
                    evidence=arrays["pairs"][number],
                    whole=arrays["whole"][number],
                    asked_for=arrays["asked_for"][number],
                    right=arrays["right"][number],
                    groups=int(arrays["groups"][number]),
                )
                for number, row in enumerate(rows)
            ]


def looks_of(file: Path, boxes: Floats, *, in_mirror: bool) -> Floats:
    """Means of the feature map of a photo in and around each box: (N, 2 K)."""
    from whichtext.context.features import pool_boxes

    feature_map = np.load(file).astype(np.float32)
    feature_map = feature_map[:, ::-1] if in_mirror else feature_map
    size = boxes[:, 2:] - boxes[:, :2]
    margin = np.maximum(size.min(axis=1, keepdims=True) * 1.5, 0.03)
    around = np.clip(np.concatenate([boxes[:, :2] - margin, boxes[:, 2:] + margin], axis=1), 0, 1)
    looks: Floats = np.concatenate([pool_boxes(feature_map, boxes), pool_boxes(feature_map, around)], axis=1)
    return looks


def _sentences(
    file: Path, queries: Sequence[str], strings: Sequence[str], encoder: SentenceEncoder | None
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    states: dict[str, Floats] = {}
    vectors: dict[str, Floats] = {}
    if file.exists():
        kept = np.load(file)
        names, starts, rows = json.loads(str(kept["queries"])), kept["starts"], kept["states"]
        states = {name: rows[a:b] for name, a, b in zip(names, starts[:-1], starts[1:], strict=True)}
        vectors = dict(zip(json.loads(str(kept["strings"])), kept["vectors"], strict=True))
    new_queries = [query for query in queries if query not in states]
    new_strings = [string for string in strings if string not in vectors]
    if new_queries or new_strings:
        encoder = encoder or SentenceEncoder.load(threads=1)
        for query in new_queries:
            states[query] = encoder.states(query).astype(np.float16)
        vectors |= dict(zip(new_strings, encoder.vectors(new_strings).astype(np.float16), strict=True))
        with file.with_suffix(".tmp").open("wb") as output:
            np.savez(
                output,
                queries=np.array(json.dumps(list(states))),
                starts=np.cumsum([0, *(len(rows) for rows in states.values())]),
                states=np.concatenate(list(states.values())),
                strings=np.array(json.dumps(list(vectors))),
                vectors=np.stack(list(vectors.values())),
            )
        file.with_suffix(".tmp").replace(file)
    return states, vectors


def collate(examples: Sequence[Example], states: dict[str, Floats]) -> Batch:
    """Pad examples to one batch."""
    most_texts = max(len(e.scene.texts) for e in examples)
    most_around = max(1, max(len(e.scene.surroundings) for e in examples))
    most_words = max(len(states[e.query]) for e in examples)
    first = examples[0].scene

    def empty(*shape: int) -> Floats:
        return np.zeros((len(examples), *shape), dtype=np.float32)

    query, query_mask = empty(most_words, WIDTH), empty(most_words)
    texts, text_mask = empty(most_texts, first.texts.shape[1]), empty(most_texts)
    wordings, looks = empty(most_texts, WIDTH), empty(most_texts, first.looks.shape[1])
    surroundings, surrounding_mask = empty(most_around, first.surroundings.shape[1]), empty(most_around)
    pairs = empty(most_texts, most_texts + most_around, first.between.shape[2])
    evidence, whole = empty(most_texts, examples[0].evidence.shape[1]), empty(len(examples[0].whole))
    right, status = np.zeros((len(examples), most_texts), dtype=bool), np.zeros(len(examples), dtype=np.int64)
    for row, example in enumerate(examples):
        scene, words = example.scene, states[example.query]
        n, m, t = len(scene.texts), len(scene.surroundings), len(words)
        query[row, :t], query_mask[row, :t] = words, 1
        texts[row, :n], text_mask[row, :n], wordings[row, :n], looks[row, :n] = (
            scene.texts, 1, scene.wordings, scene.looks,
        )  # fmt: skip
        surroundings[row, :m], surrounding_mask[row, :m] = scene.surroundings, 1
        pairs[row, :n, :n] = scene.between[:, :n]
        pairs[row, :n, most_texts : most_texts + m] = scene.between[:, n:]
        evidence[row, :n], whole[row], right[row, :n] = example.evidence, example.whole, example.right
        status[row] = 0 if not example.right.any() else 2 if example.kind == AMBIGUOUS and example.groups > 1 else 1
    tensors = (
        torch.from_numpy(a)
        for a in (
            query,
            query_mask > 0,
            texts,
            text_mask > 0,
            wordings,
            looks,
            surroundings,
            surrounding_mask > 0,
            pairs,
            evidence,
            whole,
        )
    )
    return Batch(
        MatcherInput(*tensors),
        torch.from_numpy(right),
        torch.from_numpy(status),
        torch.tensor([example.kind for example in examples]),
    )


def batches(examples: Sequence[Example], size: int, rng: np.random.Generator | None) -> Iterable[list[Example]]:
    """Batches of scenes of like size; in random order where there is a generator."""
    noise = rng.random(len(examples)) * 6 if rng is not None else np.zeros(len(examples))
    order = np.argsort([len(e.scene.texts) + x for e, x in zip(examples, noise, strict=True)], kind="stable")
    starts = np.arange(0, len(order), size)
    for start in rng.permutation(starts) if rng is not None else starts:
        yield [examples[position] for position in order[start : start + size]]
