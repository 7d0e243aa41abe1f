"""The calls of a lesson on a tape, so that the SDK makes them once more without the course: what is the SDK's own.

`RECORDER` makes the tape: it starts in a lesson's first cell and saves in its last one. `await play(tape)` in another
kernel has the SDK make the same calls over `httpx2.MockTransport`: as many, to the same endpoints, as large,
synchronous or not, answered with the same statuses, headers and chunks, broken off where they were. An attempt of the
SDK's own retries is a call by itself. Calls of other SDKs, and files, are left out.
"""

import json
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from inspect import signature
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import anthropic
import httpx2
from anthropic._decoders.jsonl import JSONLDecoder
from anthropic.types.messages import MessageBatchIndividualResponse

LARGE: Final = 1_000_000
"""Bytes of a body from which the tape has its size alone."""
ENCODING: Final = "latin-1"
"""What gives every byte a letter of its own, and the other way round."""
KEY: Final = "sk-ant-made-up"


class Call(NamedTuple):
    """One request and what was answered."""

    method: str
    path: str
    body: str
    size: int
    """Bytes of the body, also where it was too large to keep."""
    asynchronous: bool
    status: int | None
    """None where no connection came about."""
    headers: dict[str, str]
    chunks: list[str]
    """Those that whoever asked has taken."""
    breaks: bool
    """Whether the connection broke after them."""

    @property
    def parameters(self) -> dict[str, Any]:
        """The body's fields. Where it was too large to keep, those of a message that has its size."""
        if self.size < LARGE:
            return dict(json.loads(self.body)) if self.body else {}
        turn = {"role": "user", "content": "x" * self.size}
        return {"model": "any", "max_tokens": 9, "messages": [turn]}


class Tape(NamedTuple):
    """What a lesson asks of others."""

    calls: list[Call]
    programs: float
    """Processor seconds of the programs that it started and that have ended: Node, in the lesson on TypeScript."""

    def save(self, file: Path) -> None:
        """Write it to `file`."""
        file.write_text(json.dumps(self))

    @classmethod
    def load(cls, file: Path) -> "Tape":
        """What is in `file`."""
        calls, programs = json.loads(file.read_text())
        return cls([Call(*one) for one in calls], programs)


