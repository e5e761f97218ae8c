"""Localization by differentiable binarization: maps to quads, photos to line regions."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from whichtext.geometry import box_iou, box_of, polygon_area, quad_size
from whichtext.localization.cores import CoreConfig, find_cores, grow_core
from whichtext.localization.dbnet import DBNetLocalizer, PPOCRLocalizer, analysis_scale, grow_quad
from whichtext.localization.protocol import LocalizationOptions

DEFAULT = LocalizationOptions()


@pytest.fixture(scope="module", params=[DBNetLocalizer, PPOCRLocalizer], ids=["words", "lines"])
def localizer(request):
    return request.param(2)


def drawn(text, *, size=(640, 320), at=(120, 100), height=60):
    """A photo with one line of text, and the box of its ink."""
    picture = Image.new("RGB", size, (210, 205, 190))
    font = ImageFont.load_default(size=height)
    draw = ImageDraw.Draw(picture)
    draw.text(at, text, font=font, fill=(20, 20, 60))
    return np.asarray(picture), draw.textbbox(at, text, font=font)


def test_words_are_found_one_by_one_and_lines_whole():
    photo, _ = drawn("OPEN DAILY")
    assert len(DBNetLocalizer(2).localize(photo, DEFAULT).regions) == 2
    assert len(PPOCRLocalizer(2).localize(photo, DEFAULT).regions) == 1


def test_a_drawn_word_is_found_tightly(localizer):
    photo, box = drawn("HARBOUR")
    (region,) = localizer.localize(photo, DEFAULT).regions
    assert box_iou(box_of(region.polygon), box) > 0.7
    assert 0.5 < region.score <= 1.0


def test_two_lines_are_two_regions_from_top_to_bottom(localizer):
    upper, _ = drawn("UPPER", at=(60, 30))
    photo = np.minimum(upper, drawn("LOWER", at=(60, 200))[0])
    regions = localizer.localize(photo, DEFAULT).regions
    assert len(regions) == 2
    assert regions[0].polygon[0][1] < regions[1].polygon[0][1]


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 2), (31, 33)])
def test_tiny_and_extreme_shapes_give_no_regions(localizer, size):
    photo = np.full((size[1], size[0], 3), 128, dtype=np.uint8)
    assert localizer.localize(photo, DEFAULT).regions == ()


def test_blank_and_noise_give_no_regions(localizer):
    for shade in (0, 128, 255):
        assert localizer.localize(np.full((200, 300, 3), shade, dtype=np.uint8), DEFAULT).regions == ()
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    assert localizer.localize(noise, DEFAULT).regions == ()


def test_a_large_photo_is_shrunk_and_says_so(localizer):
    photo, box = drawn("HARBOUR", size=(3000, 1500), at=(400, 300), height=300)
    located = localizer.localize(photo, LocalizationOptions(max_side=640))
    assert located.scale == pytest.approx(640 / 3000)
    assert located.evidence.shape in {(320, 640), (160, 320)}  # of lines, and of words
    (region,) = located.regions
    assert box_iou(box_of(region.polygon), box) > 0.6


def test_options_belong_to_one_call(localizer):
    photo, _ = drawn("OPEN DAILY")
    before = localizer.localize(photo, DEFAULT).regions
    assert localizer.localize(photo, LocalizationOptions(min_score=1.0)).regions == ()
    assert localizer.localize(photo, LocalizationOptions(max_side=320)).scale == pytest.approx(0.5)
    assert localizer.localize(photo, DEFAULT).regions == before


def test_eight_threads_with_mixed_options_equal_serial_calls(localizer):
    photos = [drawn(text)[0] for text in ("NORTH", "EAST GATE", "SOUTH", "WEST 12")]
    options = [DEFAULT, LocalizationOptions(max_side=480), LocalizationOptions(min_score=0.7)]
    calls = [(photo, option) for photo in photos for option in options] * 2
    serial = [localizer.localize(*call) for call in calls]
    with ThreadPoolExecutor(8) as workers:
        parallel = list(workers.map(lambda call: localizer.localize(*call), calls))
    for one, other in zip(serial, parallel, strict=True):
        assert one.regions == other.regions
        assert np.array_equal(one.evidence, other.evidence)


@given(st.integers(1, 20000), st.integers(1, 20000), st.integers(32, 4000))
def test_the_copy_is_never_larger_than_asked_for(width, height, max_side):
    scale = analysis_scale(width, height, max_side, 1.2)
    assert 0 < scale <= 1.2
    assert max(width, height) * scale <= max_side * (1 + 1e-9)


def test_no_core_in_an_empty_map():
    assert find_cores(np.zeros((40, 60)), CoreConfig()) == []


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(3, 30), st.integers(3, 30))
def test_a_filled_rectangle_is_its_own_core(x, y, width, height):
    evidence = np.zeros((60, 60))
    evidence[y : y + height, x : x + width] = 0.8
    ((quad, score),) = find_cores(evidence, CoreConfig())
    assert box_of(quad) == pytest.approx((x, y, x + width, y + height))
    assert score == pytest.approx(0.8)


@given(st.floats(5, 200), st.floats(5, 200), st.floats(0, 2))
def test_growing_moves_every_edge_by_area_over_perimeter(width, height, ratio):
    quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)
    distance = ratio * width * height / (2 * (width + height))
    grown = grow_quad(quad, ratio)
    assert quad_size(grown) == pytest.approx((width + 2 * distance, height + 2 * distance))
    assert polygon_area(grown) >= polygon_area(quad) - 1e-9


@given(st.floats(5, 200), st.floats(5, 200), st.floats(0.1, 0.84), st.floats(0, 1.5))
def test_growing_undoes_shrinking_by_area_over_perimeter(width, height, shrink, swell):
    distance = shrink * width * height / (2 * (width + height)) - swell
    inner_width, inner_height = width - 2 * distance, height - 2 * distance
    core = np.array([[0, 0], [inner_width, 0], [inner_width, inner_height], [0, inner_height]]) + distance
    assume(min(inner_width, inner_height) > 2 * swell + 1)
    grown = grow_core(core, CoreConfig(shrink=shrink, swell=swell))
    assert grown == pytest.approx(np.array([[0, 0], [width, 0], [width, height], [0, height]]), abs=1e-6)
