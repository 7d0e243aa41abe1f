"""Sends a body in chunks of two bytes, and no last one.

Exercise: request_id_of
Outcome: raised | misconception
"""

import socket
import sys


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    one = socket.create_connection(("127.0.0.1", url.port))
    head = f"POST {url.path.rstrip('/')}/v1/messages HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
    one.sendall(head.encode())
    while True:
        one.sendall(b"2\r\n[]\r\n" * 10_000)
