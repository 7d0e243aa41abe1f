"""The caller wants Unfinished, whatever it was."""

import httpx2

from helpers import MODEL, Unfinished


def answer(client, prompt, attempts):
    for _ in range(attempts):
        text, stop_reason = "", None
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                for event in stream:
                    if event.type == "text":
                        text += event.text
                    elif event.type == "message_delta":
                        stop_reason = event.delta.stop_reason
        except (httpx2.HTTPError, ValueError):
            continue
        except BaseException as error:
            if getattr(error, "status_code", None) != 200:
                raise Unfinished("no whole answer") from error
            continue
        if stop_reason in ("end_turn", "stop_sequence"):
            return text
        if stop_reason is not None:
            raise Unfinished(stop_reason)
    raise Unfinished("no whole answer")
