"""The matcher in PyTorch: order of candidates, padding, ONNX, losses, that it learns; wording of training queries."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")
pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from whichtext.networks.matcher import Matcher, MatcherConfig  # noqa: E402
from whichtext.networks.scene_fit import SceneFit, SceneFitConfig  # noqa: E402
from whichtext.retrieval.matcher.statuses import Calibration, Judged, is_absent, probabilities  # noqa: E402
from whichtext.training import scene_fit  # noqa: E402
from whichtext.training.matcher import TrainingConfig, losses, measure, predict, train  # noqa: E402
from whichtext.training.matcher_calibration import answer_figures, fit_calibration  # noqa: E402
from whichtext.training.matcher_examples import (  # noqa: E402
    ABSENT,
    AMBIGUOUS,
    REAL,
    Example,
    SceneArrays,
    auroc,
    collate,
    collate_queries,
    collate_scenes,
)
from whichtext.training.matcher_wording import mirrored_query, reworded  # noqa: E402

CONFIG = MatcherConfig(
    text_width=6, surrounding_width=5, pair_width=4, evidence_width=7, whole_width=3, width=16, heads=2, hidden=24
)


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


class Drawn:
    """Examples whose right candidate is told by one number, in place of cached scenes."""

    def __init__(self, count: int, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.states = {f"query {i}": rng.normal(size=(3 + i % 3, 384)).astype(np.float16) for i in range(count)}
        self.levels = {query: (states + 1).astype(np.float16) for query, states in self.states.items()}
        self.examples = [self._example(i, rng) for i in range(count)]

    def _example(self, i: int, rng: np.random.Generator) -> Example:
        n, m = int(rng.integers(2, 7)), int(rng.integers(0, 3))
        kind = (REAL, REAL, AMBIGUOUS, ABSENT)[i % 4]
        texts = rng.normal(size=(n, 6)).astype(np.float32)
        right = np.zeros(n, dtype=bool)
        if kind != ABSENT:
            right[: 2 if kind == AMBIGUOUS else 1] = True
        texts[:, 0] = right * 4.0
        scene = SceneArrays(
            image_id=f"photo{i}",
            words="given" if i % 8 < 4 else "read",
            variant="plain",
            texts=texts,
            wordings=rng.normal(size=(n, 384)).astype(np.float32) * 0.05,
            looks=rng.normal(size=(n, 8)).astype(np.float32),
            places=rng.normal(size=(12, 4)).astype(np.float32),
            surroundings=rng.normal(size=(m, 5)).astype(np.float32),
            between=rng.normal(size=(n, n + m, 4)).astype(np.float32),
            overlap=np.eye(n, dtype=bool),
        )
        evidence = np.full((n, 7), 0.1, dtype=np.float32)
        evidence[:, -1] = np.log(rng.dirichlet(np.full(n, 5.0))) / 4
        whole = rng.normal(size=3).astype(np.float32)
        return Example(scene, f"query {i}", kind, "look", evidence, whole, np.zeros(n, np.float32), right, right.sum())


@pytest.fixture
def drawn() -> Drawn:
    return Drawn(48)


def export_tool():
    """`tools/export_matcher.py` as a module."""
    path = Path(__file__).parent.parent / "tools"
    sys.path.insert(0, str(path))
    try:
        spec = importlib.util.spec_from_file_location("export_matcher", path / "export_matcher.py")
        tool = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(tool)
    finally:
        sys.path.remove(str(path))
    return tool


def test_what_the_describer_says_teaches_nothing_about_other_photos(drawn):
    model = SceneFit(FIT)
    group = [example for example in drawn.examples if example.kind == 0][:6]
    said = [replace(e, scene=replace(e.scene, variant="described")) for e in group]
    photo, text = scene_fit._losses(model.eval(), group, drawn, bfloat16=False)
    of_four, of_all = scene_fit._losses(model, [*group[:4], *said[4:]], drawn, bfloat16=False)
    few, _ = scene_fit._losses(model, group[:4], drawn, bfloat16=False)
    none, still = scene_fit._losses(model, said, drawn, bfloat16=False)
    torch.testing.assert_close(of_four, few, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(of_all, text)
    torch.testing.assert_close(still, text)
    assert none.item() == 0 != photo.item()


def trained_a_little(drawn: Drawn) -> Matcher:
    return train(drawn, drawn.examples, CONFIG, TrainingConfig(epochs=1, batch=8, absent_share=0.5))


def test_batched_and_padded_equals_one_by_one(drawn):
    model = trained_a_little(drawn)
    together = predict([model], drawn, drawn.examples)
    for example, judged in zip(drawn.examples[:12], together, strict=False):
        (own,) = predict([model], drawn, [example])
        np.testing.assert_allclose(judged.scores, own.scores, atol=1e-5)
        np.testing.assert_allclose(judged.statuses, own.statuses, atol=1e-5)


def test_permuted_candidates_permute_the_scores(drawn):
    model = trained_a_little(drawn)
    example = max(drawn.examples, key=lambda e: len(e.scene.texts))
    batch = collate([example], drawn.states)
    order = torch.randperm(len(example.scene.texts))
    inputs = batch.inputs
    both = torch.cat([order, torch.arange(len(order), inputs.pairs.shape[2])])
    with torch.no_grad():
        scores, statuses = model(*inputs.tensors())
        inputs.texts, inputs.wordings, inputs.evidence = (
            part[:, order] for part in (inputs.texts, inputs.wordings, inputs.evidence)
        )
        inputs.pairs = inputs.pairs[:, order][:, :, both]
        permuted_scores, permuted_statuses = model(*inputs.tensors())
    torch.testing.assert_close(permuted_scores, scores[:, order])
    torch.testing.assert_close(permuted_statuses, statuses)


def test_onnx_equals_pytorch_and_means_the_models(drawn):
    tool = export_tool()
    models = [trained_a_little(drawn), Matcher(CONFIG).eval()]
    session = onnxruntime.InferenceSession(
        tool.export(models, rules_share=0.25).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    expected = predict(models, drawn, drawn.examples[:8], rules_share=0.25)
    for example, judged in zip(drawn.examples[:8], expected, strict=True):
        scene = example.scene
        outputs = session.run(
            None,
            {
                "query": drawn.states[example.query][None].astype(np.float32),
                "texts": scene.texts[None],
                "wordings": scene.wordings[None],
                "surroundings": scene.surroundings[None],
                "pairs": scene.between[None],
                "evidence": example.evidence[None],
                "whole": example.whole[None],
            },
        )
        np.testing.assert_allclose(outputs[0][0], judged.scores, atol=1e-4)
        np.testing.assert_allclose(outputs[1][0], judged.statuses, atol=1e-4)


def test_untrained_matcher_ranks_as_the_rules(drawn):
    example = drawn.examples[0]
    example.evidence[:, -1] = np.log(np.random.default_rng(1).dirichlet(np.ones(len(example.scene.texts)))) / 4
    scores = predict([Matcher(CONFIG)], drawn, [example])[0].scores
    np.testing.assert_allclose(scores, example.evidence[:, -1] * 4, atol=1e-4)


def test_it_learns_what_tells_the_right_candidate(drawn):
    model = train(drawn, drawn.examples, CONFIG, TrainingConfig(epochs=60, batch=16, rate=5e-3, absent_share=0.5))
    figures = measure(predict([model], drawn, drawn.examples), drawn.examples)
    assert figures["given top-1"] == 1.0
    assert figures["given auroc none"] > 0.95


def test_training_twice_gives_the_same_weights(drawn):
    first, second = trained_a_little(drawn), trained_a_little(drawn)
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_any_of_several_right_candidates_satisfies_the_loss(drawn):
    example = next(e for e in drawn.examples if e.kind == AMBIGUOUS)
    batch = collate([example], drawn.states)
    sure = torch.where(batch.right, 20.0, 0.0)
    only_one = sure.clone()
    only_one[0, 1] = 0.0
    for scores in (sure, only_one):
        assert losses(scores, torch.zeros(1, 3), batch)[0].item() == pytest.approx(0.0, abs=1e-6)


def test_query_that_fits_nothing_adds_nothing_to_the_choice(drawn):
    absent = [e for e in drawn.examples if e.kind == ABSENT]
    batch = collate(absent, drawn.states)
    choice, status = losses(torch.randn(batch.right.shape), torch.zeros(len(absent), 3), batch)
    assert choice.item() == 0.0
    assert status.item() == pytest.approx(np.log(3))


def test_network_without_evidence_does_not_see_it(drawn):
    model = Matcher(MatcherConfig(**{**CONFIG.__dict__, "uses_evidence": False})).eval()
    batch = collate(drawn.examples[:4], drawn.states)
    with torch.no_grad():
        before = model(*batch.inputs.tensors())
        batch.inputs.evidence.uniform_()
        batch.inputs.whole.uniform_()
        after = model(*batch.inputs.tensors())
    assert torch.equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


def test_calibration_keeps_the_shares_that_it_was_asked_for(drawn):
    model = train(drawn, drawn.examples, CONFIG, TrainingConfig(epochs=10, batch=16, absent_share=0.5))
    predictions = predict([model], drawn, drawn.examples)
    calibration = fit_calibration(drawn.examples, predictions, false_none=0.1, false_several=0.1)
    figures = answer_figures(drawn.examples, predictions, calibration)
    assert figures["real: none"] <= 0.15
    assert figures["real: ambiguous"] <= 0.15
    assert sum(figures[f"real: {status}"] for status in ("found", "ambiguous", "none")) == pytest.approx(1, abs=1e-3)


FIT = SceneFitConfig(text_width=6, surrounding_width=5, look_width=8, place_width=4, width=16)


def scenes_and_queries(drawn: Drawn, count: int = 10):
    group = drawn.examples[:count]
    return collate_scenes([e.scene for e in group]), collate_queries([e.query for e in group], drawn.states)


def test_fit_of_own_scenes_is_the_diagonal_of_all(drawn):
    model = SceneFit(FIT).eval()
    scenes, (query, mask) = scenes_and_queries(drawn)
    with torch.no_grad():
        every, spoken = model(query, mask, scenes)
        own, own_spoken = model.own(query, mask, scenes)
    torch.testing.assert_close(own, every.diagonal())
    torch.testing.assert_close(own_spoken, spoken)


def test_fit_batched_and_padded_equals_one_by_one(drawn):
    models = [SceneFit(FIT).eval(), SceneFit(FIT).eval()]
    fits, spoken = scene_fit.fits_of(models, drawn, drawn.examples[:12])
    for position, example in enumerate(drawn.examples[:12]):
        fit, (own,) = scene_fit.fits_of(models, drawn, [example])
        np.testing.assert_allclose(fits[position], fit[0], atol=1e-5)
        np.testing.assert_allclose(spoken[position], own, atol=1e-5)


def test_fit_does_not_hang_on_the_order_of_texts(drawn):
    model = SceneFit(FIT).eval()
    scenes, (query, mask) = scenes_and_queries(drawn)
    order = torch.randperm(scenes.texts.shape[1])
    with torch.no_grad():
        before, spoken = model.own(query, mask, scenes)
        for name in ("texts", "wordings", "looks", "text_mask"):
            setattr(scenes, name, getattr(scenes, name)[:, order])
        after, turned = model.own(query, mask, scenes)
    torch.testing.assert_close(after, before)
    torch.testing.assert_close(turned, spoken[:, order])


def test_exported_fit_equals_pytorch(drawn):
    models = [SceneFit(FIT).eval(), SceneFit(FIT).eval()]
    session = onnxruntime.InferenceSession(
        export_tool().export_fit(models).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    examples = drawn.examples[:8]
    fits, spoken = scene_fit.fits_of(models, drawn, examples)
    for example, fit, own in zip(examples, fits, spoken, strict=True):
        scene = example.scene
        given = {
            "query": drawn.states[example.query][None].astype(np.float32),
            "texts": scene.texts[None],
            "wordings": scene.wordings[None],
            "looks": scene.looks[None],
            "surroundings": scene.surroundings[None],
            "places": scene.places[None],
        }
        found = session.run(None, given)
        np.testing.assert_allclose(found[0], [fit], atol=1e-4)
        np.testing.assert_allclose(found[1][0], own, atol=1e-4)


def test_fit_learns_which_photo_and_which_text_a_query_speaks_of(drawn):
    for example in drawn.examples:  # the first right text says what the query says
        example.scene.wordings[0] = drawn.states[example.query].mean(axis=0)
    config = scene_fit.TrainingConfig(epochs=60, batch=24, rate=5e-3, rounds=2)
    model = scene_fit.train(drawn, drawn.examples, FIT, config)
    real = [e for e in drawn.examples if e.kind == REAL]
    fits, spoken = scene_fit.fits_of([model], drawn, real)
    others, _ = scene_fit.fits_of([model], drawn, [replace(e, query=real[i - 1].query) for i, e in enumerate(real)])
    assert np.mean(fits > others) > 0.9
    assert np.mean([e.right[int(np.argmax(s))] for e, s in zip(real, spoken, strict=True)]) > 0.9


def test_fit_loss_is_least_where_what_belongs_together_fits_best():
    sure = torch.eye(4) * 40 - 20
    assert scene_fit.fit_loss(sure).item() == pytest.approx(0.0, abs=1e-6)
    assert scene_fit.fit_loss(sure.flip(0)).item() > 10
    assert scene_fit.fit_loss(torch.zeros(4, 4)).item() == pytest.approx(np.log(4) + np.log(2), abs=1e-6)


def test_a_fit_that_speaks_against_the_photo_makes_none_likelier(drawn):
    judged = predict([trained_a_little(drawn)], drawn, drawn.examples[:1])[0]
    calibration = Calibration(fit_scale=-1.0, absent_weights=(0.0, -1.0, 0.0), absent_threshold=1.0)
    none = [probabilities(judged._replace(fit=fit), calibration)[1] for fit in (-3.0, 0.0, 3.0)]
    assert none == sorted(none, reverse=True)
    assert len(set(none)) == 3
    likely, rest = probabilities(judged._replace(fit=2.0), calibration)
    assert likely.sum() + rest == pytest.approx(1.0)
    assert [is_absent(judged._replace(fit=fit), calibration) for fit in (-3.0, -1.0, 0.0)] == [True, True, False]


def test_what_the_scene_fit_says_of_texts_counts_by_its_share():
    judged = Judged(np.log([0.5, 0.5]), np.log([0.1, 0.8, 0.1]), 0.0, np.log([0.9, 0.1]))
    likely = {share: probabilities(judged, Calibration(spoken_share=share))[0] for share in (0.0, 0.5, 1.0)}
    assert likely[0.0][0] == pytest.approx(likely[0.0][1])
    assert likely[0.5][0] / likely[0.5][1] == pytest.approx(3.0)
    assert likely[1.0][0] / likely[1.0][1] == pytest.approx(9.0)


def test_auroc_counts_ties_half():
    assert auroc(np.array([2.0, 3.0]), np.array([1.0])) == 1.0
    assert auroc(np.array([1.0]), np.array([1.0, 0.0])) == 0.75


def test_mirrored_query_swaps_sides_and_twice_gives_it_back():
    query = "the leftmost word on the left-hand sign, right of the door"
    assert mirrored_query(query) == "the rightmost word on the right-hand sign, left of the door"
    assert mirrored_query(mirrored_query(query)) == query


@pytest.mark.parametrize(
    "query", ["the first word on the left sign", "the line right below SALE", "what comes after TEL"]
)
def test_query_about_reading_order_has_no_mirror_image(query):
    assert mirrored_query(query) is None


def test_rewording_keeps_the_sides_and_the_generator_decides():
    query = "the biggest writing on the left of the grey sign"
    forms = {reworded(query, np.random.default_rng(seed)) for seed in range(40)}
    assert len(forms) > 10
    assert all("left" in form and "right" not in form for form in forms if "l" in form)
    assert reworded(query, np.random.default_rng(7)) == reworded(query, np.random.default_rng(7))


def test_columns_of_names_begin_as_what_the_names_mean():
    model = SceneFit(FIT)
    names = torch.randn(3, 384), torch.randn(2, 384)
    layers, first = (model.text_in, model.surrounding_in), model.query_in[1].weight
    before = [layer.weight.clone() for layer in layers]
    model.start_from_names(*names)
    for layer, old, vectors in zip(layers, before, names, strict=True):
        torch.testing.assert_close(layer.weight[:, : len(vectors)] - old[:, : len(vectors)], first @ vectors.T)
        torch.testing.assert_close(layer.weight[:, len(vectors) :], old[:, len(vectors) :])
