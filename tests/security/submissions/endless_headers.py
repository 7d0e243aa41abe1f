"""Sends one header after the other, one line without an end, and lines after a last chunk.

Exercise: request_id_of
Outcome: raised | misconception
"""

import socket
import sys
from contextlib import suppress


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    path = url.path.rstrip("/")
    begun = [
        f"POST {path}/v1/messages HTTP/1.1\r\n",
        f"POST {path}",
        f"POST {path} HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
    ]
    while True:
        for head, line in zip(begun, [b"name: value\r\n", b"x" * 1_000, b"0\r\n" + b"name: value\r\n"], strict=True):
            with suppress(OSError), socket.create_connection(("127.0.0.1", url.port)) as one:
                one.sendall(head.encode())
                for _ in range(100_000):
                    one.sendall(line)
