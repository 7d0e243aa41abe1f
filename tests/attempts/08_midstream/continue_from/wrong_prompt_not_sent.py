"""I believed: the half answer says it all."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[{"role": "user", "content": f"Finish this text: {partial}"}],
    )
    return partial + "".join(block.text for block in message.content if block.type == "text")
