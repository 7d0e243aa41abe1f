"""A loop that lives in API time: tasks overlap as they would outside, nobody waits, and both wires say the same."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import anyio
import pytest
from anthropic import Anthropic, AsyncAnthropic, RateLimitError

from helpers import MODEL
from helpers.calling.apitime import LONGEST, ApiClock, in_api_time, run_in_api_time, running_api_time
from helpers.calling.deadline import NeverEnded
from helpers.calling.pauses import pauses_in_api_time
from helpers.client import replay_client
from helpers.grading.transport import Gate, new_wire
from helpers.replay import Answer, Engine, Exchange, Fail, Quota, Scenario, says
from helpers.replay.server import ReplayServer

Wire = Callable[[Engine], AbstractContextManager[Anthropic]]


@contextmanager
def in_process(engine: Engine) -> Iterator[Anthropic]:
    with replay_client(engine) as client:
        yield client


@contextmanager
def over_sockets(engine: Engine) -> Iterator[Anthropic]:
    """As the grader's child reaches the grader's server."""
    with (
        ReplayServer(engine, tells_time=True) as server,
        new_wire() as wire,
        Gate(server.url, 100, wire).client() as client,
    ):
        yield client


both = pytest.mark.parametrize("wire", [in_process, over_sockets])


async def ask(client: AsyncAnthropic, prompt: str) -> str:
    message = await client.messages.create(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}], timeout=20
    )
    return "".join(block.text for block in message.content if block.type == "text")


def moments(engine: Engine) -> list[tuple[int | None, float, float]]:
    """Status, beginning and end of each exchange, to the millisecond."""
    return [(one.status, round(one.started, 3), round(end_of(one), 3)) for one in engine.log]


def end_of(one: Exchange) -> float:
    assert one.ended is not None
    return one.ended


def engine_for(*script: Fail | Answer, quota: Quota | None = None) -> Engine:
    answer = Answer(says("Good.", delay=1.0))
    return Engine(Scenario("made", "made", script, answer, quota=quota), models=(MODEL,))


def test_side_by_side() -> None:
    """Who sleeps at the same time sleeps side by side, and nobody waits."""

    async def work(clock: ApiClock) -> float:
        await asyncio.gather(clock.sleep(50), asyncio.sleep(70), anyio.sleep(60))
        return clock.now()

    began = time.monotonic()
    assert run_in_api_time(work) == pytest.approx(70, abs=1e-6)
    assert time.monotonic() - began < 20


def test_within_another_loop() -> None:
    """As in a notebook, where a loop is running already."""

    async def work(clock: ApiClock) -> float:
        await clock.sleep(3)
        return clock.now()

    async def outer() -> float:
        return run_in_api_time(work)

    assert asyncio.run(outer()) == pytest.approx(3, abs=1e-6)
    assert running_api_time() is None


@pytest.mark.parametrize("seconds", [None, LONGEST + 1], ids=["for ever", "for days"])
def test_nothing_left(seconds: float | None) -> None:
    """Where nothing is left that could happen, or nothing within a day, it ends."""

    async def work(clock: ApiClock) -> None:
        await (asyncio.Event().wait() if seconds is None else clock.sleep(seconds))

    with pytest.raises(NeverEnded):
        run_in_api_time(work)


def test_woken_too_early() -> None:
    """Who sleeps until a moment that rounding puts a little early gets there all the same."""

    async def work(clock: ApiClock) -> int:
        turns, until = 0, 0.1 + 0.2
        while clock.now() < until:
            turns += 1
            asyncio.get_running_loop().call_at(until - 1e-13, woken.set)
            await woken.wait()
            woken.clear()
        return turns

    woken = asyncio.Event()
    assert run_in_api_time(work) < 10


def test_blocked() -> None:
    """A `time.sleep` stops the others, and is counted; nobody waits for it either."""

    async def work(clock: ApiClock) -> tuple[float, float]:
        other = asyncio.create_task(clock.sleep(10))
        await asyncio.sleep(0)
        time.sleep(30)  # noqa: ASYNC251
        await other
        loop = running_api_time()
        assert loop is not None
        return clock.now(), loop.blocked

    clock = Engine(Scenario("none", "none")).clock
    with pauses_in_api_time(clock, work):
        now, blocked = run_in_api_time(work)
    assert (now, blocked) == pytest.approx((30, 30), abs=1e-6)
    assert clock.now() == 0


@both
def test_requests_overlap(wire: Wire) -> None:
    """Two that leave together are answered together, a third begins when it is sent."""
    engine = engine_for()

    async def work(clock: ApiClock) -> None:
        client = in_api_time(sync, clock)
        first = asyncio.gather(ask(client, "One?"), ask(client, "Two?"))
        await clock.sleep(1)
        await asyncio.gather(first, ask(client, "Three?"))

    with wire(engine) as sync:
        run_in_api_time(work)
    (_, _, seconds), *_ = moments(engine)
    assert moments(engine) == [(200, 0, seconds), (200, 0, seconds), (200, 1, round(seconds + 1, 3))]


@both
def test_waits_of_the_sdk(wire: Wire) -> None:
    """The SDK's wait after a refusal passes in API time, as long as it was told."""
    engine = engine_for(Fail(429, headers={"retry-after": "20"}))

    async def work(clock: ApiClock) -> float:
        await ask(in_api_time(sync, clock), "One?")
        return clock.now()

    with wire(engine) as sync, pauses_in_api_time(engine.clock, work):
        end = run_in_api_time(work)
    (_, _, refused), (_, again, answered) = moments(engine)
    assert (again - refused, end) == pytest.approx((20, answered), abs=0.01)


