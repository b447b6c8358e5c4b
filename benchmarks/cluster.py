"""What a Ray cluster gives and costs: photos a second, all seven networks for each.

`python -m benchmarks.cluster [--photos 40]` prints a table: the networks in this process on one
thread, then on a cluster of this machine's own, whose machines have one core each. As many photos
are asked about at once as the page would; one after the other in this process. It takes
`pip install -r deploy/ray-requirements.txt`, and a core for each machine.
"""

import argparse
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import ray
import torch
from ray import serve
from ray.cluster_utils import Cluster
from torch import Tensor

from benchmarks.server import ROOT
from segdemo.data.preprocessing import SIZE
from segdemo.inference import Predictor
from segdemo.inference.backends.ray_serve import APPLICATION, RayServe
from segdemo.models.registry import NETWORKS
from segdemo.web.events import JOBS
from train.report import markdown_table

CHECKPOINTS = ROOT / "checkpoints"
MACHINE = {"num_cpus": 1, "object_store_memory": 2**28, "include_dashboard": False}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=40)
    photos = [torch.randn(1, 3, SIZE, SIZE) for _ in range(parser.parse_args().photos)]
    torch.set_num_threads(1)
    here = Predictor(CHECKPOINTS)
    here.warm_up()
    rates = {"this process, one thread": photos_a_second(here, photos, jobs=1)}
    with small_cluster() as cluster:
        for machines in (1, 2):
            cluster.add_node(**MACHINE)
            rates[f"Ray, {machines} x one core"] = on_cluster(cluster.address, machines, photos)
    rates["this process again"] = photos_a_second(here, photos, jobs=1)
    rows = [(name, f"{rate:.2f}", f"{1000 / rate:.0f}") for name, rate in rates.items()]
    print(markdown_table(("where", "photos a second", "ms a photo"), rows))


@contextmanager
def small_cluster() -> Iterator[Cluster]:
    """A head that runs no networks."""
    # No use is reported, and replicas are as important as this process.
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_worker_niceness="0")
    cluster = Cluster(initialize_head=True, head_node_args=MACHINE | {"num_cpus": 0})
    try:
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


def on_cluster(address: str, machines: int, photos: list[Tensor]) -> float:
    """Of a new deployment, once every machine has its replica and that its networks."""
    backend = RayServe(address, CHECKPOINTS)
    predictor = Predictor(CHECKPOINTS, backend)
    jobs = JOBS + backend.replicas
    while replicas() < machines:  # it grows while it is asked
        photos_a_second(predictor, photos[:jobs], jobs)
    photos_a_second(predictor, photos[: 5 * jobs], jobs)
    rate = photos_a_second(predictor, photos, jobs)
    serve.delete(APPLICATION)  # the next has room for more replicas
    return rate


def replicas() -> int:
    """Those that answer."""
    (deployment,) = serve.status().applications[APPLICATION].deployments.values()
    return deployment.replica_states.get("RUNNING", 0)


def photos_a_second(predictor: Predictor, photos: list[Tensor], jobs: int) -> float:
    def answer(photo: Tensor) -> None:
        for key in NETWORKS:
            predictor.run(key)(photo)

    started = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(answer, photos))
    return len(photos) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
