"""I believed: any question will do to try it out."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": "Say hello there!"}]
    ) as stream:
        for text in stream.text_stream:
            write(text)
        return stream.get_final_text()
