"""A rehearsal in API time: many callers, minutes of waiting, and what came of it at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anthropic import AsyncAnthropic

from helpers.calling.apitime import ApiClock, in_api_time, run_in_api_time
from helpers.calling.pauses import pauses_in_api_time
from helpers.calling.sleeping import same_jitter
from helpers.client import new_engine, replay_client
from helpers.replay import Answer, Choose, Exchange, Fail, Request, Scenario, WireLog
from helpers.replay.scenario import Step
from helpers.settings import read_settings

Crowd = Callable[[AsyncAnthropic, Sequence[str], ApiClock], Awaitable[Any]]
REFUSAL: Final = Fail(429, "Error", limits=False)
"""As some were recorded: it says neither what is left nor when to come back."""


@dataclass(frozen=True)
class Rehearsal:
    """What came of it: the function's value, or the class of what it raised, and what went over the wire."""

    value: Any
    raised: str | None
    seconds: float
    wire: tuple[Exchange, ...]

    @property
    def sent(self) -> int:
        """Messages that were asked for."""
        return len(self._messages)

    @property
    def refused(self) -> int:
        """Those that were answered 429."""
        return sum(one.status == 429 for one in self._messages)

    @property
    def answered(self) -> int:
        """Those that were answered in full."""
        return sum(one.whole for one in self._messages)

    @property
    def last(self) -> float:
        """When the last answer was there, in seconds of API time; 0 where none came."""
        return max((one.ended or 0.0 for one in self._messages if one.whole), default=0.0)

    @property
    def row(self) -> list[object]:
        """For a table: sent, refused, answered, and when the last answer came."""
        return [self.sent, self.refused, self.answered, f"{self.last:.0f} s" if self.answered else "–"]

    @property
    def _messages(self) -> list[Exchange]:
        return [one for one in self.wire if one.path == "/v1/messages"]


def rehearse(function: Crowd, prompts: Sequence[str], scenario: Scenario | str) -> Rehearsal:
    """Await `function(client, prompts, clock)` in API time: its waits pass, and nobody waits for them."""
    engine = new_engine(scenario, read_settings())
    raised: list[str] = []

    async def work(clock: ApiClock) -> tuple[Any, float]:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        client = in_api_time(replay_client(engine), clock)
        try:
            return await function(client, prompts, clock), clock.now()
        except Exception as error:  # noqa: BLE001 - it is what came of it
            raised.append(type(error).__name__)
            return None, clock.now()

    with same_jitter(), pauses_in_api_time(engine.clock, function):
        value, seconds = run_in_api_time(work)
    return Rehearsal(value, raised[0] if raised else None, seconds, tuple(engine.log))


def room_for(most: int) -> Scenario:
    """An API that answers so many requests at once, and refuses what is more without a word on why."""

    def step(request: Request, log: WireLog) -> Step:
        now = log[-1].started
        others = [one for one in list(log)[:-1] if one.status == 200 and one.started <= now < (one.ended or now)]
        return REFUSAL if len(others) >= most else Answer()

    return Scenario(f"room_for_{most}", f"more than {most} at once: 429 without headers", then=Choose(step))
