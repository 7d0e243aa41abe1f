"""What a tape plays is what was asked: with less of it the course would seem slower, with more faster."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import anthropic
import httpx2
import pytest
from anthropic.types import MessageParam

from helpers import MODEL, make_client
from helpers.client import make_async_client
from helpers.replay import Answer, Fail, Scenario
from tests.benchmarks.tape import LARGE, Recorder, Tape, play

HELLO: list[MessageParam] = [{"role": "user", "content": "Hello."}]


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """One that has started; afterwards the engines are as they were."""
    one = Recorder()
    one.start()
    yield one
    patch.stopall()


def _ask(client: anthropic.Anthropic, messages: list[MessageParam] = HELLO) -> None:
    client.messages.create(model=MODEL, max_tokens=99, messages=messages)


def _stream(client: anthropic.Anthropic) -> None:
    with client.messages.stream(model=MODEL, max_tokens=99, messages=HELLO) as stream:
        stream.get_final_message()


def test_answered(recorder: Recorder, tmp_path: Path) -> None:
    """Whatever is answered whole is so once more, from a file as well."""
    client = make_client("plain")
    _ask(client)
    _stream(client)
    client.messages.count_tokens(model=MODEL, messages=HELLO)
    batch = client.messages.batches.create(
        requests=[{"custom_id": "a", "params": {"model": MODEL, "max_tokens": 9, "messages": HELLO}}]
    )
    while client.messages.batches.retrieve(batch.id).processing_status != "ended":
        pass
    assert len(list(client.messages.batches.results(batch.id))) == 1
    client.messages.batches.list()
    client.messages.batches.delete(batch.id)
    client.models.list()
    client.messages.create(model=MODEL, max_tokens=9, messages=HELLO, extra_body={"metadata": {}, "speed": "fast"})
    tape = recorder.tape()
    tape.save(tmp_path / "tape.json")
    again = Tape.load(tmp_path / "tape.json")
    assert again.calls == tape.calls
    paths = [(call.method, call.path.replace(batch.id, "ID"), call.status) for call in tape.calls]
    assert paths[:4] == [
        ("POST", "/v1/messages", 200),
        ("POST", "/v1/messages", 200),
        ("POST", "/v1/messages/count_tokens", 200),
        ("POST", "/v1/messages/batches", 200),
    ]
    assert paths[-5:] == [
        ("GET", "/v1/messages/batches/ID/results", 200),
        ("GET", "/v1/messages/batches", 200),
        ("DELETE", "/v1/messages/batches/ID", 200),
        ("GET", "/v1/models", 200),
        ("POST", "/v1/messages", 200),
    ]
    assert asyncio.run(play(again)) == len(paths)


def test_asynchronous(recorder: Recorder) -> None:
    """Asked asynchronously, played asynchronously."""

    async def ask() -> None:
        client = make_async_client("plain")
        await client.messages.create(model=MODEL, max_tokens=99, messages=HELLO)
        async with client.messages.stream(model=MODEL, max_tokens=99, messages=HELLO) as stream:
            await stream.get_final_message()

    asyncio.run(ask())
    tape = recorder.tape()
    assert [call.asynchronous for call in tape.calls] == [True, True]
    assert asyncio.run(play(tape)) == 2


def test_broken(recorder: Recorder) -> None:
    """What failed fails again, each attempt by itself; what broke off breaks off at the same place."""
    client = make_client(
        Scenario("bad", "all of it fails", (Fail(529), Answer(), Answer(ending="cut", after=4), Fail(400)))
    )
    _ask(client)
    with pytest.raises(httpx2.RemoteProtocolError):
        _stream(client.with_options(max_retries=0))
    with pytest.raises(anthropic.BadRequestError):
        _ask(client)
    tape = recorder.tape()
    assert [call.status for call in tape.calls] == [529, 200, 200, 400]
    assert [call.breaks for call in tape.calls] == [False, False, True, False]
    assert len(tape.calls[2].chunks) == 5  # four events, and half of one
    assert asyncio.run(play(tape)) == 1


def test_left_early(recorder: Recorder) -> None:
    """Of a stream that somebody left, the tape has what they took."""
    client = make_client("plain")
    with client.messages.create(model=MODEL, max_tokens=99, messages=HELLO, stream=True) as stream:
        next(iter(stream))
    assert len(recorder.tape().calls[0].chunks) == 1


def test_large(recorder: Recorder) -> None:
    """A large body is as large when it is played."""
    client = make_client("plain")
    _ask(client, [{"role": "user", "content": "x" * LARGE}])
    (call,) = recorder.tape().calls
    assert call.body == ""
    assert 0 <= len(str(call.parameters)) - call.size < 200
