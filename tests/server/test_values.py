"""Every argument of every endpoint with values that nobody sends by accident.

Generated from what the server says of itself, so that a new endpoint is tested without a word.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest
from support.server import Caller, Endpoint, Reply, photo

from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.security.refusal import sentence

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
GENERAL = (sentence("failed"), sentence("values"))  # they name nothing


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)


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


def test_any_value_for_any_argument_is_answered(caller):
    turn = cycle(ABSURD)  # of them one, or two where everybody may call: soon done
    calls = wrong_calls(caller.endpoints, lambda asked: islice(turn, 2 if asked.public else 1))
    assert len(calls) > 200
    for (endpoint, data, _), reply in zip(calls, answers(caller, calls)):
        asked = f"{endpoint.name}({str(data)[:300]})"
        assert reply.status < 500, asked
        assert (reply.data is None) != (reply.refusal is None), asked
        if reply.refusal is not None:
            assert 3 < len(reply.refusal.split()) < 200, asked
            assert len(reply.refusal) < 2_000, asked  # what was sent is not sent back
            assert "Traceback" not in reply.refusal, asked
    assert caller.call_by_name("segment", caller.named("segment").defaults).data


def test_what_the_api_takes_it_answers(caller):
    """Or the tests of one wrong value would meet another one's refusal."""
    for endpoint in caller.endpoints:
        if endpoint.public:
            assert caller.call(endpoint, endpoint.defaults).refusal is None, endpoint


def test_what_the_api_refuses_it_names(caller):
    """Every argument of every public endpoint, with every kind of value."""
    calls = wrong_calls([e for e in caller.endpoints if e.public], lambda _: KINDS)
    refused = set()
    for (endpoint, data, i), reply in zip(calls, answers(caller, calls)):
        assert reply.refusal not in GENERAL, f"{endpoint.name}({data})"
        if reply.refusal:
            refused.add((endpoint.name, endpoint.names[i]))
    assert refused == {(e.name, name) for e in caller.endpoints if e.public for name in e.names}


@pytest.mark.parametrize(
    ("endpoint", "argument", "value", "key", "takes"),
    [
        ("layers", "stage", "vgg", "one-of", {"known": ", ".join(NETWORKS)}),
        ("layers", "stage", None, "one-of", {"known": ", ".join(NETWORKS)}),
        ("layers", "photo", [], "file", {}),
        ("segment", "stage", ["unet"], "one-of", {"known": ", ".join(STAGES)}),
        ("segment", "clusters", "3", "range", {"least": 2, "most": 8}),
        ("compare", "clusters", 9, "range", {"least": 2, "most": 8}),
        ("archive", "space", "hsv", "one-of", {"known": "rgb, lab"}),
        ("probe", "measured", "no", "true-or-false", {}),
        ("report", "language", "fr", "one-of", {"known": "en, vi"}),
    ],
)
def test_a_refusal_says_which_value_and_what_fits(caller, endpoint, argument, value, key, takes):
    asked = caller.named(endpoint)
    data = [value if name == argument else v for name, v in zip(asked.names, asked.defaults)]
    assert caller.call(asked, data).refusal == sentence(key, name=argument, **takes)


def test_too_few_values(caller):
    missing = sentence("too-few", names="photo, stage")
    assert caller.call_by_name("layers", [None]).refusal == missing


@pytest.mark.parametrize("data", [[], [None], [1] * 50, {}, "x", None, 7, [[]]])
@pytest.mark.parametrize("name", ["segment", "upsample", "updates"])
def test_any_number_of_arguments_is_answered(caller, name, data):
    reply = caller.call(caller.named(name), data)
    assert reply.status < 500
    assert reply.refusal


@pytest.mark.parametrize(
    "envelope",
    [
        {"fn_index": -1},
        {"fn_index": 10**6},
        {"fn_index": "0"},
        {"fn_index": None},
        {"trigger_id": -1},
        {"trigger_id": 10**30},
        {"trigger_id": 1, "event_data": [[]]},
        {"event_data": {"index": "x", "value": {}}},
        {"batched": True},
        {"simple_format": True},
        {"event_id": "x" * 1000},
        {"session_hash": "../../x"},
        {"session_hash": 1},
        {"session_hash": None},
        {"oauth_token": {}},
        {"request": {"headers": {}}},
    ],
)
@pytest.mark.parametrize("route", ["/gradio_api/queue/join", "/gradio_api/run/updates"])
def test_what_surrounds_the_arguments_may_be_anything(caller, route, envelope):
    endpoint = caller.named("updates")
    body = {"data": ["en"], "fn_index": endpoint.index, "session_hash": "envelope"} | envelope
    answer = caller.post(route, body)
    assert answer.status_code in (200, 400, 404, 422)
    assert answer.json()


@pytest.mark.parametrize("route", ["call/updates", "call/v2/updates", "call/none", "call/v2/none"])
@pytest.mark.parametrize("body", [None, [], 1, "x", {}, {"data": {}}, {"data": None}, {"x": 1}])
def test_the_body_of_a_call_may_be_anything(caller, route, body):
    answer = caller.post(f"/gradio_api/{route}", body)
    assert answer.status_code in (404, 422)
    assert answer.json()["detail"]
