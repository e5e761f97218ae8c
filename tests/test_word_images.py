"""Pictures of words: patches of photos and drawn ones, and the crops cut out of them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whichtext.crops import straighten
from whichtext.geometry import quad_size
from whichtext.recognition.regions import with_margin
from whichtext.training.drawn_words import DrawnWords, draw_batch
from whichtext.training.word_images import (
    WordPatch,
    cut_patch,
    load_patches,
    photo_patches,
    quad_around,
    random_crop,
    save_patches,
    upright_crop,
)


def drawn(count: int, seed: int = 3) -> list[WordPatch]:
    return draw_batch(DrawnWords(seed=seed), 0, count)


def textured_photo() -> NDArray[np.uint8]:
    y, x = np.mgrid[0:200, 0:300]
    return np.stack([x % 256, y % 256, (x + y) % 256], axis=2).astype(np.uint8)


def test_patches_come_back_as_they_were_saved(tmp_path: Path) -> None:
    patches = drawn(5)
    save_patches(tmp_path / "a.safetensors", patches[:3])
    save_patches(tmp_path / "b.safetensors", patches[3:])
    for before, after in zip(patches, load_patches(tmp_path), strict=True):
        assert (before.string, before.source) == (after.string, after.source)
        np.testing.assert_array_equal(before.pixels, after.pixels)
        np.testing.assert_array_equal(before.quad, after.quad)


def test_the_same_seed_draws_the_same_words_however_many() -> None:
    first, second = drawn(4), drawn(6)[:4]
    assert [patch.string for patch in first] == [patch.string for patch in second]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, second, strict=True))
    assert [patch.string for patch in first] != [patch.string for patch in drawn(4, seed=4)]


def test_a_crop_of_a_patch_is_the_crop_of_the_photo() -> None:
    photo = textured_photo()
    quad = np.array([[90.0, 80.0], [170.0, 88.0], [168.0, 112.0], [88.0, 104.0]])
    grown, _ = with_margin(quad, 0.1, 0.08)
    width, height = quad_size(grown)
    expected = straighten(photo, grown, (round(width * 48 / height), 48), bicubic=False)
    crop = upright_crop(cut_patch(photo, quad, "word", "official"))
    assert crop.shape == expected.shape
    assert np.abs(crop.astype(int) - expected).max() <= 1


def test_random_crops_hang_on_the_generator_alone() -> None:
    (patch,) = drawn(1)
    first, second = (random_crop(patch, 48, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, random_crop(patch, 48, np.random.default_rng(6)))
    assert random_crop(patch, 32, np.random.default_rng(5)).shape[0] == 32


def test_words_of_a_line_are_joined_from_first_to_last_and_crooked_ones_are_not() -> None:
    first = ((10.0, 10.0), (50.0, 10.0), (50.0, 30.0), (10.0, 30.0))
    second = ((60.0, 12.0), (100.0, 12.0), (100.0, 34.0), (60.0, 34.0))
    below = ((60.0, 60.0), (100.0, 60.0), (100.0, 80.0), (60.0, 80.0))
    quad = quad_around([first, second])
    assert quad is not None
    assert quad[:, 0].min() < 12
    assert quad[:, 0].max() > 98
    assert quad[0, 0] < quad[1, 0]
    assert quad[0, 1] < quad[3, 1]
    assert quad_around([first, below]) is None
    assert quad_around([second, first]) is None


def test_held_out_photos_and_other_ones_share_no_text(data: Path) -> None:
    folder = data / "textref-real"
    held_out = [patch for patch, _ in zip(photo_patches(folder, held_out=True), range(20), strict=False)]
    trained = [patch for patch, _ in zip(photo_patches(folder, held_out=False), range(20), strict=False)]
    assert held_out
    assert trained
    assert not {patch.pixels.tobytes() for patch in held_out} & {patch.pixels.tobytes() for patch in trained}
