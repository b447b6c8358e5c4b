"""Which filter shrinks a photo most nearly as the pictures that the networks were trained on.

Training saw the data set's own pictures of 128x128; a photo on the page is shrunk here. The filter
is chosen without looking at labels: by how far a test photo, shrunk from its own size, is from the
data set's picture of the same name. What it does to the scores is measured afterwards.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch.nn.functional as F
from PIL import Image

from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import SIZE, resize_photo, to_labels, to_pixels
from segdemo.inference import Predictor
from segdemo.metrics import bootstrap, confusion_matrix, mean_iou
from train.originals import originals
from train.report import markdown_table

Shrink = Callable[[Image.Image], Image.Image]
HEADINGS = (
    "filter",
    "difference from the data set's picture, grey levels",
    "U-Net's mIoU",
    "against bilinear (95% interval)",
)


def _pillow(filter: Image.Resampling) -> Shrink:
    return lambda photo: photo.resize((SIZE, SIZE), filter, reducing_gap=3.0)


def _without_antialiasing(photo: Image.Image) -> Image.Image:
    """Two pixels a side for each output pixel, however many there are: it aliases."""
    pixels = to_pixels(photo)[None].float()
    shrunk = F.interpolate(pixels, (SIZE, SIZE), mode="bilinear", antialias=False)[0]
    return Image.fromarray(shrunk.round().byte().movedim(0, -1).numpy())


FILTERS: dict[str, Shrink] = {
    "bilinear": _pillow(Image.Resampling.BILINEAR),
    "Hamming": _pillow(Image.Resampling.HAMMING),
    "bicubic": _pillow(Image.Resampling.BICUBIC),
    "Lanczos": _pillow(Image.Resampling.LANCZOS),
    "bilinear without anti-aliasing": _without_antialiasing,
    "the page's": resize_photo,
}


def shrinking_table(predictor: Predictor, test: Pets, folder: Path) -> str:
    """A row per filter in Markdown, over the test photos in `folder` at their own size.

    Raises PetDataError or the U-Net's CheckpointError.
    """
    places = {name: index for index, name in enumerate(test.names)}
    differences = {name: [] for name in FILTERS}
    counts = {name: [] for name in FILTERS}
    for one in originals(folder):
        own = np.asarray(test[places[one.name]][0]).astype(int)
        for name, shrink in FILTERS.items():
            shrunk = shrink(one.photo)
            differences[name].append(abs(np.asarray(shrunk).astype(int) - own).mean())
            logits = predictor.predict("unet", shrunk).logits
            labels = to_labels(logits[None], *one.truth.shape)[0].numpy()
            counts[name].append(confusion_matrix(labels, one.truth))
    stacked = {name: np.stack(matrices) for name, matrices in counts.items()}
    rows = [
        (
            name,
            f"{np.mean(differences[name]):.2f}",
            f"{mean_iou(stacked[name].sum(0)):.4f}",
            _change(stacked["bilinear"], stacked[name]),
        )
        for name in FILTERS
    ]
    return markdown_table(HEADINGS, rows)


def _change(before: np.ndarray, after: np.ndarray) -> str:
    """In points; both (photos, 3, 3) counts of the same photos."""

    def gain(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        return 100 * (mean_iou(two) - mean_iou(one))

    low, high = bootstrap(gain, before, after)
    return f"{gain(before.sum(0), after.sum(0)):+.2f} ({low:+.2f} to {high:+.2f})"
