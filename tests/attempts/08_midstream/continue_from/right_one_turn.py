"""Right: question and half answer in one user turn, as a list of blocks; streamed."""

from helpers import MODEL


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
        return partial + stream.get_final_text()
