"""Sends bodies of 240 MB that never end, eight at once, none of which is a request before it is there.

Exercise: request_id_of
Outcome: raised | misconception
Says: more than 1,000,000 bytes of requests
"""

import socket
import sys
import time


def request_id_of(message):
    frame = sys._getframe()
    while "stage" not in frame.f_locals:
        frame = frame.f_back
    url = frame.f_locals["stage"].client.base_url
    kept, block = [], b" " * 1_000_000
    path = f"{url.path.rstrip('/')}/v1/messages/batches"
    for _ in range(8):
        one = socket.create_connection(("127.0.0.1", url.port))
        one.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 250000000\r\n\r\n".encode())
        kept.append(one)
        for _ in range(240):
            one.sendall(block)
    time.sleep(3)
    return message._request_id
