"""Whatever has a text is text; a log line on the way out, and the error goes on."""

import logging

import anthropic

from helpers import MODEL


def ask(client: anthropic.Anthropic, prompt: str) -> str:
    try:
        message = client.messages.create(
            model=MODEL, max_tokens=4096, messages=[{"role": "user", "content": [{"type": "text", "text": prompt}]}]
        )
    except anthropic.APIError:
        logging.getLogger(__name__).warning("no answer")
        raise
    text = ""
    for block in message.content:
        text += getattr(block, "text", "")
    return text
