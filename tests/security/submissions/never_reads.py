"""Asks for one answer after the other on one connection and reads none, so that they pile up.

Exercise: request_id_of
Outcome: raised | misconception | never_ended
"""

import socket
import sys


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    one = socket.create_connection(("127.0.0.1", url.port))
    ask = f"GET {url.path.rstrip('/')}/v1/models HTTP/1.1\r\nx-api-key: x\r\nanthropic-version: x\r\n\r\n".encode()
    while True:
        one.sendall(ask * 100)
