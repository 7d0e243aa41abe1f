"""A descriptor kept in reserve, so that a process which has no other left can still say so."""

import contextlib
import errno
import json
import os
import socket
from collections.abc import Callable
from typing import Final

from helpers.replay.content import error_body

NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What a system says that could take a connection, if it had room for one."""


class Reserve:
    """Holds one descriptor until it is needed. Not for two threads at once."""

    def __init__(self) -> None:
        self._descriptor: int | None = None
        self._fill()

    def use(self, work: Callable[[], None]) -> bool:
        """Do `work` with room for one descriptor, which it must give back. False where there was none even so."""
        self.close()
        try:
            work()
        except OSError:
            return False
        finally:
            self._fill()
        return True

    def close(self) -> None:
        """Give it back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None

    def _fill(self) -> None:
        with contextlib.suppress(OSError):
            self._descriptor = os.open(os.devnull, os.O_RDONLY)


def turn_away(connection: socket.socket, why: str) -> None:
    """Answer 503 and hang up, without waiting for anything."""
    body = json.dumps(error_body("replay_limit", f"Too much for this server: {why}.", None)).encode()
    head = f"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    with connection, contextlib.suppress(OSError):
        connection.setblocking(False)
        connection.send(f"{head}connection: close\r\n\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
