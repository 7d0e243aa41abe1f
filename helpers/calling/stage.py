"""The stage: what surrounds a learner's function while it is called, and the drivers that call it."""

import asyncio
import contextlib
import inspect
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeAlias

from anthropic import Anthropic, AsyncAnthropic

from helpers.calling.deadline import NeverEnded
from helpers.calling.guard import Guard, OwnClient
from helpers.calling.inplace import run_in_place
from helpers.calling.loops import in_one_loop
from helpers.calling.observation import Observation, Raised, describe, encode
from helpers.calling.pauses import Clock, pauses_in_api_time
from helpers.replay import RequestBudgetExceeded


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
        played_client: Callable[[], AsyncAnthropic] | None = None,
    ) -> None:
        self.client = client
        self.inputs = inputs
        self.clock = clock
        self.folder = folder
        self.wrote: list[str] = []
        self.notes: dict[str, Any] = {}
        self.given: list[object] = [client._client]
        """The HTTP clients below the clients given to the function: the SDK's copies of a client share one."""
        self.closed_client = False
        self.is_played = False
        """Whether a client was asked for that lives in API time."""
        self._async_client = async_client
        self._played_client = played_client

    def async_client(self) -> AsyncAnthropic:
        """A new asynchronous client, on the same wire as `client`."""
        client = self.bound(self._async_client())
        self.given.append(client._client)
        return client

    def played_client(self) -> AsyncAnthropic:
        """As `async_client`, for an event loop in API time (`helpers.calling.apitime`).

        On its wire an answer goes on whether anybody reads it or not, until the connection is closed.
        """
        assert self._played_client is not None, "no client is played here"
        self.is_played = True
        client = self._played_client()
        self.given.append(client._client)
        return client

    def bound(self, client: AsyncAnthropic) -> AsyncAnthropic:
        """`client`, for the event loop in which it is asked for."""
        return in_one_loop(client)

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
            try:
                return await function(client, **stage.inputs)
            finally:
                stage.closed_client |= client.is_closed()

    return run_to_end(main())


def run_to_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of `coroutine`, also where an event loop is running already, as it is in a notebook."""
    if sys.platform == "emscripten":  # no threads in a browser
        return run_in_place(coroutine)
    outcome: Future[Any] = Future()
    loop = asyncio.new_event_loop()

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                value = runner.run(coroutine)
            outcome.set_result(value)
        except BaseException as error:  # noqa: BLE001 - it is the other thread's, whatever it is
            outcome.set_exception(error)

    # Nobody waits for it at the end of the process, should it not come back.
    threading.Thread(target=work, daemon=True).start()
    try:
        return outcome.result()
    finally:
        if not outcome.done():
            with contextlib.suppress(RuntimeError):  # it has ended after all
                loop.call_soon_threadsafe(_cancel_tasks, loop)


def _cancel_tasks(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()


def observe(
    function: Callable[..., Any],
    driver: Driver,
    stage: Stage,
    seconds: float | None = None,
    busy: float | None = None,
) -> Observation:
    """Call `function` as `driver` does, for `seconds` at most, of which it may compute `busy` ones.

    Whatever it raises is an observation, not an error; Ctrl-C passes through.
    """
    guard = Guard(stage.given, seconds, busy)
    value, raised, stopped = None, None, None
    try:
        with pauses_in_api_time(stage.clock, function):
            value = guard.run(lambda: driver(function, stage))
    except RequestBudgetExceeded as error:
        stopped = str(error)
    except OwnClient as error:
        stopped = str(error)
        guard.place = describe(error).place
    except NeverEnded:
        stopped = f"it was still running after {guard.overran or 0:g} seconds"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - also SystemExit: a learner's exit must not be ours
        raised = describe(error)
    if inspect.iscoroutine(value):
        value.close()  # else Python warns of it where nobody can tell whose it was
    conduct = guard.conduct(value, stage.closed_client or stage.client.is_closed())
    encoded, no_value = _as_json(value)
    notes, no_notes = _as_json(stage.notes)
    raised = raised or no_value or no_notes
    return Observation(None if raised else encoded, raised, tuple(stage.wrote), stopped, notes or {}, conduct)


def _as_json(value: Any) -> tuple[Any, Raised | None]:
    """`value` encoded, or None and what that raised: it may hold itself, or objects of the learner's classes."""
    try:
        return encode(value), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - as in `observe`
        return None, describe(error)
