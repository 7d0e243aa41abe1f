"""Nobody sees the words arrive, but a stream is one request too."""

from anthropic import Anthropic

from helpers import MODEL


def ask(client: Anthropic, prompt: str) -> str:
    with client.messages.stream(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]) as stream:
        return stream.get_final_text()
