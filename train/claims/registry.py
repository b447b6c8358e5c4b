"""All claims, measured and kept."""

import json
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from train.claims import architecture, arithmetic, layers, photos, pooled, scores
from train.claims.claim import Claim, Evidence, Figure
from train.storage import write_atomically

FILE = "claims.json"  # in the folder of the checkpoints
CLAIMS: tuple[Claim, ...] = tuple(
    value
    for module in (architecture, layers, scores, photos, pooled, arithmetic)
    for value in vars(module).values()
    if isinstance(value, Claim)
)


def measure_claims(evidence: Evidence) -> None:
    """Measure every claim and write the figures into the folder of the checkpoints.

    Raises what a measurement does: CheckpointError, ShiftScoresError, PetDataError.
    """
    figures = {claim.name: asdict(claim.measure(evidence)) for claim in tqdm(CLAIMS)}
    text = json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
    write_atomically(evidence.folder / FILE, text.encode())


def read_figures(folder: Path) -> dict[str, Figure]:
    """The figures in `folder`, by the claim's name."""
    record = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return {
        name: Figure(**figure | {"interval": figure["interval"] and tuple(figure["interval"])})
        for name, figure in record.items()
    }
