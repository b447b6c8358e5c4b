"""A data set in the layout of Oxford-IIIT Pet, drawn by the tests: discs on a plain ground."""

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 128


def draw(seed: int) -> tuple[Image.Image, Image.Image]:
    """A photo of a reddish disc on a bluish ground with a yellow rim, and its trimap (1, 2, 3)."""
    rng = np.random.default_rng(seed)
    centre, radius = rng.uniform(40, 88, 2), rng.uniform(20, 36)
    distance = np.hypot(*(np.indices((SIDE, SIDE)) - centre[:, None, None]))
    trimap = np.where(distance < radius - 3, 1, np.where(distance > radius + 3, 2, 3))
    colours = np.array([(200, 60, 50), (50, 80, 190), (220, 210, 60)]) + rng.integers(-20, 20, 3)
    noise = rng.integers(-10, 10, (SIDE, SIDE, 3))
    photo = np.clip(colours[trimap - 1] + noise, 0, 255)
    return Image.fromarray(photo.astype(np.uint8)), Image.fromarray(trimap.astype(np.uint8))


def write_dataset(root: Path, trainval: int = 24, test: int = 6) -> Path:
    """Write both splits below `root` as two breeds, and return `root`."""
    folder = root / "oxford-iiit-pet"
    (folder / "images").mkdir(parents=True)
    (folder / "annotations" / "trimaps").mkdir(parents=True)
    seed = 0
    for split, count in (("trainval", trainval), ("test", test)):
        lines = []
        for index in range(count):
            name = f"{'Round' if index % 2 else 'Very_Round'}_{seed}"
            photo, trimap = draw(seed)
            photo.save(folder / "images" / f"{name}.jpg", quality=95)
            trimap.save(folder / "annotations" / "trimaps" / f"{name}.png")
            lines.append(f"{name} {1 + index % 2} 1 1")
            seed += 1
        (folder / "annotations" / f"{split}.txt").write_text("\n".join(lines) + "\n")
    return root
