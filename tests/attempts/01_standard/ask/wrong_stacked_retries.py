"""An overloaded API needs another try, three times."""

import anthropic

from helpers import MODEL


def ask(client, prompt):
    for attempt in range(3):
        try:
            message = client.messages.create(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )
            return "".join(block.text for block in message.content if block.type == "text")
        except anthropic.APIStatusError:
            if attempt == 2:
                raise
