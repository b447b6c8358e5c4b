"""What the browser is told to allow the page, with every answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
FILES = "/gradio_api/file="


class SecurityHeaders:
    """ASGI middleware: HEADERS on every answer; the browser keeps no visitor's photo either."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if scope["path"].startswith(FILES):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)
