"""The prompt from the lesson."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    with client.messages.stream(
        model=MODEL, max_tokens=max_tokens, messages=[{"role": "user", "content": "Write a report."}]
    ) as stream:
        return stream.get_final_message()
