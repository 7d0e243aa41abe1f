"""How the functions of lesson 02 are called."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from anthropic import AsyncAnthropic
from anthropic._base_client import get_platform

from helpers.calling.stage import Stage, call_async

LONGEST_LEFT: Final = 1.0
"""Real seconds: many times what the answers of a case take in the grader."""
TURNS: Final = 20
"""Of the loop, in which a cancellation has reached whatever is below the task that was canceled."""


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

    Where an error leaves the function, or it is cancelled, how many requests had left by then is noted, and how many
    tasks go on that nobody has canceled; and the loop runs on for a while: what these send is on the wire. With the
    input `gives_up_after`, whoever waits for the function cancels it when so many answers have begun, and there is
    nobody to take what it returns.
    """

    async def settled(client: AsyncAnthropic, gives_up_after: int | None = None, **inputs: Any) -> Any:
        client._platform = get_platform()
        asyncio.get_running_loop().set_exception_handler(_say_nothing)
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
            stage.notes["left"] = await _still_there()
            raise
        return value if gives_up_after is None else None

    return call_async(settled, stage)


def _say_nothing(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Of an exception that nobody has asked for: it is in the notes, as a task that went on.

    Said when the future is cleared away, in whatever the process is doing then. Python 3.11 reads the traceback's lines
    with its parser for that, which fails where it was at work itself.
    """


async def _still_there() -> int:
    """How many other tasks of this loop go on that nobody has canceled, after `LONGEST_LEFT` for them to do so."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    left = sum(not task.done() and not task.cancelling() for task in others)
    if others:
        await asyncio.wait(others, timeout=LONGEST_LEFT)
    return left
