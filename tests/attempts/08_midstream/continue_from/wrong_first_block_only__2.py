"""A reply has one block of text."""

from helpers import MODEL, Unfinished


def continue_from(client, prompt, partial):
    with client.messages.stream(
        model=MODEL,
        max_tokens=400,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": prompt},
                    {"type": "text", "text": "Your previous answer was interrupted. So far it reads:"},
                    {"type": "text", "text": partial},
                    {"type": "text", "text": "Continue it from exactly there."},
                ],
            }
        ],
    ) as stream:
        message = stream.get_final_message()
    if message.stop_reason in ("end_turn", "stop_sequence"):
        return partial + next(block.text for block in message.content if block.type == "text")
    raise Unfinished(message.stop_reason)
