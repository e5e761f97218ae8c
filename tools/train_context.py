"""Train the judges of `whichtext.context`.

Forests for shapes and styles, perceptrons for colours, carriers and kinds, and a logistic model of sharing.

    python tools/add_annotations.py --data ../shared/data/textref-real --output cache/data/textref-real
    python tools/train_word_colours.py --data cache/data --cache cache/context --runs runs/word_colours
    python tools/train_context.py --data cache/data --cache cache/context

Learns from lines labelled by eye and from what descriptions say about their targets (`context_labels.py`), train photos
only; kinds from invented lines, too (`annotations/wordings.jsonl`). Judges trained without each fifth of the photos,
with networks of word colours that have not seen them, give the figures printed, the sharpness of the probabilities and
the thresholds of the styles; they are kept for `tools/cache_scenes.py`. The numbers of each photo are cached; rerun to
go on. Same seed, same file.
"""

import argparse
import itertools
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parent))
from context_labels import LineLabel, PhotoRecord, eye_labels, read_photos, read_phrase, weak_labels
from register_weights import WEIGHTS, register
from unseen_judges import FOLDS, HALVES, colours_file, fold_of, half_of, judges_file
from whichtext.context.features import wording_rows
from whichtext.context.judgement import (
    FIELDS,
    LEARNED_TOGETHER,
    SEEN,
    columns_of,
    join_rows,
    sharpen,
    with_pixels,
)
from whichtext.context.look import as_quads, first_look, line_rows, meaning_rows, surfaces_of, wordings
from whichtext.context.objects import ObjectDetector
from whichtext.context.perceptron import Perceptrons
from whichtext.context.word_colours import JUDGED, WordColours, over_lines, word_patches
from whichtext.feature_maps import PhotoTrunk
from whichtext.geometry import as_polygon
from whichtext.reader import settle_words
from whichtext.recognition.ppocr import PPOCRRecognizer
from whichtext.sentences import SentenceEncoder
from whichtext.training.perceptron import FieldLabels, TrainingConfig, perceptron_tensors, train
from whichtext.weights import load_session_from

NAME = "context_judges.safetensors"
MAP_AXES = 32
TREES = 100
LEAF = {"shape": 6, "style": 6}
"""Least weight-free count of samples in a leaf."""
WEAK_WEIGHT = {
    "ink": 0.5,
    "ground": 0.5,
    "carrier_colour": 0.5,
    "carrier": 0.3,
    "shape": 0.15,
    "kind": 0.4,
    "style": 0.0,
}
"""What a label read from a description counts, against 1 for one by eye."""
NOT_LEARNED = ("mixed", "photo", "transparent")
LEAST = 4
"""Names with fewer labels are not learned."""
SAID = tuple(field for field, families in FIELDS.items() if not families)
"""What the perceptrons judge."""
WORDINGS = Path(__file__).resolve().parents[1] / "annotations" / "wordings.jsonl"
INVENTED_WEIGHT = 0.5
"""What the kind of an invented line counts, against 1 for one by eye."""
_CAUTIOUS = TrainingConfig(weight_decay=0.3, input_dropout=0.5)
CONFIGS = {"colours": TrainingConfig(), "carrier": _CAUTIOUS, "kind": _CAUTIOUS}
"""Colours are told by few of the numbers, what a surface is and what a text is for by many together."""
STYLES = (
    "upper",
    "title",
    "lower",
    "bold",
    "slanted",
    "lit",
    "blurred",
    "cut",
    "3d",
    "vertical",
    "script",
    "outlined",
    "mirrored",
    "handwritten",
)


