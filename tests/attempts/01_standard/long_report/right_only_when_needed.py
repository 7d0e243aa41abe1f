"""Unstreamed as long as the SDK agrees; it says so before it sends anything."""

from helpers import MODEL


def long_report(client, prompt, max_tokens):
    call = {"model": MODEL, "max_tokens": max_tokens, "messages": [{"role": "user", "content": prompt}]}
    try:
        return client.messages.create(**call)
    except ValueError:
        with client.messages.stream(**call) as stream:
            return stream.get_final_message()
