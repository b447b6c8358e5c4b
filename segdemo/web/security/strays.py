"""Answers asked of a server that never got the question: behind a load balancer another has it."""

import json
import re
from urllib.parse import parse_qs

from gradio.queueing import Queue
from gradio.server_messages import CloseStreamMessage, ProcessCompletedMessage
from gradio_client.utils import ServerMessage
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from segdemo.web.security.refusal import sentence

SESSION = "/gradio_api/queue/data"
ANSWER = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)")


class Strays:
    """ASGI middleware that ends the stream of such an answer with a sentence.

    Gradio sends an error at which its page loads itself anew, without end where no replica is
    the right one twice, and gradio_client goes on waiting.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] == "GET"
        if asked and (events := _events(scope)):
            await Response(events, media_type="text/event-stream")(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _events(scope: Scope) -> str:
    """What ends the stream that is asked for; nothing where it is none, or has its own end."""
    queue = scope["app"].get_blocks()._queue
    if scope["path"] == SESSION:
        sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash")
        if sessions and sessions[-1] not in queue.pending_messages_per_session:
            return _end_of_session()
    elif (found := ANSWER.fullmatch(scope["path"])) and not _awaited(queue, found[1]):
        return f"event: error\n{_data(sentence('stray'))}"
    return ""


def _awaited(queue: Queue, call: str) -> bool:
    """Whether the call is here, and nobody has fetched its answer yet."""
    sessions = queue.pending_event_ids_session.values()
    return call in queue.event_ids_to_events or any(call in calls for calls in sessions)


def _end_of_session() -> str:
    """For every call of a session: the page shows the first, gradio_client raises at the second."""
    error = {"error": sentence("stray"), "visible": True}
    stopped = ServerMessage.server_stopped
    messages = (
        ProcessCompletedMessage(output=error, success=False, title="Error").model_dump(),
        {"msg": stopped, "message": stopped, "event_id": None},
        CloseStreamMessage().model_dump(),
    )
    return "".join(map(_data, messages))


def last_words(path: str) -> bytes:
    """What ends a stream that breaks off: without it the page listens on, and opens no other."""
    return _data(CloseStreamMessage().model_dump()).encode() if path == SESSION else b""


def _data(value: object) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
