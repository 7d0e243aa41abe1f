"""The wire log: plain JSON, in API time, and without a secret."""

import json

import anyio
import anyio.lowlevel
import httpx2
import pytest
from anthropic import Anthropic, APITimeoutError, AsyncAnthropic

from helpers.client import async_replay_client, replay_client
from helpers.replay import Answer, Engine, Fixture, says, scenario_named
from helpers.replay.events import events_of, text_pieces
from helpers.replay.server import ReplayServer
from tests.unit.replay.asking import PARAMS, engine_for
from tests.unit.replay.wires import Wire

FIELDS = [
    *("number", "method", "path", "headers", "body", "request_bytes", "retry_count", "started", "status"),
    *("error_type", "request_id", "first_byte", "ended", "bytes", "events", "ending", "retry_wait", "unexpected"),
]
SECRET = "sk-secret-0123456789"
LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
LONG_PIECES = text_pieces(LONG)


def test_json(wire: Wire) -> None:
    """One plain JSON object per request; both seams write the same."""
    seen = wire.stream("overloaded_twice")
    entries = json.loads(json.dumps(seen.engine.log.to_json()))
    assert [list(entry) for entry in entries] == [FIELDS] * 3
    first, _, last = entries
    assert (first["status"], first["error_type"], first["bytes"], first["retry_wait"]) == (
        529,
        "overloaded_error",
        119,
        0.5,
    )
    assert (first["started"], first["ended"], entries[1]["started"]) == (0.0, 0.3, 0.8)
    assert (last["status"], last["ending"], last["events"][0], last["events"][-1][0]) == (
        200,
        "clean",
        ["message_start", 2.5],
        "message_stop",
    )
    assert last["body"]["messages"] == PARAMS["messages"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": SECRET},
        {"X-Secret-Header": SECRET},
        {"cookie": SECRET},
        {"proxy-authorization": SECRET},
        {"x-stainless-helper": SECRET},
    ],
)
def test_no_secret(headers: dict[str, str], wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key gets into no log, in whatever header it travels."""
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"x-corporate-key: {SECRET}")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", SECRET)
    seen = wire.create("plain", {"api_key": SECRET, "default_headers": headers})
    assert seen.error is None
    assert any(SECRET in value for request in seen.engine.requests for value in request.headers.values())
    assert SECRET not in json.dumps(seen.engine.log.to_json())
    assert SECRET not in repr(list(seen.engine.log))


def test_large_bodies_are_not_kept(wire: Wire) -> None:
    """A log does not hold what a caller sent by the megabyte; it says how much it was."""
    seen = wire.create("plain", messages=[{"role": "user", "content": "x" * 300_000}])
    entry = seen.engine.log.to_json()[0]
    assert entry["body"] is None
    assert entry["request_bytes"] > 300_000


def test_abandoned() -> None:
    """A caller who stops reading is seen, with what had been sent by then."""
    engine = engine_for(Answer(message=says(LONG)))
    with replay_client(engine) as client, client.messages.stream(**PARAMS) as stream:
        assert next(iter(stream.text_stream)) == LONG_PIECES[0]
    exchange = engine.log[0]
    assert exchange.ending == "abandoned"
    assert [name for name, _ in exchange.events[:4]] == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
    ]
    assert len(exchange.events) < 4 + len(LONG_PIECES)
    assert not exchange.whole


def test_cancelled_before_the_answer() -> None:
    """A request whose task is cancelled while it waits is abandoned, not under way for ever."""
    engine = engine_for(then=Answer(message=says("late")), speed=1000.0)

    async def main() -> None:
        async with async_replay_client(engine) as client, anyio.create_task_group() as group:

            async def ask() -> None:
                await client.messages.create(**PARAMS)

            group.start_soon(ask)
            while not len(engine.log):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()

    anyio.run(main)
    assert [exchange.ending for exchange in engine.log] == ["abandoned"]


def test_abandoned_over_a_socket() -> None:
    """The server notices a caller who leaves while the next event is not due for an hour."""
    events = events_of([{"type": "text", "text": "one two"}], first_delay=0.0, delay=3600.0)
    engine = engine_for(Answer(message=Fixture("slow", events)), speed=1.0)
    with ReplayServer(engine) as server, Anthropic(api_key="replay", base_url=server.url) as client:
        with client.messages.create(**PARAMS, stream=True) as stream:
            assert next(stream).type == "message_start"
        assert server.settle(5)
    exchange = engine.log[0]
    assert exchange.ending == "abandoned"
    assert [name for name, _ in exchange.events] == ["message_start", "content_block_start", "ping"]


def test_read_to_the_end_is_not_abandoned(wire: Wire) -> None:
    """A caller who saw the last event missed nothing."""
    assert wire.stream("plain").engine.log[0].ending == "clean"


@pytest.mark.parametrize(("read", "ending"), [(1.0, "timeout"), (5.0, "clean")])
def test_timeout_between_events(read: float, ending: str) -> None:
    """In the process a client's read timeout is compared with API time: nothing has to be slow."""
    engine = engine_for(Answer(message=says("one two three", delay=3.0)))
    with replay_client(engine).with_options(timeout=httpx2.Timeout(60.0, read=read)) as client:
        try:
            with client.messages.stream(**PARAMS) as stream:
                stream.until_done()
            error = None
        except httpx2.ReadTimeout as caught:
            error = caught
    exchange = engine.log[0]
    assert exchange.ending == ending
    assert (error is not None) == (ending == "timeout")
    if error is not None:
        # 0.4 s to the first event, then a second of patience.
        assert exchange.ended == pytest.approx(1.4)


def test_timeout_before_headers() -> None:
    """A timeout before the first byte has no status in the log, and the next attempt starts when its wait is over."""
    engine = engine_for(Answer(message=says("one two", delay=90.0)))
    with replay_client(engine).with_options(timeout=60.0, max_retries=0) as client, pytest.raises(APITimeoutError):
        client.messages.create(**PARAMS)
    exchange = engine.log[0]
    assert (exchange.status, exchange.first_byte, exchange.ending, exchange.ended) == (None, None, "timeout", 60.0)


def test_no_timeout_at_all() -> None:
    """A client that waits for ever is let go after ten minutes of API time."""
    engine = Engine(scenario_named("stall"))
    with (
        replay_client(engine).with_options(timeout=None) as client,
        pytest.raises(httpx2.ReadTimeout),
        client.messages.stream(**PARAMS) as stream,
    ):
        stream.until_done()
    exchange = engine.log[0]
    assert exchange.ended is not None
    assert exchange.ended - exchange.events[-1][1] == pytest.approx(600.0)


def test_side_by_side() -> None:
    """Calls made at the same time overlap in API time; calls one after the other don't."""
    # Two tenths of a second for its only piece, and for the end.
    engine = engine_for(then=Answer(message=says("one")))

    async def together(client: AsyncAnthropic) -> None:
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(ask, client)

    async def ask(client: AsyncAnthropic) -> None:
        async with client.messages.stream(**PARAMS) as stream:
            await stream.until_done()

    async def both() -> None:
        async with async_replay_client(engine) as client:
            # The first call of a client asks a thread for the platform: it may be late.
            await ask(client)
            await together(client)
            await ask(client)

    anyio.run(both)
    starts = [exchange.started for exchange in engine.log]
    ends = [exchange.ended for exchange in engine.log]
    assert starts[1:4] == [pytest.approx(0.8)] * 3
    assert ends[1:4] == [pytest.approx(1.6)] * 3
    assert starts[4] == pytest.approx(1.6)


def test_time_really_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """At speed 0.5 two seconds of API time take one."""
    slept: list[float] = []
    monkeypatch.setattr("helpers.replay.clock.time.sleep", slept.append)
    engine = engine_for(Answer(message=says("one two")), speed=0.5)
    with replay_client(engine) as client:
        client.messages.create(**PARAMS)
    assert sum(slept) == pytest.approx(engine.log[0].ended / 2 if engine.log[0].ended else 0)
