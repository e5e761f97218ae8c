"""The Dense Text Localization Network in PyTorch: sizes, equality with ONNX Runtime, and that it learns."""

import importlib.util
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

torch = pytest.importorskip("torch", reason="training needs PyTorch")
onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402

from whichtext.geometry import pairwise_iou  # noqa: E402
from whichtext.localization.dtln import stitched_boxes  # noqa: E402
from whichtext.localization.stitching import Stitching  # noqa: E402
from whichtext.networks.dtln import (  # noqa: E402
    DTLN,
    PRESETS,
    BoxCode,
    DTLNConfig,
    DTLNForExport,
    as_input,
    cell_centres,
    emit,
)
from whichtext.networks.pplcnet import PPLCNetEncoder, load_detector  # noqa: E402
from whichtext.training.dtln import (  # noqa: E402
    Encoder,
    TrainingConfig,
    build_network,
    split_parameters,
    train,
    training_step,
)
from whichtext.training.losses import HungarianLoss  # noqa: E402
from whichtext.training.word_regions import (  # noqa: E402
    Crop,
    WordPhoto,
    as_slanted_boxes,
    is_held_out,
    random_crop,
    seen_in_crop,
)

SMALL = DTLNConfig(features=64, units=64, context_blocks=1)


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def detector():
    pytest.importorskip("rapidocr", reason="its package carries the text detector")
    content = resources.files("rapidocr").joinpath("models", "PP-OCRv6_det_small.onnx").read_bytes()
    return onnx.load_from_string(content)


