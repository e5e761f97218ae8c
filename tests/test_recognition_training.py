"""The CTC loop, and the recognition network in PyTorch."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from whichtext.recognition.normalize import OTHER
from whichtext.training.drawn_words import DrawnWords, draw_batch
from whichtext.training.word_images import Distortion, WordPatch, upright_crop

torch = pytest.importorskip("torch", reason="training needs PyTorch")

from torch import Tensor, nn  # noqa: E402

from whichtext.networks.svtr_lcnet import (  # noqa: E402
    LATIN,
    SVTRLCNet,
    grouped_classes,
    load_recognizer,
    published_vocabulary,
)
from whichtext.training import recognition  # noqa: E402
from whichtext.training.recognition import (  # noqa: E402
    RecognizerConfig,
    Trainee,
    ctc_loss,
    encode,
    measure,
    packaged_recognizer,
    read_crops,
    train,
)


def drawn(count: int) -> list[WordPatch]:
    return draw_batch(DrawnWords(seed=3), 0, count)


STILL = Distortion(shift=0, margins=0, shear=0, squeeze=0, low=0, blur=0, noise=0, jpeg=0, inverted=0, grey=0, colour=0)
SMALL = ("", *"abcdefghijklmnopqrstuvwxyz0123456789")


class TinyReader(nn.Module):
    """Crops (B, 1, 16, W) to log-probabilities (T, B, V), T = W / 2."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            *(nn.Conv2d(1, 24, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(24, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU()),
            *(nn.Conv2d(48, 64, (8, 5), padding=(0, 2)), nn.BatchNorm2d(64), nn.ReLU()),
        )
        self.head = nn.Linear(64, len(SMALL))

    def forward(self, crops: Tensor) -> Tensor:
        columns = self.convolutions(crops).squeeze(2).permute(2, 0, 1)
        return self.head(columns).log_softmax(dim=2)


def tiny() -> Trainee:
    torch.manual_seed(0)
    return Trainee(TinyReader(), SMALL, height=16, channels=1)


def plain_words() -> list[WordPatch]:
    """Drawn words with letters and digits of which each crop is legible at 16 pixels height."""
    from PIL import Image, ImageDraw, ImageFont

    patches = []
    for word in ("exit", "42nd", "menu", "book"):
        picture = Image.new("RGB", (90, 48), (240, 240, 240))
        ImageDraw.Draw(picture).text((45, 24), word, font=ImageFont.load_default(26), fill=(10, 10, 10), anchor="mm")
        quad = np.array([[15.0, 10.0], [75.0, 10.0], [75.0, 38.0], [15.0, 38.0]])
        patches.append(WordPatch(np.asarray(picture), quad, word, "official"))
    return patches


def test_the_loop_learns_a_handful_of_words_by_heart(tmp_path: Path) -> None:
    config = RecognizerConfig(steps_of_training=80, batch=4, rate=5e-3, warm_up=5, average=0.9, distortion=STILL)
    trainee, words = tiny(), plain_words()
    checkpoint = train(trainee, words, words, tmp_path, config=config, threads=1, measure_every=100)
    recognition.load_trained(checkpoint, trainee.network)
    assert measure(trainee, words) == {"official": 1.0}
    assert (tmp_path / "best.pt").exists()


def test_an_interrupted_run_ends_like_an_uninterrupted_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = RecognizerConfig(steps_of_training=5, batch=3, rate=1e-3, warm_up=2)
    words = plain_words()
    whole = train(tiny(), words, [], tmp_path / "whole", config=config, threads=1)
    calls = iter(range(100))

    def failing(*arguments: object, **options: object) -> Tensor:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return step(*arguments, **options)  # type: ignore[arg-type]

    step = recognition.training_step
    monkeypatch.setattr(recognition, "training_step", failing)
    with pytest.raises(KeyboardInterrupt):
        train(tiny(), words, [], tmp_path / "parts", config=config, threads=1, save_every=0.0)
    parts = train(tiny(), words, [], tmp_path / "parts", config=config, threads=1)
    expected, found = (torch.load(path, weights_only=True) for path in (whole, parts))
    assert found["step"] == expected["step"] == 5
    for name, value in expected["average"].items():
        torch.testing.assert_close(found["average"][name], value, rtol=0, atol=0)


def test_training_needs_texts_that_the_network_can_write(tmp_path: Path) -> None:
    word = replace(plain_words()[0], string="字")
    with pytest.raises(ValueError, match="no text to train on"):
        train(tiny(), [word], [], tmp_path, config=RecognizerConfig())


def test_characters_without_a_class_are_written_by_another_one() -> None:
    assert [LATIN[place] for place in encode("É+字 x", LATIN)] == ["É", "+", OTHER, " ", "x"]
    assert [SMALL[place] for place in encode("É-X 字9", SMALL)] == ["e", "x", "9"]


def test_the_loss_of_a_certain_reading_is_nothing() -> None:
    said = torch.full((4, 1, 3), -50.0)
    for step, place in enumerate((1, 0, 1, 2)):
        said[step, 0, place] = 0.0
    assert float(ctc_loss(said, [[1, 1, 2]])) == pytest.approx(0.0, abs=1e-5)
    assert float(ctc_loss(said, [[1, 2]])) > 10


def test_crops_read_alike_alone_and_among_others() -> None:
    torch.manual_seed(1)
    trainee = Trainee(SVTRLCNet(), LATIN, height=48, channels=3)
    crops = [upright_crop(patch) for patch in drawn(4)]
    assert read_crops(trainee, crops) == [read_crops(trainee, [crop])[0] for crop in crops]


