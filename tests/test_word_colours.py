"""The network that names the colours of words: patches, PyTorch against ONNX, words one by one, what is drawn."""

import numpy as np
import pytest

from whichtext.context.colours import COLOUR_NAMES, sample_patches
from whichtext.context.word_colours import (
    JUDGED,
    PATCH_COLUMNS,
    PATCH_ROWS,
    WordColours,
    over_lines,
    word_patches,
)

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (90, 200, 3), dtype=np.uint8)
QUADS = np.array(
    [[[20, 20], [80, 20], [80, 40], [20, 40]], [[100, 50], [180, 60], [178, 80], [98, 70]]], dtype=np.float64
)
LIGHT = RNG.normal(40, 20, 23).astype(np.float32)


def plain(ink: tuple[int, int, int], ground: tuple[int, int, int]) -> np.ndarray:
    """A photo with one word of five upright strokes in the first quad."""
    image = np.full((90, 200, 3), ground, dtype=np.uint8)
    for x in range(24, 80, 12):
        image[20:40, x : x + 4] = ink
    return image


@pytest.fixture(scope="module")
def colours() -> WordColours:
    return WordColours(threads=1)


def test_a_patch_is_the_mean_of_finer_samples() -> None:
    patches, inside = word_patches(IMAGE, QUADS)
    assert patches.shape == (2, PATCH_ROWS, PATCH_COLUMNS, 3)
    assert inside.shape == (2, PATCH_ROWS, PATCH_COLUMNS)
    finer, _, _ = sample_patches(IMAGE, QUADS, rows=2 * PATCH_ROWS, columns=2 * PATCH_COLUMNS, margin=0.5)
    corner = finer[:, :2, :2].astype(float).mean(axis=(1, 2))
    assert patches[:, 0, 0] == pytest.approx(np.round(corner), abs=0.51)


def test_words_one_by_one_are_named_as_together(colours: WordColours) -> None:
    patches, inside = word_patches(IMAGE, np.repeat(QUADS, 20, axis=0))
    together = colours(patches, inside, LIGHT)
    alone = np.concatenate([colours(patches[i : i + 1], inside[i : i + 1], LIGHT) for i in range(len(patches))])
    assert together.shape == (40, len(JUDGED), len(COLOUR_NAMES))
    assert together == pytest.approx(alone, abs=1e-4)
    assert np.exp(together).sum(axis=2) == pytest.approx(1, abs=1e-4)


def test_words_in_another_order_are_named_the_same(colours: WordColours) -> None:
    patches, inside = word_patches(IMAGE, QUADS)
    assert colours(patches[::-1], inside[::-1], LIGHT)[::-1] == pytest.approx(colours(patches, inside, LIGHT), abs=1e-4)


@pytest.mark.parametrize(
    ("ink", "ground"), [("white", "red"), ("red", "white"), ("yellow", "black"), ("black", "yellow"), ("white", "blue")]
)
def test_letters_and_ground_are_not_mistaken_for_each_other(colours: WordColours, ink: str, ground: str) -> None:
    paints = {"white": (245, 245, 245), "red": (200, 30, 35), "yellow": (245, 210, 40), "black": (20, 20, 22)}
    paints["blue"] = (28, 72, 160)
    patches, inside = word_patches(plain(paints[ink], paints[ground]), QUADS[:1])
    named = colours(patches, inside, np.full(23, 50.0, dtype=np.float32)).argmax(axis=2)[0]
    assert [COLOUR_NAMES[name] for name in named[:2]] == [ink, ground]


def test_a_line_is_what_its_words_are_by_their_areas() -> None:
    said = np.array([[[0.0, 4.0]], [[8.0, 0.0]], [[1.0, 1.0]]], dtype=np.float32)
    lines = over_lines(said, [[0, 1], [2]], np.array([1.0, 3.0, 5.0]))
    assert lines.tolist() == [[[6.0, 1.0]], [[1.0, 1.0]]]


def test_what_is_drawn_is_drawn_again_and_its_letters_are_where_its_ink_is() -> None:
    pytest.importorskip("torch", reason="training needs PyTorch")
    from whichtext.training.drawn_colours import draw_colours

    drawn, again = draw_colours(12, seed=3), draw_colours(12, seed=3)
    for name in ("patches", "inside", "letters", "names"):
        assert np.array_equal(getattr(drawn, name), getattr(again, name))
    assert drawn.patches.shape == (12, PATCH_ROWS, PATCH_COLUMNS, 3)
    assert drawn.letters.shape == drawn.inside.shape
    share = (drawn.letters * drawn.inside).sum(axis=(1, 2)) / drawn.letters.sum(axis=(1, 2))
    assert share.min() > 0.5
    assert drawn.names.min() >= -1
    assert drawn.names.max() < len(COLOUR_NAMES)


def test_training_overfits_a_few_words_resumes_and_says_the_same_in_onnx(tmp_path) -> None:
    pytest.importorskip("torch", reason="training needs PyTorch")
    from whichtext.training.drawn_colours import draw_colours
    from whichtext.training.word_colours import ColourConfig, LabelledWords, export, learn_to_see, train
    from whichtext.weights import load_session_from

    drawn = draw_colours(16, seed=1)
    known = np.maximum(drawn.names, 0)
    names = np.zeros((16, 3, len(COLOUR_NAMES)), dtype=np.float32)
    for column, answers in enumerate((known[:, 0], known[:, 1], known[:, 1])):
        names[np.arange(16), column, answers] = 1
    light = np.full((16, 23), 50, dtype=np.float32)
    words = LabelledWords(
        drawn.patches, drawn.inside, light, np.ones(16, dtype=bool), names, np.ones((16, 3), dtype=np.float32)
    )
    config = ColourConfig(drawn_epochs=1, epochs=60, batch=16, drawn_beside=2, averaging=0.5)
    quiet: list[str] = []
    start = learn_to_see(drawn, config, log=quiet.append)
    network = train(start, words, drawn, config, log=quiet.append)

    short = ColourConfig(drawn_epochs=1, epochs=2, batch=16, drawn_beside=2)
    whole = train(start, words, drawn, short, checkpoint=tmp_path / "whole.pt", log=quiet.append)
    again = train(start, words, drawn, short, checkpoint=tmp_path / "whole.pt", log=quiet.append)
    for one, other in zip(whole.parameters(), again.parameters(), strict=True):
        assert np.array_equal(one.detach().numpy(), other.detach().numpy())
    with pytest.raises(ValueError, match="other settings"):
        train(start, words, drawn, config, checkpoint=tmp_path / "whole.pt", log=quiet.append)

    (tmp_path / "colours.onnx").write_bytes(export(network))
    colours = WordColours(threads=1, session=load_session_from(tmp_path / "colours.onnx"))
    said = colours(drawn.patches, drawn.inside, light[0])
    assert (said.argmax(axis=2) == names.argmax(axis=2)).mean() > 0.8

    import torch

    from whichtext.context.colours import rgb_to_lab

    with torch.no_grad():
        expected = network(
            torch.from_numpy(rgb_to_lab(drawn.patches)).permute(0, 3, 1, 2),
            torch.from_numpy(drawn.inside).float()[:, None],
            torch.from_numpy(light),
            torch.ones(16),
        )
    assert said == pytest.approx(expected.numpy(), abs=1e-3)
