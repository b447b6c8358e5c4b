"""Photos alone, in memory: what the tasks learn from that need no ground truth but the photo."""

from pathlib import Path

import torch
from PIL import Image, ImageOps, UnidentifiedImageError

from segdemo.data.oxford_pets import FOLDER, Pets, pets_folder
from segdemo.data.preprocessing import resize_photo, to_pixels
from train.data import split_holdout

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
FEWEST = 20  # photos: a tenth is held out, and a tenth of them is the test split


class PhotoDataError(Exception):
    """A folder of photos cannot be used; the message names the path and the remedy."""


class Photos:
    """A split in memory at 128x128: `photos` (N, 3, 128, 128) uint8, and their `names`.

    `root` holds `oxford-iiit-pet`, whose official splits are taken, or any photos, below it too:
    of those every tenth by name is the test split. Raises PhotoDataError or PetDataError.
    """

    dropped = ()  # none: every photo can be learnt from

    def __init__(self, root: Path, split: str, download: bool = False):
        self.is_pets = download or pets_folder(root).is_dir()
        if self.is_pets:
            pets = Pets(root, split, download)
            paths = [pets.path(index) for index in range(len(pets))]
        else:
            paths = _of_folder(root, split)
        self.description = (
            "Oxford-IIIT Pet, photos alone, official trainval split at 128x128"
            if self.is_pets
            else "a folder of photos at 128x128, of which every tenth is the test split"
        )
        self.names = [path.stem for path in paths]
        self.photos = torch.stack([to_pixels(resize_photo(_read(path))) for path in paths])

    def split(self) -> tuple[list[int], list[int]]:
        """Indices for training and for the hold-out, a tenth."""
        if self.is_pets:
            return split_holdout(self.names)
        indices = range(len(self.names))
        return [i for i in indices if i % 10 != 5], [i for i in indices if i % 10 == 5]


def _of_folder(root: Path, split: str) -> list[Path]:
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in ENDINGS)
    if len(paths) < FEWEST:
        raise PhotoDataError(
            f"{len(paths)} photos in {root}, but {FEWEST} are needed at least; name a folder of "
            f"photos ({', '.join(sorted(ENDINGS))}), or the one that holds {FOLDER!r}"
        )
    return [path for i, path in enumerate(paths) if (i % 10 == 0) == (split == "test")]


def _read(path: Path) -> Image.Image:
    try:
        with Image.open(path) as photo:
            return ImageOps.exif_transpose(photo).convert("RGB")
    except (OSError, UnidentifiedImageError) as error:
        raise PhotoDataError(f"cannot read {path} ({error}); replace or remove it") from error
