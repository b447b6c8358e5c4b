"""`docs/claims.md`: what the page says, what was measured, and whether it holds."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from segdemo.locales import marked_claims, raw_text
from train.claims.claim import Claim, Figure
from train.claims.registry import CLAIMS, read_figures
from train.report import markdown_table
from train.shifts import shift_table

HEADINGS = ("what is measured", "on", "figure (95% interval)", "holds")


def document(folder: Path) -> str:
    """The document for the figures in `folder`, in Markdown. Raises MeasurementError."""
    figures = read_figures(folder)
    template = files("train.claims").joinpath("claims.md").read_text(encoding="utf-8")
    held = [claim for claim in CLAIMS if claim.keys]
    return template.format(
        claims=len(held),
        texts=len(marked_claims()),
        sections="\n\n".join(_section(key, held, figures) for key in marked_claims()),
        withdrawn=_table([claim for claim in CLAIMS if not claim.keys], figures),
        shifts=shift_table(folder),
    )


def _section(key: str, claims: Sequence[Claim], figures: dict[str, Figure]) -> str:
    """One text of the page and what was measured of it."""
    sentence = " ".join(raw_text(key, "en").split())
    about = [claim for claim in claims if key in claim.keys]
    return f"### `{key}`\n\n> {sentence}\n\n{_table(about, figures)}"


def _table(claims: Sequence[Claim], figures: dict[str, Figure]) -> str:
    rows = [
        (claim.says, claim.data, _written(figures[claim.name]), _holds(figures[claim.name]))
        for claim in claims
    ]
    return markdown_table(HEADINGS, rows)


def _holds(figure: Figure) -> str:
    return "yes" if figure.holds else "**no**"


def _written(figure: Figure) -> str:
    """Such as `0.146 (0.140 to 0.152) border IoU`."""
    numbers = _number(figure.value)
    if figure.interval:
        low, high = map(_number, figure.interval)
        numbers += f" ({low} to {high})"
    space = "" if figure.unit.startswith("%") else " "
    return f"{numbers}{space}{figure.unit}".strip()


def _number(value: float) -> str:
    """Whole numbers as they are, others to three digits."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.3g}"