@pytest.fixture(scope="module")
def published() -> object:
    pytest.importorskip("onnx", reason="weights of PP-OCRv6 are read with onnx")
    pytest.importorskip("rapidocr", reason="weights of PP-OCRv6 come with rapidocr")
    return packaged_recognizer()


def noise(batch: int, width: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(-1, 1, (batch, 3, 48, width)).astype(np.float32)


def test_the_network_equals_the_published_one(published: object) -> None:
    import onnxruntime

    network = SVTRLCNet(published_vocabulary(published))
    load_recognizer(network, published)
    session = onnxruntime.InferenceSession(published.SerializeToString())  # type: ignore[attr-defined]
    crops = noise(2, 128)
    (expected,) = session.run(None, {"x": crops})
    with torch.no_grad():
        found = network.eval()(torch.from_numpy(crops)).exp().transpose(0, 1).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_small_head_keeps_the_odds_between_its_characters(published: object) -> None:
    whole, small = SVTRLCNet(published_vocabulary(published)), SVTRLCNet()
    load_recognizer(whole, published)
    load_recognizer(small, published)
    crops = torch.from_numpy(noise(1, 96))
    with torch.no_grad():
        before, after = whole.eval()(crops)[:, 0], small.eval()(crops)[:, 0]
    places = [whole.vocabulary.index(char) for char in "Ae9é"]
    own = [LATIN.index(char) for char in "Ae9é"]
    odds, small_odds = before[:, places] - before[:, :1], after[:, own] - after[:, :1]
    torch.testing.assert_close(odds, small_odds, atol=1e-3, rtol=1e-3)


def test_classes_of_the_published_head_fall_to_one_class_each(published: object) -> None:
    vocabulary = published_vocabulary(published)
    groups = grouped_classes(vocabulary, LATIN)
    assert len(groups) == len(vocabulary)
    for text, expected in (("A", "A"), ("Ａ", "A"), ("’", "'"), ("…", "."), ("字", OTHER), (" ", " ")):
        assert LATIN[groups[vocabulary.index(text)]] == expected
    assert groups[0] == 0


def test_another_network_is_refused() -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], []))
    with pytest.raises(ValueError, match="another network"):
        load_recognizer(SVTRLCNet(), model)


def test_the_exported_file_equals_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    import onnxruntime

    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent.parent / "tools"), *sys.path])
    from export_ppocr import store_as_half
    from export_recognizer import export

    torch.manual_seed(2)
    network = SVTRLCNet().eval()
    model = export(network)
    store_as_half(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    assert tuple(session.get_modelmeta().custom_metadata_map["vocabulary"].split("\n")) == LATIN
    for batch, width in ((1, 96), (3, 160)):
        crops = noise(batch, width)
        (found,) = session.run(None, {"x": crops})
        with torch.no_grad():
            expected = network(torch.from_numpy(crops)).exp().transpose(0, 1).numpy()
        np.testing.assert_allclose(found, expected, atol=2e-3)
        alone = [session.run(None, {"x": crop[None]})[0][0] for crop in crops]
        np.testing.assert_array_equal(found, np.stack(alone))


def test_the_frozen_beginning_says_what_the_network_says() -> None:
    pytest.importorskip("onnx")
    torch.manual_seed(3)
    network = SVTRLCNet().eval()
    beginning = recognition.Start(network, layers=7, threads=1)
    crops = torch.from_numpy(noise(2, 128))
    level, taught = beginning(crops, is_taught=True)
    with torch.no_grad():
        torch.testing.assert_close(level, network.start(crops, 7), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(taught, network(crops), atol=1e-3, rtol=1e-3)
        finished = network.classify(network.finish(level, 7))
    torch.testing.assert_close(taught, finished, atol=1e-3, rtol=1e-3)
    alone, nothing = beginning(crops, is_taught=False)
    assert nothing is None
    torch.testing.assert_close(alone, level, atol=0, rtol=0)


def test_products_in_bfloat16_learn_the_same_way(tmp_path: Path) -> None:
    words = plain_words()
    config = RecognizerConfig(steps_of_training=3, batch=3, rate=1e-4, warm_up=1, teach=0.0, distortion=STILL)
    found = []
    for bfloat16 in (False, True):
        torch.manual_seed(4)
        network = SVTRLCNet()
        trainee = Trainee(network, LATIN, height=48, channels=3, is_pretrained=True)
        own = replace(config, bfloat16=bfloat16, frozen_layers=2)
        path = train(trainee, words, [], tmp_path / str(bfloat16), config=own, threads=1)
        found.append(torch.load(path, weights_only=True)["average"])
    for name, value in found[0].items():
        assert found[1][name].dtype == torch.float32
        torch.testing.assert_close(found[1][name], value, rtol=0, atol=5e-4)


def test_a_network_without_a_space_does_not_learn_from_lines() -> None:
    assert not recognition.can_write("to let", SMALL)
    assert recognition.can_write("to let", LATIN)
    assert recognition.can_write("let", SMALL)


def test_shares_keep_their_proportions_beside_drawn_words() -> None:
    shares = recognition.with_drawn(RecognizerConfig().shares, 0.5)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["drawn"] == 0.5
    usual = RecognizerConfig().shares
    assert shares["official"] / shares["line"] == pytest.approx(usual["official"] / usual["line"])
