"""I believed: what is printed is shown."""

from helpers import MODEL


def show(client, prompt, write):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        return stream.get_final_text()
