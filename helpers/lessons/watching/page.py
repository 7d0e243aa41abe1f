"""The page, and what answers it: a Starlette app with two routes.

The page reads three events, whose data is JSON: `text` with a piece of the answer as `text`, `error` with a `message`,
and at last `done` with `complete` and `request_id`. A comment is a heartbeat.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any, Final, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from helpers.lessons.watching.visits import Visit

PAGE: Final = resources.files("helpers.lessons.watching") / "page.html"
NOT_YET: Final = "the relay returned nothing that could be sent: it is not written yet"
UNHEARD: Final = {"version": "3.0", "spec_version": "2.4"}
"""Starlette listens for a browser's leaving where a server says 2.3, as uvicorn does, or less."""

Relay: TypeAlias = Callable[..., Response | Awaitable[Response]]
"""A learner's `relay(client, prompt)`, or `relay_until_gone(client, prompt, gone)`."""


class Asking:
    """Answers the page's question with what `relay` makes of it. `begin` is called for every visit.

    A `deaf` server does not tell the response when the browser leaves: only `gone` knows.
    """

    def __init__(self, relay: Relay, begin: Callable[[], Visit], *, deaf: bool = False) -> None:
        self._relay = relay
        self._begin = begin
        self._deaf = deaf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one question. What the relay raises is noted, and then raised: the server hangs up."""
        visit = self._begin()
        receive, send = visit.receiving(receive), visit.sending(send)
        try:
            request = Request(scope, receive)
            prompt = (await request.json())["prompt"]
            if self._deaf:
                await self._answer_deaf(visit, prompt, scope, receive, send)
            else:
                response = await self._response(visit, prompt, request.is_disconnected)
                await response(scope, receive, send)
        except Exception as error:
            visit.raised = f"the relay raised {error!r}"
            raise

    async def _answer_deaf(self, visit: Visit, prompt: str, scope: Scope, receive: Receive, send: Send) -> None:
        listening = asyncio.create_task(visit.listen(receive))
        try:
            response = await self._response(visit, prompt, visit.is_left)
            await response({**scope, "asgi": UNHEARD}, _nothing, send)
        finally:
            listening.cancel()

    async def _response(self, visit: Visit, prompt: str, gone: Callable[[], Awaitable[bool]]) -> Response:
        more = (gone,) if len(inspect.signature(self._relay).parameters) > 2 else ()
        returned: Any = self._relay(visit.client(), prompt, *more)
        response = await returned if inspect.isawaitable(returned) else returned
        return response if isinstance(response, Response) else PlainTextResponse(NOT_YET, 501)


async def _nothing() -> Message:
    """What is received where nobody says anything: it waits until it is cancelled."""
    await asyncio.Event().wait()
    raise AssertionError


async def _home(request: Request) -> Response:
    return HTMLResponse(PAGE.read_text("utf-8"), headers={"cache-control": "no-store"})


def page_app(relay: Relay, begin: Callable[[], Visit], *, deaf: bool = False) -> Starlette:
    """The page at `/`, whose questions go to `/ask`, and from there to `relay`."""
    asking = Asking(relay, begin, deaf=deaf)
    return Starlette(routes=[Route("/", _home), Route("/ask", asking, methods=["POST"])])
