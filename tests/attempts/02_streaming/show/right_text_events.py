"""Right: loops over the events and picks those of the type text."""

from helpers import MODEL


def show(client, prompt, write):
    whole = ""
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "text":
                write(event.text)
                whole += event.text
    return whole
