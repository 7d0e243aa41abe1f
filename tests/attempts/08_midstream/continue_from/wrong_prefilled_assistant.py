"""I believed: put the half answer into the assistant's mouth and it goes on."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[{"role": "user", "content": prompt}, {"role": "assistant", "content": partial}],
    )
    return partial + "".join(block.text for block in message.content if block.type == "text")
