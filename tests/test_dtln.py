"""The localizer `dtln` as it runs: numpy and ONNX Runtime only."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from whichtext import Reader
from whichtext.geometry import box_iou, box_of, min_area_quad, quad_size
from whichtext.localization.dtln import DTLNLocalizer, analysis_picture, as_quads, stitched_boxes
from whichtext.localization.protocol import LocalizationOptions
from whichtext.localization.stitching import Stitching
from whichtext.reader import LOCALIZERS

OPTIONS = LocalizationOptions()


@pytest.fixture(scope="module")
def localizer() -> DTLNLocalizer:
    return DTLNLocalizer(1)


@pytest.fixture(scope="module")
def shop() -> tuple[np.ndarray, dict[str, tuple[float, float, float, float]]]:
    """A drawn photo (480, 640) and the boxes of its words."""
    image = Image.new("RGB", (640, 480), (176, 168, 150))
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 60, 560, 180), fill=(30, 60, 140))
    draw.rectangle((120, 260, 400, 400), fill=(240, 238, 230))
    boxes = {}
    for word, place, size, ink in (
        ("BAKERY", (120, 85), 56, (250, 250, 250)),
        ("OPEN", (380, 85), 56, (250, 250, 250)),
        ("Coffee", (150, 280), 34, (20, 20, 20)),
        ("Bread", (150, 340), 34, (20, 20, 20)),
        ("today", (270, 340), 34, (20, 20, 20)),
    ):
        font = ImageFont.load_default(size=size)
        draw.text(place, word, fill=ink, font=font)
        boxes[word] = draw.textbbox(place, word, font=font)
    return np.asarray(image), boxes


def test_the_name_is_registered() -> None:
    assert LOCALIZERS["dtln"](1).name == "dtln"


def test_drawn_words_are_found_one_by_one(localizer: DTLNLocalizer, shop) -> None:
    image, boxes = shop
    regions = localizer.localize(image, OPTIONS).regions
    found = [box_of(region.polygon) for region in regions]
    hit = [word for word, box in boxes.items() if any(box_iou(box, other) > 0.5 for other in found)]
    assert len(hit) >= 4, hit


def test_the_reader_reads_what_the_localizer_finds(shop) -> None:
    image, _ = shop
    scene = Reader(threads=1, localizer="dtln").read(image)
    words = {text.text.casefold() for text in scene.texts if text.level == "word"}
    assert len(words & {"bakery", "open", "coffee", "bread", "today"}) >= 3, words


def test_regions_lie_in_the_photo_and_have_probabilities(localizer: DTLNLocalizer, shop) -> None:
    image, _ = shop
    for region in localizer.localize(image, OPTIONS).regions:
        points = np.array(region.polygon)
        assert points.shape == (4, 2)
        assert (points >= 0).all()
        assert (points <= [640, 480]).all()
        assert 0.0 <= region.score <= 1.0


def test_the_same_photo_gives_the_same_regions_in_any_thread(localizer: DTLNLocalizer, shop) -> None:
    image, _ = shop
    first = localizer.localize(image, OPTIONS)
    with ThreadPoolExecutor(2) as pool:
        assert all(result == first for result in pool.map(lambda _: localizer.localize(image, OPTIONS), range(4)))


def test_a_higher_least_score_gives_a_part_of_the_regions(localizer: DTLNLocalizer, shop) -> None:
    image, _ = shop
    every = localizer.localize(image, LocalizationOptions(min_score=0.1)).regions
    sure = localizer.localize(image, LocalizationOptions(min_score=0.8)).regions
    assert set(sure) <= set(every)
    assert all(region.score >= 0.8 for region in sure)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (2, 2), (33, 700)])
def test_tiny_and_narrow_photos_are_no_error(localizer: DTLNLocalizer, size: tuple[int, int]) -> None:
    assert localizer.localize(np.zeros((*size, 3), dtype=np.uint8), OPTIONS).regions == ()


def test_a_photo_without_text_gives_no_regions(localizer: DTLNLocalizer) -> None:
    ramp = np.linspace(0, 255, 300).astype(np.uint8)
    image = np.broadcast_to(ramp[None, :, None], (200, 300, 3)).copy()
    assert localizer.localize(image, OPTIONS).regions == ()


def test_the_scale_is_that_of_the_longer_side(localizer: DTLNLocalizer) -> None:
    photo = np.zeros((100, 400, 3), dtype=np.uint8)
    assert localizer.localize(photo, LocalizationOptions(max_side=200)).scale == pytest.approx(0.5)


def test_sides_of_the_analysed_picture_are_multiples_of_32() -> None:
    for height, width, scale in ((100, 333, 1.0), (9, 1000, 0.7), (481, 641, 1.2)):
        rows, columns, channels = analysis_picture(np.zeros((height, width, 3), dtype=np.uint8), scale).shape
        assert rows % 32 == columns % 32 == 0
        assert min(rows, columns) >= 32
        assert channels == 3


def test_quads_have_the_size_and_place_of_their_boxes() -> None:
    boxes = np.array([[100.0, 80.0, 60.0, 20.0, 0.3, 0.9], [200.0, 90.0, 30.0, 30.0, -0.5, 0.8]])
    for box, quad in zip(boxes, as_quads(boxes, (640, 480), (640, 480)), strict=True):
        assert quad.mean(axis=0) == pytest.approx(box[:2])
        assert quad_size(quad) == pytest.approx(box[2:4])
        assert min_area_quad(quad) == pytest.approx(quad)


def test_quads_are_scaled_to_the_photo_and_stay_inside() -> None:
    (quad,) = as_quads(np.array([[10.0, 10.0, 40.0, 10.0, 0.0, 1.0]]), (100, 50), (200, 100))
    assert quad.tolist() == [[0, 10], [60, 10], [60, 30], [0, 30]]


def test_what_is_no_box_is_dropped() -> None:
    said = np.array([[[10.0, 10, 40, 10, 0, 0.9], [np.nan, 10, 40, 10, 0, 0.9], [90, 90, -1, 10, 0, 0.9]]])
    kept = stitched_boxes(said, np.array([3]), Stitching(witnesses=1))
    assert kept == pytest.approx(np.array([[10, 10, 40, 10, 0, 0.9]]))
