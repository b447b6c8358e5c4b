"""Lesson links: everything that matters of the page's state, as a query string and back.

`?tab=upsampling&matrix=1,5/4,0&mode=nearest&lang=vi` opens the page in that state. What a link
leaves out is as the page opens without one. The names are public and never change.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from segdemo.analysis.conversion import TASKS
from segdemo.analysis.robustness import DIRECTIONS, MAX_SHIFT, MAX_STRENGTH, TESTS
from segdemo.analysis.skip_ablation import parse_levels
from segdemo.data.classes import CLASSES
from segdemo.data.preprocessing import SIZE
from segdemo.data.sample_photos import OPENING_PHOTO
from segdemo.errors import InputError
from segdemo.inference.kmeans import SPANS, KMeansSettings
from segdemo.lecture.loss.cross_entropy import MAX_WEIGHT
from segdemo.lecture.matrices import MAX_VALUE, parse_matrix
from segdemo.lecture.teaching.networks import MAX_SEED, THIN
from segdemo.lecture.teaching.training import LOSSES, RATES, Settings, parse_networks
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.lecture.upsampling.interpolation import MAX_FACTOR, MAX_SIDE, MIN_FACTOR
from segdemo.locales import LANGUAGES
from segdemo.models.encoders import WIDTHS
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.parsing import number_between, to_float, whole_between

TABS = ("compare", "loss", "upsampling", "insight", "teach", "domains", "results", "lesson")
DOMAINS = ("denoise",)
SECTIONS = ("pixel", "skips", "layers", "perturb", "sizes", "truth", "answers")
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
SHOWN = 40  # characters of a bad value that its note repeats

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class LessonState:
    """What a link says, each field a parameter of its name; the defaults are the plain page."""

    tab: str = TABS[0]
    section: str = SECTIONS[0]  # of tab insight
    photo: str = OPENING_PHOTO  # an example's name; an uploaded photo is in no link
    stages: tuple[str, ...] = tuple(STAGES)  # at least one, in the ladder's order
    stage: str = next(iter(STAGES))  # that the story shows
    show: str = VIEWS[0]  # not `view`, which is Gradio's own parameter
    layout: str = LAYOUTS[0]
    opacity: float = 0.6  # of the mask over the photo, 0..1
    k: int = 3  # clusters of k-means
    colours: str = "rgb"
    position: bool = False  # k-means uses it too
    averaged: bool = False  # the U-Net is asked twice
    matrix: Matrix = ((1, 5), (4, 8))
    mode: str = "bilinear"
    factor: float = 2
    loss: str = LOSS_IDEAS[0]  # what of tab loss is open
    label: int = 0  # of its prediction: the true class, what the scores are, the scores
    kind: str = LOSS_KINDS[0]
    scores: tuple[float, ...] = (0.6, 0.13, 0.27)
    loss_stage: str = "unet"  # of its photo
    loss_pixel: str = ""  # "row,column" from 1; "" for the one with the largest loss
    upsampling: str = UPSAMPLING_IDEAS[0]  # what of tab upsampling is open
    line: tuple[float, ...] = (1, 5, 0.2, 0.4, 0.6, 0.8)  # x1, x2, u, v, p, q
    cell: tuple[int, ...] = (2, 2, 0)  # row, column from 1, and whether align_corners
    decoder: int = 4
    pixel: tuple[int, int] = (SIZE // 2, SIZE // 2)  # (row, column) of section pixel
    network: str = "unet"  # that section layers draws
    layer: str = ""  # whose maps are open there; by itself the first block's
    beside: str = "unet"  # the stage beside the reshape head in section sizes
    lang: str = "en"
    present: bool = False
    first: str = "unet"  # stages that section truth compares with the ground truth
    second: str = "encoder-decoder"
    test: str = "shift"  # of section perturb
    shift: int = 16  # pixels of 128
    strength: int = 4  # of any other test
    direction: str = "right"
    domain: str = DOMAINS[0]  # the task of tab domains
    sigma: float = 25  # of the noise that it removes, in grey levels
    off: tuple[int, ...] = ()  # levels of the skips that are zeroed in section skips
    teach_networks: tuple[str, ...] = tuple(THIN)  # that learn in tab teach
    teach_rate: float = Settings.rate
    teach_loss: str = Settings.loss
    teach_weights: tuple[float, ...] = Settings.weights  # of the classes
    teach_seed: int = 0  # of the random weights
    reveal: bool = True  # False: answers stay covered until the class has guessed
    step: str = ""  # of the lesson that runs, one of STEPS; "" for none


def parse(
    parameters: Mapping[str, str], photos: Collection[str]
) -> tuple[LessonState, list[InputError]]:
    """The state that the parameters ask for, and a note on each that cannot be granted.

    photos: the names of the examples at hand. A bad value leaves its default; parameters that
    are not ours are nobody's mistake (Gradio and sites that pass links on add theirs).
    """
    granted, notes = {}, []
    for name, read in _READERS.items():
        if name not in parameters:
            continue
        try:
            granted[name] = read(name, parameters[name])
            if name == "photo" and granted[name] not in photos:
                raise InputError("lesson.no-photo", photo=granted.pop(name)[:SHOWN])
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
    return {field.name: _write(getattr(state, field.name)) for field in fields(state)}


def write_matrix(rows: Collection[Collection[object]]) -> str:
    """Rows of numbers, or of texts that spell them, as a link's `matrix`: "1,5/4,8"."""
    return "/".join(",".join(_write(cell) for cell in row) for row in rows)


def _write(value: object) -> str:
    match value:
        case bool():
            return str(int(value))
        case float():
            return repr(value).removesuffix(".0")
        case ((*_,), *_):
            return write_matrix(value)
        case tuple():
            return ",".join(map(_write, value))
    return str(value)


