"""CRTR and its rivals in PyTorch: likelihoods, what they start from, that they learn, and their export."""

import itertools
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")
pytest.importorskip("onnx", reason="export needs the train extra")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import onnxruntime  # noqa: E402

from export_crtr import calibrate, export  # noqa: E402
from whichtext.networks.crtr import (  # noqa: E402
    CRTR,
    RIVALS,
    DenseCap,
    build_captioner,
    log_likelihoods,
    place_numbers,
    start_from_captioner,
)
from whichtext.networks.vgg16 import VGG16Classifier  # noqa: E402
from whichtext.retrieval.crtr.retriever import CaptionerCalibration  # noqa: E402
from whichtext.retrieval.crtr.wording import Vocabulary  # noqa: E402
from whichtext.training import crtr as training  # noqa: E402
from whichtext.training.crtr import (  # noqa: E402
    CaptionerTraining,
    DescribedPhoto,
    first_hits,
    likelihoods_of_all,
    load_described,
    load_trained,
    train,
    tuples_of,
)

WIDTHS = {"crop_width": 6, "context_width": 5}
NOUNS = ("sign", "door", "wall", "bus", "plate", "shop", "box", "flag")
COLOURS = ("red", "blue", "white", "green")


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


class DrawnPictures:
    """Numbers of texts and photos by chance, the same every time."""

    def __call__(self, photo, rows):
        rng = np.random.default_rng(int(photo.image_id))
        crops = torch.from_numpy(rng.normal(size=(len(photo.boxes), 6)).astype(np.float32))
        return crops[list(rows)], torch.from_numpy(rng.normal(size=5).astype(np.float32))


def photos(count=8):
    """Photos with four texts each, every one described in its own words."""
    made = []
    for number in range(count):
        boxes = np.array([[0.05 + 0.24 * i, 0.1, 0.2 + 0.24 * i, 0.3] for i in range(4)])
        said = tuple((f"the {COLOURS[i]} word on the {NOUNS[number % 8]}", i) for i in range(4))
        made.append(DescribedPhoto(str(number), Path(f"{number}.jpg"), boxes, said))
    return made


VOCABULARY = Vocabulary.of([said for photo in photos() for said, _ in photo.descriptions])


def small(name, units=12):
    torch.manual_seed(5)
    sizes = {"vocabulary": len(VOCABULARY.words), "units": units, "features": 7, "dropout": 0.0}
    return build_captioner(name, "light", **sizes, **WIDTHS).eval()


@pytest.fixture(params=sorted(RIVALS))
def network(request):
    return small(request.param)


def described(count=5):
    every = [(photo, row, VOCABULARY.encode(said)) for photo in photos() for said, row in photo.descriptions]
    return [(photo, row, said[: 1 + place]) for place, (photo, row, said) in enumerate(every[:count])]


def test_the_published_networks_have_the_published_sizes():
    def memory(inputs, units):
        return 4 * units * (inputs + units) + 8 * units

    with torch.device("meta"):
        networks = {name: build_captioner(name, "as-published") for name in ("crtr", "scrc", "lrcn")}
        looking = sum(p.numel() for p in VGG16Classifier().parameters())
    assert looking == 138_357_544
    words, predicted = 8801 * 1000, 1001 * 8801
    lrcn = looking + words + memory(1000, 1000) + memory(2000, 1000) + predicted
    counts = {name: sum(p.numel() for p in one.parameters()) for name, one in networks.items()}
    assert counts["lrcn"] == lrcn
    assert counts["crtr"] == lrcn + 5 * 4000 + looking + memory(2000, 1000) + predicted
    assert counts["scrc"] == counts["crtr"] + 3 * 4000


def test_places_as_the_papers_write_them():
    boxes = torch.tensor([[0.1, 0.2, 0.5, 0.4]])
    torch.testing.assert_close(place_numbers(boxes, "crtr"), torch.tensor([[0.1, 0.2, 0.4, 0.2, 0.08]]))
    expected = torch.tensor([[-0.8, -0.6, 0.0, -0.2, -0.4, -0.4, 0.8, 0.4]])
    torch.testing.assert_close(place_numbers(boxes, "scrc"), expected)
    assert place_numbers(boxes, "none").shape == (1, 0)


