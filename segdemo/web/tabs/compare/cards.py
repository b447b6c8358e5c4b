"""A stage's card as HTML: who it is, its answer to this photo, what it fixes and what is wrong."""

from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS, label_image, photo_jpeg
from segdemo.evaluation.model_stats import ModelStats, model_stats
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import text
from segdemo.models.registry import Stage
from segdemo.web.components.figure import mask, picture
from segdemo.web.components.html import data_url
from segdemo.web.components.stage_names import header, title
from segdemo.web.formatting import iou, milliseconds, percent, short


@dataclass(frozen=True)
class Card:
    """What one card shows. `state` is waiting, running, done or failed."""

    stage: Stage
    state: str
    test_miou: float | None = None
    answer: SegmentationResult | None = None
    note: str = ""  # instead of the picture: why there is none


def photo_style(photo: Image.Image) -> str:
    """A style sheet that hands the RGB photo to every card, so that it travels once."""
    url = data_url(photo_jpeg(photo), "jpeg")
    width, height = photo.size
    return f'<style>:root {{ --photo: url("{url}"); --ratio: {width} / {height}; }}</style>'


def render(card: Card, language: str) -> str:
    """The card in HTML."""
    key = card.stage.key
    parts = [
        header(key, language),
        _covered(_picture(card, language), title(key, language), language),
        _shares(card.answer),
        _numbers(card, language),
        f'<p class="fixes">{escape(text(f"stages.{key}.fixes", language))}</p>',
        f'<p class="wrong">{escape(text(f"stages.{key}.wrong", language))}</p>',
    ]
    return f'<article class="card {card.state}" data-stage="{key}">{"".join(parts)}</article>'


def _picture(card: Card, language: str) -> str:
    if card.answer is None:
        note = card.note or text(f"compare.{card.state}", language)
        return f'<div class="picture"><div class="photo"></div><p>{escape(note)}</p></div>'
    labels = label_image(card.answer.labels, card.answer.palette)
    return picture(mask(labels), describe(card, language))


def _covered(answer: str, name: str, language: str) -> str:
    """The answer, and what lies over it while the class guesses it (present.js)."""
    label = escape(text("lesson.cover.label", language, title=name))
    question = escape(text("lesson.cover", language))
    cover = f'<button type="button" class="cover" aria-label="{label}">{question}</button>'
    return f'<div class="answer">{cover}{answer}</div>'


def describe(card: Card, language: str) -> str:
    """The picture in words: "U-Net: pet 31 %, background 57 %, border 12 %"."""
    shares = ", ".join(
        text("compare.alt.share", language, name=name, percent=percent(share))
        for name, share in zip(names(card, language), card.answer.fractions)
    )
    name = title(card.stage.key, language)
    return text("compare.alt", language, stage=name, shares=shares)


def names(card: Card, language: str) -> list[str]:
    """What the labels of the card's answer are called."""
    if card.stage.network is None:
        clusters = range(1, len(card.answer.palette) + 1)
        return [text("page.class.cluster", language, index=index) for index in clusters]
    return [text(f"page.class.{name}", language) for name in CLASSES]


def _shares(answer: SegmentationResult | None) -> str:
    """A bar of the labels' shares in their colours; empty while there is no answer."""
    parts = ""
    if answer:
        parts = "".join(
            f'<i style="flex:{share:.4f};background:rgb({r},{g},{b})"></i>'
            for share, (r, g, b) in zip(answer.fractions, answer.palette.tolist())
        )
    return f'<div class="shares" aria-hidden="true">{parts}</div>'


def _numbers(card: Card, language: str) -> str:
    known = model_stats(card.stage)
    dash = "&ndash;"
    duration = dash
    if card.answer:
        ms = milliseconds(card.answer.milliseconds)
        duration = text("compare.milliseconds", language, ms=ms)
    rows = [
        ("test-miou", f"{card.test_miou:.3f}" if card.test_miou is not None else dash),
        ("parameters", short(known.parameters) if known.parameters else dash),
        ("multiply-adds", short(known.multiply_adds) if known.multiply_adds else dash),
        ("receptive-field", sees(known, language)),
        ("time", duration),
    ]
    cells = "".join(
        f"<div><dt>{text(f'compare.{key}', language)}</dt><dd>{value}</dd></div>"
        for key, value in rows
    )
    return f"<dl>{cells}</dl>{_iou(card, language)}"


def sees(known: ModelStats, language: str) -> str:
    """How much of the photo one pixel of the answer depends on."""
    if known.sees_whole_photo:
        return text("compare.receptive-field.whole", language)
    return text("compare.receptive-field.value", language, pixels=known.receptive_field)


def _iou(card: Card, language: str) -> str:
    """IoU against the truth, per class and mean, where the truth is known."""
    if card.answer is None or card.answer.score is None:
        return ""
    result = card.answer.score
    key = "iou-best-case" if card.stage.network is None else "iou-here"
    values = "".join(_class_iou(name, value, language) for name, value in result.iou.items())
    label = text(f"compare.{key}", language)
    return f'<p class="iou">{label}: <b>{result.miou:.2f}</b> {values}</p>'


def _class_iou(name: str, value: float | None, language: str) -> str:
    """One class's IoU beside its colour, and its name for those who point at it or listen."""
    title = escape(text(f"page.class.{name}", language))
    return (
        f'<span style="--class:rgb{COLOURS[name]}" title="{title}">'
        f'<span class="sr-only">{title} </span>{iou(value)}</span>'
    )


def truth_card(truth: np.ndarray | None, language: str) -> str:
    """What a person drew, as a card after the stages'; nothing where it is not known."""
    if truth is None:
        return ""
    heading, note = (text(f"compare.{key}", language) for key in ("truth", "truth.note"))
    return (
        f'<article class="card done truth"><header><h3>{escape(heading)}</h3></header>'
        f"{_covered(picture(mask(label_image(truth)), heading), heading, language)}"
        f'<p class="note">{escape(note)}</p></article>'
    )


def legend(language: str) -> str:
    """The classes and their colours."""
    items = "".join(
        f'<li><i style="background:rgb{COLOURS[name]}"></i>'
        f"{text(f'page.class.{name}', language)}</li>"
        for name in CLASSES
    )
    return f'<ul class="legend" aria-label="{text("compare.legend", language)}">{items}</ul>'
