"""Let the rules judge training descriptions on the cached scenes of training photos: what the matcher learns from.

    python tools/cache_matcher.py --scenes given=cache/scenes-given.jsonl --scenes read=cache/scenes-read.jsonl \\
        --data TEXTREF --output cache/matcher/scenes

`--scenes` are files of `tools/cache_scenes.py`. Writes one `.npz` a scene: numbers about its candidates, and for every
query what the rules say of each candidate and which are right. The weights of the rules that judge a photo were fitted
without its fifth of the photos: those of the package have seen all of them. Queries are the descriptions of the photo,
descriptions that fit several texts, and as many descriptions of other photos, which mostly fit nothing. `--variant
reworded` says them in other words, `--variant mirror` does so for the mirror image, and `--variant described` has
expressions of the describer instead, which fit one line or several by what was seen. With `--maps` the feature maps of
the photos are kept, too. Resumes where it stopped.
"""

import argparse
import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import fit_rules
from unseen_judges import FOLDS, fold_of
from whichtext.description.properties import fitting_nouns, properties_of
from whichtext.errors import BadQuery
from whichtext.export.json import content_from_dict
from whichtext.geometry import box_iou, box_of, union_box
from whichtext.retrieval.matcher.evidence import rules_evidence
from whichtext.retrieval.matcher.features import scene_features
from whichtext.retrieval.rules.encoding import EncodedScene, encode
from whichtext.retrieval.rules.parser import parse
from whichtext.retrieval.rules.retriever import RulesRetriever
from whichtext.training.matcher_wording import mirrored_query, reworded
from whichtext.training.photo_maps import keep_maps
from whichtext.types import Box, Carrier, SceneContent

logger = logging.getLogger("cache_matcher")

REAL, AMBIGUOUS, ABSENT = 0, 1, 2
MOST_DESCRIBED = 3
"""Lines of a scene for which the describer speaks."""


def fitted_without(scenes: Sequence[Path], data: Path, output: Path) -> dict[int, dict[str, float]]:
    """Weights of the rules for each fifth of the photos, fitted on the others."""
    if output.exists():
        return {int(fold): weights for fold, weights in json.loads(output.read_text(encoding="utf-8")).items()}
    examples = fit_rules.load_examples(scenes, data / "expressions-train.jsonl")
    logger.info("%d examples", len(examples))
    table = fit_rules.tabulate(examples, RulesRetriever()._weights)
    folds = fit_rules.folds_of(examples, FOLDS)
    weights = {fold: fit_rules.fit(table, folds != fold, l2=1e-3) for fold in range(FOLDS)}
    for fold in range(FOLDS):
        hits = fit_rules.top_one(table, weights[fold], folds == fold)
        logger.info("fold %d: top-1 of unseen photos %.3f", fold, hits.mean())
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(weights), encoding="utf-8")
    return weights


def mirrored(content: SceneContent) -> SceneContent:
    """The scene seen in a mirror; wording and reading order stay as they are."""
    width = content.photo.width

    def flip(box: Box) -> Box:
        return (width - box[2], box[1], width - box[0], box[3])

    def turned(carrier: Carrier) -> Carrier:
        return replace(carrier, box=flip(carrier.box))

    return replace(
        content,
        texts=tuple(
            replace(
                text,
                box=flip(text.box),
                attributes=replace(
                    text.attributes,
                    carrier=None if text.attributes.carrier is None else turned(text.attributes.carrier),
                    angle=None if text.attributes.angle is None else -text.attributes.angle,
                    left_of=text.attributes.right_of,
                    right_of=text.attributes.left_of,
                    place=tuple({"left": "right", "right": "left"}.get(p, p) for p in text.attributes.place),
                ),
            )
            for text in content.texts
        ),
        carriers=tuple(turned(carrier) for carrier in content.carriers),
        objects=tuple(replace(thing, box=flip(thing.box)) for thing in content.objects),
    )


def queries_of(
    photo: Mapping[str, Any], others: Sequence[str], rng: np.random.Generator, *, variant: str
) -> list[tuple[str, int, list[list[int]], str]]:
    """Query, what it is, groups of words each of which it fits, and its types."""
    queries = []
    real = [(e["raw"], [e["targets"]], "+".join(e["types"])) for e in photo["expressions"]]
    several = [(a["raw"], a["matches"], "") for a in photo["ambiguous"]]
    for kind, written in ((REAL, real), (AMBIGUOUS, several)):
        for raw, groups, types in written:
            turned = mirrored_query(raw) if variant == "mirror" else raw
            if turned is not None:
                queries.append((turned if variant == "plain" else reworded(turned, rng), kind, groups, types))
    for position in rng.choice(len(others), size=len(real), replace=False):
        raw = others[int(position)]
        queries.append((raw if variant == "plain" else reworded(raw, rng), ABSENT, [], ""))
    return queries


