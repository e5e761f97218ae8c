"""Objects: decoding inside the graph, suppression of doubles, odd photos."""

import numpy as np
import onnx
import pytest
from onnxruntime import InferenceSession

from whichtext.context.objects import COCO_NAMES, ObjectDetector, suppress
from whichtext.weights import load_bytes


def test_there_are_eighty_names() -> None:
    assert len(set(COCO_NAMES)) == 80


@pytest.mark.parametrize(("height", "width"), [(256, 416), (416, 416), (32, 96)])
def test_decoding_in_the_graph_equals_decoding_outside(height: int, width: int) -> None:
    model = onnx.load_model_from_string(load_bytes("yolox_nano.onnx"))
    maps = sorted(
        node.input[0] for node in model.graph.node if node.op_type == "Transpose" and node.output[0].startswith("last_")
    )
    for name in maps:
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    photo = np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)
    boxes, scores, *raw = session.run(["boxes", "scores", *maps], {"photo": photo})
    wanted_boxes, wanted_scores = [], []
    for feature_map in sorted(raw, key=lambda values: -values.shape[2]):
        stride = height // feature_map.shape[2]
        y, x = np.mgrid[: feature_map.shape[2], : feature_map.shape[3]]
        rows = feature_map[0].reshape(85, -1).T
        centre = (rows[:, :2] + np.stack([x.ravel(), y.ravel()], axis=1)) * stride
        reach = np.exp(rows[:, 2:4]) * stride / 2
        wanted_boxes.append(np.concatenate([centre - reach, centre + reach], axis=1))
        wanted_scores.append(rows[:, 4:5] * rows[:, 5:])
    assert np.allclose(boxes, np.concatenate(wanted_boxes), atol=1e-3, rtol=1e-5)
    assert np.allclose(scores, np.concatenate(wanted_scores), atol=1e-6)


def test_the_better_of_two_overlapping_boxes_of_a_class_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [1, 0, 11, 10], [50, 50, 60, 60]], dtype=np.float32)
    scores = np.zeros((4, 80), dtype=np.float32)
    scores[[0, 1, 2, 3], [0, 0, 1, 0]] = [0.6, 0.8, 0.7, 0.1]
    assert suppress(boxes, scores, min_score=0.25, max_iou=0.5) == [(1, 0), (2, 1)]


def test_no_boxes_give_no_objects() -> None:
    assert suppress(np.zeros((0, 4)), np.zeros((0, 80)), min_score=0.25, max_iou=0.5) == []


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 3000), (3000, 1), (50, 70)])
def test_blank_photos_of_any_shape_hold_no_objects(height: int, width: int) -> None:
    assert ObjectDetector(threads=1).detect(np.full((height, width, 3), 128, dtype=np.uint8)) == ()
