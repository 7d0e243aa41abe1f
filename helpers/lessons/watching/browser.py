"""A browser in API time: it asks an app for a page, notes when each piece comes, and may leave before the end.

It stands where a server does, and calls the response as ASGI says. There are three ways in which it leaves: the server
says so (`told`), nobody but `gone` says so (`deaf`, as behind some middleware), or the server cancels the task that
serves it (`cancelled`, as at a deploy).
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from helpers.calling.apitime import ApiClock

Leaving = Literal["told", "deaf", "cancelled"]
Message = MutableMapping[str, Any]

LONGEST: Final = 1_500.0
"""Seconds of API time that a page waits. Upstream has ended long before: the SDK gives up after 600 silent ones."""
MOST_PIECES: Final = 2_000
"""That a page takes. The longest answer of a case has a tenth of them."""

KEPT: Final = 20
"""Pieces of such a flood that are kept."""


class Flooded(BaseException):
    """The page was sent more than any answer has. Not an `Exception`: code that sends for ever catches for ever."""


@dataclass
class Seen:
    """What a browser saw, and when, in seconds of API time."""

    opened: float
    status: int | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[tuple[float, str]] = field(default_factory=list)
    """What came, as it came. Each character is a byte."""
    over: float | None = None
    """When the end of the body came."""
    left: float | None = None
    ended: float | None = None
    """When the app had returned, or had raised."""
    gave_up: bool = False
    """Whether the page still waited after `LONGEST` seconds."""
    flooded: bool = False
    swallowed: bool = False
    """Whether the app was cancelled, and ended as if it had not been."""
    not_a_response: str = ""
    """The type of what was returned in place of a response."""


class Gone:
    """What `await gone()` waits for. No coroutine: whoever forgets the `await` is told by us, not by Python."""

    def __init__(self, left: bool) -> None:
        self._left = left

    def __await__(self) -> Generator[None, None, bool]:
        yield
        return self._left


class Browser:
    """One visit to one page. `leaves` is the moment at which it leaves, if it does, and `how` who says so."""

    def __init__(self, clock: ApiClock, leaves: float | None = None, how: Leaving = "told") -> None:
        self._clock = clock
        self._how = how
        self._leaves = leaves
        self._left = asyncio.Event()
        self._asked = False
        self._response: Any = None
        self.seen = Seen(clock.now())

    def gone(self) -> Gone:
        """Whether it has left, once awaited: what `request.is_disconnected` is to an app."""
        return Gone(self._left.is_set())

    async def visit(self, app: Callable[[], Any]) -> None:
        """Ask for what `app` returns, until it is whole or somebody gives up. Raises what the app raises."""
        loop, seen = asyncio.get_running_loop(), self.seen
        task = asyncio.ensure_future(self._serve(app))
        timers = [loop.call_later(LONGEST, self._give_up, task)]
        if self._leaves is not None:
            timers.append(loop.call_at(self._leaves, self._leave, task))
        try:
            await task
            seen.swallowed = self._how == "cancelled" and self._left.is_set()
        except Flooded:
            seen.flooded = True
            del seen.pieces[KEPT:]
            await _close(self._response)
        except asyncio.CancelledError:
            if not task.cancelled() or not (seen.gave_up or self._left.is_set()):
                raise
        finally:
            seen.ended = self._clock.now()
            for timer in timers:
                timer.cancel()

    async def _serve(self, app: Callable[[], Any]) -> None:
        response = app()
        if inspect.isawaitable(response):
            response = await response
        self._response = response
        if not callable(response):
            self.seen.not_a_response = type(response).__name__
            return
        # 2.3 is what uvicorn says: then Starlette listens for the browser's leaving. Who says 2.4 is not listened to.
        version = "2.3" if self._how == "told" else "2.4"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": version},
            "http_version": "1.1",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": [],
        }
        await _flat(response(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        if self._how != "told":
            await asyncio.Event().wait()
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        seen = self.seen
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            seen.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            return
        if body := bytes(message.get("body", b"")):
            if len(seen.pieces) == MOST_PIECES:
                raise Flooded
            seen.pieces.append((self._clock.now(), body.decode("latin-1")))
        if not message.get("more_body"):
            seen.over = self._clock.now()

    def _leave(self, task: asyncio.Future[None]) -> None:
        if task.done():
            return
        self.seen.left = self._clock.now()
        self._left.set()
        if self._how == "cancelled":
            task.cancel()

    def _give_up(self, task: asyncio.Future[None]) -> None:
        self.seen.gave_up = True
        task.cancel()


async def _flat(serving: Awaitable[None]) -> None:
    """Await it. What a task group of Starlette's wraps is raised as it was."""
    try:
        await serving
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None


async def _close(response: Any) -> None:
    """Close the generator that a response is made of, where it was left in the middle of a `yield`."""
    with suppress(RuntimeError):  # it may not let itself be closed
        await response.body_iterator.aclose()


def as_notes(seen: Seen) -> dict[str, Any]:
    """`seen`, as plain JSON."""
    return asdict(seen)
