"""Fills pipes, each made as large as the system allows, and sends their ends away to have room for more of them.

Exercise: request_id_of
Outcome: own_id | raised
Needs: namespaces
"""

import array
import fcntl
import os
import socket


def request_id_of(message):
    there, here = socket.socketpair()
    there.setblocking(False)
    kept, total = [], 0
    try:
        while True:
            reading, writing = os.pipe()
            kept += [reading, writing]
            try:
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1_048_576)
            except OSError:
                pass
            os.set_blocking(writing, False)
            total += os.write(writing, bytes(1_048_576))
            ends = array.array("i", [reading, writing])
            there.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, ends)])
            os.close(kept.pop())
            os.close(kept.pop())
    except OSError:
        pass
    return f"{total} bytes"
