"""How the functions of lesson 11 are called: in API time, with a browser on the one side and the API on the other."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from anthropic import AsyncAnthropic
from anthropic._base_client import get_platform
from anthropic._models import FinalRequestOptions

from helpers.calling.apitime import ApiClock, run_in_api_time
from helpers.calling.sleeping import same_jitter
from helpers.calling.stage import Stage
from helpers.lessons.watching.browser import Browser, Seen, as_notes
from helpers.replay import RequestBudgetExceeded

LINGERS: Final = 200.0
"""Seconds of API time after the last page is closed, in which it shows what goes on all the same."""
BETWEEN: Final = 1.0
"""Seconds between two visits."""
MOST_REQUESTS: Final = 20
"""From all pages of a case, after which they are closed: nobody waits for the five-hundredth."""


def open_pages(function: Callable[..., Any], stage: Stage) -> Any:
    """Open pages whose app is `function(client, prompt)`; what each saw is noted, and what went on afterwards.

    The case says how many `pages`, when each `leaves` and `how`.
    """
    return _opened(function, stage, lambda browser: {})


def open_pages_that_tell(function: Callable[..., Any], stage: Stage) -> Any:
    """The same with `function(client, prompt, gone)`."""
    return _opened(function, stage, lambda browser: {"gone": browser.gone})


def _opened(function: Callable[..., Any], stage: Stage, more: Callable[[Browser], dict[str, Any]]) -> Any:
    inputs = dict(stage.inputs)
    count, leaves, how = (inputs.pop(name) for name in ("pages", "leaves", "how"))

    async def work(clock: ApiClock) -> None:
        asyncio.get_running_loop().set_exception_handler(_say_nothing)
        client = _settled(stage.played_client())
        seen: list[Seen] = []

        async def visit(number: int) -> None:
            await asyncio.sleep(number * BETWEEN)
            browser = Browser(clock, leaves, how)
            seen.append(browser.seen)
            await browser.visit(lambda: function(client, **inputs, **more(browser)))

        def enough() -> None:
            for one in visits:
                one.cancel()

        spent = _counted(client, enough)
        visits = [asyncio.create_task(visit(number)) for number in range(count)]
        try:
            await asyncio.wait(visits)
            await asyncio.sleep(LINGERS)
        finally:
            stage.notes["pages"] = [as_notes(one) for one in seen]
            stage.notes["going_on"] = _going_on()
        await _closed(client, stage)
        if len(spent) > MOST_REQUESTS:
            raise RequestBudgetExceeded(f"more than {MOST_REQUESTS} requests")
        for one in visits:
            one.result()

    with same_jitter():
        run_in_api_time(work)


def write_in_api_time(function: Callable[..., Any], stage: Stage) -> Any:
    """Await `function(client, **inputs, write=…, clock=…)`; where the case says so, interrupt it while it writes.

    What is noted is when it wrote, when it had returned, and whether a cancellation went through.
    """
    inputs = dict(stage.inputs)
    interrupted = inputs.pop("interrupted")
    moments: list[float] = []
    stage.notes["moments"] = moments

    async def work(clock: ApiClock) -> Any:
        asyncio.get_running_loop().set_exception_handler(_say_nothing)
        client = _settled(stage.played_client())

        def write(text: str) -> None:
            """Show `text` to the user."""
            moments.append(clock.now())
            stage.write(text)
            if interrupted and len(moments) == 2:
                if interrupted != "cancelled":
                    raise BrokenPipeError("the page has gone")
                task.cancel()

        task = asyncio.ensure_future(function(client, **inputs, write=write, clock=clock))
        try:
            return await task
        except asyncio.CancelledError:
            if interrupted != "cancelled":
                raise
            stage.notes["went_through"] = True
        finally:
            stage.notes["ended"] = clock.now()
            await asyncio.sleep(LINGERS)
            stage.notes["going_on"] = _going_on()
            await _closed(client, stage)

    with same_jitter():
        return run_in_api_time(work)


def _settled(client: AsyncAnthropic) -> AsyncAnthropic:
    """`client`, which has found out where it runs: it would do that in a thread."""
    client._platform = get_platform()
    return client


def _counted(client: AsyncAnthropic, enough: Callable[[], None]) -> list[object]:
    """What `client` is going to send, as it is asked for. `enough` is called where it is too much, and none is sent.

    The SDK's own hook for that, because it comes before a request is built: that is what takes time.
    """
    sent: list[object] = []

    async def prepare(options: FinalRequestOptions) -> FinalRequestOptions:
        sent.append(options.url)
        if len(sent) > MOST_REQUESTS:
            enough()
            raise RequestBudgetExceeded(f"more than {MOST_REQUESTS} requests")
        return options

    client._prepare_options = prepare  # type: ignore[method-assign]
    return sent


def _say_nothing(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Of an exception that nobody has asked for: hundreds of them would hide what the card says."""


def _going_on() -> int:
    """Tasks of this loop that have not ended, this one aside."""
    return sum(not task.done() for task in asyncio.all_tasks() - {asyncio.current_task()})


async def _closed(client: AsyncAnthropic, stage: Stage) -> None:
    stage.closed_client |= client.is_closed()
    await client.close()
