"""The child's clock: API time as the grader's server tells it, and as the learner's function lets it pass."""

from collections.abc import AsyncIterator, Iterator

import httpx2

from helpers.replay.telling import BLOCK_END, TIME_HEADER, unmarked


class ToldClock:
    """API time. It moves when a response says so, when an event of a stream is read, and when somebody sleeps."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """The present, in seconds of API time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of API time pass. Nothing waits."""
        self._now += max(seconds, 0.0)

    def ask(self, request: httpx2.Request) -> None:
        """Say in `request` how late it is."""
        request.headers[TIME_HEADER] = f"{self._now:.6f}"

    def read(self, response: httpx2.Response) -> httpx2.Response:
        """`response`, whose stream moves the clock as it is read."""
        self._reach(float(response.headers.get(TIME_HEADER, 0)))
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _PacedStream(response.stream, self)
        else:
            response.stream = _AsyncPacedStream(response.stream, self)
        return response

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        """The whole blocks in `data`, and what is left of it."""
        *blocks, rest = data.split(BLOCK_END)
        return blocks, rest

    def open(self, block: bytes) -> bytes:
        """`block` without its mark, at the moment that the mark names."""
        moment, event = unmarked(block)
        self._reach(moment or 0.0)
        return event

    def _reach(self, moment: float) -> None:
        self._now = max(self._now, moment)


class _PacedStream(httpx2.SyncByteStream):
    """Hands on one event at a time, so that the clock shows its moment while it is worked on."""

    def __init__(self, inner: httpx2.SyncByteStream, clock: ToldClock) -> None:
        self._inner = inner
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        try:
            for data in self._inner:
                blocks, rest = self._clock.take(rest + data)
                for block in blocks:
                    yield self._clock.open(block) + BLOCK_END
        except httpx2.TransportError:
            yield self._clock.open(rest)
            raise
        yield self._clock.open(rest)

    def close(self) -> None:
        self._inner.close()


class _AsyncPacedStream(httpx2.AsyncByteStream):
    """As `_PacedStream`, asynchronous."""

    def __init__(self, inner: httpx2.AsyncByteStream, clock: ToldClock) -> None:
        self._inner = inner
        self._clock = clock

    async def __aiter__(self) -> AsyncIterator[bytes]:
        rest = b""
        try:
            async for data in self._inner:
                blocks, rest = self._clock.take(rest + data)
                for block in blocks:
                    yield self._clock.open(block) + BLOCK_END
        except httpx2.TransportError:
            yield self._clock.open(rest)
            raise
        yield self._clock.open(rest)

    async def aclose(self) -> None:
        await self._inner.aclose()
