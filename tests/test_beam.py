"""Beam search against the sum over all paths, and alignment against the best of them."""

import itertools

import numpy as np
import pytest

from whichtext.recognition.beam import align, beam_search
from whichtext.recognition.ctc import BLANK, ctc_log_likelihoods, greedy_labels


def random_frames(steps, classes, *, seed=0, sharpness=3):
    raw = np.random.default_rng(seed).random((steps, classes)) ** sharpness
    return raw / raw.sum(axis=1, keepdims=True)


def spelled(path):
    return tuple(kind for kind, _ in itertools.groupby(path) if kind != BLANK)


def paths(frames):
    """Every path with its string and its probability."""
    for path in itertools.product(range(frames.shape[1]), repeat=len(frames)):
        yield path, spelled(path), float(np.prod(frames[range(len(frames)), path]))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("steps", [1, 2, 4, 6])
def test_with_all_beams_every_string_gets_the_sum_over_its_paths(steps, seed):
    frames = random_frames(steps, 3, seed=seed)
    sums: dict[tuple[int, ...], float] = {}
    for _, string, probability in paths(frames):
        sums[string] = sums.get(string, 0.0) + probability
    found = {beam.labels: np.exp(beam.log_likelihood) for beam in beam_search(frames, beams=10_000, least=0.0)}
    assert found == pytest.approx(sums, rel=1e-12)
    best = beam_search(frames, beams=10_000, least=0.0, limit=1)
    assert len(best) == 1
    assert sums[best[0].labels] == max(sums.values())


def test_a_string_of_many_paths_beats_the_best_path():
    frames = np.array([[0.6, 0.4], [0.6, 0.4]])  # the best path is silent (0.36); "a" has three others (0.64)
    assert greedy_labels(frames).tolist() == []
    assert beam_search(frames)[0].labels == (1,)


@pytest.mark.parametrize("seed", range(5))
def test_a_followed_string_is_never_likelier_than_its_full_sum(seed):
    frames = random_frames(20, 8, seed=seed)
    for beam in beam_search(frames, beams=10):
        labels = np.array([beam.labels])
        full = ctc_log_likelihoods(frames, labels, np.array([len(beam.labels)]))[0]
        assert -np.inf < beam.log_likelihood <= full + 1e-9


def test_sure_frames_give_the_greedy_string():
    frames = np.full((9, 5), 1e-6)
    frames[range(9), [1, 1, 0, 1, 2, 0, 3, 3, 4]] = 1.0
    assert beam_search(frames / frames.sum(axis=1, keepdims=True))[0].labels == tuple(greedy_labels(frames).tolist())


def test_no_steps_give_the_empty_string():
    (beam,) = beam_search(np.zeros((0, 4)))
    assert (beam.labels, beam.log_likelihood) == ((), 0.0)


def test_impossible_steps_have_no_likelihood():
    assert beam_search(np.zeros((3, 4)))[0].log_likelihood == -np.inf


@pytest.mark.parametrize("seed", range(4))
def test_alignment_is_the_best_path_of_its_string(seed):
    frames = random_frames(5, 3, seed=seed)
    best: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
    for path, string, probability in paths(frames):
        best[string] = max(best.get(string, (-1.0, ())), (probability, path))
    for string, (_, path) in best.items():
        assert tuple(align(frames, string).tolist()) == path


@pytest.mark.parametrize(("steps", "labels"), [(0, (1,)), (1, (1, 2)), (2, (1, 1)), (0, (1, 1))])
def test_a_string_that_is_too_long_cannot_be_aligned(steps, labels):
    with pytest.raises(ValueError, match="no path"):
        align(np.full((steps, 3), 1 / 3), labels)
    assert align(np.full((0, 3), 1 / 3), ()).tolist() == []
