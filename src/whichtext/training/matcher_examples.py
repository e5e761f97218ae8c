"""Scenes and judged queries for the training of the matcher, as `tools/cache_matcher.py` wrote them.

Letters of shapes: those of `whichtext.networks.matcher`.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from whichtext.networks.matcher import MatcherInput
from whichtext.networks.scene_fit import SceneInput
from whichtext.retrieval.listener.hearing import heard, with_nothing
from whichtext.retrieval.looks import LOOK_WIDTH, PLACE_WIDTH, PLACES, places_of, text_looks
from whichtext.sentences import WIDTH, SentenceEncoder
from whichtext.training.photo_maps import load_maps
from whichtext.weights import list_weights

__all__ = [
    "ABSENT",
    "AMBIGUOUS",
    "REAL",
    "Batch",
    "Example",
    "MatcherData",
    "SceneArrays",
    "auroc",
    "batches",
    "collate",
    "collate_queries",
    "collate_scenes",
]

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
    """(N, L) and `places` (G, P): numbers of the feature maps; zeros where there are none."""
    places: Floats
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

    Vectors of wordings, and states of queries after all layers of the sentence encoder (`states`) and at the level
    where the scene fit takes them (`levels`), are computed once and kept in `sentences.npz` beside the scenes, until
    the encoder of the package changes. maps: folder with the feature maps of each photo, `<image_id>.npz`, for a
    network that looks. hears: what the listener hears stands where the rules' judgements do otherwise.
    """

    def __init__(
        self,
        folder: Path,
        *,
        variants: Sequence[str] = ("plain", "reworded", "mirror", "described"),
        encoder: SentenceEncoder | None = None,
        maps: Path | None = None,
        wanted: Callable[[str], bool] = lambda _: True,
        hears: bool = False,
    ) -> None:
        found = sorted(file for variant in variants for file in folder.glob(f"*.{variant}.npz"))
        files = [file for file in found if wanted(file.stem.rsplit(".", 2)[0])]
        raw = [(file, np.load(file)) for file in files]
        loaded = [(file, {name: arrays[name] for name in arrays.files}) for file, arrays in raw]
        strings = sorted({" ".join(s.split()) for _, a in loaded for s in json.loads(str(a["strings"]))})
        queries = sorted({row["query"] for _, a in loaded for row in json.loads(str(a["queries"]))})
        kept = _sentences(folder / "sentences.npz", queries, strings, encoder)
        self.levels, self.states, vectors = kept.levels, kept.states, kept.vectors
        self.examples: list[Example] = []
        for file, arrays in loaded:
            image_id, words, variant = file.stem.rsplit(".", 2)
            looks, places = looks_of(maps, image_id, arrays["boxes"], in_mirror=variant == "mirror")
            scene = SceneArrays(
                image_id=image_id,
                words=words,
                variant=variant,
                texts=arrays["texts"],
                wordings=np.stack([vectors[" ".join(s.split())] for s in json.loads(str(arrays["strings"]))]),
                looks=looks,
                places=places,
                surroundings=arrays["surroundings"],
                between=arrays["between"],
                overlap=arrays["overlap"],
            )
            rows = json.loads(str(arrays["queries"]))
            pairs, whole, asked_for = arrays["pairs"], arrays["whole"], arrays["asked_for"]
            if hears:
                written = json.loads(str(arrays["strings"]))
                pairs = np.stack([with_nothing(heard(row["query"], written)) for row in rows]).astype(np.float16)
                whole, asked_for = np.zeros((len(rows), 1), dtype=np.float32), np.ones_like(asked_for)
            self.examples += [
                Example(
                    scene=scene,
                    query=row["query"],
                    kind=row["kind"],
                    types=row["types"],
                    evidence=pairs[number],
                    whole=whole[number],
                    asked_for=asked_for[number],
                    right=arrays["right"][number],
                    groups=int(arrays["groups"][number]),
                )
                for number, row in enumerate(rows)
            ]


def looks_of(maps: Path | None, image_id: str, boxes: Floats, *, in_mirror: bool) -> tuple[Floats, Floats]:
    """Numbers of the feature maps at each box (N, 4), and in each part of the photo; zeros where there are no maps."""
    if maps is None:
        return np.zeros((len(boxes), LOOK_WIDTH), np.float32), np.zeros((len(PLACES), PLACE_WIDTH), np.float32)
    seen = load_maps(maps, image_id, in_mirror=in_mirror)
    return text_looks(seen, boxes), places_of(seen)


class _Sentences(NamedTuple):
    levels: dict[str, Floats]
    states: dict[str, Floats]
    vectors: dict[str, Floats]


