"""The word detector's training: what it should say, its loss, its start, and its way into ONNX Runtime."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

torch = pytest.importorskip("torch", reason="training needs PyTorch")
onnx = pytest.importorskip("onnx", reason="training needs onnx")

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from whichtext.geometry import box_iou, box_of  # noqa: E402
from whichtext.localization.cores import CoreConfig, find_cores, grow_core  # noqa: E402
from whichtext.networks.dbnet import MAP_STRIDE, DBNet, load_detector_head  # noqa: E402
from whichtext.training.dbnet import Batches, TrainingConfig, core_loss, core_maps, load_trained, train  # noqa: E402
from whichtext.training.word_regions import Augmentation, Crop, load_word_photos  # noqa: E402
from whichtext.weights import load_bytes  # noqa: E402


def crop_of(words, unreadable=(), size=(320, 192)):
    """A grey crop with words given as (cx, cy, w, h, angle)."""
    return Crop(
        pixels=np.full((size[1], size[0], 3), 128, dtype=np.uint8),
        words=np.array(words, dtype=float).reshape(-1, 5),
        unreadable=np.array(unreadable, dtype=float).reshape(-1, 5),
    )


@pytest.mark.parametrize("angle", [0.0, 0.3, -0.5])
@pytest.mark.parametrize("size", [(120.0, 30.0), (60.0, 40.0), (200.0, 24.0)])
def test_a_drawn_core_grows_back_to_its_word(size, angle):
    crop = crop_of([(160, 96, *size, angle)])
    ((core, score),) = find_cores(core_maps(crop, 0.6).core, CoreConfig(probability=0.5))
    grown = grow_core(core, CoreConfig(shrink=0.6, swell=0.4)) * MAP_STRIDE  # a raster shows a little more
    assert score > 0.85
    truth = core_box(crop.words[0])
    assert box_iou(box_of(grown), truth) > 0.85


def core_box(word):
    """Upright box around (cx, cy, w, h, angle)."""
    x, y, w, h, angle = word
    half_width = (w * abs(np.cos(angle)) + h * abs(np.sin(angle))) / 2
    half_height = (w * abs(np.sin(angle)) + h * abs(np.cos(angle))) / 2
    return (x - half_width, y - half_height, x + half_width, y + half_height)


def test_neighbouring_words_have_cores_apart():
    crop = crop_of([(90, 96, 100, 30, 0), (200, 96, 110, 30, 0), (90, 130, 100, 30, 0)])
    assert len(find_cores(core_maps(crop, 0.6).core, CoreConfig(probability=0.5))) == 3


def test_unreadable_regions_count_neither_way():
    maps = core_maps(crop_of([(60, 40, 80, 20, 0)], unreadable=[(220, 140, 80, 40, 0)]), 0.6)
    assert maps.weight[70, 110] == 0
    assert maps.weight[20, 30] > 0
    logits = torch.zeros(1, *maps.core.shape)
    core, weight = (torch.from_numpy(array)[None] for array in (maps.core, maps.weight))
    before = core_loss(logits, core, weight, negatives=3.0)
    logits[0, 65:75, 100:120] = 5.0
    assert core_loss(logits, core, weight, negatives=3.0) == before


def test_the_loss_of_the_truth_is_the_lowest():
    maps = core_maps(crop_of([(160, 96, 120, 30, 0.2)]), 0.6)
    core, weight = (torch.from_numpy(array)[None] for array in (maps.core, maps.weight))
    right = core_loss((core * 20 - 10), core, weight, negatives=3.0)
    assert right < core_loss(-(core * 20 - 10), core, weight, negatives=3.0)
    assert right < core_loss(torch.zeros_like(core), core, weight, negatives=3.0)
    assert right < 0.2


def test_the_start_says_what_the_packaged_detector_says():
    """Its map is the original's at half the size, but for the head's last layer, which averages before the sigmoid."""
    pytest.importorskip("rapidocr", reason="the packaged detector comes with rapidocr")
    import onnxruntime

    from whichtext.training.dtln import packaged_detector

    model = packaged_detector()
    network = DBNet().eval()
    load_detector_head(network, model)
    picture = Image.new("RGB", (320, 192), (200, 190, 180))
    ImageDraw.Draw(picture).text((40, 60), "OPEN DAILY", font_size=48, fill=(20, 20, 60))
    pixels = (np.asarray(picture, dtype=np.float32) / 127.5 - 1).transpose(2, 0, 1)[None].copy()
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    original = session.run(None, {session.get_inputs()[0].name: pixels})[0][0, 0]
    with torch.no_grad():
        ours = torch.sigmoid(network(torch.from_numpy(pixels)))[0].numpy()
    halved = original.reshape(96, 2, 160, 2).mean(axis=(1, 3))
    assert np.corrcoef(halved.ravel(), ours.ravel())[0, 1] > 0.98
    assert np.abs(halved - ours).mean() < 0.01


def test_pytorch_equals_onnx():
    import onnxruntime

    from export_dbnet import export

    torch.manual_seed(0)
    network = DBNet().eval()
    model = export(network)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for height, width in ((64, 96), (160, 128)):
        pixels = np.random.default_rng(1).uniform(-1, 1, (1, 3, height, width)).astype(np.float32)
        with torch.no_grad():
            ours = torch.sigmoid(network(torch.from_numpy(pixels)))[0].numpy()
        theirs = session.run(None, {"x": pixels})[0]
        assert theirs.shape == (1, 1, height // 2, width // 2)
        assert np.abs(theirs[0, 0] - ours).max() < 1e-5


def test_an_exported_network_is_read_back(tmp_path):
    from export_dbnet import export
    from export_ppocr import store_as_half

    torch.manual_seed(0)
    network = DBNet().eval()
    model = export(network)
    store_as_half(model)
    (tmp_path / "words.onnx").write_bytes(model.SerializeToString())
    for name, value in load_trained(tmp_path / "words.onnx").state_dict().items():
        torch.testing.assert_close(value, network.state_dict()[name], atol=1e-3, rtol=1e-3)


def test_another_onnx_file_is_no_word_detector(tmp_path):
    (tmp_path / "other.onnx").write_bytes(load_bytes("dtln.onnx"))
    with pytest.raises(ValueError, match="another network"):
        load_trained(tmp_path / "other.onnx")


@pytest.fixture
def photos(tmp_path):
    """Three drawn photos with their words."""
    import json

    rng = np.random.default_rng(3)
    lines = []
    for number in range(3):
        picture = Image.new("RGB", (320, 224), tuple(int(v) for v in rng.integers(150, 255, 3)))
        draw = ImageDraw.Draw(picture)
        texts = []
        for word, at in (("HARBOUR", (30, 40)), ("TO", (190, 40)), ("LET", (60, 130))):
            draw.text(at, word, font_size=36, fill=(20, 10, 40))
            x0, y0, x1, y1 = draw.textbbox(at, word, font_size=36)
            texts.append({"polygon": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], "string": word, "legible": True})
        picture.save(tmp_path / f"{number}.png")
        lines.append(json.dumps({"image_id": str(number), "file": f"{number}.png", "texts": texts}))
    (tmp_path / "words.jsonl").write_text("\n".join(lines))
    return load_word_photos(tmp_path / "words.jsonl")


def test_a_batch_depends_on_its_seed_alone(photos):
    config = TrainingConfig(crop=(160, 128))
    one, other = Batches(photos, [], config)((0, 7)), Batches(photos, photos, config)((0, 8))
    again = Batches(photos, [], config)((0, 7))
    assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True))
    assert not torch.equal(one[0], other[0])
    ahead = Batches(photos, [], config).ahead(0, 7)
    assert all(torch.equal(a, b) for a, b in zip(one, next(ahead), strict=True))


def test_training_resumes_and_keeps_what_it_froze(photos, tmp_path):
    config = TrainingConfig(minutes=0.02, crop=(160, 128), batch=1, augmentation=Augmentation(scales=(1.0, 1.0)))
    checkpoint = train(config, photos, photos[:1], tmp_path / "run", threads=1)
    first = torch.load(checkpoint, weights_only=True)
    assert first["step"] >= 1
    torch.manual_seed(0)
    untouched = DBNet()
    trained = load_trained(checkpoint)
    assert torch.equal(trained.encoder.stem.first.weight, untouched.encoder.stem.first.weight)
    assert not torch.equal(trained.head.core.weight, untouched.head.core.weight)
    train(TrainingConfig(minutes=0.04, crop=(160, 128), batch=1), photos, [], tmp_path / "run", threads=1)
    assert torch.load(checkpoint, weights_only=True)["step"] > first["step"]


def test_products_in_bfloat16_learn_the_same_way(photos, tmp_path):
    config = TrainingConfig(steps_of_training=2, crop=(160, 128), batch=1, rate=1e-4, warm_up=1)
    found = []
    for bfloat16 in (False, True):
        own = replace(config, bfloat16=bfloat16)
        path = train(own, photos, [], tmp_path / str(bfloat16), threads=1)
        found.append(torch.load(path, weights_only=True)["average"])
    for name, value in found[0].items():
        assert found[1][name].dtype == torch.float32
        torch.testing.assert_close(found[1][name], value, rtol=0, atol=5e-4)


def test_no_photo_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no photo to train on"):
        train(TrainingConfig(), [], [], tmp_path)
