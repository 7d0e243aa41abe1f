"""Right: the half answer as a finished assistant turn, and a user turn that asks to go on."""

from helpers import MODEL


def continue_from(client, prompt, partial):
    message = client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": partial},
            {"role": "user", "content": "You were cut off. Go on where you stopped, and repeat nothing."},
        ],
    )
    if message.stop_reason not in {"end_turn", "stop_sequence"}:
        raise ValueError(f"not the end of it: {message.stop_reason}")
    for block in message.content:
        if block.type == "text":
            partial += block.text
    return partial
