"""The live server asked without a client library: any value, any route, any header."""

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import httpx

from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS

PATIENCE = 60  # seconds: no answer by then counts as a hang, even on a busy machine


def photo(path: object) -> dict:
    """An uploaded file as the value of a picture."""
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}}


# What these endpoints take, where Gradio's own examples of an argument's type are refused.
EXAMPLES = {
    "photo": photo(SAMPLE_PHOTOS[OPENING_PHOTO].path),
    "matrix": [[1, 5], [4, 8]],
    "mode": "bilinear",
    "size": [4, 4],
    "scores": [2, 1, 0],
    "label": 0,
    "test": "shift",
    "strength": 4,
    "convert/strength": 25,
    "direction": "right",
    "strokes": None,
    "steps": 2,
}


@dataclass(frozen=True)
class Endpoint:
    """One event of the page, or one function of its API, by what the server says of itself."""

    index: int
    name: str
    public: bool
    queued: bool
    names: list[str]  # of its inputs, as far as a public one has told
    defaults: list  # a value that each input takes
    stateful: list[bool]  # of each input: the server takes it from the session, whatever is sent


@dataclass(frozen=True)
class Reply:
    """How a call ended: with `data`, or with the sentence `refusal`."""

    status: int
    data: list | None
    refusal: str | None


class Caller:
    """Calls endpoints by their number, over the route that the page would take."""

    def __init__(self, url: str):
        self.http = httpx.Client(base_url=url, timeout=PATIENCE)
        self._sessions = threading.local()

    @cached_property
    def config(self) -> dict:
        return self.http.get("/config").raise_for_status().json()

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        """Everything that can be called, private ones too."""
        info = self.http.get("/gradio_api/info").raise_for_status().json()["named_endpoints"]
        components = {component["id"]: component for component in self.config["components"]}
        found = []
        for event in self.config["dependencies"]:
            if not event["backend_fn"]:
                continue
            inputs = [components[number] for number in event["inputs"]]
            defaults = [_value(component["props"]) for component in inputs]
            public = event["api_visibility"] == "public"
            parameters = info[f"/{event['api_name']}"]["parameters"] if public else []
            names = [parameter["parameter_name"] for parameter in parameters]
            if public:  # none has a state among its inputs
                told = zip(parameters, defaults, strict=True)
                defaults = [_taken(event["api_name"], *one) for one in told]
            stateful = [component["type"] == "state" for component in inputs]
            name, queued = event["api_name"], event["queue"]
            found.append(Endpoint(event["id"], name, public, queued, names, defaults, stateful))
        return found

    def named(self, name: str) -> Endpoint:
        return next(endpoint for endpoint in self.endpoints if endpoint.name == name)

    @property
    def session(self) -> str:
        """A name for this thread's session."""
        if not hasattr(self._sessions, "name"):
            self._sessions.name = secrets.token_hex(8)
        return self._sessions.name

    def call(self, endpoint: Endpoint, data: object) -> Reply:
        if endpoint.public:
            return self.call_by_name(endpoint.name, data)
        body = {"data": data, "fn_index": endpoint.index, "session_hash": self.session}
        if endpoint.queued:
            return self._queued("/gradio_api/queue/join", body, "/gradio_api/queue/data")
        answer = self.post("/gradio_api/run/predict", body)
        return _reply(answer.status_code, answer.json())

    def call_by_name(self, name: str, data: object) -> Reply:
        return self._queued(f"/gradio_api/call/{name}", {"data": data}, None)

    def post(self, path: str, body: object) -> httpx.Response:
        """Any value as JSON, what httpx takes for none included (half a surrogate pair)."""
        content = json.dumps(body)
        return self.http.post(path, content=content, headers={"content-type": "application/json"})

    def _queued(self, join: str, body: dict, stream: str | None) -> Reply:
        joined = self.post(join, body)
        if joined.status_code != 200:
            return _reply(joined.status_code, joined.json())
        where = stream or f"{join}/{joined.json()['event_id']}"
        with self.http.stream("GET", where, params={"session_hash": self.session}) as lines:
            return last_reply(lines)

    def upload(self, *files: tuple[str, bytes], field: str = "files") -> httpx.Response:
        return self.http.post("/gradio_api/upload", files=[(field, file) for file in files])


def _value(props: dict) -> object:
    """What a component holds once the page is open."""
    return EXAMPLES["photo"] if props.get("elem_id") == "photo" else props.get("value")


def _taken(endpoint: str, parameter: dict, shown: object) -> object:
    """A value that this parameter takes; `shown` is what the page has there at first."""
    name = parameter["parameter_name"]
    for key in (f"{endpoint}/{name}", name):
        if key in EXAMPLES:
            return EXAMPLES[key]
    if shown is not None:
        return shown
    return parameter["parameter_default" if parameter["parameter_has_default"] else "example_input"]


def last_reply(lines: httpx.Response) -> Reply:
    """The end of a stream of events, of either of Gradio's two kinds."""
    event, data = None, None
    for line in lines.iter_lines():
        kind, _, value = line.partition(": ")
        if kind == "event":
            event = value
        elif kind == "data":
            data = json.loads(value)
            if event in ("complete", "error"):
                return _reply(200, {"data": data} if event == "complete" else data)
            if isinstance(data, dict) and data.get("msg") == "process_completed":
                return _reply(200, data["output"])
    raise AssertionError(f"the stream ended without an answer, after {data!r}")


def _reply(status: int, body: object) -> Reply:
    """From a result, a gr.Error, FastAPI's validation, or the server's own refusal."""
    if isinstance(body, dict) and "data" in body:
        return Reply(status, body["data"], None)
    if isinstance(body, dict):
        body = body.get("error") or body.get("detail")
    return Reply(status, None, body if isinstance(body, str) or body is None else json.dumps(body))


@contextmanager
def listening() -> Iterator[tuple[str, list]]:
    """A server on this machine: its address, and who has come to it so far."""
    visits = []

    def note() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:  # closed
                return
            visits.append(address)
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=note, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", visits


def eventually(reached: Callable[[], object]) -> None:
    """Wait until `reached()` is true; fail when nobody would wait any longer."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
