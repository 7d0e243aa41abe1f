"""Right: reads text and stop reason from the stream's own snapshot."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):

    with client.messages.stream(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]) as stream:
        error = None
        try:
            for piece in stream.text_stream:
                write(piece)
        except (anthropic.APIError, httpx2.TransportError) as broken:
            error = repr(broken)
        snapshot = stream.current_message_snapshot
        text = "".join(block.text for block in snapshot.content if block.type == "text")
        if error is None and snapshot.stop_reason is None:
            error = "ended before message_stop"
        return Outcome(text=text, complete=error is None, error=error, request_id=stream.request_id)
