"""Right: the raw stream of `create`, closed by its own `async with`; anyio puts a timeout on each wait."""

import asyncio
import json

import anthropic
import anyio
import httpx2
from starlette.responses import StreamingResponse

from helpers import MODEL

WHOLE = ("end_turn", "stop_sequence")
HEADERS = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


def event(name, **data):
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def relay(client, prompt):
    async def read(queue):
        complete, request_id = False, None
        try:
            stream = await client.messages.create(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}], stream=True
            )
            async with stream:
                request_id = stream.response.headers.get("request-id")
                async for one in stream:
                    if one.type == "content_block_delta" and one.delta.type == "text_delta":
                        await queue.put(event("text", text=one.delta.text))
                    if one.type == "message_delta":
                        complete = one.delta.stop_reason in WHOLE
        except FAMILIES as error:
            complete, request_id = False, request_id or getattr(error, "request_id", None)
            await queue.put(event("error", message=type(error).__name__))
        await queue.put(event("done", complete=complete, request_id=request_id))
        await queue.put(None)

    async def pieces():
        queue = asyncio.Queue()
        reading = asyncio.ensure_future(read(queue))
        try:
            while True:
                one = ": beat\n\n"
                with anyio.move_on_after(15):
                    one = await queue.get()
                if one is None:
                    return
                yield one
        finally:
            reading.cancel()

    headers = {
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "Content-Type": "text/event-stream; charset=utf-8",
    }
    return StreamingResponse(pieces(), headers=headers)
