"""I believed: the pieces have to be put together by me."""

from anthropic.types import Message, TextBlock, Usage

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        text = "".join(stream.text_stream)
    return Message(
        id="msg_1",
        type="message",
        role="assistant",
        model=MODEL,
        content=[TextBlock(type="text", text=text)],
        stop_reason="end_turn",
        stop_sequence=None,
        usage=Usage(input_tokens=0, output_tokens=0),
    )
