"""Rewritten ONNX graphs compute what they computed before."""

import io
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from whichtext.networks.pplcnet import PPLCNetEncoder, use_silu  # noqa: E402
from whichtext.training.onnx_graph import fold_paddings  # noqa: E402


def exported(network: nn.Module):
    buffer = io.BytesIO()
    axes = {"x": {2: "height", 3: "width"}, "y": {2: "rows", 3: "columns"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (torch.zeros(1, 3, 16, 24),),
            buffer,
            input_names=["x"],
            output_names=["y"],
            dynamic_axes=axes,
            opset_version=20,
            dynamo=False,
        )
    return onnx.load_model_from_string(buffer.getvalue())


def run(model, picture: np.ndarray) -> np.ndarray:
    import onnxruntime

    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": picture})[0]


def count(model, operation: str) -> int:
    return sum(node.op_type == operation for node in model.graph.node)


class Padded(nn.Module):
    """Zero padding before a convolution that pads by itself too, and before poolings."""

    def __init__(self, *, is_positive: bool, value: float = 0.0, mode: str = "constant") -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.is_positive, self.value, self.mode = is_positive, value, mode

    def forward(self, x):
        x = functional.pad(x, (0, 1, 2, 3), mode=self.mode, value=self.value)
        x = self.convolution(x)
        if self.is_positive:
            x = functional.relu(x)
        return functional.max_pool2d(functional.pad(x, (0, 1, 0, 1)), 2, stride=1)


@pytest.mark.parametrize(
    ("network", "folded"),
    [
        (Padded(is_positive=True), 2),
        (Padded(is_positive=False), 1),  # a maximum of negative numbers and a zero is no maximum of the numbers
        (Padded(is_positive=False, mode="reflect"), 0),
    ],
)
def test_folded_paddings_change_nothing(network, folded):
    torch.manual_seed(3)
    model = exported(network)
    picture = np.random.default_rng(0).normal(size=(1, 3, 33, 40)).astype(np.float32)
    before, pads = run(model, picture), count(model, "Pad")
    assert fold_paddings(model) == folded
    onnx.checker.check_model(model)
    np.testing.assert_allclose(run(model, picture), before, atol=1e-6)
    assert count(model, "Pad") == pads - folded


def test_other_constants_stay():
    model = exported(Padded(is_positive=True, value=1.0))
    assert fold_paddings(model) == 1  # the one before the pooling
    assert count(model, "Pad") == 1


def test_padding_that_others_read_stays_for_them():
    class Shared(nn.Module):
        def __init__(self):
            super().__init__()
            self.convolution = nn.Conv2d(3, 3, 2)

        def forward(self, x):
            padded = functional.pad(x, (0, 1, 0, 1))
            return functional.interpolate(self.convolution(padded), scale_factor=2.0) + padded.mean()

    model = exported(Shared())
    picture = np.random.default_rng(0).normal(size=(1, 3, 20, 16)).astype(np.float32)
    before = run(model, picture)
    assert fold_paddings(model) == 1
    np.testing.assert_allclose(run(model, picture), before, atol=1e-6)
    assert count(model, "Pad") == 1


def test_silu_stands_for_gelu():
    torch.manual_seed(0)
    gelu, silu = PPLCNetEncoder().eval(), PPLCNetEncoder(activation="silu").eval()
    silu.load_state_dict(gelu.state_dict())
    picture = torch.rand(1, 3, 64, 96) * 2 - 1
    with torch.no_grad():
        wanted, raw = gelu(picture).levels, silu(picture).levels
        use_silu(silu)
        found = silu(picture).levels
    for mine, theirs, plain in zip(found, wanted, raw, strict=True):
        assert (mine - theirs).abs().max() < 0.2 * (plain - theirs).abs().max()
