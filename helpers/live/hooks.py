"""What hangs on the HTTP client of a live SDK client: a look at each request before it leaves, and at each answer."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Final

import httpx2

from helpers.errors import CourseError
from helpers.live.cost import Json, at_most, cost_of
from helpers.live.purse import Entry, Purse
from helpers.live.refusal import LiveError, refusal

KEY: Final = "course"
"""Among the extensions of a request: its entry in the purse."""
EXPLAINED: Final = (400, 401, 402, 403)
"""Answers that may be about the key."""

Hooks = dict[str, list[Callable[..., Any]]]
End = Callable[[bytes], None]


def hooks(purse: Purse) -> Hooks:
    """The event hooks of a synchronous `httpx2.Client` that spends from `purse`."""

    def before(request: httpx2.Request) -> None:
        _let_through(purse, request, request.read() if _is_json(request) else b"")

    def after(response: httpx2.Response) -> None:
        if _is_stream(response):
            stream = response.stream
            assert isinstance(stream, httpx2.SyncByteStream)
            response.stream = _Metered(stream, lambda raw: _settle_stream(purse, response, raw))
            return
        if _is_to_be_read(response):
            response.read()
        _settle(purse, response)

    return {"request": [before], "response": [after]}


def async_hooks(purse: Purse) -> dict[str, list[Callable[..., Awaitable[None]]]]:
    """As `hooks`, of an `httpx2.AsyncClient`."""

    async def before(request: httpx2.Request) -> None:
        _let_through(purse, request, await request.aread() if _is_json(request) else b"")

    async def after(response: httpx2.Response) -> None:
        if _is_stream(response):
            stream = response.stream
            assert isinstance(stream, httpx2.AsyncByteStream)
            response.stream = _AsyncMetered(stream, lambda raw: _settle_stream(purse, response, raw))
            return
        if _is_to_be_read(response):
            await response.aread()
        _settle(purse, response)

    return {"request": [before], "response": [after]}


class _Metered(httpx2.SyncByteStream):
    """A stream whose bytes are seen by `end` when it is over, however it ends."""

    def __init__(self, stream: httpx2.SyncByteStream, end: End) -> None:
        self._stream, self._end, self._seen = stream, end, bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._seen += chunk
            yield chunk

    def close(self) -> None:
        self._stream.close()
        self._end(bytes(self._seen))


class _AsyncMetered(httpx2.AsyncByteStream):
    """As `_Metered`, asynchronous."""

    def __init__(self, stream: httpx2.AsyncByteStream, end: End) -> None:
        self._stream, self._end, self._seen = stream, end, bytearray()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._seen += chunk
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
        self._end(bytes(self._seen))


def _is_json(request: httpx2.Request) -> bool:
    """Whether its body is to be looked at: a file that is uploaded need not be in memory."""
    return request.headers.get("content-type", "").startswith("application/json")


def _let_through(purse: Purse, request: httpx2.Request, body: bytes) -> None:
    path = request.url.path
    fields = _json(body)
    try:
        most = at_most(request.method, path, fields, len(body))
    except CourseError as error:
        raise LiveError(str(error)) from None
    what = f"{request.method} {path}"
    request.extensions[KEY] = purse.reserve(f"{what} to {fields['model']}" if "model" in fields else what, most)


def _entry(response: httpx2.Response) -> Entry:
    entry: Entry = response.request.extensions[KEY]
    return entry


def _is_stream(response: httpx2.Response) -> bool:
    return response.is_success and response.headers.get("content-type", "").startswith("text/event-stream")


def _is_to_be_read(response: httpx2.Response) -> bool:
    return response.status_code in EXPLAINED or (response.is_success and _entry(response).most > 0)


def _settle(purse: Purse, response: httpx2.Response) -> None:
    """Note what an answer cost that came in one piece. Raises `LiveError` where it is about the key."""
    entry, status = _entry(response), response.status_code
    if not response.is_success or entry.most == 0:
        purse.settle(entry, 0.0, f"answered {status}")
        error = refusal(status, response.text) if status in EXPLAINED else None
        if error is not None:
            raise error
        return
    message = _json(response.content)
    purse.settle(entry, _cost(message), f"answered {status}")


def _settle_stream(purse: Purse, response: httpx2.Response, raw: bytes) -> None:
    """Note what a stream cost, once it is over. What broke off does not say so."""
    headers = {name: response.headers[name] for name in ("content-encoding",) if name in response.headers}
    try:
        text = httpx2.Response(200, headers=headers, content=raw).text
    except httpx2.DecodingError:
        text = ""
    message: dict[str, Any] = {}
    ended = False
    for line in text.splitlines():
        event = _json(line.removeprefix("data:").encode()) if line.startswith("data:") else {}
        if event.get("type") == "message_start":
            message = dict(event.get("message") or {})
        elif event.get("type") == "message_delta":
            message["usage"] = {**message.get("usage", {}), **(event.get("usage") or {})}
            ended = True
    said = "streamed to its end" if ended else "broke off before it said what it used"
    purse.settle(_entry(response), _cost(message) if ended else None, said)


def _cost(message: Json) -> float | None:
    """What a message cost; None for what is none."""
    usage = message.get("usage")
    if not isinstance(usage, dict):
        return None
    try:
        return cost_of(str(message.get("model")), usage)
    except CourseError:
        return None


def _json(data: bytes) -> Json:
    try:
        value = json.loads(data) if data else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
