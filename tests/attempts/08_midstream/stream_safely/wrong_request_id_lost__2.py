"""I believed: the id of the message, `msg_…`, is the request id."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    text, message_id = "", None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            for piece in stream.text_stream:
                message_id = stream.current_message_snapshot.id
                text += piece
                write(piece)
            done = stream.current_message_snapshot.stop_reason is not None
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return Outcome(text, False, type(error).__name__, message_id)
    return Outcome(text, done, None if done else "truncated", message_id)
