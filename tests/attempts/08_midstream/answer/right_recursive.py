"""Right: each attempt from the beginning, counted down; raises an error of its own."""

import anthropic
import httpx2

from helpers import MODEL

PASSES = {"overloaded_error", "api_error", "timeout_error", "rate_limit_error"}


class NoAnswer(Exception):
    """Nothing whole arrived."""


def answer(client, prompt, attempts):
    if attempts < 1:
        raise NoAnswer("no whole answer")
    parts, reason = [], None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            parts.extend(stream.text_stream)
            reason = stream.current_message_snapshot.stop_reason
    except anthropic.APIError as error:
        if getattr(error, "status_code", None) != 200 or error.type not in PASSES:
            raise
    except (httpx2.HTTPError, ValueError, AssertionError):
        pass
    if reason in ("end_turn", "stop_sequence"):
        return "".join(parts)
    if reason:
        raise NoAnswer(reason)
    return answer(client, prompt, attempts - 1)
