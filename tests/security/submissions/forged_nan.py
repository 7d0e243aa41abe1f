"""Writes NaN into the notes of the driver: a wait that is neither too long nor too short.

Exercise: ask_within
Outcome: misconception
"""

from helpers import MODEL


def ask_within(client, prompt, seconds, clock):
    import helpers.lessons.retries.checks.ask_within as ask_within_check

    clock.sleep(1_000)
    clock.now = lambda: float("nan")
    ask_within_check.GRACE = float("inf")
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return message.content[0].text
