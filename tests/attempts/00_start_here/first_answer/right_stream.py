"""A stream is a call like any other; its text pieces add up to the answer."""

from anthropic import Anthropic

from helpers import MODEL


def first_answer(client: Anthropic, prompt: str) -> str:
    pieces = []
    with client.messages.stream(
        model=MODEL,
        max_tokens=2000,
        messages=[{"role": "user", "content": prompt}],
    ) as stream:
        for piece in stream.text_stream:
            pieces.append(piece)
    return "".join(pieces)
