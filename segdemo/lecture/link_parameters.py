"""Kinds of parameters of a lesson link: a default, and how a link's text is read and written."""

from collections.abc import Callable, Collection
from dataclasses import Field, field
from typing import Any

from segdemo.errors import InputError
from segdemo.parsing import number_between, to_float, whole_between

SHOWN = 40  # characters of a bad value that its note repeats

Range = tuple[float, float]


def parameter(
    default: Any, read: Callable[[str], Any], problem: str = "unknown", **values: object
) -> Any:
    """A dataclass field that is a link's parameter. Of a text that is no value, `read` makes None.

    The note on that text is then the sentence `lesson.<problem>` with these values.
    """
    return field(default=default, metadata={"read": read, "problem": problem, "values": values})


def one_of(known: Collection[str], default: str | None = None) -> Any:
    """One of these names, by default the first."""
    names = tuple(known)
    default = names[0] if default is None else default
    listed_names = listed([name for name in names if name])
    return parameter(default, lambda text: text if text in names else None, known=listed_names)


def switch(default: bool) -> Any:
    return parameter(default, {"0": False, "1": True}.get, known="0, 1")


def number_of(known: Collection[float], default: float) -> Any:
    """One of these numbers."""

    def read(text: str) -> float | None:
        number = to_float(text)
        return number if number in known else None

    return parameter(default, read, known=listed(known))


def number(default: float, low: float, high: float) -> Any:
    known = f"{write(low)} … {write(high)}"
    return parameter(default, lambda text: number_between(text, low, high), known=known)


def whole(default: int, low: int, high: int) -> Any:
    known = f"{low} … {high}"  # a seed's range has a million numbers
    return parameter(default, lambda text: whole_between(text, low, high), known=known)


def numbers(default: tuple[float, ...], *ranges: Range, kind: type = float) -> Any:
    """As many numbers as there are ranges, each within its own."""

    def read(text: str) -> tuple[float, ...] | None:
        found = numbers_in(text, *ranges)
        return found and tuple(map(kind, found))

    return parameter(default, read, "numbers", count=len(ranges))


def numbers_in(text: str, *ranges: Range) -> tuple[float, ...] | None:
    """The text's numbers, if it has one for each range and all are within theirs."""
    parts = text.split(",")
    within = (number_between(part, *ends) for part, ends in zip(parts, ranges))
    found = tuple(one for one in within if one is not None)
    return found if len(found) == len(parts) == len(ranges) else None


def read(parameter: Field, text: str) -> Any:
    """The value that the text spells. Raises InputError."""
    value = parameter.metadata["read"](text)
    if value is None:
        problem, values = parameter.metadata["problem"], parameter.metadata["values"]
        raise refusal(parameter.name, text, problem, **values)
    return value


def refusal(name: str, text: str, problem: str, **values: object) -> InputError:
    return InputError(f"lesson.{problem}", name=name, value=text[:SHOWN], **values)


def write(value: object) -> str:
    """The text that stands for a value in a link: "1", "0.5", "1,2", "1,5/4,8"."""
    match value:
        case bool():
            return str(int(value))
        case float():
            return repr(value).removesuffix(".0")
        case ((*_,), *_):
            return "/".join(map(write, value))
        case tuple():
            return ",".join(map(write, value))
    return str(value)


def listed(known: Collection[object]) -> str:
    return ", ".join(map(write, known))
