"""What a connection asks of the server that it is of: so neither has to know the other."""

import socket
from contextlib import AbstractContextManager
from typing import Protocol

from helpers.replay.allowance import Meter
from helpers.replay.engine import Engine


class Owner(Protocol):
    """A server, as a connection of it sees it."""

    failure: BaseException | None
    """What the engine itself raised, if it ever did."""

    @property
    def engine(self) -> Engine:
        """What answers the requests that arrive from now on."""

    @property
    def meter(self) -> Meter:
        """What its clients have had of what they may have, since it got this engine."""

    @property
    def path(self) -> str:
        """What the paths of requests must begin with."""

    @property
    def doors(self) -> bool:
        """Whether `GET /_wire` and `POST /_reset` are answered."""

    @property
    def tells_time(self) -> bool:
        """Whether responses say how late it is in API time."""

    def in_flight(self, connection: socket.socket) -> AbstractContextManager[None]:
        """Around the rest of one request, and the answer to it."""

    def at_rest(self, connection: socket.socket) -> AbstractContextManager[None]:
        """While nothing is here of the connection's next request."""

    def here(self, connection: socket.socket) -> None:
        """All of a request is here: the connection is not cut off before it is answered."""

    def exhausted(self, sentence: str) -> None:
        """Somebody wants more than there is. The sentence says what was too much."""
