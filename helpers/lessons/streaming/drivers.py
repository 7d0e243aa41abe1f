"""How the functions of lesson 02 are called."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from anthropic import AsyncAnthropic
from anthropic._base_client import get_platform

from helpers.calling.stage import Stage, call_async

LONGEST_LEFT: Final = 3.0
"""Many times what the answers of a case take in the grader: a busy machine is no reason to find nothing left behind."""


def write_on_time(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`, and note when it writes."""
    moments = stage.notes["moments"] = []

    def write(text: str) -> None:
        """Show `text` to the user."""
        moments.append(stage.clock.now())
        stage.write(text)

    return function(stage.client, **stage.inputs, write=write)


def call_later(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, clock=…)` when the clock has been running for a while."""
    inputs = dict(stage.inputs)
    stage.clock.sleep(inputs.pop("asked_at"))
    return function(stage.client, **inputs, clock=stage.clock)


def call_settled(function: Callable[..., Coroutine[Any, Any, Any]], stage: Stage) -> Any:
    """Await `function(async client, **inputs)` with a client that has found out where it runs.

    The SDK does that in a thread, before its first request: which of several requests leaves first would be chance.

    Where an error leaves the function, or it is cancelled, how many requests had left by then is noted, and the loop
    runs on until whatever the function has left behind is done: what that sends is on the wire. With the input
    `gives_up_after`, whoever waits for the function cancels it when so many answers have begun, and there is nobody to
    take what it returns.
    """

    async def settled(client: AsyncAnthropic, gives_up_after: int | None = None, **inputs: Any) -> Any:
        client._platform = get_platform()
        sent: list[object] = []
        answers: list[object] = []
        waiting = asyncio.current_task()

        async def send(request: object) -> None:
            sent.append(request)

        async def receive(response: object) -> None:
            answers.append(response)
            if len(answers) == gives_up_after and waiting is not None:
                stage.notes["given_up"] = True
                asyncio.get_running_loop().call_soon(waiting.cancel)

        client._client.event_hooks = {"request": [send], "response": [receive]}
        try:
            value = await function(client, **inputs)
        except (Exception, asyncio.CancelledError):
            stage.notes["sent"] = len(sent)
            await _left_behind()
            raise
        return value if gives_up_after is None else None

    return call_async(settled, stage)


async def _left_behind() -> None:
    """Wait for the other tasks of this loop, for `LONGEST_LEFT` real seconds at most: some wait for ever."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=LONGEST_LEFT)
