"""Calls of random values are answered or refused with a sentence, and leave nothing in memory.

As with the damaged photos of test_photos.py, SEGDEMO_FUZZ says how many: the long run is
`SEGDEMO_FUZZ=100000 pytest -k fuzzing`.
"""

import json
import math
import random
import sys
from collections.abc import Callable
from contextlib import suppress

import gradio as gr
import pytest
from support.memory import FUZZ, MEBIBYTE, resident

from segdemo.web.api import cross_entropy, inspect, upsample
from segdemo.web.photo_input import PhotoInput
from segdemo.web.security.bodies import check_call
from segdemo.web.security.refusal import Refusal
from segdemo.web.security.values import misfit

GOOD = {
    upsample: ([[1, 5], [4, 8]], "bilinear", 2, False),
    inspect: ([[1, 5], [4, 8]], "bilinear", [4, 4], False, 0, 0),
    cross_entropy: ([2, 1, 0], 0, False),
}
COMPONENTS = (
    gr.Radio([("A", "a"), ("B", 2)]),
    gr.CheckboxGroup(["a", "b"]),
    gr.Dropdown(["a", "b"]),
    gr.Slider(1, 8),
    gr.Checkbox(),
    PhotoInput(),
)
ATOMS = (
    *(None, True, False, 0, 1, -1, 2, 48, 49, 2.5, -0.0, 1e-320, 1e308, 10**30, 10**400),
    *(math.nan, math.inf, "", "a", "nearest", "transposed", "1e999", "NaN", "1,5", "\ud800"),
    *("\0", "<b>", "{}", "%s", "x" * 10_000),
)


def junk(rng: random.Random, depth: int = 0) -> object:
    """A JSON value of any kind, nested at most 5 deep."""
    if depth == 5 or rng.random() < 0.5:
        return rng.choice(ATOMS)
    inner = [junk(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 2, 3, 7)))]
    keys = ("path", "url", "meta", "value", "")
    return inner if rng.random() < 0.7 else dict(zip(keys, inner))


def spoilt(rng: random.Random, good: object) -> object:
    """`good` with something in it exchanged, or all of it."""
    if isinstance(good, list) and good and rng.random() < 0.8:
        place = rng.randrange(len(good))
        return [*good[:place], spoilt(rng, good[place]), *good[place + 1 :]]
    return junk(rng)


def damaged_body(rng: random.Random) -> bytes:
    body = bytearray(json.dumps({"data": junk(rng), "session_hash": rng.choice(ATOMS)}).encode())
    for _ in range(rng.randrange(3)):
        place = rng.randrange(len(body))
        body[place : place + 1] = rng.choice((b"", b"[", b"}", b'"', b"\\u", b"\xff", b"[[" * 40))
    return bytes(body)


def spoilt_call(rng: random.Random) -> tuple[Callable, list]:
    call = rng.choice(tuple(GOOD))
    values = list(GOOD[call])
    for place in rng.choices(range(len(values)), k=rng.choice((1, 1, 1, 2))):
        values[place] = spoilt(rng, values[place])
    return call, values


def check_sentence(error: gr.Error) -> None:
    assert len(str(error).split()) > 3
    assert not error.print_exception


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory in use from /proc")
def test_fuzzing_calls_gives_answers_and_sentences_and_no_growth():
    rng = random.Random(FUZZ)

    def passed(count: int) -> int:
        refused = 0
        for _ in range(count):
            with suppress(Refusal):
                check_call(damaged_body(rng))
            said = misfit("name", rng.choice(COMPONENTS), junk(rng))
            assert said is None or len(said) < 1000
            call, values = spoilt_call(rng)
            try:
                json.dumps(call(*values))
            except gr.Error as error:
                check_sentence(error)
                refused += 1
        return count - refused

    first = passed(FUZZ // 2)
    before = resident()
    second = passed(FUZZ - FUZZ // 2)
    assert 0 < first + second < FUZZ
    assert resident() - before < 32 * MEBIBYTE
