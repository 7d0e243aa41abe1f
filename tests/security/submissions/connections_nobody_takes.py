"""Makes itself doors of its own and sends to them what nobody takes in: what waits there has no descriptor.

Exercise: request_id_of
Outcome: own_id
Says: small
Needs: namespaces
"""

import _socket

BLOCK = bytes(1_000_000)


def request_id_of(message):
    total, doors = 0, []
    for _ in range(20):
        door = _socket.socket()
        doors.append(door)
        try:
            door.listen(4_096)
            for _ in range(1_000):
                one = _socket.socket()
                one.connect(("127.0.0.1", door.getsockname()[1]))
                one.setblocking(False)
                try:
                    while True:
                        total += one.send(BLOCK)
                except BlockingIOError:
                    one.close()
        except OSError:
            continue
    return "small" if total < 64_000_000 else f"{total:,} bytes"
