"""The in-process seam: `httpx2` transports that answer from an engine. Nothing to start, no port, no socket.

They honour the client's own timeouts, as the network would: `request.extensions["timeout"]`.
"""

from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import httpx2

from helpers.replay.engine import Engine
from helpers.replay.reply import Reply
from helpers.replay.request import Request
from helpers.replay.routes import kept_bytes

FOREVER = 600.0
"""Seconds of API time after which a client without a read timeout is let go. On a network it would wait for ever."""


class ReplayTransport(httpx2.BaseTransport):
    """Answers a synchronous client from `engine`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The engine's reply. Raises `httpx2.ConnectError` or `httpx2.ReadTimeout` where it scripts one."""
        reply = self.engine.reply(_read(request, request.read() if _is_kept(request) else None))
        wait = _wait_for_headers(reply, request)
        self.engine.clock.sleep(min(wait, reply.latency))
        return _response(reply, request, wait, _Body(reply, request))


class AsyncReplayTransport(httpx2.AsyncBaseTransport):
    """Answers an asynchronous client from `engine`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The engine's reply. Raises `httpx2.ConnectError` or `httpx2.ReadTimeout` where it scripts one."""
        reply = self.engine.reply(_read(request, await request.aread() if _is_kept(request) else None))
        wait = _wait_for_headers(reply, request)
        await self.engine.clock.sleep_async(min(wait, reply.latency))
        return _response(reply, request, wait, _AsyncBody(reply, request))


class _Body(httpx2.SyncByteStream):
    def __init__(self, reply: Reply, request: httpx2.Request) -> None:
        self._reply = reply
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        reply, clock = self._reply, self._reply.clock
        timeout = _read_timeout(self._request)
        for chunk in reply.chunks:
            if chunk.delay:
                _check_silence(reply, chunk.delay, timeout, self._request)
                clock.sleep(chunk.delay)
            reply.sent(chunk)
            yield chunk.data
        if reply.ending == "stall":
            clock.sleep(timeout)
        _end(reply, timeout, self._request)

    def close(self) -> None:
        self._reply.finish("abandoned")


class _AsyncBody(httpx2.AsyncByteStream):
    def __init__(self, reply: Reply, request: httpx2.Request) -> None:
        self._reply = reply
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        reply, clock = self._reply, self._reply.clock
        timeout = _read_timeout(self._request)
        for chunk in reply.chunks:
            _check_silence(reply, chunk.delay, timeout, self._request)
            await clock.sleep_async(chunk.delay)
            reply.sent(chunk)
            yield chunk.data
        if reply.ending == "stall":
            await clock.sleep_async(timeout)
        _end(reply, timeout, self._request)

    async def aclose(self) -> None:
        self._reply.finish("abandoned")


def _is_kept(request: httpx2.Request) -> bool:
    """Whether the engine would look into the body: half a gigabyte that it would not is never read."""
    size = _declared_size(request)
    return size is None or size <= kept_bytes(request.method, request.url.path)


def _declared_size(request: httpx2.Request) -> int | None:
    size = request.headers.get("content-length", "")
    return int(size) if size.isdecimal() else None


def _read(request: httpx2.Request, body: bytes | None) -> Request:
    url = request.url
    return Request(
        method=request.method,
        path=url.path,
        headers=dict(request.headers),
        body=body or b"",
        query=dict(url.params) if url.query else {},
        origin=f"{url.scheme}://{url.netloc.decode('ascii')}",
        size=_declared_size(request) if body is None else None,
    )


def _read_timeout(request: httpx2.Request) -> float:
    timeout = request.extensions.get("timeout", {}).get("read")
    return FOREVER if timeout is None else float(timeout)


def _wait_for_headers(reply: Reply, request: httpx2.Request) -> float:
    """How long the client is ready to wait for the headers. Raises where there is no connection to wait on."""
    if reply.status is None:
        reply.finish("refused")
        raise httpx2.ConnectError("Connection refused", request=request)
    return _read_timeout(request)


def _response(
    reply: Reply, request: httpx2.Request, patience: float, body: httpx2.SyncByteStream | httpx2.AsyncByteStream
) -> httpx2.Response:
    if reply.latency > patience:
        reply.exchange.status = None
        _time_out(reply, patience, request)
    reply.respond()
    assert reply.status is not None
    return httpx2.Response(reply.status, headers=reply.headers, stream=body, request=request)


def _check_silence(reply: Reply, delay: float, timeout: float, request: httpx2.Request) -> None:
    if delay > timeout:
        _time_out(reply, timeout, request)


def _time_out(reply: Reply, timeout: float, request: httpx2.Request) -> NoReturn:
    reply.pass_time(timeout)
    reply.finish("timeout")
    raise httpx2.ReadTimeout("The read operation timed out", request=request)


def _end(reply: Reply, timeout: float, request: httpx2.Request) -> None:
    """End the body as the engine scripts it."""
    if reply.ending == "stall":
        reply.pass_time(timeout)
    reply.finish()
    match reply.ending:
        case "cut":
            message = "peer closed connection without sending complete message body (incomplete chunked read)"
            raise httpx2.RemoteProtocolError(message, request=request)
        case "reset":
            raise httpx2.ReadError("Connection reset by peer", request=request)
        case "stall":
            raise httpx2.ReadTimeout("The read operation timed out", request=request)
