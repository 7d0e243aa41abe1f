"""Right: the deadline of anyio, which the SDK itself is built on."""

import anthropic
import anyio
import httpx2

from helpers import MODEL, Outcome

WHOLE = ("end_turn", "stop_sequence")
FAMILIES = (anthropic.APIError, httpx2.HTTPError, ValueError)


async def stream_within(client, prompt, write, patience, clock):
    pieces, request_id, stop_reason, why = [], None, None, None
    try:
        with anyio.fail_after(patience) as scope:
            async with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                request_id = stream.request_id
                async for one in stream:
                    scope.deadline = anyio.current_time() + patience
                    if one.type == "text":
                        pieces.append(one.text)
                        write(one.text)
                    elif one.type == "message_delta":
                        stop_reason = one.delta.stop_reason
    except TimeoutError:
        why = "gave up"
    except FAMILIES as error:
        why, request_id = type(error).__name__, request_id or getattr(error, "request_id", None)
    if why is None and stop_reason not in WHOLE:
        why = f"ended with {stop_reason}"
    return Outcome("".join(pieces), why is None, why or None, request_id)
