"""The matcher in PyTorch: order of candidates, padding, ONNX, losses, that it learns; wording of training queries."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")
pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from whichtext.networks.matcher import Matcher, MatcherConfig  # noqa: E402
from whichtext.training.matcher import TrainingConfig, auroc, losses, measure, predict, train  # noqa: E402
from whichtext.training.matcher_calibration import answer_figures, fit_calibration  # noqa: E402
from whichtext.training.matcher_examples import (  # noqa: E402
    ABSENT,
    AMBIGUOUS,
    REAL,
    Example,
    SceneArrays,
    collate,
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
            looks=np.zeros((n, 0), dtype=np.float32),
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


def trained_a_little(drawn: Drawn) -> Matcher:
    return train(drawn, drawn.examples, CONFIG, TrainingConfig(epochs=1, batch=8, absent_share=0.5))


def test_batched_and_padded_equals_one_by_one(drawn):
    model = trained_a_little(drawn)
    together = predict([model], drawn, drawn.examples)
    for example, (scores, statuses) in zip(drawn.examples[:12], together, strict=False):
        ((own_scores, own_statuses),) = predict([model], drawn, [example])
        np.testing.assert_allclose(scores, own_scores, atol=1e-5)
        np.testing.assert_allclose(statuses, own_statuses, atol=1e-5)


def test_permuted_candidates_permute_the_scores(drawn):
    model = trained_a_little(drawn)
    example = max(drawn.examples, key=lambda e: len(e.scene.texts))
    batch = collate([example], drawn.states)
    order = torch.randperm(len(example.scene.texts))
    inputs = batch.inputs
    both = torch.cat([order, torch.arange(len(order), inputs.pairs.shape[2])])
    with torch.no_grad():
        scores, statuses = model(*inputs.tensors())
        inputs.texts, inputs.wordings, inputs.evidence, inputs.looks = (
            part[:, order] for part in (inputs.texts, inputs.wordings, inputs.evidence, inputs.looks)
        )
        inputs.pairs = inputs.pairs[:, order][:, :, both]
        permuted_scores, permuted_statuses = model(*inputs.tensors())
    torch.testing.assert_close(permuted_scores, scores[:, order])
    torch.testing.assert_close(permuted_statuses, statuses)


def test_onnx_equals_pytorch_and_means_the_models(drawn):
    path = Path(__file__).parent.parent / "tools"
    sys.path.insert(0, str(path))
    try:
        spec = importlib.util.spec_from_file_location("export_matcher", path / "export_matcher.py")
        tool = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(tool)
    finally:
        sys.path.remove(str(path))
    models = [trained_a_little(drawn), Matcher(CONFIG).eval()]
    session = onnxruntime.InferenceSession(
        tool.export(models, rules_share=0.25).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    expected = predict(models, drawn, drawn.examples[:8], rules_share=0.25)
    for example, (scores, statuses) in zip(drawn.examples[:8], expected, strict=True):
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
        np.testing.assert_allclose(outputs[0][0], scores, atol=1e-4)
        np.testing.assert_allclose(outputs[1][0], statuses, atol=1e-4)


def test_untrained_matcher_ranks_as_the_rules(drawn):
    example = drawn.examples[0]
    example.evidence[:, -1] = np.log(np.random.default_rng(1).dirichlet(np.ones(len(example.scene.texts)))) / 4
    ((scores, _),) = predict([Matcher(CONFIG)], drawn, [example])
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
