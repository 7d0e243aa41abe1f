"""I believed: the model remembers what it was saying."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[{"role": "user", "content": prompt + " Please go on where you stopped."}],
    )
    return partial + "".join(block.text for block in message.content if block.type == "text")