def _sentences(
    file: Path, queries: Sequence[str], strings: Sequence[str], encoder: SentenceEncoder | None
) -> _Sentences:
    (made_by,) = (entry.sha256 for entry in list_weights() if entry.name == "minilm.onnx")
    found = _Sentences({}, {}, {})
    kept = np.load(file) if file.exists() else {}
    if "made_by" in kept and str(kept["made_by"]) == made_by:
        spans = list(zip(json.loads(str(kept["queries"])), kept["starts"][:-1], kept["starts"][1:], strict=True))
        for states, name in ((found.levels, "levels"), (found.states, "states")):
            rows = kept[name]
            states.update((query, rows[a:b]) for query, a, b in spans)
        found.vectors.update(zip(json.loads(str(kept["strings"])), kept["vectors"], strict=True))
    new_queries = [query for query in queries if query not in found.states]
    new_strings = [string for string in strings if string not in found.vectors]
    if new_queries or new_strings:
        encoder = encoder or SentenceEncoder.load(threads=1)
        for query in new_queries:
            both = encoder.states(query)
            found.levels[query] = both.level.astype(np.float16)
            found.states[query] = both.last.astype(np.float16)
        found.vectors.update(zip(new_strings, encoder.vectors(new_strings).astype(np.float16), strict=True))
        with file.with_suffix(".tmp").open("wb") as output:
            np.savez(
                output,
                made_by=np.array(made_by),
                queries=np.array(json.dumps(list(found.states))),
                starts=np.cumsum([0, *(len(rows) for rows in found.states.values())]),
                levels=np.concatenate([found.levels[query] for query in found.states]),
                states=np.concatenate(list(found.states.values())),
                strings=np.array(json.dumps(list(found.vectors))),
                vectors=np.stack(list(found.vectors.values())),
            )
        file.with_suffix(".tmp").replace(file)
    return found


def collate_queries(queries: Sequence[str], states: dict[str, Floats]) -> tuple[torch.Tensor, torch.Tensor]:
    """States (Q, T, 384) of the word pieces of queries and which of them there are (Q, T)."""
    most = max(len(states[query]) for query in queries)
    padded = np.zeros((len(queries), most, WIDTH), dtype=np.float32)
    mask = np.zeros((len(queries), most), dtype=bool)
    for row, query in enumerate(queries):
        words = states[query]
        padded[row, : len(words)], mask[row, : len(words)] = words, True
    return torch.from_numpy(padded), torch.from_numpy(mask)


def collate_scenes(scenes: Sequence[SceneArrays]) -> SceneInput:
    """Pad scenes to one batch."""
    texts, text_mask = _padded([scene.texts for scene in scenes])
    surroundings, surrounding_mask = _padded([scene.surroundings for scene in scenes])
    return SceneInput(
        texts=texts,
        wordings=_padded([scene.wordings for scene in scenes])[0],
        looks=_padded([scene.looks for scene in scenes])[0],
        text_mask=text_mask,
        surroundings=surroundings,
        surrounding_mask=surrounding_mask,
        places=torch.from_numpy(np.stack([scene.places for scene in scenes]).astype(np.float32)),
    )


def _padded(parts: Sequence[Floats]) -> tuple[torch.Tensor, torch.Tensor]:
    """Arrays (n, W) as one (S, N, W), N at least one, and which rows there are (S, N)."""
    most = max(1, max(len(part) for part in parts))
    rows = np.zeros((len(parts), most, parts[0].shape[1]), dtype=np.float32)
    mask = np.zeros((len(parts), most), dtype=bool)
    for row, part in enumerate(parts):
        rows[row, : len(part)], mask[row, : len(part)] = part, True
    return torch.from_numpy(rows), torch.from_numpy(mask)


def collate(examples: Sequence[Example], states: dict[str, Floats]) -> Batch:
    """Pad examples to one batch."""
    scenes = [example.scene for example in examples]
    texts, text_mask = _padded([scene.texts for scene in scenes])
    surroundings, surrounding_mask = _padded([scene.surroundings for scene in scenes])
    query, query_mask = collate_queries([example.query for example in examples], states)
    most_texts, most_around = texts.shape[1], surroundings.shape[1]
    pairs = np.zeros((len(examples), most_texts, most_texts + most_around, scenes[0].between.shape[2]), np.float32)
    right, status = np.zeros((len(examples), most_texts), dtype=bool), np.zeros(len(examples), dtype=np.int64)
    for row, example in enumerate(examples):
        between = example.scene.between
        n, m = len(between), between.shape[1] - len(between)
        pairs[row, :n, :n] = between[:, :n]
        pairs[row, :n, most_texts : most_texts + m] = between[:, n:]
        right[row, :n] = example.right
        status[row] = 0 if not example.right.any() else 2 if example.kind == AMBIGUOUS and example.groups > 1 else 1
    return Batch(
        MatcherInput(
            query=query,
            query_mask=query_mask,
            texts=texts,
            text_mask=text_mask,
            wordings=_padded([scene.wordings for scene in scenes])[0],
            surroundings=surroundings,
            surrounding_mask=surrounding_mask,
            pairs=torch.from_numpy(pairs),
            evidence=_padded([example.evidence for example in examples])[0],
            whole=torch.from_numpy(np.stack([example.whole for example in examples]).astype(np.float32)),
        ),
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


def auroc(positive: Floats, negative: Floats) -> float:
    """Probability that a positive value exceeds a negative one, ties counting half."""
    below = np.searchsorted(np.sort(negative), positive, side="left")
    up_to = np.searchsorted(np.sort(negative), positive, side="right")
    return float((below + up_to).mean() / 2 / len(negative))
