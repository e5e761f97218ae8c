"""Feature maps of photos, computed once and kept, one `<image_id>.npz` each."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from whichtext.feature_maps import FeatureMaps, PhotoTrunk
from whichtext.image import PhotoLimits, load_photo

__all__ = ["keep_maps", "load_maps"]


def keep_maps(photos: Iterable[tuple[str, Path]], folder: Path) -> None:
    """Write the maps of photos (id, file) that are not there, in half precision. A crash leaves whole files only."""
    folder.mkdir(parents=True, exist_ok=True)
    trunk = PhotoTrunk(threads=1)
    for image_id, file in photos:
        target = folder / f"{image_id}.npz"
        if target.exists():
            continue
        maps = trunk(load_photo(file, limits=PhotoLimits()).pixels)
        partial = target.with_suffix(".partial")
        with partial.open("wb") as output:
            np.savez(output, fine=maps.fine.astype(np.float16), deep=maps.deep.astype(np.float16))
        partial.replace(target)


def load_maps(folder: Path, image_id: str, *, in_mirror: bool = False) -> FeatureMaps:
    """The maps of a photo, or of its mirror image."""
    kept = np.load(folder / f"{image_id}.npz")
    maps = FeatureMaps(kept["fine"].astype(np.float32), kept["deep"].astype(np.float32))
    return maps.mirrored() if in_mirror else maps
