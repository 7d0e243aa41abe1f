"""The timeout is how long the call may take."""

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_within(client, prompt, seconds, clock):
    return text_of(
        client.with_options(timeout=seconds).messages.create(
            model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
        )
    )
