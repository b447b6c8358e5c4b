"""Every argument of every endpoint with values that nobody sends by accident.

Generated from what the server says of itself, so that a new endpoint is tested without a word.
"""

import math
import random
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest
from support.memory import FUZZ, MEBIBYTE, resident
from support.server import Caller, Endpoint, Reply, photo

ABSURD = (
    None,
    True,
    -1,
    1e308,
    10**400,
    float("nan"),
    "",
    "x" * 100_000,
    "\0<script>alert(1)</script>{}",
    "\ud800",
    [],
    [[[[]]]],
    {},
    photo("/etc/passwd"),
    {"path": ["/etc/passwd"], "url": 1, "meta": {"_type": "gradio.FileData"}},
    "NaN",
    "Infinity",
)
KINDS = (None, True, -1, "x", [], {})  # one value of each that JSON has


def wrong_calls(endpoints: list[Endpoint], values: Callable[[Endpoint], Iterable]) -> list:
    """(endpoint, its inputs with one of them exchanged, which one), for each of its `values`."""
    return [
        (endpoint, [*endpoint.defaults[:i], value, *endpoint.defaults[i + 1 :]], i)
        for endpoint in endpoints
        for i, stateful in enumerate(endpoint.stateful)
        if not stateful
        for value in values(endpoint)
    ]


def answers(caller: Caller, calls: list) -> list[Reply]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda call: caller.call(*call[:2]), calls))


def check_sentence(reply: Reply, asked: str) -> None:
    """Fail unless the reply is an answer, or a sentence that shows nothing of the server."""
    assert reply.status < 500, asked
    assert (reply.data is None) != (reply.refusal is None), asked
    if reply.refusal is not None:
        assert len(reply.refusal.split()) > 3, asked
        assert "Traceback" not in reply.refusal, asked
        assert "site-packages" not in reply.refusal, asked


def test_any_value_for_any_argument_is_answered(caller):
    turn = cycle(ABSURD)  # of them one, or two where everybody may call: soon done
    calls = wrong_calls(caller.endpoints, lambda asked: islice(turn, 2 if asked.public else 1))
    assert len(calls) > 200
    for (endpoint, data, _), reply in zip(calls, answers(caller, calls)):
        check_sentence(reply, f"{endpoint.name}({str(data)[:300]})")
    assert caller.call_by_name("segment", caller.named("segment").defaults).data


def test_what_the_api_takes_it_answers(caller):
    """Or the tests of one wrong value would meet another one's refusal."""
    for endpoint in caller.endpoints:
        if endpoint.public:
            assert caller.call(endpoint, endpoint.defaults).refusal is None, endpoint


def test_every_argument_of_the_api_is_looked_at(caller):
    """Of every kind of value there is one that it does not take."""
    calls = wrong_calls([e for e in caller.endpoints if e.public], lambda _: KINDS)
    refused = set()
    for (endpoint, data, i), reply in zip(calls, answers(caller, calls)):
        check_sentence(reply, f"{endpoint.name}({data})")
        if reply.refusal:
            refused.add((endpoint.name, endpoint.names[i]))
    assert refused == {(e.name, name) for e in caller.endpoints if e.public for name in e.names}


@pytest.mark.parametrize(
    ("endpoint", "argument", "value", "says"),
    [
        ("layers", "stage", "vgg", "encoder-decoder"),
        ("segment", "stage", ["unet"], "encoder-decoder"),
        ("segment", "stage", None, "encoder-decoder"),
        ("compare", "clusters", 9, "8"),
        ("compare", "position", "no", "true"),
        ("archive", "space", "hsv", "lab"),
        ("report", "language", "fr", "vi"),
    ],
)
def test_a_refusal_says_what_fits(caller, endpoint, argument, value, says):
    asked = caller.named(endpoint)
    data = [value if name == argument else v for name, v in zip(asked.names, asked.defaults)]
    assert says in caller.call(asked, data).refusal


@pytest.mark.parametrize("data", [[], [None], [1] * 50, {}, "x", None, 7, [[]]])
@pytest.mark.parametrize("name", ["segment", "upsample", "updates"])
def test_any_number_of_arguments_is_answered(caller, name, data):
    reply = caller.call(caller.named(name), data)
    assert reply.status < 500
    assert reply.refusal


# ---- At random ----

GOOD = {
    "upsample": ([[1, 5], [4, 8]], "bilinear", 2, False),
    "inspect": ([[1, 5], [4, 8]], "bilinear", [4, 4], False, 0, 0),
    "cross_entropy": ([2, 1, 0], 0, False),
}
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


def spoilt_call(rng: random.Random) -> tuple[str, list]:
    name = rng.choice(tuple(GOOD))
    values = list(GOOD[name])
    for place in rng.choices(range(len(values)), k=rng.choice((1, 1, 1, 2))):
        values[place] = spoilt(rng, values[place])
    return name, values


@pytest.mark.fuzzing
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory in use from /proc")
def test_fuzzing_calls_gives_answers_and_sentences_and_no_growth(caller):
    """SEGDEMO_FUZZ says how many: the long run is `SEGDEMO_FUZZ=100000 pytest -m fuzzing`."""
    rng = random.Random(FUZZ)
    indices = {name: caller.named(name).index for name in GOOD}

    def passed(count: int) -> int:
        answered = 0
        for _ in range(count):
            name, values = spoilt_call(rng)
            body = {"data": values, "fn_index": indices[name]}
            answer = caller.post("/gradio_api/run/predict", body)
            assert answer.status_code in (200, 422), (name, str(values)[:300])
            answered += "data" in answer.json()
        return answered

    first = passed(FUZZ // 2)
    before = resident()
    second = passed(FUZZ - FUZZ // 2)
    assert 0 < first + second < FUZZ
    assert resident() - before < 32 * MEBIBYTE
