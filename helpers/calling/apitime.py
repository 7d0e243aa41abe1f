"""An event loop that lives in API time: what waits, waits in it, and nobody waits for real.

Its time goes on when every task waits, to the next moment at which one of them has something to do. So tasks overlap as
they would outside, in an order that is always the same; `asyncio.sleep`, `asyncio.timeout` and every library that asks
the loop for the time live in it too. The client sends what leaves in one moment after the other, over the wire of a
synchronous one, and hands on what comes when it comes.
"""

import asyncio
import math
from asyncio import events
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import httpx2
from anthropic import Anthropic, AsyncAnthropic
from anthropic._base_client import get_platform

from helpers.calling.deadline import NeverEnded
from helpers.calling.inplace import InPlaceLoop, run_in_place
from helpers.replay.telling import MOMENT

Result = TypeVar("Result")

LONGEST: Final = 86_400.0
"""Seconds of API time in one call: what has not ended in a day is not going to."""


TURN: Final = 1e-9
"""Seconds of a turn in which nothing is waited for. Without it, who is woken a rounding error too early would sleep for
no time at all, for ever.
"""


class ApiTimeLoop(InPlaceLoop):
    """An event loop whose time passes when nothing else is left to do."""

    def __init__(self) -> None:
        self._moment = 0.0
        self.blocked = 0.0
        """Seconds in which somebody slept without letting the other tasks run."""
        super().__init__()

    def time(self) -> float:
        """The present, in seconds of API time."""
        return self._moment

    def select(self, timeout: float | None) -> Sequence[object]:
        """Nothing, `timeout` seconds later. Raises `NeverEnded` where nothing is left that could happen."""
        if timeout is None or self._moment + timeout > LONGEST:
            raise NeverEnded
        self._moment += timeout or TURN
        return []

    def block(self, seconds: float) -> None:
        """Let `seconds` pass in which no task runs: what a `time.sleep` does to a loop."""
        self._moment += seconds
        self.blocked += seconds


def running_api_time() -> ApiTimeLoop | None:
    """The loop that runs in this thread, where it lives in API time."""
    loop = events._get_running_loop()
    return loop if isinstance(loop, ApiTimeLoop) else None


class ApiClock:
    """API time for asynchronous code: that of its loop. Elsewhere it goes on as it is asked to."""

    def __init__(self, loop: ApiTimeLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        """The present, in seconds of API time."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass, while other tasks run. Raises `ValueError` where they are no number, or have no end."""
        if not math.isfinite(seconds):
            raise ValueError(f"a sleep of {seconds} seconds has no end")
        if running_api_time() is not None:
            await asyncio.sleep(seconds)
        else:
            self._loop.block(max(seconds, 0.0))

    async def wait_until(self, moment: float) -> None:
        """Return at `moment`, or now where that is past."""
        await self.sleep(max(moment - self.now(), 0.0))


def run_in_api_time(work: Callable[[ApiClock], Coroutine[Any, Any, Result]]) -> Result:
    """What `work` returns, awaited in a loop of its own, also inside another one. It gets that loop's clock."""
    loop = ApiTimeLoop()
    return run_in_place(work(ApiClock(loop)), lambda: loop)


def in_api_time(client: Anthropic, clock: ApiClock) -> AsyncAnthropic:
    """An asynchronous client over the wire of `client`: its requests leave and are answered in the time of `clock`."""
    http_client = httpx2.AsyncClient(transport=_InApiTime(client._client._transport, clock), trust_env=False)
    twin = AsyncAnthropic(api_key=client.api_key, base_url=client.base_url, http_client=http_client)
    twin._platform = get_platform()  # the SDK would find it out in a thread
    return twin


class _Piece(NamedTuple):
    data: bytes
    moment: float


class _InApiTime(httpx2.AsyncBaseTransport):
    """Sends over `inner`, one request at a time, and lets what comes arrive in its moment.

    A stream is read to its end before anybody sees its first piece: whoever leaves it earlier has not left it on the
    wire.
    """

    def __init__(self, inner: httpx2.BaseTransport, clock: ApiClock) -> None:
        self._inner = inner
        self._clock = clock

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The response, when its headers are there. Raises what `inner` raises, after a timeout's seconds."""
        body = await request.aread()
        headers = request.headers.copy()
        headers["x-stainless-async"] = "false"  # whoever is told the time must not wait for real
        sent = self._clock.now()
        asked = httpx2.Request(
            request.method,
            request.url,
            headers=headers,
            content=body,
            extensions={**request.extensions, MOMENT: sent},
        )
        try:
            response = self._inner.handle_request(asked)
        except httpx2.TimeoutException:
            await self._clock.wait_until(sent + _patience(request))
            raise
        moment = response.extensions[MOMENT]
        began = moment()
        arrived = _Arrived(self._clock, _patience(request))
        arrived.take(response, moment)
        await self._clock.wait_until(began)
        return httpx2.Response(response.status_code, headers=response.headers, stream=arrived, request=request)


class _Arrived(httpx2.AsyncByteStream):
    """A body that has been read, piece by piece in its moments, and what ended it where that was an error."""

    def __init__(self, clock: ApiClock, patience: float) -> None:
        self._clock = clock
        self._patience = patience
        self._pieces: list[_Piece] = []
        self._error: httpx2.TransportError | None = None

    def take(self, response: httpx2.Response, moment: Callable[[], float]) -> None:
        """Read `response`, and note at which moment each piece comes."""
        assert isinstance(response.stream, httpx2.SyncByteStream)
        try:
            for data in response.stream:
                self._pieces.append(_Piece(data, moment()))
        except httpx2.TransportError as error:
            self._error = error
        finally:
            response.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for data, moment in self._pieces:
            await self._clock.wait_until(moment)
            yield data
        if self._error is not None:
            if isinstance(self._error, httpx2.TimeoutException):
                await self._clock.sleep(self._patience)
            raise self._error


def _patience(request: httpx2.Request) -> float:
    seconds = request.extensions.get("timeout", {}).get("read")
    return LONGEST if seconds is None else float(seconds)
