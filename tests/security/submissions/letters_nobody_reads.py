"""Sends itself datagrams that nobody reads, from senders that are gone: only the sender's buffer counts them.

Exercise: request_id_of
Outcome: own_id
Says: small
Needs: namespaces
"""

import socket

LETTER = bytes(200_000)


def request_id_of(message):
    total, boxes = 0, []
    try:
        for number in range(200):
            box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            boxes.append(box)
            box.bind(f"\0box-{number}")
            for _ in range(11):
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                    sender.setblocking(False)
                    try:
                        total += sender.sendto(LETTER, f"\0box-{number}")
                    except BlockingIOError:
                        break
    except OSError:
        pass
    return "small" if total < 64_000_000 else f"{total:,} bytes"
