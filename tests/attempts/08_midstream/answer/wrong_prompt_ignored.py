"""I believed: any question will do to try it out."""

import time

import anthropic
import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    for pause in [0, 4, 8, 16, 16, 16][:attempts]:
        time.sleep(pause)
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": "Hello"}]
            ) as stream:
                message = stream.get_final_message()
        except httpx2.TransportError:
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200:
                raise
            continue
        if message.stop_reason in ("end_turn", "stop_sequence"):
            return "".join(b.text for b in message.content if b.type == "text")
    raise Unfinished(f"{attempts} attempts")
