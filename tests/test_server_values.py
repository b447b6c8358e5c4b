"""Every argument of every endpoint with values that nobody sends by accident.

Generated from what the server says of itself, so that a new endpoint is tested without a word.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from server import Caller, photo

from segdemo.ui.security.refusal import sentence

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
# Each argument gets one of them, the next one's turn, or two where everybody may call: so that one
# run takes seconds.
# Those whose arguments are plain values: what is wrong with one, they say themselves.
TELLING = ("segment", "compare", "upsample", "inspect", "cross_entropy")


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)


def wrong_calls(endpoints: list, turn) -> list:
    """(endpoint, its inputs with one of them absurd)."""
    return [
        (endpoint, [*endpoint.defaults[:i], next(turn), *endpoint.defaults[i + 1 :]])
        for endpoint in endpoints
        for i, stateful in enumerate(endpoint.stateful)
        if not stateful
        for _ in range(2 if endpoint.public else 1)
    ]


def test_any_value_for_any_argument_is_answered(caller):
    calls = wrong_calls(caller.endpoints, itertools.cycle(ABSURD))
    assert len(calls) > 100
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda call: caller.call(*call), calls))
    for (endpoint, data), reply in zip(calls, replies):
        asked = f"{endpoint.name}({str(data)[:300]})"
        assert reply.status < 500, asked
        assert (reply.data is None) != (reply.refusal is None), asked
        assert reply.refusal is None or len(reply.refusal.split()) > 3, asked
        assert "Traceback" not in str(reply.refusal), asked
    assert caller.call_by_name("segment", caller.named("segment").defaults).data


@pytest.mark.parametrize("name", TELLING)
def test_what_the_api_refuses_it_explains(caller, name):
    for endpoint, data in wrong_calls([caller.named(name)], itertools.cycle(ABSURD)):
        assert caller.call(endpoint, data).refusal != sentence("failed"), data


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
