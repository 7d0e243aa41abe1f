"""What upstream does in lesson 11's cells, and what sends on when nobody reads any more."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import anyio
from anthropic import AsyncAnthropic
from anthropic._base_client import get_platform

from helpers.calling.apitime import ApiClock, run_in_api_time
from helpers.client import new_engine, sending_replay_client
from helpers.replay import Answer, Engine, Fixture, Scenario, says
from helpers.replay.events import PING, Event
from helpers.settings import read_settings

LONGEST: Final = 120.0
"""Seconds of API time in which an answer of this lesson ends, whether anybody reads it or not."""
SENTENCES: Final = (
    "Your parcel left our warehouse this morning and is on its way. It was handed to the carrier at nine, and the "
    "carrier says that it will be with you tomorrow before noon. If nobody is at home, it is left with a neighbour or "
    "kept for you for seven days. You can still change the address until tonight. "
)
WORDS: Final = 582
"""Of the long answer: its text comes in 197 pieces."""

PARCEL: Final = Scenario("parcel", "an answer of a few seconds", then=Answer(says(SENTENCES.strip())))
STEPS: Final = Scenario(
    "steps",
    "an answer in several lines",
    then=Answer(says("Three things can help:\n\n1. Ask your neighbours.\n2. Call the carrier.\n3. Write to us again.")),
)
LONG: Final = Scenario(
    "long", "an answer of 197 pieces", then=Answer(says(" ".join((SENTENCES * 20).split(" ")[:WORDS])))
)


def _thinking(pings: int) -> Fixture:
    """An answer before which the model thinks, and says nothing of it: pings are all that comes."""
    answer = says("It is at the carrier's, and comes tomorrow.")
    # The message and its first block have begun, and the first ping has come.
    return Fixture("silent", (*answer.events[:3], *[Event(PING.name, PING.data, 10.0)] * pings, *answer.events[3:]))


SILENT: Final = Scenario("silent", "the model thinks for most of a minute, then answers", then=Answer(_thinking(5)))
BREAKS: Final = Scenario(
    "breaks", "an error after twelve events", then=Answer(says(SENTENCES.strip()), ending="error_event", after=12)
)


def answer_of(scenario: Scenario) -> str:
    """The text of the answer that `scenario` has."""
    assert isinstance(scenario.then, Answer)
    assert isinstance(scenario.then.message, Fixture)
    return "".join(block["text"] for block in scenario.then.message.message["content"])


def engine_of(scenario: Scenario) -> Engine:
    """What answers as `scenario` says. The same in both modes: nobody orders these from the API."""
    return new_engine(scenario, read_settings())


def client_of(engine: Engine) -> AsyncAnthropic:
    """A client whose answers go on until they are closed."""
    client = sending_replay_client(engine)
    client._platform = get_platform()  # the SDK would find it out in a thread
    return client


def sent_in_all(work: Callable[[AsyncAnthropic], Awaitable[Any]]) -> int:
    """The pieces of text that the API sends in all, from the long answer, when `work(client)` does what it does.

    What `work` returns is kept until then.
    """
    engine = engine_of(LONG)

    async def call(clock: ApiClock) -> None:
        client = client_of(engine)
        kept = await work(client)
        await anyio.sleep(LONGEST)
        del kept
        await client.close()

    run_in_api_time(call)
    return sum(name == "content_block_delta" for one in engine.log for name, _ in one.events)
