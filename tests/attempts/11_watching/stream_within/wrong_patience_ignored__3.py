"""I believed: the deadline begins with the first event."""

import asyncio

import anthropic
import httpx2

from helpers import MODEL, Outcome

WHOLE = ("end_turn", "stop_sequence")
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


async def stream_within(client, prompt, write, patience, clock):
    pieces, request_id, stop_reason, why = [], None, None, None
    try:
        async with (
            asyncio.timeout(None) as deadline,
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
        why = "no progress"
    except FAMILIES as error:
        why, request_id = repr(error), request_id or getattr(error, "request_id", None)
    else:
        why = None if stop_reason in WHOLE else f"stop reason: {stop_reason}"
    return Outcome("".join(pieces), why is None, why, request_id)
