"""The child's clock: API time as the grader's server tells it, and as the learner's function lets it pass."""

import math
from collections.abc import AsyncIterator, Iterator

import httpx2

from helpers.replay.network import network_error
from helpers.replay.telling import BLOCK_END, MOMENT, MOMENT_HEADER, SILENCE, SILENCE_HEADER, TIME_HEADER, unmarked


class ToldClock:
    """API time. It moves when a response says so, when an event of a stream is read, and when somebody sleeps."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """The present, in seconds of API time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of API time pass. Nothing waits. Raises `ValueError` where they would never be over."""
        if not math.isfinite(seconds):
            raise ValueError(f"a sleep of {seconds} seconds has no end")
        self._now += max(seconds, 0.0)

    def ask(self, request: httpx2.Request) -> None:
        """Say in `request` how late it is."""
        request.headers[TIME_HEADER] = f"{self._now:.6f}"
        request.headers.pop(MOMENT_HEADER, None)
        if MOMENT in request.extensions:
            request.headers[MOMENT_HEADER] = repr(request.extensions[MOMENT])

    def read(self, response: httpx2.Response, request: httpx2.Request, patience: float) -> httpx2.Response:
        """`response`, whose stream moves the clock as it is read; also by `patience`, in seconds, when that is lost.

        Raises `httpx2.ReadTimeout` where it says that there is none.
        """
        if SILENCE_HEADER in response.headers:
            response.close()
            raise network_error("timeout", request, asynchronous=False)
        began = float(response.headers.get(TIME_HEADER, 0))
        self.reach(began)
        response.extensions[MOMENT] = lambda: began
        if "content-encoding" in response.headers:
            # Nothing is told between what is compressed, and it must arrive in the pieces in which it was sent.
            return response
        if isinstance(response.stream, httpx2.SyncByteStream):
            stream = response.stream = _PacedStream(response.stream, request, self, patience, began)
            response.extensions[MOMENT] = lambda: stream.moment
        else:
            response.stream = _AsyncPacedStream(response.stream, self, patience)
        return response

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        """The whole blocks in `data`, and what is left of it."""
        *blocks, rest = data.split(BLOCK_END)
        return blocks, rest

    def open(self, block: bytes) -> bytes:
        """`block` without its mark, at the moment that the mark names."""
        moment, event = unmarked(block)
        self.reach(moment or 0.0)
        return event

    def reach(self, moment: float) -> None:
        """Move the present forward to `moment`, never back."""
        self._now = max(self._now, moment)


class _PacedStream(httpx2.SyncByteStream):
    """Hands on one event at a time, so that the clock shows its moment while it is worked on."""

    def __init__(
        self,
        inner: httpx2.SyncByteStream,
        request: httpx2.Request,
        clock: ToldClock,
        patience: float,
        began: float,
    ) -> None:
        self._inner = inner
        self._request = request
        self._clock = clock
        self._patience = patience
        self.moment = began
        """How far it has come, whatever the clock shows."""

    def __iter__(self) -> Iterator[bytes]:
        rest, last = b"", self._clock.now()
        try:
            for data in self._inner:
                blocks, rest = self._clock.take(rest + data)
                for block in blocks:
                    if block.endswith(SILENCE):
                        rest = block.removesuffix(SILENCE)
                        raise network_error("timeout", self._request, asynchronous=False)
                    yield self._open(block) + BLOCK_END
                    last = self._clock.now()
        except httpx2.TransportError as error:
            yield self._open(rest)
            if isinstance(error, httpx2.ReadTimeout):
                self._clock.reach(last + self._patience)
            raise
        yield self._open(rest)

    def _open(self, block: bytes) -> bytes:
        moment, event = unmarked(block)
        if moment is not None:
            self.moment = moment
            self._clock.reach(moment)
        return event

    def close(self) -> None:
        self._inner.close()


class _AsyncPacedStream(httpx2.AsyncByteStream):
    """As `_PacedStream`, asynchronous."""

    def __init__(self, inner: httpx2.AsyncByteStream, clock: ToldClock, patience: float) -> None:
        self._inner = inner
        self._clock = clock
        self._patience = patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        rest, last = b"", self._clock.now()
        try:
            async for data in self._inner:
                blocks, rest = self._clock.take(rest + data)
                for block in blocks:
                    yield self._clock.open(block) + BLOCK_END
                    last = self._clock.now()
        except httpx2.TransportError as error:
            yield self._clock.open(rest)
            if isinstance(error, httpx2.ReadTimeout):
                self._clock.reach(last + self._patience)
            raise
        yield self._clock.open(rest)

    async def aclose(self) -> None:
        await self._inner.aclose()
