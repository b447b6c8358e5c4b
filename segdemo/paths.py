"""Where the checkpoints lie when nobody says."""

from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


def checkpoint_folder() -> Path:
    """`checkpoints/` of the checkout that this package lies in, else of the current folder."""
    beside = CHECKOUT / "checkpoints"
    return beside if beside.is_dir() else Path("checkpoints")
