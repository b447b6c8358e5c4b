"""The lecture's traditional method: k-means on the colours of one photo (scikit-learn).

Every pixel is a point in colour space; the clusters are the groups of similar colours. Nothing
is learnt from other photos, and the clusters have no names.

One row of the grey values 0, 10, 200, 210 and two clusters: centres 5 and 205, labels 0 0 1 1,
inertia 25 a channel and pixel.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from PIL import Image
from skimage import color  # which loads what is used when it is
from threadpoolctl import ThreadpoolController

from segdemo.data.classes import CLASSES, UNKNOWN
from segdemo.errors import InputError
from segdemo.metrics import intersection_over_union
from segdemo.parsing import whole_between

MIN_CLUSTERS, MAX_CLUSTERS = 2, 8  # one is no segmentation, nobody tells nine colours apart
SPANS = {"rgb": 255.0, "lab": 100.0}  # distance along one axis from black to white
# With the position, crossing the photo's longer side counts as much as this share of the way
# from black to white. Of the shares from 0.1 to 2, measured on 150 training photos: it gains 2
# to 3 points of best-case mIoU at k = 6 and costs 0.1 at most at k = 3, where more costs more.
POSITION_WEIGHT = 0.5

# Restarts find a good start on few pixels, the larger sample then settles it: within 2 % of
# the full fit's inertia on each of 21 photos of cats and dogs at k = 3 and 8, 0.2 % on average,
# in half the time of restarts on the whole sample.
SAMPLE, SCOUTS, RESTARTS = 16384, 2048, 5
SEED = 0
CHUNK = 16384  # pixels at once: stays in the cache, and sums of bytes stay exact in float32
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709


@dataclass(frozen=True)
class KMeansSettings:
    """What the visitor chooses; raises InputError for what cannot be used."""

    clusters: int = 3  # as many as there are classes
    space: str = "rgb"  # as on the slide; "lab" follows how different colours look
    position: bool = False  # the slide's method knows colours only

    def __post_init__(self):
        clusters = whole_between(self.clusters, MIN_CLUSTERS, MAX_CLUSTERS)
        if clusters is None:
            raise InputError("kmeans.clusters", least=MIN_CLUSTERS, most=MAX_CLUSTERS)
        object.__setattr__(self, "clusters", clusters)
        if self.space not in tuple(SPANS):
            raise InputError("kmeans.space", spaces=", ".join(SPANS))
        if not isinstance(self.position, bool):
            raise InputError("kmeans.position")


@dataclass(frozen=True)
class Clustering:
    """One photo's clusters, from dark to light, each with at least one pixel."""

    labels: np.ndarray  # (H, W) uint8, index of the cluster
    centres: np.ndarray  # (k, 3) uint8, mean colour of each cluster's pixels, RGB
    inertia: float  # squared distance to the own centre in the chosen space, mean over pixels


def cluster(photo: Image.Image, settings: KMeansSettings) -> Clustering:
    """K-means of an RGB photo: fitted on a sample of its pixels, predicted for every pixel.

    The same photo and settings give the same answer. A photo with fewer distinct colours than
    clusters gets one cluster a colour.
    """
    pixels = np.asarray(photo)
    shape = pixels.shape[:2]
    pixels = pixels.reshape(-1, 3)
    sample = _sample(len(pixels))
    fitted = _fit(_points(pixels[sample], sample, shape, settings), settings.clusters)
    labels = np.empty(len(pixels), np.uint8)
    numbers = np.arange(len(fitted), dtype=np.uint8)[:, None]
    counts, sums, inertia = np.zeros(len(fitted)), np.zeros((len(fitted), 3)), 0.0
    for start in range(0, len(pixels), CHUNK):
        colours = pixels[start : start + CHUNK]
        places = np.arange(start, start + len(colours))
        nearest, distances = _nearest(_points(colours, places, shape, settings), fitted)
        labels[places] = nearest
        members = (nearest == numbers).astype(np.float32)  # (k, n)
        counts += members.sum(axis=1)
        sums += members @ colours.astype(np.float32)
        inertia += distances.sum(dtype=np.float64)
    used = np.flatnonzero(counts)
    means = sums[used] / counts[used, None]
    order = np.argsort(means @ LUMINANCE, kind="stable")
    rank = np.zeros(len(fitted), np.uint8)
    rank[used[order]] = np.arange(len(used))
    centres = means[order].round().astype(np.uint8)
    return Clustering(rank[labels].reshape(shape), centres, inertia / len(pixels))


