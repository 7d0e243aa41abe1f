"""I believed: it broke once, and what comes now is whole."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[
            {"role": "user", "content": f"{prompt}\n\nYou were interrupted after:\n\n{partial}\n\nGo on from there."}
        ],
    )
    return partial + "".join(block.text for block in message.content if block.type == "text")
