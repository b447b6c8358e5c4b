"""Test photos at their original size, as people upload them, with their original trimaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from segdemo.data.decoder import open_photo
from segdemo.data.oxford_pets import PetDataError


@dataclass(frozen=True)
class Original:
    """A test photo: decoded as on the page, labels (H, W) uint8 of the same size."""

    name: str
    photo: Image.Image
    truth: np.ndarray


def originals(folder: Path) -> Iterator[Original]:
    """Those in `images/*.jpg`, by name, with `trimaps/<name>.png`. Raises PetDataError."""
    paths = sorted((folder / "images").glob("*.jpg"))
    if not paths:
        raise PetDataError(f"no photos in {folder / 'images'}; name a folder of test photos")
    for path in paths:
        trimap = folder / "trimaps" / f"{path.stem}.png"
        try:
            truth = np.array(Image.open(trimap)) - 1
        except OSError as error:
            raise PetDataError(f"cannot read {trimap} ({error})") from error
        yield Original(path.stem, open_photo(path).image, truth)
