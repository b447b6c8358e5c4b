"""The limits hold however a photo or a request comes."""

import base64
import io
import json
import random
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from PIL import Image
from support.memory import FUZZ
from support.server import Caller, eventually, listening, photo

from segdemo.data.photo_limits import MAX_BYTES, max_pixels
from segdemo.errors import InputError
from segdemo.web.security import limits
from segdemo.web.security.request_error import bilingual

FORM_END = b"\r\n--b--\r\n"
FORM_START = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.png"\r\n\r\n'
FORM = {"content-type": "multipart/form-data; boundary=b"}
JOIN = "/gradio_api/queue/join"


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def data_url(data: bytes) -> dict:
    encoded = base64.b64encode(data).decode()
    return {"url": f"data:image/png;base64,{encoded}", "meta": {"_type": "gradio.FileData"}}


SMALL = png(Image.new("RGB", (60, 40), "orange"))
BOMB = png(Image.new("1", (50_000, 50_000)))


def segment(caller: Caller, image: object):
    return caller.call_by_name("segment", [image, "cnn-1x1", 3, "rgb", False])


def send(caller: Caller, body: bytes, path: str = JOIN):
    return caller.http.post(path, content=body, headers={"content-type": "application/json"})


# ---- Photos ----


def test_a_photo_comes_by_upload_or_as_a_data_url(caller):
    uploaded = segment(caller, photo(caller.upload(("cat.png", SMALL)).json()[0]))
    inline = segment(caller, data_url(SMALL))
    assert uploaded.data[1]["shares"] == inline.data[1]["shares"]


@pytest.mark.parametrize(
    ("data", "key", "values"),
    [
        (b"<html>not a photo</html>", "photo.not-a-photo", None),
        (SMALL[:-40], "photo.damaged", {}),
        (BOMB, "photo.too-long", None),
        (png(Image.new("1", (19_999, 2000))), "photo.too-many-pixels", None),
        (b"", "photo.empty", {}),
    ],
)
def test_the_photo_s_limits_hold_either_way(caller, data, key, values):
    expected = InputError(key, **values).in_every_language() if values is not None else None
    for image in (photo(caller.upload(("cat.png", data)).json()[0]), data_url(data)):
        answer = segment(caller, image).refusal
        assert answer == expected if expected else answer.split()[0] in ("The", "This")
        assert answer != bilingual("failed")
    assert max_pixels("PNG") < 19_999 * 2000


def test_without_a_photo_a_call_is_refused(caller):
    """Not answered for the example that the page opens with, whichever way it was left out."""
    missing = InputError("photo.missing").in_every_language()
    assert segment(caller, None).refusal == missing
    left_out = caller.post("/gradio_api/call/v2/segment", {"stage": "cnn-1x1"})
    assert left_out.status_code == 422
    info = caller.http.get("/gradio_api/info").json()["named_endpoints"]
    parameters = [one for endpoint in info.values() for one in endpoint["parameters"]]
    required = [one for one in parameters if one["parameter_name"] == "photo"]
    assert required
    assert not any(one["parameter_has_default"] for one in required)


def elsewhere(url: str) -> list[dict]:
    """Values of a photo that name its address."""
    file = {"url": url, "meta": {"_type": "gradio.FileData"}}
    return [photo(url), photo(url) | {"url": url}, {"path": url}, file, {"a": [{"b": file}]}]


def test_a_photo_elsewhere_is_not_fetched_wherever_it_hides(caller):
    with listening() as (url, visits):
        calls = [
            (endpoint, [value] * len(endpoint.defaults))
            for endpoint in caller.endpoints
            if endpoint.defaults
            for value in elsewhere(f"{url}/x.png")
        ]
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda call: caller.call(*call), calls))
        assert {reply.refusal for reply in replies} == {bilingual("remote")}
        assert not visits


def test_a_photo_s_path_is_what_counts(caller):
    """The page sends the address beside it, which nobody visits."""
    path = caller.upload(("cat.png", SMALL)).json()[0]
    with listening() as (url, visits):
        for address in (url, f"{caller.http.base_url}gradio_api/file={path}"):
            assert segment(caller, photo(path) | {"url": address}).data
        assert not visits


