"""The in-process seam: `httpx2` transports that answer from an engine. Nothing to start, no port, no socket.

They honour the client's own timeouts, as the network would: `request.extensions["timeout"]`, compared with API time.

One wait is real whatever the speed: where no response comes (`refused`, or an unstreamed `cut`, `reset` or `stall`)
there is no header that could shorten the SDK's wait before it tries again, 1.3 seconds for two retries.
"""

from collections.abc import AsyncIterator, Iterator
from typing import NoReturn, Protocol

import httpx2

from helpers.replay.engine import Engine
from helpers.replay.network import network_error
from helpers.replay.reply import Reply
from helpers.replay.request import Request
from helpers.replay.routes import is_read
from helpers.replay.telling import MOMENT

FOREVER = 600.0
"""Seconds of API time after which a client without a read timeout is let go. On a network it would wait for ever."""


class ReplayTransport(httpx2.BaseTransport):
    """Answers a synchronous client from `engine`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The engine's reply. Raises `httpx2.ConnectError` or `httpx2.ReadTimeout` where it scripts one."""
        asked = _read(request)
        if is_read(asked):
            asked.body = request.read()
        asked.moment = request.extensions.get(MOMENT)
        reply = self.engine.reply(asked)
        wait = _wait_for_headers(reply, request, _Body)
        reply.clock.sleep(min(wait, reply.latency))
        response = _response(reply, request, wait, _Body)
        if asked.moment is not None:
            response.extensions[MOMENT] = lambda: reply.moment
        return response


class Replying(Protocol):
    """What answers requests: an engine, or somebody who asks one."""

    def reply(self, request: Request) -> Reply:
        """What to send back for `request`."""


class AsyncReplayTransport(httpx2.AsyncBaseTransport):
    """Answers an asynchronous client from `engine`."""

    def __init__(self, engine: Replying) -> None:
        self.engine = engine

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The engine's reply. Raises `httpx2.ConnectError` or `httpx2.ReadTimeout` where it scripts one."""
        asked = _read(request)
        if is_read(asked):
            asked.body = await request.aread()
        reply = self.engine.reply(asked)
        wait = _wait_for_headers(reply, request, _AsyncBody)
        try:
            await reply.clock.sleep_async(min(wait, reply.latency))
        except BaseException:  # it was cancelled
            reply.finish("abandoned")
            raise
        return _response(reply, request, wait, _AsyncBody)


class _Body(httpx2.SyncByteStream):
    asynchronous = False

    def __init__(self, reply: Reply, request: httpx2.Request) -> None:
        self._reply = reply
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        reply, clock = self._reply, self._reply.clock
        timeout = _read_timeout(self._request)
        sent, speed = reply.sent, clock.speed
        for chunk in reply.chunks:
            delay = chunk[1]
            if delay > timeout:
                _time_out(reply, timeout, self._request, type(self))
            if speed:
                clock.sleep(delay)
            sent(chunk)
            yield chunk[0]
        if reply.ending == "stall":
            clock.sleep(timeout)
        _end(reply, timeout, self._request, type(self))

    def close(self) -> None:
        self._reply.finish("abandoned")


class _AsyncBody(httpx2.AsyncByteStream):
    asynchronous = True

    def __init__(self, reply: Reply, request: httpx2.Request) -> None:
        self._reply = reply
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        reply, clock = self._reply, self._reply.clock
        timeout = _read_timeout(self._request)
        for chunk in reply.chunks:
            data, delay, _ = chunk
            if delay > timeout:
                _time_out(reply, timeout, self._request, type(self))
            await clock.sleep_async(delay)
            reply.sent(chunk)
            yield data
        if reply.ending == "stall":
            await clock.sleep_async(timeout)
        _end(reply, timeout, self._request, type(self))

    async def aclose(self) -> None:
        self._reply.finish("abandoned")


Body = type[_Body] | type[_AsyncBody]


def _read(request: httpx2.Request) -> Request:
    """What the engine looks at, but for the body."""
    url = request.url
    headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
    size = headers.get("content-length", "")
    return Request(
        method=request.method,
        path=url.path,
        headers=headers,
        query=dict(url.params) if url.query else {},
        origin=f"{url.scheme}://{url.netloc.decode('ascii')}",
        size=int(size) if size.isdecimal() else None,
    )


def _read_timeout(request: httpx2.Request) -> float:
    timeout = request.extensions.get("timeout", {}).get("read")
    return FOREVER if timeout is None else float(timeout)


def _wait_for_headers(reply: Reply, request: httpx2.Request, body: Body) -> float:
    """How long the client is ready to wait for the headers. Raises where there is no connection to wait on."""
    if reply.status is None:
        reply.finish("refused")
        raise network_error("refused", request, asynchronous=body.asynchronous)
    return _read_timeout(request)


def _response(reply: Reply, request: httpx2.Request, patience: float, body: Body) -> httpx2.Response:
    """The response; a body that comes in one piece is sent with the headers."""
    if reply.latency > patience:
        reply.exchange.status = None
        _time_out(reply, patience, request, body)
    reply.respond()
    assert reply.status is not None
    only = reply.only_chunk
    if only is not None:
        reply.sent(only)
        reply.finish()
    stream = httpx2.ByteStream(only.data) if only is not None else body(reply, request)
    response = httpx2.Response(reply.status, headers=reply.headers, stream=stream, request=request)
    # Else the first look at a header tries every one of them for the encoding.
    response.headers.encoding = "ascii"
    if only is not None and "content-encoding" not in reply.headers:
        _be_read(response, only.data)
    return response


def _be_read(response: httpx2.Response, body: bytes) -> None:
    """As `response.read()` would leave it, without the decoders and generators that take as long as the engine."""
    response._content = body
    response.is_stream_consumed = response.is_closed = True


def _time_out(reply: Reply, timeout: float, request: httpx2.Request, body: Body) -> NoReturn:
    reply.pass_time(timeout)
    reply.finish("timeout")
    raise network_error("timeout", request, asynchronous=body.asynchronous)


def _end(reply: Reply, timeout: float, request: httpx2.Request, body: Body) -> None:
    """End the body as the engine scripts it."""
    if reply.ending == "stall":
        reply.pass_time(timeout)
    reply.finish()
    match reply.ending:
        case "cut" | "reset":
            raise network_error(reply.ending, request, asynchronous=body.asynchronous)
        case "stall":
            raise network_error("timeout", request, asynchronous=body.asynchronous)
