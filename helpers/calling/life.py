"""The life of a process that may end anywhere, played: what it does at its edges is counted, and at one place it dies.

Its edges are the wire (`mortalwire.py`) and a database (`mortaldb.py`). Between two of them it can change nothing that
outlives it, so whoever dies at each of them in turn has died everywhere: a process that ends after an answer leaves
what one leaves that ends before its next request, or before its next commit.

A death raises what no `except Exception` catches. From then on the dead process sends nothing and commits nothing,
whatever its handlers try. What a real end leaves is the same, and tests of ours end real processes to see that.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["before the request", "taken", "between the lines", "before the commit", "committed"]


class ProcessDied(BaseException):
    """The process ends here, in the play. Not an `Exception`: a dead process handles no errors."""


class Place(NamedTuple):
    """Where a process may end. `what` is a request's method and path, or says which line or commit."""

    kind: Kind
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}" if self.what else self.kind


Dies = Callable[[int, Place], bool]
"""Whether it is over at a place, which is the one of this number (from 0) that the life has come to."""


def _never(number: int, place: Place) -> bool:
    return False


class Life:
    """One run of a process, which ends where `dies` says so, or by itself."""

    def __init__(self, dies: Dies = _never) -> None:
        self.places: list[Place] = []
        """Where it has been, in order; the last one is where it died, if it did."""
        self.is_over = False
        self._dies = dies

    def reach(self, kind: Kind, what: str = "") -> None:
        """Note that it is at this place. Raises `ProcessDied` where its life is over."""
        self.go_on()
        place = Place(kind, what)
        self.places.append(place)
        if self._dies(len(self.places) - 1, place):
            self.is_over = True
            self.go_on()

    def go_on(self) -> None:
        """Raises `ProcessDied` for whoever does something after their death."""
        if self.is_over:
            raise ProcessDied(str(self.places[-1]))

    @property
    def death(self) -> Place | None:
        """Where it died; None where it did not."""
        return self.places[-1] if self.is_over else None

    def live(self, work: Callable[[], Any]) -> Any:
        """What `work` returns; None where it died meanwhile. An error before that goes up, one after it is nobody's.

        What ends `work` from outside, such as Ctrl-C, goes up in any case.
        """
        value = None
        try:
            value = work()
        except (Exception, SystemExit, ProcessDied):
            if not self.is_over:
                raise
        return None if self.is_over else value


MOST: Final = 200


def in_turn(most: int = MOST) -> Iterator[Life]:
    """A life that ends at the first place, one that ends at the second …, and at last one that comes to its own end.

    Each must have been lived before the next one is asked for. No more than `most`.
    """
    for number in range(most):
        life = Life(lambda reached, _, number=number: reached == number)  # type: ignore[misc]
        yield life
        if not life.is_over:
            return
