"""What a reader may be told besides where the annotations lie."""

from dataclasses import dataclass
from pathlib import Path

from whichtext.data.files import DEFAULT_LIMITS, ReadLimits

__all__ = ["DEFAULT_OPTIONS", "ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Companion files; each reader says which of them it uses."""

    instances: Path | None = None
    """COCO instances with the boxes and categories of the objects (RefExp, RefCOCOg, ReferIt)."""
    lexicons: Path | None = None
    """Words that may be read (ICDAR): a folder or archive of `voc_NAME.txt`, or one file for all images."""
    masks: Path | None = None
    """Folder of `IMAGE_REGION.mat` (ReferIt)."""
    limits: ReadLimits = DEFAULT_LIMITS


DEFAULT_OPTIONS = ReadOptions()