def described(content: SceneContent, rng: np.random.Generator) -> list[tuple[str, int, list[int]]]:
    """Expressions of the describer for some lines: query, what it is, ids of the texts that it fits.

    Half of them rule out every other line; half fit another one as well. Such words as "the white word on the sign" are
    ambiguous in one scene and not in the next: the matcher has to look.
    """
    lines = [text for text in content.texts if text.level == "line"]
    found: list[tuple[str, int, list[int]]] = []
    for text in [lines[i] for i in rng.permutation(len(lines))[:MOST_DESCRIBED]]:
        peers = [line for line in lines if line.id != text.id]
        properties = properties_of(text, peers, content)
        unique, several = [], []
        for noun, noun_fits in fitting_nouns(text, peers, content):
            for size in range(3):
                for chosen in combinations(properties, size):
                    fits = np.prod([noun_fits, *(one.fits for one in chosen)], axis=0)
                    fore = " ".join(one.words for one in chosen if one.place == "fore")
                    aft = " ".join(one.words for one in chosen if one.place == "aft")
                    query = " ".join(f"the {fore} {noun} {aft}".split())
                    if fits.max(initial=0.0) <= 0.2 and size:
                        unique.append((query, REAL, [text.id]))
                    elif fits.max(initial=0.0) >= 0.8 and not ((fits > 0.3) & (fits < 0.8)).any():
                        same = [peer.id for peer, fit in zip(peers, fits, strict=True) if fit >= 0.8]
                        several.append((query, AMBIGUOUS, [text.id, *same]))
        for group in (unique, several):
            if group:
                found.append(group[int(rng.integers(len(group)))])
    return found


def judged(
    photo: Mapping[str, Any],
    scene: EncodedScene,
    queries: Sequence[tuple[str, int, list[list[int]], str]],
    weights: Mapping[str, float],
    *,
    in_mirror: bool,
) -> dict[str, NDArray[Any]]:
    """Arrays of one scene with its queries."""
    calibration = RulesRetriever()._calibration
    numbers = scene_features(scene)
    words = {text["id"]: box_of(text["polygon"]) for text in photo["texts"]}
    width = photo["width"]
    candidates = [scene.content.texts[identity].box for identity in scene.ids]
    kept, pairs, whole, right, groups_of, asked_for = [], [], [], [], [], []
    for query, kind, groups, types in queries:
        try:
            judged_pairs = rules_evidence(scene, parse(query), weights, calibration)
        except BadQuery:
            continue
        targets = [union_box(words[identity] for identity in group) for group in groups]
        if in_mirror:
            targets = [(width - box[2], box[1], width - box[0], box[3]) for box in targets]
        fits = np.array([[box_iou(box, target) > 0.5 for box in candidates] for target in targets], dtype=bool)
        kept.append({"query": query, "kind": kind, "types": types})
        pairs.append(judged_pairs.pairs.astype(np.float16))
        whole.append(judged_pairs.whole)
        asked_for.append(judged_pairs.asked_for.astype(np.float32))
        right.append(fits.any(axis=0) if len(targets) else np.zeros(scene.count, dtype=bool))
        groups_of.append(int(fits.any(axis=1).sum()) if len(targets) else 0)
    return {
        "texts": numbers.texts,
        "surroundings": numbers.surroundings,
        "between": numbers.pairs.astype(np.float16),
        "boxes": scene.boxes.astype(np.float32),
        "overlap": np.array([[not a.isdisjoint(b) for b in scene.words] for a in scene.words], dtype=bool),
        "strings": np.array(json.dumps(scene.strings)),
        "queries": np.array(json.dumps(kept)),
        "pairs": np.stack(pairs),
        "whole": np.stack(whole),
        "asked_for": np.stack(asked_for),
        "right": np.stack(right),
        "groups": np.array(groups_of),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", action="append", required=True, help="NAME=FILE, a file of tools/cache_scenes.py")
    parser.add_argument("--data", type=Path, required=True, help="folder of the TextRef JSON Lines")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--variant", choices=("plain", "reworded", "mirror", "described"), default="plain")
    parser.add_argument("--maps", type=Path, help="folder for the feature maps of the photos")
    parser.add_argument("--part", default="0/1", help="I/N: every N-th photo from I on, for several processes")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    files = {name: Path(path) for name, path in (value.split("=", 1) for value in options.scenes)}
    weights = fitted_without(list(files.values()), options.data, options.output / "rules_folds.json")
    photos = [
        json.loads(line) for line in (options.data / "expressions-train.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    by_id = {photo["image_id"]: photo for photo in photos}
    part, parts = (int(value) for value in options.part.split("/"))
    mine = {photo["image_id"] for photo in photos[part::parts]}
    if options.maps is not None:
        wanted = [photo for photo in photos if photo["image_id"] in mine]
        keep_maps(((photo["image_id"], options.data / photo["file"]) for photo in wanted), options.maps)
    for name, path in files.items():
        for line in path.read_text(encoding="utf-8").splitlines():
            identity = line[len('{"image_id": "') :].split('"', 1)[0]
            if identity not in mine:
                continue
            target = options.output / f"{identity}.{name}.{options.variant}.npz"
            if target.exists():
                continue
            content = content_from_dict(json.loads(line)["scene"])
            in_mirror = options.variant == "mirror"
            scene = encode(mirrored(content) if in_mirror else content)
            if not scene.count:
                continue
            photo = by_id[identity]
            rng = np.random.default_rng([options.seed, zlib.crc32(target.name.encode())])
            others = [e["raw"] for other in photos if other is not photo for e in other["expressions"]]
            if options.variant == "described":
                own = [(query, kind, [[i] for i in ids], "") for query, kind, ids in described(content, rng)]
                photo = {
                    "width": photo["width"],
                    "texts": [{"id": text.id, "polygon": text.polygon} for text in content.texts],
                }
                queries = own
            else:
                queries = queries_of(photo, others, rng, variant=options.variant)
            if not queries:
                continue
            arrays = judged(photo, scene, queries, weights[fold_of(identity)], in_mirror=in_mirror)
            temporary = target.with_suffix(".tmp")
            with temporary.open("wb") as output:
                np.savez(output, allow_pickle=False, **arrays)
            temporary.replace(target)


if __name__ == "__main__":
    main()
