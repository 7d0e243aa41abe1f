"""What stands behind the page in tests: relays, careful and not, and a gate that upstream waits at."""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from anthropic import AsyncAnthropic
from starlette.responses import StreamingResponse

from helpers.lessons.found import check_of
from helpers.lessons.watching import LESSON
from helpers.lessons.watching.site import Site
from helpers.lessons.watching.visits import Visit
from helpers.proofs.attempts import our_solution
from helpers.replay import Engine, Exchange, Scenario
from helpers.replay.clock import Clock
from helpers.settings import MODEL

ROOT: Final = Path(__file__).parents[3]
LONGEST: Final = 20.0
"""Real seconds after which a test gives up on what it waits for. None says how soon anything has to happen."""

EVENTS: Final = "text/event-stream"
TURNS: Final = 100
"""Of an event loop, in which a cancellation goes through all that it has to: it needs about ten."""

KEPT: Final[list[object]] = []
"""Nobody clears away what is in here."""

Gone = Callable[[], Awaitable[bool]]


class Gate(Clock):
    """API time in which nothing happens unless the gate is opened: what upstream sends waits here, piece by piece."""

    def __init__(self) -> None:
        super().__init__(speed=1.0)
        self._lock = threading.Lock()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._permits = 0.0

    async def sleep_async(self, seconds: float) -> None:
        """Wait until the gate is opened."""
        self._loop = asyncio.get_running_loop()
        future = self._loop.create_future()
        with self._lock:
            self._waiting.append(future)
            self._let()
        await future

    def open(self, pieces: float = float("inf")) -> None:
        """Let so many more through, or all that come."""
        with self._lock:
            self._permits += pieces
            self._let()

    def go_on(self, visit: Visit) -> Exchange:
        """The one exchange of `visit`, once it has ended: event by event, and all that one leads to before the next."""
        (exchange,) = visit.exchanges
        self._settle()
        while exchange.ending is None:
            self.open(1)
            self._settle()
        return exchange

    def _settle(self) -> None:
        """Wait until the loop has done what it can do without time."""
        asyncio.run_coroutine_threadsafe(_turns(), self._loop).result(LONGEST)

    def _let(self) -> None:
        while self._waiting and self._permits:
            self._permits -= 1
            self._loop.call_soon_threadsafe(_pass, self._waiting.popleft())


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _pass(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def gated(relay: Any, scenario: Scenario, **options: bool) -> tuple[Site, Gate]:
    """A site behind `relay`, and the gate that its upstream waits at."""
    engine = Engine(scenario, models=(MODEL,))
    engine.clock = gate = Gate()
    return Site(relay, engine, **options), gate


def until(seen: Callable[[], object]) -> None:
    """Wait until `seen()` is true."""
    end = time.monotonic() + LONGEST
    while not seen():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def _asked(prompt: str) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 1024, "messages": [{"role": "user", "content": prompt}]}


def event(name: str, **data: Any) -> str:
    """One server-sent event, as the page reads it."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


@cache
def solution(name: str) -> Callable[..., StreamingResponse]:
    """The lesson's own function."""
    return our_solution(check_of(LESSON.exercise(name)), ROOT)


def careful(client: AsyncAnthropic, prompt: str, gone: Gone) -> StreamingResponse:
    """Asks at every piece whether anybody is there; what ends it ends upstream."""
    return StreamingResponse(_closing(client, prompt, gone), media_type=EVENTS)


def shielded(client: AsyncAnthropic, prompt: str, gone: Gone) -> StreamingResponse:
    """As `careful`, in a task that no cancellation reaches: it ends because it asks whether anybody is there."""
    return _by_another_task(_closing(client, prompt, gone))


def naive(client: AsyncAnthropic, prompt: str, gone: Gone) -> StreamingResponse:
    """Reads upstream in a task of its own, which goes on to the end whoever has left."""

    async def never() -> bool:
        return False

    return _by_another_task(_closing(client, prompt, never))


def kept(client: AsyncAnthropic, prompt: str, gone: Gone) -> StreamingResponse:
    """Reads no more when nobody is there, and closes nothing: what nobody reads is sent all the same."""

    async def pieces() -> AsyncIterator[str]:
        stream = await client.messages.create(**_asked(prompt), stream=True)
        KEPT.append(stream)
        async for one in stream:
            if await gone():
                return
            if one.type == "content_block_delta" and one.delta.type == "text_delta":
                yield event("text", text=one.delta.text)

    return _by_another_task(pieces())


async def _closing(client: AsyncAnthropic, prompt: str, gone: Gone) -> AsyncIterator[str]:
    async with client.messages.stream(**_asked(prompt)) as stream:
        async for text in stream.text_stream:
            if await gone():
                return
            yield event("text", text=text)
        message = await stream.get_final_message()
        yield event("done", complete=message.stop_reason is not None, request_id=stream.request_id)


def _by_another_task(pieces: AsyncIterator[str]) -> StreamingResponse:
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def read() -> None:
        async for piece in pieces:
            queue.put_nowait(piece)
        queue.put_nowait(None)

    async def body() -> AsyncIterator[str]:
        while (piece := await queue.get()) is not None:
            yield piece

    # Else nothing holds it, and it may be cleared away in the middle.
    KEPT.append(asyncio.create_task(read()))
    return StreamingResponse(body(), media_type=EVENTS)
