"""What Gradio's published advisories of 2023 to 2026 did, tried on the running page.

Each case bears the numbers of its advisories. Nothing leaves this machine: where a server was made
to fetch something, a listener here waits for the visit that must not come.
"""

import http.client
import io
import json
import os
import secrets
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from support.server import Caller, eventually, listening, photo

from segdemo.locales import Translator
from segdemo.web.security.request_error import bilingual

SECRET = "root:"  # how /etc/passwd begins
OUTSIDE = ("/etc/passwd", "/proc/self/environ", "/proc/self/cwd/app.py")
INSIDE = (".ci/run", "app.py", "checkpoints/unet.safetensors", "segdemo/errors.py")


@pytest.fixture(scope="module")
def ask(page_url):
    """Send a request whose address no client has tidied up; returns its status and body."""
    host = page_url.removeprefix("http://").rstrip("/")

    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(host, timeout=60)
        connection.putrequest(method, path, skip_host="host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, body

    return ask


# ---- Files of the server ----


@pytest.mark.parametrize("path", [*OUTSIDE, *INSIDE, *(str(ROOT / name) for name in INSIDE)])
def test_files_outside_of_the_uploads(ask, path):
    """CVE-2023-34239, CVE-2023-51449, CVE-2024-0964, CVE-2024-1561"""
    assert (ROOT / path).exists() or path.startswith("/")
    for route in ("gradio_api/file=", "gradio_api/file/", "file=", "file/"):
        status, _ = ask(f"/{route}{path}")
        assert status in (403, 404), route


@pytest.mark.parametrize(
    "climb",
    [
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "%252e%252e/%252e%252e/%252e%252e/etc/passwd",
        "..%5c..%5c..%5cetc%5cpasswd",
        "....//....//....//etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "%2fetc%2fpasswd",
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        "/%00/etc/passwd",
        "C:/windows/win.ini",
        "//windows/win.ini",
    ],
)
def test_climbing_out_of_what_is_served(ask, climb, upload_folder):
    """CVE-2024-47164, CVE-2024-4941, CVE-2025-23042, CVE-2026-28414"""
    for route in (
        "static/",
        "assets/",
        "svelte/",
        "gradio_api/file=",
        f"gradio_api/file={upload_folder}/",
    ):
        status, body = ask(f"/{route}{climb}")
        assert status in (400, 403, 404), route
        assert SECRET not in body


def test_links_do_not_lead_out(caller, ask, upload_folder):
    """Nobody can upload one; were one there, it would not be followed."""
    link = upload_folder / "link"
    link.symlink_to("/etc")
    try:
        assert ask(f"/gradio_api/file={link}/passwd")[0] == 403
        assert segment(caller, photo(f"{link}/passwd")).refusal == bilingual("not-uploaded")
    finally:
        link.unlink()


def test_folders_of_uploads_cannot_be_listed(caller, ask, upload_folder):
    caller.upload(("cat.png", secrets.token_bytes(9)))
    for path in (upload_folder, f"{upload_folder}/", f"{upload_folder}/.", "/", "."):
        assert ask(f"/gradio_api/file={path}")[0] == 403


def segment(caller: Caller, image: object):
    return caller.call_by_name("segment", [image, "cnn-1x1", 3, "rgb", False])


@pytest.mark.parametrize(
    "path",
    [*OUTSIDE, *INSIDE, "/etc/../etc/passwd", "/dev/zero", "../app.py", "file:///etc/passwd"],
)
def test_a_call_that_names_a_file_of_the_server(caller, path):
    """CVE-2023-51449, CVE-2024-1728, CVE-2024-47868, CVE-2025-48889

    Gradio 6.31 itself still opens what a picture without "meta" names.
    """
    named = [{"path": path, "url": "/file=/help", "orig_name": "x", "mime_type": "text/plain"}]
    named += [photo(path), photo(path) | {"is_stream": True}, {"path": path}, [{"x": photo(path)}]]
    for value in named:
        reply = segment(caller, value)
        assert (reply.status, reply.refusal) == (422, bilingual("not-uploaded"))


def test_a_function_of_a_component(ask, caller):
    """CVE-2024-1561, CVE-2026-49119: e.g. move a file to where it can be fetched"""
    for component in caller.config["components"][:20]:
        body = {"component_id": component["id"], "session_hash": "x", "data": "/etc/passwd"}
        for name in ("move_resource_to_block_cache", "ls", "__class__"):
            answer = caller.post("/gradio_api/component_server", body | {"fn_name": name})
            assert (answer.status_code, answer.json()["detail"]) == (404, bilingual("no-page"))


# ---- Uploads ----


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "..\\..\\x",
        "/etc/x",
        "..%2f..%2fx",
        "x/../../y",
        ".. /x",
        "a\0b",
        ".ssh",
        "c:x:$d",
    ],
)
def test_a_file_name_leads_nowhere(caller, name, upload_folder):
    """CVE-2023-34239, CVE-2024-10648, CVE-2024-12217"""
    data = secrets.token_bytes(9)
    answer = caller.upload((name, data))
    assert answer.status_code in (200, 400)
    for path in answer.json() if answer.status_code == 200 else ():
        folder = os.path.dirname(os.path.dirname(path))
        assert os.path.realpath(folder) == os.path.realpath(upload_folder)
        with open(path, "rb") as file:
            assert file.read() == data


