"""What a client sends: read while it may take its time, and no lines without end."""

import io
import re
import socket
import time
from collections.abc import Iterator
from http.client import LineTooLong
from math import inf
from typing import TYPE_CHECKING, Final

from helpers.replay.allowance import Allowance

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK: Final = 65_536
_LENGTH: Final = re.compile(r"[0-9]{1,18}")
_CHUNK: Final = re.compile(rb"[0-9a-fA-F]{1,15}")


class Intake(io.BufferedReader):
    """Reads requests from `connection`, each within the times of `allowance`. Raises `TimeoutError` when one is over,
    and `LineTooLong`.
    """

    def __init__(self, connection: socket.socket, allowance: Allowance) -> None:
        self._timed = _Timed(connection, allowance.arriving)
        super().__init__(self._timed)
        self._allowance = allowance
        self._left = allowance.head
        self._begun = False

    def await_request(self) -> None:
        """Return when the next request begins, or the client has left. There are lines for its head again."""
        self._timed.wait(self._allowance.idle)
        self._left, self._begun = self._allowance.head, False
        self.peek()

    def readline(self, size: int | None = -1, /) -> bytes:
        """One line: of one that is too long, no more than is needed to see it. Empty where no request follows.

        Raises `ConnectionResetError` where the client left in the middle of one: what is there would be read as less.
        """
        most = self._left + 1
        line = super().readline(most if size is None or size < 0 else min(size, most))
        self._left -= len(line)
        if self._left < 0:
            raise LineTooLong("head")
        if not line.endswith(b"\n") and (line or self._begun):
            raise _left()
        self._begun = True
        return line

    def chunks(self) -> Iterator[bytes]:
        """A body of unknown length, in blocks. Raises `ValueError` where it is not sent as HTTP/1.1 says."""
        while length := self._chunk_length():
            yield from self.exactly(length)
            self.readline()
        while self.readline().strip():
            pass

    def exactly(self, length: int) -> Iterator[bytes]:
        """So many bytes, in blocks. Raises `ConnectionResetError` where there are fewer."""
        while length > 0:
            block = self.read1(min(BLOCK, length))
            if not block:
                raise _left()
            length -= len(block)
            yield block

    def _chunk_length(self) -> int:
        self._left = self._allowance.head
        line = self.readline()
        length = line.partition(b";")[0].strip()
        if not _CHUNK.fullmatch(length):
            raise ValueError(f"{length!r} is no length")
        return int(length, 16)


def _left() -> ConnectionResetError:
    return ConnectionResetError("the client left in the middle of its request")


class _Timed(io.RawIOBase):
    """The bytes of a connection, until a moment that moves once something is there."""

    def __init__(self, connection: socket.socket, arriving: float) -> None:
        self._connection = connection
        self._arriving = arriving
        self._until = inf
        self._waits = True

    def wait(self, seconds: float) -> None:
        """From now on there are so many seconds for the first byte."""
        self._until = time.monotonic() + seconds
        self._waits = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request is not there in time")
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        if self._waits:
            self._until, self._waits = time.monotonic() + self._arriving, False
        return count


def length_in(header: str) -> int:
    """The length that a client declares. Raises `ValueError` where it is none."""
    if not _LENGTH.fullmatch(header):
        raise ValueError(f"{header!r} is no length")
    return int(header)
