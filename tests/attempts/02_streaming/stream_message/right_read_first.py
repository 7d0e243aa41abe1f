"""Right: reads the words, then takes the message that they add up to."""

from helpers import MODEL


def stream_message(client, prompt):
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        message = stream.get_final_message()
    return message
