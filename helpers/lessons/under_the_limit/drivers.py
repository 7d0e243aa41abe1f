"""How the functions of lesson 12 are called: in API time, all of whose waits pass without anybody waiting."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import anthropic
import httpx2
from anthropic import AsyncAnthropic

from helpers.calling.apitime import ApiClock, in_api_time, run_in_api_time, running_api_time
from helpers.calling.observation import encode
from helpers.calling.sleeping import same_jitter
from helpers.calling.stage import Stage
from helpers.lessons.under_the_limit.headroom import BreakerOpen, Headroom
from helpers.settings import MODEL

OPEN: Final = "BreakerOpen"
CANCELED: Final = "canceled"


def read_headers(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(headers)` with those that the case's answer came with, and what it says is left."""
    headers = _headers(stage)
    for name in [name for name in headers if name.startswith("anthropic-ratelimit-")]:
        del headers[name]
    headers.update(stage.inputs["told"])
    value = function(headers)
    stage.notes["is_headroom"] = isinstance(value, Headroom)
    return value


def _headers(stage: Stage) -> httpx2.Headers:
    turn: Any = {"role": "user", "content": stage.inputs["prompt"]}
    once = stage.client.with_options(max_retries=0).messages.with_raw_response
    try:
        return httpx2.Headers(once.create(model=MODEL, max_tokens=200, messages=[turn]).headers)
    except anthropic.APIStatusError as error:
        return httpx2.Headers(error.response.headers)


def call_in_time(function: Callable[..., Coroutine[Any, Any, Any]], stage: Stage) -> Any:
    """Await `function(async client, prompts, clock)` in API time, and note how long that took.

    Before it, and in the same moment, somebody else uses the key for what is `before` among the inputs.
    """
    inputs = dict(stage.inputs)
    before = inputs.pop("before", ())
    stage.is_played = True

    async def work(clock: ApiClock) -> Any:
        client = _client(stage, clock)
        asyncio.get_running_loop().set_exception_handler(_say_nothing)
        await asyncio.gather(*(_ask(client, prompt) for prompt in before))
        began = clock.now()
        try:
            return await function(client, **inputs, clock=clock)
        finally:
            loop = running_api_time()
            stage.notes.update(took=clock.now() - began, blocked=loop.blocked if loop else 0.0)
            stage.closed_client |= client.is_closed()

    with same_jitter():
        return run_in_api_time(work)


def keep_calling(breaker_class: Callable[..., Any], stage: Stage) -> Any:
    """Make a breaker, and let the callers of the case come, each in its moment. What came of each is noted."""
    done: list[dict[str, Any]] = []
    stage.notes["calls"] = done

    async def work(clock: ApiClock) -> int:
        client = _client(stage, clock).with_options(max_retries=0)
        asyncio.get_running_loop().set_exception_handler(_say_nothing)
        breaker = breaker_class(clock)
        callers = [asyncio.ensure_future(_call(breaker, client, clock, one)) for one in stage.inputs["calls"]]
        for one, caller in zip(stage.inputs["calls"], callers, strict=True):
            if one.get("leaves") is not None:
                asyncio.get_running_loop().call_at(one["at"] + one["leaves"], caller.cancel)
        done.extend(await asyncio.gather(*callers))
        return len(done)

    with same_jitter():
        return run_in_api_time(work)


async def _call(breaker: Any, client: AsyncAnthropic, clock: ApiClock, one: Mapping[str, Any]) -> dict[str, Any]:
    """What comes of one call: its text, or the class of what was raised, and how long that took."""
    await clock.wait_until(one["at"])
    sent = 0

    async def send() -> str:
        nonlocal sent
        sent += 1
        return await _ask(client, one["prompt"], streamed=one["streamed"])

    value, raised = None, None
    families: tuple[str, ...] = ()
    try:
        value = encode(await breaker.call(send))
    except asyncio.CancelledError:
        raised = CANCELED
    except Exception as error:  # noqa: BLE001 - it is what came of this call, and the others go on
        raised = OPEN if isinstance(error, BreakerOpen) else type(error).__name__
        families = tuple(base.__name__ for base in type(error).__mro__)
    took = clock.now() - one["at"]
    return {"value": value, "raised": raised, "families": list(families), "took": took, "sent": sent}


async def _ask(client: AsyncAnthropic, prompt: str, *, streamed: bool = False) -> str:
    turn: Any = {"role": "user", "content": prompt}
    if streamed:
        async with client.messages.stream(model=MODEL, max_tokens=400, messages=[turn]) as stream:
            return "".join([text async for text in stream.text_stream])
    message = await client.messages.create(model=MODEL, max_tokens=400, messages=[turn])
    return "".join(block.text for block in message.content if block.type == "text")


def _client(stage: Stage, clock: ApiClock) -> AsyncAnthropic:
    client = in_api_time(stage.client, clock)
    stage.given.append(client._client)
    return client


def _say_nothing(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Of an exception that nobody has asked for: what it came from is seen on the wire."""
