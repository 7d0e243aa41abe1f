# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The user is watching, and leaves
#
# **30 minutes.**

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import anthropic
import httpx2
from anthropic import AsyncAnthropic
from starlette.responses import StreamingResponse

from helpers import Outcome
from helpers.calling.apitime import ApiClock

PROMPT: str = "Where is my parcel?"
WHOLE: tuple[str, ...] = ("end_turn", "stop_sequence")


# %%
def event(name: str, **data: object) -> str:
    """A server-sent event whose data is one JSON object, on one line whatever it holds."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


# %%
HEARTBEAT: float = 15.0


async def with_heartbeats(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """`events` as they come, and a comment wherever `HEARTBEAT` seconds pass without one."""
    arrived: asyncio.Queue[str | None] = asyncio.Queue()
    filling = asyncio.create_task(fill(arrived, events))
    try:
        while (next_one := await soon(arrived)) is not None:
            yield next_one
    finally:
        filling.cancel()
        await asyncio.wait({filling})


async def fill(arrived: asyncio.Queue[str | None], events: AsyncIterator[str]) -> None:
    """Put each of `events` into the queue as it comes, and then None."""
    try:
        async for one in events:
            arrived.put_nowait(one)
    finally:
        arrived.put_nowait(None)


async def soon(arrived: asyncio.Queue[str | None]) -> str | None:
    """The next entry, or a comment when none has come for `HEARTBEAT` seconds."""
    try:
        return await asyncio.wait_for(arrived.get(), HEARTBEAT)
    except TimeoutError:
        return ": still here\n\n"


# %%
HEADERS: dict[str, str] = {
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}


# %%
def relay(client: AsyncAnthropic, prompt: str) -> StreamingResponse:
    """Pass one answer on to a web page, while it is written."""
    ### BEGIN SOLUTION
    async def events() -> AsyncIterator[str]:
        complete, request_id = False, None
        try:
            async with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                request_id = stream.request_id
                async for one in stream:
                    if one.type == "text":
                        yield event("text", text=one.text)
                    elif one.type == "message_delta":
                        complete = one.delta.stop_reason in WHOLE
        except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
            complete, request_id = False, request_id or getattr(error, "request_id", None)
            yield event("error", message="The answer broke off. Please ask again.")
        yield event("done", complete=complete, request_id=request_id)

    return StreamingResponse(
        with_heartbeats(events()), media_type="text/event-stream", headers=HEADERS
    )
    ### END SOLUTION


# %%
check(relay)

# %%
# hint(relay)
# solution(relay)


# %%
def relay_until_gone(
    client: AsyncAnthropic, prompt: str, gone: Callable[[], Awaitable[bool]]
) -> StreamingResponse:
    """As `relay`"""
    ### BEGIN SOLUTION
    response = relay(client, prompt)

    async def until_gone() -> AsyncIterator[str]:
        async with aclosing(response.body_iterator) as pieces:
            async for piece in pieces:
                if await gone():
                    return
                yield piece

    return StreamingResponse(
        until_gone(), media_type=response.media_type, headers=HEADERS
    )
    ### END SOLUTION


# %%
check(relay_until_gone)

# %%
# hint(relay_until_gone)
# solution(relay_until_gone)


# %%
async def stream_within(
    client: AsyncAnthropic,
    prompt: str,
    write: Callable[[str], None],
    patience: float,
    clock: ApiClock,
) -> Outcome:
    """
    """
    ### BEGIN SOLUTION
    pieces: list[str] = []
    request_id = stop_reason = why = None
    try:
        async with (
            asyncio.timeout(patience) as deadline,
            client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream,
        ):
            request_id = stream.request_id
            async for one in stream:
                deadline.reschedule(clock.now() + patience)
                if one.type == "text":
                    pieces.append(one.text)
                    write(one.text)
                elif one.type == "message_delta":
                    stop_reason = one.delta.stop_reason
    except TimeoutError:
        why = f"no progress for {patience:g} seconds"
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        request_id, why = request_id or getattr(error, "request_id", None), repr(error)
    else:
        why = None if stop_reason in WHOLE else f"stop reason: {stop_reason}"
    return Outcome("".join(pieces), why is None, why, request_id)
    ### END SOLUTION


# %%
check(stream_within)

# %%
# hint(stream_within)
# solution(stream_within)

# %%
from helpers import progress

progress()
