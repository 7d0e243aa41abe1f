"""Promises a body of a terabyte, asks to go on, and says a length that is none.

Exercise: request_id_of
Outcome: raised | misconception
Says: Your function was stopped: more than 1,000,000 bytes of requests
"""

import socket
import sys
from contextlib import suppress


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    for length in ("1000000000000", "-1", "1_0", "9" * 10_000, "1"):
        for more in ("", "expect: 100-continue\r\n"):
            with suppress(OSError), socket.create_connection(("127.0.0.1", url.port)) as one:
                head = f"POST {url.path.rstrip('/')}/v1/messages HTTP/1.1\r\ncontent-length: {length}\r\n"
                one.sendall(f"{head}{more}\r\nxyz".encode())
                one.recv(1_000)
    return message.id
