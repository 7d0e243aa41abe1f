"""Opens as many connections as its process may, says nothing on any, and waits.

Exercise: request_id_of
Outcome: raised | misconception
Says: more than 64 connections at once
"""

import socket
import sys
import time


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    kept = []
    for _ in range(10_000):
        kept.append(socket.create_connection(("127.0.0.1", url.port)))
    time.sleep(10)