def test_an_archive_stays_an_archive(caller):
    """CVE-2023-34239, CVE-2024-10569: nothing is unpacked, whatever it is called"""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../escaped", b"0" * 10_000_000)
    path = caller.upload(("cat.png", packed.getvalue())).json()[0]
    assert "not a photo" in segment(caller, photo(path)).refusal
    assert not any((folder / "escaped").exists() for folder in Path(path).parents)


@pytest.mark.parametrize("name", ["x.svg", "x.html", "x.js", "x.xml", "x.png.html", "x"])
def test_what_was_uploaded_is_never_run_by_a_browser(caller, name):
    """CVE-2024-47872, CVE-2024-1183"""
    path = caller.upload((name, b"<svg onload=alert(1)><script>alert(1)</script>")).json()[0]
    answer = caller.http.get(f"/gradio_api/file={path}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "tail", [b"-" * 2_000_000, b"\r\n--b" * 200_000, b"\r\n" * 1_000_000 + b"--b--"]
)
def test_a_boundary_without_end(caller, tail):
    """CVE-2024-8966, CVE-2025-0187, CVE-2024-47872"""
    start = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\n1\r\n--b--'
    answer = caller.http.post(
        "/gradio_api/upload",
        content=start + tail,
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code in (200, 400, 422)
    assert segment(caller, None).refusal  # it goes on


def test_a_file_name_without_end(caller):
    """CVE-2025-0187"""
    assert caller.upload(("x" * 1_000_000, b"1")).status_code in (400, 413)


# ---- Other servers ----


@pytest.mark.parametrize(
    "route",
    [
        "gradio_api/proxy={url}",
        "proxy={url}",
        "gradio_api/file={url}",
        "gradio_api/file/{url}",
        "file={url}",
        "gradio_api/proxy={url}?x=.hf.space",
        "gradio_api/proxy={url}#.hf.space",
    ],
)
def test_the_server_visits_nobody(ask, route):
    """CVE-2023-51449, CVE-2024-1183, CVE-2024-2206, CVE-2024-47167, CVE-2024-4325, CVE-2026-28416,
    CVE-2026-59806, GHSA-2mr9-9r47-px2g"""
    with listening() as (url, visits):
        for address in (url, url.replace("http:", "https:"), url.replace("127.0.0.1", "localhost")):
            status, body = ask("/" + route.format(url=f"{address}/x"))
            assert status in (403, 404), address
            assert "Location" not in body
        assert not visits


def test_a_photo_s_address_is_not_visited(caller):
    """CVE-2024-47167, CVE-2024-4325, CVE-2024-1728"""
    with listening() as (url, visits):
        for value in (photo(url), photo("x") | {"url": url}, {"path": url, "url": url}):
            assert segment(caller, value).refusal
        assert not visits


# ---- Other sites, through a visitor's browser ----


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
@pytest.mark.parametrize("cookie", ["", "access-token-x=1"])
def test_pages_of_other_sites(ask, origin, cookie):
    """CVE-2024-1727, CVE-2024-34510, CVE-2024-47084, CVE-2024-47165, CVE-2025-5320"""
    for path, method in (("/config", "GET"), ("/gradio_api/upload", "POST"), ("/", "GET")):
        status, body = ask(path, method, origin=origin, cookie=cookie)
        assert (status, Translator()("server.cross-site") in body) == (403, True), path
        status, _ = ask(path, method, host="demo.example", origin=origin, cookie=cookie)
        assert status == 403, path
        status, _ = ask(path, method, sec_fetch_site="cross-site", cookie=cookie)
        assert status == 403, path


@pytest.mark.parametrize("host", ["a b", "", "x:99999999", "[::", "evil.example/x", "é"])
@pytest.mark.parametrize(
    "name", ["host", "x_forwarded_host", "x_gradio_server", "x_forwarded_proto"]
)
def test_a_host_that_is_none(ask, name, host):
    """CVE-2024-47872 and others: the address of the page is taken from these headers"""
    for path in ("/", "/config", "/gradio_api/info"):
        status, body = ask(path, **{name: host.encode().decode("latin-1")})
        assert status in (200, 400), path
        assert "Traceback" not in body


def test_nobody_is_sent_elsewhere(ask):
    """CVE-2024-8021, CVE-2026-28415, CVE-2024-4940"""
    for path in (
        "/login?target=//evil.example",
        "/logout?_target_url=https://evil.example",
        "/login/callback?_target_url=https://evil.example",
        "/login/huggingface",
        "/gradio_api/file=https://evil.example",
        "//evil.example/%2f..",
    ):
        assert ask(path)[0] == 404, path


# ---- What tells too much, or does too much ----


@pytest.mark.parametrize(
    "path",
    [
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/monitoring/summary",
        "/monitoring/x/dashboard",
        "/gradio_api/runs",
        "/gradio_api/vibe-code",
        "/gradio_api/custom_component/x/server/..%2f..%2fx/y",
        "/gradio_api/stream/x/y/1/playlist.m3u8",
        "/gradio_api/stream/x/y/1/playlist-file",
        "/gradio_api/deep_link?session_hash=x",
        "/gradio_api/dev/reload",
        "/gradio_api/profiling/traces",
        "/gradio_api/token",
        "/gradio_api/user",
        "/gradio_api/mcp/sse",
        "/docs",
        "/openapi.json",
        "/pwa_icon/100000",
        "/.git/config",
        "/checkpoints/unet.json",
        "/..;/app.py",
    ],
)
def test_what_the_page_does_not_need_is_not_there(ask, path):
    """CVE-2024-47168, CVE-2024-47869, CVE-2024-47870, CVE-2026-27167"""
    status, body = ask(path)
    assert (status, bilingual("no-page").split(" ·")[0] in body) == (404, True)


@pytest.mark.parametrize("link", ["../x", "..", "x" * 1000, "%00", "x/../../y", "/etc/passwd"])
def test_a_link_to_a_saved_state(ask, caller, link):
    """GHSA of 2026: an uploaded state.json, taken for a saved page"""
    caller.upload(("state.json", b'[{"id": 1, "props": {"value": "stolen"}}]'))
    for path in ("/?deep_link=", "/config?deep_link="):
        status, body = ask(f"{path}{link}")
        assert status == 200
        assert "stolen" not in body


@pytest.mark.parametrize("ranges", ["bytes=1-2-3", "bytes=x-y", "bytes=9-1", "bytes=0-1," * 9999])
def test_ranges_of_a_file(caller, ranges):
    """CVE-2024-47870 and Starlette's CVE-2025-62727: pictures are sent whole"""
    path = caller.upload(("cat.png", b"123456789")).json()[0]
    headers = {"range": ranges[:8000]}
    assert caller.http.get(f"/gradio_api/file={path}", headers=headers).content == b"123456789"


def test_queued_work_cannot_pass_the_queue(caller):
    """CVE-2024-47871 and others: 40 networks at once would be 40 times the memory"""
    unqueued = next(endpoint.name for endpoint in caller.endpoints if not endpoint.queued)
    for endpoint in caller.endpoints:
        if endpoint.queued:
            body = {"data": endpoint.defaults, "fn_index": endpoint.index}
            for name in (endpoint.name, unqueued, "predict"):
                for route in ("run", "api"):
                    answer = caller.post(f"/gradio_api/{route}/{name}", body)
                    assert answer.status_code == 404, (endpoint.name, route, name)


def test_a_stranger_s_stream_is_not_there(ask):
    _, body = ask("/gradio_api/call/segment/x")
    assert body.startswith("event: error")
    _, body = ask("/gradio_api/queue/data?session_hash=x")
    [failed, *_] = (json.loads(line.removeprefix("data: ")) for line in body.splitlines() if line)
    assert failed["output"]["error"] == bilingual("no-session")


def test_cancelling_what_is_not_one_s_own(caller):
    body = {"session_hash": "x", "fn_index": 3, "event_id": "x"}
    assert caller.post("/gradio_api/cancel", body).json() == {"success": True}
    eventually(lambda: segment(caller, None).refusal)
