"""How long k-means takes on a 12-megapixel photo, and how near it comes to the full fit.

`python -m benchmarks.clustering [--rounds 5]` prints, for a 4000x3000 JPEG of each shipped photo,
the median milliseconds for decoding it and for clustering what comes out, at most 1024 pixels
wide, and the inertia over that of scikit-learn's k-means on every pixel, the best of three starts.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable

import numpy as np
from PIL import Image
from sklearn.cluster import KMeans

from segdemo.data.decoder import open_photo
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.inference.kmeans import KMeansSettings, cluster
from train.report import markdown_table

SIZE = 4000, 3000  # pixels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rows = []
    for path in (photo.path for photo in SAMPLE_PHOTOS.values()):
        file = io.BytesIO()
        Image.open(path).convert("RGB").resize(SIZE, Image.Resampling.BICUBIC).save(file, "JPEG")
        decoding = timed(lambda file=file: open_photo(file.getvalue()), rounds)
        photo = open_photo(file.getvalue()).image
        for clusters in (3, 8):
            settings = KMeansSettings(clusters)
            clustering = timed(lambda p=photo, s=settings: cluster(p, s), rounds)
            ratio = cluster(photo, settings).inertia / full_inertia(photo, clusters)
            times = f"{decoding:.0f}", f"{clustering:.0f}"
            rows.append((path.stem, str(clusters), *times, f"{ratio:.4f}"))
    header = "photo", "clusters", "decoding, ms", "k-means, ms", "inertia, of the full fit's"
    print(markdown_table(header, rows))


def timed(action: Callable[[], object], rounds: int) -> float:
    """Median milliseconds."""
    durations = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        durations.append(1000 * (time.perf_counter() - started))
    return statistics.median(durations)


def full_inertia(photo: Image.Image, clusters: int) -> float:
    """Mean squared distance to the own centre, all pixels fitted."""
    pixels = np.asarray(photo, np.float32).reshape(-1, 3)
    return KMeans(clusters, n_init=3, random_state=0).fit(pixels).inertia_ / len(pixels)


if __name__ == "__main__":
    main()
