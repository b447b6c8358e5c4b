"""The few lines of Python that reproduce a stage's label map from its shipped checkpoint."""

from segdemo.inference.kmeans import KMeansSettings
from segdemo.models.registry import get_stage

NETWORK = """\
from pathlib import Path

from segdemo.data.decoder import open_photo
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import to_input, to_labels
from segdemo.inference.backends.selection import select_backend
from segdemo.models import checkpoints
from segdemo.models.registry import ALL_STAGES

photo = open_photo("photo.jpg")
checkpoint = checkpoints.load(Path("checkpoints"), ALL_STAGES["{key}"])
network = select_backend().compile(checkpoint)  # as the page computes; to look inside: .network()
logits = network(to_input(photo.image))  # (1, 3, 128, 128)
width, height = photo.original_size
labels = to_labels(logits, height, width)[0].numpy()  # 0 pet, 1 background, 2 border
label_image(labels).save("{key}.png")
"""

CLUSTERING = """\
from PIL import Image

from segdemo.data.decoder import open_photo
from segdemo.data.palette import label_image
from segdemo.inference.kmeans import KMeansSettings, cluster

photo = open_photo("photo.jpg")
found = cluster(photo.image, {settings!r})
clusters = label_image(found.labels, found.centres)  # 0 the darkest
clusters.resize(photo.original_size, Image.Resampling.NEAREST).save("{key}.png")
"""


def python_code(key: str, settings: KMeansSettings) -> str:
    """Python that reads `photo.jpg` and writes the stage's label map to `<key>.png`.

    To be run in the project's folder, where `checkpoints` is; `settings` matter to k-means
    alone. Raises UnknownStageError.
    """
    template = NETWORK if get_stage(key).network else CLUSTERING
    return template.format(key=key, settings=settings)
