"""Right: a wait of its own for each event."""

import asyncio

import anthropic
import httpx2

from helpers import MODEL, Outcome

WHOLE = ("end_turn", "stop_sequence")
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


async def stream_within(client, prompt, write, patience, clock):
    text, request_id, stop_reason = "", None, None
    try:
        manager = client.messages.stream(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}])
        stream = await asyncio.wait_for(manager.__aenter__(), patience)
        try:
            request_id = stream.request_id
            while True:
                try:
                    one = await asyncio.wait_for(anext(stream), patience)
                except StopAsyncIteration:
                    break
                if one.type == "text":
                    text += one.text
                    write(one.text)
                elif one.type == "message_delta":
                    stop_reason = one.delta.stop_reason
        finally:
            await stream.close()
    except TimeoutError:
        return Outcome(text, False, "no progress", request_id)
    except FAMILIES as error:
        return Outcome(text, False, repr(error), request_id or getattr(error, "request_id", None))
    whole = stop_reason in WHOLE
    return Outcome(text, whole, None if whole else f"stopped: {stop_reason}", request_id)
