"""What a connection asks of the server that it is of: so neither has to know the other."""

from contextlib import AbstractContextManager
from typing import Protocol

from helpers.replay.engine import Engine


class Owner(Protocol):
    """A server, as a connection of it sees it."""

    failure: BaseException | None
    """What the engine itself raised, if it ever did."""

    @property
    def engine(self) -> Engine:
        """What answers the requests that arrive from now on."""

    @property
    def path(self) -> str:
        """What the paths of requests must begin with."""

    @property
    def doors(self) -> bool:
        """Whether `GET /_wire` and `POST /_reset` are answered."""

    @property
    def tells_time(self) -> bool:
        """Whether responses say how late it is in API time."""

    def in_flight(self) -> AbstractContextManager[None]:
        """Around the answer to one request."""

    def exhausted(self) -> None:
        """Somebody has sent more requests than the engine allows."""
