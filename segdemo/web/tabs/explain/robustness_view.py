"""Section *Tests* as HTML: the changed photo, a bar a stage, and what every stage answered."""

from dataclasses import dataclass
from html import escape

from PIL import Image

from segdemo.analysis.prediction_change import LabelChange, mask_shift
from segdemo.analysis.robustness import Perturbation
from segdemo.data.palette import photo_jpeg
from segdemo.locales import text
from segdemo.models.registry import STAGES
from segdemo.web.components.figure import picture
from segdemo.web.components.html import data_url
from segdemo.web.components.stage_names import numbered, title
from segdemo.web.tabs.explain.robustness_cards import card, legend, written

SCALES = (0.05, 0.1, 0.25, 0.5, 1.0)  # what a full bar may be


@dataclass(frozen=True)
class View:
    """What is known so far: `results` has a stage's change, or why there is none."""

    photo: Image.Image  # the visitor's, for its shape
    read: Image.Image  # as the networks read it, 128x128
    changed: Image.Image  # as they read it in the test
    perturbation: Perturbation
    results: dict[str, LabelChange | str]

    @property
    def changes(self) -> dict[str, LabelChange]:
        """The results of the stages that could answer."""
        return {k: found for k, found in self.results.items() if isinstance(found, LabelChange)}

    @property
    def complete(self) -> bool:
        return len(self.results) == len(STAGES)

    @property
    def moves(self) -> bool:
        """Whether the photo is shifted, and the masks should follow."""
        return self.perturbation.test == "shift"

    @property
    def mask_shifts(self) -> dict[str, int | None]:
        """By how many pixels each stage's mask moved, None where that cannot be told."""
        direction = self.perturbation.direction
        return {key: mask_shift(change, direction) for key, change in self.changes.items()}


def render(view: View, language: str) -> str:
    """The whole view in HTML; stages that have no result yet are said to be computing."""
    urls = (data_url(photo_jpeg(photo), "jpeg") for photo in (view.read, view.changed))
    style = "--ratio:{}/{};--photo:url('{}');--perturbed:url('{}')".format(*view.photo.size, *urls)
    cards = "".join(card(key, view.results.get(key), language) for key in STAGES)
    return (
        f'<div class="perturb" style="{style}"><div class="perturb-head">'
        f"{_photos(view.perturbation, language)}<div>{_table(view, language)}"
        f"{_found(view, language)}</div></div>"
        f'{legend(view.moves, language)}<ol class="label-changes">{cards}</ol></div>'
    )


def _photos(perturbation: Perturbation, language: str) -> str:
    test = text(f"insight-perturb.test.{perturbation.test}", language)
    amount = f"{perturbation.amount:g}"
    what = text(f"insight-perturb.what.{perturbation.test}", language, amount=amount)
    figures = "".join(
        f"<figure>{picture('', text(f'insight-perturb.{name}.alt', language, test=test), kind)}"
        f"<figcaption>{escape(text(f'insight-perturb.{name}', language))}</figcaption></figure>"
        for name, kind in (("photo", ""), ("perturbed", "tested"))
    )
    return f'<div class="perturb-photos">{figures}<p>{escape(what)}</p></div>'


def _table(view: View, language: str) -> str:
    shares = [change.share for change in view.changes.values()]
    scale = next(scale for scale in SCALES if scale >= max(shares, default=0))
    columns = ["stage", "share", "mask-shift"] if view.moves else ["stage", "share"]
    shifts = view.mask_shifts if view.moves else {}
    head = "".join(
        f'<th scope="col"{" colspan=2" if place == 1 else ""}>'
        f"{escape(text(f'insight-perturb.{name}', language))}</th>"
        for place, name in enumerate(columns)
    )
    rows = "".join(_row(key, view.results.get(key), scale, shifts, language) for key in STAGES)
    note = text("insight-perturb.scale", language, percent=f"{100 * scale:.0f}")
    caption = text("insight-perturb.table", language)
    return (
        f'<table class="shares-changed"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="scale-note">{escape(note)}</p>'
    )


def _row(
    key: str,
    found: LabelChange | str | None,
    scale: float,
    shifts: dict[str, int | None],
    language: str,
) -> str:
    name = f'<th scope="row">{numbered(key, language)}</th>'
    if not isinstance(found, LabelChange):
        said = "&ndash;" if found else escape(text("insight-perturb.waiting", language))
        return f"<tr>{name}<td></td><td>{said}</td></tr>"
    cells = (
        f'<td class="bar" aria-hidden="true"><i style="width:{found.share / scale:.2%}"></i></td>'
        f"<td>{escape(written(found.share, language))}</td>"
    )
    if key in shifts:
        cells += f"<td>{escape(_pixels(shifts[key], language))}</td>"
    return f"<tr>{name}{cells}</tr>"


def _pixels(shift: int | None, language: str) -> str:
    name = "pixels" if shift is not None else "no-telling"
    return text(f"insight-perturb.{name}", language, pixels=shift)


def _found(view: View, language: str) -> str:
    """What the shares say, once all stages are done."""
    if not view.complete:
        return ""
    sentences = [_extremes(view.changes, language)]
    if view.moves:
        sentences.append(_moved(view.perturbation.strength, view.mask_shifts, language))
    return "".join(f'<p class="found">{escape(sentence)}</p>' for sentence in sentences)


def _extremes(changes: dict[str, LabelChange], language: str) -> str:
    """Which stages changed least and which most, as far as the written shares tell them apart."""
    shares = {key: written(change.share, language) for key, change in changes.items()}
    ranked = sorted(changes, key=lambda key: changes[key].share)
    low, high = shares[ranked[0]], shares[ranked[-1]]
    if low == high:
        return text("insight-perturb.equal", language, low=low)
    least, most = (
        _titles([key for key, share in shares.items() if share == extreme], language)
        for extreme in (low, high)
    )
    values = {"least": least, "low": low, "most": most, "high": high}
    return text("insight-perturb.extremes", language, **values)


def _moved(pixels: int, shifts: dict[str, int | None], language: str) -> str:
    """Which masks moved as far as the photo, and how far the others did."""
    others = [
        f"{_titles([key], language)} ({_pixels(shift, language)})"
        for key, shift in shifts.items()
        if shift not in (pixels, None)
    ]
    name = "moved.others" if others else "moved.all"
    return text(f"insight-perturb.{name}", language, pixels=pixels, stages="; ".join(others))


def _titles(keys: list[str], language: str) -> str:
    return "; ".join(title(key, language) for key in keys)
