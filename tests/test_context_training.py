"""What the judges of looks learn from: invented lines, of which only the wording is known."""

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from whichtext.context.features import wording_rows
from whichtext.context.judgement import LEARNED_TOGETHER, SEEN, join_rows
from whichtext.sentences import SentenceEncoder

pytest.importorskip("torch", reason="training needs PyTorch")
pytest.importorskip("sklearn", reason="training needs scikit-learn")

TOOLS = Path(__file__).resolve().parent.parent / "tools"
SURFACES = [[["NO PARKING", "warning"], ["6 am - 8 pm", "opening hours"]], [["BOOTS", "shop name"]]]


@pytest.fixture(scope="module")
def training() -> ModuleType:
    sys.path.insert(0, str(TOOLS))
    try:
        return importlib.import_module("train_context")
    finally:
        sys.path.remove(str(TOOLS))


@pytest.fixture
def samples() -> SimpleNamespace:
    widths = {name: (2,) for name in SEEN} | {"wording": (wording_rows(["A"]).shape[1],), "meaning": (2, 384)}
    return SimpleNamespace(rows={name: np.zeros((5, *width), dtype=np.float32) for name, width in widths.items()})


def test_of_invented_lines_only_the_wording_is_known(
    training: ModuleType, samples: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "wordings.jsonl"
    path.write_text("".join(json.dumps({"surface": "sign", "lines": lines}) + "\n" for lines in SURFACES))
    invented = training.InventedLines(path, samples)
    texts = [text for lines in SURFACES for text, _ in lines]
    assert invented.kinds == [kind for lines in SURFACES for _, kind in lines]
    assert invented.numbers.shape == (3, join_rows(samples.rows, SEEN).shape[1])

    vectors = SentenceEncoder.load(threads=1).vectors(texts)
    together = np.stack([vectors[:2].mean(axis=0)] * 2 + [vectors[2]])
    known = {"wording": wording_rows(texts), "meaning": np.stack([vectors, together], axis=1)}
    start = 0
    for name in SEEN:
        width = int(np.prod(samples.rows[name].shape[1:]))
        columns = invented.numbers[:, start : start + width]
        if name in known:
            assert columns == pytest.approx(known[name].reshape(3, -1), abs=1e-6)
        else:
            assert np.isnan(columns).all()
        start += width


def test_every_field_that_no_forest_judges_is_learned_by_one_set_of_perceptrons(training: ModuleType) -> None:
    fields = [field for some in LEARNED_TOGETHER.values() for field in some]
    assert sorted(fields) == sorted(training.SAID)
    assert set(training.CONFIGS) == set(LEARNED_TOGETHER)