def sharing_pairs(
    photos: dict[str, PhotoRecord], labels: Sequence[LineLabel]
) -> dict[str, dict[tuple[int, int], bool]]:
    """Pairs of lines that surely share a carrier or surely do not, by photo.

    They share one where one description means both, or where descriptions name the same carrier for both; they do not
    where their carriers differ in noun or colour.
    """
    eye: dict[str, dict[int, LineLabel]] = defaultdict(dict)
    for label in labels:
        if label.by_eye:
            eye[label.image_id][label.line] = label
    alike = ({"orange", "red"}, {"white", "grey"}, {"black", "grey"}, {"yellow", "orange"})
    pairs: dict[str, dict[tuple[int, int], bool]] = {}
    for photo in photos.values():
        position = {name: i for i, name in enumerate(photo.word_ids)}
        line_of = {word: number for number, line in enumerate(photo.lines) for word in line}
        together: set[tuple[int, int]] = set()
        apart: set[tuple[int, int]] = set()
        named: dict[str, set[int]] = defaultdict(set)
        colours: dict[int, set[str]] = defaultdict(set)
        for expression in photo.expressions:
            lines = sorted({line_of[position[name]] for name in expression["targets"]})
            together.update(itertools.combinations(lines, 2))
            said = read_phrase(expression["raw"])
            if expression["context"] and ("carrier" in said or "shape" in said):
                named[expression["context"].lower()].update(lines)
                for line in lines:
                    colours[line].update({said["carrier_colour"]} if "carrier_colour" in said else ())
        for lines_named in named.values():
            if len(lines_named) <= 8:
                together.update(itertools.combinations(sorted(lines_named), 2))
        for first, second in itertools.combinations(sorted(line for line, names in colours.items() if names), 2):
            both = colours[first] | colours[second]
            if not colours[first] & colours[second] and both not in alike:
                apart.add((first, second))
        for first, second in itertools.combinations(sorted(eye[photo.image_id]), 2):
            one, other = eye[photo.image_id][first], eye[photo.image_id][second]
            if (one.carrier, one.carrier_colour) != (other.carrier, other.carrier_colour):
                apart.add((first, second))
        pairs[photo.image_id] = {pair: pair in together for pair in together ^ apart}
    return pairs


def look_at_all(
    photos: dict[str, PhotoRecord], cache: Path, sharing: LogisticRegression | None
) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
    """Numbers of every photo, from the cache where they are there.

    Without `sharing`, only the pair features; with it, the rows of all lines, and of all words their patches, what of
    these is in the quad, and their areas.
    """
    trunk = PhotoTrunk(threads=1)
    detector, recognizer = ObjectDetector(threads=1), PPOCRRecognizer(1)
    folder = cache / ("pairs" if sharing is None else "rows")
    folder.mkdir(parents=True, exist_ok=True)
    for image_id, photo in photos.items():
        path = folder / f"{image_id}.safetensors"
        if not _is_kept(path, newest="pairs" if sharing is None else "strings"):
            image = np.asarray(Image.open(photo.path).convert("RGB"))
            given = [
                (as_polygon(polygon), string) for polygon, string in zip(photo.polygons, photo.strings, strict=True)
            ]
            words = settle_words(image, given, recognizer)
            look = first_look(image, as_quads([word.polygon for word in words]), photo.lines)
            rows: dict[str, NDArray[Any]]
            if sharing is None:
                rows = {"pairs": look.pairs}
            else:
                count = len(look.lines)
                probability = sharing.predict_proba(look.pairs.reshape(count * count, -1))[:, 1].reshape(count, count)
                groups, surfaces = surfaces_of(look, probability)
                strings = [" ".join(word.string.split()) for word in words]
                rows = dict(line_rows(look, strings, groups, surfaces, detector.detect(image), trunk(image)))
                rows["strings"] = np.frombuffer("\n".join(strings).encode(), dtype=np.uint8)
                rows["deep"] = rows["deep"].astype(np.float16)
                rows["group"] = np.zeros(count, dtype=np.float32)
                for number, group in enumerate(groups):
                    rows["group"][group] = number
                patches, inside = word_patches(image, look.word_quads)
                of_words = {"word_patches": patches, "word_inside": inside, "word_areas": look.areas}
                rows |= {"light": look.light, **of_words}
            partial = path.with_suffix(".part")
            save_file({name: np.ascontiguousarray(values) for name, values in rows.items()}, partial)
            partial.replace(path)
        yield image_id, load_file(path)


def _is_kept(path: Path, newest: str) -> bool:
    """Whether numbers of a photo are there, and those that were added last among them."""
    if not path.exists():
        return False
    with safe_open(path, "numpy") as kept:
        return newest in set(kept.keys())