def count(module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_published_network_has_the_published_sizes() -> None:
    with torch.device("meta"):
        network = DTLN(PRESETS["as-published"])
    convolutions = 14_714_688  # VGG-16 without its fully connected layers
    fc6, fc7, fc8 = 512 * 49 * 4096 + 4096, 4096 * 4096 + 4096, 4096 * 512 + 512
    assert count(network.encoder) == convolutions + fc6 + fc7 + fc8
    assert count(network.decoder) == 4 * 500 * (512 + 2 + 500) + 500 * 6  # no biases anywhere
    with torch.device("meta"):
        features = network.features(network.encoder(torch.zeros(1, 3, 480, 640)))
    assert features.shape == (1, 15 * 20, 512 + 2)


def test_the_cpu_network_has_the_documented_sizes() -> None:
    network = DTLN(PRESETS["cpu"])
    assert count(network.encoder) == 2_430_168
    assert count(network.decoder) == 4 * 192 * (256 + 2 + 192) + (192 + 1) * 7
    assert count(network) < 3_200_000


def test_a_published_step_gives_six_numbers_a_cell() -> None:
    config = replace(PRESETS["as-published"], features=32, units=16, hidden=8)
    with torch.no_grad():
        assert DTLN(config)(torch.zeros(1, 3, 64, 96)).shape == (1, 6, 5, 6)


def test_features_have_unit_length_times_the_scale_and_know_their_place() -> None:
    network = DTLN(SMALL)
    with torch.no_grad():
        features = network.features(network.encoder(torch.rand(1, 3, 64, 96)))
    assert torch.allclose(features[0, :, :-2].norm(dim=1), network.scale.detach(), atol=1e-4)
    assert features[0, 0, -2:].tolist() == [-1.0, -1.0]
    assert features[0, -1, -2:].tolist() == [1.0, 1.0]


def test_the_encoder_equals_the_detector_in_onnx_runtime(detector) -> None:
    encoder = PPLCNetEncoder().eval()
    load_detector(encoder, detector)
    model = onnx.ModelProto()
    model.CopyFrom(detector)
    names = ["p2o.pd_op.add.94.0", "p2o.pd_op.add.82.0", "p2o.pd_op.add.76.0", "p2o.pd_op.add.66.0"]
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_tensor_value_info(name, 1, None) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    photo = np.random.default_rng(0).uniform(-1, 1, (1, 3, 64, 96)).astype(np.float32)
    finest, coarsest, middle, coarse = session.run(None, {"x": photo})
    with torch.no_grad():
        maps = encoder(torch.from_numpy(photo))
    for ours, theirs in zip(
        (maps.levels[3], maps.levels[0], maps.middle, maps.coarse), (finest, coarsest, middle, coarse), strict=True
    ):
        assert np.abs(ours.numpy() - theirs).max() < 1e-5 * np.abs(theirs).max()


def test_another_network_is_refused(detector) -> None:
    other = onnx.ModelProto()
    other.CopyFrom(detector)
    del other.graph.node[100:]
    with pytest.raises(ValueError, match="convolutions"):
        load_detector(PPLCNetEncoder(), other)


@pytest.mark.parametrize("name", ["cpu", "as-published"])
def test_codes_of_boxes_decode_to_the_boxes(name: str) -> None:
    code = BoxCode(PRESETS[name])
    rng = np.random.default_rng(0)
    boxes = torch.from_numpy(rng.uniform(5, 200, (20, 5))).float()
    boxes[:, 4] = torch.linspace(-0.7, 0.7, 20) if name == "cpu" else 0.0
    centres = torch.from_numpy(rng.uniform(0, 400, (20, 2))).float()
    back = code.decode(code.encode(boxes, centres, (640, 480)), centres, (640, 480))
    assert torch.allclose(back, boxes, atol=1e-2)


def test_cells_that_stop_at_once_are_silent_and_the_others_say_what_the_whole_network_says() -> None:
    network = DTLN(SMALL).eval()
    photo = torch.randint(0, 255, (64, 96, 3), dtype=torch.uint8)
    with torch.no_grad():
        said = network(as_input(photo)[None])[0]
        first = said[:, 0, -1].sigmoid()
        stop = float(first.median())
        emitted = DTLNForExport(network, stop=stop)(photo)
    assert emitted.cells.tolist() == (first > stop).nonzero()[:, 0].tolist()
    assert torch.allclose(emitted.boxes[..., 5], said[emitted.cells, :, -1].sigmoid(), atol=1e-5)
    centres = cell_centres(4, 6, 16)[emitted.cells]
    boxes = network.code.decode(said[emitted.cells, :, :-1], centres[:, None].expand(-1, 5, -1), (96, 64))
    assert torch.allclose(emitted.boxes[..., :5], boxes, atol=1e-3)


def exporter():
    tools = Path(__file__).resolve().parent.parent / "tools"
    sys.path.insert(0, str(tools))
    try:
        spec = importlib.util.spec_from_file_location("export_dtln", tools / "export_dtln.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(tools))
    return module


@pytest.mark.parametrize("size", [(64, 96), (128, 64)])
def test_pytorch_equals_onnx(size: tuple[int, int]) -> None:
    network = DTLN(SMALL).eval()
    session = onnxruntime.InferenceSession(
        exporter().export(network).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    photo = np.random.default_rng(1).integers(0, 255, (*size, 3), dtype=np.uint8)
    with torch.no_grad():
        expected = DTLNForExport(network, stop=exporter().STOP)(torch.from_numpy(photo))
    boxes, cells = session.run(None, {"photo": photo})
    assert cells.tolist() == expected.cells.tolist()
    assert np.abs(boxes - expected.boxes.numpy()).max(initial=0.0) < 1e-3


def drawn(rng: np.random.Generator) -> Crop:
    """Three words on a plain ground, (128, 96) pixels."""
    image = Image.new("RGB", (128, 96), tuple(int(v) for v in rng.integers(150, 255, 3)))
    draw = ImageDraw.Draw(image)
    boxes = []
    for row, word in enumerate(rng.choice(["SALE", "OPEN", "CAFE", "12.50", "TAXI", "EXIT"], 3, replace=False)):
        font = ImageFont.load_default(size=int(rng.integers(12, 19)))
        place = int(rng.integers(4, 60)), 6 + 30 * row + int(rng.integers(0, 6))
        draw.text(place, str(word), fill=(20, 20, 20), font=font)
        x0, y0, x1, y1 = draw.textbbox(place, str(word), font=font)
        boxes.append([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, 0.0])
    return Crop(np.asarray(image), np.array(boxes), np.zeros((0, 5)))


def test_eight_drawn_scenes_are_learnt_by_heart(detector) -> None:
    """Every word is found and nothing else: F = 1."""
    rng = np.random.default_rng(0)
    crops = [drawn(rng) for _ in range(8)]
    network = build_network(SMALL, detector=detector)
    config = TrainingConfig(network.config, rate=3e-3, pretrained_rate=1e-3)
    optimiser = torch.optim.AdamW(split_parameters(network, config), weight_decay=0.0)
    loss = HungarianLoss(network.code)
    photos = as_input(torch.from_numpy(np.stack([crop.pixels for crop in crops])))
    encoder = Encoder(network, frozen=config.frozen_stages, threads=1)
    steps = 160
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * min(1.0, (step + 1) / 10) * (1 - step / steps)
        parts = training_step(network, encoder(network, photos), crops, loss, config, rng)
        optimiser.zero_grad()
        parts.total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    network.eval()
    with torch.no_grad():
        features = network.features(network.encoder(photos))
        emitted = [emit(network, feature, (128, 96), stop=0.05) for feature in features]
    for crop, said in zip(crops, emitted, strict=True):
        boxes = stitched_boxes(said.boxes.numpy(), said.cells.numpy(), Stitching(witnesses=1))
        boxes = boxes[boxes[:, 5] > 0.5]
        iou = pairwise_iou(
            *(np.hstack([b[:, :2] - b[:, 2:4] / 2, b[:, :2] + b[:, 2:4] / 2]) for b in (crop.words, boxes))
        )
        assert len(boxes) == len(crop.words)
        assert sorted((iou > 0.5).argmax(axis=1)) == list(range(len(boxes)))
        assert (iou.max(axis=1) > 0.5).all()


@pytest.fixture
def photos(tmp_path: Path) -> list[WordPhoto]:
    rng = np.random.default_rng(3)
    made = []
    for number in range(2):
        crop = drawn(rng)
        file = tmp_path / f"{number}.png"
        Image.fromarray(crop.pixels).save(file)
        made.append(WordPhoto(str(number), file, (128, 96), crop.words, crop.unreadable, truth=()))
    return made


def test_training_goes_on_where_it_stopped(photos: list[WordPhoto], tmp_path: Path, caplog) -> None:
    config = TrainingConfig(SMALL, minutes=1e-6, crop=(96, 64), frozen_stages=0)
    checkpoint = train(config, photos, [], tmp_path / "run", threads=1)
    first = torch.load(checkpoint, weights_only=True)
    caplog.set_level("INFO")
    train(replace(config, minutes=2 * first["spent"] + 1e-6), photos, [], tmp_path / "run", threads=1)
    second = torch.load(checkpoint, weights_only=True)
    assert first["step"] == 1
    assert second["step"] > 1
    assert "resumed at step 1" in caplog.text
    assert not list((tmp_path / "run").glob("*.partial"))


def test_a_run_of_so_many_steps_ends_with_the_same_weights_where_it_was_stopped_in_between(
    photos: list[WordPhoto], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(SMALL, steps_of_training=4, batch=1, crop=(96, 64), frozen_stages=0)
    whole = torch.load(train(config, photos, [], tmp_path / "whole", threads=1), weights_only=True)
    crops = 0

    def two_crops(*arguments: object) -> object:
        nonlocal crops
        crops += 1
        if crops > 2:
            raise KeyboardInterrupt
        return random_crop(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as stopping:
        stopping.setattr("whichtext.training.dtln.random_crop", two_crops)
        with pytest.raises(KeyboardInterrupt):
            train(config, photos, [], tmp_path / "parts", threads=1, save_every=0.0)
    parts = torch.load(train(config, photos, [], tmp_path / "parts", threads=1), weights_only=True)
    assert whole["step"] == parts["step"] == 4
    for name, values in whole["average"].items():
        assert torch.equal(values, parts["average"][name]), name


def test_a_crop_shows_its_words_where_they_are(photos: list[WordPhoto]) -> None:
    """The ink of a word lies inside its box."""
    for seed in range(20):
        crop = random_crop(photos[0], (160, 96), np.random.default_rng(seed))
        for x, y, w, h, _ in crop.words:
            part = crop.pixels[max(0, int(y - h / 2)) : int(y + h / 2) + 1, max(0, int(x - w / 2)) : int(x + w / 2) + 1]
            assert float(part.max()) - float(part.min()) > 60


def test_words_cut_by_the_border_are_neither_wanted_nor_wrong() -> None:
    boxes = np.array([[50.0, 50, 40, 10, 0], [0.0, 20, 40, 10, 0], [-80.0, 20, 40, 10, 0], [96.0, 50, 20, 10, 0]])
    seen, hidden = seen_in_crop(boxes, np.zeros(2), 1.0, (100, 100), 0.65)
    assert seen.tolist() == [[50, 50, 40, 10, 0], [93, 50, 14, 10, 0]]
    assert hidden.tolist() == [[0, 20, 40, 10, 0]]


def test_slanted_boxes_are_rectangles_of_least_area() -> None:
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    quad = np.array([[-30, -5], [30, -5], [30, 5], [-30, 5]]) @ turn.T + [100, 50]
    for start in range(4):
        (box,) = as_slanted_boxes([np.roll(quad, start, axis=0).tolist()])
        assert box == pytest.approx([100, 50, 60, 10, angle])


def test_a_tenth_of_the_photos_is_held_out_by_name() -> None:
    held_out = [is_held_out(f"photo-{number}") for number in range(5000)]
    assert 0.08 < np.mean(held_out) < 0.12
    assert held_out == [is_held_out(f"photo-{number}") for number in range(5000)]
