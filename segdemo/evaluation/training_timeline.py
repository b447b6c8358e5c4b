"""What the networks answered to a few fixed photos in the course of their training.

A folder beside the checkpoints, written by training and read by the page:

- `photos.jpg`, the photos one below the other, with `photos.json`: their names and credits;
- `<key>.png` a stage, an indexed image of labels in the classes' colours, a row of tiles a
  photo, a column a frame, with `<key>.json`: when in training each frame was taken.

Every tile is SIZE x SIZE pixels. Each JSON holds the SHA-256 of what it describes, and a stage's
also that of the photos it belongs to, so files of two runs are not mistaken for one. A stage is
written and read on its own: one that is damaged leaves the others alone.
"""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES
from segdemo.data.palette import label_image, png
from segdemo.data.preprocessing import SIZE
from segdemo.models.registry import NETWORKS, get_stage

FOLDER = "filmstrip"  # inside the folder of the checkpoints
Save = Callable[[Path, bytes], object]


class TimelineError(Exception):
    """A file of the filmstrip cannot be used; the message names it and says what to do.

    Visitors read it too: of the path it shows the last folders alone.
    """

    def __init__(self, path: Path, problem: str):
        folder = Path(path.parent.parent.name, path.parent.name)
        super().__init__(
            f"{folder / path.name}: {problem}; restore it with `git checkout -- {folder}`, or "
            "remove the folder, without which the page works too"
        )


@dataclass(frozen=True)
class Photo:
    """One of the fixed photos: its key in SAMPLE_PHOTOS, and whom it is from, in a line.

    The films that ship are of older photos, whose names are in no such list.
    """

    name: str
    credit: str


@dataclass(frozen=True)
class Frame:
    """One moment of training."""

    epoch: float  # epochs done: 0 before the first step, 1.5 in the middle of the second


@dataclass(frozen=True)
class StageTimeline:
    """One stage's answers: `sprite` has a row of tiles a photo and a column a frame."""

    sprite: Path
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class TrainingTimeline:
    """The photos, and the films by stage key in lecture order.

    `pictures` is the JPEG of all photos, one below the other. `problems` holds the error of
    each stage whose film is there but cannot be used.
    """

    pictures: Path
    photos: tuple[Photo, ...]
    films: dict[str, StageTimeline]
    problems: dict[str, TimelineError]

    @classmethod
    def read(cls, folder: Path) -> "TrainingTimeline | None":
        """What is in `folder`, verified; None where there is no such folder.

        Raises TimelineError if the photos cannot be used, without which no film can be shown.
        """
        if not folder.is_dir():
            return None
        pictures = folder / "photos.jpg"
        card = _read_card(folder / "photos.json")
        try:
            photos = tuple(Photo(**photo) for photo in card["photos"])
        except (KeyError, TypeError) as error:
            raise TimelineError(folder / "photos.json", f"not as written ({error})") from error
        _verify(pictures, card, (SIZE, SIZE * len(photos)))
        films, problems = {}, {}
        for key in NETWORKS:
            if not (folder / f"{key}.json").exists():
                continue
            try:
                films[key] = _read_film(folder, key, len(photos), card["sha256"])
            except TimelineError as error:
                problems[key] = error
        return cls(pictures, photos, films, problems)


def write_photos(
    folder: Path,
    photos: Sequence[Photo],
    pictures: Sequence[Image.Image],
    save: Save = Path.write_bytes,
) -> None:
    """Write the fixed photos: `pictures` are RGB, SIZE x SIZE, one a photo.

    `save` writes a file's bytes; `folder` exists. The films must be written after it, and
    anew whenever the photos change. Raises ValueError for pictures of another number or size.
    """
    if len(pictures) != len(photos) or any(p.size != (SIZE, SIZE) for p in pictures):
        raise ValueError(f"expected {len(photos)} pictures of {SIZE}x{SIZE} pixels")
    column = Image.fromarray(np.concatenate([np.asarray(picture) for picture in pictures]))
    buffer = io.BytesIO()
    column.save(buffer, "JPEG", quality=90)
    card = {"photos": [asdict(photo) for photo in photos]}
    _write(folder / "photos.jpg", buffer.getvalue(), card, save)


def write_film(
    folder: Path,
    key: str,
    frames: Sequence[Frame],
    labels: np.ndarray,
    save: Save = Path.write_bytes,
) -> None:
    """Write one stage's film, over the one before; the photos must have been written.

    labels: (photos, frames, SIZE, SIZE) uint8 class indices. `save` writes a file's bytes.
    Raises UnknownStageError, ValueError for labels of another shape or value, and
    TimelineError where the photos are missing or damaged.
    """
    get_stage(key)
    card = _read_card(folder / "photos.json")
    expected = (len(card["photos"]), len(frames), SIZE, SIZE)
    if labels.shape != expected or labels.dtype != np.uint8 or labels.max() >= len(CLASSES):
        raise ValueError(
            f"expected labels 0..{len(CLASSES) - 1}, uint8, {expected}; "
            f"got up to {labels.max()}, {labels.dtype}, {labels.shape}"
        )
    photos, epochs = expected[:2]
    tiles = labels.transpose(0, 2, 1, 3).reshape(photos * SIZE, epochs * SIZE)
    description = {"photos": card["sha256"], "frames": [asdict(frame) for frame in frames]}
    _write(folder / f"{key}.png", png(label_image(tiles)), description, save)


def film_labels(film: StageTimeline) -> np.ndarray:
    """The labels that `write_film` was given: (photos, frames, SIZE, SIZE) uint8."""
    with Image.open(film.sprite) as image:
        tiles = np.asarray(image)
    photos, epochs = (side // SIZE for side in tiles.shape)
    return tiles.reshape(photos, SIZE, epochs, SIZE).transpose(0, 2, 1, 3)


def _write(path: Path, data: bytes, description: dict, save: Save) -> None:
    card = {"sha256": hashlib.sha256(data).hexdigest(), **description}
    save(path, data)
    save(path.with_suffix(".json"), (json.dumps(card, indent=2) + "\n").encode())


def _read_film(folder: Path, key: str, photos: int, pictures: str) -> StageTimeline:
    path = folder / f"{key}.json"
    card = _read_card(path)
    if card.get("photos") != pictures:
        raise TimelineError(path, "belongs to other photos")
    try:
        frames = tuple(Frame(**frame) for frame in card["frames"])
    except (KeyError, TypeError) as error:
        raise TimelineError(path, f"not as written ({error})") from error
    sprite = folder / f"{key}.png"
    _verify(sprite, card, (SIZE * len(frames), SIZE * photos))
    return StageTimeline(sprite, frames)


def _read_card(path: Path) -> dict:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TimelineError(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise TimelineError(path, f"not valid JSON ({error})") from error
    if not isinstance(card, dict) or "sha256" not in card:
        raise TimelineError(path, "is not a description of a filmstrip")
    return card


def _verify(path: Path, card: dict, size: tuple[int, int]) -> None:
    """Raise TimelineError unless the image is the described one and `size` pixels large."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TimelineError(path, error.strerror or str(error)) from error
    if hashlib.sha256(data).hexdigest() != card["sha256"]:
        raise TimelineError(path, "SHA-256 differs from the one in its JSON")
    with Image.open(io.BytesIO(data)) as image:
        if image.size != size:
            raise TimelineError(path, f"is {image.size}, not {size} pixels")
