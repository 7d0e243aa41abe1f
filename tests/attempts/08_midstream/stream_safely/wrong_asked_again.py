"""I believed: a broken stream is worth one more try, here and now."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    for attempt in range(2):
        text, request_id = "", None
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                request_id = stream.request_id
                for piece in stream.text_stream:
                    text += piece
                    write(piece)
                if stream.get_final_message().stop_reason is not None:
                    return Outcome(text, True, None, request_id)
                reason = "truncated"
        except (anthropic.APIError, httpx2.HTTPError) as error:
            reason = type(error).__name__
    return Outcome(text, False, reason, request_id)
