"""I believed: the SDK has retried 529, so what is left to retry is the rest."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                message = stream.get_final_message()
        except anthropic.InternalServerError:
            raise
        except (anthropic.APIError, httpx2.HTTPError):
            continue
        if message.stop_reason is not None:
            return "".join(block.text for block in message.content if block.type == "text")
    raise Unfinished("no whole answer")
