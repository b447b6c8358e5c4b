"""What the page says of itself before any script runs: language, title, description, preview.

Search engines and messengers read the HTML as it is served, where Gradio has words of its own.
"""

import re
from importlib.resources import files
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from segdemo.locales import DEFAULT_LANGUAGE, LANGUAGES, Translator
from segdemo.web.templates import render

PREVIEW = "/preview.jpg"  # 1200 x 630 pixels, what previews show
GRADIOS_OWN = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')
CHARSET = '<meta charset="utf-8" />'
FIRST_MODULE = '<script type="module"'
LANGUAGE = re.compile(r'(<html\s+)lang="[^"]*"')


class PageHead:
    """ASGI middleware: the page's HTML with its own head, and the picture for previews."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if asked and scope["path"] == PREVIEW:
            image = (files("segdemo.web") / "assets" / "preview.jpg").read_bytes()
            await Response(image, media_type="image/jpeg")(scope, receive, send)
            return
        is_page = asked and scope["path"] == "/" and scope["method"] == "GET"
        await self._app(scope, receive, _Rewriting(scope, send) if is_page else send)


class _Rewriting:
    """Sends an HTML answer once all of it is there, with the page's head."""

    def __init__(self, scope: Scope, send: Send):
        self._scope, self._send = scope, send
        self._head: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            is_page = message["status"] == 200 and _is_plain_html(Headers(scope=message))
            if is_page:
                self._head = message
                return
        elif self._head:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = with_head(self._body.decode(), language_of(self._scope), address(self._scope))
            message = {**message, "body": page.encode()}
            MutableHeaders(scope=self._head)["Content-Length"] = str(len(message["body"]))
            await self._send(self._head)
        await self._send(message)


def with_head(page: str, language: str, site: str) -> str:
    """Gradio's HTML in a language, said to be that of the page at the address `site`."""
    t = Translator(language)
    ours = str(render("meta.html", t, site=site, preview=site + PREVIEW, languages=list(LANGUAGES)))
    page = LANGUAGE.sub(rf'\1lang="{language}"', page, count=1)
    page = GRADIOS_OWN.sub("", page).replace(CHARSET, CHARSET + ours, 1)
    script = str(render("own_address.html", t, sentence=t("server.wrong-host")))
    return page.replace(FIRST_MODULE, script + FIRST_MODULE, 1)


def language_of(scope: Scope) -> str:
    """The language that the link asks for."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def address(scope: Scope) -> str:
    """Where visitors find the page: what a proxy says, or the request's own host."""
    headers = Headers(scope=scope)
    scheme = headers.get("x-forwarded-proto", scope["scheme"]).partition(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "")).partition(",")[0].strip()
    return f"{scheme}://{host}{scope.get('root_path', '')}"


def _is_plain_html(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html") and (
        "content-encoding" not in headers
    )
