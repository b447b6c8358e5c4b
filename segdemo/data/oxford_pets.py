"""The Oxford-IIIT Pet data set on disk, where somebody has it.

O. M. Parkhi, A. Vedaldi, A. Zisserman, C. V. Jawahar, *Cats and Dogs*, CVPR 2012.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

FOLDER = "oxford-iiit-pet"
# Test photos whose trimap is wrong, and how: *inverted* has pet and background exchanged, so that
# a right prediction scores as if it were wrong.
WRONG_ANNOTATIONS = {"Maine_Coon_268": "inverted", "Persian_268": "inverted"}


class PetDataError(Exception):
    """The data folder cannot be used; the message names the path and the remedy."""


class Pets(Sequence):
    """One official split, "trainval" or "test": item i is (RGB photo, (H, W) uint8 labels).

    `root` is the folder that holds `oxford-iiit-pet`, or that folder itself. Labels are the
    trimap's 1 pet, 2 background, 3 border, counted from 0. Raises PetDataError for a folder
    without the data set, and on access for a picture that cannot be read or does not fit.
    """

    def __init__(self, root: str | Path, split: str, download: bool = False):
        # Here, as it brings PyTorch's compiler: a second, and 150 MB that few pages need.
        from torchvision.datasets import OxfordIIITPet

        root = Path(root)
        if root.name == FOLDER:
            root = root.parent
        try:
            self._files = OxfordIIITPet(
                root, split=split, target_types="segmentation", download=download
            )
        except RuntimeError as error:
            raise PetDataError(
                f"no complete Oxford-IIIT Pet data set in {root / FOLDER} ({error}); name the "
                f"folder that holds {FOLDER!r}, or run `python -m train` with --download"
            ) from error
        # torchvision keeps the paths to itself; names are needed for splits and messages.
        self._photos, self._trimaps = self._files._images, self._files._segs
        self.names = [Path(path).stem for path in self._photos]

    def __len__(self) -> int:
        return len(self.names)

    def path(self, index: int) -> Path:
        """The photo's file."""
        return Path(self._photos[index])

    def __getitem__(self, index: int) -> tuple[Image.Image, np.ndarray]:
        try:
            photo, trimap = self._files[index]
        except (OSError, UnidentifiedImageError) as error:
            raise PetDataError(
                f"cannot read {self._photos[index]} or {self._trimaps[index]} ({error}); "
                "replace the file by a fresh copy of the data set"
            ) from error
        if photo.size != trimap.size:
            raise PetDataError(
                f"{self._photos[index]} is {photo.size[0]}x{photo.size[1]} pixels but its mask "
                f"is {trimap.size[0]}x{trimap.size[1]}; replace both by a fresh copy"
            )
        trimap = np.asarray(trimap)
        if trimap.min() < 1 or trimap.max() > 3:
            raise PetDataError(
                f"{self._trimaps[index]} holds values outside 1..3; replace it by a fresh copy"
            )
        return photo, trimap - 1
