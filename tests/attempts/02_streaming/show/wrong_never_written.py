"""I believed: the message first, and the words can still be read afterwards."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        message = stream.get_final_message()
        for text in stream.text_stream:
            write(text)
    return "".join(block.text for block in message.content if block.type == "text")
