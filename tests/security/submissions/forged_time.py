"""Tells the server that it is late: never, always, and not a number.

Exercise: first_answer
Outcome: misconception
"""

from helpers import MODEL


def first_answer(client, prompt):
    for moment in ("nan", "inf", "-inf", "1e308", "-1", "late", "9" * 5000, ""):
        try:
            client.messages.create(
                model=MODEL,
                max_tokens=1024,
                messages=[{"role": "user", "content": prompt}],
                extra_headers={"replay-time": moment, "x-stainless-retry-count": moment},
            )
        except Exception:
            pass
    return "It has been sent."
