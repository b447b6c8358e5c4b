"""Start the page: `python app.py [--data PATH]`."""

import argparse
import os
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

    # After the arguments: --help need not wait for PyTorch.
    from segdemo.inference import Networks
    from segdemo.ui.examples import TestPhotos
    from segdemo.ui.page import build_app, launch_options

    networks = Networks(CHECKPOINTS)
    for problem in networks.problems.values():
        print(f"warning: stage {problem.stage.key} cannot answer: {problem}")
    tests = TestPhotos(options.data) if options.data else None
    build_app(networks, tests).launch(**launch_options())


if __name__ == "__main__":
    main()