def best_assignment(labels: np.ndarray, truth: np.ndarray, clusters: int) -> np.ndarray:
    """The class for each cluster that gives the highest mIoU: (clusters,) uint8.

    labels: indices of clusters; truth: classes or UNKNOWN, integers of the same shape. Several
    clusters may stand for one class, a class may have none; mIoU is that of `segdemo.metrics`,
    over the classes that occur. All 3^k assignments are tried. This is the best case: it looks at
    the truth, which no method has when it answers, so call it that wherever it is shown.
    """
    n = len(CLASSES)
    pairs = truth.ravel().astype(np.int64) * clusters + labels.ravel()
    table = np.bincount(pairs, minlength=(UNKNOWN + 1) * clusters).reshape(-1, clusters)[:n].T
    assignments = np.array(list(product(range(n), repeat=clusters)), np.uint8)  # (3^k, k)
    chosen = assignments[..., None] == np.arange(n)  # (3^k, k, class of the label)
    confusions = np.einsum("kt,akl->atl", table, chosen.astype(np.int64))
    mious = np.nanmean(intersection_over_union(confusions), axis=-1)
    return assignments[mious.argmax()]


def _sample(count: int) -> np.ndarray:
    """At most SAMPLE of the indices 0..count-1, one drawn from each of equal stretches."""
    edges = np.arange(min(count, SAMPLE) + 1) * count // min(count, SAMPLE)
    return np.random.default_rng(SEED).integers(edges[:-1], edges[1:])


def _points(
    colours: np.ndarray, places: np.ndarray, shape: tuple[int, int], settings: KMeansSettings
) -> np.ndarray:
    """What is clustered: (3, n) float32 colours, or (5, n) with row and column.

    colours: (n, 3) uint8 RGB; places: (n,) their indices in the photo of (height, width)
    `shape`, read row by row.
    """
    points = colours.astype(np.float32)
    if settings.space == "lab":
        points = color.rgb2lab(points / 255)
    points = points.T
    if settings.position:
        scale = POSITION_WEIGHT * SPANS[settings.space] / max(shape)
        rows, columns = np.divmod(places, shape[1])
        points = np.stack([*points, scale * rows, scale * columns])
    return np.ascontiguousarray(points, np.float32)


def _fit(sample: np.ndarray, clusters: int) -> np.ndarray:
    """(d, n) points -> (k, d) centres, k = clusters or the number of distinct points."""
    KMeans, threads = _scikit_learn()
    sample = sample.T[np.lexsort(sample)]  # a pixel's place in the photo must not matter
    scouts = sample[:: SAMPLE // SCOUTS]
    if len(np.unique(scouts, axis=0)) < clusters:
        scouts = np.unique(sample, axis=0)
        if len(scouts) <= clusters:
            return scouts
    # One thread: with more, the order of the sums and so their last bits differ each time.
    with threads.limit(limits=1):
        start = KMeans(clusters, n_init=RESTARTS, random_state=SEED).fit(scouts)
        end = KMeans(clusters, init=start.cluster_centers_, n_init=1).fit(sample)
    return end.cluster_centers_


@cache
def _scikit_learn() -> tuple[Any, Any]:
    """Its class KMeans, and the threads it uses: to look for them takes as long as a fit.

    It takes most of a second to load, for which the start of the page need not wait.
    """
    from sklearn.cluster import KMeans

    return KMeans, ThreadpoolController().select(user_api="openmp")


def _nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(d, n) points, (k, d) centres -> index of the nearest centre, squared distance to it.

    |x - c|^2 = |x|^2 + |c|^2 - 2 x.c, of which |x|^2 does not matter to the choice.
    """
    scores = centres @ points  # (k, n)
    scores *= -2
    scores += (centres**2).sum(axis=1)[:, None]
    nearest, best = np.zeros(points.shape[1], np.uint8), scores[0]
    for index, score in enumerate(scores[1:], start=1):  # argmin over axis 0 is far slower
        np.copyto(nearest, index, where=score < best)
        best = np.minimum(best, score)
    return nearest, np.maximum(best + (points**2).sum(axis=0), 0)
