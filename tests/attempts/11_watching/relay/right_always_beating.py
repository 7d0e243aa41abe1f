"""Right: a second task beats every ten seconds, whether anything else comes or not; pieces are sent as bytes."""

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
    queue = asyncio.Queue()

    async def beat():
        while True:
            await asyncio.sleep(10)
            queue.put_nowait(": beat\n\n")

    async def read():
        async for one in events:
            queue.put_nowait(one)
        queue.put_nowait(None)

    tasks = [asyncio.create_task(beat()), asyncio.create_task(read())]
    try:
        while (one := await queue.get()) is not None:
            yield one.encode()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
