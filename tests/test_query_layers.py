"""The learned layers of the sentence encoder: published names, padding, the exported file, that they learn."""

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")
onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from test_matcher_training import FIT, Drawn  # noqa: E402
from whichtext.networks.query_layers import (  # noqa: E402
    _PUBLISHED,
    LAYERS,
    WIDTH,
    QueryLayers,
    published_layers,
)
from whichtext.retrieval.matcher.sentences import SentenceEncoder  # noqa: E402
from whichtext.training import scene_fit  # noqa: E402
from whichtext.training.running import save_atomically  # noqa: E402


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent.parent / "tools"), *sys.path])
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


def as_published(layers: QueryLayers, *, prefix: str = "") -> dict[str, torch.Tensor]:
    """The tensors of layers under the names of the published file."""
    return {
        f"{prefix}encoder.layer.{LAYERS - layers.count + position}.{theirs}.{part}": getattr(
            getattr(layer, own), part
        ).detach()
        for position, layer in enumerate(layers.layers)
        for own, theirs in _PUBLISHED.items()
        for part in ("weight", "bias")
    }


@pytest.mark.parametrize("prefix", ["", "bert."])
def test_published_tensors_come_back_whole(prefix):
    layers = QueryLayers(2)
    found = published_layers(as_published(layers, prefix=prefix), 2)
    for name, tensor in layers.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], tensor, rtol=0, atol=0)


def test_other_weights_are_refused():
    tensors = as_published(QueryLayers(1))
    with pytest.raises(ValueError, match="not the weights of MiniLM-L6"):
        published_layers(tensors, 2)
    for count in (0, 7):
        with pytest.raises(ValueError, match="has 6 layers"):
            published_layers(tensors, count)


def test_batched_and_padded_equals_one_by_one():
    layers = QueryLayers(2).eval()
    states = [torch.randn(length, WIDTH) for length in (3, 7, 5)]
    padded, mask = torch.randn(3, 7, WIDTH), torch.zeros(3, 7, dtype=torch.bool)
    for row, one in enumerate(states):
        padded[row, : len(one)], mask[row, : len(one)] = one, True
    with torch.no_grad():
        together = layers(padded, mask)
        for row, one in enumerate(states):
            alone = layers(one[None], torch.ones(1, len(one), dtype=torch.bool))[0]
            torch.testing.assert_close(together[row, : len(one)], alone, atol=1e-5, rtol=1e-5)


def test_exported_layers_equal_pytorch_and_those_in_eight_bits_nearly():
    from export_sentences import export, store_in_eight_bits

    layers = QueryLayers(2).eval()
    plain, stored = export(layers), export(layers)
    store_in_eight_bits(stored)
    assert len(stored.SerializeToString()) < 0.3 * len(plain.SerializeToString())
    for count in (1, 6):
        level = torch.randn(1, count, WIDTH)
        with torch.no_grad():
            expected = layers(level, torch.ones(1, count, dtype=torch.bool)).numpy()
        for model, distance in ((plain, 1e-4), (stored, 5e-2)):
            session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
            np.testing.assert_allclose(session.run(None, {"level": level.numpy()})[0], expected, atol=distance)


def test_another_encoder_gets_no_level():
    from export_sentences import export, with_level

    with pytest.raises(ValueError, match="is not MiniLM-L6"):
        with_level(export(QueryLayers(1)), 3)


def test_a_query_leaves_the_encoder_of_the_package_at_its_level():
    encoder = SentenceEncoder.load(threads=1)
    level, states = encoder.level("the red sign"), encoder.states("the red sign")
    assert level.shape == states.shape == (5, WIDTH)
    (expected,) = encoder._learned.run(None, {"level": level[None]})
    np.testing.assert_allclose(states, expected[0], atol=1e-5)


def test_layers_learn_with_the_scene_fit_and_are_kept_apart(tmp_path):
    drawn = Drawn(24)
    drawn.levels = drawn.states
    config = scene_fit.TrainingConfig(epochs=1, batch=6, rounds=1)
    layers = QueryLayers(1)
    before = {name: tensor.clone() for name, tensor in layers.state_dict().items()}
    model = scene_fit.train(drawn, drawn.examples, FIT, config, layers=layers)
    assert model.layers is not None
    assert any(not torch.equal(tensor, before[name]) for name, tensor in model.layers.state_dict().items())
    fits, _ = scene_fit.fits_of([model], drawn, drawn.examples[:4])
    learned, model.layers = model.layers, None
    path = tmp_path / "fit.pt"
    weights = {"config": vars(FIT), "weights": model.state_dict(), "layers": learned.state_dict()}
    save_atomically(weights, path)
    again, apart = scene_fit.load_trained(path), scene_fit.load_layers(path)
    behind = Drawn(24)
    with torch.no_grad():
        for query, level in drawn.states.items():
            rows = torch.from_numpy(level.astype(np.float32))[None]
            behind.states[query] = apart(rows, torch.ones(rows.shape[:2], dtype=torch.bool))[0].numpy()
    np.testing.assert_allclose(scene_fit.fits_of([again], behind, drawn.examples[:4])[0], fits, atol=1e-4)


def test_a_training_without_layers_has_none_to_give(tmp_path):
    path = tmp_path / "fit.pt"
    save_atomically({"layers": None}, path)
    with pytest.raises(ValueError, match="no layers"):
        scene_fit.load_layers(path)