def _one_of(known: Collection[str]) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value not in known:
            raise _unknown(name, value, known)
        return value

    return read


def _unknown(name: str, value: str, known: Collection[object]) -> InputError:
    choices = ", ".join(map(_write, known))
    return InputError("lesson.unknown", name=name, value=value[:SHOWN], known=choices)


def _outside(name: str, value: str, low: float, high: float) -> InputError:
    known = f"{_write(low)} … {_write(high)}"  # a seed's range has a million numbers
    return InputError("lesson.unknown", name=name, value=value[:SHOWN], known=known)


def _stages(name: str, value: str) -> tuple[str, ...]:
    asked = value.split(",")
    for key in asked:
        if key not in STAGES:
            raise _unknown(name, key, STAGES)
    return tuple(key for key in STAGES if key in asked)


def _clusters(name: str, value: str) -> int:
    return KMeansSettings(clusters=value).clusters  # pyright: ignore[reportArgumentType]


def _switch(name: str, value: str) -> bool:
    return _one_of(("0", "1"))(name, value) == "1"


def _matrix(name: str, value: str) -> Matrix:
    rows = parse_matrix([row.split(",") for row in value.split("/")])
    return tuple(map(tuple, rows.tolist()))


def _float_of(known: Collection[float]) -> Callable[[str, str], float]:
    def read(name: str, value: str) -> float:
        number = to_float(value)
        if number is None or number not in known:
            raise _unknown(name, value, known)
        return number

    return read


def _fraction(name: str, value: str) -> float:
    number = number_between(value, 0, 1)
    if number is None:
        raise _outside(name, value, 0, 1)
    return number


def _numbers(count: int, low: float, high: float) -> Callable[[str, str], tuple[float, ...]]:
    def read(name: str, value: str) -> tuple[float, ...]:
        read_ones = (number_between(number, low, high) for number in value.split(","))
        numbers = tuple(number for number in read_ones if number is not None)
        if len(numbers) != count or value.count(",") != count - 1:
            raise InputError("lesson.numbers", name=name, value=value[:SHOWN], count=count)
        return numbers

    return read


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        number = whole_between(value, low, high)
        if number is None:
            raise _outside(name, value, low, high)
        return number

    return read


def _sigma(name: str, value: str) -> float:
    allowed = TASKS["denoise"].strength
    assert allowed
    sigma = number_between(value, allowed.low, allowed.high)
    if sigma is None:
        raise _outside(name, value, allowed.low, allowed.high)
    return sigma


def _line(name: str, value: str) -> tuple[float, ...]:
    numbers = _numbers(6, -MAX_VALUE, MAX_VALUE)(name, value)
    return numbers[:2] + _numbers(4, 0, 1)(name, ",".join(map(_write, numbers[2:])))


def _cell(name: str, value: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _numbers(3, 0, MAX_SIDE)(name, value))


def _pixel(name: str, value: str) -> str:
    return value and ",".join(str(int(side)) for side in _numbers(2, 1, SIZE)(name, value))


def _levels(name: str, value: str) -> tuple[int, ...]:
    return tuple(sorted(parse_levels(value.split(","))))


def _place(name: str, value: str) -> tuple[int, int]:
    row, column = (whole_between(side, 0, SIZE - 1) for side in value.partition(",")[::2])
    if row is None or column is None:
        raise _unknown(name, value, ("0,0", f"{SIZE - 1},{SIZE - 1}"))
    return row, column


_READERS = {
    "tab": _one_of(TABS),
    "section": _one_of(SECTIONS),
    "photo": lambda name, value: value,
    "stages": _stages,
    "stage": _one_of(tuple(STAGES)),
    "show": _one_of(VIEWS),
    "layout": _one_of(LAYOUTS),
    "opacity": _fraction,
    "k": _clusters,
    "colours": _one_of(tuple(SPANS)),
    "position": _switch,
    "averaged": _switch,
    "matrix": _matrix,
    "mode": _one_of(MODES),
    "factor": _float_of(FACTORS),
    "loss": _one_of(LOSS_IDEAS),
    "label": _whole(0, len(CLASSES) - 1),
    "kind": _one_of(LOSS_KINDS),
    "scores": _numbers(len(CLASSES), -MAX_VALUE, MAX_VALUE),
    "loss_stage": _one_of(tuple(NETWORKS)),
    "loss_pixel": _pixel,
    "upsampling": _one_of(UPSAMPLING_IDEAS),
    "line": _line,
    "cell": _cell,
    "decoder": _whole(1, len(WIDTHS)),
    "pixel": _place,
    "network": _one_of(tuple(NETWORKS)),
    "layer": lambda name, value: value[:SHOWN],
    "beside": _one_of([key for key in NETWORKS if key != "fcn-reshape"]),
    "lang": _one_of(tuple(LANGUAGES)),
    "present": _switch,
    "teach_networks": lambda name, value: parse_networks(value.split(",")),
    "teach_rate": _float_of(RATES),
    "teach_loss": _one_of(tuple(LOSSES)),
    "teach_weights": _numbers(len(CLASSES), 0, MAX_WEIGHT),
    "teach_seed": _whole(0, MAX_SEED),
    "reveal": _switch,
    "first": _one_of(tuple(STAGES)),
    "second": _one_of(tuple(STAGES)),
    "test": _one_of(tuple(TESTS)),
    "shift": _whole(0, MAX_SHIFT),
    "strength": _whole(0, MAX_STRENGTH),
    "direction": _one_of(tuple(DIRECTIONS)),
    "domain": _one_of(DOMAINS),
    "sigma": _sigma,
    "off": _levels,
    "step": _one_of(("", *STEPS)),
}
