"""Right: a watchdog beside the reading task looks at the clock, and cancels it."""

import asyncio

import anthropic
import httpx2

from helpers import MODEL, Outcome

WHOLE = ("end_turn", "stop_sequence")
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


async def stream_within(client, prompt, write, patience, clock):
    state = {"text": "", "id": None, "stop": None, "last": clock.now()}

    async def read():
        async with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            state["id"] = stream.request_id
            async for one in stream:
                state["last"] = clock.now()
                if one.type == "text":
                    state["text"] += one.text
                    write(one.text)
                elif one.type == "message_delta":
                    state["stop"] = one.delta.stop_reason

    reading, error = asyncio.create_task(read()), None
    try:
        while not reading.done():
            left = state["last"] + patience - clock.now()
            if left <= 0:
                error = "no progress"
                reading.cancel()
            await asyncio.wait({reading}, timeout=max(left, 0.01))
        if not reading.cancelled():
            reading.result()
    except FAMILIES as failure:
        error = repr(failure)
        state["id"] = state["id"] or getattr(failure, "request_id", None)
    finally:
        reading.cancel()
        await asyncio.wait({reading})
    if error is None and state["stop"] not in WHOLE:
        error = f"stop reason: {state['stop']}"
    return Outcome(state["text"], error is None, error, state["id"])