@pytest.mark.parametrize("name", ["crtr", "scrc"])
def test_without_global_words_and_with_zeros_for_the_place_it_is_the_captioner(name):
    captioner, network = small("lrcn"), small(name)
    start_from_captioner(network, captioner)
    batch = tuples_of(described(), DrawnPictures(), captioner.config)
    inputs = (batch.words, batch.crops, batch.contexts, batch.boxes)
    torch.testing.assert_close(network(*inputs), captioner(*inputs))
    with torch.no_grad():
        network.predict_global.weight.normal_()
    assert not torch.allclose(network(*inputs), captioner(*inputs))


def test_only_a_captioner_of_the_same_sizes_is_a_beginning():
    with pytest.raises(ValueError, match="places or photos"):
        start_from_captioner(small("crtr"), small("scrc"))
    with pytest.raises(ValueError, match="other sizes"):
        start_from_captioner(small("crtr"), small("lrcn", units=9))


def test_the_likelihoods_of_all_sentences_sum_to_one(network):
    config = replace(network.config, vocabulary=5)
    toy = (DenseCap if config.kind == "densecap" else CRTR)(config).eval()
    photo, total = photos(1)[0], 0.0
    for length in range(4):
        for said in itertools.product(range(1, 5), repeat=length):
            batch = tuples_of([(photo, 2, said)], DrawnPictures(), config)
            total += batch.likelihoods(toy, with_stop=length < 3).exp().item()
    assert total == pytest.approx(1.0, abs=1e-5)


def test_a_batch_equals_its_descriptions_one_by_one(network):
    rows = described(6)
    together = tuples_of(rows, DrawnPictures(), network.config).likelihoods(network, with_stop=True)
    alone = [tuples_of([row], DrawnPictures(), network.config).likelihoods(network, with_stop=True) for row in rows]
    torch.testing.assert_close(together, torch.cat(alone))


def test_one_description_for_all_texts_equals_one_each(network):
    photo = photos(3)[2]
    said = VOCABULARY.encode(photo.descriptions[1][0])
    likely = likelihoods_of_all(network, photo, said, DrawnPictures())
    each = [
        float(tuples_of([(photo, row, said)], DrawnPictures(), network.config).likelihoods(network, with_stop=False))
        for row in range(4)
    ]
    np.testing.assert_allclose(likely, each, rtol=1e-5)


def test_likelihoods_count_only_so_many_words():
    logits = torch.randn(2, 3, 4)
    following = torch.tensor([[1, 2, 0], [3, 0, 0]])
    likely = log_likelihoods(logits, following, torch.tensor([2, 1]))
    said = logits.log_softmax(dim=2)
    torch.testing.assert_close(likely, torch.stack([said[0, 0, 1] + said[0, 1, 2], said[1, 0, 3]]))


@pytest.mark.parametrize("name", sorted(RIVALS))
def test_it_learns_32_descriptions_by_heart(name):
    drawn = photos(8)
    network = small(name, units=32)
    config = CaptionerTraining(epochs=250, batch=16, rate=2e-2, averaging=0.9)
    trained = train(network, drawn, DrawnPictures(), VOCABULARY, config)
    assert np.mean(first_hits(trained, drawn, DrawnPictures(), VOCABULARY)) == 1.0


def test_the_margin_sets_a_text_apart_from_the_others():
    drawn = photos(4)
    apart = {}
    for margin in (0.0, 4.0):
        torch.manual_seed(1)
        config = CaptionerTraining(epochs=80, batch=8, rate=1e-2, averaging=0.5, margin=margin)
        trained = train(small("crtr"), drawn, DrawnPictures(), VOCABULARY, config)
        gaps = []
        for photo in drawn:
            for said, row in photo.descriptions:
                likely = likelihoods_of_all(trained, photo, VOCABULARY.encode(said), DrawnPictures())
                gaps.append(likely[row] - np.delete(likely, row).max())
        apart[margin] = np.mean(gaps)
    assert apart[4.0] > apart[0.0] + 0.5


def test_an_interrupted_run_ends_like_an_uninterrupted_one(tmp_path, monkeypatch):
    drawn, config, calls = photos(4), CaptionerTraining(epochs=3, batch=4), iter(range(100))
    expected = train(small("crtr"), drawn, DrawnPictures(), VOCABULARY, config)
    saving = training.save_atomically

    def stop_after_one(state, path):
        saving(state, path)
        if next(calls) == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(training, "save_atomically", stop_after_one)
    with pytest.raises(KeyboardInterrupt):
        train(small("crtr"), drawn, DrawnPictures(), VOCABULARY, config, output=tmp_path)
    found = train(small("crtr"), drawn, DrawnPictures(), VOCABULARY, config, output=tmp_path)
    for name, value in expected.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], value, rtol=0, atol=0)


