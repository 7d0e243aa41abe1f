"""Right: reads the events one by one, and believes only message_stop."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    pieces, finished, reason, request_id = [], False, None, None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for event in stream:
                if event.type == "text":
                    pieces.append(event.text)
                    write(event.text)
                elif event.type == "message_stop":
                    finished = True
    except (anthropic.APIError, httpx2.HTTPError) as error:
        reason = f"{type(error).__name__}: {error}"
    if not finished and reason is None:
        reason = "no message_stop"
    return Outcome("".join(pieces), finished, reason, request_id)
