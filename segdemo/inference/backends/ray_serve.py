"""Networks run on the machines of a Ray cluster, by a Ray Serve deployment.

The page's process decodes, clusters and draws; its replicas run networks alone. Every machine has
the project and the checkpoints in the same place, as containers of one image have.

A question names the weights that answer it by their SHA-256. So an update of the weights is rolling
without any order to keep: pages that are restarted ask for the new ones, the others for the old
ones, and both are answered by the same replicas.

Ray is imported when it is asked for: it is no requirement of this project.
"""

import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from segdemo.inference.backends.base import CompiledNetwork
from segdemo.inference.backends.selection import select_backend
from segdemo.models import checkpoints
from segdemo.models.checkpoints import Checkpoint, CheckpointError, DamagedCheckpointError
from segdemo.models.registry import EXTRAS, NETWORKS, Stage

STAGES = NETWORKS | EXTRAS
APPLICATION = "segdemo"  # of Ray Serve; pages of one cluster share it
CORES = 2  # of a replica, where a machine has as many
AT_ONCE = 2  # requests at a replica, as jobs on the page: one core may wait for memory
UPSCALE_DELAY = 3  # seconds; by Ray's 30 a class has long pressed its button
# A replica's death is noticed at once, that of a machine without power after half a minute.
ATTEMPTS = 4
PATIENCE, PAUSE = 20, 0.5  # seconds, for an answer and until the next attempt
# By itself Ray ends a process that has not heard of its cluster for a minute; this one goes on
# showing all that needs no network's answer.
RECONNECT_WITHIN = 10**6  # seconds


class ClusterError(Exception):
    """The cluster cannot be used; the message is a sentence that says why."""


class UnansweredError(CheckpointError):
    """No machine of the cluster answered: to whoever asked, one more stage that cannot answer."""

    @property
    def remedy(self) -> str:
        return "try again in a minute"


class Networks:
    """A replica: the networks that it was asked for, compiled for its machine."""

    def __init__(self, threads: int):
        torch.set_num_threads(threads)
        self._backend = select_backend()
        # Twice: during an update some pages ask for the old weights, others for the new ones.
        self._network = lru_cache(2 * len(STAGES))(self._compiled)

    def __call__(self, folder: Path, key: str, sha256: str, inputs: np.ndarray) -> np.ndarray:
        """(1, 3, size, size) float32 to its outputs. Raises CheckpointError."""
        network = self._network(folder, key, sha256)
        return network(torch.from_numpy(inputs.copy())).numpy()  # Ray's own is read-only

    def _compiled(self, folder: Path, key: str, sha256: str) -> CompiledNetwork:
        checkpoint = checkpoints.load(folder, STAGES[key])
        if checkpoint.card["sha256"] != sha256:
            path = checkpoints.weights_path(folder, checkpoint.stage)
            raise DamagedCheckpointError(checkpoint.stage, path, "differs between the machines")
        return self._backend.compile(checkpoint)


class RayServe:
    """The networks of `folder`, run by a Ray cluster.

    `address`: "auto" for the cluster that this machine belongs to, or what else `ray.init` takes.
    `replicas`: how many there can be at once. Raises ClusterError.
    """

    def __init__(self, address: str, folder: Path):
        self._folder = folder.resolve()
        _connect(address)
        cores, self.replicas = _split_cores()
        self._handle = _deployment(cores, self.replicas)

    def compile(self, checkpoint: Checkpoint) -> CompiledNetwork:
        """What asks the cluster; it raises the replica's CheckpointError, or UnansweredError."""
        stage, sha256 = checkpoint.stage, checkpoint.card["sha256"]

        def run(inputs: Tensor) -> Tensor:
            outputs = self._ask(stage, self._folder, stage.key, sha256, inputs.numpy())
            return torch.from_numpy(outputs.copy())  # Ray's own is read-only

        return run

    def _ask(self, stage: Stage, *question: object) -> np.ndarray:
        """Networks are functions, so what was lost on the way is asked again."""
        from ray.exceptions import RayError, RayTaskError  # pyright: ignore[reportMissingImports]
        from ray.serve.exceptions import (  # pyright: ignore[reportMissingImports]
            RayServeException,
        )

        left = ATTEMPTS
        while True:
            try:
                return self._handle.remote(*question).result(timeout_s=PATIENCE)
            except RayTaskError as error:
                raise error.cause from error  # as the replica raised it
            except (RayError, RayServeException, TimeoutError) as error:
                left -= 1
                if not left:
                    path = checkpoints.weights_path(self._folder, stage)
                    raise UnansweredError(stage, path, "no machine answers") from error
            time.sleep(PAUSE)


def _connect(address: str) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_gcs_rpc_server_reconnect_timeout_s", str(RECONNECT_WITHIN))
    os.environ.setdefault("RAY_gcs_server_port_wait_time_s", "1")  # else 14 minutes
    import ray  # pyright: ignore[reportMissingImports]

    try:
        ray.init(address, log_to_driver=False, logging_level="ERROR", ignore_reinit_error=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise ClusterError(
            f"no Ray cluster answers at {address!r}; this machine joins one by `ray start`"
        ) from error


def _split_cores() -> tuple[int, int]:
    """A replica's cores, and how many replicas the cluster has room for."""
    import ray  # pyright: ignore[reportMissingImports]

    machines = [int(one["Resources"].get("CPU", 0)) for one in ray.nodes() if one["Alive"]]
    cores = min(CORES, max(machines))
    if cores == 0:
        raise ClusterError("no machine of the Ray cluster has a core for the networks")
    return cores, sum(machine // cores for machine in machines)


def _deployment(cores: int, replicas: int) -> Any:
    """The handle of the cluster's deployment, which is made if there is none."""
    from ray import serve  # pyright: ignore[reportMissingImports]

    serve.start(proxy_location="Disabled")  # pages ask, nobody else
    known = serve.status().applications.get(APPLICATION)
    if known is None or known.status not in ("RUNNING", "DEPLOYING"):
        deployment = serve.deployment(
            Networks,
            ray_actor_options={"num_cpus": cores},
            max_ongoing_requests=AT_ONCE,
            autoscaling_config={
                "min_replicas": 1,
                "max_replicas": replicas,
                "target_ongoing_requests": 1,
                "upscale_delay_s": UPSCALE_DELAY,
            },
        )
        try:
            serve.run(deployment.bind(cores), name=APPLICATION, route_prefix=None)
        except RuntimeError as error:
            raise ClusterError("the Ray cluster starts no networks; see `serve status`") from error
    return serve.get_app_handle(APPLICATION)
