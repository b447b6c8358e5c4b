"""Files of measurements beside the checkpoints, each written by a command of `python -m train`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

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


def read_measurement(path: Path, command: str, parse: Callable[[Any], Result]) -> Result:
    """What `parse` makes of the JSON that `python -m train <command>` wrote.

    Raises MissingMeasurementError, or MeasurementError for a file that is not as written.
    """
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise MissingMeasurementError(path, "file not found", command) from error
    except OSError as error:
        raise MeasurementError(path, f"cannot be read ({error.strerror})", command) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MeasurementError(path, f"not as written ({error})", command) from error
