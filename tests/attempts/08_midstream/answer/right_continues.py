"""Right: keeps what arrived and asks the model to go on from it."""

import anthropic
import httpx2

from helpers import MODEL, Unfinished

FINAL = {
    "invalid_request_error",
    "authentication_error",
    "billing_error",
    "permission_error",
    "not_found_error",
    "request_too_large",
}


def ask(client, prompt, partial):
    content = prompt
    if partial:
        content = f"{prompt}\n\nYour answer was interrupted. It began:\n{partial}\nGo on from there."
    text, stop_reason = "", None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": content}]
        ) as stream:
            for event in stream:
                if event.type == "text":
                    text += event.text
                elif event.type == "message_delta":
                    stop_reason = event.delta.stop_reason
    except (httpx2.HTTPError, ValueError):
        pass
    except anthropic.APIStatusError as error:
        if error.status_code != 200 or error.type in FINAL:
            raise
    return text, stop_reason


def answer(client, prompt, attempts):
    text = ""
    for _ in range(attempts):
        more, stop_reason = ask(client, prompt, text)
        text += more
        if stop_reason in ("end_turn", "stop_sequence"):
            return text
        if stop_reason:
            break
    raise Unfinished(text)
