"""What is handed out depends on the file that was sent and on nothing that came before it.

Over HTTP, through the servers' own caches and processes. A few bytes behind a photo's end make it
another file, which no cache knows, of the same picture.
"""

import io
import os
import signal
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.app_process import STAGE, Process, copy
from support.photo_corpus import picture, save, short_jpeg_tiff
from support.server import EXAMPLES, Caller, Reply, photo

ENDS = count(1)
SETTINGS = [3, "rgb", False]
SIZE = (800, 473)
EARLIER = [save(Image.new("RGB", SIZE, colour), "BMP") for colour in ("white", "#5501aa")]
# Of all that each server's page and decoders allocate, small blocks too (glibc); elsewhere nothing.
FILLS = [{"MALLOC_PERTURB_": fill} for fill in ("85", "170")]
SMALL = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}


@pytest.fixture
def caller(page_url):
    return Caller(page_url)


@pytest.fixture(scope="module")
def callers(tmp_path_factory) -> Iterator[list[Caller]]:
    """Of two servers, each with one of FILLS, which have decoded one of EARLIER."""
    with ExitStack() as servers:
        asked = []
        for fill, earlier in zip(FILLS, EARLIER, strict=True):
            home = tmp_path_factory.mktemp("home")
            copy(home)
            server = servers.enter_context(Process(home, fill | SMALL))
            servers.callback(server.end, signal.SIGTERM)
            asked.append(server.caller)
            assert isinstance(made(server.caller, "segment", earlier), bytes)
        yield asked


def send(caller: Caller, data: bytes) -> dict:
    name = "photo.png"
    return photo(caller.upload((name, data + bytes(next(ENDS)))).json()[0])


def ask(caller: Caller, name: str, data: bytes, *before: object, after: tuple = ()) -> Reply:
    return caller.call(caller.named(name), [send(caller, data), *before, *SETTINGS, *after])


def made(caller: Caller, name: str, data: bytes, stage: str = "kmeans") -> bytes | str:
    """The file that an endpoint makes of a photo, or its refusal."""
    others = ((stage,), ()) if name == "segment" else ((), ("en",))
    reply = ask(caller, name, data, *others[0], after=others[1])
    return reply.refusal or Path(reply.data[0]["path"]).read_bytes()


def pictures_in(archive: bytes | str) -> object:
    """What an archive holds, but for the milliseconds that answers took."""
    if isinstance(archive, str):
        return archive
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist() if name[-5:] != ".json"}


def check_reports(sheets: list[bytes]) -> None:
    """Fail unless they are the same but for the times, whose digits are few of all pixels."""
    first, *others = (np.asarray(Image.open(io.BytesIO(sheet))) for sheet in sheets)
    assert all((other != first).any(axis=2).mean() < 0.005 for other in others)


def changed(data: bytes, length: int = 8) -> bytes:
    """A file in whose pixels so many bytes are zeros."""
    start = int(len(data) * 0.6)
    return data[:start] + bytes(length) + data[start + length :]


GOOD = save(picture(size=(301, 203)), "PNG")
DAMAGED = {  # shown all the same
    "jpeg": changed(save(picture(size=SIZE), "JPEG")),
    "heic": changed(save(picture(size=SIZE), "HEIC")),
    "packbits": changed(save(picture(size=SIZE), "TIFF", compression="packbits")),
    "lzw": changed(save(picture(size=SIZE), "TIFF", compression="tiff_lzw"), 2),
}
REFUSED = {
    "fax": (ROOT / "tests/data/cases/fax-with-damaged-codes.tif").read_bytes(),
    "jpeg in tiff": short_jpeg_tiff(SIZE),
}


@pytest.mark.parametrize("name", [*DAMAGED, *REFUSED])
def test_a_damaged_photo_is_answered_the_same_whatever_came_before(callers, name):
    data = (DAMAGED | REFUSED)[name]
    label_map, *others = [made(caller, "segment", data) for caller in callers]
    assert others == [label_map]
    assert isinstance(label_map, str) == (name in REFUSED)
    archive, *others = [pictures_in(made(caller, "archive", data)) for caller in callers]
    assert others == [archive]
    sheets = [made(caller, "report", data) for caller in callers]
    if name in REFUSED:
        assert sheets == [label_map] * 2
    else:
        check_reports(sheets)


@pytest.mark.parametrize("stage", ["kmeans", STAGE])
def test_files_that_are_written_are_the_same_whatever_came_before(callers, stage):
    label_map, *others = [made(caller, "segment", GOOD, stage) for caller in callers]
    assert isinstance(label_map, bytes)
    assert others == [label_map]


def test_report_and_archive_hold_the_same_whatever_came_before(callers):
    check_reports([made(caller, "report", GOOD) for caller in callers])
    archive, *others = [pictures_in(made(caller, "archive", GOOD)) for caller in callers]
    assert len(archive) > 2
    assert others == [archive]


def test_nobody_can_name_what_another_sent(caller):
    """Files lie under the SHA-256 of what they hold, and no answer tells where others lie."""
    sent = send(caller, save(picture(size=(99, 77)), "PNG"))["path"]
    made = caller.call(caller.named("segment"), [photo(sent), "kmeans", *SETTINGS]).data[0]["path"]
    for path in (sent, made):
        folder, name = os.path.split(path)
        digest = os.path.basename(folder)
        assert len(digest) == 64
        assert caller.http.get(f"/gradio_api/file={path}").status_code == 200
        other = f"{digest[:-1]}{'0' if digest[-1] != '0' else '1'}"
        for guess in (f"{os.path.dirname(folder)}/{other}/{name}", folder, os.path.dirname(folder)):
            assert caller.http.get(f"/gradio_api/file={guess}").status_code in (403, 404)
        for told in ("/config", "/gradio_api/info", "/"):
            assert digest not in Caller(str(caller.http.base_url)).http.get(told).text


def test_nobody_can_name_what_another_trained(caller):
    """*Teach it* takes a training's name from the visitor's own session, whatever is sent."""
    sent = send(caller, GOOD)

    def call(session: Caller, name: str) -> str:
        endpoint = session.named(name)
        values = [sent if value == EXAMPLES["photo"] else value for value in endpoint.defaults]
        guessed = ["0" * 16 if kept else value for kept, value in zip(endpoint.stateful, values)]
        return str(session.call(endpoint, guessed).data)

    untrained = "Nothing has been trained yet"
    assert untrained in call(caller, "another")
    call(caller, "take")
    call(caller, "step")
    assert untrained not in call(caller, "another")
    other = Caller(str(caller.http.base_url))
    assert untrained in call(other, "another")
