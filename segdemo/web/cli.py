"""The command `segdemo`, and `python app.py`: arguments -> page -> server.

What is slow to import is imported after the arguments are known to be right.
"""

import argparse
import gc
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from segdemo.paths import checkpoint_folder

if TYPE_CHECKING:
    from segdemo.evaluation.training_timeline import TrainingTimeline
    from segdemo.inference.backends.ray_serve import RayServe

ENVIRONMENT = """\
environment variables:
  SEGDEMO_DATA        the same as --data
  GRADIO_SERVER_NAME  the address to listen on, 127.0.0.1 by itself; 0.0.0.0 lets other
                      machines in
  GRADIO_SERVER_PORT  the port to listen on; by itself the first free one from 7860
  GRADIO_TEMP_DIR     the folder for visitors' photos, which stay an hour; by itself the
                      system's for temporary files
  SEGDEMO_NO_GRADIO_PATCHES
                      set to leave Gradio as it is, for what is slower then see
                      segdemo/web/gradio_patches.py
  OMP_NUM_THREADS     how many threads compute a network; by itself one for each core
  SEGDEMO_RAY         the address of a Ray cluster that runs the networks, "auto" for the one
                      that this machine belongs to; see docs/deployment.md

The exit code is 2 if the page cannot be started as it was asked for.
"""
CANNOT_START = 2  # as of argparse


class StartError(Exception):
    """The page cannot be started so; the message is a sentence that names what to change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until it is told to stop, which ends the process.

    Returns the exit code of a start that failed.
    """
    options = parse(arguments)
    try:
        check_checkpoints(options.checkpoints)
        port = requested_port()
        check_ray()
        with upload_folder() as folder:
            os.environ["GRADIO_TEMP_DIR"] = folder  # before Gradio, which reads it, is imported
            start(options, port)
    except StartError as error:
        print(f"segdemo: {error}", file=sys.stderr)
    return CANNOT_START


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Start the page that segments a photo in eight ways; Ctrl-C stops it.",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        default=os.environ.get("SEGDEMO_DATA") or None,
        help="the folder that holds oxford-iiit-pet: adds test photos with their ground truth",
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        metavar="PATH",
        default=checkpoint_folder(),
        help="the folder of the trained networks (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def check_checkpoints(folder: Path) -> None:
    """Raises StartError for a folder that cannot be the one."""
    if not any(folder.glob("*.json")):
        raise StartError(f"no checkpoints in {folder.absolute()}; name their folder: --checkpoints")


def requested_port() -> int | None:
    """The port that GRADIO_SERVER_PORT asks for and that is free, None if it asks for none.

    Left to itself Gradio takes the next free one, where nobody would look for the page.
    Raises StartError.
    """
    name = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    said = os.environ.get("GRADIO_SERVER_PORT")
    if said is not None and not (said.isascii() and said.isdecimal() and 1 <= int(said) <= 65535):
        raise StartError(f"GRADIO_SERVER_PORT is {said!r}; a port is a number from 1 to 65535")
    port = None if said is None else int(said)
    if reason := _cannot_listen(name, 0):
        raise StartError(
            f"GRADIO_SERVER_NAME is {name!r}, which is no address of this machine ({reason})"
        )
    if port and (reason := _cannot_listen(name, port)):
        raise StartError(
            f"port {port} of {name} cannot be used ({reason}); stop what listens there, or set "
            "GRADIO_SERVER_PORT to another"
        )
    return port


def check_ray() -> None:
    """Raises StartError where a Ray cluster is asked for without Ray being installed."""
    if os.environ.get("SEGDEMO_RAY") and not find_spec("ray"):
        raise StartError(
            "SEGDEMO_RAY is set, but Ray is not installed; "
            "`pip install -r deploy/ray-requirements.txt`"
        )


def _cannot_listen(name: str, port: int) -> str | None:
    """Why this process cannot listen there, or None if it can; port 0 is any."""
    host = name.strip("[]")  # of an IPv6 address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return str(error.strerror)
    return None


def upload_folder() -> tempfile.TemporaryDirectory:
    """A folder for visitors' photos, this server's own, which no other user can read.

    Raises StartError.
    """
    parent = Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir())
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(
            prefix="segdemo-", dir=parent, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise StartError(
            f"no photos can be kept in {parent} ({error.strerror}); set GRADIO_TEMP_DIR to "
            "a folder that can be written to"
        ) from error


def start(options: argparse.Namespace, port: int | None) -> None:
    """Build the page and serve it. Raises StartError; ends the process otherwise."""
    gc.disable()  # what the start makes stays: `serve` turns it on again when it is done
    # Before PyTorch is imported: else its threads, done with their share, keep others waiting, and
    # its matrix products keep 50 MB for each other.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("MKL_DISABLE_FAST_MM", "1")
    from segdemo.web import gradio_patches

    gradio_patches.import_gradio()
    if os.environ.get("SPACES_ZERO_GPU"):
        register_with_zero_gpu()  # before PyTorch is imported
    from segdemo.data.oxford_pets import PetDataError
    from segdemo.inference import Predictor
    from segdemo.inference.memory import limit_malloc
    from segdemo.web.events import JOBS
    from segdemo.web.examples import TestSplit
    from segdemo.web.page import build_app
    from segdemo.web.server import serve

    # As many arenas as the processor has cores at the least: 70 MB less. Blocks of 8 MB: another 80
    # MB less after mixed use, for 5 % more processor time a photo.
    limit_malloc(arenas=2, largest=2**23)
    try:
        tests = TestSplit(options.data) if options.data else None
    except PetDataError as error:
        raise StartError(str(error)) from error
    cluster = connect_to_ray(options.checkpoints)
    predictor = Predictor(options.checkpoints, cluster)
    for problem in predictor.load_errors.values():
        print(f"warning: stage {problem.stage.key} cannot answer: {problem}")
    film = read_film(options.checkpoints)

    def warm_up() -> None:
        """What the first visitor would wait for."""
        import sklearn.cluster  # noqa: F401 - k-means loads it when it is asked

        predictor.warm_up()

    try:
        jobs = JOBS + (cluster.replicas if cluster else 0)
        serve(build_app(predictor, tests, film, jobs), tests, warm_up, port)
    except OSError as error:  # the port was taken meanwhile
        raise StartError(f"the page cannot be served ({error})") from error


def read_film(checkpoints: Path) -> "TrainingTimeline | None":
    """What was recorded of the training, where there is such a record and it can be used."""
    from segdemo.evaluation.training_timeline import FOLDER, TimelineError, TrainingTimeline

    try:
        return TrainingTimeline.read(checkpoints / FOLDER)
    except TimelineError as error:
        print(f"warning: no filmstrip on the page: {error}")
        return None


def connect_to_ray(folder: Path) -> "RayServe | None":
    """What runs the networks of `folder` if SEGDEMO_RAY names a cluster. Raises StartError."""
    address = os.environ.get("SEGDEMO_RAY")
    if not address:
        return None
    from segdemo.inference.backends.ray_serve import ClusterError, RayServe

    print(f"waiting for the Ray cluster at {address}; `serve status` says how far it is")
    try:
        return RayServe(address, folder)
    except ClusterError as error:
        raise StartError(str(error)) from error


def register_with_zero_gpu() -> None:
    """Let a Space on ZeroGPU start, which wants to see a function that asks for a GPU.

    It is never called: the networks answer in fractions of a second on the processor, and every
    visitor's minutes on a GPU are counted.
    """
    import spaces

    spaces.GPU(lambda: None)
