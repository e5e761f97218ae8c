"""Which everyday things are in the photo?

YOLOX-nano finds the 80 classes of COCO: people, buses, bottles, traffic lights, ... The graph takes a uint8 photo and
gives decoded boxes; what is left to do here is to shrink, to suppress doubles and to name colours.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from whichtext.context.colours import COLOUR_NAMES, name_by_reference, rgb_to_lab
from whichtext.geometry import pairwise_iou
from whichtext.types import SceneObject
from whichtext.weights import load_session

__all__ = ["COCO_NAMES", "ObjectDetector", "suppress"]

COCO_NAMES = tuple(
    [
        "person",
        "bicycle",
        "car",
        "motorcycle",
        "airplane",
        "bus",
        "train",
        "truck",
        "boat",
        "traffic light",
        "fire hydrant",
        "stop sign",
        "parking meter",
        "bench",
        "bird",
        "cat",
        "dog",
        "horse",
        "sheep",
        "cow",
        "elephant",
        "bear",
        "zebra",
        "giraffe",
        "backpack",
        "umbrella",
        "handbag",
        "tie",
        "suitcase",
        "frisbee",
        "skis",
        "snowboard",
        "sports ball",
        "kite",
        "baseball bat",
        "baseball glove",
        "skateboard",
        "surfboard",
        "tennis racket",
        "bottle",
        "wine glass",
        "cup",
        "fork",
        "knife",
        "spoon",
        "bowl",
        "banana",
        "apple",
        "sandwich",
        "orange",
        "broccoli",
        "carrot",
        "hot dog",
        "pizza",
        "donut",
        "cake",
        "chair",
        "couch",
        "potted plant",
        "bed",
        "dining table",
        "toilet",
        "tv",
        "laptop",
        "mouse",
        "remote",
        "keyboard",
        "cell phone",
        "microwave",
        "oven",
        "toaster",
        "sink",
        "refrigerator",
        "book",
        "clock",
        "vase",
        "scissors",
        "teddy bear",
        "hair drier",
        "toothbrush",
    ]
)
"""Class names in the order of the scores."""

SIDE = 416
"""Longer side, in pixels, of the copy in which objects are looked for."""
CELL = 32
"""Both sides of that copy are multiples of this."""
MIN_SCORE = 0.25
MAX_IOU = 0.5
MAX_OBJECTS = 40
PADDING = 114


class ObjectDetector:
    """Finds COCO objects. Immutable after construction; `detect` may be called from many threads at once."""

    def __init__(self, *, threads: int = 2) -> None:
        self._session = load_session("yolox_nano.onnx", threads=threads)

    def detect(self, image: NDArray[np.uint8]) -> tuple[SceneObject, ...]:
        """Find objects in an (H, W, 3) RGB photo, most certain first."""
        height, width = image.shape[:2]
        scale = SIDE / max(height, width)
        small_size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(Image.fromarray(image).resize(small_size, Image.Resampling.BILINEAR, reducing_gap=2.0))
        padded_height, padded_width = (-(-side // CELL) * CELL for side in small.shape[:2])
        padded = np.full((padded_height, padded_width, 3), PADDING, dtype=np.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        boxes, scores = self._session.run(None, {"photo": padded})
        kept = suppress(boxes, scores, min_score=MIN_SCORE, max_iou=MAX_IOU)[:MAX_OBJECTS]
        limits = np.array([small_size[0], small_size[1], small_size[0], small_size[1]], dtype=np.float32)
        found: list[SceneObject] = []
        for anchor, name in kept:
            box = np.clip(boxes[anchor], 0, limits)
            if box[2] - box[0] < 1 or box[3] - box[1] < 1:
                continue
            x0, y0, x1, y1 = (float(value) for value in box * np.array([width, height, width, height]) / limits)
            colour = _dominant_colour(small, box)
            score = float(scores[anchor, name])
            found.append(
                SceneObject(id=len(found), noun=COCO_NAMES[name], score=score, box=(x0, y0, x1, y1), colour=colour)
            )
        return tuple(found)


def suppress(
    boxes: NDArray[np.floating[Any]], scores: NDArray[np.floating[Any]], *, min_score: float, max_iou: float
) -> list[tuple[int, int]]:
    """Keep the best of overlapping boxes of one class.

    Boxes (A, 4) xyxy and scores (A, 80) give (anchor, class) pairs, best first.
    """
    best = scores.max(axis=1)
    candidates = np.flatnonzero(best >= min_score)
    candidates = candidates[np.argsort(-best[candidates], kind="stable")]
    classes = scores[candidates].argmax(axis=1)
    overlaps = pairwise_iou(boxes[candidates], boxes[candidates]) > max_iou
    overlaps &= classes[:, None] == classes[None]
    alive = np.ones(len(candidates), dtype=bool)
    for i in range(len(candidates)):
        if alive[i]:
            alive[i + 1 :] &= ~overlaps[i, i + 1 :]
    return [(int(anchor), int(name)) for anchor, name in zip(candidates[alive], classes[alive], strict=True)]


def _dominant_colour(image: NDArray[np.uint8], box: NDArray[np.floating[Any]]) -> str | None:
    """Colour name of the middle of a box, None where no colour covers half of it."""
    x0, y0, x1, y1 = box
    middle = image[
        int(y0 + 0.2 * (y1 - y0)) : max(int(y1 - 0.2 * (y1 - y0)), int(y0 + 0.2 * (y1 - y0)) + 1),
        int(x0 + 0.25 * (x1 - x0)) : max(int(x1 - 0.25 * (x1 - x0)), int(x0 + 0.25 * (x1 - x0)) + 1),
    ]
    lab = rgb_to_lab(middle[:: max(1, middle.shape[0] // 24), :: max(1, middle.shape[1] // 24)].reshape(-1, 3))
    shares = name_by_reference(lab, softness=4.0).mean(axis=0)
    return COLOUR_NAMES[int(shares.argmax())] if shares.max() >= 0.5 else None
