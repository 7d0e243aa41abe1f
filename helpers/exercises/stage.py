"""The stage: what surrounds a learner's function while it is called, and the drivers that call it."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from anthropic import Anthropic, AsyncAnthropic

from helpers.exercises.observation import Observation, describe, encode
from helpers.replay import RequestBudgetExceeded


class Clock(Protocol):
    """API time, as a learner's function is given it."""

    def now(self) -> float:
        """The present, in seconds."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass. Nothing really waits."""


class Stage:
    """What a driver has to hand: clients, the case's inputs, a clock, an empty folder, and what it wants to note.

    `folder` is where the function's work is kept, such as a SQLite file: whoever judges looks into it afterwards.
    """

    def __init__(
        self,
        client: Anthropic,
        async_client: Callable[[], AsyncAnthropic],
        inputs: Mapping[str, Any],
        clock: Clock,
        folder: Path,
    ) -> None:
        self.client = client
        self.async_client = async_client
        self.inputs = inputs
        self.clock = clock
        self.folder = folder
        self.wrote: list[str] = []
        self.notes: dict[str, Any] = {}

    def write(self, text: str) -> None:
        """Show `text` to the user."""
        self.wrote.append(str(text))


Driver: TypeAlias = Callable[[Callable[..., Any], Stage], Any]


def call(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs)`."""
    return function(stage.client, **stage.inputs)


def call_with_write(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`."""
    return function(stage.client, **stage.inputs, write=stage.write)


def call_with_clock(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, clock=…)`."""
    return function(stage.client, **stage.inputs, clock=stage.clock)


def call_async(function: Callable[..., Coroutine[Any, Any, Any]], stage: Stage) -> Any:
    """Await `function(async client, **inputs)`."""

    async def main() -> Any:
        async with stage.async_client() as client:
            return await function(client, **stage.inputs)

    return run_to_end(main())


def run_to_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of `coroutine`, also where an event loop is running already, as it is in a notebook."""
    if sys.platform == "emscripten":  # no threads in a browser, but its own way to wait
        from pyodide.ffi import run_sync

        return run_sync(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def observe(function: Callable[..., Any], driver: Driver, stage: Stage) -> Observation:
    """Call `function` as `driver` does. Whatever it raises is an observation, not an error; Ctrl-C passes through."""
    value, raised, stopped = None, None, None
    try:
        value = encode(driver(function, stage))
    except RequestBudgetExceeded as error:
        stopped = str(error)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - also SystemExit: a learner's exit must not be ours
        raised = describe(error)
    return Observation(value, raised, tuple(stage.wrote), stopped, encode(stage.notes))
