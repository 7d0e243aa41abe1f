"""I believed: an overload in a stream is an `OverloadedError`."""

import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                message = stream.get_final_message()
        except httpx2.HTTPError:
            continue
        if message.stop_reason is not None:
            return "".join(block.text for block in message.content if block.type == "text")
    raise Unfinished("no whole answer")
