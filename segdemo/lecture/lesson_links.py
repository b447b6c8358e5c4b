"""Lesson links: everything that matters of the page's state, as a query string and back.

`?tab=upsampling&matrix=1,5/4,0&mode=nearest&lang=vi` opens the page in that state. What a link
leaves out is as the page opens without one. The names are public and never change.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from segdemo.data.preprocessing import SIZE
from segdemo.errors import InputError
from segdemo.inference.kmeans import SPANS, KMeansSettings
from segdemo.lecture.matrices import parse_matrix
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.lecture.upsampling.interpolation import MAX_FACTOR, MIN_FACTOR
from segdemo.locales import LANGUAGES
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.parsing import to_float, whole_between

TABS = ("compare", "loss", "upsampling", "insight", "results", "lesson")
SECTIONS = ("pixel", "skips", "layers", "perturb", "sizes", "truth", "answers")
VIEWS = ("overlay", "mask")
FACTORS = (MIN_FACTOR, *range(2, MAX_FACTOR + 1))
SHOWN = 40  # characters of a bad value that its note repeats

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class LessonState:
    """What a link says, each field a parameter of its name; the defaults are the plain page."""

    tab: str = TABS[0]
    section: str = SECTIONS[0]  # of tab insight
    photo: str = "cat"  # an example's name; an uploaded photo is in no link
    stages: tuple[str, ...] = tuple(STAGES)  # at least one, in the ladder's order
    show: str = VIEWS[0]  # not `view`, which is Gradio's own parameter
    k: int = 3  # clusters of k-means
    colours: str = "rgb"
    position: bool = False  # k-means uses it too
    matrix: Matrix = ((1, 5), (4, 8))
    mode: str = "bilinear"
    factor: float = 2
    pixel: tuple[int, int] = (SIZE // 2, SIZE // 2)  # (row, column) of section pixel
    network: str = "unet"  # that section layers draws
    layer: str = ""  # whose maps are open there; by itself the first block's
    beside: str = "unet"  # the stage beside the reshape head in section sizes
    lang: str = "en"
    present: bool = False
    reveal: bool = True  # False: answers stay covered until the class has guessed


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


def _stages(name: str, value: str) -> tuple[str, ...]:
    asked = value.split(",")
    for key in asked:
        if key not in STAGES:
            raise _unknown(name, key, STAGES)
    return tuple(key for key in STAGES if key in asked)


def _clusters(name: str, value: str) -> int:
    return KMeansSettings(clusters=value).clusters


def _switch(name: str, value: str) -> bool:
    return _one_of(("0", "1"))(name, value) == "1"


def _matrix(name: str, value: str) -> Matrix:
    rows = parse_matrix([row.split(",") for row in value.split("/")])
    return tuple(map(tuple, rows.tolist()))


def _factor(name: str, value: str) -> float:
    number = to_float(value)
    if number not in FACTORS:
        raise _unknown(name, value, FACTORS)
    return number


def _pixel(name: str, value: str) -> tuple[int, int]:
    row, _, column = value.partition(",")
    pixel = whole_between(row, 0, SIZE - 1), whole_between(column, 0, SIZE - 1)
    if None in pixel:
        raise _unknown(name, value, ("0,0", f"{SIZE - 1},{SIZE - 1}"))
    return pixel


_READERS = {
    "tab": _one_of(TABS),
    "section": _one_of(SECTIONS),
    "photo": lambda name, value: value,
    "stages": _stages,
    "show": _one_of(VIEWS),
    "k": _clusters,
    "colours": _one_of(tuple(SPANS)),
    "position": _switch,
    "matrix": _matrix,
    "mode": _one_of(MODES),
    "factor": _factor,
    "pixel": _pixel,
    "network": _one_of(tuple(NETWORKS)),
    "layer": lambda name, value: value[:SHOWN],
    "beside": _one_of([key for key in NETWORKS if key != "fcn-reshape"]),
    "lang": _one_of(tuple(LANGUAGES)),
    "present": _switch,
    "reveal": _switch,
}
