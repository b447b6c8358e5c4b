"""What reaches Gradio at all: the routes that the page uses, asked by the page or by a script."""

import asyncio
import logging
import re

import httpx
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from segdemo.web.security.calls import Files, checked_call
from segdemo.web.security.limits import MAX_CALL, MAX_FORM
from segdemo.web.security.request_error import RequestError, too_large
from segdemo.web.security.responses import CALL, UPLOAD, Response
from segdemo.web.security.uploads import has_free_disk

ASSETS = r"/(assets|static|svelte)/.+|/theme\.css|/manifest\.json|/favicon\.ico"  # for anybody
FILES = rf"{ASSETS}|/gradio_api/file=(?!https?:).+"
# Gradio has many more: a proxy, a folder server, screen recordings, an editor of the app's code.
ROUTES = re.compile(
    rf"/|/config/?|/robots\.txt|{FILES}|{CALL}|{UPLOAD}"
    r"|/gradio_api/(info/?|openapi\.json|app_id/?|startup-events|upload_progress"
    r"|queue/(data|status)|cancel|reset/?|heartbeat/[^/]+)"
)
# What Gradio's routes let through as an exception, and how it is answered.
ANSWERS = (
    (CALL, (TypeError, ValueError), 422, "no-endpoint"),
    (CALL, (Exception,), 404, "no-endpoint"),
    (UPLOAD, (TypeError, AttributeError), 422, "no-files"),
    (UPLOAD, (OSError,), 507, "no-room"),
    (FILES, (OSError, ValueError), 404, "no-page"),
    (r".*/cancel", (KeyError,), 200, "over"),  # it ended by itself while it was being cancelled
    (".*", (httpx.InvalidURL,), 400, "request"),
)
log = logging.getLogger(__name__)


class RequestFilter:
    """ASGI middleware before Gradio: what is not for it, or costs too much, gets a sentence."""

    def __init__(self, app: ASGIApp, files: Files):
        self._app, self._files = app, files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = Response(scope["path"], send)
        try:
            await self._app(scope, await self._admit(scope, receive, response), response)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server stops; streams would go on without end
            if not response.started:
                raise
            await response.end()
        except Exception as error:  # of Gradio's routes, any: nobody gets a page with a traceback
            if response.started:  # Gradio has said in its stream what is wrong; no more is to come
                log.warning("%s broke off: %r", scope["path"], error)
                await response.end()
                return
            refusal = _refusal(scope["path"], error)
            answer = JSONResponse({"detail": str(refusal)}, refusal.status)
            await answer(scope, receive, Response("", send))

    async def _admit(self, scope: Scope, receive: Receive, response: Response) -> Receive:
        """Where to read an admissible request's body from. Raises RequestError."""
        path, headers = scope["path"], Headers(scope=scope)
        if not ROUTES.fullmatch(path):
            raise RequestError(404, "no-page")
        # Behind a proxy that hides the host, the page seems to be another site's: it is to say so.
        if not re.fullmatch(ASSETS, path) and is_cross_site(scope["method"], headers):
            raise RequestError(403, "cross-site")
        # Pictures are sent whole; Gradio stumbles over ranges that are none.
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"range"]
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return receive
        limit = MAX_FORM if path == UPLOAD else MAX_CALL
        stated = headers.get("content-length", "0")
        if not re.fullmatch(r"[0-9]{1,18}", stated):
            raise RequestError(400, "request")
        if int(stated) > limit:
            raise too_large(limit)
        if path == UPLOAD:
            if not has_free_disk(self._files.uploads):
                raise RequestError(507, "no-room")
            return limited(receive, response)
        body = await read(receive)
        # In a thread: to read 26 MB of JSON takes a while.
        return replay(await run_sync(checked_call, body, self._files) if body else body, receive)


async def read(receive: Receive) -> bytes:
    """A call's whole body. Raises RequestError for one of more than MAX_CALL bytes."""
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


def replay(body: bytes, receive: Receive) -> Receive:
    """The same request with `body`, as if it had just arrived."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def limited(receive: Receive, response: Response) -> Receive:
    """A form's body as it arrives, up to MAX_FORM.

    Beyond that, and where the visitor goes away, it raises what makes Gradio remove the files
    that it has begun to write; what Gradio answers then, the `response` puts in better words.
    """
    received, more = 0, True

    async def next_part() -> Message:
        nonlocal received, more
        message = await receive()
        received += len(message.get("body", b""))
        if more and message["type"] == "http.disconnect":
            response.refused = RequestError(400, "broken-off")
        elif received > MAX_FORM:
            response.refused = too_large(MAX_FORM)
        if response.refused:
            raise MultiPartException(str(response.refused))
        more = message.get("more_body", False)
        return message

    return next_part


def is_cross_site(method: str, headers: Headers) -> bool:
    """Whether a page of another site asks; scripts send no such headers, links may lead here."""
    site = headers.get("sec-fetch-site")
    if site is not None:  # which no page can forge
        opened = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        return site in ("cross-site", "same-site") and not opened
    origin = headers.get("origin")  # older browsers, and pages without TLS
    if origin is None:
        return False
    own = headers.get("host"), headers.get("x-forwarded-host", "").partition(",")[0].strip()
    asking = origin.partition("://")[2]  # of "null", the origin of no page, nothing
    return not asking or asking not in own


def _refusal(path: str, error: Exception) -> RequestError:
    """What to answer where a request ended in `error`."""
    if isinstance(error, RequestError):
        return error
    for route, kinds, status, key in ANSWERS:
        if re.fullmatch(route, path) and isinstance(error, kinds):
            log.info("%s is answered with %d: %r", path, status, error)
            return RequestError(status, key)
    log.exception("%s could not be answered", path, exc_info=error)
    return RequestError(500, "failed")
