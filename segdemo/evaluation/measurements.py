"""Files of measurements beside the checkpoints, each written by a command of `python -m train`."""

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

Result = TypeVar("Result")


class MeasurementError(Exception):
    """A file of measurements cannot be used; the message names it and says what to do.

    Visitors read it too: of the path it shows the last folder alone.
    """

    def __init__(self, path: Path, problem: str, command: str):
        super().__init__(
            f"{Path(path.parent.name, path.name)}: {problem}; restore it with "
            f"`git checkout -- {path.parent.name}` or measure it again with "
            f"`python -m train {command} --data PATH`"
        )


class MissingMeasurementError(MeasurementError):
    """There is no such file."""


def read_measurement(path: Path, command: str, kind: type[Result]) -> Result:
    """The `kind` that `python -m train <command>` wrote there as JSON.

    Raises MissingMeasurementError, or MeasurementError for a file that is not as written.
    """
    try:
        return TypeAdapter(kind).validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise MissingMeasurementError(path, "file not found", command) from error
    except OSError as error:
        raise MeasurementError(path, f"cannot be read ({error.strerror})", command) from error
    except ValidationError as error:
        first = error.errors()[0]
        said = ": ".join((*map(str, first["loc"]), first["msg"]))
        raise MeasurementError(path, f"not as written ({said})", command) from error
