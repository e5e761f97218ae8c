"""The CRNN as a PyTorch module and its export (needs the `train` extra)."""

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("onnx", reason="export needs the train extra")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import onnxruntime  # noqa: E402

from export_crnn import export, network_of  # noqa: E402
from export_ppocr import store_as_half  # noqa: E402
from whichtext.networks.crnn import (  # noqa: E402
    ALPHABET,
    CRNN,
    PRESETS,
    CRNNConfig,
    load_shallow,
    published_convolutions,
)

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module", params=sorted(PRESETS))
def network(request):
    torch.manual_seed(0)
    return CRNN(PRESETS[request.param]).eval()


@pytest.fixture(scope="module")
def session(network):
    return onnxruntime.InferenceSession(export(network).SerializeToString(), providers=["CPUExecutionProvider"])


def crops(width, count=1):
    return torch.rand(count, 1, 32, width, generator=torch.Generator().manual_seed(width)) * 2 - 1


def test_the_published_network_has_its_8331301_parameters():
    assert sum(parameter.numel() for parameter in CRNN().parameters()) == 8_331_301


def test_a_published_crop_has_26_steps_of_37_classes():
    assert CRNN().eval()(crops(100, 2)).shape == (26, 2, 37)
    assert len(ALPHABET) == len(set(ALPHABET)) == 36


def test_steps_are_log_probabilities_at_any_width(network):
    for width in (8, 99, 333):
        steps = network(crops(width))
        assert torch.allclose(steps.exp().sum(dim=2), torch.ones(steps.shape[:2]), atol=1e-5)
        assert abs(len(steps) - width // 4) <= 1


def test_a_batch_equals_its_crops_one_by_one(network):
    batch = crops(120, 3)
    single = torch.cat([network(crop[None]) for crop in batch], dim=1)
    assert torch.allclose(network(batch), single, atol=1e-5)


@pytest.mark.parametrize("width", [8, 100, 101, 260])
def test_onnx_equals_pytorch_at_every_width(network, session, width):
    with torch.no_grad():
        expected = network(crops(width))[:, 0].exp().numpy()
    np.testing.assert_allclose(session.run(None, {"crop": crops(width).numpy()})[0], expected, atol=1e-5)


def test_the_exported_file_is_small_and_half_precision_changes_little():
    torch.manual_seed(1)
    network = CRNN().eval()
    model = export(network)
    store_as_half(model)
    content = model.SerializeToString()
    assert len(content) <= 17_000_000
    found = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(
        None, {"crop": crops(100).numpy()}
    )[0]
    with torch.no_grad():
        np.testing.assert_allclose(found, network(crops(100))[:, 0].exp().numpy(), atol=2e-3)


def test_a_checkpoint_says_itself_which_preset_it_is(network):
    again = network_of({"average": network.state_dict(), "step": 3})
    assert again.config == network.config
    assert torch.equal(again(crops(100)), network(crops(100)))
    with pytest.raises(SystemExit, match="known preset"):
        network_of({"average": CRNN(CRNNConfig(units=8)).state_dict()})


def shallow_tensors():
    """A network without the sixth convolution, and its tensors by the names of its package."""
    torch.manual_seed(1)
    layers = published_convolutions()
    own = torch.nn.Sequential(*layers[:15], *layers[17:])
    memory = torch.nn.LSTM(512, 256, bidirectional=True)
    state = {f"cnn.{name}": tensor for name, tensor in own.state_dict().items()}
    return own.eval(), memory, state | {f"rnn.{name}": tensor for name, tensor in memory.state_dict().items()}


def test_a_network_that_starts_from_a_shallow_one_says_the_same_below_what_is_new():
    convolutions, memory, state = shallow_tensors()
    network = CRNN().eval()
    started = load_shallow(network, state)
    picture = crops(100, 2)
    with torch.no_grad():
        wanted = memory(convolutions(picture).squeeze(2).permute(2, 0, 1))[0]
        found = network.lower(network.convolutions(picture).squeeze(2).permute(2, 0, 1))[0]
    assert torch.equal(found, wanted)
    assert started == (network.convolutions, network.lower)


def test_other_tensors_are_refused():
    _, _, state = shallow_tensors()
    del state["rnn.bias_hh_l0"]
    with pytest.raises(ValueError, match="sixth convolution"):
        load_shallow(CRNN(), state)
    state["rnn.bias_hh_l0"] = torch.zeros(3)
    with pytest.raises(ValueError, match="sixth convolution"):
        load_shallow(CRNN(), state)
