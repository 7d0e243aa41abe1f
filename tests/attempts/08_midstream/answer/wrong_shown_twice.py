"""I believed: keep adding to the text until it is whole."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    text = ""
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                for piece in stream.text_stream:
                    text += piece
                if stream.get_final_message().stop_reason is not None:
                    return text
        except httpx2.HTTPError:
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200:
                raise
    raise Unfinished("no whole answer")