def fit_sharing(
    photos: dict[str, PhotoRecord], labels: Sequence[LineLabel], cache: Path
) -> tuple[LogisticRegression, dict[str, float]]:
    """Fit the logistic model of sharing; the figures are cross-validated."""
    pairs = sharing_pairs(photos, labels)
    features, answers, groups = [], [], []
    for image_id, numbers in look_at_all(photos, cache, None):
        for (first, second), shares in sorted(pairs[image_id].items()):
            features.append(numbers["pairs"][first, second])
            answers.append(shares)
            groups.append(image_id)
    x, y, group = np.array(features), np.array(answers), np.array(groups)
    right = np.zeros(len(y), dtype=bool)
    for seen, test in GroupKFold(FOLDS).split(x, y, group):
        model = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced").fit(x[seen], y[seen])
        right[test] = model.predict(x[test]) == y[test]
    figures = {
        "pairs": float(len(y)),
        "right where shared": float(right[y].mean()),
        "right where apart": float(right[~y].mean()),
    }
    return LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced").fit(x, y), figures


class Samples:
    """Rows and labels of all labelled lines."""

    def __init__(
        self, photos: dict[str, PhotoRecord], labels: Sequence[LineLabel], cache: Path, sharing: LogisticRegression
    ) -> None:
        by_photo: dict[str, list[LineLabel]] = defaultdict(list)
        for label in labels:
            by_photo[label.image_id].append(label)
        rows: dict[str, list[NDArray[Any]]] = defaultdict(list)
        self.labels: list[LineLabel] = []
        groups = []
        maps = []
        encoder = SentenceEncoder.load(threads=1)
        unseen = cache / "unseen"
        colours = [
            WordColours(threads=1, session=load_session_from(colours_file(unseen, half))) for half in range(HALVES)
        ]
        pixels = []
        for image_id, numbers in look_at_all({image_id: photos[image_id] for image_id in by_photo}, cache, sharing):
            maps.append(numbers["map"])
            photo, group = photos[image_id], numbers["group"]
            texts = wordings(photo.lines, bytes(numbers.pop("strings")).decode().split("\n"))
            on_surfaces = [np.flatnonzero(group == number).tolist() for number in np.unique(group)]
            numbers["meaning"] = meaning_rows(encoder.vectors(texts), on_surfaces)
            of_words = [numbers.pop(name) for name in ("word_patches", "word_inside", "light", "word_areas")]
            seen = colours[half_of(image_id)](of_words[0], of_words[1].astype(bool), of_words[2])
            of_lines = over_lines(seen, photo.lines, of_words[3])
            for label in by_photo[image_id]:
                self.labels.append(label)
                groups.append(f"{image_id} {int(numbers['group'][label.line])}")
                pixels.append(of_lines[label.line])
                for family, values in numbers.items():
                    if family != "group":
                        rows[family].append(values[label.line])
        self.group = np.array(groups)
        self.rows = {family: np.array(values, dtype=np.float32) for family, values in rows.items()}
        everything = np.concatenate(maps).reshape(-1, maps[0].shape[-1]).astype(np.float64)
        self.map_mean = everything.mean(axis=0)
        scale = everything.std(axis=0) + 1e-3
        axes = np.linalg.svd((everything - self.map_mean) / scale, full_matrices=False)[2][:MAP_AXES].T
        axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        self.map_axes = axes / scale[:, None]
        self.rows["axes"] = ((self.rows["map"] - self.map_mean) @ self.map_axes).astype(np.float32)
        self.photo = np.array([label.image_id for label in self.labels])
        self.by_eye = np.array([label.by_eye for label in self.labels])
        self.is_given = np.array([label.is_given for label in self.labels])
        self.fold = np.array([fold_of(label.image_id) for label in self.labels])
        self.pixels = np.array(pixels, dtype=np.float32)
        """(N, 3, names) what networks of word colours say that have not seen the photo"""

    def of_field(self, field: str) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64], tuple[str, ...]]:
        """Features of its forest, answers (-1 unknown), weights and names for one field."""
        x = join_rows(self.rows, FIELDS[field]) if FIELDS[field] else np.zeros((len(self.labels), 0), dtype=np.float32)
        weight = np.where(self.by_eye, 1.0, WEAK_WEIGHT[field])
        if field == "style":
            y = np.array([[name in (label.style or ()) for name in STYLES] for label in self.labels], dtype=np.int64)
            known = np.array([label.style is not None for label in self.labels])
            return x, np.where(known[:, None], y, -1), weight, STYLES
        answers = [getattr(label, field) for label in self.labels]
        counts = Counter(answer for answer in answers if answer)
        names = tuple(sorted(name for name, count in counts.items() if count >= LEAST and name not in NOT_LEARNED))
        y = np.array([names.index(answer) if answer in names else -1 for answer in answers])
        return x, y, weight, names


