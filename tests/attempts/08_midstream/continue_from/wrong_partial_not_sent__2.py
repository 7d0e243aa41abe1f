"""I believed: the last few words are enough to go on from."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[{"role": "user", "content": f"{prompt} Go on from: {partial[-10:]}"}],
    )
    return partial + "".join(block.text for block in message.content if block.type == "text")
