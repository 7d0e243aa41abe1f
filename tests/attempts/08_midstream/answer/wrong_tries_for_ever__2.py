"""I believed: `attempts` more attempts after the first; an off-by-one."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    for _ in range(attempts + 1):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                message = stream.get_final_message()
        except httpx2.HTTPError:
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200:
                raise
            continue
        if message.stop_reason is not None:
            return "".join(block.text for block in message.content if block.type == "text")
    raise Unfinished("no whole answer")
