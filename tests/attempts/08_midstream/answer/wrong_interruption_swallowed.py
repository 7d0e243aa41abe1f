"""Whatever breaks a stream, the next attempt may go well."""

import anthropic

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
        except anthropic.APIStatusError as error:
            if error.status_code != 200:
                raise
            continue
        except:  # noqa: E722
            continue
        if stop_reason in ("end_turn", "stop_sequence"):
            return text
        if stop_reason is not None:
            raise Unfinished(stop_reason)
    raise Unfinished("no whole answer")
