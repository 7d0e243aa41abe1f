"""Right: a task of its own asks once a second, and cancels the one that reads."""

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


def relay_until_gone(client, prompt, gone):
    async def pieces():
        queue = asyncio.Queue()
        tasks = [asyncio.create_task(read(queue)), asyncio.create_task(beat(queue)), asyncio.create_task(watch(queue))]
        try:
            while (one := await queue.get()) is not None:
                yield one
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def watch(queue):
        while True:
            if await gone():
                queue.put_nowait(None)
            await asyncio.sleep(0.5)

    async def beat(queue):
        while True:
            await asyncio.sleep(15)
            queue.put_nowait(": beat\n\n")

    async def read(queue):
        complete, request_id = False, None
        try:
            async with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                request_id = stream.request_id
                async for one in stream:
                    if one.type == "text":
                        queue.put_nowait(event("text", text=one.text))
                    elif one.type == "message_delta":
                        complete = one.delta.stop_reason in WHOLE
        except FAMILIES as error:
            complete, request_id = False, request_id or getattr(error, "request_id", None)
            queue.put_nowait(event("error", message="The answer broke off."))
        queue.put_nowait(event("done", complete=complete, request_id=request_id))
        queue.put_nowait(None)

    return StreamingResponse(pieces(), media_type="text/event-stream", headers=HEADERS)
