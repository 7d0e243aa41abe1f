"""What the clients of a server may have, over all of their connections together, and what they have had of it."""

import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

MEGABYTE: Final = 1_000_000


class OverAllowance(Exception):  # noqa: N818 - what a client did, not what went wrong in our code
    """A client wants more than there is. `status` answers it, None if nothing does; the sentence says what was too
    much.
    """

    def __init__(self, sentence: str, status: HTTPStatus | None = HTTPStatus.SERVICE_UNAVAILABLE) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Allowance:
    """The most that there is. None: as much as anybody likes.

    What is here by default no honest client gets near to: it is for whoever does not know any more what it sends.
    """

    connections: int = 256
    """Open at once."""
    opened: int | None = None
    """Connections in all, beside one for every request that the engine allows."""
    held: int = 512 * MEGABYTE
    """Bytes of bodies that are kept at once, of all requests that arrive or are being answered: two of the longest."""
    arrived: int | None = None
    """Bytes of bodies in all, kept or not."""
    longest: int = 1_000 * MEGABYTE
    """Bytes of one body: what is over its endpoint's limit is read to its end, to be answered, but no further."""
    head: int = 65_536
    """Bytes of a request's first line with its headers, or of the lines around one chunk."""
    idle: float = 600.0
    """Seconds in which a connection may wait for its next request."""
    arriving: float = 120.0
    """Seconds that a request may take from its first byte to its last."""
    unread: float = 600.0
    """Seconds in which whoever gets an answer may read nothing of it."""
    silence: float | None = None
    """Seconds that a stall lasts at most: who has not left by then, waits for ever."""


class Meter:
    """What the clients of one engine have had of `allowance`, whatever their number. Any thread may ask it."""

    def __init__(self, allowance: Allowance, max_requests: int | None) -> None:
        self.allowance = allowance
        self._max_requests = max_requests
        self._lock = threading.Lock()
        self._requests = self._opened = self._held = self._arrived = 0

    def open(self, already: int) -> None:
        """Count one more connection beside those that are open `already`. Raises `OverAllowance`."""
        most, opened = self.allowance.connections, self.allowance.opened
        with self._lock:
            self._opened += 1
            if already >= most:
                raise OverAllowance(f"more than {most:,} connections at once")
            if opened is not None and self._opened > opened + (self._max_requests or 0):
                raise OverAllowance(f"more than {self._opened - 1:,} connections")

    def begin(self) -> None:
        """Count a request whose head is here, whatever becomes of the rest. Raises `OverAllowance`."""
        with self._lock:
            self._requests += 1
            if self._max_requests is not None and self._requests > self._max_requests:
                raise OverAllowance(f"more than {self._max_requests} requests", None)

    def expect(self, length: int) -> None:
        """Refuse a body that will be too long before any of it is read. Raises `OverAllowance`."""
        with self._lock:
            self._check(length, length)

    def take(self, length: int, size: int) -> None:
        """Count so many bytes more, of a body of which `size` are here. Raises `OverAllowance`."""
        with self._lock:
            self._check(length, size)
            self._arrived += length

    def hold(self, length: int) -> None:
        """Keep so many bytes more, or fewer where it is less than 0. Raises `OverAllowance`."""
        with self._lock:
            if length > 0 and self._held + length > self.allowance.held:
                raise OverAllowance(f"more than {self.allowance.held:,} bytes of requests at once")
            self._held += length

    def _check(self, length: int, size: int) -> None:
        arrived, longest = self.allowance.arrived, self.allowance.longest
        if arrived is not None and self._arrived + length > arrived:
            raise OverAllowance(f"more than {arrived:,} bytes of requests")
        if size > longest:
            sentence = f"a body of more than {longest:,} bytes"
            raise OverAllowance(sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
