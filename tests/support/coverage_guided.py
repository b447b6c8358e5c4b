"""Coverage-guided fuzzing: inputs that reach new code are kept and changed further.

`pip install atheris`, then `python tests/support/coverage_guided.py TARGET -runs=100000`, TARGET
being `photos` (the decoder), `matrices` (the parser) or `calls` (the check of a request). It ends
at the first input that gets anything else than an answer or a sentence, and writes it to a file.
Options after TARGET are libFuzzer's.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["segdemo", "PIL"]):
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from support.photo_corpus import animated, polyglots, whole

    from segdemo.data.image_decoding import decode
    from segdemo.errors import InputError
    from segdemo.lecture.matrices import parse_matrix
    from segdemo.web.security.calls import Files, checked_call
    from segdemo.web.security.request_error import RequestError

LONGEST = 20_000  # bytes of an input: the corpus' files have at most half


def photos(data: bytes) -> None:
    """In this process, not in one of its own: what ends that would not be seen here."""
    try:
        decode(data)
    except InputError as error:
        str(error)


def matrices(data: bytes) -> None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        parse_matrix(value)
    except InputError as error:
        str(error)


def calls(data: bytes) -> None:
    try:
        checked_call(data, Files(tempfile.gettempdir(), ()))
    except RequestError as error:
        str(error)


def files() -> Iterator[bytes]:
    """Small photos of every kind; not AVIF, whose decoder tells what it does to no one."""
    for name, data in [*whole(), *animated()]:
        if not name.startswith("AVIF"):
            yield data
    yield from polyglots().values()


# The function of a target, and what to begin with.
TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], Iterator[bytes]]]] = {
    "photos": (photos, files),
    "matrices": (matrices, lambda: iter((b"[[1, 5], [4, 8]]", b'[["1e3", null], [-0.5, "x"]]'))),
    "calls": (calls, lambda: iter((b'{"data": [[1], "a"], "session_hash": "\\ud800"}', b"[{}]"))),
}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(__doc__)
    target, beginnings = TARGETS[sys.argv.pop(1)]
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(beginnings()):
            (Path(corpus) / str(number)).write_bytes(data)
        atheris.Setup([*sys.argv, corpus, f"-max_len={LONGEST}"], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
