"""I believed: what raises nothing is whole."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                return stream.get_final_text()
        except httpx2.HTTPError:
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200:
                raise
    raise Unfinished("no whole answer")
