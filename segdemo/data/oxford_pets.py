"""The Oxford-IIIT Pet data set on disk, where somebody has it.

O. M. Parkhi, A. Vedaldi, A. Zisserman, C. V. Jawahar, *Cats and Dogs*, CVPR 2012.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = "oxford-iiit-pet"
# Test photos whose trimap is wrong, and how: *inverted* has pet and background exchanged, so that
# a right prediction scores as if it were wrong.
WRONG_ANNOTATIONS = {"Maine_Coon_268": "inverted", "Persian_268": "inverted"}


class PetDataError(Exception):
    """The data folder cannot be used; the message names the path and the remedy."""


def pets_folder(root: Path) -> Path:
    """The data set's own folder: below `root`, or `root` itself if it is named so."""
    return root if root.name == FOLDER else root / FOLDER


class Pets(Sequence):
    """One official split, "trainval" or "test": item i is (RGB photo, (H, W) uint8 labels).

    `root` is the folder that holds `oxford-iiit-pet`, or that folder itself. Labels are the
    trimap's 1 pet, 2 background, 3 border, counted from 0. Raises PetDataError for a folder
    without the data set, and on access for a picture that cannot be read or does not fit.
    """

    def __init__(self, root: str | Path, split: str, download: bool = False):
        self._folder = pets_folder(Path(root))
        try:
            if download:
                # Here, as it brings PyTorch's compiler: a second, and 150 MB that no page needs.
                from torchvision.datasets import OxfordIIITPet

                OxfordIIITPet(self._folder.parent, split=split, download=True)
            listed = (self._folder / "annotations" / f"{split}.txt").read_text("utf-8")
        except (OSError, RuntimeError, UnicodeDecodeError) as error:
            raise PetDataError(
                f"no complete Oxford-IIIT Pet data set in {self._folder} ({error}); name the "
                f"folder that holds {FOLDER!r}, or run `python -m train` with --download"
            ) from error
        self.names = [line.split()[0] for line in listed.splitlines() if line.strip()]

    def __len__(self) -> int:
        return len(self.names)

    def path(self, index: int) -> Path:
        """The photo's file."""
        return self._folder / "images" / f"{self.names[index]}.jpg"

    def __getitem__(self, index: int) -> tuple[Image.Image, np.ndarray]:
        path = self.path(index)
        trimap_path = self._folder / "annotations" / "trimaps" / f"{path.stem}.png"
        try:
            photo, trimap = Image.open(path).convert("RGB"), Image.open(trimap_path)
            trimap.load()
        except OSError as error:
            raise PetDataError(
                f"cannot read {path} or {trimap_path} ({error}); "
                "replace the file by a fresh copy of the data set"
            ) from error
        if photo.size != trimap.size:
            raise PetDataError(
                f"{path} is {photo.size[0]}x{photo.size[1]} pixels but its mask "
                f"is {trimap.size[0]}x{trimap.size[1]}; replace both by a fresh copy"
            )
        trimap = np.asarray(trimap)
        if trimap.min() < 1 or trimap.max() > 3:
            raise PetDataError(
                f"{trimap_path} holds values outside 1..3; replace it by a fresh copy"
            )
        return photo, trimap - 1
