"""What became of the requests of a batch, counted; and what is raised where that is not what was sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How many of which outcome: the four that a request of a batch can have."""

    succeeded: int = 0
    errored: int = 0
    expired: int = 0
    canceled: int = 0


class Unreconciled(Exception):  # noqa: N818 - a domain word
    """What came is not what was sent: some documents have no line."""


class NotOurs(Unreconciled):
    """A line is of a document that was not sent that night: the batch is somebody else's."""