class Recorder:
    """Notes what the engines of a process are asked, and what they reply."""

    def __init__(self) -> None:
        self._noted: list[tuple[Any, Any, list[bytes]]] = []

    def start(self) -> None:
        """From now on."""
        from helpers.replay.engine import Engine

        reply = Engine.reply

        def noting(engine: Engine, request: Any) -> Any:
            answer = reply(engine, request)
            taken: list[bytes] = []
            if not isinstance(answer.chunks, list | tuple):
                answer.chunks = _noted(answer.chunks, taken)
            self._noted.append((request, answer, taken))
            return answer

        patch.object(Engine, "reply", noting).start()

    def tape(self) -> "Tape":
        """The calls of the Python SDK so far."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        calls = [_call(*noted) for noted in self._noted if _is_played(noted[0])]
        return Tape(calls, ended.ru_utime + ended.ru_stime)


RECORDER: Final = Recorder()


def _noted(chunks: Iterable[Any], taken: list[bytes]) -> Iterator[Any]:
    for chunk in chunks:
        taken.append(chunk.data)
        yield chunk


def _is_played(request: Any) -> bool:
    return request.headers.get("x-stainless-lang") == "python" and "/files" not in request.path


def _call(request: Any, reply: Any, taken: list[bytes]) -> Call:
    chunks = taken or [chunk.data for chunk in list(reply.chunks)[: reply.played]]
    return Call(
        method=request.method,
        path=request.path,
        body=request.body.decode(ENCODING) if request.length < LARGE else "",
        size=request.length,
        # Who lives in API time says that it is not, so that nobody waits for it.
        asynchronous=request.moment is not None or request.headers.get("x-stainless-async", "false") != "false",
        status=reply.exchange.status,
        headers=dict(reply.headers),
        chunks=[data.decode(ENCODING) for data in chunks],
        breaks=reply.ending in ("cut", "reset", "stall"),
    )


async def play(tape: Tape) -> int:
    """Have the SDK make the calls. Returns how many were answered whole."""
    wire = _Wire()
    client = anthropic.Anthropic(
        api_key=KEY, max_retries=0, http_client=httpx2.Client(transport=httpx2.MockTransport(wire.answer))
    )
    asynchronous = anthropic.AsyncAnthropic(
        api_key=KEY, max_retries=0, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(wire.answer_async))
    )
    whole = 0
    for wire.call in tape.calls:
        try:
            if wire.call.asynchronous:
                await _make_async(asynchronous, wire.call)
            else:
                _make(client, wire.call)
            whole += 1
        except (anthropic.AnthropicError, httpx2.RequestError, ValueError):
            pass  # as in the lesson
    return whole


def _make(client: anthropic.Anthropic, call: Call) -> None:
    parameters = call.parameters
    if call.path == "/v1/messages" and parameters.pop("stream", False):
        with client.messages.stream(**parameters) as stream:
            stream.until_done()
    elif call.path.endswith("/results"):
        # As `batches.results` does, which has asked for the batch before: that is a call of its own on the tape.
        for _ in client.get(call.path, cast_to=JSONLDecoder[MessageBatchIndividualResponse], stream=True):
            pass
    else:
        _method(client, call)(parameters)


async def _make_async(client: anthropic.AsyncAnthropic, call: Call) -> None:
    parameters = call.parameters
    if call.path == "/v1/messages" and parameters.pop("stream", False):
        async with client.messages.stream(**parameters) as stream:
            await stream.until_done()
    else:
        made: Awaitable[Any] = _method(client, call)(parameters)
        await made


def _method(client: Any, call: Call) -> Callable[[dict[str, Any]], Any]:
    """The SDK's method for a call that is not streamed, with its parameters to come."""
    batches = client.messages.batches
    match call.method, call.path.removeprefix("/v1/messages").split("/")[1:]:
        case "POST", []:
            return lambda parameters: _given(client.messages.create, parameters)
        case "POST", ["count_tokens"]:
            return lambda parameters: _given(client.messages.count_tokens, parameters)
        case "POST", ["batches"]:
            return lambda parameters: batches.create(**parameters)
        case "GET", ["batches"]:
            return lambda _: batches.list()
        case "GET", ["batches", _]:
            return lambda _: batches.retrieve(call.path.rpartition("/")[2])
        case "GET", _:
            return lambda _: client.get(call.path, cast_to=object)
        case "DELETE", _:
            return lambda _: client.delete(call.path, cast_to=object)
        case _:
            return lambda parameters: client.post(call.path, cast_to=object, body=parameters)


def _given(method: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    """Call `method`. What it has no parameter for came from somebody's `extra_body`, and goes there."""
    own = signature(method).parameters
    known = {name: value for name, value in parameters.items() if name in own}
    return method(**known, extra_body={name: value for name, value in parameters.items() if name not in own} or None)


class _Wire:
    """Answers with what is on the tape."""

    call: Call

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        return self._response(request, _Body(self.call, request))

    async def answer_async(self, request: httpx2.Request) -> httpx2.Response:
        return self._response(request, _AsyncBody(self.call, request))

    def _response(self, request: httpx2.Request, body: "_Body | _AsyncBody") -> httpx2.Response:
        if self.call.status is None:
            raise httpx2.ConnectError("nobody is there", request=request)
        return httpx2.Response(self.call.status, headers=self.call.headers, stream=body, request=request)


class _Body(httpx2.SyncByteStream):
    def __init__(self, call: Call, request: httpx2.Request) -> None:
        self._call = call
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._call.chunks:
            yield chunk.encode(ENCODING)
        if self._call.breaks:
            raise httpx2.ReadError("it broke", request=self._request)


class _AsyncBody(httpx2.AsyncByteStream):
    def __init__(self, call: Call, request: httpx2.Request) -> None:
        self._body = _Body(call, request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._body:
            yield chunk