def test_what_is_no_path_is_no_photo(caller):
    """Nor is a file of the server: see test_advisories.py."""
    for path in (["/etc/passwd"], 5, {"path": "/etc/passwd"}, "a\0b", ""):
        assert segment(caller, {"path": path}).refusal == bilingual("not-uploaded"), path


# ---- Bytes ----


def chunks(total: int):
    yield FORM_START
    for _ in range(total // 1_000_000):
        yield bytes(1_000_000)
    yield FORM_END


def test_an_upload_of_the_largest_size_is_taken(caller):
    answer = caller.http.post("/gradio_api/upload", content=chunks(MAX_BYTES), headers=FORM)
    assert answer.status_code == 200
    refusal = segment(caller, photo(answer.json()[0])).refusal
    assert refusal.startswith("This is not a photo")


@pytest.mark.parametrize("megabytes", [21, 40])
def test_a_larger_upload_is_refused_and_leaves_nothing(caller, megabytes, upload_folder):
    before = set(upload_folder.rglob("*"))
    data = bytes(megabytes * 10**6)
    stated = caller.upload(("x.png", data))
    unstated = caller.http.post("/gradio_api/upload", content=chunks(len(data)), headers=FORM)
    for answer in (stated, unstated):
        assert answer.status_code == 413
        assert answer.json()["detail"] == bilingual("too-large", limit=20)
    assert set(upload_folder.rglob("*")) == before


def test_a_status_is_no_matter_of_words(caller, monkeypatch):
    """Whoever rewords or translates a sentence changes no protocol."""
    monkeypatch.setattr("segdemo.web.security.request_error.bilingual", lambda *_, **__: "no")
    answer = caller.http.post("/gradio_api/upload", content=chunks(40_000_000), headers=FORM)
    assert (answer.status_code, answer.json()) == (413, {"detail": "no"})


def test_many_files_share_one_limit(caller):
    assert len(caller.upload(*[(f"{i}.png", SMALL) for i in range(20)]).json()) == 20
    assert caller.upload(*[(f"{i}.png", bytes(7_000_000)) for i in range(3)]).status_code == 413


@pytest.mark.parametrize("route", ["call/segment", "queue/join", "run/upsample", "cancel", "reset"])
def test_a_larger_call_is_refused(caller, route):
    body = json.dumps({"data": ["x" * limits.MAX_CALL]}).encode()
    for content in (body, iter([body])):  # with and without its length stated
        answer = caller.http.post(f"/gradio_api/{route}", content=content)
        assert answer.status_code == 413
        assert answer.json()["detail"] == bilingual("too-large", limit=26)


def test_text_has_less_room_than_a_photo(caller):
    """Or whatever is no value for an endpoint would stand in the log, however long."""
    assert caller.post("/gradio_api/run/upsample", {"data": ["x" * 999_000]}).status_code == 422
    refused = caller.post("/gradio_api/run/upsample", {"data": ["x" * limits.MAX_TEXT]})
    assert (refused.status_code, refused.json()["detail"]) == (413, bilingual("too-large", limit=1))


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"files": (None, "text")}, 422),
        ({"other": ("a.png", SMALL)}, 200),
        ({"files": ("..", SMALL)}, 400),
    ],
)
def test_a_form_may_hold_anything(caller, files, status):
    answer = caller.http.post("/gradio_api/upload?upload_id=1", files=files)
    assert answer.status_code in (status, 422)
    assert answer.text


def test_an_upload_that_breaks_off_leaves_nothing(caller, page_url, upload_folder):
    before = set(upload_folder.rglob("*"))
    address = urlsplit(page_url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = "POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n"
        kind = "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        connection.sendall(head.encode() + kind.encode() + FORM_START + bytes(3_000_000))
        eventually(lambda: set(upload_folder.rglob("*")) != before)
    eventually(lambda: set(upload_folder.rglob("*")) == before)


# ---- What a call may look like ----


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [NaN, -Infinity, 1e999]}',
        b'{"data": ["\\ud83d\\ude00"]}',
        b'{"data": ' + b"[" * (limits.MAX_DEPTH - 1) + b"]" * (limits.MAX_DEPTH - 1) + b"}",
    ],
)
def test_small_calls_reach_gradio(caller, body):
    answer = send(caller, body)
    assert answer.json() == {"detail": "Session hash not found."}


