"""Rounding as in 8-bit arithmetic, while a network trains."""

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")

from torch import nn  # noqa: E402

from whichtext.networks.svtr_lcnet import SVTRLCNet  # noqa: E402
from whichtext.training.quantization import WEIGHT_STEPS, plain_state, round_like_eight_bits  # noqa: E402


def rounded_pair() -> tuple[nn.Sequential, nn.Sequential]:
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(4, 6, 1), nn.ReLU(), nn.Conv2d(6, 3, 1))
    rounded = nn.Sequential(nn.Conv2d(4, 6, 1), nn.ReLU(), nn.Conv2d(6, 3, 1))
    rounded.load_state_dict(plain.state_dict())
    round_like_eight_bits(rounded, ["0", "2"])
    return plain, rounded


def test_rounded_weights_lie_on_the_grid_of_their_channel() -> None:
    plain, rounded = rounded_pair()
    weight = rounded[0].weight.detach()
    step = plain[0].weight.abs().amax(dim=(1, 2, 3), keepdim=True) / WEIGHT_STEPS
    torch.testing.assert_close(weight / step, (weight / step).round(), atol=1e-4, rtol=0)
    assert (weight - plain[0].weight).abs().max() <= step.max() / 2 + 1e-7


def test_rounded_outputs_are_near_and_gradients_pass() -> None:
    plain, rounded = rounded_pair()
    x = torch.randn(8, 4, 5, 7, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(rounded(x), plain(x), atol=0.05, rtol=0.05)
    plain(x).square().mean().backward()
    rounded(x).square().mean().backward()
    found = rounded[0].parametrizations.weight.original.grad
    torch.testing.assert_close(found, plain[0].weight.grad, atol=0.02, rtol=0.1)


def test_ranges_settle_in_training_and_stay_afterwards() -> None:
    _, rounded = rounded_pair()
    x = torch.linspace(-1, 1, 4 * 35).reshape(1, 4, 5, 7)
    rounded.train()
    rounded(x)
    rounded.eval()
    before = {name: value.clone() for name, value in rounded.state_dict().items()}
    rounded(100 * x)
    for name, value in rounded.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)
    assert float(rounded[0].rounding.low) == -1.0
    assert float(rounded[0].rounding.high) == 1.0


def test_the_rounding_comes_off_again() -> None:
    plain, rounded = rounded_pair()
    found = plain_state(rounded.state_dict())
    assert set(found) == set(plain.state_dict())
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(found[name], value, rtol=0, atol=0)
    assert plain_state(plain.state_dict()).keys() == plain.state_dict().keys()


def test_only_pointwise_convolutions_are_rounded() -> None:
    with pytest.raises(ValueError, match="no pointwise"):
        round_like_eight_bits(nn.Sequential(nn.Conv2d(1, 1, 3)), ["0"])
    network = SVTRLCNet()
    round_like_eight_bits(network, network.pointwise(4))
    assert network.layers[4].expand.weight.shape[2:] == (1, 1)


def test_the_file_in_eight_bits_says_what_the_rounded_network_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    import onnxruntime

    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent.parent / "tools"), *sys.path])
    from eight_bits import in_eight_bits
    from export_recognizer import export, names_in_eight_bits
    from whichtext.training.drawn_words import DrawnWords, draw_batch
    from whichtext.training.recognition import as_batch
    from whichtext.training.word_images import upright_crop

    torch.manual_seed(2)
    network = SVTRLCNet().eval()
    patches = draw_batch(DrawnWords(seed=5), 0, 4)
    crops = [as_batch([upright_crop(patch)], 3) for patch in patches]
    model = in_eight_bits(export(network), [crop.numpy() for crop in crops], names_in_eight_bits())
    session = onnxruntime.InferenceSession(model.SerializeToString())
    assert len(session.get_modelmeta().custom_metadata_map["vocabulary"].split("\n")) == len(network.vocabulary)
    round_like_eight_bits(network, network.pointwise(4))
    for crop in crops:
        (found,) = session.run(None, {"x": crop.numpy()})
        network.train()
        with torch.no_grad():
            expected = network(crop).exp().transpose(0, 1).numpy()
        np.testing.assert_allclose(found, expected, atol=2e-2)


def test_a_crnn_in_eight_bits_says_nearly_the_same_at_any_width(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    import onnxruntime

    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent.parent / "tools"), *sys.path])
    from export_crnn import export, rounded
    from whichtext.networks.crnn import CRNN, CRNNForExport

    torch.manual_seed(3)
    network = CRNN().eval()
    crops = [torch.rand(1, 1, 32, width) * 2 - 1 for width in (44, 60, 100)]
    model = rounded(export(network), [crop.numpy() for crop in crops])
    kinds = {node.op_type for node in model.graph.node}
    assert "DynamicQuantizeLSTM" in kinds
    assert "LSTM" not in kinds
    plain = onnxruntime.InferenceSession(export(network).SerializeToString())
    session = onnxruntime.InferenceSession(model.SerializeToString())
    metadata = session.get_modelmeta().custom_metadata_map
    assert metadata["vocabulary"] == plain.get_modelmeta().custom_metadata_map["vocabulary"]
    for crop in crops:
        (found,) = session.run(None, {"crop": crop.numpy()})
        np.testing.assert_allclose(found, plain.run(None, {"crop": crop.numpy()})[0], atol=5e-3)
        np.testing.assert_allclose(found, CRNNForExport(network)(crop).detach().numpy(), atol=5e-3)


def test_unknown_convolutions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent.parent / "tools"), *sys.path])
    from eight_bits import in_eight_bits
    from export_crnn import export
    from whichtext.networks.crnn import CRNN

    with pytest.raises(ValueError, match="/nothing/Conv"):
        in_eight_bits(export(CRNN().eval()), [], ["/nothing/Conv"])
