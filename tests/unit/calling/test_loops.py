"""A client given to a function belongs to the function's event loop, whichever wire is below it."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from anthropic import APIConnectionError, AsyncAnthropic

from helpers.calling.loops import in_one_loop
from helpers.calling.stage import run_to_end
from helpers.client import async_replay_client
from helpers.grading.transport import Gate, new_wire
from helpers.replay import Answer
from helpers.replay.server import ReplayServer
from tests.unit.replay.asking import PARAMS, engine_for

MakeClient = Callable[[], AsyncAnthropic]


@pytest.fixture(params=["notebook", "outside"])
def made(request: pytest.FixtureRequest) -> Iterator[MakeClient]:
    """How a client is made, in a notebook and in the grader's child."""
    engine = engine_for(then=Answer())
    if request.param == "notebook":
        yield lambda: async_replay_client(engine).with_options(max_retries=0)
        return
    with ReplayServer(engine) as server:
        wire = new_wire()
        yield lambda: Gate(server.url, 10, wire).async_client().with_options(max_retries=0)
        wire.close()


def test_in_its_own_loop(made: MakeClient) -> None:
    """As often as one likes."""

    async def main() -> list[str | None]:
        async with in_one_loop(made()) as client:
            return [(await client.messages.create(**PARAMS)).stop_reason for _ in range(2)]

    assert run_to_end(main()) == ["end_turn", "end_turn"]


def test_in_another_loop(made: MakeClient) -> None:
    """Not even once, although the first time might go well."""
    raised: list[BaseException | None] = []

    async def main() -> None:
        async with in_one_loop(made()) as client:

            async def ask() -> None:
                await client.messages.create(**PARAMS)

            def elsewhere() -> None:
                try:
                    asyncio.run(ask())
                except APIConnectionError as error:
                    raised.append(error.__cause__)

            thread = threading.Thread(target=elsewhere)
            thread.start()
            await asyncio.to_thread(thread.join)

    run_to_end(main())
    assert [type(error) for error in raised] == [RuntimeError]
    assert "different event loop" in str(raised[0])
