"""I believed: a queue that is polled needs no timeout."""

import asyncio
import json

import anthropic
import httpx2
from starlette.responses import StreamingResponse

from helpers import MODEL

WHOLE = ("end_turn", "stop_sequence")
HEADERS = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


def event(name, **data):
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def with_heartbeats(events):
    arrived = asyncio.Queue()
    filling = asyncio.create_task(fill(arrived, events))
    try:
        while (one := await soon(arrived)) is not None:
            yield one
    finally:
        filling.cancel()
        await asyncio.wait({filling})


async def fill(arrived, events):
    try:
        async for one in events:
            arrived.put_nowait(one)
    finally:
        arrived.put_nowait(None)


async def soon(arrived):
    try:
        return arrived.get_nowait()
    except asyncio.QueueEmpty:
        return ": still here\n\n"


def relay(client, prompt):
    async def events():
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
        except FAMILIES as error:
            complete, request_id = False, request_id or getattr(error, "request_id", None)
            yield event("error", message="The answer broke off.")
        yield event("done", complete=complete, request_id=request_id)

    return StreamingResponse(with_heartbeats(events()), media_type="text/event-stream", headers=HEADERS)
