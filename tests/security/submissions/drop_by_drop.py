"""Sends requests a byte at a time over sixty connections.

Exercise: request_id_of
Outcome: raised | misconception | never_ended
"""

import socket
import sys
import time


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    kept = [socket.create_connection(("127.0.0.1", url.port)) for _ in range(60)]
    while True:
        for one in kept:
            one.send(b"x")
        time.sleep(0.01)