@pytest.mark.parametrize(
    ("body", "status", "key", "values"),
    [
        (b"[" * 10_000, 422, "not-json", {}),
        (b"[" * 5_000 + b"]" * 5_000, 422, "too-deep", {"limit": 32}),
        (b"[" * 33 + b"]" * 33, 422, "too-deep", {"limit": 32}),
        (b'{"a":' * 33 + b"1" + b"}" * 33, 422, "too-deep", {"limit": 32}),
        (b"[" + b"[]," * 20_000 + b"1]", 413, "too-many-values", {"limit": 20_000}),
        (b'{"data": [', 422, "not-json", {}),
        (b"\xff\xfe", 422, "not-json", {}),
        (b'{"data": ["\\ud800"]}', 422, "not-json", {}),
        (b"1" * 5_000, 422, "not-json", {}),
        (json.dumps({"session_hash": "x" * 129}).encode(), 422, "session", {"limit": 128}),
        (b'{"session_hash": ["x"]}', 422, "session", {"limit": 128}),
    ],
)
def test_costly_calls_do_not(caller, body, status, key, values):
    answer = send(caller, body)
    assert answer.status_code == status
    assert answer.json()["detail"] in (bilingual(key, **values), bilingual("too-deep", limit=32))


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
@pytest.mark.parametrize("route", [JOIN, "/gradio_api/run/updates"])
def test_what_surrounds_the_values_may_be_anything(caller, route, envelope):
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


def damaged(rng: random.Random) -> bytes:
    value = {"data": [[[1, 5], [4, 8]], "nearest", {"path": "x", "url": [1]}], "fn_index": 1}
    body = bytearray(json.dumps(value).encode())
    for _ in range(rng.randrange(4)):
        place = rng.randrange(len(body))
        body[place : place + 1] = rng.choice((b"", b"[", b"}", b'"', b"\\u", b"\xff", b"[[" * 40))
    return bytes(body)


@pytest.mark.fuzzing
def test_fuzzing_bodies_are_answered(caller):
    rng = random.Random(FUZZ)
    for body in (damaged(rng) for _ in range(FUZZ)):
        answer = send(caller, body, "/gradio_api/run/upsample")
        assert answer.status_code in (200, 400, 404, 413, 422), body
        assert answer.json()


# ---- Who asks ----


@pytest.mark.parametrize(
    ("method", "headers", "admitted"),
    [
        ("POST", {}, True),  # a script
        ("POST", {"sec-fetch-site": "same-origin", "origin": "https://proxied"}, True),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("GET", {"sec-fetch-site": "same-site"}, False),  # another port of this machine
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),  # a link
        ("POST", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, False),  # a form
        ("POST", {"sec-fetch-site": "none"}, True),
        ("POST", {"host": "demo:7860", "origin": "http://demo:7860"}, True),
        ("POST", {"host": "demo:7860", "origin": "http://demo:7861"}, False),
        ("POST", {"host": "inner", "x-forwarded-host": "demo, b", "origin": "http://demo"}, True),
        ("POST", {"host": "demo", "origin": "null"}, False),
        ("POST", {"host": "demo", "origin": "http://[::"}, False),
    ],
)
def test_only_pages_of_this_server_may_ask(caller, method, headers, admitted):
    path = "/" if method == "GET" else "/gradio_api/run/upsample"
    body = {"data": [[[1]], "nearest", 2, False]} if method == "POST" else None
    answer = caller.http.request(method, path, headers=headers, json=body)
    assert answer.status_code == (200 if admitted else 403)
    assert admitted or answer.json()["detail"] == bilingual("cross-site")
