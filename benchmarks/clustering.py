"""How long k-means takes on a 12-megapixel photo, and how near it comes to the full fit.

`python -m benchmarks.clustering [--rounds 5]` prints, for each shipped photo enlarged to 4000x3000
and each setting, the median milliseconds and the inertia over that of scikit-learn's k-means on
every pixel, the best of three starts.
"""

import argparse
import os
import statistics
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as app.py does, before PyTorch is imported
import numpy as np
from PIL import Image
from sklearn.cluster import KMeans

from benchmarks.tables import print_table
from segdemo.kmeans import KMeansSettings, cluster
from segdemo.ui.examples import shipped_photos

SIZE = 4000, 3000  # pixels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rows = []
    for path in shipped_photos():
        photo = Image.open(path).convert("RGB").resize(SIZE, Image.Resampling.BICUBIC)
        for clusters in (3, 8):
            settings = KMeansSettings(clusters)
            milliseconds = statistics.median(timed(photo, settings) for _ in range(rounds))
            ratio = cluster(photo, settings).inertia / full_inertia(photo, clusters)
            rows.append((path.stem, str(clusters), f"{milliseconds:.0f}", f"{ratio:.4f}"))
    print_table(("photo", "clusters", "ms", "inertia, of the full fit's"), rows)


def timed(photo: Image.Image, settings: KMeansSettings) -> float:
    started = time.perf_counter()
    cluster(photo, settings)
    return 1000 * (time.perf_counter() - started)


def full_inertia(photo: Image.Image, clusters: int) -> float:
    """Mean squared distance to the own centre, all twelve million pixels fitted."""
    pixels = np.asarray(photo, np.float32).reshape(-1, 3)
    return KMeans(clusters, n_init=3, random_state=0).fit(pixels).inertia_ / len(pixels)


if __name__ == "__main__":
    main()
