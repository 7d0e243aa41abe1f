"""I believed: errors come from opening the stream, so that is what goes into the `try`."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    text = ""
    try:
        manager = client.messages.stream(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}])
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return Outcome("", False, str(error), None)
    with manager as stream:
        for piece in stream.text_stream:
            text += piece
            write(piece)
        done = stream.get_final_message().stop_reason is not None
        return Outcome(text, done, None if done else "truncated", stream.request_id)
