"""What the body of a request may be: of bounded size, and for a call JSON of bounded shape."""

import json
from collections.abc import Iterable

from gradio.route_utils import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from segdemo.web.security.limits import MAX_CALL, MAX_DEPTH, MAX_FORM, MAX_SESSION_NAME, MAX_VALUES
from segdemo.web.security.refusal import Refusal, sentence


async def checked_call(receive: Receive) -> Receive:
    """Read a call's body and hand it on, as if it had just arrived. Raises Refusal."""
    body = await _read(receive)
    if body:
        check_call(body)
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _read(receive: Receive) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_CALL:
            raise too_large(MAX_CALL)
    return bytes(body)


def check_call(body: bytes) -> None:
    """Raise Refusal unless `body` is JSON that is cheap to hold and to walk through."""
    # Counted before parsing, which takes up to 30 times the memory of the text.
    if sum(body.count(mark) for mark in b",:[{") > MAX_VALUES:
        raise Refusal(413, "too-many-values", limit=MAX_VALUES)
    try:
        call = json.loads(body)  # Gradio's own parser, so that it cannot read anything else
        if b"\\u" in body:
            json.dumps(call, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except RecursionError as error:
        raise Refusal(422, "too-deep", limit=MAX_DEPTH) from error
    except ValueError as error:
        raise Refusal(422, "not-json") from error
    if _depth(call) > MAX_DEPTH:
        raise Refusal(422, "too-deep", limit=MAX_DEPTH)
    name = call.get("session_hash") if isinstance(call, dict) else None
    if name is not None and not (isinstance(name, str) and len(name) <= MAX_SESSION_NAME):
        raise Refusal(422, "session", limit=MAX_SESSION_NAME)


def _depth(value: object) -> int:
    """How many lists and objects lie within each other."""
    level, depth = [value], 0
    while level := [value for value in level if isinstance(value, dict | list)]:
        level = [child for parent in level for child in _children(parent)]
        depth += 1
    return depth


def _children(parent: dict | list) -> Iterable:
    return parent.values() if isinstance(parent, dict) else parent


def metered_form(receive: Receive) -> Receive:
    """A form's body as it arrives, up to MAX_FORM.

    Beyond that, and where the visitor goes away, it raises what makes Gradio remove the files
    that it has begun to write. Gradio gives its words back, as 413 for those of "too-large".
    """
    received, more = 0, True

    async def metered() -> Message:
        nonlocal received, more
        message = await receive()
        if more and message["type"] == "http.disconnect":
            raise MultiPartException(sentence("broken-off"))
        received += len(message.get("body", b""))
        more = message.get("more_body", False)
        if received > MAX_FORM:
            raise MultiPartException(str(too_large(MAX_FORM)))
        return message

    return metered


def too_large(limit: int) -> Refusal:
    return Refusal(413, "too-large", limit=limit // 10**6)