@both
def test_a_moment_too_early(wire: Wire) -> None:
    """A bucket has what is asked for in the very moment in which it has refilled, and not before."""
    engine = engine_for(quota=Quota(requests=7))

    async def work(clock: ApiClock) -> list[float]:
        client = in_api_time(sync, clock).with_options(max_retries=0)
        await asyncio.gather(*(ask(client, "One?") for _ in range(7)))
        began, refused = clock.now(), []
        for number in range(1, 20):
            await clock.sleep(max(number * 60 / 7 - clock.now(), 0))
            try:
                await asyncio.create_task(ask(client, "One?"))
            except RateLimitError:
                refused.append(clock.now() - began)
        return refused

    with wire(engine) as sync:
        assert run_in_api_time(work) == []


@both
def test_stream_in_its_moments(wire: Wire) -> None:
    """The pieces of a stream arrive when they are sent."""
    engine = engine_for()

    async def work(clock: ApiClock) -> list[float]:
        client = in_api_time(sync, clock)
        turn: Any = {"role": "user", "content": "One?"}
        async with client.messages.stream(model=MODEL, max_tokens=400, messages=[turn]) as stream:
            return [clock.now() async for event in stream if event.type == "content_block_delta"]

    with wire(engine) as sync:
        came = run_in_api_time(work)
    sent = [moment for name, moment in engine.log[0].events if name == "content_block_delta"]
    assert came == pytest.approx(sent, abs=1e-4)
    assert len(came) >= 1


@both
def test_broken_stream(wire: Wire) -> None:
    """What breaks off raises where it breaks off, after what had come."""
    engine = engine_for(Answer(says("A long answer, in pieces.", delay=1.0), ending="cut", after=4))

    async def work(clock: ApiClock) -> tuple[int, str]:
        client, pieces = in_api_time(sync, clock), 0
        turn: Any = {"role": "user", "content": "One?"}
        try:
            async with client.messages.stream(model=MODEL, max_tokens=400, messages=[turn]) as stream:
                async for _ in stream:
                    pieces += 1
        except Exception as error:  # noqa: BLE001 - whichever it is
            return pieces, type(error).__name__
        return pieces, ""

    with wire(engine) as sync:
        pieces, raised = run_in_api_time(work)
    assert (pieces > 2, raised) == (True, "RemoteProtocolError")
