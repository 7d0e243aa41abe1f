"""Asks for a stream over each of thirty connections, reads nothing and returns.

Exercise: request_id_of
Outcome: misconception | raised
"""

import json
import socket
import sys


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    kept = []
    body = {"model": message.model, "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "x"}]}
    sent = json.dumps(body).encode()
    head = f"POST {url.path.rstrip('/')}/v1/messages HTTP/1.1\r\nx-api-key: x\r\nanthropic-version: x\r\n"
    for _ in range(25):
        one = socket.create_connection(("127.0.0.1", url.port))
        one.sendall(f"{head}content-length: {len(sent)}\r\n\r\n".encode() + sent)
        kept.append(one)
    globals()["kept"] = kept
    return [message.id]
