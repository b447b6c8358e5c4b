"""All claims, measured and kept."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from train.claims import architecture, arithmetic, conversions, layers, photos, pooled, scores
from train.claims.claim import Claim, Evidence, Figure
from train.storage import write_atomically

FILE = "claims.json"  # in the folder of the checkpoints
CLAIMS: tuple[Claim, ...] = tuple(
    value
    for module in (architecture, layers, scores, photos, pooled, arithmetic, conversions)
    for value in vars(module).values()
    if isinstance(value, Claim)
)
NAMES = tuple(claim.name for claim in CLAIMS)


def measure_claims(evidence: Evidence, names: Sequence[str] = ()) -> None:
    """Measure the claims of these names, or all, and write their figures beside the others.

    The file is in the folder of the checkpoints, and written after every claim. Raises what a
    measurement does: CheckpointError, MeasurementError, PetDataError.
    """
    path = evidence.folder / FILE
    figures = json.loads(path.read_text(encoding="utf-8")) if names and path.exists() else {}
    for claim in tqdm([claim for claim in CLAIMS if claim.name in (names or NAMES)]):
        figures[claim.name] = asdict(claim.measure(evidence))
        ordered = {name: figures[name] for name in NAMES if name in figures}
        # NumPy's numbers as Python's.
        text = json.dumps(ordered, indent=2, ensure_ascii=False, default=lambda one: one.item())
        write_atomically(path, f"{text}\n".encode())


def read_figures(folder: Path) -> dict[str, Figure]:
    """The figures in `folder`, by the claim's name."""
    record = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return {
        name: Figure(**figure | {"interval": figure["interval"] and tuple(figure["interval"])})
        for name, figure in record.items()
    }