def test_photos_are_read_from_textref_lines(tmp_path):
    words = [(0, 10, 10, 20), (1, 40, 10, 20), (2, 10, 60, 30)]
    record = {
        "image_id": "a",
        "file": "a.jpg",
        "width": 100,
        "height": 200,
        "texts": [
            {"id": i, "polygon": [[x, y], [x + w, y], [x + w, y + 10], [x, y + 10]], "string": "x"}
            for i, x, y, w in words
        ],
        "lines": [[0, 1], [2]],
        "expressions": [{"raw": "all of it", "targets": [2, 0, 1]}, {"raw": "the last", "targets": [2]}],
    }
    (tmp_path / "photos.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    (photo,) = load_described(tmp_path / "photos.jsonl")
    assert photo.file == tmp_path / "a.jpg"
    expected = [[0.1, 0.05, 0.3, 0.1], [0.4, 0.05, 0.6, 0.1], [0.1, 0.3, 0.4, 0.35]]
    expected += [[0.1, 0.05, 0.6, 0.1], [0.1, 0.05, 0.6, 0.35]]
    np.testing.assert_allclose(photo.boxes, expected)
    assert photo.descriptions == (("all of it", 4), ("the last", 2))


def test_pixels_of_a_text_are_warped_to_a_square(tmp_path):
    from PIL import Image

    picture = Image.new("RGB", (40, 20), "black")
    picture.paste((255, 255, 255), (10, 0, 20, 20))
    picture.save(tmp_path / "p.png")
    photo = DescribedPhoto("p", tmp_path / "p.png", np.array([[0.25, 0.0, 0.5, 1.0]]), ())
    crops, whole = training.PixelPictures()(photo, [0])
    assert crops.shape == (1, 3, 224, 224)
    assert whole.shape == (3, 224, 224)
    inside = crops[..., 30:-30]  # enlarging mixes pixels at the border
    torch.testing.assert_close(inside, torch.full_like(inside, (255 - 116) / 58))
    assert float(whole.mean()) == pytest.approx(0.25 * 255 / 58 - 116 / 58, abs=0.02)


def test_the_exported_file_equals_the_network(network):
    model = export(network, VOCABULARY, CaptionerCalibration())
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for words, texts in ((torch.randint(0, 9, (1, 7)), 5), (torch.randint(0, 9, (4, 2)), 4)):
        crops, contexts, boxes = torch.randn(texts, 6), torch.randn(len(words), 5), torch.rand(texts, 4)
        expected = network(words, crops, contexts, boxes).log_softmax(dim=2)
        feed = {"words": words, "crops": crops, "contexts": contexts, "boxes": boxes}
        # DenseCap and LRCN look at nothing but the text
        names = {given.name for given in session.get_inputs()}
        (found,) = session.run(None, {name: value.numpy() for name, value in feed.items() if name in names})
        np.testing.assert_allclose(found, expected.detach().numpy(), atol=1e-4)


def test_a_checkpoint_is_the_averaged_network_and_its_words(tmp_path):
    drawn = photos(4)
    trained = train(
        small("scrc"),
        drawn,
        DrawnPictures(),
        VOCABULARY,
        CaptionerTraining(epochs=1, batch=4),
        output=tmp_path,
        described_as={"name": "scrc"},
    )
    loaded, vocabulary = load_trained(tmp_path / "checkpoint.pt")
    assert vocabulary.words == VOCABULARY.words
    for name, value in trained.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], value, rtol=0, atol=0)


def test_calibration_of_a_trained_network_tells_absent_descriptions():
    drawn = photos(8)
    config = CaptionerTraining(epochs=80, batch=16, rate=2e-2, averaging=0.9)
    trained = train(small("crtr", units=32), drawn, DrawnPictures(), VOCABULARY, config)
    fitted = calibrate(trained, VOCABULARY, drawn, DrawnPictures())
    assert fitted.none_scale < 0
    assert 0 < fitted.none_threshold < 1
    assert 0 < fitted.rival_ratio <= 1
    assert fitted.temperature > 0
