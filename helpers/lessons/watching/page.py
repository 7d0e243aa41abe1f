"""The page, and what answers it: a Starlette app with two routes."""

import inspect
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any, Final, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from helpers.lessons.watching.visits import Visit

PAGE: Final = resources.files("helpers.lessons.watching") / "page.html"
NOT_YET: Final = "the relay returned nothing that could be sent: it is not written yet"

Relay: TypeAlias = Callable[..., Response | Awaitable[Response]]
"""A learner's `relay_until_gone(client, prompt, gone)`."""


class Asking:
    """Answers the page's question with what `relay` makes of it. `begin` is called for every visit."""

    def __init__(self, relay: Relay, begin: Callable[[], Visit]) -> None:
        self._relay = relay
        self._begin = begin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one question. What the relay raises is noted, and then raised: the server hangs up."""
        visit = self._begin()
        receive, send = visit.receiving(receive), visit.sending(send)
        try:
            response = await self._response(Request(scope, receive), visit)
            await response(scope, receive, send)
        except Exception as error:
            visit.raised = f"the relay raised {error!r}"
            raise

    async def _response(self, request: Request, visit: Visit) -> Response:
        prompt = (await request.json())["prompt"]
        returned: Any = self._relay(visit.client(), prompt, request.is_disconnected)
        response = await returned if inspect.isawaitable(returned) else returned
        return response if isinstance(response, Response) else PlainTextResponse(NOT_YET, 501)


async def _home(request: Request) -> Response:
    return HTMLResponse(PAGE.read_text("utf-8"), headers={"cache-control": "no-store"})


def page_app(relay: Relay, begin: Callable[[], Visit]) -> Starlette:
    """The page at `/`, whose questions go to `/ask`, and from there to `relay`."""
    return Starlette(routes=[Route("/", _home), Route("/ask", Asking(relay, begin), methods=["POST"])])
