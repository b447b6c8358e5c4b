"""Start the page: `python app.py [--data PATH]`."""

import argparse
import gc
import os
import tempfile
from pathlib import Path

CHECKPOINTS = Path(__file__).parent / "checkpoints"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("SEGDEMO_DATA"),
        help="the folder that holds oxford-iiit-pet: adds test photos with their truth",
    )
    options = parser.parse_args()

    gc.disable()  # what the start makes stays: `serve` turns it on again when it is done
    # Before PyTorch is imported: else its threads, done with their share, keep others waiting.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    make_upload_folder()  # before Gradio is imported, which looks where it is
    from segdemo.web.skip_stubs import import_without_stubs

    import_without_stubs()
    if os.environ.get("SPACES_ZERO_GPU"):
        register_with_zero_gpu()  # before PyTorch is imported
    # After the arguments: --help need not wait for PyTorch.
    from segdemo.evaluation import training_timeline
    from segdemo.inference import Predictor
    from segdemo.inference.memory import limit_malloc_arenas
    from segdemo.web.examples import TestSplit
    from segdemo.web.page import build_app
    from segdemo.web.server import serve

    limit_malloc_arenas(2)  # as many as the processor has cores at the least; saves 70 MB
    predictor = Predictor(CHECKPOINTS)
    for problem in predictor.load_errors.values():
        print(f"warning: stage {problem.stage.key} cannot answer: {problem}")
    tests = TestSplit(options.data) if options.data else None
    try:
        film = training_timeline.TrainingTimeline.read(CHECKPOINTS / training_timeline.FOLDER)
    except training_timeline.TimelineError as error:
        print(f"warning: no filmstrip on the page: {error}")
        film = None

    def warm_up() -> None:
        """What the first visitor would wait for."""
        import sklearn.cluster  # noqa: F401 - k-means loads it when it is asked

        predictor.warm_up()

    serve(build_app(predictor, tests, film), warm_up)


def make_upload_folder() -> None:
    """A folder for visitors' photos, this server's own, which no other user can read."""
    parent = Path(os.environ.get("GRADIO_TEMP_DIR", tempfile.gettempdir()))
    parent.mkdir(parents=True, exist_ok=True)
    os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="segdemo-", dir=parent)


def register_with_zero_gpu() -> None:
    """Let a Space on ZeroGPU start, which wants to see a function that asks for a GPU.

    It is never called: the networks answer in fractions of a second on the processor, and every
    visitor's minutes on a GPU are counted.
    """
    import spaces

    spaces.GPU(lambda: None)


if __name__ == "__main__":
    main()
