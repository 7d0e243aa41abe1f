"""I believed: the stream ends with the function."""

import asyncio

import anthropic
import httpx2

from helpers import MODEL, Outcome

WHOLE = ("end_turn", "stop_sequence")
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


OPEN = []


async def stream_within(client, prompt, write, patience, clock):
    pieces, request_id, stop_reason, why = [], None, None, None
    try:
        async with asyncio.timeout(patience) as deadline:
            stream = await client.messages.create(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}], stream=True
            )
            OPEN.append(stream)
            request_id = stream.response.headers.get("request-id")
            events = aiter(stream)
            step = asyncio.ensure_future(anext(events, None))
            while (one := await asyncio.shield(step)) is not None:
                step = asyncio.ensure_future(anext(events, None))
                deadline.reschedule(clock.now() + patience)
                if one.type == "content_block_delta" and one.delta.type == "text_delta":
                    pieces.append(one.delta.text)
                    write(one.delta.text)
                elif one.type == "message_delta":
                    stop_reason = one.delta.stop_reason
    except TimeoutError:
        why = "no progress"
    except FAMILIES as error:
        why, request_id = repr(error), request_id or getattr(error, "request_id", None)
    else:
        why = None if stop_reason in WHOLE else f"stop reason: {stop_reason}"
    return Outcome("".join(pieces), why is None, why, request_id)
