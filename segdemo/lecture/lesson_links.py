"""Lesson links: everything that matters of the page's state, as a query string and back.

`?tab=upsampling&matrix=1,5/4,0&mode=nearest&lang=vi` opens the page in that state. What a link
leaves out is as the page opens without one. The names are public and never change.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from segdemo.analysis.conversion import TASKS
from segdemo.analysis.robustness import DIRECTIONS, MAX_SHIFT, MAX_STRENGTH, TESTS
from segdemo.analysis.skip_ablation import parse_levels
from segdemo.data.classes import CLASSES
from segdemo.data.preprocessing import SIZE
from segdemo.data.sample_photos import OPENING_PHOTO
from segdemo.errors import InputError
from segdemo.inference.kmeans import SPANS, KMeansSettings
from segdemo.lecture.link_parameters import (
    SHOWN,
    Range,
    listed,
    number,
    number_of,
    numbers,
    numbers_in,
    one_of,
    parameter,
    read,
    refusal,
    switch,
    whole,
    write,
)
from segdemo.lecture.loss.cross_entropy import MAX_WEIGHT
from segdemo.lecture.matrices import MAX_VALUE, parse_matrix
from segdemo.lecture.teaching.networks import MAX_SEED, THIN
from segdemo.lecture.teaching.training import LOSSES, RATES, Settings, parse_networks
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.lecture.upsampling.interpolation import MAX_FACTOR, MAX_SIDE, MIN_FACTOR
from segdemo.locales import LANGUAGES
from segdemo.models.encoders import WIDTHS
from segdemo.models.registry import ALL_STAGES, NETWORKS, STAGES
from segdemo.parsing import whole_between

TABS = ("compare", "loss", "upsampling", "insight", "teach", "domains", "results", "lesson")
DOMAINS = tuple(TASKS)
SECTIONS = ("pixel", "skips", "layers", "perturb", "sizes", "truth", "answers", "score-maps")
VIEWS = ("overlay", "mask")
LAYOUTS = ("story", "grid")
STEPS = (
    "problem",
    "baseline",
    "data",
    "loss",
    "kernels",
    "reshape",
    "upsampling",
    "skips",
    "teach",
    "results",
    "domains",
)
FACTORS = (MIN_FACTOR, *range(2, MAX_FACTOR + 1))
LOSS_IDEAS = ("problems", "answer", "image", "photo", "loop")
LOSS_KINDS = ("probabilities", "logits")
UPSAMPLING_IDEAS = ("line", "exercise", "matrix", "features")

Matrix = tuple[tuple[float, ...], ...]
ANY: Range = (-MAX_VALUE, MAX_VALUE)
FRACTION: Range = (0, 1)


def _stages(text: str) -> tuple[str, ...]:
    chosen = text.split(",")
    for key in chosen:
        if key not in ALL_STAGES:
            raise refusal("stages", key, "unknown", known=listed(ALL_STAGES))
    return tuple(key for key in ALL_STAGES if key in chosen)


def _clusters(text: str) -> int:
    return KMeansSettings(clusters=text).clusters  # pyright: ignore[reportArgumentType]


def _matrix(text: str) -> Matrix:
    rows = parse_matrix([row.split(",") for row in text.split("/")])
    return tuple(map(tuple, rows.tolist()))


def _loss_pixel(text: str) -> str | None:
    sides = numbers_in(text, (1, SIZE), (1, SIZE)) if text else ()
    return None if sides is None else ",".join(str(int(side)) for side in sides)


def _pixel(text: str) -> tuple[int, int] | None:
    row, column = (whole_between(side, 0, SIZE - 1) for side in text.partition(",")[::2])
    return None if row is None or column is None else (row, column)


def _strength(task: str) -> Any:
    """What tab domains takes for one of its tasks."""
    allowed = TASKS[task].strength
    assert allowed
    return number(allowed.default, allowed.low, allowed.high)


@dataclass(frozen=True)
class LessonState:
    """What a link says, each field a parameter of its name; the defaults are the plain page."""

    tab: str = one_of(TABS)
    section: str = one_of(SECTIONS)  # of tab insight
    photo: str = parameter(OPENING_PHOTO, str)  # an example's name; an upload is in no link
    stages: tuple[str, ...] = parameter(tuple(STAGES), _stages)  # one or more, as in the ladder
    stage: str = one_of(ALL_STAGES)  # that the story shows
    show: str = one_of(VIEWS)  # not `view`, which is Gradio's own parameter
    layout: str = one_of(LAYOUTS)
    opacity: float = number(0.6, *FRACTION)  # of the mask over the photo
    k: int = parameter(3, _clusters)  # clusters of k-means
    colours: str = one_of(SPANS)
    position: bool = switch(False)  # k-means uses it too
    averaged: bool = switch(False)  # the U-Net is asked twice
    matrix: Matrix = parameter(((1, 5), (4, 8)), _matrix)
    mode: str = one_of(MODES, "bilinear")
    factor: float = number_of(FACTORS, 2)
    loss: str = one_of(LOSS_IDEAS)  # what of tab loss is open
    label: int = whole(0, 0, len(CLASSES) - 1)  # of its prediction: the true class
    kind: str = one_of(LOSS_KINDS)  # what the scores are
    scores: tuple[float, ...] = numbers((0.6, 0.13, 0.27), *[ANY] * len(CLASSES))
    loss_stage: str = one_of(NETWORKS, "unet")  # of its photo
    loss_pixel: str = parameter(  # "row,column" from 1; "" for the one with the largest loss
        "", _loss_pixel, "numbers", count=2
    )
    upsampling: str = one_of(UPSAMPLING_IDEAS)  # what of tab upsampling is open
    line: tuple[float, ...] = numbers(  # x1, x2, u, v, p, q
        (1, 5, 0.2, 0.4, 0.6, 0.8), *[ANY] * 2, *[FRACTION] * 4
    )
    cell: tuple[int, ...] = numbers(  # row, column from 1, and whether align_corners
        (2, 2, 0), *[(0, MAX_SIDE)] * 3, kind=int
    )
    decoder: int = whole(4, 1, len(WIDTHS))
    pixel: tuple[int, int] = parameter(  # (row, column) of section pixel
        (SIZE // 2, SIZE // 2), _pixel, known=f"0,0, {SIZE - 1},{SIZE - 1}"
    )
    network: str = one_of(NETWORKS, "unet")  # that section layers draws
    layer: str = parameter(
        "", lambda text: text[:SHOWN]
    )  # whose maps are open there; "" for the first block's
    beside: str = one_of(  # the stage beside the reshape head in section sizes
        [key for key in NETWORKS if key != "fcn-reshape"], "unet"
    )
    lang: str = one_of(LANGUAGES, "en")
    present: bool = switch(False)
    first: str = one_of(STAGES, "unet")  # stages that section truth compares
    second: str = one_of(STAGES, "encoder-decoder")  # with the ground truth
    test: str = one_of(TESTS, "shift")  # of section perturb
    shift: int = whole(16, 0, MAX_SHIFT)  # pixels of 128
    strength: int = whole(4, 0, MAX_STRENGTH)  # of any other test
    direction: str = one_of(DIRECTIONS, "right")
    domain: str = one_of(DOMAINS)  # the task of tab domains
    sigma: float = _strength("denoise")  # of the noise that it removes, in grey levels
    temperature: float = _strength("colourise")  # of its colours' softmax
    off: tuple[int, ...] = parameter(  # levels of the skips that are zeroed in section skips
        (), lambda text: tuple(sorted(parse_levels(text.split(","))))
    )
    teach_networks: tuple[str, ...] = parameter(  # that learn in tab teach
        tuple(THIN), lambda text: parse_networks(text.split(","))
    )
    teach_rate: float = number_of(RATES, Settings.rate)
    teach_loss: str = one_of(LOSSES, Settings.loss)
    teach_weights: tuple[float, ...] = numbers(  # of the classes
        Settings.weights, *[(0, MAX_WEIGHT)] * len(CLASSES)
    )
    teach_seed: int = whole(0, 0, MAX_SEED)  # of the random weights
    reveal: bool = switch(True)  # False: answers stay covered until the class has guessed
    step: str = one_of(("", *STEPS))  # of the lesson that runs; "" for none


def parse(
    parameters: Mapping[str, str], photos: Collection[str]
) -> tuple[LessonState, list[InputError]]:
    """The state that the parameters ask for, and a note on each that cannot be granted.

    photos: the names of the examples at hand. A bad value leaves its default; parameters that
    are not ours are nobody's mistake (Gradio and sites that pass links on add theirs).
    """
    granted, notes = {}, []
    for field in fields(LessonState):
        if field.name not in parameters:
            continue
        try:
            value = read(field, parameters[field.name])
            if field.name == "photo" and value not in photos:
                raise InputError("lesson.no-photo", photo=value[:SHOWN])
            granted[field.name] = value
        except InputError as note:
            notes.append(note)
    return LessonState(**granted), notes


def query(state: LessonState) -> str:
    """The shortest query string that `parse` turns into `state`, without its question mark."""
    plain = parameters(LessonState())
    differing = {name: value for name, value in parameters(state).items() if value != plain[name]}
    return urlencode(differing, safe=",/")


def parameters(state: LessonState) -> dict[str, str]:
    """Every parameter of the link that opens this state, by name."""
    return {field.name: write(getattr(state, field.name)) for field in fields(state)}
