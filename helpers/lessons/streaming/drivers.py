"""How the functions of lesson 02 are called."""

from collections.abc import Callable, Coroutine
from typing import Any

from anthropic import AsyncAnthropic
from anthropic._base_client import get_platform

from helpers.calling.stage import Stage, call_async


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
    """

    async def settled(client: AsyncAnthropic, **inputs: Any) -> Any:
        client._platform = get_platform()
        return await function(client, **inputs)

    return call_async(settled, stage)
