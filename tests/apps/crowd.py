"""Many calls at once, all of which wait equally long."""

import asyncio
import random
from collections.abc import Callable

import anthropic

from helpers.replay import Answer, Choose, Fail, Request, Scenario, WireLog
from helpers.replay.scenario import Step
from tests.apps import App, Said, Wire, question

CALLS = 4


async def _ask(client: anthropic.AsyncAnthropic, number: int, wait: Callable[[int], float]) -> object:
    for attempt in range(3):
        try:
            return (await client.messages.create(**question(f"Question {number}"))).content
        except anthropic.InternalServerError as error:
            asked = error.response.headers.get("retry-after")
            await asyncio.sleep(float(asked) if asked else wait(attempt))
    return False


def _all(wire: Wire, wait: Callable[[int], float]) -> Said:
    async def main() -> list[object]:
        async with wire.async_client(max_retries=0) as client:
            return list(await asyncio.gather(*(_ask(client, number, wait) for number in range(CALLS))))

    return {"outcomes": asyncio.run(main())}


def faulty(wire: Wire) -> Said:
    return _all(wire, lambda attempt: 0.5 * 2**attempt)


def mended(wire: Wire) -> Said:
    return _all(wire, lambda attempt: 0.5 * 2**attempt * (1 - random.random() / 4))


def _once(request: Request, log: WireLog) -> Step:
    """Whoever asks for the first time is told that there is too much to do."""
    return Fail(529) if sum(one.sent == request.body for one in log) == 1 else Answer()


APP = App(
    "crowd",
    "comes back all at once",
    "no_jitter",
    faulty,
    mended,
    Scenario("busy once", "529 for every question once", then=Choose(_once)),
    [{"type": "fail", "status": 529, "times": CALLS}],
)
