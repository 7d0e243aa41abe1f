"""I believed: tidy both halves, then join them."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[
            {"role": "user", "content": f"{prompt} Your answer was interrupted after: {partial} Go on from there."}
        ],
    )
    return partial.strip() + "".join(block.text for block in message.content if block.type == "text").strip()
