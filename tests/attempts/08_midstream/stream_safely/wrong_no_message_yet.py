"""I believed: the snapshot is there, whatever happened."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]) as stream:
        request_id = stream.request_id
        try:
            for piece in stream.text_stream:
                write(piece)
            why = None if stream.get_final_message().stop_reason else "ended early"
        except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
            why = type(error).__name__
        got = stream.current_message_snapshot
        text = "".join(block.text for block in got.content if block.type == "text")
    return Outcome(text, why is None, why, request_id)
