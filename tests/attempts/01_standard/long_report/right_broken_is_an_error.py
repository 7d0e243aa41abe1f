"""A report without a stop reason is half a report, and I would rather know here."""

from helpers import MODEL, Unfinished


def long_report(client, prompt, max_tokens):
    with client.messages.stream(
        model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        for _ in stream:
            pass
        message = stream.get_final_message()
    if message.stop_reason is None:
        raise Unfinished(f"the stream broke off ({stream.request_id})")
    return message
