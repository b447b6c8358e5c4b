"""What reaches Gradio at all: the routes that the page uses, asked by the page or by a script."""

import asyncio
import logging
import re

import httpx
from gradio.route_utils import FnIndexInferError
from gradio.utils import get_upload_folder
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from segdemo.web.security.bodies import checked_call, metered_form, too_large
from segdemo.web.security.limits import MAX_CALL, MAX_FORM, WAITING_CALLS
from segdemo.web.security.refusal import Refusal
from segdemo.web.security.strays import last_words
from segdemo.web.security.uploads import has_free_disk

UPLOAD = "/gradio_api/upload"
DIRECT = r"/gradio_api/(run|api)/[^/]+/?"
CALLS = rf"{DIRECT}|/gradio_api/(call/.+|queue/join)"
FILES = r"/(assets|static|svelte)/.+|/gradio_api/file=(?!https?:).+"
# Gradio has many more: a proxy, a folder server, screen recordings, an editor of the app's code.
ROUTES = re.compile(
    rf"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|{FILES}|{CALLS}|{UPLOAD}"
    r"|/gradio_api/(info/?|openapi\.json|app_id/?|startup-events|upload_progress"
    r"|queue/(data|status)|cancel|reset/?|heartbeat/[^/]+)"
)
# What Gradio's routes let through as an exception, and how it is answered.
ANSWERS = (
    (CALLS, (FnIndexInferError, KeyError), 404, "no-endpoint"),
    (CALLS, (TypeError, ValueError), 422, "values"),
    (UPLOAD, (TypeError, AttributeError), 422, "no-files"),
    (UPLOAD, (OSError,), 507, "no-room"),
    (FILES, (OSError, ValueError), 404, "no-page"),
    (".*", (httpx.InvalidURL,), 400, "request"),
)
log = logging.getLogger(__name__)


class Gate:
    """ASGI middleware that answers with a sentence what Gradio should not see or cannot answer."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = replaced = False

        async def watched(message: Message) -> None:
            nonlocal started, replaced
            started = True
            if message.get("status") == 503 and re.fullmatch(CALLS, scope["path"]):
                replaced = True  # Gradio's page does not show what a 503 says
                full = Refusal(429, "full", limit=WAITING_CALLS)
                await JSONResponse({"detail": str(full)}, full.status)(scope, receive, send)
            if replaced:
                return
            if message.get("status") == 500 and re.fullmatch(DIRECT, scope["path"]):
                message["status"] = 422  # how Gradio sends a refusal that needed no queue
            await send(message)

        try:
            receive = await _admit(scope, receive)
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server stops; streams would go on without end
            if not started:
                raise
            await send({"type": "http.response.body", "body": last_words(scope["path"])})
        except Exception as error:
            if started:  # Gradio has said in its stream what is wrong; no more is to come
                log.warning("%s broke off: %r", scope["path"], error)
                await send({"type": "http.response.body", "body": last_words(scope["path"])})
                return
            refusal = _refusal(scope["path"], error)
            answer = JSONResponse({"detail": str(refusal)}, refusal.status)
            await answer(scope, receive, send)


async def _admit(scope: Scope, receive: Receive) -> Receive:
    """Where to read an admissible request's body from. Raises Refusal."""
    path, headers = scope["path"], Headers(scope=scope)
    if not ROUTES.fullmatch(path):
        raise Refusal(404, "no-page")
    if is_cross_site(scope["method"], headers):
        raise Refusal(403, "foreign")
    # Pictures are sent whole; Gradio stumbles over ranges that are none.
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"range"]
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return receive
    limit = MAX_FORM if path == UPLOAD else MAX_CALL
    stated = headers.get("content-length", "0")
    if not re.fullmatch(r"[0-9]{1,18}", stated):
        raise Refusal(400, "request")
    if int(stated) > limit:
        raise too_large(limit)
    if path != UPLOAD:
        return await checked_call(receive)
    if not has_free_disk(get_upload_folder()):
        raise Refusal(507, "no-room")
    return metered_form(receive)


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


def _refusal(path: str, error: Exception) -> Refusal:
    """What to answer where a request ended in `error`."""
    if isinstance(error, Refusal):
        return error
    for route, kinds, status, key in ANSWERS:
        if re.fullmatch(route, path) and isinstance(error, kinds):
            return Refusal(status, key)
    log.exception("%s could not be answered", path, exc_info=error)
    return Refusal(500, "failed")
