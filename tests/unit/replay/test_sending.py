"""A server that sends whether anybody reads or not, in the process and from the grader's: both logs say the same."""

import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final, get_args

import anthropic
import anyio
import httpx2
import pytest
from anthropic import AsyncAnthropic

from helpers import MODEL
from helpers.calling.apitime import ApiClock, run_in_api_time
from helpers.calling.sleeping import same_jitter
from helpers.client import sending_replay_client
from helpers.grading.transport import Gate, new_wire
from helpers.replay import Answer, EmptyBody, Engine, Exchange, Fail, RefuseConnection, Request, Scenario, says
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.reply import Reply
from helpers.replay.scenario import Step
from helpers.replay.script import HandedOver, from_script, to_script
from helpers.replay.server import ReplayServer
from helpers.replay.wire import Ending

TEXT: Final = "Your lamp left Oslo on Monday as parcel 30127. It reaches Cork in three days, before noon."
PIECES: Final = len([one for one in says(TEXT).events if one.name == "content_block_delta"])
LINGERS: Final = 30.0
STEPS: Final[dict[str, Step]] = {
    **{one: Answer(says(TEXT), ending=one, after=6) for one in get_args(Ending) if one not in ("empty", "page")},
    "empty": EmptyBody(),
    "page": Fail(200, body=CAPTIVE_PORTAL.body),
    "529": Fail(529),
    "refused": RefuseConnection(),
}

Client = Callable[[], AsyncAnthropic]
Wire = Callable[[Engine], AbstractContextManager[Client]]
Work = Callable[[AsyncAnthropic], Coroutine[Any, Any, Any]]


@contextmanager
def in_process(engine: Engine) -> Iterator[Client]:
    yield lambda: sending_replay_client(engine)


@contextmanager
def handed_over(engine: Engine) -> Iterator[Client]:
    """As the grader's child is answered."""
    with ReplayServer(engine, tells_time=True) as server, server.answering(engine, "/case"), new_wire() as wire:
        gate = Gate(server.url, 100, wire)
        yield gate.played_client
        gate.told.tell()
    assert server.failure is None


def asked(client: AsyncAnthropic, **options: Any) -> Any:
    return client.messages.stream(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": "Where is it?"}], **options
    )


def log_of(wire: Wire, step: Step, work: Work) -> list[Exchange]:
    """What the engine's log holds when `work` has ended, and half a minute after that."""
    engine = Engine(Scenario("test", "a test", (step, *[step] * 5), None), models=(MODEL,))

    async def run(clock: ApiClock) -> None:
        async with client() as one:
            kept = await work(one)
            await anyio.sleep(LINGERS)
            del kept

    with wire(engine) as client, same_jitter():
        run_in_api_time(run)
    return list(engine.log)


async def to_its_end(client: AsyncAnthropic) -> None:
    with suppress(anthropic.APIError, httpx2.HTTPError, ValueError):
        async with asked(client) as stream:
            await stream.until_done()


async def kept_open(client: AsyncAnthropic) -> object:
    messages: Any = [{"role": "user", "content": "Where is it?"}]
    stream = await client.messages.create(model=MODEL, max_tokens=400, messages=messages, stream=True)
    await anext(stream)
    return stream


async def left(client: AsyncAnthropic) -> None:
    async with asked(client) as stream:
        await anext(aiter(stream.text_stream))


async def impatient(client: AsyncAnthropic) -> None:
    with suppress(anthropic.APITimeoutError):
        async with asked(client, timeout=0.1):
            pass


def pieces(log: list[Exchange]) -> int:
    return sum(name == "content_block_delta" for one in log for name, _ in one.events)


@pytest.mark.parametrize("wire", [in_process, handed_over])
def test_goes_on(wire: Wire) -> None:
    """A stream that is kept open is sent to its end; one that is closed ends there, and says so."""
    kept, closed = (log_of(wire, Answer(says(TEXT)), work) for work in (kept_open, left))
    assert (pieces(kept), kept[0].ending) == (PIECES, "clean")
    assert (pieces(closed), closed[0].ending) == (1, "abandoned")


@pytest.mark.parametrize("work", [to_its_end, left, impatient])
@pytest.mark.parametrize("name", STEPS)
def test_same_log(name: str, work: Work) -> None:
    """Whatever happens on the wire, the log is the same, whichever side has played it."""

    async def quietly(client: AsyncAnthropic) -> None:
        with suppress(anthropic.APIError, httpx2.HTTPError, ValueError, StopAsyncIteration):
            await work(client)

    here, there = (log_of(wire, STEPS[name], quietly) for wire in (in_process, handed_over))
    assert [one.to_json() for one in there] == [one.to_json() for one in here]


def reply_with(step: Step) -> Reply:
    """The engine's reply to a streamed request, before anybody has sent anything of it."""
    body = {
        "model": MODEL,
        "max_tokens": 400,
        "messages": [{"role": "user", "content": "Where is it?"}],
        "stream": True,
    }
    headers = {"authorization": "Bearer replay", "anthropic-version": "2026-10-21", "content-type": "application/json"}
    request = Request("POST", "/v1/messages", headers, json.dumps(body).encode())
    return Engine(Scenario("test", "a test", then=step), models=(MODEL,)).reply(request)


@pytest.mark.parametrize("name", ["clean", "garbled", "529", "refused"])
def test_script(name: str) -> None:
    """A reply that was handed over is the reply that it was."""
    reply = reply_with(STEPS[name])
    again = from_script(to_script(reply))
    assert (again.status, again.headers, list(again.chunks)) == (reply.status, reply.headers, list(reply.chunks))
    assert (again.latency, again.ending, again.only_chunk) == (reply.latency, reply.ending, reply.only_chunk)


@pytest.mark.parametrize("told", ["7:1:3:clean:2.0", "1", "one:1:3:clean:2.0", "1:1:3:better:2.0", "1:1:3::nan"])
def test_nothing_of_the_kind(told: str) -> None:
    """Who tells of a reply that was not handed over, or in other words, is not believed."""
    reply, handed = reply_with(STEPS["clean"]), HandedOver()
    handed.add(reply)
    with pytest.raises(ValueError, match=r"handed over|unpack|invalid literal"):
        handed.hear(told)
    assert reply.exchange.events == []
