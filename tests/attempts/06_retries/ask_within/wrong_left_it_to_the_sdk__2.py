"""The clock is read when the call is over."""

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask_within(client, prompt, seconds, clock):
    deadline = clock.now() + seconds
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    if clock.now() > deadline:
        raise TimeoutError
    return text_of(message)
