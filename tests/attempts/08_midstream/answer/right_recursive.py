"""Right: each attempt from the beginning, counted down; raises an error of its own."""

import anthropic
import httpx2

from helpers import MODEL


class NoAnswer(Exception):
    """Nothing whole arrived."""


def answer(client, prompt, attempts):
    if attempts < 1:
        raise NoAnswer("no whole answer")
    parts = []
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            parts.extend(stream.text_stream)
            whole = stream.current_message_snapshot.stop_reason == "end_turn"
    except (httpx2.HTTPError, anthropic.APIError) as error:
        if getattr(error, "status_code", 200) != 200 or isinstance(error, anthropic.APIConnectionError):
            raise
        whole = False
    return "".join(parts) if whole else answer(client, prompt, attempts - 1)
