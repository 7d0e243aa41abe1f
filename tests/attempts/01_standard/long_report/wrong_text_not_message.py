"""A report is a text."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    with client.messages.stream(
        model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        return stream.get_final_text()
