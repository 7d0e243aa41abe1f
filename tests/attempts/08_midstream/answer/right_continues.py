"""Right: keeps what arrived and asks the model to go on from it."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished


def ask(client, prompt, partial):
    content = prompt
    if partial:
        content = f"{prompt}\n\nYour answer was interrupted. It began:\n{partial}\nGo on from there."
    text = ""
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": content}]
        ) as stream:
            for piece in stream.text_stream:
                text += piece
            return text, stream.get_final_message().stop_reason is not None
    except httpx2.TransportError:
        return text, False
    except anthropic.APIStatusError as error:
        if error.status_code == 200:
            return text, False
        raise


def answer(client, prompt, attempts):
    text = ""
    for _ in range(attempts):
        more, done = ask(client, prompt, text)
        text += more
        if done:
            return text
    raise Unfinished(text)
