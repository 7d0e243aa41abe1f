"""Both seams and both kinds of client behind one face, so that one test body runs over all four."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final, Literal

import anyio
import httpx2
import pytest
from anthropic import Anthropic, AsyncAnthropic
from anthropic.lib.streaming import AsyncMessageStream, MessageStream
from anthropic.types import Message

from helpers.client import async_replay_client, replay_client
from helpers.replay import Engine, Request, Scenario, scenario_named
from helpers.replay.reply import Reply
from helpers.replay.scenario import Step
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL

Seam = Literal["in-process", "server"]
Kind = Literal["sync", "async"]

WIRES: Final = ("in-process sync", "in-process async", "server sync", "server async")
PARAMS: Final[Mapping[str, Any]] = {
    "model": MODEL,
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Write a haiku"}],
}
PATIENCE: Final[Mapping[Seam, float]] = {"in-process": 60.0, "server": 0.3}
"""Read timeouts that are meant to be reached: in API time, and in the real time that a stalled socket costs."""


class RecordingEngine(Engine):
    """An engine that keeps the requests as they arrived, all headers included."""

    requests: list[Request]

    def reply(self, request: Request) -> Reply:
        """As the engine replies."""
        self.__dict__.setdefault("requests", []).append(request)
        return super().reply(request)


@dataclass
class Seen:
    """What one call showed the caller."""

    engine: RecordingEngine
    message: Message | None = None
    error: Exception | None = None
    text: str = ""
    """What `text_stream` yielded."""
    snapshot: Message | None = None
    """What a stream that raised had received by then."""
    snapshot_error: AssertionError | None = None
    """What is raised where it had received nothing."""
    request_id: str | None = None
    """Of the stream object."""
    final_error: Exception | None = None
    """What `get_final_message()` raised after a stream that raised nothing."""

    @property
    def attempts(self) -> int:
        """Requests on the wire."""
        return len(self.engine.log)


@dataclass
class Wire:
    """One seam and one kind of client."""

    seam: Seam
    kind: Kind
    server: ReplayServer
    waits: list[float] = field(default_factory=list)
    """How long the SDK would have slept between attempts."""

    @property
    def patience(self) -> httpx2.Timeout:
        """A timeout that a stalled reply reaches soon, and no other reply."""
        return httpx2.Timeout(10.0, read=PATIENCE[self.seam])

    def script(self, *steps: Step, then: Step | None = None, **options: Any) -> RecordingEngine:
        """An engine for these steps."""
        return RecordingEngine(Scenario("test", "a script of this test", steps, then), **options)

    def client(self, engine: Engine, **options: Any) -> Anthropic | AsyncAnthropic:
        """A client wired to `engine` over this seam."""
        if self.seam == "in-process":
            local = replay_client(engine) if self.kind == "sync" else async_replay_client(engine)
            return local.with_options(**options) if options else local
        self.server.engine = engine
        options = {"base_url": self.server.url, "api_key": "replay", **options}
        return Anthropic(**options) if self.kind == "sync" else AsyncAnthropic(**options)

    def create(
        self, engine: RecordingEngine | str | Step, options: Mapping[str, Any] | None = None, **params: Any
    ) -> Seen:
        """What `messages.create` shows."""
        return self._see(_create, _create_async, engine, options or {}, params)

    def stream(
        self, engine: RecordingEngine | str | Step, options: Mapping[str, Any] | None = None, **params: Any
    ) -> Seen:
        """What `messages.stream` shows to a caller who reads it to the end."""
        return self._see(_stream, _stream_async, engine, options or {}, params)

    def raw_headers(self, engine: Engine) -> Mapping[str, str]:
        """The headers of a raw response."""
        client = self.client(engine)
        if isinstance(client, Anthropic):
            with client:
                return dict(client.messages.with_raw_response.create(**PARAMS).headers)

        async def ask() -> Mapping[str, str]:
            async with client:
                return dict((await client.messages.with_raw_response.create(**PARAMS)).headers)

        return anyio.run(ask)

    def _see(
        self,
        call: Callable[[Anthropic, dict[str, Any], Seen], None],
        call_async: Callable[[AsyncAnthropic, dict[str, Any], Seen], Any],
        engine: RecordingEngine | str | Step,
        options: Mapping[str, Any],
        params: Mapping[str, Any],
    ) -> Seen:
        if isinstance(engine, str):
            engine = RecordingEngine(scenario_named(engine))
        elif not isinstance(engine, Engine):
            engine = self.script(then=engine)
        seen = Seen(engine)
        client = self.client(engine, **options)
        whole = {**PARAMS, **params}
        try:
            if isinstance(client, Anthropic):
                with client:
                    call(client, whole, seen)
            else:
                anyio.run(_closing, client, call_async, whole, seen)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked at
            seen.error = error
        if self.seam == "server":
            assert self.server.settle(5)
            assert self.server.failure is None
        return seen


async def _closing(client: AsyncAnthropic, call: Callable[..., Any], params: dict[str, Any], seen: Seen) -> None:
    async with client:
        await call(client, params, seen)


def _create(client: Anthropic, params: dict[str, Any], seen: Seen) -> None:
    seen.message = client.messages.create(**params)


async def _create_async(client: AsyncAnthropic, params: dict[str, Any], seen: Seen) -> None:
    seen.message = await client.messages.create(**params)


def _look(stream: MessageStream | AsyncMessageStream, seen: Seen) -> None:
    try:
        seen.snapshot = stream.current_message_snapshot
    except AssertionError as error:
        seen.snapshot_error = error


def _stream(client: Anthropic, params: dict[str, Any], seen: Seen) -> None:
    with client.messages.stream(**params) as stream:
        seen.request_id = stream.request_id
        try:
            for text in stream.text_stream:
                seen.text += text
        except Exception:
            _look(stream, seen)
            raise
        try:
            seen.message = stream.get_final_message()
        except AssertionError as error:
            seen.final_error = error


async def _stream_async(client: AsyncAnthropic, params: dict[str, Any], seen: Seen) -> None:
    async with client.messages.stream(**params) as stream:
        seen.request_id = stream.request_id
        try:
            async for text in stream.text_stream:
                seen.text += text
        except Exception:
            _look(stream, seen)
            raise
        try:
            seen.message = await stream.get_final_message()
        except AssertionError as error:
            seen.final_error = error


@contextmanager
def observed_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Note how long the SDK would sleep between attempts, and don't: only its own sleeps, not the replay's."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with monkeypatch.context() as patch:
        patch.setattr("anthropic._base_client.time", SimpleNamespace(**{**vars(time), "sleep": waits.append}))
        patch.setattr("anthropic._base_client.anyio", SimpleNamespace(**{**vars(anyio), "sleep": sleep}))
        yield waits
