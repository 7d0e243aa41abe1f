"""Without the SDK's waits the call cannot take too long."""

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_within(client, prompt, seconds, clock):
    once = client.with_options(max_retries=0, timeout=seconds)
    return text_of(once.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]))
