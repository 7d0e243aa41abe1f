"""I believed: an empty answer tells the caller enough."""

import anthropic
import httpx2

from helpers import MODEL


def answer(client, prompt, attempts):
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                message = stream.get_final_message()
        except httpx2.HTTPError:
            continue
        except anthropic.APIStatusError as error:
            if error.status_code == 200:
                continue
            return ""
        if message.stop_reason is not None:
            return "".join(block.text for block in message.content if block.type == "text")
    return ""
