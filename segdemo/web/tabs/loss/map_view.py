"""A loss map beside its photo, as HTML: pictures, worst pixel, what each class adds."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES
from segdemo.data.palette import heat, heat_gradient, label_image, photo_jpeg, png
from segdemo.data.preprocessing import SIZE
from segdemo.lecture.loss.loss_map import LossMap
from segdemo.locales import text
from segdemo.web.components.cross_entropy import bars, number, paragraph, swatch
from segdemo.web.components.html import data_url, scrolling
from segdemo.web.formatting import percent
from segdemo.web.tabs.loss.form import class_name, numbered_class

BRIGHTEST = 5.0  # loss of the lightest colour; fixed, so that stages and weights compare


def render(
    photo: Image.Image,
    predicted: np.ndarray,
    labels: np.ndarray,
    result: LossMap,
    language: str,
) -> str:
    """Photo, truth, prediction (128, 128) uint8 and loss map in a row, the worst pixel ringed."""
    row, column = result.worst
    pictures = {
        "photo": data_url(photo_jpeg(photo), "jpeg"),
        "truth": data_url(png(label_image(labels)), "png"),
        "predicted": data_url(png(label_image(predicted)), "png"),
        "losses": data_url(png(heat(result.losses, BRIGHTEST)), "png"),
    }
    ring = (
        f'<i class="ring" style="left:{100 * (column + 0.5) / SIZE:.2f}%;'
        f'top:{100 * (row + 0.5) / SIZE:.2f}%"></i>'
    )
    figures = "".join(
        f'<figure><div class="map"><img src="{source}" alt="{_said(name, result, language)}">'
        f"{ring}</div><figcaption>{escape(text(f'loss.map.{name}', language))}</figcaption>"
        "</figure>"
        for name, source in pictures.items()
    )
    return f'<div class="maps">{figures}</div>{_scale(language)}'


def _said(name: str, result: LossMap, language: str) -> str:
    row, column = (i + 1 for i in result.worst)
    values = {"mean": number(result.mean), "row": row, "column": column}
    return escape(text(f"loss.map.{name}.alt", language, **values))


def _scale(language: str) -> str:
    """What the heat map's colours mean."""
    low, high = "0", text("loss.map.above", language, loss=f"{BRIGHTEST:g}")
    return (
        f'<p class="scale"><span>{text("loss.map.scale", language)}: {low}</span>'
        f'<i style="background:{heat_gradient()}"></i><span>{high}</span></p>'
    )


def summary(result: LossMap, weights: np.ndarray, language: str) -> str:
    """The mean, the worst pixel with its three probabilities, and a row a class."""
    names = [numbered_class(i, language) for i in range(len(CLASSES))]
    row, column = (i + 1 for i in result.worst)
    at, worst = result.worst, result.worst_label
    even = bool(np.all(weights == weights[0]))
    kind = text(f"loss.map.{'mean' if even else 'weighted-mean'}", language)
    mean = (
        f'<p class="formula"><span>{escape(kind)}</span>'
        f'<span>= <b class="loss-value">{number(result.mean)}</b></span></p>'
    )
    if not even:
        mean += paragraph("map.unweighted", language, mean=number(result.unweighted_mean))
    place = text("loss.map.worst", language, row=row, column=column)
    weight = f"{weights[worst]:g} · " if weights[worst] != 1 else ""
    cost = f"{weight}−log p<sub>{worst}</sub> = <b>{number(float(result.losses[at]))}</b>"
    truth = f"{swatch(worst)} {class_name(worst, language)}"
    return (
        f'<div class="loss-row"><div>{mean}{_classes(result, weights, names, language)}</div>'
        f'<div class="worst"><h3>{escape(place)}</h3>'
        f"<p>{escape(text('loss.map.worst.truth', language))} {truth}, {cost}</p>"
        f"{bars(result.probabilities, names, worst)}</div></div>"
    )


def _classes(result: LossMap, weights: np.ndarray, names: list[str], language: str) -> str:
    head = "".join(
        f'<th scope="col">{escape(text(f"loss.map.{name}", language))}</th>'
        for name in ("class", "pixels", "class-mean", "weight", "share")
    )
    rows = "".join(
        f'<tr><th scope="row">{names[i]}</th><td>{own.pixels:,}</td>'
        f"<td>{'–' if own.mean is None else number(own.mean)}</td><td>{weights[i]:g}</td>"
        f"<td>{percent(own.share)} %</td></tr>"
        for i, own in enumerate(result.classes)
    )
    return scrolling(
        f'<table class="pixels-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
        text("loss.photo.title", language),
    )
