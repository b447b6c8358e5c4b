"""What the body of a call may be: JSON of bounded shape, which names no file of the server."""

import base64
import binascii
import json
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from segdemo.web.security.limits import MAX_DEPTH, MAX_SESSION_NAME, MAX_TEXT, MAX_VALUES
from segdemo.web.security.request_error import RequestError, too_large
from segdemo.web.security.uploads import has_free_disk, save_file

ADDRESS = ("http:", "https:", "//")


@dataclass(frozen=True)
class Files:
    """What a call may name: files in the folder of uploads, and the example photos.

    All with their links followed.
    """

    uploads: str
    examples: Collection[str]

    def __contains__(self, path: object) -> bool:
        """Whether `path` leads to one of them; the file need not be there any more."""
        if not isinstance(path, str):
            return False
        try:
            real = os.path.realpath(path)
        except ValueError:  # no name for a file
            return False
        return real in self.examples or real.startswith(self.uploads + os.sep)


def checked_call(body: bytes, files: Files) -> bytes:
    """The body of a call in which files are named by their paths alone.

    Gone are the addresses that the page sends beside them, and photos that came in the call, as
    `data:` URLs: they have become uploads, which Gradio does not keep in memory.

    Raises RequestError unless it is JSON that is cheap to hold and to walk through, names no file
    but those of `files`, and has room on the disk for its photos.
    """
    # Counted before parsing, which takes up to 30 times the memory of the text.
    if sum(body.count(mark) for mark in b",:[{") > MAX_VALUES:
        raise RequestError(413, "too-many-values", limit=MAX_VALUES)
    try:
        call = json.loads(body)  # Gradio's own parser, so that it cannot read anything else
        if b"\\u" in body:
            json.dumps(call, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except RecursionError as error:
        raise RequestError(422, "too-deep", limit=MAX_DEPTH) from error
    except ValueError as error:
        raise RequestError(422, "not-json") from error
    name = call.get("session_hash") if isinstance(call, dict) else None
    if name is not None and not (isinstance(name, str) and len(name) <= MAX_SESSION_NAME):
        raise RequestError(422, "session", limit=MAX_SESSION_NAME)
    objects = list(_objects(call))
    inline = [value["url"] for value in objects if _is_inline(value.get("url"))]
    if len(body) - sum(map(len, inline)) > MAX_TEXT:
        raise too_large(MAX_TEXT)
    if len(inline) > 1:
        raise RequestError(422, "one-photo")
    if inline and not has_free_disk(files.uploads):
        raise RequestError(507, "no-room")
    for value in objects:
        _check_file(value, files)
    addressed = [value for value in objects if value.get("url") is not None]
    for value in addressed:
        url = value.pop("url")
        if _is_inline(url):
            value["path"] = save_file("photo", _decoded(url))
    return json.dumps(call).encode() if addressed else body


def _objects(call: object) -> Iterator[dict]:
    """Every JSON object in `call`. Raises RequestError for what is nested too deep."""
    level, depth = [call], 0
    while level := [value for value in level if isinstance(value, dict | list)]:
        if depth == MAX_DEPTH:
            raise RequestError(422, "too-deep", limit=MAX_DEPTH)
        yield from (value for value in level if isinstance(value, dict))
        level = [child for parent in level for child in _children(parent)]
        depth += 1


def _children(parent: dict | list) -> Iterable:
    return parent.values() if isinstance(parent, dict) else parent


def _check_file(value: dict, files: Files) -> None:
    """Raise RequestError for a file that is named by its address alone, or by a path elsewhere."""
    path, url = value.get("path"), value.get("url")
    if path is None and url is not None and not _is_inline(url):
        raise RequestError(422, "remote")
    if path is not None and path not in files:
        remote = isinstance(path, str) and path.lower().startswith(ADDRESS)
        raise RequestError(422, "remote" if remote else "not-uploaded")


def _is_inline(url: object) -> bool:
    return isinstance(url, str) and url.startswith("data:")


def _decoded(url: str) -> bytes:
    """The bytes of a `data:` URL; those of its text where it is no base64, for the decoder."""
    encoded = "".join(url.partition(",")[2].split())  # line ends are common
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        return encoded.encode()
