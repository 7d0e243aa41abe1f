"""I believed: whatever a delta holds belongs to the answer."""

from helpers import MODEL


def show(client, prompt, write):
    whole = ""
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "content_block_delta":
                piece = getattr(event.delta, "text", "") or getattr(event.delta, "thinking", "")
                if piece:
                    write(piece)
                    whole += piece
    return whole
