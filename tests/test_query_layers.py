"""The learned layers of the sentence encoder: published names, padding, the exported file, that they learn."""

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")
onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from test_matcher_training import FIT, Drawn, export_tool  # noqa: E402
from whichtext.networks.query_layers import (  # noqa: E402
    _PUBLISHED,
    LAYERS,
    WIDTH,
    QueryLayers,
    published_layers,
)
from whichtext.training import scene_fit  # noqa: E402
from whichtext.training.matcher_examples import Example  # noqa: E402
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


def test_another_encoder_gets_no_level():
    from export_sentences import with_level

    nodes = [onnx.helper.make_node("LayerNormalization", ["x", "s"], [f"y{number}"]) for number in range(3)]
    with pytest.raises(ValueError, match="is not MiniLM-L6"):
        with_level(onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", [], [])), 3)


@pytest.mark.parametrize("count", [1, 4])
def test_the_encoder_says_how_many_layers_lie_behind_its_level(count):
    from export_sentences import with_level

    nodes = [onnx.helper.make_node("LayerNormalization", ["x", "s"], [f"y{number}"]) for number in range(13)]
    model = onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", [], []))
    with_level(model, count)
    assert list(model.graph.node[-1].input) == [f"y{2 * (LAYERS - count)}"]
    assert [(entry.key, entry.value) for entry in model.metadata_props] == [("learned_layers", str(count))]
    for wrong in (0, 7):
        with pytest.raises(ValueError, match="has 6 layers"):
            with_level(model, wrong)


def learned_with(drawn: Drawn, count: int) -> scene_fit.SceneFit:
    config = scene_fit.TrainingConfig(epochs=1, batch=6, rounds=1)
    return scene_fit.train(drawn, drawn.examples, FIT, config, layers=QueryLayers(count))


def test_layers_learn_with_the_scene_fit_and_are_kept_with_it(tmp_path):
    drawn = Drawn(24)
    torch.manual_seed(1)
    layers = QueryLayers(1)
    before = {name: tensor.clone() for name, tensor in layers.state_dict().items()}
    config = scene_fit.TrainingConfig(epochs=1, batch=6, rounds=1)
    model = scene_fit.train(drawn, drawn.examples, FIT, config, layers=layers)
    assert any(not torch.equal(tensor, before[name]) for name, tensor in model.layers.state_dict().items())
    path = tmp_path / "fit.pt"
    save_atomically({"config": vars(FIT), "weights": model.state_dict(), "layers": 1}, path)
    fits, _ = scene_fit.fits_of([model], drawn, drawn.examples[:4])
    np.testing.assert_allclose(scene_fit.fits_of([scene_fit.load_trained(path)], drawn, drawn.examples[:4])[0], fits)


def test_exported_networks_with_and_without_layers_equal_pytorch():
    from eight_bits import store_in_eight_bits

    drawn = Drawn(24)
    models = [learned_with(drawn, 2).eval(), scene_fit.SceneFit(FIT).eval()]
    plain, stored = export_tool().export_fit(models), export_tool().export_fit(models)
    store_in_eight_bits(stored, at_least=WIDTH * WIDTH)
    assert len(stored.SerializeToString()) < 0.3 * len(plain.SerializeToString())
    examples = drawn.examples[:6]
    fits, spoken = scene_fit.fits_of(models, drawn, examples)
    for model, distance in ((plain, 1e-4), (stored, 5e-2)):
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        for example, fit, own in zip(examples, fits, spoken, strict=True):
            found = session.run(None, {name: values[None] for name, values in inputs_of(drawn, example).items()})
            np.testing.assert_allclose(found[0], [fit], atol=distance)
            np.testing.assert_allclose(found[1][0], own, atol=distance)


def inputs_of(drawn: Drawn, example: Example) -> dict[str, np.ndarray]:
    scene = example.scene
    return {
        "query": drawn.states[example.query].astype(np.float32),
        "level": drawn.levels[example.query].astype(np.float32),
        "texts": scene.texts,
        "wordings": scene.wordings,
        "looks": scene.looks,
        "surroundings": scene.surroundings,
        "places": scene.places,
    }
