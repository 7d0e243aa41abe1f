"""Sends bodies that are nested deep, hold half of a pair, no number or one of 5,000 digits, or a model that is a list.

Exercise: ask_with_fallback
Outcome: misconception | raised
"""

import json

DEEP = "[" * 190 + "]" * 190
BODIES = [
    '{"messages": ' + "[" * 990 + "]" * 990 + "}",
    '{"model": [], "max_tokens": 9, "messages": []}',
    '{"model": {"a": []}, "max_tokens": NaN, "messages": [1, {"role": []}, {"content": {"a": 1}}]}',
    '{"model": "\\ud800", "max_tokens": ' + "9" * 5_000 + ', "messages": "text"}',
    '{"model": "x", "max_tokens": 1e999, "messages": ' + DEEP + "}",
    "[]",
    "null",
]


def ask_with_fallback(client, prompt, models):
    for body in BODIES:
        try:
            client.post("/v1/messages", cast_to=object, content=body.encode(), options={"max_retries": 0})
        except Exception:
            pass
    return json.loads(DEEP[100:-100] or "[]")