def fit_forest(
    field: str, x: NDArray[np.float32], y: NDArray[Any], weight: NDArray[np.float64]
) -> ExtraTreesClassifier:
    """Fit one forest on what is known."""
    known = (y[:, 0] if y.ndim == 2 else y) >= 0
    known &= weight > 0
    forest = ExtraTreesClassifier(TREES, min_samples_leaf=LEAF[field], max_features="sqrt", random_state=0, n_jobs=1)
    return forest.fit(x[known], y[known], sample_weight=weight[known])


def forest_probabilities(forest: ExtraTreesClassifier, x: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """Probabilities (N, count) with zero for names that the forest never saw; for styles, of each being there."""
    raw = forest.predict_proba(x)
    if isinstance(raw, list):
        return np.stack([part[:, 1] if part.shape[1] == 2 else np.zeros(len(x)) for part in raw], axis=1)
    probabilities = np.zeros((len(x), count))
    probabilities[:, forest.classes_] = raw
    return probabilities


class InventedLines:
    """Lines that nobody photographed, with their kinds: what they say is all that is known of them."""

    def __init__(self, path: Path, samples: Samples) -> None:
        texts: list[str] = []
        self.kinds: list[str] = []
        on_surfaces: list[list[int]] = []
        for row in path.read_text(encoding="utf-8").splitlines():
            lines = json.loads(row)["lines"]
            on_surfaces.append(list(range(len(texts), len(texts) + len(lines))))
            texts += [text for text, _ in lines]
            self.kinds += [kind for _, kind in lines]
        rows = {name: np.full((len(texts), *samples.rows[name].shape[1:]), np.nan, np.float32) for name in SEEN}
        encoder = SentenceEncoder.load(threads=1)
        rows["wording"] = wording_rows(texts)
        rows["meaning"] = meaning_rows(encoder.vectors(texts), on_surfaces)
        self.numbers = join_rows(rows, SEEN)
        """(N, F), NaN where nothing is known"""


def fit_perceptrons(samples: Samples, invented: InventedLines, rows: NDArray[np.int64]) -> dict[str, Perceptrons]:
    """Train the perceptrons on some of the rows, those of kinds on the invented lines, too; as `LEARNED_TOGETHER`."""
    numbers, is_given = join_rows(samples.rows, SEEN)[rows], samples.is_given[rows]
    trained = {}
    for name, fields in LEARNED_TOGETHER.items():
        labels = {}
        for field in fields:
            _, y, weight, names = samples.of_field(field)
            labels[field] = FieldLabels(names, y[rows].astype(np.int64), weight[rows])
        if fields != ("kind",):
            trained[name] = train(numbers, labels, is_given, CONFIGS[name])
            continue
        kinds, count = labels["kind"], len(invented.kinds)
        answers = np.array([kinds.names.index(kind) for kind in invented.kinds])
        together = FieldLabels(
            kinds.names,
            np.concatenate([kinds.answers, answers]),
            np.concatenate([kinds.weights, np.full(count, INVENTED_WEIGHT)]),
        )
        trained[name] = train(
            np.concatenate([numbers, invented.numbers]),
            {"kind": together},
            np.concatenate([is_given, np.zeros(count, dtype=bool)]),
            CONFIGS[name],
        )
    return trained


def tensors_of(perceptrons: dict[str, Perceptrons]) -> dict[str, NDArray[Any]]:
    """Arrays as `Judgement.from_tensors` reads them."""
    tensors: dict[str, NDArray[Any]] = {}
    for name, some in perceptrons.items():
        tensors |= perceptron_tensors(some, f"perceptrons.{name}")
    return tensors


class UnseenVerdicts:
    """What judges say of every row that have not seen its photo, and those judges."""

    def __init__(self, samples: Samples, invented: InventedLines) -> None:
        x = join_rows(samples.rows, SEEN)
        self.perceptrons: list[dict[str, Perceptrons]] = []
        self.forests: list[dict[str, ExtraTreesClassifier]] = [{} for _ in range(FOLDS)]
        self.said = {field: np.zeros((len(x), len(samples.of_field(field)[3])), dtype=np.float32) for field in SAID}
        for fold in range(FOLDS):
            self.perceptrons.append(fit_perceptrons(samples, invented, np.flatnonzero(samples.fold != fold)))
            held = samples.fold == fold
            for some in self.perceptrons[-1].values():
                for field, likely in some.probabilities(x[held]).items():
                    self.said[field][held] = likely

    def of_field(self, samples: Samples, field: str) -> NDArray[np.float32]:
        """What all say together of one field: (N, classes)."""
        x, y, weight, names = samples.of_field(field)
        if field in JUDGED:
            return with_pixels(self.said[field], samples.pixels[:, JUDGED.index(field), columns_of(names)])
        if not FIELDS[field]:
            return self.said[field]
        votes = np.zeros((len(x), len(names)), dtype=np.float32)
        for fold in range(FOLDS):
            held = samples.fold == fold
            forest = fit_forest(field, x[~held], y[~held], weight[~held])
            votes[held] = forest_probabilities(forest, x[held], len(names))
            self.forests[fold][field] = forest
        return votes


def cross_validate(
    samples: Samples, field: str, judged: NDArray[np.float32]
) -> tuple[dict[str, float], dict[str, NDArray[np.float64]]]:
    """Figures on lines labelled by eye.

    judged: (N, classes) by judges that have not seen the photos. Also what these figures say of sharpness, doubt and
    thresholds.
    """
    _, y, _, names = samples.of_field(field)
    is_labelled = np.array([getattr(label, field) is not None for label in samples.labels])
    test_rows = np.flatnonzero(samples.by_eye & is_labelled)
    probabilities = judged[test_rows].astype(np.float64)
    truth = y[test_rows]
    if field == "style":
        grid = np.linspace(0.1, 0.8, 29)
        thresholds = np.array(
            [max(grid, key=lambda t: _f1(truth[:, i], probabilities[:, i] >= t)) for i in range(len(names))]
        )
        figure = _f1(truth.ravel(), (probabilities >= thresholds).ravel())
        settings = {
            "sharpness": np.ones(1),
            "doubt": np.zeros(1),
            "prior": truth.mean(axis=0),
            "thresholds": thresholds,
        }
        return {"F1 (thresholds seen)": figure}, settings
    known = truth >= 0
    prior = np.bincount(truth[known], minlength=len(names)) / known.sum()
    common = 0.8 * prior + 0.2 / len(names)
    nll = {}
    for sharpness, doubt in itertools.product(
        np.linspace(0.3, 3.0, 28), (0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
    ):
        sharp = sharpen(probabilities, float(sharpness), doubt, common)
        nll[float(sharpness), doubt] = float(-np.log(sharp[np.flatnonzero(known), truth[known]]).mean())
    best = min(nll, key=lambda setting: nll[setting])
    right = probabilities.argmax(axis=1) == truth
    group = samples.group[test_rows]
    pooled = probabilities.copy()
    for name in np.unique(group):
        pooled[group == name] = probabilities[group == name].mean(axis=0)
    figures = {
        "lines": float(len(right)),
        "accuracy": float(right.mean()),
        "accuracy where the label came with the data": float(right[samples.is_given[test_rows]].mean()),
        "accuracy, pooled over carriers": float((pooled.argmax(axis=1) == truth).mean()),
        "log loss": nll[best],
        "log loss of the prior": float(-np.log(prior[truth[known]]).mean()),
        "largest class": float(prior.max()),
        "sharpness": best[0],
        "doubt": best[1],
    }
    return figures, {"sharpness": np.array(best[:1]), "doubt": np.array(best[1:]), "prior": common}


def _f1(truth: NDArray[Any], said: NDArray[Any]) -> float:
    """Harmonic mean of precision and recall."""
    right = float((truth.astype(bool) & said).sum())
    return 2 * right / max(float(truth.sum() + said.sum()), 1.0)


def forest_tensors(forest: ExtraTreesClassifier, names: Sequence[str], prefix: str) -> dict[str, NDArray[Any]]:
    """Flatten a forest as `whichtext.context.forest.Forest` reads it."""
    feature, threshold, left, right, nodes, votes, depth = [], [], [], [], [], [], 0
    for estimator in forest.estimators_:
        tree = estimator.tree_
        is_leaf = tree.children_left < 0
        feature.append(np.where(is_leaf, 0, tree.feature))
        threshold.append(np.where(is_leaf, 0, tree.threshold))
        left.append(np.where(is_leaf, 0, tree.children_left))
        right.append(np.where(is_leaf, 0, tree.children_right))
        nodes.append(tree.node_count)
        depth = max(depth, tree.max_depth)
        value = tree.value[is_leaf]
        value = value / np.maximum(value.sum(axis=2, keepdims=True), 1e-12)
        if value.shape[1] > 1:
            votes.append(value[:, :, 1])
        else:
            full = np.zeros((len(value), len(names)))
            full[:, forest.classes_] = value[:, 0]
            votes.append(full)
    used, compact = np.unique(np.concatenate(feature), return_inverse=True)
    return {
        f"{prefix}.classes": np.frombuffer("\n".join(names).encode(), dtype=np.uint8).copy(),
        f"{prefix}.columns": used.astype(np.uint16),
        f"{prefix}.feature": compact.astype(np.uint8 if len(used) <= 256 else np.uint16),
        f"{prefix}.threshold": np.concatenate(threshold).astype(np.float32),
        f"{prefix}.left": np.concatenate(left).astype(np.uint16),
        f"{prefix}.right": np.concatenate(right).astype(np.uint16),
        f"{prefix}.nodes": np.array(nodes, dtype=np.int32),
        f"{prefix}.votes": np.round(np.concatenate(votes) * 255).astype(np.uint8),
        f"{prefix}.depth": np.array([depth], dtype=np.int32),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("cache/data"), help="folder that holds textref-real")
    parser.add_argument("--cache", type=Path, default=Path("cache/context"))
    parser.add_argument("--fields", nargs="*", default=list(FIELDS), help="only cross-validate these and write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data = arguments.data / "textref-real"
    photos = read_photos(data, "train")
    labels = [*eye_labels(data, "train", photos), *weak_labels(photos)]
    sharing, figures = fit_sharing(photos, labels, arguments.cache)
    print("sharing", json.dumps(figures), flush=True)
    samples = Samples(photos, labels, arguments.cache, sharing)
    tensors: dict[str, NDArray[Any]] = {
        "map.mean": samples.map_mean.astype(np.float32),
        "map.axes": samples.map_axes.astype(np.float32),
        "sharing.weights": sharing.coef_[0].astype(np.float32),
        "sharing.bias": sharing.intercept_.astype(np.float32),
    }
    invented = InventedLines(WORDINGS, samples)
    unseen = UnseenVerdicts(samples, invented)
    without: list[dict[str, NDArray[Any]]] = [dict(tensors) for _ in range(FOLDS)]
    for field in arguments.fields:
        figures, settings = cross_validate(samples, field, unseen.of_field(samples, field))
        print(field, json.dumps({name: round(value, 3) for name, value in figures.items()}), flush=True)
        x, y, weight, names = samples.of_field(field)
        if FIELDS[field]:
            tensors |= forest_tensors(fit_forest(field, x, y, weight), names, field)
            for fold in range(FOLDS):
                without[fold] |= forest_tensors(unseen.forests[fold][field], names, field)
        for each in (tensors, *without):
            each |= {f"{field}.{name}": values.astype(np.float32) for name, values in settings.items()}
    if set(arguments.fields) != set(FIELDS):
        return
    for fold in range(FOLDS):
        save_file(without[fold] | tensors_of(unseen.perceptrons[fold]), judges_file(arguments.cache / "unseen", fold))
    tensors |= tensors_of(fit_perceptrons(samples, invented, np.arange(len(samples.labels))))
    save_file(tensors, WEIGHTS / NAME)
    register(
        NAME,
        purpose="context: forests and perceptrons that name colours, carriers, shapes, kinds and styles of lines, "
        "and the model of shared carriers",
        origin="trained from scratch on numbers about text lines; the feature maps are EfficientNet-Lite0's, "
        "the meaning of wordings MiniLM's",
        licence="Apache-2.0",
        command="python tools/add_annotations.py --data ../shared/data/textref-real --output cache/data/textref-real; "
        "python tools/train_word_colours.py --data cache/data --cache cache/context --runs runs/word_colours; "
        "python tools/train_context.py --data cache/data --cache cache/context",
        data="textref-real, train photos: lines labelled by eye, with those of annotations/textref-train.jsonl, and "
        "what descriptions say of their targets; kinds of the invented lines of annotations/wordings.jsonl",
    )
    print(f"{NAME}: {(WEIGHTS / NAME).stat().st_size} bytes")


if __name__ == "__main__":
    main()
