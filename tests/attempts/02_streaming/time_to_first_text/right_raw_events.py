"""Right: looks for the first text delta among the raw events."""

from helpers import MODEL


def time_to_first_text(client, prompt, clock):
    asked = clock.now()
    with client.messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}], stream=True
    ) as stream:
        for event in stream:
            if event.type == "content_block_delta" and event.delta.type == "text_delta":
                return clock.now() - asked
