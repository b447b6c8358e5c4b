"""What the answers of Gradio lack: headers for the browser, and words for what went wrong."""

import json
import re

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from segdemo.web.security.limits import MAX_FORM, WAITING_CALLS
from segdemo.web.security.request_error import RequestError, bilingual, too_large

# On a Space the page lies in a frame of this site; opened by itself there, it shows a bar with the
# Space's name and pictures from it.
HUB = "https://huggingface.co https://*.huggingface.co"
POLICY = {
    "default-src": "'self'",
    # Gradio starts from a script within the page, and makes functions of the events' `js=`.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": f"'self' data: blob: {HUB}",
    "font-src": "'self' data:",
    "media-src": "'self' blob: mediastream:",
    "connect-src": f"'self' data: blob: {HUB}",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": f"'self' {HUB}",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
FILE = "/gradio_api/file="
UPLOAD = "/gradio_api/upload"
RUN = r"/gradio_api/(run|api)/[^/]+/?"
CALL = rf"{RUN}|/gradio_api/(call/.+|queue/join)"
SESSION = "/gradio_api/queue/data"
NO_WORDS = re.compile(rb'\{"error": ?null\}')  # how Gradio answers whatever is no gr.Error
NO_SESSION = b'"session_not_found":true'


class Response:
    """Sends what the app answers, with what it lacks.

    Raises RequestError, before anything is sent, for an answer that visitors would not understand
    or the page not show, and where reading the body was `refused`.
    """

    def __init__(self, path: str, send: Send):
        self.started = False
        self.refused: RequestError | None = None
        self._path, self._send = path, send
        self._head: Message | None = None  # held back until the length of the body is known

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        else:
            body = self._in_words(message.get("body", b""))
            if self._head:
                MutableHeaders(scope=self._head)["Content-Length"] = str(len(body))
                await self._send(self._head)
                self._head = None
            await self._send({**message, "body": body})

    async def end(self) -> None:
        """End a stream that broke off: else the page would listen on, and open no other."""
        last = _event({"msg": "close_stream", "event_id": None}) if self._path == SESSION else b""
        await self._send({"type": "http.response.body", "body": last})

    async def _begin(self, head: Message) -> None:
        if self.refused:
            raise self.refused
        calls = re.fullmatch(CALL, self._path)
        if calls and head["status"] == 503:
            raise RequestError(429, "full", limit=WAITING_CALLS)
        if self._path == UPLOAD and head["status"] == 413:
            raise too_large(MAX_FORM)
        self.started = True
        headers = MutableHeaders(scope=head)
        headers.update(HEADERS)
        if self._path.startswith(FILE):
            headers["Cache-Control"] = "no-store"  # the browser keeps no visitor's photo either
        if calls and head["status"] == 500:  # a refusal that needed no queue
            self._head = {**head, "status": 422}
        else:
            await self._send(head)

    def _in_words(self, body: bytes) -> bytes:
        """Part of a body, with a sentence where Gradio has none for the visitor."""
        if self._path == SESSION and NO_SESSION in body:
            return _end_of_session()
        if self._path == SESSION or re.fullmatch(CALL, self._path):
            return NO_WORDS.sub(lambda _: json.dumps(_error("failed")).encode(), body)
        return body


def _error(key: str) -> dict:
    return {"error": bilingual(key), "visible": True, "title": "Error", "duration": 10}


def _end_of_session() -> bytes:
    """For a session that is not here: a server began anew, or a load balancer chose another.

    Gradio's own message makes its page load itself again and again, and gradio_client wait without
    end. To these the page shows the first, and gradio_client raises at the second.
    """
    failed = {"msg": "process_completed", "output": _error("no-session"), "success": False}
    return _event(failed) + _event({"msg": "Server stopped unexpectedly.", "event_id": None})


def _event(message: dict) -> bytes:
    return f"data: {json.dumps(message)}\n\n".encode()
