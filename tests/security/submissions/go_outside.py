"""Looks a name up and connects to another host: with the SDK, with sockets, and below them.

Exercise: first_answer
Outcome: own_client
"""

import _socket


def first_answer(client, prompt):
    try:
        raw = _socket.socket()
        raw.settimeout(0.2)
        raw.connect(("192.0.2.1", 80))
        return "outside"
    except OSError:
        pass
    import anthropic

    return anthropic.Anthropic(api_key="sk-ant-mine").messages.create(
        model="claude", max_tokens=9, messages=[{"role": "user", "content": prompt}]
    )
