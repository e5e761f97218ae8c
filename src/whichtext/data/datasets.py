"""Which data sets can be read, by name."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from whichtext.data.options import DEFAULT_OPTIONS, ReadOptions
from whichtext.data.problems import Problems
from whichtext.data.record import ImageRecord
from whichtext.errors import UnknownComponent

__all__ = ["DATASETS", "read_dataset"]

DATASETS = {
    "cocotext": "COCO-Text v1 and v2 (COCO_Text.json, cocotext.v2.json)",
    "icdar2013": "ICDAR 2013 Focused Scene Text (folder or zip of gt_*.txt; gt.txt of word crops)",
    "icdar2015": "ICDAR 2015 Incidental Scene Text (folder or zip of gt_*.txt; gt.txt of word crops)",
    "refcocog": "RefCOCOg, RefCOCO, RefCOCO+ (refs(umd).p or the same as JSON)",
    "refexp": "Google RefExp (google_refexp_*.json, as released or aligned with COCO)",
    "referit": "ReferIt (RealGames.txt)",
    "svt": "Street View Text (train.xml, test.xml)",
    "synthtext": "SynthText in the Wild (gt.mat, or .h5 with the extra `data`)",
    "textref": "TextRef JSON Lines (a .jsonl file or a folder of them)",
    "totaltext": "Total-Text (folder or zip of *gt_*.txt, folder of *gt_*.mat)",
}
"""Name and what lies at the path; the reader is the module of the same name."""


def read_dataset(
    name: str, path: Path, *, problems: Problems, options: ReadOptions = DEFAULT_OPTIONS
) -> Iterator[ImageRecord]:
    """Images of a data set one after the other.

    What cannot be used is reported to `problems` and left out; a file that cannot be used at all is a `DatasetError`,
    raised when the images are asked for.
    """
    if name not in DATASETS:
        raise UnknownComponent(f"there is no reader for {name!r}: use one of {', '.join(DATASETS)}")
    reader: Callable[..., Iterator[ImageRecord]] = import_module(f"whichtext.data.{name}").read
    return reader(path, problems=problems, options=options)
