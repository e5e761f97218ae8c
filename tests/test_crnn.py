"""The recognizer `crnn` as it runs: numpy and ONNX Runtime only. A small network of fixed weights stands in."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import pytest

from test_recognition import TEXTS, sheet, turn
from whichtext import Lexicon
from whichtext.errors import WeightsError
from whichtext.recognition.crnn import CRNNRecognizer, CRNNRecognizerConfig

onnx = pytest.importorskip("onnx", reason="makes a network to read with")

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def made_network(path, *, vocabulary=True):
    """Columns of four pixels to 37 classes: a fixed random map and a softmax, with the inputs and outputs of a CRNN."""
    from onnx import TensorProto, helper, numpy_helper

    kernel = np.random.default_rng(5).normal(0, 0.6, (37, 1, 32, 4)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["crop", "kernel"], ["columns"], strides=[32, 4]),
        helper.make_node("Squeeze", ["columns", "axes"], ["classes"]),
        helper.make_node("Transpose", ["classes"], ["logits"], perm=[1, 0]),
        helper.make_node("Softmax", ["logits"], ["probability"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info("crop", TensorProto.FLOAT, [1, 1, 32, "width"])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["steps", 37])],
        [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(np.array([0, 2]), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if vocabulary:
        helper.set_model_props(model, {"vocabulary": "\n".join(["", *ALPHABET])})
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return made_network(tmp_path_factory.mktemp("crnn") / "crnn.onnx")


@pytest.fixture(scope="module")
def recognizer(weights):
    return CRNNRecognizer(2, weights=weights)


def test_batched_equals_one_by_one_in_any_order(recognizer):
    photo, quads = sheet(TEXTS)
    batched = recognizer.recognize(photo, quads)
    assert batched == tuple(recognizer.recognize(photo, [quad])[0] for quad in quads)
    assert batched[::-1] == recognizer.recognize(photo, quads[::-1])
    assert len({reading.text for reading in batched}) == len(TEXTS)


def test_eight_threads_equal_one(recognizer, weights):
    photo, quads = sheet(TEXTS)
    calls = [quads[start:] for start in range(len(quads))] * 4
    serial = [CRNNRecognizer(1, weights=weights).recognize(photo, call) for call in calls]
    with ThreadPoolExecutor(8) as workers:
        assert list(workers.map(lambda call: recognizer.recognize(photo, call), calls)) == serial


def test_readings_hold_letters_and_digits_in_one_case(recognizer):
    photo, quads = sheet(TEXTS)
    for reading in recognizer.recognize(photo, quads):
        assert set(reading.text) <= set(ALPHABET)
        assert len(reading.characters) == len(reading.text)
        assert 0.0 < reading.score <= 1.0
        assert all(0.0 <= c.start <= c.end <= 1.0 for c in reading.characters)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_photo_reads_the_same_from_the_same_corner(weights, quarters):
    """The direction given counts where no other is tried."""
    alone = CRNNRecognizer(1, weights=weights, config=CRNNRecognizerConfig(turn_below=0.0))
    photo, quads = sheet(TEXTS)
    turned, moved = turn(photo, quads, quarters)
    upright = alone.compare(photo, quads, "open")
    again = alone.compare(turned, [tuple(map(tuple, quad)) for quad in moved], "open")
    for one, other in zip(upright, again, strict=True):
        assert one.log_string == pytest.approx(other.log_string, rel=0.2)


def test_the_surest_direction_is_taken(weights):
    photo, quads = sheet(TEXTS)
    recognizer = CRNNRecognizer(1, weights=weights, config=CRNNRecognizerConfig(upside_down_gain=0.05))
    alone = CRNNRecognizer(1, weights=weights, config=CRNNRecognizerConfig(turn_below=0.0))
    for quad, reading in zip(quads, recognizer.recognize(photo, quads), strict=True):
        (upright,) = alone.recognize(photo, [quad])
        (inverted,) = alone.recognize(photo, [(*quad[2:], *quad[:2])])
        assert reading.text == (upright if reading.polygon is None else inverted).text
        assert (reading.polygon is not None) == (inverted.score > upright.score + 0.05)


def test_a_lexicon_holds_what_is_read_in_the_end(weights):
    willing = CRNNRecognizer(1, weights=weights, config=CRNNRecognizerConfig(most_loss=float("inf")))
    photo, quads = sheet(TEXTS)
    read = [reading.text for reading in willing.recognize(photo, quads)]
    near = Lexicon([f"{text[:-1]}~" for text in read] + ["unlike"])
    for text, reading in zip(read, willing.recognize(photo, quads, lexicon=near), strict=True):
        assert reading.text == text  # a sign that the network does not know has no likelihood
    exact = Lexicon([text[:-1] for text in read])
    assert [r.text for r in willing.recognize(photo, quads, lexicon=exact)] == [text[:-1] for text in read]


def test_several_lexicons_at_once_equal_one_after_the_other(recognizer):
    photo, quads = sheet(TEXTS)
    read = [reading.text for reading in recognizer.recognize(photo, quads)]
    lexicons = [None, Lexicon(["open"]), Lexicon([text[1:] for text in read])]
    together = recognizer.recognize_each(photo, quads, lexicons)
    assert together == tuple(recognizer.recognize(photo, quads, lexicon=lexicon) for lexicon in lexicons)
    assert recognizer.recognize_each(photo, [], lexicons) == ((), (), ())


def test_the_own_reading_is_the_likeliest_of_its_neighbours(recognizer):
    photo, quads = sheet(TEXTS[:1])
    (likeness,) = recognizer.compare(photo, quads, recognizer.recognize(photo, quads)[0].text)
    assert likeness.log_string <= 0.0
    (other,) = recognizer.compare(photo, quads, "zzzzzzzz")
    assert other.log_string < likeness.log_string
    (foreign,) = recognizer.compare(photo, quads, "ж")
    assert foreign.log_string == -np.inf


def test_a_region_without_extent_reads_as_nothing(recognizer):
    photo, _ = sheet(TEXTS[:1])
    point = ((5.0, 5.0),) * 4
    assert recognizer.recognize(photo, [point])[0].text == ""
    assert recognizer.compare(photo, [point], "a")[0].log_string == -np.inf
    assert recognizer.recognize(photo, []) == ()


def test_beams_read_as_likely_a_string_as_the_best_path(weights):
    photo, quads = sheet(TEXTS)
    greedy = CRNNRecognizer(1, weights=weights)
    beams = CRNNRecognizer(1, weights=weights, config=CRNNRecognizerConfig(beams=20, turn_below=0.0))
    for quad in quads:
        text = beams.recognize(photo, [quad])[0].text
        (own,) = greedy.compare(photo, [quad], text)
        (path,) = greedy.compare(photo, [quad], greedy.recognize(photo, [quad])[0].text)
        assert own.log_string >= path.log_string - 1e-6 or greedy.recognize(photo, [quad])[0].polygon is not None


def test_what_is_no_such_network_is_refused(tmp_path):
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no network")
    for path in (damaged, tmp_path / "missing.onnx"):
        with pytest.raises(WeightsError, match="cannot be read as an ONNX model"):
            CRNNRecognizer(1, weights=path)
    with pytest.raises(WeightsError, match="names no characters"):
        CRNNRecognizer(1, weights=made_network(tmp_path / "unnamed.onnx", vocabulary=False))


def test_the_made_network_stands_for_one(weights):
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    assert session.run(None, {"crop": np.zeros((1, 1, 32, 100), np.float32)})[0].shape == (25, 37)


def test_the_packaged_network_reads_words_in_small_letters() -> None:
    from test_recognition import sheet

    photo, regions = sheet(["PHARMACY", "Bakery", "24 7"])
    found = CRNNRecognizer(1).recognize(photo, regions)
    assert [reading.text for reading in found][:2] == ["pharmacy", "bakery"]
    alone = [CRNNRecognizer(1).recognize(photo, [region])[0] for region in regions]
    assert list(found) == alone
