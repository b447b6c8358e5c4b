"""What is handed out depends on the file that was sent and on nothing that came before it.

Over HTTP, through the server's own caches and processes. A few bytes behind a photo's end make it
another file, which no cache knows, of the same picture.
"""

import io
import os
import zipfile
from itertools import count
from pathlib import Path

import pytest
from conftest import ROOT
from PIL import Image
from support.photo_corpus import picture, save
from support.server import Caller, Reply, photo

ENDS = count(1)
SETTINGS = [3, "rgb", False]
SIZE = (800, 473)
EARLIER = [save(Image.new("RGB", SIZE, colour), "BMP") for colour in ("black", "white", "#5501aa")]


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)


def send(caller: Caller, data: bytes) -> dict:
    name = "photo.png"
    return photo(caller.upload((name, data + bytes(next(ENDS)))).json()[0])


def ask(caller: Caller, name: str, data: bytes, *before: object, after: tuple = ()) -> Reply:
    return caller.call(caller.named(name), [send(caller, data), *before, *SETTINGS, *after])


def label_map(caller: Caller, data: bytes, stage: str = "kmeans") -> bytes | str:
    """A label map's file, or the refusal."""
    reply = ask(caller, "segment", data, stage)
    return reply.refusal or Path(reply.data[0]["path"]).read_bytes()


def changed(data: bytes, at: float) -> bytes:
    """A file whose bytes are zeros from a place on, a few of them."""
    start = int(len(data) * at)
    return data[:start] + bytes(8) + data[start + 8 :]


DAMAGED = {
    "fax": (ROOT / "tests/data/cases/fax-with-damaged-codes.tif").read_bytes(),
    "jpeg": changed(save(picture(size=SIZE), "JPEG"), 0.6),
    "jpeg in tiff": changed(save(picture(size=SIZE), "TIFF", compression="jpeg"), 0.6),
    "lzw": changed(save(picture(size=SIZE), "TIFF", compression="tiff_lzw"), 0.6),
    "webp": changed(save(picture(size=SIZE), "WEBP"), 0.6),
    "gif": changed(save(picture(size=SIZE), "GIF"), 0.6),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_photo_is_answered_the_same_whatever_came_before(caller, name):
    answers = set()
    for earlier in EARLIER:
        assert isinstance(label_map(caller, earlier), bytes)
        answers.add(label_map(caller, DAMAGED[name]))
    assert len(answers) == 1
    assert name != "fax" or isinstance(answers.pop(), str)


@pytest.mark.parametrize("stage", ["kmeans", "unet"])
def test_files_that_are_written_are_the_same_whatever_came_before(caller, stage):
    good = save(picture(size=(301, 203)), "PNG")
    written = set()
    for earlier in EARLIER:
        assert isinstance(label_map(caller, earlier, stage), bytes)
        written.add(label_map(caller, good, stage))
    assert len(written) == 1


def test_an_archive_holds_the_same_whatever_came_before(caller):
    """All but the milliseconds that answers took."""
    good = save(picture(size=(301, 203)), "PNG")
    held = []
    for earlier in EARLIER[:2]:
        label_map(caller, earlier)
        reply = ask(caller, "archive", good, after=("en",))
        with zipfile.ZipFile(io.BytesIO(Path(reply.data[0]["path"]).read_bytes())) as archive:
            names = [name for name in archive.namelist() if not name.endswith(".json")]
            held.append({name: archive.read(name) for name in names})
            assert len(names) > 3
    assert held[0] == held[1]


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
