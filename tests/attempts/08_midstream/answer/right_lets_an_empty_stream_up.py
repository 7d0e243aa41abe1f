"""A stream without a message goes up as the SDK's own `AssertionError`: no success."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished

TEMPORARY = ("overloaded_error", "api_error", "timeout_error", "rate_limit_error")


def answer(client, prompt, attempts):
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                message = stream.get_final_message()
        except (httpx2.HTTPError, ValueError):
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200 or error.type not in TEMPORARY:
                raise
            continue
        if message.stop_reason in ("end_turn", "stop_sequence"):
            return "".join(block.text for block in message.content if block.type == "text")
        if message.stop_reason is not None:
            raise Unfinished(message.stop_reason)
    raise Unfinished("no whole answer")
