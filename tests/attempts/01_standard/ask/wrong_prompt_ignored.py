"""A template for the prompt, and the prompt forgotten in it."""

from helpers import MODEL


def ask(client, prompt):
    message = client.messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": "Answer the question: {prompt}"}]
    )
    return "".join(block.text for block in message.content if block.type == "text")
