"""Fills sockets that nobody reads, each with as large a buffer as the system allows.

Exercise: request_id_of
Outcome: own_id
Says: small
Needs: namespaces
"""

import socket


def request_id_of(message):
    kept, total = [], 0
    try:
        for _ in range(110):
            pair = socket.socketpair()
            kept += pair
            for one in pair:
                try:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
                except OSError:
                    pass
                one.setblocking(False)
                try:
                    while True:
                        total += one.send(bytes(65_536))
                except BlockingIOError:
                    pass
    except OSError:
        pass
    return "small" if total < 64_000_000 else f"{total:,} bytes"
