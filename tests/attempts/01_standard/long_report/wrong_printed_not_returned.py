"""The report is on the screen."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    with client.messages.stream(
        model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
