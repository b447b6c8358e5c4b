"""The photos that come with the page, and the ground truth that we drew for them.

README.md beside this file says where each is from, its licence, and how its trimap was made.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent
FLICKR = "public domain, from Flickr by way of alibi"
COMMONS = "public domain, from Wikimedia Commons by way of GCompris"


@dataclass(frozen=True)
class SamplePhoto:
    """A photo that may be shown and passed on, of an animal that the networks know or not.

    `ground_truth` is a trimap, a PNG of the photo's size: 1 pet, 2 background, 3 border, as in
    the Oxford-IIIT Pet data set; None where nobody has drawn one. `credit`: whom the photo is
    from, in a line. `taught`: cats and dogs, which the networks were trained on.
    """

    path: Path
    ground_truth: Path | None
    credit: str
    taught: bool = True


def _drawn(key: str, credit: str, suffix: str = "jpg") -> SamplePhoto:
    return SamplePhoto(FOLDER / f"{key}.{suffix}", FOLDER / f"{key}.trimap.png", credit)


def _from_gradio() -> dict[str, SamplePhoto]:
    """Wild animals that Gradio's package brings, where it is installed; not passed on by us."""
    gradio = find_spec("gradio")
    if gradio is None or gradio.origin is None:
        return {}
    folder = Path(gradio.origin).parent / "media_assets" / "images"
    files = {"cheetah": folder / "cheetah1.jpg", "lion": folder / "lion.jpg"}
    return {
        key: SamplePhoto(path, None, "from Gradio", taught=False)
        for key, path in files.items()
        if path.is_file()
    }


# By their names in links, which never change; the first one opens the page.
SAMPLE_PHOTOS = {
    "german-shepherd": _drawn("german-shepherd", f"Hans Kemperman, {COMMONS}"),
    "egyptian-mau": _drawn("egyptian-mau", FLICKR),
    "tabby": _drawn("tabby", FLICKR),
    "kitten": _drawn("kitten", f"Loliloli, {COMMONS}"),
    "dog-and-cat": _drawn("dog-and-cat", "composed by us of german-shepherd and tabby"),
    "persian": _drawn("persian", FLICKR),
    "siamese": _drawn("siamese", FLICKR),
    "cat": _drawn("chelsea", "Chelsea, Stéfan van der Walt, CC0, from scikit-image", "png"),
    **_from_gradio(),
}
OPENING_PHOTO = next(iter(SAMPLE_PHOTOS))


def load_ground_truth(key: str) -> np.ndarray | None:
    """(H, W) uint8 labels, indices of CLASSES, of the sample photo `key`'s own size.

    None where nobody has drawn one. Raises KeyError for a key that is not in SAMPLE_PHOTOS.
    """
    path = SAMPLE_PHOTOS[key].ground_truth
    if path is None:
        return None
    with Image.open(path) as trimap:
        return np.asarray(trimap) - 1


def find_ground_truth(photo: bytes) -> np.ndarray | None:
    """(H, W) uint8 labels if the file is a sample photo, byte for byte, whatever its name.

    None for any other file, and for a sample photo whose ground truth nobody has drawn.
    """
    key = _keys_by_digest().get(hashlib.sha256(photo).hexdigest())
    return load_ground_truth(key) if key else None


@cache
def _keys_by_digest() -> dict[str, str]:
    return {
        hashlib.sha256(photo.path.read_bytes()).hexdigest(): key
        for key, photo in SAMPLE_PHOTOS.items()
    }
