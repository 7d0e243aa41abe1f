"""The call from the top of the lesson, put into a function."""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(
        model=MODEL,
        max_tokens=1024,
        messages=[{"role": "user", "content": "Can I still get a refund?"}],
    )
    return "".join(block.text for block in message.content if block.type == "text")
