"""A server that sends whether anybody reads or not, as the API does: what a stream costs once nobody reads it any more.

The other transports of the replay hand on an event when somebody asks for it. Over a network an answer goes on until it
is whole or the connection is closed: so it is here, at the speed of the engine's clock, or in the time of the loop.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import httpx2

from helpers.replay.clock import Clock
from helpers.replay.reply import Reply
from helpers.replay.request import Request
from helpers.replay.transport import AsyncReplayTransport, Replying

AS_AT_THE_API: Final = 1.0
"""The speed of a clock whose seconds are those of its loop."""


class SendingTransport(AsyncReplayTransport):
    """Answers an asynchronous client. Each answer goes on until its connection is closed."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The reply. Raises as the other transports do."""
        response = await super().handle_async_request(request)
        if not response.is_stream_consumed and not isinstance(response.stream, httpx2.ByteStream):
            assert isinstance(response.stream, httpx2.AsyncByteStream)
            response.stream = _Sent(response.stream)
        return response


class InTheTimeOfTheLoop:
    """Asks in the moment of the loop, and lets the reply take its seconds from there: for a loop in API time."""

    def __init__(self, replies: Replying) -> None:
        self._replies = replies

    def reply(self, request: Request) -> Reply:
        """What `replies` has for the request. Raises as it does."""
        request.moment = asyncio.get_running_loop().time()
        reply = self._replies.reply(request)
        reply.clock = Clock(AS_AT_THE_API)
        return reply


class _Sent(httpx2.AsyncByteStream):
    """What has arrived of a body and was not read yet, and a task that goes on sending until somebody closes it."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body
        self._arrived: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        self._sending = asyncio.create_task(self._send())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (data := await self._arrived.get()) is not None:
            if isinstance(data, Exception):
                raise data
            yield data

    async def aclose(self) -> None:
        self._sending.cancel()
        with suppress(asyncio.CancelledError):
            await self._sending
        await self._body.aclose()

    async def _send(self) -> None:
        try:
            async for data in self._body:
                self._arrived.put_nowait(data)
        except httpx2.HTTPError as error:
            self._arrived.put_nowait(error)
        else:
            self._arrived.put_nowait(None)
