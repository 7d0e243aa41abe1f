"""Sends one request after the other, and catches whatever would stop it.

Exercise: first_answer
Outcome: raised | misconception
"""

from helpers import MODEL


def first_answer(client, prompt):
    while True:
        try:
            client.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": prompt}])
        except BaseException:
            pass
