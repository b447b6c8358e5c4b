"""The limits hold on every road that a photo or a request can come by."""

import base64
import io
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from starlette.datastructures import Headers
from support.server import Caller, eventually, listening, photo

from segdemo.data.photo_limits import MAX_BYTES, MAX_PIXELS_ELSEWHERE
from segdemo.errors import InputError
from segdemo.web.security import limits
from segdemo.web.security.bodies import check_call
from segdemo.web.security.gate import is_cross_site
from segdemo.web.security.refusal import Refusal, sentence

FORM_END = b"\r\n--b--\r\n"
FORM_START = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.png"\r\n\r\n'
FORM = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)


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
def test_the_photo_s_limits_hold_on_both_roads(caller, data, key, values):
    expected = InputError(key, **values).sentence("en") if values is not None else None
    for image in (photo(caller.upload(("cat.png", data)).json()[0]), data_url(data)):
        refusal = segment(caller, image).refusal
        assert refusal == expected if expected else refusal.split()[0] in ("The", "This")
        assert refusal != sentence("failed")
    assert MAX_PIXELS_ELSEWHERE < 19_999 * 2000


@pytest.mark.parametrize(
    "value",
    [
        lambda url: photo(url),
        lambda url: photo(url) | {"url": url},
        lambda url: {"path": url},
        lambda url: {"url": url, "meta": {"_type": "gradio.FileData"}},
    ],
)
def test_a_photo_elsewhere_is_not_fetched(caller, value):
    with listening() as (url, visits):
        assert segment(caller, value(f"{url}/cat.png")).refusal
        assert not visits


def test_remote_files_are_refused_wherever_they_hide(caller):
    """Gradio looks for files in every input, whatever its component."""
    with listening() as (url, visits):
        hidden = {"a": [{"b": photo(f"{url}/x")}]}
        endpoints = [endpoint for endpoint in caller.endpoints if endpoint.defaults]
        with ThreadPoolExecutor(8) as pool:
            replies = list(
                pool.map(lambda e: caller.call(e, [hidden] * len(e.defaults)), endpoints)
            )
        assert {reply.refusal for reply in replies} == {sentence("remote")}
        assert not visits


def test_files_of_the_server_are_no_photos(caller):
    for path in ("/etc/passwd", "app.py", "/proc/self/environ", "../app.py", "file:///etc/passwd"):
        assert segment(caller, photo(path)).refusal == sentence("not-uploaded"), path


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
    assert (stated.status_code, stated.json()["detail"]) == (413, sentence("too-large", limit=20))
    unstated = caller.http.post("/gradio_api/upload", content=chunks(len(data)), headers=FORM)
    assert unstated.status_code == 413
    assert "maximum allowed size" in unstated.text
    assert set(upload_folder.rglob("*")) == before


def test_many_files_share_one_limit(caller):
    assert len(caller.upload(*[(f"{i}.png", SMALL) for i in range(20)]).json()) == 20
    assert caller.upload(*[(f"{i}.png", bytes(7_000_000)) for i in range(3)]).status_code == 413


def test_one_photo_is_one_photo(caller):
    """More files than asked for."""
    path = caller.upload(("cat.png", SMALL)).json()[0]
    assert segment(caller, [photo(path)] * 2).refusal == sentence("file", name="photo")


@pytest.mark.parametrize("route", ["call/segment", "queue/join", "run/upsample", "cancel", "reset"])
def test_a_larger_call_is_refused(caller, route):
    body = json.dumps({"data": ["x" * limits.MAX_CALL]}).encode()
    for content in (body, iter([body])):  # with and without its length stated
        answer = caller.http.post(f"/gradio_api/{route}", content=content)
        assert answer.status_code == 413
        assert answer.json()["detail"].startswith("The request exceeds")


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
    host, port = page_url.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = "POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n"
        kind = "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        connection.sendall(head.encode() + kind.encode() + FORM_START + bytes(3_000_000))
        eventually(lambda: set(upload_folder.rglob("*")) != before)
    eventually(lambda: set(upload_folder.rglob("*")) == before)


# ---- What a call may look like ----


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b'{"data": [NaN, -Infinity, 1e999]}', b'{"data": ["\\ud83d\\ude00"]}'],
)
def test_small_calls_pass(body):
    check_call(body)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 10_000, 422),
        (b"[" * 33 + b"]" * 33, 422),
        (b'{"a":' * 33 + b"1" + b"}" * 33, 422),
        (b"[" + b"[]," * limits.MAX_VALUES + b"1]", 413),
        (b'{"data": [', 422),
        (b"\xff\xfe", 422),
        (b'{"data": ["\\ud800"]}', 422),
        (b"1" * 5_000, 422),
        (json.dumps({"session_hash": "x" * 129}).encode(), 422),
        (b'{"session_hash": ["x"]}', 422),
    ],
)
def test_costly_calls_do_not(body, status):
    with pytest.raises(Refusal) as refused:
        check_call(body)
    assert refused.value.status == status


def test_nesting_is_counted_exactly():
    check_call(b"[" * limits.MAX_DEPTH + b"]" * limits.MAX_DEPTH)
    with pytest.raises(Refusal, match="32"):
        check_call(b"[" * (limits.MAX_DEPTH + 1) + b"]" * (limits.MAX_DEPTH + 1))


# ---- Who asks ----


@pytest.mark.parametrize(
    ("method", "headers", "foreign"),
    [
        ("POST", {}, False),  # a script
        ("POST", {"sec-fetch-site": "same-origin", "origin": "https://proxied"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, True),
        ("GET", {"sec-fetch-site": "same-site"}, True),  # another port of this machine
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, False),  # a link
        ("POST", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),  # a form
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"host": "demo:7860", "origin": "http://demo:7860"}, False),
        ("POST", {"host": "demo:7860", "origin": "http://demo:7861"}, True),
        ("POST", {"host": "inner", "x-forwarded-host": "demo, b", "origin": "http://demo"}, False),
        ("POST", {"host": "demo", "origin": "null"}, True),
        ("POST", {"host": "demo", "origin": "http://[::"}, True),
    ],
)
def test_only_pages_of_this_server_may_ask(method, headers, foreign):
    assert is_cross_site(method, Headers(headers)) is foreign
